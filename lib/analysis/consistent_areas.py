"""All data sets on a lattice of areas that agree with everything that a paper prints.

A paper on pairs of lesions (one treated, one control in each person) prints some areas, percentage changes, the range
of baseline areas in each arm, and p-values of paired t tests. The rest can mostly not be told from that: here is the
set of all answers, what they share, and how far apart they lie. Counts are exact; `area_runs` says how.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib import progress
from lib.analysis.area_lattice import (
    AreaLattice,
    Ints,
    LesionOptions,
    LesionPrinted,
    PairPrinted,
    RangePrinted,
    Span,
    lesion_count,
    lesion_options,
    nothing_fits,
    stretches,
)
from lib.analysis.area_runs import (
    VISITS,
    Floats,
    Keys,
    PairOptions,
    Search,
    Tally,
    Window,
    pair_options,
    paired_p,
    t_window,
    tally,
    two_sided_p,
)
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

Visit = Literal["baseline", "final"]
Arm = Literal["treated", "control"]

_VISITS: tuple[Visit, ...] = ("baseline", "final")
_ARMS: tuple[Arm, ...] = ("treated", "control")

_RANGES = "ranges at baseline"
_ENDS = "smallest treated area", "largest treated area", "smallest control area", "largest control area"
_EMPTY = Missing("no data set on the lattice agrees with everything printed")

MOST_POINTS = 5_000
"""Points of the joint picture; more are put into bins."""

MOST_PARTIAL = 1_000_000
"""Data sets, some of them filled in in part, among which the simplest one is looked for."""

MOST_SETS = 2**62
"""Data sets before ranges and p are applied: what is counted in machine integers."""

# ---- problem and results


@dataclass(frozen=True)
class PPrinted:
    """A two-sided p of the paired t test of the areas at one visit."""

    visit: Visit
    span: Span

    def __str__(self) -> str:
        return f"p at {'baseline' if self.visit == 'baseline' else 'the final visit'}, {self.span}"


@dataclass(frozen=True)
class AreaProblem:
    """Everything that is printed, and the lattice that areas were measured on.

    Raises
    ------
    Refusal
        If there is no pair, a p of a single pair, or a p that reaches nowhere between 0 and 1.
    """

    pairs: tuple[PairPrinted, ...]
    treated_range: RangePrinted
    control_range: RangePrinted
    ps: tuple[PPrinted, ...]
    lattice: AreaLattice

    def __post_init__(self) -> None:
        if len(self.pairs) < (2 if self.ps else 1):
            raise Refusal(f"pairs: {len(self.pairs)} given; wanted at least 1, and at least 2 for a p")
        for p in self.ps:
            if p.span.high <= 0 or p.span.low > 1:
                raise Refusal(f"p: {p.span} given; wanted a p above 0, at most 1")


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
class Stage:
    """How many data sets agree with this constraint and all those before it."""

    constraint: str
    count: int


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
class Simplest:
    """The simplest data set, with its p at both visits; see `consistent_areas` for the rule.

    `differing` counts pairs without a printed baseline whose baselines differ, `distinct` the different areas among
    values that are not printed. `proven` is False where the search was cut short, and a simpler one may exist.
    """

    member: Member
    differing: int
    distinct: int
    p_baseline: Real
    p_final: Real
    proven: bool


@dataclass(frozen=True)
class Joint:
    """Data sets by mean difference at baseline and at the final visit: (x, y, count), in cm².

    `width` is 0 where points are exact; otherwise points are centres of bins that are so wide (cm²) both ways.
    """

    points: tuple[tuple[float, float, int], ...]
    width: float


@dataclass(frozen=True)
class ConsistentAreas:
    """All data sets that agree with everything printed.

    `size` is how many. `lattice_size` counts areas of the lattice above 0. `combinations` is what trying all takes:
    `lattice_size` for a baseline that is not printed, times one more (0) for each final area of which neither the
    value nor the percentage is. `funnel` counts after each constraint; `fails` names the first that leaves nothing, ""
    if none does. The rest describes the set, and is empty or `Missing` if the set is.
    """

    size: int
    lattice_size: int
    combinations: int
    funnel: tuple[Stage, ...]
    fails: str
    marginals: tuple[Marginal, ...]
    common: tuple[Common, ...]
    estimates: AreaEstimates | Missing
    simplest: Simplest | Missing
    joint: Joint


@dataclass(frozen=True)
class _Told:
    """What describes a set in `ConsistentAreas`; by default of the empty one."""

    marginals: tuple[Marginal, ...] = ()
    common: tuple[Common, ...] = ()
    estimates: AreaEstimates | Missing = _EMPTY
    simplest: Simplest | Missing = _EMPTY
    joint: Joint = Joint((), 0)


# ---- what was printed → what is searched


@dataclass(frozen=True)
class _Filled:
    """The pairs with their options, and which of them is counted in runs rather than combined with all others."""

    problem: AreaProblem
    pairs: tuple[PairOptions, ...]
    last: int
    windows: tuple[Window, ...]
    wanted: int

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The outer pairs, then the last one."""
        return (*(place for place in range(len(self.pairs)) if place != self.last), self.last)

    def search(self, keys: Sequence[Keys] | None = None) -> Search:
        """All keys of each pair, or those given (in the order of the problem)."""
        chosen = keys or [pair.keys for pair in self.pairs]
        *outer, last = (chosen[place] for place in self.order)
        return Search(tuple(outer), last, self.windows, self.wanted)


