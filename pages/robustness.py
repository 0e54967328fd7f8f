"""Robustness: all defensible analyses, each person's weight, whoever was lost, and the raters."""

import streamlit as st

from lib.app import show
from lib.app.blocks import robustness as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """The widest question first: all analyses, then people, then losses, then raters."""
    blocks.about(view.result)
    blocks.multiverse(view)
    people, lost = st.columns(2)
    with people:
        show.figures("influence", view.asked)
    with lost:
        show.figures("tipping", view.asked)
    blocks.lost(view.result)
    blocks.agreement(view.result)


page_of("robustness", draw)
