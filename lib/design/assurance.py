"""Assurance: power averaged over what the pilot leaves open, rather than at its estimate."""

from __future__ import annotations

from math import sqrt
from numbers import Integral

import numpy as np
from scipy import special

from lib.analysis.bayes import Direction, NormalInverseChiSquared, check_direction, check_proper
from lib.design.noncentral_t import noncentral_t_upper
from lib.design.plan import SMALLEST_N, FloatArray
from lib.errors import Refusal

# The integrand is analytic and dies off at either end, so that equal steps converge geometrically (Trefethen & Weideman
# 2014, SIAM Review 56:385-458). In steps of probability, Gauss-Legendre nodes would not: above one degree of freedom
# the quantiles of √χ² rise with infinite slope at 0.
_REACH = 8.5  # Φ(−8.5) is 1e-17
_SCORES, _STEP = np.linspace(-_REACH, _REACH, 273, retstep=True)  # within 2e-9 of 2,001 nodes from df 1 up
_WEIGHTS: FloatArray = _STEP * np.exp(-(_SCORES**2) / 2) / sqrt(2 * np.pi)


# ---- validation


def _assurance_validation(posterior: NormalInverseChiSquared, n: int, alpha: float, sides: int) -> None:
    check_proper(posterior)
    if posterior.df < 1:
        raise Refusal(f"df: {posterior.df!r} given; wanted a belief worth at least 1 degree of freedom")
    if not (isinstance(n, Integral) and n >= SMALLEST_N):
        raise Refusal(f"n: {n!r} given; wanted a whole number of pairs, at least {SMALLEST_N}")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")


# ---- statistic


def _precision_roots(df: float) -> FloatArray:
    """√(χ²_df / df) at the quantiles of the normal scores: sd over σ, without unit."""
    low = special.gammaincinv(df / 2, special.ndtr(_SCORES))
    high = special.gammainccinv(df / 2, special.ndtr(-_SCORES))
    return np.sqrt(np.where(_SCORES < 0, low, high) / (df / 2))


# ---- public function


def predictive_success(
    posterior: NormalInverseChiSquared, n: int, alpha: float, sides: int, direction: Direction
) -> float:
    """Probability that a new trial of `n` pairs gives a paired t test with p ≤ `alpha` in the given direction.

    Given σ, the mean of the new differences varies about the posterior mean with variance σ²(1/pairs + 1/n). So
    T/√(1 + n/pairs) is noncentral t with n − 1 degrees of freedom and noncentrality √n·mean/σ/√(1 + n/pairs); what is
    left is one integral over σ.

    Parameters
    ----------
    posterior
        Belief about the differences of the new trial's participants, from a pilot or a prior alone; proper, and with
        at least 1 degree of freedom.
    n
        Pairs analysed in the new trial, at least 2.
    alpha
        Type I error of the whole test, whatever its sides.
    sides
        1, or 2: then the tail alpha/2 in the given direction counts, and the other does not.
    direction
        Whether differences below zero ("less") or above it ("greater") are the success.

    Returns
    -------
    float
        0 to 1, to 1e-8. As `n` grows it tends to the posterior probability of a mean in this direction, not to 1.

    Raises
    ------
    Refusal
        If `posterior` is improper or below 1 degree of freedom, or another argument outside its range.

    References
    ----------
    O'Hagan, Stevens & Campbell (2005). Assurance in clinical trial design. Pharm Stat 4:187-201.
    Spiegelhalter, Abrams & Myles (2004). Bayesian Approaches to Clinical Trials and Health-Care Evaluation,
    ch. 6. Chichester: Wiley.

    Examples
    --------
    Four differences with mean 1 and standard deviation 1, no prior knowledge; the power at d_z = 1 would be 0.99:

    >>> from lib.analysis.bayes import Posterior
    >>> round(predictive_success(Posterior(mean=1, pairs=4, sd=1, df=3), 20, 0.05, 2, "greater"), 2)
    0.75
    """
    check_direction(direction)
    _assurance_validation(posterior, n, alpha, sides)
    toward = posterior.mean if direction == "greater" else -posterior.mean
    widening = sqrt(1 + n / posterior.pairs)
    critical = -special.stdtrit(n - 1, alpha / sides) / widening
    nc = sqrt(n) / widening * (toward / posterior.sd) * _precision_roots(posterior.df)
    success = noncentral_t_upper(critical, n - 1, nc) @ _WEIGHTS
    return float(np.clip(success, 0, 1))
