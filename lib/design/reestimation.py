"""Paired t designs whose n is planned again at an interim look, from the SD seen there.

Blinded, the SD comes from Σd²/n₁: nobody needs to know which arm is which, as a swap only turns the sign of d. It
contains the effect squared, so that n grows with the effect too. All pairs then go into one ordinary t test, whose
type I error is no longer quite alpha. Unblinded, the SD is taken about the interim mean, and a combination of the two
stages' p-values with weights fixed in advance keeps alpha exactly, at a price in power.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import ceil, isfinite, sqrt
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import elementwise

from lib.design.noncentral_t import noncentral_t_lower, noncentral_t_upper
from lib.design.rejection import Tally
from lib.design.sequential_t import Block, drawn, pooled, rejections, tallied_trials, truth_validation
from lib.errors import OverBudget, Refusal
from lib.progress import each

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_PAIRS = 5_000
"""Largest n for which the table of needed n is made: about half a second, once per target, alpha and sides."""

SMALLEST_N = 2

_AT_ONCE = 500  # sizes of which the effects are found together


# ---- validation


def _test_validation(target: float, alpha: float, sides: int) -> None:
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if not alpha < target < 1:
        raise Refusal(f"target: {target!r} given; wanted a power above alpha, {alpha:g}, and below 1")


def _most_validation(most: int) -> None:
    if not (isinstance(most, Integral) and most >= SMALLEST_N):
        raise Refusal(f"most: {most!r} given; wanted a whole number of pairs, at least {SMALLEST_N}")
    if most > MOST_PAIRS:
        raise OverBudget(f"most: {most:,} given; wanted at most {MOST_PAIRS:,} pairs")


def _planned_validation(planned_effect: float) -> None:
    if not (isfinite(planned_effect) and planned_effect != 0):
        raise Refusal(f"planned_effect: {planned_effect!r} given; wanted a finite difference other than 0")


def _sizes_validation(n: int, first: int, most: int, second_least: int) -> None:
    if n - first < second_least:
        raise Refusal(f"share: {first} of {n} pairs are seen at the interim; wanted at least {second_least} after it")
    if most < n:
        raise Refusal(f"most: {most!r} given; wanted at least the planned {n} pairs")


# ---- needed n


@lru_cache(maxsize=16)
def _detectable(target: float, alpha: float, sides: int, most: int) -> FloatArray:
    """Standardised effect detected with power `target` by n = 2 to `most` pairs; falls in n."""
    starts = range(SMALLEST_N, most + 1, _AT_ONCE)
    blocks = [np.arange(start, min(start + _AT_ONCE, most + 1), dtype=float) for start in starts]
    detectable = np.concatenate([_effects(n, target, alpha, sides) for n in each(blocks, "Planning n again")])
    detectable.flags.writeable = False  # shared by all who ask
    return detectable


def _effects(n: FloatArray, target: float, alpha: float, sides: int) -> FloatArray:
    critical = -special.stdtrit(n - 1, alpha / sides)

    def excess(nc: FloatArray, critical: FloatArray, df: FloatArray) -> FloatArray:
        wrong_way = noncentral_t_lower(-critical, df, nc) if sides == 2 else 0.0
        return np.asarray(noncentral_t_upper(critical, df, nc) + wrong_way - target)

    # T = (z + nc)/S is beyond the critical value wherever S and −z are below their quantiles of √target
    share = sqrt(target)
    enough = np.abs(critical) * np.sqrt(special.chdtri(n - 1, 1 - share) / (n - 1)) + max(special.ndtri(share), 0.0)
    root = elementwise.find_root(excess, (np.zeros_like(n), enough), args=(critical, n - 1))
    return np.asarray(root.x / np.sqrt(n))


def sd_limits(planned_effect: float, target: float, alpha: float, sides: int, most: int) -> tuple[float, ...]:
    """Largest SD, in outcome units, with which n = 2, 3, … up to `most` pairs detect the effect."""
    _planned_validation(planned_effect)
    _test_validation(target, alpha, sides)
    _most_validation(most)
    return tuple((abs(planned_effect) / _detectable(target, alpha, sides, most)).tolist())


def _needed(sd: ArrayLike, limits: FloatArray) -> IntArray:
    """The smallest n whose limit is not below `sd`; the largest n in the table where none is."""
    return np.asarray(SMALLEST_N + np.minimum(np.searchsorted(limits, sd), limits.size - 1))


def needed_pairs(sd: ArrayLike, planned_effect: float, target: float, alpha: float, sides: int, most: int) -> IntArray:
    """Pairs with which a paired t test detects an effect, as if the SD were known to be `sd`.

    Parameters
    ----------
    sd : array_like
        SD of the differences, in outcome units, at least 0; any shape.
    planned_effect
        Mean difference, in outcome units; its sign does not matter.
    target, alpha, sides
        Power wanted (in either direction if two-sided), type I error of the whole test, 1 or 2.
    most
        Largest n looked for.

    Returns
    -------
    ndarray
        Shape of `sd`: 2 to `most`; `most` also where that is not enough.

    Raises
    ------
    Refusal
        An argument outside its range.
    OverBudget
        `most` above 5,000.

    Examples
    --------
    R, power.t.test(delta = 0.5, sd = 1, power = 0.8, type = "paired"): 33.4.

    >>> int(needed_pairs(1.0, 0.5, 0.8, 0.05, 2, 100))
    34
    """
    return _needed(sd, np.array(sd_limits(planned_effect, target, alpha, sides, most)))


# ---- simulation


@lru_cache(maxsize=16)
def _critical(least: int, most: int, tail: float) -> FloatArray:
    """Critical t of n = `least` to `most` pairs."""
    critical = np.asarray(-special.stdtrit(np.arange(least, most + 1) - 1, tail), dtype=float)
    critical.flags.writeable = False  # shared by all who ask
    return critical


@dataclass(frozen=True)
class _Replanned:
    """A trial whose n is planned again, callable as kernel(rng, trials) → Tally.

    Attributes
    ----------
    n, first, least, most : int
        Pairs as planned, at the interim, and the smallest and largest that planning again may give.
    limits : tuple
        From `sd_limits` for the planned effect, up to `most`.
    effect, sd_difference : float
        True mean and SD of the differences, in outcome units.
    alpha, sides
        Of the whole test.
    """

    n: int
    first: int
    least: int
    most: int
    limits: tuple[float, ...] = field(repr=False)
    effect: float
    sd_difference: float
    alpha: float
    sides: int

    def _final(self, variance: FloatArray) -> IntArray:
        """Pairs in all, for the interim variance in units of the true one."""
        sd = self.sd_difference * np.sqrt(variance)
        return np.clip(_needed(sd, np.array(self.limits)), self.least, self.most)

    def _mean(self, noise: FloatArray, pairs: int | IntArray) -> FloatArray:
        return np.asarray(self.effect + self.sd_difference * noise / np.sqrt(pairs))


@dataclass(frozen=True)
class BlindedReestimation(_Replanned):
    """See `blinded_kernel`."""

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        interim = drawn(rng, self.first, trials)
        mean_square = interim.squares / self.first + (self._mean(interim.noise, self.first) / self.sd_difference) ** 2
        pairs = self._final(mean_square)
        more = pairs - self.first
        data = pooled(interim, self.first, drawn(rng, more, trials), more)
        mean = self._mean(data.noise, pairs)
        critical = _critical(self.least, self.most, self.alpha / self.sides)[pairs - self.least]
        toward, against = rejections(mean, self.sd_difference, data.squares, pairs, critical, self.sides)
        return tallied_trials(mean, toward, against, pairs)


@dataclass(frozen=True)
class UnblindedReestimation(_Replanned):
    """See `unblinded_kernel`."""

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        interim = drawn(rng, self.first, trials)
        pairs = self._final(interim.squares / (self.first - 1))
        more = pairs - self.first
        rest = drawn(rng, more, trials)
        early, late = sqrt(self.first / self.n), sqrt(1 - self.first / self.n)
        combined = early * self._score(interim, self.first) + late * self._score(rest, more)
        critical = -special.ndtri(self.alpha / self.sides)
        mean = self._mean(pooled(interim, self.first, rest, more).noise, pairs)
        return tallied_trials(mean, combined >= critical, (combined <= -critical) & (self.sides == 2), pairs)

    def _score(self, block: Block, pairs: int | IntArray) -> FloatArray:
        """Φ⁻¹(1 − p) of a stage's t test towards the treatment."""
        df = np.subtract(pairs, 1)
        with np.errstate(divide="ignore"):  # a sum of squares of 0 is an infinite t
            t = np.sqrt(pairs) / self.sd_difference * self._mean(block.noise, pairs) / np.sqrt(block.squares / df)
        return np.asarray(np.copysign(special.ndtri(special.stdtr(df, -np.abs(t))), t))


