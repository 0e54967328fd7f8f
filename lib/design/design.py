"""What a design is: its inputs, its engine, what its n counts, and its plan in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Literal

from numpy.typing import ArrayLike

from lib.design.dropout import enrolled
from lib.design.engines import Engine
from lib.design.models import MODELS, Model
from lib.design.plan import SMALLEST_N, FloatArray, Plan
from lib.design.rejection import Rejection
from lib.design.t_designs import PAIRED_T, TDesign, sd_of_pair_difference
from lib.errors import Refusal
from lib.values import Missing, Real

Method = Literal["exact", "mixed", "simulated"]
"""Exact at every n; exact to a limit and conditional Monte Carlo beyond; simulated throughout."""

SIZE_WIDTH = 0.003
"""Half-width of the Monte Carlo interval of a type I error: about 20,000 trials at 5 %."""

OWN_INPUTS = frozenset({"units", "icc", "scores", "interim", "growth", "looks"})
"""Fields of a plan that belong to one kind of design: other designs are not the same plan."""

PLANNING = ("alpha", "target", "n", "dropout")
"""What every design needs."""


@dataclass(frozen=True)
class Design:
    """A way to lay out the next trial, and what it takes to plan one.

    Attributes
    ----------
    model : str
        Key of the model of the outcome in `MODELS`.
    test : str
        The test that the power is of, as a protocol names it.
    references : tuple of str
        Where the method stands.
    reads : tuple of str
        Fields of `Plan`, beside those that every design needs, that the power rests on.
    n_counts : str
        What n counts.
    arms : int
        Groups of participants of that size.
    within : bool
        Whether treated and control units belong to one person.
    units : callable
        Plan → (treated units, control units) of a participant; of one in each arm where arms are apart.
    growth : callable
        Plan → how many times the n planned a trial may end with.
    engine : Engine
        Power, n, detectable effect.
    largest_size : callable or None
        Plan → the largest type I error over whatever is unknown of units that respond alike in both arms.
    method : str
        Whether numbers are exact, exact to a limit, or simulated.
    quick : bool
        Whether whole curves come without a wait.
    reads_printed : bool
        Whether a printed detectable effect may have come from it.
    """

    key: str
    label: str
    help: str
    test: str
    references: tuple[str, ...]
    model: str
    reads: tuple[str, ...]
    n_counts: str
    arms: int
    within: bool
    engine: Engine
    units: Callable[[Plan], tuple[int, int]] = lambda plan: (1, 1)
    growth: Callable[[Plan], float] = lambda plan: 1.0
    largest_size: Callable[[Plan], float] | None = None
    method: Method = "exact"
    quick: bool = True
    reads_printed: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields of `Plan` that change an answer."""
        return (*self.reads, *PLANNING)

    @property
    def has_own_inputs(self) -> bool:
        """Whether it has inputs that may be out of range while another design is planned."""
        return bool(OWN_INPUTS & set(self.reads))

    @property
    def reference(self) -> str:
        return "; ".join(self.references)

    @property
    def outcome_model(self) -> Model:
        return MODELS[self.model]

    def power(self, plan: Plan, n: ArrayLike | None = None, effect: ArrayLike | None = None) -> FloatArray:
        """Power at `n` and `effect` (in the model's unit), broadcast; each as planned where it is None."""
        return self.engine.power(plan, n, effect)

    def smallest_n(self, plan: Plan, limit: int | None = None) -> int:
        """The smallest n from which power stays at or above the target; Refusal, with the reason, where none does."""
        return self.engine.smallest_n(plan, limit)

    def detectable(self, plan: Plan, n: int | None = None) -> float:
        """The effect detected with the target power at `n`, the planned n where None."""
        return self.engine.detectable(plan, n)

    def rejection(self, plan: Plan) -> Rejection:
        """How a trial of this plan ends."""
        return self.engine.rejection(plan)

    def type_i_error(self, plan: Plan) -> Rejection:
        """How a trial ends where the treatment does nothing: its power is the true α.

        Both arms are then as the control is planned. Simulated to a half-width of at most `SIZE_WIDTH`.
        """
        nothing = self.outcome_model.with_effect(plan, 0.0)
        return self.rejection(replace(nothing, width=min(plan.width, SIZE_WIDTH)))

    def most(self, plan: Plan, n: int) -> int:
        """The largest n that a trial planned with `n` may end with: what has to be enrolled and paid for."""
        return ceil(n * Fraction(repr(float(self.growth(plan)))))

    def at(self, plan: Plan, n: int, effect: float | None = None) -> Plan:
        """The plan at another n and, if given, another effect."""
        return replace(plan if effect is None else self.outcome_model.with_effect(plan, effect), n=n)

    def participants(self, n: int) -> int:
        """Participants in total where n is as `n_counts` says."""
        return self.arms * n

    def to_enrol(self, n: int, dropout: float) -> int:
        """Participants in total to enrol so that `n` remain in each arm."""
        return self.participants(enrolled(n, dropout))

    def needed(self, plan: Plan) -> int | Missing:
        """`smallest_n`, or the reason why there is none."""
        return _needed(self, replace(plan, n=SMALLEST_N, dropout=0.0))

    def found(self, plan: Plan) -> Real:
        """`detectable`, or the reason why there is none."""
        try:
            return self.detectable(plan)
        except Refusal as refusal:
            return Missing(str(refusal))

    def inputs(self, plan: Plan, of_differences: bool = False) -> str:
        """What the power rests on, in words, α last.

        `of_differences` tells the SD as that of within-person differences, where nothing else rests on ρ.
        """
        only = of_differences and self.differences_only
        left_out = ("sd", "rho") if only else ()
        told = [words(plan) for field, words in _INPUTS.items() if field in self.reads and field not in left_out]
        if self.model != "normal":
            told = [text.replace("within-person", "latent within-person") for text in told]
        told[1:1] = self._spreads(plan)
        sides = f"{'one' if plan.sides == 1 else 'two'}-sided " if "sides" in self.reads else ""
        return ", ".join([*told, f"{sides}α {plan.alpha:g}"])

    def _spreads(self, plan: Plan) -> list[str]:
        """The SD that the test works with, where it is not that of one unit; with doses, that of two of them too."""
        if not {"sd", "rho"} <= set(self.reads):
            return []
        pair = f"SD {sd_of_pair_difference(plan):.4g} of differences within a person"
        if not isinstance(self.engine, TDesign) or self.engine == PAIRED_T:
            return [pair]
        works = self.compared_sd(plan)
        own = [] if isinstance(works, Missing) else [f"SD {works:.4g} of {self.compared}"]
        return own if "units" in self.reads else [pair, *own]

    @property
    def compared(self) -> str:
        """What has the SD that a standardised effect is told in."""
        if not self.within:
            return "one participant's outcome"
        if "units" in self.reads:
            return "differences between a person's arm means"
        if "scores" in self.reads and isinstance(self.engine, TDesign):
            return "each person's linear contrast, as highest dose minus none"
        return "differences within a person"

    def compared_sd(self, plan: Plan) -> Real:
        """The SD of `compared`, in outcome units; Missing where the plan's correlations allow none."""
        if self.model != "normal":
            return Missing("standardised effects are of normal outcomes")
        if not self.within:
            return plan.sd
        try:
            return self.engine.contrast_sd(plan) if isinstance(self.engine, TDesign) else sd_of_pair_difference(plan)
        except Refusal as refusal:
            return Missing(str(refusal))

    @property
    def differences_only(self) -> bool:
        """Whether SD and ρ matter only by the SD of the differences that they make."""
        return {"sd", "rho"} <= set(self.reads) and "units" not in self.reads


