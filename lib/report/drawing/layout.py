"""A figure laid out for a place in print or on a slide: its size in pixels, with or without its title and stamp."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

import plotly.graph_objects as go
from PIL import ImageFont

from lib.figures.canvas import STAMP_LINE, STAMP_SIZE
from lib.figures.look import LIGHT, MARGIN
from lib.figures.markup import broken, finished
from lib.figures.part import Part

TITLE_SIZE, TITLE_LINE, PAD = 17, 22, 12
"""The title's font, its line height (1.3 times, plotly's own spacing) and the space around it, in pixels."""

EDGE = 12
"""Pixels between an axis title and the edge: on a page, the space around the chart."""

TEXT_SIZE = 14
"""The template's font in pixels; what sizes are chosen by."""

MM_PER_INCH, POINTS_PER_INCH = 25.4, 72


@dataclass(frozen=True)
class Size:
    """One place for a figure. `width_px` is the width that it is laid out for, which decides how large text comes out.

    `height_mm` is None where a figure keeps its own height. Where it is given the drawing fills it, and a figure that
    is taller than the place at `width_px` is laid out wider instead of being squeezed, so that its text is smaller.
    """

    key: str
    label: str
    help: str
    width_mm: float
    height_mm: float | None
    width_px: int

    @property
    def text_pt(self) -> float:
        """How large the template's text is in print, in points, where the height does not ask for a wider layout."""
        return TEXT_SIZE * self.width_mm / MM_PER_INCH * POINTS_PER_INCH / self.width_px


@dataclass(frozen=True)
class Sheet:
    """A figure ready to be drawn: `width` by `height` pixels, which are `width_mm` by `height_mm` on paper."""

    figure: go.Figure
    width: int
    height: int
    width_mm: float
    height_mm: float


def laid_out(part: Part, size: Size, title: str, stamp: str) -> Sheet:
    """The part in its light look at this size; the title above and the stamp below where they are not empty."""
    spec = part.draw(LIGHT).to_dict()
    width, height = _pixels(spec["layout"]["height"], size, title, stamp)
    figure = go.Figure({"data": spec["data"], "layout": _framed(spec["layout"], width, height, title, stamp)})
    return Sheet(figure, width, height, size.width_mm, size.height_mm or size.width_mm * height / width)


def _pixels(natural: int, size: Size, title: str, stamp: str) -> tuple[int, int]:
    """Width and height of the layout: as wide as the size says, or wider where its height needs that."""
    width = size.width_px
    needed = natural + EDGE + _head(title, width) + _foot(stamp, width)
    if size.height_mm is None:
        return width, needed
    width = max(width, ceil(needed * size.width_mm / size.height_mm))
    return width, round(width * size.height_mm / size.width_mm)


def _framed(layout: dict[str, Any], width: int, height: int, title: str, stamp: str) -> dict[str, Any]:
    margin = {**MARGIN, **layout.get("margin", {})}
    margin["l"] += EDGE
    margin["t"] += _head(title, width)
    margin["b"] += EDGE + _foot(stamp, width)
    notes = layout.get("annotations", ())
    words = [*_title(title, width, margin), *_stamp(stamp, width, margin)]
    return {**layout, "width": width, "height": height, "margin": margin, "annotations": [*notes, *words]}


def _head(title: str, width: int) -> int:
    return len(_title_lines(title, width)) * TITLE_LINE + PAD if title else 0


def _foot(stamp: str, width: int) -> int:
    return len(_stamp_lines(stamp, width)) * STAMP_LINE if stamp else 0


def _title(title: str, width: int, margin: dict[str, int]) -> list[dict[str, Any]]:
    """A note, since plotly moves a title of several lines up and over the edge."""
    place = {"yref": "paper", "y": 1, "yanchor": "top", "yshift": margin["t"] - PAD + 3}
    return _words("title", _title_lines(title, width), TITLE_SIZE, LIGHT.ink, margin, place)


def _stamp(stamp: str, width: int, margin: dict[str, int]) -> list[dict[str, Any]]:
    place = {"yref": "paper", "y": 0, "yanchor": "bottom", "yshift": 4 - margin["b"]}
    return _words("stamp", _stamp_lines(stamp, width), STAMP_SIZE, LIGHT.muted, margin, place)


def _words(
    name: str, lines: list[str], size: int, colour: str, margin: dict[str, int], place: dict[str, Any]
) -> list[dict[str, Any]]:
    """Lines at the left edge of the picture; nothing where there are none."""
    note = {
        "name": name,
        "text": finished(broken(lines)),
        "showarrow": False,
        "align": "left",
        "font": {"size": size, "color": colour},
        **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": PAD - margin["l"]},
        **place,
    }
    return [note] if lines else []


def _title_lines(title: str, width: int) -> list[str]:
    return wrapped(title, TITLE_SIZE, width - 2 * PAD)


def _stamp_lines(stamp: str, width: int) -> list[str]:
    return wrapped(stamp, STAMP_SIZE, width - 2 * PAD)


def wrapped(text: str, size: int, width: int) -> list[str]:
    """Lines of words that are not wider than `width` pixels, but for a single word that is."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int) -> Any:
    """Pillow's own sans serif: the same everywhere, and wider than Arial by 2 to 4 %, so that no line is too long."""
    return ImageFont.load_default(size)
