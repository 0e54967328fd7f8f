"""Exact sign-flip test: enumeration, Hartigan's subset means, R and scipy."""

import random
from bisect import bisect_right
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import exact, inversion, monte_carlo
from lib.analysis import sign_flip as module
from lib.analysis.paired import validated
from lib.analysis.sign_flip import sign_flip, sign_flip_p
from lib.analysis.t import paired_t
from lib.values import Missing
from tests.analysis import brute_force
from tests.analysis.peers import R_SLEEP, SLEEP

_DRAW = random.Random(1)
ORDINAL = [_DRAW.choice([-4, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3]) for _ in range(1000)]
THIRD = Fraction(100, 3)
alternatives = st.sampled_from(brute_force.ALTERNATIVES)
repeatable = settings(derandomize=True, deadline=None)


def test_sleep_agrees_with_r():
    # R: exactRankTests::perm.test(paired = TRUE, exact = TRUE)
    result = sign_flip(SLEEP)
    assert result.p == pytest.approx(float(R_SLEEP["p_signflip"]), abs=1e-9)
    assert (result.n, result.estimate) == (int(R_SLEEP["n"]), float(R_SLEEP["mean"]))


@pytest.mark.parametrize(
    ("differences", "p", "given_zeros"),
    [
        # Winter 2020, DESIGN: exact two-sided p and the floor given the zeros that were seen; 2/2^4 in general
        pytest.param([-56, -100, 0, 0], 0.5, 0.5, id="size, %"),
        pytest.param([-0.02, -2, 0, 0], 0.5, 0.5, id="size, cm2"),
        pytest.param([0, 1, 1, 0], 0.5, 0.5, id="observer, points"),
        pytest.param([-1, 0, 0, 0], 1, 1, id="physician, points"),
    ],
)
def test_the_endpoints_of_the_trial(differences, p, given_zeros):
    result = sign_flip(differences)
    assert (result.p, result.floor.general, result.floor.given_zeros) == (p, 0.125, given_zeros)
    assert result.method == "exact sign-flip test of the mean, 2⁴ = 16 labellings"


def test_thirds_tie_exactly():
    # the thirds cancel and leave S = 25; |S| is 25 or 200/3 ± 25 in every labelling, so all 16 count
    differences = [-THIRD, THIRD, 25, 0]
    assert sign_flip(differences).p == brute_force.p(brute_force.total, differences, "two-sided") == 1


@repeatable
@given(st.lists(st.fractions(-5, 5, max_denominator=6), min_size=1, max_size=6), alternatives)
def test_p_by_enumeration(differences, alternative):
    assert sign_flip(differences, alternative).p == float(brute_force.p(brute_force.total, differences, alternative))


@repeatable
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12), alternatives)
def test_halves_and_packed_null_agree(differences, alternative):
    scores = [abs(d) for d in differences]
    packed = exact.p_value(scores, exact.positive_sum(scores, differences), alternative)
    assert module._sign_flip_p_by_halves(differences, alternative) == packed


@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
def test_p_agrees_with_scipy(alternative):
    values = np.array([1.5, -0.7, 2.2, 3.1, -1.9, 0.4, 2.8, 1.1])
    peer = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=alternative
    )
    assert sign_flip(values, alternative).p == pytest.approx(peer.pvalue, abs=1e-12)


# ---- interval


def subset_means(differences):
    subsets = (s for size in range(1, len(differences) + 1) for s in combinations(differences, size))
    return sorted(sum(subset, Fraction(0)) / len(subset) for subset in subsets)


def test_four_pairs_bound_nothing_above_87_5_percent():
    # DESIGN: the whole line above level 87.5 %, [min, max] at 87.5 %, where p outside equals alpha
    assert (sign_flip([5, 1, 2, 9], level=0.876).interval.low, sign_flip([5, 1, 2, 9]).interval.high) == (None, None)
    interval = sign_flip([5, 1, 2, 9], level=0.875).interval
    assert (interval.low, interval.high, interval.reason) == (1, 9, "")


def test_an_unbounded_interval_says_why():
    reason = sign_flip([-56, -100, 0, 0]).interval.reason
    assert reason == "unbounded: the smallest p that 4 pairs can give, 0.125, is above 0.05"


def lowest_accepted(differences, alpha):
    """Hartigan 1969: p_greater(θ) = (1 + number of subset means <= θ)/2^n, listed."""
    means, size = subset_means(differences), Fraction(2) ** len(differences)
    if 1 / size > alpha:
        return None
    return float(next(mean for mean in means if (1 + bisect_right(means, mean)) / size > alpha))


@repeatable
@given(
    st.lists(st.fractions(-5, 5, max_denominator=6), min_size=1, max_size=8),
    st.sampled_from([0.5, 0.75, 0.875, 0.9, 0.95, 0.99]),
)
def test_limits_are_order_statistics_of_the_subset_means(differences, level):
    alpha = 1 - Fraction(repr(level))
    low, mirrored = (lowest_accepted([sign * d for d in differences], alpha / 2) for sign in (1, -1))
    interval = sign_flip(differences, level=level).interval
    assert (interval.low, interval.high) == (low, None if mirrored is None else -mirrored)
    assert sign_flip(differences, "greater", level).interval.low == lowest_accepted(differences, alpha)


