"""What is known of one unit at one visit: the printed value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.trial.model import MeasurementRow, Outcome, Scale, Trial
from lib.values import Exact, Missing

EVERY_RATER = "mean"
"""In place of a rater: the mean of all raters of an outcome. No rater of a trial goes by this name."""


@dataclass(frozen=True)
class Observed:
    """A value in exact arithmetic with its provenance: printed | derived | reconstructed | missing."""

    value: Exact
    provenance: str
    source: str


def observed(trial: Trial, unit: str, visit: str, outcome: str, rater: str, scale: Scale = "value") -> Observed:
    """The value of `unit` at `visit`, or `Missing` with the reason: lost by then, or not published."""
    if rater == EVERY_RATER:
        return _mean_of_raters(trial, unit, visit, outcome, scale)
    row = trial.measured.get((unit, visit, outcome, rater, scale))
    if row is None or row.value is None:
        return Observed(Missing(why_missing(trial, unit, visit)), "missing", row.source if row else "")
    return Observed(Fraction(row.value), row.provenance, row.source)


def _mean_of_raters(trial: Trial, unit: str, visit: str, outcome: str, scale: Scale) -> Observed:
    """The mean over all raters of the outcome; without one of them there is none."""
    raters = trial.outcomes[outcome].raters
    found = [observed(trial, unit, visit, outcome, rater, scale) for rater in raters]
    values = [one.value for one in found if isinstance(one.value, Fraction)]
    if len(values) < len(found):
        return next(one for one in found if isinstance(one.value, Missing))
    return Observed(sum(values, Fraction(0)) / len(values), "derived", found[0].source)


def rater_name(trial: Trial, rater: str) -> str:
    """How a rater is called inside a sentence, which has the article where it needs one."""
    return "mean of the raters" if rater == EVERY_RATER else trial.raters[rater].label.lower().removeprefix("the ")


def why_missing(trial: Trial, unit: str, visit: str) -> str:
    lost_at = loss(trial, unit)
    if lost_at is not None and trial.visits[visit].time > trial.visits[lost_at].time:
        return f"lost after {trial.visits[lost_at].label}"
    return "not published"


def loss(trial: Trial, unit: str) -> str | None:
    """The last visit of a unit that was lost; None where it was not lost, or when is not told."""
    return trial.lost_units.get(unit)


def with_event(trial: Trial, event: str) -> tuple[str, ...]:
    """Participants to whom this happened on their way through the trial, in the order of the trial."""
    found = {row.participant for row in trial.disposition if row.event == event}
    return tuple(p for p in trial.participant_ids if p in found)


def lost_participants(trial: Trial) -> tuple[str, ...]:
    return with_event(trial, "lost")


def decimals(value: Decimal) -> int:
    """How many decimals a value was printed with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def allocated_participants(trial: Trial) -> tuple[str, ...]:
    have_units = {row.participant for row in trial.units}
    return tuple(p for p in trial.participant_ids if p in have_units)


def withheld_outcome(trial: Trial) -> Outcome | None:
    """The first outcome of which a percentage change is printed for units whose values are not; None if there is none.

    Its values can be reconstructed as far as a printed range and P narrow them down.
    """
    for outcome in trial.spec.outcomes:
        if outcome.kind == "ratio" and any(
            _withheld(trial, row) for row in trial.measurements if row.outcome == outcome.key
        ):
            return outcome
    return None


def _withheld(trial: Trial, row: MeasurementRow) -> bool:
    values = (
        trial.measured.get((row.unit, v, row.outcome, row.rater, "value")) for v in (trial.baseline.key, row.visit)
    )
    return (
        row.scale == "percent_change" and row.value is not None and not any(v and v.value is not None for v in values)
    )
