"""Tests of two samples as if they were independent, and the normal approximations of ranks that software prints.

Nothing here is how a within-person trial should be tested. These are the tests that a printed p can have come from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import accumulate
from typing import get_args

from scipy import special

from lib.analysis.exact import Number, as_fractions, lattice
from lib.analysis.paired import NO_PAIRS, exact_p
from lib.analysis.results import Alternative
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

MOST_STEPS = 2**20
"""Additions that one exact null may take: about a quarter of a second, 10 + 10 values without ties."""

_LARGEST_SQUARE = Fraction(10) ** 300
"""A larger t² has a p of 0 to every digit, and no float."""

_ONE_EMPTY = Missing("one arm has no values: there is nothing to compare")
_NOT_RESPONDERS = Missing("Fisher's test needs responders: yes or no for every unit")
_YES_NO = {Fraction(0), Fraction(100)}


# ---- validation


@dataclass(frozen=True)
class _Samples:
    """Checked input: both arms as whole multiples of one unit, which none of these tests sees."""

    treated: tuple[int, ...]
    control: tuple[int, ...]
    alternative: Alternative

    @property
    def pooled(self) -> tuple[int, ...]:
        return self.treated + self.control


def _checked(alternative: Alternative) -> Alternative:
    if alternative not in get_args(Alternative):
        raise Refusal(f"alternative: {alternative!r} given; wanted one of {', '.join(get_args(Alternative))}")
    return alternative


def _samples(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> _Samples:
    whole = lattice(as_fractions((*treated, *control))).integers
    return _Samples(whole[: len(treated)], whole[len(treated) :], _checked(alternative))


# ---- t statistics


def _squares(sample: Sequence[int]) -> Fraction:
    """Sum of the squared distances from the mean."""
    return sum(value * value for value in sample) - Fraction(sum(sample) ** 2, len(sample))


def _t_p(samples: _Samples, squared_error: Fraction, df: float) -> float:
    """The p of the difference between means over its standard error, in whole units."""
    difference = _mean(samples.treated) - _mean(samples.control)
    size = math.sqrt(min(difference**2 / squared_error, _LARGEST_SQUARE))
    return _sided(size if difference > 0 else -size, samples.alternative, lambda t: float(special.stdtr(df, t)))


def _mean(sample: Sequence[int]) -> Fraction:
    return Fraction(sum(sample), len(sample))


def _sided(statistic: float, alternative: Alternative, below: Callable[[float], float]) -> float:
    """P of a statistic whose null is symmetric about zero; `below` is its cumulative probability."""
    upper = {"greater": statistic, "less": -statistic, "two-sided": abs(statistic)}[alternative]
    tail = below(-upper)
    return 2 * tail if alternative == "two-sided" else tail


# ---- exact nulls


def _relabelled_p(samples: _Samples) -> Fraction:
    """The share of all labellings, in arms of these sizes, whose treated sum is as far out as the one observed."""
    n, total = len(samples.pooled), sum(samples.pooled)
    observed = n * sum(samples.treated) - len(samples.treated) * total
    # the smaller arm has the shorter null; the distances of both arms from what is expected cancel
    fewer = min(len(samples.treated), len(samples.control))
    sign = 1 if fewer == len(samples.treated) else -1
    counts = _subset_sums(tuple(sorted(samples.pooled)), fewer)
    if counts is None:
        arms = f"{len(samples.treated)} and {len(samples.control)}"
        raise OverBudget(f"values: {arms} given; wanted few enough for {MOST_STEPS:,} additions of an exact null")
    distances = ((sign * (n * subset - fewer * total), count) for subset, count in counts.items())
    far = sum(count for distance, count in distances if _as_far(distance, observed, samples.alternative))
    return Fraction(far, math.comb(n, fewer))


def _as_far(value: int, observed: int, alternative: Alternative) -> bool:
    """Whether a value counts against the null where `observed` was seen; both as distances from what is expected."""
    if alternative == "two-sided":
        return abs(value) >= abs(observed)
    return value >= observed if alternative == "greater" else value <= observed


@lru_cache(maxsize=2)
def _subset_sums(scores: tuple[int, ...], size: int) -> dict[int, int] | None:
    """How many subsets of `size` scores have each sum, None beyond the budget; kept for the test's other sides."""
    counts: list[dict[int, int]] = [{0: 1}, *({} for _ in range(size))]
    steps = 0
    for score in scores:
        for chosen in range(size, 0, -1):
            steps += len(counts[chosen - 1])
            if steps > MOST_STEPS:
                return None
            for total, count in counts[chosen - 1].items():
                counts[chosen][total + score] = counts[chosen].get(total + score, 0) + count
    return counts[size]


