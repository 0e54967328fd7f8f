"""Overview's parts: the headline and three cards, each with the way onward, everybody, and the facts."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import quote

import streamlit as st

from lib.app import show, state
from lib.app.frame import View
from lib.app.show import plain
from lib.questions.overview import FlowStep, OverviewResult, Person, reading
from lib.questions.sample_size import NextTrial
from lib.questions.wording import capital, probability
from lib.report.tables.overview import (
    NO_UNIT,
    about,
    denominators,
    estimate,
    interval,
    needed_words,
    site,
    tests,
    unit_lines,
)
from lib.report.tables.overview import facts as facts_told
from lib.trial.model import Trial
from lib.values import Missing

__all__ = [
    "denominators",
    "doses",
    "estimand",
    "facts",
    "minute",
    "opening",
    "people",
    "scales",
    "summary",
]


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
        with st.container(border=True, gap="small"):
            words = f"{capital(scale.words)}."
            small = f"{tests(endpoint)} {scale.printed}"
            show.fact(endpoint.label, estimate(endpoint), interval(endpoint), words, scale.driver, small=small)
            _link(view, "endpoints", "Estimand, test and printed numbers", change=endpoint.change)
    for text in result.others:
        st.caption(plain(text))


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
    needed, note = needed_words(planned)
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
    units = [
        f"<p><b>{escape(arms[unit.arm])}</b>, {escape(site(unit))}<br>{'<br>'.join(map(escape, unit_lines(unit)))}</p>"
        for unit in person.units
    ] or [f"<p>{NO_UNIT}</p>"]
    lost = f'<p class="lost">{escape(person.lost)}</p>' if person.lost else ""
    return (
        f"<li><h3>Participant {escape(person.participant)}{mark}</h3>"
        f'<p class="about">{escape(about(person))}</p>{"".join(units)}{lost}</li>'
    )


def facts(result: OverviewResult) -> None:
    """How the trial was run, and what its report does not tell."""
    show.facts(facts_told(result))
