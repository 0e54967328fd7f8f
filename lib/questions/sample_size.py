"""What the next trial needs: power by n, n for a target, and how the printed detectable effect can have arisen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from lib.assumptions import Assumptions, planning_outcome
from lib.design.curve import PowerCurve, power_curve
from lib.design.plan import SMALLEST_N, Plan
from lib.design.published_effect import PublishedEffect, PublishedReading, RhoRange, published_effect_readings
from lib.design.registry import DESIGNS, Design
from lib.errors import Refusal
from lib.questions.wording import amount, number, people, percent, power_words
from lib.trial.model import Trial
from lib.trial.observed import decimals
from lib.values import Missing, Real, known

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
    """The printed detectable effect, the inputs it was printed with, and each design's reading of it by sides."""

    printed: float
    source: str
    inputs: Plan
    two_sided: PublishedEffect
    one_sided: PublishedEffect


@dataclass(frozen=True)
class SampleSizeResult:
    """The chosen design first, the others under the same plan beside it."""

    plan: Plan
    outcome: str
    unit: str
    measured_on: str
    scale_width: float | None
    ordinal: bool
    exact_needs: int
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
        None if outcome.low is None or outcome.high is None else float(outcome.high - outcome.low),
        outcome.kind == "ordinal",
        exact_needs(plan),
        _design_answer(chosen, plan),
        tuple(_design_answer(design, plan) for design in DESIGNS.values() if design != chosen),
        _printed_effect(trial, plan),
    )


@dataclass(frozen=True)
class NextTrial:
    """What the plan comes to under the chosen design, for pages that only point to it."""

    plan: Plan
    outcome: str
    unit: str
    design: str
    needed: int | Missing
    participants: int | Missing
    enrolled: int | Missing
    sentence: str
    spoken: str


def next_trial(trial: Trial, assumptions: Assumptions) -> NextTrial:
    """The chosen design's n. Refusal names what can't be planned."""
    plan, outcome = plan_of(assumptions), planning_outcome(trial)
    chosen = _design_answer(DESIGNS[assumptions.design], plan)
    correlated = f", ρ {number(plan.rho)}" if "rho" in DESIGNS[assumptions.design].needs else ""
    sentence = (
        f"The next trial: to find a difference of {amount(plan.effect, outcome.unit)} in {outcome.label} "
        f"({chosen.label}; SD {number(plan.sd)}{correlated}, α {number(plan.alpha)}, "
        f"{'two' if plan.sides == 2 else 'one'}-sided), {_need_words(plan, chosen)}."
    )
    sentence += NORMALITY if outcome.kind == "ordinal" else ""
    return NextTrial(
        plan,
        outcome.label,
        outcome.unit,
        chosen.label,
        chosen.needed,
        chosen.participants,
        chosen.enrolled,
        sentence,
        _spoken(plan, chosen, outcome.label, outcome.unit),
    )


def _spoken(plan: Plan, chosen: DesignAnswer, outcome: str, unit: str) -> str:
    if isinstance(chosen.participants, Missing):
        return f"For the next trial, no number of participants gives {percent(plan.target)} power."
    return (
        f"If the next trial is to find a difference of {amount(plan.effect, unit)} in {outcome} with "
        f"{percent(plan.target)} power, it needs {people(chosen.participants)}, as far as the assumptions hold."
    )


def exact_needs(plan: Plan) -> int:
    """The fewest pairs of which a test that swaps sides within people can reach α: the first with sides/2ⁿ ≤ α."""
    return next(n for n in range(1, 64) if Fraction(plan.sides, 2**n) <= Fraction(repr(plan.alpha)))


@lru_cache(maxsize=512)
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


NORMALITY = " The t test takes differences for normal; those of a short scale of whole scores are not."

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
    by_sides = (replace(inputs, sides=sides) for sides in (2, 1))
    two, one = (_readings(float(row.value), decimals(row.value), replace(plan, dropout=0)) for plan in by_sides)
    return PrintedEffect(float(row.value), row.source, inputs, two, one)


@lru_cache(maxsize=64)
def _readings(printed: float, places: int, plan: Plan) -> PublishedEffect:
    """Kept, since the printed inputs stay the same while the viewer changes the plan."""
    return published_effect_readings(printed, places, plan)


