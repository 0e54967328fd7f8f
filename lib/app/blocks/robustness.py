"""Robustness' parts: the multiverse with a way to pick from it, the rules for whoever was lost, and the raters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.analysis.agreement import Agreement
from lib.app import provenance, show, state
from lib.app.frame import View
from lib.questions.endpoint_reading import short_unit
from lib.questions.multiverse_result import MultiverseResult, even_share
from lib.questions.rater_agreement import RatedUnit, RaterAgreement, headline
from lib.questions.rebuilt import Cell
from lib.questions.robustness import RobustnessResult, reading
from lib.questions.specifications import set_to
from lib.questions.tipping import LostResult
from lib.questions.wording import capital, estimate_words, measure, number, plural, probability, signed
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


def _together(every: MultiverseResult) -> pd.DataFrame:
    general = probability(every.general_floor)
    median, score = "Median effect, d_z towards the treatment", "Score: share favouring treated, zeros as half"
    return pd.DataFrame(
        [
            _summary(median, number(every.median), every.median_p, every.median_floor, general),
            _summary(score, even_share(every), every.share_p, every.share_floor, general),
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
        [{"Choice": name, "Range of d_z when it alone changes": number(moved)} for name, moved in every.influence]
    )


# ---- whoever was lost


def lost(result: RobustnessResult) -> None:
    """Every rule beside each other, with what it takes for possible."""
    if isinstance(result.lost, Missing):
        st.markdown(show.plain(result.lost_reading))
        return
    show.table("Rules for whoever was lost", _rules(result.lost))


def _rules(found: LostResult) -> pd.DataFrame:
    estimate = f"{found.observed.estimate_name.capitalize()} (interval), {short_unit(found.unit)}"
    return pd.DataFrame(
        [
            {
                "Rule": f"{rule.label}{' (chosen)' if rule.chosen else ''}",
                estimate: estimate_words(rule.test.estimate, rule.test.interval),
                "p": probability(rule.test.p),
                "Pairs": str(rule.test.n),
                "What it assumes": rule.words,
            }
            for rule in found.rules
        ]
    )


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
                show.table(f"{found.label} at {at.visit}", _crossed(found, at.agreement))
    st.html(show.folded("Differences by unit", _by_unit(found)))


def _crossed(found: RaterAgreement, seen: Agreement) -> pd.DataFrame:
    corner = f"{found.first} ↓ {found.second} →"
    return pd.DataFrame(
        [
            {corner: str(level), **{str(o): str(count or "·") for o, count in zip(found.levels, row, strict=True)}}
            for level, row in zip(found.levels, seen.table, strict=True)
        ]
    )


def _by_unit(found: RaterAgreement) -> str:
    raters = (found.first, found.second, "Difference")
    heads = (("Unit",), *((at.visit, rater) for at in found.visits for rater in raters))
    before = found.visits[0].units
    rows = [
        [Cell(unit.unit, "printed", ""), *(cell for at in found.visits for cell in _scores(at.units[place]))]
        for place, unit in enumerate(before)
    ]
    return provenance.table("Differences by unit", heads, rows, quiet=True)


def _scores(rated: RatedUnit) -> tuple[Cell, ...]:
    words = (number(rated.first), number(rated.second), signed(rated.difference))
    return tuple(Cell(word, "printed", "") for word in words)
