"""The planning half of the assumptions: design, effect, spread, practice, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.assumptions import choices
from lib.assumptions.control import LIST_MARK, NOBODY, Bounds, Control, control_field
from lib.design.design import Design
from lib.design.registry import DESIGNS
from lib.trial.model import Trial

if TYPE_CHECKING:
    from lib.assumptions.registry import Assumptions

Matters = Callable[[Trial, "Assumptions"], bool]


def _design(assumptions: Assumptions) -> Design:
    return DESIGNS[assumptions.design]


def _reads(*fields: str) -> Matters:
    return lambda trial, assumptions: any(field in _design(assumptions).reads for field in fields)


def _normal(assumptions: Assumptions) -> bool:
    return "sd" in _design(assumptions).reads


def _given_differences(assumptions: Assumptions) -> bool:
    """Whether the SD of differences is this trial's, and ρ has nothing left to change."""
    design = _design(assumptions)
    return _normal(assumptions) and design.within and assumptions.sd_from != "typed" and design.differences_only


def _listed(share: float) -> Callable[[Trial], str]:
    """Shares of the binomial with this mean share of the scale, in whole percent that sum to 100."""
    return lambda trial: LIST_MARK.join(map(str, choices.binomial_percent(choices.planning_categories(trial), share)))


@dataclass(frozen=True)
class Planning:
    """What a viewer can change of how the next trial is planned."""

    design: str = control_field(
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
    effect_from: str = control_field(
        Control(
            "effect-from",
            "Where the effect comes from",
            "Typed, or the difference that this trial saw.",
            "planned",
            "choice",
            lambda trial: "typed",
            lambda trial: choices.EFFECT_SOURCES,
            matters=lambda trial, assumptions: _normal(assumptions),
        )
    )
    effect: float = control_field(
        Control(
            "effect",
            "Effect",
            "The difference between the arms that the next trial should find.",
            "planned",
            "real",
            lambda trial: f"{choices.planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(0, choices.planning_range(trial), choices.planning_range(trial) / 80),
            matters=lambda trial, assumptions: _normal(assumptions) and assumptions.effect_from == "typed",
        )
    )
    sd_from: str = control_field(
        Control(
            "sd-from",
            "Where the SD comes from",
            "Typed, the SD of this trial, or what it leaves possible: the upper limit of that SD.",
            "planned",
            "choice",
            lambda trial: "typed",
            lambda trial: choices.SD_SOURCES,
            matters=lambda trial, assumptions: _normal(assumptions),
        )
    )
    sd: float = control_field(
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
            matters=lambda trial, assumptions: _normal(assumptions) and assumptions.sd_from == "typed",
        )
    )
    rho: float = control_field(
        Control(
            "rho",
            "ρ within person",
            "Correlation of the two {units} of one person; of what lies behind categories and responses (latent).",
            "planned",
            "real",
            lambda trial: "0.5",
            bounds=lambda trial: Bounds(-0.9, 0.95, 0.05),
            matters=lambda trial, assumptions: (
                "rho" in _design(assumptions).reads and not _given_differences(assumptions)
            ),
        )
    )
    improve_treated: tuple[float, ...] = control_field(
        Control(
            "improve-treated",
            "Treated: % improving by 0, 1, … categories",
            "How many in a hundred treated {units} improve by 0, 1, 2 … categories; they sum to 100.",
            "planned",
            "list",
            _listed(0.4),
            bounds=lambda trial: Bounds(0, 100, 1),
            matters=_reads("treated"),
        )
    )
    improve_control: tuple[float, ...] = control_field(
        Control(
            "improve-control",
            "Control: % improving by 0, 1, … categories",
            "How many in a hundred control {units} improve by 0, 1, 2 … categories; they sum to 100.",
            "planned",
            "list",
            _listed(0.15),
            bounds=lambda trial: Bounds(0, 100, 1),
            matters=_reads("control"),
        )
    )
    respond_treated: float = control_field(
        Control(
            "respond-treated",
            "Treated: responders, %",
            "How many in a hundred treated {units} respond. An uncontrolled series can be typed here, as a rate.",
            "planned",
            "real",
            lambda trial: "70",
            bounds=lambda trial: Bounds(0, 100, 5),
            matters=_reads("responds_treated"),
        )
    )
    respond_control: float = control_field(
        Control(
            "respond-control",
            "Control: responders, %",
            "How many in a hundred control {units} respond.",
            "planned",
            "real",
            lambda trial: "25",
            bounds=lambda trial: Bounds(0, 100, 5),
            matters=_reads("responds_control"),
        )
    )
    units: int = control_field(
        Control(
            "units",
            "Number of {units} per arm and person",
            "How many {units} of one person are treated, and as many are control.",
            "planned",
            "whole",
            lambda trial: "2",
            bounds=lambda trial: Bounds(1, 10, 1),
            matters=_reads("units"),
        )
    )
    icc: float = control_field(
        Control(
            "icc",
            "ICC within an arm",
            "Correlation of two {units} of one person in the same arm.",
            "planned",
            "real",
            lambda trial: "0.6",
            bounds=lambda trial: Bounds(0, 0.95, 0.05),
            matters=_reads("icc"),
        )
    )
    doses: tuple[float, ...] = control_field(
        Control(
            "doses",
            "Dose scores, none first",
            "One {unit} of each person for each dose. Type logarithms if you mean them; that of 0 does not exist.",
            "planned",
            "list",
            lambda trial: "0_1_2",
            bounds=lambda trial: Bounds(-1000, 10000, 1),
            matters=_reads("scores"),
        )
    )
    rho_baseline: float = control_field(
        Control(
            "rho-baseline",
            "ρ with baseline",
            "Correlation of baseline and outcome within an arm: what adjusting for baseline gains from.",
            "planned",
            "real",
            lambda trial: "0.5",
            bounds=lambda trial: Bounds(-0.95, 0.95, 0.05),
            matters=_reads("rho_baseline"),
        )
    )
    looks: int = control_field(
        Control(
            "looks",
            "Analyses",
            "How often the data are tested, the last time included.",
            "planned",
            "whole",
            lambda trial: "2",
            bounds=lambda trial: Bounds(2, 4, 1),
            matters=_reads("looks"),
        )
    )
    interim: float = control_field(
        Control(
            "interim",
            "Look again after",
            "Share of the n planned after which the SD is estimated and n chosen anew.",
            "planned",
            "real",
            lambda trial: "0.5",
            bounds=lambda trial: Bounds(0.1, 0.9, 0.1),
            matters=_reads("interim"),
        )
    )
    growth: float = control_field(
        Control(
            "growth",
            "At most, × n planned",
            "How far n may grow when it is looked at again.",
            "planned",
            "real",
            lambda trial: "2",
            bounds=lambda trial: Bounds(1, 5, 0.5),
            matters=_reads("growth"),
        )
    )
    n: int = control_field(
        Control(
            "n",
            "n planned",
            "Pairs analysed in a within-person design; participants analysed per arm otherwise.",
            "planned",
            "whole",
            lambda trial: "12",
            bounds=lambda trial: Bounds(2, 200, 1),
        )
    )
    target: float = control_field(
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
    plan_alpha: float = control_field(
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
    plan_sides: str = control_field(
        Control(
            "plan-sides",
            "Sides of the next trial",
            "A two-sided plan counts both tails.",
            "planned",
            "choice",
            lambda trial: "two",
            lambda trial: choices.SIDES,
            matters=_reads("sides"),
        )
    )
    dropout: float = control_field(
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
    carry: float = control_field(
        Control(
            "carry",
            "Carried across",
            "Share of the effect that reaches the control {unit} of the same person too.",
            "planned",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 0.9, 0.05),
            matters=lambda trial, assumptions: (
                _design(assumptions).within and not (assumptions.effect_from == "pilot" and _normal(assumptions))
            ),
        )
    )
    curve: str = control_field(
        Control(
            "curve",
            "Drawn",
            "What the large figure shows.",
            "planned",
            "choice",
            lambda trial: "n",
            lambda trial: choices.CURVES,
            view=True,
        )
    )
    sd_level: float = control_field(
        Control(
            "sd-level",
            "Level of the SD's limits",
            "Confidence level of the limits of the SD: 0.8 as Browne (1995) has it, 0.95 to be surer.",
            "piloted",
            "real",
            lambda trial: "0.8",
            bounds=lambda trial: Bounds(0.5, 0.99, 0.05),
        )
    )
    retain_red: float = control_field(
        Control(
            "retain-red",
            "Retention: stop below",
            "Share of participants that stay, below which the next trial should not go on as planned.",
            "piloted",
            "real",
            lambda trial: "0.6",
            bounds=lambda trial: Bounds(0.05, 0.95, 0.05),
        )
    )
    retain_green: float = control_field(
        Control(
            "retain-green",
            "Retention: go from",
            "Share of participants that stay, from which it can go on as planned.",
            "piloted",
            "real",
            lambda trial: "0.8",
            bounds=lambda trial: Bounds(0.1, 1, 0.05),
        )
    )
    half_width: float = control_field(
        Control(
            "half-width",
            "Half-width of the interval",
            "How precisely the next trial should estimate the difference.",
            "precise",
            "real",
            lambda trial: f"{choices.planning_range(trial) / 8:g}",
            bounds=lambda trial: Bounds(
                choices.planning_range(trial) / 400, choices.planning_range(trial), choices.planning_range(trial) / 80
            ),
            matters=lambda trial, assumptions: _normal(assumptions),
        )
    )
    assured: float = control_field(
        Control(
            "assured",
            "Assurance of that width",
            "Probability with which the interval should be no wider.",
            "precise",
            "real",
            lambda trial: "0.8",
            bounds=lambda trial: Bounds(0.5, 0.99, 0.05),
            matters=lambda trial, assumptions: _normal(assumptions),
        )
    )
    price: float = control_field(
        Control(
            "price",
            "Price per participant",
            "In any currency; 0 where it is not known.",
            "resources",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 10_000_000, 100),
        )
    )
    price_visit: float = control_field(
        Control(
            "price-visit",
            "Price per visit",
            "For each visit of each participant enrolled; 0 where it is not known.",
            "resources",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 10_000_000, 10),
        )
    )
    seed: int = control_field(
        Control(
            "seed",
            "Seed",
            "Whatever is simulated starts from it, so that the same link gives the same numbers.",
            "computed",
            "whole",
            lambda trial: "1",
            bounds=lambda trial: Bounds(0, 1000, 1),
            matters=lambda trial, assumptions: _design(assumptions).method != "exact",
        )
    )
    width: float = control_field(
        Control(
            "mc-width",
            "Monte Carlo interval ±",
            "Trials are simulated until the 95 % interval of the power is no wider than this to either side.",
            "computed",
            "real",
            lambda trial: "0.01",
            bounds=lambda trial: Bounds(0.002, 0.05, 0.002),
            matters=lambda trial, assumptions: _design(assumptions).method != "exact",
        )
    )
    kept: tuple[str, ...] = control_field(
        Control(
            "keep",
            "Plans kept",
            "Plans that stand beside the present one.",
            "planned",
            "plans",
            lambda trial: NOBODY,
            view=True,
        )
    )
