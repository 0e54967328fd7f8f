"""All endpoints as estimates with intervals: one axis for each unit, zero in the middle, benefit on one side."""

from __future__ import annotations

import pandas as pd

from lib.analysis.results import Interval, StudentNull, TestResult
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold
from lib.figures.part import Part
from lib.questions.endpoint_reading import WHOSE, endpoint_reading, short_unit
from lib.questions.endpoint_result import EndpointResult, EndpointsResult, Events, PairedEndpoint, ReportedMeans
from lib.questions.wording import bounds_words, estimate_words, listed, number, p_phrase, percent, probability, signed
from lib.values import Missing, known

ROW = 76
HEAD = 10
SPACE = 58
Group = list[PairedEndpoint | ReportedMeans]


def forest_part(result: EndpointsResult) -> Part:
    """The forest of every endpoint that has an estimate."""
    return Part(
        "forest",
        _title(result),
        _reading(result),
        lambda look: paint(result, look),
        lambda: table(result),
    )


def _title(result: EndpointsResult) -> str:
    intervals = [e.test.interval for e in result.endpoints if isinstance(e, PairedEndpoint) and known(e.test.p)]
    if intervals and all(interval.low is None and interval.high is None for interval in intervals):
        return f"No {percent(result.level)} interval could exclude zero: all are unbounded"
    told = [f"{e.label} ({_side(e)})" for e in result.endpoints if isinstance(e, PairedEndpoint) and _side(e)]
    student = isinstance(result.selected.test.null, StudentNull)
    level = f"{percent(result.level)}{' t' if student else ''}"
    if told:
        return f"The {level} interval excludes zero for {listed(told)}"
    every = len(intervals) == sum(isinstance(e, PairedEndpoint) for e in result.endpoints)
    return f"No {level} interval{'' if every else ' that this test gives'} excludes zero"


def _reading(result: EndpointsResult) -> str:
    return (
        f"Treated minus control for every endpoint, on one axis for each unit, with {percent(result.level)} intervals. "
        f"The p-values of a pilot are descriptive. {result.several_endpoints}"
    ).strip()


def _side(endpoint: PairedEndpoint) -> str:
    """Which arm an interval that excludes zero speaks for; empty where it doesn't exclude it."""
    interval = endpoint.test.interval
    above = interval.low is not None and interval.low > 0
    below = interval.high is not None and interval.high < 0
    if not above and not below:
        return ""
    return "favours treated" if above == (endpoint.better == "higher") else "favours control"


def groups(result: EndpointsResult) -> dict[tuple[str, str], Group]:
    """Endpoints that share an axis: same unit, same direction of benefit; the axis of the chosen one first."""
    found: dict[tuple[str, str], Group] = {}
    for endpoint in result.endpoints:
        if isinstance(endpoint, PairedEndpoint | ReportedMeans):
            # pain and PGA both count points, of different scales: a shared axis would compare what can't be compared
            scale = endpoint.unit if isinstance(endpoint, PairedEndpoint) else f"{endpoint.unit} of {endpoint.outcome}"
            found.setdefault((scale, endpoint.better), []).append(endpoint)
    return dict(sorted(found.items(), key=lambda group: result.selected not in group[1]))


def paint(result: EndpointsResult, look: Look) -> Canvas:
    by_axis = groups(result)
    heights = [HEAD + ROW * len(members) for members in by_axis.values()]
    whole = max(1, sum(heights) + SPACE * (len(heights) - 1))
    canvas = Canvas(look, whole + 74, l=16, r=16, t=30, b=44)
    top = 0
    for index, ((scale, better), members) in enumerate(by_axis.items()):
        axes = "" if index == 0 else str(index + 1)
        domain = (max(0.0, 1 - (top + heights[index]) / whole), 1 - top / whole)
        _axis(canvas, axes, domain, scale, better, members)
        for place, endpoint in enumerate(members):
            _endpoint(canvas, axes, place, endpoint, result, _reach(members))
        top += heights[index] + SPACE
    return canvas


def _axis(canvas: Canvas, axes: str, domain: tuple[float, float], scale: str, better: str, members: Group) -> None:
    reach = _reach(members)
    canvas.axis(f"x{axes}", range=[-reach, reach], nticks=7, anchor=f"y{axes}")
    canvas.axis(f"y{axes}", range=[len(members) - 0.4, -0.75], visible=False, domain=domain, anchor=f"x{axes}")
    canvas.upright(0, axes, color=canvas.look.muted, width=1)
    side_labels(canvas, axes, better, scale)


