"""What a set of tables of pairs has in common, and how far its members differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.analysis.pair_table_counts import Rows, Whole, moments, ranks, runs
from lib.analysis.pair_table_p import p_values, unsuited
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative
from lib.errors import OverBudget
from lib.progress import each
from lib.values import Missing, Real

_MOST_NAMED = 20
"""Pairs whose orders, n!, are still a machine integer."""


@dataclass(frozen=True)
class Range:
    """Smallest and largest value over the tables; `tables` counts those in which the value is defined."""

    low: Real
    high: Real
    tables: int


@dataclass(frozen=True)
class Ranges:
    """What the tables allow.

    Means, mean difference (treated − control) and sample SD of the differences are in score units; `higher`, `lower`
    and `equal` are shares of pairs, 0 to 1, in which the treated score is above, below and equal to the control score.
    `p` holds the p of each registered test, by its key.
    """

    mean_treated: Range
    mean_control: Range
    mean_difference: Range
    sd_difference: Range
    correlation: Range
    higher: Range
    lower: Range
    equal: Range
    p: tuple[tuple[str, Range], ...]


@dataclass(frozen=True)
class Cell:
    """One cell: its scores, the mean and largest number of pairs in it over the tables, and how many tables use it."""

    treated: int
    control: int
    mean: float
    most: int
    tables: int


@dataclass(frozen=True)
class Tables:
    """Tables of pairs: `cells` holds one a row, each pair as treated · levels + control from 0, ascending."""

    cells: NDArray[np.unsignedinteger]
    levels: int
    low: int

    @property
    def size(self) -> int:
        """How many tables."""
        return len(self.cells)

    @property
    def n(self) -> int:
        """Pairs in each."""
        return int(self.cells.shape[1])

    def scores(self) -> tuple[Rows, Rows]:
        """Treated and control scores from 0; a table a row."""
        treated, control = np.divmod(self.cells, self.cells.dtype.type(self.levels))
        return treated.astype(np.int16), control.astype(np.int16)

    @cached_property
    def places(self) -> NDArray[np.integer]:
        """The place of each pair, from 1, among those of the same cell."""
        return runs(self.cells)

    @cached_property
    def differences(self) -> DistinctDifferences:
        """The different sets of differences among the tables."""
        treated, control = self.scores()
        rows = np.sort(treated - control, axis=1)
        numbers = ranks(rows + np.int16(self.levels - 1), 2 * self.levels - 1)
        _, first, of, counts = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
        return DistinctDifferences(rows[first], of, counts)


@dataclass(frozen=True)
class DistinctDifferences:
    """Sets of differences, ascending, one a row; which of them each table has, and how many tables have each."""

    rows: Rows
    of: NDArray[np.intp]
    tables: NDArray[np.intp]


# ---- ranges


def ranges(tables: Tables, alternative: Alternative) -> Ranges:
    """Ranges over the tables; p of every registered test at this alternative, or why it is not computed."""
    if tables.size == 0:
        return _no_ranges()
    treated, control = tables.scores()
    (a, a_spread), (b, b_spread) = moments(treated), moments(control)
    found = tables.differences
    d_spread = moments(found.rows)[1]
    return Ranges(
        mean_treated=_range(a / tables.n + tables.low),
        mean_control=_range(b / tables.n + tables.low),
        mean_difference=_range((a - b) / tables.n),
        sd_difference=_sd(d_spread, found.tables, tables.n),
        correlation=_correlation(a_spread, b_spread, d_spread[found.of]),
        higher=_range(np.mean(found.rows > 0, axis=1), found.tables),
        lower=_range(np.mean(found.rows < 0, axis=1), found.tables),
        equal=_range(np.mean(found.rows == 0, axis=1), found.tables),
        p=tuple((test, _p(test, alternative, tables)) for test in each(tuple(TESTS), "p of each test")),
    )


def _no_ranges() -> Ranges:
    n = _none("no table meets what is printed")
    return Ranges(n, n, n, n, n, n, n, n, tuple((test, n) for test in TESTS))


def _range(values: NDArray[np.float64], tables: NDArray[np.intp] | None = None) -> Range:
    """Over the values that are not NaN, each of which stands for so many tables (one unless given)."""
    defined = ~np.isnan(values)
    if not defined.any():
        return _none("it is undefined in every table")
    known = values[defined]
    count = len(known) if tables is None else tables[defined].sum()
    return Range(float(known.min()), float(known.max()), int(count))


def _sd(spread: Whole, tables: NDArray[np.intp], n: int) -> Range:
    return _none("one pair has no standard deviation") if n == 1 else _range(np.sqrt(spread / (n * (n - 1))), tables)


def _correlation(treated: Whole, control: Whole, difference: Whole) -> Range:
    # the variance of a difference is the sum of the variances less twice the covariance
    varied = (treated > 0) & (control > 0)
    treated, control, difference = treated[varied], control[varied], difference[varied]
    if not varied.any():
        return _none("in every table the scores of an arm are all equal: there is no correlation")
    return _range((treated + control - difference) / 2 / np.sqrt(treated.astype(np.float64) * control))


def _p(test: str, alternative: Alternative, tables: Tables) -> Range:
    if reason := unsuited(test, tables.low, tables.low + tables.levels - 1):
        return _none(reason)
    try:
        return _range(p_values(test, alternative, tables.differences.rows), tables.differences.tables)
    except OverBudget as refusal:
        return _none(str(refusal))


def _none(reason: str) -> Range:
    return Range(Missing(reason), Missing(reason), 0)


# ---- counts


def by_mean_difference(tables: Tables) -> tuple[tuple[float, int], ...]:
    """How many tables have each mean difference (treated − control, score units), ascending."""
    found = tables.differences
    sums, place = np.unique(found.rows.sum(axis=1, dtype=np.int64), return_inverse=True)
    counts = np.bincount(place, found.tables, len(sums))
    return tuple((total / tables.n, int(count)) for total, count in zip(sums.tolist(), counts.tolist(), strict=True))


def cells(tables: Tables) -> tuple[Cell, ...]:
    """Every cell of the scale, row by row: treated ascending, then control."""
    levels, number = tables.levels, tables.levels**2
    # the k-th pair of a cell is in as many tables as put k or more pairs there
    at_least = np.zeros((tables.n, number), np.int64)
    for column, place in zip(tables.cells.T, tables.places.T, strict=True):
        codes = (place.astype(np.int64) - 1) * number + column
        at_least += np.bincount(codes, minlength=at_least.size).reshape(at_least.shape)
    mean = at_least.sum(axis=0) / max(tables.size, 1)
    most = np.count_nonzero(at_least, axis=0)
    return tuple(
        Cell(code // levels + tables.low, code % levels + tables.low, float(mean[code]), int(most[code]), int(used))
        for code, used in enumerate(at_least[0])
    )


def labelled(tables: Tables) -> int | Missing:
    """How many data sets of named people the tables stand for: n!/∏(pairs in a cell)! each."""
    if tables.n > _MOST_NAMED:
        return Missing(f"not counted above {_MOST_NAMED} pairs")
    same = np.ones(tables.size, np.int64)
    for place in tables.places.T:
        same *= place
    repeats, counts = np.unique(same, return_counts=True)
    orders = math.factorial(tables.n)
    total: int = sum(orders // times * count for times, count in zip(repeats.tolist(), counts.tolist(), strict=True))
    return total


# ---- examples


def simplest(tables: Tables, count: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The first tables as pairs of treated and control score: fewest different cells first, then by their scores."""
    different = np.count_nonzero(tables.places == 1, axis=1)
    chosen = _first([different, *tables.cells.T], count)
    treated, control = Tables(tables.cells[chosen], tables.levels, tables.low).scores()
    low = tables.low
    return tuple(
        tuple((a + low, b + low) for a, b in zip(one, other, strict=True))
        for one, other in zip(treated.tolist(), control.tolist(), strict=True)
    )


def _first(columns: Sequence[NDArray[np.integer]], count: int) -> NDArray[np.intp]:
    """Places of the lexicographically first rows, in their order; sorts no more rows than it has to."""
    tied = np.arange(len(columns[0]))
    settled = tied[:0]
    for column in columns:
        wanted = count - len(settled)
        if len(tied) <= wanted or wanted == 0:
            break
        values = column[tied]
        last = np.partition(values, wanted - 1)[wanted - 1]
        settled, tied = np.concatenate([settled, tied[values < last]]), tied[values == last]
    chosen = np.concatenate([settled, tied[: count - len(settled)]])
    return chosen[np.lexsort([column[chosen] for column in reversed(columns)])]
