"""The designs that can be planned: adding one is adding an entry to `DESIGNS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from numpy.typing import ArrayLike

from lib.design.dropout import enrolled
from lib.design.plan import FloatArray, Plan
from lib.design.solve import LIMIT
from lib.design.t_designs import PAIRED_T, TWO_SAMPLE_T
from lib.errors import Refusal
from lib.values import Missing


class Power(Protocol):
    """Power at `n` and `effect` (outcome units), broadcast; each as planned where it is None."""

    def __call__(self, plan: Plan, n: ArrayLike | None = None, effect: ArrayLike | None = None) -> FloatArray: ...


class SmallestN(Protocol):
    """The smallest n from which power stays at or above the target; Refusal, with the reason, where there is none."""

    def __call__(self, plan: Plan, limit: int = LIMIT) -> int: ...


class Detectable(Protocol):
    """The effect, in outcome units, detected with the target power at `n`, the planned n where None."""

    def __call__(self, plan: Plan, n: int | None = None) -> float: ...


@dataclass(frozen=True)
class Design:
    """A way to lay out the next trial, and what it takes to plan one.

    `needs` names the fields of `Plan` that it reads; `n_counts` says what n counts; `arms` is how many groups of
    participants of that size there are.
    """

    key: str
    label: str
    help: str
    reference: str
    needs: tuple[str, ...]
    n_counts: str
    arms: int
    power: Power
    smallest_n: SmallestN
    detectable: Detectable

    def participants(self, n: int) -> int:
        """Participants in total where n is as `n_counts` says."""
        return self.arms * n

    def to_enrol(self, n: int, dropout: float) -> int:
        """Participants in total to enrol so that `n` remain in each arm."""
        return self.participants(enrolled(n, dropout))

    def needed(self, plan: Plan) -> int | Missing:
        """`smallest_n`, or the reason why there is none."""
        try:
            return self.smallest_n(plan)
        except Refusal as refusal:
            return Missing(str(refusal))

    def sentence(self, plan: Plan) -> str:
        """The plan and its answers in words; the same for every design, from `needs` and `n_counts`."""
        return " ".join((_planned(self, plan), _needed(self, plan), _detectable(self, plan)))


_INPUTS: dict[str, Callable[[Plan], str]] = {
    "sd": lambda plan: f"SD {plan.sd:g} per unit",
    "rho": lambda plan: f"within-person correlation {plan.rho:g}",
    "alpha": lambda plan: f"{'one' if plan.sides == 1 else 'two'}-sided α {plan.alpha:g}",
}


def _planned(design: Design, plan: Plan) -> str:
    inputs = ", ".join(words(plan) for field, words in _INPUTS.items() if field in design.needs)
    power = _probability(float(design.power(plan)))
    return (
        f"{design.label}: with {plan.n} {design.n_counts}, a true difference of {plan.effect:g} between arms "
        f"is detected with power {power} ({inputs})."
    )


def _needed(design: Design, plan: Plan) -> str:
    needed = design.needed(plan)
    if isinstance(needed, Missing):
        return f"A power of {plan.target:g} is out of reach ({needed.reason})."
    return f"A power of {plan.target:g} needs {needed} {design.n_counts}{_enrolment(design, plan, needed)}."


def _enrolment(design: Design, plan: Plan, needed: int) -> str:
    total = design.to_enrol(needed, plan.dropout)
    return f", {total} participants enrolled in all" + (
        f" if {100 * plan.dropout:.4g} % are lost" if plan.dropout else ""
    )


def _detectable(design: Design, plan: Plan) -> str:
    try:
        effect = f"{design.detectable(plan):.4g}"
    except Refusal as refusal:
        return f"No detectable difference can be given ({refusal})."
    return f"With {plan.n} {design.n_counts}, that power is reached for a difference of {effect}."


def _probability(value: float) -> str:
    """Two decimals; never "0.00" or "1.00", which no power is."""
    return "below 0.01" if value < 0.01 else "above 0.99" if value > 0.99 else f"{value:.2f}"


_ALL_DESIGNS = (
    Design(
        key="paired-t",
        label="Within person, paired t test",
        help="One unit of each participant is treated and one is control; the test is a t test of the differences.",
        reference="Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 2",
        needs=("effect", "sd", "rho", "alpha", "sides", "target", "n", "dropout"),
        n_counts="pairs (participants)",
        arms=1,
        power=PAIRED_T.power,
        smallest_n=PAIRED_T.smallest_n,
        detectable=PAIRED_T.detectable,
    ),
    Design(
        key="two-sample-t",
        label="Parallel arms, two-sample t test",
        help="Each participant is treated or control; the test is a t test with pooled variance.",
        reference="Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 2",
        needs=("effect", "sd", "alpha", "sides", "target", "n", "dropout"),
        n_counts="participants per arm",
        arms=2,
        power=TWO_SAMPLE_T.power,
        smallest_n=TWO_SAMPLE_T.smallest_n,
        detectable=TWO_SAMPLE_T.detectable,
    ),
)

DESIGNS: dict[str, Design] = {design.key: design for design in _ALL_DESIGNS}


def design_named(key: str) -> Design:
    """The design of that key; Refusal, listing those that exist, where there is none."""
    if key not in DESIGNS:
        raise Refusal(f"design: {key!r} given; wanted one that exists: {', '.join(DESIGNS)}")
    return DESIGNS[key]
