"""Looks with t at pilot sizes: R, quadrature of another kind, pair-by-pair simulation, limits and symmetries."""

from __future__ import annotations

import doctest
import pickle
from dataclasses import replace
from math import inf, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy import stats

from lib.design import sequential_t
from lib.design.group_sequential import KINDS, LOOKS, Kind, boundaries, crossing_probabilities, expected_share
from lib.design.rejection import NONE_REJECTS, Tally
from lib.design.sequential_t import (
    SCALES,
    Block,
    Scale,
    critical_t,
    drawn,
    looks_at,
    pooled,
    rejections,
    sequential_t_exact,
    sequential_t_kernel,
)
from lib.errors import Refusal

PLAN: dict[str, Any] = {
    "n": 10, "effect": 1.0, "sd_difference": 1.0, "alpha": 0.05, "sides": 2, "kind": "pocock", "looks": 2, "scale": "t"
}  # fmt: skip
derandomised = settings(derandomize=True, deadline=None, max_examples=40)


def plan(**change: Any) -> dict[str, Any]:
    return {**PLAN, **change}


def within(successes: float, trials: int, expected: float) -> bool:
    return abs(successes / trials - expected) <= 4 * sqrt(expected * (1 - expected) / trials)


def pair_by_pair(design: dict[str, Any], trials: int, seed: int) -> Tally:
    """The same trials from single differences, with p-values of scipy's t and the nominal levels (t) or z (z)."""
    n, looks, sides = design["n"], design["looks"], design["sides"]
    limits = boundaries(design["kind"], looks, design["alpha"], sides)
    data = np.random.default_rng(seed).normal(design["effect"], design["sd_difference"], (trials, n))
    toward, against, magnitude, analysed = 0, 0, 0.0, 0
    for look in range(looks):
        pairs = -(-n * (look + 1) // looks)
        seen = data[:, :pairs]
        t = seen.mean(axis=1) / (seen.std(axis=1, ddof=1) / sqrt(pairs))
        if design["scale"] == "t":
            tail = limits.nominal[look] / sides
            up, down = stats.t.sf(t, pairs - 1) <= tail, stats.t.cdf(t, pairs - 1) <= tail
        else:
            up, down = t >= limits.critical[look], t <= -limits.critical[look]
        down &= sides == 2
        stops = up | down
        toward, against = toward + int(up.sum()), against + int(down.sum())
        magnitude += float(np.abs(seen[stops].mean(axis=1)).sum())
        data = data[~stops]
        analysed += pairs * int(stops.sum())
    return Tally(trials, toward, against, magnitude, analysed + n * len(data))


# ---- looks


@pytest.mark.parametrize(
    ("n", "looks", "expected"),
    [(8, 2, (4, 8)), (3, 2, (2, 3)), (9, 2, (5, 9)), (10, 3, (4, 7, 10)), (4, 3, (2, 3, 4)), (5, 4, (2, 3, 4, 5))],
)
def test_looks_are_rounded_up(n: int, looks: int, expected: tuple[int, ...]) -> None:
    assert looks_at(n, looks) == expected


@given(st.integers(1, 8), st.integers(1, 500))
@derandomised
def test_each_look_sees_more_pairs_and_at_least_two(looks: int, more: int) -> None:
    pairs = looks_at(looks + more, looks)
    assert len(pairs) == looks
    assert pairs[0] >= 2
    assert pairs[-1] == looks + more
    assert np.all(np.diff(pairs) >= 1)


@pytest.mark.parametrize(("n", "looks", "least"), [(2, 2, 3), (3, 3, 4), (4, 4, 5), (0, 2, 3)])
def test_too_few_pairs_are_refused_with_the_fewest_that_work(n: int, looks: int, least: int) -> None:
    with pytest.raises(Refusal, match=f"n: {n} given; wanted at least {least} pairs"):
        looks_at(n, looks)
    assert looks_at(least, looks)[-1] == least


def test_critical_values_have_the_nominal_p() -> None:
    limits = boundaries("obrien-fleming", 3, 0.05, 2)
    converted = critical_t(limits, (3, 6, 9), "t")
    assert 2 * stats.t.sf(converted, [2, 5, 8]) == pytest.approx(limits.nominal, rel=1e-9)
    assert critical_t(limits, (3, 6, 9), "z") == limits.critical


@pytest.mark.parametrize("tail", [1e-10, 1e-12])
def test_critical_values_hold_far_in_the_tail(tail: float) -> None:
    # with one degree of freedom t is Cauchy: the quantile is 1/tan(π·tail)
    limits = boundaries("pocock", 2, tail, 1)
    (first, _) = critical_t(limits, (2, 4), "t")
    assert first == pytest.approx(1 / np.tan(np.pi * limits.nominal[0]), rel=1e-9)


# ---- exact, two looks


@pytest.mark.parametrize(
    ("n", "first", "toward", "against"),
    [
        # R: 4,000,000 trials pair by pair (rnorm, rowMeans), |t| against 2.79651 and 1.977431, seed 1; ± 2e-4
        (8, 4, 0.03402025 + 0.0331345, 0.034021 + 0.03321275),
        (12, 4, 0.0340585 + 0.0296985, 0.03388725 + 0.02986825),
    ],
)
def test_z_boundaries_applied_to_t_reject_13_percent(n: int, first: int, toward: float, against: float) -> None:
    critical = boundaries("obrien-fleming", 2, 0.05, 2).critical
    way = sequential_t._toward(0.0, (first, n), critical, 2)
    assert way.early + way.late == pytest.approx((toward + against) / 2, abs=2e-4)
    assert round(2 * (way.early + way.late), 2) == 0.13


def test_agrees_with_r_under_an_effect() -> None:
    # R: as above, effect 1, looks at 5 and 10, qt(1 - pnorm(-2.178272), df): 0.7318747 towards and 3.675e-5 against
    exact = sequential_t_exact(**PLAN)
    assert exact.toward == pytest.approx(0.286087 + 0.4457877, abs=9e-4)
    assert exact.against == pytest.approx(3.675e-5, abs=1.2e-5)


def forward(d: float, first: int, n: int, early: float, late: float, sides: int) -> tuple[float, float, float]:
    """Rejections towards at either look, and E[mean; rejects], from the first look onwards.

    Over the SD and mean of the first pairs and the mean of those after them; what is left is how large the sum of
    squares of the latter may be.
    """
    m, (x, weights) = n - first, leggauss(160)

    def spread(low: Any, high: Any) -> tuple[Any, Any]:
        half = (np.asarray(high) - low) / 2
        return np.asarray(low)[..., None] + half[..., None] * (1 + x), half[..., None] * weights

    s, s_weight = spread(stats.chi.ppf(1e-13, first - 1), stats.chi.isf(1e-13, first - 1))
    s_weight = s_weight * stats.chi.pdf(s, first - 1)
    limit = early / sqrt(first - 1) * s
    nc = d * sqrt(first)
    z, z_weight = spread(
        np.maximum(nc - 8, -limit if sides == 2 else -inf), np.maximum(np.minimum(nc + 8, limit), nc - 8)
    )
    z_weight = np.maximum(z_weight, 0) * stats.norm.pdf(z - nc)
    at_first = float(s_weight @ stats.norm.sf(limit - nc))
    more, more_weight = spread(d * sqrt(m) - 8, d * sqrt(m) + 8)
    more_weight = more_weight * stats.norm.pdf(more - d * sqrt(m))
    at_last = 0.0
    magnitude = float(s_weight @ (nc * stats.norm.sf(limit - nc) + stats.norm.pdf(limit - nc))) / sqrt(first)
    for sd, outer, zs, inner in zip(s, s_weight, z, z_weight, strict=True):
        mean = (sqrt(first) * zs[:, None] + sqrt(m) * more) / n
        apart = (zs[:, None] / sqrt(first) - more / sqrt(m)) ** 2 * first * m / n
        room = n * (n - 1) * (mean / late) ** 2 - apart - sd * sd
        passed = (mean > 0) * (room > 0) * stats.chi2.cdf(room, m - 1)
        at_last += outer * float(inner @ passed @ more_weight)
        magnitude += outer * float(inner @ (passed * mean) @ more_weight)
    return at_first, at_last, magnitude


@pytest.mark.parametrize(
    ("n", "d", "sides", "kind"),
    [(8, 0.0, 2, "obrien-fleming"), (12, 0.6, 2, "pocock"), (10, 1.2, 1, "pocock"), (14, -0.3, 1, "obrien-fleming")],
)
def test_exact_agrees_with_integration_from_the_first_look_onwards(n: int, d: float, sides: int, kind: Kind) -> None:
    pairs = looks_at(n, 2)
    critical = critical_t(boundaries(kind, 2, 0.05, sides), pairs, "t")
    way = sequential_t._toward(d, pairs, critical, sides)
    at_first, at_last, magnitude = forward(d, *pairs, *critical, sides)
    assert way.early == pytest.approx(at_first, abs=1e-11)
    # the region of chi2.cdf has an edge, which costs `forward` digits
    assert way.late == pytest.approx(at_last, abs=1e-6)
    assert way.magnitude == pytest.approx(magnitude, abs=1e-6)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("n", "effect", "sides", "kind"),
    [
        (3, 1.5, 2, "pocock"),  # one pair after the first two
        (4, -2.0, 2, "obrien-fleming"),
        (5, 0.0, 1, "pocock"),
        (8, 0.0, 2, "obrien-fleming"),
        (12, 1.0, 2, "pocock"),
        (30, 0.6, 1, "obrien-fleming"),
        (2_000, 0.09, 2, "pocock"),
    ],
)
def test_exact_agrees_with_simulation(n: int, effect: float, sides: int, kind: Kind, scale: Scale) -> None:
    trials = 200_000
    design = plan(n=n, effect=effect, sd_difference=1.5, sides=sides, kind=kind, scale=scale)
    exact, tally = sequential_t_exact(**design), sequential_t_kernel(**design)(np.random.default_rng(11), trials)
    assert tally.trials == trials
    assert within(tally.toward, trials, exact.toward)
    assert within(tally.against, trials, exact.against)
    first = looks_at(n, 2)[0]
    going_on = (exact.expected_n - first) / (n - first)
    assert within((tally.analysed / trials - first) / (n - first) * trials, trials, going_on)
    assert tally.magnitude / tally.rejected == pytest.approx(exact.magnitude, rel=8 / sqrt(tally.rejected))


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("drift", [0.0, 2.0])
def test_with_countless_pairs_t_is_z(kind: Kind, sides: int, drift: float) -> None:
    n = 4_000_000
    limits = boundaries(kind, 2, 0.05, sides)
    stops = crossing_probabilities(limits, drift)
    for scale in SCALES:
        exact = sequential_t_exact(n, drift / sqrt(n), 1.0, 0.05, sides, kind, scale=scale)
        assert exact.toward == pytest.approx(sum(stops.upper), abs=3e-7)
        assert exact.against == pytest.approx(sum(stops.lower), abs=3e-7)
        assert exact.expected_n / n == pytest.approx(expected_share(limits, drift), abs=3e-7)


