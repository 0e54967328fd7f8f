"""Tables of pairs of whole scores, counted and listed.

People are exchangeable, so that a table is a multiset of cells: n pairs on K levels have C(n + K² − 1, n) tables. One
coordinate of the pairs (the treated scores, the control scores, or their differences) is a multiset as well, the lead;
the other coordinate fills it in, ascending wherever the lead is tied. Scores are counted from 0 here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib.errors import OverBudget
from lib.progress import step

Whole = NDArray[np.int64]
Rows = NDArray[np.int16]
Mask = NDArray[np.bool_]

Side = Literal["treated", "control", "difference"]
"""What leads: the scores of one arm, or the differences treated − control."""


def multiset_count(n: int, values: int) -> int:
    """How many multisets of n values there are; of n cells of the K² that K levels have, they are the tables."""
    return math.comb(n + values - 1, n)


ARMS: tuple[Side, Side] = ("treated", "control")


# ---- leads


@dataclass(frozen=True)
class Leads:
    """Every multiset of n values of one coordinate.

    `rows` holds one a row, ascending; `sums` and `spreads` (n·Σx² − (Σx)²) belong to the rows, and so does `weights`:
    how many tables have this coordinate.
    """

    side: Side
    levels: int
    rows: Rows
    sums: Whole
    spreads: Whole
    weights: Whole


def arm_leads(side: Side, n: int, levels: int) -> Leads:
    """Scores of one arm: C(n + K − 1, n) rows."""
    rows = multisets(n, levels)
    return _leads(side, levels, rows)


def difference_leads(n: int, levels: int) -> Leads:
    """Differences treated − control, −(K − 1) to K − 1: C(n + 2K − 2, n) rows."""
    return _leads("difference", levels, multisets(n, 2 * levels - 1) - np.int16(levels - 1))


def _leads(side: Side, levels: int, rows: Rows) -> Leads:
    low, high = _room(side, levels, rows)
    sums, spreads = moments(rows)
    return Leads(side, levels, rows, sums, spreads, _weights(rows, high - low + 1))


def moments(rows: NDArray[np.integer]) -> tuple[Whole, Whole]:
    """Σx and n·Σx² − (Σx)² of each row."""
    sums = np.zeros(len(rows), np.int64)
    squares = np.zeros(len(rows), np.int64)
    for column in map(np.int64, rows.T):
        sums += column
        squares += column * column
    return sums, rows.shape[1] * squares - sums * sums


def _room(side: Side, levels: int, rows: Rows) -> tuple[Rows, Rows]:
    """Between what the other coordinate may be: any level, or a control score that keeps the treated on the scale."""
    if side == "difference":
        return np.maximum(0, -rows), (levels - 1) - np.maximum(0, rows)
    return np.zeros_like(rows), np.full_like(rows, levels - 1)


def runs(rows: NDArray[np.integer]) -> NDArray[np.integer]:
    """The place of each entry, from 1, among the equal ones of its ascending row."""
    places = np.ones(rows.shape, np.uint8 if rows.shape[1] < 256 else np.uint16)
    for column in range(1, rows.shape[1]):
        tied = rows[:, column] == rows[:, column - 1]
        places[:, column] += places[:, column - 1] * tied
    return places


def _weights(rows: Rows, widths: Rows) -> Whole:
    """Product over the runs of C(run + width − 1, run): ascending fillings of each run."""
    weights = np.ones(len(rows), np.int64)
    for place, width in zip(runs(rows).T.astype(np.int64), widths.T, strict=True):
        weights = weights * (width + place - 1) // place
    return weights


# ---- listing


def multisets(n: int, values: int) -> Rows:
    """Every multiset of n of the values 0, 1, …, one a row, ascending, in lexicographic order."""
    blank = np.zeros((1, n), np.int16)
    return _filled(blank, blank, np.full_like(blank, values - 1))[1]


def _filled(rows: Rows, low: Rows, high: Rows) -> tuple[NDArray[np.intp], Rows]:
    """Every row with every filling: from low to high, ascending where the row is tied; places of rows, fillings."""
    of = np.arange(len(rows))
    columns: list[Rows] = []
    for j in range(rows.shape[1]):
        first = low[of, j]
        if columns:
            first = np.where(rows[of, j] == rows[of, j - 1], np.maximum(first, columns[-1]), first)
        counts = (high[of, j] - first + 1).astype(np.int64)
        chosen = np.repeat(np.arange(len(of)), counts)
        step = np.arange(len(chosen)) - np.repeat(np.cumsum(counts) - counts, counts)
        columns = [column[chosen] for column in columns] + [(first[chosen] + step).astype(np.int16)]
        of = of[chosen]
    return of, np.stack(columns, axis=1)


def pairs(leads: Leads, rows: Rows) -> tuple[Rows, Rows]:
    """Treated and control scores of every table whose lead is one of `rows`, a table a row."""
    of, other = _filled(rows, *_room(leads.side, leads.levels, rows))
    lead = rows[of]
    if leads.side == "treated":
        return lead, other
    return (other, lead) if leads.side == "control" else (lead + other, other)


def ranks(rows: NDArray[np.integer], values: int) -> Whole:
    """A number of its own for each ascending row of values 0, 1, …: its place in the combinatorial number system."""
    result = np.zeros(len(rows), np.int64)
    for place, column in enumerate(rows.T):
        result += np.array([math.comb(value + place, place + 1) for value in range(values)], np.int64)[column]
    return result


# ---- counting by both margins


def margin_counter(most_steps: int) -> Callable[[tuple[int, ...], tuple[int, ...]], int]:
    """A function that counts the tables with given row and column totals, and remembers what it counted.

    The order of the totals is nothing. A row is taken off after the other: whatever it takes from the columns leaves a
    smaller table. The function raises OverBudget once it has taken off more than `most_steps` rows.
    """
    steps = 0

    @cache
    def count(rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
        nonlocal steps
        if len(rows) <= 1:
            return 1
        if len(rows) == 2:
            return _bounded_splits(rows[0], columns)
        left = Counter(_ordered(b - a for a, b in zip(part, columns, strict=True)) for part in _parts(rows[0], columns))
        steps += left.total()
        if steps > most_steps:
            raise OverBudget(f"tables of {sum(columns)} pairs with given margins take more than {most_steps:,} steps")
        return sum(times * count(rows[1:], rest) for rest, times in left.items())

    def count_ordered(rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
        step(0, "tables by their margins")
        one, other = sorted((_ordered(iter(rows)), _ordered(iter(columns))), key=lambda totals: (len(totals), totals))
        return count(one, other)

    return count_ordered


def _ordered(totals: Iterator[int]) -> tuple[int, ...]:
    return tuple(sorted(total for total in totals if total))


def _parts(total: int, columns: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way to take `total` from the columns."""
    if len(columns) == 1:
        yield (total,)
        return
    rest = sum(columns[1:])
    for taken in range(max(0, total - rest), min(total, columns[0]) + 1):
        for others in _parts(total - taken, columns[1:]):
            yield (taken, *others)


def _bounded_splits(total: int, columns: tuple[int, ...]) -> int:
    """How many ways there are to take `total` from the columns: a coefficient of ∏(1 + x + … + x^column)."""
    ways = [1] + [0] * total
    for column in columns:
        ways = [sum(ways[max(0, k - column) : k + 1]) for k in range(total + 1)]
    return ways[total]
