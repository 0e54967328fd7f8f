"""The assumptions: one frozen value whose fields are the controls. To add one, add a field with its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from lib.analysis.change import CHANGES
from lib.analysis.registry import TESTS
from lib.assumptions.control import NOBODY, Bounds, Choice, Control
from lib.design.registry import DESIGNS
from lib.trial.model import Outcome, Trial


def _field(control: Control) -> Any:
    return field(metadata={"control": control})


def _registry(entries: Mapping[str, Any]) -> Callable[[Trial], tuple[Choice, ...]]:
    choices = tuple(Choice(entry.key, entry.label, entry.help) for entry in entries.values())
    return lambda trial: choices


def _outcomes(trial: Trial) -> tuple[Choice, ...]:
    return tuple(
        Choice(outcome.key, outcome.label, outcome.long_label) for outcome in trial.spec.outcomes if outcome.individual
    )


def _raters(trial: Trial) -> tuple[Choice, ...]:
    """The raters between whom there is a choice; all of them where no outcome has two."""
    chosen = {key for outcome in trial.spec.outcomes if len(outcome.raters) > 1 for key in outcome.raters}
    return tuple(Choice(r.key, r.label) for r in trial.spec.raters if r.key in chosen or not chosen)


def _participants(trial: Trial) -> tuple[Choice, ...]:
    return tuple(Choice(key, f"Participant {key}") for key in trial.participant_ids)


def _analysed(trial: Trial) -> str:
    """Who the paper analysed; everybody where the trial does not tell."""
    told = {row.participant for row in trial.disposition if row.event == "analysed"}
    return ".".join(p for p in trial.participant_ids if p in told or not told) or NOBODY


def _first(choices: Callable[[Trial], tuple[Choice, ...]]) -> Callable[[Trial], str]:
    return lambda trial: choices(trial)[0].value if choices(trial) else NOBODY


def planning_outcome(trial: Trial) -> Outcome:
    return trial.outcomes[trial.spec.planning.outcome]


def _planning_range(trial: Trial) -> float:
    """The width of the outcome that is planned for; 100 of its units where the scale is open."""
    outcome = planning_outcome(trial)
    open_ended = outcome.low is None or outcome.high is None
    return 100.0 if open_ended else float((outcome.high or 0) - (outcome.low or 0))


SIDES = (
    Choice("two", "Two-sided", "Differences in either direction count as evidence."),
    Choice("one", "One-sided: treated better", "Only differences in favour of the treatment count as evidence."),
)
ROUNDING = (
    Choice("printed", "Percentages as printed", "A printed percentage counts, even where it was rounded."),
    Choice("measured", "Percentages from measured values", "Measured values count where both were published."),
)


@dataclass(frozen=True)
class Assumptions:
    """Everything that a viewer can change; every page, figure, twin and script is a function of it and the trial."""

    outcome: str = _field(
        Control(
            "outcome",
            "Outcome",
            "What was measured on each {unit}.",
            "measured",
            "choice",
            _first(_outcomes),
            _outcomes,
        )
    )
    rater: str = _field(
        Control(
            "rater",
            "Rater",
            "Who scored the {unit}, where more than one person did.",
            "measured",
            "choice",
            _first(_raters),
            _raters,
            matters=lambda trial, assumptions: len(trial.outcomes[assumptions.outcome].raters) > 1,
        )
    )
    change: str = _field(
        Control(
            "change",
            "Change",
            "How the change from baseline is expressed.",
            "measured",
            "choice",
            lambda trial: "absolute",
            _registry(CHANGES),
        )
    )
    rounding: str = _field(
        Control(
            "rounding",
            "Rounding",
            "Where a printed percentage and measured values both exist: which of them counts.",
            "measured",
            "choice",
            lambda trial: "printed",
            lambda trial: ROUNDING,
            reported=True,
            matters=lambda trial, assumptions: assumptions.change == "percent",
        )
    )
    participants: tuple[str, ...] = _field(
        Control(
            "who",
            "Participants",
            "Who is in the analysis, as far as values are published.",
            "included",
            "set",
            _analysed,
            _participants,
            reported=True,
        )
    )
    highlight: str = _field(
        Control(
            "show",
            "Highlight",
            "One participant drawn strongly on every page.",
            "included",
            "choice",
            lambda trial: NOBODY,
            lambda trial: (Choice(NOBODY, "Nobody"), *_participants(trial)),
            view=True,
        )
    )
    test: str = _field(
        Control(
            "test",
            "Test",
            "How the within-person differences are tested; its interval inverts the same test.",
            "tested",
            "choice",
            lambda trial: "t",
            _registry(TESTS),
        )
    )
    sides: str = _field(
        Control(
            "sides",
            "Sides of the test",
            "One-sided counts only differences in favour of the treated {unit}.",
            "tested",
            "choice",
            lambda trial: "two",
            lambda trial: SIDES,
        )
    )
    alpha: float = _field(
        Control(
            "alpha",
            "α",
            "The interval has level 1 − α.",
            "tested",
            "real",
            lambda trial: "0.05",
            bounds=lambda trial: Bounds(0.001, 0.5, 0.005),
        )
    )
    design: str = _field(
        Control(
            "design",
            "Design",
            "The design of the next trial.",
            "planned",
            "choice",
            lambda trial: "paired-t",
            _registry(DESIGNS),
        )
    )
    effect: float = _field(
        Control(
            "effect",
            "Effect",
            "The difference between the arms that the next trial should find.",
            "planned",
            "real",
            lambda trial: f"{_planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(0, _planning_range(trial), _planning_range(trial) / 80),
        )
    )
    sd: float = _field(
        Control(
            "sd",
            "SD per {unit}",
            "Standard deviation of the outcome between the {units} of one arm.",
            "planned",
            "real",
            lambda trial: f"{_planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(
                _planning_range(trial) / 80, _planning_range(trial), _planning_range(trial) / 80
            ),
        )
    )
    rho: float = _field(
        Control(
            "rho",
            "ρ within person",
            "Correlation of the two {units} of one person. Pairing gains from it; unpaired designs ignore it.",
            "planned",
            "real",
            lambda trial: "0.5",
            bounds=lambda trial: Bounds(-0.9, 0.95, 0.05),
            matters=lambda trial, assumptions: "rho" in DESIGNS[assumptions.design].needs,
        )
    )
    n: int = _field(
        Control(
            "n",
            "n planned",
            "Pairs analysed in a within-person design; participants analysed per arm otherwise.",
            "planned",
            "whole",
            lambda trial: "12",
            bounds=lambda trial: Bounds(2, 100, 1),
        )
    )
    target: float = _field(
        Control(
            "power",
            "Power wanted",
            "The chance to find the effect if it is there.",
            "planned",
            "real",
            lambda trial: "0.8",
            bounds=lambda trial: Bounds(0.5, 0.99, 0.01),
        )
    )
    plan_alpha: float = _field(
        Control(
            "plan-alpha",
            "α of the next trial",
            "Type I error that the next trial is planned with.",
            "planned",
            "real",
            lambda trial: "0.05",
            bounds=lambda trial: Bounds(0.001, 0.5, 0.005),
        )
    )
    plan_sides: str = _field(
        Control(
            "plan-sides",
            "Sides of the next trial",
            "A two-sided plan counts both tails.",
            "planned",
            "choice",
            lambda trial: "two",
            lambda trial: SIDES,
        )
    )
    dropout: float = _field(
        Control(
            "dropout",
            "Share lost",
            "Enrolled = analysed / (1 − share lost), rounded up.",
            "planned",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 0.9, 0.05),
        )
    )


FIELDS: dict[str, str] = {f.metadata["control"].key: f.name for f in fields(Assumptions)}
"""Link key → field of Assumptions."""

CONTROLS: dict[str, Control] = {f.metadata["control"].key: f.metadata["control"] for f in fields(Assumptions)}
"""Link key → control, in the order in which they are drawn."""


def value(assumptions: Assumptions, key: str) -> Any:
    """The value of one assumption by its link key."""
    return getattr(assumptions, FIELDS[key])
