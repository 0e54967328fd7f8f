"""Exact power of McNemar's test: responders in matched pairs.

The test conditions on how many pairs are discordant; its power does not, and is averaged over that number.
"""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.exact import exact_alpha
from lib.design.binomial_mean import binomial_mean
from lib.design.rejection import NONE_REJECTS, Rejection, exact_rejection
from lib.errors import OverBudget, Refusal

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_PAIRS = 10_000
"""Beyond, critical values in whole numbers take seconds, and a normal approximation is as good."""

MOST_PAIRS_OF_LARGEST = 2_000
"""Beyond, the grid of shares over which the type I error is largest takes more than 50 megabytes."""

ROUNDING = 1e-9
"""By how much two shares may exceed 1 together and still be read as adding up to it."""


# ---- validation


def _mcnemar_validation(p10: float, p01: float, n: int, alpha: float, sides: int) -> None:
    for name, share in (("p10", p10), ("p01", p01)):
        if not 0 <= share <= 1:
            raise Refusal(f"{name}: {share!r} given; wanted a probability, 0 to 1")
    if not p10 + p01 <= 1 + ROUNDING:
        raise Refusal(f"p10 + p01: {p10 + p01!r} given; wanted at most 1, as no pair is discordant in both ways")
    if not (isinstance(n, Integral) and n >= 1):
        raise Refusal(f"n: {n!r} given; wanted a whole number of pairs, at least 1")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    if n > MOST_PAIRS:
        raise OverBudget(f"n: {n:,} pairs given; the exact power of McNemar's test is computed up to {MOST_PAIRS:,}")


# ---- critical values


def _critical_wins(n: int, alpha: float, sides: int) -> IntArray:
    """Fewest wins that reject among m = 0 … `n` discordant pairs, m + 1 where none do; in whole numbers throughout.

    One pair more raises the critical value c by 0 or 1. T counts the splits, 2^m in all, that have at least c wins:
    T_{m+1}(c) = 2·T_m(c) + C(m, c − 1), and T_{m+1}(c + 1) = T_{m+1}(c) − C(m + 1, c).
    """
    tail = exact_alpha(alpha) / sides
    critical = np.ones(n + 1, np.int64)
    wins, splits, below = 1, 0, 1  # c, T_m(c) and C(m, c − 1) at m = 0
    for m in range(1, n + 1):
        splits = 2 * splits + below
        at = below + below * (m - wins) // wins  # C(m, c)
        if splits * tail.denominator > tail.numerator << m:
            wins, splits, below = wins + 1, splits - at, at
        else:
            below = at * wins // (m + 1 - wins)
        critical[m] = wins
    return critical


# ---- statistic


def _at_least(wins: IntArray, m: IntArray, share: float) -> FloatArray:
    """P(Bin(m, share) ≥ wins), whatever `wins`."""
    inside = (wins > 0) & (wins <= m)
    tail = special.betainc(np.where(inside, wins, 1), np.where(inside, m - wins + 1, 1), share)
    return np.where(inside, tail, wins <= 0)


def _excess(wins: IntArray, m: IntArray, share: float) -> FloatArray:
    """E[2W − m; W ≥ wins] for W ~ Bin(m, share), as E[W; W ≥ wins] is m·share·P(Bin(m − 1, share) ≥ wins − 1)."""
    of_wins = m * share * _at_least(wins - 1, np.maximum(m - 1, 0), share)
    expected: FloatArray = 2 * of_wins - m * _at_least(wins, m, share)
    return expected


