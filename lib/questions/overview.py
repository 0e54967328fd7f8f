"""The trial on one page: its question, everybody in it, and the headline estimate in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from lib.assumptions import Assumptions
from lib.questions import endpoints, flow
from lib.questions.endpoint_reading import driver, endpoint_reading
from lib.questions.endpoint_result import EndpointResult, PairedEndpoint
from lib.questions.pairs import analysed_participants, rater_of
from lib.questions.printed import Comparison, comparison
from lib.trial.model import Attribute, Participant, Scale, Trial, Visit
from lib.trial.observed import allocated_participants, loss, observed
from lib.values import Real, real


@dataclass(frozen=True)
class Reading:
    """One value of one unit at baseline and at the final visit."""

    outcome: str
    unit: str
    baseline: Real
    final: Real
    change_percent: Real


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
class OverviewResult:
    """What the first page shows: `headline` is the viewer's endpoint, `scales` the others of its outcome."""

    question: str
    citation: str
    doi: str
    design: str
    facts: tuple[tuple[str, str], ...]
    arms: tuple[tuple[str, str], ...]
    doses: tuple[str, ...]
    people: tuple[Person, ...]
    selected: PairedEndpoint
    highlighted: str | None
    headline: str
    driver: str
    scales: tuple[str, ...]
    flow: str
    participants: tuple[TwoDenominators, ...]
    not_in_the_text: tuple[str, ...]


def answer(trial: Trial, assumptions: Assumptions) -> OverviewResult:
    """The trial as a whole, with the headline of the chosen endpoint."""
    found = endpoints.answer(trial, assumptions)
    same = [e for e in found.endpoints if e.outcome == found.selected.outcome and e.key != found.selected.key]
    analysed = analysed_participants(found.selected.pairs)
    return OverviewResult(
        trial.spec.question,
        _citation(trial),
        trial.spec.citation.doi,
        trial.spec.design.description,
        _facts(trial),
        found.arms,
        tuple(f"{arm.label}: {arm.detail}" for arm in trial.arms if arm.detail),
        tuple(_person(trial, row, assumptions) for row in trial.participants),
        found.selected,
        found.highlighted,
        endpoints.reading(found),
        driver(found.selected),
        tuple(_sibling(e, found.selected) for e in same),
        flow.reading(flow.answer(trial, assumptions)),
        _denominators(trial, analysed),
        trial.spec.design.not_in_the_text,
    )


def _sibling(endpoint: EndpointResult, selected: PairedEndpoint) -> str:
    other = isinstance(endpoint, PairedEndpoint) and endpoint.rater != selected.rater
    return f"{'By another rater' if other else 'On another scale'}: {endpoint_reading(endpoint)}"


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
        tuple(_unit(trial, unit.unit, assumptions) for unit in units),
        f"lost after {trial.visits[last].label}" if last else "",
        row.participant == assumptions.highlight,
    )


def _attribute(row: Participant, attribute: Attribute) -> str:
    text = row.attribute(attribute.key) or ""
    return f"{text} {attribute.unit}".strip()


def _unit(trial: Trial, unit: str, assumptions: Assumptions) -> Unit:
    row = trial.units_by_key[unit]
    outcomes = [o.key for o in trial.spec.outcomes if o.individual]
    return Unit(unit, row.arm, row.site, tuple(_reading(trial, unit, key, assumptions) for key in outcomes))


def _reading(trial: Trial, unit: str, outcome: str, assumptions: Assumptions) -> Reading:
    rater = rater_of(trial, outcome, assumptions) or ""

    def at(visit: Visit, scale: Scale = "value") -> Real:
        return real(observed(trial, unit, visit.key, outcome, rater, scale).value)

    measured_in = trial.outcomes[outcome].unit
    return Reading(outcome, measured_in, at(trial.baseline), at(trial.final), at(trial.final, "percent_change"))


def _denominators(trial: Trial, analysed: tuple[str, ...]) -> tuple[TwoDenominators, ...]:
    everybody = allocated_participants(trial)
    rows = [row for row in trial.reported if row.attribute]
    pairs = [(comparison(trial, row, everybody), comparison(trial, row, analysed)) for row in rows]
    return tuple(TwoDenominators(a, b) for a, b in pairs if a and b)


def reading(result: OverviewResult) -> str:
    """The headline."""
    return result.headline
