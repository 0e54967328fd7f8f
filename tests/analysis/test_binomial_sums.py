"""Tails of sums of coins: enumeration, exact integers, the binomial."""

import doctest
import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import binomial_sums, subset_sums
from lib.errors import OverBudget

repeatable = settings(derandomize=True, deadline=None)


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(binomial_sums)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@repeatable
@given(st.lists(st.integers(0, 9), max_size=6), st.integers(-3, 60))
def test_tail_by_enumeration(scores, at_least):
    labellings = list(product((0, 1), repeat=len(scores)))
    reached = sum(sum(s * c for s, c in zip(scores, coins, strict=True)) >= at_least for coins in labellings)
    assert binomial_sums.tail(scores, at_least) == reached / len(labellings)


RANKS = {
    "untied": list(range(1, 301)),
    "two sizes": [101] * 200 + [351] * 100,
    "nine sizes": [2 * size + 1 for size in range(9) for _ in range(30)],
}


@pytest.mark.parametrize("scores", RANKS.values(), ids=RANKS)
def test_far_tails_keep_their_relative_accuracy(scores):
    total, far = sum(scores), 0
    for share in (Fraction(1, 3), Fraction(1, 2), Fraction(6, 10), Fraction(8, 10), Fraction(95, 100), Fraction(1)):
        at_least = math.ceil(total * share)
        exactly = Fraction(subset_sums.tail_count(scores, at_least), 2 ** len(scores))
        assert abs(Fraction(binomial_sums.tail(scores, at_least)) / exactly - 1) < 1e-12
        far += exactly < 1e-30
    assert far >= 2


@pytest.mark.parametrize("heads", [1600, 1100, 1024, 900])
def test_more_coins_than_a_float_can_count(heads):
    # 2^2048 subsets; scipy's binomial tail
    wanted = stats.binom.sf(heads - 1, 2048, 0.5)
    assert binomial_sums.tail([1] * 2048, heads) == pytest.approx(wanted, rel=1e-9)


@repeatable
@given(st.lists(st.integers(0, 9), max_size=12), st.integers(-3, 110))
def test_both_tails_add_up(scores, at_least):
    mirrored = sum(scores) - at_least + 1
    assert binomial_sums.tail(scores, at_least) + binomial_sums.tail(scores, mirrored) == 1


@repeatable
@given(st.lists(st.integers(0, 9), max_size=8), st.integers(-3, 75))
def test_hoeffding_is_a_bound(scores, at_least):
    assert binomial_sums.hoeffding(scores, at_least) >= binomial_sums.tail(scores, at_least) * (1 - 1e-12)


def test_hoeffding_decides_far_out():
    # 100 coins, 80 heads: exp(-2 * 30^2 / 100)
    assert binomial_sums.hoeffding([1] * 100, 80) == pytest.approx(math.exp(-18))


def test_work_is_refused_before_it_starts():
    with pytest.raises(OverBudget, match="the limits are 8,388,608 sums and 2e"):
        binomial_sums.tail([10**9, 10**8], 10**9)
    with pytest.raises(OverBudget, match="the null of 10000 differences has"):
        binomial_sums.tail([1000] * 10_000, 7_000_000)
