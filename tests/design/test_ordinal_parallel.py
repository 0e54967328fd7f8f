"""Power of the Wilcoxon-Mann-Whitney test: R, enumeration of persons, Fisher's test, simulation and symmetries."""

from __future__ import annotations

import doctest
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import comb, inf, nan, prod, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.design import ordinal_parallel
from lib.design.ordinal_parallel import (
    FEWEST_MARGINS,
    _compositions,
    _given,
    _interval,
    _listed_power,
    _Question,
    _sampled_power,
    wmw_power,
)
from lib.design.two_proportions import fisher_power
from lib.errors import OverBudget, Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing, known

TREATED, CONTROL = (0.1, 0.2, 0.3, 0.25, 0.15), (0.3, 0.3, 0.2, 0.15, 0.05)
SKEWED = (0.02, 0.08, 0.9), (0.5, 0.0, 0.5)
BOTH_SIDES = pytest.mark.parametrize("sides", [1, 2])
derandomised = settings(derandomize=True, deadline=None, max_examples=25)
weights = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any)


def question(
    treated: tuple[float, ...], control: tuple[float, ...], n: int, alpha: float = 0.05, sides: int = 2
) -> _Question:
    return _Question(np.array(treated), np.array(control), np.arange(len(treated)), n, alpha, sides)


# ---- independent tests


def p_of_persons(x: list[int], y: list[int], sides: int) -> Fraction:
    """Midranks, doubled, of all persons; every choice of as many treated."""
    everybody = x + y
    rank = [sum(2 * (other < one) + (other == one) for other in everybody) + 1 for one in everybody]
    centre = len(x) * (len(everybody) + 1)
    sums = [sum(chosen) - centre for chosen in combinations(rank, len(x))]
    observed = sum(rank[: len(x)]) - centre
    extreme = [total >= observed if sides == 1 else abs(total) >= abs(observed) for total in sums]
    return Fraction(sum(extreme), len(extreme))


@cache
def p_of_counts(x: tuple[int, ...], y: tuple[int, ...], sides: int) -> Fraction:
    """The same from counts by category: numbers of choices by how many are chosen and their rank sum."""
    n, margin = sum(x), tuple(a + b for a, b in zip(x, y, strict=True))
    rank = [2 * sum(margin[:j]) + margin[j] + 1 for j in range(len(margin))]
    ways = Counter({(0, 0): 1})
    for t, r in zip(margin, rank, strict=True):
        longer: Counter[tuple[int, int]] = Counter()
        for (chosen, total), count in ways.items():
            for k in range(min(t, n - chosen) + 1):
                longer[chosen + k, total + k * r] += count * comb(t, k)
        ways = longer
    centre = n * (2 * n + 1)
    observed = sum(k * r for k, r in zip(x, rank, strict=True)) - centre
    reached = {total - centre: count for (chosen, total), count in ways.items() if chosen == n}
    extreme = (count for v, count in reached.items() if (v >= observed if sides == 1 else abs(v) >= abs(observed)))
    return Fraction(sum(extreme), comb(2 * n, n))


def superiority(x: list[int], y: list[int]) -> int:
    return sum((a > b) - (a < b) for a in x for b in y)


def by_persons(
    treated: tuple[float, ...], control: tuple[float, ...], n: int, alpha: float, sides: int
) -> tuple[float, float, float]:
    """Toward, against and the sum of |mean difference|, over all outcomes of all persons."""
    toward = against = size = 0.0
    for x in product(range(len(treated)), repeat=n):
        for y in product(range(len(control)), repeat=n):
            # floats as written; the order of persons within an arm is nothing
            if _p(tuple(sorted(x)), tuple(sorted(y)), sides) <= Fraction(str(alpha)):
                probability = prod(treated[j] for j in x) * prod(control[j] for j in y)
                ahead = superiority(list(x), list(y)) > 0 or sides == 1
                toward += probability * ahead
                against += probability * (not ahead)
                size += probability * abs(sum(x) - sum(y)) / n
    return toward, against, size


@cache
def _p(x: tuple[int, ...], y: tuple[int, ...], sides: int) -> Fraction:
    return p_of_persons(list(x), list(y), sides)


def counts(outcomes: list[int], categories: int) -> tuple[int, ...]:
    return tuple(outcomes.count(j) for j in range(categories))