def _filled(problem: AreaProblem, lesions: Sequence[tuple[LesionOptions, LesionOptions]]) -> _Filled:
    wanted = _wanted(problem, lesions)
    pairs = tuple(
        pair_options(printed.name, *lesion, wanted) for printed, lesion in zip(problem.pairs, lesions, strict=True)
    )
    if (sets := math.prod(pair.key_of.size for pair in pairs)) > MOST_SETS:
        raise OverBudget(f"the pairs can be filled in in {sets:.0e} ways; the limit is {MOST_SETS:.0e}")
    saved = [pair.keys.size / len(np.unique(pair.keys.growth)) for pair in pairs]
    windows = tuple(t_window(_VISITS.index(p.visit), len(pairs), p.span.low, p.span.high) for p in problem.ps)
    return _Filled(problem, pairs, int(np.argmax(saved)), windows, wanted)


def _wanted(problem: AreaProblem, lesions: Sequence[tuple[LesionOptions, LesionOptions]]) -> int:
    """Bits of the ends that must be attained, but for those that are attained whatever the options."""
    ranges = problem.treated_range, problem.control_range
    wanted = sum(
        bit << 2 * arm
        for arm, within in enumerate(ranges)
        for bit, span in ((1, within.low), (2, within.high))
        if within.attained and span is not None
    )
    for treated, control in lesions:
        wanted &= ~(int(np.bitwise_and.reduce(treated.ends)) | int(np.bitwise_and.reduce(control.ends)) << 2)
    return wanted


def _each_lesion(problem: AreaProblem) -> Iterator[tuple[LesionPrinted, RangePrinted]]:
    for pair in problem.pairs:
        yield pair.treated, problem.treated_range
        yield pair.control, problem.control_range


def _before_p(problem: AreaProblem) -> tuple[_Filled | None, list[int], str]:
    """The pairs, counts before any p (without and with ranges), and what fails; no pairs if anything does."""
    lesions = tuple(_each_lesion(problem))
    printed = math.prod(lesion_count(problem.lattice, lesion) for lesion, _ in lesions)
    if printed == 0:
        return None, [0, 0], next(filter(None, (nothing_fits(problem.lattice, lesion) for lesion, _ in lesions)))
    options = [lesion_options(problem.lattice, lesion, within) for lesion, within in lesions]
    for (lesion, _), filled_in in zip(lesions, options, strict=True):
        if len(filled_in.baseline) == 0:
            return None, [printed, 0], f"{_RANGES}: no area of {lesion.name} lies within"
    filled = _filled(problem, tuple(zip(options[::2], options[1::2], strict=True)))
    within_ranges = _within_ranges(filled)
    if within_ranges == 0:
        return None, [printed, 0], f"{_RANGES}: {_unattained(filled)}"
    return filled, [printed, within_ranges], ""


