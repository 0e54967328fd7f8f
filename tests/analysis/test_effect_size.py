"""Effect sizes: R and published values, the equations that define each interval, enumeration, symmetry."""

import doctest
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from lib.analysis import effect_size as module
from lib.analysis.effect_size import (
    d_av,
    d_z,
    discordant_odds_ratio,
    hedges_g_z,
    probability_of_superiority,
    responder_difference,
)
from lib.analysis.mcnemar import mcnemar
from lib.analysis.sign import sign_test
from lib.analysis.t import paired_t
from lib.errors import Refusal
from lib.values import Missing, known
from tests.analysis.peers import SLEEP

PRESSURES = [Fraction(x) for x in (4, 2, 3, 7)]
spread = st.lists(st.fractions(-6, 6, max_denominator=4), min_size=2, max_size=8).filter(lambda ds: len(set(ds)) > 1)
levels = st.sampled_from([0.5, 0.8, 0.95, 0.99])
counts = st.integers(0, 8)
repeatable = settings(derandomize=True, deadline=None, max_examples=40)


def bounds(size):
    return size.interval.low, size.interval.high


def mirrored(size):
    return tuple(None if limit is None else -limit for limit in reversed(bounds(size)))


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


EVERY = [
    d_z(SLEEP),
    hedges_g_z(SLEEP),
    d_av(SLEEP, PRESSURES, PRESSURES),
    probability_of_superiority(SLEEP, "higher"),
    responder_difference(3, 1, 6),
    discordant_odds_ratio(3, 1),
]


def test_every_size_explains_itself():
    assert len({size.key for size in EVERY}) == len(EVERY)
    for size in EVERY:
        assert all((size.label, size.method, size.reference))
        assert size.interval.low < size.value < size.interval.high
        assert (size.interval.level, size.interval.reason) == (0.95, "")


# ---- d_z and g_z


def test_sleep_agrees_with_r():
    # R: effectsize::cohens_d(Pair(extra[group == 1], extra[group == 2]) ~ 1, data = sleep) prints -1.28 [-2.12, -0.41]
    size = d_z([-d for d in SLEEP])
    assert [round(number, 2) for number in (size.value, *bounds(size))] == [-1.28, -2.12, -0.41]
    assert size.value == pytest.approx(-paired_t(SLEEP).null.observed / math.sqrt(10), abs=1e-12)


@repeatable
@given(spread, levels)
def test_the_bounds_of_d_z_put_the_observed_t_into_the_tails(differences, level):
    size, n = d_z(differences, level), len(differences)
    low, high = (limit * math.sqrt(n) for limit in bounds(size))
    t = size.value * math.sqrt(n)
    assert stats.nct.sf(t, n - 1, low) == pytest.approx((1 - level) / 2, abs=1e-8)
    assert stats.nct.cdf(t, n - 1, high) == pytest.approx((1 - level) / 2, abs=1e-8)


@pytest.mark.parametrize("differences", [[44, 43.9], [100, 99, 101, 100], [-30, -29.5, -30.2]])
def test_a_large_d_z_agrees_with_integration(differences):
    # P(T ≥ t) without scipy's noncentral t: over Z, P(χ²/df ≤ ((Z + noncentrality)/t)²)
    size, n = d_z([abs(d) for d in differences]), len(differences)
    t = size.value * math.sqrt(n)

    def integrand(z, noncentrality):
        return stats.norm.pdf(z) * stats.chi2.cdf((n - 1) * ((z + noncentrality) / t) ** 2, n - 1)

    for limit, expected in zip(bounds(size), (0.025, 0.975), strict=True):
        noncentrality = limit * math.sqrt(n)
        tail, _ = integrate.quad(integrand, max(-noncentrality, -9), 9, args=(noncentrality,), epsabs=1e-11)
        assert tail == pytest.approx(expected, abs=1e-8)


@repeatable
@given(spread, levels)
def test_zero_is_outside_exactly_if_the_t_test_rejects(differences, level):
    low, high = bounds(d_z(differences, level))
    assert (low > 0 or high < 0) == (paired_t(differences).p < 1 - level)


@repeatable
@given(spread, st.fractions(Fraction(1, 9), 50, max_denominator=9), levels)
def test_standardised_sizes_have_no_unit_and_mirror(differences, factor, level):
    for measure in (d_z, hedges_g_z):
        size, scaled = measure(differences, level), measure([d * factor for d in differences], level)
        mirror = measure([-d for d in differences], level)
        assert bounds(mirror) == mirrored(size)
        assert bounds(scaled) == (None, None) or bounds(scaled) == pytest.approx(bounds(size), abs=1e-9)
        if known(size.value):
            assert (scaled.value, mirror.value) == (pytest.approx(size.value, abs=1e-12), -size.value)


@repeatable
@given(spread)
def test_a_higher_level_is_wider_and_a_larger_mean_is_higher(differences):
    narrow, wide = bounds(d_z(differences, 0.8)), bounds(d_z(differences, 0.95))
    shifted = bounds(d_z([d + 1 for d in differences], 0.8))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert shifted[0] > narrow[0]
    assert shifted[1] > narrow[1]


