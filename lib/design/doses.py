"""Several concentrations within one person, one unit each: trend, and any difference at all.

Outcomes of a person are normal with one standard deviation, any two correlating by ρ (compound symmetry), so that a
contrast with coefficients c has variance σ²(1 − ρ)·Σc² per person.

The tail of the noncentral F is a Poisson mixture of incomplete betas (Johnson, Kotz & Balakrishnan 1995, Continuous
Univariate Distributions vol. 2, ch. 30). Why not scipy 1.17, measured at df 1 to 5 and 1 to 5000, noncentrality 0 to
10⁶, levels 10⁻⁶ to 0.3 (4,400 points): `special.ncfdtr` is NaN at 6 of them, and `stats.ncf.sf` is negative at all 200
with noncentrality 0; elsewhere both are within 1e-9 of this module, but curves start at an effect of 0. This module is
within 1e-13 of 25-digit sums at 396 random points of df2 up to 20,000 and levels from 10⁻⁶ to 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lib.design.noncentral_t import FloatArray
from lib.design.t_designs import t_power
from lib.errors import Refusal

FEWEST_DOSES, MOST_DOSES = 2, 6
"""Units of one person that are compared, the one without the drug included."""

_LARGEST = 1e100  # of a noncentrality, so that nothing overflows
_NODES = np.arange(112.0)
_BELOW = 8.5  # Poisson mass further below its mean, in SDs, is under 1e-17
_STIRLING_FROM = 20.0  # below, log-gamma does not cancel
_SERIES_BELOW = 0.1  # relative distance from the mean within which the deviance is summed as a series


# ---- validation


def _scores_validation(scores: Sequence[float]) -> FloatArray:
    """The scores as multiples of their range, dose 0 at 0 and the highest at 1."""
    given = np.asarray(scores, dtype=float)
    in_order = given.ndim == 1 and FEWEST_DOSES <= given.size <= MOST_DOSES and bool(np.all(np.isfinite(given)))
    if not (in_order and given[0] == given.min() < given.max()):
        raise Refusal(
            f"scores: {scores!r} given; wanted {FEWEST_DOSES} to {MOST_DOSES} finite scores, at least 2 of them "
            "distinct, that of dose 0 first and lowest; the log of dose 0 does not exist, so logs can't score a list "
            "with it"
        )
    half = given / 2  # the range of two huge scores would overflow
    return np.asarray((half - half[0]) / (half.max() - half[0]))


def _means_validation(means: ArrayLike) -> FloatArray:
    given = np.asarray(means, dtype=float)
    if not (given.ndim >= 1 and FEWEST_DOSES <= given.shape[-1] <= MOST_DOSES and bool(np.all(np.isfinite(given)))):
        raise Refusal(
            f"means: {means!r} given; wanted {FEWEST_DOSES} to {MOST_DOSES} finite means, one a dose, in outcome units"
        )
    return given


def _spread_validation(doses: int, sd: float, rho: float) -> None:
    if not 0 < sd < inf:
        raise Refusal(f"sd: {sd!r} given; wanted a finite standard deviation above 0, in outcome units")
    least = -1 / (doses - 1)
    if not least < rho < 1:
        raise Refusal(
            f"rho: {rho!r} given; wanted a correlation above {least:.4g} and below 1, as {doses} units of one person "
            "can't all correlate by less"
        )


def _test_validation(alpha: float, sides: int = 1) -> None:
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")


def _sizes(n: ArrayLike, least: int, why: str) -> FloatArray:
    sizes = np.asarray(n, dtype=float)
    if not bool(np.all((sizes >= least) & (sizes == np.floor(sizes)) & (sizes < inf))):
        raise Refusal(f"n: {n!r} given; wanted whole numbers of participants, at least {least}, as {why}")
    return sizes


# ---- statistic


def _deviance(count: FloatArray, mean: FloatArray) -> FloatArray:
    """j·log(j/μ) − j + μ, which cancels near μ: there by its series, μ·Σ(−u)ᵏ/(k(k − 1)) with u = j/μ − 1."""
    away = np.clip((count - mean) / np.maximum(mean, 1e-300), -_SERIES_BELOW, _SERIES_BELOW)
    order = np.arange(17, 1, -1)
    series = mean * away**2 * np.polyval((-1.0) ** order / (order * (order - 1)), away)
    near = np.abs(count - mean) < _SERIES_BELOW * mean
    return np.asarray(np.where(near, series, special.kl_div(count, mean)))


def _poisson_scale(count: FloatArray) -> FloatArray:
    """jʲe⁻ʲ/j!, past `_STIRLING_FROM` by series (Abramowitz & Stegun 6.1.41)."""
    few = np.minimum(count, _STIRLING_FROM)
    direct = np.exp(special.xlogy(few, few) - few - special.gammaln(few + 1))
    inverse = 1 / np.maximum(count, _STIRLING_FROM)
    remainder = inverse / 12 - inverse**3 / 360 + inverse**5 / 1260 - inverse**7 / 1680
    many = np.exp(-remainder) * np.sqrt(inverse / (2 * np.pi))
    return np.asarray(np.where(count < _STIRLING_FROM, direct, many))


def _poisson_nodes(mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Counts and weights along a last axis: every count up to a mean of 36, from there each hth, h ≤ √μ/3.

    The sum over every hth count differs from that over all by e^(−2π²·(SD/h)²), under 1e-77 (Poisson summation).
    """
    root = np.sqrt(mean)
    stride = np.maximum(1, np.floor(root / 3))
    first = np.maximum(0, np.floor(mean - _BELOW * root))
    count = first[..., None] + stride[..., None] * _NODES
    weight = _poisson_scale(count) * np.exp(-_deviance(count, mean[..., None]))
    return count, weight / weight.sum(axis=-1, keepdims=True)


