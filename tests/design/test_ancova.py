"""ANCOVA in parallel arms: R quadrature, least squares on simulated trials, the large-sample formula, symmetries."""

from __future__ import annotations

import doctest
from math import inf, nan, pi, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from lib.design import ancova
from lib.design.ancova import ancova_gain, ancova_power
from lib.design.t_designs import t_power
from lib.errors import Refusal
from lib.values import Missing


def by_quadrature(effect: float, rho: float, n: int, alpha: float, sides: int) -> float:
    """Over the F(1, 2n − 2) of the baselines, by adaptive steps of its tail probability."""
    df = 2 * n - 3

    def conditional(tail: float) -> float:
        growth = 1 + float(stats.f.isf(tail, 1, 2 * n - 2)) / (2 * n - 2)
        nc = np.asarray(effect / sqrt(1 - rho**2) * sqrt(n / 2 / growth))
        return float(t_power(nc, np.asarray(float(df)), alpha, sides))

    return float(integrate.quad(conditional, 0, 1, epsabs=1e-9, limit=300)[0])


def least_squares_t(effect: float, rho: float, n: int, draws: int, seed: int) -> np.ndarray:
    """The t of the arm in outcome ~ 1 + arm + baseline, by the normal equations of each simulated trial."""
    rng = np.random.default_rng(seed)
    arm = np.repeat([0.0, 1.0], n)
    baseline = rng.normal(size=(draws, 2 * n))
    outcome = effect * arm + rho * baseline + sqrt(1 - rho**2) * rng.normal(size=(draws, 2 * n))
    columns = np.stack([np.ones_like(baseline), np.broadcast_to(arm, baseline.shape), baseline], axis=2)
    inverse = np.linalg.inv(np.einsum("dni,dnj->dij", columns, columns))
    fit = np.einsum("dij,dnj,dn->di", inverse, columns, outcome)
    rest = outcome - np.einsum("dni,di->dn", columns, fit)
    variance = (rest**2).sum(axis=1) / (2 * n - 3)
    return np.asarray(fit[:, 1] / np.sqrt(variance * inverse[:, 1, 1]))


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(ancova)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("effect", "rho", "n", "alpha", "sides", "expected"),
    [
        # R: integrate() of pt(q, 2n - 3, nc * sqrt(w)) * dbeta(w, n - 1, 0.5) with w = cos(theta)^2
        (1.0, 0.6, 12, 0.05, 2, 0.8133783437),
        (1.0, 0.5, 4, 0.05, 2, 0.2343815277),
        (0.5, 0.3, 20, 0.01, 1, 0.2267546181),
        (2.0, 0.8, 2, 0.1, 2, 0.3192561566),
        (-0.3, 0.2, 5, 0.05, 1, 0.0198180073),
    ],
)
def test_agrees_with_r(effect: float, rho: float, n: int, alpha: float, sides: int, expected: float) -> None:
    assert float(ancova_power(effect, 1.0, rho, n, alpha, sides)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n", [2, 3, 4, 9, 10, 40])
@pytest.mark.parametrize("effect", [0.2, 1.0, 4.0])
@pytest.mark.parametrize(("alpha", "sides"), [(0.05, 2), (0.2, 1)])
def test_agrees_with_adaptive_quadrature(n: int, effect: float, alpha: float, sides: int) -> None:
    expected = by_quadrature(effect, 0.5, n, alpha, sides)
    assert float(ancova_power(effect, 1.0, 0.5, n, alpha, sides)) == pytest.approx(expected, abs=2e-8)


@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize("effect", [6.0, 20.0])
def test_a_huge_effect_in_few_agrees_with_adaptive_quadrature(n: int, effect: float) -> None:
    # Nearly all is at the far end of F, where its tail has no width: over the angle arctan √(F/(2n − 2)) instead
    def conditional(angle: float) -> float:
        nc = np.asarray(effect * sqrt(n / 2) * np.cos(angle))
        return float(t_power(nc, np.asarray(2.0 * n - 3), 0.3, 1) * np.cos(angle) ** (2 * n - 3))

    whole = integrate.quad(lambda angle: np.cos(angle) ** (2 * n - 3), 0, pi / 2)[0]
    expected = integrate.quad(conditional, 0, pi / 2, epsabs=1e-11, limit=300)[0] / whole
    assert float(ancova_power(effect, 1.0, 0.0, n, 0.3, 1)) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("effect", "rho", "n", "sides"), [(1.5, 0.6, 2, 2), (1.2, 0.7, 4, 2), (0.8, -0.4, 9, 1)])
