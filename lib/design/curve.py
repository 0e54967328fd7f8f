"""What is drawn of a design: power by n, by effect, by both, detectable effect by n, and every design side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

import numpy as np

from lib.design.design import Design
from lib.design.plan import Plan
from lib.design.rejection import Rejection
from lib.design.sweep import Cell, detectable_of, grid, sweep
from lib.design.workers import Workers, serial, workers
from lib.progress import each
from lib.values import Missing, Real, known

POINTS, SLOW_POINTS = 200, 24
"""How many points a curve has: of a design in closed form, and of one that takes time."""
LEAST_LAST = 12
"""A curve that ends earlier shows too little of its shape."""
PAST = 1.25
"""How many times as far as its last mark a curve goes."""
FEW = 40
"""Up to this n a curve of whole numbers skips none where that costs little, so that saw-teeth are seen."""
EFFECTS = 61
GRID_N, GRID_EFFECTS = 16, 13
SLOW_DETECTABLE = 8


@dataclass(frozen=True)
class PowerCurve:
    """Power at each n, for the design with key `design`.

    `n` ascends and holds the planned n and, where there is one, `needed`, the smallest n that reaches `target` and
    stays there. `low` and `high` are Monte Carlo limits, equal to the power where it is exact.
    """

    design: str
    n: tuple[int, ...]
    power: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    planned: int
    planned_power: Real
    target: float
    needed: int | Missing


@dataclass(frozen=True)
class EffectCurve:
    """Power at each effect, in the model's unit, at n `n`; `low` and `high` as in `PowerCurve`."""

    n: int
    effect: tuple[float, ...]
    power: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    planned: float


@dataclass(frozen=True)
class Contour:
    """Power for each effect (rows) and n (columns); Missing where a design has no such plan."""

    n: tuple[int, ...]
    effect: tuple[float, ...]
    power: tuple[tuple[Real, ...], ...]


@dataclass(frozen=True)
class DetectableCurve:
    """The effect detected with the target power at each n, or why there is none."""

    n: tuple[int, ...]
    effect: tuple[Real, ...]


@dataclass(frozen=True)
class SideBySide:
    """Power of several designs (`rows`: design, factor of the SD) for the same outcome at each n."""

    n: tuple[int, ...]
    rows: tuple[tuple[str, float], ...]
    power: tuple[tuple[Real, ...], ...]


def power_curve(
    design: Design, plan: Plan, needed: int | Missing, ns: Sequence[int] | None = None, reach: int = 0
) -> PowerCurve:
    """The curve of `design` for `plan`, at `ns` or, where that is None, over an automatic range, at least to `reach`.

    Raises
    ------
    Refusal
        An n that the design can't have in `ns`.
    """
    marks = [plan.n, *([needed] if known(needed) else [])]
    n = sorted({*(_automatic(design, plan, [*marks, ceil(reach / PAST)]) if ns is None else ns), *marks})
    low, power, high = _powers(design, plan, n)
    at = power[n.index(plan.n)]
    return PowerCurve(design.key, tuple(n), power, low, high, plan.n, at, plan.target, needed)


def _automatic(design: Design, plan: Plan, marks: Sequence[int]) -> list[int]:
    """From the least n to some way past the last mark: every n while there are few, evenly spaced ones beyond."""
    first = design.engine.fewest(plan)
    last = min(design.engine.limit, max(LEAST_LAST, ceil(PAST * max(marks))))
    points = min(POINTS if design.quick else SLOW_POINTS, last - first + 1)
    spaced: list[int] = np.linspace(first, last, max(points, 1)).round().astype(int).tolist()
    return spaced


Limits = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]


def _powers(design: Design, plan: Plan, ns: Sequence[int]) -> Limits:
    """Low, power and high at each n: at once where there is a closed form."""
    if design.method == "exact":
        power = tuple(design.power(plan, np.asarray(ns)).tolist())
        return power, power, power
    return _limits([design.rejection(design.at(plan, n)) for n in each(ns, "power at each n")])


def _limits(found: Sequence[Rejection]) -> Limits:
    return tuple(r.low for r in found), tuple(r.power for r in found), tuple(r.high for r in found)


