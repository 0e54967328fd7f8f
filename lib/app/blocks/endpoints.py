"""Endpoints' parts: estimand, estimate, notes, and the printed numbers beside the data's."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.analysis.effect_size import EffectSize
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.results import Interval, StudentNull
from lib.app.frame import View
from lib.app.show import figures, plain, recomputed, table
from lib.questions.endpoint_reading import endpoint_reading, short_unit
from lib.questions.endpoint_result import EndpointsResult, PairedEndpoint, PrintedP
from lib.questions.inference_result import InferenceResult
from lib.questions.wording import (
    amount,
    bounds_words,
    chance,
    listed,
    number,
    percent,
    plural,
    probability,
    signed,
)
from lib.values import Missing


def estimate(result: EndpointsResult) -> None:
    """Estimate and interval first, then p beside the floor."""
    endpoint = result.selected
    test, exact = endpoint.test, endpoint.exact
    unit, floor = short_unit(endpoint.unit), probability(exact.floor.given_zeros)
    cells = st.columns(3)
    cells[0].metric(f"{test.estimate_name.capitalize()}, treated − control", f"{signed(test.estimate)} {unit}")
    nothing = isinstance(test.p, Missing)
    cells[1].metric(f"{percent(test.interval.level)} interval", "none" if nothing else _bounds(test.interval))
    with cells[2], st.container(key="descriptive-p"):
        st.metric(
            "p, descriptive" if endpoint.sides == "two" else "One-sided p, descriptive",
            probability(test.p),
            delta=_beside(endpoint, floor),
            delta_color="off",
            delta_arrow="off",
        )
    st.markdown(plain(endpoint_reading(endpoint)))
    if endpoint.caution:
        st.caption(plain(f"Take care: {endpoint.caution}"))
    if test.interval.reason and not nothing:
        st.caption(plain(f"The interval is {test.interval.reason}."))


def _beside(endpoint: PairedEndpoint, floor: str) -> str:
    """The exact p where the test is none, and the smallest that these pairs can give."""
    modelled = isinstance(endpoint.test.null, StudentNull)
    return f"{f'exact {probability(endpoint.exact.p)}; ' if modelled else ''}floor of these pairs {floor}"


def _bounds(interval: Interval) -> str:
    return " to ".join(bounds_words(interval))


def notes(result: EndpointsResult) -> None:
    """How the allocation bears on the exact p, and what the chosen test assumes."""
    st.caption(plain(result.allocation_note))
    with st.expander("What this test assumes"):
        for text in result.selected.test.notes:
            st.markdown(f"- {plain(text)}")


def untested(result: EndpointsResult) -> None:
    """Endpoints without individual values, in words."""
    for endpoint in result.endpoints:
        if not isinstance(endpoint, PairedEndpoint):
            st.markdown(plain(endpoint_reading(endpoint)))


def effects(result: InferenceResult) -> pd.DataFrame:
    """Effect sizes with their intervals, or why there is none."""
    return pd.DataFrame(
        [
            {
                "Effect size": found.size.label,
                f"Value ({percent(result.level)} interval, two-sided)": _sized(found.size),
                "Pairs": str(found.pairs),
                "How": found.size.method,
            }
            for found in result.effects
        ]
    )


UNSIGNED = ("superiority", "discordant-odds-ratio")
"""Effect sizes that can't be negative: a plus before them would say nothing."""


def _sized(size: EffectSize) -> str:
    """Value with its interval, or why there is none."""
    if isinstance(size.value, Missing):
        bounds = "" if size.interval.low is None and size.interval.high is None else f" ({_bounds(size.interval)})"
        return f"{size.value.reason}{bounds}"
    told = f"{signed(size.value)} ({_bounds(size.interval)})"
    return told.replace("+", "") if size.key in UNSIGNED else told


def family(result: InferenceResult) -> pd.DataFrame:
    """The primary endpoints' p-values, as they are and under every adjustment."""
    if all(isinstance(member.p, Missing) for member in result.family.members):
        return pd.DataFrame()
    rules = [rule for rule in ADJUSTMENTS.values() if rule.key != "none"]
    chosen = result.family.adjust
    return pd.DataFrame(
        [
            {
                "Primary endpoint": member.label,
                "Treated − control (interval)": member.told,
                "p": probability(member.p),
                "Floor of p": probability(member.floor),
                **{_marked(rule.label, rule.key == chosen): probability(member.adjusted[rule.key]) for rule in rules},
            }
            for member in result.family.members
        ]
    )


def belief(view: View) -> None:
    """Prior and posterior, with their reading; in words alone where there is no posterior."""
    if isinstance(view.result.belief, Missing):
        st.markdown(plain(view.result.belief_reading))
    else:
        figures("belief", view.asked)
        table("The same data under other priors", _priors(view.result))


def _priors(result: InferenceResult) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Prior": f"{label}{' (chosen)' if found == result.belief else ''}",
                f"Mean difference, {short_unit(found.unit)}": signed(found.after.mean),
                f"{percent(found.interval.level)} credible interval": _bounds(found.interval),
                f"P(benefit{f' above {number(found.delta)}' if found.delta else ''})": chance(found.beyond),
                f"P(p ≤ {number(found.alpha)} with {plural(found.n, 'new pair', 'new pairs')})": chance(found.success),
            }
            for label, found in result.priors
        ]
    )


def _marked(label: str, chosen: bool) -> str:
    return f"{label} (chosen)" if chosen else label


def printed(result: EndpointsResult, unit: str) -> pd.DataFrame:
    """Printed numbers about outcomes beside the data's, the P's first: they are what nothing published gives."""
    rows = [
        {
            "What": row.label,
            "Printed": f"{row.printed:.{row.decimals}f}",
            "Recomputed": _printed_p_words(row, unit),
            "Where": row.source,
        }
        for row in result.printed_p
    ]
    rows += [
        {
            "What": row.label,
            "Printed": amount(row.printed, row.unit),
            "Recomputed": recomputed(row),
            "Where": row.source,
        }
        for row in result.comparisons
    ]
    return pd.DataFrame(rows)


def _printed_p_words(row: PrintedP, unit: str) -> str:
    """Whether a printed P can be recomputed, and which of our p's happen to round to it."""
    values = f"{row.known} of {row.units} {unit} have a published value"
    fits = f"; the p of these changes rounds to it: {listed(row.fits)}" if row.fits else ""
    return f"not recomputable: {values}{fits}" if row.known < row.units else f"{values}{fits}"
