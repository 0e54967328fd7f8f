"""Power of Fisher's and Boschloo's tests: R, scipy, enumeration in exact arithmetic, simulation and symmetries."""

from __future__ import annotations

import csv
import doctest
from collections.abc import Callable
from fractions import Fraction
from math import comb, inf, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from lib.design import two_proportions
from lib.design.rejection import Rejection
from lib.design.two_proportions import (
    MOST_PER_ARM,
    boschloo_largest_size,
    boschloo_power,
    fisher_largest_size,
    fisher_power,
)
from lib.errors import OverBudget, Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing

REFERENCE = Path(__file__).parents[1] / "reference" / "fisher_power.csv"
Power = Callable[[float, float, int, float, int], Rejection]
EITHER = pytest.mark.parametrize("power", [fisher_power, boschloo_power])
BOTH_SIDES = pytest.mark.parametrize("sides", [1, 2])
derandomised = settings(derandomize=True, deadline=None, max_examples=25)
shares, sizes, alphas, sides_of = st.floats(0, 1), st.integers(1, 40), st.floats(1e-3, 0.5), st.sampled_from([1, 2])


def rows() -> list[dict[str, str]]:
    with REFERENCE.open() as file:
        return list(csv.DictReader(file))


# ---- independent tests, table by table


def fisher_p(x: int, y: int, n: int, sides: int) -> Fraction:
    """R's rule in exact arithmetic: 1e-7 of tolerance is far below what separates unequal tables of these sizes."""
    total = x + y
    tables = range(max(0, total - n), min(n, total) + 1)
    ways = {k: comb(n, k) * comb(n, total - k) for k in tables}
    counted = [k for k in tables if (k >= x if sides == 1 else ways[k] <= ways[x])]
    return Fraction(sum(ways[k] for k in counted), comb(2 * n, total))


def boschloo_p(n: int, sides: int) -> np.ndarray:
    """Every table's p from the supremum over 4,001 shares, in row x and column y."""
    fisher = [[fisher_p(x, y, n, 1) for y in range(n + 1)] for x in range(n + 1)]
    arm = stats.binom.pmf(np.arange(n + 1)[:, None], n, np.linspace(0, 1, 4001))
    tables = arm[:, None, :] * arm[None, :, :]
    p = np.empty((n + 1, n + 1))
    for x in range(n + 1):
        for y in range(n + 1):
            earlier = np.array([[f <= fisher[x][y] for f in row] for row in fisher])
            p[x, y] = tables[earlier].sum(axis=0).max()
    return p if sides == 1 else np.minimum(1, 2 * np.minimum(p, p.T))


def summed(p: np.ndarray, treated: float, control: float, alpha: float, sides: int) -> tuple[float, float, float]:
    """Toward, against and the sum of |difference| over the tables with p ≤ alpha."""
    n = len(p) - 1
    x, y = np.ogrid[: n + 1, : n + 1]
    weight = stats.binom.pmf(x, n, treated) * stats.binom.pmf(y, n, control) * (p <= alpha)
    ahead = weight[(x > y) | (sides == 1)].sum()
    return float(ahead), float(weight.sum() - ahead), float((weight * abs(x - y)).sum() / n)


def agrees(found: Rejection, expected: tuple[float, float, float]) -> None:
    toward, against, size = expected
    assert found.toward == pytest.approx(toward, abs=1e-12)
    assert found.against == pytest.approx(against, abs=1e-12)
    if toward + against:
        assert found.magnitude == pytest.approx(size / (toward + against), abs=1e-12)
    else:
        assert isinstance(found.magnitude, Missing)


# ---- Fisher


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(two_proportions)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_reference_is_whole() -> None:
    assert len(rows()) == 3


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["n_per_arm"])
def test_fisher_agrees_with_r(row: dict[str, str]) -> None:
    # R: dbinom over all tables with fisher.test(table)$p.value <= alpha
    found = fisher_power(float(row["p2"]), float(row["p1"]), int(row["n_per_arm"]), float(row["alpha"]), 2)
    assert found.power == pytest.approx(float(row["power"]), abs=1e-12)


