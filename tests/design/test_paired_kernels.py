"""Paired kernels and exact powers: known values, the exact tests on the same samples, enumeration, sizes, symmetry."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from math import comb, inf, nan, sqrt

import numpy as np
import pytest
from scipy import integrate, special, stats

from lib.analysis.results import Alternative
from lib.analysis.sign import sign_p
from lib.analysis.sign_flip import sign_flip_p
from lib.analysis.signed_rank import signed_rank_p
from lib.design import paired_kernels, paired_powers
from lib.design.paired_kernels import PairedT, SignedRank, SignFlip
from lib.design.paired_powers import MOST_RANKED, sign_critical, sign_power, signed_rank_critical, signed_rank_power
from lib.design.rejection import NONE_REJECTS, Rejection, Tally
from lib.design.t_designs import t_power
from lib.errors import OverBudget, Refusal
from lib.values import known

AnyKernel = PairedT | SignedRank | SignFlip
KERNELS = [PairedT, SignedRank, SignFlip]
POWERS = [sign_power, signed_rank_power]
ALTERNATIVES: dict[int, Alternative] = {1: "greater", 2: "two-sided"}


def run(kernel: AnyKernel, trials: int, seed: int = 1) -> Tally:
    return kernel(np.random.default_rng(seed), trials)


def differences(kernel: AnyKernel, trials: int, seed: int = 1) -> np.ndarray:
    """The samples that `run` sees, one a row, in outcome units."""
    noise = np.random.default_rng(seed).standard_normal((kernel.n, trials))
    return (kernel.effect + kernel.sd * noise).T


def standard_error(share: float, trials: int) -> float:
    return sqrt(share * (1 - share) / trials)


def test_the_examples_in_docstrings_hold() -> None:
    for module, least in ((paired_kernels, 4), (paired_powers, 4)):
        outcome = doctest.testmod(module)
        assert outcome.attempted >= least
        assert outcome.failed == 0


# ---- kernels


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(("n", "effect", "sd"), [(2, 3.0, 1.0), (4, 1.0, 0.7), (16, -1.1, 2.0), (60, 0.0, 1.0)])
def test_simulated_t_has_the_power_of_noncentral_t(n: int, effect: float, sd: float, sides: int) -> None:
    trials = 40_000
    tally = run(PairedT(n, effect, sd, 0.05, sides), trials)
    size, df = np.array(abs(effect) / sd * sqrt(n)), np.array(n - 1.0)
    both = float(t_power(size, df, 0.05, 2))
    toward = float(t_power(size, df, 0.05 / sides, 1))
    if effect < 0:
        toward = both - toward if sides == 2 else float(stats.nct.sf(stats.t.isf(0.05, n - 1), n - 1, -size))
    assert abs(tally.toward / trials - toward) < 4 * standard_error(toward, trials) + 1e-9
    if sides == 2:
        assert abs(tally.rejected / trials - both) < 4 * standard_error(both, trials)
    else:
        assert tally.against == 0


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("effect", [0.0, 1.0, -1.0])
def test_t_rejects_the_samples_that_scipy_rejects(effect: float, sides: int) -> None:
    kernel = PairedT(7, effect, 1.3, 0.1, sides)
    samples = differences(kernel, 3_000)
    test = stats.ttest_1samp(samples, 0, axis=1, alternative=ALTERNATIVES[sides])
    rejected, means = test.pvalue <= 0.1, samples.mean(axis=1)
    tally = run(kernel, 3_000)
    assert tally.toward == np.sum(rejected & (means > 0))
    assert tally.against == np.sum(rejected & (means < 0))
    assert tally.magnitude == pytest.approx(np.abs(means[rejected]).sum(), rel=1e-12)
    assert (tally.trials, tally.analysed) == (3_000, 21_000)


@pytest.mark.parametrize(
    ("made", "p"), [(SignedRank, signed_rank_p), (SignFlip, sign_flip_p)], ids=["signed-rank", "sign-flip"]
)
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(
    ("n", "effect", "alpha"),
    [(2, 0.5, 0.5), (3, 0.5, 0.25), (5, 1.5, 0.0625), (6, -1.0, 0.05), (8, 0.9, 0.05), (12, 0.7, 0.01), (6, 0.2, 0.7)],
)
def test_decisions_are_those_of_the_exact_tests_on_the_same_samples(
    made: type[SignedRank | SignFlip], p: Callable[..., float], n: int, effect: float, alpha: float, sides: int
) -> None:
    # some alphas are values that p can have; the exact tests read floats as the decimals that they print as
    kernel, trials = made(n, effect, 1.0, alpha, sides), 60 if n == 12 else 150
    samples = differences(kernel, trials)
    values = np.array([p(sample.tolist(), ALTERNATIVES[sides]) for sample in samples])
    tally = run(kernel, trials)
    assert tally.rejected == np.sum(values <= alpha)
    if alpha < 0.5:
        towards = np.array([p(sample.tolist(), "greater") for sample in samples]) <= alpha / sides
        assert tally.toward == np.sum(towards)


def test_signed_rank_of_many_pairs_rejects_the_samples_that_scipy_rejects() -> None:
    kernel, trials = SignedRank(40, 0.45, 1.0, 0.05, 2), 1_000
    values = stats.wilcoxon(differences(kernel, trials), axis=1, method="exact").pvalue
    assert run(kernel, trials).rejected == np.sum(values <= 0.05)
    assert 500 < np.sum(values <= 0.05) < 950


def test_negative_ranks_are_those_of_a_ranking() -> None:
    samples = np.random.default_rng(1).standard_normal((37, 500)) * 10.0 ** np.arange(-300, 200).reshape(1, 500)
    ranks = stats.rankdata(np.abs(samples), axis=0)
    assert np.array_equal(paired_kernels._negative_rank_sums(samples), np.where(samples < 0, ranks, 0).sum(axis=0))


@pytest.mark.parametrize("sides", [1, 2])
def test_random_flips_reject_about_what_all_flips_reject(sides: int) -> None:
    # 14 pairs: the kernel takes random flips; the same samples under all 2^14
    kernel, trials = SignFlip(14, 0.7, 1.0, 0.05, sides), 256
    samples = differences(kernel, trials)
    signs = np.array(list(product([1, -1], repeat=14)))
    sums = signs @ samples.T
    observed = sums[0]
    extreme = np.abs(sums) >= np.abs(observed) - 1e-12 if sides == 2 else sums >= observed - 1e-12
    every = extreme.mean(axis=0)
    surely = np.sum(every < 0.03), np.sum(every < 0.075)  # 999 flips: SD of p at 0.05 is 0.007
    assert surely[0] <= run(kernel, trials).rejected <= surely[1]
    assert surely[0] > 60


@pytest.mark.parametrize("made", KERNELS)
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(("n", "alpha"), [(4, 0.05), (5, 0.05), (8, 0.05), (12, 0.1), (13, 0.05), (25, 0.01)])
def test_sizes_are_at_most_alpha(made: type[AnyKernel], n: int, alpha: float, sides: int) -> None:
    trials = 4_000
    tally = run(made(n, 0.0, 1.0, alpha, sides), trials, seed=4)
    assert tally.rejected / trials < alpha + 3.5 * standard_error(alpha, trials)
    if n > 5:  # below, the floor of exact tests is above alpha
        assert tally.rejected / trials > 0.7 * alpha - 3.5 * standard_error(alpha, trials)


def test_the_size_of_random_flips_is_alpha() -> None:
    # (1 + extreme)/1000 <= 50/1000 has a probability of exactly 0.05, whatever the flips
    tallies = [run(SignFlip(13, 0.0, 1.0, 0.05, 2), 10_000, seed) for seed in range(4)]
    assert abs(sum(tallies, Tally()).rejected / 40_000 - 0.05) < 4 * standard_error(0.05, 40_000)


class Mirrored:
    """Random numbers whose normal ones have the opposite sign."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def standard_normal(self, size: tuple[int, int]) -> np.ndarray:
        return -self.rng.standard_normal(size)

    def integers(self, *arguments: object) -> np.ndarray:
        return self.rng.integers(*arguments)  # type: ignore[call-overload]


