"""From the assumptions to a plan: what a design reads, and what this trial tells instead of a typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from lib.assumptions import FIELDS, Assumptions, planning_outcome
from lib.design.carry import carried
from lib.design.design import Design
from lib.design.pilot import sd_upper
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.pilot import Pilot, pilot_of
from lib.questions.wording import amount, number, percent
from lib.trial.model import Trial
from lib.values import Missing, Real

SIDES = {"one": 1, "two": 2}

FROM: Mapping[str, str] = {
    "effect": "effect",
    "sd": "sd",
    "rho": "rho",
    "alpha": "plan-alpha",
    "sides": "plan-sides",
    "target": "power",
    "n": "n",
    "dropout": "dropout",
    "units": "units",
    "icc": "icc",
    "scores": "doses",
    "rho_baseline": "rho-baseline",
    "looks": "looks",
    "interim": "interim",
    "growth": "growth",
    "treated": "improve-treated",
    "control": "improve-control",
    "responds_treated": "respond-treated",
    "responds_control": "respond-control",
    "seed": "seed",
    "width": "mc-width",
}
"""Field of `Plan` → link key of the assumption that sets it."""

ALSO: Mapping[str, str] = {
    "share": "interim",
    "most": "growth",
    "planned_effect": "effect",
    "sd_difference": "sd",
    "retain_red": "retain-red",
}
"""What the methods of single designs call the same inputs."""


@dataclass(frozen=True)
class PlanInputs:
    """A plan, and what it rests on that stands in no field of it.

    Attributes
    ----------
    plan : Plan
        As the comparison sees it, carry-over included.
    truth : Plan
        As the treatment works, without carry-over.
    carry : float
        Share of the effect that reaches the control unit of the same person.
    sources : tuple of str
        Inputs taken from this trial, in words.
    of_differences : bool
        Whether the SD is that of this trial's differences, so that ρ plays no part.
    """

    plan: Plan
    truth: Plan
    carry: float
    sources: tuple[str, ...]
    of_differences: bool


def concerned(refusal: Refusal) -> tuple[str, ...]:
    """The link keys of the assumptions that a refusal is about."""
    keys = {**FROM, **ALSO}
    return tuple(dict.fromkeys(keys[name] for name in refusal.inputs if name in keys))


def plan_of(trial: Trial, assumptions: Assumptions, design: Design | None = None) -> PlanInputs:
    """The planning half of the assumptions as a design reads it, the chosen one where none is given.

    What comes from this trial depends on the design: within a person the SD of differences, otherwise that of one
    unit's change. An effect that this trial saw is what carry-over left of it, so that nothing is taken off.

    Raises
    ------
    Refusal
        Naming what can't be planned, or what this trial can't tell.
    """
    chosen = DESIGNS[assumptions.design]
    design = design or chosen
    pilot, outcome = pilot_of(trial), planning_outcome(trial)
    typed = {name: _typed(name, assumptions) for name in _read(design)}
    told, seen = [], assumptions.effect_from == "pilot" and "effect" in design.reads
    if "effect" in typed and seen:
        typed["effect"] = _pilot_effect(pilot, outcome.unit)
        told.append(f"effect {amount(typed['effect'], outcome.unit)} as this trial saw it ({pilot.label})")
    from_pilot = "sd" in typed and assumptions.sd_from != "typed"
    if from_pilot:
        typed["sd"], words = _pilot_sd(pilot, design, assumptions)
        told.append(words)
    if "replan_for" in design.reads:
        typed["replan_for"] = typed["effect"]
    truth = Plan(**{"effect": 0.0, "sd": 1.0, "rho": 0.0, **typed})
    share = assumptions.carry if design.within and not seen else 0.0
    return PlanInputs(carried(design, truth, share), truth, share, tuple(told), from_pilot and design.within)


def _read(design: Design) -> tuple[str, ...]:
    """What the design needs, and what the other designs of the same outcome need, so that they stand beside it."""
    beside = {
        name
        for other in DESIGNS.values()
        if other.model == design.model and not other.has_own_inputs
        for name in other.needs
    }
    return tuple(name for name in FROM if name in beside or name in design.needs)


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "sides": SIDES.__getitem__,
    "treated": lambda shares: tuple(share / 100 for share in shares),
    "control": lambda shares: tuple(share / 100 for share in shares),
    "responds_treated": lambda share: share / 100,
    "responds_control": lambda share: share / 100,
}
"""How an assumption becomes the plan's field where they differ."""


def _typed(name: str, assumptions: Assumptions) -> Any:
    value = getattr(assumptions, FIELDS[FROM[name]])
    return _MADE[name](value) if name in _MADE else value


def _pilot_effect(pilot: Pilot, unit: str) -> float:
    if isinstance(pilot.towards, Missing):
        raise Refusal(f"effect: this trial's given; wanted one that it tells: {pilot.towards.reason}")
    if pilot.towards < 0:
        raise Refusal(
            f"effect: this trial's given; wanted one in favour of the treatment: here the control did better, by "
            f"{amount(-pilot.towards, unit)}"
        )
    return pilot.towards


def _pilot_sd(pilot: Pilot, design: Design, assumptions: Assumptions) -> tuple[float, str]:
    """The SD per unit that this trial's SD, or its upper limit, comes to; and where it is from.

    Within a person only the SD of differences counts: the SD per unit is the one that gives it at the ρ typed.
    """
    if "rho_baseline" in design.reads:
        raise Refusal(
            "sd: this trial's SD of changes given; wanted that of final values, typed, as the baseline is adjusted for"
        )
    seen, df = seen_spread(pilot, design)
    what = "differences" if design.within else "changes"
    if isinstance(seen, Missing):
        raise Refusal(f"sd: this trial's given; wanted one that it tells: {seen.reason}")
    words = f"SD of the {what} {number(seen)} as this trial saw it ({pilot.label}, {pilot.n} pairs)"
    if assumptions.sd_from == "upper":
        seen = sd_upper(seen, df, assumptions.sd_level)
        words = (
            f"SD of the {what} {number(seen)}, the upper {percent(assumptions.sd_level)} limit of this trial's "
            f"({number(df)} degrees of freedom)"
        )
    return (seen / sqrt(2 * (1 - assumptions.rho)) if design.within else seen), words


def seen_spread(pilot: Pilot, design: Design) -> tuple[Real, float]:
    """The SD that this trial tells for a design, with its degrees of freedom.

    That of one unit is pooled over two arms of the same people: at a correlation r of their changes it is worth
    2(n − 1)/(1 + r²) degrees of freedom, by the variance of the mean of two correlated χ² (Satterthwaite 1946).
    """
    if design.within:
        return pilot.sd, pilot.df
    r = 1.0 if isinstance(pilot.correlation, Missing) else float(pilot.correlation)
    return pilot.unit_sd, 2 * pilot.df / (1 + r * r)
