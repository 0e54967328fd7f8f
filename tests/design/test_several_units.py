"""Several units per arm: the whole covariance matrix, simulation, the limit and its impossible correlations."""

from __future__ import annotations

import doctest
from itertools import product
from math import inf, nan, sqrt

import numpy as np
import pytest

from lib.design import several_units
from lib.design.several_units import several_units_sd, units_worth_it
from lib.errors import Refusal
from lib.values import Missing, known


def correlations(rho: float, units: int, icc: float) -> np.ndarray:
    """The 2m × 2m matrix, entry by entry: units 0 to m − 1 treated, the rest control."""
    arm = [unit // units for unit in range(2 * units)]
    return np.array(
        [[1.0 if i == j else icc if arm[i] == arm[j] else rho for j in range(2 * units)] for i in range(2 * units)]
    )


def contrast(units: int) -> np.ndarray:
    return np.repeat([1 / units, -1 / units], units)


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(several_units)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(("rho", "expected"), [(0.5, 1.0), (0.0, sqrt(2)), (-0.5, sqrt(3)), (0.875, 0.5)])
@pytest.mark.parametrize("icc", [-0.9, 0.0, 0.99])
def test_one_unit_is_the_plain_pair(rho: float, expected: float, icc: float) -> None:
    assert several_units_sd(2.0, rho, 1, icc) == pytest.approx(2 * expected, rel=1e-14)
    assert units_worth_it(rho, 1, icc).factor == 1.0


@pytest.mark.parametrize("units", [1, 2, 3, 5, 8])
def test_agrees_with_the_whole_matrix_wherever_it_is_positive_definite(units: int) -> None:
    refused = 0
    for rho, icc in product(np.arange(-0.95, 1, 0.1).round(2).tolist(), np.arange(-0.95, 1, 0.1).round(2).tolist()):
        matrix = correlations(rho, units, icc)
        if np.linalg.eigvalsh(matrix).min() > 1e-9:
            expected = 3 * sqrt(contrast(units) @ matrix @ contrast(units))
            assert several_units_sd(3.0, rho, units, icc) == pytest.approx(expected, rel=1e-12)
        else:
            refused += 1
            with pytest.raises(Refusal):
                several_units_sd(3.0, rho, units, icc)
    assert (refused > 0) == (units > 1)


def test_agrees_with_simulation() -> None:
    rng = np.random.default_rng(1)
    draws = 200_000
    outcomes = 1.5 * rng.multivariate_normal(np.zeros(6), correlations(0.3, 3, 0.6), draws, method="cholesky")
    seen = float((outcomes @ contrast(3)).std(ddof=1))
    expected = several_units_sd(1.5, 0.3, 3, 0.6)
    assert abs(seen - expected) < 4 * expected / sqrt(2 * draws)


def test_one_arm_of_a_person_as_good_as_its_mean() -> None:
    # ICC 0 and ρ 0: the variance of a mean of m, twice
    assert several_units_sd(1.0, 0.0, 8, 0.0) == pytest.approx(sqrt(2 / 8), rel=1e-15)
    # ICC near 1: further units tell nothing
    assert several_units_sd(1.0, 0.2, 50, 1 - 1e-12) == pytest.approx(several_units_sd(1.0, 0.2, 1, 0.5), rel=1e-9)


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.2, 0.45])
def test_n_falls_towards_its_limit(rho: float) -> None:
    factors = [units_worth_it(rho, units, 0.5).factor for units in (1, 2, 3, 10, 100)]
    assert factors == sorted(factors, reverse=True)
    limit = units_worth_it(rho, 2, 0.5).limit
    assert known(limit)
    assert limit == pytest.approx((0.5 - rho) / (1 - rho), rel=1e-14)
    assert units_worth_it(rho, 10**9, 0.5).factor == pytest.approx(limit, rel=1e-7)


def test_factor_is_the_ratio_of_variances() -> None:
    ratio = (several_units_sd(2.0, 0.2, 4, 0.3) / several_units_sd(2.0, 0.2, 1, 0.3)) ** 2
    assert units_worth_it(0.2, 4, 0.3).factor == pytest.approx(ratio, rel=1e-13)


@pytest.mark.parametrize(("rho", "icc", "most"), [(0.5, 0.2, 2), (-0.5, 0.2, 2), (0.0, -0.3, 4), (0.6, 0.2, 1)])
def test_no_limit_where_only_so_many_units_can_correlate_so(rho: float, icc: float, most: int) -> None:
    limit = units_worth_it(rho, 1, icc).limit
    assert isinstance(limit, Missing)
    assert f"at most {most} units" in limit.reason
    assert np.linalg.eigvalsh(correlations(rho, most, icc)).min() > -1e-12
    with pytest.raises(Refusal):
        several_units_sd(1.0, rho, most + 1, icc)


def test_a_bound_is_met_in_decimals() -> None:
    # (1 + 0.2)/2 is 0.6 exactly, and (1 + 2·0.4)/3 as well, where binary floats give 0.6000000000000001
    for units, icc in ((2, 0.2), (3, 0.4)):
        with pytest.raises(Refusal, match=rf"rho: 0\.6 with icc {icc} given; wanted a rho between -0\.6 and 0\.6"):
            several_units_sd(1.0, 0.6, units, icc)
        assert several_units_sd(1.0, 0.6 - 1e-9, units, icc) > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sd": 0.0}, r"sd: 0\.0 given"),
        ({"sd": inf}, "sd: inf given"),
        ({"sd": nan}, "sd: nan given"),
        ({"rho": 1.0}, r"rho: 1\.0 given"),
        ({"rho": nan}, "rho: nan given"),
        ({"units": 0}, "units: 0 given; wanted a whole number of units per arm, at least 1"),
        ({"units": 2.5}, r"units: 2\.5 given"),
        ({"icc": 1.0}, r"icc: 1\.0 given"),
        ({"icc": nan}, "icc: nan given"),
        ({"icc": -0.5}, r"icc: -0\.5 given; wanted above -0\.5, as 3 units"),
        ({"rho": -0.7, "icc": 0.5}, r"rho: -0\.7 with icc 0\.5 given; wanted a rho between -0\.6667 and 0\.6667"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, float], message: str) -> None:
    given = {"sd": 1.0, "rho": 0.3, "units": 3, "icc": 0.5, **change}
    with pytest.raises(Refusal, match=message):
        several_units_sd(**given)  # type: ignore[arg-type]
