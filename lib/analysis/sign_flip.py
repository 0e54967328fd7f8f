"""The exact sign-flip (Fisher-Pitman) test of the mean difference.

Flipping the differences of a subset leaves a sum at least as large as the one observed exactly if the subset sums to
zero or less. So p is a count of subsets, and the p of a shift θ counts the subsets whose mean is at most θ: the limits
are order statistics of the 2^n − 1 subset means (Hartigan 1969).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lib.analysis import exact, paired
from lib.analysis.exact import Accepted, Number
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, TestResult

_ESTIMATE = "mean difference"
_METHOD = "exact sign-flip test of the mean"

MOST_HALF_SUMS: Mapping[type, int] = {np.int64: 2**18, object: 2**18}
"""Different sums in one half of the pairs, for p: 36 pairs whatever their values, more on a coarse scale."""

MOST_HALF_MEANS: Mapping[type, int] = {np.int64: 2**16, object: 2**11}
"""For the interval, which counts some fifty times: 32 pairs, or 22 if machine integers can't hold the numbers."""


# ---- counting subsets by their mean, in two halves (Horowitz & Sahni 1974, J ACM 21:277-292)

_Integers = NDArray[np.int64] | NDArray[np.object_]


@dataclass(frozen=True)
class _Half:
    """The subsets of half of the pairs: sum, size and how many subsets share the two."""

    sums: _Integers
    sizes: _Integers
    counts: _Integers

    def deficits(self, theta: Fraction) -> _Integers:
        """Sum over each subset of (difference − θ), times a positive constant."""
        return self.sums * theta.denominator - self.sizes * theta.numerator


def _halves(integers: Sequence[int], finest: int, limits: Mapping[type, int]) -> tuple[_Half, _Half]:
    """Both halves, for any θ between the smallest and largest integer in steps of 1/finest."""
    n, largest = len(integers), max(map(abs, integers))
    kind = _kind(2 * n * largest * finest)
    # Sorted, equal magnitudes fall into the same half, which keeps its different sums few.
    ordered = sorted(integers, key=abs)
    return _half(ordered[: n // 2], n, kind, limits[kind]), _half(ordered[n // 2 :], n, kind, limits[kind])


def _half(integers: Sequence[int], n: int, kind: type, limit: int) -> _Half:
    # A sum and its size travel as one integer: sum · (n + 1) + size.
    counts = exact.subset_counts([integer * (n + 1) + 1 for integer in integers], limit)
    sums, sizes = zip(*(divmod(code, n + 1) for code in counts), strict=True)
    return _Half(np.array(sums, kind), np.array(sizes, kind), np.array(list(counts.values()), _kind(2**n)))


def _kind(largest: int) -> type:
    """Machine integers where nothing outgrows 64 bits, Python's otherwise."""
    return np.int64 if largest < 2**62 else object


def _subsets_at_most(halves: tuple[_Half, _Half], theta: Fraction) -> int:
    """How many subsets have a mean of at most θ, the empty one included."""
    first, second = halves
    deficits = second.deficits(theta)
    order = np.argsort(deficits, kind="stable")
    running = np.concatenate([[0], np.cumsum(second.counts[order])])
    partners = running[np.searchsorted(deficits[order], -first.deficits(theta), side="right")]
    return int(np.sum(first.counts * partners))


# ---- statistic


def _sign_flip_p(integers: Sequence[int], alternative: Alternative) -> Fraction:
    scores = [abs(integer) for integer in integers]
    if exact.packed_bits(scores) <= exact.MOST_BITS:
        return exact.p_value(scores, exact.positive_sum(scores, integers), alternative)
    return _sign_flip_p_by_halves(integers, alternative)


def _sign_flip_p_by_halves(integers: Sequence[int], alternative: Alternative) -> Fraction:
    total = sum(integers)
    upwards = alternative == "greater" or (alternative == "two-sided" and total > 0)
    facing = integers if upwards else [-integer for integer in integers]
    count = _subsets_at_most(_halves(facing, 1, MOST_HALF_SUMS), Fraction(0))
    tail = Fraction(count, 2 ** len(integers))
    return min(Fraction(1), 2 * tail) if alternative == "two-sided" else tail


def _sign_flip_accepted(data: Paired) -> Accepted:
    rank = int(2**data.n * data.alpha / data.sides)
    low = None if data.alternative == "less" else _subset_mean(data.lattice.integers, rank)
    high = None if data.alternative == "greater" else _subset_mean([-i for i in data.lattice.integers], rank)
    unit = data.lattice.unit
    return Accepted(None if low is None else low * unit, None if high is None else -high * unit)


def _subset_mean(integers: Sequence[int], rank: int) -> Fraction | None:
    """The subset mean with this rank from below, the smallest having rank 1; None for rank 0.

    Subset means are fractions with denominators up to n, which lie more than 1/n² apart. The first step of half that
    at which enough means are reached is therefore closer to the mean that was reached than to any other.
    """
    if rank == 0:
        return None
    n, finest = len(integers), 2 * len(integers) ** 2
    halves = _halves(integers, finest, MOST_HALF_MEANS)
    step = _first(
        lambda steps: _subsets_at_most(halves, Fraction(steps, finest)) > rank,
        min(integers) * finest,
        max(integers) * finest,
    )
    return Fraction(step, finest).limit_denominator(n)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Smallest integer from low to high where a condition holds that, once true, stays true; true at high."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _sign_flip_null(data: Paired) -> DiscreteNull | None:
    scores = [abs(integer) for integer in data.lattice.integers]
    observed = exact.positive_sum(scores, data.lattice.integers)
    unit = data.lattice.unit / data.n
    return exact.discrete_null(
        "mean of the flipped differences", scores, observed, data.alternative, 2 * unit, -unit * sum(scores)
    )


# ---- public function


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
        Estimate, interval and null in the units of `differences`. p or interval lack with a reason where the number
        of different subset sums is beyond the limits of this module.

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
    null = _sign_flip_null(data)
    zeros = paired.zeros_note(data, "flipping them changes nothing")
    return TestResult(
        estimate=float(data.mean),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=paired.exact_p(lambda: _sign_flip_p(data.lattice.integers, alternative)),
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"{_METHOD}, {paired.labellings(data.n)}",
        notes=(*paired.exact_notes(data, null is not None), *zeros, *interval_notes),
    )
