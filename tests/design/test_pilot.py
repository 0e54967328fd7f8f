"""What a pilot leaves uncertain: R, simulation, exact integers, and what the rules of thumb say."""

from __future__ import annotations

import doctest
from fractions import Fraction
from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from lib.analysis.proportion import zero_event_upper
from lib.design import pilot
from lib.design.pilot import RULES_OF_THUMB, PerArm, observed_power_refusal, sd_limits, sd_upper, zero_event_n
from lib.errors import OverBudget, Refusal
from lib.values import Missing


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(pilot)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- standard deviation


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.8, 1.72758729408), (0.95, 2.92000854412)],  # R: sqrt(3 / qchisq(1 - level, 3))
)
def test_upper_limit_of_four_pairs(level: float, expected: float) -> None:
    assert sd_upper(1.0, 3, level) == pytest.approx(expected, rel=1e-11)
    assert sd_upper(2.5, 3, level) == pytest.approx(2.5 * expected, rel=1e-11)


def test_limits_agree_with_r() -> None:
    # R: sqrt(3 / qchisq(c(.975, .025), 3)) and sqrt(24 / qchisq(c(.95, .05), 24))
    assert sd_limits(1.0, 3, 0.95) == pytest.approx((0.566489546602, 3.72854727583), rel=1e-11)
    assert sd_limits(1.0, 24, 0.9) == pytest.approx((0.811830369657, 1.3164532129), rel=1e-11)


@pytest.mark.parametrize("df", [1, 3, 40])
def test_limits_hold_sigma_as_often_as_they_say(df: int) -> None:
    draws = 50_000
    seen = np.sqrt(np.random.default_rng(9).chisquare(df, draws) / df)  # σ is 1
    low, high = sd_limits(1.0, df, 0.9)
    held = float(np.mean((seen * low <= 1) & (seen * high >= 1)))
    assert abs(held - 0.9) < 4 * sqrt(0.09 / draws)
    assert abs(float(np.mean(seen * sd_upper(1.0, df, 0.8) >= 1)) - 0.8) < 4 * sqrt(0.16 / draws)


def test_two_sided_limits_are_two_one_sided_ones() -> None:
    low, high = sd_limits(1.3, 7, 0.9)
    assert high == sd_upper(1.3, 7, 0.95)
    assert low == pytest.approx(sd_upper(1.3, 7, 0.05), rel=1e-13)


def test_limits_close_in_as_the_pilot_grows() -> None:
    for level in (0.5, 0.99):
        low, high = sd_limits(1.0, 10**7, level)
        assert low < 1 < high < 1.001
        assert low > 0.999


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"s": 0.0}, r"s: 0\.0 given"),
        ({"s": inf}, "s: inf given"),
        ({"df": 0}, "df: 0 given"),
        ({"level": 1.0}, r"level: 1\.0 given"),
        ({"level": nan}, "level: nan given"),
    ],
)
def test_sd_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    given = {"s": 1.0, "df": 3, "level": 0.8, **change}
    for function in (sd_limits, sd_upper):
        with pytest.raises(Refusal, match=message):
            function(**given)


# ---- events never seen


@pytest.mark.parametrize(
    ("limit", "level", "expected"),
    [(0.05, 0.95, 59), (0.01, 0.95, 299), (0.1, 0.95, 29), (0.1, 0.9, 22)],  # R: ceiling(log(1-level)/log(1-limit))
)
def test_zero_event_n_agrees_with_r(limit: float, level: float, expected: int) -> None:
    assert zero_event_n(limit, level) == expected


@pytest.mark.parametrize("limit", [0.001, 0.02, 0.3, 0.45, 0.5072, 0.9, 0.999])
@pytest.mark.parametrize("level", [0.01, 0.5, 0.8, 0.95, 0.999])
def test_zero_event_n_is_the_first_in_exact_arithmetic(limit: float, level: float) -> None:
    n, stays_free = 1, 1 - Fraction(str(limit))
    chance = stays_free
    while chance > 1 - Fraction(str(level)):
        n, chance = n + 1, chance * stays_free
    assert zero_event_n(limit, level) == n
    assert zero_event_upper(n, level) <= limit * (1 + 1e-12)
    assert n == 1 or zero_event_upper(n - 1, level) > limit


