"""Tails of a sum of scores, each in or out by a fair coin, where the list of all sums is too long for exact integers.

Keich (2005) tilts the coins so that a Fourier transform keeps the relative accuracy of far tails. Adding one score
after the other needs no tilt: every term is positive, so that n scores cost at most n roundings wherever the tail is,
and a thousand ranks take about a tenth of a second. Against exact integers, for up to 300 tied and untied ranks and
tails down to 2^-300, the relative error was below 1e-14.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.errors import OverBudget

MOST_ADDITIONS = 2 * 10**9
"""The longest sum that is added up: about a second."""

MOST_SUMS = 2**23
"""The longest list of sums: 64 MB."""

_BLOCK = 512
"""Scores whose counts of subsets fit a float; probabilities are halved by the block, which rounds nothing."""


def hoeffding(scores: Sequence[int], at_least: int) -> float:
    """Upper bound of P(sum ≥ at_least): exp(−2u²/Σ score²), u being the distance above the mean; 1 below it.

    References
    ----------
    Hoeffding (1963). Probability inequalities for sums of bounded random variables. J Am Stat Assoc 58:13-30.

    Examples
    --------
    >>> round(hoeffding([1] * 100, 70), 6), hoeffding([1, 2], 1)
    (0.000335, 1.0)
    """
    doubled = 2 * at_least - sum(scores)
    squares = sum(score * score for score in scores)
    if doubled <= 0:
        return 1.0
    return math.exp(-(doubled * doubled / squares) / 2) if squares else 0.0


def additions(scores: Sequence[int]) -> int:
    """Upper bound of the additions that `tail` takes."""
    return len(scores) * (sum(scores) // 2 + 1)


def tail(scores: Sequence[int], at_least: int) -> float:
    """P(sum ≥ at_least) for whole scores of at least 0, each in or out by a fair coin.

    A tail below 1e-290 loses accuracy, and one below 5e-324 is 0.

    Raises
    ------
    OverBudget
        If the list of sums is longer than `MOST_SUMS` or takes more than `MOST_ADDITIONS`.

    References
    ----------
    Keich (2005). sFFT: a faster accurate computation of the p-value of the entropy score. J Comput Biol 12:416-430.

    Examples
    --------
    >>> tail([1] * 1000, 1000) * 2**1000
    1.0
    """
    total = sum(scores)
    if 2 * at_least <= total:
        return 1 - tail(scores, total - at_least + 1) if at_least > 0 else 1.0
    if at_least > total:
        return 0.0
    return float(np.sum(lower_probabilities(scores, total - at_least)))


def lower_probabilities(scores: Sequence[int], most: int) -> NDArray[np.float64]:
    """P(sum = 0), P(sum = 1), … P(sum = most), for whole scores of at least 0.

    Raises
    ------
    OverBudget
        If the list is longer than `MOST_SUMS` or takes more than `MOST_ADDITIONS`.
    """
    if most >= MOST_SUMS or len(scores) * most > MOST_ADDITIONS:
        raise OverBudget(
            f"the null of {len(scores)} differences has {min(most, 10**100):.0e} sums to add up; the limits are "
            f"{MOST_SUMS:,} sums and {MOST_ADDITIONS:.0e} additions"
        )
    row, reached = np.zeros(most + 1), 0
    row[0] = 1
    for place, score in enumerate(sorted(scores), start=1):
        reached = min(most, reached + score)
        if score <= most:
            row[score : reached + 1] += row[: reached + 1 - score]
        if place % _BLOCK == 0:
            row *= 0.5**_BLOCK
    row *= 0.5 ** (len(scores) % _BLOCK)
    return row
