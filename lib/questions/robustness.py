"""How much of the answer is ours: all defensible analyses, each person's weight, whoever was lost, and the raters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lib.analysis.change import CHANGES
from lib.analysis.loss import LOSSES
from lib.analysis.multiverse import choice_influence, multiverse
from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.endpoints import paired_endpoint
from lib.questions.influence import Influence, influence, influence_reading
from lib.questions.multiverse_result import MultiverseResult, SpecificationResult, headline, multiverse_reading
from lib.questions.rater_agreement import RaterAgreement, agreement_reading, rater_agreement
from lib.questions.specifications import Specification, is_set, ruled_out, specifications
from lib.questions.tipping import LostResult, lost_reading, lost_result
from lib.questions.wording import inside, measure, participants, signed
from lib.trial.model import Trial
from lib.values import Missing, Real, known

BEYOND = Missing("all differences are equal, so their SD is 0: counted as beyond every finite effect")


@dataclass(frozen=True)
class RobustnessResult:
    """The chosen endpoint under scrutiny; `at` is the rank of the viewer's analysis among the specifications."""

    selected: PairedEndpoint
    multiverse: MultiverseResult | Missing
    at: int | Missing
    multiverse_reading: str
    influence: Influence
    influence_reading: str
    lost: LostResult | Missing
    lost_reading: str
    agreement: RaterAgreement | Missing
    agreement_reading: str
    arms: tuple[tuple[str, str], ...]


def answer(trial: Trial, assumptions: Assumptions) -> RobustnessResult:
    """Everything that the estimate could rest on, for the chosen endpoint and test."""
    endpoint = selected_endpoint(trial, assumptions)
    found = paired_endpoint(trial, endpoint, assumptions)
    every = _multiverse(trial)
    at = every if isinstance(every, Missing) else _rank(trial, every, assumptions)
    weight, lost = influence(found, assumptions), lost_result(trial, endpoint, found, assumptions)
    raters = rater_agreement(trial, assumptions)
    return RobustnessResult(
        found,
        every,
        at,
        _told(trial, found, every, at),
        weight,
        influence_reading(weight),
        lost,
        lost_reading(lost),
        raters,
        agreement_reading(raters),
        tuple((arm.key, arm.label) for arm in trial.arms),
    )


def _told(trial: Trial, found: PairedEndpoint, every: MultiverseResult | Missing, at: int | Missing) -> str:
    """How the analyses lie, and that their effects are turned where Endpoints has those of this outcome unturned."""
    told = multiverse_reading(every)
    if isinstance(every, Missing) or found.better == "higher":
        return told
    turned = f"{told} Signs are turned so that + favours {inside(trial.treatment.label)}"
    spec = next((spec for spec in every.specifications if spec.rank == at), None)
    if spec is None or isinstance(spec.effect, Missing) or not spec.effect or CHANGES[found.change].yes_no:
        return f"{turned}; on Endpoints less is better for this outcome."
    there, here = signed(spec.sign * spec.effect), signed(spec.effect)
    return f"{turned}: the d_z of {there} on Endpoints stands here as {here}."


@lru_cache(maxsize=8)
def _multiverse(trial: Trial) -> MultiverseResult | Missing:
    """Whatever the viewer chose: it holds every choice already."""
    specs = specifications(trial)
    try:
        every = multiverse([_row(spec) for spec in specs])
    except Refusal as refusal:
        return Missing(str(refusal))
    moved = choice_influence(every.effects, [dict(spec.choices) for spec in specs])
    seen = sorted({p.participant for spec in specs for p in spec.pairs if p.analysed and not p.assumed})
    order = sorted(range(len(specs)), key=lambda place: every.effects[place])
    return MultiverseResult(
        tuple(
            _result(rank, specs[place], every.n[place], every.means[place], every.effects[place])
            for rank, place in enumerate(order, start=1)
        ),
        _finite(every.median),
        every.share,
        2 ** len(seen),
        tuple(seen),
        every.median_p,
        every.share_p,
        every.median_floor,
        every.share_floor,
        min(1.0, 2 / 2 ** len(seen)),
        tuple(_finite(value) for value in every.median_null),
        tuple(moved.items()),
        ruled_out(trial),
        ALLOCATION_NOTES[trial.spec.design.allocation_unit],
    )


def _row(spec: Specification) -> list[Fraction | None]:
    return [
        spec.sign * pair.difference if pair.analysed and isinstance(pair.difference, Fraction) else None
        for pair in spec.pairs
    ]


def _result(rank: int, spec: Specification, n: int, mean: float, effect: float) -> SpecificationResult:
    return SpecificationResult(
        rank, spec.label, spec.choices, spec.link, spec.unit, n, mean, _finite(effect), spec.sign, spec.paper
    )


def _finite(effect: float) -> Real:
    return effect if math.isfinite(effect) else BEYOND


def _rank(trial: Trial, every: MultiverseResult, assumptions: Assumptions) -> int | Missing:
    own = {spec.choices for spec in specifications(trial) if is_set(spec, assumptions, trial)}
    outside = Missing(f"your analysis is none of these {len(every.specifications)}")
    if LOSSES[assumptions.loss].tied_to_arms:
        outside = Missing(f"{outside.reason}: what you assume of whoever was lost looks at the arm")
    return next((spec.rank for spec in every.specifications if spec.choices in own), outside)


def reading(result: RobustnessResult) -> str:
    """The estimate, then how far each thing that it could rest on moves it: the page in a few lines."""
    test, unit = result.selected.test, short_unit(result.selected.unit)
    leaning = "" if isinstance(result.multiverse, Missing) else f" {headline(result.multiverse)}."
    if isinstance(test.estimate, Missing):
        return f"{result.selected.label}: no estimate ({test.estimate.reason}).{leaning}"
    head = f"{result.selected.label}: the {test.estimate_name} is {measure(test.estimate, unit)}"
    told = "; ".join(text for text in (head, _by_person(result, unit), _by_rule(result, unit)) if text)
    return f"{told}.{leaning}"


def _by_person(result: RobustnessResult, unit: str) -> str:
    values = [float(one.test.estimate) for one in result.influence.without if known(one.test.estimate)]
    return f"{_span(values, unit)} with one participant left out at a time" if len(values) > 1 else ""


def _by_rule(result: RobustnessResult, unit: str) -> str:
    if isinstance(result.lost, Missing):
        return ""
    values = [float(rule.test.estimate) for rule in result.lost.rules if known(rule.test.estimate)]
    who = participants(result.lost.participants)
    return f"{_span(values, unit)} by what is assumed of {who}, who was lost" if len(values) > 1 else ""


def _span(values: list[float], unit: str) -> str:
    low, high = (measure(value, unit) for value in (min(values), max(values)))
    return f"{low.removesuffix(f' {unit}')} to {high}"
