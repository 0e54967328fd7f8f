"""Paired tests of normal differences N(effect, sd) without simulation: critical values, and exact power.

Every statistic here has no unit, so differences are in units of their SD.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, isfinite, sqrt
from numbers import Integral

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy import special

from lib.analysis.exact import exact_alpha
from lib.analysis.signed_rank import signed_rank_region
from lib.design.rejection import NONE_REJECTS, Rejection, exact_rejection
from lib.errors import OverBudget, Refusal
from lib.progress import each
from lib.values import Missing

FloatArray = NDArray[np.float64]

MOST_RANKED = 100
"""Pairs up to which the power of the signed-rank test is integrated: less than a second."""

ONE_THREAD = 2**18
"""Multiplications of a matrix product that OpenBLAS leaves to one thread. Where the cores have other work, its threads
wait for each other, up to a hundred times as long as one of them would take."""


# ---- validation


def plan_validation(n: int, effect: float, sd: float, alpha: float, sides: int, least: int) -> None:
    if not (isinstance(n, Integral) and n >= least):
        raise Refusal(f"n: {n!r} given; wanted a whole number of pairs, at least {least}")
    if not (0 < sd < inf):
        raise Refusal(f"sd: {sd!r} given; wanted a standard deviation of the differences, above 0")
    if not isfinite(effect / sd):
        raise Refusal(f"effect: {effect!r} given; wanted a finite number of standard deviations of {sd!r}")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")


# ---- critical values


@lru_cache(maxsize=256)
def signed_rank_critical(n: int, alpha: float, sides: int) -> int | None:
    """The smallest sum of positive ranks that rejects toward, without ties and zeros; None where none does.

    Two-sided, sums of at most n(n + 1)/2 minus this reject against. Decided in exact arithmetic.

    Raises
    ------
    OverBudget
        Above 1,000 pairs, or where a tail is within rounding of `alpha`.

    Examples
    --------
    Six pairs: of 64 signs of the ranks 1 to 6 one has the sum 21.

    >>> signed_rank_critical(6, 0.05, 2), signed_rank_critical(5, 0.05, 2)
    (21, None)
    """
    region = signed_rank_region(range(1, n + 1), "two-sided" if sides == 2 else "greater", alpha)
    if isinstance(region, Missing):
        raise OverBudget(region.reason)
    return None if region.high is None else int(region.high)


@lru_cache(maxsize=256)
def sign_critical(n: int, alpha: float, sides: int) -> int | None:
    """The smallest number of positive differences that rejects toward; None where none does. In exact arithmetic.

    Two-sided, n minus this, and fewer, reject against.

    Examples
    --------
    >>> sign_critical(6, 0.05, 2), sign_critical(5, 0.05, 2), sign_critical(5, 0.05, 1)
    (6, None, 5)
    """
    most = int(exact_alpha(alpha) * 2**n / sides)
    positive, tail, count = n + 1, 0, 1
    while tail + count <= most:  # count is that of signs with one positive fewer
        positive, tail = positive - 1, tail + count
        count = count * positive // (n - positive + 1)
    return positive if positive <= n else None


# ---- exact power


def sign_power(effect: float, sd: float, n: int, alpha: float, sides: int) -> Rejection:
    """Exact power of the sign test: the number of positive differences is binomial with chance Φ(effect/sd).

    Parameters
    ----------
    effect, sd
        Mean and standard deviation of the normal differences, in outcome units; above 0 favours the treatment.
    n
        Pairs analysed, at least 1.
    alpha
        Type I error of the whole test, inside (0, 1).
    sides
        1 (rejects towards the treatment only) or 2.

    Returns
    -------
    Rejection
        Exact.

    Raises
    ------
    Refusal
        If an argument is outside its range.

    References
    ----------
    Dixon & Mood (1946). The statistical sign test. J Am Stat Assoc 41:557-566.

    Examples
    --------
    Six pairs reject where all have one sign; Φ(1)^6 is 0.3547.

    >>> round(sign_power(effect=1.0, sd=1.0, n=6, alpha=0.05, sides=2).toward, 4)
    0.3547
    """
    plan_validation(n, effect, sd, alpha, sides, least=1)
    critical = sign_critical(n, alpha, sides)
    if critical is None:
        return exact_rejection(0.0, 0.0, NONE_REJECTS)

    def tail(size: float) -> float:
        return float(special.bdtrc(critical - 1, n, special.ndtr(size)))

    return exact_rejection(tail(effect / sd), tail(-effect / sd) if sides == 2 else 0.0)


# Given that k differences are within ±r, let B_k(w; r) be the probability that the ranks of the negative ones sum to w;
# F(r) that of being within ±r, f its density, and q(r) the share of f that is negative. The largest is at some t ≤ r:
#     F(r)^k·B_k(w; r) = ∫ k·F^{k−1}·f·[(1 − q)·B_{k−1}(w; t) + q·B_{k−1}(w − k; t)] dt, from 0 to r.
# (Klotz 1963 integrates the same for one order of signs at a time.) B is analytic, so that the polynomial through its
# values at Gauss-Legendre nodes converges geometrically; and each step is an average, which lets no error grow.
_REACH = 8.5  # Φ(−8.5) is 1e-17
_CERTAIN = 7.0  # from here a negative difference occurs in fewer than 1.3e-10 of trials of 100 pairs
_NODES, _WEIGHTS = legendre.leggauss(128)
_INNER_NODES, _INNER_WEIGHTS = legendre.leggauss(64)  # between 0 and each of the nodes


@lru_cache(maxsize=1)
def _interpolation() -> FloatArray:
    """From values at the nodes to those of the polynomial through them at the inner nodes, (nodes, inner, nodes)."""
    orders = np.arange(len(_NODES))
    coefficients = (legendre.legvander(_NODES, orders[-1]) * _WEIGHTS[:, None]).T * (orders[:, None] + 0.5)
    inner = (_NODES[:, None] + 1) / 2 * (_INNER_NODES + 1) - 1
    found = np.stack([_product(legendre.legvander(points, orders[-1]), coefficients) for points in inner])
    found.flags.writeable = False
    return found


def _product(left: FloatArray, right: FloatArray) -> FloatArray:
    columns = max(ONE_THREAD // left.size, 1)
    return np.hstack([left @ right[:, start : start + columns] for start in range(0, right.shape[1], columns)])


def _negative_rank_distribution(most: int, n: int, size: float) -> FloatArray:
    """P(the ranks of the negative ones sum to 0), to 1, … to `most` (if so many) for n differences N(size, 1)."""
    half = (abs(size) + _REACH) / 2
    at = half * (_NODES + 1)
    inner = at[:, None] / 2 * (_INNER_NODES + 1)
    density = _folded_density(inner, size)
    mean_density = (density * _INNER_WEIGHTS).sum(axis=1) / 2  # F(r)/r, also where both are tiny
    within = at * mean_density
    share = inner * (_interpolation() * mean_density).sum(axis=2) / within[:, None]  # F(t)/F(r)
    average = density * _INNER_WEIGHTS * (at / within / 2)[:, None]
    negative = special.expit(-2 * size * at)[:, None]
    mixed = _with_rank(np.ones((len(at), 1)), negative, 1, most)
    for k in each(range(1, n), "integrating over the orders of signs"):
        largest_of = np.einsum("ij,ijk->ik", k * average, _interpolation())
        mixed = _with_rank(_product(largest_of, mixed), negative, k + 1, most)
        average = average * share
    largest = half * n * _WEIGHTS * _folded_density(at, size) * within ** (n - 1)
    return np.asarray((largest[:, None] * mixed).sum(axis=0))


def _folded_density(at: FloatArray, size: float) -> FloatArray:
    """Density of |N(size, 1)|."""
    density: FloatArray = (np.exp(-((at - size) ** 2) / 2) + np.exp(-((at + size) ** 2) / 2)) / sqrt(2 * np.pi)
    return density


def _with_rank(given: FloatArray, negative: FloatArray, rank: int, most: int) -> FloatArray:
    """Probabilities of the sums 0, 1, … once `rank` joins them with probability `negative`; sums above `most` leave."""
    before = given.shape[1]
    after = np.zeros((len(given), min(before + rank, most + 1)))
    after[:, :before] = (1 - negative) * given
    after[:, rank:] += negative * given[:, : max(after.shape[1] - rank, 0)]
    return after


def signed_rank_power(effect: float, sd: float, n: int, alpha: float, sides: int) -> Rejection:
    """Exact power of Wilcoxon's signed-rank test of normal differences, by integration over the orders of their signs.

    Parameters
    ----------
    effect, sd
        Mean and standard deviation of the normal differences, in outcome units; above 0 favours the treatment.
    n
        Pairs analysed, 1 to `MOST_RANKED`.
    alpha
        Type I error of the whole test, inside (0, 1).
    sides
        1 (rejects towards the treatment only) or 2.

    Returns
    -------
    Rejection
        Exact, each direction to 1e-8.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        Above `MOST_RANKED` pairs.

    References
    ----------
    Klotz (1963). Small sample power and efficiency for the one sample Wilcoxon and normal scores tests. Ann Math Stat
    34:624-632.

    Examples
    --------
    Six pairs reject where all have one sign; Φ(1)^6 is 0.3547.

    >>> round(signed_rank_power(effect=1.0, sd=1.0, n=6, alpha=0.05, sides=2).toward, 4)
    0.3547
    """
    plan_validation(n, effect, sd, alpha, sides, least=1)
    if n > MOST_RANKED:
        raise OverBudget(f"n: {n:,} given; the exact power of the signed-rank test takes at most {MOST_RANKED} pairs")
    critical = signed_rank_critical(n, alpha, sides)
    if critical is None:
        return exact_rejection(0.0, 0.0, NONE_REJECTS)
    most = n * (n + 1) // 2 - critical

    def tail(size: float) -> float:
        if abs(size) >= _CERTAIN:
            return float(special.ndtr(size) ** n)
        return float(np.clip(_negative_rank_distribution(most, n, size).sum(), 0, 1))

    return exact_rejection(tail(effect / sd), tail(-effect / sd) if sides == 2 else 0.0)
