"""The bivariate normal distribution function: R, closed forms, Owen's T, quadrature, symmetries."""

from __future__ import annotations

import doctest
from math import asin, inf, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from lib.design import bivariate_normal as module
from lib.design.bivariate_normal import bivariate_normal
from lib.errors import Refusal

limits = st.floats(-8, 8)
correlations = st.floats(-0.95, 0.95)
derandomised = settings(derandomize=True, deadline=None)


def by_owens_t(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Owen 1956, Ann Math Stat 27:1075-1090, equation 2.1; h and k other than 0."""
    root = np.sqrt((1 - rho) * (1 + rho))
    of_h = special.owens_t(h, (k - rho * h) / (h * root))
    of_k = special.owens_t(k, (h - rho * k) / (k * root))
    return (special.ndtr(h) + special.ndtr(k)) / 2 - of_h - of_k - np.where(h * k > 0, 0, 0.5)


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("h", "k", "rho", "expected"),
    [
        # R mvtnorm, pmvnorm(upper = c(h, k), corr = matrix(c(1, rho, rho, 1), 2), algorithm = TVPACK(abseps = 1e-14))
        (0.5, -0.3, 0.6, 0.3436225301112),
        (-1.2, 0.7, -0.8, 0.0196765838057),
        (1.5, 1.4, 0.95, 0.9078254496291),
        (-2.0, -2.5, 0.3, 0.0007103359769),
    ],
)
def test_agrees_with_r(h: float, k: float, rho: float, expected: float) -> None:
    assert float(bivariate_normal(h, k, rho)) == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("rho", [-0.999999, -0.95, -0.5, 0.0, 1e-12, 0.3, 0.95, 0.99999])
def test_quadrant(rho: float) -> None:
    # Sheppard 1899
    assert float(bivariate_normal(0, 0, rho)) == pytest.approx(1 / 4 + asin(rho) / (2 * pi), abs=1e-13)


@given(limits, limits)
@derandomised
def test_independent_is_a_product(h: float, k: float) -> None:
    assert float(bivariate_normal(h, k, 0)) == pytest.approx(special.ndtr(h) * special.ndtr(k), abs=1e-15)


@pytest.mark.parametrize(("most", "tolerance"), [(0.95, 1e-14), (0.99, 1e-14), (0.999999, 1e-12)])
def test_agrees_with_owens_t(most: float, tolerance: float) -> None:
    rng = np.random.default_rng(1)
    rho = most * np.where(rng.random(20_000) < 0.3, rng.choice([-1, 1], 20_000), rng.uniform(-1, 1, 20_000))
    h = rng.uniform(-6, 6, 20_000)
    beside = np.sign(rho) * h + rng.normal(size=20_000) * np.sqrt(1 - np.abs(rho))  # where the distribution turns
    k = np.where(rng.random(20_000) < 0.5, beside, rng.uniform(-6, 6, 20_000))
    np.testing.assert_allclose(bivariate_normal(h, k, rho), by_owens_t(h, k, rho), atol=tolerance, rtol=0)


@pytest.mark.parametrize("rho", [-0.95, -0.4, 0.2, 0.8, 0.95])
def test_agrees_with_the_definition(rho: float) -> None:
    # P(X ≤ h, Y ≤ k) is E[P(Y ≤ k | X); X ≤ h]
    def integrand(x: float) -> float:
        return float(stats.norm.pdf(x) * special.ndtr((0.6 - rho * x) / sqrt(1 - rho**2)))

    expected = integrate.quad(integrand, -12, -0.2, epsabs=1e-14, limit=200)[0]
    assert float(bivariate_normal(-0.2, 0.6, rho)) == pytest.approx(expected, abs=1e-13)


@given(limits, limits, correlations)
@derandomised
def test_symmetries(h: float, k: float, rho: float) -> None:
    found = float(bivariate_normal(h, k, rho))
    assert float(bivariate_normal(k, h, rho)) == pytest.approx(found, abs=1e-15)
    assert special.ndtr(h) - float(bivariate_normal(h, -k, -rho)) == pytest.approx(found, abs=1e-14)
    both_above = 1 - special.ndtr(h) - special.ndtr(k) + found
    assert float(bivariate_normal(-h, -k, rho)) == pytest.approx(both_above, abs=1e-14)


@given(limits, limits, st.floats(-0.94, 0.94))
@derandomised
def test_grows_with_correlation_and_limits(h: float, k: float, rho: float) -> None:
    found = float(bivariate_normal(h, k, rho))
    assert float(bivariate_normal(h, k, rho + 0.01)) >= found - 1e-15
    assert float(bivariate_normal(h + 0.1, k, rho)) >= found - 1e-15
    assert 0 <= found <= min(special.ndtr(h), special.ndtr(k))


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.9])
def test_infinite_limits(rho: float) -> None:
    found = bivariate_normal([inf, 0.3, -inf, inf, -inf], [0.3, inf, 0.3, inf, inf], rho)
    np.testing.assert_allclose(found, [special.ndtr(0.3), special.ndtr(0.3), 0, 1, 0], atol=1e-16)


def test_broadcasts() -> None:
    h, k, rho = np.array([-1.0, 0.5])[:, None, None], np.array([0.0, 1.0, 2.0])[:, None], np.array([-0.5, 0.2])
    table = bivariate_normal(h, k, rho)
    assert table.shape == (2, 3, 2)
    assert table[1, 2, 0] == float(bivariate_normal(0.5, 2.0, -0.5))


@pytest.mark.parametrize("rho", [1.0, -1.0, 1.5, nan])
def test_refuses_a_correlation_outside_its_range(rho: float) -> None:
    with pytest.raises(Refusal, match=r"rho: .* given; wanted a correlation above -1 and below 1"):
        bivariate_normal(0, 0, [0.5, rho])


def test_refuses_what_is_not_a_number() -> None:
    with pytest.raises(Refusal, match="not a number given"):
        bivariate_normal(nan, 0, 0.5)
