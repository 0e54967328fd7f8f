"""Endpoints: estimand, pairs, estimate and test of each, beside what the paper prints."""

import streamlit as st

from lib.app import show
from lib.app.blocks import endpoints as blocks
from lib.app.frame import View, page_of
from lib.questions.endpoint_reading import WHOSE, printed_match


def draw(view: View) -> None:
    """Estimand first, then the chosen endpoint, then all of them, then the printed numbers."""
    result = view.result
    show.estimand(f"{WHOSE[result.selected.analysis]}.", result.selected)
    blocks.estimate(result)
    pairs, null = st.columns(2)
    with pairs:
        show.figures("pairs", view.asked)
    with null:
        show.figures("null", view.asked)
        blocks.notes(result)
    show.figures("forest", view.asked)
    blocks.untested(result)
    st.header("Effect sizes")
    st.caption("From here to the printed numbers, all is ours, post hoc.")
    show.table("Effect sizes", blocks.effects(result))
    st.header("Several endpoints")
    st.markdown(show.plain(result.family_reading))
    show.table("Primary endpoints, adjusted for being several", blocks.family(result))
    blocks.belief(view)
    st.header("Printed and recomputed, side by side")
    st.markdown(show.plain(printed_match(result.selected, result.printed_p)))
    show.table("Printed and recomputed", blocks.printed(result, view.trial.spec.unit.plural))


page_of("endpoints", draw)
