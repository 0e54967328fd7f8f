"""Spaghetti plots: every unit over the visits, the arms side by side on one scale, unpublished visits left open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lib.figures.look import Look, Mark, blank, note
from lib.figures.part import Part
from lib.questions.trajectories import Line, Panel, Point, TrajectoriesResult, VisitMark, panel_reading
from lib.questions.wording import number
from lib.values import Missing

HEIGHT = 360
STUB = 0.16
"""How much of the way towards the next published value is drawn, so that pairs of points can be told without a line
through visits of which nothing is known."""


def trajectory_parts(result: TrajectoriesResult) -> tuple[Part, ...]:
    """One part for every outcome, rater and scale."""
    return tuple(_part(panel, result) for panel in result.panels)


def _part(panel: Panel, result: TrajectoriesResult) -> Part:
    return Part(
        f"trajectory-{panel.key.replace('/', '-')}",
        panel.title,
        panel_reading(panel, result),
        lambda look: draw(panel, result, look),
        lambda: table(panel, result),
    )


def draw(panel: Panel, result: TrajectoriesResult, look: Look) -> go.Figure:
    titles = [label for _, label in result.arms]
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.06, subplot_titles=titles)
    base = blank(look, HEIGHT)
    figure.update_layout(template=base.layout.template, height=HEIGHT, margin={"l": 48, "r": 12, "t": 34, "b": 52})
    for index, title in enumerate(figure.layout.annotations):
        title.update(font={"size": 15, "color": look.mark(index).colour})
    for column, (arm, _) in enumerate(result.arms, start=1):
        _arm(figure, column, [line for line in panel.lines if line.arm == arm], panel, result, look)
    figure.update_yaxes(range=_range(panel))
    figure.update_yaxes(title_text=panel.unit, title_standoff=6, row=1, col=1)
    return figure


def _range(panel: Panel) -> list[float]:
    """The scale's own ends where it has them, the data's otherwise; always the same for both arms."""
    values = [p.value for line in panel.lines for p in line.points if not isinstance(p.value, Missing)]
    low = panel.low if panel.low is not None else min([0.0, *values])
    high = panel.high if panel.high is not None else max([-low if low < 0 else 1.0, *values])
    pad = 0.06 * (high - low)
    return [low - pad, high + pad]


def _arm(
    figure: go.Figure, column: int, lines: list[Line], panel: Panel, result: TrajectoriesResult, look: Look
) -> None:
    mark = look.mark(column - 1)
    span = result.visits[-1].time - result.visits[0].time
    _bands(figure, column, panel, result.visits, span, look)
    for index, line in enumerate(lines):
        # whole-number scores coincide; a small shift in time keeps each marker visible and no value is moved
        shift = 0.022 * span * (index - (len(lines) - 1) / 2)
        _line(figure, column, line, shift, mark, result, panel)
    _labels(figure, column, lines, span, look)
    pad = 0.14 * span
    figure.update_xaxes(
        range=[result.visits[0].time - pad, result.visits[-1].time + _room(panel, span)],
        tickvals=[visit.time for visit in result.visits],
        ticktext=[f"{visit.time:g}" for visit in result.visits],
        title_text=result.time_unit.capitalize(),
        title_standoff=6,
        showgrid=False,
        row=1,
        col=column,
    )


def _room(panel: Panel, span: float) -> float:
    """Space right of the last visit for the longest label: everybody of one arm may end at the same value."""
    longest = max((len(re.sub("<.*?>", "", ",".join(names))) for names in _ends(panel.lines).values()), default=1)
    return span * (0.12 + 0.06 * longest)


def _ends(lines: Iterable[Line]) -> dict[tuple[str, float, float], list[str]]:
    """(arm, time, value) of each last known point → who ends there."""
    ends: dict[tuple[str, float, float], list[str]] = defaultdict(list)
    for line in lines:
        known = [p for p in line.points if not isinstance(p.value, Missing)]
        if known:
            time, value = _place(known[-1], 0)
            ends[line.arm, time, value].append(f"<b>{line.participant}</b>" if line.highlighted else line.participant)
    return ends


def _bands(
    figure: go.Figure, column: int, panel: Panel, visits: tuple[VisitMark, ...], span: float, look: Look
) -> None:
    """Shade the visits of which nothing is published, neighbours together."""
    groups: list[list[VisitMark]] = []
    for before, visit in zip((None, *visits), visits, strict=False):
        if visit.label in panel.unpublished:
            joined = groups and before is not None and groups[-1][-1] == before
            groups[-1].append(visit) if joined else groups.append([visit])
    reach = 0.3 * min((b.time - a.time for a, b in pairwise(visits)), default=span or 1.0)
    for group in groups:
        figure.add_vrect(
            x0=group[0].time - reach, x1=group[-1].time + reach, fillcolor=look.band, line={"width": 0},
            layer="below", row=1, col=column, exclude_empty_subplots=False,
        )  # fmt: skip
        note(
            figure, "not<br>published", x=(group[0].time + group[-1].time) / 2, y=0.5, yref="paper",
            xref=f"x{'' if column == 1 else column}", font={"size": 12, "color": look.muted},
        )  # fmt: skip


def _line(
    figure: go.Figure, column: int, line: Line, shift: float, mark: Mark, result: TrajectoriesResult, panel: Panel
) -> None:
    known = [p for p in line.points if not isinstance(p.value, Missing)]
    opacity = _opacity(line, result)
    width = 4 if line.highlighted else 2
    for x, y in _strokes(known, line, shift):
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": mark.colour, "dash": mark.dash, "width": width}, opacity=opacity,
            hoverinfo="skip", row=1, col=column,
        )  # fmt: skip
    figure.add_scatter(
        x=[p.time + shift for p in known],
        y=[p.value for p in known],
        mode="markers",
        name=f"{line.participant} {line.arm}",
        marker={
            "color": mark.colour,
            "symbol": mark.symbol,
            "size": 12 if line.highlighted else 9,
            "line": {"width": 2},
        },
        opacity=opacity,
        customdata=[[p.visit, p.provenance] for p in known],
        hovertemplate=f"Participant {line.participant}, %{{y:.4g}} {panel.unit} (%{{customdata[1]}})<extra></extra>",
        row=1,
        col=column,
    )


def _opacity(line: Line, result: TrajectoriesResult) -> float:
    if line.left_out:
        return 0.3
    return 1.0 if line.highlighted or result.highlighted is None else 0.35


def _strokes(known: list[Point], line: Line, shift: float) -> list[tuple[list[float], list[float]]]:
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


def _labels(figure: go.Figure, column: int, lines: list[Line], span: float, look: Look) -> None:
    """Participants named at their last value, those who end at the same value together."""
    for (_, time, value), names in _ends(lines).items():
        note(
            figure, ",".join(names), x=time + 0.07 * span, y=value, xanchor="left",
            font={"size": 13, "color": look.ink},
            xref=f"x{'' if column == 1 else column}", yref=f"y{'' if column == 1 else column}",
        )  # fmt: skip


def table(panel: Panel, result: TrajectoriesResult) -> pd.DataFrame:
    """One row a unit, one column a visit; missing values say why."""
    arms = dict(result.arms)
    labels = {visit.key: visit.label for visit in result.visits}
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