@pytest.mark.parametrize(
    ("limit", "level", "expected"), [(0.5, 0.75, 2), (0.5, 0.875, 3), (0.9, 0.999, 3), (0.1, 0.271, 3), (0.2, 0.2, 1)]
)
def test_a_limit_that_is_met_exactly_counts(limit: float, level: float, expected: int) -> None:
    # (1 − limit)ⁿ is 1 − level to the last decimal
    assert (1 - Fraction(str(limit))) ** expected == 1 - Fraction(str(level))
    assert zero_event_n(limit, level) == expected


def test_rare_risks_need_many_and_the_rarest_too_many() -> None:
    n = zero_event_n(1e-5, 0.95)
    assert zero_event_upper(n, 0.95) <= 1e-5 < zero_event_upper(n - 1, 0.95)
    with pytest.raises(OverBudget, match="at most 1,000,000 participants"):
        zero_event_n(1e-6, 0.95)


@pytest.mark.parametrize(
    ("limit", "level", "message"),
    [
        (0.0, 0.95, "limit: "),
        (1.0, 0.95, "limit: "),
        (nan, 0.95, "limit: "),
        (0.1, 1.0, "level: "),
        (0.1, nan, "level: "),
    ],
)
def test_risk_out_of_range_is_refused(limit: float, level: float, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        zero_event_n(limit, level)


# ---- rules of thumb


def test_every_rule_says_where_it_stands_and_for_which_layout() -> None:
    for key, rule in RULES_OF_THUMB.items():
        assert rule.key == key
        assert rule.layout == "parallel arms"
        year = rule.label.split()[-1] if rule.label[-1].isdigit() else rule.label.split()[-2].strip(",")
        assert f"({year})" in rule.reference
        said = rule.per_arm(0.5, 0.9)
        assert isinstance(said, PerArm)
        assert 0 < said.fewest <= said.most
        assert str(said.fewest) in rule.says


def test_rules_that_do_not_look_at_the_main_trial() -> None:
    fixed = {key: rule.per_arm(0.1, 0.8) for key, rule in RULES_OF_THUMB.items() if key != "whitehead"}
    assert fixed == {"julious": PerArm(12, 12), "teare-continuous": PerArm(35, 35), "teare-binary": PerArm(60, 100)}


@pytest.mark.parametrize(
    ("effect", "expected"),
    # Whitehead et al. (2016), abstract: 75, 25, 15 and 10 at up to 0.1, 0.2, 0.5 and 0.8; between them the larger pilot
    [(0.05, 75), (0.1, 75), (0.15, 75), (0.2, 25), (0.3, 25), (0.5, 15), (0.79, 15), (0.8, 10), (2.0, 10)],
)
def test_whitehead(effect: float, expected: int) -> None:
    assert RULES_OF_THUMB["whitehead"].per_arm(effect, 0.9) == PerArm(expected, expected)


@pytest.mark.parametrize(("effect", "target"), [(0.5, 0.8), (0.0, 0.9), (-0.5, 0.9), (nan, 0.9)])
def test_whitehead_is_silent_elsewhere(effect: float, target: float) -> None:
    assert isinstance(RULES_OF_THUMB["whitehead"].per_arm(effect, target), Missing)


@pytest.mark.parametrize(("alpha", "sides", "not_for"), [(0.01, 2, "two-sided at 1 %"), (0.05, 1, "one-sided at 5 %")])
def test_whitehead_is_for_two_sided_tests_at_five_percent(alpha: float, sides: int, not_for: str) -> None:
    # the sizes minimise pilot and main trial together, and the main trial's n is that of two-sided 5 %
    said = RULES_OF_THUMB["whitehead"].per_arm(1.0, 0.9, alpha, sides)
    assert said == Missing(f"these sizes are for main trials tested two-sided at 5 %, not {not_for}")
    assert RULES_OF_THUMB["whitehead"].per_arm(1.0, 0.9, 0.05, 2) == PerArm(10, 10)
    assert RULES_OF_THUMB["julious"].per_arm(1.0, 0.9, alpha, sides) == PerArm(12, 12)


# ---- refused


def test_observed_power_is_a_function_of_p_alone() -> None:
    said = observed_power_refusal()
    assert "function of p alone" in said
    assert "Hoenig & Heisey 2001" in said
    assert "about 50 %" in said
    # power of a two-sided z test at the effect just significant: 1/2 + Φ(−2·1.96)
    z = stats.norm.isf(0.025)
    assert stats.norm.sf(0) + stats.norm.cdf(-2 * z) == pytest.approx(0.5, abs=5e-5)
