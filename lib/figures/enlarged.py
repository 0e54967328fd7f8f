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

from lib.figures.canvas import AT_A_VALUE
from lib.figures.letters import width_of
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

    `height` and `width` are in px, the least that there are: in a larger place margins stay, and axes grow. `spread`
    says by how much what stands beside a row moves away from it, so that the larger labels of two arms stay apart.
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
    notes = layout.get("annotations", [])
    for note in notes:
        _note(note, room.spread)
    for shape in layout.get("shapes", ()):
        _line(shape.get("line"))
    for axis in _axes(layout):
        axis["ticklabelstandoff"] = int(GROWN * axis.get("ticklabelstandoff", 0))
    _heads(notes, width)
    sides = _make_way(data, layout, _sides(layout, width))
    layout["margin"] = _margins(layout, sides)
    _to_the_left_edge(notes, sides)
    for axis in _axes(layout):
        _axis(axis, sides.title)
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
        trace["y"] = [_moved(y, spread) for y in trace["y"]]


def _moved(y: float, spread: float) -> float:
    """Away from its row."""
    return round(y) + spread * (y - round(y))


def _line(line: dict[str, Any] | None) -> None:
    if line and line.get("width"):
        line["width"] *= GROWN


def _note(note: dict[str, Any], spread: float) -> None:
    note["font"] = {**note.get("font", {}), "size": max(LEAST, note.get("font", {}).get("size", 0))}
    for shift in ("xshift", "yshift"):
        note[shift] = GROWN * note.get(shift, 0)
    if _at_a_value(note) and spread != 1.0:
        note["y"] = _moved(note["y"], spread)


def _at_a_value(note: dict[str, Any]) -> bool:
    return note.get("name") == AT_A_VALUE


# ---- what stands left and right of the axes


@dataclass(frozen=True)
class Sides:
    """px of a figure of this width left and right of its axes; `beside` of the left ones are for what points have."""

    width: int
    left: float
    right: float
    beside: float = 0.0

    @property
    def axes(self) -> float:
        """What the axes have."""
        return self.width - self.left - self.right

    @property
    def title(self) -> float:
        """What a title has that stands in the middle of the axes."""
        return self.axes + 2 * min(self.left, self.right) if self.beside else self.axes


def _sides(layout: dict[str, Any], width: int) -> Sides:
    """For the names of rows, as long as they are; numbers get what the figure gives them, since plotly chooses them."""
    margin = {**MARGIN, **layout.get("margin", {})}
    numbers = [axis for name, axis in _named_axes(layout) if name[0] == "y" and "ticktext" not in axis]
    names = max((_ticks(axis) + _upright(name, axis) for name, axis in _named_axes(layout)), default=0.0)
    return Sides(width, max(names, GROWN * margin["l"] if numbers else 0.0), GROWN * margin["r"])


def _make_way(data: list[dict[str, Any]], layout: dict[str, Any], sides: Sides) -> Sides:
    """Room beside the first axes for what is written left and right of their points; the names of rows stand before it.

    The axis ends where its points do, so that they have all the width that no label needs.
    """
    written = list(_written(data, layout.get("annotations", ())))
    if not written:
        return sides
    xs = [0.0, *(x for _, x, _ in written)]
    low, high = (min(xs), max(xs)) if min(xs) < max(xs) else (-1.0, 1.0)
    made = sides
    for _ in range(STEPS):
        scale = max(made.axes - 2 * PAD, sides.axes / 4) / (high - low)
        before = max((needs - (x - low) * scale for left, x, needs in written if left), default=0.0)
        after = max((needs - (high - x) * scale for left, x, needs in written if not left), default=0.0)
        beside = max(0.0, before - PAD)
        made = Sides(sides.width, sides.left + beside, max(sides.right, after - PAD), beside)
    ends, ticks = [low - PAD / scale, high + PAD / scale], _round_numbers(min(xs), max(xs))
    layout["xaxis"] = {**layout.get("xaxis", {}), "range": ends, "tickvals": ticks}
    layout["yaxis"] = {**layout.get("yaxis", {}), "ticklabelstandoff": round(made.beside)}
    return made


PAD = 18
"""px between the ends of an axis and the points that are the first and the last on it: a marker's half."""
STEPS = 4
"""Room on one side moves the points of the other: after so many rounds nothing moves by a pixel."""
GAP = 12
"""px between what is written beside a point and what stands beyond it."""