# ---- public functions


def interim_pairs(n: int, share: float) -> int:
    """Pairs at the interim, ⌈share·n⌉ and at least 2; `share` is read as the decimal that it prints as.

    Raises
    ------
    Refusal
        A share outside 0 to 1, or an n that is no whole number of at least 3.

    Examples
    --------
    In binary floats 0.1·30 is above 3:

    >>> interim_pairs(30, 0.1)
    3
    """
    if not (isinstance(n, Integral) and n > SMALLEST_N):
        raise Refusal(f"n: {n!r} given; wanted a whole number of pairs, at least {SMALLEST_N + 1}")
    if not 0 < share < 1:
        raise Refusal(f"share: {share!r} given; wanted a share seen at the interim above 0 and below 1")
    return max(ceil(n * Fraction(repr(float(share)))), SMALLEST_N)


def blinded_kernel(
    n: int,
    share: float,
    most: int,
    planned_effect: float,
    effect: float,
    sd_difference: float,
    target: float,
    alpha: float,
    sides: int,
    may_shrink: bool = False,
) -> BlindedReestimation:
    """Simulated paired trials that plan n again from Σd²/n₁ and end with an ordinary paired t test on all pairs.

    The type I error is alpha only nearly: from 0.047 to 0.052 for 0.05 in simulated designs of 6 to 20 planned pairs.

    Parameters
    ----------
    n
        Pairs as planned.
    share
        Share of them seen at the interim; see `interim_pairs`.
    most
        Largest n allowed, at least `n`.
    planned_effect
        Mean difference for which n is planned again, in outcome units; its sign does not matter.
    effect, sd_difference
        True mean and SD of the within-pair differences, in outcome units; normal.
    target, alpha, sides
        Power wanted of the new n, type I error of the final test, 1 or 2.
    may_shrink
        Whether the new n may fall below the planned one (Birkett & Day 1994), down to the pairs already seen;
        otherwise it may only grow (Wittes & Brittain 1990).

    Returns
    -------
    BlindedReestimation
        kernel(rng, trials) gives a `Tally` with the final number of pairs as analysed; picklable; takes about twenty
        floats a trial.

    Raises
    ------
    Refusal
        An argument outside its range; no planned pair after the interim.
    OverBudget
        `most` above 5,000.

    References
    ----------
    Wittes & Brittain (1990). The role of internal pilot studies in increasing the efficiency of clinical trials. Stat
    Med 9:65-72.
    Birkett & Day (1994). Internal pilot studies for estimating sample size. Stat Med 13:2455-2463.
    Kieser & Friede (2003). Simple procedures for blinded sample size adjustment that do not affect the type I error
    rate. Stat Med 22:3571-3581.
    """
    first = interim_pairs(n, share)
    truth_validation(effect, sd_difference)
    _sizes_validation(n, first, most, second_least=1)
    limits = sd_limits(planned_effect, target, alpha, sides, most)
    least = first if may_shrink else n
    return BlindedReestimation(n, first, least, most, limits, effect, sd_difference, alpha, sides)


