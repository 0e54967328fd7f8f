"""All endpoints as estimates with intervals: one axis for each unit, zero in the middle, benefit on one side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lib.figures.look import Look, blank, note
from lib.figures.pairs import estimate_text
from lib.figures.part import Part
from lib.questions.endpoints import (
    EndpointResult,
    EndpointsResult,
    Events,
    PairedEndpoint,
    ReportedMeans,
    endpoint_reading,
    short_unit,
)
from lib.questions.wording import listed, number, p_phrase, percent, probability, signed
from lib.values import Missing, known

ROW = 76
HEAD = 10
SPACE = 58
Group = list[PairedEndpoint | ReportedMeans]


def forest_part(result: EndpointsResult) -> Part:
    """The forest of every endpoint that has an estimate."""
    return Part(
        "forest",
        f"Treated minus control, every endpoint, with {percent(result.level)} intervals",
        _reading(result),
        lambda look: draw(result, look),
        lambda: table(result),
    )


def _reading(result: EndpointsResult) -> str:
    paired = [e for e in result.endpoints if isinstance(e, PairedEndpoint)]
    clear = [e.label for e in paired if _excludes_zero(e)]
    none = (
        f"No interval excludes zero at {percent(result.level)}: neither benefit nor harm is excluded for any endpoint."
    )
    return f"The interval excludes zero for {listed(clear)}." if clear else none


def _excludes_zero(endpoint: PairedEndpoint) -> bool:
    interval = endpoint.test.interval
    return (interval.low is not None and interval.low > 0) or (interval.high is not None and interval.high < 0)


def groups(result: EndpointsResult) -> dict[tuple[str, str], Group]:
    """Endpoints that share an axis: same unit, same direction of benefit."""
    found: dict[tuple[str, str], Group] = {}
    for endpoint in result.endpoints:
        if isinstance(endpoint, PairedEndpoint | ReportedMeans):
            # pain and PGA both count points, of different scales: a shared axis would compare what can't be compared
            scale = endpoint.unit if isinstance(endpoint, PairedEndpoint) else f"{endpoint.unit} of {endpoint.outcome}"
            found.setdefault((scale, endpoint.better), []).append(endpoint)
    return found


def draw(result: EndpointsResult, look: Look) -> go.Figure:
    by_axis = groups(result)
    heights = [HEAD + ROW * len(members) for members in by_axis.values()]
    whole = sum(heights) + SPACE * (len(heights) - 1)
    figure = make_subplots(rows=len(by_axis), cols=1, row_heights=heights, vertical_spacing=SPACE / whole)
    base = blank(look, whole + 74)
    figure.update_layout(
        template=base.layout.template, height=base.layout.height, margin={"l": 16, "r": 16, "t": 30, "b": 44}
    )
    for row, ((scale, better), members) in enumerate(by_axis.items(), start=1):
        _axis(figure, row, scale, better, members, look)
        for place, endpoint in enumerate(members):
            _endpoint(figure, row, place, endpoint, result, look)
    return figure


def _axis(figure: go.Figure, row: int, scale: str, better: str, members: Group, look: Look) -> None:
    reach = _reach(members)
    left, right = (
        ("favours treated", "favours control") if better == "lower" else ("favours control", "favours treated")
    )
    figure.update_xaxes(range=[-reach, reach], nticks=7, row=row, col=1)
    figure.update_yaxes(range=[len(members) - 0.4, -0.75], visible=False, row=row, col=1)
    figure.add_vline(x=0, line={"color": look.muted, "width": 1}, row=row, col=1)
    for text, x, anchor in ((f"◂ {left}", 0, "left"), (scale, 0.5, "center"), (f"{right} ▸", 1, "right")):
        note(
            figure, text, xref=_domain("x", row), yref=_domain("y", row), x=x, y=1, xanchor=anchor, yanchor="bottom",
            font={"color": look.muted, "size": 12},
        )  # fmt: skip


def _domain(axis: str, row: int) -> str:
    return f"{axis}{'' if row == 1 else row} domain"


def _reach(members: Group) -> float:
    """Half the axis: the farthest bound or estimate, or the farthest difference where no bound is finite."""
    values: list[float] = []
    for endpoint in members:
        if isinstance(endpoint, ReportedMeans):
            values += [abs(endpoint.difference)] if known(endpoint.difference) else []
            continue
        interval = endpoint.test.interval
        values += [abs(v) for v in (interval.low, interval.high, endpoint.test.estimate) if isinstance(v, float | int)]
        values += [abs(float(p.difference)) for p in endpoint.pairs if p.analysed and known(p.difference)]
    return 1.12 * max(values, default=1.0) or 1.0


def _endpoint(
    figure: go.Figure,
    row: int,
    place: int,
    endpoint: PairedEndpoint | ReportedMeans,
    result: EndpointsResult,
    look: Look,
) -> None:
    chosen = endpoint.key == result.selected.key
    estimate = endpoint.test.estimate if isinstance(endpoint, PairedEndpoint) else endpoint.difference
    if isinstance(endpoint, PairedEndpoint) and known(estimate):
        _interval(figure, row, place, endpoint, look, 5 if chosen else 3)
    if known(estimate):
        symbol = "square" if isinstance(endpoint, PairedEndpoint) else "square-open"
        figure.add_scatter(
            x=[estimate],
            y=[place],
            mode="markers",
            marker={"color": look.ink, "symbol": symbol, "size": 14 if chosen else 10, "line": {"width": 2}},
            hovertext=endpoint_reading(endpoint),
            hoverinfo="text",
            row=row,
            col=1,
        )
    label = f"<b>{endpoint.label}</b>" if chosen else endpoint.label
    for text, shift in ((label, 18), (_numbers(endpoint), -18)):
        note(
            figure, text, xref=_domain("x", row), yref=f"y{'' if row == 1 else row}", x=0, y=place, xanchor="left",
            yshift=shift, font={"color": look.ink if shift > 0 else look.muted, "size": 13},
        )  # fmt: skip


def _numbers(endpoint: PairedEndpoint | ReportedMeans) -> str:
    if isinstance(endpoint, ReportedMeans):
        return f"{signed(endpoint.difference)} {endpoint.unit}; no spread printed, not testable"
    if isinstance(endpoint.test.estimate, Missing):
        return endpoint.test.estimate.reason
    return f"{estimate_text(endpoint)}, {p_phrase(endpoint.test.p)}"


def _interval(figure: go.Figure, row: int, place: int, endpoint: PairedEndpoint, look: Look, width: int) -> None:
    """The interval as a line; a side without a bound runs to the end of the axis and ends in an arrow."""
    reach = _reach_of(figure, row)
    interval = endpoint.test.interval
    low, high = (
        bound if bound is not None else edge for bound, edge in ((interval.low, -reach), (interval.high, reach))
    )
    figure.add_scatter(
        x=[low, high], y=[place, place], mode="lines", line={"color": look.ink, "width": width}, hoverinfo="skip",
        row=row, col=1,
    )  # fmt: skip
    for bound, edge, symbol in ((interval.low, -reach, "triangle-left"), (interval.high, reach, "triangle-right")):
        if bound is None:
            figure.add_scatter(
                x=[0.985 * edge], y=[place], mode="markers", marker={"symbol": symbol, "size": 13, "color": look.ink},
                hovertext="unbounded on this side", hoverinfo="text", row=row, col=1,
            )  # fmt: skip


def _reach_of(figure: go.Figure, row: int) -> float:
    return float(figure.layout[f"xaxis{'' if row == 1 else row}"].range[1])


def table(result: EndpointsResult) -> pd.DataFrame:
    """One row an endpoint: role, whose analysis, estimate, interval, p, exact p and its floor."""
    return pd.DataFrame([_table_row(endpoint) for endpoint in result.endpoints])


def _table_row(endpoint: EndpointResult) -> dict[str, str]:
    if isinstance(endpoint, PairedEndpoint):
        low, high = (
            "unbounded" if bound is None else signed(bound)
            for bound in (endpoint.test.interval.low, endpoint.test.interval.high)
        )
        return {
            "Endpoint": endpoint.label,
            "In the paper": _standing(endpoint.role, endpoint.analysis),
            "Unit": short_unit(endpoint.unit),
            "Pairs": str(endpoint.test.n),
            "Estimate": signed(endpoint.test.estimate),
            "Interval": f"{low} to {high}",
            "p": probability(endpoint.test.p),
            "Exact p": probability(endpoint.exact.p),
            "Floor": probability(endpoint.exact.floor.general),
            "Floor, zeros": probability(endpoint.exact.floor.given_zeros),
        }
    if isinstance(endpoint, ReportedMeans):
        return {
            "Endpoint": endpoint.label,
            "In the paper": _standing(endpoint.role, endpoint.analysis),
            "Unit": endpoint.unit,
            "Pairs": "not printed",
            "Estimate": signed(endpoint.difference),
            "Interval": "not possible",
            **dict.fromkeys(("p", "Exact p", "Floor", "Floor, zeros"), "–"),
        }
    return _events_row(endpoint)


def _events_row(endpoint: Events) -> dict[str, str]:
    limits = "; ".join(f"{number(upper)} (0 of {n})" for n, upper in endpoint.limits)
    return {
        "Endpoint": endpoint.label,
        "In the paper": _standing(endpoint.role, endpoint.analysis),
        "Unit": "events",
        "Pairs": "–",
        "Estimate": number(endpoint.events),
        "Interval": f"share up to {limits}" if limits else "–",
        **dict.fromkeys(("p", "Exact p", "Floor", "Floor, zeros"), "–"),
    }


def _standing(role: str, analysis: str) -> str:
    whose = "the paper's analysis" if analysis == "paper" else "ours, post hoc"
    return whose if role == "none" else f"{role} endpoint; {whose}"
