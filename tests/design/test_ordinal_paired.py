"""Power of tests of ordinal differences: R, every sample of a small trial, simulation, identities and symmetries."""

from __future__ import annotations

import doctest
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import comb, factorial, nan, prod, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis.results import Alternative
from lib.analysis.sign import sign_p
from lib.analysis.sign_flip import sign_flip_p
from lib.analysis.signed_rank import signed_rank_p
from lib.analysis.t import paired_t_p
from lib.design import ordinal_paired
from lib.design.ordinal_paired import ordinal_sign, ordinal_sign_flip, ordinal_signed_rank, ordinal_t
from lib.design.rejection import NO_MAGNITUDE, NONE_REJECTS, Rejection
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

Power = Callable[[Sequence[float], int, float, int], Rejection]
PValue = Callable[[Sequence[int], Alternative], Real]

P_VALUES: dict[Power, PValue] = {
    ordinal_t: paired_t_p,
    ordinal_sign_flip: sign_flip_p,
    ordinal_signed_rank: signed_rank_p,
    ordinal_sign: sign_p,
}
ALL = pytest.mark.parametrize("power", P_VALUES, ids=lambda power: power.__name__)
CONDITIONAL = pytest.mark.parametrize("power", list(P_VALUES)[1:], ids=lambda power: power.__name__)
WITH_MAGNITUDE = (ordinal_t, ordinal_sign_flip)

DIFFERENCES = (0.01, 0.02, 0.05, 0.12, 0.30, 0.22, 0.15, 0.09, 0.04)  # a scale of 0 to 4, mean 0.63
derandomised = settings(derandomize=True, deadline=None, max_examples=25)


def every_sample(power: Power, differences: Sequence[float], n: int, alpha: float, sides: int) -> list[float]:
    """Probabilities of rejecting either way and the sum of |mean|, over all (2K + 1)^n samples, by the test itself."""
    widest = len(differences) // 2
    alternative: Alternative = "two-sided" if sides == 2 else "greater"
    ended = [0.0, 0.0, 0.0]
    for sample in product(range(-widest, widest + 1), repeat=n):
        p = P_VALUES[power](sample, alternative)
        if isinstance(p, Missing) or p > alpha * (1 + 1e-9):
            continue
        probability = prod(differences[value + widest] for value in sample)
        ended[0 if sides == 1 or favours(power, sample) else 1] += probability
        ended[2] += probability * abs(sum(sample)) / n
    return ended


def favours(power: Power, sample: Sequence[int]) -> bool:
    """Whether what the test sums is in favour of the treatment."""
    if power is ordinal_signed_rank:
        different = [value for value in sample if value]
        return float(stats.rankdata(np.abs(different)) @ np.sign(different)) > 0
    return sum(np.sign(sample) if power is ordinal_sign else sample) > 0


def dirichlet(widest: int, seed: int) -> list[float]:
    return np.random.default_rng(seed).dirichlet(np.ones(2 * widest + 1)).tolist()


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(ordinal_paired)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- R


@pytest.mark.parametrize(
    ("sides", "alpha", "expected"),
    [
        # R, over all 210 compositions of 6 differences, each with its multinomial weight: t.test, exactRankTests
        # perm.test(x, rep(0, 6), paired = TRUE, exact = TRUE), wilcox.exact(x[x != 0], exact = TRUE) and binom.test.
        (2, 0.05, (0.2880072031, 0.0466673906, 0.0466673906, 0.0466673906)),
        (2, 0.10, (0.3692767344, 0.1681160156, 0.1681160156, 0.1634212969)),
        (2, 0.20, (0.5119973281, 0.3485226562, 0.3491200781, 0.2853959062)),
        (1, 0.05, (0.3679370312, 0.1679835000, 0.1679835000, 0.1632960000)),
        (1, 0.10, (0.5081860000, 0.3476366250, 0.3482225625, 0.2847960000)),
        (1, 0.20, (0.6820905625, 0.5568668437, 0.5664137187, 0.5680800000)),
    ],
)
def test_agrees_with_r(sides: int, alpha: float, expected: tuple[float, ...]) -> None:
    powers = [power([0.05, 0.1, 0.25, 0.35, 0.25], 6, alpha, sides).power for power in P_VALUES]
    assert powers == pytest.approx(expected, abs=6e-11)


