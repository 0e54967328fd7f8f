"""The frame of a slide: its size, its margins, and the title on top, as large as it has room. Lengths are in points."""

from __future__ import annotations

from dataclasses import dataclass

from lib.errors import Refusal
from lib.report.deck.text import cut, rows_height, wrapped


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide, in points from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width


@dataclass(frozen=True)
class Paper:
    """The size of a slide, its margin, how many facts stand beside each other, and the columns tried for the text."""

    width: float
    height: float
    across: int
    shares: tuple[float, ...]
    margin: float = 44

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin


RATIOS = {
    "16:9": Paper(960, 540, 4, (0.30, 0.34, 0.38, 0.42)),
    "4:3": Paper(720, 540, 3, (0.34, 0.38, 0.42, 0.46)),
}
"""Slides of 13.333 × 7.5 and of 10 × 7.5 inches."""

FOOT = Box(44, 506, 0, 18)
"""Where stamp and slide number stand; the width is the paper's."""

TITLE_TOP, GAP, GUTTER = 30, 16, 24
TITLE_SIZES = ((30, 1), (28, 1), (30, 2), (28, 3), (26, 3), (24, 3), (22, 4), (20, 4))
"""Sizes of a title with the lines that it may take, best first."""


def paper(ratio: str) -> Paper:
    """The slide of this ratio.

    Raises
    ------
    Refusal
        Where there is none.
    """
    if ratio not in RATIOS:
        raise Refusal(f"ratio: {ratio!r} given; wanted {' or '.join(RATIOS)}")
    return RATIOS[ratio]


@dataclass(frozen=True)
class Heading:
    """A title in its box."""

    text: str
    size: float
    box: Box


def heading(title: str, sheet: Paper) -> tuple[Heading, str]:
    """The title as large as it has room, and what of it has none."""
    for size, most in TITLE_SIZES:
        rows = wrapped(title, size, sheet.inner, bold=True)
        if len(rows) <= most:
            return _heading(title, size, len(rows), sheet), ""
    kept, over = cut(title, size, sheet.inner, most - 1, bold=True)
    return _heading(kept, size, most, sheet), over


def _heading(text: str, size: float, rows: int, sheet: Paper) -> Heading:
    return Heading(text, size, Box(sheet.margin, TITLE_TOP, sheet.inner, rows_height(rows, size)))


def body(title: Heading, sheet: Paper) -> Box:
    """What is left between title and footer."""
    top = title.box.bottom + GAP
    return Box(sheet.margin, top, sheet.inner, FOOT.top - 8 - top)
