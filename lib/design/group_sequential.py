"""Group-sequential boundaries on the z scale, and what they cost, by recursive integration.

S_k, the sum of the first k of K equal blocks of data, each with variance 1, has independent increments, so that the
density of S_k among the trials that go on is one convolution away from that of S_{k−1} (Armitage, McPherson & Rowe
1969). Z_k = S_k/√k is compared with the critical value of look k. `drift` is the mean of the last of them, Z_K: a fixed
design with all the data has the power Φ(drift − z_α).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal, get_args

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy import optimize, special

from lib.errors import Refusal

FloatArray = NDArray[np.float64]

Kind = Literal["pocock", "obrien-fleming"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LOOKS = (2, 3, 4)
SMALLEST_ALPHA = 1e-12
"""Below it the sums that decide lie outside the range of integration."""

MOST_POWER = 1 - 1e-9
"""Above it rounding decides which drift is needed."""

_NODES, _WEIGHTS = leggauss(96)
_REACH = 9.0  # Φ(−9) is 1e-19
_ROOT_TWO_PI = sqrt(2 * np.pi)


@dataclass(frozen=True)
class Boundaries:
    """When to stop and reject, at equally spaced looks.

    Attributes
    ----------
    kind, looks, alpha, sides
        As asked for.
    critical : tuple of float
        Critical value of z at each look. One-sided, z ≥ critical rejects; two-sided, |z| ≥ critical.
    nominal : tuple of float
        The same as a level for the p of that look, of as many sides as the test: sides·Φ(−critical).
    """

    kind: Kind
    looks: int
    alpha: float
    sides: int
    critical: tuple[float, ...]
    nominal: tuple[float, ...]


@dataclass(frozen=True)
class Crossings:
    """Probabilities of stopping at each look, above the upper boundary and below the lower, which is 0 if one-sided."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]

    @property
    def at_look(self) -> tuple[float, ...]:
        """Probability of rejecting at each look, in either direction."""
        return tuple(up + down for up, down in zip(self.upper, self.lower, strict=True))

    @property
    def total(self) -> float:
        """Probability of rejecting at all."""
        return sum(self.at_look)


# ---- validation


def _boundaries_validation(kind: str, looks: int, alpha: float, sides: int) -> None:
    if kind not in KINDS:
        raise Refusal(f"kind: {kind!r} given; wanted one of {', '.join(KINDS)}")
    if looks not in LOOKS:
        raise Refusal(f"looks: {looks!r} given; wanted {LOOKS[0]} to {LOOKS[-1]}, the last of them at the end")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2")
    if not SMALLEST_ALPHA <= alpha < sides / 2:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability of at least 1e-12 and below {sides / 2:g}")


def _drift_validation(drift: float) -> None:
    if not np.isfinite(drift):
        raise Refusal(f"drift: {drift!r} given; wanted a finite number")


# ---- statistic


def _shape(kind: Kind, looks: int) -> FloatArray:
    """Critical values over the last one: equal on the scale of z (Pocock) or of the sum (O'Brien and Fleming)."""
    look = np.arange(1, looks + 1)
    return np.ones(looks) if kind == "pocock" else np.sqrt(looks / look)


def _crossings(critical: FloatArray, sides: int, drift: float) -> tuple[FloatArray, FloatArray]:
    """Probabilities of crossing the upper and the lower boundary at each look."""
    looks = critical.size
    step = drift / sqrt(looks)
    upper, lower = np.zeros(looks), np.zeros(looks)
    sums, mass = np.zeros(1), np.ones(1)  # the trials that go on: where their sum is, and with what probability
    for look in range(1, looks + 1):
        bound = critical[look - 1] * sqrt(look)
        upper[look - 1] = mass @ special.ndtr(sums + step - bound)
        lower[look - 1] = mass @ special.ndtr(-bound - sums - step) if sides == 2 else 0.0
        low, high = step * look - _REACH * sqrt(look), step * look + _REACH * sqrt(look)
        low, high = (max(low, -bound) if sides == 2 else low), min(high, bound)
        half = max(high - low, 0.0) / 2  # no width where practically all have stopped
        following = low + half * (1 + _NODES)
        density = mass @ (np.exp(-((following - sums[:, None] - step) ** 2) / 2) / _ROOT_TWO_PI)
        sums, mass = following, half * _WEIGHTS * density
    return upper, lower


def _rejecting(critical: FloatArray, sides: int, drift: float) -> float:
    upper, lower = _crossings(critical, sides, drift)
    return float(upper.sum() + lower.sum())


def _drift_needed(critical: FloatArray, sides: int, power: float) -> float:
    """The drift at which a design of these critical values, one for each look, rejects with probability `power`."""
    enough = float(critical[-1] + special.ndtri(power) + 1)  # the last look alone has more than this power
    return float(optimize.brentq(lambda drift: _rejecting(critical, sides, drift) - power, 0.0, enough, xtol=1e-12))