def reading(result: SampleSizeResult) -> str:
    """The plan and what it needs, in words."""
    plan, chosen = result.plan, result.chosen
    found = (
        f"{chosen.label}: with {plan.n} {chosen.n_counts}, the power to find {amount(plan.effect, result.unit)} at an "
        f"SD of {number(plan.sd)} is {_power(chosen.power_at_n)}."
    )
    return " ".join(part for part in (found, _need(result), *cautions(result)) if part)


def _need(result: SampleSizeResult) -> str:
    words = _need_words(result.plan, result.chosen)
    return f"{words[0].upper()}{words[1:]}."


def _need_words(plan: Plan, chosen: DesignAnswer) -> str:
    if isinstance(chosen.needed, Missing):
        return f"no n reaches {percent(plan.target)} power: {chosen.needed.reason}"
    lost = f", {chosen.enrolled} enrolled if {percent(plan.dropout)} are lost" if plan.dropout else ""
    least = ", the fewest that can be planned" if chosen.needed == SMALLEST_N else ""
    return (
        f"{percent(plan.target)} power needs n = {chosen.needed} ({people(chosen.participants)} analysed{lost}{least})"
    )


def cautions(result: SampleSizeResult) -> tuple[str, ...]:
    """What the numbers alone would hide."""
    plan, chosen, width = result.plan, result.chosen, result.scale_width
    few = known(chosen.needed) and chosen.needed < result.exact_needs and "rho" in DESIGNS[chosen.key].needs
    wide = width is not None and known(chosen.detectable) and chosen.detectable > width
    told = {
        f"A test that swaps sides within people can't reach α {plan.alpha:g} with fewer than {result.exact_needs} "
        "pairs.": few,
        f"The effect detectable at n = {plan.n} is wider than the scale ({number(width or 0)} {result.unit}).": wide,
        NORMALITY.strip(): result.ordinal,
    }
    return tuple(text for text, holds in told.items() if holds)


def _power(power: Real) -> str:
    return power.reason if isinstance(power, Missing) else power_words(power)


def printed_reading(result: SampleSizeResult) -> str:
    """Which designs give the paper's detectable effect, and at which inputs."""
    if isinstance(result.printed, Missing):
        return f"{result.printed.reason.capitalize()}."
    printed, inputs = result.printed, result.printed.inputs
    lines = [_reading_line(row, sides, result) for sides, row in sided_readings(printed)]
    return (
        f"The paper prints a detectable effect of {number(printed.printed)} {result.unit} (n = {inputs.n}, assumed SD "
        f"{number(inputs.sd)}, power {percent(inputs.target)}, α {number(inputs.alpha)}); design, sides and "
        f"correlation are not stated. {' '.join(lines)}"
    )


def sided_readings(printed: PrintedEffect) -> tuple[tuple[str, PublishedReading], ...]:
    """Every reading with its sides, two-sided first."""
    by_sides = (("Two-sided", printed.two_sided), ("One-sided", printed.one_sided))
    return tuple((sides, row) for sides, effect in by_sides for row in effect.readings)


def _reading_line(reading: PublishedReading, sides: str, result: SampleSizeResult) -> str:
    """One design's account of the printed number."""
    if isinstance(reading.detectable, Missing) or isinstance(result.printed, Missing):
        return f"{sides}, {reading.label}: no detectable effect."
    printed = number(result.printed.printed)
    people_in_all = DESIGNS[reading.design].participants(result.printed.inputs.n)
    verdict = f"which {'rounds' if reading.prints else 'does not round'} to {printed}"
    many = people(people_in_all)
    apart = f"two independent groups, so {many}" if DESIGNS[reading.design].arms > 1 else many
    found = f"{reading.detectable:.3f} {result.unit} for {apart}"
    line = f"{sides}, {reading.label}: {found} with the {reading.basis}, {verdict}"
    if isinstance(reading.rho, RhoRange):
        rho = f"ρ from {number(reading.rho.low, 2)} to {number(reading.rho.high, 2)}"
        line += f"; with the SD of one {result.measured_on}, {rho} would"
    return f"{line}."
