"""Carry-over between the units of one person: what is left to see when part of the effect reaches the control."""

from __future__ import annotations

from math import inf

from lib.design.design import Design
from lib.design.direction import direction_validation
from lib.design.plan import Plan
from lib.design.solve import smallest_bounded_effect
from lib.errors import Refusal
from lib.values import Missing, Real

TOLERANCE = 1e-4
"""To which share of the largest effect a detectable effect is found."""


def carried(design: Design, plan: Plan, share: float) -> Plan:
    """The plan as the comparison sees it when `share` of what the treatment does reaches the control unit as well.

    Parameters
    ----------
    design : Design
        Where treated and control units belong to different people, nothing is carried.
    plan : Plan
        With the effect as the treatment makes it.
    share : float
        Share carried across, 0 to below 1.

    Raises
    ------
    Refusal
        A share outside its range.
    """
    if not 0 <= share < 1:
        raise Refusal(f"carry: {share!r} given; wanted a share from 0 to below 1")
    return design.outcome_model.carried(plan, share) if share and design.within else plan


def detectable_effect(design: Design, plan: Plan, share: float) -> Real:
    """The effect of the treatment that the planned n detects with the target power, `share` of it being carried across.

    Parameters as in `carried`. Where an effect has no upper end, as a difference of means, only 1 − share of it is
    seen, so that the contrast detected is divided by that.

    Returns
    -------
    float or Missing
        In the model's unit; Missing, with the reason, where none is large enough.
    """
    if not share or not design.within:
        return design.found(plan)
    model, most = design.outcome_model, design.outcome_model.most(plan)
    if most == inf:
        seen = design.found(plan)
        return seen if isinstance(seen, Missing) else seen / (1 - share)

    def seen_of(effect: float) -> Plan:
        return model.carried(model.with_effect(plan, effect), share)

    def power_of(effect: float) -> float:
        return design.rejection(seen_of(effect)).power

    try:
        effect = smallest_bounded_effect(power_of, plan.target, most, TOLERANCE * most)
        direction_validation(model, seen_of(effect), design.rejection(seen_of(effect)))
        return effect
    except Refusal as refusal:
        return Missing(str(refusal))
