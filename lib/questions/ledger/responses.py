"""Statements about responses: who improved, whose score is lower, who responded most."""

from __future__ import annotations

from fractions import Fraction

from lib.questions.changes import change_of, plain_measure
from lib.questions.ledger.people import score_refs
from lib.questions.ledger.units import outcome_of, rater_of
from lib.questions.ledger.working import Claim, Input, Working, chosen, shown
from lib.questions.wording import listed, participants
from lib.trial.model import Outcome, Ref, Trial
from lib.trial.observed import observed
from lib.values import Missing


def improved_in_all(trial: Trial, claim: Claim) -> Working:
    """Participants whose treated unit improved in every one of the outcomes listed, `outcome:rater` with | between."""
    measured = [_measured(trial, part) for part in claim.needed("outcomes").split("|")]
    better = [_improved(trial, outcome, rater) for outcome, rater in measured]
    who = [p for p in trial.participant_ids if all(p in found for found in better)]
    steps = tuple(
        f"{_by(trial, outcome, rater)}: {participants(sorted(found)) if found else 'nobody'}"
        for (outcome, rater), found in zip(measured, better, strict=True)
    )
    others = [
        f"{_by(trial, outcome, other)} improved in {len(_improved(trial, outcome, other))}"
        for (outcome, rater), found in zip(measured, better, strict=True)
        for other in outcome.raters
        if other != rater and _improved(trial, outcome, other) != found
    ]
    return Working(float(len(who)), (), steps, "; ".join([*_both_sides(trial, measured, who), *others]))


def _both_sides(trial: Trial, measured: list[tuple[Outcome, str]], who: list[str]) -> list[str]:
    """Whose control unit improved too, in any of the outcomes."""
    control = [_improved(trial, outcome, rater, trial.control.key) for outcome, rater in measured]
    too = [p for p in who if any(p in found for found in control)]
    return [f"{participants(too)} improved on the control side too"] if too else []


def changed(trial: Trial, claim: Claim) -> Working:
    """Units of an arm that became better or worse from baseline to the final visit, where that is known."""
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    arm = chosen("arm", claim.needed("arm"), {arm.key: arm for arm in trial.spec.arms})
    wanted = {"better": 1, "worse": -1}[chosen("direction", claim.needed("direction"), {"better": 1, "worse": -1})]
    sign = wanted * (1 if outcome.better == "higher" else -1)
    steps = {u.unit: _step(trial, u.unit, outcome, rater) for u in trial.units if u.arm == arm}
    seen = {unit: step for unit, step in steps.items() if step is not None}
    moved = [unit for unit, step in seen.items() if sign * step > 0]
    cells = score_refs(trial, outcome.key, rater, trial.final.key, arm)
    if not seen:
        return Working(Missing("no change of this arm is published"))
    return Working(float(len(moved)), (), (f"{listed(moved) if moved else 'none'} of {len(seen)}",), counted=cells)


def _step(trial: Trial, unit: str, outcome: Outcome, rater: str) -> Fraction | None:
    """The change of a unit, or a percentage, which has its sign; None where neither is published."""
    found = (
        change_of(trial, unit, trial.final.key, plain_measure(trial, outcome.key, rater, kind)).value
        for kind in ("absolute", "percent")
    )
    return next((step for step in found if isinstance(step, Fraction)), None)


def _measured(trial: Trial, text: str) -> tuple[Outcome, str]:
    key, _, rater = text.strip().partition(":")
    outcome = trial.outcomes[chosen("outcome", key, trial.outcomes)]
    return outcome, chosen("rater", rater, {rater: rater for rater in outcome.raters})


def _by(trial: Trial, outcome: Outcome, rater: str) -> str:
    return f"{outcome.label} by the {trial.raters[rater].label.lower()}"


def _improved(trial: Trial, outcome: Outcome, rater: str, arm: str = "") -> set[str]:
    """Participants whose unit of an arm, the treated one by default, is better at the final visit than at baseline."""
    sign = 1 if outcome.better == "higher" else -1
    treated = {u.participant: u.unit for u in trial.units if u.arm == (arm or trial.treatment.key)}
    steps = {p: _step(trial, unit, outcome, rater) for p, unit in treated.items()}
    return {p for p, step in steps.items() if step is not None and sign * step > 0}


def lower_by(trial: Trial, claim: Claim) -> Working:
    """Whether one rater's scores at a visit tend to be lower than another's: more units lower than higher."""
    outcome, visit = outcome_of(trial, claim), chosen("visit", claim.needed("visit"), trial.visits)
    known_raters = {rater: rater for rater in outcome.raters}
    first, second = (chosen("rater", claim.needed(name), known_raters) for name in ("rater", "than"))
    pairs = {
        u.unit: (observed(trial, u.unit, visit, outcome.key, first).value,
                 observed(trial, u.unit, visit, outcome.key, second).value)
        for u in trial.units
    }  # fmt: skip
    both = {unit: (a, b) for unit, (a, b) in pairs.items() if isinstance(a, Fraction) and isinstance(b, Fraction)}
    if not both:
        return Working(Missing("no unit was scored by both"))
    lower, higher = sum(a < b for a, b in both.values()), sum(a > b for a, b in both.values())
    equal = len(both) - lower - higher
    found = f"{lower} of {len(both)} lower, {equal} equal, {higher} higher"
    inputs = tuple(
        Input(unit, f"{shown(float(a))} against {shown(float(b))}", "measurements.csv") for unit, (a, b) in both.items()
    )
    cells: tuple[Ref, ...] = tuple(
        ("measurement", u, visit, outcome.key, rater, "value") for u in both for rater in (first, second)
    )
    return Working(found, inputs, (found,), holds=lower > higher, counted=cells)


def largest_response(trial: Trial, claim: Claim) -> Working:
    """Whose treated unit improved most in percent of baseline."""
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    measure = plain_measure(trial, outcome.key, rater, "percent")
    sign = 1 if outcome.better == "higher" else -1
    found = {
        p: change_of(trial, trial.unit_of[p, trial.treatment.key], trial.final.key, measure).value
        for p in trial.participant_ids
        if (p, trial.treatment.key) in trial.unit_of
    }
    changes = {p: sign * step for p, step in found.items() if isinstance(step, Fraction)}
    if not changes:
        return Working(Missing("no percentage change is published"))
    best = max(changes.values())
    who = [p for p, step in changes.items() if step == best]
    inputs = tuple(
        Input(f"participant {p}", f"{shown(float(sign * step))} %", "measurements.csv") for p, step in changes.items()
    )
    cells = score_refs(trial, outcome.key, rater, trial.final.key, trial.treatment.key)
    return Working(listed(who), inputs, (f"{participants(who)}: {shown(float(sign * best))} %",), counted=cells)
