"""Progression criteria: rational arithmetic, enumeration, R, simulation, symmetry, and a scan of every n."""

from __future__ import annotations

import doctest
from fractions import Fraction
from math import comb, nan, sqrt

import numpy as np
import pytest

from lib.design import progression
from lib.design.progression import Criterion, CriterionSize, criterion_n, light, light_probabilities
from lib.errors import Refusal

RETAINED = Criterion("retained", 0.65, 0.85)


def binomial(n: int, share: Fraction) -> list[Fraction]:
    return [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]


def enumerated(share: str, n: int, red: str, green: str) -> dict[str, Fraction]:
    """Probability of each light by adding up every count, in rationals."""
    chances = dict.fromkeys(("red", "amber", "green"), Fraction(0))
    for k, chance in enumerate(binomial(n, Fraction(share))):
        seen = Fraction(k, n)
        chances["green" if seen >= Fraction(green) else "red" if seen < Fraction(red) else "amber"] += chance
    return chances


def scanned(red: str, green: str, alpha: str, power: str, horizon: int) -> tuple[int, int]:
    """The n and cut-off after the last n without the power, all in rationals."""
    found = (1, 0)
    enough = True
    for n in range(1, horizon + 1):
        null, truth = binomial(n, Fraction(red)), binomial(n, Fraction(green))
        cut_off = next(c for c in range(n + 2) if sum(null[c:]) <= Fraction(alpha))
        if sum(truth[cut_off:]) < Fraction(power):
            enough = False
        elif not enough or n == 1:
            enough, found = True, (n, cut_off)
    return found


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(progression)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- one light


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (4, 5, "amber"),
        (13, 20, "amber"),  # 0.65 exactly is not red
        (12, 20, "red"),
        (17, 20, "green"),  # 0.85 exactly is green
        (16, 20, "amber"),
        (0, 1, "red"),
        (1, 1, "green"),
    ],
)
def test_light(k: int, n: int, expected: str) -> None:
    assert light(k, n, RETAINED) == expected


def test_thresholds_are_the_decimals_typed() -> None:
    # 0.07·100 is 7.000000000000001 and 0.29·100 28.999999999999996 in binary floats
    criterion = Criterion("consented", 0.07, 0.29)
    assert [light(k, 100, criterion) for k in (6, 7, 28, 29)] == ["red", "amber", "amber", "green"]
    sure = [light_probabilities(0.0, 100, criterion), light_probabilities(1.0, 100, criterion)]
    assert [float(one.red) for one in sure] == [1, 0]
    expected = enumerated("0.1", 100, "0.07", "0.29")
    assert float(light_probabilities(0.1, 100, criterion).red) == pytest.approx(float(expected["red"]), rel=1e-11)


def test_without_amber_everything_is_red_or_green() -> None:
    criterion = Criterion("retained", 0.8, 0.8)
    assert [light(k, 5, criterion) for k in range(6)] == ["red"] * 4 + ["green"] * 2
    lights = light_probabilities(np.linspace(0, 1, 11), 5, criterion)
    assert np.all(lights.amber == 0)
    np.testing.assert_allclose(lights.red + lights.green, 1, atol=1e-14)


# ---- probabilities


@pytest.mark.parametrize("n", [1, 2, 5, 6, 20])
@pytest.mark.parametrize("share", ["0", "0.03", "0.5", "0.8", "1"])
@pytest.mark.parametrize(("red", "green"), [("0.65", "0.85"), ("0", "1"), ("0.2", "0.2"), ("0.1", "0.9")])
def test_probabilities_agree_with_enumeration(n: int, share: str, red: str, green: str) -> None:
    expected = enumerated(share, n, red, green)
    lights = light_probabilities(float(share), n, Criterion("x", float(red), float(green)))
    for name in ("red", "amber", "green"):
        assert float(getattr(lights, name)) == pytest.approx(float(expected[name]), abs=1e-14)


def test_probabilities_agree_with_r() -> None:
    # R: pbinom(12, 20, 0.8); 1 - pbinom(16, 20, 0.8)
    lights = light_probabilities(0.8, 20, RETAINED)
    assert float(lights.red) == pytest.approx(0.03214266308088, abs=1e-13)
    assert float(lights.green) == pytest.approx(1 - 0.5885511380434, abs=1e-12)


def test_probabilities_agree_with_simulation() -> None:
    draws = 20_000
    counts = np.random.default_rng(10).binomial(9, 0.75, draws)
    seen = [light(int(k), 9, RETAINED) for k in counts]
    lights = light_probabilities(0.75, 9, RETAINED)
    for name in ("red", "amber", "green"):
        chance = float(getattr(lights, name))
        assert abs(seen.count(name) / draws - chance) < 4 * sqrt(chance * (1 - chance) / draws)


def test_counting_losses_turns_red_and_green_round() -> None:
    # Where no count stands on a threshold, losses below 1 − green are green
    kept, lost = Criterion("kept", 0.63, 0.87), Criterion("lost", 0.13, 0.37)
    lights, mirrored = light_probabilities(0.8, 11, kept), light_probabilities(0.2, 11, lost)
    assert float(lights.red) == pytest.approx(float(mirrored.green), abs=1e-14)
    assert float(lights.green) == pytest.approx(float(mirrored.red), abs=1e-14)


def test_probabilities_broadcast_and_sum_to_one() -> None:
    lights = light_probabilities(np.linspace(0, 1, 7)[:, None], np.arange(1, 200), RETAINED)
    assert lights.red.shape == lights.amber.shape == lights.green.shape == (7, 199)
    total = lights.red + lights.amber + lights.green
    np.testing.assert_allclose(total, 1, atol=1e-13)
    assert np.all(np.diff(lights.green, axis=0) >= 0)  # more are kept, more is green


