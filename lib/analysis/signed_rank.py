"""Wilcoxon's signed-rank test, exact given the ties and zeros."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, combinations_with_replacement
from typing import Literal, get_args

from lib.analysis import exact, paired
from lib.analysis.exact import Accepted, Number
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, TestResult
from lib.errors import OverBudget, Refusal

ZeroRule = Literal["wilcoxon", "pratt"]
"""Zeros leave before ranking (Wilcoxon), or after it (Pratt 1959, J Am Stat Assoc 54:655-667)."""

MOST_PAIRS = 1_000
"""There are n(n + 1)/2 Walsh averages to sort."""

_ESTIMATE = "Hodges-Lehmann estimate"
_DROPPED = {"wilcoxon": "dropped for p before ranking", "pratt": "ranked, then dropped for p"}


# ---- validation


def _signed_rank_validation(data: Paired, zeros: ZeroRule) -> None:
    if zeros not in get_args(ZeroRule):
        raise Refusal(f"wanted a zero rule among {', '.join(get_args(ZeroRule))}; given {zeros!r}")
    if data.n > MOST_PAIRS:
        raise OverBudget(f"the signed-rank test takes {data.n:,} pairs here; the limit is {MOST_PAIRS:,}")


# ---- statistic


def _doubled_ranks(integers: Sequence[int], zeros: ZeroRule) -> list[int]:
    """Twice the midrank of each |difference|, 0 for a difference of zero; doubled, midranks are integers."""
    sizes = sorted(abs(integer) for integer in integers if integer or zeros == "pratt")
    counts = Counter(sizes)
    last = dict(zip(counts, accumulate(counts.values()), strict=True))
    return [2 * last[abs(integer)] - counts[abs(integer)] + 1 if integer else 0 for integer in integers]


def _signed_rank_p(integers: Sequence[int], alternative: Alternative, zeros: ZeroRule) -> Fraction:
    ranks = _doubled_ranks(integers, zeros)
    return exact.p_value([rank for rank in ranks if rank], exact.positive_sum(ranks, integers), alternative)


def _signed_rank_accepted(data: Paired, zeros: ZeroRule) -> Accepted:
    breakpoints = _walsh_averages(data)
    paired.check_work(2 * len(breakpoints) + 1, _doubled_ranks(data.lattice.integers, "pratt"))
    return exact.invert(
        lambda theta: _signed_rank_p(data.lattice.minus(theta), data.alternative, zeros), breakpoints, data.alpha
    )


def _walsh_averages(data: Paired) -> list[Fraction]:
    """Different means of two differences, or of one with itself, ascending."""
    return [total * data.lattice.unit / 2 for total in sorted(set(_walsh_sums(data)))]


def _walsh_sums(data: Paired) -> list[int]:
    return [first + second for first, second in combinations_with_replacement(data.lattice.integers, 2)]


def _hodges_lehmann(data: Paired) -> Fraction:
    return exact.median(_walsh_sums(data)) * data.lattice.unit / 2


def _signed_rank_null(data: Paired, zeros: ZeroRule) -> DiscreteNull | None:
    ranks = _doubled_ranks(data.lattice.integers, zeros)
    observed = exact.positive_sum(ranks, data.lattice.integers)
    nonzero = [rank for rank in ranks if rank]
    return exact.discrete_null("sum of positive ranks", nonzero, observed, data.alternative, Fraction(1, 2))


# ---- public function


def signed_rank(
    differences: Sequence[Number],
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    *,
    zeros: ZeroRule = "wilcoxon",
) -> TestResult:
    """Exact Wilcoxon signed-rank test, with the interval of the shifts that it does not reject.

    Ties share midranks, and the null is conditional on them. The estimate is the median of all Walsh averages: zeros
    are dropped for p, at each shift anew, but never for the estimate. (R's exactRankTests drops them first.)

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, in the units of the outcome; up to 1,000.
    alternative
        What counts as evidence against no effect.
    level
        Confidence level; a one-sided alternative gives a one-sided bound.
    zeros
        How p treats differences of zero.

    Returns
    -------
    TestResult
        Estimate and interval in the units of `differences`; the null is that of the sum of positive ranks. p or
        interval lack with a reason where they are too large to compute exactly.

    Raises
    ------
    Refusal
        If a difference is not finite, or `level` or `zeros` is not one of those allowed.
    OverBudget
        Above 1,000 pairs.

    References
    ----------
    Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83.
    Hodges & Lehmann (1963). Estimates of location based on rank tests. Ann Math Stat 34:598-611.

    Examples
    --------
    Additional hours of sleep, drug 2 minus drug 1, of Student's ten patients:

    >>> result = signed_rank([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4])
    >>> result.estimate, result.interval.low, result.interval.high, result.p
    (1.3, 0.8, 2.7, 0.00390625)
    """
    data = paired.validated(differences, alternative, level)
    _signed_rank_validation(data, zeros)
    rule = "exact Wilcoxon signed-rank test" + (", Pratt's zero rule" if zeros == "pratt" else "")
    if data.n == 0:
        return paired.without_pairs(data, _ESTIMATE, rule)
    interval, interval_notes = paired.exact_interval(data, lambda: _signed_rank_accepted(data, zeros))
    null = _signed_rank_null(data, zeros)
    return TestResult(
        estimate=float(_hodges_lehmann(data)),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=paired.exact_p(lambda: _signed_rank_p(data.lattice.integers, alternative, zeros)),
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"{rule}, {paired.labellings(data.n_nonzero)}",
        notes=(
            *paired.exact_notes(data, null is not None),
            *paired.zeros_note(data, _DROPPED[zeros]),
            *interval_notes,
        ),
    )
