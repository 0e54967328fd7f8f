"""The CONSORT diagram of a trial that splits within a person: one spine, two columns for the arms, one spine again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken
from lib.figures.part import Part
from lib.questions.flow import FlowResult, counted, reading
from lib.questions.wording import plural
from lib.trial.flow import COMPUTED, Box, Count
from lib.values import Missing

LINE = 17
PAD = 10
GAP = 34
TAB = (0.0, 5.6)
LEFT, RIGHT, FULL = (8.0, 52.5), (55.5, 100.0), (8.0, 100.0)
SPINE, SIDE = (8.0, 58.0), (65.0, 100.0)
WIDTHS = {LEFT: 22, RIGHT: 22, FULL: 48, SPINE: 27, SIDE: 17}
"""How many characters fit into a box on a telephone."""
INDENT = "\u2002"
"""Counts stand a little to the right of what they count."""


@dataclass(frozen=True)
class Drawn:
    """One rectangle: its place across (percent of the width), its lines of text, and whose colour edges it."""

    across: tuple[float, float]
    lines: tuple[str, ...]
    members: str
    arm: int | None = None


@dataclass(frozen=True)
class Row:
    """Boxes beside each other, and the stage of the trial that they belong to."""

    stage: str
    boxes: tuple[Drawn, ...]

    @property
    def lines(self) -> int:
        return max(len(box.lines) for box in self.boxes)


def flow_part(result: FlowResult) -> Part:
    """The whole diagram."""
    enrolled, analysed = result.flow.box("enrolled"), result.flow.box("analysed")
    return Part(
        "flow",
        f"{counted(enrolled, result)} enrolled, {counted(analysed, result)} analysed",
        reading(result),
        lambda look: paint(result, look),
        lambda: table(result),
    )


def counts(box: Box, result: FlowResult) -> str:
    """Both counts of a box, n in participants; one reason where neither is known, and 0 as what nobody tells of."""
    if isinstance(box.participants, Missing):
        return box.participants.reason
    if isinstance(box.units, Missing):
        return f"n = {box.participants}"
    if not box.participants and not box.units and box.key not in COMPUTED:
        return "n = 0 (none told)"
    return f"n = {box.participants} · {plural(box.units, result.unit, result.units)}"


def _rows(result: FlowResult) -> Iterator[Row]:
    box = result.flow.box
    yield Row("Enrolment", (_one(box("assessed"), result, SPINE), _one(box("excluded"), result, SIDE)))
    yield Row("Enrolment", (_one(box("enrolled"), result, SPINE), _one(box("not_allocated"), result, SIDE)))
    split = (f"Split within each person: one {result.unit} to each arm",)
    yield Row("Allocation", (_many([box("allocated")], result, FULL, None, "", split),))
    arms = (
        ("Allocation", ("allocated", "received", "not_received")),
        ("Follow-up", ("lost", "discontinued", "completed")),
    )
    for stage, keys in arms:
        yield Row(
            stage,
            tuple(
                _many([box(key, arm.key) for key in keys], result, (LEFT, RIGHT)[i], i, arm.label)
                for i, arm in enumerate(result.arms)
            ),
        )
    yield Row("Analysis", (_many([box("analysed"), box("not_analysed")], result, FULL, None, ""),))


def _one(box: Box, result: FlowResult, across: tuple[float, float]) -> Drawn:
    return _many([box], result, across, None, "")


def _many(
    boxes: list[Box],
    result: FlowResult,
    across: tuple[float, float],
    arm: int | None,
    head: str,
    tail: tuple[str, ...] = (),
) -> Drawn:
    width = WIDTHS[across]
    lines = [bold(line) for line in textwrap.wrap(head, width)]
    for box in boxes:
        named = textwrap.wrap(box.label, width)
        lines += [bold(line) for line in named] if arm is None else named
        lines += [INDENT + line for line in (*_counted_lines(box, result, width), *_reasons(box, width))]
    lines += [line for text in tail for line in textwrap.wrap(text, width)]
    return Drawn(across, tuple(lines), broken(member for box in boxes for member in member_lines(box)), arm)


def _counted_lines(box: Box, result: FlowResult, width: int) -> list[str]:
    """Both counts on one line where they fit, on two where they don't; never broken inside a count."""
    text = counts(box, result)
    return [text] if len(text) <= width else text.split(" · ")


def _reasons(box: Box, width: int) -> list[str]:
    """Why somebody is in a box that nobody wants to be in, as a printed diagram tells it."""
    if box.key not in ("excluded", "not_allocated", "not_received", "lost", "discontinued", "not_analysed"):
        return []
    told = [f"Participant {member.participant}: {member.reason}" for member in box.members if member.reason]
    return [line for text in told for line in textwrap.wrap(text, width)]


