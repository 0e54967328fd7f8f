"""Precision of t intervals: R, a scan written anew, simulation, and the n from which it stays."""

from __future__ import annotations

import doctest
from math import inf, nan, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from lib.design import precision
from lib.design.precision import expected_half_width, half_width_assured, precision_n
from lib.errors import Refusal


def two_arms(n: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2 * n - 2


def chance(n: int, width: float, level: float, df: int) -> float:
    """P(t·S/√n ≤ width) for σ 1."""
    return float(stats.chi2.cdf(df * n * (width / stats.t.isf((1 - level) / 2, df)) ** 2, df))


def simulated_half_widths(n: int, level: float, draws: int) -> np.ndarray:
    spread = np.random.default_rng(8).normal(size=(draws, n)).std(axis=1, ddof=1)
    return np.asarray(stats.t.isf((1 - level) / 2, n - 1) * spread / sqrt(n))


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(precision)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("width", "level", "assured", "expected"),
    [
        # R: n <- 2:5000; p <- pchisq((n - 1) * n * w^2 / qt((1 + level) / 2, n - 1)^2, n - 1); max(n[p < assured]) + 1
        (0.5, 0.95, 0.5, 18),
        (0.5, 0.95, 0.8, 22),
        (0.5, 0.95, 0.9, 24),
        (0.1, 0.9, 0.8, 292),
        (0.1, 0.95, 0.005, 312),
    ],
)
def test_n_agrees_with_r(width: float, level: float, assured: float, expected: int) -> None:
    assert precision_n(1.0, width, level, assured) == expected
    assert precision_n(20.0, 20 * width, level, assured) == expected


def test_n_of_two_arms_agrees_with_r() -> None:
    # R as above with 2n - 2 degrees of freedom and SD sqrt(2): 39 per arm
    assert precision_n(sqrt(2), 0.5, 0.95, 0.9, df=two_arms) == 39


@pytest.mark.parametrize("width", [0.2, 0.7, 2.0, 6.0])
@pytest.mark.parametrize("assured", [0.02, 0.5, 0.8, 0.99])
def test_n_is_that_of_a_scan(width: float, assured: float) -> None:
    reached = [chance(n, width, 0.95, n - 1) >= assured for n in range(2, 401)]
    assert all(reached[-50:])
    expected = 2 + max((place + 1 for place, one in enumerate(reached) if not one), default=0)
    assert precision_n(1.0, width, 0.95, assured, limit=400) == expected


def test_n_is_where_it_stays_not_where_it_first_is() -> None:
    # Two pairs may have a tiny SD by chance, three hardly: assurance falls before it rises.
    assert chance(2, 0.1, 0.95, 1) > 0.005 > chance(3, 0.1, 0.95, 2)
    assert precision_n(1.0, 0.1, 0.95, 0.005) == 312


def test_expected_half_width_agrees_with_r() -> None:
    # R: qt(.975, 3)/2 * sqrt(2/3) * gamma(2)/gamma(1.5) and qt(.95, 19)/sqrt(20) * sqrt(2/19) * gamma(10)/gamma(9.5)
    assert float(expected_half_width(1.0, 4, 0.95)) == pytest.approx(1.46602210598, rel=1e-11)
    assert float(expected_half_width(1.0, 20, 0.9)) == pytest.approx(0.381594039619, rel=1e-11)


def test_mean_root_has_no_seam() -> None:
    n = np.arange(150, 260)
    widths = expected_half_width(1.0, n, 0.95)
    by_chi = [stats.chi.mean(m - 1) / sqrt(m - 1) * stats.t.isf(0.025, m - 1) / sqrt(m) for m in n]
    np.testing.assert_allclose(widths, by_chi, rtol=1e-12)
    assert float(expected_half_width(1.0, 10**8, 0.95)) == pytest.approx(1.959964e-4, rel=1e-6)


def test_half_width_assured_agrees_with_r() -> None:
    # R: qt(0.975, 3) / 2 * sqrt(qchisq(0.8, 3) / 3)
    assert float(half_width_assured(1.0, 4, 0.95, 0.8)) == pytest.approx(1.97927259914, rel=1e-11)


@pytest.mark.parametrize("n", [2, 4, 15])
def test_agrees_with_simulation(n: int) -> None:
    draws = 100_000
    widths = simulated_half_widths(n, 0.9, draws)
    mean = float(expected_half_width(1.0, n, 0.9))
    assert abs(float(widths.mean()) - mean) < 4 * float(widths.std()) / sqrt(draws)
    within = float(np.mean(widths <= float(half_width_assured(1.0, n, 0.9, 0.8))))
    assert abs(within - 0.8) < 4 * sqrt(0.16 / draws)


@pytest.mark.parametrize("assured", [0.5, 0.8, 0.95])
def test_the_two_questions_answer_each_other(assured: float) -> None:
    n = precision_n(3.0, 1.0, 0.95, assured)
    before, at = half_width_assured(3.0, [n - 1, n], 0.95, assured)
    assert at <= 1.0 < before


def test_widths_take_arrays_and_other_degrees_of_freedom() -> None:
    n = np.array([[2, 5], [9, 40]])
    assert half_width_assured(1.0, n, 0.95, 0.8).shape == expected_half_width(1.0, n, 0.95).shape == (2, 2)
    narrower = expected_half_width(1.0, 5, 0.95, df=two_arms)
    assert narrower < expected_half_width(1.0, 5, 0.95)
    expected = stats.t.isf(0.025, 8) / sqrt(5) * stats.chi.mean(8) / sqrt(8)
    assert float(narrower) == pytest.approx(expected, rel=1e-12)


def test_extremes() -> None:
    assert precision_n(1.0, 1e300, 0.95, 0.999) == 2
    with pytest.raises(Refusal, match="at 1,000, the largest n tried, it is reached with 0"):
        precision_n(1.0, 1e-300, 0.95, 0.5, limit=1000)
    needed = precision_n(1.0, 0.5, 0.95, 0.9)
    assert precision_n(1.0, 0.5, 0.95, 0.9, limit=needed) == needed
    with pytest.raises(Refusal, match=r"at 23, the largest n tried, it is reached with 0\.8665"):  # R: pchisq(...)
        precision_n(1.0, 0.5, 0.95, 0.9, limit=needed - 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sd_difference": 0.0}, r"sd_difference: 0\.0 given"),
        ({"half_width": 0.0}, r"half_width: 0\.0 given"),
        ({"half_width": inf}, "half_width: inf given"),
        ({"level": 1.0}, r"level: 1\.0 given"),
        ({"assured": nan}, "assured: nan given"),
        ({"limit": 1}, "limit: 1 given"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    given = {"sd_difference": 1.0, "half_width": 0.5, "level": 0.95, "assured": 0.8, **change}
    with pytest.raises(Refusal, match=message):
        precision_n(**given)  # type: ignore[arg-type]


def test_one_pair_is_refused() -> None:
    for n in (1, 2.5, nan):
        with pytest.raises(Refusal, match="n: "):
            expected_half_width(1.0, n, 0.95)
        with pytest.raises(Refusal, match="n: "):
            half_width_assured(1.0, n, 0.95, 0.8)