def f_power(noncentrality: ArrayLike, df1: ArrayLike, df2: ArrayLike, alpha: float) -> FloatArray:
    """Power of an F test at level `alpha`: the tail of the noncentral F beyond the critical value.

    Parameters
    ----------
    noncentrality : array_like
        λ ≥ 0, without unit; infinite is power 1.
    df1, df2 : array_like
        Degrees of freedom, above 0; any shapes that broadcast.
    alpha : float
        Type I error.

    Returns
    -------
    ndarray
        Broadcast shape, from alpha to 1; never NaN for numbers given.

    Examples
    --------
    R: pf(qf(0.95, 3, 20), 3, 20, ncp = 10, lower.tail = FALSE)

    >>> round(float(f_power(10, 3, 20, 0.05)), 4)
    0.6678
    """
    arrays = (np.asarray(value, dtype=float) for value in (noncentrality, df1, df2))
    given, numerator, denominator = np.broadcast_arrays(*arrays)
    count, weight = _poisson_nodes(np.minimum(given, _LARGEST) / 2)
    a, b = numerator[..., None] / 2, denominator[..., None] / 2
    critical = special.betaincinv(b, a, alpha)  # of 1/(1 + df1·F/df2), whose small values are the large F
    beyond = (weight * special.betainc(b, a + count, critical)).sum(axis=-1)
    return np.asarray(np.where(np.isinf(given), 1.0, beyond))


def _noncentrality(means: FloatArray, sd: float, rho: float, sizes: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):  # an infinite noncentrality has power 1
        away = (means - means.mean(axis=-1, keepdims=True)) / sd
        return np.asarray(sizes * (away**2).sum(axis=-1) / (1 - rho))


# ---- public functions


