"""Paired t: the trial's printed p-values, Student's sleep data, scipy."""

import math
from fractions import Fraction

import pytest
from scipy import stats

from lib.analysis.results import StudentNull
from lib.analysis.t import paired_t
from lib.values import Missing
from tests.analysis.peers import R_SLEEP, SLEEP

THIRD = Fraction(100, 3)


@pytest.mark.parametrize(
    ("differences", "mean", "t", "p"),
    [
        # Winter 2020, treated - control; DESIGN, recomputed there with scipy and R (t where it is stated)
        pytest.param([-56, -100, 0, 0], -39, -1.609, 0.206, id="size, %, as printed"),
        pytest.param([-56.25, -100, 0, 0], -39.0625, None, 0.2057, id="size, %, from areas"),
        pytest.param([-0.02, -2, 0, 0], -0.505, None, 0.3855, id="size, cm2"),
        pytest.param([-1, 0, 0, 0], -0.25, -1, 0.391, id="physician, points"),
        pytest.param([-25, 0, 0, 0], -6.25, -1, 0.391, id="physician, %"),
        pytest.param([0, 1, 1, 0], 0.5, 1.732, 0.182, id="observer, points"),
        pytest.param([-THIRD, THIRD, 25, 0], 6.25, None, 0.704, id="observer, %"),
    ],
)
def test_the_endpoints_of_the_trial(differences, mean, t, p):
    result = paired_t(differences)
    assert result.estimate == pytest.approx(mean, abs=1e-12)
    assert t is None or result.null.observed == pytest.approx(t, abs=5e-4)
    assert result.p == pytest.approx(p, abs=5e-4 if round(p, 3) == p else 5e-5)
    assert result.method == "paired t test, 3 degrees of freedom"


def test_the_interval_of_the_size_endpoint():
    # DESIGN: 95 % CI -116 to +38 percentage points
    interval = paired_t([-56, -100, 0, 0]).interval
    assert (round(interval.low), round(interval.high)) == (-116, 38)


def test_sleep_agrees_with_r():
    # R: t.test(x, y, paired = TRUE), tests/reference/paired_tests.csv
    result = paired_t(SLEEP)
    wanted = [float(R_SLEEP[column]) for column in ("mean", "t", "p_t", "lo_t", "hi_t")]
    given = [result.estimate, result.null.observed, result.p, result.interval.low, result.interval.high]
    assert given == pytest.approx(wanted, abs=1e-9)
    assert result.null == StudentNull("t", result.null.observed, 9)
    assert result.n == int(R_SLEEP["n"])


@pytest.mark.parametrize("alternative", ["less", "greater"])
def test_one_sided_agrees_with_scipy(alternative):
    peer = stats.ttest_1samp(SLEEP, 0, alternative=alternative)
    limits = peer.confidence_interval(0.9)
    result = paired_t(SLEEP, alternative, 0.9)
    assert result.p == pytest.approx(peer.pvalue, rel=1e-9)
    assert result.interval.reason == "one-sided"
    if alternative == "less":
        assert (result.interval.low, result.interval.high) == (None, pytest.approx(limits.high))
    else:
        assert (result.interval.low, result.interval.high) == (pytest.approx(limits.low), None)


@pytest.mark.parametrize(
    ("differences", "reason"), [([3], "one pair"), ([0, 0, 0], "all 3 differences are equal"), ([2, 2], "equal")]
)
def test_without_a_standard_deviation_there_is_no_t(differences, reason):
    result = paired_t(differences)
    assert isinstance(result.p, Missing)
    assert reason in result.p.reason
    assert (result.interval.low, result.interval.high, result.interval.reason) == (None, None, result.p.reason)
    assert result.estimate == differences[0]
    assert result.null is None


def test_a_continuous_model_has_no_floor():
    floor = paired_t([1, 2, 4]).floor
    assert isinstance(floor.general, Missing)
    assert isinstance(floor.given_zeros, Missing)


@pytest.mark.parametrize("scale", [1e-200, 1e99])
def test_squares_may_leave_the_range_of_floats(scale):
    # t has no unit; 1e-200 squared is below the smallest float
    plain, scaled = paired_t([1, 2, 6]), paired_t([scale, 2 * scale, 6 * scale])
    assert scaled.null.observed == pytest.approx(plain.null.observed)
    assert scaled.interval.high / scale == pytest.approx(plain.interval.high)


def test_a_tiny_spread_is_not_rounded_away():
    # mean 1, standard error 1e-30: t is 1e30 and the tail of t with 1 df is 1/(pi t)
    result = paired_t([1 + Fraction(1, 10**30), 1 - Fraction(1, 10**30)], "greater")
    assert result.null.observed == pytest.approx(1e30)
    assert result.p == pytest.approx(1 / (math.pi * 1e30), rel=1e-9)
