"""Group-sequential boundaries on the z scale: R, published tables, quadrature, simulation and symmetries."""

from __future__ import annotations

import csv
import doctest
from math import inf, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from lib.design import group_sequential
from lib.design.group_sequential import (
    KINDS,
    LOOKS,
    Kind,
    boundaries,
    crossing_probabilities,
    expected_share,
    inflation,
)
from lib.errors import Refusal

REFERENCE = Path(__file__).parents[1] / "reference" / "group_sequential.csv"
BY_TYPE: dict[str, Kind] = {"OF": "obrien-fleming", "P": "pocock"}
ANY = st.tuples(st.sampled_from(KINDS), st.sampled_from(LOOKS), st.floats(1e-9, 0.4), st.sampled_from([1, 2]))
derandomised = settings(derandomize=True, deadline=None, max_examples=50)

with REFERENCE.open() as file:
    ROWS = list(csv.DictReader(file))


def test_reference_is_whole() -> None:
    assert len(ROWS) == 4


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['boundary']}-{row['looks']}")
def test_agrees_with_rpact(row: dict[str, str]) -> None:
    # R, rpact: getDesignGroupSequential(kMax, alpha = 0.025, sided = 1), getDesignCharacteristics at power 0.9
    limits = boundaries(BY_TYPE[row["boundary"]], int(row["looks"]), 0.025, 1)
    assert limits.critical == pytest.approx([float(c) for c in row["critical_values"].split(";")], abs=1e-6)
    assert inflation(limits, 0.9) == pytest.approx(float(row["inflation_90"]), abs=1e-7)


@pytest.mark.parametrize(
    ("type_", "looks", "alpha", "first", "last", "inflated"),
    [
        # R, rpact 3.3.4, the same calls with other arguments and tolerance = 1e-10
        ("OF", 2, 0.05, 2.37298352, 1.67795274, 1.01422917),
        ("OF", 3, 0.01, 4.07654629, 2.35359510, 1.00944320),
        ("OF", 4, 0.025, 4.04859101, 2.02429550, 1.02216304),
        ("OF", 4, 0.05, 3.46619982, 1.73309991, 1.03209738),
        ("P", 2, 0.01, 2.53110817, 2.53110817, 1.08994549),
        ("P", 3, 0.05, 1.99219169, 1.99219169, 1.16551635),
        ("P", 4, 0.025, 2.36129966, 2.36129966, 1.18313437),
        ("P", 4, 0.01, 2.70429793, 2.70429793, 1.16360571),
    ],
)
def test_agrees_with_rpact_further(
    type_: str, looks: int, alpha: float, first: float, last: float, inflated: float
) -> None:
    limits = boundaries(BY_TYPE[type_], looks, alpha, 1)
    assert (limits.critical[0], limits.critical[-1]) == pytest.approx((first, last), abs=2e-8)
    assert inflation(limits, 0.9) == pytest.approx(inflated, abs=2e-8)


@pytest.mark.parametrize(
    ("type_", "looks", "alpha", "last"),
    [
        # R, rpact: getDesignGroupSequential(kMax, alpha, sided = 2, tolerance = 1e-10)
        ("OF", 2, 0.1, 1.67795271),
        ("OF", 3, 0.1, 1.70960598),
        ("OF", 4, 0.1, 1.73309985),
        ("P", 2, 0.1, 1.87542300),
        ("P", 3, 0.05, 2.28947806),
        ("P", 4, 0.05, 2.36129789),
        ("P", 4, 0.1, 2.06741153),
    ],
)
def test_two_sided_agrees_with_rpact(type_: str, looks: int, alpha: float, last: float) -> None:
    two_sided = boundaries(BY_TYPE[type_], looks, alpha, 2).critical[-1]
    assert two_sided == pytest.approx(last, abs=2e-8)
    # two one-sided tests count twice whoever crosses both sides
    shortcut = boundaries(BY_TYPE[type_], looks, alpha / 2, 1).critical[-1]
    assert 0 < shortcut - two_sided < 2e-5


@pytest.mark.parametrize(
    ("kind", "looks", "alpha", "last"),
    [
        # Jennison & Turnbull (2000), tables 2.1 (C_P) and 2.3 (C_B)
        ("pocock", 2, 0.01, 2.772),
        ("pocock", 2, 0.05, 2.178),
        ("pocock", 2, 0.10, 1.875),
        ("pocock", 4, 0.05, 2.361),
        ("obrien-fleming", 2, 0.01, 2.580),
        ("obrien-fleming", 3, 0.05, 2.004),
        ("obrien-fleming", 4, 0.05, 2.024),
        ("obrien-fleming", 4, 0.10, 1.733),
    ],
)
def test_agrees_with_published_tables(kind: Kind, looks: int, alpha: float, last: float) -> None:
    assert boundaries(kind, looks, alpha, 2).critical[-1] == pytest.approx(last, abs=5.1e-4)


