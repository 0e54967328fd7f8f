"""Exact McNemar test and its melded interval: enumeration, R and statsmodels, coverage over every table."""

import doctest
from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables

from lib.analysis import mcnemar as module
from lib.analysis.mcnemar import mcnemar, mcnemar_p, mcnemar_region, melded_difference
from lib.errors import Refusal
from lib.values import Missing
from tests.analysis import brute_force

MIRROR = {"two-sided": "two-sided", "less": "greater", "greater": "less"}
every_alternative = pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
tables = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 5)).filter(any)
repeatable = settings(derandomize=True, deadline=None, max_examples=50)


def differences_of(wins, losses, alike, size=100):
    return [size] * wins + [-size] * losses + [0] * alike


def tables_of(n):
    return [(wins, losses) for wins in range(n + 1) for losses in range(n + 1 - wins)]


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- p


@repeatable
@given(st.lists(st.sampled_from([-100, 0, 100]), min_size=1, max_size=6), st.sampled_from(brute_force.ALTERNATIVES))
def test_p_by_enumeration(differences, alternative):
    expected = brute_force.p(brute_force.positives, [d for d in differences if d], alternative)
    assert mcnemar(differences, alternative).p == float(expected)


@every_alternative
@repeatable
@given(table=tables)
def test_p_agrees_with_the_binomial_test(alternative, table):
    wins, losses, _ = table
    expected = stats.binomtest(wins, wins + losses, 0.5, alternative).pvalue if wins + losses else 1
    assert mcnemar(differences_of(*table), alternative).p == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("wins", "losses", "alike"), [(1, 7, 13), (3, 0, 1), (5, 5, 2), (12, 2, 36)])
def test_p_agrees_with_statsmodels(wins, losses, alike):
    expected = contingency_tables.mcnemar([[alike, wins], [losses, 0]], exact=True).pvalue
    assert mcnemar(differences_of(wins, losses, alike)).p == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("b", "c", "p"),
    # R: exact2x2::mcnemar.exact, as printed; the last one is StatsDirect's, of Armitage & Berry (1994), p. 127
    [(2, 9, 0.06543), (1, 8, 0.03906), (4, 21, 0.0009105), (15, 7, 0.1338), (12, 2, 0.0129)],
)
def test_p_agrees_with_r(b, c, p):
    assert mcnemar(differences_of(b, c, 10)).p == pytest.approx(p, rel=5e-4, abs=5e-5)


@every_alternative
def test_the_null_adds_up_to_p(alternative):
    result = mcnemar(differences_of(4, 1, 3), alternative)
    null = brute_force.null_of(result)
    assert null.support == (0, 1, 2, 3, 4, 5)
    assert [p * 32 for p in null.probability] == [1, 5, 10, 10, 5, 1]
    assert sum(p for p, extreme in zip(null.probability, null.extreme, strict=True) if extreme) == result.p


# ---- interval: closed forms and compatibility


def test_pairs_that_are_all_alike_leave_what_is_still_possible():
    # no discordant pair among n: the exact upper limit of their share is 1 - (alpha/2)^(1/n), either way
    limit = 1 - 0.025 ** (1 / 6)
    interval = melded_difference(0, 0, 6, "two-sided", 0.95)
    assert (interval.low, interval.high) == pytest.approx((-limit, limit), abs=1e-12)


def test_without_pairs_alike_a_limit_beyond_zero_is_clopper_and_pearsons():
    # every pair discordant: their share is bounded by 1, and the limit is 2·share − 1
    share = stats.binomtest(6, 8).proportion_ci(0.95, "exact").low
    assert melded_difference(6, 2, 8, "two-sided", 0.95).low == pytest.approx(2 * share - 1, abs=1e-10)


@pytest.mark.parametrize("n", [1, 4, 8])
def test_a_unanimous_trial_is_a_product_of_two_maxima(n):
    # B and D are both Beta(n, 1), maxima of n uniforms: the limit of (2B − 1)·D solved by the trapezium rule
    limit = melded_difference(n, 0, n, "two-sided", 0.6).low
    share = (np.arange(400_000) + 0.5) / 400_000
    product_at_most = (np.clip((1 + limit / share) / 2, 0, 1) ** n * n * share ** (n - 1)).mean()
    within = product_at_most if limit > 0 else ((1 + limit) / 2) ** n
    assert within == pytest.approx(0.2, abs=1e-9)


