"""Endpoints' parts: estimand, estimate, notes, and the printed numbers beside the data's."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.analysis.results import Interval
from lib.app.show import plain, recomputed
from lib.questions.endpoint_reading import endpoint_reading, short_unit
from lib.questions.endpoint_result import EndpointsResult, PairedEndpoint
from lib.questions.wording import listed, percent, probability, signed
from lib.values import Missing


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
            "Recomputed": recomputed(row),
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