def _unattained(filled: _Filled) -> str:
    possible = int(np.bitwise_or.reduce(np.concatenate([pair.keys.ends for pair in filled.pairs])))
    missing = [name for bit, name in enumerate(_ENDS) if filled.wanted & ~possible & 1 << bit]
    if not missing:
        return "not all printed ends can be attained at once"
    return f"no lesion attains the {' or the '.join(missing)}"


def _within_ranges(filled: _Filled) -> int:
    """Data sets before any p: by the ends that the pairs so far attain."""
    ways = {0: 1}
    for pair in filled.pairs:
        own = {int(e): int(np.sum(pair.keys.count[pair.keys.ends == e])) for e in np.unique(pair.keys.ends)}
        together: dict[int, int] = {}
        for (ends, count), (more, factor) in itertools.product(ways.items(), own.items()):
            together[ends | more] = together.get(ends | more, 0) + count * factor
        ways = together
    return ways.get(filled.wanted, 0)


# ---- what was found → what is told


def _marginals(filled: _Filled, found: Tally) -> Iterator[Marginal]:
    lattice = filled.problem.lattice
    for place, (pair, printed) in enumerate(zip(filled.pairs, filled.problem.pairs, strict=True)):
        ways = _ways_to_complete(filled, found, place)[pair.key_of]
        lesions = (printed.treated, pair.treated, 1), (printed.control, pair.control, 0)
        for arm, (lesion, options, others) in zip(_ARMS, lesions, strict=True):
            counts = np.sum(ways, axis=others)
            for visit, areas in zip(_VISITS, (options.baseline, options.final), strict=True):
                yield Marginal(printed.name, arm, lesion.name, visit, _counted(lattice, areas, counts))


def _ways_to_complete(filled: _Filled, found: Tally, place: int) -> Ints:
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


def _quantities(pair: PairOptions) -> Floats:
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


def _estimates(filled: _Filled, found: Tally) -> AreaEstimates:
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


def _joint(filled: _Filled, found: Tally) -> Joint:
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


def _member(filled: _Filled, areas: Sequence[int]) -> Member:
    """From four areas a pair, in units."""
    values = [filled.problem.lattice.area(multiple) for multiple in areas]
    lesions = [*map(LesionAreas, values[::2], values[1::2])]
    names = [printed.name for printed in filled.problem.pairs]
    return tuple(map(PairAreas, names, lesions[::2], lesions[1::2]))


# ---- the simplest


@dataclass(frozen=True)
class _Partial:
    """Data sets filled in for the first pairs: an entry, or row, of each array is one.

    `keys` are those of all pairs, `areas` four for each pair filled in, `used` the `count` different unprinted areas.
    """

    keys: Ints
    areas: Ints
    used: Ints
    count: Ints


def _simplest(filled: _Filled) -> Simplest:
    free = [i for i, p in enumerate(filled.problem.pairs) if not (p.treated.baseline or p.control.baseline)]
    for differing in range(len(free) + 1):
        keys, proven = _fewest_differing(filled, free, differing)
        if len(keys):
            break
    for distinct in range(4 * len(filled.pairs) + 1):
        areas, whole = _filled_in(filled, keys, distinct)
        proven = proven and whole
        if len(areas):
            break
    best = _largest(filled, areas)
    p_baseline, p_final = (_p_of(best[visit::4], best[2 + visit :: 4]) for visit in VISITS)
    return Simplest(_member(filled, best), differing, distinct, p_baseline, p_final, proven)


def _fewest_differing(filled: _Filled, free: Sequence[int], differing: int) -> tuple[Ints, bool]:
    """Keys of all pairs that agree, with so many of the free pairs different at baseline; and whether that is all."""
    batches, found = [np.zeros((0, len(filled.pairs)), np.int64)], 0
    for different in itertools.combinations(free, differing):
        keys = [pair.keys for pair in filled.pairs]
        for place in free:
            keys[place] = keys[place].chosen((keys[place].differences[0] != 0) == (place in different))
        if not all(key.size for key in keys):
            continue
        for batch in filled.search(keys).agreeing():
            progress.step(1, "the simplest data set")
            batches.append(batch[:, np.argsort(filled.order)])
            found += len(batch)
            if found > MOST_PARTIAL:
                return np.concatenate(batches)[:MOST_PARTIAL], False
    return np.concatenate(batches), True