def test_agrees_with_least_squares_on_simulated_trials(effect: float, rho: float, n: int, sides: int) -> None:
    draws = 60_000
    t = least_squares_t(effect, rho, n, draws, seed=5)
    critical = stats.t.isf(0.05 / sides, 2 * n - 3)
    share = float(np.mean(t >= critical) + (sides == 2) * np.mean(t <= -critical))
    power = float(ancova_power(effect, 1.0, rho, n, 0.05, sides))
    assert abs(share - power) < 4 * sqrt(power * (1 - power) / draws)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_many_need_one_minus_rho_squared_of_them(rho: float) -> None:
    # With 4,000 per arm degrees of freedom and chance imbalance are nothing: the normal formula with n/(1 − ρ²) holds.
    n, effect = 4000, 0.06
    normal = stats.norm.sf(stats.norm.isf(0.025) - effect * sqrt(n / (1 - rho**2) / 2))
    assert float(ancova_power(effect, 1.0, rho, n, 0.05, 2)) == pytest.approx(normal, abs=2e-4)


def test_a_baseline_that_tells_nothing_costs_a_degree_of_freedom_and_some_precision() -> None:
    n = np.array([2, 4, 12, 50])
    unadjusted = t_power(np.sqrt(n / 2), 2.0 * n - 2, 0.05, 2)
    adjusted = ancova_power(1.0, 1.0, 0.0, n, 0.05, 2)
    assert np.all(adjusted < unadjusted)
    assert adjusted[-1] > unadjusted[-1] - 0.01


@pytest.mark.parametrize("n", [2, 4, 30])
def test_swapping_arms_and_turning_the_baseline_change_nothing(n: int) -> None:
    forth, back = ancova_power([0.7, -0.7], 1.0, 0.5, n, 0.05, 2)
    assert forth == pytest.approx(back, abs=1e-13)
    assert float(ancova_power(0.7, 1.0, -0.5, n, 0.05, 2)) == forth
    one = ancova_power([0.7, -0.7], 1.0, 0.5, n, 0.025, 1)
    assert one.sum() == pytest.approx(forth, abs=1e-11)


def test_without_effect_power_is_alpha_and_the_unit_is_nothing() -> None:
    n = np.r_[2:60, 100, 1000, 10_000]
    for sides in (1, 2):
        np.testing.assert_allclose(ancova_power(0.0, 1.0, 0.5, n, 0.03, sides), 0.03, atol=1e-12)
    assert float(ancova_power(50.0, 100.0, 0.5, 9, 0.05, 2)) == float(ancova_power(0.5, 1.0, 0.5, 9, 0.05, 2))


@pytest.mark.parametrize("sides", [1, 2])
def test_power_never_falls_and_is_a_probability(sides: int) -> None:
    n, effect = np.r_[2:80, 300, 5000, 100_000], np.r_[0, 10.0 ** np.linspace(-6, 3, 40), 1e300][:, None]
    powers = ancova_power(effect, 1.0, 0.5, n, 0.05, sides)
    assert powers.shape == (42, 81)
    assert np.all((powers >= 0.05 - 1e-9) & (powers <= 1 + 1e-9))
    assert np.all(np.diff(powers, axis=0) >= -1e-6)
    assert np.all(np.diff(powers, axis=1) >= -1e-6)


def test_gain_for_many() -> None:
    for rho in (-0.4, 0.0, 0.5, 0.9):
        gain = ancova_gain(rho)
        assert gain.unadjusted == pytest.approx(1 - rho**2, rel=1e-14)
        # against changes, whose variance is 2(1 − ρ)
        assert gain.change_score == pytest.approx((1 - rho**2) / (2 * (1 - rho)), rel=1e-12)


@pytest.mark.parametrize("n", [3, 4, 10])
def test_gain_at_n_is_the_mean_growth_of_the_variance(n: int) -> None:
    # E[1 + F(1, 2n − 2)/(2n − 2)] by quadrature over the F
    growth = integrate.quad(lambda f: (1 + f / (2 * n - 2)) * stats.f.pdf(f, 1, 2 * n - 2), 0, inf, limit=300)[0]
    assert ancova_gain(0.3, n).unadjusted == pytest.approx(0.91 * growth, rel=1e-6)
    assert ancova_gain(0.3, n).change_score == pytest.approx(0.65 * growth, rel=1e-6)


def test_two_per_arm_have_no_finite_variance() -> None:
    gain = ancova_gain(0.9, 2)
    assert isinstance(gain.unadjusted, Missing)
    assert isinstance(gain.change_score, Missing)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": inf}, "effect: inf given"),
        ({"sd": -1.0}, r"sd: -1\.0 given"),
        ({"rho_baseline": 1.0}, r"rho_baseline: 1\.0 given; wanted a correlation above -1 and below 1"),
        ({"n": 1}, "n: 1 given; wanted whole numbers per arm, at least 2"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"alpha": nan}, "alpha: nan given"),
        ({"sides": 0}, "sides: 0 given"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    given = {"effect": 1.0, "sd": 1.0, "rho_baseline": 0.5, "n": 8, "alpha": 0.05, "sides": 2, **change}
    with pytest.raises(Refusal, match=message):
        ancova_power(**given)  # type: ignore[arg-type]
    if "rho_baseline" in change:
        with pytest.raises(Refusal, match=message):
            ancova_gain(change["rho_baseline"])
