"""Parallel arms compared with the baseline as covariate: exact power, whatever baselines chance gives the arms.

Given the baselines, the adjusted comparison is a t test with 2n − 3 degrees of freedom whose standard error grows by
the arms' difference in baseline, √(2/n + (x̄T − x̄C)²/SSx). Over normal baselines 1/(1 + (n/2)(x̄T − x̄C)²/SSx) is
Beta(n − 1, 1/2) with SSx on 2n − 2 degrees of freedom, so that power is one integral over its root c, in which the
conditional power is entire: Gauss-Jacobi nodes for c²ⁿ⁻³(1 − c)^(−1/2) converge geometrically at every n, the remaining
factor (1 + c)^(−1/2) having its singularity at −1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from lib.design.noncentral_t import FloatArray
from lib.design.t_designs import t_power
from lib.errors import Refusal
from lib.values import Missing, Real

SMALLEST_N = 2
"""Participants per arm from which the adjusted comparison has a degree of freedom, 2n − 3."""

# Within 1e-9 of 400 nodes: the conditional power has a sharp bend below c = 1 only where a large effect meets few.
_FEW_NODES, _MANY_NODES = 8, 16
_FEW_FROM_N, _FEW_TO_NC = 10, 4.0
_FINITE = Missing("with 2 per arm the adjusted estimate has no finite variance")


@dataclass(frozen=True)
class AncovaGain:
    """Variance of the adjusted estimate as a multiple of that of two others; below 1 where adjusting helps.

    Attributes
    ----------
    unadjusted : float or Missing
        Against the difference of the outcomes.
    change_score : float or Missing
        Against the difference of the changes from baseline.
    """

    unadjusted: Real
    change_score: Real


# ---- validation


def _correlation_validation(rho_baseline: float) -> None:
    if not -1 < rho_baseline < 1:
        raise Refusal(f"rho_baseline: {rho_baseline!r} given; wanted a correlation above -1 and below 1")


def _sizes_validation(n: ArrayLike) -> FloatArray:
    sizes = np.asarray(n, dtype=float)
    if not bool(np.all((sizes >= SMALLEST_N) & (sizes == np.floor(sizes)) & (sizes < inf))):
        raise Refusal(
            f"n: {n!r} given; wanted whole numbers per arm, at least {SMALLEST_N}, for a degree of freedom (2n - 3)"
        )
    return sizes


def _ancova_validation(effect: ArrayLike, sd: float, rho_baseline: float, alpha: float, sides: int) -> FloatArray:
    _correlation_validation(rho_baseline)
    if not 0 < sd < inf:
        raise Refusal(f"sd: {sd!r} given; wanted a finite standard deviation above 0, in outcome units")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    size = np.asarray(effect, dtype=float)
    if not bool(np.all(np.isfinite(size))):
        raise Refusal(f"effect: {effect!r} given; wanted finite differences, in outcome units")
    return size


# ---- statistic


def _node_count(sizes: FloatArray, nc: FloatArray) -> int:
    bend = np.where(sizes < _FEW_FROM_N, np.abs(nc), 0.0)
    return _MANY_NODES if float(bend.max(initial=0.0)) > _FEW_TO_NC else _FEW_NODES


def _efficiency_nodes(sizes: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Values of c, the root of a Beta(n − 1, 1/2), and their weights, along a last axis.

    Eigenvalues of the Jacobi matrix (Golub & Welsch 1969, Math Comput 23:221-230) on 0 to 1, one for each n.
    """
    near, far = -0.5, 2 * sizes[..., None] - 3  # exponents of 1 − c and of c
    order = np.arange(count, dtype=float)
    total = 2 * order + near + far
    middle = (far**2 - near**2) / (total * (total + 2))
    step, sums = order[1:], total[..., 1:]
    side = step * (step + near) * (step + far) * (step + near + far) / (sums**2 * (sums + 1) * (sums - 1))
    matrix = np.zeros((*sizes.shape, count, count))
    inner, lower = np.arange(count), np.arange(1, count)
    matrix[..., inner, inner] = (1 + middle) / 2
    matrix[..., lower, lower - 1] = np.sqrt(side)  # half of the 2√side on −1 to 1
    nodes, vectors = np.linalg.eigh(matrix)
    weights = vectors[..., 0, :] ** 2 / np.sqrt(1 + nodes)
    return nodes, weights / weights.sum(axis=-1, keepdims=True)


