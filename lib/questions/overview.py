"""The trial on one page: its question, everybody in it, and the headline estimate in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lib.assumptions import Assumptions, planning_outcome
from lib.errors import Refusal
from lib.questions import endpoints, flow, trajectories
from lib.questions.endpoint_reading import driver, endpoint_reading, floor_words, printed_match, short_unit
from lib.questions.endpoint_result import EndpointResult, EndpointsResult, PairedEndpoint
from lib.questions.estimand import Estimand
from lib.questions.flow import FlowResult
from lib.questions.pairs import analysed_participants
from lib.questions.printed import Comparison, comparison
from lib.questions.sample_size import NextTrial, next_trial
from lib.questions.spoken import (
    answer_words,
    assumed_words,
    estimate_words,
    improvement,
    leave_one_out_words,
    means_words,
    rest,
    seen_differences,
    tally_sentence,
)
from lib.questions.trajectories import Arms, Panel, VisitMark
from lib.questions.wording import listed, measure, people
from lib.trial.model import Attribute, Outcome, Participant, Scale, Trial, Visit
from lib.trial.observed import allocated_participants, loss, lost_participants, observed
from lib.values import Missing, Real, real


@dataclass(frozen=True)
class Reading:
    """One value of one unit at baseline and at the final visit, by one rater.

    `reconstructed` where one of them is neither printed nor derived.
    """

    outcome: str
    label: str
    unit: str
    baseline: Real
    final: Real
    change_percent: Real
    reconstructed: bool = False


@dataclass(frozen=True)
class Unit:
    """One unit of a participant."""

    unit: str
    arm: str
    site: str | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Person:
    """One participant: what is known of them, their units, and whether they were lost."""

    participant: str
    attributes: tuple[tuple[str, str], ...]
    units: tuple[Unit, ...]
    lost: str
    highlighted: bool


@dataclass(frozen=True)
class TwoDenominators:
    """A printed number about participants beside its recomputation over all and over those who are analysed."""

    all_participants: Comparison
    analysed: Comparison


@dataclass(frozen=True)
class Headline:
    """The outcome on one scale: its endpoint, in words by side, who drives it, and whether its p is printed."""

    endpoint: PairedEndpoint
    words: str
    driver: str
    printed: str


@dataclass(frozen=True)
class OverviewResult:
    """What the first page shows.

    `answer` is the chosen endpoint's answer in words. `scales` are the viewer's endpoint and then the same outcome by
    the same rater on its other scales; `others` the same outcome by other raters, in words. `panels` are the viewer's
    outcome and then one for each other outcome and rater. `seen` tells what this trial saw in the outcome that the next
    one is planned for. `minute` is the page in sentences, to be read aloud.
    """

    question: str
    answer: str
    condition: str
    citation: str
    doi: str
    design: str
    facts: tuple[tuple[str, str], ...]
    arms: tuple[tuple[str, str], ...]
    units: str
    doses: tuple[str, ...]
    people: tuple[Person, ...]
    panels: tuple[Panel, ...]
    visits: tuple[VisitMark, ...]
    time_unit: str
    highlighted: str | None
    scales: tuple[Headline, ...]
    others: tuple[str, ...]
    floor: str
    allocation: str
    estimand: Estimand
    flow: str
    stages: tuple[FlowStep, ...]
    next_trial: NextTrial | Missing
    seen: str
    minute: tuple[str, ...]
    participants: tuple[TwoDenominators, ...]
    not_in_the_text: tuple[str, ...]

    @property
    def selected(self) -> PairedEndpoint:
        """The viewer's endpoint."""
        return self.scales[0].endpoint


@dataclass(frozen=True)
class FlowStep:
    """One step of the flow in short: how many people and units."""

    label: str
    participants: int
    units: int


