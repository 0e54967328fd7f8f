"""The estimand of an endpoint, in the five attributes of ICH E9(R1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lib.analysis.change import CHANGES
from lib.assumptions import Assumptions
from lib.questions.changes import Measure, change_words, zero_words
from lib.questions.lost import loss_words, stand_in
from lib.questions.pairs import LEFT_OUT, Pair
from lib.questions.wording import participants, people
from lib.trial.model import Arm, Endpoint, Trial
from lib.trial.observed import loss, rater_name


@dataclass(frozen=True)
class Estimand:
    """What is being estimated, before any number; `handling` tells of loss, other events and interference."""

    population: str
    contrast: str
    variable: str
    handling: str
    summary: str

    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Each attribute with its name."""
        return (
            ("Population", self.population),
            ("Contrast", self.contrast),
            ("Variable", self.variable),
            ("Loss and other events", self.handling),
            ("Summary", self.summary),
        )


def paired_estimand(
    trial: Trial, measure: Measure, pairs: tuple[Pair, ...], summary: str, assumptions: Assumptions
) -> Estimand:
    """The estimand of an endpoint with individual values; `summary` is what the test reports of the differences."""
    return Estimand(
        _population(trial, _estimated_from(pairs)),
        f"{_regimen(trial.treatment)} minus {_regimen(trial.control)}, on one {trial.spec.unit.singular} each of the "
        "same person",
        _measured(trial, measure),
        _handling(trial, measure, pairs, assumptions),
        summary,
    )


def reported_estimand(trial: Trial, endpoint: Endpoint) -> Estimand:
    """What an endpoint would estimate of which only means are printed."""
    return Estimand(
        _population(trial),
        f"{trial.treatment.label} minus {trial.control.label}, within a person if the means are of the same people",
        _variable(trial, endpoint),
        "not stated: the number of people behind each mean is not printed",
        "mean within-person difference, which equals the difference of the means if they are of the same people",
    )


def events_estimand(trial: Trial, endpoint: Endpoint) -> Estimand:
    """The risk of an adverse event, which is a person's and not a unit's."""
    return Estimand(
        _population(trial),
        "none: everybody had both, so an event of the person belongs to neither",
        _variable(trial, endpoint),
        "everybody who had at least one treatment counts, however long they stayed",
        "share of participants with at least one event",
    )


def _population(trial: Trial, estimated_from: str = "") -> str:
    unit = trial.spec.unit.plural
    whom = trial.spec.design.population or f"People with {trial.spec.condition} and two eligible {unit}"
    return f"{whom}; estimated from {estimated_from}" if estimated_from else whom


def _estimated_from(pairs: tuple[Pair, ...]) -> str:
    assumed = sum(pair.analysed and pair.assumed for pair in pairs)
    seen = people(sum(pair.analysed for pair in pairs) - assumed)
    return f"{seen} and {assumed} assumed" if assumed else seen


def _regimen(arm: Arm) -> str:
    return f"{arm.label} ({arm.detail})" if arm.detail else arm.label


def _variable(trial: Trial, endpoint: Endpoint) -> str:
    outcome = trial.outcomes[endpoint.outcome]
    when = _change_over_time(trial, endpoint.change) if endpoint.change in CHANGES else "over the whole trial"
    return f"{outcome.long_label or outcome.label}, {when}"


def _change_over_time(trial: Trial, change: str) -> str:
    return f"change ({CHANGES[change].label.lower()}) {_span(trial)}"


def _span(trial: Trial) -> str:
    return f"from {trial.baseline.label.lower()} to {trial.final.label.lower()}"


def _measured(trial: Trial, measure: Measure) -> str:
    outcome = trial.outcomes[measure.outcome]
    name = f"{outcome.long_label or outcome.label} by the {rater_name(trial, measure.rater)}"
    if CHANGES[measure.change].yes_no:
        return f"{name}: {change_words(trial, measure)}, {_span(trial)}; yes counts 100 %, no 0 %"
    zeros = f"; {told}" if (told := zero_words(trial, measure)) else ""
    return f"{name}: {_change_over_time(trial, measure.change)}{zeros}"


def _handling(trial: Trial, measure: Measure, pairs: tuple[Pair, ...], assumptions: Assumptions) -> str:
    """Loss is missing data and no intercurrent event (ICH E9(R1), A.3.1); the other events follow treatment policy."""
    completed = [pair.participant for pair in pairs if pair.assumed and pair.analysed]
    without = [pair for pair in pairs if pair.reason and pair.reason != LEFT_OUT]
    gone = [pair.participant for pair in without if _was_lost(trial, pair)]
    undefined = _by_reason(pair for pair in without if not _was_lost(trial, pair))
    out = [pair.participant for pair in pairs if pair.reason == LEFT_OUT]
    parts = [f"{participants(completed)}: {loss_words(trial, measure, assumptions)}" if completed else ""]
    has = "has" if len(gone) == 1 else "have"
    parts += [_impossible(pair for pair in without if _was_lost(trial, pair))] if stand_in(assumptions) else []
    lost = f"complete cases; {participants(gone)} {has} no pair, taken as unrelated to outcome"
    parts += [lost if gone and not stand_in(assumptions) else ""]
    parts += [f"{participants(who)} without a pair, which may hang on the outcome: {why}" for why, who in undefined]
    parts += [_treatments_before_loss(trial, participant) for participant in gone]
    parts += [f"left out by the viewer: {participants(out)}" if out else ""]
    parts += ["the trial's early stop is taken as unrelated to outcome" if trial.spec.design.stopped_early else ""]
    parts += ["new medication and other events are ignored (treatment policy)"]
    parts += [f"no interference between the {trial.spec.unit.plural} of a person is assumed"]
    return "; ".join(part for part in parts if part)


def _by_reason(pairs: Iterable[Pair]) -> list[tuple[str, list[str]]]:
    """Why there is no pair, and for whom."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair.reason, []).append(pair.participant)
    return list(found.items())


def _impossible(without: Iterable[Pair]) -> str:
    """Whoever was lost stays out where the rule gives no change that could occur."""
    return "; ".join(f"{participants(who)} stays out: {why}" for why, who in _by_reason(without))


def _was_lost(trial: Trial, pair: Pair) -> bool:
    return any(loss(trial, change.unit) is not None for change in (pair.treated, pair.control))


def _treatments_before_loss(trial: Trial, participant: str) -> str:
    """How many of the treatments somebody had who was lost: a loss can end treatment too."""
    units = [unit.unit for unit in trial.units if unit.participant == participant]
    last = next((visit for unit in units if (visit := loss(trial, unit))), None)
    planned = [visit.time for visit in trial.spec.visits if visit.treatment]
    if last is None or not planned:
        return ""
    had = sum(time <= trial.visits[last].time for time in planned)
    return f"participant {participant} had {had} of {len(planned)} treatments" if had < len(planned) else ""
