"""Power, n and detectable effect of the t designs: R, brute force, quadrature and symmetries."""

from __future__ import annotations

import csv
from dataclasses import replace
from math import inf, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from lib.design.plan import Plan
from lib.design.t_designs import PAIRED_T, TWO_SAMPLE_T, TDesign, sd_of_arm_difference, sd_of_pair_difference
from lib.errors import Refusal
from tests.design.plans import PUBLISHED

REFERENCE = Path(__file__).parents[1] / "reference"
BY_KIND = {"paired": PAIRED_T, "two.sample": TWO_SAMPLE_T}
SIDES = {"two.sided": 2, "greater": 1}
BOTH = pytest.mark.parametrize("design", [PAIRED_T, TWO_SAMPLE_T], ids=["paired", "two-sample"])
EITHER = st.sampled_from([PAIRED_T, TWO_SAMPLE_T])
derandomised = settings(derandomize=True, deadline=None)


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open() as file:
        return list(csv.DictReader(file))


POWER_ROWS = rows("power_t.csv")
DETECTABLE_ROWS = rows("detectable_effect_t.csv")


def power(design: TDesign, plan: Plan) -> float:
    return float(design.power(plan))


def brute_force_power(plan: Plan, nc: float, df: int) -> float:
    """Both tails at once, by adaptive quadrature over the density of sqrt(χ²/df)."""
    critical = float(stats.t.isf(plan.alpha / 2, df))

    def integrand(s: float) -> float:
        density = 2 * df * s * stats.chi2.pdf(df * s * s, df)
        return float((special.ndtr(nc - critical * s) + special.ndtr(-nc - critical * s)) * density)

    return float(integrate.quad(integrand, 0, inf, epsabs=1e-12, limit=500)[0])


def test_reference_is_whole() -> None:
    assert len(POWER_ROWS) == 176
    assert len(DETECTABLE_ROWS) == 12


@pytest.mark.parametrize("row", POWER_ROWS, ids=lambda row: "-".join(list(row.values())[:5]))
def test_power_agrees_with_r(row: dict[str, str]) -> None:
    # R, pwr.t.test; a paired d is d_z, which rho 0.5 makes effect/sd.
    sides, n = SIDES[row["alternative"]], int(row["n"])
    plan = replace(PUBLISHED, effect=float(row["d"]), alpha=float(row["alpha"]), sides=sides, n=n)
    assert power(BY_KIND[row["kind"]], plan) == pytest.approx(float(row["power"]), abs=1e-9)


@pytest.mark.parametrize("row", DETECTABLE_ROWS, ids=lambda row: "-".join(list(row.values())[:2]))
def test_detectable_agrees_with_r(row: dict[str, str]) -> None:
    plan = replace(PUBLISHED, n=int(row["n"]), alpha=float(row["alpha"]), target=float(row["power"]))
    assert BY_KIND[row["kind"]].detectable(plan) == pytest.approx(float(row["detectable_d"]), abs=1e-6)


def test_detectable_effects_of_the_published_plan() -> None:
    # The paper prints 2.4 for SD 1, power 0.8, alpha 0.05, n 4; R power.t.test: 2.127949 paired, 2.380754 two-sample.
    assert PAIRED_T.detectable(PUBLISHED) == pytest.approx(2.1279, abs=5e-5)
    assert TWO_SAMPLE_T.detectable(PUBLISHED) == pytest.approx(2.3808, abs=5e-5)


@pytest.mark.parametrize(("rho", "expected"), [(0.5, 2.0), (0.0, 2.0 * sqrt(2)), (-0.5, 2.0 * sqrt(3)), (0.875, 1.0)])
def test_sd_of_pair_difference(rho: float, expected: float) -> None:
    # Var(X − Y) = 2σ²(1 − ρ)
    assert sd_of_pair_difference(replace(PUBLISHED, sd=2.0, rho=rho)) == pytest.approx(expected, rel=1e-15)


