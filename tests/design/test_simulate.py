"""The simulation driver: one answer whoever simulates, no more trials than its interval needs, and a curve in step."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
import pytest

from lib.design import simulate as module
from lib.design.paired_kernels import PairedT, SignedRank
from lib.design.rejection import FIXED_N, Tally, tallied, wilson
from lib.design.sign_magnitude import sign_magnitude
from lib.design.simulate import BATCH, Kernel, needed_trials, simulate
from lib.design.t_designs import t_power
from lib.design.workers import Workers, processes
from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing

KERNEL = PairedT(n=12, effect=1.0, sd=1.2, alpha=0.05, sides=2)


@dataclass(frozen=True)
class Chance:
    """Rejects toward with this probability."""

    chance: float

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        toward = int((rng.random(trials) < self.chance).sum())
        return Tally(trials, toward, 0, 2.0 * toward, 7.0 * trials)


def exact(n: int) -> float:
    size = KERNEL.effect / KERNEL.sd * np.sqrt(n)
    return float(t_power(np.array(size), np.array(n - 1.0), KERNEL.alpha, KERNEL.sides))


@pytest.fixture(scope="module", params=[1, 2, 3])
def several(request: pytest.FixtureRequest) -> Iterator[Workers]:
    made = processes(request.param)
    yield made
    made.close()


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- one answer


@pytest.mark.parametrize("kernel", [KERNEL, SignedRank(9, -0.8, 1.0, 0.05, 2)])
def test_the_answer_is_that_of_one_process_whatever_the_number_of_workers(several: Workers, kernel: Kernel) -> None:
    alone = simulate(kernel, 5, 0.006)
    assert alone.trials > 6 * BATCH
    assert simulate(kernel, 5, 0.006, workers=several) == alone  # to the last digit of the mean magnitude


def test_batches_are_streams_of_their_own_and_add_up_in_order() -> None:
    # written out: batch i from PCG64(SeedSequence(seed, spawn_key=(i,))); 0.05 is wider than 500 trials give
    streams = [np.random.SeedSequence(3, spawn_key=(place,)) for place in range(4)]
    tallies = [KERNEL(np.random.Generator(np.random.PCG64(stream)), 100) for stream in streams]
    answer = simulate(KERNEL, 3, 0.05, batch=100)
    assert answer == tallied(sum(tallies[: answer.trials // 100], Tally()))
    assert answer.trials in (300, 400)


def test_seeds_differ_and_a_seed_repeats() -> None:
    first, again, other = (simulate(KERNEL, seed, 0.02) for seed in (1, 1, 2))
    assert first == again
    assert first.power != other.power


def test_plans_share_random_numbers_so_that_their_difference_is_smooth() -> None:
    # Power rises by 0.005 from one effect to the next, and independent runs of 2,000 trials would often fall
    effects = np.linspace(0.5, 1.0, 101)
    powers = [simulate(replace(KERNEL, effect=effect), 1, 0.4).power for effect in effects]
    assert powers == sorted(powers)
    sizes = range(4, 24)
    errors = np.array(
        [[simulate(replace(KERNEL, n=n), seed, 0.4).power - exact(n) for n in sizes] for seed in range(9)]
    )
    assert np.std(np.diff(errors)) < np.std(errors)  # of independent runs it would be √2 as large


# ---- as many trials as needed


@pytest.mark.parametrize("width", [0.3, 0.05, 0.01, 0.0123])
def test_needed_trials_are_the_fewest_that_suffice_whatever_the_power(width: float) -> None:
    def widest(trials: int) -> float:
        intervals = [wilson(rejected, trials) for rejected in range(trials + 1)]
        return max((high - low) / 2 for low, high in intervals)

    trials = needed_trials(width)
    assert widest(trials) <= width
    low, high = wilson((trials - 1) / 2, trials - 1)
    assert (high - low) / 2 > width


@pytest.mark.parametrize("chance", [0.0, 0.03, 0.5, 0.8, 1.0])
def test_it_stops_at_the_first_batch_that_is_narrow_enough(chance: float) -> None:
    kernel, width = Chance(chance), 0.01
    answer = simulate(kernel, 8, width, batch=500)
    assert (answer.high - answer.low) / 2 <= width
    assert answer.trials <= needed_trials(width) + 500
    if answer.trials > 500:
        before = simulate(kernel, 8, width, batch=500, most=answer.trials - 500)
        assert (before.high - before.low) / 2 > width


def test_it_stops_at_most_trials_and_tells_the_interval_as_it_is() -> None:
    answer = simulate(Chance(0.5), 1, 0.001, most=4_700)
    assert answer.trials == 4_700
    assert (answer.high - answer.low) / 2 == pytest.approx(0.98 / np.sqrt(4_700), rel=0.01)


def test_the_interval_covers_although_it_says_when_to_stop() -> None:
    # 400 seeds: 95 % is 380, and less than 364 has a probability of 1e-4
    for chance in (0.05, 0.8):
        answers = [simulate(Chance(chance), seed, 0.01, batch=200) for seed in range(400)]
        assert sum(answer.low <= chance <= answer.high for answer in answers) >= 364


def test_the_limits_of_what_is_significant_cover_type_s_and_m() -> None:
    # 300 seeds: 95 % is 285, and less than 270 has a probability of 1e-4; the truth is an integral
    kernel, truth = PairedT(5, 0.3, 1.0, 0.05, 2), sign_magnitude(0.3, 1 / sqrt(5), 4, 0.05, 2)
    held = [0, 0]
    for seed in range(300):
        answer = simulate(kernel, seed, 0.012)
        sure = answer.significant
        assert sure is not None
        assert not isinstance(sure.magnitude, Missing)
        assert sure.trials == round(answer.power * answer.trials)
        share, size = answer.against / answer.power, answer.magnitude
        assert sure.against[0] <= share <= sure.against[1]
        assert sure.magnitude[0] < size < sure.magnitude[1]
        held[0] += sure.against[0] <= truth.wrong_sign <= sure.against[1]
        held[1] += sure.magnitude[0] <= 0.3 * truth.exaggeration <= sure.magnitude[1]
    assert min(held) >= 270


def test_no_event_is_bounded_as_its_number_allows() -> None:
    sure = tallied(Tally(4_500, 3_600, 0, 3_600.0, 0.0, 3_700.0)).significant
    assert sure is not None
    # (1 − p)^3600 = 0.025
    assert sure.against == (0, pytest.approx(1 - 0.025 ** (1 / 3_600), rel=1e-9))
    spread = sqrt((3_700 - 3_600) / 3_599 / 3_600)
    assert sure.magnitude == pytest.approx((1 - 1.959964 * spread, 1 + 1.959964 * spread), rel=1e-6)
    one = tallied(Tally(10, 1, 0, 2.0, 0.0, 4.0)).significant
    assert one is not None
    assert isinstance(one.magnitude, Missing)
    assert tallied(Tally(10)).significant is None


def test_numbers_analysed_are_told_on_demand() -> None:
    assert simulate(Chance(0.5), 1, 0.1).expected_n is FIXED_N
    answer = simulate(Chance(0.5), 1, 0.1, varying_n=True)
    assert answer.expected_n == 7
    assert answer.magnitude == 2


# ---- progress


def test_progress_rises_to_the_share_of_the_width_reached() -> None:
    heard: list[float] = []
    with heard_by(Listener(lambda share, what: heard.append(share), lambda: False)):
        answer = simulate(Chance(0.5), 1, 0.005)
    assert len(heard) == answer.trials / BATCH
    assert heard == sorted(heard)
    # its k-th batch is told after k − 1; one half takes the trials of the worst case
    wanted = np.arange(len(heard)) * BATCH / needed_trials(0.005)
    assert heard == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_it_stops_between_batches(several: Workers, elsewhere: bool) -> None:
    heard: list[float] = []
    listener = Listener(lambda share, what: heard.append(share), lambda: len(heard) == 3)
    with heard_by(listener), pytest.raises(Stopped, match="simulating trials"):
        simulate(KERNEL, 1, 0.001, workers=several if elsewhere else None)


# ---- refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0.0}, r"width: 0\.0 given; wanted the half-width of an interval of power, above 0 and below 0\.5"),
        ({"width": 0.5}, r"width: 0\.5 given"),
        ({"width": nan}, "width: nan given"),
        ({"seed": -1}, "seed: -1 given; wanted a whole number, at least 0"),
        ({"seed": 1.5}, r"seed: 1\.5 given"),
        ({"batch": 0}, "batch: 0 given; wanted a whole number, at least 1"),
        ({"most": 0}, "most: 0 given; wanted a whole number, at least 1"),
    ],
)
def test_what_cannot_be_simulated_is_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        simulate(KERNEL, **{"seed": 1, "width": 0.1, **change})  # type: ignore[arg-type]


def test_needed_trials_refuses_no_width() -> None:
    with pytest.raises(Refusal, match="width"):
        needed_trials(0)