@given(st.integers(3, 60), st.floats(-3, 3), st.sampled_from(KINDS), st.sampled_from(SCALES), st.floats(1e-4, 0.3))
@derandomised
def test_swapping_arms_swaps_the_directions(n: int, effect: float, kind: Kind, scale: Scale, alpha: float) -> None:
    design = plan(n=n, effect=effect, kind=kind, scale=scale, alpha=alpha)
    one, other = sequential_t_exact(**design), sequential_t_exact(**plan(**{**design, "effect": -effect}))
    assert (one.toward, one.against) == (other.against, other.toward)
    assert one.expected_n == pytest.approx(other.expected_n, rel=1e-12)
    assert 0 <= one.power <= 1 + 1e-9
    assert one.exact


@given(st.integers(3, 60), st.floats(0, 3), st.floats(0.01, 100), st.sampled_from([1, 2]))
@derandomised
def test_the_unit_is_nothing(n: int, d: float, unit: float, sides: int) -> None:
    one = sequential_t_exact(**plan(n=n, effect=d, sides=sides))
    scaled = sequential_t_exact(**plan(n=n, effect=d * unit, sd_difference=unit, sides=sides))
    assert scaled.power == pytest.approx(one.power, abs=1e-10)
    assert scaled.magnitude == pytest.approx(one.magnitude * unit, rel=1e-7)


