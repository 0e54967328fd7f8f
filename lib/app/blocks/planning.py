"""Sample size's further parts: what this trial leaves open, and what a plan means in practice."""

from __future__ import annotations

import streamlit as st

from lib.app import show
from lib.questions.plan_words import assurance_words, spread_words
from lib.questions.sample_size import SampleSizeResult
from lib.report.tables.planning import ASSURANCE, SPREAD, assurance, carried, harms, implied, pairing, rules, spread
from lib.values import Missing

__all__ = ["carried", "harms", "implied", "pairing", "pilot", "rules"]


def pilot(result: SampleSizeResult) -> None:
    """The SD seen and what it may be, power and assurance, and why observed power is not shown."""
    st.markdown(show.plain(spread_words(result)))
    left, right = st.columns(2)
    with left:
        show.reasoned(SPREAD, result.spread, lambda: spread(result))
    with right:
        found = result.assurance
        if isinstance(found, Missing):
            st.markdown(show.plain(f"No assurance: {found.reason}."))
        else:
            show.table(ASSURANCE, assurance(found), titled=True)
            st.caption(show.plain(assurance_words(found, result)))
    st.caption(show.plain(result.observed_power))
