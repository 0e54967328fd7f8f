"""Sample size: what the next trial needs, and where the paper's detectable effect comes from."""

import streamlit as st

from lib.app import show
from lib.app.blocks import sample_size as blocks
from lib.app.frame import View, page_of
from lib.questions.sample_size import printed_reading


def draw(view: View) -> None:
    """The plan in numbers, its curve, the designs beside each other, the printed effect."""
    result = view.result
    blocks.plan(result)
    show.figures("power", view.asked)
    st.header("The same plan under every design")
    show.table("The same plan under every design", blocks.designs(result))
    st.header("The detectable effect that the paper prints")
    st.markdown(show.plain(printed_reading(result)))
    show.table("Readings of the printed detectable effect", blocks.printed_effect(result))


page_of("sample-size", draw)
