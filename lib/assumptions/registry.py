"""The assumptions: one frozen value whose fields are the controls. To add one, add a field with its control."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from lib.analysis.change import CHANGES
from lib.analysis.loss import COMPLETE, LOSSES
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.priors import PRIORS
from lib.analysis.registry import TESTS
from lib.assumptions import choices
from lib.assumptions.control import NOBODY, Bounds, Choice, Control
from lib.design.registry import DESIGNS
from lib.trial.model import Trial


def _field(control: Control) -> Any:
    return field(metadata={"control": control})


def _responds(assumptions: Assumptions) -> bool:
    return CHANGES[assumptions.change].threshold


def _is_ratio(trial: Trial, assumptions: Assumptions) -> bool:
    return trial.outcomes[assumptions.outcome].kind == "ratio"


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
            choices.first_of(choices.outcomes),
            choices.outcomes,
        )
    )
    rater: str = _field(
        Control(
            "rater",
            "Rater",
            "Who scored the {unit}, where more than one person did.",
            "measured",
            "choice",
            choices.first_of(choices.raters),
            choices.raters,
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
            choices.of_registry(CHANGES),
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
            lambda trial: choices.ROUNDING,
            reported=True,
            matters=lambda trial, assumptions: CHANGES[assumptions.change].relative,
        )
    )
    threshold: float = _field(
        Control(
            "threshold",
            "Responder from, %",
            "Improvement since baseline, in percent, from which a {unit} counts as a responder.",
            "measured",
            "real",
            lambda trial: "50",
            bounds=lambda trial: Bounds(1, 100, 5),
            matters=lambda trial, assumptions: _responds(assumptions) and _is_ratio(trial, assumptions),
        )
    )
    points: float = _field(
        Control(
            "points",
            "Responder from, points",
            "Improvement since baseline, in the outcome's unit, from which a {unit} counts as a responder.",
            "measured",
            "real",
            lambda trial: "1",
            bounds=lambda trial: Bounds(0.1, choices.widest_scale(trial), 1),
            matters=lambda trial, assumptions: _responds(assumptions) and not _is_ratio(trial, assumptions),
        )
    )
    zero: str = _field(
        Control(
            "zero",
            "Zeros in a log-ratio",
            "What stands for a value of 0, which has no logarithm.",
            "measured",
            "choice",
            lambda trial: "half",
            lambda trial: choices.ZEROS,
            matters=lambda trial, assumptions: CHANGES[assumptions.change].logs,
        )
    )
    zero_add: float = _field(
        Control(
            "zero-add",
            "Added to every value",
            "In the outcome's unit; the smaller it is, the more a fall to 0 weighs.",
            "measured",
            "real",
            lambda trial: "0.1",
            bounds=lambda trial: Bounds(0.0001, 1000, 0.1),
            matters=lambda trial, assumptions: CHANGES[assumptions.change].logs and assumptions.zero == "add",
        )
    )
    participants: tuple[str, ...] = _field(
        Control(
            "who",
            "Participants",
            "Who is in the analysis, as far as values are published; whoever was lost follows a rule of their own.",
            "included",
            "set",
            choices.analysed,
            choices.participants,
            reported=True,
        )
    )
    loss: str = _field(
        Control(
            "loss",
            "Lost participants",
            "What takes the place of a change that was never seen.",
            "included",
            "choice",
            lambda trial: COMPLETE,
            choices.of_registry(LOSSES),
            reported=True,
            matters=lambda trial, assumptions: bool(trial.lost_units),
        )
    )
    lost_treated: float = _field(
        Control(
            "lost-treated",
            "Lost: treated change",
            "Change of the treated {unit} of whoever was lost, in the unit of the change.",
            "included",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(-1000, 1000, 1),
            matters=lambda trial, assumptions: LOSSES[assumptions.loss].typed,
        )
    )
    lost_control: float = _field(
        Control(
            "lost-control",
            "Lost: control change",
            "Change of the control {unit} of whoever was lost, in the unit of the change.",
            "included",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(-1000, 1000, 1),
            matters=lambda trial, assumptions: LOSSES[assumptions.loss].typed,
        )
    )
    lost_base: str = _field(
        Control(
            "lost-base",
            "Lost: baseline",
            "Where whoever was lost began, which decides how far they can have changed.",
            "included",
            "choice",
            lambda trial: "typical",
            lambda trial: choices.LOST_BASELINES,
            matters=lambda trial, assumptions: LOSSES[assumptions.loss].bounded,
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
            lambda trial: (Choice(NOBODY, "Nobody"), *choices.participants(trial)),
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
            choices.of_registry(TESTS),
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
            lambda trial: choices.SIDES,
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
    adjust: str = _field(
        Control(
            "adjust",
            "Several endpoints",
            "How the p-values of the primary endpoints are adjusted for being several.",
            "tested",
            "choice",
            lambda trial: "none",
            choices.of_registry(ADJUSTMENTS),
            reported=True,
        )
    )
    family: str = _field(
        Control(
            "family",
            "Endpoints without a p",
            "How primary endpoints count that can't be tested.",
            "tested",
            "choice",
            lambda trial: "as-one",
            lambda trial: choices.FAMILY,
        )
    )
    prior: str = _field(
        Control(
            "prior",
            "Prior",
            "What was believed of the mean difference before the data.",
            "believed",
            "choice",
            lambda trial: "vague",
            choices.of_registry({key: rule for key, rule in PRIORS.items() if rule.offered}),
        )
    )
    prior_mean: float = _field(
        Control(
            "prior-mean",
            "Prior mean",
            "The mean difference, treated minus control, that was thought likeliest.",
            "believed",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(-1000, 1000, 1),
            matters=lambda trial, assumptions: PRIORS[assumptions.prior].typed,
        )
    )
    prior_pairs: float = _field(
        Control(
            "prior-pairs",
            "Prior worth, pairs",
            "How many pairs of data the prior weighs as much as.",
            "believed",
            "real",
            lambda trial: "4",
            bounds=lambda trial: Bounds(0.1, 100, 1),
            matters=lambda trial, assumptions: PRIORS[assumptions.prior].typed,
        )
    )
    prior_sd: float = _field(
        Control(
            "prior-sd",
            "Prior SD of differences",
            "Standard deviation of the differences that was expected; 0 takes the one that the scale suggests.",
            "believed",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 1000, 1),
            matters=lambda trial, assumptions: PRIORS[assumptions.prior].typed,
        )
    )
    delta: float = _field(
        Control(
            "delta",
            "Worthwhile benefit",
            "How much better than the control the treatment should be, in the unit of the change.",
            "believed",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 1000, 1),
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
            choices.of_registry(DESIGNS),
        )
    )
    effect: float = _field(
        Control(
            "effect",
            "Effect",
            "The difference between the arms that the next trial should find.",
            "planned",
            "real",
            lambda trial: f"{choices.planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(0, choices.planning_range(trial), choices.planning_range(trial) / 80),
        )
    )
    sd: float = _field(
        Control(
            "sd",
            "SD per {unit}",
            "Standard deviation of the outcome between the {units} of one arm.",
            "planned",
            "real",
            lambda trial: f"{choices.planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(
                choices.planning_range(trial) / 80, choices.planning_range(trial), choices.planning_range(trial) / 80
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
            lambda trial: choices.SIDES,
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
