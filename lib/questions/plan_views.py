"""What is drawn of a plan, and what stands beside it: the curve asked for, its band, and the curves of other plans."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.assumptions import Assumptions
from lib.design.curve import (
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


def view_of(design: Design, plan: Plan, chosen: DesignAnswer, trial: Trial, assumptions: Assumptions) -> View:
    """What the viewer wants drawn, observed power left out."""
    found = ((other, inputs_of(other, trial, assumptions)) for other in alike(design))
    plans = [(design, plan), *((other, inputs.plan) for other, inputs in found if inputs)]
    return unobserved(_drawn(plans, chosen, trial, assumptions), plans, pilot_of(trial))


def _drawn(plans: list[tuple[Design, Plan]], chosen: DesignAnswer, trial: Trial, assumptions: Assumptions) -> View:
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
    return _by_n(design, plan, chosen, _reach(design, plan, chosen, trial, assumptions))


CURVE_LAST = 100
"""How far the curve is drawn where no n reaches the target."""


FARTHER = 1.6
"""How many times past the n planned or needed a curve may go to show the n at the upper limit of the SD."""


def _reach(design: Design, plan: Plan, chosen: DesignAnswer, trial: Trial, assumptions: Assumptions) -> int:
    """How far the curve has to go to show n at the upper limit of this trial's SD; 0 where the SD was typed."""
    if assumptions.sd_from == "typed" or "sd" not in design.reads or not design.quick:
        return 0
    limits = sd_band(design, plan, pilot_of(trial), assumptions.sd_level)
    at_most = 0 if isinstance(limits, Missing) else design.needed(replace(plan, sd=limits[1]))
    most = FARTHER * max(plan.n, chosen.needed if known(chosen.needed) else 0)
    return int(min(most, at_most)) if known(at_most) else int(most)


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


def beside(
    design: Design, trial: Trial, assumptions: Assumptions, kept: tuple[KeptPlan, ...]
) -> tuple[PowerCurve, ...]:
    """Curves that stand beside the chosen one, each over its own range; a plan that can't be had has none."""
    plans = [
        (DESIGNS[k.answer.key], k.inputs)
        for k in kept
        if isinstance(k.answer, DesignAnswer) and isinstance(k.inputs, PlanInputs)
    ]
    if not kept:
        other = next((d for d in alike(design) if d.quick and d.within != design.within), None)
        inputs = inputs_of(other, trial, assumptions) if other else None
        plans = [(other, inputs)] if other and inputs else []
    found = (_beside(d, i.plan, pilot_of(trial)) for d, i in plans)
    return tuple(curve for curve in found if curve)


def _beside(design: Design, plan: Plan, pilot: Pilot) -> PowerCurve | None:
    """Its curve, where there is one: why not stands with the plan itself, and is no fault of the present one."""
    try:
        curve = power_curve(design, plan, design.needed(plan), _few(design, plan))
    except Refusal:
        return None
    return unobserved_by_n(curve, design, plan, pilot)


def _few(design: Design, plan: Plan) -> range | None:
    """A curve of its own range; up to `CURVE_LAST` in steps where no n reaches the target and it takes time."""
    if design.quick or known(design.needed(plan)):
        return None
    return range(design.engine.fewest(plan), min(CURVE_LAST, design.engine.limit) + 1, 8)
