"""The exact sign-flip (Fisher-Pitman) test of the mean difference.

Flipping the differences of a subset leaves a sum at least as large as the one observed exactly if the subset sums to
zero or less. So p is a count of subsets, and the p of a shift θ counts the subsets whose mean is at most θ: the limits
are order statistics of the 2^n − 1 subset means (Hartigan 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lib.analysis import exact, monte_carlo, paired, rejection, subset_means
from lib.analysis.exact import Number
from lib.analysis.inversion import Accepted
from lib.analysis.monte_carlo import Estimated
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, MonteCarlo, Region, TestResult
from lib.errors import OverBudget
from lib.values import Missing, Real

_ESTIMATE = "mean difference"
_METHOD = "exact sign-flip test of the mean"
_STATISTIC = "mean of the flipped differences"

_IN_HALVES = 36
"""Pairs that always can be counted in halves, which is exact where the list of all sums is too long."""


# ---- statistic


def _scored(integers: Sequence[int]) -> tuple[list[int], int]:
    """Sizes of the differences, and the sum of those of the positive ones."""
    return [abs(integer) for integer in integers], sum(integer for integer in integers if integer > 0)


def _sign_flip_p(data: Paired) -> Real:
    return paired.exact_p(lambda: _exact_p(data.lattice.integers, data.alternative))


def _exact_p(integers: Sequence[int], alternative: Alternative) -> Fraction:
    scores, observed = _scored(integers)
    if len(scores) <= _IN_HALVES and not exact.is_countable(scores):
        return _sign_flip_p_by_halves(integers, alternative)
    try:
        return exact.p_value(scores, observed, alternative)
    except OverBudget:
        return _sign_flip_p_by_halves(integers, alternative)


def _sign_flip_p_by_halves(integers: Sequence[int], alternative: Alternative) -> Fraction:
    total = sum(integers)
    upwards = alternative == "greater" or (alternative == "two-sided" and total > 0)
    facing = integers if upwards else [-integer for integer in integers]
    tail = Fraction(subset_means.subsets_below_zero(facing), 2 ** len(integers))
    return exact.both_sides(tail, alternative)


def _sign_flip_accepted(data: Paired) -> Accepted:
    share, integers, unit = data.alpha / data.sides, data.lattice.integers, data.lattice.unit
    low = None if data.alternative == "less" else subset_means.quantile(integers, share)
    high = None if data.alternative == "greater" else subset_means.quantile([-integer for integer in integers], share)
    return Accepted(None if low is None else low * unit, None if high is None else -high * unit)


def _in_units(data: Paired) -> tuple[Fraction, Fraction]:
    """Scale and shift that turn the sum of the positive sizes into the mean of the flipped differences."""
    unit = data.lattice.unit / data.n
    return 2 * unit, -unit * sum(map(abs, data.lattice.integers))


def _sign_flip_null(data: Paired) -> DiscreteNull | None:
    return exact.discrete_null(_STATISTIC, *_scored(data.lattice.integers), data.alternative, *_in_units(data))


# ---- estimated p


@dataclass(frozen=True)
class _Answer:
    """p with the words for how it was had."""

    p: Real
    method: str
    monte_carlo: MonteCarlo | None = None
    notes: tuple[str, ...] = ()


def _answer(data: Paired) -> _Answer:
    """The exact p, or an estimate of one that is too large to compute, or why there is neither."""
    p = _sign_flip_p(data)
    exactly = _Answer(p, f"{_METHOD}, {paired.labellings(data.n)}")
    if not isinstance(p, Missing):
        return exactly
    try:
        return _estimated(monte_carlo.estimated_p(data.lattice.integers, data.alternative))
    except OverBudget:
        return exactly


def _estimated(found: Estimated) -> _Answer:
    drawn = found.monte_carlo
    limits = (
        f"p is estimated: that of all labellings is between {drawn.low:.3g} and {drawn.high:.3g} "
        f"with {drawn.level:.0%} confidence (seed {drawn.seed})."
    ).replace("%", " %")
    rounded = "Labellings whose mean is within rounding of the observed one count towards p."
    method = f"sign-flip test of the mean, Monte Carlo, {drawn.draws:,} random labellings"
    return _Answer(found.p, method, drawn, (limits, rounded) if found.rounded else (limits,))


# ---- public functions


def sign_flip(differences: Sequence[Number], alternative: Alternative = "two-sided", level: float = 0.95) -> TestResult:
    """Exact sign-flip test of the mean difference, with Hartigan's interval.

    Two-sided p is P(|mean of flipped differences| ≥ |observed mean|). The studentised mean orders the labellings in
    the same way, so its test is this one.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, in the units of the outcome; any length.
    alternative
        What counts as evidence against no effect.
    level
        Confidence level; a one-sided alternative gives a one-sided bound.

    Returns
    -------
    TestResult
        Estimate, interval and null in the units of `differences`. Where the number of different subset sums is beyond
        exact counting, p is estimated from random labellings and the interval lacks, with the reason.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Fisher (1935). The Design of Experiments, section 21.
    Hartigan (1969). Using subsample values as typical values. J Am Stat Assoc 64:1303-1317.

    Examples
    --------
    >>> sign_flip([1, 2, 3, 4]).p, sign_flip([1, 2, 3, 4], level=0.875).interval.high
    (0.125, 4.0)
    """
    data = paired.validated(differences, alternative, level)
    if data.n == 0:
        return paired.without_pairs(data, _ESTIMATE, _METHOD)
    interval, interval_notes = paired.exact_interval(data, lambda: _sign_flip_accepted(data))
    null, answer = _sign_flip_null(data), _answer(data)
    zeros = paired.zeros_note(data, "flipping them changes nothing")
    return TestResult(
        estimate=float(data.mean),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=answer.p,
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=answer.method,
        notes=(*answer.notes, *paired.exact_notes(data, null is not None), *zeros, *interval_notes),
        monte_carlo=answer.monte_carlo,
    )


def sign_flip_p(differences: Sequence[Number], alternative: Alternative) -> Real:
    """The exact p of `sign_flip` alone; missing where that would be an estimate.

    Raises
    ------
    Refusal
        As `sign_flip`.

    Examples
    --------
    >>> sign_flip_p([1, 2, 3, 4], "two-sided")
    0.125
    """
    data = paired.validated_at(differences, alternative)
    return _sign_flip_p(data) if data.n else paired.NO_PAIRS


def sign_flip_region(differences: Sequence[Number], alternative: Alternative, alpha: float) -> Region | Missing:
    """Mean differences that `sign_flip` rejects at `alpha`, given the sizes of the differences.

    Raises
    ------
    Refusal
        As `sign_flip`, or if `alpha` is not inside (0, 1).

    Examples
    --------
    >>> sign_flip_region([1, -2, 3, 4], "less", 0.125)
    Region(statistic='mean of the flipped differences', low=-2.0, high=None, size=0.125)
    """
    data = paired.validated_at(differences, alternative, alpha)
    if data.n == 0:
        return paired.NO_PAIRS
    return rejection.region(data, _STATISTIC, _scored(data.lattice.integers)[0], *_in_units(data))
