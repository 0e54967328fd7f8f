"""What a control can be set to: the choices that every trial has, and those that follow from the trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import comb
from typing import Any

from lib.assumptions.control import MOST_LISTED, NOBODY, Choice
from lib.trial.model import PARTS, Outcome, Trial
from lib.trial.observed import EVERY_RATER, with_event, withheld_outcome


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
    return ".".join(with_event(trial, "analysed") or trial.participant_ids) or NOBODY


def first_of(choices: Callable[[Trial], tuple[Choice, ...]]) -> Callable[[Trial], str]:
    return lambda trial: choices(trial)[0].value if choices(trial) else NOBODY


def planning_outcome(trial: Trial) -> Outcome:
    return trial.outcomes[trial.spec.planning.outcome]


def planning_range(trial: Trial) -> float:
    """The width of the outcome that is planned for; 100 of its units where the scale is open."""
    outcome = planning_outcome(trial)
    open_ended = outcome.low is None or outcome.high is None
    return 100.0 if open_ended else float((outcome.high or 0) - (outcome.low or 0))


def planning_categories(trial: Trial) -> int:
    """How many categories a unit can improve by: the steps of the scale that is planned for; 4 where it has none."""
    outcome = planning_outcome(trial)
    steps = planning_range(trial)
    return int(steps) if outcome.kind == "ordinal" and 1 <= steps <= MOST_LISTED - 1 else 4


def binomial_percent(most: int, share: float) -> tuple[int, ...]:
    """The binomial of 0 to `most` with this mean share, in whole percent that sum to 100 (largest remainders)."""
    exact = [100 * comb(most, k) * share**k * (1 - share) ** (most - k) for k in range(most + 1)]
    whole = [int(value) for value in exact]
    short = sorted(range(most + 1), key=lambda k: whole[k] - exact[k])[: 100 - sum(whole)]
    return tuple(value + (k in short) for k, value in enumerate(whole))


def least_points(trial: Trial) -> float:
    """The improvement from which a response counts unless somebody types one: 1, or the whole of a shorter scale."""
    return min(1, widest_scale(trial))


def widest_scale(trial: Trial) -> float:
    """The largest step that a closed scale of the trial allows; 100 where none is closed."""
    ends = [(o.low, o.high) for o in trial.spec.outcomes if o.individual and o.kind != "ratio"]
    return max([float(high - low) for low, high in ends if low is not None and high is not None], default=100.0)


EVERY = "all"
EVERY_VERDICT = Choice(EVERY, "Every verdict", "The gravest first.")


def parts(trial: Trial) -> tuple[Choice, ...]:
    """The parts of the paper from which the trial has statements."""
    told = {row.part for row in trial.claims}
    return (Choice(EVERY, "The whole paper"), *(Choice(part, part.capitalize()) for part in PARTS if part in told))


def withholds(trial: Trial, assumptions: Any) -> bool:
    """Whether the paper prints percentages of values that it withholds."""
    return withheld_outcome(trial) is not None


def whole_scale(trial: Trial) -> tuple[int, int]:
    """The ends of the scale that is planned for, if it is one of whole scores; 0 to 4 otherwise."""
    outcome = planning_outcome(trial)
    if outcome.kind != "ordinal" or outcome.low is None or outcome.high is None:
        return 0, 4
    return int(outcome.low), int(outcome.high)


FARTHEST_SCORE = 100_000
"""Beyond this no score can be typed: sliders and searches end long before what a scale may be said to reach."""


def score_ends(trial: Trial) -> tuple[int, int]:
    """The lowest and highest score that can be typed: the scale that is planned for and its changes, at least ±10."""
    low, high = whole_scale(trial)
    lowest, highest = min(-10, low, low - high), max(10, high, high - low)
    return max(lowest, -FARTHEST_SCORE), min(highest, FARTHEST_SCORE)


def number_analysed(trial: Trial) -> str:
    """How many the paper analysed, as far as complete enumeration reaches."""
    text = analysed(trial)
    return str(min(max(0 if text == NOBODY else len(text.split(".")), 2), 5))


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
EFFECT_SOURCES = (
    Choice("typed", "Typed", "The smallest difference worth finding: a judgement, not a result of this trial."),
    Choice("pilot", "This trial's", "The difference that this trial saw; from so few it may be anything."),
)
SD_SOURCES = (
    Choice("typed", "Typed", "A standard deviation that you know or assume."),
    Choice("pilot", "This trial's", "The SD that this trial saw, as if it were known."),
    Choice("upper", "This trial's upper limit", "What the SD may still be after this trial, at the level chosen."),
)
CURVES = (
    Choice("n", "Power by n", "Power for the effect planned, at each n."),
    Choice("effect", "Power by effect", "Power at the n planned, for each effect."),
    Choice("both", "Power by n and effect", "Power for each n and effect, as lines of equal power."),
    Choice("detectable", "Detectable effect by n", "The effect that is found with the power wanted, at each n."),
    Choice("side", "Every design of this outcome", "Designs that share these inputs, at several n and SDs."),
)
AREAS = (
    Choice("printed", "As printed only", "An area that is not printed is missing."),
    Choice(
        "reconstructed",
        "Reconstructed",
        "Missing areas are filled from the simplest data set that agrees with what is printed: one of many.",
    ),
)
SHAPES = (
    Choice("rectangle", "Length × width", "The product of both sides, as areas of skin are often noted."),
    Choice("ellipse", "Ellipse", "π/4 × length × width."),
    Choice("square", "Square", "Both sides equal."),
    Choice("circle", "Circle", "π/4 × diameter²."),
)
AREA_ROUNDING = (
    Choice("exact", "Not rounded", "A printed area is exactly what it says."),
    Choice("precise", "As exact as the most precise", "With 0.09 printed, 2 stands for 1.995 to 2.005."),
    Choice("printed", "To the digits printed", "A printed 2 stands for anything from 1.5 to 2.5."),
)
PERCENT_ROUNDING = (
    Choice("exact-zero", "0 % is no change", "A printed 0 % is exactly none; others are rounded as printed."),
    Choice("printed", "To the digits printed", "A printed 0 % stands for anything from −0.5 to 0.5 %."),
)
RANGES_OF = (
    Choice(
        "enrolled", "All who enrolled", "Somebody whose values are not in the tables may carry an end of the range."
    ),
    Choice("analysed", "Those analysed", "Both ends are values of those analysed."),
)
PRINTED_PS = (
    Choice("both", "Both visits", "The P at baseline and the P at the final visit."),
    Choice("baseline", "Baseline only", "The P at baseline alone."),
    Choice("final", "Final visit only", "The P at the final visit alone."),
    Choice("neither", "None", "Any P: printed values, percentages and ranges alone."),
)
