"""The parts of pages that are neither figure nor control: numbers, cards, and tables of a result."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd
import streamlit as st

from lib.analysis.results import Interval
from lib.app import state
from lib.app.frame import View
from lib.app.show import plain
from lib.figures.flow import counts
from lib.questions.endpoints import (
    EndpointsResult,
    PairedEndpoint,
    endpoint_reading,
    short_unit,
)
from lib.questions.flow import FlowResult
from lib.questions.overview import OverviewResult, Person, Unit
from lib.questions.printed import Comparison
from lib.questions.registry import QUESTIONS
from lib.questions.sample_size import DesignAnswer, SampleSizeResult
from lib.questions.wording import listed, number, percent, power_words, probability, signed
from lib.trial.flow import Box, Member
from lib.trial.model import Trial
from lib.values import Missing, Real, known

# --- overview --------------------------------------------------------------------------------------------------------


def question(result: OverviewResult) -> None:
    """What was asked, by whom it was published, and how it was designed."""
    st.markdown(f"**{plain(result.question)}**")
    st.markdown(plain(f"{result.design}. {' · '.join(result.doses)}."))
    doi = f", [doi {plain(result.doi)}](https://doi.org/{quote(result.doi)})" if result.doi else ""
    st.caption(plain(result.citation) + doi)


def headline(result: OverviewResult) -> None:
    """The estimate in a sentence, what drives it, and the same outcome on its other scales."""
    with st.container(border=True):
        st.markdown(plain(result.headline))
        if result.driver:
            st.markdown(plain(result.driver))
        for text in result.scales:
            st.caption(plain(f"On another scale: {text}"))
        st.caption(plain(result.flow))


def people(result: OverviewResult, trial: Trial) -> None:
    """Every participant with both units, whoever was lost included."""
    st.subheader(f"All {len(result.people)} participants, {trial.spec.unit.singular} by {trial.spec.unit.singular}")
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
                "Over all enrolled": _recomputed(row.all_participants),
                "Over those analysed": _recomputed(row.analysed),
            }
            for row in result.participants
        ]
    )


def _recomputed(comparison: Comparison) -> str:
    if isinstance(comparison.recomputed, Missing):
        return comparison.recomputed.reason
    return f"{number(comparison.recomputed)} {'✓' if comparison.agrees else '≠'}"


def facts(result: OverviewResult) -> None:
    """How the trial was run, and what its report does not tell."""
    for label, text in result.facts:
        st.markdown(f"**{plain(label)}.** {plain(text)}")
    if result.not_in_the_text:
        st.markdown(f"**Not in the text.** {plain(listed(result.not_in_the_text))}.")


def onward(view: View) -> None:
    """The other pages, in this state, by the question that each answers."""
    st.subheader("Go on")
    query = state.link(view.assumptions, view.trial)
    for path, question in QUESTIONS.items():
        if path != "overview":
            st.page_link(view.pages[path], label=f"{question.title}: {question.ask}", query_params=query)


# --- flow ------------------------------------------------------------------------------------------------------------


def boxes(result: FlowResult) -> None:
    """Every box, opened to who and why; the arms of one stage together."""
    names = {arm.key: arm.label for arm in result.arms}
    stages: dict[tuple[str, bool], list[Box]] = {}
    for box in result.flow.boxes:
        stages.setdefault((box.key, box.arm is None), []).append(box)
    for together in stages.values():
        told = [
            f"{names[box.arm]} {counts(box, result.units)}" if box.arm else counts(box, result.units)
            for box in together
        ]
        with st.expander(plain(f"{together[0].label}: {'; '.join(told)}")):
            for box in together:
                for line in _box_lines(box, names):
                    st.markdown(plain(line))


def _box_lines(box: Box, names: dict[str, str]) -> list[str]:
    arm = f"{names[box.arm]}: " if box.arm else ""
    if not box.members:
        return [f"{arm}{'not reported' if isinstance(box.participants, Missing) else 'nobody'}"]
    return [f"{arm}{_member(member)}" for member in box.members]


def _member(member: Member) -> str:
    units = f" ({', '.join(member.units)})" if member.units else ""
    return f"participant {member.participant}{units}" + (f": {member.reason}" if member.reason else "")


# --- endpoints -------------------------------------------------------------------------------------------------------


def estimand(endpoint: PairedEndpoint) -> None:
    """What is estimated, before any number."""
    parts = endpoint.estimand
    whose = "The paper's analysis" if endpoint.analysis == "paper" else "Ours, post hoc"
    with st.container(border=True):
        st.markdown(f"**Estimand: {plain(endpoint.label)}** · {whose}")
        for label, text in (
            ("Population", parts.population),
            ("Contrast", parts.contrast),
            ("Variable", parts.variable),
            ("Loss and early stop", parts.intercurrent),
            ("Summary", parts.summary),
        ):
            st.markdown(f"{label}: {plain(text)}")


def estimate(result: EndpointsResult) -> None:
    """Estimate and interval first, then p beside the floor."""
    endpoint = result.selected
    test, exact = endpoint.test, endpoint.exact
    unit, floor = short_unit(endpoint.unit), probability(exact.floor.general)
    cells = st.columns(3)
    cells[0].metric(f"{test.estimate_name.capitalize()}, treated − control", f"{signed(test.estimate)} {unit}")
    cells[1].metric(f"{percent(test.interval.level)} interval", _bounds(test.interval))
    cells[2].metric("p", probability(test.p), delta=f"no exact p below {floor}", delta_color="off", delta_arrow="off")
    st.markdown(plain(endpoint_reading(endpoint)))
    for reason in (test.interval.reason, test.p.reason if isinstance(test.p, Missing) else ""):
        if reason:
            st.caption(plain(reason))


def _bounds(interval: Interval) -> str:
    low = "−∞" if interval.low is None else signed(interval.low)
    high = "∞" if interval.high is None else signed(interval.high)
    return f"{low} to {high}"


def notes(result: EndpointsResult) -> None:
    """What the chosen test assumes, and how the allocation bears on the exact p."""
    with st.expander("What this test assumes"):
        for text in dict.fromkeys((*result.selected.test.notes, result.allocation_note)):
            st.markdown(f"- {plain(text)}")


def untested(result: EndpointsResult) -> None:
    """Endpoints without individual values, in words."""
    for endpoint in result.endpoints:
        if not isinstance(endpoint, PairedEndpoint):
            st.markdown(plain(endpoint_reading(endpoint)))


def printed(result: EndpointsResult) -> pd.DataFrame:
    """Printed numbers about outcomes beside the data's."""
    rows = [
        {
            "What": row.label,
            "Printed": f"{row.printed:.{row.decimals}f} {row.unit}".strip(),
            "Recomputed": _recomputed(row),
            "Where": row.source,
        }
        for row in result.comparisons
    ]
    rows += [
        {
            "What": row.label,
            "Printed": f"{row.printed:.{row.decimals}f}",
            "Recomputed": row.reason or (f"fits {listed(row.fits)}" if row.fits else "fits none of these endpoints"),
            "Where": row.source,
        }
        for row in result.printed_p
    ]
    return pd.DataFrame(rows)


