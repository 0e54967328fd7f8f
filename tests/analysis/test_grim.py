"""GRIM and GRIMMER: published examples, and every set of whole scores on small scales."""

import doctest
import statistics
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement
from math import ceil, floor, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import grim as grim_module
from lib.analysis.grim import grim, possible_sizes
from lib.errors import OverBudget, Refusal

repeatable = settings(derandomize=True, deadline=None)


def every(n, low, high):
    return combinations_with_replacement(range(low, high + 1), n)


def within(value, printed):
    """Whether a value is at most half a unit of the last decimal away."""
    return abs(Fraction(value) - Fraction(printed)) <= Fraction(10) ** printed.as_tuple().exponent / 2


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(grim_module)
    assert (outcome.attempted, outcome.failed) == (3, 0)


# ---- known


@pytest.mark.parametrize(
    ("n", "mean", "possible"),
    [
        # one group of 4 has no 2.6, one of 5 no 3.5; from 10 on each has both
        (4, "3.5", True),
        (4, "2.6", False),
        (5, "3.5", False),
        (5, "2.6", True),
        (12, "3.5", True),
        (12, "2.6", True),  # 31/12 = 2.583
        (14, "3.5", True),
        (14, "2.6", True),  # 36/14 = 2.571
        (28, "5.19", False),  # Brown & Heathers (2017), their first example: 145/28 = 5.18, 146/28 = 5.21
        (28, "5.18", True),
        (28, "5.21", True),
    ],
)
def test_known_means(n, mean, possible):
    found = grim(n, 0, 10, Decimal(mean))
    assert found.possible is possible
    assert found.tells is (n not in (12, 14))  # with one decimal every mean of 10 or more is possible


def test_sizes_that_fit_several_means():
    three_and_a_half = possible_sizes(Decimal("3.5"), range(1, 15), 0, 10)
    two_point_six = possible_sizes(Decimal("2.6"), range(1, 15), 0, 10)
    assert three_and_a_half == (2, 4, 6, 8, 10, 11, 12, 13, 14)
    assert two_point_six == (5, 7, 8, 9, 10, 11, 12, 13, 14)
    assert not {4, 5} & set(three_and_a_half) & set(two_point_six)
    assert possible_sizes(Decimal("2.6"), [14, 4, 5], 0, 10) == (14, 5)


def test_reasons():
    assert grim(4, 0, 10, Decimal("2.6")).reason == (
        "the nearest means of 4 whole scores are 2.5 and 2.75; neither rounds to 2.6"
    )
    assert grim(120, 0, 10, Decimal("3.51")).reason == (
        "with n = 120 and 2 decimals every mean is possible, so the check says nothing"
    )
    assert grim(7, 0, 10, Decimal("2.6")).reason == (
        "7 whole scores that add up to 18 have the mean 2.571, which rounds to 2.6"
    )
    assert grim(4, 0, 10, Decimal("3.50")).reason == "4 whole scores that add up to 14 have the mean 3.5"
    assert grim(4, 0, 10, Decimal("3.5"), Decimal("1.2")).reason == (
        "the nearest SDs of 4 whole scores with a mean that rounds to 3.5 are 1 and 1.291; neither rounds to 1.2"
    )
    assert grim(4, 0, 10, Decimal("3.5"), Decimal("8")).reason == (
        "the nearest SD of 4 whole scores with a mean that rounds to 3.5 is 4.73, which does not round to 8"
    )
    assert grim(5, 0, 10, Decimal("2.6"), Decimal("1.5")).reason == (
        "5 whole scores with the sum 13 and the sum of squares 43 have this mean and SD"
    )
    assert grim(1, 0, 10, Decimal("2"), Decimal("0")).reason == "one score has no standard deviation"


def test_a_mean_that_says_nothing_is_still_possible():
    found = grim(10, 0, 10, Decimal("3.5"))
    assert (found.possible, found.tells, found.sums) == (True, False, (35,))
    assert "every mean is possible" in found.reason
    assert "no decimals every" in grim(3, 0, 10, Decimal("4")).reason


# ---- against every set of scores


@pytest.mark.parametrize(("n", "low", "high"), [(1, 0, 3), (2, 1, 7), (3, -2, 2), (4, 0, 4), (6, 0, 3), (7, 1, 3)])
@pytest.mark.parametrize("digits", [0, 1, 2])
def test_means_by_listing(n, low, high, digits):
    sums = {sum(scores) for scores in every(n, low, high)}
    for k in range(low * 10**digits, high * 10**digits + 1):
        mean = Decimal(k).scaleb(-digits)
        wanted = tuple(sorted(total for total in sums if within(Fraction(total, n), mean)))
        found = grim(n, low, high, mean)
        assert (found.possible, found.sums) == (bool(wanted), wanted)
        assert found.means == tuple(Fraction(total, n) for total in wanted)


@pytest.mark.parametrize("digits", [0, 1, 2])
@pytest.mark.parametrize("n", [*range(1, 21), 25, 48, 50, 75, 80, 90, 96, 98, 99, 100, 101, 150])
def test_whether_the_check_can_tell_anything(n, digits):
    # not only from 10^decimals on: 8 scores and 1 decimal, or 80 and 96 with 2, reach every mean as well
    unit = 10**digits
    misses = any(
        floor(n * (Fraction(k, unit) + Fraction(1, 2 * unit))) < ceil(n * (Fraction(k, unit) - Fraction(1, 2 * unit)))
        for k in range(unit + 1)
    )
    assert grim(n, 0, 1, Decimal(0).scaleb(-digits)).tells is misses