def _round_numbers(low: float, high: float) -> list[float]:
    """At most MOST_TICKS multiples of 1, 2 or 5 times a power of ten, 0 among them."""
    if low == high:
        return [0.0]
    power = 10.0 ** floor(log10((high - low) / MOST_TICKS))
    step = next(m * power for m in (1, 2, 5, 10) if floor(high / (m * power)) - ceil(low / (m * power)) < MOST_TICKS)
    return [step * k for k in range(ceil(low / step), floor(high / step) + 1)]


MOST_TICKS = 4


def _written(data: list[dict[str, Any]], notes: Any) -> Iterator[tuple[bool, float, float]]:
    """Whether a label stands left of its point, where the point is, and px from there to what may come after it."""
    for trace in data:
        places = trace.get("textposition")
        if isinstance(places, list) and trace.get("text"):
            radius = trace["marker"]["size"] / 2
            for x, text, place in zip(trace["x"], trace["text"], places, strict=True):
                if text and place in ("middle left", "middle right"):
                    yield place == "middle left", x, _needs(text.rstrip(), radius / 0.8 + 1)  # as plotly moves it away
    for note in notes:
        if _at_a_value(note):
            yield note["xanchor"] == "right", note["x"], _needs(note["text"], abs(note["xshift"]))


def _needs(text: str, away: float) -> float:
    return away + width_of(shown(text), LEAST) + GAP


# ---- what stands above and below


def _heads(notes: Any, width: int) -> None:
    """What stands above the axes takes as many lines as the figure's width asks for."""
    for note in notes:
        if _above(note):
            note |= {"text": _in_lines(note["text"], width), "align": "left"}


def _to_the_left_edge(notes: Any, sides: Sides) -> None:
    """What stands above the axes begins at the figure's left edge."""
    for note in notes:
        if _above(note):
            note["xshift"] = 4 - sides.left


def _above(note: dict[str, Any]) -> bool:
    return (note.get("yref"), note.get("y"), note.get("x")) == ("paper", 1, 0)


def _in_lines(text: str, width: int) -> str:
    """The entries of a key below each other where they do not fit beside each other."""
    longest = max(width_of(shown(line), LEAST) for line in lines_of(text))
    return text if longest + 8 <= width else broken(re.split(r"\s{3,}", text))


def _margins(layout: dict[str, Any], sides: Sides) -> dict[str, int]:
    margin = {**MARGIN, **layout.get("margin", {})}
    heads = [len(lines_of(note["text"])) for note in layout.get("annotations", ()) if _above(note)]
    top = max([GROWN * margin["t"] / 2, *(LINE * LEAST * lines + 22 for lines in heads)])
    below = max(len(_title_lines(axis, sides.title)) for axis in _axes(layout)) - 1
    return {"l": int(sides.left), "r": int(sides.right), "t": int(top), "b": int(BELOW + LINE * LEAST * below)}


BELOW = 86
"""px for the numbers of an axis and a title of one line below it."""


def _named_axes(layout: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, axis) for name, axis in layout.items() if re.fullmatch(r"[xy]axis\d*", name))


def _axes(layout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (axis for _, axis in _named_axes(layout))


def _ticks(axis: dict[str, Any]) -> float:
    """What the names of rows need to the left of them."""
    return max((width_of(shown(str(text)), LEAST) for text in axis.get("ticktext") or ("",)), default=0.0) + 20


def _upright(name: str, axis: dict[str, Any]) -> float:
    """What a title needs that stands beside written ticks."""
    return LINE * LEAST if name[0] == "y" and "ticktext" in axis and axis.get("title", {}).get("text") else 0.0


def _axis(axis: dict[str, Any], width: float) -> None:
    lines = _title_lines(axis, width)
    axis["tickfont"] = {**axis.get("tickfont", {}), "size": LEAST}
    axis["title"] = {
        **axis.get("title", {}),
        "text": broken(lines),
        "font": {**axis.get("title", {}).get("font", {}), "size": LEAST},
        "standoff": 10,
    }
    axis.setdefault("nticks", 5)


def _title_lines(axis: dict[str, Any], width: float) -> list[str]:
    text = " ".join(lines_of(axis.get("title", {}).get("text") or ""))
    return textwrap.wrap(text, max(12, int(width / (GLYPH * LEAST)))) or [""]
