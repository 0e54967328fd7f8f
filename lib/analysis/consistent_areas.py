"""All data sets on a lattice of areas that agree with everything that a paper prints.

A paper on pairs of lesions (one treated, one control in each person) prints some areas, percentage changes, the range
of baseline areas in each arm, and p-values of paired t tests. The rest can mostly not be told from that: here is the
set of all answers, what they share, and how far apart they lie. Counts are exact; `area_runs` says how.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lib import progress
from lib.analysis.area_filling import RANGES, Filled, before_p
from lib.analysis.area_pairs import PairOptions
from lib.analysis.area_printed import AreaProblem, PPrinted, Visit
from lib.analysis.area_simplest import Simplest, simplest
from lib.analysis.area_summary import (
    AreaEstimates,
    Common,
    Ends,
    Joint,
    LesionAreas,
    Marginal,
    Member,
    PairAreas,
    estimates,
    joint,
    marginals,
    member,
    quantities,
)
from lib.analysis.area_tally import Tally, tally
from lib.errors import Refusal
from lib.values import Missing

__all__ = [
    "AreaEstimates",
    "AreaProblem",
    "Common",
    "ConsistentAreas",
    "Ends",
    "Joint",
    "LesionAreas",
    "Marginal",
    "Member",
    "PPrinted",
    "PairAreas",
    "Simplest",
    "Stage",
    "Visit",
    "consistent_areas",
    "consistent_members",
]

_EMPTY = Missing("no data set on the lattice agrees with everything printed")
_NOWHERE = Joint((), 0)


@dataclass(frozen=True)
class Stage:
    """How many data sets agree with this constraint and all those before it."""

    constraint: str
    count: int


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
    joint: Joint = _NOWHERE


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
    p counts as printed if it lies in its span give or take a relative 1e-10 (`area_windows.P_ROUNDING`). Equal
    differences other than zero have p = 0; differences that are all zero have none, and agree with no printed p.

    Examples
    --------
    Two pairs, of which only the first one's areas and p are printed:

    >>> from decimal import Decimal
    >>> from lib.analysis.area_lattice import LesionPrinted, PairPrinted, RangePrinted
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
    filled, counts, fails = before_p(problem)
    found = None if filled is None else tally(filled.search(), [quantities(filled.pairs[i]) for i in filled.order])
    if problem.ps:
        counts += found.stages if found else [0] * len(problem.ps)
    if not fails and counts[-1] == 0:
        fails = str(problem.ps[counts.index(0) - 2])
    names = "printed areas and percentages", RANGES, *map(str, problem.ps)
    told = _Told() if fails or filled is None or found is None else _told(filled, found)
    return ConsistentAreas(
        size=counts[-1],
        lattice_size=len(problem.lattice.multiples),
        combinations=_combinations(problem),
        funnel=tuple(map(Stage, names, counts)),
        fails=fails,
        **vars(told),
    )


def _told(filled: Filled, found: Tally) -> _Told:
    each = tuple(marginals(filled, found))
    common = tuple(Common(m.pair, m.arm, m.lesion, m.visit, m.counts[0][0]) for m in each if len(m.counts) == 1)
    return _Told(each, common, estimates(filled, found), simplest(filled), joint(filled, found))


def _combinations(problem: AreaProblem) -> int:
    areas = len(problem.lattice.multiples)
    return math.prod(
        (areas if lesion.baseline is None else 1) * (areas + 1 if lesion.final is lesion.percent is None else 1)
        for lesion, _ in problem.lesions
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
    filled, _, _ = before_p(problem)
    return () if filled is None else tuple(itertools.islice(_members(filled), limit))


def _members(filled: Filled) -> Iterator[Member]:
    in_order = np.argsort(filled.order)
    for batch in filled.search().agreeing():
        progress.step(0, "data sets that agree")  # how far it is depends on how many are wanted
        for keys in batch[:, in_order].tolist():
            ways = [_ways(pair, key) for pair, key in zip(filled.pairs, keys, strict=True)]
            for areas in itertools.product(*ways):
                yield member(filled, [*itertools.chain.from_iterable(areas)])


def _ways(pair: PairOptions, key: int) -> list[list[int]]:
    """Four areas for each way to fill in a pair with one key."""
    ways: list[list[int]] = pair.areas(pair.by_key[pair.first[key] :][: pair.keys.count[key]]).tolist()
    return ways
