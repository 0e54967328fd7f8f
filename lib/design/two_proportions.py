"""Exact power of Fisher's and Boschloo's tests: responders in two parallel arms of one size.

Both order tables by the one-sided Fisher p, F(x, y) = P(X ≥ x | x + y), x and y being responders among n treated and n
controls. Fisher rejects where F is small; Boschloo goes on for as long as the unconditional type I error allows it.
"""

from __future__ import annotations

from math import pi
from numbers import Integral

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.design.binomial_mean import BinomialMean, binomial_mean, log_ways
from lib.design.rejection import NONE_REJECTS, Rejection, exact_rejection
from lib.errors import OverBudget, Refusal
from lib.progress import step

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MOST_PER_ARM = 1_000
"""Participants per arm: a million tables, and under a second for Boschloo's test."""

SAME = 1 + 1e-9
"""Two p within this ratio are the same number, summed up differently."""


# ---- validation


def _validation(treated: float, control: float, n: int, alpha: float, sides: int) -> None:
    for name, share in (("treated", treated), ("control", control)):
        if not 0 <= share <= 1:
            raise Refusal(f"{name}: {share!r} given; wanted the probability of a response, 0 to 1")
    if not (isinstance(n, Integral) and n >= 1):
        raise Refusal(f"n: {n!r} given; wanted a whole number of participants per arm, at least 1")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    if n > MOST_PER_ARM:
        raise OverBudget(f"n: {n:,} participants per arm given; exact tests of two shares go up to {MOST_PER_ARM:,}")


# ---- the order of tables


def _fisher_tails(n: int) -> FloatArray:
    """P(X ≥ x | total) in row total = 0 … 2n and column x = 0 … n: hypergeometric, 0 where x is out of reach."""
    ways = log_ways(n)
    total, x = np.ogrid[: 2 * n + 1, : n + 1]
    exists = (total - x >= 0) & (total - x <= n)
    log_p = ways[x] + ways[np.where(exists, total - x, 0)] - log_ways(2 * n)[total]
    p = np.where(exists, np.exp(log_p), 0.0)
    return np.asarray(np.cumsum(p[:, ::-1], axis=1)[:, ::-1])


def _by_arm(tails: FloatArray) -> FloatArray:
    """F(x, y), in row x and column y."""
    x, y = np.ogrid[: tails.shape[1], : tails.shape[1]]
    return np.asarray(tails[x + y, x])


# ---- Boschloo's critical value


def _null(n: int) -> BinomialMean:
    """Means over the total responding, where both arms respond alike.

    Only shares from 0 to a half are looked at: if both arms swap responders and non-responders, F stays, as arms have
    one size.
    """
    return binomial_mean(2 * n, pi / 4)


def _boschloo_critical(tails: FloatArray, alpha: float) -> float:
    """The largest F whose tables, with all of smaller F, are rejected with probability ≤ `alpha` whatever the share.

    By bisection: the more tables, the larger the type I error.
    """
    null = _null(tails.shape[1] - 1)
    levels = np.unique(tails[tails > 0])
    low, high = -1, levels.size - 1  # none; all, which rejects always
    while high - low > 1:
        step(1 - (high - low) / levels.size, "ordering tables")
        middle = (low + high) // 2
        largest = null.largest(_given_total(tails, float(levels[middle])))
        low, high = (middle, high) if largest <= alpha * SAME else (low, middle)
    return float(levels[low]) if low >= 0 else 0.0


def _given_total(tails: FloatArray, critical: float) -> FloatArray:
    """Probability of rejecting towards the treatment given each total: the largest F at or below the critical one."""
    return np.asarray(np.where(tails <= critical * SAME, tails, 0).max(axis=1))


def _largest_size(tails: FloatArray, critical: float, sides: int) -> float:
    """Over all shares common to both arms. Both ways together reject every table where they overlap."""
    either = np.minimum(1.0, sides * _given_total(tails, critical))
    return _null(tails.shape[1] - 1).largest(either)


# ---- power


def _binomial(n: int, share: float) -> FloatArray:
    k = np.arange(n + 1)
    unscaled = np.exp(log_ways(n) + special.xlogy(k, share) + special.xlog1py(n - k, -share))
    return np.asarray(unscaled / unscaled.sum())  # log-gamma leaves 1e-12 at 1,000


def _rejection(toward: BoolArray, treated: float, control: float, sides: int) -> Rejection:
    """Power of the test that rejects towards the treatment in the tables `toward`, and against it in their mirror."""
    n = toward.shape[0] - 1
    probability = np.outer(_binomial(n, treated), _binomial(n, control))
    # Above alpha 0.9 Boschloo's test may reject a table both ways: then half is counted each way.
    half = (toward & toward.T) / 2 if sides == 2 else 0
    rejected = toward - half
    ways = [float(np.sum(probability * rejected)), float(np.sum(probability * rejected.T)) if sides == 2 else 0.0]
    x, y = np.ogrid[: n + 1, : n + 1]
    either = rejected + rejected.T if sides == 2 else rejected
    size = float(np.sum(probability * either * np.abs(x - y))) / n
    return exact_rejection(ways[0], ways[1], size / sum(ways) if sum(ways) else NONE_REJECTS)


# ---- public functions


