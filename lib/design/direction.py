"""Whether what a test finds points where the planned effect does: tests of ranks and signs may see the opposite of it.

The effect of a plan in categories is a difference of means, while these tests look at who improves more. A treatment
that helps a few a lot may have the larger mean and do worse in most; a large trial then finds harm.
"""

from __future__ import annotations

from lib.design.models import Model
from lib.design.plan import Plan
from lib.design.rejection import Rejection
from lib.errors import Refusal

MOST = 0.5
"""Share of the significant results that may point away from the effect before an n is one for finding the opposite."""


def wrong_way(end: Rejection, effect: float) -> float:
    """Share of the trials that reject whose estimate points away from an effect other than 0; 0 where none rejects."""
    return (end.against if effect > 0 else end.toward) / end.power if end.power else 0.0


def direction_validation(model: Model, plan: Plan, end: Rejection) -> None:
    """Refusal where most of what a trial of this plan finds, `end` being how it ends, is the opposite of its effect."""
    effect = model.effect_of(plan)
    if not model.may_mislead or effect == 0 or wrong_way(end, effect) <= MOST:
        return
    seen, planned, way, size = "harm", "a benefit", "against", "larger"
    if effect < 0:
        seen, planned, way, size = planned, seen, "for", "smaller"
    raise Refusal(
        f"{model.reads[0]}: shares that this test takes for {seen} given; wanted ones that it takes for {planned}, as "
        f"most of what is significant at n = {plan.n} is {way} the treatment, whose mean improvement is the {size} one"
    )
