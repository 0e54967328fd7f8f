"""What to put in place of a change that was never seen: a registry of rules for units that were lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from lib.values import Exact, Missing


@dataclass(frozen=True)
class Unseen:
    """One lost unit's change, as far as it can be told: its ends, what it would be without any change, and a typed one.

    `benefit` is 1 where more is better and −1 where less is. Values are in the unit of the change.
    """

    treated: bool
    low: Exact
    high: Exact
    unchanged: Exact
    typed: Fraction
    benefit: int

    def end(self, good: bool) -> Exact:
        """The end that is good, or bad, for the patient."""
        return self.high if good == (self.benefit > 0) else self.low


@dataclass(frozen=True)
class LossRule:
    """One way to treat units that were lost.

    `tied_to_arms` rules look at the label of a unit, so that flipping labels does not just flip a difference: they
    stay outside joint tests that flip labels. `bounded` ones need the ends of what is possible, `typed` ones a value.
    """

    key: str
    label: str
    help: str
    reference: str
    fill: Callable[[Unseen], Exact]
    imputes: bool = True
    tied_to_arms: bool = False
    bounded: bool = False
    typed: bool = False


COMPLETE = "complete"
_OUT = Missing("lost, and not replaced")

LOSSES: dict[str, LossRule] = {
    rule.key: rule
    for rule in (
        LossRule(
            COMPLETE,
            "Complete cases",
            "Whoever was lost stays out, as if the loss had nothing to do with the outcome.",
            "ICH E9(R1) 2019, A.5; Rubin 1976, Biometrika 63:581-592",
            lambda unseen: _OUT,
            imputes=False,
        ),
        LossRule(
            "no-change",
            "No change",
            "Both {units} of whoever was lost count as unchanged since baseline.",
            "Higgins, White & Wood 2008, Clin Trials 5:225-239",
            lambda unseen: unseen.unchanged,
        ),
        LossRule(
            "best",
            "Best for the treatment",
            "The treated {unit} did as well as the range assumed allows, the control as badly.",
            "Higgins, White & Wood 2008, Clin Trials 5:225-239",
            lambda unseen: unseen.end(good=unseen.treated),
            tied_to_arms=True,
            bounded=True,
        ),
        LossRule(
            "worst",
            "Worst for the treatment",
            "The treated {unit} did as badly as the range assumed allows, the control as well.",
            "Higgins, White & Wood 2008, Clin Trials 5:225-239",
            lambda unseen: unseen.end(good=not unseen.treated),
            tied_to_arms=True,
            bounded=True,
        ),
        LossRule(
            "typed",
            "Typed changes",
            "The changes that you type for the treated and the control {unit} of whoever was lost.",
            "Higgins, White & Wood 2008, Clin Trials 5:225-239",
            lambda unseen: unseen.typed,
            tied_to_arms=True,
            typed=True,
        ),
    )
}
