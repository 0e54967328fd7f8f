"""Overview's parts: the headline and three cards, each with the way onward, everybody, and the facts."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

from lib.app import show, state
from lib.app.frame import View
from lib.app.show import plain, recomputed
from lib.questions.endpoint_reading import WHOSE, normal_only, short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.overview import FlowStep, OverviewResult, Person, Unit, reading
from lib.questions.sample_size import NextTrial
from lib.questions.wording import (
    amount,
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


def opening(view: View) -> None:
    """Whose trial it is, what it asked, and the answer, before anything can be touched."""
    result: OverviewResult = view.result
    doi = f", [doi {plain(result.doi)}](https://doi.org/{quote(result.doi)})" if result.doi else ""
    st.caption(plain(f"{result.condition.capitalize()} · {result.citation}") + doi)
    st.markdown(plain(result.answer))


def doses(result: OverviewResult) -> None:
    """What was given."""
    if result.doses:
        st.markdown(plain(f"{' · '.join(result.doses)}."))


def scales(view: View) -> None:
    """The headline on each scale of the outcome: estimate, interval, and who drives it."""
    result: OverviewResult = view.result
    for scale in result.scales:
        endpoint = scale.endpoint
        estimate = measure(endpoint.test.estimate, short_unit(endpoint.unit))
        with st.container(border=True, gap="small"):
            words = f"{scale.words[0].upper()}{scale.words[1:]}."
            small = f"{_tests(endpoint)} {scale.printed}"
            show.fact(endpoint.label, estimate, _interval(endpoint), words, scale.driver, small=small)
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
    return f"{', '.join(words)}. {WHOSE[endpoint.analysis]}.{normal_only(endpoint)}"


def summary(view: View) -> None:
    """Who took part, what no test could have shown, and what the next trial needs: three cards."""
    result: OverviewResult = view.result
    flow, floor, plan = st.columns(3)
    with flow, st.container(border=True, height="stretch"):
        show.steps("Who took part", [_step(stage, result.units) for stage in result.stages], result.flow)
        _link(view, "flow", "The flow, box by box")
    with floor, st.container(border=True, height="stretch"):
        lowest = result.selected.exact.floor
        sides = "Smallest two-sided exact p" if result.selected.sides == "two" else "Smallest one-sided exact p"
        note = f"for these pairs; {probability(lowest.general)} for as many pairs without a zero difference"
        show.fact(sides, probability(lowest.given_zeros), note, result.floor, small=result.allocation)
        _link(view, "endpoints", "The exact test and its floor", test="sign-flip")
    with plan, st.container(border=True, height="stretch"):
        _next(result.next_trial, result.seen)
        _link(view, "sample-size", "Change the plan")


def _step(stage: FlowStep, units: str) -> tuple[str, str, str]:
    return stage.label, str(stage.participants), f"· {stage.units} {units}"


def _next(planned: NextTrial | Missing, seen: str) -> None:
    if isinstance(planned, Missing):
        show.fact("The next trial", "–", "no plan under these assumptions", planned.reason)
        return
    needed = "none" if isinstance(planned.needed, Missing) else f"n = {planned.needed}"
    wanted = amount(planned.plan.effect, planned.unit)
    note = f"for {percent(planned.plan.target)} power, if {wanted} is the difference; all assumed, none found"
    show.fact("The next trial", needed, note, planned.sentence, seen)


def minute(result: OverviewResult) -> None:
    """The page in sentences, to be read aloud."""
    st.header("The trial in one minute, to be read aloud")
    with st.container(key="minute"):
        st.markdown(plain(reading(result)))


def estimand(result: OverviewResult) -> None:
    """What exactly is estimated by the headline."""
    with st.expander("What exactly is estimated"):
        show.facts(result.estimand.attributes())


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
    st.html(f'<ul class="people">{"".join(_person(person, arms) for person in result.people)}</ul>')


def _person(person: Person, arms: dict[str, str]) -> str:
    mark = " ★" if person.highlighted else ""
    about = " · ".join(text for _, text in person.attributes[:3])
    units = [
        f"<p><b>{escape(arms[unit.arm])}</b>, {escape(unit.site or 'site not in the text')}<br>"
        f"{'<br>'.join(map(escape, _unit(unit)))}</p>"
        for unit in person.units
    ] or ["<p>No unit allocated.</p>"]
    lost = f'<p class="lost">{escape(person.lost)}</p>' if person.lost else ""
    return (
        f"<li><h3>Participant {escape(person.participant)}{mark}</h3>"
        f'<p class="about">{escape(about)}</p>{"".join(units)}{lost}</li>'
    )


def _unit(unit: Unit) -> list[str]:
    """One line a reading."""
    lines = []
    for found in unit.readings:
        change = f"change {signed(found.change_percent)} %" if known(found.change_percent) else ""
        if known(found.baseline) or known(found.final):
            values = f"{_or_gap(found.baseline)} → {_or_gap(found.final)} {found.unit}"
            lines.append(f"{found.label} {values}{f' ({change})' if change else ''}")
        else:
            lines.append(f"{found.label}: {f'{change}; values' if change else ''} not published".replace(":  ", ": "))
    return lines


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
    gaps = listed(result.not_in_the_text)
    show.facts((*result.facts, *([("Not in the text", f"{gaps}.")] if result.not_in_the_text else [])))
