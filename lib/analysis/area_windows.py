"""Windows of t² that printed p-values leave, and where one difference can lie, given all others.

Student's t depends on the differences through their sum and their sum of squares alone. With all pairs but the last
fixed, t² ≥ c is therefore a quadratic inequality in the last difference: it holds inside or outside an interval of
whole numbers. Sums and squares are exact in integers; roots only tell where to look, and a whole number next to one is
tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.area_lattice import Ints
from lib.analysis.area_pairs import Truths
from lib.values import Missing, Real

Floats = NDArray[np.float64]

Predicate = Callable[[Ints, Ints], Truths]
"""Of sums and sums of squares of all differences."""

P_ROUNDING = 1e-10
"""Relative distance within which a p counts as equal to a bound: more than the rounding of its computation."""

NEAR = 1e-3
"""A root closer to a whole number than this decides nothing; its own error is far smaller."""


@dataclass(frozen=True)
class Window:
    """A printed p as t² from `low` to `high`, at one visit, of `n` pairs."""

    visit: int
    n: int
    low: float
    high: float

    def enough(self, total: Ints, squares: Ints) -> Truths:
        """Whether t² is at least `low`, for sums and sums of squares of all differences."""
        explained, spread = parts(self.n, total, squares)
        enough: Truths = explained >= self.low * spread
        return enough

    def too_much(self, total: Ints, squares: Ints) -> Truths:
        """Whether t² is above `high`, infinite beyond a finite one, or undefined as all differences are zero."""
        explained, spread = parts(self.n, total, squares)
        if np.isinf(self.high):
            undefined: Truths = explained + spread == 0  # neither is ever negative
            return undefined
        too_much: Truths = (explained > self.high * spread) | (spread == 0)
        return too_much


def parts(n: int, total: Ints, squares: Ints) -> tuple[Ints, Ints]:
    """Numerator and denominator of t², both whole."""
    square = total * total
    return (n - 1) * square, n * squares - square


def t_window(visit: int, n: int, low: Fraction, high: Fraction) -> Window:
    """The t² whose two-sided p are from `low` to `high`, give or take `P_ROUNDING`; p is 0 where t is infinite."""
    least, most = float(low) * (1 - P_ROUNDING), float(high) * (1 + P_ROUNDING)
    return Window(visit, n, 0.0 if most >= 1 else _t_squared(n, most), np.inf if least <= 0 else _t_squared(n, least))


def _t_squared(n: int, p: float) -> float:
    square = float(special.stdtrit(n - 1, p / 2)) ** 2
    # At 1 the inequality is no longer quadratic; the next number is as good.
    return square if square != 1 else float(np.nextafter(1, 2))


def two_sided_p(n: int, t_squared: float) -> float:
    """Two-sided p of a paired t test of `n` pairs."""
    return 2 * float(special.stdtr(n - 1, -math.sqrt(t_squared)))


def paired_p(differences: Sequence[int]) -> Real:
    """Two-sided p of a paired t test: 0 if all differences are equal, missing if they are zero or there is one."""
    n, total = len(differences), sum(differences)
    explained, spread = (n - 1) * total**2, n * sum(d * d for d in differences) - total**2
    if n == 1 or explained == spread == 0:
        return Missing("one pair has no t" if n == 1 else "all differences are zero: t does not exist")
    return two_sided_p(n, explained / spread) if spread else 0.0


# ---- where the last difference can lie

Interval = tuple[Ints, Ints]
"""First and last whole number, a row for each combination of the outer pairs; empty where the first is larger."""


@dataclass(frozen=True)
class Sums:
    """Sums over the outer pairs, a row for each combination: of differences and their squares at both visits.

    `ways` tells how many ways to fill in the outer pairs share the row.
    """

    total: tuple[Ints, Ints]
    squares: tuple[Ints, Ints]
    ways: Ints


def agreeing(window: Window, sums: Sums, reach: tuple[int, int]) -> list[Interval]:
    """Where, within `reach`, the last difference puts t² into the window; the intervals don't overlap."""
    if window.high < 1:
        agreeing = [_stretch(window, window.high, sums, reach, wanted=_not(window.too_much))]
    else:
        agreeing = _outside(_stretch(window, window.high, sums, reach, wanted=window.too_much), reach)
    if window.low > 1:
        return both(agreeing, [_stretch(window, window.low, sums, reach, wanted=window.enough)])
    if window.low > 0:
        return both(agreeing, _outside(_stretch(window, window.low, sums, reach, _not(window.enough)), reach))
    return agreeing


def _not(holds: Predicate) -> Predicate:
    return lambda total, squares: ~holds(total, squares)


def _outside(inside: Interval, reach: tuple[int, int]) -> list[Interval]:
    first, last = inside
    return [(np.full_like(first, reach[0]), first - 1), (last + 1, np.full_like(last, reach[1]))]


def both(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """Where both hold, of intervals that don't overlap among themselves."""
    return [(np.maximum(a, c), np.minimum(b, d)) for a, b in some for c, d in others]


def _stretch(window: Window, c: float, sums: Sums, reach: tuple[int, int], wanted: Predicate) -> Interval:
    """The whole numbers between the two differences that make t² equal to c; `wanted` decides those next to them."""
    total, squares = sums.total[window.visit], sums.squares[window.visit]
    low, high = _roots(c, window.n, total, squares)
    first = _edge(low, total, squares, reach, wanted, np.ceil, 1)
    last = _edge(high, total, squares, reach, wanted, np.floor, -1)
    none = np.isnan(low) | (first > last)
    # An empty stretch lies beyond the reach, so that what is outside it is one interval.
    return np.where(none, reach[1] + 1, first), np.where(none, reach[1], last)


def _edge(
    root: Floats,
    total: Ints,
    squares: Ints,
    reach: tuple[int, int],
    wanted: Predicate,
    inwards: Callable[[Floats], Floats],
    step: int,
) -> Ints:
    """The outermost whole number on the inner side of a root."""
    clipped = np.clip(np.nan_to_num(root), reach[0] - 1, reach[1] + 1)
    nearest = np.rint(clipped)
    edge = inwards(clipped).astype(np.int64)
    (rows,) = np.nonzero(np.abs(clipped - nearest) < NEAR)
    d = nearest[rows].astype(np.int64)
    edge[rows] = np.where(wanted(total[rows] + d, squares[rows] + d * d), d, d + step)
    return edge


def _roots(c: float, n: int, total: Ints, squares: Ints) -> tuple[Floats, Floats]:
    """Where (n − 1)(s + d)² = c · (n(q + d²) − (s + d)²), the smaller d first; NaN where nowhere."""
    if np.isinf(c):
        # Only where all differences are zero.
        return (zero := np.where(squares == 0, 0.0, np.nan)), zero
    a, half = (n - 1) * (1 - c), (n - 1 + c) * total
    positive = (n - 1 + c) * total * total
    bracket = positive + a * squares
    # Rounding must not lose a double root.
    root = np.sqrt(np.where(bracket < -1e-9 * positive, np.nan, np.maximum(bracket, 0) * c * n))
    far = -(half + np.copysign(root, half))
    with np.errstate(invalid="ignore"):
        one, other = far / a, np.where(far == 0, 0.0, (positive - c * n * squares) / np.where(far == 0, 1.0, far))
    return np.minimum(one, other), np.maximum(one, other)