def test_sd_of_arm_difference_ignores_rho() -> None:
    assert sd_of_arm_difference(replace(PUBLISHED, sd=3.0, rho=0.9)) == pytest.approx(3 * sqrt(2), rel=1e-15)


@BOTH
@pytest.mark.parametrize("effect", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("n", [2, 4, 9, 40])
def test_two_sided_power_counts_both_tails(design: TDesign, effect: float, n: int) -> None:
    plan = replace(PUBLISHED, effect=effect, n=n)
    nc = effect * sqrt(n) / design.contrast_sd(plan)
    df = n - 1 if design is PAIRED_T else 2 * n - 2
    assert power(design, plan) == pytest.approx(brute_force_power(plan, nc, df), abs=1e-8)


def test_wrong_tail_is_counted() -> None:
    # n 2, d_z 0.2: R pwr.t.test gives 0.05198 for both tails; the right-hand tail alone is 0.0347.
    plan = replace(PUBLISHED, effect=0.2, n=2)
    one_tail = power(PAIRED_T, replace(plan, sides=1, alpha=0.025))
    assert one_tail == pytest.approx(stats.nct.sf(stats.t.isf(0.025, 1), 1, 0.2 * sqrt(2)), abs=1e-12)
    assert power(PAIRED_T, plan) - one_tail > 0.015


@given(EITHER, st.floats(-5, 5), st.integers(2, 300), st.sampled_from([1, 2]))
@derandomised
def test_sign_of_effect_never_matters(design: TDesign, effect: float, n: int, sides: int) -> None:
    plan = replace(PUBLISHED, effect=effect, n=n, sides=sides)
    assert power(design, plan) == power(design, replace(plan, effect=-effect))


@given(EITHER, st.integers(2, 2000), st.floats(1e-4, 0.7), st.sampled_from([1, 2]))
@derandomised
def test_power_without_effect_is_alpha(design: TDesign, n: int, alpha: float, sides: int) -> None:
    plan = replace(PUBLISHED, effect=0.0, n=n, alpha=alpha, sides=sides)
    assert power(design, plan) == pytest.approx(alpha, abs=1e-12)


@given(EITHER, st.floats(0.01, 5), st.integers(2, 500), st.integers(1, 50), st.sampled_from([1, 2]))
@derandomised
def test_power_never_falls_in_n(design: TDesign, effect: float, n: int, more: int, sides: int) -> None:
    plan = replace(PUBLISHED, effect=effect, sides=sides)
    fewer, greater = design.power(plan, [n, n + more])
    assert greater >= fewer - 1e-12
    assert greater > fewer or fewer > 0.999_999


@given(EITHER, st.floats(0, 5), st.floats(1e-3, 5), st.integers(2, 500), st.sampled_from([1, 2]))
@derandomised
def test_power_never_falls_in_effect(design: TDesign, effect: float, more: float, n: int, sides: int) -> None:
    smaller, greater = design.power(replace(PUBLISHED, n=n, sides=sides), effect=[effect, effect + more])
    assert greater >= smaller - 1e-12


@BOTH
def test_power_broadcasts_n_and_effect(design: TDesign) -> None:
    n, effect = np.array([2, 4, 30]), np.array([0.2, 1.0])[:, None]
    table = design.power(PUBLISHED, n, effect)
    one_by_one = [[power(design, replace(PUBLISHED, n=int(m), effect=float(e))) for m in n] for e in effect.ravel()]
    np.testing.assert_allclose(table, one_by_one, rtol=1e-13)


@BOTH
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("alpha", [1e-6, 0.05, 0.6])
def test_power_is_a_probability_everywhere(design: TDesign, sides: int, alpha: float) -> None:
    n = np.r_[np.arange(2, 60), 99, 151, 300, 1000, 5000, 100_000]
    effect = np.r_[0, 10.0 ** np.arange(-9, 3), 0.5, 5, 50, 1e300][:, None]
    powers = design.power(replace(PUBLISHED, sides=sides, alpha=alpha, target=0.9), n, effect)
    assert np.all((powers >= alpha * (1 - 1e-9)) & (powers <= 1 + 1e-12))  # NaN would fail


@BOTH
def test_extreme_plans(design: TDesign) -> None:
    assert power(design, replace(PUBLISHED, effect=50.0, n=5000)) == pytest.approx(1, abs=1e-12)
    assert power(design, replace(PUBLISHED, effect=1e-6)) == pytest.approx(0.05, abs=1e-9)
    assert power(design, replace(PUBLISHED, effect=1e300, sd=1e-300)) == 1


@BOTH
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(("effect", "target"), [(0.25, 0.8), (0.5, 0.9), (1.0, 0.8), (1.0, 0.06), (3.0, 0.99)])
def test_smallest_n_is_that_of_a_scan(design: TDesign, sides: int, effect: float, target: float) -> None:
    plan = replace(PUBLISHED, effect=effect, target=target, sides=sides)
    reached = design.power(plan, np.arange(2, 600)) >= target
    last_below = np.flatnonzero(~reached).max(initial=-1)
    assert reached[-1]
    assert design.smallest_n(plan) == 2 + last_below + 1


@pytest.mark.parametrize(
    ("design", "effect", "expected"),
    [
        # Power by scipy.stats.nct, both tails, at one fewer and at the n expected.
        (TWO_SAMPLE_T, 0.2, 394),  # 0.7996, 0.8006
        (TWO_SAMPLE_T, 0.5, 64),  # 0.7952, 0.8015
        (TWO_SAMPLE_T, 0.8, 26),  # 0.7915, 0.8075
        (PAIRED_T, 0.5, 34),  # 0.7954, 0.8078
    ],
)
def test_smallest_n_of_small_medium_and_large_effects(design: TDesign, effect: float, expected: int) -> None:
    assert design.smallest_n(replace(PUBLISHED, effect=effect)) == expected


@BOTH
def test_smallest_n_refuses_an_effect_of_zero(design: TDesign) -> None:
    with pytest.raises(Refusal, match="power for 0 is alpha at every n"):
        design.smallest_n(replace(PUBLISHED, effect=0.0))


@BOTH
def test_smallest_n_refuses_beyond_its_limit(design: TDesign) -> None:
    with pytest.raises(Refusal, match=r"at 100,000, the largest n tried, it is 0\.05"):
        design.smallest_n(replace(PUBLISHED, effect=1e-6))
    needed = design.smallest_n(PUBLISHED)
    assert design.smallest_n(PUBLISHED, limit=needed) == needed
    with pytest.raises(Refusal):
        design.smallest_n(PUBLISHED, limit=needed - 1)


@given(EITHER, st.integers(2, 5000), st.floats(0.06, 0.999), st.floats(1e-3, 1e3), st.sampled_from([1, 2]))
@derandomised
def test_detectable_effect_has_the_target_power(design: TDesign, n: int, target: float, sd: float, sides: int) -> None:
    plan = replace(PUBLISHED, target=target, sd=sd, sides=sides)
    assert design.power(plan, n, design.detectable(plan, n)) == pytest.approx(target, abs=1e-12)


@BOTH
def test_detectable_scales_with_sd(design: TDesign) -> None:
    wide = design.detectable(replace(PUBLISHED, sd=1000.0))
    assert wide == pytest.approx(1000 * design.detectable(PUBLISHED), rel=1e-12)


def test_detectable_at_another_n_is_that_of_the_plan_with_it() -> None:
    assert PAIRED_T.detectable(PUBLISHED, 9) == PAIRED_T.detectable(replace(PUBLISHED, n=9))


@BOTH
def test_detectable_refuses_one_pair(design: TDesign) -> None:
    with pytest.raises(Refusal, match="n: 1 given"):
        design.detectable(PUBLISHED, 1)
