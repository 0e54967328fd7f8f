"""Everybody at a glance: a small panel for each participant and outcome, both units in it, gaps left open."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.pairs import arm_key
from lib.figures.part import Part
from lib.figures.trajectories import scale_range, strokes, unpublished_spans
from lib.figures.trajectories import table as panel_table
from lib.questions.overview import OverviewResult, Person
from lib.questions.trajectories import Line, Panel, Point, finding
from lib.questions.wording import listed, number
from lib.values import Missing, known

ROW, HEAD, BAND_GAP, FOOT = 150, 46, 44, 48
MOST = 6
"""How many participants fit beside each other on a telephone."""
SHIFT = 0.05
"""How far the arms are moved apart in time, as a share of the trial's length, so that equal values stay visible."""


@dataclass(frozen=True)
class Cell:
    """Where one participant's panel of one outcome stands: its axes, and its column and row within the band."""

    axes: str
    column: int
    row: int
    band: int


def cases_part(result: OverviewResult) -> Part:
    """All participants, the viewer's outcome in the first row and one row for each other outcome."""
    return Part(
        "cases",
        _title(result),
        _reading(result),
        lambda look: draw(result, look),
        lambda: table(result),
    )


def _title(result: OverviewResult) -> str:
    first = result.panels[0]
    return f"{first.title}: {finding(first, result.arms)}"


def _reading(result: OverviewResult) -> str:
    rows = listed([panel.title for panel in result.panels])
    silent = sorted({visit for panel in result.panels for visit in panel.unpublished})
    gap = f" Shaded: nothing is published for {listed(silent)}." if silent else ""
    lost = [f"participant {person.participant} was {person.lost}" for person in result.people if person.lost]
    return f"Each participant's {result.units} side by side, from first to last visit: {rows}.{gap}" + (
        f" {listed(lost)[0].upper()}{listed(lost)[1:]}." if lost else ""
    )


def draw(result: OverviewResult, look: Look) -> go.Figure:
    bands = _bands(result.people)
    rows = len(result.panels)
    height = HEAD + FOOT + len(bands) * rows * ROW + (len(bands) - 1) * BAND_GAP
    canvas = Canvas(look, height, l=44, r=8, t=HEAD, b=FOOT)
    inner = height - HEAD - FOOT
    count = 0
    for band, people in enumerate(bands):
        for row, panel in enumerate(result.panels):
            for column, person in enumerate(people):
                cell = Cell("" if count == 0 else str(count + 1), column, row, band)
                top = band * (rows * ROW + BAND_GAP) + row * ROW
                down = (1 - (top + ROW - 14) / inner, 1 - top / inner)
                _cell(canvas, cell, down, len(bands[0]), panel, person, result)
                count += 1
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 24}
    canvas.note(arm_key(result.arms, look), **place)
    return canvas.figure()