def member_lines(box: Box) -> list[str]:
    """Who is in a box, and why where a reason is known."""
    return [f"{box.label}: participant {m.participant}{f' ({m.reason})' if m.reason else ''}" for m in box.members]


def paint(result: FlowResult, look: Look) -> Canvas:
    rows = list(_rows(result))
    heights = [2 * PAD + LINE * row.lines for row in rows]
    tops = [sum(heights[:i]) + GAP * i for i in range(len(rows))]
    total = tops[-1] + heights[-1]
    canvas = Canvas(look, total + 8, l=3, r=3, t=4, b=4)
    canvas.axis("x", range=[-0.5, 100.5], visible=False)
    canvas.axis("y", range=[total + 2, -2], visible=False)
    for index, (row, top, height) in enumerate(zip(rows, tops, heights, strict=True)):
        for drawn in row.boxes:
            _box(canvas, drawn, top, height)
        _connect(canvas, row, rows[index + 1] if index + 1 < len(rows) else None, top, height)
    _write(
        canvas, [(box, top, height) for row, top, height in zip(rows, tops, heights, strict=True) for box in row.boxes]
    )
    for stage, members in groupby(zip(rows, tops, heights, strict=True), key=lambda placed: placed[0].stage):
        places = list(members)
        _tab(canvas, stage, places[0][1], places[-1][1] + places[-1][2])
    return canvas


def _tab(canvas: Canvas, stage: str, top: float, bottom: float) -> None:
    """The stage of the trial, upright beside its boxes."""
    look, (left, right) = canvas.look, TAB
    canvas.shape(type="rect", x0=left, x1=right, y0=top, y1=bottom, fillcolor=look.band, line={"width": 0})
    place = {"x": (left + right) / 2, "y": (top + bottom) / 2, "textangle": -90}
    canvas.note(bold(stage), **place, font={"size": 12, "color": look.ink})


def _box(canvas: Canvas, drawn: Drawn, top: int, height: int) -> None:
    look = canvas.look
    line = {"color": look.muted, "width": 1, "dash": "solid"}
    if drawn.arm is not None:
        line = {"color": look.mark(drawn.arm).colour, "width": 2.5, "dash": look.mark(drawn.arm).dash}
    left, right = drawn.across
    # below: a shape above would hide what is written in it
    canvas.shape(type="rect", x0=left, x1=right, y0=top, y1=top + height, fillcolor=look.box, line=line, layer="below")


def _write(canvas: Canvas, placed: list[tuple[Drawn, int, int]]) -> None:
    """What stands in the boxes, in one trace: notes take a browser much longer. Pointed at, a box names people."""
    canvas.trace(
        x=[drawn.across[0] + 1 for drawn, _, _ in placed],
        y=[top + PAD - 2 for _, top, _ in placed],
        mode="text",
        text=[broken(drawn.lines) for drawn, _, _ in placed],
        textposition="bottom right",
        textfont={"size": 13, "color": canvas.look.ink},
        hoverinfo="skip",
    )
    canvas.trace(
        x=[(drawn.across[0] + drawn.across[1]) / 2 for drawn, _, _ in placed],
        y=[top + height / 2 for _, top, height in placed],
        mode="markers",
        marker={"size": 30, "opacity": 0},
        hovertext=[drawn.members or "nobody" for drawn, _, _ in placed],
        hoverinfo="text",
    )


def _connect(canvas: Canvas, row: Row, after: Row | None, top: int, height: int) -> None:
    """From the spine to its side box, and down: straight between equals, over a bar where columns split or rejoin."""
    spine = [drawn for drawn in row.boxes if drawn.across != SIDE]
    if len(spine) < len(row.boxes):
        canvas.arrow((SPINE[1], top + height / 2), (SIDE[0], top + height / 2))
    if after is None:
        return
    targets = [drawn for drawn in after.boxes if drawn.across != SIDE]
    bottom, next_top = top + height, top + height + GAP
    if len(spine) == len(targets):
        for drawn in targets:
            x = _middle(drawn if drawn.across != FULL else spine[0])
            canvas.arrow((x, bottom), (x, next_top))
        return
    bar = bottom + 0.42 * GAP
    xs = sorted(_middle(drawn) for drawn in (*spine, *targets))
    line = {"color": canvas.look.muted, "width": 1.5}
    canvas.shape(type="line", x0=xs[0], x1=xs[-1], y0=bar, y1=bar, line=line)
    for drawn in spine:
        x = _middle(drawn)
        canvas.shape(type="line", x0=x, x1=x, y0=bottom, y1=bar, line=line)
    for drawn in targets:
        canvas.arrow((_middle(drawn), bar), (_middle(drawn), next_top))


def _middle(drawn: Drawn) -> float:
    return (drawn.across[0] + drawn.across[1]) / 2


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
