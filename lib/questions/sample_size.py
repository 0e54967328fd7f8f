"""What the next trial needs: power by n, n for a target, and how the printed detectable effect can have arisen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.assumptions import Assumptions, planning_outcome
from lib.design.curve import PowerCurve, power_curve
from lib.design.plan import Plan
from lib.design.published_effect import PublishedEffect, PublishedReading, RhoRange, published_effect_readings
from lib.design.registry import DESIGNS, Design
from lib.errors import Refusal
from lib.questions.wording import number, people, percent, power_words
from lib.trial.model import Trial
from lib.trial.observed import decimals
from lib.values import Missing, Real

SIDES = {"one": 1, "two": 2}


@dataclass(frozen=True)
class DesignAnswer:
    """One design under the same plan. `n_counts` says what n counts; `enrolled` are people in all, losses included."""

    key: str
    label: str
    n_counts: str
    power_at_n: Real
    needed: int | Missing
    participants: int | Missing
    enrolled: int | Missing
    detectable: Real
    sentence: str
    curve: PowerCurve


@dataclass(frozen=True)
class PrintedEffect:
    """The printed detectable effect, the inputs it was printed with, and each design's reading of it."""

    printed: float
    source: str
    inputs: Plan
    readings: PublishedEffect


@dataclass(frozen=True)
class SampleSizeResult:
    """The chosen design first, the others under the same plan beside it."""

    plan: Plan
    outcome: str
    unit: str
    measured_on: str
    chosen: DesignAnswer
    others: tuple[DesignAnswer, ...]
    printed: PrintedEffect | Missing


def plan_of(assumptions: Assumptions) -> Plan:
    """The planning half of the assumptions. Refusal names what can't be planned."""
    return Plan(
        effect=assumptions.effect,
        sd=assumptions.sd,
        rho=assumptions.rho,
        alpha=assumptions.plan_alpha,
        sides=SIDES[assumptions.plan_sides],
        target=assumptions.target,
        n=assumptions.n,
        dropout=assumptions.dropout,
    )


def answer(trial: Trial, assumptions: Assumptions) -> SampleSizeResult:
    """The plan that the viewer's assumptions make, under every design."""
    plan = plan_of(assumptions)
    outcome = planning_outcome(trial)
    chosen = DESIGNS[assumptions.design]
    return SampleSizeResult(
        plan,
        outcome.label,
        outcome.unit,
        trial.spec.unit.singular,
        _design_answer(chosen, plan),
        tuple(_design_answer(design, plan) for design in DESIGNS.values() if design != chosen),
        _printed_effect(trial, plan),
    )


def _design_answer(design: Design, plan: Plan) -> DesignAnswer:
    needed = design.needed(plan)
    missing = isinstance(needed, Missing)
    return DesignAnswer(
        design.key,
        design.label,
        design.n_counts,
        float(design.power(plan)),
        needed,
        needed if isinstance(needed, Missing) else design.participants(needed),
        needed if isinstance(needed, Missing) else design.to_enrol(needed, plan.dropout),
        _detectable(design, plan),
        design.sentence(plan),
        power_curve(design, plan, ns=range(2, 2 + CURVE_LAST)) if missing else power_curve(design, plan),
    )


CURVE_LAST = 100
"""How far the curve is drawn where no n reaches the target."""


def _detectable(design: Design, plan: Plan) -> Real:
    try:
        return design.detectable(plan)
    except Refusal as refusal:
        return Missing(str(refusal))


def _printed_effect(trial: Trial, plan: Plan) -> PrintedEffect | Missing:
    """The printed detectable effect by every design, at the printed inputs; what is not printed is as in the plan."""
    row = trial.reported_by_key.get(trial.spec.planning.detectable or "")
    if row is None or row.value is None:
        return Missing("the paper prints no detectable effect")
    printed = {r.statistic: r.value for r in trial.reported if r.outcome == row.outcome and r.value is not None}
    inputs = replace(
        plan,
        effect=float(row.value),
        sd=float(printed.get("sd", plan.sd)),
        alpha=float(printed.get("alpha", plan.alpha)),
        target=float(printed.get("power", plan.target)),
        n=int(printed.get("n", plan.n)),
        sides=2,
        rho=0.5,
    )
    readings = published_effect_readings(float(row.value), decimals(row.value), inputs)
    return PrintedEffect(float(row.value), row.source, inputs, readings)


def reading(result: SampleSizeResult) -> str:
    """The plan and what it needs, in words."""
    plan, chosen = result.plan, result.chosen
    found = (
        f"{chosen.label}: with {plan.n} {chosen.n_counts}, the power to find {number(plan.effect)} {result.unit} is "
        f"{_power(chosen.power_at_n)}"
    )
    if isinstance(chosen.needed, Missing):
        return f"{found}. {chosen.needed.reason}"
    lost = f", {chosen.enrolled} enrolled if {percent(plan.dropout)} are lost" if plan.dropout else ""
    return f"{found}. {percent(plan.target)} need n = {chosen.needed} ({people(chosen.participants)} analysed{lost})."


def _power(power: Real) -> str:
    return power.reason if isinstance(power, Missing) else power_words(power)


def printed_reading(result: SampleSizeResult) -> str:
    """Which designs print the paper's detectable effect, and at which inputs."""
    if isinstance(result.printed, Missing):
        return f"{result.printed.reason.capitalize()}."
    printed, inputs = result.printed, result.printed.inputs
    lines = [_reading_line(reading, result) for reading in printed.readings.readings]
    return (
        f"The paper prints a detectable effect of {number(printed.printed)} {result.unit} (n = {inputs.n}, SD "
        f"{number(inputs.sd)}, power {percent(inputs.target)}, α {number(inputs.alpha)}; design, sides and correlation "
        f"are not stated). {' '.join(lines)}"
    )


def _reading_line(reading: PublishedReading, result: SampleSizeResult) -> str:
    """One design's account of the printed number."""
    if isinstance(reading.detectable, Missing) or isinstance(result.printed, Missing):
        return f"{reading.label}: no detectable effect."
    printed = number(result.printed.printed)
    verdict = f"which prints {printed}" if reading.prints else f"which does not print {printed}"
    line = f"{reading.label}: {reading.detectable:.3f} {result.unit} with the {reading.basis}, {verdict}"
    if isinstance(reading.rho, RhoRange):
        rho = f"ρ from {reading.rho.low:.2f} to {reading.rho.high:.2f}"
        line += f"; with the SD of one {result.measured_on}, {rho} would print it"
    return f"{line}."
