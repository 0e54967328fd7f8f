"""Trajectories' tables: what is drawn on each chart, and every value behind them in one list."""

from __future__ import annotations

import pandas as pd

from lib.questions.trajectories import Panel, TrajectoriesResult
from lib.questions.wording import number
from lib.report.tables.table import Table
from lib.trial.model import Trial
from lib.values import Missing, Real


def tables(result: TrajectoriesResult, _trial: Trial) -> tuple[Table, ...]:
    """An overview of the charts, then the values as software wants them: one a row."""
    return (
        Table("charts", "Every outcome by each rater", charts(result)),
        Table("values", "Every value, one a row", values(result)),
    )


def charts(result: TrajectoriesResult) -> pd.DataFrame:
    """One row a chart: how many units it shows, and of whom nothing is published."""
    return pd.DataFrame([_chart(panel) for panel in result.panels])


def _chart(panel: Panel) -> dict[str, str]:
    points = [point for line in panel.lines for point in line.points]
    return {
        "Chart": panel.title,
        "Measured in": panel.unit,
        "Better": panel.better,
        "Lines": str(len(panel.lines)),
        "Values": str(sum(not isinstance(point.value, Missing) for point in points)),
        "Of": str(len(points)),
        "Nothing published of": ", ".join(panel.silent) or "–",
        "Reconstructed": panel.reconstructed or "–",
    }


def values(result: TrajectoriesResult) -> pd.DataFrame:
    """Every unit at every visit on every chart, or why there is no value."""
    arms = dict(result.arms)
    labels = {visit.key: visit.label for visit in result.visits}
    return pd.DataFrame(
        [
            {
                "Chart": panel.title,
                "Participant": line.participant,
                "Unit": line.unit,
                "Arm": arms[line.arm],
                "Visit": labels[point.visit],
                f"Time, {result.time_unit}": number(point.time, 6),
                "Value": _value(point.value),
                "How it came about": point.provenance,
            }
            for panel in result.panels
            for line in panel.lines
            for point in line.points
        ]
    )


def _value(value: Real) -> str:
    return str(value) if isinstance(value, Missing) else number(value, 6)
