"""What is drawn of a plan, and what stands beside it: the curve asked for, its band, and the curves of other plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from lib.assumptions import Assumptions
from lib.design.curve import (
    LEAST_LAST,
    PAST,
    EffectCurve,
    PowerCurve,
    contour,
    detectable_curve,
    effect_curve,
    power_curve,
    side_by_side,
)
from lib.design.design import Design
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.design_answer import DesignAnswer
from lib.questions.kept_plans import KeptPlan
from lib.questions.observed import View, unobserved, unobserved_by_n
from lib.questions.pilot import Pilot, pilot_of
from lib.questions.pilot_uncertainty import sd_band
from lib.questions.plan_inputs import PlanInputs, plan_of
from lib.trial.model import Trial
from lib.values import Missing, known


@dataclass(frozen=True)
class Band:
    """Power by n, or by effect, were the SD at the limits that this trial leaves it: `wide` at the larger SD.

    `needed_low` and `needed_high` are the chosen design's n at the lower and the upper limit.
    """

    level: float
    low_sd: float
    high_sd: float
    needed_low: int | Missing
    needed_high: int | Missing
    x: tuple[float, ...]
    wide: tuple[float, ...]
    narrow: tuple[float, ...]


def inputs_of(design: Design, trial: Trial, assumptions: Assumptions) -> PlanInputs | None:
    """Another design's plan under the same assumptions, where they allow one."""
    try:
        return plan_of(trial, assumptions, design)
    except Refusal:
        return None


def alike(design: Design) -> tuple[Design, ...]:
    """The other designs of the same outcome that need nothing of their own."""
    return tuple(
        other
        for other in DESIGNS.values()
        if other.model == design.model and other != design and not other.has_own_inputs
    )


Others = list[tuple[Design, PlanInputs]]
"""Designs that stand beside the chosen one, each with its plan."""


def view_of(
    design: Design, plan: Plan, chosen: DesignAnswer, trial: Trial, assumptions: Assumptions, others: Others
) -> View:
    """What the viewer wants drawn, observed power left out.

    A curve by n goes far enough to end where the axis does, also beside `others`.
    """
    found = ((other, inputs_of(other, trial, assumptions)) for other in alike(design))
    plans = [(design, plan), *((other, inputs.plan) for other, inputs in found if inputs)]
    return unobserved(_drawn(plans, chosen, trial, assumptions, others), plans, pilot_of(trial))


def _drawn(
    plans: list[tuple[Design, Plan]], chosen: DesignAnswer, trial: Trial, assumptions: Assumptions, others: Others
) -> View:
    """The view of the first of these plans, or of all of them."""
    (design, plan), curve = plans[0], assumptions.curve
    if curve == "effect":
        return effect_curve(design, plan)
    if curve == "both":
        return contour(design, plan, chosen.needed)
    if curve == "detectable":
        return detectable_curve(design, plan)
    if curve == "side":
        return side_by_side(plans)
    if not design.quick:
        return _by_n(design, plan, chosen, 0)
    needed = chosen.needed if known(chosen.needed) else 0
    own = _for_the_sd(design, plan, needed, trial, assumptions)
    return _by_n(design, plan, chosen, max(own, _for_others(max(plan.n, needed), others)))


CURVE_LAST = 100
"""How far the curve is drawn where no n reaches the target."""


FARTHER = 1.6
"""How many times past its own marks a curve may go to show the n at the upper limit of the SD, or that of others."""


def _for_the_sd(design: Design, plan: Plan, needed: int, trial: Trial, assumptions: Assumptions) -> int:
    """How far the curve has to go to show n at the upper limit of this trial's SD; 0 where the SD was typed."""
    if assumptions.sd_from == "typed" or "sd" not in design.reads:
        return 0
    limits = sd_band(design, plan, pilot_of(trial), assumptions.sd_level)
    at_most = 0 if isinstance(limits, Missing) else design.needed(replace(plan, sd=limits[1]))
    most = FARTHER * max(plan.n, needed)
    return int(min(most, at_most)) if known(at_most) else int(most)