@pytest.mark.parametrize(
    ("treated", "control", "n", "alpha", "sides", "power"),
    [
        (0.75, 0.25, 10, 0.05, 1, 0.6189996900721),
        (0.5, 0.05, 12, 0.01, 1, 0.4048376350404),
        (0.3, 0.3, 24, 0.05, 2, 0.02603036535639),
    ],
)
def test_fisher_agrees_with_more_of_r(
    treated: float, control: float, n: int, alpha: float, sides: int, power: float
) -> None:
    # R, as above, one-sided with alternative = "greater"
    assert fisher_power(treated, control, n, alpha, sides).power == pytest.approx(power, abs=1e-12)


# 0.05 and 0.1 are the one- and two-sided p of 3 of 3 against 0 of 3
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1, 0.5, 0.95])
@BOTH_SIDES
@pytest.mark.parametrize("n", [1, 3, 6, 11])
def test_fisher_rejects_by_the_rule(n: int, sides: int, alpha: float) -> None:
    as_written = Fraction(str(alpha))
    p = np.array([[float(fisher_p(x, y, n, sides) > as_written) for y in range(n + 1)] for x in range(n + 1)])
    agrees(fisher_power(0.6, 0.35, n, alpha, sides), summed(p, 0.6, 0.35, 0.5, sides))


def test_fisher_at_200_per_arm_agrees_with_scipy() -> None:
    n = 200
    x, y = np.ogrid[: n + 1, : n + 1]
    p = 2 * stats.hypergeom.sf(np.maximum(x, y) - 1, 2 * n, x + y, n)
    agrees(fisher_power(0.3, 0.2, n, 0.05, 2), summed(p, 0.3, 0.2, 0.05, 2))


# ---- Boschloo


@pytest.mark.parametrize(
    ("treated", "control", "n", "sides", "power"),
    [
        (0.75, 0.25, 10, 2, 0.619003781569),
        (0.75, 0.25, 10, 1, 0.723140724116),
        (0.5, 0.05, 12, 2, 0.749610406855),
        (0.5, 0.05, 12, 1, 0.840090473254),
        (0.6, 0.3, 24, 2, 0.547395716143),
        (0.6, 0.3, 24, 1, 0.644944853103),
        (0.2, 0.2, 15, 2, 0.0432645613716),
        (0.2, 0.2, 15, 1, 0.0394381801208),
    ],
)
def test_boschloo_agrees_with_r(treated: float, control: float, n: int, sides: int, power: float) -> None:
    # R, Exact 3.3: power.exact.test(treated, control, n, n, alpha = 0.05, method = "boschloo"), alternative =
    # "two.sided" with tsmethod = "square" and with "central", which agree, or "greater"
    assert boschloo_power(treated, control, n, 0.05, sides).power == pytest.approx(power, abs=2e-12)


@pytest.mark.parametrize("alpha", [0.02, 0.05, 0.1, 0.3, 0.5, 0.97])
@BOTH_SIDES
@pytest.mark.parametrize("n", [2, 5, 8])
def test_boschloo_rejects_by_the_rule(n: int, sides: int, alpha: float) -> None:
    p = boschloo_p(n, sides)
    assert np.all(abs(p / alpha - 1) > 1e-5)  # the grid of shares decides all of them
    found, (toward, against, _) = boschloo_power(0.7, 0.2, n, alpha, sides), summed(p, 0.7, 0.2, alpha, sides)
    assert found.power == pytest.approx(toward + against, abs=1e-12)
    if alpha <= 0.5:  # beyond, tables without a difference may reject
        agrees(found, summed(p, 0.7, 0.2, alpha, sides))


@BOTH_SIDES
@pytest.mark.parametrize("n", [4, 8])
def test_boschloo_decides_as_scipy(n: int, sides: int) -> None:
    alternative = "greater" if sides == 1 else "two-sided"
    p = np.ones((n + 1, n + 1))
    for x in range(n + 1):
        for y in range(n + 1):
            if 0 < x + y < 2 * n:
                p[x, y] = stats.boschloo_exact([[x, y], [n - x, n - y]], alternative).pvalue
    for alpha in (0.04, 0.07, 0.12):
        assert np.all(abs(p / alpha - 1) > 1e-3)
        agrees(boschloo_power(0.8, 0.3, n, alpha, sides), summed(p, 0.8, 0.3, alpha, sides))


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
@BOTH_SIDES
@pytest.mark.parametrize("n", [3, 30])
def test_boschloo_keeps_its_type_i_error_at_every_share(n: int, sides: int, alpha: float) -> None:
    errors = [boschloo_power(share, share, n, alpha, sides).power for share in np.linspace(0, 0.5, 31)]
    assert max(errors) <= alpha * (1 + 1e-8)
    assert max(errors) > alpha / 3 or n == 3


