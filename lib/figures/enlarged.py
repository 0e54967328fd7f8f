"""Figures as slides show them: every text at least so large, and marks, lines and margins grown with the text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, log10
from typing import Any

import plotly.graph_objects as go

from lib.figures.look import MARGIN, Look
from lib.figures.markup import broken, finished, lines_of, shown
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered

LEAST = 24
"""px: the smallest text that is read from the back row of a room, in a window of 720 px."""
GROWN = 1.7
"""How much marks, lines and shifts grow: what stood beside a text of 13 px stands beside one of LEAST."""
GLYPH = 0.54
"""Width of a character as a share of the text's size: the mean of Liberation Sans, rounded up."""
LINE = 1.3
"""Height of a line of text as a share of its size, as plotly spaces them."""


@dataclass(frozen=True)
class Room:
    """What a figure gets on a slide.

    `height` and `width` are in px; `spread` says by how much what stands beside a row moves away from it, so that the
    larger labels of two arms stay apart.
    """

    height: int
    width: int
    spread: float = 1.0


@dataclass(frozen=True, eq=False)
class Enlarged:
    """A part with its figure for a slide, equal only to itself; shared by all viewers, so that nobody may change it."""

    part: Part
    figure: go.Figure


@lru_cache(maxsize=128)
def for_slide(question: Asked, name: str, key: str, look: Look, room: Room) -> Enlarged | None:
    """One part of a figure of the registry, the first where `key` is empty, drawn for a slide; None where it has none.

    Raises
    ------
    Refusal
        Where the question has no answer under these assumptions.
    """
    parts = FIGURES[name](answered(question))
    part = next((part for part in parts if key in ("", part.key)), None)
    return Enlarged(part, enlarged(part, look, room)) if part else None


def enlarged(part: Part, look: Look, room: Room) -> go.Figure:
    """The figure of a part with no text smaller than LEAST.

    Without a stamp: a slide tells beside the figure what differs.
    """
    drawn, width = part.paint(look).gathered(), room.width
    data, layout = [_plain(trace) for trace in drawn["data"]], _plain(drawn["layout"])
    for trace in data:
        _trace(trace, room.spread)
    for note in layout.get("annotations", ()):
        _note(note)
    for shape in layout.get("shapes", ()):
        _line(shape.get("line"))
    margin = {**MARGIN, **layout.get("margin", {})}
    _heads(layout.get("annotations", ()), margin, width)
    layout["margin"] = _margins(layout, margin, width)
    for axis in _axes(layout):
        _axis(axis, width - layout["margin"]["l"] - layout["margin"]["r"])
    _make_way(data, layout, width - layout["margin"]["l"] - layout["margin"]["r"])
    layout |= {"height": room.height, "width": room.width, "font": {"size": LEAST}}
    return go.Figure(finished({"data": data, "layout": layout}))


def _plain(value: Any) -> Any:
    """A copy that may be changed."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _trace(trace: dict[str, Any], spread: float) -> None:
    if "textfont" in trace:
        trace["textfont"]["size"] = max(LEAST, trace["textfont"].get("size", 0))
    if "size" in trace.get("marker", {}):
        trace["marker"]["size"] *= GROWN
        _line(trace["marker"].get("line"))
    _line(trace.get("line"))
    if spread != 1.0:
        trace["y"] = [round(y) + spread * (y - round(y)) for y in trace["y"]]


def _line(line: dict[str, Any] | None) -> None:
    if line and line.get("width"):
        line["width"] *= GROWN


def _note(note: dict[str, Any]) -> None:
    note["font"] = {**note.get("font", {}), "size": max(LEAST, note.get("font", {}).get("size", 0))}
    for shift in ("xshift", "yshift"):
        note[shift] = GROWN * note.get(shift, 0)


# ---- what is written beside points


def _make_way(data: list[dict[str, Any]], layout: dict[str, Any], width: float) -> None:
    """Widen the first axis until what is written left and right of its points lies between its ends.

    Its ticks stay where there are points: beyond them there may be no values.
    """
    axis, written = layout.get("xaxis", {}), list(_written(data))
    if not written:
        return
    for _ in range(STEPS):
        for left, x, text in written:
            low, high = axis["range"]
            scale, needs = (high - low) / width, len(shown(text)) * GLYPH * LEAST + BESIDE
            axis["range"] = [min(low, x - needs * scale), high] if left else [low, max(high, x + needs * scale)]
    xs = [x for _, x, _ in written]
    axis["tickvals"] = _round_numbers(min(0.0, *xs), max(0.0, *xs))


def _round_numbers(low: float, high: float) -> list[float]:
    """At most MOST_TICKS multiples of 1, 2 or 5 times a power of ten, 0 among them."""
    if low == high:
        return [0.0]
    power = 10.0 ** floor(log10((high - low) / MOST_TICKS))
    step = next(m * power for m in (1, 2, 5, 10) if floor(high / (m * power)) - ceil(low / (m * power)) < MOST_TICKS)
    return [step * k for k in range(ceil(low / step), floor(high / step) + 1)]


MOST_TICKS = 4


BESIDE = 26
"""px between a point and what is written beside it, and from there to the names of the rows."""
STEPS = 4
"""Widening one end moves the other's points: after so many rounds nothing moves by a pixel."""


