"""Several doses within one person: R, G*Power, Poisson sums, quadratic forms, simulation, symmetries."""

from __future__ import annotations

import doctest
from math import inf, log, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from lib.design import doses
from lib.design.doses import (
    f_power,
    global_power,
    hotelling_power,
    linear_means,
    trend_effect,
    trend_power,
    trend_sd,
)
from lib.design.t_designs import t_power
from lib.errors import Refusal

SCORES = (0.0, 1.0, 2.0, 4.0)


def poisson_sum(noncentrality: float, df1: int, df2: int, alpha: float) -> float:
    """The tail of the noncentral F term by term, counts without a window."""
    share = df2 / (df1 * stats.f.isf(alpha, df1, df2) + df2)  # of the error in both sums of squares
    count = np.arange(2000)
    return float(np.sum(stats.poisson.pmf(count, noncentrality / 2) * stats.beta.cdf(share, df2 / 2, df1 / 2 + count)))


def covariance(doses_given: int, sd: float, rho: float) -> np.ndarray:
    return sd**2 * ((1 - rho) * np.eye(doses_given) + rho)


def simulated(means: np.ndarray, sd: float, rho: float, n: int, draws: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(means, covariance(means.size, sd, rho), (draws, n), method="cholesky")


def agrees(share: float, power: float, draws: int) -> bool:
    return abs(share - power) < 4 * sqrt(power * (1 - power) / draws)


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(doses)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- noncentral F


@pytest.mark.parametrize(
    ("df1", "df2", "noncentrality", "alpha", "expected"),
    [
        # R: pf(qf(1 - alpha, df1, df2), df1, df2, ncp, lower.tail = FALSE), which sums to 1e-9
        (1, 3, 2, 0.05, 0.1720929069328),
        (2, 6, 5, 0.05, 0.325203031751),
        (3, 69, 12, 0.05, 0.8168415203679),
        (5, 1, 40, 0.05, 0.1550451485164),
        (4, 16, 8, 0.01, 0.2111051236611),
        (3, 1000, 20, 0.001, 0.7450395078972),
    ],
)
def test_f_power_agrees_with_r(df1: int, df2: int, noncentrality: float, alpha: float, expected: float) -> None:
    assert float(f_power(noncentrality, df1, df2, alpha)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("df1", "df2", "noncentrality", "alpha", "expected"),
    [
        # The Poisson sum in 30 digits (mpmath 1.4)
        (2, 6, 5, 0.05, 0.3252030316355644),
        (5, 1, 40, 0.05, 0.1550451479983664),
        (3, 1000, 20, 0.001, 0.7450395077867719),
        (1, 1, 3000, 0.0001, 0.006864599529542443),
        (3, 10, 500, 1e-06, 0.9969300155408951),
    ],
)
def test_f_power_agrees_with_thirty_digits(
    df1: int, df2: int, noncentrality: float, alpha: float, expected: float
) -> None:
    assert float(f_power(noncentrality, df1, df2, alpha)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("df1", [1, 2, 5])
@pytest.mark.parametrize("df2", [1, 3, 12, 100, 2000])
@pytest.mark.parametrize("alpha", [1e-4, 0.05, 0.4])
def test_f_power_agrees_with_the_sum(df1: int, df2: int, alpha: float) -> None:
    noncentralities = [1e-9, 0.3, 4, 30, 71, 72, 73, 300, 1000]
    expected = [poisson_sum(noncentrality, df1, df2, alpha) for noncentrality in noncentralities]
    np.testing.assert_allclose(f_power(noncentralities, df1, df2, alpha), expected, rtol=1e-10)


@pytest.mark.parametrize("df2", [1, 4, 30])
def test_one_numerator_degree_is_the_two_sided_t(df2: int) -> None:
    nc = np.linspace(0, 8, 30)
    np.testing.assert_allclose(f_power(nc**2, 1, df2, 0.05), t_power(nc, np.asarray(df2), 0.05, 2), atol=1e-12)


@pytest.mark.parametrize("alpha", [1e-8, 0.05, 0.7])
def test_f_power_is_a_probability_that_never_falls(alpha: float) -> None:
    noncentrality = np.r_[0, 10.0 ** np.linspace(-300, 300, 241), np.linspace(1, 400, 800), inf]
    noncentrality.sort()
    powers = f_power(noncentrality, [[1], [3], [5]], [[1], [40], [300_000]], alpha)
    assert np.all((powers >= alpha * (1 - 1e-9)) & (powers <= 1 + 1e-12))  # NaN would fail
    assert np.all(np.diff(powers) >= -1e-12)
    np.testing.assert_allclose(powers[:, 0], alpha, rtol=1e-9)
    assert np.all(powers[:, -1] == 1)


# ---- trend


@pytest.mark.parametrize("scores", [(0, 1), (0, 1, 2), SCORES, (0, 1, 1, 5, 5, 9), (-1, 0.5, 3)])
@pytest.mark.parametrize("rho", [-0.15, 0.0, 0.7])
def test_trend_sd_agrees_with_the_quadratic_form(scores: tuple[float, ...], rho: float) -> None:
    given = np.array(scores, dtype=float)
    slope = (given - given.mean()) / np.sum((given - given.mean()) ** 2)
    contrast = slope * (given.max() - given[0])
    expected = sqrt(contrast @ covariance(given.size, 2.0, rho) @ contrast)
    assert trend_sd(scores, 2.0, rho) == pytest.approx(expected, rel=1e-13)


def test_scores_have_no_unit() -> None:
    assert trend_sd((3, 3.5, 5), 1.0, 0.2) == pytest.approx(trend_sd((0, 1000, 4000), 1.0, 0.2), rel=1e-13)
    assert trend_sd((-1e308, 0, 1e308), 1.0, 0.2) == pytest.approx(trend_sd((0, 1, 2), 1.0, 0.2), rel=1e-13)


def test_two_doses_are_a_pair() -> None:
    assert trend_sd((0, 7), 1.0, 0.3) == pytest.approx(sqrt(2 * 0.7), rel=1e-14)
    # R: pwr.t.test(10, 1, type = "paired")$power
    assert float(trend_power(1.0, (0, 7), 1.0, 0.5, 10, 0.05, 2)) == pytest.approx(0.803096856633, abs=1e-9)
    both = [trend_power(1.0, (0, 7), 1.0, 0.5, 10, 0.05, 2, pooled) for pooled in (False, True)]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    ("sides", "pooled", "expected"),
    [
        # R: nc <- 1 / sqrt(0.6 / 0.5) * sqrt(12); 1 - pt(qt(0.975, df), df, nc) + pt(-qt(0.975, df), df, nc)
        (2, False, 0.8205210819836),
        (2, True, 0.8558000708092),
        (1, False, 0.905656158641),
    ],
)
def test_trend_power_agrees_with_r(sides: int, pooled: bool, expected: float) -> None:
    power = float(trend_power(1.0, (0, 1, 2), 1.0, 0.4, 12, 0.05, sides, pooled))
    assert power == pytest.approx(expected, abs=1e-9)


def test_trend_effect_of_linear_means_is_their_range_and_of_others_least_squares() -> None:
    assert float(trend_effect(linear_means(1.7, SCORES), SCORES)) == pytest.approx(1.7, rel=1e-14)
    means = np.array([[0, 1, 1, 1.0], [3, 3, 2, 5]])
    slopes = np.polyfit(SCORES, means.T, 1)[0]
    np.testing.assert_allclose(trend_effect(means, SCORES), 4 * slopes, rtol=1e-12)


@pytest.mark.parametrize("pooled", [False, True])
def test_trend_power_agrees_with_simulation_where_the_response_is_not_linear(pooled: bool) -> None:
    n, draws, means = 6, 40_000, np.array([0.0, 0.9, 1.0, 1.1])
    outcomes = simulated(means, 1.2, 0.4, n, draws, seed=2)
    centred = np.array(SCORES) - np.mean(SCORES)
    contrasts = outcomes @ centred
    if pooled:
        rest = outcomes - outcomes.mean(axis=2, keepdims=True) - outcomes.mean(axis=1, keepdims=True)
        rest += outcomes.mean(axis=(1, 2), keepdims=True)
        df = (n - 1) * (len(SCORES) - 1)
        spread = np.sqrt((rest**2).sum(axis=(1, 2)) / df * (centred @ centred))
    else:
        df, spread = n - 1, contrasts.std(axis=1, ddof=1)
    t = contrasts.mean(axis=1) / (spread / sqrt(n))
    share = float(np.mean(np.abs(t) >= stats.t.isf(0.025, df)))
    power = float(trend_power(trend_effect(means, SCORES), SCORES, 1.2, 0.4, n, 0.05, 2, pooled))
    assert agrees(share, power, draws)


def test_one_sided_trend_rejects_towards_the_treatment_only() -> None:
    forth, back = trend_power([1.0, -1.0], SCORES, 1.0, 0.4, 8, 0.05, 1)
    assert forth > 0.6
    assert 0 <= back < 0.001
    two = trend_power([1.0, -1.0], SCORES, 1.0, 0.4, 8, 0.05, 2)
    assert two[0] == pytest.approx(two[1], abs=1e-14)


def test_trend_power_broadcasts() -> None:
    table = trend_power(np.array([0.2, 1.0])[:, None], SCORES, 1.0, 0.4, [2, 5, 40], 0.05, 2)
    one_by_one = [[float(trend_power(e, SCORES, 1.0, 0.4, n, 0.05, 2)) for n in (2, 5, 40)] for e in (0.2, 1.0)]
    np.testing.assert_allclose(table, one_by_one, rtol=1e-13)
    assert float(trend_power(1e300, SCORES, 1e-300, 0.4, 5, 0.05, 2)) == 1


# ---- any difference


def test_global_power_agrees_with_r_and_g_power() -> None:
    # R: pf(qf(0.95, 2, 22), 2, 22, 12 * 0.5 / 0.6, lower.tail = FALSE)
    assert float(global_power((0, 0.5, 1), 1.0, 0.4, 12, 0.05)) == pytest.approx(0.7557587233232, abs=1e-9)
    # G*Power 3, repeated measures, within factors: f 0.25, 4 measurements, correlation 0.5: 24 in all, power 0.8168
    powers = global_power((0, 0, 0.5, 0.5), 1.0, 0.5, [23, 24], 0.05)
    assert powers[0] < 0.8
    assert powers[1] == pytest.approx(0.8168, abs=5e-5)


def test_hotelling_power_agrees_with_r() -> None:
    # R: pf(qf(0.95, 2, 10), 2, 10, 12 * 0.5 / 0.6, lower.tail = FALSE)
    assert float(hotelling_power((0, 0.5, 1), 1.0, 0.4, 12, 0.05)) == pytest.approx(0.6769775875922, abs=1e-9)


def test_global_power_agrees_with_simulation() -> None:
    n, draws, means = 5, 40_000, np.array([0.0, 0.9, 0.2, 1.1])
    outcomes = simulated(means, 1.0, 0.3, n, draws, seed=3)
    by_dose = outcomes.mean(axis=1)
    between = n * ((by_dose - by_dose.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / 3
    rest = (
        outcomes - outcomes.mean(axis=2, keepdims=True) - by_dose[:, None] + outcomes.mean(axis=(1, 2), keepdims=True)
    )
    within = (rest**2).sum(axis=(1, 2)) / (3 * (n - 1))
    share = float(np.mean(between / within >= stats.f.isf(0.05, 3, 3 * (n - 1))))
    assert agrees(share, float(global_power(means, 1.0, 0.3, n, 0.05)), draws)


@pytest.mark.parametrize("n", [4, 7])
def test_hotelling_power_agrees_with_simulation(n: int) -> None:
    draws, means = 20_000, np.array([0.0, 0.9, 0.2, 2.1])
    differences = np.diff(simulated(means, 1.0, 0.3, n, draws, seed=4), axis=2)
    mean = differences.mean(axis=1)
    away = differences - mean[:, None]
    spread = np.einsum("dip,diq->dpq", away, away) / (n - 1)
    t_squared = n * np.einsum("dp,dp->d", mean, np.linalg.solve(spread, mean[..., None])[..., 0])
    share = float(np.mean(t_squared * (n - 3) / (3 * (n - 1)) >= stats.f.isf(0.05, 3, n - 3)))
    assert agrees(share, float(hotelling_power(means, 1.0, 0.3, n, 0.05)), draws)


@pytest.mark.parametrize("power", [global_power, hotelling_power])
def test_any_difference_knows_no_order_sign_or_origin(power: object) -> None:
    assert callable(power)
    means = np.array([0.0, 0.4, 1.0])
    same = [means, -means, means[::-1], means + 17]
    powers = [float(power(one, 1.0, 0.4, 9, 0.05)) for one in same]
    np.testing.assert_allclose(powers, powers[0], rtol=1e-12)
    assert float(power((2, 2, 2), 1.0, 0.4, 9, 0.05)) == pytest.approx(0.05, abs=1e-12)


@pytest.mark.parametrize("power", [global_power, hotelling_power])
def test_any_difference_broadcasts_means_and_n(power: object) -> None:
    assert callable(power)
    means = linear_means(np.array([0.0, 0.5, 1.0])[:, None], (0, 1, 2))
    table = power(means, 1.0, 0.4, np.array([3, 9, 60, 400]), 0.05)
    assert table.shape == (3, 4)
    assert table[1, 2] == float(power((0, 0.25, 0.5), 1.0, 0.4, 60, 0.05))


def test_two_doses_are_one_pair_however_tested() -> None:
    expected = trend_power(0.9, (0, 1), 1.0, 0.4, [3, 8], 0.05, 2)
    for power in (global_power, hotelling_power):
        np.testing.assert_allclose(power((0, 0.9), 1.0, 0.4, [3, 8], 0.05), expected, atol=1e-12)


def test_hotelling_needs_as_many_participants_as_doses() -> None:
    with pytest.raises(Refusal, match="n: 3 given; wanted whole numbers of participants, at least 4, as T² of 4 doses"):
        hotelling_power((0, 0, 0, 1), 1.0, 0.4, 3, 0.05)
    assert 0.05 < float(hotelling_power((0, 0, 0, 1), 1.0, 0.4, 4, 0.05)) < 1


# ---- refusals


@pytest.mark.parametrize(
    "scores", [(0,), (1, 1), (0, 1, 2, 3, 4, 5, 6), (1, 0, 2), (0, nan), (0, inf), ((0, 1), (0, 2))]
)
def test_scores_out_of_order_are_refused(scores: tuple[float, ...]) -> None:
    with pytest.raises(Refusal, match=r"scores: .* given; wanted 2 to 6 finite scores, at least 2 of them distinct"):
        trend_sd(scores, 1.0, 0.5)


def test_logs_of_a_list_with_dose_0_are_refused() -> None:
    with pytest.raises(Refusal, match="the log of dose 0 does not exist"):
        trend_sd((-inf, log(40), log(80)), 1.0, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": nan}, "effect: nan given"),
        ({"sd": 0.0}, r"sd: 0\.0 given"),
        ({"rho": 1.0}, r"rho: 1\.0 given"),
        ({"rho": -0.34}, r"rho: -0\.34 given; wanted a correlation above -0\.3333 and below 1, as 4 units"),
        ({"n": 1}, "n: 1 given; wanted whole numbers of participants, at least 2"),
        ({"n": 3.5}, r"n: 3\.5 given"),
        ({"n": nan}, "n: nan given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"sides": 3}, "sides: 3 given"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    given = {"effect": 1.0, "scores": SCORES, "sd": 1.0, "rho": 0.4, "n": 8, "alpha": 0.05, "sides": 2, **change}
    with pytest.raises(Refusal, match=message):
        trend_power(**given)  # type: ignore[arg-type]


def test_means_out_of_range_are_refused() -> None:
    for means in ((1.0,), (0, nan), tuple(range(7))):
        with pytest.raises(Refusal, match="means: "):
            global_power(means, 1.0, 0.4, 8, 0.05)
    with pytest.raises(Refusal, match="means: 3 given; wanted one a score, 4"):
        trend_effect((0, 1, 2), SCORES)