@pytest.mark.parametrize(
    ("kind", "nominal"),
    [
        # Nominal levels quoted everywhere, e.g. Pocock (1977) Biometrika 64:191-199 and O'Brien & Fleming (1979)
        ("pocock", (0.0294, 0.0294)),
        ("pocock", (0.0221, 0.0221, 0.0221)),
        ("pocock", (0.0182, 0.0182, 0.0182, 0.0182)),
        ("obrien-fleming", (0.0052, 0.0480)),
        ("obrien-fleming", (0.0005, 0.0141, 0.0451)),
    ],
)
def test_nominal_levels_are_those_of_textbooks(kind: Kind, nominal: tuple[float, ...]) -> None:
    assert boundaries(kind, len(nominal), 0.05, 2).nominal == pytest.approx(nominal, abs=5.1e-5)


@pytest.mark.parametrize(
    ("type_", "sides", "drift", "stops", "share"),
    [
        # R, rpact: getPowerAndAverageSampleNumber(design, theta = drift / 10, nMax = 100), alpha 0.025·sides
        ("OF", 1, 0.0, (0.00258289, 0.02241711), 0.99870855),
        ("OF", 1, 2.5, (0.15180029, 0.55003627), 0.92409985),
        ("OF", 2, 1.0, (0.01856523, 0.15004775), 0.99071739),
        ("OF", 1, 4.0, (0.12268063, 0.66929827, 0.18589731), 0.69511349),
        ("OF", 2, 2.5, (0.00256636, 0.13436160, 0.30029047, 0.25741791), 0.85582181),
        ("P", 1, 1.0, (0.07062321, 0.07784062), 0.96468840),
        ("P", 2, 0.0, (0.02205159, 0.01588620, 0.01206221), 0.98000354),
        ("P", 2, 1.0, (0.04550960, 0.04891224, 0.04842318), 0.95335619),
        ("P", 1, 2.5, (0.13321969, 0.17507517, 0.16618574, 0.14021255), 0.77100121),
        ("P", 2, 4.0, (0.35894485, 0.34364044, 0.18123579, 0.07559304), 0.51366219),
    ],
)
def test_stopping_agrees_with_rpact(
    type_: str, sides: int, drift: float, stops: tuple[float, ...], share: float
) -> None:
    limits = boundaries(BY_TYPE[type_], len(stops), 0.025 * sides, sides)
    assert crossing_probabilities(limits, drift).at_look == pytest.approx(stops, abs=2e-8)
    assert expected_share(limits, drift) == pytest.approx(share, abs=2e-8)


