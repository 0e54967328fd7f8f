"""Grids of n × effect × SD × design: each cell is a plan of a design, computed wherever there is a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.design.rejection import Rejection
from lib.design.workers import Workers
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

MOST_CELLS = 5_000
"""A larger grid is refused."""


@dataclass(frozen=True)
class Cell:
    """One plan of one design, small enough to travel to a worker. Its seed is in the plan: no worker changes it."""

    design: str
    plan: Plan


def grid(
    designs: Sequence[str],
    plan: Plan,
    ns: Sequence[int],
    effects: Sequence[float | None] = (None,),
    sds: Sequence[float | None] = (None,),
) -> tuple[Cell, ...]:
    """Every combination, designs outermost, then SDs, effects, and n; None stands for the plan's own.

    Raises
    ------
    OverBudget
        More than `MOST_CELLS`.
    """
    size = len(designs) * len(ns) * len(effects) * len(sds)
    if size > MOST_CELLS:
        raise OverBudget(f"the sweep has {size:,} cells; at most {MOST_CELLS:,} are computed")
    return tuple(
        Cell(key, DESIGNS[key].at(plan if sd is None else replace(plan, sd=sd), n, effect))
        for key, sd, effect, n in product(designs, sds, effects, ns)
    )


def answer_of(cell: Cell) -> Rejection | Missing:
    """How a trial of the cell ends, or why that has no answer; runs in a worker."""
    try:
        return DESIGNS[cell.design].rejection(cell.plan)
    except Refusal as refusal:
        return Missing(str(refusal))


def detectable_of(cell: Cell) -> Real:
    """The effect that the cell's n detects, or why there is none; runs in a worker."""
    return DESIGNS[cell.design].found(cell.plan)


def sweep(cells: Sequence[Cell], workers: Workers, what: str) -> tuple[Rejection | Missing, ...]:
    """The answers in the order of the cells, whatever the number of workers.

    Raises
    ------
    Stopped
        Where whoever waits gives up; pending cells are then dropped.
    """
    return tuple(workers.map_in_order(answer_of, cells, what))
