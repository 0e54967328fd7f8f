"""Overview: the question, everybody in the trial, and the headline."""

import streamlit as st

from lib.app import show
from lib.app.blocks import overview as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """Question, headline, people, and the way onward."""
    result = view.result
    blocks.question(result)
    blocks.headline(result)
    show.figures("pairs", result)
    blocks.people(result, view.trial)
    with st.expander("Who took part, in the paper's numbers and in the data"):
        show.table(blocks.denominators(result))
    blocks.facts(result)
    blocks.onward(view)


page_of("overview", draw)
