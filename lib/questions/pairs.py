"""The within-person pairs behind an endpoint: each unit's change, their difference, and who is in the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from lib.analysis.change import CHANGES
from lib.assumptions import Assumptions
from lib.questions.changes import change_of
from lib.trial.model import Endpoint, Trial
from lib.values import Exact, Missing

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

    `reason` is empty where the pair is analysed, and says why it is not otherwise.
    """

    participant: str
    treated: UnitChange
    control: UnitChange
    difference: Exact
    reason: str

    @property
    def analysed(self) -> bool:
        return not self.reason


def rater_of(trial: Trial, outcome: str, assumptions: Assumptions) -> str | None:
    """The rater that counts: the viewer's where the outcome has that one, else the outcome's first."""
    raters = trial.outcomes[outcome].raters
    return assumptions.rater if assumptions.rater in raters else next(iter(raters), None)


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
        Who is in, and whether printed or measured percentages count.

    Returns
    -------
    tuple of Pair
        Differences in exact arithmetic, in the unit of the change.
    """
    if endpoint.rater is None:
        return ()
    together = (p for p in trial.participant_ids if (p, trial.treatment.key) in trial.unit_of)
    return tuple(_pair(trial, endpoint, assumptions, participant) for participant in together)


def _pair(trial: Trial, endpoint: Endpoint, assumptions: Assumptions, participant: str) -> Pair:
    treated, control = (
        _unit_change(trial, endpoint, assumptions, trial.unit_of[participant, arm.key], arm.key) for arm in trial.arms
    )
    difference = _difference(treated.value, control.value)
    reason = "" if participant in assumptions.participants else LEFT_OUT
    if isinstance(difference, Missing):
        reason = difference.reason  # who has no pair can't be left out
    return Pair(participant, treated, control, difference, reason)


def _difference(treated: Exact, control: Exact) -> Exact:
    if isinstance(treated, Missing):
        return treated
    return control if isinstance(control, Missing) else treated - control


def _unit_change(trial: Trial, endpoint: Endpoint, assumptions: Assumptions, unit: str, arm: str) -> UnitChange:
    found = change_of(
        trial, unit, trial.final.key, endpoint.outcome, endpoint.rater or "", endpoint.change, assumptions.rounding
    )
    return UnitChange(unit, arm, found.value, found.provenance)


def analysed_differences(pairs: Iterable[Pair]) -> tuple[Fraction, ...]:
    return tuple(p.difference for p in pairs if p.analysed and isinstance(p.difference, Fraction))


def analysed_participants(pairs: Iterable[Pair]) -> tuple[str, ...]:
    return tuple(pair.participant for pair in pairs if pair.analysed)
