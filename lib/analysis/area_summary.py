"""What a set of data sets with areas has in common, and how far apart they lie."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lib.analysis.area_filling import Filled
from lib.analysis.area_lattice import AreaLattice, Ints, LesionOptions
from lib.analysis.area_pairs import PairOptions
from lib.analysis.area_printed import ARM_NAMES, VISIT_NAMES, Arm, Visit
from lib.analysis.area_tally import Tally
from lib.analysis.area_windows import Floats, two_sided_p
from lib.values import Missing

MOST_POINTS = 5_000
"""Points of the joint picture; more are put into bins."""


@dataclass(frozen=True)
class LesionAreas:
    """One lesion's areas in cm²."""

    baseline: float
    final: float


@dataclass(frozen=True)
class PairAreas:
    """One pair, filled in."""

    name: str
    treated: LesionAreas
    control: LesionAreas


Member = tuple[PairAreas, ...]
"""One data set that agrees with everything, pairs as they were given."""


@dataclass(frozen=True)
class Marginal:
    """In how many data sets of the set a lesion has each area (cm², ascending) at one visit."""

    pair: str
    arm: Arm
    lesion: str
    visit: Visit
    counts: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Common:
    """An area (cm²) that is the same in all data sets."""

    pair: str
    arm: Arm
    lesion: str
    visit: Visit
    area: float


@dataclass(frozen=True)
class Ends:
    """Smallest and largest value over the set; each belongs to some data set in it."""

    low: float
    high: float


@dataclass(frozen=True)
class AreaEstimates:
    """How far estimates range over the set: areas in cm², differences treated − control, change final − baseline.

    `difference_percent` is the mean over pairs of the difference in 100 · (final − baseline) / baseline. SDs are those
    of the differences of one visit; p that of their paired t test. p ranges over the data sets that have one: without
    any difference there is none, and with equal ones it is 0.
    """

    treated_baseline: Ends
    control_baseline: Ends
    treated_final: Ends
    control_final: Ends
    difference_baseline: Ends
    difference_final: Ends
    difference_change: Ends
    difference_percent: Ends
    sd_baseline: Ends | Missing
    sd_final: Ends | Missing
    p_baseline: Ends | Missing
    p_final: Ends | Missing


@dataclass(frozen=True)
class Joint:
    """Data sets by mean difference at baseline and at the final visit: (x, y, count), in cm².

    `width` is 0 where points are exact; otherwise points are centres of bins that are so wide (cm²) both ways.
    """

    points: tuple[tuple[float, float, int], ...]
    width: float


# ---- what was found → what is told


def marginals(filled: Filled, found: Tally) -> Iterator[Marginal]:
    """For each lesion and visit in how many data sets it has each area."""
    lattice = filled.problem.lattice
    for place, (pair, printed) in enumerate(zip(filled.pairs, filled.problem.pairs, strict=True)):
        ways = _ways_to_complete(filled, found, place)[pair.key_of]
        lesions = (printed.treated, pair.treated, 1), (printed.control, pair.control, 0)
        for arm, (lesion, options, others) in zip(ARM_NAMES, lesions, strict=True):
            counts = np.sum(ways, axis=others)
            for visit, areas in zip(VISIT_NAMES, (options.baseline, options.final), strict=True):
                yield Marginal(printed.name, arm, lesion.name, visit, _counted(lattice, areas, counts))


def _ways_to_complete(filled: Filled, found: Tally, place: int) -> Ints:
    """Ways to fill in all other pairs, for each key of one."""
    if place == filled.last:
        return found.last
    search = filled.search()
    ways, axis = found.outer.reshape(search.shape), filled.order.index(place)
    for other in reversed(range(len(search.outer))):
        if other != axis:
            ways = np.tensordot(ways, search.outer[other].count, axes=(other, 0))
    return ways


def _counted(lattice: AreaLattice, areas: Ints, counts: Ints) -> tuple[tuple[float, int], ...]:
    values, which = np.unique(areas, return_inverse=True)
    sums = np.zeros_like(values)
    np.add.at(sums, which, counts)
    return tuple((lattice.area(v), c) for v, c in zip(values.tolist(), sums.tolist(), strict=True) if c)


