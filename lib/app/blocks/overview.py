"""Overview's parts: the question, the headline, everybody, the facts, and the way onward."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pandas as pd
import streamlit as st

from lib.app import show, state
from lib.app.frame import View
from lib.app.show import plain, recomputed
from lib.questions.endpoint_reading import WHOSE, compatibility, short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.overview import FlowStep, OverviewResult, Person, Unit, reading
from lib.questions.registry import QUESTIONS
from lib.questions.sample_size import NextTrial
from lib.questions.wording import (
    interval_words,
    listed,
    measure,
    number,
    p_phrase,
    percent,
    plural,
    probability,
    signed,
)
from lib.trial.model import Trial
from lib.values import Missing, Real, known


def design(result: OverviewResult) -> None:
    """How it was designed, and by whom it was published."""
    st.markdown(plain(f"{result.design}. {' · '.join(result.doses)}."))
    doi = f", [doi {plain(result.doi)}](https://doi.org/{quote(result.doi)})" if result.doi else ""
    st.caption(plain(result.citation) + doi)


def scales(view: View) -> None:
    """The headline on each scale of the outcome: estimate, interval, and who drives it."""
    result: OverviewResult = view.result
    for scale in result.scales:
        endpoint, test = scale.endpoint, scale.endpoint.test
        with st.container(border=True, gap="small"):
            show.fact(endpoint.label, measure(test.estimate, short_unit(endpoint.unit)), _interval(endpoint))
            if scale.driver:
                st.markdown(plain(scale.driver))
            st.caption(plain(_tests(endpoint)))
            _link(view, "endpoints", "Estimand, test and printed numbers", change=endpoint.change)
    for text in result.others:
        st.caption(plain(text))


def _interval(endpoint: PairedEndpoint) -> str:
    test = endpoint.test
    if isinstance(test.p, Missing):
        return f"no interval: {test.p.reason}"
    return f"{interval_words(test.interval, endpoint.sides)} · {plural(test.n, 'pair', 'pairs')}"


def _tests(endpoint: PairedEndpoint) -> str:
    """Both p's and whose analysis it is; in small print, after the estimate."""
    test, exact = endpoint.test, endpoint.exact
    words = [p_phrase(test.p, endpoint.sides), test.method, f"exact p {probability(exact.p)}"]
    return f"{', '.join(words)}. {WHOSE[endpoint.analysis]}. {compatibility(endpoint)}"


def summary(view: View) -> None:
    """Who took part, what no test could have shown, and what the next trial needs: three cards."""
    result: OverviewResult = view.result
    flow, floor, plan = st.columns(3)
    with flow, st.container(border=True, height="stretch"):
        show.steps("Who took part", [_step(stage, result.units) for stage in result.stages])
        st.markdown(plain(result.flow))
        _link(view, "flow", "The flow, box by box")
    with floor, st.container(border=True, height="stretch"):
        lowest = result.selected.exact.floor.general
        show.fact("The smallest p that was attainable", probability(lowest), "by an exact test of these pairs")
        st.markdown(plain(f"{result.floor} {result.allocation}".strip()))
        _link(view, "endpoints", "The exact test and its floor", test="sign-flip")
    with plan, st.container(border=True, height="stretch"):
        _next(result.next_trial)
        _link(view, "sample-size", "Change the plan")


def _step(stage: FlowStep, units: str) -> tuple[str, str, str]:
    return stage.label, str(stage.participants), f"· {stage.units} {units}"


def _next(planned: NextTrial | Missing) -> None:
    if isinstance(planned, Missing):
        show.fact("The next trial", "–", "no plan under these assumptions")
        st.markdown(plain(planned.reason))
        return
    needed = "none" if isinstance(planned.needed, Missing) else f"n = {planned.needed}"
    show.fact(
        "The next trial", needed, f"for {percent(planned.plan.target)} power; effect, SD and ρ are assumed, not found"
    )
    st.markdown(plain(planned.sentence))


