"""Ways to express change: exact values, what is known from a percentage alone, and what can't be expressed."""

import doctest
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import logarithm
from lib.analysis.change import CHANGES, Scale
from lib.analysis.logarithm import exact_log
from lib.values import Missing

AREA = Scale(kind="ratio", better="lower", low=Fraction(0))
GRADE = Scale(kind="ordinal", better="lower", low=Fraction(0), high=Fraction(4), levels=(0, 1, 2, 3, 4))
LETTERS = Scale(kind="score", better="higher", low=Fraction(0), high=Fraction(100), points=Fraction(15))
repeatable = settings(derandomize=True, deadline=None)
positive = st.fractions(Fraction(1, 50), 100, max_denominator=50)


def run(key, baseline, final, scale=AREA):
    return CHANGES[key].run(Fraction(baseline), Fraction(final), scale)


# By hand, from 2 to 4: +2; +100 %; ln 2; 100 · 2/6.
@pytest.mark.parametrize(
    ("key", "expected"),
    [("absolute", 2), ("percent", 100), ("symmetrised", Fraction(100, 3)), ("log-ratio", 0.6931471805599453)],
)
def test_two_values_by_hand(key, expected):
    assert float(run(key, 2, 4)) == pytest.approx(float(expected), abs=1e-15)


@pytest.mark.parametrize("key", ["absolute", "log-ratio", "symmetrised"])
@repeatable
@given(a=positive, b=positive)
def test_swapping_the_visits_turns_the_sign_exactly(key, a, b):
    assert run(key, a, b) == -run(key, b, a)


@pytest.mark.parametrize("key", ["percent", "log-ratio", "symmetrised"])
@repeatable
@given(a=positive, b=positive, factor=positive)
def test_a_relative_change_has_no_unit(key, a, b, factor):
    assert run(key, a, b) == run(key, a * factor, b * factor)


@pytest.mark.parametrize("key", [key for key, change in CHANGES.items() if change.relative])
@repeatable
@given(a=positive, b=positive)
def test_a_relative_change_follows_from_the_ratio_alone(key, a, b):
    assert CHANGES[key].of_ratio(b / a, AREA) == run(key, a, b)


def test_only_a_relative_change_follows_from_a_percentage_without_the_baseline():
    assert CHANGES["absolute"].of_ratio(Fraction(1), AREA) == 0, "0 % is no change from anywhere"
    for key in ("absolute", "best-two"):
        assert "baseline" in CHANGES[key].of_ratio(Fraction(1, 2), GRADE).reason


@pytest.mark.parametrize(
    ("key", "baseline", "final", "reason"),
    [
        ("percent", 0, 1, "from 0 is undefined"),
        ("symmetrised", 0, 0, "between 0 and 0"),
        ("log-ratio", 0, 1, "0 has no logarithm"),
        ("log-ratio", 1, 0, "0 has no logarithm"),
        ("responder", 0, 1, "from 0 is undefined"),
        ("best-two", 1, 0, "no categories"),
    ],
)
def test_what_can_not_be_expressed_says_why(key, baseline, final, reason):
    assert reason in run(key, baseline, final).reason


def test_from_zero_to_zero_is_no_change_on_the_log_scale_too():
    assert run("log-ratio", 0, 0) == 0


def test_a_zero_weighs_in_a_log_ratio_what_the_rule_lets_it_weigh():
    half = Scale(zero=Fraction(1, 20))
    added = Scale(added=Fraction(1, 10))
    assert float(run("log-ratio", 1, 0, half)) == pytest.approx(math.log(0.05), abs=1e-15)
    assert float(run("log-ratio", 1, 0, added)) == pytest.approx(math.log(0.1 / 1.1), abs=1e-15)
    assert run("log-ratio", 1, Fraction(1, 2), half) == exact_log(Fraction(1, 2)), "only zeros are replaced"
    assert isinstance(CHANGES["log-ratio"].of_ratio(Fraction(1, 2), added), Missing), "a constant needs the values"


# who responds, at the threshold and a step before it
@pytest.mark.parametrize(
    ("scale", "baseline", "final", "expected"),
    [
        (AREA, 2, 1, 100),
        (AREA, 2, Fraction(101, 100), 0),
        (AREA, 2, 4, 0),
        (GRADE, 4, 3, 100),
        (GRADE, 4, 4, 0),
        (LETTERS, 40, 55, 100),
        (LETTERS, 40, 54, 0),
        (LETTERS, 55, 40, 0),
    ],
)
def test_a_responder_reaches_the_threshold_in_the_better_direction(scale, baseline, final, expected):
    assert run("responder", baseline, final, scale) == expected


@pytest.mark.parametrize(("final", "expected"), [(0, 100), (1, 100), (2, 0), (4, 0)])
def test_the_best_two_categories_are_the_lowest_where_less_is_better(final, expected):
    assert run("best-two", 4, final, GRADE) == expected
    higher = Scale(kind="ordinal", better="higher", levels=(0, 1, 2, 3, 4))
    assert run("best-two", 0, 4 - final, higher) == expected


def test_each_way_names_its_unit_source_and_what_to_take_care_of():
    for change in CHANGES.values():
        assert change.unit("cm²")
        assert any(part.isdigit() and 1900 < int(part) < 2030 for part in change.reference.replace(",", " ").split())
    assert "Vickers 2001" in CHANGES["percent"].caution(AREA)
    assert "ordinal" not in CHANGES["percent"].caution(AREA)
    assert "undefined from a baseline of 0" in CHANGES["percent"].caution(GRADE)
    assert "ordinal" in CHANGES["log-ratio"].caution(GRADE)
    assert CHANGES["absolute"].caution(GRADE) == ""


# ---- logarithms


def test_the_examples_of_the_logarithm_hold():
    assert doctest.testmod(logarithm).failed == 0


@repeatable
@given(st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**6))
def test_a_logarithm_is_right_to_the_last_bit_of_a_float(value):
    assert float(exact_log(value)) == pytest.approx(math.log(value), rel=1e-14, abs=1e-15)


@repeatable
@given(positive, positive)
def test_logarithms_of_products_tie_exactly(a, b):
    assert exact_log(a * b) == exact_log(a) + exact_log(b)
    assert exact_log(1 / a) == -exact_log(a)


def test_floats_would_lose_such_ties():
    # the reason for own logarithms: the differences of three lesions that halve are not all equal as floats
    halves = [
        (Fraction(3, 10), Fraction(6, 10)),
        (Fraction(7, 10), Fraction(14, 10)),
        (Fraction(1, 10), Fraction(2, 10)),
    ]
    assert len({math.log(b) - math.log(a) for a, b in halves}) > 1
    assert len({exact_log(b) - exact_log(a) for a, b in halves}) == 1


def test_a_large_prime_factor_is_kept_whole():
    prime = 1_000_003
    assert exact_log(Fraction(prime * 4)) == exact_log(Fraction(prime)) + 2 * exact_log(Fraction(2))
