"""Leave-one-out: the estimate of everybody, and below it the one without each participant in turn."""

from __future__ import annotations

import textwrap

import pandas as pd

from lib.analysis.results import TestResult
from lib.figures.canvas import Canvas
from lib.figures.forest import estimate_mark, interval_line, numbers_words, row_text, side_labels
from lib.figures.look import Look
from lib.figures.markup import bold, broken
from lib.figures.part import Part
from lib.questions.endpoint_reading import short_unit
from lib.questions.influence import Influence, influence_reading
from lib.questions.wording import bounds_words, capital, measure, probability, signed
from lib.values import Missing, known

ROW, LINE = 66, 16
"""Height of a row in pixels, and of each further line that any of them needs below its interval."""
WIDTH = 54
"""Characters beside each other on a telephone."""
HEAD, FOOT = 34, 52
ON = {"xaxis": "x", "yaxis": "y"}
Rows = list[tuple[str, TestResult]]


def influence_part(found: Influence) -> Part | None:
    """The leave-one-out forest; None where nobody is analysed who could be left out."""
    if not found.without:
        return None
    return Part(
        "influence",
        _title(found),
        f"{influence_reading(found)} The interval of each row comes from the pairs that are left in it.",
        lambda look: paint(found, look),
        lambda: table(found),
    )


def _title(found: Influence) -> str:
    values, name = _estimates(found), found.everybody.estimate_name
    if len(values) < 2:
        return "Nobody can be left out: there are fewer than two pairs"
    unit = short_unit(found.unit)
    ends = f"{measure(min(values), unit)} to {measure(max(values), unit)}"
    if min(values) > 0 or max(values) < 0:
        side = "treated" if (min(values) > 0) == (found.better == "higher") else "control"
        return f"Whoever is left out, the {name} favours {side}: {ends}"
    if min(values) == max(values) == 0:
        return f"Whoever is left out, the {name} is {measure(0.0, unit)}"
    sides = [*values, *([found.everybody.estimate] if known(found.everybody.estimate) else [])]
    if min(sides) >= 0 or max(sides) <= 0:
        return f"Leaving anybody out takes the {name} to zero at most, not to the other side: {ends}"
    return f"Which arm the {name} favours depends on who is in: {ends} with one left out"


def _estimates(found: Influence) -> list[float]:
    return [float(one.test.estimate) for one in found.without if known(one.test.estimate)]


def _rows(found: Influence) -> Rows:
    return [("Everybody", found.everybody), *((f"Without {one.participant}", one.test) for one in found.without)]


def paint(found: Influence, look: Look) -> Canvas:
    rows = _rows(found)
    lines = max(len(_numbers(test, found)) for _, test in rows)
    row = ROW + LINE * (lines - 1)
    canvas = Canvas(look, HEAD + FOOT + row * len(rows), l=16, r=16, t=HEAD, b=FOOT)
    reach, name = _reach(rows), found.everybody.estimate_name
    canvas.upright(0, color=look.muted, width=1)
    side_labels(canvas, "", found.better)
    for place, (label, test) in enumerate(rows):
        _row(canvas, place, label, test, found, reach)
    title = f"{capital(name)}, treated − control ({short_unit(found.unit)})"
    canvas.axis("x", range=[-reach, reach], nticks=7, title={"text": title})
    canvas.axis("y", range=[len(rows) - 0.45, -0.6 * ROW / row], visible=False)
    return canvas


def _numbers(test: TestResult, found: Influence) -> list[str]:
    """What stands below a row, in lines; why there is no interval where there is none."""
    if known(test.estimate) and isinstance(test.p, Missing):
        told = f"{measure(test.estimate, short_unit(found.unit))}, no interval: {test.p.reason}"
    else:
        told = numbers_words(test, found.unit, found.sides)
    return textwrap.wrap(told, WIDTH)


def _reach(rows: Rows) -> float:
    """Half the axis: the farthest bound, and room around the farthest estimate for an interval without bounds."""
    bounds = [abs(bound) for _, t in rows for bound in (t.interval.low, t.interval.high) if bound is not None]
    estimates = [1.5 * abs(float(test.estimate)) for _, test in rows if known(test.estimate)]
    return 1.12 * max([*bounds, *estimates], default=1.0) or 1.0


def _row(canvas: Canvas, place: int, label: str, test: TestResult, found: Influence, reach: float) -> None:
    """The row of everybody stands first, and is drawn stronger."""
    strong, numbers = place == 0, broken(_numbers(test, found))
    if known(test.p):
        interval_line(canvas, ON, place, test.interval, reach, 5 if strong else 3)
    if known(test.estimate):
        estimate_mark(canvas, ON, place, float(test.estimate), 14 if strong else 10, f"{label}: {numbers}")
    row_text(canvas, "", place, bold(label) if strong else label, numbers)


def table(found: Influence) -> pd.DataFrame:
    """One row for everybody, and one without each participant."""
    return pd.DataFrame([_table_row(label, test, short_unit(found.unit)) for label, test in _rows(found)])


def _table_row(label: str, test: TestResult, unit: str) -> dict[str, str]:
    low, high = bounds_words(test.interval)
    return {
        "Who": label,
        "Pairs": str(test.n),
        f"Estimate ({unit})": str(test.estimate) if isinstance(test.estimate, Missing) else signed(test.estimate),
        "Interval": f"{low} to {high}" if known(test.p) else test.interval.reason,
        "p": probability(test.p),
    }
