"""What a control can be set to: the choices that every trial has, and those that follow from the trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lib.assumptions.control import NOBODY, Choice
from lib.trial.model import Outcome, Trial
from lib.trial.observed import EVERY_RATER


def of_registry(entries: Mapping[str, Any]) -> Callable[[Trial], tuple[Choice, ...]]:
    choices = tuple(Choice(entry.key, entry.label, entry.help) for entry in entries.values())
    return lambda trial: choices


def outcomes(trial: Trial) -> tuple[Choice, ...]:
    return tuple(
        Choice(outcome.key, outcome.label, outcome.long_label) for outcome in trial.spec.outcomes if outcome.individual
    )


def raters(trial: Trial) -> tuple[Choice, ...]:
    """The raters between whom there is a choice; all of them where no outcome has two."""
    chosen = {key for outcome in trial.spec.outcomes if len(outcome.raters) > 1 for key in outcome.raters}
    raters = tuple(Choice(r.key, r.label) for r in trial.spec.raters if r.key in chosen or not chosen)
    return (*raters, Choice(EVERY_RATER, "Mean of the raters")) if chosen else raters


def participants(trial: Trial) -> tuple[Choice, ...]:
    return tuple(Choice(key, f"Participant {key}") for key in trial.participant_ids)


def analysed(trial: Trial) -> str:
    """Who the paper analysed; everybody where the trial does not tell."""
    told = {row.participant for row in trial.disposition if row.event == "analysed"}
    return ".".join(p for p in trial.participant_ids if p in told or not told) or NOBODY


def first_of(choices: Callable[[Trial], tuple[Choice, ...]]) -> Callable[[Trial], str]:
    return lambda trial: choices(trial)[0].value if choices(trial) else NOBODY


def planning_outcome(trial: Trial) -> Outcome:
    return trial.outcomes[trial.spec.planning.outcome]


def planning_range(trial: Trial) -> float:
    """The width of the outcome that is planned for; 100 of its units where the scale is open."""
    outcome = planning_outcome(trial)
    open_ended = outcome.low is None or outcome.high is None
    return 100.0 if open_ended else float((outcome.high or 0) - (outcome.low or 0))


def widest_scale(trial: Trial) -> float:
    """The largest step that a closed scale of the trial allows; 100 where none is closed."""
    ends = [(o.low, o.high) for o in trial.spec.outcomes if o.individual and o.kind != "ratio"]
    return max([float(high - low) for low, high in ends if low is not None and high is not None], default=100.0)


SIDES = (
    Choice("two", "Two-sided", "Differences in either direction count as evidence."),
    Choice("one", "One-sided: treated better", "Only differences in favour of the treatment count as evidence."),
)
ZEROS = (
    Choice("half", "Half the smallest value", "A 0 counts as half of the smallest value above 0 that is published."),
    Choice("add", "Add to every value", "The number that you type is added to every value before its logarithm."),
    Choice("refuse", "Undefined", "A change from or to 0 has no log-ratio, and its pair leaves the analysis."),
)
LOST_BASELINES = (
    Choice("typical", "As the others", "Whoever was lost began at the median of the published baselines."),
    Choice("any", "Anywhere on the scale", "Whoever was lost may have begun anywhere on the scale."),
)
FAMILY = (
    Choice("as-one", "Counted, with p = 1", "A primary endpoint that can't be tested stays in the family with p = 1."),
    Choice("left-out", "Left out", "A primary endpoint that can't be tested leaves the family smaller."),
)
ROUNDING = (
    Choice("printed", "Percentages as printed", "A printed percentage counts, even where it was rounded."),
    Choice("measured", "Percentages from measured values", "Measured values count where both were published."),
)
