"""Simulated power beside other ways to simulate it, in one process and in turn; and two workers beside one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from math import isclose, sqrt
from statistics import median

import numpy as np
from scipy import special, stats
from statsmodels.stats.power import TTestPower

from lib.design.ordinal_paired import ordinal_sign_flip, ordinal_signed_rank, ordinal_t
from lib.design.paired_kernels import PairedT, SignedRank, SignFlip
from lib.design.paired_powers import signed_rank_power
from lib.design.plan import Plan
from lib.design.rejection import Rejection
from lib.design.simulate import BATCH, simulate
from lib.design.t_designs import PAIRED_T
from lib.design.workers import Workers, processes
from tests.bench.statistics import Table, _in_turn, _range

RANK_TARGET = 100
"""How many times as many signed-rank trials a second as scipy's, one sample at a time, we should simulate."""
T_TARGET = 1.2
"""How many times as long as plain numpy our simulated t may take."""
WORKERS_TARGET = 1.5
"""How many times as fast as one worker two should be."""

PAIRS, EFFECT, ALPHA = 16, 0.6, 0.05
"""Normal differences with an SD of 1."""
T_TRIALS = 100_000
SINGLE_TRIALS = 500
"""Where a peer takes one sample at a time."""
RUNS = 11
SLOW_RUNS = 3


CURVE_TARGET, BARE_TARGET = 30, 1.5
"""How many times as fast as statsmodels a curve should be, and how many times as long as a bare call it may take."""
CURVE_N = np.arange(2, 202)


def tables() -> Iterator[Table]:
    """Each table when it has been measured."""
    yield _curve()
    yield _ordinal()
    yield _signed_rank()
    yield _paired_t()
    yield _two_workers()


# --- curves in closed form -------------------------------------------------------------------------------------------


CURVE_EFFECT = 0.5  # at 0.6 the bare call is NaN at some n
CURVE_PLAN = Plan(effect=CURVE_EFFECT, sd=1.0, rho=0.5, alpha=ALPHA, sides=2, target=0.8, n=PAIRS)


def _our_curve() -> np.ndarray:
    return PAIRED_T.power(CURVE_PLAN, CURVE_N)


def _bare_curve() -> np.ndarray:
    df, nc = CURVE_N - 1.0, CURVE_EFFECT * np.sqrt(CURVE_N)
    critical = special.stdtrit(df, 1 - ALPHA / 2)
    return np.asarray(1 - special.nctdtr(df, nc, critical) + special.nctdtr(df, nc, -critical))


def _statsmodels_curve() -> np.ndarray:
    test = TTestPower()
    return np.array([test.power(CURVE_EFFECT, n, ALPHA) for n in CURVE_N])


def _curve() -> Table:
    contenders = {"ours": _our_curve, "bare scipy.special": _bare_curve, "statsmodels, n by n": _statsmodels_curve}
    for name, contender in contenders.items():
        assert np.allclose(contender(), _our_curve(), rtol=0, atol=1e-9), name
    taken = _in_turn(list(contenders.values()), 4 * RUNS)
    ours = median(taken[0])
    beside = ["", _at_most(ours / median(taken[1]), BARE_TARGET), _times(median(taken[2]) / ours, CURVE_TARGET)]
    rows = [
        (name, *_range(times), cell)
        for (name, times), cell in zip(zip(contenders, taken, strict=True), beside, strict=True)
    ]
    return Table(
        [
            f"PAIRED-T CURVE OF {CURVE_N.size} POINTS BESIDE SCIPY {version('scipy')} AND STATSMODELS "
            f"{version('statsmodels')}, ms in one process, in turn, after",
            "an untimed call of each that had to agree to 1e-9; median, then from–to",
        ],
        [("", "ms", "from–to", "×"), *rows],
        [
            "ours         validated plan, both tails, finite everywhere",
            f"bare         nctdtr twice, NaN in further tails: × is ours by it, wanted at most {BARE_TARGET}",
            f"statsmodels  TTestPower().power for each n: × is how many times as long, wanted at least {CURVE_TARGET}",
        ],
    )


# --- exact ordinal power ---------------------------------------------------------------------------------------------

DIFFERENCES = (0.01, 0.02, 0.06, 0.12, 0.3, 0.22, 0.15, 0.08, 0.04)
"""Of a scale of 0 to 4: −4 to 4."""


