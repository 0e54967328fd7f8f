"""Paired tests of normal differences N(effect, sd): kernels that simulate them (exact power: `paired_powers`).

A kernel draws its differences pair by pair, all trials of the batch at a time. So with the same random numbers a trial
of n + 1 pairs is that of n pairs with one more, and a larger effect shifts the same differences.

Every statistic here has no unit, so differences are drawn in units of their SD.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.exact import exact_alpha
from lib.design.paired_powers import ONE_THREAD, plan_validation, signed_rank_critical
from lib.design.rejection import Tally, summed

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MOST_FLIPS = 2_048
"""Flips, one of each pair that differ in all signs, up to which the sign-flip test takes every one: 12 pairs."""

RANDOM_FLIPS = 999
"""Random flips beside the one observed, where all are too many."""

NEAR_TIE = 1e-9
"""Sums of flipped differences that are as equal as that, relative to the one observed, are equal."""

_RANKED = 2**13  # differences that are ranked at a time, and stay in the cache
_FLIPPED = 128  # trials that share random flips
_COUNTED = 128  # flips that are counted at a time; 255 fit a byte


# ---- kernels


@dataclass(frozen=True)
class _PairedKernel:
    """A paired test of `n` normal differences.

    Attributes
    ----------
    n : int
        Pairs analysed, at least 2.
    effect, sd : float
        Mean and standard deviation of the differences, in outcome units; above 0 favours the treatment.
    alpha : float
        Type I error of the whole test, inside (0, 1).
    sides : int
        1 (rejects towards the treatment only) or 2.
    """

    n: int
    effect: float
    sd: float
    alpha: float
    sides: int

    def __post_init__(self) -> None:
        plan_validation(self.n, self.effect, self.sd, self.alpha, self.sides, least=2)

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        """How so many trials end; the direction of a rejection is that of the test's own statistic."""
        noise = rng.standard_normal((self.n, trials))
        means = noise.mean(axis=0) + self.effect / self.sd
        toward, against = self._rejected(noise, means, rng)
        sizes = np.abs(means[toward | against]) * self.sd
        magnitude, squares = summed(sizes)
        return Tally(trials, int(toward.sum()), int(against.sum()), magnitude, self.n * trials, squares)

    def _rejected(self, noise: FloatArray, means: FloatArray, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
        """Which trials reject toward and against; `noise` (n, trials) plus effect/sd are the differences."""
        raise NotImplementedError


@dataclass(frozen=True)
class PairedT(_PairedKernel):
    """The paired t test, simulated; `t_designs` has its exact power.

    Examples
    --------
    R: power.t.test(n = 10, delta = 1, sd = 1, type = "paired") gives 0.8031.

    >>> tally = PairedT(n=10, effect=1.0, sd=1.0, alpha=0.05, sides=2)(np.random.default_rng(1), 40_000)
    >>> abs(tally.rejected / tally.trials - 0.8031) < 0.006
    True
    """

    def _rejected(self, noise: FloatArray, means: FloatArray, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
        away = means - self.effect / self.sd
        squares = np.einsum("ij,ij->j", noise, noise) - self.n * away * away  # of noise: nothing cancels
        critical = float(-special.stdtrit(self.n - 1, self.alpha / self.sides))
        # mean/√(squares/(n − 1)/n) ≥ critical
        limit = critical * np.sqrt(np.maximum(squares, 0) / (self.n * (self.n - 1)))
        toward = means >= limit
        return toward, means <= -limit if self.sides == 2 else np.zeros_like(toward)


@dataclass(frozen=True)
class SignedRank(_PairedKernel):
    """Wilcoxon's signed-rank test with its exact null; normal differences have no ties and no zeros.

    `signed_rank_power` gives its exact power up to 100 pairs.

    Raises
    ------
    OverBudget
        Above 1,000 pairs.

    References
    ----------
    Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83.

    Examples
    --------
    Of four pairs no result is significant at 5 %:

    >>> SignedRank(n=4, effect=9.0, sd=1.0, alpha=0.05, sides=2)(np.random.default_rng(1), 1000).rejected
    0
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        signed_rank_critical(self.n, self.alpha, self.sides)  # what is refused is refused before any work

    def _rejected(self, noise: FloatArray, means: FloatArray, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
        critical = signed_rank_critical(self.n, self.alpha, self.sides)
        trials = noise.shape[1]
        if critical is None:
            return np.zeros(trials, bool), np.zeros(trials, bool)
        shift, block = self.effect / self.sd, max(_RANKED // self.n, 1)
        blocks = [noise[:, start : start + block] + shift for start in range(0, trials, block)]
        negative = np.concatenate([_negative_rank_sums(differences) for differences in blocks])
        most = self.n * (self.n + 1) // 2 - critical
        return negative <= most, negative >= critical if self.sides == 2 else np.zeros(trials, bool)


@dataclass(frozen=True)
class SignFlip(_PairedKernel):
    """The sign-flip (Fisher-Pitman) test of the mean difference.

    Up to 12 pairs all 2^n flips are taken, and the test is exact. With more, `RANDOM_FLIPS` random ones, drawn from the
    same random numbers as the trials, stand beside the flip observed, which counts as drawn: p = (1 + extreme)/1000 is
    valid whatever the number of flips (Dwass 1957; Phipson & Smyth 2010), and costs a little power. The power is that
    of this test, and so of an analysis with as many random flips. 128 trials share their random flips, which adds about
    1 % to the variance of a simulated power.

    A flip whose sum is within 1e-9 of the observed one, relative to it, is as extreme.

    References
    ----------
    Dwass (1957). Modified randomization tests for nonparametric hypotheses. Ann Math Stat 28:181-187.
    Phipson & Smyth (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    Of five pairs the smallest two-sided p is 2/32:

    >>> SignFlip(n=5, effect=9.0, sd=1.0, alpha=0.05, sides=2)(np.random.default_rng(1), 1000).rejected
    0
    >>> SignFlip(n=5, effect=9.0, sd=1.0, alpha=0.05, sides=1)(np.random.default_rng(1), 1000).toward
    1000
    """

    def _rejected(self, noise: FloatArray, means: FloatArray, rng: np.random.Generator) -> tuple[BoolArray, BoolArray]:
        shift, trials = self.effect / self.sd, noise.shape[1]
        starts = range(0, trials, _FLIPPED)
        extreme = np.concatenate([self._extreme(noise[:, at : at + _FLIPPED] + shift, rng) for at in starts])
        if self.sides == 1:
            return extreme, np.zeros_like(extreme)
        return extreme & (means > 0), extreme & (means <= 0)

    def _extreme(self, differences: FloatArray, rng: np.random.Generator) -> BoolArray:
        """Which columns of `differences` (n, trials) have p ≤ alpha."""
        if 2 ** (self.n - 1) <= MOST_FLIPS:
            return _all_flips_extreme(differences, self.alpha, self.sides)
        return _random_flips_extreme(differences, self.alpha, self.sides, rng)


# ---- statistics of the kernels


def _negative_rank_sums(differences: FloatArray) -> FloatArray:
    """Sum of the ranks of |difference| over the negative ones, of each column of (n, trials).

    The sign moves from the highest bit of a float to the lowest of an integer, which orders them by size first and
    loses nothing; so sorting carries the signs along, and no ranks are looked up.
    """
    bits = np.ascontiguousarray(differences.T).view(np.uint64)
    keys = (bits << np.uint64(1)) | (bits >> np.uint64(63))
    keys.sort(axis=1)
    ranks = np.arange(1, len(differences) + 1, dtype=np.float64)
    sums: FloatArray = (keys & np.uint64(1)).astype(np.float64) @ ranks
    return sums


@lru_cache(maxsize=16)
def _half_of_flips(n: int) -> FloatArray:
    """The flips that leave the first sign, (2^(n − 1), n); the others are these with all signs turned."""
    places = np.arange(2 ** (n - 1))
    flips = 1 - 2 * ((places[:, None] << 1 >> np.arange(n)) & 1).astype(np.float64)
    flips.flags.writeable = False
    return flips


def _all_flips_extreme(differences: FloatArray, alpha: float, sides: int) -> BoolArray:
    """Exactly: each flip of the half stands for its opposite too."""
    flips = _half_of_flips(len(differences))
    if sides == 2:
        counts = 2 * _counts(flips, differences, sides)
    else:
        counts = _counts(flips, differences, sides) + _counts(-flips, differences, sides)
    return np.asarray(counts <= int(exact_alpha(alpha) * 2 ** len(differences)))


def _random_flips_extreme(differences: FloatArray, alpha: float, sides: int, rng: np.random.Generator) -> BoolArray:
    """By random flips, the one observed among them."""
    flips = rng.integers(0, 2, (RANDOM_FLIPS, len(differences)), np.int8) * 2.0 - 1
    counts = 1 + _counts(flips, differences, sides)
    return np.asarray(counts <= int(exact_alpha(alpha) * (RANDOM_FLIPS + 1)))


def _counts(flips: FloatArray, differences: FloatArray, sides: int) -> NDArray[np.int64]:
    """How many of the flips leave each column with a sum as extreme as the one observed."""
    observed = differences.sum(axis=0)
    least = np.abs(observed) * (1 - NEAR_TIE) if sides == 2 else observed - NEAR_TIE * np.abs(observed)
    counts = np.zeros(len(least), np.int64)
    rows = min(max(ONE_THREAD // differences.size, 1), _COUNTED)
    for start in range(0, len(flips), rows):
        sums = flips[start : start + rows] @ differences
        if sides == 2:
            np.abs(sums, out=sums)
        counts += np.add.reduce((sums >= least).view(np.uint8), axis=0, dtype=np.uint8)
    return counts
