"""Exact arithmetic: reading numbers, counting subsets, inverting."""

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import exact, subset_sums
from lib.errors import OverBudget, Refusal

small_scores = st.lists(st.integers(0, 9), max_size=8)
repeatable = settings(derandomize=True, deadline=None)


def listed_sums(items):
    return Counter(sum(subset) for size in range(len(items) + 1) for subset in combinations(items, size))


def test_a_float_is_the_decimal_that_prints_it():
    assert exact.as_fractions([1.3, np.float64(0.1), np.int64(2), True]) == (
        Fraction(13, 10),
        Fraction(1, 10),
        Fraction(2),
        Fraction(1),
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None, "1", 1e101, 1j])
def test_what_is_not_a_finite_number_is_refused_with_its_place(value):
    with pytest.raises(Refusal, match=r"wanted finite numbers.*number 2 was given as") as caught:
        exact.as_fractions([0, value])
    assert repr(value) in str(caught.value)


def test_a_level_means_what_is_written():
    # 1 - 0.95 is 0.050000000000000044 in binary
    assert 1 - exact.exact_level(0.95) == Fraction(1, 20)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(Refusal, match="between 0 and 1"):
        exact.exact_level(level)


@repeatable
@given(
    st.lists(st.fractions(-9, 9, max_denominator=12), min_size=1, max_size=6), st.fractions(-9, 9, max_denominator=7)
)
def test_a_lattice_holds_its_values_and_their_shifts(values, theta):
    lattice = exact.lattice(values)
    assert [integer * lattice.unit for integer in lattice.integers] == values
    shifted = lattice.minus(theta)
    factors = {integer / (value - theta) for integer, value in zip(shifted, values, strict=True) if value != theta}
    assert len(factors) <= 1
    assert all(factor > 0 for factor in factors)
    assert [integer == 0 for integer in shifted] == [value == theta for value in values]


def test_a_lattice_is_coarsest():
    # -56, -100 share 4 and thirds need a denominator
    assert exact.lattice([Fraction(-56), Fraction(-100), Fraction(0)]).integers == (-14, -25, 0)
    assert exact.lattice([Fraction(-100, 3), Fraction(25)]).unit == Fraction(25, 3)


@repeatable
@given(st.lists(st.integers(-9, 9), max_size=8))
def test_subset_counts_by_listing_subsets(items):
    assert subset_sums.subset_counts(items, limit=1000) == listed_sums(items)


@repeatable
@given(small_scores, st.integers(-2, 75))
def test_tail_count_by_listing_subsets(scores, at_least):
    assert subset_sums.tail_count(scores, at_least) == sum(c for s, c in listed_sums(scores).items() if s >= at_least)


def test_tail_count_beyond_64_bits():
    # by symmetry, half of the 2^101 subsets of 101 equal scores hold 51 or more
    assert subset_sums.tail_count([1] * 101, 51) == 2**100


@repeatable
@given(small_scores, st.data(), st.sampled_from(["two-sided", "less", "greater"]))
def test_the_listed_null_holds_the_p_value(scores, data, alternative):
    observed = data.draw(st.sampled_from(sorted(listed_sums(scores))))
    null = exact.discrete_null("sum", scores, observed, alternative)
    inside = [p for p, extreme in zip(null.probability, null.extreme, strict=True) if extreme]
    assert math.fsum(inside) == pytest.approx(float(exact.p_value(scores, observed, alternative)), abs=1e-15)
    assert math.fsum(null.probability) == pytest.approx(1, abs=1e-15)
    assert list(null.support) == sorted(null.support)
    assert null.observed in null.support


def test_a_null_stays_listed_up_to_its_limit():
    # 2^12 = 4,096 different sums, and 2^13
    assert len(exact.discrete_null("sum", [2**i for i in range(12)], 0, "less").support) == 4096
    assert exact.discrete_null("sum", [2**i for i in range(13)], 0, "less") is None


def test_budgets_name_size_and_limit():
    with pytest.raises(OverBudget, match="up to 1,024 different sums; the limits are 1,000 sums"):
        subset_sums.subset_counts([2**i for i in range(10)], limit=1000)
    with pytest.raises(OverBudget, match="additions"):
        subset_sums.subset_counts(range(1, 1000), limit=10**9)
    with pytest.raises(OverBudget, match="takes 12,000,000,012 bits; the limit is 67,108,864"):
        subset_sums.tail_count([10**8] * 10, 0)


@settings(repeatable, max_examples=20)
@given(st.lists(st.integers(1, 40), min_size=53, max_size=60), st.data())
def test_a_null_of_many_differences_is_the_same_in_floats(scores, data):
    # with more than 52 differences probabilities are added up in floats, here against counts of subsets
    scores = [7 * score for score in scores]
    observed = data.draw(st.sampled_from([0, max(scores), sum(scores)]))
    null, counts = exact.discrete_null("sum", scores, observed, "greater"), subset_sums.subset_counts(scores, 10**6)
    assert dict(zip(null.support, null.probability, strict=True)) == pytest.approx(
        {total: count / 2 ** len(scores) for total, count in counts.items()}, rel=1e-12
    )


def test_equal_scores_are_binomial():
    # P(Bin(1000, 1/2) >= 550) by counting, and the packed null for the same question
    assert exact.tail([3] * 1000, 1650) == Fraction(subset_sums.tail_count([1] * 1000, 550), 2**1000)
    assert exact.tail([1] * 3, -1) == 1
    assert exact.tail([], 0) == 1
    assert exact.tail([], 1) == 0