def _ordinal() -> Table:
    rows = []
    for name, power, n, wanted in (
        ("t test", ordinal_t, 40, "20 ms"),
        ("t test", ordinal_t, 200, "1 s"),
        ("sign-flip", ordinal_sign_flip, 20, ""),
        ("sign-flip", ordinal_sign_flip, 40, ""),
        ("signed-rank", ordinal_signed_rank, 20, ""),
        ("signed-rank", ordinal_signed_rank, 40, ""),
    ):
        times = [_once(power, n, 1 + run / 1000) for run in range(SLOW_RUNS + 2)]
        rows.append((name, str(n), *_range(times), wanted))
    return Table(
        [
            "EXACT POWER ON A SCALE OF 0 TO 4, ms in one process, each time for another alpha, so that nothing is",
            "kept; median, then from–to",
        ],
        [("", "n", "ms", "from–to", "wanted"), *rows],
        ["No peer has these: times are printed, and the powers held against brute force in the tests."],
    )


def _once(power: Callable[..., Rejection], n: int, factor: float) -> float:
    began = time.perf_counter()
    assert power(DIFFERENCES, n, ALPHA * factor, 2).exact
    return (time.perf_counter() - began) * 1000


# --- signed-rank power -----------------------------------------------------------------------------------------------


def _simulated_rank(trials: int) -> float:
    kernel = SignedRank(PAIRS, EFFECT, 1.0, ALPHA, sides=2)
    return simulate(kernel, seed=1, width=0.001, most=trials).power  # the width is out of reach: all trials


def _scipy_rank(trials: int, vectorized: bool) -> float:
    rng = np.random.default_rng(1)
    found = stats.power(
        _scipy_rank_p if vectorized else lambda sample: float(_scipy_rank_p(sample, axis=0)),
        lambda size: rng.normal(EFFECT, 1, size),
        PAIRS,
        significance=ALPHA,
        vectorized=vectorized,
        n_resamples=trials,
    )
    return float(found.power)


def _scipy_rank_p(samples: np.ndarray, axis: int) -> np.ndarray:
    return np.asarray(stats.wilcoxon(samples, axis=axis, method="exact").pvalue)


def _agrees(found: float, wanted: float, trials: int) -> bool:
    return isclose(found, wanted, abs_tol=4 * sqrt(wanted * (1 - wanted) / trials))


