"""Exact signed-rank test: Student's and Hollander & Wolfe's data, enumeration, R and scipy."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import subset_sums
from lib.analysis.signed_rank import signed_rank, signed_rank_p
from lib.errors import OverBudget, Refusal
from tests.analysis import brute_force
from tests.analysis.peers import R_SLEEP, SLEEP

alternatives = st.sampled_from(brute_force.ALTERNATIVES)
repeatable = settings(derandomize=True, deadline=None)


def test_sleep_agrees_with_r():
    # R: exactRankTests::wilcox.exact(x, y, paired = TRUE, exact = TRUE)
    result = signed_rank(SLEEP)
    assert result.p == pytest.approx(float(R_SLEEP["p_signed_rank"]), abs=1e-9)
    assert brute_force.null_of(result).observed == float(R_SLEEP["V"])
    assert result.n == int(R_SLEEP["n"])


@pytest.mark.parametrize(("zeros", "low"), [("wilcoxon", 0.8), ("pratt", 0.9)])
def test_sleep_keeps_its_zero_for_the_estimate(zeros, low):
    # DESIGN: 1.3; 0.8-2.7 by the Wilcoxon rule, 0.9-2.7 by Pratt's
    result = signed_rank(SLEEP, zeros=zeros)
    assert (result.estimate, result.interval.low, result.interval.high) == (1.3, low, 2.7)


def test_hollander_and_wolfe():
    # Nonparametric Statistical Methods (1973), depression scale factor, p. 29-39: V = 40, one-sided p 0.0195,
    # estimate 0.46, interval 0.010 to 0.786
    x = ["1.83", "0.50", "1.62", "2.48", "1.68", "1.88", "1.55", "3.06", "1.30"]
    y = ["0.878", "0.647", "0.598", "2.05", "1.06", "1.29", "1.06", "3.14", "1.29"]
    differences = [Fraction(a) - Fraction(b) for a, b in zip(x, y, strict=True)]
    result = signed_rank(differences)
    assert brute_force.null_of(result).observed == 40
    assert signed_rank(differences, "greater").p == pytest.approx(0.01953, abs=5e-6)
    assert (result.estimate, result.interval.low, result.interval.high) == (0.46, 0.010, 0.786)


@pytest.mark.parametrize(
    ("differences", "p", "given_zeros"),
    [
        # Winter 2020, DESIGN
        pytest.param([-56, -100, 0, 0], 0.5, 0.5, id="size, %"),
        pytest.param([0, 1, 1, 0], 0.5, 0.5, id="observer, points"),
        pytest.param([-1, 0, 0, 0], 1, 1, id="physician, points"),
    ],
)
def test_the_endpoints_of_the_trial(differences, p, given_zeros):
    result = signed_rank(differences)
    assert (result.p, result.floor.general, result.floor.given_zeros) == (p, 0.125, given_zeros)


@repeatable
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=6), alternatives)
def test_p_by_enumeration_with_ties_and_zeros(differences, alternative):
    expected = brute_force.p(brute_force.positive_ranks, differences, alternative)
    assert signed_rank(differences, alternative).p == float(expected)


@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
def test_p_agrees_with_scipy_without_ties(alternative):
    values = [1.5, -0.7, 2.2, 3.1, -1.9, 0.4, 2.8, 1.1, -0.2, 3.7]
    peer = stats.wilcoxon(values, method="exact", alternative=alternative)
    assert signed_rank(values, alternative).p == pytest.approx(peer.pvalue, abs=1e-12)


@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
def test_p_agrees_with_scipy_with_ties_and_zeros(zeros):
    values = [0, 1, 1, -1, 2, 3, 0, -2, 3]
    exactly = stats.PermutationMethod(n_resamples=np.inf)
    wanted = stats.wilcoxon(
        values, zero_method={"wilcoxon": "wilcox", "pratt": "pratt"}[zeros], method=exactly, alternative="greater"
    )
    assert signed_rank(values, "greater", zeros=zeros).p == pytest.approx(wanted.pvalue, abs=1e-12)


def test_the_zero_rules_differ():
    # by hand: of ranks 3, 1.5, 1.5 five of the 8 subsets reach V = 3; of ranks 4, 2.5, 2.5 four reach V = 5
    assert signed_rank([0, -2, 1, 1], "greater").p == 5 / 8
    assert signed_rank([0, -2, 1, 1], "greater", zeros="pratt").p == 4 / 8


GRID = 4  # holds every mean of two whole numbers, and a point between any two


@pytest.mark.parametrize("level", [0.5, 0.75, 0.875])
@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
@pytest.mark.parametrize("differences", [[3, -1, 4, 1, 2], [0, 0, 1, 2, 2], [-4, 4, 1, 3, 3], [2, 2, 2], [7]])
def test_interval_on_a_grid(differences, alternative, level):
    accepted = brute_force.accepted_on_grid(
        brute_force.positive_ranks, differences, alternative, 1 - Fraction(repr(level)), GRID
    )
    assert brute_force.is_hull(signed_rank(differences, alternative, level).interval, accepted, differences, GRID)


def test_the_estimate_is_the_median_of_walsh_averages():
    # 0, 0, 1, 5: averages 0 0 0 .5 .5 1 2.5 2.5 3 5, by hand
    assert signed_rank([0, 0, 1, 5]).estimate == 0.75


def test_the_null_of_three_pairs():
    # ranks 1, 2, 3: sums 0 1 2 3 3 4 5 6
    null = brute_force.null_of(signed_rank([2, 5, 9]))
    assert null.support == (0, 1, 2, 3, 4, 5, 6)
    assert [p * 8 for p in null.probability] == [1, 1, 1, 2, 1, 1, 1]
    assert null.extreme == (True, False, False, False, False, False, True)


def test_dropped_zeros_are_told():
    assert "2 of 4 differences are zero: dropped for p before ranking." in signed_rank([-56, -100, 0, 0]).notes
    assert "1 of 2 differences is zero: ranked, then dropped for p." in signed_rank([0, 1], zeros="pratt").notes


def test_what_is_too_large_is_refused_with_reasons():
    # 200 untied pairs: p by dynamic programming; 20,100 Walsh averages are beyond the limit of an inversion
    result = signed_rank([3**i for i in range(200)])
    assert result.p == 2 / 2**200
    assert "40,201 exact nulls" in result.interval.reason
    assert signed_rank(range(1, 501)).p == 2 / 2**500
    with pytest.raises(OverBudget, match="takes 1,001 pairs here; the limit is 1,000"):
        signed_rank([1] * 1001)


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
def test_six_hundred_untied_pairs_agree_with_scipy(alternative):
    # beyond the packed null: added up in floats
    draw = random.Random(600)
    values = [draw.gauss(0.1, 1) for _ in range(600)]
    assert subset_sums.packed_bits(range(1, 601)) > subset_sums.MOST_BITS
    peer = stats.wilcoxon(values, method="exact", alternative=alternative)
    assert signed_rank_p(values, alternative) == pytest.approx(peer.pvalue, rel=1e-9)


def test_a_thousand_ordinal_pairs_keep_p_and_interval():
    # the normal approximation is good to the second digit; every limit is a Walsh average, in steps of 1/2
    draw = random.Random(1)
    differences = [draw.choice([-4, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3]) for _ in range(1000)]
    result = signed_rank(differences)
    peer = stats.wilcoxon(differences, zero_method="wilcox", method="asymptotic")
    assert result.p == pytest.approx(peer.pvalue, rel=0.01)
    for limit, beyond in ((result.interval.low, -0.25), (result.interval.high, 0.25)):
        outside = stats.wilcoxon([d - limit - beyond for d in differences], method="asymptotic")
        assert limit * 2 == round(limit * 2)
        assert outside.pvalue < 0.05


def test_an_unknown_zero_rule_is_refused():
    with pytest.raises(Refusal, match="among wilcoxon, pratt; given 'drop'"):
        signed_rank([1, 2], zeros="drop")
