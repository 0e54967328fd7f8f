"""How tests on a sum of signed scores end, given how many differences have which size.

In each composition a test rejects from some sum of positive scores on. The largest size is never convolved: a tail of
the whole is a short sum over tails of what the smaller sizes give, so that a bisection finds where rejection starts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lib.design.bivariate_normal import FloatArray
from lib.design.compositions import IntArray, Prefixes, SignedSum

HELD = 2**18
"""Probabilities, or terms of tails, that are worked on at once: they stay in the processor's cache."""


@dataclass(frozen=True)
class Ending:
    """How tests end, one entry a layer or composition.

    `toward` and `against` are probabilities of rejecting; `distance` is the mean of |sum of signed scores| over the
    tests that reject, times their probability.
    """

    toward: FloatArray
    against: FloatArray
    distance: FloatArray


# ---- compositions


@dataclass(frozen=True)
class _Compositions:
    """Compositions made of a row of some prefixes and differences of the largest size.

    Attributes
    ----------
    rows : ndarray, shape (compositions,)
        Row of the prefix.
    total : ndarray, shape (compositions,)
        Sum of all scores.
    most : ndarray, shape (compositions,)
        The largest upper tail that rejects.
    coin : ndarray, shape (2, compositions, b)
        P(b of the largest size are positive), under the null and under the plan.
    steps : ndarray, shape (compositions, b)
        What these b add to the sum.
    """

    rows: IntArray
    total: IntArray
    most: FloatArray
    coin: FloatArray
    steps: IntArray

    def gathered(self, table: FloatArray, at: IntArray) -> FloatArray:
        """For each b, the entry of `table` at `at` less what b adds.

        A table has a row for each prefix and a column for each of −1, ..., longest sum + 1, beyond which it is flat.
        """
        width = table.shape[1]
        places = (at + 1)[:, None] - self.steps
        np.clip(places, 0, width - 1, out=places)
        places += (self.rows * width)[:, None]
        return np.asarray(table.ravel().take(places))


def _composed(
    test: SignedSum, coin: FloatArray, prefixes: Prefixes, size: int, rows: IntArray, added: IntArray
) -> _Compositions:
    counts = range(int(added.max()) + 1)
    scores: IntArray = np.array([test.score(len(test.sizes) - 1, size, count) for count in counts])[added]
    most = np.array([test.most(size + count) for count in counts])[added]
    steps: IntArray = scores[:, None] * np.arange(len(counts))
    return _Compositions(rows, prefixes.total[rows] + scores * added, most, coin[:, added, : len(counts)], steps)


# ---- statistic


def _from(mass: FloatArray) -> FloatArray:
    """Σ mass at sums ≥ t, for t = −1 to longest sum + 1."""
    sums = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate((sums[:, :1], sums, np.zeros((len(mass), 1))), axis=1)


def _upto(mass: FloatArray) -> FloatArray:
    """Σ mass at sums ≤ t, for t = −1 to longest sum + 1."""
    sums = np.cumsum(mass, axis=1)
    return np.concatenate((np.zeros((len(mass), 1)), sums, sums[:, -1:]), axis=1)


def _expected(coin: FloatArray, terms: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->i", coin, terms))


def _critical(of: _Compositions, null: FloatArray) -> IntArray:
    """The smallest sum whose upper tail under the null is at most `most`, by bisection; beyond the total if none is."""
    low: IntArray = np.where(of.most < 0.5, of.total // 2, 0)  # the null is symmetric about total / 2
    high: IntArray = of.total + 1
    while np.any(high - low > 1):
        middle: IntArray = (low + high) // 2
        rejects = _expected(of.coin[0], of.gathered(null, middle)) <= of.most
        low, high = np.where(rejects, low, middle), np.where(rejects, middle, high)
    return high


def _ending(test: SignedSum, tables: list[FloatArray], of: _Compositions) -> Ending:
    null, upper, lower, above, below = tables
    critical, plan = _critical(of, null), of.coin[1]
    beyond = of.gathered(upper, critical)
    toward = _expected(plan, beyond)
    distance = 2 * _expected(plan, of.gathered(above, critical) + of.steps * beyond) - of.total * toward
    if test.sides == 1:
        return Ending(toward, np.zeros_like(toward), distance)
    mirrored: IntArray = of.total - critical
    within = of.gathered(lower, mirrored)
    against = _expected(plan, within)
    opposite = of.total * against - 2 * _expected(plan, of.gathered(below, mirrored) + of.steps * within)
    return Ending(toward, against, distance + opposite)


# ---- public function


def finished(
    test: SignedSum, coin: FloatArray, prefixes: Prefixes, size: int, rows: IntArray, added: IntArray
) -> Ending:
    """How tests end in compositions made of a row of `prefixes` and `added` differences of the largest size.

    Parameters
    ----------
    test : SignedSum
        The test.
    coin : ndarray, shape (2, counts, counts)
        Of the largest size, as from `lib.design.compositions.coins`.
    prefixes : Prefixes
        Compositions of all other sizes.
    size : int
        Number of differences in each of these.
    rows, added : ndarray, shape (compositions,)
        The row, and the count of the largest size; at least one composition.

    Returns
    -------
    Ending
        Arrays of shape (compositions,).
    """
    null, plan = prefixes.pmf
    moment = plan * np.arange(plan.shape[1])
    tables = [_from(null), _from(plan), _upto(plan), _from(moment), _upto(moment)]
    chunks = min(len(rows), -(-len(rows) * (int(added.max()) + 1) // HELD))
    parts = [
        _ending(test, tables, _composed(test, coin, prefixes, size, some, counts))
        for some, counts in zip(np.array_split(rows, chunks), np.array_split(added, chunks), strict=True)
    ]
    toward, against, distance = ([getattr(part, field.name) for part in parts] for field in fields(Ending))
    return Ending(np.concatenate(toward), np.concatenate(against), np.concatenate(distance))