def _signed_rank() -> Table:
    contenders: list[tuple[str, int, Callable[[], float]]] = [
        ("ours", T_TRIALS, partial(_simulated_rank, T_TRIALS)),
        ("scipy, vectorised", T_TRIALS // 10, partial(_scipy_rank, T_TRIALS // 10, True)),
        ("scipy, one by one", SINGLE_TRIALS, partial(_scipy_rank, SINGLE_TRIALS, False)),
    ]
    exactly = partial(signed_rank_power, EFFECT, 1.0, PAIRS, ALPHA, 2)
    wanted = exactly().power
    for name, trials, contender in contenders:
        assert _agrees(found := contender(), wanted, trials), f"{name}: {found}, exact power {wanted}"
    *taken, exact = _in_turn([*(contender for _, _, contender in contenders), exactly], SLOW_RUNS)
    speeds = [trials / median(times) * 1000 for (_, trials, _), times in zip(contenders, taken, strict=True)]
    rows = [
        (name, f"{trials:,}", *_range(times), f"{speed:,.0f}", _times(speeds[0] / speed, _wanted_of(name)))
        for (name, trials, _), times, speed in zip(contenders, taken, speeds, strict=True)
    ]
    return Table(
        [
            f"SIGNED-RANK POWER AT n = {PAIRS} BESIDE SCIPY {version('scipy')}, ms in one process, in turn, after an "
            "untimed call of each",
            "that had to be within four standard errors of the exact power; median, then from–to",
        ],
        [
            ("", "trials", "ms", "from–to", "trials/s", "ours ×"),
            *rows,
            ("ours, exact", "–", *_range(exact), "–", "–"),
        ],
        [
            "scipy  stats.power of stats.wilcoxon with method='exact', called once for all samples (vectorised) or",
            "       once for each (one by one)",
            "ours × how many trials we simulate while scipy simulates one. Wanted beside one by one: at least",
            f"       {RANK_TARGET}, below it marked !. Beside vectorised scipy that is out of reach of any loop over",
            "       numpy's normal numbers: drawing 16 of them takes a twentieth of its time for a trial",
            "exact  the integral that makes simulation unnecessary up to 100 pairs",
        ],
    )


def _wanted_of(name: str) -> float:
    return RANK_TARGET if name.endswith("one by one") else 0


# --- paired t --------------------------------------------------------------------------------------------------------


def _numpy_t() -> float:
    rng = np.random.default_rng(1)
    differences = rng.normal(EFFECT, 1, (T_TRIALS, PAIRS))
    t = differences.mean(axis=1) / differences.std(axis=1, ddof=1) * np.sqrt(PAIRS)
    return float(np.mean(np.abs(t) >= -special.stdtrit(PAIRS - 1, ALPHA / 2)))


def _kernel_t() -> float:
    tally = PairedT(PAIRS, EFFECT, 1.0, ALPHA, sides=2)(np.random.default_rng(1), T_TRIALS)
    return tally.rejected / tally.trials


def _driven_t() -> float:
    return simulate(PairedT(PAIRS, EFFECT, 1.0, ALPHA, sides=2), seed=1, width=0.001, most=T_TRIALS).power


def _paired_t() -> Table:
    contenders = {"numpy": _numpy_t, "ours, one batch": _kernel_t, f"ours, batches of {BATCH:,}": _driven_t}
    wanted = _numpy_t()
    for name, contender in contenders.items():
        assert _agrees(found := contender(), wanted, T_TRIALS // 2), f"{name}: {found}, numpy {wanted}"
    taken = _in_turn(list(contenders.values()), RUNS)
    rows = [
        (name, *_range(times), _at_most(median(times) / median(taken[0]), T_TARGET))
        for name, times in zip(contenders, taken, strict=True)
    ]
    return Table(
        [
            f"SIMULATED PAIRED T, {T_TRIALS:,} TRIALS OF {PAIRS} PAIRS, ms in one process, in turn; median, from–to",
        ],
        [("", "ms", "from–to", "×numpy"), *rows],
        [
            "numpy   normal differences, their means and SDs along an axis, the share of |t| beyond its quantile",
            "ours    the same, with directions and the mean size of significant estimates",
            f"×numpy  wanted: at most {T_TARGET}, above it marked !",
        ],
    )


# --- workers ---------------------------------------------------------------------------------------------------------


def _flips(workers: Workers, seeds: Sequence[int]) -> list[float]:
    kernel = SignFlip(30, 0.4, 1.0, ALPHA, sides=2)
    return [simulate(kernel, seed, 0.001, most=20 * BATCH, workers=workers).power for seed in seeds]


@contextmanager
def _started(count: int) -> Iterator[Workers]:
    made = processes(count)
    try:
        simulate(PairedT(4, 1.0, 1.0, ALPHA, sides=2), 1, 0.001, most=8 * BATCH, workers=made)
        yield made
    finally:
        made.close()


def _two_workers() -> Table:
    with _started(1) as one, _started(2) as two:
        assert _flips(one, [1]) == _flips(two, [1]), "another answer from two workers"
        taken = _in_turn([partial(_flips, one, [1, 2]), partial(_flips, two, [1, 2])], SLOW_RUNS)
    ratio = median(taken[0]) / median(taken[1])
    rows = [("one worker", *_range(taken[0]), ""), ("two workers", *_range(taken[1]), _times(ratio, WORKERS_TARGET))]
    return Table(
        [
            f"TWO WORKERS BESIDE ONE, ms for {40 * BATCH:,} simulated sign-flip tests of 30 pairs, which had to give",
            "the same answer; in turn, processes already started; median, then from–to",
        ],
        [("", "ms", "from–to", "faster ×"), *rows],
        [f"faster × wanted on two cores with nothing else to do: at least {WORKERS_TARGET}, below it marked !"],
    )


# --- cells -----------------------------------------------------------------------------------------------------------


def _times(ratio: float, least: float) -> str:
    return f"{ratio:,.{0 if ratio >= 10 else 2}f}{'!' if ratio < least else ' '}"


def _at_most(ratio: float, most: float) -> str:
    return f"{ratio:.2f}{'!' if ratio > most else ' '}"
