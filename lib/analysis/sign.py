"""The exact sign test of the median difference."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis import exact, paired, rejection
from lib.analysis.exact import Number
from lib.analysis.inversion import Accepted
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, Region, TestResult
from lib.values import Missing, Real

_ESTIMATE = "median difference"
_METHOD = "exact sign test of the median"
_STATISTIC = "number of positive differences"


# ---- statistic (its input needs no check beyond the shared one)


def _scored(integers: Sequence[int]) -> tuple[list[int], int]:
    """1 for each difference that is not zero, and how many are positive."""
    return [1 for integer in integers if integer], sum(integer > 0 for integer in integers)


def _sign_p(data: Paired) -> Real:
    return paired.exact_p(lambda: exact.p_value(*_scored(data.lattice.integers), data.alternative))


def _sign_accepted(data: Paired) -> Accepted:
    return rejection.inverted(data, set(data.lattice.integers), data.lattice.unit, _scored)


def _sign_null(data: Paired) -> DiscreteNull | None:
    return exact.discrete_null(_STATISTIC, *_scored(data.lattice.integers), data.alternative)


# ---- public functions


def sign_test(differences: Sequence[Number], alternative: Alternative = "two-sided", level: float = 0.95) -> TestResult:
    """Exact sign test of the median difference, with the interval of the shifts that it does not reject.

    Differences of zero are dropped for p, at each shift anew, and kept for the median.

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
        Estimate and interval in the units of `differences`; the null is that of the number of positive differences.
        p or interval lack with a reason where they are too large to compute exactly.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Dixon & Mood (1946). The statistical sign test. J Am Stat Assoc 41:557-566.

    Examples
    --------
    >>> sign_test([1, 2, 3, 4]).p, sign_test([1, 2, 3, 4]).estimate
    (0.125, 2.5)
    """
    data = paired.validated(differences, alternative, level)
    if data.n == 0:
        return paired.without_pairs(data, _ESTIMATE, _METHOD)
    interval, interval_notes = paired.exact_interval(data, lambda: _sign_accepted(data))
    null = _sign_null(data)
    zeros = paired.zeros_note(data, "dropped for p")
    return TestResult(
        estimate=float(exact.median(data.differences)),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=_sign_p(data),
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"{_METHOD}, {paired.labellings(data.n_nonzero)}",
        notes=(*paired.exact_notes(data, null is not None), *zeros, *interval_notes),
    )


def sign_p(differences: Sequence[Number], alternative: Alternative) -> Real:
    """The p of `sign_test` alone.

    Raises
    ------
    Refusal
        As `sign_test`.

    Examples
    --------
    >>> sign_p([1, 2, 3, 4], "two-sided")
    0.125
    """
    data = paired.validated_at(differences, alternative)
    return _sign_p(data) if data.n else paired.NO_PAIRS


def sign_region(differences: Sequence[Number], alternative: Alternative, alpha: float) -> Region | Missing:
    """Numbers of positive differences that `sign_test` rejects at `alpha`, given how many are not zero.

    Raises
    ------
    Refusal
        As `sign_test`, or if `alpha` is not inside (0, 1).

    Examples
    --------
    >>> sign_region([1, 2, -3, 4, 5, 6], "greater", 0.05)
    Region(statistic='number of positive differences', low=None, high=6.0, size=0.015625)
    """
    data = paired.validated_at(differences, alternative, alpha)
    return rejection.region(data, _STATISTIC, _scored(data.lattice.integers)[0])
