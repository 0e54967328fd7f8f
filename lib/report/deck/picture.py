"""What a slide shows: the figure in light, large and sharp, or where no browser can draw it, its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import plotly.graph_objects as go

from lib.assumptions import Assumptions, assuming
from lib.errors import Refusal
from lib.figures.look import LIGHT
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered
from lib.questions.slide import Picture
from lib.report.deck.frame import Box
from lib.report.deck.table import Cells
from lib.report.deck.text import plain
from lib.report.drawing.press import Kind
from lib.trial.model import Trial

Draw = Callable[[go.Figure, Kind, int, int, float], bytes]
"""A figure, "png", width and height in its own pixels, and how many of the file's pixels each of them becomes."""

POINTS_PER_INCH, PIXELS_PER_INCH = 72, 300
LARGEST = 1.6
"""Points of a pixel of the figure at most: its 12-pixel labels are then 19 points high."""

NARROWEST = 380
"""Pixels in which every figure still has its labels beside each other."""

WIDEST = 1.9
"""Width to height: a figure gains nothing by being wider."""

ROOMY = {"trajectories": 0.75, "null": 0.75, "belief": 0.8, "power": 0.65, "pairs": 0.7, "tipping": 0.8, "areas": 0.9}
"""To what share of its height a figure without rows of text can be drawn, so that its text is larger on the slide."""

MOST_ROWS = 10
"""Of a table that stands for a figure."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure to be drawn, without a stamp; `least` is the smallest height in its own pixels that its text needs."""

    part: Part
    figure: go.Figure
    least: float

    @property
    def told(self) -> str:
        """What it shows, to who can't see it."""
        return plain(f"{self.part.title}. {self.part.reading}")

    def fit(self, box: Box) -> float:
        """Points that one of its pixels takes in this box."""
        return min(LARGEST, box.width / NARROWEST, box.height / self.least)

    def place(self, box: Box) -> Box:
        """What it takes of the box: no more width than it can use, in the middle."""
        width = min(box.width, WIDEST * box.height)
        return replace(box, left=box.left + (box.width - width) / 2, width=width)

    def png(self, box: Box, draw: Draw) -> bytes:
        """Drawn to fill this place.

        Raises
        ------
        Refusal
            Where nothing can draw it.
        """
        size = self.fit(box)
        width, height = round(box.width / size), round(box.height / size)
        pixels = ceil(box.width / POINTS_PER_INCH * PIXELS_PER_INCH)
        scale = (pixels + 0.5) / width  # half a pixel more, since what is left of one is dropped
        return draw(self.figure, "png", width, height, scale)


def state_of(picture: Picture | None, trial: Trial, assumptions: Assumptions) -> Assumptions:
    """What a slide assumes: what the viewer does, and what its picture sets."""
    if picture is None or not picture.state:
        return assumptions
    return assuming(assumptions, dict(picture.state), trial)


def drawing(picture: Picture, trial: Trial, assumptions: Assumptions) -> Drawing:
    """The figure of a slide under the slide's own assumptions.

    Raises
    ------
    Refusal
        Where its page has no answer in this state, or nothing is drawn there.
    """
    asked = Asked(picture.page, trial, assumptions)
    parts = FIGURES[picture.figure](answered(asked))
    found = [part for part in parts if picture.part in ("", part.key)]
    if not found:
        there = ", ".join(part.key for part in parts) or "none"
        raise Refusal(f"picture: {picture.figure} {picture.part} wanted; the page {picture.page} draws {there}")
    figure = found[0].draw(LIGHT)
    return Drawing(found[0], figure, ROOMY.get(picture.figure, 1) * figure.layout.height)


def rows_of(part: Part) -> Cells:
    """The figure's table with its head, where it is short enough for a slide; else nothing."""
    frame = part.table()
    if not 0 < len(frame) <= MOST_ROWS:
        return ()
    rows = [map(str, frame.columns), *(map(str, row) for row in frame.itertuples(index=False))]
    return tuple(tuple(map(plain, row)) for row in rows)