@pytest.mark.parametrize(("wins", "losses", "n"), [(3, 0, 4), (1, 7, 21), (9, 2, 161), (5, 5, 12), (30, 6, 40)])
def test_the_limits_are_quantiles_of_the_melded_distributions(wins, losses, n):
    # by Monte Carlo, with the min and max over both bounds of the share discordant, as R's mcnemarExactDP(nmc = ...)
    draw, size, m = np.random.default_rng(7), 400_000, wins + losses
    beta_low = draw.beta(wins, losses + 1, size)
    beta_high = draw.beta(wins + 1, losses, size) if losses else np.ones(size)
    shares = draw.beta(m, n - m + 1, size), draw.beta(m + 1, n - m, size)
    interval = melded_difference(wins, losses, n, "two-sided", 0.9)
    assert interval.low == pytest.approx(min(np.quantile((2 * beta_low - 1) * d, 0.05) for d in shares), abs=0.004)
    assert interval.high == pytest.approx(max(np.quantile((2 * beta_high - 1) * d, 0.95) for d in shares), abs=0.004)


@every_alternative
@pytest.mark.parametrize("level", [0.875, 0.9, 0.95])
def test_zero_is_excluded_exactly_if_p_is_at_most_alpha(alternative, level):
    alpha = 1 - Fraction(repr(level))
    for n in range(1, 13):
        for wins, losses in tables_of(n):
            interval = melded_difference(wins, losses, n, alternative, level)
            p = brute_force_p(wins, losses, alternative)
            on_zero = 0 in (interval.low, interval.high)  # then p is alpha, and the limit is not part of the interval
            assert on_zero == (p == alpha)
            assert (interval.low > 0 or interval.high < 0 or on_zero) == (p <= alpha)


def brute_force_p(wins, losses, alternative):
    m = wins + losses
    upper = Fraction(sum(comb(m, k) for k in range(wins, m + 1)), 2**m)
    lower = Fraction(sum(comb(m, k) for k in range(wins + 1)), 2**m)
    return {"greater": upper, "less": lower, "two-sided": min(Fraction(1), 2 * min(upper, lower))}[alternative]


def test_a_limit_on_zero_is_told():
    result = mcnemar([100] * 4, level=0.875)
    assert (result.p, result.interval.low) == (0.125, 0)
    assert any("the limit of 0 is not itself part" in note for note in result.notes)
    assert not any("limit of 0" in note for note in mcnemar([100] * 4).notes)
    assert str(mcnemar([-100] * 4, level=0.875).interval.high) == "0.0"


# ---- interval: coverage, by complete enumeration of trinomial tables


@every_alternative
@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("n", [4, 6, 10])
def test_coverage_is_at_least_nominal(n, level, alternative):
    counts = tables_of(n)
    intervals = [melded_difference(wins, losses, n, alternative, level) for wins, losses in counts]
    low, high = np.array([i.low for i in intervals]), np.array([i.high for i in intervals])
    grid = [Fraction(k, 40) for k in range(41)]
    coverages = []
    for win, loss in product(grid, grid):
        if win + loss <= 1:
            chances = stats.multinomial.pmf(
                [(w, x, n - w - x) for w, x in counts], n, [float(win), float(loss), float(1 - win - loss)]
            )
            truth = float(win - loss)
            coverages.append(chances[(low <= truth + 1e-12) & (truth - 1e-12 <= high)].sum())
    assert len(coverages) == 861
    assert min(coverages) >= level - 1e-9


# ---- symmetry and scale


@repeatable
@given(tables, st.sampled_from(brute_force.ALTERNATIVES), st.sampled_from([0.5, 0.8, 0.95]))
def test_swapping_arms_mirrors_the_result(table, alternative, level):
    wins, losses, alike = table
    result = mcnemar(differences_of(wins, losses, alike), alternative, level)
    mirror = mcnemar(differences_of(losses, wins, alike), MIRROR[alternative], level)
    assert (mirror.p, mirror.estimate) == (result.p, -result.estimate)
    assert (mirror.interval.low, mirror.interval.high) == (-result.interval.high, -result.interval.low)


@repeatable
@given(tables.filter(lambda table: table[0] + table[1] > 0))
def test_the_estimate_is_inside_and_percent_are_a_hundred_shares(table):
    share, percent = mcnemar(differences_of(*table, size=1), response=1), mcnemar(differences_of(*table))
    assert share.interval.low <= share.estimate <= share.interval.high
    assert percent.interval.low == pytest.approx(100 * share.interval.low, abs=1e-9)
    assert percent.interval.high == pytest.approx(100 * share.interval.high, abs=1e-9)
    assert share.estimate == pytest.approx((table[0] - table[1]) / sum(table), abs=1e-15)


