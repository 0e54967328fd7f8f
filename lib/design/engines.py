"""What makes a design's numbers: a t test in closed form is in `t_designs`; here, whatever is answered plan by plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from lib.design.direction import direction_validation
from lib.design.models import Model
from lib.design.plan import SMALLEST_N, FloatArray, Plan
from lib.design.rejection import Rejection
from lib.design.solve import first_reaching_n, smallest_bounded_effect, smallest_lasting_n
from lib.errors import Refusal
from lib.progress import each


class Engine(Protocol):
    """Power, and what follows from it, of one design, up to an n of `limit`."""

    @property
    def limit(self) -> int:
        """The largest n that is computed."""
        ...

    @property
    def lasting(self) -> bool:
        """Whether an n that reaches the target is known to be followed by none that does not."""
        ...

    def fewest(self, plan: Plan) -> int:
        """The smallest n that the design can have."""
        ...

    def power(self, plan: Plan, n: ArrayLike | None = None, effect: ArrayLike | None = None) -> FloatArray:
        """Power at `n` and `effect` (the model's unit), broadcast; each as planned where it is None."""
        ...

    def smallest_n(self, plan: Plan, limit: int | None = None) -> int:
        """The smallest n from which power stays at or above the target; Refusal, with the reason, where none does."""
        ...

    def detectable(self, plan: Plan, n: int | None = None) -> float:
        """The effect, in the model's unit, detected with the target power at `n`, the planned n where None."""
        ...

    def rejection(self, plan: Plan) -> Rejection:
        """Everything about one plan: directions, Monte Carlo interval, mean size of what is significant."""
        ...


@dataclass(frozen=True)
class PlanByPlan:
    """An engine made of one function: how a trial of this plan ends.

    Attributes
    ----------
    answer : callable
        Plan → Rejection; kept for plans already seen.
    model : Model
        What an effect is.
    reads : tuple of str
        Fields of the plan that the answer rests on, `n` aside.
    limit : int
        Largest n that is computed.
    least : callable
        Plan → smallest n that the design can have.
    simulated : bool
        Whether power has Monte Carlo error, so that the smallest n is known only within it.
    monotone : bool
        Whether power never falls as n grows.
    tolerance : float
        To which share of the largest effect tried the detectable effect is found.
    """

    answer: Callable[[Plan], Rejection]
    model: Model
    reads: tuple[str, ...]
    limit: int
    least: Callable[[Plan], int] = lambda plan: SMALLEST_N
    simulated: bool = False
    monotone: bool = False
    tolerance: float = 1e-4

    @property
    def lasting(self) -> bool:
        """Saw-teeth and simulated curves are looked at only so far."""
        return self.monotone

    def fewest(self, plan: Plan) -> int:
        """The smallest n that the design can have."""
        return self.least(plan)

    def rejection(self, plan: Plan) -> Rejection:
        """As `answer` says.

        Raises
        ------
        Refusal
            An n beyond what the design can have or what is computed.
        """
        least = self.least(plan)
        if plan.n < least:
            raise Refusal(f"n: {plan.n} given; wanted at least {least} for this design")
        if plan.n > self.limit:
            raise Refusal(f"n: {plan.n:,} given; wanted at most {self.limit:,}, the largest computed for this design")
        return _kept(self.answer, self._bare(plan))

    def _bare(self, plan: Plan) -> Plan:
        """The plan with nothing in it that the answer does not rest on, so that it is found again."""
        kept = {key: getattr(plan, key) for key in (*self.reads, "n", "alpha", "sides")}
        return Plan(**{"effect": 0.0, "sd": 1.0, "rho": 0.0, "target": (1 + plan.alpha) / 2, **kept})

    def power(self, plan: Plan, n: ArrayLike | None = None, effect: ArrayLike | None = None) -> FloatArray:
        """Power at `n` and `effect`, broadcast; each as planned where it is None."""
        sizes, effects = np.broadcast_arrays(
            np.asarray(plan.n if n is None else n), np.asarray(None if effect is None else effect)
        )
        plans = [self._with(plan, int(size), e) for size, e in zip(sizes.flat, effects.flat, strict=True)]
        powers = [self.rejection(one).power for one in each(plans, "computing power")]
        return np.array(powers, dtype=float).reshape(sizes.shape)

    def _with(self, plan: Plan, n: int, effect: float | None) -> Plan:
        return replace(plan if effect is None else self.model.with_effect(plan, float(effect)), n=n)

    def smallest_n(self, plan: Plan, limit: int | None = None) -> int:
        """The smallest n from which power stays at or above the target; the first found where it is simulated.

        Raises
        ------
        Refusal
            No effect, so that there is nothing to find; no n up to the limit; or one that would find the opposite.
        """
        if self.model.effect_of(plan) == 0:
            raise Refusal(self._nothing_to_find(plan))
        search = first_reaching_n if self.simulated or self.monotone else smallest_lasting_n
        most = self.limit if limit is None else min(limit, self.limit)

        def power_at(n: int) -> float:
            return self.rejection(replace(plan, n=n)).power

        n = search(power_at, plan.target, most, self.least(plan))
        found = replace(plan, n=n)
        direction_validation(self.model, found, self.rejection(found))
        return n

    def _nothing_to_find(self, plan: Plan) -> str:
        """Why an effect of 0 has no n: the arms are alike, or only their means are and a test may tell the rest."""
        field, what = self.model.reads[0], self.model.effect_label
        if plan == self.model.with_effect(plan, 0.0):
            why = "power for 0 is alpha, or as near to it as the test comes, at every n"
        else:
            why = "the shares differ while their means do not: what a test finds then is no benefit"
        return f"{field}: a {what} of 0 given; wanted another one, as {why}"

    def detectable(self, plan: Plan, n: int | None = None) -> float:
        """The smallest effect found to be detected with the target power at `n` (planned where None).

        Raises
        ------
        Refusal
            No effect is, or what is detected there is the opposite of it.
        """
        size = plan.n if n is None else n
        most = self._largest_effect(plan, size)

        def power_of(effect: float) -> float:
            return self.rejection(self._with(plan, size, effect)).power

        effect = smallest_bounded_effect(power_of, plan.target, most, self.tolerance * most)
        found = self._with(plan, size, effect)
        direction_validation(self.model, found, self.rejection(found))
        return effect

    def _largest_effect(self, plan: Plan, n: int) -> float:
        """The largest that the model can make; where there is none, one whose power is near 1 at any n."""
        most = self.model.most(plan)
        if most < float("inf"):
            return most
        candidates: Iterable[float] = (plan.sd * 2.0**k for k in range(8))
        reaching = (e for e in candidates if self.rejection(self._with(plan, n, e)).power >= plan.target)
        return next(reaching, plan.sd * 2.0**8)


@lru_cache(maxsize=20_000)
def _kept(answer: Callable[[Plan], Rejection], plan: Plan) -> Rejection:
    return answer(plan)
