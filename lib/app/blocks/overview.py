"""Overview's parts: the question, the headline, everybody, the facts, and the way onward."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd
import streamlit as st

from lib.app import state
from lib.app.frame import View
from lib.app.show import plain, recomputed
from lib.questions.overview import OverviewResult, Person, Unit
from lib.questions.registry import QUESTIONS
from lib.questions.wording import listed, number, signed
from lib.trial.model import Trial
from lib.values import Missing, Real, known


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
            st.caption(plain(text))
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
    st.subheader("Go on")
    query = state.link(view.assumptions, view.trial)
    for path, question in QUESTIONS.items():
        if path != "overview":
            st.page_link(view.pages[path], label=f"{question.title}: {question.ask}", query_params=query)