@pytest.mark.parametrize("n", [1, 6, 25, 90])
def test_the_largest_type_i_error_is_found_between_grid_points(n: int) -> None:
    null, conditional = two_proportions._null(n), np.random.default_rng(n).uniform(0, 0.1, 2 * n + 1)
    conditional += conditional[::-1]

    def error(share: float | np.ndarray) -> np.ndarray:
        return stats.binom.pmf(np.arange(2 * n + 1), 2 * n, np.reshape(share, (-1, 1))) @ conditional

    fine = np.sin(np.linspace(0, np.pi / 4, 1001)) ** 2
    peak = 1 + int(error(fine[1:-1]).argmax())
    climbed = optimize.minimize_scalar(
        lambda share: -error(share)[0],
        bounds=(fine[peak - 1], fine[peak + 1]),
        method="bounded",
        options={"xatol": 1e-12},
    )
    expected = max(-climbed.fun, *error(np.array([0, 0.5])))
    assert null.largest(conditional) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("ratio", [0.9998, 0.9999, 1.0001])
def test_of_two_peaks_the_higher_is_found_even_where_the_grid_favours_the_other(ratio: float) -> None:
    n, low, high = 90, 38, 75  # of the lower peak the grid misses 3e-4, of the higher 2e-7
    conditional = np.zeros(2 * n + 1)
    conditional[[low, high]] = [1 / stats.binom.pmf(k, 2 * n, k / (2 * n)) for k in (low, high)]
    conditional[high] *= ratio
    assert two_proportions._null(n).largest(conditional) == pytest.approx(
        max(1, ratio), abs=1e-6
    )  # each adds 4e-8 to the other


@pytest.mark.parametrize("alpha", [0.03, 0.1, 0.95])
@pytest.mark.parametrize("n", [5, 10])
@BOTH_SIDES
def test_the_largest_type_i_error_is_that_of_the_tables_at_their_worst_share(n: int, alpha: float, sides: int) -> None:
    fisher = np.array([[float(fisher_p(x, y, n, sides)) for y in range(n + 1)] for x in range(n + 1)])
    for p, largest in ((fisher, fisher_largest_size), (boschloo_p(n, sides), boschloo_largest_size)):
        x, y = np.nonzero(p <= alpha * (1 + 1e-9))

        def error(share: float, x: np.ndarray = x, y: np.ndarray = y) -> float:
            return float(np.sum(stats.binom.pmf(x, n, share) * stats.binom.pmf(y, n, share)))

        coarse = [error(step / 200) for step in range(201)]
        peak = int(np.argmax(coarse))
        near = (max(0, peak - 1) / 200, min(200, peak + 1) / 200)
        climbed = optimize.minimize_scalar(lambda s: -error(s), bounds=near, method="bounded", options={"xatol": 1e-10})
        found = largest(n, alpha, sides)
        assert found == pytest.approx(max(*coarse, -climbed.fun), rel=1e-8)
        assert found >= max(coarse) * (1 - 1e-12)


def test_the_largest_type_i_error_refuses_what_the_power_does() -> None:
    for largest in (fisher_largest_size, boschloo_largest_size):
        with pytest.raises(OverBudget):
            largest(MOST_PER_ARM + 1, 0.05, 2)
        with pytest.raises(Refusal, match="sides: 3 given"):
            largest(5, 0.05, 3)


def test_a_p_of_exactly_alpha_rejects() -> None:
    # one per arm: 1 of 1 against 0 of 1 has probability π(1 − π), at most 1/4
    assert boschloo_power(0.9, 0.2, 1, 0.25, 1).power == pytest.approx(0.9 * 0.8, abs=1e-12)
    assert boschloo_power(0.9, 0.2, 1, 0.2499, 1).power == 0


