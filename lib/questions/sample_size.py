"""What the next trial needs: one plan in full, what it rests on, what it leaves open, and plans beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lib.assumptions import Assumptions, planning_outcome
from lib.design.curve import (
    PowerCurve,
)
from lib.design.design import Design
from lib.design.ordinal_model import difference_probabilities, joint_table
from lib.design.pilot import observed_power_refusal
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.design_answer import (
    DesignAnswer,
    effect_words,
    favoured_words,
    need_words,
    opposed_words,
    plan_words,
)
from lib.questions.kept_plans import KeptPlan, kept_plans, plan_label
from lib.questions.observed import View, answered
from lib.questions.pilot import Pilot, pilot_of
from lib.questions.pilot_uncertainty import (
    Assurance,
    Harms,
    Precision,
    Retention,
    Rule,
    SpreadLeft,
    assurance,
    harms,
    precision,
    retention,
    rules,
    spread_left,
)
from lib.questions.plan_inputs import concerned, plan_of
from lib.questions.plan_views import Band, alike, band_of, beside, inputs_of, plans_beside, view_of
from lib.questions.practice import Carried, Implied, Pairing, carried_costs, implied, pairing
from lib.questions.printed_effect import PrintedEffect, printed_effect
from lib.questions.protocol import paragraph
from lib.questions.wording import amount, capital, number, people, percent
from lib.trial.model import Trial
from lib.values import Missing, known


@dataclass(frozen=True)
class Categories:
    """Probabilities of improving by 0, 1, … categories in each arm, and of differences −K to K within a person."""

    arms: tuple[str, str]
    units: str
    treated: tuple[float, ...]
    control: tuple[float, ...]
    differences: tuple[float, ...] | Missing


@dataclass(frozen=True)
class SampleSizeResult:
    """One plan in full.

    Attributes
    ----------
    sources : tuple of str
        Inputs that were not typed, with where they are from.
    others : tuple of DesignAnswer
        The designs that read the same inputs and answer at once.
    later : tuple of str
        Labels of those that read them and take time: they are answered when chosen, or side by side.
    view : View
        What the large figure shows.
    band : Band or Missing
        Power were the SD at its limits, where it comes from this trial.
    beside : tuple of PowerCurve
        Curves of the kept plans and, where nothing is kept, of the layout that stands against the chosen one.
    """

    plan: Plan
    sources: tuple[str, ...]
    outcome: str
    unit: str
    measured_on: str
    units: str
    higher_is_better: bool
    of_differences: bool
    scale_width: float | None
    ordinal: bool
    exact_needs: int
    chosen: DesignAnswer
    others: tuple[DesignAnswer, ...]
    later: tuple[str, ...]
    view: View
    band: Band | Missing
    beside: tuple[PowerCurve, ...]
    kept: tuple[KeptPlan, ...]
    present: str
    pilot: Pilot
    spread: SpreadLeft | Missing
    assurance: Assurance | Missing
    observed_power: str
    precision: Precision | Missing
    harms: Harms
    retention: Retention | Missing
    rules: tuple[Rule, ...]
    planned: Implied
    wanted: Implied | Missing
    pairing: Pairing | Missing
    carried: tuple[Carried, ...] | Missing
    printed: PrintedEffect | Missing
    paragraph: str
    categories: Categories | Missing
    faults: Mapping[str, str]


def answer(trial: Trial, assumptions: Assumptions) -> SampleSizeResult:
    """The plan that the viewer's assumptions make.

    Raises
    ------
    Refusal
        Naming the inputs that can't be planned with.
    """
    inputs, outcome = plan_of(trial, assumptions), planning_outcome(trial)
    plan, design, pilot = inputs.plan, DESIGNS[assumptions.design], pilot_of(trial)
    chosen = answered(design, inputs, trial)
    kept = kept_plans(trial, assumptions)
    wanted = chosen.needed
    needs = wanted if isinstance(wanted, Missing) else implied(design, plan, wanted, trial, assumptions)
    others = plans_beside(design, trial, assumptions, kept)
    view = view_of(design, plan, chosen, trial, assumptions, others)
    retained = retention(trial, design, plan, assumptions)
    return SampleSizeResult(
        plan=plan,
        sources=inputs.sources,
        outcome=outcome.label,
        unit=outcome.unit,
        measured_on=trial.spec.unit.singular,
        units=trial.spec.unit.plural,
        higher_is_better=outcome.better == "higher",
        of_differences=inputs.of_differences,
        scale_width=None if outcome.low is None or outcome.high is None else float(outcome.high - outcome.low),
        ordinal=outcome.kind == "ordinal",
        exact_needs=exact_needs(plan),
        chosen=chosen,
        others=_others(design, trial, assumptions),
        later=tuple(d.label for d in alike(design) if not d.quick),
        view=view,
        band=band_of(design, plan, pilot, view, assumptions),
        beside=beside(others, view.n[-1], pilot) if isinstance(view, PowerCurve) else (),
        kept=kept,
        present=plan_label(assumptions, trial),
        pilot=pilot,
        spread=spread_left(pilot, plan, assumptions.sd_level),
        assurance=assurance(trial, plan, assumptions),
        observed_power=observed_power_refusal(),
        precision=precision(design, plan, assumptions),
        harms=harms(trial, design, plan),
        retention=retained,
        rules=rules(design, inputs.truth),
        planned=implied(design, plan, plan.n, trial, assumptions),
        wanted=needs,
        pairing=pairing(design, trial, assumptions),
        carried=carried_costs(design, inputs),
        printed=printed_effect(trial, plan),
        paragraph=paragraph(design, inputs, chosen, needs, trial),
        categories=_categories(design, plan, trial),
        faults=_faults(chosen, retained),
    )


def _categories(design: Design, plan: Plan, trial: Trial) -> Categories | Missing:
    """The model of the categories, where the design has one."""
    if design.model != "categories":
        return Missing("the outcome is not planned in categories")
    told = ((trial.treatment.label, trial.control.label), trial.spec.unit.plural, plan.treated, plan.control)
    if not design.within:
        return Categories(*told, Missing("the arms are different people"))
    joint = joint_table(plan.treated, plan.control, plan.rho)
    return Categories(*told, tuple(difference_probabilities(joint).tolist()))


def _others(design: Design, trial: Trial, assumptions: Assumptions) -> tuple[DesignAnswer, ...]:
    """The other designs that answer at once, each with what this trial tells it and what carries across in it."""
    found = ((other, inputs_of(other, trial, assumptions)) for other in alike(design) if other.quick)
    return tuple(answered(other, inputs, trial) for other, inputs in found if inputs)


def _faults(chosen: DesignAnswer, retained: Retention | Missing) -> dict[str, str]:
    """Link key → what the value there makes impossible, though the rest of the page has an answer."""
    found = (chosen.power_at_n, chosen.needed, chosen.detectable, retained)
    reasons = [one.reason for one in found if isinstance(one, Missing)]
    return {key: reason for reason in reversed(reasons) for key in concerned(Refusal(reason))}


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
    inputs, outcome = plan_of(trial, assumptions), planning_outcome(trial)
    plan, design = inputs.plan, DESIGNS[assumptions.design]
    chosen = answered(design, inputs, trial)
    effect = effect_words(chosen.effect, chosen.unit)
    sentence = (
        f"The next trial: to find a difference of {effect} in {outcome.label} ({chosen.label}; "
        f"{chosen.inputs}), {need_words(plan, chosen)}."
    )
    return NextTrial(
        plan,
        outcome.label,
        outcome.unit,
        chosen.label,
        chosen.needed,
        chosen.participants,
        chosen.enrolled,
        sentence + (NORMALITY if _takes_for_normal(design, outcome.kind == "ordinal") else ""),
        _spoken(plan, chosen, outcome.label),
    )


def _spoken(plan: Plan, chosen: DesignAnswer, outcome: str) -> str:
    if isinstance(chosen.participants, Missing):
        return f"For the next trial, no number of participants gives {percent(plan.target)} power."
    return (
        f"If the next trial is to find a difference of {effect_words(chosen.effect, chosen.unit)} in {outcome} with "
        f"{percent(plan.target)} power, it needs {people(chosen.participants)}, as far as the assumptions hold."
    )


def exact_needs(plan: Plan) -> int:
    """The fewest pairs of which a test that swaps sides within people can reach α: the first with sides/2ⁿ ≤ α."""
    return next(n for n in range(1, 64) if Fraction(plan.sides, 2**n) <= Fraction(repr(plan.alpha)))


NORMALITY = " Differences are taken for normal; those of a short scale of whole scores are not."


def _takes_for_normal(design: Design, ordinal: bool) -> bool:
    return ordinal and design.model == "normal"


def reading(result: SampleSizeResult) -> str:
    """The plan and what it needs, in words."""
    parts = (plan_words(result.chosen), _need(result), _rests(result), *cautions(result))
    return " ".join(part for part in parts if part)


def _need(result: SampleSizeResult) -> str:
    return f"{capital(need_words(result.plan, result.chosen))}."


def _rests(result: SampleSizeResult) -> str:
    """Where inputs come from that nobody typed, and what their own limits make of n."""
    told = f"Not typed: {'; '.join(result.sources)}." if result.sources else ""
    if isinstance(result.band, Missing):
        return told
    band = result.band
    level, counts = percent(band.level), result.chosen.n_counts
    return (
        f"{told} Within the {level} limits of that SD, n is {_n(band.needed_low)} to {_n(band.needed_high)} {counts}."
    )


def _n(needed: int | Missing) -> str:
    return "out of reach" if isinstance(needed, Missing) else str(needed)


def cautions(result: SampleSizeResult) -> tuple[str, ...]:
    """What the numbers alone would hide."""
    plan, chosen, width = result.plan, result.chosen, result.scale_width
    design = DESIGNS[chosen.key]
    swaps = design.within and design.model == "normal" and design.units(plan) == (1, 1)  # more units swap in more ways
    few = swaps and known(chosen.needed) and chosen.needed < result.exact_needs
    wide = design.model == "normal" and width is not None and known(chosen.detectable) and chosen.detectable > width
    told = {
        f"A test that swaps sides within people can't reach α {plan.alpha:g} with fewer than {result.exact_needs} "
        "pairs.": few,
        f"The effect detectable at n = {plan.n} is wider than the scale ({amount(width or 0, result.unit)}).": wide,
        NORMALITY.strip(): _takes_for_normal(design, result.ordinal),
        _inflated(chosen): bool(_inflated(chosen)),
        favoured_words(chosen): bool(favoured_words(chosen)),
        opposed_words(chosen): bool(opposed_words(chosen)),
        "The smaller the first n, the more the largest one decides: hold it against the fixed plan.": chosen.grows,
    }
    return tuple(text for text, holds in told.items() if holds)


def _inflated(chosen: DesignAnswer) -> str:
    """The true α where even its Monte Carlo interval lies above the nominal one."""
    size = chosen.size
    if isinstance(size, Missing) or size.low <= chosen.alpha * (1 + 1e-6):
        return ""
    return f"Its type I error is {number(100 * size.value)} %, above the {percent(chosen.alpha)} planned."
