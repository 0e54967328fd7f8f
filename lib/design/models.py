"""What a design assumes of the outcome: normal, in ordered categories, or a response. Each has its own effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lib.design.plan import Plan
from lib.errors import Refusal


@dataclass(frozen=True)
class Model:
    """How the outcome is distributed, and what its effect is.

    `effect_of(plan)` is the planned difference, treated minus control, in the model's unit, above 0 where the treatment
    is better; `with_effect(plan, effect)` is the plan with that difference, the control as it is; `most(plan)` is the
    largest difference that `with_effect` can make. `carried(plan, share)` is the plan where so much of what the
    treatment does reaches the control unit of the same person too. `reads` are the plan's fields that make the outcome.
    `may_mislead` tells whether a test may point away from the effect, as one of ranks does where shares are skewed.
    """

    key: str
    label: str
    help: str
    effect_label: str
    reads: tuple[str, ...]
    effect_of: Callable[[Plan], float]
    with_effect: Callable[[Plan, float], Plan]
    most: Callable[[Plan], float]
    carried: Callable[[Plan, float], Plan]
    may_mislead: bool = False


def mean_category(shares: tuple[float, ...]) -> float:
    """Mean improvement in categories of shares improving by 0, 1, … categories."""
    return sum(category * share for category, share in enumerate(shares))


def mixed(one: tuple[float, ...], other: tuple[float, ...], weight: float) -> tuple[float, ...]:
    """`one` moved towards `other` by `weight`, past it where that is above 1; what rounding makes negative is 0."""
    moved = [a + weight * (b - a) for a, b in zip(one, other, strict=True)]
    total = sum(clipped := [max(0.0, share) for share in moved])
    return tuple(share / total for share in clipped)


_ROUNDING = 1e-12
"""A difference of means below this is one of adding up shares."""


def _categories_effect(plan: Plan) -> float:
    difference = mean_category(plan.treated) - mean_category(plan.control)
    return difference if abs(difference) > _ROUNDING else 0.0


def _categories_with(plan: Plan, effect: float) -> Plan:
    """No effect is both arms alike: arms of one mean whose shares differ are not, as tests of ranks and signs see."""
    planned = _categories_effect(plan)
    if effect == 0:
        return replace(plan, treated=plan.control)
    if effect == planned:
        return plan
    if planned == 0:
        raise Refusal(
            f"treated: the mean improvement of the control given; wanted another one, as an effect of {effect:g} "
            "can't be made by moving the treated shares towards or away from the control"
        )
    return replace(plan, treated=mixed(plan.control, plan.treated, effect / planned))


def _categories_most(plan: Plan) -> float:
    """Where the first share of the treated would fall below 0 or rise above 1."""
    pairs = list(zip(plan.control, plan.treated, strict=True))
    weights = [c / (c - t) for c, t in pairs if t < c] + [(1 - c) / (t - c) for c, t in pairs if t > c]
    return min(weights, default=0.0) * abs(_categories_effect(plan))


def _response_with(plan: Plan, effect: float) -> Plan:
    return replace(plan, responds_treated=min(1.0, max(0.0, plan.responds_control + effect)))


NORMAL = Model(
    "normal",
    "Normal differences",
    "The outcome is normal with one standard deviation; the effect is a difference of means.",
    "difference of means",
    ("effect", "sd"),
    lambda plan: abs(plan.effect),
    lambda plan, effect: replace(plan, effect=effect),
    lambda plan: float("inf"),
    lambda plan, share: replace(plan, effect=plan.effect * (1 - share)),
)
CATEGORIES = Model(
    "categories",
    "Ordered categories",
    "Each unit improves by 0, 1, … categories with the probabilities typed; the effect is the difference of the means.",
    "difference in mean improvement",
    ("treated", "control"),
    _categories_effect,
    _categories_with,
    _categories_most,
    lambda plan, share: replace(plan, control=mixed(plan.control, plan.treated, share)),
    may_mislead=True,
)
RESPONSE = Model(
    "response",
    "Responders",
    "Each unit responds or does not; the effect is the difference of the probabilities.",
    "difference in responders",
    ("responds_treated", "responds_control"),
    lambda plan: plan.responds_treated - plan.responds_control,
    _response_with,
    lambda plan: 1 - plan.responds_control,
    lambda plan, share: replace(
        plan, responds_control=plan.responds_control + share * (plan.responds_treated - plan.responds_control)
    ),
)

MODELS: dict[str, Model] = {model.key: model for model in (NORMAL, CATEGORIES, RESPONSE)}
