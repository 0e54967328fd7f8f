"""One unit's change from baseline, from whatever is published: values, a printed percentage, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lib.analysis.change import CHANGES, Change, Scale
from lib.assumptions import Assumptions
from lib.questions.wording import amount
from lib.trial.model import Trial
from lib.trial.observed import Observed, observed
from lib.values import Exact, Missing


@dataclass(frozen=True)
class Measure:
    """What is compared: an outcome by a rater, how its change is expressed, and whether printed percentages count."""

    outcome: str
    rater: str
    change: str
    rounding: str
    scale: Scale


def plain_measure(trial: Trial, outcome: str, rater: str, change: str, rounding: str = "printed") -> Measure:
    """A measure on the outcome's own scale, with nothing settled about thresholds and zeros."""
    return Measure(outcome, rater, change, rounding, _scale(trial, outcome))


def measure_of(trial: Trial, outcome: str, rater: str, change: str, assumptions: Assumptions) -> Measure:
    """A measure with thresholds and zeros as the viewer settled them."""
    return Measure(outcome, rater, change, assumptions.rounding, _settled(trial, outcome, assumptions))


def _scale(trial: Trial, outcome: str) -> Scale:
    found = trial.outcomes[outcome]
    return Scale(
        kind=found.kind,
        better=found.better,
        low=None if found.low is None else Fraction(found.low),
        high=None if found.high is None else Fraction(found.high),
        levels=tuple(level.score for level in found.levels),
    )


def _settled(trial: Trial, outcome: str, assumptions: Assumptions) -> Scale:
    plain = _scale(trial, outcome)
    rule = assumptions.zero
    return Scale(
        plain.kind,
        plain.better,
        plain.low,
        plain.high,
        plain.levels,
        percent=_as_written(assumptions.threshold),
        points=_as_written(assumptions.points),
        zero=half_smallest(trial, outcome) if rule == "half" else None,
        added=_as_written(assumptions.zero_add) if rule == "add" else Fraction(0),
    )


def _as_written(number: float) -> Fraction:
    """A typed number as it reads: 0.1 is a tenth."""
    return Fraction(repr(number))


@lru_cache(maxsize=64)
def half_smallest(trial: Trial, outcome: str) -> Fraction | None:
    """Half of the smallest value above 0 that is published of an outcome; None where none is."""
    rows = (row for row in trial.measurements if row.outcome == outcome and row.scale == "value")
    positive = [Fraction(row.value) for row in rows if row.value is not None and row.value > 0]
    return min(positive) / 2 if positive else None


def published_baselines(trial: Trial, measure: Measure) -> list[Fraction]:
    """Every baseline of the measure's outcome that is published, by its rater."""
    values = (observed(trial, u.unit, trial.baseline.key, measure.outcome, measure.rater).value for u in trial.units)
    return [value for value in values if isinstance(value, Fraction)]


def change_words(trial: Trial, measure: Measure) -> str:
    """The change inside a sentence, with the threshold where it has one."""
    outcome, scale = trial.outcomes[measure.outcome], measure.scale
    if CHANGES[measure.change].threshold:
        least = f"{float(scale.percent):g} %" if scale.kind == "ratio" else amount(float(scale.points), outcome.unit)
        return f"better by at least {least}"
    if measure.change == "best-two" and len(outcome.levels) > 2:
        best = sorted(outcome.levels, key=lambda level: level.score, reverse=outcome.better == "higher")[:2]
        return " or ".join(level.category.lower() for level in best)
    return f"change, {CHANGES[measure.change].label.lower()}"


def zero_words(trial: Trial, measure: Measure) -> str:
    """What a log-ratio does with zeros; empty for other changes."""
    if not CHANGES[measure.change].logs:
        return ""
    unit, scale = trial.outcomes[measure.outcome].unit, measure.scale
    if scale.added:
        return f"{amount(float(scale.added), unit)} added to every value before its logarithm"
    if scale.zero is None:
        return "no logarithm of 0"
    return f"0 counts as {amount(float(scale.zero), unit)}, half of the smallest value published"


def change_of(trial: Trial, unit: str, visit: str, measure: Measure) -> Observed:
    """The change of `unit` from baseline to `visit`, with its provenance.

    Where a change depends on nothing but a percentage and `rounding` is "printed", the printed percentage counts; else
    the measured values do, and a printed percentage only as far as it determines the change without them.

    Returns
    -------
    Observed
        In the unit of the change; `Missing` with the reason where nothing published gives it.
    """
    change = CHANGES[measure.change]
    before, later = (observed(trial, unit, v, measure.outcome, measure.rater) for v in (trial.baseline.key, visit))
    printed = observed(trial, unit, visit, measure.outcome, measure.rater, "percent_change")
    measured = _measured(change, before.value, later.value, measure.scale)
    told = _of_percent(change, before.value, printed.value, measure.scale)
    first = change.relative and measure.rounding == "printed"
    value = next((v for v in ((told, measured) if first else (measured, told)) if isinstance(v, Fraction)), None)
    if value is None:
        why = told if isinstance(printed.value, Fraction) else measured
        return Observed(why, "missing", (printed if change.relative else later).source)
    from_percent = value is told
    as_printed = from_percent and change.key == "percent"
    source = (printed if from_percent or change.relative else later).source
    return Observed(value, printed.provenance if as_printed else "derived", source)


def _measured(change: Change, before: Exact, later: Exact, scale: Scale) -> Exact:
    if isinstance(later, Missing):  # first, because a loss explains more than a baseline that is not published
        return later
    return before if isinstance(before, Missing) else change.run(before, later, scale)


def _of_percent(change: Change, before: Exact, percent: Exact, scale: Scale) -> Exact:
    if isinstance(percent, Missing):
        return percent
    ratio = 1 + percent / 100
    alone = change.of_ratio(ratio, scale)
    if isinstance(alone, Fraction) or isinstance(before, Missing):
        return alone
    return change.run(before, before * ratio, scale)