def answer(trial: Trial, assumptions: Assumptions) -> OverviewResult:
    """The trial as a whole, with the headline of the chosen endpoint."""
    found = endpoints.tested(trial, assumptions)
    selected, seen = found.selected, trajectories.answer(trial, assumptions)
    flow_found, planned = flow.answer(trial, assumptions), _planned(trial, assumptions)
    panels = _one_for_each_rater(seen.panels)
    return OverviewResult(
        trial.spec.question,
        f"{answer_words(selected, found.arms)} {tally_sentence(selected, found.arms, trial.spec.unit.singular)}",
        trial.spec.condition,
        _citation(trial),
        trial.spec.citation.doi,
        trial.spec.design.description,
        _facts(trial),
        found.arms,
        trial.spec.unit.plural,
        tuple(f"{arm.label}: {arm.detail}" for arm in trial.arms if arm.detail),
        tuple(_person(trial, row, assumptions) for row in trial.participants),
        panels,
        seen.visits,
        seen.time_unit,
        found.highlighted,
        _scales(found),
        tuple(f"By another rater: {endpoint_reading(e)}" for e in _same(found) if e.rater != selected.rater),
        floor_words(selected),
        found.allocation_note,
        selected.estimand,
        flow.reading(flow_found),
        _stages(flow_found),
        planned,
        _seen(trial, found.endpoints),
        _minute(trial, found, panels, flow_found, planned),
        _denominators(trial, analysed_participants(selected.pairs)),
        trial.spec.design.not_in_the_text,
    )


def _same(found: EndpointsResult) -> list[PairedEndpoint]:
    """The chosen outcome on every scale and by every rater."""
    return [e for e in found.endpoints if e.outcome == found.selected.outcome and isinstance(e, PairedEndpoint)]


def _scales(found: EndpointsResult) -> tuple[Headline, ...]:
    """The chosen endpoint, then the same rater's other scales of its outcome."""
    selected, arms = found.selected, found.arms
    others = (e for e in _same(found) if e.rater == selected.rater and e.key != selected.key)
    return tuple(
        Headline(e, estimate_words(e, arms), _drivers(e, arms), printed_match(e, found.printed_p))
        for e in (selected, *others)
    )


def _drivers(endpoint: PairedEndpoint, arms: Arms) -> str:
    """Who changed, of whom it is assumed, who weighs most, and what would be left without them."""
    told = (
        means_words(endpoint, arms),
        assumed_words(endpoint, arms),
        driver(endpoint),
        leave_one_out_words(endpoint),
    )
    return " ".join(text for text in told if text)