def quantities(pair: PairOptions) -> Floats:
    """What each key adds to the sums behind `AreaEstimates`, at least: five rows, and five for their negatives."""
    treated, control = np.divmod(pair.by_key, len(pair.control.baseline))
    columns = (
        pair.treated.baseline[treated],
        pair.control.baseline[control],
        pair.treated.final[treated],
        pair.control.final[control],
        _percent(pair.treated)[treated] - _percent(pair.control)[control],
    )
    least = [np.minimum.reduceat(column, pair.first) for column in columns]
    return np.stack([*least, *(-np.maximum.reduceat(column, pair.first) for column in columns)]).astype(np.float64)


def _percent(lesion: LesionOptions) -> Floats:
    return 100 * (lesion.final - lesion.baseline) / lesion.baseline


def estimates(filled: Filled, found: Tally) -> AreaEstimates:
    """Smallest and largest estimates over the data sets tallied; `least` has to be of `quantities`."""
    n, unit, half = len(filled.pairs), float(filled.problem.lattice.unit), len(found.least) // 2
    *areas, percent = [
        (float(low), -float(negative)) for low, negative in zip(found.least[:half], found.least[half:], strict=True)
    ]
    growth, total = np.nonzero(found.joint)
    growth, total = growth + found.growth, total + found.total
    differences = [(int(np.min(d)), int(np.max(d))) for d in (total, total + growth, growth)]
    means = [Ends(low * unit / n, high * unit / n) for low, high in (*areas, *differences)]
    return AreaEstimates(
        treated_baseline=means[0],
        control_baseline=means[1],
        treated_final=means[2],
        control_final=means[3],
        difference_baseline=means[4],
        difference_final=means[5],
        difference_change=means[6],
        difference_percent=Ends(percent[0] / n, percent[1] / n),
        sd_baseline=_sd(n, unit, found.spread[0]),
        sd_final=_sd(n, unit, found.spread[1]),
        p_baseline=_p_ends(n, found.t_squared[0]),
        p_final=_p_ends(n, found.t_squared[1]),
    )


def _sd(n: int, unit: float, spread: tuple[float, float]) -> Ends | Missing:
    if n == 1:
        return Missing("one pair has no standard deviation")
    return Ends(*(unit * math.sqrt(end / (n * (n - 1))) for end in spread))


def _p_ends(n: int, t_squared: tuple[float, float]) -> Ends | Missing:
    if n == 1 or t_squared[0] > t_squared[1]:
        return Missing("one pair has no t" if n == 1 else "all differences are zero in all data sets: t does not exist")
    return Ends(two_sided_p(n, t_squared[1]), two_sided_p(n, t_squared[0]))


def joint(filled: Filled, found: Tally) -> Joint:
    """Data sets by both mean differences, in the finest bins that make at most `MOST_POINTS`."""
    growth, total = np.nonzero(found.joint)
    counts = found.joint[growth, total]
    baseline = total + found.total
    final = baseline + growth + found.growth
    width = 1
    while len(np.unique(_bins(baseline, final, width))) > MOST_POINTS:
        width *= 2
    _, first, which = np.unique(_bins(baseline, final, width), return_index=True, return_inverse=True)
    sums = np.zeros_like(first)
    np.add.at(sums, which, counts)
    unit = float(filled.problem.lattice.unit) / len(filled.pairs)
    x, y = ((sides[first] // width * width + (width - 1) / 2) * unit for sides in (baseline, final))
    return Joint(tuple(zip(x.tolist(), y.tolist(), sums.tolist(), strict=True)), 0 if width == 1 else width * unit)


def _bins(x: Ints, y: Ints, width: int) -> Ints:
    """One number for each bin."""
    return (x // width) * (int(np.ptp(y)) + 2) + y // width - int(np.min(y)) // width


def member(filled: Filled, areas: Sequence[int]) -> Member:
    """From four areas a pair, in units."""
    values = [filled.problem.lattice.area(multiple) for multiple in areas]
    lesions = [*map(LesionAreas, values[::2], values[1::2])]
    names = [printed.name for printed in filled.problem.pairs]
    return tuple(map(PairAreas, names, lesions[::2], lesions[1::2]))
