"""How fast the sets behind a paper's numbers are found, beside trying every data set in plain numpy or Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations_with_replacement, product
from pathlib import Path
from statistics import fmean, median, stdev

import numpy as np
from scipy import stats

from lib.analysis.consistent_areas import AreaProblem, consistent_areas
from lib.analysis.pair_tables import PairSummaries, pair_tables
from lib.assumptions import defaults, validated
from lib.questions import area_set, p_readings
from lib.trial.folder import read_trial
from lib.trial.model import Trial
from tests.bench.statistics import Table

WANTED = {"areas": 2000.0, "pairs": 200.0}
"""Milliseconds that the default set of areas, and four pairs on five categories, may take."""
RUNS = 5


def tables() -> Iterator[Table]:
    """Each table when it has been measured."""
    trial = validated(read_trial(Path(__file__).parents[2] / "data" / "winter2020"))
    yield _areas(trial)
    yield _pairs()
    yield _readings(trial)


def _taken(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def _marked(taken: float, limit: float) -> str:
    return f"{taken:.0f}{'!' if taken > limit else ''}"


# --- areas ------------------------------------------------------------------------------------------------------------


def problem_of(trial: Trial, **settings: object) -> AreaProblem:
    """The problem that the page solves under these settings."""
    caught: list[AreaProblem] = []
    solve = area_set.consistent_areas

    def catch(problem: AreaProblem) -> object:
        caught.append(problem)
        return solve(problem)

    area_set.consistent_areas = catch  # type: ignore[assignment]
    try:
        area_set._solved.cache_clear()
        area_set.area_set(trial, replace(defaults(trial), **settings))
    finally:
        area_set.consistent_areas = solve
    return caught[0]


def tried(trial: Trial) -> int:
    """The same set by trying every combination of the open areas, as far as numpy can hold them: 2T, 3T, 3C, 4T, 4C."""
    areas = np.unique([i * j for i in range(1, 21) for j in range(1, 21)])
    treated, control = areas[areas >= 9].astype(float), areas[areas >= 16].astype(float)
    low, high = ((stats.t.isf(p / 2, 3) ** 2) for p in (0.415, 0.405))
    final_low, final_high = ((stats.t.isf(p / 2, 3) ** 2) for p in (0.395, 0.385))
    pairs = (treated[:, None] - control[None, :]).ravel()
    count = 0
    for two in treated[:2]:  # two of its values: all of them would take minutes
        for third in pairs:
            first = np.stack(
                [np.full_like(pairs, -7), np.full_like(pairs, two - 200), np.full_like(pairs, third), pairs]
            )
            last = np.stack(
                [np.full_like(pairs, -9), np.full_like(pairs, two - 400), np.full_like(pairs, third), pairs]
            )
            (a, b) = (_t_squared(first), _t_squared(last))
            count += int(np.sum((low <= a) & (a <= high) & (final_low <= b) & (b <= final_high)))
    return count


def _t_squared(differences: np.ndarray) -> np.ndarray:
    total, squares = differences.sum(axis=0), (differences**2).sum(axis=0)
    spread = 4 * squares - total**2
    return np.divide(3 * total**2, spread, out=np.full_like(total, np.inf), where=spread > 0)


def _areas(trial: Trial) -> Table:
    plain = problem_of(trial)
    variants = {
        "areas: default lattice": plain,
        "areas: ranges of those analysed": problem_of(trial, grid_range="analysed"),
        "areas: percentages as rounded": problem_of(trial, grid_zero="printed"),
        "areas: step 0.05 cm": problem_of(trial, grid_step=0.05),
    }
    rows = [("", "data sets", "ms", "every combination")]
    for name, problem in variants.items():
        found = consistent_areas(problem)
        taken = _taken(lambda problem=problem: consistent_areas(problem))  # type: ignore[misc]
        shown = _marked(taken, WANTED["areas"]) if problem is plain else f"{taken:.0f}"
        rows.append((name, f"{found.size:,}", shown, f"{found.combinations:,}"))
    began = time.perf_counter()
    tried(trial)
    seconds = (time.perf_counter() - began) / 2 * len({i * j for i in range(1, 21) for j in range(1, 21)})
    rows.append(("plain numpy, every combination", "the same", f"{1000 * seconds:.0f}", "from 2 of 152 slices"))
    return Table(
        ["DATA SETS OF AREAS THAT AGREE WITH WHAT IS PRINTED"],
        rows,
        [f"wanted: the default within {WANTED['areas']:.0f} ms, over it marked !"],
    )


# --- pairs ------------------------------------------------------------------------------------------------------------


def _listed(n: int, levels: int, low: float, high: float) -> int:
    """The tables whose two-sided paired t test has a p in a span, by plain Python."""
    count = 0
    for table in combinations_with_replacement(tuple(product(range(levels), repeat=2)), n):
        differences = [a - b for a, b in table]
        if len(set(differences)) > 1:
            t = fmean(differences) / (stdev(differences) / n**0.5)
            count += low <= 2 * stats.t.sf(abs(t), n - 1) <= high
    return count


def _pairs() -> Table:
    printed = PairSummaries(4, 0, 4, p=Decimal("0.39"))
    found, taken = pair_tables(printed), _taken(lambda: pair_tables(printed))
    began = time.perf_counter()
    plain = _listed(4, 5, 0.385, 0.395)
    seconds = time.perf_counter() - began
    assert plain == found.size
    changes = PairSummaries(4, -4, 4, p=Decimal("0.39"))
    rows = [
        ("", "tables", "agree", "ms"),
        ("4 pairs, 5 categories, P 0.39", f"{found.total:,}", f"{found.size:,}", _marked(taken, WANTED["pairs"])),
        ("the same, plain Python", f"{found.total:,}", f"{plain:,}", f"{1000 * seconds:.0f}"),
        ("4 pairs of changes, −4 to 4", "1,929,501", f"{pair_tables(changes).size:,}",
         f"{_taken(lambda: pair_tables(changes)):.0f}"),
    ]  # fmt: skip
    return Table(
        ["TABLES OF PAIRS THAT HAVE A PRINTED P"],
        rows,
        [f"wanted: 4 pairs on 5 categories within {WANTED['pairs']:.0f} ms, over it marked !"],
    )


# --- readings ---------------------------------------------------------------------------------------------------------


def _readings(trial: Trial) -> Table:
    plain = defaults(trial)
    filled = area_set.assumed(trial, replace(plain, areas="reconstructed"))
    sources = (("as printed", trial), ("reconstructed", filled))

    def search() -> object:
        p_readings._search.cache_clear()
        return p_readings.p_readings(Decimal("0.39"), sources, plain)

    found = p_readings.p_readings(Decimal("0.39"), sources, plain)
    return Table(
        ["READINGS OF A PRINTED P"],
        [
            ("", "variants", "groups", "ms"),
            ("P 0.39", f"{found.tried:,}", f"{len(found.reproduced)}", f"{_taken(search):.0f}"),
        ],
        ["nothing kept from an earlier search"],
    )