def unblinded_kernel(
    n: int,
    share: float,
    most: int,
    planned_effect: float,
    effect: float,
    sd_difference: float,
    target: float,
    alpha: float,
    sides: int,
    may_shrink: bool = False,
) -> UnblindedReestimation:
    """Simulated paired trials that plan n again from the SD about the interim mean, and combine their two stages.

    The one-sided p-values of the two stages' t tests are combined as Φ⁻¹(1 − p) with the weights √(n₁/n) and
    √(1 − n₁/n) of the plan; a two-sided test does so in both directions at alpha/2 each. Whatever n becomes, p₂ is
    uniform given the first stage if there is no effect, so that alpha holds exactly.

    Parameters as in `blinded_kernel`; with `may_shrink`, n falls to no less than 2 pairs after the interim.

    Returns
    -------
    UnblindedReestimation
        kernel(rng, trials) gives a `Tally` with the final number of pairs as analysed; picklable; takes about twenty
        floats a trial. The direction is that of the combined test, the magnitude that of the mean of all pairs.

    Raises
    ------
    Refusal
        An argument outside its range; fewer than 2 planned pairs after the interim.
    OverBudget
        `most` above 5,000.

    References
    ----------
    Bauer & Köhne (1994). Evaluation of experiments with adaptive interim analyses. Biometrics 50:1029-1041.
    Lehmacher & Wassmer (1999). Adaptive sample size calculations in group sequential trials. Biometrics 55:1286-1290.
    """
    first = interim_pairs(n, share)
    truth_validation(effect, sd_difference)
    _sizes_validation(n, first, most, second_least=2)
    limits = sd_limits(planned_effect, target, alpha, sides, most)
    least = first + 2 if may_shrink else n
    return UnblindedReestimation(n, first, least, most, limits, effect, sd_difference, alpha, sides)