def linear_means(effect: ArrayLike, scores: Sequence[float]) -> FloatArray:
    """Expected response at each dose, linear in its score, dose 0 at 0 and the highest at `effect`.

    Returns
    -------
    ndarray
        Outcome units, shape of `effect` with one more axis for the doses.

    Raises
    ------
    Refusal
        Scores out of order: see `trend_sd`.

    Examples
    --------
    >>> linear_means(2.0, (0, 1, 4)).tolist()
    [0.0, 0.5, 2.0]
    """
    return np.asarray(np.asarray(effect, dtype=float)[..., None] * _scores_validation(scores))


def trend_effect(means: ArrayLike, scores: Sequence[float]) -> FloatArray:
    """What the linear contrast estimates where the response is not linear: its slope times the range of the scores.

    Parameters
    ----------
    means : array_like
        Expected response at each dose along the last axis, in outcome units, any origin.
    scores
        As in `trend_sd`.

    Returns
    -------
    ndarray
        Outcome units, shape of `means` without its last axis: the `effect` to give to `trend_power`.

    Raises
    ------
    Refusal
        Scores out of order, or other than one finite mean a score.

    Examples
    --------
    A response that is all there at the first dose: the line through 0, 1, 1 rises by 1 over the range.

    >>> round(float(trend_effect((0, 1, 1), (0, 1, 2))), 4)
    1.0
    """
    shares = _scores_validation(scores)
    expected = _means_validation(means)
    if expected.shape[-1] != shares.size:
        raise Refusal(f"means: {expected.shape[-1]} given; wanted one a score, {shares.size}")
    contrast = shares - shares.mean()
    return np.asarray(expected @ contrast / (contrast @ contrast))


def trend_sd(scores: Sequence[float], sd: float, rho: float) -> float:
    """SD per person of the linear contrast's estimate of the difference between the highest score and dose 0.

    Parameters
    ----------
    scores
        Score of each dose, 2 to 6 of them, that of dose 0 first and lowest; at least 2 distinct. Their unit is nothing.
    sd : float
        Standard deviation of one unit, above 0, in outcome units.
    rho : float
        Correlation of any two units of one person, above −1/(k − 1) and below 1.

    Returns
    -------
    float
        σ√(1 − ρ)·range/√Σ(s − s̄)², in outcome units; with two doses the paired σ√(2(1 − ρ)).

    Raises
    ------
    Refusal
        Scores out of order, among them the log of dose 0, or a spread outside its range.

    References
    ----------
    Fleiss (1986). The Design and Analysis of Clinical Experiments, ch. 8. New York: Wiley.

    Examples
    --------
    Equally spaced doses: one in the middle adds nothing to the difference between the ends.

    >>> round(trend_sd((0, 1, 2), 1.0, 0.5), 4), round(trend_sd((0, 2), 1.0, 0.5), 4)
    (1.0, 1.0)
    """
    shares = _scores_validation(scores)
    _spread_validation(shares.size, sd, rho)
    contrast = shares - shares.mean()
    return float(sd) * sqrt(1 - rho) / sqrt(contrast @ contrast)


def trend_power(
    effect: ArrayLike,
    scores: Sequence[float],
    sd: float,
    rho: float,
    n: ArrayLike,
    alpha: float,
    sides: int,
    pooled: bool = False,
) -> FloatArray:
    """Power of the t test of the linear trend over the doses of one person.

    Parameters
    ----------
    effect : array_like
        True difference between the highest score and dose 0, in outcome units; above 0 favours the treatment. The
        response is linear in the score; where it is not, give `trend_effect(means, scores)`.
    scores, sd, rho
        As in `trend_sd`.
    n : array_like
        Participants analysed, at least 2, each with every dose; broadcasts with `effect`.
    alpha, sides
        Type I error of the whole test; 1 side towards a positive effect, or 2.
    pooled
        False: the contrast's own variance, n − 1 degrees of freedom, which needs no equal correlations. True: the
        error of the repeated-measures analysis of variance, (n − 1)(k − 1), which rests on them.

    Returns
    -------
    ndarray
        Power, broadcast shape.

    Raises
    ------
    Refusal
        Anything outside its range.

    Examples
    --------
    With dose 0 and one other it is the paired t test; R: pwr.t.test(10, 1, type = "paired")

    >>> round(float(trend_power(1.0, (0, 1), 1.0, 0.5, 10, 0.05, 2)), 4)
    0.8031
    """
    spread = trend_sd(scores, sd, rho)
    _test_validation(alpha, sides)
    sizes = _sizes(n, 2, "one participant has no variance")
    size = np.asarray(effect, dtype=float)
    if not bool(np.all(np.isfinite(size))):
        raise Refusal(f"effect: {effect!r} given; wanted finite differences, in outcome units")
    with np.errstate(over="ignore"):  # an infinite noncentrality has power 1
        nc = size / spread * np.sqrt(sizes)
    return t_power(nc, (sizes - 1) * (len(scores) - 1 if pooled else 1), alpha, sides)


