"""The assumptions: one frozen value whose fields are the controls. To add one, add a field with its control."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from lib.analysis.change import CHANGES
from lib.analysis.loss import COMPLETE, LOSSES
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.priors import PRIORS
from lib.analysis.registry import TESTS
from lib.assumptions import choices
from lib.assumptions.control import NOBODY, Bounds, Choice, Control, control_field
from lib.assumptions.evidence import Evidence
from lib.assumptions.planning import Planning
from lib.trial.model import Trial
from lib.trial.slides import told

SLIDE = "slide"
"""The link key of the slide that is shown: the one control that no slide can set."""


def _responds(assumptions: Assumptions) -> bool:
    return CHANGES[assumptions.change].threshold


def _is_ratio(trial: Trial, assumptions: Assumptions) -> bool:
    return trial.outcomes[assumptions.outcome].kind == "ratio"


@dataclass(frozen=True)
class Analysis:
    """What a viewer can change of how this trial is analysed."""

    outcome: str = control_field(
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
    rater: str = control_field(
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
    change: str = control_field(
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
    rounding: str = control_field(
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
    threshold: float = control_field(
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
    points: float = control_field(
        Control(
            "points",
            "Responder from, points",
            "Improvement since baseline, in the outcome's unit, from which a {unit} counts as a responder.",
            "measured",
            "real",
            lambda trial: str(choices.least_points(trial)),
            bounds=lambda trial: Bounds(
                choices.least_points(trial) / 10, choices.widest_scale(trial), choices.least_points(trial)
            ),
            matters=lambda trial, assumptions: _responds(assumptions) and not _is_ratio(trial, assumptions),
        )
    )
    zero: str = control_field(
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
    zero_add: float = control_field(
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
    areas: str = control_field(
        Control(
            "areas",
            "Areas not printed",
            "What stands for a value that the paper withholds, where its percentages, range and P are printed.",
            "measured",
            "choice",
            lambda trial: "printed",
            lambda trial: choices.AREAS,
            reported=True,
            matters=choices.withholds,
        )
    )
    participants: tuple[str, ...] = control_field(
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
    loss: str = control_field(
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
    lost_treated: float = control_field(
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
    lost_control: float = control_field(
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
    lost_base: str = control_field(
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
    highlight: str = control_field(
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
    test: str = control_field(
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
    sides: str = control_field(
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
    alpha: float = control_field(
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
    adjust: str = control_field(
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
    family: str = control_field(
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
    prior: str = control_field(
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
    prior_mean: float = control_field(
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
    prior_pairs: float = control_field(
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
    prior_sd: float = control_field(
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
    delta: float = control_field(
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

    slide: int = control_field(
        Control(
            SLIDE,
            "Slide",
            "Which slide of the page Present is shown.",
            "told",
            "whole",
            lambda trial: "1",
            bounds=lambda trial: Bounds(1, len(told(trial)), 1),
            view=True,
        )
    )


@dataclass(frozen=True)
class Assumptions(Evidence, Planning, Analysis):
    """Everything that a viewer can change; every page, figure, twin and script is a function of it and the trial."""


FIELDS: dict[str, str] = {f.metadata["control"].key: f.name for f in fields(Assumptions)}
"""Link key → field of Assumptions."""

CONTROLS: dict[str, Control] = {f.metadata["control"].key: f.metadata["control"] for f in fields(Assumptions)}
"""Link key → control, in the order in which they are drawn."""


def value(assumptions: Assumptions, key: str) -> Any:
    """The value of one assumption by its link key."""
    return getattr(assumptions, FIELDS[key])