def _size_of_excess(wins: IntArray, m: IntArray, share: float) -> FloatArray:
    """E[|2W − m|; W ≥ wins]: only a one-sided test at alpha of a half or more rejects with wins in the minority."""
    majority = np.maximum(wins, (m + 1) // 2)
    expected: FloatArray = 2 * _excess(majority, m, share) - _excess(wins, m, share)
    return expected


# ---- public functions


def mcnemar_power(p10: float, p01: float, n: int, alpha: float, sides: int) -> Rejection:
    """Unconditional power of the exact conditional McNemar test of responders in matched pairs.

    The number m of discordant pairs is Bin(n, p10 + p01), and of these the wins are Bin(m, p10/(p10 + p01)). Given m,
    the test rejects from the fewest wins c with P(Bin(m, ½) ≥ c) ≤ alpha/sides (and, two-sided, with as many losses),
    which is p ≤ alpha for the p of `lib.analysis.mcnemar`; that comparison is exact.

    Parameters
    ----------
    p10
        Probability that the treated unit of a pair responds and the control unit does not (a win).
    p01
        Probability that the control unit responds and the treated unit does not (a loss).
    n
        Pairs, 1 to `MOST_PAIRS`.
    alpha
        Type I error of the whole test, read as the decimal that it prints as.
    sides
        1, towards the treatment, or 2.

    Returns
    -------
    Rejection
        Exact; `magnitude` is the mean of |wins − losses|/n, a share, among trials that reject. With p10 = p01 the power
        is the type I error.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If `n` is above `MOST_PAIRS`.

    References
    ----------
    McNemar (1947). Note on the sampling error of the difference between correlated proportions or percentages.
    Psychometrika 12:153-157. doi:10.1007/BF02295996
    Duffy (1984). Asymptotic and exact power for the McNemar test and its analogue with R controls per case. Biometrics
    40:1005-1015.

    Examples
    --------
    Eight pairs, of which half respond under treatment only and a tenth under control only: the discordant ones have to
    agree, and to be at least six.

    >>> round(mcnemar_power(0.5, 0.1, 8, 0.05, 2).power, 4)
    0.0989
    """
    _mcnemar_validation(p10, p01, n, alpha, sides)
    m = np.arange(n + 1)
    critical = _critical_wins(n, alpha, sides)
    weight = _discordant(n, min(p10 + p01, 1.0))
    shares = (p10 / (p10 + p01), p01 / (p10 + p01))[:sides] if p10 + p01 else (0.0,) * sides
    ways = [float(weight @ _at_least(critical, m, share)) for share in shares]
    size = sum(float(weight @ _size_of_excess(critical, m, share)) for share in shares) / n
    power = sum(ways)
    return exact_rejection(ways[0], sum(ways[1:]), size / power if power else NONE_REJECTS)


def _discordant(n: int, share: float) -> FloatArray:
    """Probabilities of m = 0 … n discordant pairs."""
    m = np.arange(n + 1)
    log_ways = special.gammaln(n + 1) - special.gammaln(m + 1) - special.gammaln(n - m + 1)
    unscaled = np.exp(log_ways + special.xlogy(m, share) + special.xlog1py(n - m, -share))
    return np.asarray(unscaled / unscaled.sum())  # log-gamma leaves 1e-12 at 10,000


def mcnemar_largest_size(n: int, alpha: float, sides: int) -> float:
    """The largest type I error of the exact conditional McNemar test, whatever share responds, correlated or not.

    Where the treatment does nothing, a win is as likely as a loss, so that the probability of rejecting is known given
    m discordant pairs. m is Bin(n, share), and that share may be anything: 0 where nobody responds, 1 where one unit of
    each pair does.

    Parameters
    ----------
    n
        Pairs, 1 to `MOST_PAIRS_OF_LARGEST`.
    alpha, sides
        As in `mcnemar_power`.

    Returns
    -------
    float
        The largest probability of rejecting over shares of discordant pairs from 0 to 1.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If `n` is above `MOST_PAIRS_OF_LARGEST`.

    Examples
    --------
    Six pairs reject at two-sided 5 % only where all are discordant and agree: most often where all are discordant.

    >>> mcnemar_largest_size(6, 0.05, 2)  # 2 / 2^6
    0.03125
    """
    _mcnemar_validation(0.0, 0.0, n, alpha, sides)
    if n > MOST_PAIRS_OF_LARGEST:
        raise OverBudget(
            f"n: {n:,} pairs given; the largest type I error of McNemar's test is looked for up to "
            f"{MOST_PAIRS_OF_LARGEST:,}"
        )
    given_m = sides * _at_least(_critical_wins(n, alpha, sides), np.arange(n + 1), 0.5)
    return binomial_mean(n).largest(given_m)