@pytest.mark.parametrize("made", KERNELS)
@pytest.mark.parametrize("n", [9, 15])
def test_swapping_arms_swaps_directions(made: type[AnyKernel], n: int) -> None:
    kernel = made(n, 0.5, 1.5, 0.2, 2)
    tally = run(kernel, 2_000)
    swapped = replace(kernel, effect=-0.5)(Mirrored(1), 2_000)  # type: ignore[arg-type]
    assert (swapped.toward, swapped.against) == (tally.against, tally.toward)
    assert swapped.magnitude == pytest.approx(tally.magnitude, rel=1e-12)
    assert tally.toward > tally.against > 0


@pytest.mark.parametrize("made", KERNELS)
def test_the_unit_is_nothing(made: type[AnyKernel]) -> None:
    tally, scaled = run(made(10, 0.5, 1.0, 0.05, 2), 1_000), run(made(10, 500.0, 1000.0, 0.05, 2), 1_000)
    assert (scaled.toward, scaled.against) == (tally.toward, tally.against)
    assert scaled.magnitude == pytest.approx(1000 * tally.magnitude, rel=1e-12)


@pytest.mark.parametrize("made", KERNELS)
def test_one_more_pair_is_the_same_trial_with_one_more_pair(made: type[AnyKernel]) -> None:
    class Spy(made):  # type: ignore[misc, valid-type]
        def _rejected(self, noise: np.ndarray, *rest: object) -> tuple[np.ndarray, np.ndarray]:
            seen.append(noise)
            return np.zeros(noise.shape[1], bool), np.zeros(noise.shape[1], bool)

    seen: list[np.ndarray] = []
    for n in (9, 10):
        run(Spy(n, 0.5, 1.0, 0.05, 2), 50)
    assert np.array_equal(seen[0], seen[1][:9])