def effects_of(design: Design, plan: Plan, count: int) -> tuple[float, ...]:
    """From no effect to twice the planned one, or as far as the outcome goes; one SD where none is planned."""
    model = design.outcome_model
    planned, most = abs(model.effect_of(plan)), model.most(plan)
    last = min(most, 2 * planned or (plan.sd if most == inf else most))
    return tuple(np.linspace(0, last, count).tolist())


def effect_curve(design: Design, plan: Plan) -> EffectCurve:
    """Power at the planned n over a range of effects that holds the planned one."""
    planned = design.outcome_model.effect_of(plan)
    effects = tuple(sorted({*effects_of(design, plan, EFFECTS if design.quick else SLOW_POINTS), abs(planned)}))
    if design.method == "exact":
        power = tuple(design.power(plan, effect=np.asarray(effects)).tolist())
        return EffectCurve(plan.n, effects, power, power, power, planned)
    found = [design.rejection(design.at(plan, plan.n, effect)) for effect in each(effects, "power at each effect")]
    low, power, high = _limits(found)
    return EffectCurve(plan.n, effects, power, low, high, planned)


def _spaced_n(design: Design, plan: Plan, marks: Sequence[int], count: int) -> tuple[int, ...]:
    first = design.engine.fewest(plan)
    last = min(design.engine.limit, max(LEAST_LAST, ceil(1.5 * max(marks))))
    return tuple(sorted({int(n) for n in np.linspace(first, last, min(count, last - first + 1)).round()}))


def contour(design: Design, plan: Plan, needed: int | Missing) -> Contour:
    """Power over a grid of n and effect; designs that take time are spread over the workers."""
    marks = [plan.n, *([needed] if known(needed) else [])]
    ns = _spaced_n(design, plan, marks, POINTS if design.quick else GRID_N)
    effects = effects_of(design, plan, EFFECTS if design.quick else GRID_EFFECTS)
    if design.quick:
        surface = design.power(plan, np.asarray(ns)[None, :], np.asarray(effects)[:, None]).tolist()
        return Contour(ns, effects, tuple(map(tuple, surface)))
    cells = grid([design.key], plan, ns, effects)
    found = [_power(answer) for answer in sweep(cells, workers(), "power for each n and effect")]
    return Contour(ns, effects, tuple(tuple(found[i : i + len(ns)]) for i in range(0, len(found), len(ns))))


def _power(answer: Rejection | Missing) -> Real:
    return answer if isinstance(answer, Missing) else answer.power


def detectable_curve(design: Design, plan: Plan) -> DetectableCurve:
    """The detectable effect at each n up to some way past the planned one."""
    ns = _spaced_n(design, plan, [plan.n], FEW if design.quick else SLOW_DETECTABLE)
    at = tuple(sorted({*ns, plan.n}))
    cells = [Cell(design.key, replace(plan, n=n)) for n in at]
    by = serial() if design.quick else workers()
    found = by.map_in_order(detectable_of, cells, "the effect detectable at each n")
    return DetectableCurve(at, tuple(found))


SIDE_N = (4, 6, 8, 10, 12, 16, 20, 30)
SIDE_SDS = (0.75, 1.0, 1.5)
"""Factors of the planned SD that stand beside each other."""


def side_by_side(plans: Sequence[tuple[Design, Plan]], of: Workers | None = None) -> SideBySide:
    """Designs of one outcome, each with its plan, at the same n and, where there is an SD, at others too."""
    spreads = SIDE_SDS if any("sd" in design.reads for design, _ in plans) else (1.0,)
    ns = tuple(sorted({*SIDE_N, plans[0][1].n}))
    cells = [
        cell
        for design, plan in plans
        for cell in grid([design.key], plan, ns, sds=[plan.sd * factor for factor in spreads])
    ]
    slow = any(not design.quick for design, _ in plans)
    found = [_power(a) for a in sweep(cells, of or (workers() if slow else serial()), "every design at every n")]
    rows = tuple((design.key, factor) for design, _ in plans for factor in spreads)
    return SideBySide(ns, rows, tuple(tuple(found[i : i + len(ns)]) for i in range(0, len(found), len(ns))))