@given(st.integers(3, 60), st.floats(-2, 4), st.floats(0.05, 1), st.sampled_from(KINDS))
@derandomised
def test_one_sided_power_rises_with_the_effect(n: int, effect: float, more: float, kind: Kind) -> None:
    lower, higher = (sequential_t_exact(**plan(n=n, effect=e, sides=1, kind=kind)) for e in (effect, effect + more))
    assert lower.toward < higher.toward or lower.toward > 1 - 1e-9
    assert lower.against == higher.against == 0


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [3, 4, 6, 8, 12, 20, 60])
def test_converted_boundaries_nearly_keep_alpha_and_z_ones_do_not(n: int, kind: Kind, sides: int) -> None:
    null = plan(n=n, effect=0.0, kind=kind, sides=sides)
    converted, raw = sequential_t_exact(**null).power, sequential_t_exact(**plan(**{**null, "scale": "z"})).power
    assert 0.05 < converted < 0.056  # most at 4 pairs with Pocock's boundaries, 0.0554
    assert raw > converted
    assert raw > 0.1 or n > 8 or sides == 1


def test_an_overwhelming_effect_stops_at_the_first_look() -> None:
    sure = sequential_t_exact(**plan(effect=1e6))
    assert sure.toward == pytest.approx(1, abs=1e-12)
    assert sure.expected_n == 5
    assert sure.magnitude == pytest.approx(1e6, rel=1e-9)