def test_sign_test_agrees_with_r() -> None:
    # R: sum over m, k of dbinom(m, 30, .8) * dbinom(k, m, .625) where binom.test(k, m)$p.value <= .05
    assert ordinal_sign([0.3, 0.2, 0.5], 30, 0.05, 2).power == pytest.approx(0.1687243159, abs=6e-11)


# ---- every sample


@ALL
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("alpha", [0.05, 0.0625, 0.125, 0.3, 0.5])  # 1/16 and 1/8 are attained exactly
@pytest.mark.parametrize(("widest", "n"), [(1, 5), (2, 4), (3, 3), (4, 2), (2, 1)])
def test_agrees_with_every_sample(power: Power, widest: int, n: int, alpha: float, sides: int) -> None:
    differences = dirichlet(widest, seed=n)
    toward, against, distance = every_sample(power, differences, n, alpha, sides)
    found = power(differences, n, alpha, sides)
    assert (found.toward, found.against) == pytest.approx((toward, against), abs=1e-13)
    assert found.exact
    assert (found.low, found.high) == (found.power, found.power)
    if power in WITH_MAGNITUDE and toward + against > 0 and (sides, alpha) != (1, 0.5):
        assert found.magnitude == pytest.approx(distance / (toward + against), rel=1e-11)


@ALL
@pytest.mark.parametrize("differences", [(0.2, 0, 0.3, 0, 0.5), (0, 0, 0.5, 0.1, 0.4), (0.3, 0.2, 0, 0.1, 0.4)])
def test_agrees_with_every_sample_where_some_differences_never_occur(power: Power, differences: list[float]) -> None:
    toward, against, _ = every_sample(power, differences, 5, 0.125, 2)
    found = power(differences, 5, 0.125, 2)
    assert (found.toward, found.against) == pytest.approx((toward, against), abs=1e-13)


def conditional_power(sizes: Sequence[int], shares: dict[int, Fraction], ranked: bool, alpha: Fraction) -> Fraction:
    """Σ of probabilities of the signs of these |d|, none of them 0, that a two-sided test rejects, in fractions."""
    counts = {size: sizes.count(size) for size in sorted(set(sizes))}
    smaller = {size: sum(other < size for other in sizes) for size in counts}
    scores = {size: 2 * smaller[size] + counts[size] + 1 if ranked else size for size in counts}
    ended = {}
    for positives in product(*(range(count + 1) for count in counts.values())):
        pairs = list(zip(counts.items(), positives, strict=True))
        total = sum(scores[size] * (2 * b - count) for (size, count), b in pairs)
        ways = prod(comb(count, b) for (_, count), b in pairs)
        chance = prod(shares[size] ** b * shares[-size] ** (count - b) for (size, count), b in pairs)
        ended[positives] = (abs(total), ways, ways * chance)
    rejected = Fraction(0)
    for observed, _, chance in ended.values():
        extreme = sum(ways for total, ways, _ in ended.values() if total >= observed)
        if Fraction(extreme, 2 ** len(sizes)) <= alpha:
            rejected += chance
    return rejected