def _filled_in(filled: _Filled, keys: Ints, distinct: int) -> tuple[Ints, bool]:
    """All data sets with these keys and at most so many different unprinted areas; and whether that is all."""
    start = np.zeros(len(keys), np.int64)
    partial, whole = _Partial(keys, np.zeros((len(keys), 0), np.int64), np.full((len(keys), distinct), -1), start), True
    for place, (pair, printed) in enumerate(zip(filled.pairs, filled.problem.pairs, strict=True)):
        ways = pair.keys.count[partial.keys[:, place]]
        if int(np.sum(ways)) > MOST_PARTIAL:
            # Those that need the fewest areas so far are kept.
            order = np.argsort(partial.count, kind="stable")
            fits = order[np.cumsum(ways[order]) <= MOST_PARTIAL]
            partial, ways, whole = _rows(partial, fits), ways[fits], False
        partial = _extended(partial, pair, ways, place, _unprinted(printed))
    return partial.areas, whole


def _rows(partial: _Partial, rows: Ints | NDArray[np.bool_]) -> _Partial:
    return _Partial(partial.keys[rows], partial.areas[rows], partial.used[rows], partial.count[rows])


def _extended(partial: _Partial, pair: PairOptions, ways: Ints, place: int, unprinted: Sequence[int]) -> _Partial:
    own = pair.areas(pair.by_key[stretches(pair.first[partial.keys[:, place]], ways)])
    partial = _rows(partial, np.repeat(np.arange(len(ways)), ways))
    used, count, fits = partial.used, partial.count, np.ones(len(own), np.bool_)
    for slot in unprinted:
        new = ~np.any(used == own[:, [slot]], axis=1)
        fits &= ~new | (count < used.shape[1])
        added = np.flatnonzero(new & fits)
        used[added, count[added]] = own[added, slot]
        count[added] += 1
    return _rows(_Partial(partial.keys, np.concatenate([partial.areas, own], axis=1), used, count), fits)


def _slots(printed: PairPrinted) -> tuple[Span | None, ...]:
    return printed.treated.baseline, printed.treated.final, printed.control.baseline, printed.control.final


def _unprinted(printed: PairPrinted) -> list[int]:
    return [slot for slot, span in enumerate(_slots(printed)) if span is None]


def _largest(filled: _Filled, areas: Ints) -> tuple[int, ...]:
    """The largest unprinted areas, then printed ones nearest to the middle of their spans, then the first largest."""
    spans = [span for printed in filled.problem.pairs for span in _slots(printed)]
    unprinted = [slot for slot, span in enumerate(spans) if span is None]
    total = np.sum(areas[:, unprinted], axis=1)
    areas = areas[total == np.max(total)]
    unit = float(filled.problem.lattice.unit)
    off = np.zeros(len(areas))
    for slot, span in enumerate(spans):
        if span is not None:
            off += np.abs(areas[:, slot] * unit - float(span.low + span.high) / 2)
    nearest = areas[np.round(off, 9) == np.min(np.round(off, 9))]
    return max(map(tuple, nearest.tolist()))


def _p_of(treated: Sequence[int], control: Sequence[int]) -> Real:
    return paired_p([t - c for t, c in zip(treated, control, strict=True)])


# ---- public functions


