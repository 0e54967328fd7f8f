"""Runs: stretches of one pair's options that agree with printed p-values, given all other pairs.

Student's t depends on the differences through their sum and their sum of squares alone. With all pairs but the last
fixed, t² ≥ c is therefore a quadratic inequality in the last difference: it holds inside or outside an interval of
whole numbers. The last pair's options, sorted by their difference, agree in a few runs, which are counted, not visited.
Sums and squares are exact in integers; roots only tell where to look, and a whole number next to one is tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib import progress
from lib.analysis.area_lattice import Ints, LesionOptions, stretches
from lib.errors import OverBudget
from lib.values import Missing, Real

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Predicate = Callable[[Ints, Ints], Truths]
"""Of sums and sums of squares of all differences."""

VISITS = (0, 1)
"""Baseline and final visit."""

P_ROUNDING = 1e-10
"""Relative distance within which a p counts as equal to a bound: more than the rounding of its computation."""

MOST_ASSIGNMENTS = 6_000_000
"""Ways to fill in one pair."""

MOST_OUTER = 6_000_000
"""Combinations of the outer pairs: half a gigabyte, and about four seconds."""

MOST_WORK = 16_000_000
"""The same times different changes between the visits of the last pair: up to eight seconds, if there is no p."""

MOST_CELLS = 20_000_000
"""Different totals of all differences at both visits."""

MOST_PART = 2**16
"""Combinations that are searched at once: what a processor's cache holds."""

MOST_MATRIX = 2**22
"""Their rows times options of the last pair."""

MOST_BATCH = 2**18
"""Data sets, up to what pairs share, that are listed at once."""

FAR = 2**40
"""Beyond every difference."""

NEAR = 1e-3
"""A root closer to a whole number than this decides nothing; its own error is far smaller."""


# ---- the options of a pair


@dataclass(frozen=True)
class Keys:
    """What pairs are compared by, each combination once: an entry of each array is one.

    `differences` are treated − control at both visits in units; `ends` has a bit for each printed end of a range that a
    lesion of the pair attains; `count` tells how many ways to fill in the pair share it; `place` is its number.
    """

    differences: tuple[Ints, Ints]
    ends: Ints
    count: Ints
    place: Ints

    def chosen(self, which: Ints | Truths) -> Keys:
        """Some of them, or all in another order."""
        baseline, final = self.differences
        return Keys((baseline[which], final[which]), self.ends[which], self.count[which], self.place[which])

    @property
    def size(self) -> int:
        """How many."""
        return len(self.place)

    @property
    def growth(self) -> Ints:
        """Difference at the final visit minus that at baseline."""
        return self.differences[1] - self.differences[0]


@dataclass(frozen=True)
class PairOptions:
    """Every way to fill in one pair: `key_of[i, j]` is the key of its treated lesion's option i and the other's j."""

    treated: LesionOptions
    control: LesionOptions
    keys: Keys
    key_of: Ints

    @cached_property
    def by_key(self) -> Ints:
        """The flat places of `key_of`, sorted by key; `keys.count` tells how many each has."""
        return np.argsort(self.key_of, axis=None, kind="stable")

    @cached_property
    def first(self) -> Ints:
        """Where each key starts in `by_key`."""
        return np.cumsum(self.keys.count) - self.keys.count

    def areas(self, flat: Ints) -> Ints:
        """Of some flat places: treated at baseline and final, control at baseline and final, in a last axis of 4."""
        treated, control = np.divmod(flat, len(self.control.baseline))
        lesions = ((self.treated, treated), (self.control, control))
        return np.stack([areas[i] for lesion, i in lesions for areas in (lesion.baseline, lesion.final)], axis=-1)


