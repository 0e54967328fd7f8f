"""How narrow a t interval will be: the n from which its half-width is as small as wanted, with assurance.

The half-width t·S/√n varies with S, S² ~ σ²χ²_df/df: planned at S = σ, it is exceeded about every second time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from numbers import Integral
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lib.design.noncentral_t import FloatArray
from lib.errors import Refusal

SMALLEST_N = 2
LIMIT = 100_000
"""No larger n is looked for."""

DegreesOfFreedom: TypeAlias = Callable[[FloatArray], FloatArray]
_GAMMA_SERIES_FROM = 200.0  # below, log-gamma loses less than 1e-13


def of_pairs(n: FloatArray) -> FloatArray:
    """Degrees of freedom of a mean of n differences."""
    return n - 1


# ---- validation


def _spread_validation(name: str, sd: float) -> None:
    if not 0 < sd < inf:
        raise Refusal(f"{name}: {sd!r} given; wanted a finite standard deviation above 0, in outcome units")


def _probability_validation(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise Refusal(f"{name}: {value!r} given; wanted a probability above 0 and below 1")


def _sizes_validation(n: ArrayLike) -> FloatArray:
    sizes = np.asarray(n, dtype=float)
    if not bool(np.all((sizes >= SMALLEST_N) & (sizes == np.floor(sizes)) & (sizes < inf))):
        raise Refusal(f"n: {n!r} given; wanted whole numbers of at least {SMALLEST_N}, as one has no variance")
    return sizes


# ---- statistic


def _multiplier(sizes: FloatArray, freedom: FloatArray, level: float) -> FloatArray:
    """Half-width over S: t quantile / √n."""
    return np.asarray(-special.stdtrit(freedom, (1 - level) / 2) / np.sqrt(sizes))


def _mean_root(freedom: FloatArray) -> FloatArray:
    """E[S]/σ = √(2/df)·Γ((df + 1)/2)/Γ(df/2), its series from `_GAMMA_SERIES_FROM` (Johnson & Welch 1940)."""
    few, inverse = np.minimum(freedom, _GAMMA_SERIES_FROM), 1 / freedom
    direct = np.sqrt(2 / few) * np.exp(special.gammaln((few + 1) / 2) - special.gammaln(few / 2))
    series = 1 - inverse / 4 + inverse**2 / 32 + 5 * inverse**3 / 128 - 21 * inverse**4 / 2048
    return np.asarray(np.where(freedom < _GAMMA_SERIES_FROM, direct, series))


def _narrow_enough(sizes: FloatArray, freedom: FloatArray, width: float, level: float) -> FloatArray:
    """P(half-width ≤ `width`), both in SDs of a difference."""
    with np.errstate(over="ignore"):
        most = (width / _multiplier(sizes, freedom, level)) ** 2
    return np.asarray(special.gammainc(freedom / 2, freedom / 2 * most))


# ---- public functions


def expected_half_width(sd: float, n: ArrayLike, level: float, *, df: DegreesOfFreedom = of_pairs) -> FloatArray:
    """Mean half-width of the t interval over trials of `n`.

    Parameters
    ----------
    sd : float
        True standard deviation σ_D of a person's difference, above 0, in outcome units; for two arms of n, σ√2.
    n : array_like
        Pairs analysed (participants per arm), at least 2.
    level : float
        Confidence level.
    df
        Degrees of freedom at each n; for two arms 2n − 2.

    Returns
    -------
    ndarray
        In outcome units, shape of `n`.

    Raises
    ------
    Refusal
        Anything outside its range.

    Examples
    --------
    Four pairs, SD 1: 3.1824/2 · √(2/3)·Γ(2)/Γ(1.5).

    >>> round(float(expected_half_width(1.0, 4, 0.95)), 4)
    1.466
    """
    _spread_validation("sd", sd)
    _probability_validation("level", level)
    sizes = _sizes_validation(n)
    freedom = df(sizes)
    return np.asarray(sd * _multiplier(sizes, freedom, level) * _mean_root(freedom))


def half_width_assured(
    sd: float, n: ArrayLike, level: float, assured: float, *, df: DegreesOfFreedom = of_pairs
) -> FloatArray:
    """The half-width that is not exceeded with probability `assured`.

    Parameters
    ----------
    sd, n, level, df
        As in `expected_half_width`.
    assured : float
        Probability that the interval turns out no wider.

    Returns
    -------
    ndarray
        In outcome units, shape of `n`.

    Raises
    ------
    Refusal
        Anything outside its range.

    Examples
    --------
    R: qt(0.975, 3) / 2 * sqrt(qchisq(0.8, 3) / 3)

    >>> round(float(half_width_assured(1.0, 4, 0.95, 0.8)), 4)
    1.9793
    """
    _spread_validation("sd", sd)
    _probability_validation("level", level)
    _probability_validation("assured", assured)
    sizes = _sizes_validation(n)
    freedom = df(sizes)
    worst = np.sqrt(special.gammaincinv(freedom / 2, assured) * 2 / freedom)
    return np.asarray(sd * _multiplier(sizes, freedom, level) * worst)


def precision_n(
    sd_difference: float,
    half_width: float,
    level: float,
    assured: float,
    *,
    df: DegreesOfFreedom = of_pairs,
    limit: int = LIMIT,
) -> int:
    """The smallest n from which the t interval is no wider than wanted, with probability `assured` or more.

    Parameters
    ----------
    sd_difference : float
        True standard deviation σ_D of a person's difference, above 0, in outcome units; for two arms of n, σ√2.
    half_width : float
        Half-width wanted, above 0, in outcome units.
    level : float
        Confidence level.
    assured : float
        Probability wanted that the interval is no wider.
    df
        Degrees of freedom at each n, of an array; for two arms 2n − 2.
    limit : int
        No larger n is looked at; up to it, every n from the one returned is checked.

    Returns
    -------
    int
        Pairs, or participants per arm, to analyse.

    Raises
    ------
    Refusal
        Anything outside its range, or none up to `limit`.

    References
    ----------
    Kupper & Hafner (1989). How appropriate are popular sample size formulas? Am Stat 43:101-105.

    Examples
    --------
    By the normal formula (1.96/0.5)² = 15.4 would do.

    >>> precision_n(1.0, 0.5, 0.95, 0.5), precision_n(1.0, 0.5, 0.95, 0.9)
    (18, 24)
    """
    _spread_validation("sd_difference", sd_difference)
    if not 0 < half_width < inf:
        raise Refusal(f"half_width: {half_width!r} given; wanted a finite width above 0, in outcome units")
    _probability_validation("level", level)
    _probability_validation("assured", assured)
    if not (isinstance(limit, Integral) and limit >= SMALLEST_N):
        raise Refusal(f"limit: {limit!r} given; wanted a whole number of at least {SMALLEST_N}")
    sizes = np.arange(SMALLEST_N, limit + 1, dtype=float)
    chance = _narrow_enough(sizes, df(sizes), half_width / sd_difference, level)
    if chance[-1] < assured:
        raise Refusal(
            f"n: a half-width of {half_width:g} is wanted with probability {assured:g}; at {limit:,}, the largest n "
            f"tried, it is reached with {float(chance[-1]):.4g}"
        )
    return SMALLEST_N + 1 + int(np.flatnonzero(chance < assured).max(initial=-1))