def doubled_midranks(values: Iterable[Fraction | int]) -> list[int]:
    """Twice the rank of each value, ties sharing the mean of theirs; doubled, midranks are integers."""
    places = list(values)
    counts = Counter(sorted(places))
    last = dict(zip(counts, accumulate(counts.values()), strict=True))
    return [2 * last[place] - counts[place] + 1 for place in places]


def _ranked(samples: _Samples) -> _Samples:
    ranks = tuple(doubled_midranks(samples.pooled))
    return _Samples(ranks[: len(samples.treated)], ranks[len(samples.treated) :], samples.alternative)


# ---- normal approximations of ranks


def _normal_p(deviation: Fraction, variance: Fraction, corrected: bool, alternative: Alternative) -> float:
    """The p of a rank sum that is `deviation` from its expectation, moved half a rank towards it if `corrected`."""
    towards = {"greater": 1, "less": -1, "two-sided": (deviation > 0) - (deviation < 0)}[alternative]
    moved = deviation - Fraction(towards, 2) if corrected else deviation
    return _sided(float(moved) / math.sqrt(variance), alternative, lambda z: float(special.ndtr(z)))


def _ties(values: Iterable[object]) -> int:
    """Σ(t³ − t) over the sizes t of the ties."""
    return sum(t**3 - t for t in Counter(values).values())


# ---- public functions: two samples