def test_an_effect_the_wrong_way_never_rejects_one_sided() -> None:
    never = sequential_t_exact(**plan(effect=-1e6, sides=1))
    assert never.power == 0
    assert never.magnitude == NONE_REJECTS
    assert never.expected_n == 10


# ---- simulation


@pytest.mark.parametrize(
    ("n", "effect", "sides", "kind", "looks", "scale"),
    [
        (4, 0.0, 2, "pocock", 3, "t"),
        (10, 0.8, 2, "obrien-fleming", 3, "z"),
        (13, -0.5, 2, "pocock", 4, "t"),
        (16, 0.5, 1, "obrien-fleming", 4, "t"),
    ],
)
def test_simulation_agrees_with_single_pairs(
    n: int, effect: float, sides: int, kind: Kind, looks: int, scale: Scale
) -> None:
    design = plan(n=n, effect=effect, sd_difference=1.2, sides=sides, kind=kind, looks=looks, scale=scale)
    few, many = 60_000, 400_000
    brute = pair_by_pair(design, few, seed=5)
    tally = sequential_t_kernel(**design)(np.random.default_rng(6), many)
    for name in ("toward", "against"):
        share = getattr(tally, name) / many
        error = sqrt(share * (1 - share) * (1 / few + 1 / many))
        assert abs(getattr(brute, name) / few - share) <= 4 * error
    assert brute.analysed / few == pytest.approx(tally.analysed / many, abs=4 * n / 2 / sqrt(few))
    assert brute.magnitude / brute.rejected == pytest.approx(
        tally.magnitude / tally.rejected, rel=8 / sqrt(brute.rejected)
    )


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_many_simulated_pairs_follow_the_theory_of_z(kind: Kind, looks: int) -> None:
    n, drift, trials = 12_000, 2.0, 200_000
    limits = boundaries(kind, looks, 0.05, 2)
    stops = crossing_probabilities(limits, drift)
    tally = sequential_t_kernel(n, drift / sqrt(n), 1.0, 0.05, 2, kind, looks)(np.random.default_rng(3), trials)
    assert within(tally.toward, trials, sum(stops.upper))
    assert within(tally.against, trials, sum(stops.lower))
    assert tally.analysed / trials / n == pytest.approx(expected_share(limits, drift), abs=4 * 0.5 / sqrt(trials))