def minute(result: OverviewResult) -> None:
    """The page in sentences, to be read aloud."""
    st.header("The trial in one minute, to be read aloud")
    with st.container(key="minute"):
        st.markdown(plain(reading(result)))


def estimand(result: OverviewResult) -> None:
    """What exactly is estimated by the headline."""
    parts = result.estimand
    with st.expander("What exactly is estimated"):
        for label, text in (
            ("Population", parts.population),
            ("Contrast", parts.contrast),
            ("Variable", parts.variable),
            ("Loss and other events", parts.handling),
            ("Summary", parts.summary),
        ):
            st.markdown(f"**{label}.** {plain(text)}")


def _link(view: View, path: str, label: str, change: str | None = None, test: str | None = None) -> None:
    """To the page behind a part, in the state behind it."""
    now = view.assumptions
    then = replace(now, change=change or now.change, test=test or now.test)
    st.page_link(
        view.pages[path], label=label, query_params=state.link(then, view.trial), icon=":material/arrow_forward:"
    )


def people(result: OverviewResult, trial: Trial) -> None:
    """Every participant with both units, whoever was lost included."""
    st.header(f"All {len(result.people)} participants, {trial.spec.unit.singular} by {trial.spec.unit.singular}")
    arms = dict(result.arms)
    for start in range(0, len(result.people), 3):  # row by row, so that a phone stacks them in their order
        row = result.people[start : start + 3]
        for column, person in zip(st.columns(3), row, strict=False):
            with column, st.container(border=True):
                _person(person, arms, trial)


def _person(person: Person, arms: dict[str, str], trial: Trial) -> None:
    mark = " ★" if person.highlighted else ""
    st.markdown(f"**Participant {plain(person.participant)}**{mark}")
    st.caption(plain(" · ".join(text for _, text in person.attributes[:3])))
    for unit in person.units:
        site = unit.site or "site not in the text"
        st.markdown(f"**{plain(arms[unit.arm])}**, {plain(site)}  \n{plain(_unit(unit, trial))}")
    if not person.units:
        st.markdown("No unit allocated.")
    if person.lost:
        st.markdown(f":gray-background[{plain(person.lost)}]")


def _unit(unit: Unit, trial: Trial) -> str:
    parts = []
    for found in unit.readings:
        label = trial.outcomes[found.outcome].label
        change = f" ({signed(found.change_percent)} %)" if known(found.change_percent) else ""
        if known(found.baseline) or known(found.final):
            parts.append(f"{label} {_or_gap(found.baseline)} → {_or_gap(found.final)} {found.unit}{change}")
        elif change:
            parts.append(f"{label}{change}; values not published")
        else:
            parts.append(f"{label}: not published")
    return ", ".join(parts)


def _or_gap(value: Real) -> str:
    return "?" if isinstance(value, Missing) else number(value)


def denominators(result: OverviewResult) -> pd.DataFrame:
    """Printed numbers about participants, over all and over those analysed."""
    return pd.DataFrame(
        [
            {
                "Printed": row.all_participants.label,
                "Value": f"{number(row.all_participants.printed)} {row.all_participants.unit}".strip(),
                "Over all enrolled": recomputed(row.all_participants),
                "Over those analysed": recomputed(row.analysed),
            }
            for row in result.participants
        ]
    )


def facts(result: OverviewResult) -> None:
    """How the trial was run, and what its report does not tell."""
    for label, text in result.facts:
        st.markdown(f"**{plain(label)}.** {plain(text)}")
    if result.not_in_the_text:
        st.markdown(f"**Not in the text.** {plain(listed(result.not_in_the_text))}.")


def onward(view: View) -> None:
    """The other pages, in this state, by the question that each answers."""
    st.header("Go on")
    query = state.link(view.assumptions, view.trial)
    for path, question in QUESTIONS.items():
        if path != "overview":
            st.page_link(view.pages[path], label=f"{question.title}: {question.ask}", query_params=query)
