"""The estimand of an endpoint, in the five attributes of ICH E9(R1)."""

from __future__ import annotations

from dataclasses import dataclass

from lib.analysis.change import CHANGES
from lib.assumptions import Assumptions
from lib.questions.wording import listed
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import lost_participants


@dataclass(frozen=True)
class Estimand:
    """What is being estimated, before any number."""

    population: str
    contrast: str
    variable: str
    intercurrent: str
    summary: str


def estimand_of(trial: Trial, endpoint: Endpoint, assumptions: Assumptions, summary: str) -> Estimand:
    """The estimand that the chosen analysis targets; `summary` is what it reports of the differences."""
    unit = trial.spec.unit.singular
    return Estimand(
        f"People with {trial.spec.condition} and two eligible {trial.spec.unit.plural}, as enrolled here",
        f"{trial.treatment.label} minus {trial.control.label}, on one {unit} each of the same person",
        _variable(trial, endpoint),
        _intercurrent(trial, assumptions),
        summary,
    )


def _variable(trial: Trial, endpoint: Endpoint) -> str:
    outcome = trial.outcomes[endpoint.outcome]
    name = outcome.long_label or outcome.label
    if endpoint.change not in CHANGES:
        return f"{name}, over the whole trial"
    rater = f" by the {trial.raters[endpoint.rater].label.lower()}" if endpoint.rater else ""
    change = CHANGES[endpoint.change].label.lower()
    return f"{name}{rater}: change ({change}) from {trial.baseline.label.lower()} to {trial.final.label.lower()}"


def _intercurrent(trial: Trial, assumptions: Assumptions) -> str:
    lost = lost_participants(trial)
    loss = f"Loss to follow-up (participant {listed(lost)}): complete cases only" if lost else "Nobody was lost"
    out = [p for p in trial.participant_ids if p not in assumptions.participants]
    chosen = f"; left out by the viewer: {listed(out)}" if out else ""
    stop = "; the trial's early stop is taken as unrelated to outcome" if trial.spec.design.stopped_early else ""
    return f"{loss}{chosen}{stop}"