@pytest.mark.parametrize("made", KERNELS)
@pytest.mark.parametrize("effect", [1e300, -1e300])
def test_an_endless_effect_is_always_found(made: type[AnyKernel], effect: float) -> None:
    for n in (8, 14):
        tally = run(made(n, effect, 1.0, 0.05, 2), 200)
        assert (tally.toward, tally.against) == ((200, 0) if effect > 0 else (0, 200))


# ---- critical values


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.0625, 0.5, 0.7])
def test_critical_values_are_those_of_an_enumeration(alpha: float, sides: int) -> None:
    for n in range(1, 13):
        positive = np.array(list(product([0, 1], repeat=n)))
        for found, sums in (
            (sign_critical(n, alpha, sides), positive.sum(axis=1)),
            (signed_rank_critical(n, alpha, sides), positive @ np.arange(1, n + 1)),
        ):
            rejecting = [value for value in range(sums.max() + 1) if sides * np.sum(sums >= value) <= alpha * 2**n]
            assert found == min(rejecting, default=None)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        # R: w <- 0:(n*(n+1)/2); min(w[2 * psignrank(w - 1, n, lower.tail = FALSE) <= 0.05])
        (6, 21),
        (10, 47),
        (16, 107),
        (25, 236),
        (50, 841),
    ],
)
def test_signed_rank_critical_agrees_with_r(n: int, expected: int) -> None:
    assert signed_rank_critical(n, 0.05, 2) == expected


# ---- exact power


def test_sign_power_of_a_count_that_is_binomial() -> None:
    # R: p <- pnorm(0.6); sum(dbinom(c(0:3, 13:16), 16, p)) = 0.3222498
    assert sign_power(0.6, 1.0, 16, 0.05, 2).power == pytest.approx(0.3222498, abs=5e-8)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("n", [1, 4, 5, 6, 9])
def test_sign_power_is_that_of_all_sign_vectors(n: int, sides: int) -> None:
    chance, toward, against = special.ndtr(0.4 / 0.9), 0.0, 0.0
    for signs in product([1, -1], repeat=n):
        probability = chance ** signs.count(1) * (1 - chance) ** signs.count(-1)
        if sign_p(signs, ALTERNATIVES[sides]) <= 0.07:
            toward += probability * (sum(signs) > 0)
            against += probability * (sum(signs) < 0)
    found = sign_power(0.4, 0.9, n, 0.07, sides)
    assert (found.toward, found.against) == (pytest.approx(toward, abs=1e-14), pytest.approx(against, abs=1e-14))
    assert found.exact


@cache
def ordered(signs: tuple[int, ...], size: float) -> float:
    """Probability of this order of signs by size, by nested quadrature over the sizes."""
    grid = np.linspace(0, size + 9, 2001)
    within = np.ones_like(grid)
    for sign in signs:
        within = integrate.cumulative_simpson(stats.norm.pdf(grid, sign * size) * within, x=grid, initial=0)
    return float(special.factorial(len(signs)) * within[-1])


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("size", [0.0, 0.35, 1.0, 2.5])
@pytest.mark.parametrize("n", [2, 4, 6])
def test_signed_rank_power_is_that_of_all_orders_of_signs(n: int, size: float, sides: int) -> None:
    toward, against = 0.0, 0.0
    for signs in product([1, -1], repeat=n):
        ranked = [place * sign for place, sign in enumerate(signs, start=1)]
        p = signed_rank_p(ranked, ALTERNATIVES[sides])
        if known(p) and p <= 0.3:
            toward += ordered(signs, size) * (sum(ranked) > 0)
            against += ordered(signs, size) * (sum(ranked) < 0)
    found = signed_rank_power(2 * size, 2.0, n, 0.3, sides)
    assert (found.toward, found.against) == (pytest.approx(toward, abs=1e-9), pytest.approx(against, abs=1e-9))