@pytest.mark.parametrize(("power", "ranked"), [(ordinal_sign_flip, False), (ordinal_signed_rank, True)])
@pytest.mark.parametrize(("n", "weights"), [(7, (1, 2, 3, 4, 5, 4, 6, 3, 4)), (10, (2, 3, 5, 7, 3))])
def test_agrees_with_compositions_in_fractions(power: Power, ranked: bool, n: int, weights: tuple[int, ...]) -> None:
    widest = len(weights) // 2
    shares = {value: Fraction(weights[value + widest], sum(weights)) for value in range(-widest, widest + 1)}
    expected = Fraction(0)
    for sizes in combinations_with_replacement(range(widest + 1), n):
        orders = factorial(n) // prod(factorial(sizes.count(size)) for size in set(sizes))
        different = [size for size in sizes if size]
        given_zeros = orders * shares[0] ** (n - len(different))
        expected += given_zeros * conditional_power(different, shares, ranked, Fraction(1, 20))
    found = power([float(share) for share in shares.values()], n, 0.05, 2)
    assert found.power == pytest.approx(float(expected), abs=1e-13)


# ---- simulation


def simulated_samples(differences: Sequence[float], n: int, trials: int, seed: int) -> np.ndarray:
    widest = len(differences) // 2
    rng = np.random.default_rng(seed)
    return rng.choice(np.arange(-widest, widest + 1), size=(trials, n), p=differences)


def assert_within(share: float, wanted: float, trials: int) -> None:
    assert abs(share - wanted) < 4 * sqrt(wanted * (1 - wanted) / trials)


@pytest.mark.parametrize("n", [8, 40, 200])
def test_t_agrees_with_simulation(n: int) -> None:
    differences = DIFFERENCES if n < 200 else np.array(DIFFERENCES) / 2 + np.eye(9)[4] / 2  # half of all are zero
    trials = 20_000
    samples = simulated_samples(differences, n, trials, seed=n)
    sd = samples.std(axis=1, ddof=1)
    t = np.divide(samples.mean(axis=1) * sqrt(n), sd, out=np.zeros(trials), where=sd > 1e-12)
    found = ordinal_t(differences, n, 0.05, 2)
    critical = stats.t.isf(0.025, n - 1)
    assert_within(float(np.mean(t >= critical)), found.toward, trials)
    assert abs(float(np.mean(t <= -critical)) - found.against) < 1e-3
    rejected = np.abs(samples.mean(axis=1))[np.abs(t) >= critical]
    assert found.magnitude == pytest.approx(rejected.mean(), abs=4 * rejected.std() / sqrt(len(rejected)))


@pytest.mark.parametrize(("power", "ranked"), [(ordinal_sign_flip, False), (ordinal_signed_rank, True)])
def test_conditional_tests_agree_with_simulation(power: Power, ranked: bool) -> None:
    n, trials = 12, 2_000
    samples = simulated_samples(DIFFERENCES, n, trials, seed=5)
    flips = np.array(list(product((-1, 1), repeat=n)))
    rejections = 0
    for sample in samples:
        scores = np.abs(sample)
        if ranked:
            scores = np.where(sample == 0, 0, 2 * stats.rankdata(np.where(sample == 0, 99, scores)))
        observed = abs(float(np.sign(sample) @ scores))
        rejections += np.mean(np.abs(flips @ scores) >= observed) <= 0.05
    assert_within(rejections / trials, power(DIFFERENCES, n, 0.05, 2).power, trials)


def test_n_40_agrees_with_simulation() -> None:
    # p by the tests themselves
    trials = 1_500
    samples = simulated_samples(DIFFERENCES, 40, trials, seed=6).tolist()
    for power in (ordinal_sign_flip, ordinal_signed_rank):
        found = power(DIFFERENCES, 40, 0.05, 2)
        assert found.exact
        share = np.mean([P_VALUES[power](sample, "two-sided") <= 0.05 for sample in samples])
        assert_within(float(share), found.power, trials)


# ---- identities and symmetries