def two_looks_by_quadrature(first: float, last: float, drift: float) -> tuple[float, float]:
    """Upper crossings of a two-sided design, the second by adaptive quadrature over z at the first look."""
    mean = drift / sqrt(2)

    def going_on(z: float) -> float:
        return float(stats.norm.pdf(z - mean) * stats.norm.sf(sqrt(2) * last - z - mean))

    return float(stats.norm.sf(first - mean)), float(integrate.quad(going_on, -first, first, epsabs=1e-13)[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("drift", [-1.0, 0.0, 0.7, 3.0])
def test_two_looks_agree_with_quadrature(kind: Kind, drift: float) -> None:
    limits = boundaries(kind, 2, 0.05, 2)
    expected = two_looks_by_quadrature(*limits.critical, drift)
    assert crossing_probabilities(limits, drift).upper == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_four_looks_agree_with_simulation(kind: Kind, sides: int) -> None:
    trials, drift = 400_000, 1.5
    limits = boundaries(kind, 4, 0.1, sides)
    blocks = np.random.default_rng(4).normal(drift / 2, 1, (trials, 4))
    z = blocks.cumsum(axis=1) / np.sqrt([1, 2, 3, 4])
    crossed = np.abs(z) >= limits.critical if sides == 2 else z >= limits.critical
    stopped = np.where(crossed.any(axis=1), crossed.argmax(axis=1), 4)
    for look, expected in enumerate(crossing_probabilities(limits, drift).at_look):
        share = np.mean(stopped == look)
        assert abs(share - expected) < 4 * sqrt(expected * (1 - expected) / trials)


@given(ANY)
@derandomised
def test_without_drift_it_rejects_as_often_as_alpha(design: tuple[Kind, int, float, int]) -> None:
    limits = boundaries(*design)
    assert crossing_probabilities(limits, 0.0).total == pytest.approx(limits.alpha, rel=1e-10)
    assert limits.nominal == pytest.approx(limits.sides * stats.norm.sf(limits.critical), rel=1e-12)


@given(ANY)
@derandomised
def test_boundaries_have_the_shape_of_their_kind(design: tuple[Kind, int, float, int]) -> None:
    limits = boundaries(*design)
    by_last = np.array(limits.critical) / limits.critical[-1]
    look = np.arange(1, limits.looks + 1)
    wanted = np.ones(limits.looks) if limits.kind == "pocock" else np.sqrt(limits.looks / look)
    np.testing.assert_allclose(by_last, wanted, rtol=1e-14)


@given(ANY, st.floats(-6, 6))
@derandomised
def test_swapping_arms_swaps_the_sides(design: tuple[Kind, int, float, int], drift: float) -> None:
    limits = boundaries(*design)
    one, other = crossing_probabilities(limits, drift), crossing_probabilities(limits, -drift)
    if limits.sides == 2:
        assert one.upper == pytest.approx(other.lower, abs=1e-13)
        assert one.lower == pytest.approx(other.upper, abs=1e-13)
    else:
        assert one.lower == other.lower == (0.0,) * limits.looks


@given(ANY, st.floats(-8, 8), st.floats(0.01, 3))
@derandomised
def test_power_of_one_sided_designs_rises_with_drift(
    design: tuple[Kind, int, float, int], drift: float, more: float
) -> None:
    kind, looks, alpha, _ = design
    limits = boundaries(kind, looks, alpha, 1)
    lower, higher = (crossing_probabilities(limits, d).total for d in (drift, drift + more))
    assert lower <= higher + 1e-13
    assert higher <= 1 + 1e-12


@given(ANY, st.floats(0.5, 0.999))
@derandomised
def test_inflated_n_has_the_power_of_the_fixed_one(design: tuple[Kind, int, float, int], power: float) -> None:
    limits = boundaries(*design)
    z = stats.norm.isf(limits.alpha / limits.sides)

    def fixed_power(drift: float) -> float:
        return float(stats.norm.sf(z - drift) + (limits.sides - 1) * stats.norm.cdf(-z - drift))

    fixed = optimize.brentq(lambda drift: fixed_power(drift) - power, 0, 20, xtol=1e-13)
    drift = fixed * sqrt(inflation(limits, power))
    assert inflation(limits, power) > 1
    assert crossing_probabilities(limits, drift).total == pytest.approx(power, abs=1e-10)


def test_expected_share_weighs_looks_by_where_trials_stop() -> None:
    limits = boundaries("pocock", 4, 0.05, 2)
    stops = np.array(crossing_probabilities(limits, 2.0).at_look)
    stops[-1] += 1 - stops.sum()
    assert expected_share(limits, 2.0) == pytest.approx(stops @ [0.25, 0.5, 0.75, 1], abs=1e-14)


@pytest.mark.parametrize("drift", [60.0, -60.0, 1e6, -1e6])
def test_a_huge_drift_stops_everybody_at_the_first_look(drift: float) -> None:
    limits = boundaries("pocock", 4, 0.05, 2)
    stops = crossing_probabilities(limits, drift)
    assert (stops.upper if drift > 0 else stops.lower) == pytest.approx((1, 0, 0, 0), abs=1e-15)
    assert expected_share(limits, drift) == 0.25


def test_the_smallest_alpha_is_spent() -> None:
    # O'Brien and Fleming's early looks take next to nothing of so small an alpha
    limits = boundaries("obrien-fleming", 4, 1e-12, 2)
    assert limits.critical[-1] == pytest.approx(stats.norm.isf(0.5e-12), abs=1e-3)
    assert sum(crossing_probabilities(limits, 0.0).at_look) == pytest.approx(1e-12, rel=1e-9)


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(group_sequential)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "haybittle"}, "kind: 'haybittle' given; wanted one of pocock, obrien-fleming"),
        ({"looks": 1}, "looks: 1 given; wanted 2 to 4"),
        ({"looks": 5}, "looks: 5 given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"alpha": 1e-13}, r"wanted a probability of at least 1e-12"),
        ({"alpha": nan}, "alpha: nan given"),
        ({"alpha": 1.0}, r"alpha: 1\.0 given; wanted a probability of at least 1e-12 and below 1"),
        ({"alpha": 0.5, "sides": 1}, r"below 0\.5"),
    ],
)
def test_what_has_no_boundaries_is_refused(change: dict[str, object], message: str) -> None:
    design: dict[str, object] = {"kind": "pocock", "looks": 3, "alpha": 0.05, "sides": 2}
    with pytest.raises(Refusal, match=message):
        boundaries(**{**design, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("power", [0.05, 0.01, 1.0, nan])
def test_a_power_out_of_reach_is_refused(power: float) -> None:
    with pytest.raises(Refusal, match=r"power: .* wanted a probability above alpha, 0\.05"):
        inflation(boundaries("pocock", 3, 0.05, 2), power)


@pytest.mark.parametrize("drift", [inf, -inf, nan])
def test_an_endless_drift_is_refused(drift: float) -> None:
    with pytest.raises(Refusal, match=r"drift: .* wanted a finite number"):
        expected_share(boundaries("pocock", 3, 0.05, 2), drift)
