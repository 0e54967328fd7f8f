"""A Bayesian reading of the mean difference: normal differences, normal-inverse-chi-squared prior.

Given σ, the mean difference μ is normal about `mean` with variance σ²/pairs; σ² is scaled-inverse-χ² with `df` degrees
of freedom about sd². The family is conjugate: data change the four numbers and nothing else, so nothing is sampled or
approximated. With σ integrated out, (μ − mean)·√pairs/sd is Student's t with `df` degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from lib.analysis.exact import Number, as_fractions, exact_level
from lib.analysis.paired import NO_PAIRS, pairs
from lib.analysis.results import Interval
from lib.errors import Refusal
from lib.values import Missing

Direction = Literal["less", "greater"]
"""Which side of a value: below or above it."""


@dataclass(frozen=True)
class NormalInverseChiSquared:
    """What is believed about the mean μ and standard deviation σ of the differences, before or after data.

    Parameters
    ----------
    mean
        Centre of μ, in the units of the differences.
    pairs
        How many pairs the belief about μ is worth, at least 0; need not be whole.
    sd
        Scale of σ, in the units of the differences, at least 0.
    df
        How many degrees of freedom the belief about σ is worth, at least −1; below 0 only with an `sd` of 0.

    Raises
    ------
    Refusal
        Listing every number outside its range.
    """

    mean: float
    pairs: float
    sd: float
    df: float

    def __post_init__(self) -> None:
        if problems := tuple(_problems(self)):
            raise Refusal("; ".join(problems))

    @property
    def proper(self) -> bool:
        """Whether the probabilities add up to 1: pairs, df and sd are all above 0."""
        return self.pairs > 0 and self.df > 0 and self.sd > 0


def _problems(parameters: NormalInverseChiSquared) -> Iterator[str]:
    """Comparisons are written so that NaN fails them."""
    mean, weight, sd, df = parameters.mean, parameters.pairs, parameters.sd, parameters.df
    rules = (
        ("mean", math.isfinite(mean), mean, "a finite mean difference"),
        ("pairs", 0 <= weight < math.inf, weight, "a finite number of pairs, at least 0"),
        ("sd", 0 <= sd < math.inf, sd, "a finite standard deviation, at least 0"),
        ("df", (0 <= df < math.inf) or (-1 <= df < 0 and sd == 0), df, "at least 0, or from -1 where sd is 0"),
    )
    return (f"{field}: {value!r} given; wanted {wanted}" for field, holds, value, wanted in rules if not holds)


class Prior(NormalInverseChiSquared):
    """What is believed before the data."""


class Posterior(NormalInverseChiSquared):
    """What is believed after the data; always proper."""


# ---- priors

JEFFREYS = Prior(mean=0.0, pairs=0.0, sd=0.0, df=-1.0)
"""Density ∝ 1/σ²: improper, and its credible intervals are the confidence intervals of the t test."""


def vague(sd: float) -> Prior:
    """A proper prior that says little: worth a tenth of a pair about μ and one degree of freedom about σ.

    μ is Cauchy about 0 with scale sd·√10, so means many times larger than `sd` stay plausible.

    Parameters
    ----------
    sd
        Standard deviation of differences that is thought likely, in their units, above 0; from other sources than the
        differences to be analysed.

    Raises
    ------
    Refusal
        If `sd` is not finite and above 0.

    References
    ----------
    Spiegelhalter, Abrams & Myles (2004). Bayesian Approaches to Clinical Trials and Health-Care Evaluation,
    ch. 5. Chichester: Wiley.

    Examples
    --------
    >>> interval = credible_interval(vague(1), 0.95)
    >>> round(interval.low, 1), round(interval.high, 1)
    (-40.2, 40.2)
    """
    return _about_no_effect(0.1, sd, 1.0)


def sceptical(sd: float) -> Prior:
    """A prior that doubts large effects: as much weight as four pairs whose mean difference is zero.

    On the standardised scale μ/σ ~ N(0, 1/4): a mean difference larger than one standard deviation of the differences,
    either way, has probability 0.046. σ has three degrees of freedom, as from four pairs.

    Parameters
    ----------
    sd
        Standard deviation of differences that is thought likely, in their units, above 0; from other sources than the
        differences to be analysed.

    Raises
    ------
    Refusal
        If `sd` is not finite and above 0.

    References
    ----------
    Spiegelhalter, Abrams & Myles (2004). Bayesian Approaches to Clinical Trials and Health-Care Evaluation,
    ch. 5. Chichester: Wiley.

    Examples
    --------
    >>> posterior([1, 2, 3, 4], sceptical(1)).mean
    1.25
    """
    return _about_no_effect(4.0, sd, 3.0)


def _about_no_effect(weight: float, sd: float, df: float) -> Prior:
    if not sd > 0:
        raise Refusal(f"sd: {sd!r} given; wanted a standard deviation above 0")
    return Prior(0.0, weight, sd, df)


# ---- updating


def posterior(differences: Sequence[Number], prior: NormalInverseChiSquared) -> Posterior | Missing:
    """What is believed about the mean difference once the differences are known.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, in the units of the outcome; any length.
    prior
        Belief before these differences, in the same units; the posterior of earlier ones may be given.

    Returns
    -------
    Posterior or Missing
        In the units of `differences`. Missing where prior and differences together leave the posterior improper: with
        `JEFFREYS`, one pair, or differences that are all equal.

    Raises
    ------
    Refusal
        If a difference is not finite.

    References
    ----------
    Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., section 3.3. Boca Raton: Chapman & Hall/CRC.

    Examples
    --------
    Wing lengths of nine midges, mm (Hoff 2009, A First Course in Bayesian Statistical Methods, section 5.3):

    >>> wings = [1.64, 1.70, 1.72, 1.74, 1.82, 1.82, 1.82, 1.90, 2.08]
    >>> midge = posterior(wings, Prior(mean=1.9, pairs=1, sd=0.1, df=1))
    >>> round(midge.mean, 3), midge.pairs, round(midge.sd**2, 3), midge.df
    (1.814, 10.0, 0.015, 10.0)
    """
    values = as_fractions(differences)
    weight, df = prior.pairs + len(values), prior.df + len(values)
    if weight == 0:
        return NO_PAIRS
    if df <= 0:
        return Missing(f"{pairs(len(values))} and this prior leave the standard deviation unknown")
    mean, sd = _location(values, prior), _scale(values, prior)
    if sd == 0:
        return Missing("the differences are all equal and the prior adds no spread: the standard deviation is zero")
    return Posterior(mean, float(weight), sd, float(df))


def _location(values: Sequence[Fraction], prior: NormalInverseChiSquared) -> float:
    return (prior.pairs * prior.mean + float(sum(values))) / (prior.pairs + len(values))


def _scale(values: Sequence[Fraction], prior: NormalInverseChiSquared) -> float:
    """Root of [df·sd² + Σ(d − d̄)² + pairs·n/(pairs + n)·(d̄ − mean)²] / (df + n), prior df, sd, pairs and mean.

    As a hypotenuse, no square leaves the range of floats.
    """
    if not values:
        return prior.sd
    n, centre = len(values), sum(values, Fraction(0)) / len(values)
    within = [float(value - centre) for value in values]
    between = math.sqrt(prior.pairs / (prior.pairs + n)) * math.sqrt(n) * (float(centre) - prior.mean)
    return math.hypot(math.sqrt(max(prior.df, 0)) * prior.sd, *within, between) / math.sqrt(prior.df + n)


# ---- reading a distribution of μ


def density(parameters: NormalInverseChiSquared, x: ArrayLike) -> NDArray[np.float64]:
    """Density of the mean difference, σ integrated out.

    Parameters
    ----------
    parameters
        Prior or posterior, proper.
    x : array_like
        Mean differences, in their units; any shape.

    Returns
    -------
    ndarray
        The shape of `x`; per unit of the differences.

    Raises
    ------
    Refusal
        If `parameters` is improper.

    References
    ----------
    Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., section 3.3. Boca Raton: Chapman & Hall/CRC.

    Examples
    --------
    >>> density(Prior(mean=0, pairs=1, sd=1, df=1), [0.0, 1.0]).round(4).tolist()
    [0.3183, 0.1592]
    """
    unit = _unit(parameters)
    away = (np.asarray(x, dtype=float) - parameters.mean) / unit
    return np.asarray(stats.t.pdf(away, parameters.df) / unit)


def credible_interval(parameters: NormalInverseChiSquared, level: float) -> Interval:
    """Equal-tailed credible interval of the mean difference.

    Parameters
    ----------
    parameters
        Prior or posterior, proper.
    level
        Probability inside, between 0 and 1.

    Returns
    -------
    Interval
        In the units of the differences; `level` is a probability of the mean difference, not a coverage.

    Raises
    ------
    Refusal
        If `parameters` is improper or `level` not inside (0, 1).

    References
    ----------
    Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., sections 2.3 and 3.3. Boca Raton: Chapman & Hall/CRC.

    Examples
    --------
    >>> interval = credible_interval(posterior([1, 2, 3, 4], JEFFREYS), 0.95)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.446, 4.554)
    """
    tail = float((1 - exact_level(level)) / 2)
    margin = float(stats.t.isf(tail, parameters.df)) * _unit(parameters)
    return Interval(parameters.mean - margin, parameters.mean + margin, level)


def probability_beyond(parameters: NormalInverseChiSquared, delta: float, direction: Direction) -> float:
    """Probability that the mean difference is below ("less") or above ("greater") `delta`.

    Parameters
    ----------
    parameters
        Prior or posterior, proper.
    delta
        Mean difference to be passed, in the units of the differences.
    direction
        The side that counts.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    Refusal
        If `parameters` is improper, `delta` not finite or `direction` unknown.

    References
    ----------
    Spiegelhalter, Abrams & Myles (2004). Bayesian Approaches to Clinical Trials and Health-Care Evaluation,
    ch. 3. Chichester: Wiley.

    Examples
    --------
    With `JEFFREYS` and a delta of 0 it is one minus the one-sided p of the t test:

    >>> round(probability_beyond(posterior([1, 2, 3, 4], JEFFREYS), 0, "greater"), 4)
    0.9848
    """
    check_direction(direction)
    if not math.isfinite(delta):
        raise Refusal(f"delta: {delta!r} given; wanted a finite mean difference")
    away = (delta - parameters.mean) / _unit(parameters)
    return float(stats.t.cdf(away if direction == "less" else -away, parameters.df))


def _unit(parameters: NormalInverseChiSquared) -> float:
    """Scale of μ, in the units of the differences."""
    check_proper(parameters)
    return parameters.sd / math.sqrt(parameters.pairs)


def check_proper(parameters: NormalInverseChiSquared) -> None:
    """Raise Refusal unless the probabilities add up to 1."""
    if not parameters.proper:
        raise Refusal(f"wanted a proper distribution, with pairs, sd and df above 0; given {parameters}")


def check_direction(direction: str) -> None:
    """Raise Refusal unless the direction is one that exists."""
    if direction not in get_args(Direction):
        raise Refusal(f"wanted a direction among {', '.join(get_args(Direction))}; given {direction!r}")
