"""Power of McNemar's test: R, the decisions of the analysis, simulation and symmetries."""

from __future__ import annotations

import csv
import doctest
from math import comb, inf, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from lib.analysis.mcnemar import mcnemar_p
from lib.design import responders
from lib.design.responders import MOST_PAIRS, mcnemar_largest_size, mcnemar_power
from lib.errors import OverBudget, Refusal
from lib.values import Missing, known

REFERENCE = Path(__file__).parents[1] / "reference" / "mcnemar_power.csv"
derandomised = settings(derandomize=True, deadline=None, max_examples=60)
discordant = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5))
sizes, alphas, sides_of = st.integers(1, 80), st.floats(1e-4, 0.9), st.sampled_from([1, 2])


def rows() -> list[dict[str, str]]:
    with REFERENCE.open() as file:
        return list(csv.DictReader(file))


def by_enumeration(p10: float, p01: float, n: int, alpha: float, sides: int) -> tuple[float, float, float]:
    """Toward, against and the sum of |wins − losses|/n over all splits that the analysis rejects."""
    toward = against = size = 0.0
    for wins in range(n + 1):
        for losses in range(n + 1 - wins):
            same = n - wins - losses
            p = mcnemar_p([100] * wins + [-100] * losses + [0] * same, "greater" if sides == 1 else "two-sided")
            if known(p) and p <= alpha:
                ways = comb(n, wins) * comb(n - wins, losses)
                probability = ways * p10**wins * p01**losses * (1 - p10 - p01) ** same
                toward += probability * (wins > losses or sides == 1)
                against += probability * (wins < losses and sides == 2)
                size += probability * abs(wins - losses) / n
    return toward, against, size


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(responders)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["n"])
def test_agrees_with_r(row: dict[str, str]) -> None:
    # R: dbinom over all numbers of discordant pairs and of wins with binom.test(wins, m)$p.value <= alpha
    found = mcnemar_power(float(row["p10"]), float(row["p01"]), int(row["n"]), float(row["alpha"]), 2)
    assert found.power == pytest.approx(float(row["power"]), abs=1e-12)


@pytest.mark.parametrize(
    ("p10", "p01", "n", "alpha", "power"),
    [(0.4, 0.1, 16, 0.05, 0.3758778618593), (0.35, 0.05, 24, 0.025, 0.5757962807562)],
)
def test_one_sided_agrees_with_r(p10: float, p01: float, n: int, alpha: float, power: float) -> None:
    # R, as above with binom.test(wins, m, alternative = "greater")
    assert mcnemar_power(p10, p01, n, alpha, 1).power == pytest.approx(power, abs=1e-12)


def test_reference_is_whole() -> None:
    assert len(rows()) == 3


# 1/16, 1/8 and 1/2 are p-values, so that "at most alpha" counts; from 1/2 on, one-sided, wins in the minority reject
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.0625, 0.125, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("n", [1, 4, 7])
def test_rejects_as_the_analysis_does(n: int, sides: int, alpha: float) -> None:
    found = mcnemar_power(0.45, 0.2, n, alpha, sides)
    toward, against, size = by_enumeration(0.45, 0.2, n, alpha, sides)
    assert found.toward == pytest.approx(toward, abs=1e-13)
    assert found.against == pytest.approx(against, abs=1e-13)
    if toward + against:
        assert found.magnitude == pytest.approx(size / (toward + against), abs=1e-12)
    else:
        assert isinstance(found.magnitude, Missing)


@pytest.mark.parametrize("sides", [1, 2])
def test_a_thousand_pairs_agree_with_scipy(sides: int) -> None:
    n, p10, p01 = 1000, 0.12, 0.08
    power = 0.0
    for m, weight in enumerate(stats.binom.pmf(range(n + 1), n, p10 + p01)):
        critical = stats.binom.isf(0.05 / sides, m, 0.5) + 1
        power += weight * stats.binom.sf(critical - 1, m, p10 / (p10 + p01))
        power += weight * stats.binom.cdf(m - critical, m, p10 / (p10 + p01)) * (sides - 1)
    assert mcnemar_power(p10, p01, n, 0.05, sides).power == pytest.approx(power, abs=1e-10)


@pytest.mark.parametrize("sides", [1, 2])
def test_agrees_with_simulation(sides: int) -> None:
    trials, n = 20_000, 20
    found = mcnemar_power(0.5, 0.15, n, 0.05, sides)
    wins, losses, _ = np.random.default_rng(7).multinomial(n, [0.5, 0.15, 0.35], trials).T
    p = stats.binom.sf(wins - 1, wins + losses, 0.5)
    p = p if sides == 1 else 2 * np.minimum(p, stats.binom.sf(losses - 1, wins + losses, 0.5))
    share = np.mean(p <= 0.05)
    assert abs(share - found.power) < 4 * sqrt(found.power * (1 - found.power) / trials)
    assert found.magnitude == pytest.approx(np.mean(np.abs(wins - losses)[p <= 0.05]) / n, abs=0.005)