@pytest.mark.parametrize(
    ("df", "factor"),
    # Hedges 1981, table 1
    [(2, 0.5642), (3, 0.7236), (4, 0.7979), (10, 0.9228), (20, 0.9619), (50, 0.9849)],
)
def test_hedges_factor_agrees_with_his_table(df, factor):
    differences = list(range(df + 1))
    plain, corrected = d_z(differences), hedges_g_z(differences)
    for before, after in zip((plain.value, *bounds(plain)), (corrected.value, *bounds(corrected)), strict=True):
        assert after == pytest.approx(before * factor, rel=1e-4)


def test_two_pairs_have_nothing_to_correct():
    assert known(d_z([1, 2]).value)
    assert hedges_g_z([1, 2]).value == Missing("2 pairs: d_z has no expectation, and no factor corrects it")


@pytest.mark.parametrize("measure", [d_z, hedges_g_z])
@pytest.mark.parametrize(
    ("differences", "reason"), [([], "no pairs"), ([3], "one pair"), ([2, 2, 2], "all differences are equal: ")]
)
def test_without_spread_there_is_no_standardised_size(measure, differences, reason):
    size = measure(differences)
    assert size.value.reason.startswith(reason)
    assert (*bounds(size), size.interval.reason) == (None, None, size.value.reason)


def test_nearly_equal_differences_have_a_size_without_bounds():
    size = d_z([10, 10, 10.001])
    assert size.value == pytest.approx(10.000333333 / (0.001 / math.sqrt(3)), rel=1e-6)
    assert bounds(size) == (None, None)
    assert size.interval.reason == "not computed: the differences are nearly equal (t = 3e+04; the limit is 1,000)"


# ---- d_av


def test_d_av_by_hand():
    # mean difference −1 (t interval −1 ± 4.302653·1/√3), SD 1 and 2, average 1.5
    treated, control = [Fraction(x) for x in (4, 2, 3)], [Fraction(x) for x in (1, 3, 5)]
    size = d_av([-1, -2, 0], treated, control)
    assert size.value == pytest.approx(-2 / 3, abs=1e-12)
    margin = 4.302652729911275 / math.sqrt(3) / 1.5
    assert bounds(size) == pytest.approx((-2 / 3 - margin, -2 / 3 + margin), abs=1e-9)


def test_swapping_arms_mirrors_d_av():
    treated, control = PRESSURES, [Fraction(x) for x in (1, 1, 9, 2)]
    size, mirror = d_av([3, 1, 0, 2], treated, control), d_av([-3, -1, 0, -2], control, treated)
    assert mirror.value == -size.value
    assert bounds(mirror) == mirrored(size)


def test_one_unit_for_differences_and_baselines_leaves_d_av():
    size = d_av([3, 1, 0, 2], PRESSURES, PRESSURES)
    scaled = d_av([30, 10, 0, 20], [10 * b for b in PRESSURES], [10 * b for b in PRESSURES])
    assert (scaled.value, *bounds(scaled)) == pytest.approx((size.value, *bounds(size)), abs=1e-12)


@pytest.mark.parametrize(
    ("differences", "treated", "control", "reason"),
    [
        ([], PRESSURES, PRESSURES, "no pairs: there is nothing to compare"),
        ([1, 2], [Fraction(4), Missing("?")], [Fraction(4)] * 2, "1 of 4 baselines is not published"),
        ([1, 2], [Missing("?")] * 2, [Fraction(4)] * 2, "2 of 4 baselines are not published"),
        ([1, 2], [Fraction(4)], PRESSURES, "wanted at least 2 baselines in each arm; given 1 and 4"),
        (
            [1, 2],
            [Fraction(4)] * 2,
            [Fraction(3)] * 2,
            "baseline SD is 0: within each arm all started alike, and nothing can be divided by it",
        ),
    ],
)
def test_baselines_that_give_no_unit_are_named(differences, treated, control, reason):
    size = d_av(differences, treated, control)
    assert (size.value, *bounds(size), size.interval.reason) == (Missing(reason), None, None, reason)


def test_equal_differences_have_a_d_av_without_bounds():
    size = d_av([3, 3, 3], PRESSURES, PRESSURES)
    assert size.value == pytest.approx(3 / math.sqrt(14 / 3), abs=1e-12)
    assert bounds(size) == (None, None)
    assert "differences are equal" in size.interval.reason


# ---- shares of pairs


@repeatable
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8), st.sampled_from(["lower", "higher"]))
def test_superiority_counts_pairs(differences, better):
    sign = 1 if better == "higher" else -1
    halves = [2 if sign * d > 0 else 1 if d == 0 else 0 for d in differences]
    assert probability_of_superiority(differences, better).value == sum(halves) / (2 * len(halves))


