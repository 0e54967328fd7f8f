"""Exact p-values and the multiverse beside other packages that compute them, in one process and in turn."""

from __future__ import annotations

import random
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib import import_module
from importlib.metadata import version
from math import inf, isclose
from statistics import median

import numpy as np
import pandas as pd
from scipy import stats

from lib.analysis.multiverse import Multiverse, multiverse
from lib.analysis.registry import TESTS
from lib.values import known

TARGET = 1_000
"""How many times as long as our sign-flip p scipy's should take at n = 18."""
LIMIT = 1_000
"""Milliseconds that a multiverse with all its flips may take."""
PEER = "specification_curve"
"""A package on PyPI; too heavy for a requirement of the tests."""
OUTCOMES, CONTROLS = 64, 4
"""64 outcomes with 2^4 subsets of controls: 1,024 specifications."""
PARTICIPANTS = 5
"""In the multiverse that both compute: 32 flips."""
OURS = "ours"
RUNS = 20
SLOW_RUNS = 3
"""Where a peer takes seconds."""


@dataclass(frozen=True)
class Table:
    """What is measured, the cells with their heads, and what has to be known beside them."""

    title: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def tables() -> Iterator[Table]:
    """Each table when it has been measured."""
    yield _exact_tests()
    yield _multiverse()


def _in_turn(contenders: Sequence[Callable[[], object]], runs: int) -> list[list[float]]:
    """Milliseconds of each contender, one after the other in each run, so that a busy machine is busy for all."""
    taken: list[list[float]] = [[] for _ in contenders]
    for _ in range(runs):
        for times, contender in zip(taken, contenders, strict=True):
            began = time.perf_counter()
            contender()
            times.append((time.perf_counter() - began) * 1000)
    return taken


# --- exact p ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duel:
    """One exact test of ours and scipy's p for the same differences."""

    key: str
    differences: Sequence[float]
    scipy_p: Callable[[Sequence[float]], float]
    runs: int = RUNS
    target: float = 0

    def row(self) -> tuple[str, ...]:
        """Measured after one call of each, in which both must give the same p."""
        test = TESTS[self.key]
        alone = partial(test.p, self.differences, "two-sided")
        full, theirs = partial(test.run, self.differences), partial(self.scipy_p, self.differences)
        assert known(p := alone()), p
        assert p == full().p
        assert isclose(p, peer := theirs(), rel_tol=1e-9), f"{test.label} of {self.differences}: {p}, scipy {peer}"
        taken = _in_turn((alone, full, theirs), self.runs)
        cells = [cell for times in taken for cell in _range(times)]
        ratios = (_ratio(taken[2], taken[0], self.target), _ratio(taken[2], taken[1]))
        return (test.label, str(len(self.differences)), str(self.runs), *cells, *ratios)