def _for_others(own: int, others: Others) -> int:
    """How far it has to go to show the n planned and needed of the others, as far as that does not dwarf its own."""
    most = FARTHER * max(LEAST_LAST, ceil(PAST * own))
    marks = [n for design, inputs in others for n in _marks(design, inputs.plan)]
    return max((n for n in marks if n <= most), default=0)


def _marks(design: Design, plan: Plan) -> tuple[int, ...]:
    """The n planned and needed; none of a plan that can't be had."""
    try:
        needed = design.needed(plan)
    except Refusal:
        return ()
    return (plan.n, needed) if known(needed) else (plan.n,)


def _by_n(design: Design, plan: Plan, chosen: DesignAnswer, reach: int) -> PowerCurve:
    first, last = design.engine.fewest(plan), min(CURVE_LAST, design.engine.limit)
    lost = isinstance(chosen.needed, Missing)
    ns = range(first, last + 1, 1 if design.quick else 8) if lost else None
    if not first <= plan.n <= design.engine.limit:
        plan = replace(plan, n=max(first, min(plan.n, design.engine.limit)))
    return power_curve(design, plan, chosen.needed, ns, reach)


def band_of(design: Design, plan: Plan, pilot: Pilot, view: View, assumptions: Assumptions) -> Band | Missing:
    if assumptions.sd_from == "typed" or "sd" not in design.reads:
        return Missing("the SD was typed")
    if not design.quick or not isinstance(view, PowerCurve | EffectCurve):
        return Missing("drawn for designs in closed form, by n or by effect")
    limits = sd_band(design, plan, pilot, assumptions.sd_level)
    if isinstance(limits, Missing):
        return limits
    narrow, wide = (replace(plan, sd=sd) for sd in limits)
    needed = (design.needed(narrow), design.needed(wide))
    powers = (_powers(design, wide, view), _powers(design, narrow, view))
    return Band(assumptions.sd_level, *limits, *needed, tuple(map(float, _xs(view))), *powers)


def _xs(view: PowerCurve | EffectCurve) -> tuple[float, ...]:
    return view.n if isinstance(view, PowerCurve) else view.effect


def _powers(design: Design, plan: Plan, view: PowerCurve | EffectCurve) -> tuple[float, ...]:
    found = design.power(plan, list(view.n)) if isinstance(view, PowerCurve) else design.power(plan, None, view.effect)
    return tuple(found.tolist())


def plans_beside(design: Design, trial: Trial, assumptions: Assumptions, kept: tuple[KeptPlan, ...]) -> Others:
    """The kept plans and, where nothing is kept, the layout that stands against the chosen one."""
    if kept:
        return [
            (DESIGNS[k.answer.key], k.inputs)
            for k in kept
            if isinstance(k.answer, DesignAnswer) and isinstance(k.inputs, PlanInputs)
        ]
    other = next((d for d in alike(design) if d.quick and d.within != design.within), None)
    inputs = inputs_of(other, trial, assumptions) if other else None
    return [(other, inputs)] if other and inputs else []


def beside(others: Others, last: int, pilot: Pilot) -> tuple[PowerCurve, ...]:
    """Curves that stand beside the chosen one, which ends at `last`; those that take time only over their own range."""
    found = (_beside(design, inputs.plan, last if design.quick else 0, pilot) for design, inputs in others)
    return tuple(curve for curve in found if curve)


def _beside(design: Design, plan: Plan, last: int, pilot: Pilot) -> PowerCurve | None:
    """Its curve, where there is one: why not stands with the plan itself, and is no fault of the present one."""
    try:
        curve = power_curve(design, plan, design.needed(plan), _few(design, plan), last)
    except Refusal:
        return None
    return unobserved_by_n(curve, design, plan, pilot)


def _few(design: Design, plan: Plan) -> range | None:
    """A curve of its own range; up to `CURVE_LAST` in steps where no n reaches the target and it takes time."""
    if design.quick or known(design.needed(plan)):
        return None
    return range(design.engine.fewest(plan), min(CURVE_LAST, design.engine.limit) + 1, 8)
