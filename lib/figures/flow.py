"""The CONSORT diagram of a trial that splits within a person: one spine, two columns for the arms, one spine again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.part import Part
from lib.questions.flow import FlowResult, reading
from lib.trial.flow import Box, Count
from lib.values import Missing

LINE = 18
PAD = 9
GAP = 30
LEFT, RIGHT, FULL = (0.0, 48.5), (51.5, 100.0), (0.0, 100.0)
SPINE, SIDE = (0.0, 58.0), (66.0, 100.0)
WIDTHS = {LEFT: 24, RIGHT: 24, FULL: 52, SPINE: 30, SIDE: 19}
"""How many characters fit into a box on a telephone."""


@dataclass(frozen=True)
class Drawn:
    """One rectangle: its place across (percent of the width), its lines of text, and whose colour edges it."""

    across: tuple[float, float]
    lines: tuple[str, ...]
    members: str
    arm: int | None = None


Row = tuple[Drawn, ...]


def flow_part(result: FlowResult) -> Part:
    """The whole diagram."""
    return Part(
        "flow",
        f"Participants and {result.units}, from screening to analysis",
        reading(result),
        lambda look: draw(result, look),
        lambda: table(result),
    )


def count_words(count: Count, name: str) -> str:
    """`participants 5`, or what is known instead of a number."""
    return f"{name}: {count.reason}" if isinstance(count, Missing) else f"{name} {count}"


def counts(box: Box, units: str) -> str:
    """Both counts of a box; one reason where neither is known."""
    if isinstance(box.participants, Missing):
        return box.participants.reason
    if isinstance(box.units, Missing):
        return f"participants {box.participants}"
    return f"participants {box.participants} · {units} {box.units}"


def _rows(result: FlowResult) -> Iterator[Row]:
    box, units = result.flow.box, result.units
    yield _one(box("assessed"), units, SPINE), _one(box("excluded"), units, SIDE)
    yield _one(box("enrolled"), units, SPINE), _one(box("not_allocated"), units, SIDE)
    split = (f"Split within each person: one {result.unit} to each arm",)
    yield (_many([box("allocated")], units, FULL, None, "", split),)
    for keys in (("allocated", "received", "not_received"), ("lost", "discontinued", "completed")):
        yield tuple(
            _many([box(key, arm.key) for key in keys], units, (LEFT, RIGHT)[i], i, arm.label if i < 2 else "")
            for i, arm in enumerate(result.arms)
        )
    yield (_many([box("analysed"), box("not_analysed")], units, FULL, None, ""),)


def _one(box: Box, units: str, across: tuple[float, float]) -> Drawn:
    return _many([box], units, across, None, "")


def _many(
    boxes: list[Box],
    units: str,
    across: tuple[float, float],
    arm: int | None,
    head: str,
    tail: tuple[str, ...] = (),
) -> Drawn:
    width = WIDTHS[across]
    lines = [f"<b>{line}</b>" for line in textwrap.wrap(head, width)]
    for box in boxes:
        strong = arm is None
        lines += [f"<b>{line}</b>" if strong else line for line in textwrap.wrap(box.label, width)]
        lines += _counted_lines(box, units, width)
    lines += [line for text in tail for line in textwrap.wrap(text, width)]
    return Drawn(across, tuple(lines), "<br>".join(member for box in boxes for member in member_lines(box)), arm)


def _counted_lines(box: Box, units: str, width: int) -> list[str]:
    """Both counts on one line where they fit, on two where they don't; never broken inside a count."""
    text = counts(box, units)
    return [text] if len(text) <= width + 4 else text.split(" · ")


def member_lines(box: Box) -> list[str]:
    """Who is in a box, and why where a reason is known."""
    return [f"{box.label}: participant {m.participant}{f' ({m.reason})' if m.reason else ''}" for m in box.members]


def draw(result: FlowResult, look: Look) -> go.Figure:
    rows = list(_rows(result))
    heights = [2 * PAD + LINE * max(len(drawn.lines) for drawn in row) for row in rows]
    total = sum(heights) + GAP * (len(rows) - 1)
    canvas = Canvas(look, total + 8, l=3, r=3, t=4, b=4)
    canvas.axis("x", range=[-0.5, 100.5], visible=False)
    canvas.axis("y", range=[total + 2, -2], visible=False)
    top = 0
    for row, height, after in zip(rows, heights, [*rows[1:], ()], strict=True):
        for drawn in row:
            _box(canvas, drawn, top, height)
        _arrows(canvas, row, after, top, height)
        top += height + GAP
    return canvas.figure()


def _box(canvas: Canvas, drawn: Drawn, top: int, height: int) -> None:
    look = canvas.look
    line = {"color": look.muted, "width": 1, "dash": "solid"}
    if drawn.arm is not None:
        line = {"color": look.mark(drawn.arm).colour, "width": 2, "dash": look.mark(drawn.arm).dash}
    left, right = drawn.across
    canvas.shape(type="rect", x0=left, x1=right, y0=top, y1=top + height, fillcolor=look.box, line=line)
    place = {"x": (left + right) / 2, "y": top + height / 2}
    canvas.note("<br>".join(drawn.lines), **place, font={"size": 13, "color": look.ink})
    canvas.trace(
        x=[place["x"]],
        y=[place["y"]],
        mode="markers",
        marker={"size": 30, "opacity": 0},
        hovertext=drawn.members or "nobody",
        hoverinfo="text",
    )


def _arrows(canvas: Canvas, row: Row, after: Row, top: int, height: int) -> None:
    """From the spine to its side box, and down: straight where the columns meet, to each where they split or rejoin."""
    if len(row) == 2 and row[1].across == SIDE:
        canvas.arrow((SPINE[1], top + height / 2), (SIDE[0], top + height / 2))
    sources = [_middle(d) for d in row if d.across != SIDE]
    targets = [_middle(d) for d in after if d.across != SIDE]
    for x in targets if len(targets) > len(sources) else sources:
        if targets:
            canvas.arrow((x, top + height), (x, top + height + GAP))


def _middle(drawn: Drawn) -> float:
    """Where an arrow leaves or meets a box; the right arm's column joins the spine inside its width."""
    return (drawn.across[0] + drawn.across[1]) / 2 if drawn.across != FULL else sum(SPINE) / 2


def table(result: FlowResult) -> pd.DataFrame:
    """One row a box."""
    names = {arm.key: arm.label for arm in result.arms}
    return pd.DataFrame(
        [
            {
                "Box": box.label,
                "Arm": names.get(box.arm or "", "both"),
                "Participants": _cell(box.participants),
                result.units.capitalize(): _cell(box.units),
                "Who": ", ".join(m.participant for m in box.members) or "–",
                "Why": "; ".join(f"{m.participant}: {m.reason}" for m in box.members if m.reason) or "–",
            }
            for box in result.flow.boxes
        ]
    )


def _cell(count: Count) -> str:
    return count.reason if isinstance(count, Missing) else str(count)
