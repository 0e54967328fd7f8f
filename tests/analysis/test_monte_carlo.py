"""Estimated p: close to the exact one, reproducible, never 0."""

import doctest
import random

import pytest

from lib.analysis import monte_carlo
from lib.analysis.monte_carlo import DRAWS, estimated_p
from lib.analysis.sign_flip import sign_flip
from lib.errors import OverBudget
from tests.analysis import brute_force
from tests.analysis.peers import SLEEP


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(monte_carlo)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
@pytest.mark.parametrize("seed", range(4))
def test_the_limits_hold_the_exact_p(alternative, seed):
    # 12 of 12 intervals at 99 % hold; the seed of the labellings is fixed, so the outcome is too
    draw = random.Random(seed)
    integers = [draw.randint(-50, 60) for _ in range(14)]
    found = estimated_p(integers, alternative)
    exactly = sign_flip(integers, alternative).p
    assert found.monte_carlo.low <= exactly <= found.monte_carlo.high
    assert found.p == pytest.approx(exactly, abs=0.008)


@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
def test_ties_count_towards_p_in_floats_as_in_integers(alternative):
    # the same labellings: numbers beyond 64 bits are compared as floats, and sleep has many tied sums
    short = [round(10 * d) for d in SLEEP]
    plain, long = estimated_p(short, alternative), estimated_p([d * 10**20 for d in short], alternative)
    assert (plain.rounded, long.rounded) == (False, True)
    assert (long.p, long.monte_carlo) == (plain.p, plain.monte_carlo)


def test_swapping_arms_swaps_the_one_sided_p():
    up, down = estimated_p([3, 1, -2, 5], "greater"), estimated_p([-3, -1, 2, -5], "less")
    assert up.p == pytest.approx(down.p, abs=0.01)


def test_p_counts_the_observed_labelling():
    # all of 100 differences positive: no other of 2^100 labellings is as extreme, and none is drawn
    found = estimated_p([1] * 100, "greater")
    assert found.p == 1 / (1 + DRAWS)
    assert found.monte_carlo.low == 0
    # Clopper-Pearson of 0 in 99,999 at 99 %: 1 - 0.005^(1/99,999)
    assert found.monte_carlo.high == pytest.approx(1 - 0.005 ** (1 / 99_999), rel=1e-9)


def test_too_many_coins_are_refused():
    with pytest.raises(OverBudget, match=r"1\.1e\+08 coins; the limit is 1e\+08"):
        estimated_p([1] * 1100, "less")