def side_labels(canvas: Canvas, axes: str, better: str, middle: str = "") -> None:
    """Which arm either side of zero favours, above the axes with this number; `middle` is written between them."""
    sides, muted = ("favours treated", "favours control"), canvas.look.muted
    left, right = sides if better == "lower" else reversed(sides)
    for text, x, anchor in ((f"◂ {left}", 0, "left"), (middle, 0.5, "center"), (f"{right} ▸", 1, "right")):
        place = {"xref": f"x{axes} domain", "yref": f"y{axes} domain", "x": x, "y": 1}
        canvas.note(text, **place, xanchor=anchor, yanchor="bottom", font={"color": muted, "size": 12})


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
    canvas: Canvas,
    axes: str,
    place: int,
    endpoint: PairedEndpoint | ReportedMeans,
    result: EndpointsResult,
    reach: float,
) -> None:
    chosen = endpoint.key == result.selected.key
    on = {"xaxis": f"x{axes}", "yaxis": f"y{axes}"}
    estimate = endpoint.test.estimate if isinstance(endpoint, PairedEndpoint) else endpoint.difference
    if isinstance(endpoint, PairedEndpoint) and known(estimate):
        interval_line(canvas, on, place, endpoint.test.interval, reach, 5 if chosen else 3)
    if known(estimate):
        symbol = "square" if isinstance(endpoint, PairedEndpoint) else "square-open"
        estimate_mark(canvas, on, place, float(estimate), 14 if chosen else 10, endpoint_reading(endpoint), symbol)
    row_text(canvas, axes, place, bold(endpoint.label) if chosen else endpoint.label, _numbers(endpoint))


def estimate_mark(
    canvas: Canvas, on: dict[str, str], place: int, estimate: float, size: int, told: str, symbol: str = "square"
) -> None:
    """The estimate as a square, and what it says when pointed at."""
    ink = canvas.look.ink
    marker = {"color": ink, "symbol": symbol, "size": size, "line": {"width": 2, "color": ink}}
    canvas.trace(x=[estimate], y=[place], mode="markers", marker=marker, hovertext=told, hoverinfo="text", **on)


def row_text(canvas: Canvas, axes: str, place: int, label: str, numbers: str) -> None:
    """A row's label above its line and its numbers below, both at the left, so that a telephone has room for them."""
    look = canvas.look
    at = {"xref": f"x{axes} domain", "yref": f"y{axes}", "x": 0, "y": place, "xanchor": "left"}
    canvas.note(label, **at, yshift=18, bgcolor=look.paper, font={"color": look.ink, "size": 13})
    below = {**at, "yanchor": "top", "yshift": -8, "align": "left"}
    canvas.note(numbers, **below, bgcolor=look.paper, font={"color": look.muted, "size": 13})


def _numbers(endpoint: PairedEndpoint | ReportedMeans) -> str:
    if isinstance(endpoint, ReportedMeans):
        return f"{signed(endpoint.difference)} {endpoint.unit}; no spread printed, not testable"
    return numbers_words(endpoint.test, endpoint.unit, endpoint.sides)


def numbers_words(test: TestResult, unit: str, sides: str) -> str:
    """Estimate, interval and p, short; why there is no estimate where there is none."""
    if isinstance(test.estimate, Missing):
        return test.estimate.reason
    return f"{estimate_words(test.estimate, test.interval, short_unit(unit))}, {p_phrase(test.p, sides)}"


def interval_line(canvas: Canvas, on: dict[str, str], place: int, interval: Interval, reach: float, width: int) -> None:
    """The interval as a line; a side without a bound runs to the end of the axis and ends in an arrow."""
    ink = canvas.look.ink
    low = -reach if interval.low is None else interval.low
    high = reach if interval.high is None else interval.high
    line = {"color": ink, "width": width}
    canvas.trace(x=[low, high], y=[place, place], mode="lines", line=line, hoverinfo="skip", **on)
    for bound, edge, symbol in ((interval.low, -reach, "triangle-left"), (interval.high, reach, "triangle-right")):
        if bound is None:
            marker = {"symbol": symbol, "size": 13, "color": ink}
            told = {"hovertext": "unbounded on this side", "hoverinfo": "text"}
            canvas.trace(x=[0.985 * edge], y=[place], mode="markers", marker=marker, cliponaxis=False, **told, **on)


def table(result: EndpointsResult) -> pd.DataFrame:
    """One row an endpoint: role, whose analysis, estimate, interval, p, exact p and its floor."""
    return pd.DataFrame([_table_row(endpoint) for endpoint in result.endpoints])


def _table_row(endpoint: EndpointResult) -> dict[str, str]:
    if isinstance(endpoint, PairedEndpoint):
        low, high = bounds_words(endpoint.test.interval)
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
    whose = WHOSE[analysis].lower()
    return whose if role == "none" else f"{role} endpoint; {whose}"