def printed_p(result: EndpointsResult) -> str:
    """Whether the selected endpoint's p is among the printed ones."""
    selected = result.selected
    fitting = [row for row in result.printed_p if selected.label in row.fits]
    p = probability(selected.test.p)
    if fitting:
        return (
            f"The p of {selected.label}, {p}, rounds to the printed {listed([f'{row.printed:g}' for row in fitting])}."
        )
    return f"No printed P matches {selected.label}: its p is {p}."


# --- sample size -----------------------------------------------------------------------------------------------------


def plan(result: SampleSizeResult) -> None:
    """The plan's answers as numbers, and in a sentence."""
    chosen = result.chosen
    cells = st.columns(3)
    cells[0].metric(f"Power at n = {result.plan.n}", _power(chosen.power_at_n))
    cells[1].metric(f"n for {percent(result.plan.target)} power", _whole(chosen.needed))
    cells[2].metric(f"Detectable at n = {result.plan.n}", f"{number(chosen.detectable)} {result.unit}")


def _power(power: Real) -> str:
    return "–" if isinstance(power, Missing) else power_words(power)


def _whole(count: int | Missing) -> str:
    return "none" if isinstance(count, Missing) else str(count)


def designs(result: SampleSizeResult) -> pd.DataFrame:
    """One row a design."""
    return pd.DataFrame([_design(design, result) for design in (result.chosen, *result.others)])


def _design(design: DesignAnswer, result: SampleSizeResult) -> dict[str, str]:
    return {
        "Design": design.label,
        "n counts": design.n_counts,
        f"Power at n = {result.plan.n}": _power(design.power_at_n),
        f"n for {percent(result.plan.target)}": _whole(design.needed),
        "Participants": _whole(design.participants),
        "To enrol": _whole(design.enrolled),
        f"Detectable at n = {result.plan.n}": f"{number(design.detectable)} {result.unit}",
    }


def printed_effect(result: SampleSizeResult) -> pd.DataFrame:
    """Each design's reading of the printed detectable effect."""
    if isinstance(result.printed, Missing):
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "Design": row.label,
                "The printed SD read as": row.basis,
                "Detectable effect": number(row.detectable, 5),
                "Prints": f"{'✓' if row.prints else '≠'} {number(result.printed.printed)}",
                f"As SD per {result.measured_on}, ρ needed": row.rho.reason
                if isinstance(row.rho, Missing)
                else f"{row.rho.low:.2f} to {row.rho.high:.2f}",
            }
            for row in result.printed.readings.readings
        ]
    )
