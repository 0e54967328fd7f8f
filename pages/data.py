"""Data: everything that was observed, where it comes from, and all of it to take home."""

import streamlit as st

from lib.app import show
from lib.app.blocks import data as blocks
from lib.app.frame import View, page_of
from lib.questions.data import reading


def draw(view: View) -> None:
    """How much there is, the paper's tables, the baseline, then every file."""
    result, trial = view.result, view.trial
    st.markdown(show.plain(reading(result)))
    blocks.legend(result)
    files = blocks.files(trial)
    blocks.rebuilt(result, trial)
    blocks.baseline(result, trial)
    blocks.tables(result, trial, files)


page_of("data", draw)
