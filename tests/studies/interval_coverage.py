"""`python -m tests.studies.interval_coverage`: how often the intervals cover, written to docs/interval-coverage.md."""

from __future__ import annotations

import math
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, stats

from lib.analysis.effect_size import d_z
from lib.analysis.mcnemar import melded_difference
from lib.analysis.registry import TESTS
from lib.analysis.results import Interval
from lib.values import Missing, Real, known

DOCUMENT = Path(__file__).parents[2] / "docs" / "interval-coverage.md"
SIZES = (4, 6, 10)
LEVELS = (0.95, 0.8)
RESAMPLES = 2_000
SAMPLES = 10_000
SLOW_SAMPLES = 2_000
"""Where each takes milliseconds: exact intervals of samples that never repeat."""

Parameter = Literal["mean", "median", "pseudomedian", "d_z"]
Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
"""Lower and upper limits, one a sample; infinite where there is none."""


# ---- populations


@dataclass(frozen=True)
class Population:
    """Differences of known distribution: `draw` gives an array of a shape; `parameters` are what intervals cover."""

    key: str
    statement: str
    draw: Callable[[np.random.Generator, tuple[int, int]], Floats]
    parameters: Mapping[Parameter, float]
    repeats: bool = False
    """Whether samples repeat, so that few different ones have to be computed."""


ORDINAL = MappingProxyType({-4: 4, -3: 6, -2: 10, -1: 15, 0: 50, 1: 8, 2: 4, 3: 2, 4: 1})
"""Percent of the pairs with each difference."""


