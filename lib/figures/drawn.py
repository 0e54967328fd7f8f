"""Figures as they leave the house: drawn once, stamped, and kept, since an answer never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import plotly.graph_objects as go

from lib.assumptions import stamp
from lib.figures.look import Look
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered


@dataclass(frozen=True, eq=False)
class Drawn:
    """One part with its stamped figure and its table, equal only to itself.

    Shared by all viewers: nobody may change them.
    """

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
    return tuple(Drawn(part, part.draw(look, text), part.table()) for part in parts)