class Mirrored:
    """The same random numbers with treatment and control swapped."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def standard_normal(self, size: int) -> Any:
        return -self.rng.standard_normal(size)

    def standard_gamma(self, shape: Any, size: int) -> Any:
        return self.rng.standard_gamma(shape, size)


@pytest.mark.parametrize("looks", LOOKS)
def test_swapping_arms_swaps_the_counts(looks: int) -> None:
    kernel = sequential_t_kernel(**plan(n=9, effect=0.7, looks=looks))
    tally = kernel(np.random.default_rng(8), 5_000)
    mirror: Any = Mirrored(8)
    other = replace(kernel, effect=-0.7)(mirror, 5_000)
    assert (tally.toward, tally.against, tally.analysed) == (other.against, other.toward, other.analysed)
    assert tally.magnitude == pytest.approx(other.magnitude, rel=1e-12)
    assert tally.toward > tally.against > 0


def test_a_kernel_travels_and_repeats() -> None:
    kernel = sequential_t_kernel(**plan(looks=3))
    copy = pickle.loads(pickle.dumps(kernel))
    assert copy == kernel
    assert copy(np.random.default_rng(1), 1_000) == kernel(np.random.default_rng(1), 1_000)


def test_trials_add_up_over_batches() -> None:
    kernel, rng = sequential_t_kernel(**plan(effect=0.0, looks=4, n=20)), np.random.default_rng(2)
    tally = sum((kernel(rng, 10_000) for _ in range(10)), Tally())
    assert tally.trials == 100_000
    assert 0.04 < tally.rejected / tally.trials < 0.06
    assert 0 < tally.analysed <= 20 * tally.trials


# ---- blocks


def test_pooled_blocks_are_those_of_all_pairs() -> None:
    data = np.random.default_rng(0).normal(size=(7, 5))

    def block(part: Any) -> Block:
        mean = part.mean(axis=1, keepdims=True)
        return Block(np.sqrt(part.shape[1]) * mean[:, 0], ((part - mean) ** 2).sum(axis=1))

    for split in (1, 2, 4):
        whole = pooled(block(data[:, :split]), split, block(data[:, split:]), 5 - split)
        np.testing.assert_allclose(whole.noise, block(data).noise, rtol=1e-12)
        np.testing.assert_allclose(whole.squares, block(data).squares, rtol=1e-12)


def test_nothing_added_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    some, none = drawn(rng, 4, 50), drawn(rng, np.zeros(50, dtype=np.int64), 50)
    whole = pooled(some, 4, none, np.zeros(50, dtype=np.int64))
    np.testing.assert_array_equal(whole.noise, some.noise)
    np.testing.assert_array_equal(whole.squares, some.squares)


def test_drawn_blocks_have_the_moments_of_their_pairs() -> None:
    pairs = np.repeat([1, 2, 7], 100_000)
    block = drawn(np.random.default_rng(5), pairs, pairs.size)
    for number in (1, 2, 7):
        mine, df = pairs == number, number - 1
        assert block.squares[mine].mean() == pytest.approx(df, abs=4 * sqrt(2 * df / 1e5))
        assert block.noise[mine].var() == pytest.approx(1, abs=4 * sqrt(2 / 1e5))


def test_no_spread_at_all_rejects_in_the_direction_of_the_mean() -> None:
    mean, nothing = np.array([0.5, -0.5]), np.zeros(2)
    toward, against = rejections(mean, 1.0, nothing, 4, 2.0, 2)
    assert toward.tolist() == [True, False]
    assert against.tolist() == [False, True]
    assert not rejections(mean, 1.0, nothing, 4, 2.0, 1)[1].any()


# ---- examples and refusals


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(sequential_t)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": nan}, "effect: nan given; wanted a finite difference"),
        ({"effect": -inf}, "effect: -inf given"),
        ({"effect": 2e6}, r"effect: 2000000\.0 given; wanted at most 1e\+06 times the SD"),
        ({"sd_difference": 0.0}, r"sd_difference: 0\.0 given; wanted a finite SD above 0"),
        ({"sd_difference": inf}, "sd_difference: inf given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"sides": 0}, "sides: 0 given"),
        ({"kind": "flat"}, "kind: 'flat' given"),
        ({"looks": 5}, "looks: 5 given; wanted 2 to 4"),
        ({"scale": "p"}, "scale: 'p' given; wanted one of t, z"),
        ({"n": 2}, "n: 2 given; wanted at least 3 pairs"),
        ({"n": 7.5}, r"n: 7\.5 given"),
    ],
)
def test_what_has_no_answer_is_refused(change: dict[str, Any], message: str) -> None:
    for function in (sequential_t_kernel, sequential_t_exact):
        with pytest.raises(Refusal, match=message):
            function(**plan(**change))


def test_more_than_two_looks_are_simulated() -> None:
    with pytest.raises(Refusal, match="looks: 3 given; wanted 2, as more are simulated"):
        sequential_t_exact(**plan(looks=3))
