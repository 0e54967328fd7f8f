"""From what is printed of areas to pairs with all their options: what a search runs over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lib.analysis.area_lattice import LesionOptions, lesion_count, lesion_options, nothing_fits
from lib.analysis.area_pairs import Keys, PairOptions, pair_options
from lib.analysis.area_printed import VISIT_NAMES, AreaProblem
from lib.analysis.area_runs import Search
from lib.analysis.area_windows import Window, t_window
from lib.errors import OverBudget

RANGES = "ranges at baseline"
_ENDS = "smallest treated area", "largest treated area", "smallest control area", "largest control area"

MOST_SETS = 2**62
"""Data sets before ranges and p are applied: what is counted in machine integers."""


@dataclass(frozen=True)
class Filled:
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


def _filled(problem: AreaProblem, lesions: Sequence[tuple[LesionOptions, LesionOptions]]) -> Filled:
    wanted = _wanted(problem, lesions)
    pairs = tuple(
        pair_options(printed.name, *lesion, wanted) for printed, lesion in zip(problem.pairs, lesions, strict=True)
    )
    if (sets := math.prod(pair.key_of.size for pair in pairs)) > MOST_SETS:
        raise OverBudget(f"the pairs can be filled in in {sets:.0e} ways; the limit is {MOST_SETS:.0e}")
    saved = [pair.keys.size / len(np.unique(pair.keys.growth)) for pair in pairs]
    windows = tuple(t_window(VISIT_NAMES.index(p.visit), len(pairs), p.span.low, p.span.high) for p in problem.ps)
    return Filled(problem, pairs, int(np.argmax(saved)), windows, wanted)


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


def before_p(problem: AreaProblem) -> tuple[Filled | None, list[int], str]:
    """The pairs, counts before any p (without and with ranges), and what fails; no pairs if anything does."""
    lesions = problem.lesions
    printed = math.prod(lesion_count(problem.lattice, lesion) for lesion, _ in lesions)
    if printed == 0:
        return None, [0, 0], next(filter(None, (nothing_fits(problem.lattice, lesion) for lesion, _ in lesions)))
    options = [lesion_options(problem.lattice, lesion, within) for lesion, within in lesions]
    for (lesion, _), filled_in in zip(lesions, options, strict=True):
        if len(filled_in.baseline) == 0:
            return None, [printed, 0], f"{RANGES}: no area of {lesion.name} lies within"
    filled = _filled(problem, tuple(zip(options[::2], options[1::2], strict=True)))
    within_ranges = _within_ranges(filled)
    if within_ranges == 0:
        return None, [printed, 0], f"{RANGES}: {_unattained(filled)}"
    return filled, [printed, within_ranges], ""


def _unattained(filled: Filled) -> str:
    possible = int(np.bitwise_or.reduce(np.concatenate([pair.keys.ends for pair in filled.pairs])))
    missing = [name for bit, name in enumerate(_ENDS) if filled.wanted & ~possible & 1 << bit]
    if not missing:
        return "not all printed ends can be attained at once"
    return f"no lesion attains the {' or the '.join(missing)}"


def _within_ranges(filled: Filled) -> int:
    """Data sets before any p: by the ends that the pairs so far attain."""
    ways = {0: 1}
    for pair in filled.pairs:
        own = {int(e): int(np.sum(pair.keys.count[pair.keys.ends == e])) for e in np.unique(pair.keys.ends)}
        together: dict[int, int] = {}
        for (ends, count), (more, factor) in itertools.product(ways.items(), own.items()):
            together[ends | more] = together.get(ends | more, 0) + count * factor
        ways = together
    return ways.get(filled.wanted, 0)
