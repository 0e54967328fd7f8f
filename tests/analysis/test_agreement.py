"""Agreement of two raters: by hand, published tables, statsmodels, all ways to deal the ratings out, symmetries."""

import doctest
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from lib.analysis import agreement as module
from lib.analysis.agreement import Agreement, agreement, cross_table, weighted_kappa
from lib.errors import Refusal
from lib.values import Missing

LEVELS = [0, 1, 2, 3, 4]
WEIGHTS = ("linear", "quadratic", "none")
# Hout et al. (1987), as given by Agresti (1990), Categorical Data Analysis; `SexualFun` of R's package vcd.
SEXUAL_FUN = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
DISTANCE = {"linear": abs, "quadratic": lambda apart: apart**2, "none": bool}
every_weight = pytest.mark.parametrize("weights", WEIGHTS)
rating = st.integers(0, 4)
rated = st.lists(st.tuples(rating, rating), min_size=1, max_size=8)
tables = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size)
)
tables_with_units = tables.filter(lambda table: sum(map(sum, table)) > 0)
repeatable = settings(derandomize=True, deadline=None, max_examples=60)


def dealt_out(first, second, weights):
    """Kappa from the definition: the mean disagreement over every way to deal the second's ratings to the units."""

    def disagreement(ratings):
        return Fraction(sum(int(DISTANCE[weights](a - b)) for a, b in zip(first, ratings, strict=True)))

    deals = [disagreement(deal) for deal in permutations(second)]
    expected = sum(deals) / len(deals)
    return None if expected == 0 else float(1 - disagreement(second) / expected)


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@every_weight
def test_kappa_of_a_rater_who_never_varies_is_exactly_zero(weights):
    result = agreement([4] * 8, [2, 3, 3, 3, 4, 4, 3, 4], LEVELS, weights)
    assert result == Agreement(
        n=8,
        table=((0,) * 5, (0,) * 5, (0,) * 5, (0,) * 5, (0, 0, 1, 4, 3)),
        exact_agreement=3 / 8,
        kappa=0.0,
        mean_difference=6 / 8,
    )


def test_four_units_by_hand():
    # ratings 0-0, 0-1, 1-1, 2-0. Linear: 0 + 1 + 0 + 2 = 3 of 4; at random, rows 2 1 1, columns 2 2 0:
    # (2·2·1 + 1·2·1 + 1·2·2 + 1·2·1)/4 = 12/4. Quadratic: 5 against (4 + 2 + 8 + 2)/4 = 16/4.
    # None: 2 against (4 + 2 + 2 + 2)/4 = 10/4.
    table = cross_table([0, 0, 1, 2], [0, 1, 1, 0], [0, 1, 2])
    assert table == ((1, 1, 0), (0, 1, 0), (1, 0, 0))
    assert [weighted_kappa(table, weights) for weights in WEIGHTS] == [0, 1 - 5 / 4, 0.2]


def test_the_table_of_cohen():
    # Cohen (1968): of 100, the unweighted kappa is .492
    assert weighted_kappa([[44, 5, 1], [7, 20, 3], [9, 5, 6]], "none") == pytest.approx(0.492, abs=5e-4)


@pytest.mark.parametrize(("weights", "expected"), [("none", 0.1293), ("linear", 0.2374)])
def test_kappa_agrees_with_r(weights, expected):
    # R, vcd: Kappa(SexualFun), unweighted 0.1293, weighted (equal spacing) 0.2374
    assert weighted_kappa(SEXUAL_FUN, weights) == pytest.approx(expected, abs=5e-5)


@every_weight
@repeatable
@given(table=tables_with_units)
def test_kappa_agrees_with_statsmodels(weights, table):
    kappa = weighted_kappa(table, weights)
    if isinstance(kappa, Missing):
        assert sum(sum(row) > 0 for row in table) == 1
        return
    peer = cohens_kappa(np.array(table), wt=None if weights == "none" else weights, return_results=False)
    assert kappa == pytest.approx(peer, abs=1e-12)