def student_p(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> Real:
    """The p of Student's t test of two independent samples with one variance.

    Parameters
    ----------
    treated, control
        Values of the two arms, in one unit; the arms may differ in size.
    alternative
        "greater" where larger treated values count as evidence, "less" where smaller do, "two-sided" for both.

    Returns
    -------
    Real
        Missing, with the reason, where there is no standard deviation.

    Raises
    ------
    Refusal
        If a value is not finite or the alternative unknown.

    Examples
    --------
    By hand: t = −2√2 with 2 degrees of freedom.

    >>> round(student_p([1, 2], [3, 4], "two-sided"), 4)
    0.1056
    """
    samples = _samples(treated, control, alternative)
    m, n = len(samples.treated), len(samples.control)
    if not m or not n:
        return _ONE_EMPTY
    squares = _squares(samples.treated) + _squares(samples.control)
    if squares == 0:
        return Missing("no value differs from the others of its arm: there is no standard deviation, and no t")
    return _t_p(samples, squares / (m + n - 2) * Fraction(m + n, m * n), m + n - 2)


def welch_p(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> Real:
    """The p of Welch's t test, in which each arm has a variance of its own; arguments as in `student_p`."""
    samples = _samples(treated, control, alternative)
    m, n = len(samples.treated), len(samples.control)
    if not m or not n:
        return _ONE_EMPTY
    if min(m, n) == 1:
        return Missing("an arm with one value has no standard deviation of its own")
    first, second = _squares(samples.treated) / (m * (m - 1)), _squares(samples.control) / (n * (n - 1))
    if first + second == 0:
        return Missing("no value differs from the others of its arm: there is no standard deviation, and no t")
    df = (first + second) ** 2 / (first**2 / (m - 1) + second**2 / (n - 1))
    return _t_p(samples, first + second, float(df))


def permutation_p(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> Real:
    """The exact p of the difference between means, over all ways to deal the values to arms of these sizes.

    Two-sided, a labelling counts if its difference is at least as large either way (coin's rule; scipy doubles the
    smaller tail, which is the same in arms of one size). Arguments as in `student_p`; missing beyond `MOST_STEPS`.

    Examples
    --------
    >>> permutation_p([4, 5, 6], [1, 2, 3], "greater") == 1 / 20
    True
    """
    samples = _samples(treated, control, alternative)
    return exact_p(lambda: _relabelled_p(samples)) if treated and control else _ONE_EMPTY


def mann_whitney_p(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> Real:
    """The exact p of Wilcoxon's rank sum, given the ties, which share midranks; otherwise as `permutation_p`."""
    samples = _samples(treated, control, alternative)
    return exact_p(lambda: _relabelled_p(_ranked(samples))) if treated and control else _ONE_EMPTY


def mann_whitney_normal_p(
    treated: Sequence[Number], control: Sequence[Number], alternative: Alternative, *, corrected: bool
) -> Real:
    """The approximate p of Wilcoxon's rank sum, its variance corrected for ties; otherwise as `student_p`.

    With the continuity correction (`corrected`) it is what R prints for samples with ties.
    """
    samples = _samples(treated, control, alternative)
    m, n, size = len(treated), len(control), len(samples.pooled)
    if not m or not n:
        return _ONE_EMPTY
    variance = Fraction(m * n, 12) * (size + 1 - Fraction(_ties(samples.pooled), size * (size - 1)))
    if variance == 0:
        return Missing("all values are equal: ranks have no variance")
    deviation = Fraction(sum(_ranked(samples).treated) - m * (size + 1), 2)
    return _normal_p(deviation, variance, corrected, samples.alternative)


def fisher_p(treated: Sequence[Number], control: Sequence[Number], alternative: Alternative) -> Real:
    """Fisher's exact p of two shares of responders; a response counts 100, none 0, and other values have no p.

    Two-sided, it sums all tables that are as probable as the one observed or less, as R and scipy do.
    """
    values, samples = as_fractions((*treated, *control)), _samples(treated, control, alternative)
    if not treated or not control:
        return _ONE_EMPTY
    if not set(values) <= _YES_NO:
        return _NOT_RESPONDERS
    m, n, yes = len(treated), len(control), sum(value > 0 for value in values)
    seen = sum(value > 0 for value in values[:m])
    ways = {x: math.comb(m, x) * math.comb(n, yes - x) for x in range(max(0, yes - n), min(m, yes) + 1)}
    two = samples.alternative == "two-sided"
    far = [x for x in ways if (ways[x] <= ways[seen] if two else _as_far(x, seen, samples.alternative))]
    return exact_p(lambda: Fraction(sum(ways[x] for x in far), math.comb(m + n, yes)))


# ---- public functions: pairs


def signed_rank_normal_p(differences: Sequence[Number], alternative: Alternative, *, corrected: bool) -> Real:
    """The approximate p of the signed-rank test: zeros dropped, the variance corrected for ties.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair.
    alternative
        As in the paired tests.
    corrected
        With the continuity correction: what R prints for differences with zeros or ties.

    Returns
    -------
    Real
        Missing, with the reason, without pairs or where every difference is zero.

    Raises
    ------
    Refusal
        If a difference is not finite or the alternative unknown.

    Examples
    --------
    R: wilcox.test(extra ~ group, sleep, paired = TRUE), which has ties and a zero, p 0.009091.

    >>> round(signed_rank_normal_p([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4], "two-sided", corrected=True), 6)
    0.009091
    """
    values, sides = as_fractions(differences), _checked(alternative)
    moved = [value for value in values if value]
    if not moved:
        return Missing("every difference is zero: no ranks are left") if values else NO_PAIRS
    n, sizes = len(moved), [abs(value) for value in moved]
    positive = sum(rank for rank, value in zip(doubled_midranks(sizes), moved, strict=True) if value > 0)
    variance = Fraction(n * (n + 1) * (2 * n + 1), 24) - Fraction(_ties(sizes), 48)
    return _normal_p(Fraction(positive, 2) - Fraction(n * (n + 1), 4), variance, corrected, sides)


# ---- registries


@dataclass(frozen=True)
class UnpairedTest:
    """A test of two samples: `p(treated, control, alternative)`, missing with the reason where it has none."""

    key: str
    label: str
    help: str
    reference: str
    p: Callable[[Sequence[Number], Sequence[Number], Alternative], Real]


@dataclass(frozen=True)
class PrintedPaired:
    """A paired test that software prints and nobody here chooses: `p(differences, alternative)`."""

    key: str
    label: str
    help: str
    reference: str
    p: Callable[[Sequence[Number], Alternative], Real]


_MANN_WHITNEY = (
    "Mann & Whitney (1947). On a test of whether one of two random variables is stochastically larger than the other. "
    "Ann Math Stat 18:50-60. doi:10.1214/aoms/1177730491"
)
_WILCOXON = (
    "Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83. doi:10.2307/3001968"
)

UNPAIRED: dict[str, UnpairedTest] = {
    test.key: test
    for test in (
        UnpairedTest(
            "student",
            "Two-sample t test",
            "Student's, with one variance for both arms; ignores who is whose pair.",
            "Fisher (1925). Applications of Student's distribution. Metron 5:90-104",
            student_p,
        ),
        UnpairedTest(
            "welch",
            "Welch's t test",
            "A variance for each arm; ignores who is whose pair.",
            "Welch (1947). The generalization of Student's problem when several different population variances are "
            "involved. Biometrika 34:28-35. doi:10.1093/biomet/34.1-2.28",
            welch_p,
        ),
        UnpairedTest(
            "permutation",
            "Exact two-sample permutation test",
            "How often would dealing the values to the arms anew give so large a difference between means?",
            "Pitman (1937). Significance tests which may be applied to samples from any populations. Suppl J R Stat "
            "Soc 4:119-130. doi:10.2307/2984124",
            permutation_p,
        ),
        UnpairedTest(
            "mann-whitney",
            "Exact Wilcoxon-Mann-Whitney test",
            "The same for the ranks of all values, given their ties.",
            _MANN_WHITNEY,
            mann_whitney_p,
        ),
        UnpairedTest(
            "mann-whitney-corrected",
            "Wilcoxon-Mann-Whitney test, normal approximation with continuity correction",
            "What R prints where values are tied.",
            _MANN_WHITNEY,
            partial(mann_whitney_normal_p, corrected=True),
        ),
        UnpairedTest(
            "mann-whitney-uncorrected",
            "Wilcoxon-Mann-Whitney test, normal approximation",
            "The approximation without a continuity correction.",
            _MANN_WHITNEY,
            partial(mann_whitney_normal_p, corrected=False),
        ),
        UnpairedTest(
            "fisher",
            "Fisher's exact test",
            "For responders: compares two shares. Other values have none.",
            "Fisher (1935). The logic of inductive inference. J R Stat Soc 98:39-82",
            fisher_p,
        ),
    )
}

PRINTED_PAIRED: dict[str, PrintedPaired] = {
    test.key: test
    for test in (
        PrintedPaired(
            "signed-rank-corrected",
            "Signed-rank test, normal approximation with continuity correction",
            "What R prints where differences are tied or zero.",
            _WILCOXON,
            partial(signed_rank_normal_p, corrected=True),
        ),
        PrintedPaired(
            "signed-rank-uncorrected",
            "Signed-rank test, normal approximation",
            "The approximation without a continuity correction.",
            _WILCOXON,
            partial(signed_rank_normal_p, corrected=False),
        ),
    )
}