# ---- how many


@pytest.mark.parametrize(
    ("red", "green", "power", "expected"),
    [
        # R: n <- 1:2000; k <- qbinom(0.95, n, red) + 1; p <- 1 - pbinom(k - 1, n, green); max(n[p < power]) + 1
        (0.2, 0.35, 0.8, (59, 18)),
        (0.5, 0.75, 0.8, (28, 19)),
        (0.65, 0.85, 0.8, (35, 28)),
        (0.4, 0.7, 0.8, (21, 13)),
        (0.5, 0.75, 0.9, (35, 23)),
    ],
)
def test_n_agrees_with_r(red: float, green: float, power: float, expected: tuple[int, int]) -> None:
    found = criterion_n(Criterion("x", red, green), 0.05, power)
    assert (found.n, found.cut_off) == expected


def test_error_and_power_agree_with_r() -> None:
    # R: pbinom(22, 35, c(0.5, 0.75), lower.tail = FALSE)
    found = criterion_n(Criterion("x", 0.5, 0.75), 0.05, 0.9)
    assert found.alpha == pytest.approx(0.04476553946733, rel=1e-10)
    assert found.power == pytest.approx(0.9244281477224, rel=1e-10)


@pytest.mark.parametrize(
    ("red", "green", "normal"),
    [(0.2, 0.35, 78), (0.5, 0.75, 34), (0.65, 0.85, 44)],
)
def test_n_is_near_the_published_normal_approximation(red: float, green: float, normal: int) -> None:
    # Lewis et al. (2021), Table 4, alpha 5 %, power 90 %, by normal approximation
    found = criterion_n(Criterion("x", red, green), 0.05, 0.9)
    assert normal <= found.n <= normal + 5


@pytest.mark.parametrize(
    ("red", "green", "alpha", "power"),
    [
        ("0.5", "0.9", "0.05", "0.8"),
        ("0.05", "0.3", "0.05", "0.8"),
        ("0.6", "0.95", "0.1", "0.9"),
        ("0.5", "1", "0.125", "0.9"),
    ],
)
def test_n_is_that_of_a_scan_in_rationals(red: str, green: str, alpha: str, power: str) -> None:
    expected = scanned(red, green, alpha, power, 40)
    found = criterion_n(Criterion("x", float(red), float(green)), float(alpha), float(power), horizon=40)
    assert (found.n, found.cut_off) == expected


def test_an_error_of_exactly_alpha_is_allowed() -> None:
    # 3 of 3 has probability 1/8 at a share of 1/2
    assert criterion_n(Criterion("x", 0.5, 1.0), 0.125, 0.9) == CriterionSize(3, 3, 0.125, 1.0)
    # 2 of 2 has probability 0.2² = 0.04 exactly, which binary floats put above it
    assert criterion_n(Criterion("x", 0.2, 1.0), 0.04, 0.9).n == 2


def test_power_may_have_been_there_before_it_stays() -> None:
    # A saw-tooth: 23 have 80 % power, 24 not (R: 1 - pbinom(15, 23, 0.75), 1 - pbinom(16, 24, 0.75))
    assert light_probabilities(0.75, 23, Criterion("16 of 23", 0.0, 0.69)).green >= 0.8
    found = criterion_n(Criterion("x", 0.5, 0.75), 0.05, 0.8)
    assert found.n == 28


def test_a_share_that_must_not_be_zero() -> None:
    # red 0: one success rejects; 1 − 0.8ⁿ ≥ 0.9 from 11
    assert criterion_n(Criterion("x", 0.0, 0.2), 0.05, 0.9) == CriterionSize(11, 1, 0.0, pytest.approx(1 - 0.8**11))


# ---- refusals


@pytest.mark.parametrize(("red", "green"), [(0.9, 0.8), (-0.1, 0.5), (0.5, 1.1), (nan, 0.5), (0.5, nan)])
def test_thresholds_out_of_order_are_refused(red: float, green: float) -> None:
    with pytest.raises(Refusal, match=r"retained: red .* and green .* given; wanted shares of 0 to 1"):
        Criterion("retained", red, green)


@pytest.mark.parametrize(
    ("k", "n", "message"), [(3, 2, "k: 3 of 2"), (-1, 2, "k: -1"), (0, 0, "n: 0"), (1.5, 2, r"k: 1\.5")]
)
def test_counts_that_are_none_are_refused(k: int, n: int, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        light(k, n, RETAINED)


@pytest.mark.parametrize(
    ("true", "n", "message"), [(1.1, 5, "true: "), (nan, 5, "true: "), (0.5, 0, "n: "), (0.5, 2.5, "n: ")]
)
def test_what_has_no_probability_is_refused(true: float, n: float, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        light_probabilities(true, n, RETAINED)


def test_n_out_of_range_is_refused() -> None:
    with pytest.raises(Refusal, match="wanted green above red"):
        criterion_n(Criterion("x", 0.5, 0.5), 0.05, 0.9)
    with pytest.raises(Refusal, match="alpha: "):
        criterion_n(RETAINED, 0.0, 0.9)
    with pytest.raises(Refusal, match="power: "):
        criterion_n(RETAINED, 0.05, 0.04)
    with pytest.raises(Refusal, match="horizon: "):
        criterion_n(RETAINED, 0.05, 0.9, horizon=0)
    with pytest.raises(Refusal, match=r"at 44, the largest n tried, it is 0\."):
        criterion_n(RETAINED, 0.05, 0.9, horizon=44)
    with pytest.raises(Refusal, match="at 2,000, the largest n tried"):
        criterion_n(Criterion("x", 0.5, 0.5001), 0.05, 0.9)