@pytest.mark.parametrize(("differences", "value"), [([-1, 1], 0.5), ([0, 0], 0.5), ([-2, 0, -1, 5], 0.625)])
def test_superiority_by_hand(differences, value):
    size = probability_of_superiority(differences, "lower")
    assert size.value == value
    assert (size.interval.low + size.interval.high == pytest.approx(1)) == (value == 0.5)


@repeatable
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), levels)
def test_one_half_is_outside_exactly_if_the_sign_test_rejects(differences, level):
    low, high = bounds(probability_of_superiority(differences, "higher", level))
    assert (low > 0.5 or high < 0.5) == (sign_test(differences).p < 1 - Fraction(repr(level)))


@repeatable
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8), levels)
def test_the_other_direction_turns_superiority_round(differences, level):
    size, other = (probability_of_superiority(differences, better, level) for better in ("higher", "lower"))
    flipped = probability_of_superiority([-d for d in differences], "lower", level)
    assert flipped == size
    assert other.value == pytest.approx(1 - size.value, abs=1e-15)
    assert bounds(other) == pytest.approx((1 - size.interval.high, 1 - size.interval.low), abs=1e-12)


@repeatable
@given(counts, counts, st.integers(1, 5), levels)
def test_the_difference_in_responders_is_that_of_the_mcnemar_test(wins, losses, alike, level):
    size = responder_difference(wins, losses, wins + losses + alike, level)
    result = mcnemar([1] * wins + [-1] * losses + [0] * alike, level=level, response=1)
    assert size.value == pytest.approx(result.estimate, abs=1e-15)
    assert bounds(size) == (result.interval.low, result.interval.high)


def test_no_pairs_have_no_shares():
    for size in (responder_difference(0, 0, 0), probability_of_superiority([], "lower")):
        assert (size.value, size.interval.low) == (Missing("no pairs: there is nothing to compare"), None)


# ---- odds ratio


@pytest.mark.parametrize(
    ("b", "c", "low", "high"),
    # R: exact2x2::mcnemar.exact, as printed
    [
        (2, 9, 0.02336464, 1.07363844),
        (1, 8, 0.00281705, 0.93235414),
        (4, 21, 0.04753664, 0.56452522),
        (15, 7, 0.8224084, 6.2125863),
    ],
)
def test_odds_ratios_agree_with_r(b, c, low, high):
    size = discordant_odds_ratio(b, c)
    assert size.value == b / c
    assert bounds(size) == pytest.approx((low, high), rel=2e-6)


def test_an_infinite_odds_ratio_keeps_its_lower_bound():
    size = discordant_odds_ratio(3, 0)
    share = 0.025 ** (1 / 3)  # Clopper-Pearson for 3 of 3
    assert size.value == Missing("infinite: no discordant pair favours control")
    assert bounds(size) == (pytest.approx(share / (1 - share), abs=1e-9), None)
    assert size.interval.reason == "no upper limit; infinite: no discordant pair favours control"


def test_no_wins_are_odds_of_zero():
    size = discordant_odds_ratio(0, 3)
    assert (size.value, size.interval.low, size.interval.reason) == (0, 0, "")
    assert size.interval.high == pytest.approx(1 / discordant_odds_ratio(3, 0).interval.low, rel=1e-9)


def test_no_discordant_pairs_have_no_odds():
    size = discordant_odds_ratio(0, 0)
    assert size.value == Missing("no discordant pairs: both units of every pair respond alike")
    assert (*bounds(size), size.interval.reason) == (None, None, size.value.reason)


@repeatable
@given(st.integers(1, 9), st.integers(1, 9), levels)
def test_swapping_arms_inverts_the_odds_ratio(wins, losses, level):
    size, mirror = discordant_odds_ratio(wins, losses, level), discordant_odds_ratio(losses, wins, level)
    assert mirror.value == pytest.approx(1 / size.value, rel=1e-12)
    assert bounds(mirror) == pytest.approx((1 / size.interval.high, 1 / size.interval.low), rel=1e-9)
    assert discordant_odds_ratio(wins + 1, losses, level).interval.low > size.interval.low


# ---- refusals


def test_unknown_choices_are_refused():
    with pytest.raises(Refusal, match="wanted 'better' to be lower or higher; given 'more'"):
        probability_of_superiority([1], "more")
    for refused in (d_z, hedges_g_z):
        with pytest.raises(Refusal, match="between 0 and 1"):
            refused([1, 2], 95)
    for measure in (lambda: responder_difference(0, 0, 0, 2), lambda: discordant_odds_ratio(0, 0, 2)):
        with pytest.raises(Refusal, match="between 0 and 1"):
            measure()


@pytest.mark.parametrize(("wins", "losses"), [(-1, 3), (3, -1), (-1, 1)])
def test_negative_counts_are_refused(wins, losses):
    with pytest.raises(Refusal, match="wanted"):
        discordant_odds_ratio(wins, losses)
    with pytest.raises(Refusal, match="add up to at most 4"):
        responder_difference(wins, losses, 4)
