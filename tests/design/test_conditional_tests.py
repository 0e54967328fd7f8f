"""How tests end given the sizes of the differences: every pattern of signs, by the tests themselves."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import stats

from lib.analysis.results import Alternative
from lib.analysis.sign_flip import sign_flip_p
from lib.analysis.signed_rank import signed_rank_p
from lib.design import conditional_tests
from lib.design.compositions import NO_SIZES, SignedSum, coins, grown
from lib.design.conditional_tests import Ending, finished

SIZES, POSITIVE, MOST = (1, 3), (0.6, 0.8), 6


def ended(test: SignedSum, ones: int) -> Ending:
    """With `ones` differences of size 1, and 0, 1, ... of size 3."""
    coin = coins(test, MOST)
    smaller = grown(test, coin[0], NO_SIZES, 0, ones)
    added = np.arange(MOST - ones + 1)
    return finished(test, coin[1], smaller, ones, np.zeros_like(added), added)


def every_pattern(test: SignedSum, ones: int, threes: int) -> list[float]:
    """Probabilities of rejecting either way and of |sum|, over all signs."""
    sizes = np.array([1] * ones + [3] * threes)
    scores = 2 * stats.rankdata(sizes) if test.ranked else sizes
    chance = np.array([POSITIVE[0]] * ones + [POSITIVE[1]] * threes)
    alternative: Alternative = "two-sided" if test.sides == 2 else "greater"
    found = [0.0, 0.0, 0.0]
    for signs in product((-1, 1), repeat=len(sizes)):
        p = (signed_rank_p if test.ranked else sign_flip_p)((sizes * signs).tolist(), alternative)
        if p <= test.alpha:
            probability = float(np.prod(np.where(np.array(signs) > 0, chance, 1 - chance)))
            total = float(scores @ np.array(signs))
            found[0 if total > 0 else 1] += probability
            found[2] += probability * abs(total)
    return found


@pytest.mark.parametrize("ranked", [False, True])
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("alpha", [Fraction(1, 32), Fraction(1, 8), Fraction(3, 10)])
@pytest.mark.parametrize("held", [1, 2**18])
def test_agrees_with_every_pattern_of_signs(
    ranked: bool, sides: int, alpha: Fraction, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditional_tests, "HELD", held)
    test = SignedSum(SIZES, (0.5, 0.5), POSITIVE, ranked, alpha, sides)
    for ones in (0, 2, 3):
        ending = ended(test, ones)
        for threes in range(MOST - ones + 1):
            expected = every_pattern(test, ones, threes) if ones + threes else [0.0, 0.0, 0.0]
            found = [ending.toward[threes], ending.against[threes], ending.distance[threes]]
            assert found == pytest.approx(expected, abs=1e-13)