@ALL
@given(st.integers(2, 25), st.integers(1, 3), st.integers(0, 1000), st.floats(0.01, 0.4))
@derandomised
def test_swapping_the_arms_swaps_the_directions(power: Power, n: int, widest: int, seed: int, alpha: float) -> None:
    differences = dirichlet(widest, seed)
    one, other = power(differences, n, alpha, 2), power(differences[::-1], n, alpha, 2)
    assert (one.toward, one.against) == pytest.approx((other.against, other.toward), abs=1e-12)
    if power in WITH_MAGNITUDE and one.power > 1e-6:
        assert one.magnitude == pytest.approx(other.magnitude, rel=1e-6)


@ALL
@given(st.integers(2, 25), st.integers(1, 3), st.integers(0, 1000), st.floats(0.01, 0.4))
@derandomised
def test_one_side_at_half_of_alpha_is_a_tail_of_two(power: Power, n: int, widest: int, seed: int, alpha: float) -> None:
    differences = dirichlet(widest, seed)
    one, two = power(differences, n, 0.001, 1), power(differences, n, 0.002, 2)
    assert one.toward == pytest.approx(two.toward, abs=1e-12)
    assert one.against == 0
    assert power(differences, n, alpha, 1).power >= two.toward - 1e-12  # alpha is larger


@CONDITIONAL
@given(st.integers(1, 30), st.integers(1, 3), st.integers(0, 1000), st.floats(0.001, 0.9), st.sampled_from([1, 2]))
@derandomised
def test_exact_tests_keep_their_level(power: Power, n: int, widest: int, seed: int, alpha: float, sides: int) -> None:
    one_way = np.array(dirichlet(widest, seed))
    assert power((one_way + one_way[::-1]) / 2, n, alpha, sides).power <= alpha + 1e-12


@ALL
def test_wider_categories_change_nothing_but_the_unit(power: Power) -> None:
    one, doubled = (0.1, 0.15, 0.2, 0.25, 0.3), (0.1, 0, 0.15, 0, 0.2, 0, 0.25, 0, 0.3)
    narrow, wide = power(one, 15, 0.05, 2), power(doubled, 15, 0.05, 2)
    assert (narrow.toward, narrow.against) == pytest.approx((wide.toward, wide.against), abs=1e-13)
    if power in WITH_MAGNITUDE:
        assert 2 * narrow.magnitude == pytest.approx(wide.magnitude, rel=1e-10)


@pytest.mark.parametrize("n", [7, 40, 60, 150])
@pytest.mark.parametrize("alpha", [0.05, 0.03125])
def test_with_one_size_all_conditional_tests_are_the_sign_test(n: int, alpha: float) -> None:
    differences = (0, 0.25, 0.15, 0.6, 0)
    powers = [power(differences, n, alpha, 2) for power in (ordinal_sign_flip, ordinal_signed_rank, ordinal_sign)]
    assert all(power.exact for power in powers)
    assert [power.toward for power in powers] == pytest.approx([powers[2].toward] * 3, abs=1e-13)
    assert [power.against for power in powers] == pytest.approx([powers[2].against] * 3, abs=1e-13)


@pytest.mark.parametrize("n", [1, 5, 30, 500, 2000])
def test_sign_test_agrees_with_its_trinomial_sum(n: int) -> None:
    opposed, favour = 0.2, 0.35
    expected = 0.0
    for m in range(n + 1):
        heads = np.arange(m + 1)
        p = np.minimum(1, 2 * stats.binom.sf(np.maximum(heads, m - heads) - 1, m, 0.5))
        given_m = stats.binom.pmf(heads, m, favour / (favour + opposed))
        expected += stats.binom.pmf(m, n, favour + opposed) * given_m[p <= 0.05 * (1 + 1e-9)].sum()
    found = ordinal_sign([opposed, 1 - opposed - favour, favour], n, 0.05, 2)
    assert found.power == pytest.approx(expected, abs=1e-12)


@ALL
def test_differences_beyond_zero_categories_may_be_listed(power: Power) -> None:
    assert power((0, 0.2, 0.3, 0.5, 0), 9, 0.1, 2) == power((0.2, 0.3, 0.5), 9, 0.1, 2)


