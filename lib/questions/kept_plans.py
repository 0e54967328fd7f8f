"""Plans kept side by side: each is the planning part of a link, so that a link restores them all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.assumptions import CONTROLS, FIELDS, Assumptions, changed, defaults, read, value
from lib.assumptions.control import MOST_PLANS
from lib.design.design import Design
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.design_answer import DesignAnswer
from lib.questions.observed import answered
from lib.questions.plan_inputs import PlanInputs, plan_of
from lib.trial.model import Trial
from lib.values import Missing

GROUPS = ("planned", "piloted", "resources", "computed")
"""Groups of controls that make a plan."""


@dataclass(frozen=True)
class KeptPlan:
    """A plan beside the present one: its text in links, what it differs in, and its answer or why there is none."""

    text: str
    label: str
    inputs: PlanInputs | Missing
    answer: DesignAnswer | Missing


def _keys() -> list[str]:
    return [key for key, control in CONTROLS.items() if control.group in GROUPS and not control.view]


def written(assumptions: Assumptions, trial: Trial) -> str:
    """The present plan as a kept one."""
    differs = changed(assumptions, trial)
    told = {"design": assumptions.design, **{key: differs[key] for key in _keys() if key in differs}}
    return ",".join(f"{key}:{text}" for key, text in told.items())


def keeping(assumptions: Assumptions, trial: Trial) -> tuple[str, ...] | Missing:
    """The kept plans with the present one among them; Missing where it is there already or none more fits."""
    text = written(assumptions, trial)
    if text in assumptions.kept:
        return Missing("This plan is kept already")
    if len(assumptions.kept) >= MOST_PLANS:
        return Missing(f"{MOST_PLANS} plans are kept; take one away to keep another")
    return (*assumptions.kept, text)


def restored(text: str, current: Assumptions, trial: Trial) -> Assumptions:
    """The present assumptions with this plan in the place of theirs.

    Raises
    ------
    Refusal
        A key or value that no control accepts; the message lists each.
    """
    pairs = dict(part.split(":", 1) for part in text.split(","))
    if strange := [key for key in pairs if key not in _keys()]:
        raise Refusal(f"keep: {', '.join(strange)} given; wanted keys of a plan: {', '.join(_keys())}")
    got = read(pairs, trial)
    if got.problems:
        raise Refusal(f"keep: {text[:60]} given; {'; '.join(got.problems)}")
    return replace(current, **{FIELDS[key]: value(got.assumptions, key) for key in _keys()})


def kept_plans(trial: Trial, assumptions: Assumptions) -> tuple[KeptPlan, ...]:
    """Every kept plan with its answer."""
    return tuple(_kept(text, trial, assumptions) for text in assumptions.kept)


def _kept(text: str, trial: Trial, assumptions: Assumptions) -> KeptPlan:
    try:
        there = restored(text, assumptions, trial)
        design: Design = DESIGNS[there.design]
        inputs = plan_of(trial, there)
    except Refusal as refusal:
        return KeptPlan(text, text[:60], Missing(str(refusal)), Missing(str(refusal)))
    return KeptPlan(text, plan_label(there, trial), inputs, answered(design, inputs, trial))


def plan_label(assumptions: Assumptions, trial: Trial) -> str:
    """The design, and what else is not as by default."""
    plain = defaults(trial)
    keys = [k for k in _keys() if k != "design" and value(assumptions, k) != value(plain, k)]
    told = [f"{CONTROLS[k].name(trial)} {CONTROLS[k].describe(value(assumptions, k), trial)}" for k in keys]
    return "; ".join([DESIGNS[assumptions.design].label, *told])
