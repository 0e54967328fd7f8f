"""Planning n again at an interim look: R, quadrature, pair-by-pair simulation, known limits and symmetries."""

from __future__ import annotations

import doctest
import pickle
from collections.abc import Callable
from math import inf, nan, nextafter, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy import special, stats
from statsmodels.stats.power import TTestPower

from lib.design import reestimation
from lib.design.noncentral_t import noncentral_t_upper
from lib.design.reestimation import blinded_kernel, interim_pairs, needed_pairs, sd_limits, unblinded_kernel
from lib.design.rejection import Tally
from lib.design.t_designs import t_power
from lib.errors import OverBudget, Refusal, Stopped
from lib.progress import Listener, heard_by

PLAN: dict[str, Any] = {
    "n": 10, "share": 0.5, "most": 24, "planned_effect": 1.0, "effect": 0.8, "sd_difference": 1.2, "target": 0.8,
    "alpha": 0.05, "sides": 2, "may_shrink": False,
}  # fmt: skip
KERNELS = [blinded_kernel, unblinded_kernel]
both = pytest.mark.parametrize("make", KERNELS)
derandomised = settings(derandomize=True, deadline=None, max_examples=60)


def plan(**change: Any) -> dict[str, Any]:
    return {**PLAN, **change}


def simulated(kernel: Callable[[np.random.Generator, int], Tally], trials: int, seed: int) -> Tally:
    rng = np.random.default_rng(seed)
    return sum((kernel(rng, 50_000) for _ in range(trials // 50_000)), Tally())


def within(successes: float, trials: int, expected: float) -> bool:
    return abs(successes / trials - expected) <= 4 * sqrt(expected * (1 - expected) / trials)


# ---- needed n


@pytest.mark.parametrize(
    ("effect", "sd", "target", "alpha", "sides", "fractional"),
    [
        # R: power.t.test(delta, sd, power, sig.level, type = "paired", alternative, strict = TRUE)$n
        (0.5, 1.0, 0.8, 0.05, 2, 33.36713),
        (1.0, 1.0, 0.8, 0.05, 2, 9.93785),
        (1.0, 0.6, 0.9, 0.05, 2, 6.016298),
        (1.0, 2.5, 0.9, 0.025, 1, 67.62143),
        (1.0, 1.7, 0.8, 0.01, 2, 37.11091),
        (2.0, 0.3, 0.8, 0.05, 2, 2.274229),
        (0.3, 1.0, 0.95, 0.05, 1, 121.6132),
    ],
)
def test_needed_pairs_agree_with_r(
    effect: float, sd: float, target: float, alpha: float, sides: int, fractional: float
) -> None:
    assert int(needed_pairs(sd, effect, target, alpha, sides, 200)) == np.ceil(fractional)
    assert int(needed_pairs(sd, -effect, target, alpha, sides, 200)) == np.ceil(fractional)


@given(st.floats(0.05, 5), st.floats(0.06, 0.99), st.floats(1e-4, 0.05), st.sampled_from([1, 2]), st.floats(1e-3, 1e3))
@derandomised
def test_needed_pairs_are_the_fewest_with_the_power(
    d: float, target: float, alpha: float, sides: int, unit: float
) -> None:
    n = int(needed_pairs(unit / d, unit, target, alpha, sides, 60))
    power = t_power(d * np.sqrt([n - 1.0, n]), np.maximum([n - 2.0, n - 1.0], 1), alpha, sides)
    assert n == 2 or power[0] < target
    assert power[1] >= target - 1e-12 or n == 60


def test_sd_limits_agree_with_statsmodels() -> None:
    limits = sd_limits(2.0, 0.8, 0.05, 2, 40)
    for n in (3, 10, 40):
        d = TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8, alternative="two-sided")
        assert limits[n - 2] == pytest.approx(2.0 / d, rel=1e-6)


def test_an_sd_at_its_limit_needs_no_further_pair() -> None:
    limits = sd_limits(1.0, 0.9, 0.05, 1, 30)
    assert np.all(np.diff(limits) > 0)
    assert needed_pairs(limits, 1.0, 0.9, 0.05, 1, 30).tolist() == list(range(2, 31))
    above = [nextafter(limit, inf) for limit in limits]
    assert needed_pairs(above, 1.0, 0.9, 0.05, 1, 30).tolist() == [*range(3, 31), 30]


def test_needed_pairs_keep_the_shape_and_stay_within_the_table() -> None:
    needed = needed_pairs([[0.0, 1.0], [1e9, inf]], 1.0, 0.8, 0.05, 2, 50)
    assert needed.tolist() == [[2, 10], [50, 50]]


def test_a_table_across_blocks_is_one_table() -> None:
    limits = np.array(sd_limits(1.0, 0.8, 0.05, 2, 1_200))
    assert limits.size == 1_199
    n = np.arange(2, 1_201)
    np.testing.assert_allclose(t_power(np.sqrt(n) / limits, n - 1.0, 0.05, 2), 0.8, atol=1e-11)


def test_planning_can_be_stopped() -> None:
    with heard_by(Listener(told=lambda share, what: None, stopped=lambda: True)), pytest.raises(Stopped):
        sd_limits(1.0, 0.8123, 0.05, 2, 30)
    assert len(sd_limits(1.0, 0.8123, 0.05, 2, 30)) == 29


@pytest.mark.parametrize(
    ("n", "share", "expected"),
    [(30, 0.1, 3), (10, 0.5, 5), (11, 0.5, 6), (10, 0.01, 2), (100, 0.07, 7), (3, 0.9, 3)],
)
def test_interim_pairs_are_rounded_up_as_decimals(n: int, share: float, expected: int) -> None:
    assert interim_pairs(n, share) == expected


# ---- no room to plan again: the fixed design


@pytest.mark.parametrize("effect", [0.0, 0.8, -0.4])
@pytest.mark.parametrize("sides", [1, 2])
def test_without_room_to_grow_the_blinded_design_is_the_fixed_one(effect: float, sides: int) -> None:
    trials, sd = 200_000, 1.2
    tally = simulated(blinded_kernel(**plan(most=10, effect=effect, sides=sides)), trials, seed=21)
    nc = effect / sd * sqrt(10)
    one_tail = [float(t_power(np.array(x), np.array(9.0), 0.05 / sides, 1)) for x in (nc, -nc)]
    assert within(tally.toward, trials, one_tail[0])
    assert within(tally.against, trials, one_tail[1] if sides == 2 else 0.0)
    assert tally.analysed == 10 * trials


def test_the_size_of_significant_estimates_is_that_of_the_fixed_design() -> None:
    tally = simulated(blinded_kernel(**plan(most=10)), 100_000, seed=22)
    data = np.random.default_rng(23).normal(0.8, 1.2, (100_000, 10))
    mean = data.mean(axis=1)
    significant = np.abs(mean) >= stats.t.isf(0.025, 9) * data.std(axis=1, ddof=1) / sqrt(10)
    expected = np.abs(mean[significant])
    error = expected.std() * sqrt(1 / expected.size + 1 / tally.rejected)
    assert abs(tally.magnitude / tally.rejected - expected.mean()) < 4 * error


# ---- against quadrature


def nodes(low: float, high: float, number: int) -> tuple[Any, Any]:
    x, weights = leggauss(number)
    return low + (high - low) / 2 * (1 + x), (high - low) / 2 * weights


def panels(design: dict[str, Any], least: int) -> list[tuple[float, float, int]]:
    """Ranges of the interim SD, in units of the true one, and the n that each leads to."""
    limits = np.array(sd_limits(*(design[name] for name in ("planned_effect", "target", "alpha", "sides", "most"))))
    edges = [0.0, *(limits[least - 2 : -1] / design["sd_difference"]), inf]
    return list(zip(edges[:-1], edges[1:], range(least, design["most"] + 1), strict=True))


def unblinded_toward(design: dict[str, Any], least: int) -> float:
    """Power towards: over the first stage's SD and mean, the second's tail being a noncentral t."""
    first, d = interim_pairs(design["n"], design["share"]), design["effect"] / design["sd_difference"]
    early, late = sqrt(first / design["n"]), sqrt(1 - first / design["n"])
    z, z_weight = nodes(d * sqrt(first) - 8, d * sqrt(first) + 8, 160)
    z_weight = z_weight * stats.norm.pdf(z - d * sqrt(first))
    farthest = stats.chi.isf(1e-14, first - 1) / sqrt(first - 1)
    total = 0.0
    for low, high, n in panels(design, least):
        s, s_weight = nodes(min(low, farthest), min(high, farthest), 20)
        s_weight = s_weight * sqrt(first - 1) * stats.chi.pdf(s * sqrt(first - 1), first - 1)
        t = z / s[:, None]
        score = np.copysign(stats.norm.isf(stats.t.sf(np.abs(t), first - 1)), t)
        needed = (stats.norm.isf(design["alpha"] / design["sides"]) - early * score) / late
        critical = np.copysign(special.stdtrit(n - first - 1, special.ndtr(-np.abs(needed))), needed)
        total += s_weight @ noncentral_t_upper(critical, n - first - 1, d * sqrt(n - first)) @ z_weight
    return float(total)


def blinded_toward(design: dict[str, Any], least: int) -> float:
    """Power towards: over root mean square and angle of the first stage, the second's mean, and room for its spread."""
    first, d = interim_pairs(design["n"], design["share"]), design["effect"] / design["sd_difference"]
    angle, angle_weight = nodes(-np.pi / 2, np.pi / 2, 64)
    farthest = sqrt(stats.ncx2.isf(1e-12, first, first * d * d + 1e-12) / first)
    total = 0.0
    for low, high, n in panels(design, least):
        more = n - first
        root, root_weight = nodes(min(low, farthest), min(high, farthest), 16)
        radius = sqrt(first) * root[:, None, None]
        z, squares = radius * np.sin(angle[:, None]), (radius * np.cos(angle[:, None])) ** 2
        density = radius * stats.norm.pdf(z - d * sqrt(first)) * stats.chi.pdf(np.sqrt(squares), first - 1)
        new, new_weight = nodes(d * sqrt(more) - 7, d * sqrt(more) + 7, 96)
        mean = (sqrt(first) * z + sqrt(more) * new) / n
        apart = (z / sqrt(first) - new / sqrt(more)) ** 2 * first * more / n
        room = n * (n - 1) * (mean / stats.t.isf(design["alpha"] / design["sides"], n - 1)) ** 2 - apart - squares
        passed = (mean > 0) * special.gammainc((more - 1) / 2, np.maximum(room, 0) / 2)
        inner = (density * passed) @ (new_weight * stats.norm.pdf(new - d * sqrt(more)))
        total += sqrt(first) * (root_weight @ inner @ angle_weight)
    return float(total)


QUADRATURE = {blinded_kernel: blinded_toward, unblinded_kernel: unblinded_toward}


@both
@pytest.mark.parametrize(
    "change",
    [
        {"effect": 0.0, "most": 16},
        {"effect": 0.0, "n": 6, "share": 0.34, "most": 12, "alpha": 0.1, "sides": 1},
        {"effect": 0.8, "most": 17},
        {"effect": -0.5, "most": 16},
    ],
)
def test_simulation_agrees_with_quadrature(make: Any, change: dict[str, Any]) -> None:
    agrees_with_quadrature(make, plan(**change))


def test_shrinking_unblinded_agrees_with_quadrature() -> None:
    agrees_with_quadrature(unblinded_kernel, plan(effect=0.6, may_shrink=True, n=14, most=20))


def agrees_with_quadrature(make: Any, design: dict[str, Any]) -> None:
    kernel, trials = make(**design), 200_000
    tally = simulated(kernel, trials, seed=31)
    assert within(tally.toward, trials, QUADRATURE[make](design, kernel.least))
    mirrored = plan(**{**design, "effect": -design["effect"]})
    against = QUADRATURE[make](mirrored, kernel.least) if design["sides"] == 2 else 0.0
    assert within(tally.against, trials, against)


@pytest.mark.parametrize("sides", [1, 2])
def test_quadrature_of_the_combination_keeps_alpha_exactly(sides: int) -> None:
    design = plan(effect=0.0, sides=sides)
    assert unblinded_toward(design, design["n"]) == pytest.approx(0.05 / sides, abs=1e-7)


@both
@pytest.mark.parametrize("effect", [0.0, 1.0])
@pytest.mark.parametrize("may_shrink", [False, True])
def test_mean_n_is_that_of_the_distribution_of_the_interim_sd(make: Any, effect: float, may_shrink: bool) -> None:
    design, trials = plan(effect=effect, may_shrink=may_shrink), 200_000
    kernel = make(**design)
    first, sd = kernel.first, design["sd_difference"]
    limits = np.array(kernel.limits[kernel.least - 2 : -1]) / sd  # up to these n stays as it is
    if make is blinded_kernel:
        beyond = stats.ncx2.sf(first * limits**2, first, first * (effect / sd) ** 2 + 1e-12)
    else:
        beyond = stats.chi2.sf((first - 1) * limits**2, first - 1)
    tally = simulated(kernel, trials, seed=41)
    spread = design["most"] - kernel.least
    assert tally.analysed / trials == pytest.approx(kernel.least + beyond.sum(), abs=4 * spread / 2 / sqrt(trials))


# ---- against single pairs


def pair_by_pair(make: Any, design: dict[str, Any], trials: int, seed: int) -> Tally:
    """The same trials from single differences, by scipy's t tests and their p-values."""
    n, most, alpha, sides = design["n"], design["most"], design["alpha"], design["sides"]
    first = int(np.ceil(design["share"] * n))
    blinded = make is blinded_kernel
    data = np.random.default_rng(seed).normal(design["effect"], design["sd_difference"], (trials, most))
    interim = data[:, :first]
    sd = np.sqrt((interim**2).mean(axis=1)) if blinded else interim.std(axis=1, ddof=1)
    needed = needed_pairs(sd, design["planned_effect"], design["target"], alpha, sides, most)
    least = (first if blinded else first + 2) if design["may_shrink"] else n
    final = np.maximum(needed, least)
    toward = against = 0
    magnitude = 0.0
    for size in np.unique(final):
        seen = data[final == size][:, :size]
        if blinded:
            t = stats.ttest_1samp(seen, 0, axis=1).statistic
            up, down = (stats.t.sf(way, size - 1) <= alpha / sides for way in (t, -t))
        else:
            weight = [sqrt(first / n), sqrt((n - first) / n)]
            stages = seen[:, :first], seen[:, first:]
            p = [stats.ttest_1samp(stage, 0, axis=1, alternative="greater").pvalue for stage in stages]
            z = sum(w * stats.norm.isf(one) for w, one in zip(weight, p, strict=True))
            up, down = (stats.norm.sf(way) <= alpha / sides for way in (z, -z))
        down &= sides == 2
        toward, against = toward + int(up.sum()), against + int(down.sum())
        magnitude += float(np.abs(seen[up | down].mean(axis=1)).sum())
    return Tally(trials, toward, against, magnitude, float(final.sum()))


@both
@pytest.mark.parametrize(
    "change",
    [{}, {"may_shrink": True, "effect": 1.0}, {"sides": 1, "n": 7, "most": 15}, {"effect": -0.9, "share": 0.3}],
    ids=["two-sided", "shrinking", "one-sided", "against"],
)
def test_simulation_agrees_with_single_pairs(make: Any, change: dict[str, Any]) -> None:
    design, few, many = plan(**change), 20_000, 200_000
    brute, tally = pair_by_pair(make, design, few, seed=51), simulated(make(**design), many, seed=52)
    for name in ("toward", "against"):
        share = getattr(tally, name) / many
        assert abs(getattr(brute, name) / few - share) <= 4 * sqrt(share * (1 - share) * (1 / few + 1 / many))
    spread = design["most"] - interim_pairs(design["n"], design["share"])
    assert brute.analysed / few == pytest.approx(tally.analysed / many, abs=4 * spread / 2 * sqrt(1 / few + 1 / many))
    sizes = brute.magnitude / brute.rejected, tally.magnitude / tally.rejected
    assert sizes[0] == pytest.approx(sizes[1], abs=4 * 0.6 / sqrt(brute.rejected))  # |mean| varies by less than 0.6


# ---- type I error


@pytest.mark.parametrize("may_shrink", [False, True])
@pytest.mark.parametrize(("n", "share"), [(5, 0.4), (9, 0.3), (20, 0.5)])
def test_the_combination_keeps_alpha_whatever_n_becomes(n: int, share: float, may_shrink: bool) -> None:
    trials = 200_000
    kernel = unblinded_kernel(**plan(n=n, share=share, most=4 * n, effect=0.0, may_shrink=may_shrink))
    tally = simulated(kernel, trials, seed=61)
    assert within(tally.toward, trials, 0.025)
    assert within(tally.against, trials, 0.025)
    assert n < tally.analysed / trials < 4 * n or may_shrink


@pytest.mark.parametrize(("n", "share", "sd", "alpha"), [(6, 0.5, 0.5, 0.0518), (10, 0.2, 2.0, 0.0467)])
def test_the_blinded_design_misses_alpha_to_either_side(n: int, share: float, sd: float, alpha: float) -> None:
    # alpha: 2,000,000 trials of another seed
    trials = 400_000
    design = plan(n=n, share=share, most=60, effect=0.0, sd_difference=sd, may_shrink=True)
    tally = simulated(blinded_kernel(**design), trials, seed=63)
    assert within(tally.rejected, trials, alpha)
    assert not within(tally.rejected, trials, 0.05)


# ---- symmetries


class Mirrored:
    """The same random numbers with treatment and control swapped."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def standard_normal(self, size: int) -> Any:
        return -self.rng.standard_normal(size)

    def standard_gamma(self, shape: Any, size: int) -> Any:
        return self.rng.standard_gamma(shape, size)


@both
def test_swapping_arms_swaps_the_counts(make: Any) -> None:
    tally = make(**plan(effect=0.5))(np.random.default_rng(7), 5_000)
    mirror: Any = Mirrored(7)
    other = make(**plan(effect=-0.5, planned_effect=-1.0))(mirror, 5_000)
    assert (tally.toward, tally.against, tally.analysed) == (other.against, other.toward, other.analysed)
    assert tally.magnitude == pytest.approx(other.magnitude, rel=1e-12)
    assert tally.toward > tally.against > 0


@both
def test_the_unit_is_nothing(make: Any) -> None:
    one = make(**plan())(np.random.default_rng(7), 5_000)
    scaled = make(**plan(effect=800.0, planned_effect=1000.0, sd_difference=1200.0))(np.random.default_rng(7), 5_000)
    assert (one.toward, one.against, one.analysed) == (scaled.toward, scaled.against, scaled.analysed)
    assert scaled.magnitude == pytest.approx(1000 * one.magnitude, rel=1e-12)


@both
def test_a_kernel_travels_and_repeats(make: Any) -> None:
    kernel = make(**plan())
    copy = pickle.loads(pickle.dumps(kernel))
    assert copy == kernel
    assert copy(np.random.default_rng(1), 1_000) == kernel(np.random.default_rng(1), 1_000)


@both
@pytest.mark.parametrize("effect", [1e6, -1e6])
def test_an_overwhelming_effect_is_always_found(make: Any, effect: float) -> None:
    tally = make(**plan(effect=effect, sd_difference=1.0))(np.random.default_rng(1), 2_000)
    assert (tally.toward, tally.against) == ((2_000, 0) if effect > 0 else (0, 2_000))
    assert tally.magnitude == pytest.approx(2_000 * 1e6, rel=1e-5)
    if make is blinded_kernel:  # its SD contains the effect
        assert tally.analysed == 24 * 2_000


# ---- examples and refusals


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(reestimation)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@both
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 2}, "n: 2 given; wanted a whole number of pairs, at least 3"),
        ({"n": 9.5}, r"n: 9\.5 given"),
        ({"share": 0.0}, r"share: 0\.0 given; wanted a share seen at the interim above 0 and below 1"),
        ({"share": 1.0}, r"share: 1\.0 given"),
        ({"share": nan}, "share: nan given"),
        ({"share": 0.95}, "share: 10 of 10 pairs are seen at the interim; wanted at least"),
        ({"most": 9}, "most: 9 given; wanted at least the planned 10 pairs"),
        ({"most": 20.5}, r"most: 20\.5 given; wanted a whole number"),
        ({"planned_effect": 0.0}, r"planned_effect: 0\.0 given; wanted a finite difference other than 0"),
        ({"planned_effect": inf}, "planned_effect: inf given"),
        ({"effect": nan}, "effect: nan given"),
        ({"sd_difference": 0.0}, r"sd_difference: 0\.0 given"),
        ({"target": 0.05}, r"target: 0\.05 given; wanted a power above alpha, 0\.05, and below 1"),
        ({"target": 1.0}, r"target: 1\.0 given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
    ],
)
def test_what_has_no_answer_is_refused(make: Any, change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        make(**plan(**change))


def test_the_combination_needs_two_planned_pairs_after_the_interim() -> None:
    assert blinded_kernel(**plan(share=0.9)).first == 9
    with pytest.raises(Refusal, match="share: 9 of 10 pairs are seen at the interim; wanted at least 2 after it"):
        unblinded_kernel(**plan(share=0.9))


@both
def test_too_large_a_table_is_refused_with_its_limit(make: Any) -> None:
    with pytest.raises(OverBudget, match="most: 5,001 given; wanted at most 5,000 pairs"):
        make(**plan(most=5_001))
