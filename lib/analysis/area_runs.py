"""Runs: stretches of one pair's options that agree with printed p-values, given all other pairs.

With all pairs but the last fixed, printed p leave its difference some intervals (`area_windows`). The last pair's
options, sorted by their difference, therefore agree in a few runs, which are counted, not visited.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from lib.analysis.area_lattice import Ints, stretches
from lib.analysis.area_pairs import VISITS, Keys
from lib.analysis.area_windows import Interval, Sums, Window, agreeing, both
from lib.errors import OverBudget

MOST_OUTER = 6_000_000
"""Combinations of the outer pairs: half a gigabyte, and about four seconds."""

MOST_WORK = 16_000_000
"""The same times different changes between the visits of the last pair: up to eight seconds, if there is no p."""

MOST_PART = 2**16
"""Combinations that are searched at once: what a processor's cache holds."""

MOST_BATCH = 2**18
"""Data sets, up to what pairs share, that are listed at once."""

FAR = 2**40
"""Beyond every difference."""


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
            reduce(both, (agreeing(w, sums, reach[visit]) for w in windows if w.visit == visit), everywhere)
            for visit in VISITS
        )
        for group in groups:
            shifted = [(first - group.growth, last - group.growth) for first, last in at_final]
            found = [_found(group, interval) for interval in both(at_baseline, shifted)]
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