@every_weight
@repeatable
@given(units=st.lists(st.tuples(rating, rating), min_size=1, max_size=6))
def test_chance_is_every_way_to_deal_the_ratings_out(weights, units):
    first, second = zip(*units, strict=True)
    kappa = weighted_kappa(cross_table(first, second, LEVELS), weights)
    brute_force = dealt_out(first, second, weights)
    assert isinstance(kappa, Missing) if brute_force is None else kappa == brute_force


@every_weight
@repeatable
@given(table=tables_with_units)
def test_kappa_knows_neither_first_rater_nor_top_of_the_scale(weights, table):
    transposed = [list(column) for column in zip(*table, strict=True)]
    reversed_scale = [row[::-1] for row in table[::-1]]
    kappa = weighted_kappa(table, weights)
    assert weighted_kappa(transposed, weights) == kappa
    assert weighted_kappa(reversed_scale, weights) == kappa


@every_weight
@repeatable
@given(units=rated)
def test_kappa_is_one_for_full_agreement_only(weights, units):
    result = agreement(*zip(*units, strict=True), LEVELS, weights)
    if isinstance(result.kappa, Missing):
        assert len({rating for unit in units for rating in unit}) == 1
    else:
        assert (result.kappa == 1) == (result.exact_agreement == 1)
        assert result.kappa <= 1


@every_weight
def test_kappa_is_missing_only_where_both_used_the_same_level(weights):
    same = agreement([3, 3, 3], [3, 3, 3], LEVELS, weights)
    assert isinstance(same.kappa, Missing)
    assert "one and the same level" in same.kappa.reason
    assert (same.exact_agreement, same.mean_difference) == (1, 0)
    assert agreement([3, 3, 3], [2, 2, 2], LEVELS, weights).kappa == 0


@repeatable
@given(units=rated, data=st.data())
def test_the_order_of_the_units_is_nothing(units, data):
    shuffled = data.draw(st.permutations(units))
    results = [agreement(*zip(*order, strict=True), LEVELS, "linear") for order in (units, shuffled)]
    assert results[0] == results[1]


@repeatable
@given(units=rated)
def test_swapping_raters_turns_the_mean_difference(units):
    first, second = zip(*units, strict=True)
    result, swapped = agreement(first, second, LEVELS, "linear"), agreement(second, first, LEVELS, "linear")
    assert swapped.table == tuple(zip(*result.table, strict=True))
    assert (swapped.mean_difference, swapped.kappa) == (-result.mean_difference, result.kappa)
    assert result.mean_difference == pytest.approx(np.mean(first) - np.mean(second), abs=1e-12)


def test_ratings_are_fractions_and_levels_need_not_start_at_zero():
    assert cross_table([Fraction(2), Fraction(3)], [Fraction(3), Fraction(3)], [2, 3]) == ((0, 1), (0, 1))


def test_no_unit_is_missing():
    assert agreement([], [], LEVELS, "linear") == Missing("no unit was rated by both raters")


@pytest.mark.parametrize(
    ("first", "second", "levels", "message"),
    [
        ([1, 5], [Fraction(1, 2), 2], [0, 1, 2], "wanted ratings among 0, 1, 2; given 1/2, 5"),
        ([1], [1, 2], [0, 1, 2], "wanted two ratings of each unit; given 1 and 2"),
        ([1], [1], [2, 1], r"ascending; given \[2, 1\]"),
        ([1], [1], [1, 1], r"ascending; given \[1, 1\]"),
        ([], [], [], r"at least one level, ascending; given \[\]"),
    ],
)
def test_impossible_ratings_are_refused(first, second, levels, message):
    with pytest.raises(Refusal, match=message):
        agreement(first, second, levels, "linear")


@pytest.mark.parametrize(
    ("table", "weights", "message"),
    [
        ([[1, 2]], "linear", "wanted a square table; given 1 rows of 2"),
        ([[1, -1], [0, 3]], "linear", "none negative"),
        ([[0, 0], [0, 0]], "linear", "at least one unit"),
        ([], "linear", "at least one unit"),
        ([[1, 0], [0, 1]], "cubic", "among linear, quadratic, none; given 'cubic'"),
    ],
)
def test_impossible_tables_are_refused(table, weights, message):
    with pytest.raises(Refusal, match=message):
        weighted_kappa(table, weights)
