"""One unit's change from baseline, from whatever is published: values, a printed percentage, or neither."""

from __future__ import annotations

from fractions import Fraction

from lib.analysis.change import CHANGES, absolute_from_percent
from lib.trial.model import Trial
from lib.trial.observed import Observed, observed
from lib.values import Exact, Missing


def change_of(trial: Trial, unit: str, visit: str, outcome: str, rater: str, change: str, rounding: str) -> Observed:
    """The change of `unit` from baseline to `visit`, with its provenance.

    A percentage is the printed one where there is one and `rounding` is "printed", else the one from measured values.
    Any other change comes from measured values, or from a printed percentage as far as that determines it.

    Returns
    -------
    Observed
        In the unit of the change; `Missing` with the reason where nothing published gives it.
    """
    baseline, later = (observed(trial, unit, v, outcome, rater) for v in (trial.baseline.key, visit))
    printed = observed(trial, unit, visit, outcome, rater, "percent_change")
    measured = _from_values(change, baseline.value, later.value)
    if change == "percent":
        return _percent(printed, measured, rounding)
    if isinstance(measured, Missing) and isinstance(printed.value, Fraction) and change == "absolute":
        measured = absolute_from_percent(baseline.value, printed.value)
    return Observed(measured, "missing" if isinstance(measured, Missing) else "derived", later.source)


def _from_values(change: str, baseline: Exact, later: Exact) -> Exact:
    if isinstance(later, Missing):  # first, because a loss explains more than a baseline that is not published
        return later
    if isinstance(baseline, Missing):
        return baseline
    return CHANGES[change].run(baseline, later)


def _percent(printed: Observed, measured: Exact, rounding: str) -> Observed:
    if isinstance(measured, Fraction) and (rounding == "measured" or isinstance(printed.value, Missing)):
        return Observed(measured, "derived", printed.source)
    return printed if isinstance(printed.value, Fraction) else Observed(measured, "missing", printed.source)