# ---- public functions


@lru_cache(maxsize=256)
def boundaries(kind: Kind, looks: int, alpha: float, sides: int) -> Boundaries:
    """Critical values that spend `alpha` over equally spaced looks.

    A two-sided test is solved as such: P(|Z_k| ≥ c_k at some look) is alpha. Two one-sided tests of alpha/2, the usual
    short cut, count the trials that would cross first one side and later the other twice: it is conservative by that
    probability. For alpha 0.05 the critical values differ by less than 2e-6 up to four looks.

    Parameters
    ----------
    kind
        "pocock": the same critical value at each look; "obrien-fleming": falling as 1/√look.
    looks
        2 to 4, the last of them at the end.
    alpha
        Type I error of the whole test, from 1e-12; below 0.5 if one-sided.
    sides
        1 or 2.

    Returns
    -------
    Boundaries

    Raises
    ------
    Refusal
        An argument outside its range.

    References
    ----------
    Armitage, McPherson & Rowe (1969). Repeated significance tests on accumulating data. J R Stat Soc A 132:235-244.
    Jennison & Turnbull (2000). Group Sequential Methods, ch. 2 and 19. Boca Raton: Chapman & Hall.

    Examples
    --------
    Jennison & Turnbull, tables 2.1 and 2.3:

    >>> [round(c, 3) for c in boundaries("pocock", 3, 0.05, 2).critical]
    [2.289, 2.289, 2.289]
    >>> round(boundaries("obrien-fleming", 3, 0.05, 2).critical[-1], 3)
    2.004
    """
    _boundaries_validation(kind, looks, alpha, sides)
    shape = _shape(kind, looks)
    once, bonferroni = -special.ndtri(alpha / sides), -special.ndtri(alpha / sides / looks)

    def excess(last: float) -> float:
        return _rejecting(last * shape, sides, 0.0) / alpha - 1

    # a little wider than the two bounds, which rounding can reach
    critical = shape * optimize.brentq(excess, once - 1e-6, bonferroni + 1e-6, xtol=1e-14, rtol=1e-14)
    nominal = sides * special.ndtr(-critical)
    return Boundaries(kind, looks, alpha, sides, tuple(critical.tolist()), tuple(nominal.tolist()))


def crossing_probabilities(boundaries: Boundaries, drift: float) -> Crossings:
    """Probabilities of stopping at each look with a rejection, to 1e-12.

    Parameters
    ----------
    boundaries
        From `boundaries`.
    drift
        Mean of z at the last look, without unit; above 0 favours the treatment.

    Raises
    ------
    Refusal
        A drift that is not finite.

    Examples
    --------
    >>> stops = crossing_probabilities(boundaries("obrien-fleming", 2, 0.025, 1), 0.0)
    >>> [round(p, 4) for p in stops.upper]
    [0.0026, 0.0224]
    """
    _drift_validation(drift)
    upper, lower = _crossings(np.array(boundaries.critical), boundaries.sides, drift)
    return Crossings(tuple(upper.tolist()), tuple(lower.tolist()))


def inflation(boundaries: Boundaries, power: float) -> float:
    """The largest n of the sequential design over the n of the fixed one with the same power, both with known SD.

    Parameters
    ----------
    boundaries
        From `boundaries`.
    power
        Probability of rejecting, in either direction if two-sided; above alpha and at most 1 − 1e-9.

    Raises
    ------
    Refusal
        A power outside its range.

    Examples
    --------
    >>> round(inflation(boundaries("pocock", 2, 0.025, 1), 0.9), 3)
    1.1
    """
    if not boundaries.alpha < power <= MOST_POWER:
        raise Refusal(f"power: {power!r} given; wanted a probability above alpha, {boundaries.alpha:g}, and below 1")
    sides = boundaries.sides
    fixed = np.array([-special.ndtri(boundaries.alpha / sides)])
    sequential = _drift_needed(np.array(boundaries.critical), sides, power)
    return (sequential / _drift_needed(fixed, sides, power)) ** 2


def expected_share(boundaries: Boundaries, drift: float) -> float:
    """Mean share of the largest n that has been analysed when the trial ends; above 1/looks and at most 1.

    Parameters and errors as in `crossing_probabilities`.

    Examples
    --------
    >>> round(expected_share(boundaries("obrien-fleming", 2, 0.025, 1), 4.0), 3)
    0.744
    """
    early = np.array(crossing_probabilities(boundaries, drift).at_look[:-1])
    saved = 1 - np.arange(1, boundaries.looks) / boundaries.looks
    return float(1 - early @ saved)
