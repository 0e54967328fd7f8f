"""Exact limits of a proportion."""

import pytest
from scipy import stats

from lib.analysis.proportion import exact_proportion, zero_event_upper
from lib.errors import Refusal


@pytest.mark.parametrize(
    ("n", "limit"),
    # DESIGN: no adverse events, exact one-sided 95 % upper limit 45 % (n = 5), 53 % (n = 4); 1 - 0.05^(1/n)
    [(5, 0.4507), (4, 0.5271), (1, 0.95)],
)
def test_no_events(n, limit):
    assert zero_event_upper(n) == pytest.approx(limit, abs=5e-5)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_at_the_limit_no_event_has_probability_alpha(level):
    assert stats.binom.pmf(0, 7, zero_event_upper(7, level)) == pytest.approx(1 - level)


def test_retention_of_the_trial():
    # DESIGN: retention 4/5, exact 95 % CI 28-99.5 %
    interval = exact_proportion(4, 5)
    assert (interval.low, interval.high) == (pytest.approx(0.284, abs=5e-4), pytest.approx(0.995, abs=5e-4))


@pytest.mark.parametrize(("k", "low", "high"), [(0, 0, 1 - 0.025**0.2), (5, 0.025**0.2, 1)])
def test_the_ends_are_closed_forms(k, low, high):
    # Clopper & Pearson 1934: 0 of n and n of n solve p^n = alpha/2
    interval = exact_proportion(k, 5)
    assert (interval.low, interval.high) == pytest.approx((low, high))


@pytest.mark.parametrize("arguments", [(0, 0), (-1, 5), (6, 5), (1, 5, 1.0), (1, 5, 0.0), (1, 5, float("nan"))])
def test_impossible_counts_and_levels_are_refused(arguments):
    with pytest.raises(Refusal, match="wanted"):
        exact_proportion(*arguments)


def test_nobody_has_no_limit():
    with pytest.raises(Refusal, match="at least 1 participant; given 0"):
        zero_event_upper(0)
