"""How much of the answer is ours: all defensible analyses, each person's weight, whoever was lost, and the raters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lib.analysis.multiverse import choice_influence, multiverse
from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.endpoints import paired_endpoint
from lib.questions.influence import Influence, influence, influence_reading
from lib.questions.rater_agreement import RaterAgreement, agreement_reading, rater_agreement
from lib.questions.specifications import RuledOut, Specification, is_set, ruled_out, specifications
from lib.questions.tipping import LostResult, lost_reading, lost_result
from lib.questions.wording import listed, measure, number, percent, plural, probability
from lib.trial.model import Trial
from lib.values import Missing, Real, known

BEYOND = Missing("all differences are equal, so their SD is 0: counted as beyond every finite effect")


@dataclass(frozen=True)
class SpecificationResult:
    """One specification with its rank by effect: d_z and mean, both turned so that more favours the treatment."""

    rank: int
    label: str
    choices: tuple[tuple[str, str], ...]
    link: tuple[tuple[str, str], ...]
    unit: str
    n: int
    mean: float
    effect: Real
    sign: int
    paper: bool


@dataclass(frozen=True)
class MultiverseResult:
    """All specifications, from the one that favours the treatment least; summaries with their exact joint p.

    `influence` pairs each choice with how far it moves the effect when it alone changes. `at` is the rank of the
    viewer's own analysis, None where it is none of them.
    """

    specifications: tuple[SpecificationResult, ...]
    median: Real
    share: float
    flips: int
    median_p: float
    share_p: float
    median_floor: float
    share_floor: float
    general_floor: float
    median_null: tuple[Real, ...]
    influence: tuple[tuple[str, Real], ...]
    ruled_out: tuple[RuledOut, ...]
    allocation: str


@dataclass(frozen=True)
class RobustnessResult:
    """The chosen endpoint under scrutiny; `at` is the rank of the viewer's analysis among the specifications."""

    selected: PairedEndpoint
    multiverse: MultiverseResult | Missing
    at: int | None
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
    at = None if isinstance(every, Missing) else _rank(trial, every, assumptions)
    weight, lost = influence(found, assumptions), lost_result(trial, endpoint, found, assumptions)
    raters = rater_agreement(trial, assumptions)
    return RobustnessResult(
        found,
        every,
        at,
        multiverse_reading(every),
        weight,
        influence_reading(weight),
        lost,
        lost_reading(lost),
        raters,
        agreement_reading(raters),
        tuple((arm.key, arm.label) for arm in trial.arms),
    )


@lru_cache(maxsize=8)
def _multiverse(trial: Trial) -> MultiverseResult | Missing:
    """Whatever the viewer chose: it holds every choice already."""
    specs = specifications(trial)
    try:
        every = multiverse([_row(spec) for spec in specs])
    except Refusal as refusal:
        return Missing(str(refusal))
    moved = choice_influence(every.effects, [dict(spec.choices) for spec in specs])
    order = sorted(range(len(specs)), key=lambda place: every.effects[place])
    return MultiverseResult(
        tuple(
            _result(rank, specs[place], every.n[place], every.means[place], every.effects[place])
            for rank, place in enumerate(order, start=1)
        ),
        _finite(every.median),
        every.share,
        every.flips,
        every.median_p,
        every.share_p,
        every.median_floor,
        every.share_floor,
        every.general_floor,
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


def _rank(trial: Trial, every: MultiverseResult, assumptions: Assumptions) -> int | None:
    own = {spec.choices for spec in specifications(trial) if is_set(spec, assumptions, trial)}
    return next((spec.rank for spec in every.specifications if spec.choices in own), None)


def multiverse_reading(every: MultiverseResult | Missing) -> str:
    """The median and the share first, then how often flips of labels alone do as much, then what moves most."""
    if isinstance(every, Missing):
        return f"No multiverse: {every.reason}."
    seen = (
        f"One data set seen in {len(every.specifications)} ways is no more evidence than the one. The median effect is "
        f"d_z {number(every.median)}, and {percent(round(every.share, 3))} favour the treatment, where an effect of 0 "
        "counts half."
    )
    joint = (
        f"Over all {every.flips} flips of each person's labels, the joint p of a median at least as far from 0 is "
        f"{probability(every.median_p)}, and these values allow none below {probability(every.median_floor)}; of a "
        f"share at least as far from one half it is {probability(every.share_p)}, and none below "
        f"{probability(every.share_floor)}."
    )
    return " ".join(text for text in (seen, joint, _most(every)) if text)


def _most(every: MultiverseResult) -> str:
    told = [(name, value) for name, value in every.influence if known(value)]
    if not told:
        return ""
    name, value = told[0]
    return f"The choice that moves the effect most is “{name.lower()}”, by {number(value)} d_z on average."


def reading(result: RobustnessResult) -> str:
    """The estimate, then how far each thing that it could rest on moves it: the page in a few lines."""
    test, unit = result.selected.test, short_unit(result.selected.unit)
    if isinstance(test.estimate, Missing):
        return f"{result.selected.label}: no estimate ({test.estimate.reason}). {_counted(result.multiverse)}"
    moved = listed(tuple(text for text in (_by_person(result, unit), _by_rule(result, unit)) if text))
    told = f", {moved}" if moved != "nobody" else ""
    head = f"{result.selected.label}: the {test.estimate_name} is {measure(test.estimate, unit)}{told}."
    return f"{head} {_counted(result.multiverse)}"


def _by_person(result: RobustnessResult, unit: str) -> str:
    values = [float(one.test.estimate) for one in result.influence.without if known(one.test.estimate)]
    return f"{_span(values, unit)} with one participant left out at a time" if len(values) > 1 else ""


def _by_rule(result: RobustnessResult, unit: str) -> str:
    if isinstance(result.lost, Missing):
        return ""
    values = [float(rule.test.estimate) for rule in result.lost.rules if known(rule.test.estimate)]
    who = f"participant {listed(result.lost.participants)}"
    return f"{_span(values, unit)} by what is assumed of {who}, who was lost" if len(values) > 1 else ""


def _span(values: list[float], unit: str) -> str:
    return f"{measure(min(values), unit)} to {measure(max(values), unit)}"


def _counted(every: MultiverseResult | Missing) -> str:
    """How many specifications favour whom."""
    if isinstance(every, Missing):
        return f"No multiverse: {every.reason}."
    means = [spec.mean for spec in every.specifications]
    treated, control = sum(mean > 0 for mean in means), sum(mean < 0 for mean in means)
    return (
        f"Of {plural(len(means), 'defensible analysis', 'defensible analyses')} of this trial {treated} favour the "
        f"treatment, {control} the control, {len(means) - treated - control} neither."
    )