# ---- values


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(ordinal_parallel)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("x", "y", "two_sided", "greater"),
    [
        # R: coin::wilcox_test(v ~ g, distribution = "exact") and exactRankTests::wilcox.exact(x, y), which agree
        ([0, 1, 1, 2, 4, 3], [0, 0, 1, 0, 2, 1], 0.188311688312, 0.0941558441558),
        ([4, 3, 3, 2, 4, 1, 2, 3], [1, 0, 2, 1, 3, 0, 1, 2], 0.0251748251748, 0.0125874125874),
        ([0, 0, 1, 1, 2], [2, 2, 1, 3, 4], 0.0793650793651, 0.996031746032),
    ],
)
def test_samples_reject_from_the_p_of_r_on(x: list[int], y: list[int], two_sided: float, greater: float) -> None:
    v, margin = superiority(x, y), np.array(counts(x + y, 5))
    for sides, p in ((2, two_sided), (1, greater)):
        assert float(p_of_persons(x, y, sides)) == pytest.approx(p, abs=1e-11)
        assert float(p_of_counts(counts(x, 5), counts(y, 5), sides)) == pytest.approx(p, abs=1e-11)
        for alpha, rejects in ((p + 1e-8, True), (p - 1e-8, False)):
            critical = _given(question(TREATED, CONTROL, len(x), alpha, sides), margin).critical
            assert ((v if sides == 1 else abs(v)) >= critical) is rejects


# 1/20, 1/10 and 1/2 are p at 3 per arm, so that "at most alpha" counts; one-sided, from 1/2 on, V ≤ 0 may reject
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.3, 0.5, 0.9])
@BOTH_SIDES
@pytest.mark.parametrize(
    ("treated", "control", "n"),
    [((0.2, 0.5, 0.3), (0.6, 0.3, 0.1), 3), (*SKEWED, 3), (TREATED, CONTROL, 2), ((0.3, 0.7), (0.8, 0.2), 4)],
)
def test_agrees_with_enumeration_of_persons(
    treated: tuple[float, ...], control: tuple[float, ...], n: int, sides: int, alpha: float
) -> None:
    found = wmw_power(treated, control, n, alpha, sides)
    toward, against, size = by_persons(treated, control, n, alpha, sides)
    assert found.exact
    assert found.toward == pytest.approx(toward, abs=1e-12)
    assert found.against == pytest.approx(against, abs=1e-12)
    if toward + against:
        assert found.magnitude == pytest.approx(size / (toward + against), abs=1e-12)
    else:
        assert isinstance(found.magnitude, Missing)


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1, 0.6])
@BOTH_SIDES
@pytest.mark.parametrize("n", [3, 10, 80])
def test_two_categories_are_fishers_test(n: int, sides: int, alpha: float) -> None:
    found, fisher = wmw_power([0.35, 0.65], [0.6, 0.4], n, alpha, sides), fisher_power(0.65, 0.4, n, alpha, sides)
    assert found.exact
    assert found.toward == pytest.approx(fisher.toward, abs=1e-11)
    assert found.against == pytest.approx(fisher.against, abs=1e-11)
    assert found.magnitude == pytest.approx(fisher.magnitude, abs=1e-9)


# ---- one margin, sampled margins


@pytest.mark.parametrize("alpha", [0.05, 0.7])
@BOTH_SIDES
@pytest.mark.parametrize(("arms", "n"), [((TREATED, CONTROL), 4), (SKEWED, 6)])
def test_all_margins_one_by_one_add_up_to_the_listed_power(
    arms: tuple[tuple[float, ...], tuple[float, ...]], n: int, sides: int, alpha: float
) -> None:
    asked = question(*arms, n, alpha, sides)
    found = [(chance, _given(asked, np.array(margin))) for margin, chance in _margins(arms, n).items()]
    listed = _listed_power(asked)
    assert listed.toward == pytest.approx(sum(chance * one.toward for chance, one in found), abs=1e-12)
    assert listed.against == pytest.approx(sum(chance * one.against for chance, one in found), abs=1e-12)


@cache
def _margins(arms: tuple[tuple[float, ...], tuple[float, ...]], n: int) -> dict[tuple[int, ...], float]:
    """Probability of each margin that can occur."""
    samples = _compositions(n, len(arms[0]))
    found: dict[tuple[int, ...], float] = {}
    for x in samples:
        for y in samples:
            margin, chance = tuple((x + y).tolist()), _multinomial(x, arms[0]) * _multinomial(y, arms[1])
            found[margin] = found.get(margin, 0.0) + chance
    return {margin: chance for margin, chance in found.items() if chance}


def _multinomial(x: np.ndarray, shares: tuple[float, ...]) -> float:
    left, probability = int(x.sum()), 1.0
    for k, share in zip(x.tolist(), shares, strict=True):
        probability *= comb(left, k) * share**k
        left -= k
    return probability


@BOTH_SIDES
def test_a_large_margin_agrees_with_exact_arithmetic(sides: int) -> None:
    # 30 per arm, planned as the null is, so that what rejects has the probability of the null
    x, y = (4, 6, 9, 7, 4), (9, 8, 7, 4, 2)
    margin = np.add(x, y)
    v = sum(a * b * ((i > j) - (i < j)) for i, a in enumerate(x) for j, b in enumerate(y))
    p = p_of_counts(x, y, sides)
    found = _given(question(TREATED, TREATED, 30, float(p) * (1 + 1e-12), sides), margin)
    assert found.critical == v
    assert found.toward + found.against == pytest.approx(float(p), rel=1e-12)


