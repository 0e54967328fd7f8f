"""How many differences have which size, and the sum of signed scores that each such composition gives.

Given how many differences have each size, the sum of positive scores of a sign-flip or signed-rank test is made of one
binomial a size: fair coins under the null, P(d > 0 | size) under the plan. Compositions are built size by size, so that
all that agree in the smaller sizes share the distribution of their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, inf, log, nextafter

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.design.bivariate_normal import FloatArray

IntArray = NDArray[np.int64]

SKIPPED = 1e-13
"""Probability of the compositions left out of a layer, at most: what power may be too low by."""

EXACT_LAYER = 52
"""Up to so many differences a null probability is a whole number of 2^-52ths, which floats hold and add exactly."""

NEAR_TIE = 1e-9
"""Above `EXACT_LAYER`, p counts as at most alpha up to this relative excess."""


@dataclass(frozen=True)
class SignedSum:
    """A test on the sum of the scores of the positive differences, given the sizes of all.

    Attributes
    ----------
    sizes : tuple of int
        |d| that occur, zero aside, ascending.
    share : tuple of float
        P(|d| = size | d ≠ 0).
    positive : tuple of float
        P(d > 0 | |d| = size).
    ranked : bool
        Scores are doubled midranks among the differences that are not zero; otherwise the sizes themselves.
    alpha : Fraction
        Type I error of the whole test.
    sides : int
        1 or 2.
    """

    sizes: tuple[int, ...]
    share: tuple[float, ...]
    positive: tuple[float, ...]
    ranked: bool
    alpha: Fraction
    sides: int

    def longest(self, n: int) -> int:
        """The largest sum that `n` differences can have."""
        return n * (n + 1) if self.ranked else n * self.sizes[-1]

    def score(self, place: int, below: int, count: int) -> int:
        """Score of each of `count` differences of one size, `below` others being smaller."""
        return 2 * below + count + 1 if self.ranked else self.sizes[place]

    def most(self, layer: int) -> float:
        """The largest upper tail that rejects, rounded so that tails in floats compare as their exact values do."""
        wanted = self.alpha / self.sides
        nearest = float(wanted)
        if layer > EXACT_LAYER:
            return nearest * (1 + NEAR_TIE)
        return nearest if Fraction(nearest) <= wanted else nextafter(nearest, 0.0)


# ---- distributions of the sum


@dataclass(frozen=True)
class Prefixes:
    """Compositions of the smaller sizes that share their number of differences, one a row.

    Attributes
    ----------
    log_weight : ndarray, shape (rows,)
        Σ count·log(share) − log(count!).
    total : ndarray, shape (rows,)
        Sum of all scores.
    pmf : ndarray, shape (2, rows, longest sum + 1)
        P(sum of positive scores), under the null and under the plan.
    """

    log_weight: FloatArray
    total: IntArray
    pmf: FloatArray


Level = Mapping[int, Prefixes]
"""Compositions of some of the sizes, by their number of differences."""

NO_SIZES: Level = {0: Prefixes(np.zeros(1), np.zeros(1, dtype=np.int64), np.ones((2, 1, 1)))}


def binomials(probability: float, most: int) -> FloatArray:
    """P(b of count), [count, b], by Pascal's rule: exact for a fair coin, never cancelling for another."""
    table = np.zeros((most + 1, most + 1))
    table[0, 0] = 1
    for count in range(1, most + 1):
        table[count] = (1 - probability) * table[count - 1]
        table[count, 1:] += probability * table[count - 1, :-1]
    return table


def coins(test: SignedSum, most: int) -> list[FloatArray]:
    """For each size, [null or plan, count, b]."""
    fair = binomials(0.5, most)
    return [np.stack((fair, binomials(probability, most))) for probability in test.positive]


def log_terms(test: SignedSum, place: int, most: int) -> FloatArray:
    """log(share^count / count!) of one size, for count = 0 to `most`."""
    counts = np.arange(most + 1)
    return np.asarray(counts * log(test.share[place]) - special.gammaln(counts + 1))


def grown(test: SignedSum, coin: FloatArray, level: Level, place: int, size: int, least: float = -inf) -> Prefixes:
    """The compositions of `size` differences once one more size joins, of a log weight of at least `least`.

    Parameters
    ----------
    test : SignedSum
        Whose sum it is.
    coin : ndarray, shape (2, counts, counts)
        Of the size that joins, as from `coins`.
    level : mapping
        The compositions without it.
    place : int
        Which size joins.
    size : int
        Number of differences, those of the joining size included.
    least : float
        Rows of a smaller log weight are left out.
    """
    terms = log_terms(test, place, size)
    parts = [_joined(test, place, size - below, below, level[below], terms, least) for below in level if below <= size]
    pmf = np.zeros((2, sum(part.rows for part in parts), max(part.length for part in parts)))
    filled = 0
    for part in parts:
        part.convolve(coin[:, part.count], pmf[:, filled : filled + part.rows])
        filled += part.rows
    weights, totals = ([part.log_weight for part in parts], [part.total for part in parts])
    return Prefixes(np.concatenate(weights), np.concatenate(totals), pmf)


@dataclass(frozen=True)
class _Joined:
    """Rows that `count` differences of one `score` join, `pmf` being theirs before."""

    count: int
    score: int
    log_weight: FloatArray
    total: IntArray
    pmf: FloatArray

    @property
    def rows(self) -> int:
        return len(self.total)

    @property
    def length(self) -> int:
        return int(self.pmf.shape[-1]) + self.score * self.count

    def convolve(self, coin: FloatArray, into: FloatArray) -> None:
        """Add the distribution of what joined: into[s + score·b] += P(b)·pmf[s]."""
        for b in range(self.count + 1):
            start = self.score * b
            into[:, :, start : start + self.pmf.shape[-1]] += coin[:, b, None, None] * self.pmf


def _joined(
    test: SignedSum, place: int, count: int, below: int, prefixes: Prefixes, terms: FloatArray, least: float
) -> _Joined:
    log_weight = prefixes.log_weight + terms[count]
    kept = log_weight >= least
    score = test.score(place, below, count)
    return _Joined(count, score, log_weight[kept], prefixes.total[kept] + score * count, prefixes.pmf[:, kept])


def cuts(test: SignedSum, most: int) -> list[FloatArray]:
    """The smallest log weight that still matters, by how many sizes have joined and the number of differences so far.

    Of a layer of N compositions, those whose probability is below `SKIPPED` / N don't: together they have less than
    `SKIPPED`.
    """
    last = len(test.sizes)
    layers = np.arange(most + 1)
    compositions = np.array([comb(layer + last - 1, last - 1) for layer in range(most + 1)], dtype=float)
    least = [log(SKIPPED) - np.log(compositions) - special.gammaln(layers + 1)]
    for place in reversed(range(last)):
        terms = log_terms(test, place, most)
        least.append(np.array([np.min(least[-1][size:] - terms[: most + 1 - size]) for size in layers]))
    return least[::-1]