def fisher_power(treated: float, control: float, n: int, alpha: float, sides: int) -> Rejection:
    """Power of Fisher's exact test of two shares, in arms of `n` each.

    The two-sided p is R's: the sum of all tables with the observed total that are as probable as the observed one, or
    less. In arms of one size these probabilities are symmetric, so that it is twice the one-sided p, or 1.

    Parameters
    ----------
    treated, control
        Probabilities of a response in the two arms; where they are equal, the power is the type I error.
    n
        Participants per arm, 1 to `MOST_PER_ARM`.
    alpha
        Type I error that the whole test may have; p that exceed it by less than 1e-9 of it count as equal.
    sides
        1, towards the treatment, or 2.

    Returns
    -------
    Rejection
        Exact; `magnitude` is the mean size of the difference in shares among trials that reject.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If `n` is above `MOST_PER_ARM`.

    References
    ----------
    Fisher (1935). The logic of inductive inference. J R Stat Soc 98:39-82.
    Bennett & Hsu (1960). On the power function of the exact test for the 2 × 2 contingency table. Biometrika
    47:393-398.

    Examples
    --------
    R: summing dbinom over all tables with fisher.test(table)$p.value ≤ 0.05 gives 0.4214193.

    >>> round(fisher_power(0.75, 0.25, 10, 0.05, 2).power, 7)
    0.4214193
    """
    _validation(treated, control, n, alpha, sides)
    region = _by_arm(_fisher_tails(n)) <= alpha / sides * SAME
    return _rejection(region, treated, control, sides)


def boschloo_power(treated: float, control: float, n: int, alpha: float, sides: int) -> Rejection:
    """Power of Boschloo's exact unconditional test of two shares, in arms of `n` each.

    Tables are ordered by their one-sided Fisher p. The one-sided p is the largest probability, over all shares common
    to both arms, of a table that is as early in this order: never above Fisher's p. The two-sided p is twice the
    smaller one-sided p, or 1, as in scipy.stats.boschloo_exact. R's Exact orders tables by the two-sided Fisher p
    instead (its default, "square"). In arms of one size, as here, that rejects the same tables at any alpha up to a
    half: both tails of one order are disjoint and equally probable. In unequal arms it is another test.

    Parameters
    ----------
    treated, control
        Probabilities of a response in the two arms; where they are equal, the power is the type I error.
    n
        Participants per arm, 1 to `MOST_PER_ARM`.
    alpha
        Type I error that the whole test may have; p that exceed it by less than 1e-9 of it count as equal.
    sides
        1, towards the treatment, or 2.

    Returns
    -------
    Rejection
        Exact; `magnitude` is the mean size of the difference in shares among trials that reject.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If `n` is above `MOST_PER_ARM`.
    Stopped
        If nobody waits any more.

    References
    ----------
    Boschloo (1970). Raised conditional level of significance for the 2 × 2-table when testing the equality of two
    probabilities. Stat Neerl 24:1-35. doi:10.1111/j.1467-9574.1970.tb00104.x
    Mehrotra, Chan & Berger (2003). A cautionary note on exact unconditional inference for a difference between two
    independent binomial proportions. Biometrics 59:441-450.
    Calhoun. Exact: unconditional exact test. R package, version 3.3.

    Examples
    --------
    R, Exact 3.3: power.exact.test(0.25, 0.75, 10, 10, method = "boschloo")$power is 0.6190038, where Fisher's test has
    0.4214193.

    >>> round(boschloo_power(0.75, 0.25, 10, 0.05, 2).power, 7)
    0.6190038
    """
    _validation(treated, control, n, alpha, sides)
    tails = _fisher_tails(n)
    region = _by_arm(tails) <= _boschloo_critical(tails, alpha / sides) * SAME
    return _rejection(region, treated, control, sides)


def fisher_largest_size(n: int, alpha: float, sides: int) -> float:
    """The largest type I error of Fisher's exact test, whatever share responds in both arms.

    Parameters
    ----------
    n, alpha, sides
        As in `fisher_power`.

    Returns
    -------
    float
        Every peak between 0 and 1 is climbed, so that no share has a larger one; to 1e-11 of itself.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If `n` is above `MOST_PER_ARM`.

    Examples
    --------
    Three per arm reject one-sided at 5 % only where all treated respond and no control: p³(1 − p)³ at p = ½.

    >>> round(fisher_largest_size(3, 0.05, 1), 9)  # 1 / 2^6
    0.015625
    """
    _validation(0.0, 0.0, n, alpha, sides)
    return _largest_size(_fisher_tails(n), alpha / sides, sides)


def boschloo_largest_size(n: int, alpha: float, sides: int) -> float:
    """The largest type I error of Boschloo's test, whatever share responds in both arms: at most `alpha`.

    Parameters, result and what is raised as in `fisher_largest_size`.

    Examples
    --------
    Ten per arm use up most of the level, of which Fisher's test leaves three quarters.

    >>> round(boschloo_largest_size(10, 0.05, 2), 4), round(fisher_largest_size(10, 0.05, 2), 4)
    (0.0422, 0.0128)
    """
    _validation(0.0, 0.0, n, alpha, sides)
    tails = _fisher_tails(n)
    return _largest_size(tails, _boschloo_critical(tails, alpha / sides), sides)
