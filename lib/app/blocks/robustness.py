"""Robustness' parts: the multiverse with a way to pick from it, the rules for whoever was lost, and the raters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.analysis.agreement import Agreement
from lib.app import show, state
from lib.app.frame import View
from lib.questions.endpoint_reading import short_unit
from lib.questions.rater_agreement import AtVisit, RaterAgreement
from lib.questions.robustness import MultiverseResult, RobustnessResult, reading
from lib.questions.specifications import set_to
from lib.questions.tipping import LostResult
from lib.questions.wording import bounds_words, number, probability, signed
from lib.values import Missing

PICK = "specification"


def about(result: RobustnessResult) -> None:
    """The page in a few lines, and the estimand of the endpoint that it is about."""
    st.markdown(show.plain(reading(result)))
    st.caption("Everything on this page is ours, post hoc.")
    attributes = "".join(show.term(name, text) for name, text in result.selected.estimand.attributes())
    st.html(show.folded(f"Estimand: {result.selected.label}", attributes))


def multiverse(view: View) -> None:
    """The specification curve, a way to set the dashboard to one of its analyses, and what they say together."""
    every = view.result.multiverse
    if isinstance(every, Missing):
        st.markdown(show.plain(view.result.multiverse_reading))
        return
    show.figures("specifications", view.asked, picked=lambda rank: _set_to(every, rank, view))
    _picker(every, view)
    left, right = st.columns(2)
    with left:
        show.table("All analyses together", _together(every))
        st.caption(show.plain(f"{every.allocation} Exact for the sharp null: no effect on any outcome in anybody."))
    with right:
        show.table("Which choice moves the effect", _moves(every))
        rows = pd.DataFrame([{"Not among them": out.what, "Because": out.why} for out in every.ruled_out])
        st.html(show.folded("What was ruled out, and why", show.table_html("Ruled out", rows)))


def _set_to(every: MultiverseResult, rank: int, view: View) -> None:
    """Set the dashboard to the analysis of this rank; a callback."""
    wanted = every.specifications[rank - 1]
    state.put(set_to(dict(wanted.link), state.current(view.trial), view.trial))


def _picker(every: MultiverseResult, view: View) -> None:
    """The same as a click in the figure, for whoever has no mouse."""
    with st.container(horizontal=True, key="picker", vertical_alignment="bottom", gap="small"):
        rank = st.number_input(
            f"Analysis, 1 to {len(every.specifications)}",
            min_value=1,
            max_value=len(every.specifications),
            value=view.result.at or 1,
            key=f"{PICK}-{view.result.at}",
            width=170,
        )
        st.button("Set the dashboard to it", on_click=_set_to, args=(every, int(rank), view))
        chosen = every.specifications[int(rank) - 1]
        options = "; ".join(option for _, option in chosen.choices)
        st.markdown(show.plain(f"{chosen.label}: {options}. d_z {number(chosen.effect)}."), width="stretch")


def _together(every: MultiverseResult) -> pd.DataFrame:
    general = probability(every.general_floor)
    return pd.DataFrame(
        [
            _summary("Median d_z", number(every.median), every.median_p, every.median_floor, general),
            _summary("Share favouring treated", number(every.share), every.share_p, every.share_floor, general),
        ]
    )


def _summary(name: str, seen: str, p: float, floor: float, general: str) -> dict[str, str]:
    return {
        "Summary": name,
        "Seen": seen,
        "Joint p": probability(p),
        "Floor, these values": probability(floor),
        "Floor, no zeros": general,
    }


def _moves(every: MultiverseResult) -> pd.DataFrame:
    return pd.DataFrame(
        [{"Choice": name, "Moves d_z by, on average": number(moved)} for name, moved in every.influence]
    )


# ---- whoever was lost


def lost(result: RobustnessResult) -> None:
    """Every rule beside each other, with what it takes for possible."""
    if isinstance(result.lost, Missing):
        st.markdown(show.plain(result.lost_reading))
        return
    show.table("Rules for whoever was lost", _rules(result.lost))


def _rules(found: LostResult) -> pd.DataFrame:
    unit = short_unit(found.unit)
    return pd.DataFrame(
        [
            {
                "Rule": f"{rule.label}{' (chosen)' if rule.chosen else ''}",
                f"{rule.test.estimate_name.capitalize()}, {unit}": signed(rule.test.estimate),
                "Interval": " to ".join(bounds_words(rule.test.interval)),
                "p": probability(rule.test.p),
                "Pairs": str(rule.test.n),
                "What it assumes": rule.words,
            }
            for rule in found.rules
        ]
    )


# ---- raters


def agreement(result: RobustnessResult) -> None:
    """Cross-tables at both visits, and the differences by unit."""
    found = result.agreement
    st.markdown(show.plain(result.agreement_reading))
    if isinstance(found, Missing):
        return
    for column, at in zip(st.columns(len(found.visits)), found.visits, strict=True):
        with column:
            st.markdown(f"**{show.plain(at.visit)}**: {_rows_and_columns(found)}")
            if isinstance(at.agreement, Missing):
                st.markdown(show.plain(at.agreement.reason))
            else:
                show.table(f"{found.label} at {at.visit}", _crossed(found, at.agreement))
    show.table("Differences by unit", _by_unit(found))


def _rows_and_columns(found: RaterAgreement) -> str:
    return show.plain(f"rows {found.first.lower()}, columns {found.second.lower()}")


def _crossed(found: RaterAgreement, seen: Agreement) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                found.first: str(level),
                **{str(other): str(count) for other, count in zip(found.levels, row, strict=True)},
            }
            for level, row in zip(found.levels, seen.table, strict=True)
        ]
    )


def _by_unit(found: RaterAgreement) -> pd.DataFrame:
    before, after = found.visits
    return pd.DataFrame(
        [
            {"Unit": a.unit, **_scores(found, before, place), **_scores(found, after, place)}
            for place, a in enumerate(before.units)
        ]
    )


def _scores(found: RaterAgreement, at: AtVisit, place: int) -> dict[str, str]:
    rated = at.units[place]
    return {
        f"{at.visit}: {found.first.lower()}": number(rated.first),
        f"{at.visit}: {found.second.lower()}": number(rated.second),
        f"{at.visit}: difference": signed(rated.difference),
    }