def _written(data: list[dict[str, Any]]) -> Iterator[tuple[bool, float, str]]:
    """Whether a label stands left of its point, where the point is, and the label."""
    for trace in data:
        places = trace.get("textposition")
        if isinstance(places, list) and trace.get("text"):
            for x, text, place in zip(trace["x"], trace["text"], places, strict=True):
                if place in ("middle left", "middle right"):
                    yield place == "middle left", x, str(text)


# ---- what stands above, left and below


def _heads(notes: Any, margin: dict[str, int], width: int) -> None:
    """What stands above the axes begins at the figure's left edge, in as many lines as its width takes."""
    for note in notes:
        if _above(note):
            note |= {"text": _in_lines(note["text"], width), "align": "left"}
            note["xshift"] = -GROWN * margin["l"] + 4


def _above(note: dict[str, Any]) -> bool:
    return (note.get("yref"), note.get("y"), note.get("x")) == ("paper", 1, 0)


def _in_lines(text: str, width: int) -> str:
    """The entries of a key below each other where they do not fit beside each other."""
    longest = max(len(shown(line)) for line in lines_of(text))
    return text if longest * GLYPH * LEAST <= width else broken(re.split(r"\s{3,}", text))


def _margins(layout: dict[str, Any], margin: dict[str, int], width: int) -> dict[str, int]:
    heads = [len(lines_of(note["text"])) for note in layout.get("annotations", ()) if _above(note)]
    top = max([GROWN * margin["t"] / 2, *(LINE * LEAST * lines + 22 for lines in heads)])
    left = max([GROWN * margin["l"], *(_ticks(axis) for axis in _axes(layout))])
    below = max(len(_title_lines(axis, width - left)) for axis in _axes(layout)) - 1
    return {"l": int(left), "r": int(GROWN * margin["r"]), "t": int(top), "b": int(96 + LINE * LEAST * below)}


def _axes(layout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (axis for name, axis in layout.items() if re.fullmatch(r"[xy]axis\d*", name))


def _ticks(axis: dict[str, Any]) -> float:
    """What the names of rows need to the left of them."""
    return max((len(shown(str(text))) for text in axis.get("ticktext") or ("",)), default=0) * GLYPH * LEAST + 20


def _axis(axis: dict[str, Any], width: float) -> None:
    lines = _title_lines(axis, width)
    axis["tickfont"] = {**axis.get("tickfont", {}), "size": LEAST}
    axis["title"] = {
        **axis.get("title", {}),
        "text": broken(lines),
        "font": {**axis.get("title", {}).get("font", {}), "size": LEAST},
        "standoff": 10,
    }
    axis["ticklabelstandoff"] = int(GROWN * axis.get("ticklabelstandoff", 0))
    axis.setdefault("nticks", 5)


def _title_lines(axis: dict[str, Any], width: float) -> list[str]:
    text = " ".join(lines_of(axis.get("title", {}).get("text") or ""))
    return textwrap.wrap(text, max(12, int(width / (GLYPH * LEAST)))) or [""]