def _scipy_sign_flip(differences: Sequence[float]) -> float:
    result = stats.permutation_test(
        (np.array(differences),),
        lambda values, axis: np.mean(values, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )
    return float(result.pvalue)


def _scipy_signed_rank(differences: Sequence[float]) -> float:
    return float(stats.wilcoxon(differences, method="exact").pvalue)


def _percentages(n: int) -> list[float]:
    """Differences with one decimal, as of percentage changes."""
    draw = random.Random(n)
    return [round(draw.gauss(15, 30), 1) for _ in range(n)]


def _untied(n: int) -> list[float]:
    """Differences of different sizes, none zero: scipy's exact signed-rank p knows neither ties nor zeros."""
    draw = random.Random(n)
    return [size / 10 * draw.choice((1, 1, -1)) for size in draw.sample(range(1, 1000), n)]


def _exact_tests() -> Table:
    duels = [
        Duel("sign-flip", _percentages(12), _scipy_sign_flip),
        Duel("sign-flip", _percentages(18), _scipy_sign_flip, SLOW_RUNS, TARGET),
        *(Duel("signed-rank", _untied(n), _scipy_signed_rank) for n in (12, 18, 50)),
    ]
    heads = ("", "n", "runs", "p", "from–to", "all", "from–to", "scipy", "from–to", "scipy/p", "scipy/all")
    return Table(
        [
            f"EXACT P BESIDE SCIPY {version('scipy')}, ms in one process, in turn, after an untimed call of each that",
            "had to give the same p; median, then from–to",
        ],
        [heads, *(duel.row() for duel in duels)],
        [
            "p      two-sided p alone, from floats with one decimal",
            "all    the whole result: estimate, interval by inversion of the test, p, floor, null distribution, notes",
            "scipy  p alone: permutation_test with all 2^n flips of a vectorised mean; wilcoxon with method='exact'",
            f"Wanted of the sign-flip test at n = 18: scipy/p of at least {TARGET:,}, below it marked !",
        ],
    )


# --- multiverse ------------------------------------------------------------------------------------------------------


def _outcomes(participants: int) -> list[list[Fraction]]:
    """Within-person differences of each outcome: thirds of small whole numbers, so that ties occur."""
    draw = random.Random(participants)
    return [[Fraction(draw.randint(-20, 30), 3) for _ in range(participants)] for _ in range(OUTCOMES)]


def _specifications(participants: int) -> list[list[Fraction]]:
    """One row a specification. Controls that are the same for both units of a person leave the difference as it is."""
    return [row for row in _outcomes(participants) for _ in range(2**CONTROLS)]


def _multiverse() -> Table:
    contenders: dict[str, Callable[[], object]] = {
        f"{OURS}, {2**participants} flips": partial(multiverse, _specifications(participants))
        for participants in (4, PARTICIPANTS)
    }
    told = []
    try:
        contenders |= _peer(multiverse(_specifications(PARTICIPANTS)))
    except ModuleNotFoundError as error:
        told = [f"{error}: left out. To have it beside: pip install {PEER}"]
    except Exception as error:  # whatever another package raises is told in its place
        told = [f"{PEER} failed and is left out: {error!r}"]
    taken = dict(zip(contenders, _in_turn(list(contenders.values()), SLOW_RUNS), strict=True))
    return _multiverse_table(taken, told)


def _multiverse_table(taken: dict[str, list[float]], told: Sequence[str]) -> Table:
    count = OUTCOMES * 2**CONTROLS
    ours = taken[f"{OURS}, {2**PARTICIPANTS} flips"]
    rows = [
        (name, str(len(times)), *_range(times), f"{median(times) / count * 1000:.0f}", _ratio(times, ours))
        for name, times in taken.items()
    ]
    return Table(
        [
            f"MULTIVERSE OF {count:,} SPECIFICATIONS, ms in one process, in turn; median, then from–to",
        ],
        [("", "runs", "ms", "from–to", "µs/spec", "×ours"), *rows],
        [
            "ours   every mean and d_z, median and share under every label flip, and both joint p, from fractions;",
            f"       wanted: under {LIMIT:,} ms{', which was missed!' if median(ours) >= LIMIT else ''}",
            f"peer   {PEER}: regressions of {OUTCOMES} outcomes on the arm, with every subset of {CONTROLS} controls,",
            "       without flips; each estimate has its own standard error, interval and p, and had to be our mean",
            f"×ours  as often as ours with {2**PARTICIPANTS} flips takes",
            *told,
        ],
    )


def _peer(ours: Multiverse) -> dict[str, Callable[[], object]]:
    """The other package under its name, once it has given the same estimates."""
    package = import_module(PEER)
    frame = _long(_outcomes(PARTICIPANTS))

    def fitted() -> pd.DataFrame:
        curve = package.SpecificationCurve(
            frame, y_endog=_names("y", OUTCOMES), x_exog="treated", controls=_names("control", CONTROLS)
        )
        with warnings.catch_warnings(action="ignore"):
            curve.fit()
        return curve.df_r

    estimates = fitted()
    means = dict(zip(_names("y", OUTCOMES), ours.means[:: 2**CONTROLS], strict=True))
    assert len(estimates) == len(ours.means), f"{len(estimates)} specifications instead of {len(ours.means)}"
    assert np.allclose(estimates["Coefficient"], estimates["y_endog"].map(means)), "other estimates than ours"
    return {f"{PEER} {version(PEER)}": fitted}


def _long(outcomes: Sequence[Sequence[Fraction]]) -> pd.DataFrame:
    """Two rows a participant, treated and control, with controls that are the same in both."""
    participants = len(outcomes[0])
    draw = random.Random(0)
    controls = {name: np.repeat(draw.sample(range(100), participants), 2) for name in _names("control", CONTROLS)}
    # The control unit has the participant's number, the treated one the difference more.
    values = {
        name: [person + treated * float(row[person]) for person in range(participants) for treated in (0, 1)]
        for name, row in zip(_names("y", OUTCOMES), outcomes, strict=True)
    }
    return pd.DataFrame({"treated": [0.0, 1.0] * participants} | controls | values)


def _names(stem: str, count: int) -> list[str]:
    return [f"{stem}{place}" for place in range(count)]


# --- cells -----------------------------------------------------------------------------------------------------------


def _range(times: Sequence[float]) -> tuple[str, str]:
    return _ms(median(times)), f"{_ms(min(times))}–{_ms(max(times))}"


def _ms(value: float) -> str:
    """Three digits or all before the point."""
    return next(f"{value:,.{digits}f}" for below, digits in ((1, 3), (10, 2), (100, 1), (inf, 0)) if value < below)


def _ratio(theirs: Sequence[float], ours: Sequence[float], target: float = 0) -> str:
    ratio = median(theirs) / median(ours)
    return f"{ratio:,.{0 if ratio >= 10 else 2}f}{'!' if ratio < target else ' '}"
