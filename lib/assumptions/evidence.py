"""The reviewing part of the assumptions: which statements, which printed P, and what could lie behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.analysis.registry import TESTS
from lib.analysis.verdict import VERDICTS
from lib.assumptions import choices
from lib.assumptions.control import NOBODY, Bounds, Control, control_field
from lib.trial.model import Trial


def _summary(key: str, label: str, told: str, bounds: Callable[[Trial], Bounds]) -> Control:
    """One printed summary of the pairs; not given unless somebody types it."""
    return Control(
        key,
        label,
        told,
        "summaries",
        "printed",
        lambda trial: NOBODY,
        bounds=bounds,
        view=True,
    )


def _first_p(trial: Trial) -> str:
    """The last P that the trial reports; as a link has it."""
    return next((f"{row.value:f}" for row in reversed(trial.reported) if row.statistic == "p" and row.value), "0.05")


def _scores(trial: Trial) -> Bounds:
    """What a score, or a mean of scores, can be; as floats, which is how a link's number is read."""
    low, high = choices.score_ends(trial)
    return Bounds(float(low), float(high), 1)


def _reach(trial: Trial) -> float:
    """How far two scores can lie apart."""
    scores = _scores(trial)
    return scores.high - scores.low


def _differences(trial: Trial) -> Bounds:
    return Bounds(-_reach(trial), _reach(trial), 1)


def _spreads(ranges: int) -> Callable[[Trial], Bounds]:
    """SDs up to so many times what lies between two scores."""
    return lambda trial: Bounds(0, ranges * _reach(trial), 1)


def _scale_end(end: str) -> Callable[[Trial], str]:
    return lambda trial: str(choices.whole_scale(trial)[end == "high"])


@dataclass(frozen=True)
class Evidence:
    """What a viewer can change of how the paper's own statements are looked at."""

    verdict: str = control_field(
        Control(
            "verdict",
            "Verdict",
            "Statements with this verdict.",
            "ledger",
            "choice",
            lambda trial: choices.EVERY,
            lambda trial: (choices.EVERY_VERDICT, *choices.of_registry(VERDICTS)(trial)),
            view=True,
        )
    )
    part: str = control_field(
        Control(
            "part",
            "Part of the paper",
            "Statements from this part.",
            "ledger",
            "choice",
            lambda trial: choices.EVERY,
            choices.parts,
            view=True,
        )
    )
    printed_p: str = control_field(
        Control(
            "printed-p",
            "A printed P",
            "As it is printed: its decimals are its rounding.",
            "ledger",
            "printed",
            _first_p,
            bounds=lambda trial: Bounds(0, 1, 0.01),
            view=True,
        )
    )
    grid_step: float = control_field(
        Control(
            "grid-step",
            "Step of measurement, cm",
            "Sides of a {unit} are whole multiples of it.",
            "lattice",
            "real",
            lambda trial: "0.1",
            bounds=lambda trial: Bounds(0.05, 1, 0.05),
            matters=choices.withholds,
        )
    )
    grid_most: float = control_field(
        Control(
            "grid-max",
            "Longest side, cm",
            "No {unit} is longer, at any visit.",
            "lattice",
            "real",
            lambda trial: "2",
            bounds=lambda trial: Bounds(0.5, 5, 0.5),
            matters=choices.withholds,
        )
    )
    grid_shape: str = control_field(
        Control(
            "grid-shape",
            "Shape",
            "How an area follows from length and width.",
            "lattice",
            "choice",
            lambda trial: "rectangle",
            lambda trial: choices.SHAPES,
            matters=choices.withholds,
        )
    )
    grid_round: str = control_field(
        Control(
            "grid-round",
            "Rounding of printed areas",
            "What a printed area stands for.",
            "lattice",
            "choice",
            lambda trial: "exact",
            lambda trial: choices.AREA_ROUNDING,
            matters=choices.withholds,
        )
    )
    grid_zero: str = control_field(
        Control(
            "grid-zero",
            "Rounding of percentages",
            "What a printed percentage, such as 0 %, stands for.",
            "lattice",
            "choice",
            lambda trial: "exact-zero",
            lambda trial: choices.PERCENT_ROUNDING,
            matters=choices.withholds,
        )
    )
    grid_range: str = control_field(
        Control(
            "grid-range",
            "Printed ranges are of",
            "Whose {units} the smallest and largest printed areas are.",
            "lattice",
            "choice",
            lambda trial: "enrolled",
            lambda trial: choices.RANGES_OF,
            matters=choices.withholds,
        )
    )
    grid_p: str = control_field(
        Control(
            "grid-p",
            "P values to agree with",
            "Which printed P of areas the data sets have to give, by the two-sided paired t test.",
            "lattice",
            "choice",
            lambda trial: "both",
            lambda trial: choices.PRINTED_PS,
            matters=choices.withholds,
        )
    )
    table_n: int = control_field(
        Control(
            "table-n",
            "Pairs",
            "How many people, each with two whole scores.",
            "summaries",
            "whole",
            choices.number_analysed,
            bounds=lambda trial: Bounds(1, 60, 1),
            view=True,
        )
    )
    table_low: int = control_field(
        Control(
            "table-low",
            "Lowest score",
            "The low end of the scale; of changes, the largest fall.",
            "summaries",
            "whole",
            _scale_end("low"),
            bounds=_scores,
            view=True,
        )
    )
    table_high: int = control_field(
        Control(
            "table-high",
            "Highest score",
            "The high end of the scale; of changes, the largest rise.",
            "summaries",
            "whole",
            _scale_end("high"),
            bounds=_scores,
            view=True,
        )
    )
    table_mean_treated: str = control_field(_summary("mean-treated", "Mean, treated", "As printed.", _scores))
    table_sd_treated: str = control_field(_summary("sd-treated", "SD, treated", "As printed, with n − 1.", _spreads(1)))
    table_mean_control: str = control_field(_summary("mean-control", "Mean, control", "As printed.", _scores))
    table_sd_control: str = control_field(_summary("sd-control", "SD, control", "As printed, with n − 1.", _spreads(1)))
    table_mean_difference: str = control_field(
        _summary("mean-difference", "Mean difference", "As printed: treated minus control.", _differences)
    )
    table_sd_difference: str = control_field(
        _summary("sd-difference", "SD of differences", "As printed, with n − 1.", _spreads(2))
    )
    table_p: str = control_field(
        Control(
            "table-p",
            "P",
            "As printed, of the test below, two-sided.",
            "summaries",
            "printed",
            _first_p,
            bounds=lambda trial: Bounds(0, 1, 0.01),
            view=True,
        )
    )
    table_test: str = control_field(
        Control(
            "table-test",
            "Test behind that P",
            "The paired test whose p the tables have to give.",
            "summaries",
            "choice",
            lambda trial: "t",
            choices.of_registry({key: test for key, test in TESTS.items() if key != "mcnemar"}),
            view=True,
            matters=lambda trial, assumptions: assumptions.table_p is not None,
        )
    )