@pytest.mark.parametrize(("n", "low", "high"), [(2, 0, 4), (3, 0, 5), (4, -2, 2), (5, 1, 4), (6, 0, 10)])
@pytest.mark.parametrize("mean", ["1", "1.4", "1.75", "0.4"])
def test_standard_deviations_by_listing(n, low, high, mean):
    mean = Decimal(mean)
    if mean < low:
        return
    rows = [s for s in every(n, low, high) if within(Fraction(sum(s), n), mean)]
    variances = {(sum(s), sum(x * x for x in s)): statistics.variance(map(Fraction, s)) for s in rows}
    for k in range(0, 10 * (high - low)):
        sd = Decimal(k).scaleb(-1)
        ends = max(Fraction(0), Fraction(k, 10) - Fraction(1, 20)) ** 2, (Fraction(k, 10) + Fraction(1, 20)) ** 2
        wanted = tuple(sorted(pair for pair, variance in variances.items() if ends[0] <= variance <= ends[1]))
        found = grim(n, low, high, mean, sd)
        assert found.squares == wanted
        assert found.possible is bool(wanted)


@pytest.mark.parametrize("sd", ["0.4", "1.1", "2.7", "4.2"])
def test_leaving_out_large_squares_changes_nothing(monkeypatch, sd):
    whole = grim(9, 0, 10, Decimal("4.4"), Decimal(sd))
    monkeypatch.setattr(grim_module._Scores, "largest", property(lambda self: 10**6))
    monkeypatch.setattr(grim_module._Scores, "affords", lambda self, limit: limit < 10**6)
    assert grim(9, 0, 10, Decimal("4.4"), Decimal(sd)).squares == whole.squares


@repeatable
@given(st.lists(st.integers(-3, 9), min_size=2, max_size=12), st.integers(0, 3), st.data())
def test_what_was_printed_of_scores_is_possible(scores, digits, data):
    rounding = data.draw(st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
    unit = Decimal(1).scaleb(-digits)
    mean = (Decimal(sum(scores)) / len(scores)).quantize(unit, rounding)
    variance = statistics.variance(map(Fraction, scores))
    sd = Decimal(sqrt(variance)).quantize(unit, rounding)
    found = grim(len(scores), -3, 9, mean, sd)
    assert (sum(scores), sum(x * x for x in scores)) in found.squares


@repeatable
@given(st.integers(2, 8), st.integers(0, 40), st.integers(0, 30), st.integers(-20, 20))
def test_another_origin_moves_the_sums(n, tenths, sd, shift):
    mean, sd = Decimal(tenths).scaleb(-1), Decimal(sd).scaleb(-1)
    here, there = grim(n, 0, 4, mean, sd), grim(n, shift, shift + 4, mean + shift, sd)
    assert there.sums == tuple(total + n * shift for total in here.sums)
    assert there.squares == tuple((t + n * shift, q + 2 * shift * t + n * shift**2) for t, q in here.squares)


# ---- refused


@pytest.mark.parametrize(
    ("n", "low", "high", "mean", "sd", "told"),
    [
        (4, 0, Decimal("4.5"), "2.5", None, "high: 4.5 given; wanted a whole number"),
        (4, 0.5, 4, "2.5", None, "low: 0.5 given; wanted a whole number"),
        (4, 4, 4, "4", None, "high: 4 given; wanted an end of the scale above the other, 4"),
        (0, 0, 4, "2.5", None, "n: 0 given; wanted a whole number, at least 1"),
        (4, 0, 4, "4.2", None, "mean: 4.2 given; wanted a mean on the scale, 0 to 4"),
        (4, 0, 4, "-0.1", None, "mean: -0.1 given; wanted a mean on the scale, 0 to 4"),
        (4, 0, 4, "NaN", None, "mean: Decimal('NaN') given; wanted a finite Decimal"),
        (4, 0, 4, "2.5", "-1", "sd: -1 given; wanted a standard deviation of at least 0"),
    ],
)
def test_refusals(n, low, high, mean, sd, told):
    with pytest.raises(Refusal) as refusal:
        grim(n, low, high, Decimal(mean), None if sd is None else Decimal(sd))
    assert str(refusal.value).startswith(told)
    assert refusal.value.inputs == (told.split(":")[0],)


def test_a_number_without_decimals_of_its_own_is_refused():
    with pytest.raises(Refusal, match=r"mean: 2\.5 given; wanted a finite Decimal, whose decimals are its rounding"):
        grim(4, 0, 4, 2.5)
    with pytest.raises(Refusal, match="n: 0 given"):
        possible_sizes(Decimal("2.5"), [4, 0], 0, 4)


def test_what_is_too_large():
    with pytest.raises(OverBudget, match="n: 200,000 given; wanted at most 100,000 scores"):
        grim(200_000, 0, 10, Decimal("2.5"))
    with pytest.raises(OverBudget, match="n: 500 given; wanted fewer scores, or a smaller SD"):
        grim(500, 0, 100, Decimal("50.1"), Decimal("20.1"))
