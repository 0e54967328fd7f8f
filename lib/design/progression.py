"""Traffic-light progression criteria: a share of participants is red, amber or green, and how sure its light is.

The rule, with k of n participants: red where k/n < red, green where k/n ≥ green, amber from red to below green. Both
thresholds are read as the decimals that they print as, and compared in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from numbers import Integral
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from lib.design.noncentral_t import FloatArray
from lib.errors import Refusal

Light = Literal["red", "amber", "green"]

HORIZON = 2000
"""Up to here every n is looked at by `criterion_n`."""

_ROUNDING = 1e-9  # of a probability, a float sum that may stand at alpha


@dataclass(frozen=True)
class Criterion:
    """Thresholds of a share of participants (recruited, retained, complete), above which more is better.

    Parameters
    ----------
    label : str
        What the share is of.
    red : float
        Below it the light is red, 0 to 1.
    green : float
        From it the light is green, from `red` to 1; equal to `red`, nothing is amber.

    Raises
    ------
    Refusal
        Thresholds outside 0 to 1 or out of order.
    """

    label: str
    red: float
    green: float

    def __post_init__(self) -> None:
        if not 0 <= self.red <= self.green <= 1:
            given = f"red {self.red!r} and green {self.green!r} given"
            raise Refusal(f"{self.label}: {given}; wanted shares of 0 to 1, red not above green")


@dataclass(frozen=True)
class LightProbabilities:
    """Probability of each light, arrays of one shape that sum to 1."""

    red: FloatArray
    amber: FloatArray
    green: FloatArray


@dataclass(frozen=True)
class CriterionSize:
    """A pilot that tests a progression criterion.

    Attributes
    ----------
    n : int
        Participants.
    cut_off : int
        Participants who have it from which a share of `red` or less is rejected.
    alpha, power : float
        Probability of reaching the cut-off where the share is `red`, and where it is `green`.
    """

    n: int
    cut_off: int
    alpha: float
    power: float


# ---- validation


def _whole(name: str, value: object, least: int) -> None:
    if not (isinstance(value, Integral) and int(value) >= least):
        raise Refusal(f"{name}: {value!r} given; wanted a whole number of at least {least}")


def _shares_validation(true: ArrayLike) -> FloatArray:
    shares = np.asarray(true, dtype=float)
    if not bool(np.all((shares >= 0) & (shares <= 1))):
        raise Refusal(f"true: {true!r} given; wanted shares from 0 to 1")
    return shares


def _sizes_validation(n: ArrayLike) -> FloatArray:
    sizes = np.asarray(n, dtype=float)
    if not bool(np.all((sizes >= 1) & (sizes == np.floor(sizes)) & (sizes <= 2**53))):
        raise Refusal(f"n: {n!r} given; wanted whole numbers of participants, at least 1")
    return sizes


def _criterion_n_validation(criterion: Criterion, alpha: float, power: float) -> None:
    if criterion.red == criterion.green:
        raise Refusal(f"{criterion.label}: red and green both {criterion.red!r} given; wanted green above red")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if not alpha < power < 1:
        raise Refusal(f"power: {power!r} given; wanted one above alpha ({alpha!r}) and below 1")


# ---- statistic


def _from(threshold: float, sizes: FloatArray) -> FloatArray:
    """The fewest of each n that are a share of at least `threshold`: ⌈threshold·n⌉ of the decimal typed."""
    share = Fraction(repr(float(threshold)))
    counts = [float(ceil(share * int(n))) for n in sizes.ravel()]
    return np.asarray(counts).reshape(sizes.shape)


def _at_least(count: FloatArray, n: FloatArray, share: FloatArray | float) -> FloatArray:
    """P(X ≥ count), X binomial; 1 for a count of 0, 0 for one above n."""
    inside = np.clip(count, 1, n)
    tail = special.betainc(inside, n - inside + 1, share)
    return np.asarray(np.where(count <= 0, 1.0, np.where(count > n, 0.0, tail)))


def _below(count: FloatArray, n: FloatArray, share: FloatArray | float) -> FloatArray:
    """P(X < count), without the cancellation of 1 − P(X ≥ count)."""
    inside = np.clip(count, 1, n)
    tail = special.betaincc(inside, n - inside + 1, share)
    return np.asarray(np.where(count <= 0, 0.0, np.where(count > n, 1.0, tail)))


def _cut_offs(sizes: FloatArray, red: float, alpha: float) -> FloatArray:
    """The fewest from which P(X ≥ cut-off) ≤ alpha where the share is red; n + 1 where not even all of n will do."""
    nearly = np.asarray(stats.binom.isf(alpha, sizes, red), dtype=float)  # to within its rounding
    cut_off = np.clip(nearly - 1, 0, sizes + 1)
    for _ in range(3):
        cut_off = np.where(_at_least(cut_off, sizes, red) > alpha * (1 + _ROUNDING), cut_off + 1, cut_off)
    return np.asarray(cut_off)


# ---- public functions


def light(k: int, n: int, criterion: Criterion) -> Light:
    """The light of `k` of `n` participants, in exact arithmetic.

    Raises
    ------
    Refusal
        Counts that are no whole numbers with 0 ≤ k ≤ n, n ≥ 1.

    References
    ----------
    Avery et al. (2017). Informing efficient randomised controlled trials: exploration of challenges in developing
    progression criteria for internal pilot studies. BMJ Open 7:e013537.

    Examples
    --------
    >>> retention = Criterion("retained", 0.65, 0.85)
    >>> [light(k, 20, retention) for k in (12, 13, 17)]
    ['red', 'amber', 'green']
    """
    _whole("n", n, 1)
    _whole("k", k, 0)
    if k > n:
        raise Refusal(f"k: {k!r} of {n!r} given; wanted at most all of them")
    share = Fraction(int(k), int(n))
    if share >= Fraction(repr(float(criterion.green))):
        return "green"
    return "red" if share < Fraction(repr(float(criterion.red))) else "amber"


def light_probabilities(true: ArrayLike, n: ArrayLike, criterion: Criterion) -> LightProbabilities:
    """How often each light comes up where the true share is `true`.

    Parameters
    ----------
    true : array_like
        True share of participants, 0 to 1.
    n : array_like
        Participants, at least 1; broadcasts with `true`.
    criterion
        The thresholds.

    Returns
    -------
    LightProbabilities
        Exact binomial probabilities, broadcast shape.

    Raises
    ------
    Refusal
        Anything outside its range.

    Examples
    --------
    Of 5, where 80 % stay: green needs 5, 0.8⁵; red is 3 or fewer, 1 − 0.8⁵ − 5·0.8⁴·0.2.

    >>> lights = light_probabilities(0.8, 5, Criterion("retained", 0.65, 0.85))
    >>> round(float(lights.red), 4), round(float(lights.amber), 4), round(float(lights.green), 4)
    (0.2627, 0.4096, 0.3277)
    """
    shares, sizes = _shares_validation(true), _sizes_validation(n)
    amber_from, green_from = _from(criterion.red, sizes), _from(criterion.green, sizes)
    red, green = _below(amber_from, sizes, shares), _at_least(green_from, sizes, shares)
    amber = np.where(amber_from < green_from, np.clip(1 - red - green, 0, 1), 0.0)
    return LightProbabilities(red, amber, green)


def criterion_n(criterion: Criterion, alpha: float, power: float, horizon: int = HORIZON) -> CriterionSize:
    """The smallest n from which the exact binomial test of a red share has the power wanted where the share is green.

    Parameters
    ----------
    criterion
        The test is of a share of `red` or less, one-sided, against `green`.
    alpha : float
        Type I error allowed, one-sided; that attained is at or below it.
    power : float
        Power wanted at a share of `green`.
    horizon : int
        Every n up to it is looked at. Power is a saw-tooth in n: from the n returned up to the horizon it stays at or
        above `power`; at some smaller n it may have been there already.

    Returns
    -------
    CriterionSize

    Raises
    ------
    Refusal
        Thresholds that are equal, anything outside its range, or none up to the horizon.

    References
    ----------
    Lewis, Bromley, Sutton, McCray, Myers & Lancaster (2021). Determining sample size for progression criteria for
    pragmatic pilot RCTs: the hypothesis test strikes back! Pilot Feasibility Stud 7:40 (by normal approximation 34, 78
    and 44 for the three criteria of its Table 4, at 5 % and 90 %).

    Examples
    --------
    >>> criterion_n(Criterion("treated as planned", 0.5, 0.75), 0.05, 0.9).n
    35
    """
    _criterion_n_validation(criterion, alpha, power)
    _whole("horizon", horizon, 1)
    sizes = np.arange(1, horizon + 1, dtype=float)
    cut_offs = _cut_offs(sizes, criterion.red, alpha)
    reached = _at_least(cut_offs, sizes, criterion.green)
    if reached[-1] < power:
        raise Refusal(
            f"n: a power of {power:g} is wanted; at {horizon:,}, the largest n tried, it is {float(reached[-1]):.4g}"
        )
    place = int(np.flatnonzero(reached < power).max(initial=-1)) + 1
    error = float(_at_least(cut_offs[place], sizes[place], criterion.red))
    return CriterionSize(int(sizes[place]), int(cut_offs[place]), error, float(reached[place]))