def _error(n: int, share: float, alpha: float, sides: int) -> float:
    """Type I error where so large a share of pairs is discordant: each number of them, each split, by scipy's p."""
    way = "greater" if sides == 1 else "two-sided"
    total = 0.0
    for m in range(1, n + 1):
        wins = [w for w in range(m + 1) if stats.binomtest(w, m, alternative=way).pvalue <= alpha * (1 + 1e-9)]
        total += stats.binom.pmf(m, n, share) * sum(stats.binom.pmf(w, m, 0.5) for w in wins)
    return total


@pytest.mark.parametrize(
    ("n", "alpha", "sides"), [(6, 0.05, 2), (7, 0.05, 2), (12, 0.05, 2), (19, 0.05, 2), (10, 0.1, 1)]
)
def test_the_largest_type_i_error_is_that_over_all_shares_of_discordant_pairs(n: int, alpha: float, sides: int) -> None:
    coarse = [_error(n, step / 40, alpha, sides) for step in range(41)]
    peak = max(range(41), key=coarse.__getitem__)
    climbed = optimize.minimize_scalar(
        lambda share: -_error(n, share, alpha, sides),
        bounds=(max(0, peak - 1) / 40, min(40, peak + 1) / 40),
        method="bounded",
        options={"xatol": 1e-10},
    )
    found = mcnemar_largest_size(n, alpha, sides)
    assert found == pytest.approx(max(*coarse, -climbed.fun), rel=1e-8)
    assert max(coarse) <= found * (1 + 1e-12) <= alpha * (1 + 1e-12)


def test_the_largest_type_i_error_where_none_rejects_and_beyond_what_is_looked_at() -> None:
    assert mcnemar_largest_size(5, 0.05, 2) == 0
    with pytest.raises(OverBudget, match="up to 2,000"):
        mcnemar_largest_size(2_001, 0.05, 2)
    with pytest.raises(Refusal, match="alpha: 0 given"):
        mcnemar_largest_size(5, 0, 2)


@given(discordant, sizes, alphas)
@derandomised
def test_swapping_arms_swaps_directions(shares: tuple[float, float], n: int, alpha: float) -> None:
    found, swapped = mcnemar_power(*shares, n, alpha, 2), mcnemar_power(*shares[::-1], n, alpha, 2)
    assert (found.toward, found.against) == (swapped.against, swapped.toward)


@given(discordant, sizes, alphas)
@derandomised
def test_two_sided_is_both_one_sided_halves(shares: tuple[float, float], n: int, alpha: float) -> None:
    found = mcnemar_power(*shares, n, alpha, 2)
    assert found.toward == pytest.approx(mcnemar_power(*shares, n, alpha / 2, 1).power, abs=1e-12)
    assert found.against == pytest.approx(mcnemar_power(*shares[::-1], n, alpha / 2, 1).power, abs=1e-12)


@given(st.floats(0, 0.5), sizes, alphas, sides_of)
@derandomised
def test_the_type_i_error_is_kept(share: float, n: int, alpha: float, sides: int) -> None:
    found = mcnemar_power(share, share, n, alpha, sides)
    assert found.power <= alpha * (1 + 1e-12)
    assert found.exact


@given(discordant, sizes, alphas, sides_of)
@derandomised
def test_it_is_a_probability_and_the_size_a_share(
    shares: tuple[float, float], n: int, alpha: float, sides: int
) -> None:
    found = mcnemar_power(*shares, n, alpha, sides)
    assert 0 <= found.power <= 1 + 1e-12
    assert found.low == found.high == found.power
    if known(found.magnitude):
        assert 0 < found.magnitude <= 1 + 1e-12


def test_five_pairs_can_never_reject_in_both_directions() -> None:
    found = mcnemar_power(0.9, 0.1, 5, 0.05, 2)  # 2·2⁻⁵ is 0.0625
    assert found.power == 0
    assert isinstance(found.magnitude, Missing)
    assert mcnemar_power(1.0, 0.0, 6, 0.05, 2).power == 1  # 2·2⁻⁶ is 0.031
    assert mcnemar_power(0.0, 0.0, 50, 0.05, 2).power == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p10": -0.1}, r"p10: -0\.1 given; wanted a probability"),
        ({"p01": nan}, "p01: nan given"),
        ({"p10": 0.9}, r"p10 \+ p01: 1\.1 given; wanted at most 1"),
        ({"n": 0}, "n: 0 given; wanted a whole number of pairs, at least 1"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"n": inf}, "n: inf given"),
        ({"alpha": 1.0}, r"alpha: 1\.0 given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
    ],
)
def test_what_has_no_answer_is_refused(change: dict[str, object], message: str) -> None:
    plan: dict[str, object] = {"p10": 0.4, "p01": 0.2, "n": 10, "alpha": 0.05, "sides": 2}
    with pytest.raises(Refusal, match=message):
        mcnemar_power(**{**plan, **change})  # type: ignore[arg-type]


def test_too_many_pairs_are_refused_with_size_and_limit() -> None:
    with pytest.raises(OverBudget, match=r"10,001 pairs given; .* up to 10,000"):
        mcnemar_power(0.4, 0.2, MOST_PAIRS + 1, 0.05, 2)