# ---- public functions


def ancova_power(
    effect: ArrayLike, sd: float, rho_baseline: float, n: ArrayLike, alpha: float, sides: int
) -> FloatArray:
    """Power of two parallel arms compared with the baseline as covariate, averaged over the baselines.

    Parameters
    ----------
    effect : array_like
        True difference between the arms, in outcome units; above 0 favours the treatment.
    sd : float
        Standard deviation of the outcome in either arm, above 0, in outcome units.
    rho_baseline : float
        Correlation of baseline and outcome in either arm; both normal, with the same slope in both arms.
    n : array_like
        Participants analysed per arm, at least 2; broadcasts with `effect`.
    alpha, sides
        Type I error of the whole test; 1 side towards a positive effect, or 2.

    Returns
    -------
    ndarray
        Power, broadcast shape; to 1e-9, where an effect of over 10 SD meets 2 or 3 per arm to 1e-5.

    Raises
    ------
    Refusal
        Anything outside its range.

    References
    ----------
    Borm, Fransen & Lemmens (2007). A simple sample size formula for analysis of covariance in randomized clinical
    trials. J Clin Epidemiol 60:1234-1238 (the large-sample factor 1 − ρ²).
    Shieh (2020). Power analysis and sample size planning in ANCOVA designs. Psychometrika 85:101-120 (the integral).

    Examples
    --------
    >>> round(float(ancova_power(1.0, 1.0, 0.6, 12, 0.05, 2)), 3)
    0.813
    """
    size = _ancova_validation(effect, sd, rho_baseline, alpha, sides)
    sizes = _sizes_validation(n)
    with np.errstate(over="ignore"):  # an infinite noncentrality has power 1
        nc = np.asarray(size / sd / sqrt(1 - rho_baseline**2) * np.sqrt(sizes / 2))
        nodes, weights = _efficiency_nodes(sizes, _node_count(sizes, nc))
        conditional = t_power(nc[..., None] * nodes, (2 * sizes - 3)[..., None], alpha, sides)
    return np.asarray((weights * conditional).sum(axis=-1))


def ancova_gain(rho_baseline: float, n: int | None = None) -> AncovaGain:
    """What adjusting for the baseline saves, against leaving it aside and against analysing changes from it.

    Parameters
    ----------
    rho_baseline : float
        Correlation of baseline and outcome, both with the same standard deviation.
    n : int, optional
        Participants per arm; None for the limit of many, where the ratio of variances is the ratio of n wanted.

    Returns
    -------
    AncovaGain
        1 − ρ² and (1 + ρ)/2, at n times (2n − 3)/(2n − 4), the price of unequal baselines.

    Raises
    ------
    Refusal
        A correlation outside its range, or an n that is no whole number of at least 2.

    References
    ----------
    Frison & Pocock (1992). Repeated measures in clinical trials. Stat Med 11:1685-1704.

    Examples
    --------
    >>> gain = ancova_gain(0.6)
    >>> round(gain.unadjusted, 2), round(gain.change_score, 2)
    (0.64, 0.8)
    >>> round(ancova_gain(0.3, 4).unadjusted, 4)  # 0.91 · 5/4: with 4 per arm, so weak a baseline costs
    1.1375
    """
    _correlation_validation(rho_baseline)
    price = 1.0
    if n is not None:
        size = float(_sizes_validation(n))
        if size == SMALLEST_N:
            return AncovaGain(_FINITE, _FINITE)
        price = (2 * size - 3) / (2 * size - 4)
    return AncovaGain((1 - rho_baseline**2) * price, (1 + rho_baseline) / 2 * price)
