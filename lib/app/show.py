"""Drawing on a page: text that may be somebody else's, figures with their sentence and table."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import streamlit as st

from lib.figures.look import DARK, LIGHT, Look
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.printed import Comparison
from lib.questions.wording import number
from lib.values import Missing


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is: a link's query or a trial's label may hold anything."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:-])", r"\\\1", text)


def look() -> Look:
    """The palette of the viewer's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def figures(name: str, result: Any) -> None:
    """Every part of a figure of the registry."""
    for part in FIGURES[name](result):
        figure(part)


def figure(part: Part) -> None:
    """Title, sentence, chart, and the table of what is drawn."""
    st.subheader(plain(part.title), anchor=part.key)
    st.markdown(plain(part.reading))
    st.plotly_chart(
        part.draw(look()),
        width="stretch",
        theme=None,
        key=f"chart-{part.key}",
        alt=f"{part.title}. {part.reading}",
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "svg", "filename": part.key},
        },
    )
    with st.expander("Data in this figure"):
        table(part.table())


def table(frame: pd.DataFrame) -> None:
    """A small table as text, readable for a screen reader and scrolling inside itself on a phone."""
    st.table(frame.set_index(frame.columns[0]) if len(frame.columns) else frame)


def recomputed(comparison: Comparison) -> str:
    """A recomputed number, and whether it rounds to the printed one."""
    if isinstance(comparison.recomputed, Missing):
        return comparison.recomputed.reason
    return f"{number(comparison.recomputed)} {'✓' if comparison.agrees else '≠'}"
