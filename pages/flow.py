"""Flow: the CONSORT diagram, and who is in each box."""

import streamlit as st

from lib.app import show
from lib.app.blocks import flow as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """The diagram, and beside it every box opened to who and why."""
    diagram, boxes = st.columns([3, 2])
    with diagram:
        show.figures("flow", view.asked)
        st.caption(show.plain(view.result.note))
    with boxes:
        st.header("Who is in each box, and why")
        blocks.boxes(view.result)
        st.caption(show.plain(f"Allocation: {view.result.allocation}"))


page_of("flow", draw)