def _one_for_each_rater(panels: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """The first panel of every outcome and rater: they come sorted by the viewer's choice."""
    first = {panel.outcome_label: panel for panel in reversed(panels)}
    return tuple(panel for panel in panels if first[panel.outcome_label] is panel)


def _seen(trial: Trial, found: tuple[EndpointResult, ...]) -> str:
    """The differences that this trial saw in the outcome that is planned for, so that an assumed one stands beside."""
    told = [
        _mean_seen(e, seen)
        for e in found
        if isinstance(e, PairedEndpoint) and (e.outcome, e.change) == (planning_outcome(trial).key, "absolute")
        if (seen := seen_differences(e))
    ]
    gone, all_of_them = len(lost_participants(trial)), len(allocated_participants(trial))
    lost = f" Lost: {gone} of {all_of_them}." if gone else ""
    return f"Mean difference seen in this trial, treated minus control: {listed(told)}.{lost}" if told else lost.strip()


def _mean_seen(endpoint: PairedEndpoint, seen: list[Fraction]) -> str:
    mean = measure(float(sum(seen) / len(seen)), short_unit(endpoint.unit))
    return f"{endpoint.label} {mean} ({seen.count(Fraction(0))} of {len(seen)} differences 0)"


def _planned(trial: Trial, assumptions: Assumptions) -> NextTrial | Missing:
    try:
        return next_trial(trial, assumptions)
    except Refusal as refusal:
        return Missing(str(refusal))


def _stages(found: FlowResult) -> tuple[FlowStep, ...]:
    """Enrolled, lost and analysed, with people and units; only what is known in numbers."""
    lost = [box for box in found.flow.boxes if box.key == "lost"]
    people_lost = len({member.participant for box in lost for member in box.members})
    units_lost = sum(box.units for box in lost if isinstance(box.units, int))
    shown = []
    for key in ("enrolled", "analysed"):
        box = found.flow.box(key)
        if isinstance(box.participants, int) and isinstance(box.units, int):
            shown.append(FlowStep(box.label, box.participants, box.units))
    return (*shown[:1], FlowStep("Lost", people_lost, units_lost), *shown[1:])


def _minute(
    trial: Trial, found: EndpointsResult, panels: tuple[Panel, ...], steps: FlowResult, planned: NextTrial | Missing
) -> tuple[str, ...]:
    """What one would say aloud: who, what happened, the answer with its numbers, and what comes next."""
    selected, arms = found.selected, found.arms
    told = (
        f"{trial.spec.design.description}.",
        " ".join(f"{step.label}: {people(step.participants)}." for step in _stages(steps)),
        *(improvement(panel, arms) for panel in panels),
        f"{selected.label}, mean difference within people: {estimate_words(selected, arms)}.",
        answer_words(selected, arms),
        *(rest(endpoint) for endpoint in found.endpoints),
        trial.spec.design.stopped_early,
        f"No plan for the next trial: {planned.reason}." if isinstance(planned, Missing) else planned.spoken,
    )
    return tuple(text for text in told if text)


def _citation(trial: Trial) -> str:
    return f"{trial.spec.citation.authors}. {trial.spec.citation.place}"


def _facts(trial: Trial) -> tuple[tuple[str, str], ...]:
    design = trial.spec.design
    facts = (
        ("Blinding", design.blinding),
        ("Allocation", design.allocation),
        ("Independence", design.independence),
        ("Early stop", design.stopped_early),
        ("Several endpoints", design.several_endpoints),
        ("Contradiction", design.contradictions),
        ("Generalises to", design.generalises_to),
    )
    return tuple((label, text) for label, text in facts if text)


def _person(trial: Trial, row: Participant, assumptions: Assumptions) -> Person:
    units = [unit for unit in trial.units if unit.participant == row.participant]
    last = next((visit for unit in units if (visit := loss(trial, unit.unit))), None)
    return Person(
        row.participant,
        tuple((a.label, _attribute(row, a)) for a in trial.spec.attributes if row.attribute(a.key)),
        tuple(_unit(trial, unit.unit) for unit in units),
        f"lost after {trial.visits[last].label}" if last else "",
        row.participant == assumptions.highlight,
    )


def _attribute(row: Participant, attribute: Attribute) -> str:
    text = row.attribute(attribute.key) or ""
    return f"{text} {attribute.unit}".strip()


def _unit(trial: Trial, unit: str) -> Unit:
    row = trial.units_by_key[unit]
    rated = ((outcome, rater) for outcome in trial.spec.outcomes for rater in outcome.raters)
    return Unit(unit, row.arm, row.site, tuple(_reading(trial, unit, outcome, rater) for outcome, rater in rated))


def _reading(trial: Trial, unit: str, outcome: Outcome, rater: str) -> Reading:
    def at(visit: Visit, scale: Scale = "value") -> Real:
        return real(observed(trial, unit, visit.key, outcome.key, rater, scale).value)

    by = f" by {trial.raters[rater].label.lower()}" if len(outcome.raters) > 1 else ""
    ends = (observed(trial, unit, visit.key, outcome.key, rater) for visit in (trial.baseline, trial.final))
    return Reading(
        outcome.key,
        f"{outcome.label}{by}",
        outcome.unit,
        at(trial.baseline),
        at(trial.final),
        at(trial.final, "percent_change"),
        any(end.provenance == "reconstructed" for end in ends),
    )


def _denominators(trial: Trial, analysed: tuple[str, ...]) -> tuple[TwoDenominators, ...]:
    everybody = allocated_participants(trial)
    rows = [row for row in trial.reported if row.attribute]
    pairs = [(comparison(trial, row, everybody), comparison(trial, row, analysed)) for row in rows]
    return tuple(TwoDenominators(a, b) for a, b in pairs if a and b)


def reading(result: OverviewResult) -> str:
    """The page in about a minute of speech."""
    return " ".join(result.minute)
