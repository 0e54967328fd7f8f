"""The sign-flip p from random labellings, where all of them are too many to count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.analysis.proportion import exact_proportion
from lib.analysis.results import Alternative, MonteCarlo
from lib.errors import OverBudget

DRAWS = 99_999
"""Random labellings; with the one observed, 100,000."""

SEED = 1935
"""Fixed, so that the same data have the same p; the year of Fisher's book."""

LEVEL = 0.99
"""Confidence level of the limits for the p of all labellings."""

MOST_FLIPS = 10**8
"""Coins in all: about a second, 1,000 pairs."""

_BLOCK = 2**20

_Sums = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True)
class Estimated:
    """An estimated p with the limits for the exact one; `rounded` if sums were compared in floats."""

    p: float
    monte_carlo: MonteCarlo
    rounded: bool


def estimated_p(integers: Sequence[int], alternative: Alternative) -> Estimated:
    """Estimate how often the sum of the integers, each given a random sign, is as extreme as without.

    p is (1 + extreme)/(1 + draws): the labelling that was observed counts as drawn, which keeps the test valid. Where
    the sums outgrow machine integers they are compared as floats, and one within rounding of the observed is extreme.

    Raises
    ------
    OverBudget
        If it takes more than `MOST_FLIPS` coins.

    References
    ----------
    Phipson & Smyth (2010). Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.

    Examples
    --------
    Of 2^10 labellings two are as extreme as ten equal differences, a share of 0.00195:

    >>> found = estimated_p([1] * 10, "two-sided")
    >>> found.p, round(found.monte_carlo.low, 5), round(found.monte_carlo.high, 5)
    (0.00194, 0.00159, 0.00232)
    """
    if (flips := DRAWS * len(integers)) > MOST_FLIPS:
        raise OverBudget(f"{DRAWS:,} random labellings take {flips:.1e} coins; the limit is {MOST_FLIPS:.0e}")
    rounded = sum(map(abs, integers)) >= 2**62
    values = _scaled(integers) if rounded else np.array(integers, np.int64)
    tolerance = (len(integers) + 2) * np.finfo(float).eps * float(np.sum(np.abs(values))) if rounded else 0
    least = _distance(values.sum(keepdims=True), alternative) - tolerance
    extreme = sum(int(np.sum(_distance(sums, alternative) >= least)) for sums in _random_sums(values))
    limits = exact_proportion(extreme, DRAWS, LEVEL)
    found = MonteCarlo(DRAWS, SEED, limits.low or 0.0, 1.0 if limits.high is None else limits.high, LEVEL)
    return Estimated((1 + extreme) / (1 + DRAWS), found, rounded)


def _scaled(integers: Sequence[int]) -> NDArray[np.float64]:
    """The integers as floats, the largest having size 1: Python divides integers of any length."""
    largest = max(map(abs, integers))
    return np.array([integer / largest for integer in integers])


def _random_sums(values: _Sums) -> Iterator[_Sums]:
    """Sums of the values with random signs, in blocks that fit the memory."""
    rng = np.random.default_rng(SEED)
    block = max(_BLOCK // len(values), 1)
    for start in range(0, DRAWS, block):
        heads = rng.integers(0, 2, (min(block, DRAWS - start), len(values)), np.int8)
        yield 2 * (heads @ values) - np.sum(values)


def _distance(sums: _Sums, alternative: Alternative) -> _Sums:
    """How far sums are in the direction that counts as evidence."""
    if alternative == "two-sided":
        return np.abs(sums)
    return sums if alternative == "greater" else -sums
