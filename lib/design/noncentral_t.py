"""Tail of the noncentral t distribution, by one quadrature that holds over every plan that can be typed.

T = (Z + nc) / S with Z standard normal and S = sqrt(χ²_df / df) independent of it, so P(T > q) = E[Φ(nc − q·S)]
(Johnson, Kotz & Balakrishnan 1995, Continuous Univariate Distributions vol. 2, ch. 31).

Why not scipy 1.17, measured at df 1 to 2000, nc −60 to 60, q −60 to 1000 (104,328 points):
- `special.nctdtr` (and `stats.nct.cdf`) is NaN at 7,852 of them, all where the answer is 0 or 1 to 1e-15;
- `stats.nct.sf` is never NaN and within 1e-12 of this module, but leaks "Series did not converge" warnings (five points
  of df 300, far in the tail) and beyond the grid loses digits (1e-9 at df 1, q 3535, nc 7000).
This module is within 1e-14 of 30-digit quadrature at 1,500 random points of the same ranges, and needs no seam between
two methods, which could make power fall between neighbouring n.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]

NEGLIGIBLE = 1e-12
"""A tail below this is reported as 0."""

_NODES, _WEIGHTS = leggauss(96)
_NORMAL_REACH = 9.0  # Φ(−9) is 1e-19
_CHI_OUTSIDE = 1e-18  # mass of S cut off at either end
_SMALLEST_Q = 1e-200  # stands for q = 0, where every S gives the same Φ(nc)
_STIRLING_FROM = 20.0  # below, log-gamma does not cancel; from here four terms of Stirling's series reach 1e-15


def noncentral_t_upper(q: ArrayLike, df: ArrayLike, nc: ArrayLike) -> FloatArray:
    """P(T > q) for T noncentral t with `df` degrees of freedom and noncentrality `nc`.

    Parameters
    ----------
    q, df, nc : array_like
        Any shapes that broadcast, all without unit; df whole and at least 1 (the density of S is not smooth at 0 for
        others: 7e-6 is lost at df 1.3, 1e-9 at 2.5).

    Returns
    -------
    ndarray
        Broadcast shape. Never NaN for numbers given; 0 where the tail is below 1e-12.
    """
    point, freedom, centre = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (q, df, nc)))
    mirrored = point < 0
    beyond = _upper_beyond_zero(np.abs(point), freedom, np.where(mirrored, -centre, centre))
    tail = np.clip(np.where(mirrored, 1 - beyond, beyond), 0, 1)
    return np.asarray(np.where(tail < NEGLIGIBLE, 0.0, tail))


def noncentral_t_lower(q: ArrayLike, df: ArrayLike, nc: ArrayLike) -> FloatArray:
    """P(T < q), by the reflection T(nc) ~ −T(−nc); shapes and zero rule as in `noncentral_t_upper`."""
    return noncentral_t_upper(np.negative(q), df, np.negative(nc))


def _upper_beyond_zero(q: FloatArray, df: FloatArray, nc: FloatArray) -> FloatArray:
    """E[Φ(nc − q·S)] for q ≥ 0: below `low` Φ is 1, above `high` it is 0, between the two both factors are smooth."""
    least, most = _chi_range(df)
    reach = np.maximum(q, _SMALLEST_Q)
    low = np.clip((nc - _NORMAL_REACH) / reach, least, most)
    high = np.clip((nc + _NORMAL_REACH) / reach, least, most)
    half = (high - low) / 2
    s = (low + high)[..., None] / 2 + half[..., None] * _NODES
    integrand = special.ndtr(nc[..., None] - q[..., None] * s) * _chi_density(s, df[..., None])
    between: FloatArray = half * (integrand @ _WEIGHTS)
    below: FloatArray = special.gammainc(df / 2, df / 2 * low**2)
    return below + between


def _chi_range(df: FloatArray) -> tuple[FloatArray, FloatArray]:
    low = special.gammaincinv(df / 2, _CHI_OUTSIDE)
    high = special.gammainccinv(df / 2, _CHI_OUTSIDE)
    return np.sqrt(2 * low / df), np.sqrt(2 * high / df)


def _chi_density(s: FloatArray, df: FloatArray) -> FloatArray:
    """Density of S, written round its mode at 1: with a = df/2, (2/s)·[aᵃe⁻ᵃ/Γ(a)]·exp(−a(s² − 1 − 2·log s))."""
    a, away = df / 2, s - 1
    density: FloatArray = 2 / s * _gamma_peak(a) * np.exp(-a * (away * (2 + away) - 2 * np.log(s)))
    return density


def _gamma_peak(a: FloatArray) -> FloatArray:
    """aᵃe⁻ᵃ/Γ(a). Past `_STIRLING_FROM` by series: at df 2·10⁵ the direct form loses six digits by cancellation."""
    direct = np.exp(special.xlogy(a, a) - a - special.gammaln(a))
    remainder = 1 / (12 * a) - 1 / (360 * a**3) + 1 / (1260 * a**5) - 1 / (1680 * a**7)  # Abramowitz & Stegun 6.1.41
    return np.asarray(np.where(a < _STIRLING_FROM, direct, np.sqrt(a / (2 * np.pi)) * np.exp(-remainder)))
