"""Figures as they leave the house: drawn once, stamped, and kept, since an answer never changes."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import plotly.graph_objects as go

from lib.assumptions import stamp
from lib.figures.look import Look
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered

STAMP_SIZE, STAMP_LINE, STAMP_WIDTH = 10, 14, 62
"""The stamp's font and line height in pixels, and how many characters of it fit beside each other on a telephone."""


@dataclass(frozen=True)
class Drawn:
    """One part with its stamped figure and its table. Shared by all viewers: nobody may change them."""

    part: Part
    figure: go.Figure
    table: pd.DataFrame


@lru_cache(maxsize=256)
def drawn(question: Asked, name: str, look: Look) -> tuple[Drawn, ...]:
    """Every part of one figure of the registry, for the answer to this question.

    Raises
    ------
    Refusal
        Where the question has no answer under these assumptions.
    """
    text = stamp(question.trial, question.assumptions)
    parts = FIGURES[name](answered(question))
    return tuple(Drawn(part, stamped(part.draw(look), text, look), part.table()) for part in parts)


def stamped(figure: go.Figure, text: str, look: Look) -> go.Figure:
    """The figure with a stamp below everything else, its height grown by that of the stamp."""
    lines = textwrap.wrap(text, STAMP_WIDTH)
    margin = figure.layout.template.layout.margin.to_plotly_json() | figure.layout.margin.to_plotly_json()
    grown = STAMP_LINE * len(lines) + 6
    figure.update_layout(height=figure.layout.height + grown, margin={**margin, "b": margin["b"] + grown})
    figure.add_annotation(
        name="stamp",
        text="<br>".join(lines),
        showarrow=False,
        align="left",
        font={"size": STAMP_SIZE, "color": look.muted},
        **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - margin["l"]},
        **{"yref": "paper", "y": 0, "yanchor": "bottom", "yshift": -(margin["b"] + grown) + 2},
    )
    return figure