def _bands(people: tuple[Person, ...]) -> list[tuple[Person, ...]]:
    """The participants in rows of equal length, as few as hold them."""
    count = -(-len(people) // MOST) or 1
    size = -(-len(people) // count) or 1
    return [people[start : start + size] for start in range(0, len(people), size)] or [()]


def _cell(
    canvas: Canvas,
    cell: Cell,
    down: tuple[float, float],
    columns: int,
    panel: Panel,
    person: Person,
    result: OverviewResult,
) -> None:
    gap = 0.016
    width = (1 - gap * (columns - 1)) / columns
    left = cell.column * (width + gap)
    span = (result.visits[-1].time - result.visits[0].time) or 1.0
    last_row = cell.row == len(result.panels) - 1
    first, final = result.visits[0], result.visits[-1]
    canvas.axis(
        f"x{cell.axes}",
        domain=(left, min(1.0, left + width)),
        anchor=f"y{cell.axes}",
        range=[first.time - 0.22 * span, final.time + 0.26 * span],
        tickvals=[first.time, final.time],
        ticktext=[f"{first.time:g}", f"{final.time:g}"],
        showticklabels=last_row,
        ticks="outside" if last_row else "",
        showgrid=False,
        title={"text": result.time_unit.capitalize() if last_row and cell.column == columns // 2 else ""},
    )
    canvas.axis(
        f"y{cell.axes}",
        domain=down,
        anchor=f"x{cell.axes}",
        range=_padded(panel),
        showticklabels=cell.column == 0,
        ticks="outside" if cell.column == 0 else "",
        nticks=5,
        title={"text": _row_title(panel) if cell.column == 0 else "", "standoff": 2, "font": {"size": 12}},
    )
    _ground(canvas, cell, panel, person, result)
    lines = [line for line in panel.lines if line.participant == person.participant]
    for index, (arm, _) in enumerate(result.arms):
        for line in (line for line in lines if line.arm == arm):
            _line(canvas, cell, index, line, span, panel)
    _ends(canvas, cell, lines, panel, span, person)


def _row_title(panel: Panel) -> str:
    return f"{panel.outcome_label}, {panel.unit}"


def _padded(panel: Panel) -> list[float]:
    """The range of the other pages, with room for the labels at the last visit."""
    low, high = scale_range(panel)
    room = 0.1 * (high - low)
    return [low - room, high + room]


def _ground(canvas: Canvas, cell: Cell, panel: Panel, person: Person, result: OverviewResult) -> None:
    """The participant's name over the first row, and the months of which nothing is published."""
    look = canvas.look
    on = {"xref": f"x{cell.axes} domain", "yref": f"y{cell.axes} domain"}
    if cell.row == 0:
        name = f"<b>{person.participant}</b>{' ★' if person.highlighted else ''}"
        canvas.note(name, **on, x=0.5, y=1, yanchor="bottom", yshift=2, font={"size": 14, "color": look.ink})
    for low, high in unpublished_spans(panel, result.visits):
        across = {"x0": low, "x1": high, "xref": f"x{cell.axes}", "y0": 0, "y1": 1, "yref": f"y{cell.axes} domain"}
        canvas.shape(type="rect", **across, fillcolor=look.band, line={"width": 0}, layer="below")


def _known(line: Line) -> list[Point]:
    return [point for point in line.points if not isinstance(point.value, Missing)]


def _line(canvas: Canvas, cell: Cell, index: int, line: Line, span: float, panel: Panel) -> None:
    mark = canvas.look.mark(index)
    shift = (-SHIFT, SHIFT)[index] * span
    on = {"xaxis": f"x{cell.axes}", "yaxis": f"y{cell.axes}", "opacity": 0.4 if line.left_out else 1.0}
    published = _known(line)
    for x, y in strokes(published, line, shift):
        stroke = {"color": mark.colour, "dash": mark.dash, "width": 4 if line.highlighted else 2.5}
        canvas.trace(x=x, y=y, mode="lines", line=stroke, hoverinfo="skip", **on)
    canvas.trace(
        x=[point.time + shift for point in published],
        y=[point.value for point in published],
        mode="markers",
        name=f"{line.participant} {line.arm}",
        marker={"color": mark.colour, "symbol": mark.symbol, "size": 10, "line": {"width": 2, "color": mark.colour}},
        customdata=[[point.provenance] for point in published],
        hovertemplate=f"Participant {line.participant}: %{{y:.4g}} {panel.unit} (%{{customdata[0]}})<extra></extra>",
        **on,
    )


def _ends(canvas: Canvas, cell: Cell, lines: list[Line], panel: Panel, span: float, person: Person) -> None:
    """The last published value of each unit, the arms' together where they are equal; why, where there is none."""
    look = canvas.look
    on = {"xref": f"x{cell.axes}", "yref": f"y{cell.axes}"}
    last = [(point.time, point.value, line) for line in lines for point in _known(line)[-1:] if known(point.value)]
    values = sorted({(time, value) for time, value, _ in last}, key=lambda end: end[1])
    for place, (time, value) in enumerate(values):
        above = place == len(values) - 1
        where = {"x": time, "y": value, "yanchor": "bottom" if above else "top", "yshift": 6 if above else -6}
        canvas.note(number(value), **where, **on, font={"size": 12, "color": look.ink})
    if not last:
        words = ["nothing", "published", *person.lost.replace(" after ", " after<br>").split("<br>")]
        middle = {"xref": f"x{cell.axes} domain", "yref": f"y{cell.axes} domain", "x": 0.5, "y": 0.5}
        canvas.note("<br>".join(word for word in words if word), **middle, font={"size": 12, "color": look.muted})


def table(result: OverviewResult) -> pd.DataFrame:
    """One row a unit and outcome, one column a visit; missing values say why."""
    arms, visits = dict(result.arms), result.visits
    frames = [panel_table(panel, visits, arms).assign(Outcome=panel.title) for panel in result.panels]
    whole = pd.concat(frames, ignore_index=True)
    return whole[["Outcome", *(column for column in whole.columns if column != "Outcome")]]