@BOTH_SIDES
@pytest.mark.parametrize(("arms", "n"), [((TREATED, CONTROL), 8), (SKEWED, 20)])
def test_sampled_margins_agree_with_the_listed_power(
    arms: tuple[tuple[float, ...], tuple[float, ...]], n: int, sides: int
) -> None:
    asked = question(*arms, n, 0.05, sides)
    listed, sampled = _listed_power(asked), _sampled_power(asked, seed=2, width=0.005)
    standard_error = (sampled.high - sampled.low) / 2 / 1.96
    assert abs(sampled.power - listed.power) < 4 * standard_error
    assert sampled.low <= sampled.power <= sampled.high
    assert (sampled.high - sampled.low) / 2 <= 0.005
    assert sampled.trials >= FEWEST_MARGINS
    assert known(listed.magnitude)
    assert sampled.magnitude == pytest.approx(listed.magnitude, rel=0.02)


def test_the_size_of_the_difference_counts_samples_whose_mean_and_ranks_disagree() -> None:
    # treated are 1; most controls are 0 and some 4: ranks favour the treatment, means the control
    treated, control, n = (0.0, 1.0, 0.0, 0.0, 0.0), (0.65, 0.0, 0.0, 0.0, 0.35), 40
    found = _sampled_power(question(treated, control, n, 0.2, 1), seed=3, width=0.002)
    rejects = [k for k in range(n + 1) if p_of_counts((0, n, 0, 0, 0), (n - k, 0, 0, 0, k), 1) <= 0.2]
    chance = [comb(n, k) * 0.35**k * 0.65 ** (n - k) for k in rejects]
    size = sum(c * abs(1 - 4 * k / n) for c, k in zip(chance, rejects, strict=True)) / sum(chance)
    assert any(4 * k > n for k in rejects)
    assert found.low <= sum(chance) <= found.high
    assert found.magnitude == pytest.approx(size, rel=0.03)


def test_sampled_limits_of_type_s_and_m_hold_the_listed_ones() -> None:
    asked = question((0.4, 0.3, 0.3), (0.5, 0.3, 0.2), 8, 0.1, 2)
    listed = _listed_power(asked)
    assert listed.significant is None
    share, held = listed.against / listed.power, [0, 0]
    for seed in range(60):
        sure = _sampled_power(asked, seed, 0.05).significant
        assert sure is not None
        assert not isinstance(sure.magnitude, Missing)
        held[0] += sure.against[0] <= share <= sure.against[1]
        held[1] += sure.magnitude[0] <= listed.magnitude <= sure.magnitude[1]
    assert min(held) >= 51  # of 60 at 95 %: fewer in 0.1 % of runs


