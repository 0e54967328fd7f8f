"""Order statistics of the means of all subsets, by counting how many subsets have a mean of at most θ.

Small sets of numbers are counted exactly, in two halves (Horowitz & Sahni 1974, J ACM 21:277-292). Many numbers on a
coarse scale are counted by the joint distribution of a random subset's sum and size, from a Fourier transform.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from lib.analysis import subset_sums
from lib.errors import OverBudget

MOST_HALVED = 32
"""Numbers whose subsets are always counted in halves: 2^16 in each."""

MOST_HALF_SUMS: Mapping[type, int] = {np.int64: 2**18, object: 2**18}
"""Different sums in one half, if they are counted once: 36 numbers whatever their values, more on a coarse scale."""

MOST_HALF_MEANS: Mapping[type, int] = {np.int64: 2**16, object: 2**11}
"""For an order statistic, which counts some fifty times: 32 numbers, or 22 if they outgrow machine integers."""

MOST_POINTS = 5 * 10**7
"""Points of a transform times different numbers: about a second."""

UNSEEN = 1e-20
"""Probability left outside each side of a transform: less than its rounding."""

NEAR_TIE = 1e-11
"""Distance from a share within which a transform (absolute error below 1e-13) decides nothing."""


# ---- in two halves

_Integers = NDArray[np.int64] | NDArray[np.object_]


@dataclass(frozen=True)
class _Half:
    """The subsets of half of the numbers: sum, size and how many subsets share the two."""

    sums: _Integers
    sizes: _Integers
    counts: _Integers

    def deficits(self, theta: Fraction) -> _Integers:
        """Sum over each subset of (number − θ), times a positive constant."""
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
    counts = subset_sums.subset_counts([integer * (n + 1) + 1 for integer in integers], limit)
    sums, sizes = zip(*(divmod(code, n + 1) for code in counts), strict=True)
    return _Half(np.array(sums, kind), np.array(sizes, kind), np.array(list(counts.values()), _kind(2**n)))


def _kind(largest: int) -> type:
    """Machine integers where nothing outgrows 64 bits, Python's otherwise."""
    return np.int64 if largest < 2**62 else object


def _count(halves: tuple[_Half, _Half], theta: Fraction) -> int:
    first, second = halves
    deficits = second.deficits(theta)
    order = np.argsort(deficits, kind="stable")
    running = np.concatenate([[0], np.cumsum(second.counts[order])])
    partners = running[np.searchsorted(deficits[order], -first.deficits(theta), side="right")]
    return int(np.sum(first.counts * partners))


def subsets_below_zero(integers: Sequence[int]) -> int:
    """How many subsets sum to zero or less, the empty one included.

    Raises
    ------
    OverBudget
        If a half has too many different sums.
    """
    return _count(_halves(integers, 1, MOST_HALF_SUMS), Fraction(0))


# ---- by transform


