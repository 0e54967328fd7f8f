"""What the data sets that agree with everything have in common, added up run by run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from lib import progress
from lib.analysis.area_lattice import Ints
from lib.analysis.area_pairs import VISITS, Keys
from lib.analysis.area_runs import FAR, MOST_PART, Group, Runs, Search
from lib.analysis.area_windows import Floats, Sums, parts
from lib.errors import OverBudget

MOST_CELLS = 20_000_000
"""Different totals of all differences at both visits."""

MOST_MATRIX = 2**22
"""Their rows times options of the last pair."""


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
    explained, spread = parts(n, total + last, squares + last * last)
    found.spread[visit] = _wider(found.spread[visit], spread.astype(np.float64))
    defined = (explained > 0) | (spread > 0)
    with np.errstate(divide="ignore"):
        found.t_squared[visit] = _wider(found.t_squared[visit], explained[defined] / spread[defined])


def _wider(ends: tuple[float, float], values: Floats) -> tuple[float, float]:
    return min(ends[0], float(np.min(values, initial=np.inf))), max(ends[1], float(np.max(values, initial=-np.inf)))