@lru_cache(maxsize=4_000)
def _needed(design: Design, plan: Plan) -> int | Missing:
    """Kept, since pages ask for the same n in several places; the planned n and losses play no part in it."""
    try:
        return design.smallest_n(plan)
    except Refusal as refusal:
        return Missing(str(refusal))


def _shares(shares: tuple[float, ...]) -> str:
    return "/".join(f"{100 * share:.4g}" for share in shares) + " %"


_INPUTS: dict[str, Callable[[Plan], str]] = {
    "effect": lambda plan: f"effect {plan.effect:.4g}",
    "treated": lambda plan: f"treated improving by 0, 1, … categories {_shares(plan.treated)}",
    "control": lambda plan: f"control {_shares(plan.control)}",
    "responds_treated": lambda plan: f"treated responding {100 * plan.responds_treated:.4g} %",
    "responds_control": lambda plan: f"control {100 * plan.responds_control:.4g} %",
    "sd": lambda plan: f"SD {plan.sd:.4g} per unit",
    "rho": lambda plan: f"within-person correlation {plan.rho:.4g}",
    "units": lambda plan: f"{plan.units} units per arm and person",
    "icc": lambda plan: f"ICC {plan.icc:.4g}",
    "scores": lambda plan: "dose scores " + ", ".join(f"{score:g}" for score in plan.scores),
    "rho_baseline": lambda plan: f"correlation with baseline {plan.rho_baseline:.4g}",
    "looks": lambda plan: f"{plan.looks} analyses",
    "interim": lambda plan: f"n looked at again after {100 * plan.interim:.4g} %",
    "growth": lambda plan: f"at most {plan.growth:.4g} times the n planned",
}
