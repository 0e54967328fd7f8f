"""Endpoints: estimand, pairs, estimate and test of each, beside what the paper prints."""

import streamlit as st

from lib.app import show
from lib.app.blocks import endpoints as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """Estimand first, then the chosen endpoint, then all of them, then the printed numbers."""
    result = view.result
    blocks.estimand(result.selected)
    blocks.estimate(result)
    show.figures("pairs", result)
    show.figures("null", result)
    blocks.notes(result)
    show.figures("forest", result)
    blocks.untested(result)
    st.subheader("Printed and recomputed, side by side")
    show.table(blocks.printed(result, view.trial.spec.unit.plural))
    st.markdown(show.plain(blocks.printed_p(result)))


page_of("endpoints", draw)
