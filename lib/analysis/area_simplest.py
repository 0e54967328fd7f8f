"""The simplest of all data sets with areas that agree with everything printed; `consistent_areas` has the rule."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib import progress
from lib.analysis.area_filling import Filled
from lib.analysis.area_lattice import Ints, PairPrinted, Span, stretches
from lib.analysis.area_pairs import VISITS, PairOptions
from lib.analysis.area_summary import Member, member
from lib.analysis.area_windows import paired_p
from lib.values import Real

MOST_PARTIAL = 1_000_000
"""Data sets, some of them filled in in part, among which the simplest one is looked for."""


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
class _Partial:
    """Data sets filled in for the first pairs: an entry, or row, of each array is one.

    `keys` are those of all pairs, `areas` four for each pair filled in, `used` the `count` different unprinted areas.
    """

    keys: Ints
    areas: Ints
    used: Ints
    count: Ints


def simplest(filled: Filled) -> Simplest:
    """Of a set that is not empty; `proven` tells whether the search came to its end."""
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
    return Simplest(member(filled, best), differing, distinct, p_baseline, p_final, proven)


def _fewest_differing(filled: Filled, free: Sequence[int], differing: int) -> tuple[Ints, bool]:
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


def _filled_in(filled: Filled, keys: Ints, distinct: int) -> tuple[Ints, bool]:
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


def _largest(filled: Filled, areas: Ints) -> tuple[int, ...]:
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
