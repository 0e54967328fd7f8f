"""What a page shows for a figure: title, sentence, drawing, and the table of what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from lib.figures.look import Look


@dataclass(frozen=True)
class Part:
    """One chart. `reading` says what it shows, also to who can't see it; `draw(look)` makes it; `table()` lists it."""

    key: str
    title: str
    reading: str
    draw: Callable[[Look], go.Figure]
    table: Callable[[], pd.DataFrame]
