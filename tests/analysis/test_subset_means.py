"""Order statistics of subset means: listing all subsets, and two ways of counting against each other."""

import random
from bisect import bisect_right
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import subset_means
from lib.errors import OverBudget

repeatable = settings(derandomize=True, deadline=None)
some_numbers = st.lists(st.integers(-9, 9), min_size=1, max_size=9)


def listed(integers):
    subsets = (s for size in range(1, len(integers) + 1) for s in combinations(integers, size))
    return sorted(Fraction(sum(subset), len(subset)) for subset in subsets)


@repeatable
@given(some_numbers, st.fractions(Fraction(1, 1000), Fraction(1, 2)))
def test_quantiles_by_listing(integers, share):
    means, labellings = listed(integers), 2 ** len(integers)
    wanted = next(m for m in means if (1 + bisect_right(means, m)) > share * labellings)
    assert subset_means.quantile(integers, share) == (None if labellings * share < 1 else wanted)


@repeatable
@given(some_numbers, st.fractions(-10, 10, max_denominator=9))
def test_the_transform_counts_what_listing_counts(integers, theta):
    at_most = (1 + bisect_right(listed(integers), theta)) / 2 ** len(integers)
    assert subset_means._grid(integers).share(theta) == pytest.approx(at_most, abs=1e-13)


@pytest.mark.parametrize("largest", [1, 4, 9])
@pytest.mark.parametrize("seed", range(3))
def test_both_ways_agree_where_both_can_count(monkeypatch, largest, seed):
    # 60 whole numbers: the transform is cut to the window that holds all but 1e-20 of the subsets
    draw = random.Random(seed)
    integers = [draw.randint(-largest, largest) for _ in range(60)]
    by_transform = [subset_means.quantile(integers, Fraction(1, d)) for d in (10, 40, 200)]
    monkeypatch.setattr(subset_means, "MOST_HALVED", 60)
    assert [subset_means.quantile(integers, Fraction(1, d)) for d in (10, 40, 200)] == by_transform


def test_another_origin_moves_the_quantile():
    draw = random.Random(5)
    integers = [draw.randint(-4, 4) for _ in range(100)]
    far = [integer + 1000 for integer in integers]
    assert subset_means.quantile(far, Fraction(1, 40)) == subset_means.quantile(integers, Fraction(1, 40)) + 1000


def test_shares_within_rounding_are_refused():
    # of 40 equal numbers all subsets have the mean 1, and only the empty one counts below it: P = 2^-40 for θ < 1
    with pytest.raises(OverBudget, match="within rounding of 9"):
        subset_means._more_than([1] * 40, Fraction(1, 2**40), 1)(Fraction(1, 2))


def test_a_fine_scale_is_refused_with_its_size():
    with pytest.raises(OverBudget, match="differences with 200 different values take"):
        subset_means._grid([draw * 10**6 + draw**3 for draw in range(200)])
