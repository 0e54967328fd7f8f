"""Endpoints' parts: estimand, estimate, notes, and the printed numbers beside the data's."""

from __future__ import annotations

import streamlit as st

from lib.analysis.results import StudentNull
from lib.app.frame import View
from lib.app.show import figures, plain, table
from lib.questions.endpoint_reading import endpoint_reading, short_unit
from lib.questions.endpoint_result import EndpointsResult, PairedEndpoint
from lib.questions.wording import percent, probability, signed
from lib.report.tables.endpoints import PRIORS, bounds, effects, family, printed, priors
from lib.values import Missing

__all__ = ["belief", "effects", "estimate", "family", "notes", "printed", "untested"]


def estimate(result: EndpointsResult) -> None:
    """Estimate and interval first, then p beside the floor."""
    endpoint = result.selected
    test, exact = endpoint.test, endpoint.exact
    unit, floor = short_unit(endpoint.unit), probability(exact.floor.given_zeros)
    cells = st.columns(3)
    cells[0].metric(f"{test.estimate_name.capitalize()}, treated − control", f"{signed(test.estimate)} {unit}")
    nothing = isinstance(test.p, Missing)
    cells[1].metric(f"{percent(test.interval.level)} interval", "none" if nothing else bounds(test.interval))
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


def belief(view: View) -> None:
    """Prior and posterior, with their reading; in words alone where there is no posterior."""
    if isinstance(view.result.belief, Missing):
        st.markdown(plain(view.result.belief_reading))
    else:
        figures("belief", view.asked)
        table(PRIORS, priors(view.result))
