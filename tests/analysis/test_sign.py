"""Exact sign test: enumeration, the binomial, order statistics."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis.sign import sign_test
from tests.analysis import brute_force
from tests.analysis.peers import R_SLEEP, SLEEP

alternatives = st.sampled_from(brute_force.ALTERNATIVES)
repeatable = settings(derandomize=True, deadline=None)


def test_sleep_agrees_with_r():
    # R: binom.test(sum(x > y), sum(x != y))
    assert sign_test(SLEEP).p == pytest.approx(float(R_SLEEP["p_sign"]), abs=1e-9)


@repeatable
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), alternatives)
def test_p_by_enumeration(differences, alternative):
    assert sign_test(differences, alternative).p == float(
        brute_force.p(brute_force.positives, differences, alternative)
    )


@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
@pytest.mark.parametrize(("positive", "negative", "zero"), [(7, 2, 3), (0, 6, 0), (15, 15, 1), (40, 20, 0)])
def test_p_agrees_with_the_binomial(positive, negative, zero, alternative):
    peer = stats.binomtest(positive, positive + negative, alternative=alternative)
    differences = [2] * positive + [-1] * negative + [0] * zero
    assert sign_test(differences, alternative).p == pytest.approx(peer.pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "low", "high"),
    # Largest k with 2·P(Bin(n, 1/2) < k) <= 0.05: limits are the kth values from either end; Conover, Practical
    # Nonparametric Statistics, table of the sign test: n = 6: 1, n = 10: 2, n = 20: 6
    [(6, 1, 6), (10, 2, 9), (20, 6, 15)],
)
def test_limits_are_order_statistics(n, low, high):
    result = sign_test(range(1, n + 1))
    assert (result.interval.low, result.interval.high) == (low, high)
    assert result.estimate == (n + 1) / 2


GRID = 4  # holds every mean of two whole numbers, and a point between any two


@pytest.mark.parametrize("level", [0.5, 0.75, 0.875])
@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
@pytest.mark.parametrize("differences", [[3, -1, 4, 1, 2], [0, 0, 1, 2, 2], [-4, 4, 1, 3, 3], [2, 2, 2], [7]])
def test_interval_on_a_grid(differences, alternative, level):
    accepted = brute_force.accepted_on_grid(
        brute_force.positives, differences, alternative, 1 - Fraction(repr(level)), GRID
    )
    assert brute_force.is_hull(sign_test(differences, alternative, level).interval, accepted, differences, GRID)


def test_the_null_counts_positive_differences():
    # Bin(4, 1/2), one of 5 differences being zero
    null = brute_force.null_of(sign_test([1, 2, -3, 4, 0], "greater"))
    assert (null.support, null.observed) == ((0, 1, 2, 3, 4), 3)
    assert [p * 16 for p in null.probability] == [1, 4, 6, 4, 1]
    assert null.extreme == (False, False, False, True, True)


def test_a_thousand_different_pairs_keep_p_and_interval():
    # limits are the kth values from either end, k the largest with 2 P(Bin(1000, 1/2) < k) <= 0.05: scipy's quantile
    kth = int(stats.binom.ppf(0.025, 1000, 0.5))
    result = sign_test(range(1, 1001))
    assert (result.interval.low, result.interval.high) == (kth, 1001 - kth)
    assert result.p == pytest.approx(stats.binomtest(1000, 1000).pvalue, rel=1e-9)
