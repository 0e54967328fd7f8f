"""Printed aggregates beside what the published individual data give: a registry of the statistics we can recompute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import fmean

from lib.questions.changes import change_of, plain_measure
from lib.trial.model import Outcome, ReportedRow, Trial
from lib.trial.observed import decimals
from lib.values import Exact, Missing, Real

Recompute = Callable[[Trial, ReportedRow, tuple[str, ...]], Real]


@dataclass(frozen=True)
class Comparison:
    """One printed number, the same number from the data, and whether that rounds to it.

    `agrees` is None where nothing could be recomputed; `recomputed` then says why.
    """

    key: str
    label: str
    printed: float
    decimals: int
    unit: str
    source: str
    recomputed: Real
    agrees: bool | None


def comparison(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Comparison | None:
    """`row` beside its recomputation over `participants`; None where the paper does not give the number."""
    if row.value is None:
        return None
    value = RECOMPUTED.get(row.statistic, _not_recomputed)(trial, row, participants)
    agrees = None if isinstance(value, Missing) else rounds_to(value, row.value)
    return Comparison(
        row.key, row.label, float(row.value), decimals(row.value), row.unit or "", row.source, value, agrees
    )


def rounds_to(value: Real, printed: Decimal) -> bool:
    """Whether `value` lies within half a unit of the last printed decimal."""
    if isinstance(value, Missing):
        return False
    half = Fraction(1, 2 * 10 ** decimals(printed))
    return abs(Fraction(value) - Fraction(printed)) <= half


def _not_recomputed(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    return Missing("no published individual data behind it")


def _mean(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    return _of_numbers(trial, row, participants, fmean)


def _low(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    return _of_numbers(trial, row, participants, min)


def _high(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    return _of_numbers(trial, row, participants, max)


def _of_numbers(
    trial: Trial, row: ReportedRow, participants: tuple[str, ...], summary: Callable[[list[float]], float]
) -> Real:
    if row.attribute is None:
        return Missing("the individual values are not published")
    texts = [p.attribute(row.attribute) for p in trial.participants if p.participant in participants]
    if not texts or None in texts:
        return Missing("not every individual value is published")
    return summary([float(text) for text in texts if text is not None])


def _count(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    if row.attribute is None:
        return Missing("no individual records are published")
    return sum(p.attribute(row.attribute) == row.level for p in trial.participants if p.participant in participants)


def _percent(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
    count = _count(trial, row, participants)
    if isinstance(count, Missing) or not participants:
        return Missing("nobody to count") if not participants else count
    return 100 * count / len(participants)


Steps = Mapping[str, Fraction]
"""Unit → how much better it was at the row's visit than at baseline, negative where worse; without unknown ones."""


def _improved(trial: Trial, steps: Steps) -> float:
    return sum(step > 0 for step in steps.values())


def _improved_participants(trial: Trial, steps: Steps) -> float:
    return len({trial.units_by_key[unit].participant for unit, step in steps.items() if step > 0})


def _unchanged_participants(trial: Trial, steps: Steps) -> float:
    """Participants none of whose units changed."""
    moved = {trial.units_by_key[unit].participant for unit, step in steps.items() if step != 0}
    return len({trial.units_by_key[unit].participant for unit in steps} - moved)


def _not_improved_percent(trial: Trial, steps: Steps) -> float:
    return 100 * sum(step <= 0 for step in steps.values()) / len(steps)


STEPPED: Mapping[str, Callable[[Trial, Steps], float]] = {
    "improved": _improved,
    "improved_participants": _improved_participants,
    "unchanged_participants": _unchanged_participants,
    "not_improved_percent": _not_improved_percent,
}
"""Statistics of who got better; of those who have both values."""


def _stepped(key: str) -> Recompute:
    def run(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Real:
        steps = _steps(trial, row, participants)
        return STEPPED[key](trial, steps) if steps else Missing("no individual values at both visits")

    return run


@dataclass(frozen=True)
class Open:
    """Of how many participants the values are known, and between what the statistic lies whatever the others did."""

    known: int
    low: float
    high: float


def left_open(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> Open | None:
    """What those without values leave open of a statistic of who got better; None where everybody has them.

    Each of these statistics rises or falls with each unit that got better, or that stayed as it was, so that the ends
    are reached where all unknown units did the same.
    """
    if row.statistic not in STEPPED:
        return None
    steps, units = _steps(trial, row, participants), _units(trial, row, participants)
    unknown = [unit for unit in units if unit not in steps]
    if not steps or not unknown:
        return None
    run = STEPPED[row.statistic]
    ends = [run(trial, {**steps, **dict.fromkeys(unknown, Fraction(step))}) for step in (-1, 0, 1)]
    without = {trial.units_by_key[unit].participant for unit in unknown}
    return Open(len(set(participants) - without), min(ends), max(ends))


def _units(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> list[str]:
    return [u.unit for u in trial.units if u.participant in participants and row.arm in (None, u.arm)]


def _steps(trial: Trial, row: ReportedRow, participants: tuple[str, ...]) -> dict[str, Fraction]:
    outcome = trial.outcomes[row.outcome or ""]
    steps = {unit: _step(trial, unit, outcome, row) for unit in _units(trial, row, participants)}
    return {unit: step for unit, step in steps.items() if isinstance(step, Fraction)}


def _step(trial: Trial, unit: str, outcome: Outcome, row: ReportedRow) -> Exact:
    visit = row.visit or trial.final.key
    absolute, percent = (
        plain_measure(trial, outcome.key, row.rater or "", change) for change in ("absolute", "percent")
    )
    change = change_of(trial, unit, visit, absolute).value
    if isinstance(change, Missing):
        # a percentage has the sign of the change that it belongs to
        change = change_of(trial, unit, visit, percent).value
    return change if isinstance(change, Missing) else change * (1 if outcome.better == "higher" else -1)


RECOMPUTED: dict[str, Recompute] = {
    "mean": _mean,
    "low": _low,
    "high": _high,
    "count": _count,
    "percent": _percent,
    **{key: _stepped(key) for key in STEPPED},
}
"""Statistic of a reported row → how the published individual data give it."""