def _ordinal_draw(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.choice(np.array(list(ORDINAL), dtype=float), shape, p=np.array(list(ORDINAL.values())) / 100)


def _weighted_median(weights: Mapping[float, float]) -> float:
    """The smallest value that at least half of the weight does not exceed."""
    ordered = sorted(weights)
    cumulative = np.cumsum([weights[value] for value in ordered])
    return float(ordered[int(np.searchsorted(cumulative, cumulative[-1] / 2))])


def _ordinal_parameters() -> dict[Parameter, float]:
    walsh: dict[float, float] = {}
    for first, second in product(ORDINAL, repeat=2):
        walsh[(first + second) / 2] = walsh.get((first + second) / 2, 0) + ORDINAL[first] * ORDINAL[second]
    return {
        "mean": sum(value * percent for value, percent in ORDINAL.items()) / 100,
        "median": _weighted_median({float(value): percent for value, percent in ORDINAL.items()}),
        "pseudomedian": _weighted_median(walsh),
    }


def _lognormal_walsh(limit: float) -> float:
    """P((X + Y)/2 ≤ limit) for independent lognormal X and Y: integrated over log X."""

    def density(z: float) -> float:
        return float(math.exp(-z * z / 2) * stats.lognorm.cdf(2 * limit - math.exp(z), 1))

    return float(integrate.quad(density, -12, math.log(2 * limit), epsabs=1e-12, limit=200)[0] / math.sqrt(math.tau))


def _lognormal_parameters() -> dict[Parameter, float]:
    pseudomedian = float(optimize.brentq(lambda limit: _lognormal_walsh(limit) - 0.5, 0.5, 4, xtol=1e-12))
    return {"mean": math.exp(0.5), "median": 1.0, "pseudomedian": pseudomedian}


POPULATIONS = {
    population.key: population
    for population in (
        Population(
            key="normal",
            statement="mean 0.5, SD 1",
            draw=lambda rng, shape: rng.normal(0.5, 1, shape),
            parameters={"mean": 0.5, "median": 0.5, "pseudomedian": 0.5, "d_z": 0.5},
        ),
        Population(
            key="lognormal",
            statement="skewed: the logarithm is normal with mean 0 and SD 1",
            draw=lambda rng, shape: rng.lognormal(0, 1, shape),
            parameters=_lognormal_parameters(),
        ),
        Population(
            key="ordinal",
            statement="scores: " + ", ".join(f"{value} in {percent} %" for value, percent in ORDINAL.items()),
            draw=_ordinal_draw,
            parameters=_ordinal_parameters(),
            repeats=True,
        ),
    )
}


# ---- intervals


@dataclass(frozen=True)
class Procedure:
    """An interval: the `parameter` that it is meant to cover, and `limits` of samples, one a row, at a level."""

    key: str
    label: str
    parameter: Parameter
    limits: Callable[[Floats, float, np.random.Generator], Limits]
    slow: bool = True


def _one_by_one(interval: Callable[[Sequence[float], float], Interval]) -> Callable[..., Limits]:
    """Limits of each sample by a function of one; samples that differ only in their order are computed once."""

    def limits(samples: Floats, level: float, rng: np.random.Generator) -> Limits:
        different, places = np.unique(np.sort(samples, axis=1), axis=0, return_inverse=True)
        found = [interval(sample, level) for sample in different.tolist()]
        low = np.array([-math.inf if one.low is None else one.low for one in found])
        high = np.array([math.inf if one.high is None else one.high for one in found])
        return low[places], high[places]

    return limits


def _tested(key: str, differences: Sequence[float], level: float) -> Interval:
    return TESTS[key].run(differences, level=level).interval


def percentile_bootstrap(samples: Floats, level: float, rng: np.random.Generator) -> Limits:
    """Percentile interval of the mean from `RESAMPLES` resamples of each row (Efron & Tibshirani 1993, chapter 13)."""
    tails = ((1 - level) / 2, (1 + level) / 2)
    means = (_resampled_means(sample, rng) for sample in samples)
    low, high = np.array([np.quantile(resampled, tails) for resampled in means]).T
    return low, high


def _resampled_means(sample: Floats, rng: np.random.Generator) -> Floats:
    places = rng.integers(0, sample.size, (RESAMPLES, sample.size), dtype=np.int8)
    means: Floats = sample[places].mean(axis=1)
    return means


def _of_test(key: str, label: str, parameter: Parameter, slow: bool = True) -> Procedure:
    return Procedure(key, label, parameter, _one_by_one(partial(_tested, key)), slow)


PROCEDURES = {
    procedure.key: procedure
    for procedure in (
        _of_test("t", "t", "mean", slow=False),
        _of_test("sign-flip", "sign-flip", "mean"),
        Procedure("bootstrap", "bootstrap", "mean", percentile_bootstrap, slow=False),
        _of_test("signed-rank", "signed-rank, Wilcoxon", "pseudomedian"),
        _of_test("signed-rank-pratt", "signed-rank, Pratt", "pseudomedian"),
        _of_test("sign", "sign", "median"),
        Procedure(
            "d_z", "noncentral t", "d_z", _one_by_one(lambda sample, level: d_z(sample, level).interval), slow=False
        ),
    )
}


# ---- cells


@dataclass(frozen=True)
class Cell:
    """How one interval did with one population: shares of 0 to 1, their Monte Carlo standard error, median width.

    `samples` is missing, and the standard error 0, where every possible sample was weighed instead. `width` is that of
    the bounded intervals, and missing if there were none.
    """

    population: str
    n: int
    interval: str
    level: float
    samples: int | Missing
    coverage: float
    standard_error: float
    unbounded: float
    width: Real


ENUMERATED = Missing("every possible sample was weighed")
NONE_BOUNDED = Missing("no interval is bounded")


def generator(name: str) -> np.random.Generator:
    """Random numbers that belong to a name."""
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(name.encode(), "big")))