@repeatable
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=5), st.sampled_from([0.5, 0.75, 0.875, 0.9]), alternatives)
def test_interval_agrees_with_the_generic_inversion(differences, level, alternative):
    data = validated(differences, alternative, level)
    generic = inversion.invert(
        lambda theta: brute_force.p(brute_force.total, [d - theta for d in differences], alternative),
        subset_means([Fraction(d) for d in differences]),
        data.alpha,
    )
    interval = sign_flip(differences, alternative, level).interval
    assert generic.connected
    assert interval.low == (None if generic.low is None else float(generic.low))
    assert interval.high == (None if generic.high is None else float(generic.high))


GRID = 120  # holds every mean of up to 5 whole numbers, and a point between any two


@pytest.mark.parametrize("differences", [[3, -1, 4, 1, 2], [0, 0, 1, 2, 2], [-4, 4, 1, 3, 3]])
@pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
def test_interval_on_a_grid(differences, alternative):
    alpha = Fraction(1, 8)
    accepted = brute_force.accepted_on_grid(brute_force.total, differences, alternative, alpha, GRID)
    assert brute_force.is_hull(sign_flip(differences, alternative, 0.875).interval, accepted, differences, GRID)


@repeatable
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=10), st.sampled_from([0.5, 0.75, 0.875, 0.95]))
def test_zero_is_inside_exactly_if_it_is_not_rejected(differences, level):
    result = sign_flip(differences, level=level)
    low, high = result.interval.low, result.interval.high
    assert ((low is None or low <= 0) and (high is None or high >= 0)) == (result.p > 1 - Fraction(repr(level)))


def test_long_numbers_have_the_same_interval_as_short_ones():
    # a common tail of digits forces Python's integers where the short ones fit the machine's
    short = [3, -1, 4, 1, -5, 9, 2, 6, 5, 3, 5, 9]
    tail = Fraction(1, 3**60)
    long, plain = sign_flip([d + tail for d in short]).interval, sign_flip(short).interval
    assert (long.low, long.high) == pytest.approx((plain.low, plain.high), abs=1e-12)


# ---- null


def test_the_null_of_four_pairs():
    # 1, 2, 3, 4: means (±1 ±2 ±3 ±4)/4 by hand; only ±10/4 reach the observed mean
    null = brute_force.null_of(sign_flip([1, 2, 3, 4]))
    assert null.support == (-2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5)
    assert [p * 16 for p in null.probability] == [1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1]
    assert [s for s, extreme in zip(null.support, null.extreme, strict=True) if extreme] == [-2.5, 2.5]
    assert null.observed == 2.5


# ---- size


def test_twenty_uneven_pairs_keep_p_and_interval():
    draw = random.Random(20)
    result = sign_flip([draw.gauss(0.5, 1) for _ in range(20)])
    assert not isinstance(result.p, Missing)
    assert result.interval.low < result.estimate < result.interval.high
    assert result.null is None
    assert any("not listed" in note for note in result.notes)


def test_sixty_uneven_pairs_have_an_estimated_p_and_no_interval():
    draw = random.Random(60)
    differences = [draw.gauss(0.1, 1) for _ in range(60)]
    result = sign_flip(differences)
    assert result.method == "sign-flip test of the mean, Monte Carlo, 99,999 random labellings"
    assert result.monte_carlo.low < result.p < result.monte_carlo.high
    # for 60 near-normal differences the t test is close to the exact one
    assert paired_t(differences).p == pytest.approx(result.p, rel=0.05)
    assert any(note.startswith("p is estimated: ") and "with 99 % confidence" in note for note in result.notes)
    assert any("within rounding" in note for note in result.notes)
    assert result.interval.reason.startswith("not computed: ")
    assert "the limits are" in sign_flip_p(differences, "two-sided").reason


def test_nothing_is_estimated_where_the_exact_p_can_be_had():
    draw = random.Random(200)
    coarse = [round(draw.gauss(0.1, 1), 2) for _ in range(200)]
    result = sign_flip(coarse)
    assert result.monte_carlo is None
    assert result.method == "exact sign-flip test of the mean, 2²⁰⁰ labellings"
    estimate = monte_carlo.estimated_p(validated(coarse, "two-sided", 0.95).lattice.integers, "two-sided")
    assert estimate.monte_carlo.low <= result.p <= estimate.monte_carlo.high


def test_more_pairs_than_can_be_labelled_at_random_are_answered_with_reasons():
    draw = random.Random(1100)
    result = sign_flip([draw.gauss(0, 1) for _ in range(1100)])
    assert isinstance(result.p, Missing)
    assert result.monte_carlo is None
    assert not isinstance(result.estimate, Missing)


def test_a_thousand_ordinal_pairs_keep_p_and_interval():
    # with 1,000 pairs the normal theory of the t test is good to the third digit
    result, peer = sign_flip(ORDINAL), paired_t(ORDINAL)
    assert result.monte_carlo is None
    assert result.p == pytest.approx(peer.p, rel=0.05)
    assert (result.interval.low, result.interval.high) == pytest.approx(
        (peer.interval.low, peer.interval.high), abs=0.003
    )
    assert any("and is not listed" in note for note in result.notes) == (result.null is None)


def test_a_p_below_every_float_is_not_written_as_zero():
    result = sign_flip([1] * 2000)
    assert isinstance(result.p, Missing)
    assert "above 0" in result.p.reason
    assert isinstance(result.floor.general, Missing)


def test_sixty_whole_scores_are_exact():
    # 60 differences of +1: p = 2/2^60; the interval of equal differences is that value
    result = sign_flip([1] * 60)
    assert result.p == 2 / 2**60
    assert (result.interval.low, result.interval.high) == (1, 1)