@repeatable
@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9))
def test_another_win_instead_of_a_tie_moves_both_limits_up(wins, losses, alike):
    n = wins + losses + alike
    before = melded_difference(wins, losses, n, "two-sided", 0.9)
    after = melded_difference(wins + 1, losses, n, "two-sided", 0.9)
    assert after.low >= before.low - 1e-9
    assert after.high >= before.high - 1e-9


@pytest.mark.parametrize(("alternative", "trivial"), [("greater", 1), ("less", -1)])
def test_a_one_sided_interval_ends_where_the_scale_does(alternative, trivial):
    interval = melded_difference(3, 1, 6, alternative, 0.975)
    both = melded_difference(3, 1, 6, "two-sided", 0.95)
    assert trivial in (interval.low, interval.high)
    assert interval.reason == "one-sided"
    assert (interval.low == both.low) != (interval.high == both.high)


# ---- what can't be answered


@every_alternative
def test_other_values_than_responders_are_named(alternative):
    result = mcnemar([100, 50, 0, -100], alternative)
    reason = "McNemar's test needs responders: yes or no for every unit"
    assert {result.estimate, result.p, result.floor.general} == {Missing(reason)}
    assert (result.interval.low, result.interval.high, result.interval.reason) == (None, None, reason)
    assert (result.n, result.n_nonzero, result.null) == (4, 3, None)


def test_pairs_that_are_all_alike_bound_the_difference():
    result = mcnemar([0, 0, 0, 0])
    limit = 100 * (1 - 0.025 ** (1 / 4))
    assert (result.p, result.estimate) == (1, 0)
    assert (result.interval.low, result.interval.high) == pytest.approx((-limit, limit), abs=1e-7)


@pytest.mark.parametrize("call", [mcnemar, mcnemar_p], ids=["run", "p"])
def test_another_size_than_that_of_a_response_is_no_response(call):
    found = call([-1, 0, 0, 0], "two-sided")
    assert "needs responders" in (found.p if call is mcnemar else found).reason


@repeatable
@given(tables, st.sampled_from(brute_force.ALTERNATIVES))
def test_p_and_region_are_those_of_the_whole_test(table, alternative):
    differences = differences_of(*table)
    result = mcnemar(differences, alternative)
    assert mcnemar_p(differences, alternative) == result.p
    region = mcnemar_region(differences, alternative, 0.25)
    if isinstance(result.p, Missing):
        assert isinstance(region, Missing)
        return
    inside = (region.low is not None and table[0] <= region.low) or (
        region.high is not None and table[0] >= region.high
    )
    assert inside == (result.p <= 0.25)
    assert isinstance(mcnemar_region([1, 2], alternative, 0.25), Missing)


def test_no_pairs_is_a_named_result():
    assert mcnemar([]).p == Missing("no pairs: there is nothing to compare")


def test_the_conditions_stand_beside_the_result():
    notes = " ".join(mcnemar([100, 100, 0, 0]).notes)
    assert "discordant pairs, 2 of 4" in notes
    assert "2 of 4 differences are zero: where both units respond alike, a pair says nothing about p" in notes
    assert "independent coin flip" in notes
    assert "same amount" not in notes


def test_a_thousand_pairs_are_near_the_normal_limits():
    # 400 wins, 300 losses: (wins − losses)/n ± 1.96·√(wins + losses − (wins − losses)²/n)/n (Wald)
    interval = melded_difference(400, 300, 1000, "two-sided", 0.95)
    margin = 1.959964 * (700 - 100**2 / 1000) ** 0.5 / 1000
    assert (interval.low, interval.high) == pytest.approx((0.1 - margin, 0.1 + margin), abs=0.003)


@pytest.mark.parametrize(("wins", "losses", "n"), [(-1, 2, 4), (3, 2, 4), (0, 0, 0)])
def test_impossible_counts_are_refused(wins, losses, n):
    with pytest.raises(Refusal, match=f"given {n}" if n == 0 else f"at most {n}; given {wins} and {losses}"):
        melded_difference(wins, losses, n, "two-sided", 0.95)


def test_unknown_choices_are_refused():
    with pytest.raises(Refusal, match="among two-sided, less, greater; given 'both'"):
        melded_difference(1, 1, 4, "both", 0.95)
    with pytest.raises(Refusal, match="between 0 and 1"):
        mcnemar([100, 0], level=95)