@pytest.mark.parametrize("size", [-0.4, 0.0, 0.3, 1.0, 3.0, 6.9])
@pytest.mark.parametrize("n", [1, 5, 16, 40])
def test_negative_ranks_have_the_mean_of_walsh_averages(n: int, size: float) -> None:
    # the mean of n signs and n(n - 1)/2 pairs: n·Φ(−d) + n(n − 1)/2·Φ(−√2·d)
    whole = n * (n + 1) // 2
    found = paired_powers._negative_rank_distribution(whole, n, size)
    assert len(found) == whole + 1
    assert found.min() > -1e-9
    assert found.sum() == pytest.approx(1, abs=1e-8)
    expected = n * special.ndtr(-size) + comb(n, 2) * special.ndtr(-sqrt(2) * size)
    assert found @ np.arange(whole + 1) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("n", [6, 20, 50, MOST_RANKED])
def test_without_an_effect_the_power_is_the_exact_size(n: int) -> None:
    # R: 2 * psignrank(n(n + 1)/2 - critical, n)
    sizes = {6: 0.03125, 20: 0.04844093, 50: 0.04944641, 100: 0.04992376}
    found = signed_rank_power(0.0, 1.0, n, 0.05, 2)
    assert found.power == pytest.approx(sizes[n], abs=5e-9)
    assert found.toward == found.against


@pytest.mark.parametrize(("n", "effect"), [(6, 1.0), (16, 0.6), (40, -0.4)])
def test_simulated_signed_ranks_have_the_exact_power(n: int, effect: float) -> None:
    trials = 20_000
    exact, tally = signed_rank_power(effect, 1.0, n, 0.05, 2), run(SignedRank(n, effect, 1.0, 0.05, 2), trials, seed=2)
    for share, wanted in ((tally.toward, exact.toward), (tally.against, exact.against)):
        assert abs(share / trials - wanted) < 4 * standard_error(wanted, trials) + 1e-12


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("size", [0.2, 1.0, 7.5])
def test_swapping_arms_swaps_exact_directions(power: Callable[..., Rejection], size: float) -> None:
    found, swapped = power(size, 1.0, 12, 0.05, 2), power(-size, 1.0, 12, 0.05, 2)
    assert (found.toward, found.against) == (swapped.against, swapped.toward)
    one_sided = power(size, 1.0, 12, 0.025, 1)
    assert (one_sided.toward, one_sided.against) == (found.toward, 0.0)
    assert found == power(size * 1e3, 1e3, 12, 0.05, 2)


@pytest.mark.parametrize("power", POWERS)
def test_five_pairs_never_reject_two_sided(power: Callable[..., Rejection]) -> None:
    found = power(3.0, 1.0, 5, 0.05, 2)
    assert (found.power, found.magnitude) == (0.0, NONE_REJECTS)


def test_power_grows_without_a_seam_into_certainty() -> None:
    powers = [signed_rank_power(size, 1.0, 60, 0.05, 2).power for size in (2.0, 4.0, 6.0, 6.99, 7.0, 9.0, 40.0)]
    assert powers == pytest.approx([1.0] * 7, abs=1e-8)


# ---- refusals


@pytest.mark.parametrize("asked", [*KERNELS, *POWERS], ids=lambda asked: asked.__name__)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "n: 0 given; wanted a whole number of pairs, at least"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"sd": 0.0}, r"sd: 0\.0 given; wanted a standard deviation of the differences, above 0"),
        ({"sd": nan}, "sd: nan given"),
        ({"effect": inf}, "effect: inf given; wanted a finite number of standard deviations"),
        ({"effect": nan}, "effect: nan given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given; wanted a probability above 0 and below 1"),
        ({"alpha": 1.0}, r"alpha: 1\.0 given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
    ],
)
def test_what_has_no_power_is_refused(asked: Callable[..., object], change: dict[str, float], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        asked(**{"n": 8, "effect": 1.0, "sd": 1.0, "alpha": 0.05, "sides": 2, **change})


def test_what_is_too_large_is_over_budget() -> None:
    with pytest.raises(OverBudget, match=r"1,001 pairs here; the limit is 1,000"):
        SignedRank(1_001, 1.0, 1.0, 0.05, 2)
    with pytest.raises(OverBudget, match=r"n: 101 given; .* at most 100 pairs"):
        signed_rank_power(1.0, 1.0, 101, 0.05, 2)
