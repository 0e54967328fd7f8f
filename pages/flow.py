"""Flow: the CONSORT diagram, and who is in each box."""

import streamlit as st

from lib.app import show
from lib.app.blocks import flow as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """The diagram, then every box opened to who and why."""
    show.figures("flow", view.result)
    st.caption(show.plain(view.result.note))
    st.subheader("Who is in each box, and why")
    blocks.boxes(view.result)
    st.caption(show.plain(f"Allocation: {view.result.allocation}"))


page_of("flow", draw)