@dataclass(frozen=True)
class _Grid:
    """P(size and a sum of at most that column's) of a random subset; a row for each size, both from the smallest."""

    at_most: NDArray[np.float64]
    smallest_size: int
    smallest_sum: int

    def share(self, theta: Fraction) -> float:
        """P(mean ≤ θ), the empty subset included."""
        rows, columns = self.at_most.shape
        sizes = self.smallest_size + np.arange(rows)
        last = np.clip(sizes * theta.numerator // theta.denominator - self.smallest_sum, -1, columns - 1)
        return float(np.sum(self.at_most[np.arange(rows), last], where=last >= 0))


def _window(largest: int, squares: int) -> int:
    """Points that hold a sum of fair coins with these scores, but for `UNSEEN` on each side (Hoeffding 1963)."""
    half = math.isqrt(squares * math.ceil(-math.log(UNSEEN) / 2)) + 1
    return min(largest, 2 * half) + 2


def _grid(integers: Sequence[int]) -> _Grid:
    n, total = len(integers), sum(integers)
    copies = Counter(integers)
    rows, columns = _window(n, n), _window(sum(map(abs, integers)), sum(integer**2 for integer in integers))
    if (points := rows * columns * len(copies)) > MOST_POINTS:
        raise OverBudget(
            f"sums and sizes of subsets of {n} differences with {len(copies)} different values take {points:.0e} "
            f"points; the limit is {MOST_POINTS:.0e}"
        )
    rows, columns = fft.next_fast_len(rows, real=True), fft.next_fast_len(columns, real=True)
    joint = fft.fftshift(fft.irfft2(_characteristic(copies, rows, columns), (rows, columns)))
    return _Grid(np.cumsum(joint, axis=1), n // 2 - rows // 2, total // 2 - columns // 2)


def _characteristic(copies: Mapping[int, int], rows: int, columns: int) -> NDArray[np.complex128]:
    """E exp(−i(ω₁ size + ω₂ sum)), both centred: a fair coin of weight w has e^(−iω w/2) · cos(ω w/2)."""
    size_angle = np.pi / rows * np.arange(rows)[:, np.newaxis]
    sum_angle = np.pi / columns * np.arange(columns // 2 + 1)
    product = np.ones((rows, columns // 2 + 1))
    for integer, count in copies.items():
        # cos(a + b), from a row and a column
        angle = integer * sum_angle
        product *= _power(np.cos(size_angle) * np.cos(angle) - np.sin(size_angle) * np.sin(angle), count)
    # Centres are whole numbers, so that half a unit remains of an odd total.
    n, total = sum(copies.values()), sum(integer * count for integer, count in copies.items())
    values: NDArray[np.complex128] = np.exp(-1j * (n % 2 * size_angle + total % 2 * sum_angle))
    values *= product
    return values


def _power(base: NDArray[np.float64], exponent: int) -> NDArray[np.float64]:
    """The base to a positive whole power by repeated squaring, several times as quick as numpy's own."""
    result = base if exponent % 2 else np.ones_like(base)
    while exponent := exponent // 2:
        base = base * base
        if exponent % 2:
            result = result * base
    return result


# ---- order statistics


def quantile(integers: Sequence[int], share: Fraction) -> Fraction | None:
    """The smallest subset mean at or below which lie more than `share` of all 2^n subsets.

    The empty subset counts as below every mean; None if it alone is more than `share`. Subset means are fractions with
    denominators up to n, which lie more than 1/n² apart. The first step of half that at which enough means are reached
    is therefore closer to the mean that was reached than to any other.

    Raises
    ------
    OverBudget
        If the subsets are too many to be counted, or a count too close to `share` for a transform to tell.
    """
    n, centre = len(integers), round(Fraction(sum(integers), len(integers)))
    if 2**n * share < 1:
        return None
    # About their mean the numbers are small, and so is the grid of their sums.
    centred = [integer - centre for integer in integers]
    finest = 2 * n**2
    is_enough = _more_than(centred, share, finest)
    step = _first(lambda steps: is_enough(Fraction(steps, finest)), min(centred) * finest, max(centred) * finest)
    return centre + Fraction(step, finest).limit_denominator(n)


def _more_than(integers: Sequence[int], share: Fraction, finest: int) -> Callable[[Fraction], bool]:
    """Whether more than `share` of the subsets have a mean of at most θ."""
    if len(integers) > MOST_HALVED:
        try:
            grid = _grid(integers)
        except OverBudget:
            pass
        else:
            return lambda theta: _exceeds(grid.share(theta), share)
    halves = _halves(integers, finest, MOST_HALF_MEANS)
    return lambda theta: _count(halves, theta) > share * 2 ** len(integers)


def _exceeds(found: float, share: Fraction) -> bool:
    if abs(found - share) < NEAR_TIE:
        raise OverBudget(f"the share of the subsets is within rounding of {float(share):g}")
    return found > share


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Smallest integer from low to high where a condition holds that, once true, stays true; true at high."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