def cell(population: str, n: int, interval: str, level: float, samples: int) -> Cell:
    """Draw `samples` samples of `n` differences, and count how often the interval covers.

    Parameters
    ----------
    population, interval
        Keys of `POPULATIONS` and `PROCEDURES`.
    n
        Pairs in a sample.
    level
        Nominal two-sided coverage, inside (0, 1).
    samples
        How many to draw. They depend on the other arguments alone, so that a cell can be recomputed by itself.

    Returns
    -------
    Cell
        The limits count as covered. So does everything beyond a limit that does not exist.

    References
    ----------
    Morris, White & Crowther (2019). Using simulation studies to evaluate statistical methods. Stat Med 38:2074-2102.

    Examples
    --------
    >>> four = cell("normal", 4, "sign-flip", 0.95, 10)
    >>> four.coverage, four.unbounded, four.width
    (1.0, 1.0, Missing(reason='no interval is bounded'))
    """
    rng = generator(f"{population}/{n}/{interval}/{level:g}")
    procedure, source = PROCEDURES[interval], POPULATIONS[population]
    low, high = procedure.limits(source.draw(rng, (samples, n)), level, rng)
    truth = source.parameters[procedure.parameter]
    covered = float(np.mean((low <= truth) & (truth <= high)))
    error = math.sqrt(covered * (1 - covered) / samples)
    bounded = np.isfinite(low) & np.isfinite(high)
    width = float(np.median((high - low)[bounded])) if bounded.any() else NONE_BOUNDED
    return Cell(population, n, interval, level, samples, covered, error, float(np.mean(~bounded)), width)


def planned() -> list[tuple[str, int, str, float, int]]:
    """The arguments of `cell` for every one that the document shows."""
    return [
        (population.key, n, procedure.key, level, _samples(population, procedure))
        for population, n, procedure, level in product(POPULATIONS.values(), SIZES, PROCEDURES.values(), LEVELS)
        if procedure.parameter in population.parameters
    ]


def _samples(population: Population, procedure: Procedure) -> int:
    return SLOW_SAMPLES if procedure.slow and not population.repeats else SAMPLES


# ---- responders

RESPONDERS = ((0.2, 0.2), (0.5, 0.1), (0.8, 0.05))
"""Probabilities that in a pair only treated responds, and that only control does."""


@cache
def _melded(n: int, level: float) -> dict[tuple[int, int], Interval]:
    """The interval of every number of wins and losses in `n` pairs."""
    counts = [(wins, losses) for wins in range(n + 1) for losses in range(n + 1 - wins)]
    return {(wins, losses): melded_difference(wins, losses, n, "two-sided", level) for wins, losses in counts}


def responders_key(win: float, loss: float) -> str:
    """The population's name in a cell."""
    return f"responders {win:g}, {loss:g}"


def enumerated_cell(win: float, loss: float, n: int, level: float) -> Cell:
    """How often the melded interval covers, exactly: every number of wins and losses, with its probability.

    Parameters
    ----------
    win, loss
        Probabilities that in a pair only treated responds, and that only control does.
    n
        Pairs in a sample.
    level
        Nominal two-sided coverage, inside (0, 1).

    Returns
    -------
    Cell
        In shares, −1 to 1, as `melded_difference`.

    Examples
    --------
    >>> round(enumerated_cell(0.5, 0.1, 4, 0.95).coverage, 4)
    0.9983
    """
    coverage, widths = 0.0, dict[float, float]()
    for (wins, losses), found in _melded(n, level).items():
        assert found.low is not None
        assert found.high is not None
        chance = float(stats.multinomial.pmf([wins, losses, n - wins - losses], n, [win, loss, 1 - win - loss]))
        coverage += chance if found.low <= win - loss <= found.high else 0
        widths[found.high - found.low] = widths.get(found.high - found.low, 0) + chance
    return Cell(responders_key(win, loss), n, "melded", level, ENUMERATED, coverage, 0.0, 0.0, _weighted_median(widths))


# ---- document


