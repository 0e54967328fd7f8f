"""Spaghetti plots: every unit over the visits, the arms side by side on one scale, unpublished visits left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold
from lib.figures.part import Part
from lib.figures.strokes import Pen, Strokes, pen_of
from lib.questions.trajectories import Line, Panel, Point, TrajectoriesResult, VisitMark, finding, panel_reading
from lib.questions.wording import number
from lib.values import Missing

HEIGHT = 360
STUB = 0.2
"""How much of the way towards the next published value is drawn, so that pairs of points can be told without a line
through visits of which nothing is known."""


def trajectory_parts(result: TrajectoriesResult) -> tuple[Part, ...]:
    """One part for every outcome, rater and scale."""
    return tuple(_part(panel, result) for panel in result.panels)


def _part(panel: Panel, result: TrajectoriesResult) -> Part:
    return Part(
        f"trajectory-{panel.key.replace('/', '-')}",
        f"{panel.title}: {finding(panel, result.arms)}",
        panel_reading(panel, result.arms),
        lambda look: paint(panel, result, look),
        lambda: table(panel, result.visits, dict(result.arms)),
    )


def paint(panel: Panel, result: TrajectoriesResult, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, l=48, r=12, t=34, b=52)
    for index, (arm, label) in enumerate(result.arms):
        axes = ("", "2")[index]
        place = {"xref": f"x{axes} domain", "yref": "paper", "x": 0.5, "y": 1, "yanchor": "bottom", "yshift": 4}
        canvas.note(label, **place, font={"size": 15, "color": look.mark(index).colour})
        _arm(canvas, index, [line for line in panel.lines if line.arm == arm], panel, result)
    canvas.axis("y", range=scale_range(panel), title={"text": panel.unit, "standoff": 6})
    canvas.axis("y2", anchor="x2", matches="y", showticklabels=False)
    return canvas


def scale_range(panel: Panel) -> list[float]:
    """The scale's own ends where it has them, the data's otherwise; always the same for both arms."""
    values = [p.value for line in panel.lines for p in line.points if not isinstance(p.value, Missing)]
    low = panel.low if panel.low is not None else min([0.0, *values])
    high = panel.high if panel.high is not None else max([-low if low < 0 else 1.0, *values])
    pad = 0.06 * (high - low)
    return [low - pad, high + pad]


def _arm(canvas: Canvas, index: int, lines: list[Line], panel: Panel, result: TrajectoriesResult) -> None:
    axes, visits = ("", "2")[index], result.visits
    span = (visits[-1].time - visits[0].time) or 1.0
    _bands(canvas, axes, panel, visits)
    drawing = Strokes(canvas)
    for place, line in enumerate(lines):
        # whole-number scores coincide; a small shift in time keeps each marker visible and no value is moved
        shift = 0.035 * span * (place - (len(lines) - 1) / 2)
        _line(drawing, index, line, shift, result, panel)
    drawing.draw()
    _labels(canvas, axes, lines, span)
    canvas.axis(
        f"x{axes}",
        domain=((0, 0.47), (0.53, 1))[index],
        anchor=f"y{axes}",
        range=[visits[0].time - 0.14 * span, visits[-1].time + _room(panel, span)],
        tickvals=[visit.time for visit in visits],
        ticktext=[f"{visit.time:g}" for visit in visits],
        title={"text": result.time_unit.capitalize(), "standoff": 6},
        showgrid=False,
    )


def _room(panel: Panel, span: float) -> float:
    """Space right of the last visit for the longest label: everybody of one arm may end at the same value."""
    longest = max(
        (len(",".join(line.participant for line in lines)) for lines in _ends(panel.lines).values()), default=1
    )
    return span * (0.15 + 0.06 * longest)


def _ends(lines: Iterable[Line]) -> dict[tuple[str, float, float], list[Line]]:
    """(arm, time, value) of each last known point → the lines that end there."""
    ends: dict[tuple[str, float, float], list[Line]] = defaultdict(list)
    for line in lines:
        known = [p for p in line.points if not isinstance(p.value, Missing)]
        if known:
            time, value = _place(known[-1], 0)
            ends[line.arm, time, value].append(line)
    return ends


def _bands(canvas: Canvas, axes: str, panel: Panel, visits: tuple[VisitMark, ...]) -> None:
    for x0, x1 in unpublished_spans(panel, visits):
        across = {"x0": x0, "x1": x1, "xref": f"x{axes}", "y0": 0, "y1": 1, "yref": f"y{axes} domain"}
        canvas.shape(type="rect", **across, fillcolor=canvas.look.band, line={"width": 0}, layer="below")
        font = {"size": 12, "color": canvas.look.muted}
        canvas.note("not published", textangle=-90, x=(x0 + x1) / 2, y=0.5, yref="paper", xref=f"x{axes}", font=font)


def unpublished_spans(panel: Panel, visits: tuple[VisitMark, ...]) -> list[tuple[float, float]]:
    """From when to when nothing is published, neighbouring visits together, a little wider than the visits."""
    reach = 0.3 * min((b.time - a.time for a, b in pairwise(visits)), default=1.0)
    runs = groupby(visits, key=lambda visit: visit.label in panel.unpublished)
    silent = [list(members) for unpublished, members in runs if unpublished]
    return [(run[0].time - reach, run[-1].time + reach) for run in silent]


def _line(drawing: Strokes, index: int, line: Line, shift: float, result: TrajectoriesResult, panel: Panel) -> None:
    pen = Pen(("", "2")[index], index, line.highlighted, _opacity(line, result))
    known = [p for p in line.points if not isinstance(p.value, Missing)]
    for x, y in strokes(known, line, shift):
        drawing.line(pen, x, y)
    for point in known:
        time, value = _place(point, shift)
        words = f"Participant {line.participant}, {number(value, 4)} {panel.unit} ({point.provenance})"
        drawing.point(pen_of(pen, point.provenance), time, value, words)


def _opacity(line: Line, result: TrajectoriesResult) -> float:
    if line.left_out:
        return 0.3
    return 1.0 if line.highlighted or result.highlighted is None else 0.35


def strokes(known: list[Point], line: Line, shift: float) -> list[tuple[list[float], list[float]]]:
    """The drawn parts between known values: whole where visits follow each other, two stubs across a gap."""
    order = [point.visit for point in line.points]
    strokes = []
    for a, b in pairwise(known):
        start, end = (_place(point, shift) for point in (a, b))
        if order.index(b.visit) - order.index(a.visit) == 1:
            strokes.append(([start[0], end[0]], [start[1], end[1]]))
            continue
        for from_, to in ((start, end), (end, start)):
            stub = [from_[i] + STUB * (to[i] - from_[i]) for i in (0, 1)]
            strokes.append(([from_[0], stub[0]], [from_[1], stub[1]]))
    return strokes


def _place(point: Point, shift: float) -> tuple[float, float]:
    if isinstance(point.value, Missing):
        raise TypeError(f"visit {point.visit} has no value to draw")
    return point.time + shift, point.value


def _labels(canvas: Canvas, axes: str, lines: list[Line], span: float) -> None:
    """Participants named at their last value, those who end at the same value together."""
    font = {"size": 13, "color": canvas.look.ink}
    for (_, time, value), ending in _ends(lines).items():
        names = (bold(line.participant) if line.highlighted else line.participant for line in ending)
        place = {"x": time + 0.1 * span, "y": value, "xref": f"x{axes}", "yref": f"y{axes}"}
        canvas.note(",".join(names), **place, xanchor="left", font=font)


def table(panel: Panel, visits: tuple[VisitMark, ...], arms: Mapping[str, str]) -> pd.DataFrame:
    """One row a unit, one column a visit; missing values say why."""
    labels = {visit.key: visit.label for visit in visits}
    return pd.DataFrame(
        [
            {
                "Participant": line.participant,
                "Arm": arms[line.arm],
                **{labels[p.visit]: _cell(p, panel.unit) for p in line.points},
            }
            for line in panel.lines
        ]
    )


def _cell(point: Point, unit: str) -> str:
    if isinstance(point.value, Missing):
        return point.value.reason
    mark = "" if point.provenance == "printed" else f" ({point.provenance})"
    return f"{number(point.value, 4)}{mark}"