def global_power(means: ArrayLike, sd: float, rho: float, n: ArrayLike, alpha: float) -> FloatArray:
    """Power of the repeated-measures F test of any difference between doses, without a correction for sphericity.

    Parameters
    ----------
    means : array_like
        Expected response at each of 2 to 6 doses along the last axis, in outcome units, any origin; other axes
        broadcast with `n`.
    sd, rho
        As in `trend_sd`.
    n : array_like
        Participants analysed, at least 2.
    alpha
        Type I error.

    Returns
    -------
    ndarray
        Tail of F with k − 1 and (n − 1)(k − 1) degrees of freedom and noncentrality n·Σ(μ − μ̄)²/(σ²(1 − ρ)).

    Raises
    ------
    Refusal
        Anything outside its range.

    References
    ----------
    Faul, Erdfelder, Lang & Buchner (2007). G*Power 3. Behav Res Methods 39:175-191: repeated measures, within factors.

    Examples
    --------
    G*Power with f = 0.25, 4 measurements of one group, correlation 0.5, needs 24 in all for a power of 0.8.

    >>> means = (0.0, 0.0, 0.5, 0.5)  # f = SD of the means / σ = 0.25
    >>> round(float(global_power(means, 1.0, 0.5, 24, 0.05)), 4)
    0.8168
    """
    expected = _means_validation(means)
    doses = expected.shape[-1]
    _spread_validation(doses, sd, rho)
    _test_validation(alpha)
    sizes = _sizes(n, 2, "one participant has no variance")
    noncentrality = _noncentrality(expected, sd, rho, sizes)
    return f_power(noncentrality, doses - 1, (sizes - 1) * (doses - 1), alpha)


def hotelling_power(means: ArrayLike, sd: float, rho: float, n: ArrayLike, alpha: float) -> FloatArray:
    """Power of Hotelling's T² of any difference between doses, which needs no equal correlations to be valid.

    Parameters
    ----------
    means, sd, rho, alpha
        As in `global_power`; the power is that where the correlations are in fact equal.
    n : array_like
        Participants analysed, at least as many as doses.

    Returns
    -------
    ndarray
        Tail of F with k − 1 and n − k + 1 degrees of freedom and the noncentrality of `global_power`.

    Raises
    ------
    Refusal
        Fewer participants than doses, whose covariances can't be estimated, or anything outside its range.

    References
    ----------
    Anderson (2003). An Introduction to Multivariate Statistical Analysis, 3rd ed., ch. 5. Hoboken: Wiley.

    Examples
    --------
    >>> means = (0.0, 0.0, 0.5, 0.5)
    >>> round(float(hotelling_power(means, 1.0, 0.5, 24, 0.05)), 4)
    0.7589
    """
    expected = _means_validation(means)
    doses = expected.shape[-1]
    _spread_validation(doses, sd, rho)
    _test_validation(alpha)
    sizes = _sizes(n, doses, f"T² of {doses} doses needs as many participants as doses")
    return f_power(_noncentrality(expected, sd, rho, sizes), doses - 1, sizes - doses + 1, alpha)
