"""The within-person pairs behind an endpoint: each unit's change, their difference, and who is in the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from lib.analysis.change import CHANGES
from lib.assumptions import Assumptions
from lib.questions.changes import Measure, change_of, measure_of
from lib.questions.lost import ASSUMED, replacement, stands_in
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import EVERY_RATER
from lib.values import Exact, Missing

Direction = Literal["lower", "higher"]
LEFT_OUT = "left out by the viewer"


@dataclass(frozen=True)
class UnitChange:
    """One unit's change from baseline to the final visit, with the provenance of that value."""

    unit: str
    arm: str
    value: Exact
    provenance: str


@dataclass(frozen=True)
class Pair:
    """One participant's two changes and their difference, treated minus control.

    `reason` is empty where the pair is analysed, and says why it is not otherwise. A pair that a rule completed is
    analysed whoever was chosen: the rule for whoever was lost is a choice of its own.
    """

    participant: str
    treated: UnitChange
    control: UnitChange
    difference: Exact
    reason: str

    @property
    def analysed(self) -> bool:
        return not self.reason

    @property
    def assumed(self) -> bool:
        """Whether a rule put a change in the place of one that was never seen."""
        return ASSUMED in (self.treated.provenance, self.control.provenance)


def rater_of(trial: Trial, outcome: str, assumptions: Assumptions) -> str | None:
    """The rater that counts: the viewer's where the outcome has that one, else the outcome's first."""
    raters = trial.outcomes[outcome].raters
    if assumptions.rater == EVERY_RATER and len(raters) > 1:
        return EVERY_RATER
    return assumptions.rater if assumptions.rater in raters else next(iter(raters), None)


def better_of(trial: Trial, endpoint: Endpoint) -> Direction:
    """Which direction of the change is better: more of those who responded, whatever the outcome's own direction."""
    turned = endpoint.change in CHANGES and CHANGES[endpoint.change].yes_no
    return "higher" if turned else trial.outcomes[endpoint.outcome].better


def unit_of_change(trial: Trial, endpoint: Endpoint) -> str:
    unit = trial.outcomes[endpoint.outcome].unit
    return CHANGES[endpoint.change].unit(unit) if endpoint.change in CHANGES else unit


def endpoint_pairs(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> tuple[Pair, ...]:
    """Every participant with units, in the order of the trial; those not analysed carry the reason.

    Parameters
    ----------
    trial : Trial
        Gives the values, printed as they are.
    endpoint : Endpoint
        Outcome, rater and change; an outcome without individual values has no pairs.
    assumptions : Assumptions
        Who is in, whether printed or measured percentages count, and what stands for whoever was lost.

    Returns
    -------
    tuple of Pair
        Differences in exact arithmetic, in the unit of the change.
    """
    if endpoint.rater is None:
        return ()
    measure = measure_of(trial, endpoint.outcome, endpoint.rater, endpoint.change, assumptions)
    together = (p for p in trial.participant_ids if (p, trial.treatment.key) in trial.unit_of)
    return tuple(_pair(trial, measure, assumptions, participant) for participant in together)


def _pair(trial: Trial, measure: Measure, assumptions: Assumptions, participant: str) -> Pair:
    treated, control = (
        _unit_change(trial, measure, assumptions, trial.unit_of[participant, arm.key], arm.key) for arm in trial.arms
    )
    difference = _difference(treated.value, control.value)
    pair = Pair(participant, treated, control, difference, "")
    reason = "" if participant in assumptions.participants or pair.assumed else LEFT_OUT
    if isinstance(difference, Missing):
        reason = difference.reason  # who has no pair can't be left out
    return replace(pair, reason=reason)


def _difference(treated: Exact, control: Exact) -> Exact:
    if isinstance(treated, Missing):
        return treated
    return control if isinstance(control, Missing) else treated - control


def _unit_change(trial: Trial, measure: Measure, assumptions: Assumptions, unit: str, arm: str) -> UnitChange:
    found = change_of(trial, unit, trial.final.key, measure)
    if isinstance(found.value, Fraction) or not stands_in(trial, unit, assumptions):
        return UnitChange(unit, arm, found.value, found.provenance)
    value = replacement(trial, unit, measure, assumptions)
    return UnitChange(unit, arm, value, "missing" if isinstance(value, Missing) else ASSUMED)


def analysed_differences(pairs: Iterable[Pair]) -> tuple[Fraction, ...]:
    return tuple(p.difference for p in pairs if p.analysed and isinstance(p.difference, Fraction))


def analysed_participants(pairs: Iterable[Pair]) -> tuple[str, ...]:
    return tuple(pair.participant for pair in pairs if pair.analysed)