@BOTH_SIDES
def test_beyond_the_list_agrees_with_simulation(sides: int) -> None:
    trials, n = 300, 15
    found = wmw_power(TREATED, CONTROL, n, 0.05, sides)
    assert not found.exact
    rng = np.random.default_rng(11)
    x, y = rng.multinomial(n, TREATED, trials), rng.multinomial(n, CONTROL, trials)
    rejects = np.array(
        [p_of_counts(tuple(a), tuple(b), sides) <= 0.05 for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    )
    assert abs(rejects.mean() - found.power) < 3.5 * sqrt(found.power * (1 - found.power) / trials) + 0.01
    size = np.abs((x - y) @ np.arange(5))[rejects].mean() / n
    assert found.magnitude == pytest.approx(size, abs=0.1)


def test_intervals_cover_as_often_as_they_say() -> None:
    exact = _listed_power(asked := question((0.9, 0.1), (0.99, 0.01), 20)).power
    found = [_sampled_power(asked, seed, 0.02) for seed in range(200)]
    covered = sum(one.low <= exact <= one.high for one in found)
    assert 180 <= covered <= 198  # 190 expected; 180 and 198 have tails of 0.2 % and 0.3 %


def test_an_interval_without_spread_is_that_of_as_many_trials() -> None:
    low, high = _interval(np.zeros(200))
    assert low == pytest.approx(0, abs=1e-15)
    assert high == pytest.approx(0.018845, abs=1e-6)  # Wilson: z²/(n + z²)
    assert _interval(np.ones(200)) == pytest.approx((1 - high, 1), abs=1e-15)


def test_a_seed_gives_one_answer_and_another_seed_another() -> None:
    first, again, other = (wmw_power(TREATED, CONTROL, 20, 0.05, 2, seed) for seed in (4, 4, 5))
    assert first == again
    assert first.power != other.power


# ---- properties


@given(weights, weights, st.integers(1, 9), st.floats(0.001, 0.99))
@derandomised
def test_swapping_arms_swaps_directions(one: list[int], two: list[int], n: int, alpha: float) -> None:
    treated, control = [w / sum(one) for w in one], [w / sum(two) for w in two]
    found, swapped = wmw_power(treated, control, n, alpha, 2), wmw_power(control, treated, n, alpha, 2)
    assert found.toward == pytest.approx(swapped.against, abs=1e-13)
    assert found.against == pytest.approx(swapped.toward, abs=1e-13)


@given(weights, weights, st.integers(1, 9), st.floats(0.001, 0.99), st.sampled_from([1, 2]))
@derandomised
def test_turning_the_scale_swaps_arms(one: list[int], two: list[int], n: int, alpha: float, sides: int) -> None:
    treated, control = [w / sum(one) for w in one], [w / sum(two) for w in two]
    found = wmw_power(treated, control, n, alpha, sides)
    turned = wmw_power(control[::-1], treated[::-1], n, alpha, sides)
    assert found.toward == pytest.approx(turned.toward, abs=1e-13)
    assert found.against == pytest.approx(turned.against, abs=1e-13)


@given(weights, st.integers(1, 12), st.floats(0.001, 0.99), st.sampled_from([1, 2]))
@derandomised
def test_the_type_i_error_is_kept(weight: list[int], n: int, alpha: float, sides: int) -> None:
    shares = [w / sum(weight) for w in weight]
    found = wmw_power(shares, shares, n, alpha, sides)
    assert found.exact
    assert found.power <= alpha * (1 + 2e-9)


@given(st.integers(0, 10**6), st.sampled_from([1, 2]), st.floats(0.001, 0.99))
@derandomised
def test_the_type_i_error_is_kept_given_each_margin(seed: int, sides: int, alpha: float) -> None:
    margin = np.random.default_rng(seed).multinomial(50, TREATED)
    found = _given(question(TREATED, TREATED, 25, alpha, sides), margin)
    assert found.toward + found.against <= alpha * (1 + 2e-9)


def test_categories_that_do_not_occur_change_nothing_but_the_distance() -> None:
    wide = wmw_power([0.2, 0, 0.5, 0, 0.3], [0.6, 0, 0.3, 0, 0.1], 8, 0.05, 2)
    dense = wmw_power([0.2, 0.5, 0.3], [0.6, 0.3, 0.1], 8, 0.05, 2)
    assert (wide.toward, wide.against) == (dense.toward, dense.against)
    assert known(wide.magnitude)
    assert known(dense.magnitude)
    assert wide.magnitude == pytest.approx(2 * dense.magnitude, rel=1e-12)


def test_where_all_are_alike_nothing_rejects() -> None:
    found = wmw_power([0, 1, 0], [0, 1, 0], 50, 0.05, 2)
    assert found.power == 0
    assert found.exact
    assert isinstance(found.magnitude, Missing)


# ---- refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treated": [1.0]}, r"treated: \[1\.0\] given; wanted the probabilities of at least 2 categories"),
        ({"control": [0.5, 0.4]}, "control: .* that add up to 1"),
        ({"control": [1.5, -0.5]}, "control: .* probabilities of at least 0"),
        ({"treated": [nan, 1.0]}, "treated: .* that add up to 1"),
        ({"treated": [0.2, 0.3, 0.5]}, "categories: 3 and 2 given"),
        ({"n": 0}, "n: 0 given; wanted a whole number of participants per arm"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"n": inf}, "n: inf given"),
        ({"alpha": 1.0}, r"alpha: 1\.0 given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
        ({"width": 0.0}, r"width: 0\.0 given"),
    ],
)
def test_what_has_no_answer_is_refused(change: dict[str, object], message: str) -> None:
    plan: dict[str, object] = {"treated": [0.4, 0.6], "control": [0.7, 0.3], "n": 5, "alpha": 0.05, "sides": 2}
    with pytest.raises(Refusal, match=message):
        wmw_power(**{**plan, **change})  # type: ignore[arg-type]


def test_too_many_splits_are_refused_with_size_and_limit() -> None:
    tenths = [0.1] * 10
    with pytest.raises(OverBudget, match=r"n: 70 per arm in 10 categories .* 7\.6e\+05 ways; the limit is 400,000"):
        wmw_power(tenths, tenths, 70, 0.05, 2)


def test_sampling_can_be_stopped() -> None:
    heard: list[float] = []
    listener = Listener(lambda share, what: heard.append(share), lambda: len(heard) >= 5)
    with heard_by(listener), pytest.raises(Stopped):
        wmw_power(TREATED, CONTROL, 30, 0.05, 2)
    assert len(heard) == 5