def _sentences(cells: Sequence[Cell]) -> Iterator[str]:
    by_name = {(one.population, one.n, one.interval, one.level): one for one in cells}

    def percent(population: str, n: int, interval: str, level: float) -> str:
        return f"{by_name[population, n, interval, level].coverage:.1%}".replace("%", " %")

    def by_size(population: str, interval: str, level: float) -> str:
        return ", ".join(f"{percent(population, n, interval, level)} (n = {n})" for n in SIZES)

    yield (
        "With 4 pairs the exact intervals (sign-flip, signed-rank, sign) at 95 % are always the whole line, and so "
        "always cover: the smallest two-sided p of 4 pairs is 0.125. At 80 % the sign-flip interval covers the mean of "
        f"normal differences in {by_size('normal', 'sign-flip', 0.8)} of samples; of skewed ones, which violate "
        f"its assumption of symmetry, in {by_size('lognormal', 'sign-flip', 0.8)}."
    )
    yield (
        f"At 95 % the t interval covers the mean of normal differences in {by_size('normal', 't', 0.95)}, and that of "
        f"skewed ones in {by_size('lognormal', 't', 0.95)}."
    )
    yield (
        "The percentile bootstrap of the mean, which the dashboard does not offer, covers at 95 % in "
        f"{by_size('normal', 'bootstrap', 0.95)} of normal samples and in "
        f"{by_size('lognormal', 'bootstrap', 0.95)} of skewed ones."
    )
    yield (
        "Exact intervals need not cover as often as they promise where their assumption fails: those of 6 ordinal, "
        f"asymmetric differences at 95 % cover in {percent('ordinal', 6, 'sign-flip', 0.95)} (sign-flip) and "
        f"{percent('ordinal', 6, 'signed-rank', 0.95)} (signed-rank, Wilcoxon) of samples. The sign interval and "
        "the melded interval of responders kept their promise in every cell."
    )


_METHOD = (
    f"A cell draws {SAMPLES:,} samples of n differences ({SLOW_SAMPLES:,} where an interval takes milliseconds and "
    "samples do not repeat), computes the two-sided interval of each as the dashboard does, and counts how many hold "
    "the population's parameter. A limit belongs to its interval, and an interval without a limit holds everything on "
    "that side. *SE* is the Monte Carlo standard error √(c(1 − c)/samples) of the coverage c (Morris, White & "
    "Crowther 2019); it is 0 where all samples are covered. *Unbounded* is the share of intervals that lack a limit, "
    "*width* the median width of the others in units of the differences; – where there are none.",
    "The t and the sign-flip interval are meant for the mean, the signed-rank intervals for the pseudomedian, which "
    "is the median of (X + Y)/2 for two independent differences X and Y (Hodges & Lehmann 1963), and the sign "
    "interval for the median. The exact intervals hold the shifts that their test does not reject. For the sign-flip "
    "and the signed-rank tests that takes the shifted differences to be symmetric about 0; the sign test only takes as "
    "many to be above 0 as below.",
    "Where all differences of a sample are equal, t has no standard deviation and gives no interval, which counts as "
    f"unbounded; the bootstrap then gives a single point. The bootstrap takes {RESAMPLES:,} resamples, and as limits "
    "the quantiles of their means (Efron & Tibshirani 1993, chapter 13). The noncentral t interval is that of d_z, "
    "mean/SD (Steiger & Fouladi 1997), and its width has no unit.",
)

_PARAMETERS = (
    "The pseudomedian of the ordinal population is enumerated, that of the lognormal one solved for by quadrature. "
    "Parameters that are not shown are not covered here."
)

_RESPONDERS = (
    "The melded interval of Fay & Lumbard (2021) for the difference between two shares of responders, which belongs to "
    "the exact McNemar test. *Only treated* and *only control* are the probabilities that in a pair only that unit "
    "responds. Nothing is simulated: every possible sample is weighed with its probability, so there is no SE."
)

_REPEAT = "`make study` computes everything anew and rewrites this file; the same versions give the same digits."

_ALONE = (
    "Random numbers depend on the name of a cell alone, so that any one can be recomputed by itself. This prints that "
    "of the t interval of 6 normal differences:"
)

_COMMAND = """```
python -c "from tests.studies.interval_coverage import cell; print(cell('normal', 6, 't', 0.95, 10_000))"
```"""

_SOURCES = (
    "Efron & Tibshirani (1993). An Introduction to the Bootstrap. New York: Chapman & Hall.",
    "Fay & Lumbard (2021). Confidence intervals for difference in proportions for matched pairs compatible with exact "
    "McNemar's or sign tests. Stat Med 40:1147-1159. doi:10.1002/sim.8829",
    "Hodges & Lehmann (1963). Estimates of location based on rank tests. Ann Math Stat 34:598-611.",
    "Morris, White & Crowther (2019). Using simulation studies to evaluate statistical methods. Stat Med "
    "38:2074-2102. doi:10.1002/sim.8086",
    "Steiger & Fouladi (1997). Noncentrality interval estimation and the evaluation of statistical models. In Harlow, "
    "Mulaik & Steiger (eds), What If There Were No Significance Tests? Mahwah: Erlbaum.",
)


