"""Sample size: what the next trial needs, how unsure that is, and what it means in practice."""

import streamlit as st

from lib.app import show
from lib.app.blocks import planning, sample_size
from lib.app.frame import View, page_of
from lib.questions.plan_words import harms_words, precision_words, retention_words


def draw(view: View) -> None:
    """The plan in numbers and drawn, what it rests on, what it asks for, and the paragraph to paste."""
    result = view.result
    sample_size.plan(result)
    show.figures("power", view.asked)
    show.figures("categories", view.asked)
    sample_size.keep(view)
    st.header("For the protocol")
    sample_size.paste(view)
    st.header("What a significant result would be worth")
    show.table("Errors of this plan", sample_size.errors(result))
    st.header("What this trial leaves open")
    planning.pilot(result)
    show.facts((("Precision", precision_words(result)), ("Retention", retention_words(result))))
    show.table("Risk of an event of which none was seen", planning.harms(result), titled=True)
    st.caption(show.plain(harms_words(result)))
    st.html(show.folded("Rules of thumb, as context", show.table_html("Rules of thumb", planning.rules(result))))
    st.header("What it asks for")
    show.table("People, units and treatments", planning.implied(result))
    left, right = st.columns(2)
    with left:
        show.reasoned("What pairing gains", result.pairing, lambda: planning.pairing(result))
    with right:
        show.reasoned("What it costs if the effect carries across", result.carried, lambda: planning.carried(result))
    sample_size.beside(result)


page_of("sample-size", draw)
