"""Evidence: the paper's statements held against the published data, and what could lie behind its numbers."""

import streamlit as st

from lib.app import show
from lib.app.blocks import evidence as blocks
from lib.app.frame import View, page_of
from lib.questions.evidence import reading


def draw(view: View) -> None:
    """Verdicts first, then what matters, then every statement, then what could lie behind."""
    result = view.result
    st.markdown(show.plain(reading(result)))
    blocks.tallies(result)
    blocks.findings(view)
    blocks.ledger(view)
    blocks.readings(view)
    blocks.areas(view)
    blocks.tables(view)
    blocks.checklists(view)


page_of("evidence", draw)
