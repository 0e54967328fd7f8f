"""Overview: the trial on one screen, each part with the way onward."""

import streamlit as st

from lib.app import show
from lib.app.blocks import overview as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """Everybody beside the headline, the three cards, the minute, then the details."""
    result = view.result
    everybody, headline = st.columns([3, 2])
    with everybody:
        show.figures("cases", view.asked)
    with headline:
        blocks.scales(view)
    blocks.summary(view)
    blocks.minute(result)
    blocks.doses(result)
    blocks.estimand(result)
    blocks.people(result, view.trial)
    with st.expander("Who took part, in the paper's numbers and in the data"):
        show.table("Over all enrolled, and over those analysed", blocks.denominators(result))
    blocks.facts(result)


page_of("overview", draw, blocks.opening)
