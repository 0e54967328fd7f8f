"""Power of tests on a sum of signed scores: by enumerating the compositions of the sizes, or by sampling them.

Zeros leave these tests, so that all is done per number of differences that are not zero (a layer): one enumeration
serves every n.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import comb, sqrt

import numpy as np
from scipy import special, stats

from lib.design.bivariate_normal import FloatArray
from lib.design.compositions import NO_SIZES, IntArray, Prefixes, SignedSum, coins, cuts, grown, log_terms
from lib.design.conditional_tests import HELD, Ending, finished
from lib.design.rejection import LEVEL, NO_MAGNITUDE, NONE_REJECTS, Rejection, exact_rejection, sampled_significant
from lib.errors import OverBudget
from lib.progress import each
from lib.values import Missing, Real

MOST_COMPOSITIONS = 200_000
"""Beyond so many compositions they are sampled; on a scale of 0 to 4, n = 44 has 194,580 and n = 45 211,876."""

MOST_SAMPLED = 10_000
"""Compositions that are sampled at most, whatever the interval is by then."""

FIRST_SAMPLED = 400
"""Compositions that are sampled at least."""

MOST_WORK = 10**7
"""Largest longest sum times n: n = 215 for ranks, n = 1,581 for sizes up to 4. One composition takes about 10 ms."""

NEGLIGIBLE = 1e-14
"""Probability of more non-zero differences than are enumerated."""

_SHARED = 4  # layers are enumerated up to a multiple of this, so that neighbouring n share them


# ---- all compositions


@lru_cache(maxsize=128)
def layers(test: SignedSum, most: int) -> Ending:
    """How tests end given that 0, 1, ..., `most` differences are not zero; less what `SKIPPED` compositions add.

    Returns
    -------
    Ending
        Arrays of shape (most + 1,), not to be written to.
    """
    coin, least = coins(test, most), cuts(test, most)
    level, last = NO_SIZES, len(test.sizes) - 1
    for place in range(last - 1):
        level = {size: grown(test, coin[place], level, place, size, least[place + 1][size]) for size in range(most + 1)}
    sums = np.zeros((3, most + 1))
    for size in each(range(most + 1) if last else range(1), "computing power over all compositions"):
        smaller = grown(test, coin[last - 1], level, last - 1, size, least[last][size]) if last else level[size]
        for some in _held(smaller):
            sums += _layered(test, coin[last], some, size, least[-1])
    sums.setflags(write=False)
    return Ending(*sums)


def _held(prefixes: Prefixes) -> Iterator[Prefixes]:
    """The rows in parts of at most `HELD` probabilities under the null, or one row."""
    rows = max(1, HELD // prefixes.pmf.shape[2])
    for start in range(0, len(prefixes.total), rows):
        part = slice(start, start + rows)
        yield Prefixes(prefixes.log_weight[part], prefixes.total[part], prefixes.pmf[:, part])


def _layered(test: SignedSum, coin: FloatArray, smaller: Prefixes, size: int, least: FloatArray) -> FloatArray:
    """What the compositions with `size` differences below the largest size add to each layer: (3, layers)."""
    most = len(least) - 1
    log_weight = smaller.log_weight + log_terms(test, len(test.sizes) - 1, most - size)[:, None]
    added, rows = np.nonzero(log_weight >= least[size:, None])
    if not len(rows):
        return np.zeros((3, most + 1))
    ending = finished(test, coin, smaller, size, rows, added)
    layer = size + added
    weight = np.exp(log_weight[added, rows] + special.gammaln(layer + 1))
    parts = (ending.toward, ending.against, ending.distance)
    return np.array([np.bincount(layer, weight * part, most + 1) for part in parts])


def _count(test: SignedSum, most: int) -> int:
    """Compositions of up to `most` differences that are not zero."""
    return comb(most + len(test.sizes), len(test.sizes))


def reached(n: int, zero: float) -> int:
    """The number of non-zero differences that all but `NEGLIGIBLE` samples of `n` stay within."""
    beyond = stats.binom.sf(np.arange(n + 1), n, 1 - zero)
    return int(np.argmax(beyond <= NEGLIGIBLE))


def enumerated(test: SignedSum, zero: float, n: int, most: int) -> Rejection:
    """Exact power of `n` differences, `zero` being the probability of a zero and `most` as from `reached`."""
    shared = -(-most // _SHARED) * _SHARED
    ending = layers(test, shared if _count(test, shared) <= MOST_COMPOSITIONS else most)
    weight = stats.binom.pmf(np.arange(len(ending.toward)), n, 1 - zero)
    toward, against, distance = (float(weight @ part) for part in (ending.toward, ending.against, ending.distance))
    return within_one(toward, against, _magnitude(test, n, toward + against, distance))


def within_one(toward: float, against: float, magnitude: Real = NO_MAGNITUDE) -> Rejection:
    """An exact answer whose two probabilities may exceed 1 together by rounding."""
    excess = max(1.0, toward + against)
    return exact_rejection(toward / excess, against / excess, magnitude)


def _magnitude(test: SignedSum, n: int, power: float, distance: float) -> Real:
    """Mean |mean difference| of the tests that reject. A one-sided alpha of 1/2 also rejects sums below the middle."""
    if test.ranked or (test.sides == 1 and test.alpha >= 0.5):
        return NO_MAGNITUDE
    return distance / power / n if power > 0 else NONE_REJECTS


# ---- a sample of compositions


def sampled(test: SignedSum, zero: float, n: int, seed: int, width: float) -> Rejection:
    """Power of `n` differences from random compositions, exact in each.

    Sampling doubles until the interval is at most `width` to either side, or `MOST_SAMPLED` compositions are reached.
    The interval is normal about the mean of conditional powers, cut to 0 to 1.
    """
    rng = np.random.default_rng(seed)
    shares = [zero, *((1 - zero) * np.array(test.share))]
    coin = coins(test, n)
    found = np.empty((3, 0))
    z = float(special.ndtri((1 + LEVEL) / 2))
    while True:
        drawn = rng.multinomial(n, shares, size=max(FIRST_SAMPLED, found.shape[1]))[:, 1:]
        different, back = np.unique(drawn, axis=0, return_inverse=True)
        ended = [
            _one_composition(test, coin, counts)
            for counts in each(list(different), "computing power from compositions")
        ]
        found = np.concatenate((found, np.array(ended).T[:, back.ravel()]), axis=1)
        half = z * float(np.std(found[0] + found[1], ddof=1)) / sqrt(found.shape[1])
        if half <= width or 2 * found.shape[1] > MOST_SAMPLED:
            break
    toward, against, distance = (float(part) for part in found.mean(axis=1))
    power = toward + against
    magnitude = _magnitude(test, n, power, distance)
    size = magnitude if isinstance(magnitude, Missing) else found[2] / n
    return Rejection(
        toward,
        against,
        max(0.0, power - half),
        min(1.0, power + half),
        found.shape[1],
        magnitude,
        significant=sampled_significant(found[0], found[1], size),
    )


def _one_composition(test: SignedSum, coin: list[FloatArray], counts: IntArray) -> tuple[float, float, float]:
    level, size = NO_SIZES, 0
    for place, count in enumerate(counts[:-1].tolist()):
        size += count
        level = {size: grown(test, coin[place], level, place, size)}
    ending = finished(test, coin[-1], level[size], size, np.zeros(1, dtype=np.int64), counts[-1:])
    return float(ending.toward[0]), float(ending.against[0]), float(ending.distance[0])


# ---- public function


def signed_sum_power(test: SignedSum, zero: float, n: int, seed: int, width: float) -> Rejection:
    """Power of `n` differences: exact up to `MOST_COMPOSITIONS`, otherwise from sampled compositions.

    Parameters
    ----------
    test : SignedSum
        The test and what the differences that are not zero look like.
    zero : float
        P(d = 0), below 1.
    n : int
        Differences, at least 1.
    seed, width
        Of the sampling: where it starts, and the half-width of the interval that is wanted.

    Raises
    ------
    OverBudget
        Beyond `MOST_WORK`.
    """
    if test.longest(n) * n > MOST_WORK:
        raise OverBudget(
            f"n: {n:,} given; its sums go up to {test.longest(n):,}, {test.longest(n) * n:,} steps a composition; "
            f"the limit is {MOST_WORK:,}"
        )
    most = reached(n, zero)
    if _count(test, most) <= MOST_COMPOSITIONS:
        return enumerated(test, zero, n, most)
    return sampled(test, zero, n, seed, width)
