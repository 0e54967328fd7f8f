"""The exact sign test of the median difference."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lib.analysis import exact, paired
from lib.analysis.exact import Accepted, Number
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, TestResult

_ESTIMATE = "median difference"
_METHOD = "exact sign test of the median"


# ---- statistic (its input needs no check beyond the shared one)


def _scores(integers: Sequence[int]) -> list[int]:
    """1 for each difference that is not zero, 0 for the others."""
    return [int(integer != 0) for integer in integers]


def _sign_p(integers: Sequence[int], alternative: Alternative) -> Fraction:
    scores = _scores(integers)
    return exact.p_value([1] * sum(scores), exact.positive_sum(scores, integers), alternative)


def _sign_accepted(data: Paired) -> Accepted:
    breakpoints = set(data.differences)
    paired.check_work(2 * len(breakpoints) + 1, [1] * data.n)
    return exact.invert(lambda theta: _sign_p(data.lattice.minus(theta), data.alternative), breakpoints, data.alpha)


def _sign_null(data: Paired) -> DiscreteNull | None:
    scores = _scores(data.lattice.integers)
    observed = exact.positive_sum(scores, data.lattice.integers)
    return exact.discrete_null("number of positive differences", [1] * sum(scores), observed, data.alternative)


# ---- public function


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
        p=paired.exact_p(lambda: _sign_p(data.lattice.integers, alternative)),
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"{_METHOD}, {paired.labellings(data.n_nonzero)}",
        notes=(*paired.exact_notes(data, null is not None), *zeros, *interval_notes),
    )