def pair_options(name: str, treated: LesionOptions, control: LesionOptions, wanted: int) -> PairOptions:
    """Combine two lesions; of the ends that they attain, only those `wanted` are kept apart.

    Raises
    ------
    OverBudget
        If the combinations are more than `MOST_ASSIGNMENTS`.
    """
    shape = len(treated.baseline), len(control.baseline)
    if (assignments := shape[0] * shape[1]) > MOST_ASSIGNMENTS:
        raise OverBudget(
            f"{name} can be filled in in {assignments:,} ways; the limit is {MOST_ASSIGNMENTS:,}. "
            "A coarser step or a shorter longest side leaves fewer"
        )
    baseline = np.subtract.outer(treated.baseline, control.baseline).ravel()
    final = np.subtract.outer(treated.final, control.final).ravel()
    ends = np.bitwise_or.outer(treated.ends, control.ends << 2).ravel() & wanted
    # One sortable number a key: of all three columns, the first leads.
    span, lowest = int(np.ptp(final)) + 1, int(np.min(final))
    code = (baseline * span + final - lowest) * 16 + ends
    codes, key_of, count = np.unique(code, return_inverse=True, return_counts=True)
    rest, ends = np.divmod(codes, 16)
    baseline, final = np.divmod(rest, span)
    keys = Keys((baseline, final + lowest), ends, count, np.arange(len(codes)))
    return PairOptions(treated, control, keys, key_of.reshape(shape))


# ---- windows of t²


@dataclass(frozen=True)
class Window:
    """A printed p as t² from `low` to `high`, at one visit, of `n` pairs."""

    visit: int
    n: int
    low: float
    high: float

    def enough(self, total: Ints, squares: Ints) -> Truths:
        """Whether t² is at least `low`, for sums and sums of squares of all differences."""
        explained, spread = _parts(self.n, total, squares)
        enough: Truths = explained >= self.low * spread
        return enough

    def too_much(self, total: Ints, squares: Ints) -> Truths:
        """Whether t² is above `high`, infinite beyond a finite one, or undefined as all differences are zero."""
        explained, spread = _parts(self.n, total, squares)
        if np.isinf(self.high):
            undefined: Truths = explained + spread == 0  # neither is ever negative
            return undefined
        too_much: Truths = (explained > self.high * spread) | (spread == 0)
        return too_much


def _parts(n: int, total: Ints, squares: Ints) -> tuple[Ints, Ints]:
    """Numerator and denominator of t², both whole."""
    square = total * total
    return (n - 1) * square, n * squares - square


def t_window(visit: int, n: int, low: Fraction, high: Fraction) -> Window:
    """The t² whose two-sided p are from `low` to `high`, give or take `P_ROUNDING`; p is 0 where t is infinite."""
    least, most = float(low) * (1 - P_ROUNDING), float(high) * (1 + P_ROUNDING)
    return Window(visit, n, 0.0 if most >= 1 else _t_squared(n, most), np.inf if least <= 0 else _t_squared(n, least))


def _t_squared(n: int, p: float) -> float:
    square = float(special.stdtrit(n - 1, p / 2)) ** 2
    # At 1 the inequality is no longer quadratic; the next number is as good.
    return square if square != 1 else float(np.nextafter(1, 2))


def two_sided_p(n: int, t_squared: float) -> float:
    """Two-sided p of a paired t test of `n` pairs."""
    return 2 * float(special.stdtr(n - 1, -math.sqrt(t_squared)))


def paired_p(differences: Sequence[int]) -> Real:
    """Two-sided p of a paired t test: 0 if all differences are equal, missing if they are zero or there is one."""
    n, total = len(differences), sum(differences)
    explained, spread = (n - 1) * total**2, n * sum(d * d for d in differences) - total**2
    if n == 1 or explained == spread == 0:
        return Missing("one pair has no t" if n == 1 else "all differences are zero: t does not exist")
    return two_sided_p(n, explained / spread) if spread else 0.0


# ---- where the last difference can lie

Interval = tuple[Ints, Ints]
"""First and last whole number, a row for each combination of the outer pairs; empty where the first is larger."""


@dataclass(frozen=True)
class Sums:
    """Sums over the outer pairs, a row for each combination: of differences and their squares at both visits.

    `ways` tells how many ways to fill in the outer pairs share the row.
    """

    total: tuple[Ints, Ints]
    squares: tuple[Ints, Ints]
    ways: Ints


