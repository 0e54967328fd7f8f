"""A table at the smallest size of a slide's text: how wide its columns and how high its rows have to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.report.deck.frame import Box
from lib.report.deck.text import SMALLEST, rows_height, text_width, wrapped

Cells = tuple[tuple[str, ...], ...]
"""Rows of text; the first is the head."""

PAD = 7
"""Points left and right of the text in a cell, and above and below it together."""


@dataclass(frozen=True)
class Grid:
    """A table in its box, with the widths of its columns and the heights of its rows."""

    cells: Cells
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    box: Box


def grid(cells: Cells, box: Box) -> Grid | None:
    """The table from the top left of the box; None where it has no room."""
    widths = _widths(cells, box.width)
    if widths is None:
        return None
    heights = _heights(cells, widths)
    found = Grid(cells, widths, heights, replace(box, width=sum(widths), height=sum(heights)))
    return found if found.box.height <= box.height else None


def grid_height(cells: Cells, width: float) -> float:
    """How high the table is in this width; without end where it is wider."""
    widths = _widths(cells, width)
    return float("inf") if widths is None else sum(_heights(cells, widths))


def _widths(cells: Cells, room: float) -> tuple[float, ...] | None:
    """As wide as the text, or narrower down to its longest words."""
    columns = list(zip(*cells, strict=True))
    natural = [_widest(column) for column in columns]
    least = [_widest([word for cell in column for word in cell.split()]) for column in columns]
    if sum(natural) <= room:
        return tuple(natural)
    if sum(least) > room:
        return None
    return _levelled(least, natural, room)


def _levelled(least: list[float], natural: list[float], room: float) -> tuple[float, ...]:
    """Wide columns made equally narrow until all have room: the table is then about as low as it can be."""
    low, high = 0.0, room
    for _ in range(40):
        level = (low + high) / 2
        widths = [max(word, min(text, level)) for word, text in zip(least, natural, strict=True)]
        low, high = (level, high) if sum(widths) <= room else (low, level)
    return tuple(max(word, min(text, low)) for word, text in zip(least, natural, strict=True))


def _widest(texts: Sequence[str]) -> float:
    """Of these texts, with the space around them; a point more, since lengths are rounded when they are written."""
    return 2 * PAD + 1 + max((text_width(text, SMALLEST, bold=True) for text in texts), default=0)


def _heights(cells: Cells, widths: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(rows_height(_most_lines(row, widths), SMALLEST) + PAD for row in cells)


def _most_lines(row: Sequence[str], widths: tuple[float, ...]) -> int:
    rooms = (width - 2 * PAD for width in widths)
    return max(len(wrapped(cell, SMALLEST, room, bold=True)) for cell, room in zip(row, rooms, strict=True))