def consistent_areas(problem: AreaProblem) -> ConsistentAreas:
    """All data sets on the lattice that agree with everything printed: how many, and what can be told of them.

    A data set gives each lesion an area at baseline and one at the final visit. Two that differ only in the sides of a
    lesion are one.

    Parameters
    ----------
    problem
        What is printed of each lesion, of the range of each arm, and of p; and the lattice.

    Returns
    -------
    ConsistentAreas
        Counts are exact, and so are ends of ranges but for floating point. `simplest` is the data set with the fewest
        pairs that have no printed baseline and differ at baseline; among these with the fewest different areas among
        all values that are not printed; then with the largest sum of these; then with printed values nearest to the
        middle of what they can stand for (smallest sum of distances); then with the largest first area that differs,
        pair by pair, treated before control, baseline before final visit.

    Raises
    ------
    OverBudget
        If a lesion, a pair or all but one pairs together can be filled in in too many ways; some seconds of work.
    Stopped
        If whoever listens to `lib.progress` wants no more.

    Notes
    -----
    p counts as printed if it lies in its span give or take a relative 1e-10 (`area_runs.P_ROUNDING`). Equal differences
    other than zero have p = 0; differences that are all zero have none, and agree with no printed p.

    Examples
    --------
    Two pairs, of which only the first one's areas and p are printed:

    >>> from decimal import Decimal
    >>> from lib.analysis.area_lattice import area_lattice, exactly, printed_span
    >>> lattice = area_lattice("rectangle", 0.5, 1)
    >>> shown = LesionPrinted("a", exactly(1), exactly(1)), LesionPrinted("b", exactly(0.25), exactly(0.25))
    >>> hidden = LesionPrinted("c", percent=exactly(0)), LesionPrinted("d", percent=exactly(0))
    >>> pairs = PairPrinted("1", *shown), PairPrinted("2", *hidden)
    >>> p = PPrinted("baseline", printed_span(Decimal("0.50")))
    >>> found = consistent_areas(AreaProblem(pairs, RangePrinted(), RangePrinted(), (p,), lattice))
    >>> found.size, [stage.count for stage in found.funnel], found.simplest.member[1].treated
    (3, [9, 9, 3], LesionAreas(baseline=1.0, final=1.0))
    """
    filled, counts, fails = _before_p(problem)
    found = None if filled is None else tally(filled.search(), [_quantities(filled.pairs[i]) for i in filled.order])
    if problem.ps:
        counts += found.stages if found else [0] * len(problem.ps)
    if not fails and counts[-1] == 0:
        fails = str(problem.ps[counts.index(0) - 2])
    names = "printed areas and percentages", _RANGES, *map(str, problem.ps)
    told = _Told() if fails or filled is None or found is None else _told(filled, found)
    return ConsistentAreas(
        size=counts[-1],
        lattice_size=len(problem.lattice.multiples),
        combinations=_combinations(problem),
        funnel=tuple(map(Stage, names, counts)),
        fails=fails,
        **vars(told),
    )


def _told(filled: _Filled, found: Tally) -> _Told:
    marginals = tuple(_marginals(filled, found))
    common = tuple(Common(m.pair, m.arm, m.lesion, m.visit, m.counts[0][0]) for m in marginals if len(m.counts) == 1)
    return _Told(marginals, common, _estimates(filled, found), _simplest(filled), _joint(filled, found))


def _combinations(problem: AreaProblem) -> int:
    areas = len(problem.lattice.multiples)
    lesions = [lesion for lesion, _ in _each_lesion(problem)]
    return math.prod(
        (areas if lesion.baseline is None else 1) * (areas + 1 if lesion.final is lesion.percent is None else 1)
        for lesion in lesions
    )


def consistent_members(problem: AreaProblem, limit: int) -> tuple[Member, ...]:
    """Data sets of the set of `consistent_areas`, at most `limit`, always the same ones in the same order.

    The order goes by differences between the sides, so that the first ones are alike: they are no random sample.

    Raises
    ------
    Refusal
        If `limit` is negative.
    OverBudget, Stopped
        As `consistent_areas`.
    """
    if limit < 0:
        raise Refusal(f"limit: {limit} given; wanted 0 or more")
    filled, _, _ = _before_p(problem)
    return () if filled is None else tuple(itertools.islice(_members(filled), limit))


def _members(filled: _Filled) -> Iterator[Member]:
    in_order = np.argsort(filled.order)
    for batch in filled.search().agreeing():
        progress.step(0, "data sets that agree")  # how far it is depends on how many are wanted
        for keys in batch[:, in_order].tolist():
            ways = [_ways(pair, key) for pair, key in zip(filled.pairs, keys, strict=True)]
            for areas in itertools.product(*ways):
                yield _member(filled, [*itertools.chain.from_iterable(areas)])


def _ways(pair: PairOptions, key: int) -> list[list[int]]:
    """Four areas for each way to fill in a pair with one key."""
    ways: list[list[int]] = pair.areas(pair.by_key[pair.first[key] :][: pair.keys.count[key]]).tolist()
    return ways