def _agreeing(window: Window, sums: Sums, reach: tuple[int, int]) -> list[Interval]:
    """Where, within `reach`, the last difference puts t² into the window; the intervals don't overlap."""
    if window.high < 1:
        agreeing = [_stretch(window, window.high, sums, reach, wanted=_not(window.too_much))]
    else:
        agreeing = _outside(_stretch(window, window.high, sums, reach, wanted=window.too_much), reach)
    if window.low > 1:
        return _both(agreeing, [_stretch(window, window.low, sums, reach, wanted=window.enough)])
    if window.low > 0:
        return _both(agreeing, _outside(_stretch(window, window.low, sums, reach, _not(window.enough)), reach))
    return agreeing


def _not(holds: Predicate) -> Predicate:
    return lambda total, squares: ~holds(total, squares)


def _outside(inside: Interval, reach: tuple[int, int]) -> list[Interval]:
    first, last = inside
    return [(np.full_like(first, reach[0]), first - 1), (last + 1, np.full_like(last, reach[1]))]


def _both(some: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    return [(np.maximum(a, c), np.minimum(b, d)) for a, b in some for c, d in others]


def _stretch(window: Window, c: float, sums: Sums, reach: tuple[int, int], wanted: Predicate) -> Interval:
    """The whole numbers between the two differences that make t² equal to c; `wanted` decides those next to them."""
    total, squares = sums.total[window.visit], sums.squares[window.visit]
    low, high = _roots(c, window.n, total, squares)
    first = _edge(low, total, squares, reach, wanted, np.ceil, 1)
    last = _edge(high, total, squares, reach, wanted, np.floor, -1)
    none = np.isnan(low) | (first > last)
    # An empty stretch lies beyond the reach, so that what is outside it is one interval.
    return np.where(none, reach[1] + 1, first), np.where(none, reach[1], last)


def _edge(
    root: Floats,
    total: Ints,
    squares: Ints,
    reach: tuple[int, int],
    wanted: Predicate,
    inwards: Callable[[Floats], Floats],
    step: int,
) -> Ints:
    """The outermost whole number on the inner side of a root."""
    clipped = np.clip(np.nan_to_num(root), reach[0] - 1, reach[1] + 1)
    nearest = np.rint(clipped)
    edge = inwards(clipped).astype(np.int64)
    (rows,) = np.nonzero(np.abs(clipped - nearest) < NEAR)
    d = nearest[rows].astype(np.int64)
    edge[rows] = np.where(wanted(total[rows] + d, squares[rows] + d * d), d, d + step)
    return edge


def _roots(c: float, n: int, total: Ints, squares: Ints) -> tuple[Floats, Floats]:
    """Where (n − 1)(s + d)² = c · (n(q + d²) − (s + d)²), the smaller d first; NaN where nowhere."""
    if np.isinf(c):
        # Only where all differences are zero.
        return (zero := np.where(squares == 0, 0.0, np.nan)), zero
    a, half = (n - 1) * (1 - c), (n - 1 + c) * total
    positive = (n - 1 + c) * total * total
    bracket = positive + a * squares
    # Rounding must not lose a double root.
    root = np.sqrt(np.where(bracket < -1e-9 * positive, np.nan, np.maximum(bracket, 0) * c * n))
    far = -(half + np.copysign(root, half))
    with np.errstate(invalid="ignore"):
        one, other = far / a, np.where(far == 0, 0.0, (positive - c * n * squares) / np.where(far == 0, 1.0, far))
    return np.minimum(one, other), np.maximum(one, other)


# ---- search


@dataclass(frozen=True)
class Group:
    """Options of the last pair, by ascending difference at one visit.

    The other visit differs by `growth`, where it matters. `below[i]` tells how many of them have a difference below
    lowest + i; `running[i]` how many ways the first i have.
    """

    keys: Keys
    growth: int
    lowest: int
    below: Ints
    running: Ints

    def before(self, difference: Ints) -> Ints:
        """How many options have a smaller difference."""
        return self.below[np.minimum(np.maximum(difference - self.lowest, 0), len(self.below) - 1)]


def _group(keys: Keys, growth: int, visit: int) -> Group:
    ordered = keys.chosen(np.argsort(keys.differences[visit], kind="stable"))
    d = ordered.differences[visit]
    below = np.searchsorted(d, np.arange(d[0], d[-1] + 2))
    return Group(ordered, growth, int(d[0]), below, np.concatenate([[0], np.cumsum(ordered.count)]))


def _found(group: Group, interval: Interval) -> tuple[Ints, Ints, Ints]:
    """Rows, starts and stops of the runs that are not empty."""
    first, last = interval
    rows = np.flatnonzero(first <= last)
    start, stop = group.before(first[rows]), group.before(last[rows] + 1)
    some = np.flatnonzero(start < stop)
    return rows[some], start[some], stop[some]


@dataclass(frozen=True)
class Runs:
    """Options `start` to before `stop` of a group agree with row `row` of the sums; an entry of each is one run."""

    group: Group
    row: Ints
    start: Ints
    stop: Ints

    @property
    def ways(self) -> Ints:
        """Ways to fill in the last pair, in each run."""
        return self.group.running[self.stop] - self.group.running[self.start]


@dataclass(frozen=True)
class Search:
    """The outer pairs, whose options are combined, and the last one, whose options are counted in runs.

    `wanted` has the bits of all ends of ranges that the pairs together must attain.
    """

    outer: tuple[Keys, ...]
    last: Keys
    windows: tuple[Window, ...]
    wanted: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Options of each outer pair."""
        return tuple(keys.size for keys in self.outer)

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.outer) + 1

    @property
    def size(self) -> int:
        """Combinations of options of the outer pairs."""
        return math.prod(self.shape)

    @property
    def work(self) -> int:
        """Combinations of outer options with growths of the last pair."""
        return self.size * len(np.unique(self.last.growth))

    @property
    def stages(self) -> tuple[tuple[Window, ...], ...]:
        """The first window, the first two …; or none, if there is none."""
        return tuple(self.windows[: count + 1] for count in range(len(self.windows))) or ((),)

    def must_be_affordable(self) -> None:
        """Refuse what takes too long.

        Raises
        ------
        OverBudget
            If the work is more than `MOST_OUTER` or `MOST_WORK`.
        """
        if self.size > MOST_OUTER or self.work > MOST_WORK:
            raise OverBudget(
                f"all pairs but one can differ in {self.size:,} ways, times {self.work // self.size} changes of that "
                f"one makes {self.work:,}; the limits are {MOST_OUTER:,} and {MOST_WORK:,}. "
                "A coarser step, a shorter longest side or exact percentages leave fewer"
            )

    def over_outer(self, combine: np.ufunc, column: Callable[[Keys], Ints]) -> Ints:
        """One column of all outer pairs, combined: an entry for each combination, the last pair varying fastest."""
        return reduce(combine.outer, map(column, self.outer), np.zeros((), np.int64)).ravel()

    def rows(self, combinations: Ints) -> tuple[Ints, ...]:
        """The option of each outer pair."""
        return tuple(np.unravel_index(combinations, self.shape)) if self.outer else ()

    def sums(self, combinations: Ints) -> Sums:
        """The sums of some combinations."""
        chosen = [keys.chosen(row) for keys, row in zip(self.outer, self.rows(combinations), strict=True)]
        zero, one = np.zeros_like(combinations), np.ones_like(combinations)
        differences = [[keys.differences[visit] for keys in chosen] for visit in VISITS]
        total = [sum(column, zero) for column in differences]
        squares = [sum((d * d for d in column), zero) for column in differences]
        ways = reduce(np.multiply, (keys.count for keys in chosen), one)
        return Sums((total[0], total[1]), (squares[0], squares[1]), ways)

    def groups(self, needed: int, windows: Sequence[Window]) -> tuple[Group, ...]:
        """The last pair's options that attain what the others lack: one group for each growth, if it matters."""
        keys = self.last.chosen(self.last.ends & needed == needed)
        if keys.size and windows != self.windows and len({w.visit for w in windows}) == 1:
            return (_group(keys, 0, windows[0].visit),)
        growths = np.unique(keys.growth).tolist()
        return tuple(_group(keys.chosen(keys.growth == growth), growth, 0) for growth in growths)

    def runs(self, sums: Sums, groups: Sequence[Group], windows: Sequence[Window]) -> Iterator[Runs]:
        """Where the last pair agrees with some p-values, given the outer pairs: for each group, no two overlap."""
        reach = [(int(np.min(d)), int(np.max(d))) for d in self.last.differences]
        everywhere = [(np.full_like(sums.ways, -FAR), np.full_like(sums.ways, FAR))]
        at_baseline, at_final = (
            reduce(_both, (_agreeing(w, sums, reach[visit]) for w in windows if w.visit == visit), everywhere)
            for visit in VISITS
        )
        for group in groups:
            shifted = [(first - group.growth, last - group.growth) for first, last in at_final]
            found = [_found(group, interval) for interval in _both(at_baseline, shifted)]
            yield Runs(group, *(np.concatenate(column) for column in zip(*found, strict=True)))

    def agreeing(self) -> Iterator[Ints]:
        """Places of the keys that agree with everything: data sets × pairs, the last pair last, in batches.

        Batches come often, and may be empty.

        Raises
        ------
        OverBudget
            As `must_be_affordable`.
        """
        self.must_be_affordable()
        for first in range(0, self.size, MOST_PART):
            combinations = np.arange(first, min(self.size, first + MOST_PART))
            ends = [keys.ends[row] for keys, row in zip(self.outer, self.rows(combinations), strict=True)]
            needed = self.wanted & ~reduce(np.bitwise_or, ends, np.zeros_like(combinations))
            for need in np.unique(needed):
                yield from self._agreeing_among(combinations[needed == need], self.groups(int(need), self.windows))

    def _agreeing_among(self, combinations: Ints, groups: Sequence[Group]) -> Iterator[Ints]:
        for runs in self.runs(self.sums(combinations), groups, self.windows):
            lengths = runs.stop - runs.start
            cuts = np.flatnonzero(np.diff(np.cumsum(lengths) // MOST_BATCH)) + 1
            for piece in np.split(np.arange(len(lengths)), cuts):
                rows = self.rows(np.repeat(combinations[runs.row[piece]], lengths[piece]))
                outer = [keys.place[row] for keys, row in zip(self.outer, rows, strict=True)]
                own = runs.group.keys.place[stretches(runs.start[piece], lengths[piece])]
                yield np.stack([*outer, own], axis=1)


# ---- tally


@dataclass
class Tally:
    """What the data sets that agree with everything have in common, added up run by run.

    `stages` counts them after each window in turn. `outer` and `last` tell, for each combination of the outer pairs and
    each key of the last one, in how many ways the rest can be filled in. `joint[g, t]` counts them by growth and total
    of all differences at baseline, from `growth` and `total` on. `least` has the smallest sum of each quantity asked
    for. `spread` is n·Σd² − (Σd)², `t_squared` is t²: each smallest and largest, at both visits.
    """

    stages: list[int]
    outer: Ints
    last: Ints
    joint: Ints
    growth: int
    total: int
    least: Floats
    spread: list[tuple[float, float]] = field(default_factory=lambda: [(np.inf, -np.inf)] * 2)
    t_squared: list[tuple[float, float]] = field(default_factory=lambda: [(np.inf, -np.inf)] * 2)


def tally(search: Search, least: Sequence[Floats]) -> Tally:
    """Search everything, and add up.

    Parameters
    ----------
    search
        The pairs, and what they must agree with.
    least
        For each outer pair and then the last one an array, quantities × its keys: what a key adds to each quantity, at
        least. The smallest sums are wanted; for a largest one give the negative.

    Raises
    ------
    OverBudget
        As `Search.must_be_affordable`, or if the picture of both visits has more than `MOST_CELLS` values.
    Stopped
        As `progress.step`.
    """
    search.must_be_affordable()
    found = _nothing_yet(search, len(least[-1]))
    for part in _parts_of(search):
        progress.step(part.done, "data sets that agree")
        _add(found, search, part, least)
    return found


def _nothing_yet(search: Search, quantities: int) -> Tally:
    growth, total = _reach(search, lambda keys: keys.growth), _reach(search, lambda keys: keys.differences[0])
    cells = (growth[1] - growth[0] + 1) * (total[1] - total[0] + 1)
    if cells > MOST_CELLS:
        raise OverBudget(f"mean differences at both visits have {cells:,} values; the limit is {MOST_CELLS:,}")
    return Tally(
        stages=[0] * len(search.stages),
        outer=np.zeros(search.size, np.int64),
        last=np.zeros(search.last.size, np.int64),
        joint=np.zeros((growth[1] - growth[0] + 1, total[1] - total[0] + 1), np.int64),
        growth=growth[0],
        total=total[0],
        least=np.full(quantities, np.inf),
    )


def _reach(search: Search, column: Callable[[Keys], Ints]) -> tuple[int, int]:
    columns = [column(keys) for keys in (*search.outer, search.last)]
    return sum(int(np.min(c)) for c in columns), sum(int(np.max(c)) for c in columns)


@dataclass(frozen=True)
class _Part:
    """Combinations of the outer pairs that need the same ends; `row` numbers those alike in growth and total."""

    combinations: Ints
    row: Ints
    stages: tuple[tuple[Group, ...], ...]
    done: float


def _parts_of(search: Search) -> Iterator[_Part]:
    """All combinations, in parts that are small enough for a matrix of rows × options of the last pair."""
    needed = search.wanted & ~search.over_outer(np.bitwise_or, lambda keys: keys.ends)
    growth = search.over_outer(np.add, lambda keys: keys.growth)
    total = search.over_outer(np.add, lambda keys: keys.differences[0])
    code = (needed * (int(np.ptp(growth)) + 1) + growth - np.min(growth)) * (int(np.ptp(total)) + 1)
    code += total - np.min(total)
    order = np.argsort(code, kind="stable")
    row = np.concatenate([[0], np.cumsum(np.diff(code[order]) != 0)])
    needed = needed[order]
    for need in np.unique(needed):
        stages = tuple(search.groups(int(need), windows) for windows in search.stages)
        if not stages[-1]:
            continue
        rows = max(1, MOST_MATRIX // max(group.keys.size for group in stages[-1]))
        start, end = np.searchsorted(needed, [need, need + 1])
        while start < end:
            stop = min(end, start + MOST_PART, np.searchsorted(row, row[start] + rows))
            yield _Part(order[start:stop], row[start:stop] - row[start], stages, start / search.size)
            start = stop


def _add(found: Tally, search: Search, part: _Part, least: Sequence[Floats]) -> None:
    sums = search.sums(part.combinations)
    *before, last = zip(search.stages, part.stages, strict=True)
    for stage, (windows, groups) in enumerate(before):
        for runs in search.runs(sums, groups, windows):
            found.stages[stage] += int(np.sum(sums.ways[runs.row] * runs.ways))
    chosen = search.rows(part.combinations)
    outer_least = np.zeros((len(found.least), len(part.row)))
    for values, row in zip(least[:-1], chosen, strict=True):
        outer_least += values[:, row]
    bounds = [_bounds(search, sums, visit) for visit in VISITS]
    for runs in search.runs(sums, last[1], last[0]):
        if len(runs.row):
            found.outer[part.combinations] += np.bincount(runs.row, runs.ways, len(part.row)).astype(np.int64)
            found.stages[-1] += int(np.sum(sums.ways[runs.row] * runs.ways))
            _add_matrix(found, runs, sums, part.row)
            _add_least(found, runs, outer_least, least[-1][:, runs.group.keys.place])
            for visit in VISITS:
                _add_spread(found, _wide(found, runs, bounds[visit], visit), sums, visit, search.pairs)


def _add_matrix(found: Tally, runs: Runs, sums: Sums, row: Ints) -> None:
    """Of each row the ways of its combinations that agree with each option of the last pair."""
    keys, rows = runs.group.keys, int(row[-1]) + 1
    # A run adds its ways where it starts, and takes them away where it stops.
    steps = np.zeros((rows, keys.size + 1), np.int64)
    ways = sums.ways[runs.row]
    np.add.at(steps, (row[runs.row], runs.start), ways)
    np.subtract.at(steps, (row[runs.row], runs.stop), ways)
    matrix = np.cumsum(steps[:, :-1], axis=1)
    found.last[keys.place] += np.sum(matrix, axis=0)
    _, first = np.unique(row, return_index=True)
    total = sums.total[0][first]
    growth = sums.total[1][first] - total + runs.group.growth
    i, j = np.nonzero(matrix)
    at = (growth[i] - found.growth, total[i] + keys.differences[0][j] - found.total)
    np.add.at(found.joint, at, matrix[i, j] * keys.count[j])


def _add_least(found: Tally, runs: Runs, outer: Floats, last: Floats) -> None:
    for quantity, (others, own) in enumerate(zip(outer[:, runs.row], last, strict=True)):
        (promising,) = np.nonzero(others + np.min(own) < found.least[quantity])
        if len(promising):
            smallest = _smallest(own, runs.start[promising], runs.stop[promising])
            found.least[quantity] = min(found.least[quantity], np.min(others[promising] + smallest))


def _smallest(values: Floats, start: Ints, stop: Ints) -> Floats:
    """The smallest value of each stretch, from two overlapping stretches whose lengths are powers of two."""
    levels = [values]
    for level in range(int(np.max(stop - start)).bit_length() - 1):
        whole, shift = levels[-1], 2**level
        levels.append(np.concatenate([np.minimum(whole[:-shift], whole[shift:]), whole[-shift:]]))
    power = np.frexp((stop - start).astype(np.float64))[1] - 1
    table = np.stack(levels)
    smallest: Floats = np.minimum(table[power, start], table[power, stop - 2**power])
    return smallest


def _bounds(search: Search, sums: Sums, visit: int) -> tuple[Floats, Floats, Floats]:
    """For each row what no last difference can exceed: least and most spread, most t²."""
    n, total, squares = search.pairs, sums.total[visit].astype(np.float64), sums.squares[visit].astype(np.float64)
    ends = [int(end(search.last.differences[visit])) for end in (np.min, np.max)]
    most = np.maximum(*(n * (squares + d * d) - (total + d) ** 2 for d in ends))
    with np.errstate(divide="ignore", invalid="ignore"):
        least = n * (squares - total**2 / (n - 1)) if n > 1 else np.zeros_like(total)
        # As a last difference of squares / total gives it.
        peak = (n - 1) * (total**2 + squares) / ((n - 1) * squares - total**2)
    # Rounding must not lose anything.
    return least - 1e-6 * (1 + squares), most, np.where(np.isfinite(peak), peak * (1 + 1e-6), np.inf)


def _wide(found: Tally, runs: Runs, bounds: tuple[Floats, Floats, Floats], visit: int) -> Runs:
    """The runs that can be wider at one visit than what was found."""
    least, most, peak = (bound[runs.row] for bound in bounds)
    spread, t_squared = found.spread[visit], found.t_squared[visit]
    wide = (least < spread[0]) | (most > spread[1]) | (peak > t_squared[1]) | (t_squared[0] > 0)
    return Runs(runs.group, runs.row[wide], runs.start[wide], runs.stop[wide])


def _add_spread(found: Tally, runs: Runs, sums: Sums, visit: int, n: int) -> None:
    """Spread and t² are smooth in the last difference: extreme at the ends of a run, or next to where they turn."""
    total, squares = sums.total[visit][runs.row], sums.squares[visit][runs.row]
    shift = runs.group.growth * visit
    with np.errstate(divide="ignore", invalid="ignore"):
        turns = [total / max(n - 1, 1), -total.astype(np.float64), np.nan_to_num(squares / total)]
    places = [runs.group.before(np.ceil(np.clip(turn, -FAR, FAR)).astype(np.int64) - shift) for turn in turns]
    tried = np.stack([runs.start, runs.stop - 1, *places, *(place - 1 for place in places)])
    last = runs.group.keys.differences[visit][np.clip(tried, runs.start, runs.stop - 1)]
    explained, spread = _parts(n, total + last, squares + last * last)
    found.spread[visit] = _wider(found.spread[visit], spread.astype(np.float64))
    defined = (explained > 0) | (spread > 0)
    with np.errstate(divide="ignore"):
        found.t_squared[visit] = _wider(found.t_squared[visit], explained[defined] / spread[defined])


def _wider(ends: tuple[float, float], values: Floats) -> tuple[float, float]:
    return min(ends[0], float(np.min(values, initial=np.inf))), max(ends[1], float(np.max(values, initial=-np.inf)))