def document(cells: Sequence[Cell]) -> str:
    """The whole text, with the coverage that its sentences quote taken from `cells`."""
    blocks = [
        "# How often the intervals cover",
        *map(_filled, _sentences(cells)),
        "## Method",
        *map(_filled, _METHOD),
        _filled(_PARAMETERS),
        _table(("population", "mean", "median", "pseudomedian", "d_z"), map(_parameters_row, POPULATIONS.values())),
        "\n".join(f"- {population.key}: {population.statement}" for population in POPULATIONS.values()),
        "## To repeat it",
        _filled(_REPEAT),
        _filled(_ALONE),
        _COMMAND,
        *(block for population in POPULATIONS for block in _population_blocks(population, cells)),
        "## Responders",
        _filled(_RESPONDERS),
        *(block for n in SIZES for block in _responder_blocks(n, cells)),
        "## Sources",
        "\n".join(f"- {source}" for source in _SOURCES),
    ]
    return "\n\n".join(blocks) + "\n"


def _filled(paragraph: str) -> str:
    return textwrap.fill(paragraph, 116, break_long_words=False, break_on_hyphens=False)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["--:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *rows))


def _parameters_row(population: Population) -> tuple[str, ...]:
    names: tuple[Parameter, ...] = ("mean", "median", "pseudomedian", "d_z")
    found = (population.parameters.get(name) for name in names)
    return (population.key, *("–" if value is None else f"{value:.4f}" for value in found))


def _population_blocks(population: str, cells: Sequence[Cell]) -> Iterator[str]:
    yield f"## {population.capitalize()} differences"
    for n in SIZES:
        yield f"### {population}, n = {n}"
        shown = [one for one in cells if (one.population, one.n) == (population, n)]
        rows = [(PROCEDURES[one.interval].label, *_row(one)) for one in shown]
        yield _table(("interval", "level, %", "samples", "coverage, %", "SE", "unbounded, %", "width"), rows)


def _row(one: Cell) -> tuple[str, ...]:
    samples = f"{one.samples:,}" if known(one.samples) else "all"
    width = f"{one.width:.2f}" if known(one.width) else "–"
    error, unbounded = f"{100 * one.standard_error:.2f}", f"{100 * one.unbounded:.1f}"
    return (f"{100 * one.level:g}", samples, f"{100 * one.coverage:.1f}", error, unbounded, width)


def _responder_blocks(n: int, cells: Sequence[Cell]) -> Iterator[str]:
    yield f"### responders, n = {n}"
    by_name = {(one.population, one.n, one.level): one for one in cells}
    found = [(pair, by_name[responders_key(*pair), n, level]) for pair in RESPONDERS for level in LEVELS]
    rows = [(f"{win:g}", f"{loss:g}", *_exact_row(one)) for (win, loss), one in found]
    yield _table(("only treated", "only control", "level, %", "coverage, %", "width"), rows)


def _exact_row(one: Cell) -> tuple[str, ...]:
    level, _, coverage, _, _, width = _row(one)
    return level, coverage, width


def main() -> None:
    """Compute every cell, on all cores, and write the document."""
    plan = planned()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        cells = []
        for done, one in enumerate(pool.map(cell, *zip(*plan, strict=True)), start=1):
            cells.append(one)
            print(f"\r{done} of {len(plan)} cells", end="", file=sys.stderr, flush=True)
    cells += [enumerated_cell(*pair, n, level) for pair, n, level in product(RESPONDERS, SIZES, LEVELS)]
    DOCUMENT.write_text(document(cells), encoding="utf-8")
    print(f"\n{DOCUMENT}", file=sys.stderr)


if __name__ == "__main__":
    main()
