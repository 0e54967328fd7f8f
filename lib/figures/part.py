"""What a page shows for a figure: title, sentence, drawing, and the table of what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from lib.figures.canvas import Canvas
from lib.figures.look import Look


@dataclass(frozen=True)
class Part:
    """One chart. `reading` says what it shows, also to who can't see it; `paint(look)` makes it; `table()` lists it."""

    key: str
    title: str
    reading: str
    paint: Callable[[Look], Canvas]
    table: Callable[[], pd.DataFrame]

    def draw(self, look: Look, stamp: str = "") -> go.Figure:
        """The validated figure, with a stamp below everything else where one is given."""
        return self.paint(look).figure(stamp)
