"""Power by n, over a range that shows the planned n and where the target is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from lib.design.plan import SMALLEST_N, Plan
from lib.design.registry import Design
from lib.values import Missing, known

_POINTS = 200
_LEAST_LAST = 12  # a curve that ends earlier shows too little of its shape


@dataclass(frozen=True)
class PowerCurve:
    """Power at each n, for the design with key `design`.

    `n` ascends and holds the planned n and, where there is one, `needed`, the smallest n that reaches `target`.
    """

    design: str
    n: tuple[int, ...]
    power: tuple[float, ...]
    planned: int
    planned_power: float
    target: float
    needed: int | Missing


def power_curve(design: Design, plan: Plan, ns: Sequence[int] | None = None) -> PowerCurve:
    """The curve of `design` for `plan`, at `ns` or, where that is None, over an automatic range of about 200 points.

    Raises
    ------
    Refusal
        An n below 2 in `ns`.
    """
    needed = design.needed(plan)
    marks = [plan.n] + ([needed] if known(needed) else [])
    n = sorted({*(_automatic(marks) if ns is None else ns), *marks})
    power = design.power(plan, n).tolist()
    return PowerCurve(design.key, tuple(n), tuple(power), plan.n, power[n.index(plan.n)], plan.target, needed)


def _automatic(marks: Sequence[int]) -> list[int]:
    """From 2 to a quarter past the last mark: every n while there are few, evenly spaced ones beyond."""
    last = max(_LEAST_LAST, ceil(1.25 * max(marks)))
    points = min(_POINTS, last - SMALLEST_N + 1)
    spaced: list[int] = np.linspace(SMALLEST_N, last, points).round().astype(int).tolist()
    return spaced
