"""What a significant estimate is worth: how often its sign is wrong, and how much it exaggerates (type S and M errors).

A t test estimates an effect with noncentrality nc = effect/SE by X = nc + Z, in units of the true standard error, and
rejects where X > q·S, S = sqrt(χ²_df/df) being independent of X. So the truncated mean is one integral over S,
E[X; X > qS] = E[nc·Φ(nc − qS) + φ(nc − qS)], of the same shape as the tail of T in lib/design/noncentral_t.py, by the
same nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, pi, sqrt

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike
from scipy import special

from lib.design.noncentral_t import NEGLIGIBLE, FloatArray, chi_density, chi_range
from lib.errors import Refusal
from lib.values import Missing, Real

NO_EFFECT = Missing("an effect of 0 has no sign to get wrong and no size to exaggerate")
NEVER_REJECTS = Missing("no trial of this design rejects")

_NODES, _WEIGHTS = leggauss(96)
_NORMAL_REACH = 9.0  # φ(9) is 1e-18
_NORMAL_NOTHING = 40.0  # φ(40) is 0


@dataclass(frozen=True)
class SignMagnitude:
    """Errors of the estimates that reach significance, without unit.

    Attributes
    ----------
    wrong_sign : float or Missing
        Type S: share of the rejecting trials whose estimate has the wrong sign.
    exaggeration : float or Missing
        Type M: mean |estimate| of the rejecting trials over the |effect|; Missing, as the other, where the effect is 0
        or no trial rejects.
    """

    wrong_sign: Real
    exaggeration: Real


# ---- validation


def _sign_magnitude_validation(nc: FloatArray, df: FloatArray, alpha: float, sides: int) -> None:
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    most = sides / 2
    if not 0 < alpha < most:
        raise Refusal(
            f"alpha: {alpha!r} given; wanted above 0 and below {most:g}, so that only one sign rejects a side"
        )
    if not bool(np.all((df >= 1) & (df == np.floor(df)) & (df < inf))):
        raise Refusal(f"df: {df.tolist()!r} given; wanted whole degrees of freedom, at least 1")
    if not bool(np.all(np.isfinite(nc) & (nc != 0))):
        raise Refusal(f"nc: {nc.tolist()!r} given; wanted finite noncentralities other than 0")


# ---- statistic


def _rejecting(q: FloatArray, df: FloatArray, nc: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P(X > qS) and E[X; X > qS] in standard errors, q > 0: below `low` all of X counts, above `high` none."""
    least, most = chi_range(df)
    low = np.clip((nc - _NORMAL_REACH) / q, least, most)
    high = np.clip((nc + _NORMAL_REACH) / q, least, most)
    half = (high - low) / 2
    s = (low + high)[..., None] / 2 + half[..., None] * _NODES
    weight = half[..., None] * chi_density(s, df[..., None]) * _WEIGHTS
    beyond = nc[..., None] - q[..., None] * s
    share = special.ndtr(beyond)
    density = np.exp(-(np.clip(beyond, -_NORMAL_NOTHING, _NORMAL_NOTHING) ** 2) / 2) / sqrt(2 * pi)
    mean = nc[..., None] * share + density
    below = np.where(low > least, special.gammainc(df / 2, df / 2 * low**2), 0.0)
    return (weight * share).sum(axis=-1) + below, (weight * mean).sum(axis=-1) + nc * below


def _errors(nc: FloatArray, df: FloatArray, alpha: float, sides: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of rejecting, of rejecting with the wrong sign, and E[|X|; rejecting] in standard errors."""
    q: FloatArray = np.negative(special.stdtrit(df, alpha / sides))
    toward, mean = _rejecting(q, df, nc)
    if sides == 1:
        return toward, np.where(nc > 0, 0.0, toward), mean
    against, mean_against = _rejecting(q, df, -nc)
    return toward + against, np.where(nc > 0, against, toward), mean + mean_against


# ---- public functions


def sign_magnitude_curves(
    nc: ArrayLike, df: ArrayLike, alpha: float, sides: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Power, type S error and type M error of a t test, as arrays.

    Parameters
    ----------
    nc : array_like
        Noncentrality, effect over true standard error, without unit, other than 0; above 0 favours the treatment.
    df : array_like
        Degrees of freedom, whole, at least 1; broadcasts with `nc`.
    alpha, sides
        Type I error of the whole test, below sides/2; 1 side towards a positive effect, or 2.

    Returns
    -------
    power, wrong_sign, exaggeration : ndarray
        Broadcast shape, each without unit.

    Raises
    ------
    Refusal
        Anything outside its range, or an `nc` at which no trial rejects (power below 1e-12: one side, effect against).

    Examples
    --------
    >>> power, wrong_sign, exaggeration = sign_magnitude_curves([0.5, 1.0, 2.0], 3, 0.05, 2)
    >>> exaggeration.round(2).tolist()
    [3.8, 2.18, 1.39]
    """
    centre, freedom = np.broadcast_arrays(np.asarray(nc, dtype=float), np.asarray(df, dtype=float))
    _sign_magnitude_validation(centre, freedom, alpha, sides)
    power, wrong, mean = _errors(centre, freedom, alpha, sides)
    if bool(np.any(never := power < NEGLIGIBLE)):
        raise Refusal(f"nc: {centre[never].tolist()!r} given; wanted noncentralities at which some trial rejects")
    return power, wrong / power, mean / power / np.abs(centre)


def sign_magnitude(effect: float, standard_error: float, df: int, alpha: float, sides: int) -> SignMagnitude:
    """Type S and type M error of a t test: what its significant estimates get wrong, exactly.

    Parameters
    ----------
    effect : float
        True difference, in outcome units; above 0 favours the treatment.
    standard_error : float
        True standard error of the estimate, above 0, in outcome units: contrast SD / √n.
    df : int
        Degrees of freedom of the estimated standard error, at least 1.
    alpha, sides
        Type I error of the whole test, below sides/2; 1 side towards a positive effect, or 2.

    Returns
    -------
    SignMagnitude

    Raises
    ------
    Refusal
        Anything outside its range.

    References
    ----------
    Gelman & Carlin (2014). Beyond power calculations: assessing type S (sign) and type M (magnitude) errors.
    Perspect Psychol Sci 9:641-651.
    Lu, Qiu & Deng (2019). A note on type S/M errors in hypothesis testing. Br J Math Stat Psychol 72:1-17 (closed form
    for a known standard error).

    Examples
    --------
    Gelman & Carlin's first example, retrodesign(0.1, 3.28): type S 0.46, exaggeration 77.

    >>> errors = sign_magnitude(0.1, 3.28, 100_000, 0.05, 2)
    >>> round(errors.wrong_sign, 2), round(errors.exaggeration)
    (0.46, 77)
    """
    if not isfinite(effect):
        raise Refusal(f"effect: {effect!r} given; wanted a finite difference, in outcome units")
    if not 0 < standard_error < inf:
        raise Refusal(f"standard_error: {standard_error!r} given; wanted finite and above 0, in outcome units")
    nc, freedom = np.asarray(float(effect) / float(standard_error)), np.asarray(df, dtype=float)
    _sign_magnitude_validation(nc if nc else np.ones(()), freedom, alpha, sides)  # nc may be 0 here
    if nc == 0:
        return SignMagnitude(NO_EFFECT, NO_EFFECT)
    power, wrong, mean = _errors(nc, freedom, alpha, sides)
    if power < NEGLIGIBLE:
        return SignMagnitude(NEVER_REJECTS, NEVER_REJECTS)
    return SignMagnitude(float(wrong / power), float(mean / power / np.abs(nc)))