@given(shares, shares, sizes, alphas, sides_of)
@derandomised
def test_boschloo_rejects_whatever_fisher_does(
    treated: float, control: float, n: int, alpha: float, sides: int
) -> None:
    boschloo, fisher = (
        boschloo_power(treated, control, n, alpha, sides),
        fisher_power(treated, control, n, alpha, sides),
    )
    assert boschloo.toward >= fisher.toward - 1e-15
    assert boschloo.against >= fisher.against - 1e-15


# ---- both


@EITHER
@given(shares, shares, sizes, st.floats(1e-3, 0.99))
@derandomised
def test_swapping_arms_swaps_directions(power: Power, treated: float, control: float, n: int, alpha: float) -> None:
    found, swapped = power(treated, control, n, alpha, 2), power(control, treated, n, alpha, 2)
    assert found.toward == pytest.approx(swapped.against, abs=1e-14)
    assert found.against == pytest.approx(swapped.toward, abs=1e-14)


@EITHER
@given(shares, shares, sizes, alphas, sides_of)
@derandomised
def test_swapping_responders_and_others_swaps_arms(
    power: Power, treated: float, control: float, n: int, alpha: float, sides: int
) -> None:
    found, mirrored = power(treated, control, n, alpha, sides), power(1 - control, 1 - treated, n, alpha, sides)
    assert found.toward == pytest.approx(mirrored.toward, abs=1e-11)
    assert found.against == pytest.approx(mirrored.against, abs=1e-11)


@EITHER
@given(shares, sizes, st.floats(1e-3, 0.99), sides_of)
@derandomised
def test_the_type_i_error_is_kept(power: Power, share: float, n: int, alpha: float, sides: int) -> None:
    found = power(share, share, n, alpha, sides)
    assert found.power <= alpha * (1 + 1e-8)
    assert found.exact


@EITHER
@BOTH_SIDES
def test_agrees_with_simulation(power: Power, sides: int) -> None:
    trials, n = 20_000, 15
    found = power(0.7, 0.25, n, 0.05, sides)
    rng = np.random.default_rng(5)
    x, y = rng.binomial(n, 0.7, trials), rng.binomial(n, 0.25, trials)
    if power is fisher_power:
        p = np.array([[float(fisher_p(a, b, n, sides)) for b in range(n + 1)] for a in range(n + 1)])
    else:
        p = boschloo_p(n, sides)
    rejects = p[x, y] <= 0.05
    assert abs(np.mean(rejects) - found.power) < 4 * sqrt(found.power * (1 - found.power) / trials)
    assert found.magnitude == pytest.approx(np.mean(abs(x - y)[rejects]) / n, abs=0.01)


@EITHER
def test_certain_responses(power: Power) -> None:
    assert power(1.0, 0.0, 4, 0.05, 2).toward == 1  # Fisher's p is 2/C(8, 4)
    assert power(1.0, 0.0, 4, 0.05, 2).magnitude == 1
    assert power(1.0, 1.0, 50, 0.05, 2).power == 0
    assert isinstance(power(0.0, 0.0, 50, 0.05, 2).magnitude, Missing)


@EITHER
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treated": 1.1}, r"treated: 1\.1 given; wanted the probability of a response"),
        ({"control": nan}, "control: nan given"),
        ({"n": 0}, "n: 0 given; wanted a whole number of participants per arm, at least 1"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"n": inf}, "n: inf given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"sides": 0}, "sides: 0 given; wanted 1 or 2"),
    ],
)
def test_what_has_no_answer_is_refused(power: Power, change: dict[str, object], message: str) -> None:
    plan: dict[str, object] = {"treated": 0.4, "control": 0.2, "n": 10, "alpha": 0.05, "sides": 2}
    with pytest.raises(Refusal, match=message):
        power(**{**plan, **change})  # type: ignore[arg-type]


@EITHER
def test_too_many_participants_are_refused_with_size_and_limit(power: Power) -> None:
    with pytest.raises(OverBudget, match=r"1,001 participants per arm given; .* up to 1,000"):
        power(0.4, 0.2, MOST_PER_ARM + 1, 0.05, 2)


def test_ordering_tables_can_be_stopped() -> None:
    heard: list[float] = []
    listener = Listener(lambda share, what: heard.append(share), lambda: len(heard) >= 3)
    with heard_by(listener), pytest.raises(Stopped):
        boschloo_power(0.4, 0.2, 30, 0.05, 2)
    assert len(heard) == 3
