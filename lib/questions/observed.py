"""Observed power: where a plan is what this trial itself saw, its power only repeats p, and is given nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isclose
from typing import TypeVar

from lib.assumptions import planning_outcome
from lib.design.curve import Contour, DetectableCurve, EffectCurve, PowerCurve, SideBySide
from lib.design.design import Design
from lib.design.pilot import observed_power_refusal
from lib.design.plan import Plan
from lib.design.t_designs import sd_of_pair_difference
from lib.questions.design_answer import DesignAnswer, Need, design_answer, effect_unit
from lib.questions.pilot import Pilot, pilot_of
from lib.questions.plan_inputs import PlanInputs
from lib.trial.model import Trial
from lib.values import Missing, Real, known

View = PowerCurve | EffectCurve | Contour | DetectableCurve | SideBySide
Curve = TypeVar("Curve", PowerCurve, EffectCurve)

OBSERVED = Missing(observed_power_refusal())


def is_observed(design: Design, plan: Plan, pilot: Pilot) -> bool:
    """Whether a plan has this trial's own difference, SD of differences and n, from whomever it has them."""
    return plan.n == pilot.n and _is_seen(plan.effect, pilot.towards) and _has_own_spread(design, plan, pilot)


def _has_own_spread(design: Design, plan: Plan, pilot: Pilot) -> bool:
    return design.within and design.model == "normal" and _is_seen(sd_of_pair_difference(plan), pilot.sd)


def _is_seen(planned: float, seen: Real) -> bool:
    """The same but for what dividing by √(2(1 − ρ)) and multiplying again loses."""
    return known(seen) and seen != 0 and isclose(abs(planned), abs(seen), rel_tol=1e-9)


# ---- answers


def answered(design: Design, inputs: PlanInputs, trial: Trial) -> DesignAnswer:
    """`design_answer` without what would only repeat this trial's p: power, and how far the significant is off."""
    answer, pilot = design_answer(design, inputs, effect_unit(design, planning_outcome(trial).unit)), pilot_of(trial)
    need, needed = answer.need, answer.needed
    if isinstance(need, Need) and known(needed) and is_observed(design, replace(inputs.plan, n=needed), pilot):
        answer = replace(answer, need=replace(need, power=OBSERVED))
    if not is_observed(design, inputs.plan, pilot):
        return answer
    ends = {name: OBSERVED for name in ("wrong_sign", "exaggeration", "expected_n") if known(getattr(answer, name))}
    return replace(answer, power_at_n=OBSERVED, **ends)  # type: ignore[arg-type]


# ---- what is drawn


def unobserved(view: View, plans: Sequence[tuple[Design, Plan]], pilot: Pilot) -> View:
    """The view without the points at which a plan is what this trial saw; the first of `plans` is the one drawn."""
    design, plan = plans[0]
    if isinstance(view, SideBySide):
        return _side(view, {other.key: (other, own) for other, own in plans}, pilot)
    if isinstance(view, PowerCurve):
        return unobserved_by_n(view, design, plan, pilot)
    if isinstance(view, EffectCurve):
        seen = [is_observed(design, replace(plan, effect=effect), pilot) for effect in view.effect]
        return _without(view, seen, effect=view.effect)
    return _contour(view, design, plan, pilot) if isinstance(view, Contour) else view


def unobserved_by_n(curve: PowerCurve, design: Design, plan: Plan, pilot: Pilot) -> PowerCurve:
    """A curve by n without this trial's own n, where the rest of the plan is its own too."""
    seen = [is_observed(design, replace(plan, n=n), pilot) for n in curve.n]
    if seen[curve.n.index(curve.planned)]:
        curve = replace(curve, planned_power=OBSERVED)
    return _without(curve, seen, n=curve.n)


def _without(curve: Curve, seen: Sequence[bool], **along: Sequence[float]) -> Curve:
    """The curve without the points that were seen; `along` is its axis."""
    columns = {**along, "power": curve.power, "low": curve.low, "high": curve.high}
    kept = {
        name: tuple(value for value, gone in zip(values, seen, strict=True) if not gone)
        for name, values in columns.items()
    }
    return replace(curve, **kept)  # type: ignore[arg-type]


def _contour(view: Contour, design: Design, plan: Plan, pilot: Pilot) -> Contour:
    def kept(power: Real, n: int, effect: float) -> Real:
        return OBSERVED if is_observed(design, replace(plan, n=n, effect=effect), pilot) else power

    power = tuple(
        tuple(kept(cell, n, effect) for cell, n in zip(row, view.n, strict=True))
        for row, effect in zip(view.power, view.effect, strict=True)
    )
    return replace(view, power=power)


def _side(view: SideBySide, plans: Mapping[str, tuple[Design, Plan]], pilot: Pilot) -> SideBySide:
    def kept(power: Real, n: int, key: str, factor: float) -> Real:
        design, plan = plans[key]
        return OBSERVED if is_observed(design, replace(plan, n=n, sd=plan.sd * factor), pilot) else power

    power = tuple(
        tuple(kept(cell, n, *row) for cell, n in zip(cells, view.n, strict=True))
        for cells, row in zip(view.power, view.rows, strict=True)
    )
    return replace(view, power=power)