@ALL
def test_the_order_in_which_n_are_asked_does_not_matter(power: Power) -> None:
    upwards = {n: power(DIFFERENCES, n, 0.05, 2).power for n in range(2, 15)}
    apart = {n: power(list(DIFFERENCES), n, 0.05, 2).power for n in reversed(range(2, 15))}
    assert upwards == apart


@ALL
@pytest.mark.parametrize("sides", [1, 2])
def test_a_large_trial_nearly_always_rejects(power: Power, sides: int) -> None:
    found = power(DIFFERENCES, 150, 0.05, sides)
    assert 0.99 < found.power <= 1


# ---- samples that can't reject


@ALL
def test_no_difference_at_all_never_rejects(power: Power) -> None:
    found = power((0, 0, 1, 0, 0), 12, 0.3, 2)
    assert (found.power, found.magnitude) == (0, NONE_REJECTS)


def test_t_never_rejects_equal_differences() -> None:
    assert ordinal_t((0, 0, 0, 0, 1), 12, 0.05, 2).power == 0
    # (1, 1) and (0, 0) have no t; of (1, 0) and (0, 1) t is 1 and p exactly 1/2.
    assert ordinal_t((0, 0.4, 0.6), 2, 0.49, 2).power == 0
    assert ordinal_t((0, 0.4, 0.6), 2, 0.5, 2).power == pytest.approx(0.48, abs=1e-13)


@CONDITIONAL
def test_equal_differences_reject_where_p_allows(power: Power) -> None:
    assert power((0, 0, 0, 0, 1), 6, 0.05, 2).toward == 1
    assert power((0, 0, 0, 0, 1), 5, 0.05, 2).power == 0


def test_magnitudes_that_are_not_computed() -> None:
    assert ordinal_sign(DIFFERENCES, 12, 0.05, 2).magnitude == NO_MAGNITUDE
    assert ordinal_signed_rank(DIFFERENCES, 12, 0.05, 2).magnitude == NO_MAGNITUDE
    assert ordinal_sign_flip(DIFFERENCES, 12, 0.6, 1).magnitude == NO_MAGNITUDE
    assert ordinal_sign_flip(DIFFERENCES, 3, 0.05, 2).magnitude == NONE_REJECTS


# ---- refusals


@ALL
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"differences": (0.5, 0.5)}, "differences: 2 probabilities given; wanted an odd number"),
        ({"differences": (0.2, 0.2, 0.2)}, "differences: probabilities that add up to 0.6 given"),
        ({"differences": (-0.2, 0.6, 0.6)}, "differences: -0.2 given"),
        ({"differences": (1.0,)}, "differences: 1 probabilities given"),
        ({"n": 0}, "n: 0 given; wanted a whole number of pairs, at least 1"),
        ({"n": 4.5}, "n: 4.5 given"),
        ({"alpha": 0.0}, "alpha: 0.0 given; wanted a probability above 0 and below 1"),
        ({"alpha": nan}, "alpha: nan given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
    ],
)
def test_refuses_what_is_no_plan(power: Power, changed: dict[str, object], message: str) -> None:
    plan = {"differences": (0.2, 0.3, 0.5), "n": 8, "alpha": 0.05, "sides": 2} | changed
    with pytest.raises(Refusal, match=message):
        power(**plan)


@pytest.mark.parametrize("power", [ordinal_sign_flip, ordinal_signed_rank])
def test_refuses_an_interval_without_width(power: Callable[..., Rejection]) -> None:
    with pytest.raises(Refusal, match="width: 0 given; wanted a half-width above 0"):
        power((0.2, 0.3, 0.5), 8, 0.05, 2, width=0)


@ALL
def test_refuses_more_pairs_than_are_computed(power: Power) -> None:
    with pytest.raises(OverBudget, match=r"n: 20,000 given; .*limit"):
        power(DIFFERENCES, 20_000, 0.05, 2)
