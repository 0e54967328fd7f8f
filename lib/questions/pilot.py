"""What this trial says of the numbers that a plan needs: difference, SD and correlation, with what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import sqrt
from statistics import variance

import numpy as np

from lib.assumptions import Assumptions, defaults, planning_outcome
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.pairs import Pair, analysed_differences, better_of, endpoint_pairs, rater_of
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import rater_name
from lib.values import Missing, Real

ONE_PAIR = Missing("an SD takes at least two participants with both changes")
NO_SPREAD = Missing("all differences seen are equal, which says nothing of how far they can differ")


@dataclass(frozen=True)
class Pilot:
    """The trial's change from baseline in the outcome that is planned for, in that outcome's unit.

    Attributes
    ----------
    label : str
        Outcome, rater and change.
    n, df, zeros : int
        Pairs analysed, degrees of freedom of the SD of their differences, and how many differences are 0.
    towards : float or Missing
        Mean difference, above 0 where the treatment did better.
    sd : float or Missing
        SD of the within-person differences.
    unit_sd : float or Missing
        SD of one unit's change, pooled over both arms.
    correlation : float or Missing
        Correlation of the two changes of a person.
    """

    label: str
    n: int
    df: int
    zeros: int
    towards: Real
    sd: Real
    unit_sd: Real
    correlation: Real


@lru_cache(maxsize=32)
def pilot_of(trial: Trial) -> Pilot:
    """The trial as it was published: its own participants, absolute change, the first rater."""
    plain = _planned_analysis(trial)
    endpoint = selected_endpoint(trial, plain)
    pairs = [pair for pair in endpoint_pairs(trial, endpoint, plain) if pair.analysed]
    differences = analysed_differences(pairs)
    return Pilot(
        endpoint.label,
        len(differences),
        max(len(differences) - 1, 0),
        sum(difference == 0 for difference in differences),
        _towards(trial, endpoint, differences),
        _sd(differences),
        _pooled(pairs),
        _correlation(pairs),
    )


def pilot_differences(trial: Trial) -> tuple[Fraction, ...]:
    """The differences behind `pilot_of`, treated minus control, as published."""
    plain = _planned_analysis(trial)
    return analysed_differences(endpoint_pairs(trial, selected_endpoint(trial, plain), plain))


def measured(trial: Trial) -> str:
    """The outcome that is planned for, and by whom it is measured where several do."""
    outcome = planning_outcome(trial)
    rater = rater_of(trial, outcome.key, _planned_analysis(trial))
    return outcome.label + (f" by {rater_name(trial, rater)}" if rater and len(outcome.raters) > 1 else "")


def _planned_analysis(trial: Trial) -> Assumptions:
    return replace(defaults(trial), outcome=planning_outcome(trial).key, change="absolute")


def _towards(trial: Trial, endpoint: Endpoint, differences: Sequence[Fraction]) -> Real:
    if not differences:
        return ONE_PAIR
    mean = float(sum(differences) / len(differences))
    return mean if better_of(trial, endpoint) == "higher" else 0 - mean


def _sd(values: Sequence[Fraction]) -> Real:
    if len(values) < 2:
        return ONE_PAIR
    found = sqrt(float(variance(values)))
    return found if found > 0 else NO_SPREAD


def _changes(pairs: Sequence[Pair]) -> tuple[list[float], list[float]]:
    """Treated and control changes of the pairs analysed."""
    both = [(p.treated.value, p.control.value) for p in pairs]
    known = [(float(t), float(c)) for t, c in both if isinstance(t, Fraction) and isinstance(c, Fraction)]
    return [t for t, _ in known], [c for _, c in known]


def _pooled(pairs: Sequence[Pair]) -> Real:
    treated, control = _changes(pairs)
    if len(treated) < 2:
        return ONE_PAIR
    found = sqrt((variance(treated) + variance(control)) / 2)
    return found if found > 0 else Missing("every unit changed alike, which says nothing of how far they can differ")


def _correlation(pairs: Sequence[Pair]) -> Real:
    treated, control = _changes(pairs)
    if len(treated) < 2 or not variance(treated) or not variance(control):
        return Missing("a correlation takes changes that differ in both arms")
    return float(np.corrcoef(treated, control)[0, 1])
