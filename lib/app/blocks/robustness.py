"""Robustness' parts: the multiverse with a way to pick from it, the rules for whoever was lost, and the raters."""

from __future__ import annotations

import streamlit as st

from lib.app import provenance, show, state
from lib.app.frame import View
from lib.questions.endpoint_reading import short_unit
from lib.questions.multiverse_result import MultiverseResult
from lib.questions.rater_agreement import headline
from lib.questions.robustness import RobustnessResult, reading
from lib.questions.specifications import set_to
from lib.questions.wording import capital, measure, plural
from lib.report.tables.robustness import (
    LOST,
    MOVES,
    TOGETHER,
    by_unit,
    crossed,
    crossed_title,
    moves,
    ruled_out,
    rules,
    together,
)
from lib.values import Missing, known

PICK = "specification"
PICKING = (
    "Click a point, or pick a number, to set the whole dashboard to an analysis; Back undoes it. Analyses with equal "
    "effects stand in any order."
)


def about(result: RobustnessResult) -> None:
    """The page in a few lines, and the estimand of the endpoint that it is about."""
    st.markdown(show.plain(reading(result)))
    show.estimand("Everything on this page is ours, post hoc.", result.selected)


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
        show.table(TOGETHER, together(every))
        st.caption(show.plain(f"{every.allocation} Exact for the sharp null: no effect on any outcome in anybody."))
    with right:
        show.table(MOVES, moves(every))
        st.html(show.folded("What was ruled out, and why", show.table_html("Ruled out", ruled_out(every))))


def _set_to(every: MultiverseResult, rank: int, view: View) -> None:
    """Set the dashboard to the analysis of this rank; a callback."""
    wanted = every.specifications[rank - 1]
    state.put(set_to(dict(wanted.link), state.current(view.trial), view.trial))


def _picker(every: MultiverseResult, view: View) -> None:
    """The same as a click in the figure, for whoever has no mouse."""
    at, count = view.result.at, len(every.specifications)
    own = f"Yours is analysis {at} of {count}." if known(at) else f"{capital(at.reason)}."
    st.caption(show.plain(f"{own} {PICKING}"))
    start = int(at) if known(at) else next((spec.rank for spec in every.specifications if spec.paper), 1)
    with st.container(horizontal=True, key="picker", vertical_alignment="bottom", gap="small"):
        rank = st.number_input(
            f"Analysis, 1 to {count}", min_value=1, max_value=count, value=start, key=f"{PICK}-{start}", width=170
        )
        st.button(f"Use analysis {int(rank)}", on_click=_set_to, args=(every, int(rank), view))
    chosen = every.specifications[int(rank) - 1]
    options = " · ".join(option for _, option in chosen.choices)
    mean = measure(chosen.sign * chosen.mean, short_unit(chosen.unit))
    st.markdown(show.plain(f"Analysis {chosen.rank}: {options}: {mean}, {plural(chosen.n, 'pair', 'pairs')}."))


# ---- whoever was lost


def lost(result: RobustnessResult) -> None:
    """Every rule beside each other, with what it takes for possible."""
    if isinstance(result.lost, Missing):
        st.markdown(show.plain(result.lost_reading))
        return
    show.table(LOST, rules(result.lost))


# ---- raters


def agreement(result: RobustnessResult) -> None:
    """Cross-tables at both visits, and the differences by unit on request."""
    found = result.agreement
    if isinstance(found, Missing):
        st.header("Do the raters agree?")
        st.markdown(show.plain(result.agreement_reading))
        return
    st.header(show.plain(headline(found)))
    st.markdown(show.plain(result.agreement_reading))
    for column, at in zip(st.columns(len(found.visits)), found.visits, strict=True):
        with column:
            st.markdown(f"**{show.plain(at.visit)}**")
            if isinstance(at.agreement, Missing):
                st.markdown(show.plain(at.agreement.reason))
            else:
                show.table(crossed_title(found, at.visit), crossed(found, at.agreement))
    name = "Differences by unit"
    st.html(show.folded(name, provenance.table(name, *by_unit(found), quiet=True)))
