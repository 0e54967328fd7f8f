"""Wilcoxon's signed-rank test, exact given the ties and zeros."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, combinations_with_replacement, starmap
from operator import add
from typing import Literal, get_args

from lib.analysis import exact, paired, rejection
from lib.analysis.exact import Number
from lib.analysis.inversion import Accepted
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, Region, TestResult
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

ZeroRule = Literal["wilcoxon", "pratt"]
"""Zeros leave before ranking (Wilcoxon), or after it (Pratt 1959, J Am Stat Assoc 54:655-667)."""

MOST_PAIRS = 1_000
"""There are n(n + 1)/2 Walsh averages to sort."""

_ESTIMATE = "Hodges-Lehmann estimate"
_STATISTIC = "sum of positive ranks"
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


def _scored(integers: Sequence[int], zeros: ZeroRule) -> tuple[list[int], int]:
    """Doubled ranks of the differences that are not zero, and the sum of those of the positive ones."""
    ranks = _doubled_ranks(integers, zeros)
    return [rank for rank in ranks if rank], exact.positive_sum(ranks, integers)


def _signed_rank_p(data: Paired, zeros: ZeroRule) -> Real:
    return paired.exact_p(lambda: exact.p_value(*_scored(data.lattice.integers, zeros), data.alternative))


def _signed_rank_accepted(data: Paired, zeros: ZeroRule) -> Accepted:
    different = sorted(set(data.lattice.integers))
    sums = set(starmap(add, combinations_with_replacement(different, 2)))
    return rejection.inverted(data, sums, data.lattice.unit / 2, lambda integers: _scored(integers, zeros))


def _hodges_lehmann(data: Paired) -> Fraction:
    """The median Walsh average: the mean of two differences, or of one with itself."""
    return exact.median(starmap(add, combinations_with_replacement(data.lattice.integers, 2))) * data.lattice.unit / 2


def _signed_rank_null(data: Paired, zeros: ZeroRule) -> DiscreteNull | None:
    ranks, observed = _scored(data.lattice.integers, zeros)
    return exact.discrete_null(_STATISTIC, ranks, observed, data.alternative, Fraction(1, 2))


# ---- public functions


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
        p=_signed_rank_p(data, zeros),
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


def signed_rank_p(differences: Sequence[Number], alternative: Alternative, *, zeros: ZeroRule = "wilcoxon") -> Real:
    """The p of `signed_rank` alone.

    Raises
    ------
    Refusal
        As `signed_rank`.

    Examples
    --------
    >>> signed_rank_p([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4], "two-sided")
    0.00390625
    """
    data = paired.validated_at(differences, alternative)
    _signed_rank_validation(data, zeros)
    return _signed_rank_p(data, zeros) if data.n else paired.NO_PAIRS


def signed_rank_region(
    differences: Sequence[Number], alternative: Alternative, alpha: float, *, zeros: ZeroRule = "wilcoxon"
) -> Region | Missing:
    """Sums of positive ranks that `signed_rank` rejects at `alpha`, given the sizes of the differences.

    Raises
    ------
    Refusal
        As `signed_rank`, or if `alpha` is not inside (0, 1).

    Examples
    --------
    Ranks 1 to 6: of 64 labellings one has the sum 0, and one the sum 21.

    >>> signed_rank_region([1, 2, 3, 4, 5, 6], "two-sided", 0.05)
    Region(statistic='sum of positive ranks', low=0.0, high=21.0, size=0.03125)
    """
    data = paired.validated_at(differences, alternative, alpha)
    _signed_rank_validation(data, zeros)
    ranks, _ = _scored(data.lattice.integers, zeros)
    return rejection.region(data, _STATISTIC, ranks, Fraction(1, 2))
