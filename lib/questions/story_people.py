"""The slides that tell the trial: what was asked, how it was done, and each participant."""

from __future__ import annotations

from lib.assumptions import Assumptions
from lib.questions import flow
from lib.questions.endpoint_reading import short_unit
from lib.questions.overview import Person, Reading
from lib.questions.pairs import Pair
from lib.questions.rebuilt import attribute_text, whole_attributes
from lib.questions.slide import Picture, Slide, SlideFact
from lib.questions.spoken import changes_words, spoken_name
from lib.questions.story_parts import Told, pair_of, told
from lib.questions.wording import amount, capital, measure, number, plural
from lib.trial.model import SlideEntry, Trial
from lib.trial.slides import shown
from lib.values import Missing, Real

MOST_PAIRS = 6
"""How many pairs can be read from the back row when they stand in one figure."""
MOST_SAID = 4
"""How many attributes of a person are said in one line."""


def question(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """What was asked, of whom, and where it is published."""
    of, citation = told(trial, assumptions, entry), trial.spec.citation
    design = trial.spec.design
    doi = f", doi {citation.doi}" if citation.doi else ""
    return (
        Slide(
            entry.kind,
            entry.kind,
            trial.spec.question,
            (
                f"{design.description.rstrip('.')}.",
                f"{citation.authors}. {citation.place}{doi}",
                of.source,
            ),
            (),
            None,
            tuple(text for text in (f"{citation.title}.", design.population) if text),
            (),
            "overview",
        ),
    )


def design(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """The arms, the allocation, and how many were left at each step."""
    of, conduct = told(trial, assumptions, entry), trial.spec.design
    stages = of.overview.stages
    counts = ", ".join(f"{stage.participants} {stage.label.lower()}" for stage in stages)
    told_of = (("Allocation", conduct.allocation), ("Blinding", conduct.blinding))
    doses = tuple(f"{arm.label}: {arm.detail}." for arm in trial.arms if arm.detail)
    flow_found = flow.answer(trial, of.assumptions)
    notes = (flow.reading(flow_found), flow_found.allocation, conduct.stopped_early, conduct.independence, of.source)
    unit = trial.spec.unit
    return (
        Slide(
            entry.kind,
            entry.kind,
            f"Both arms in each person: {counts}",
            (*doses, *(f"{label}: {text}." for label, text in told_of if text)),
            tuple(
                SlideFact(stage.label, str(stage.participants), f"{plural(stage.units, unit.singular, unit.plural)}")
                for stage in stages
            ),
            None,
            tuple(text for text in notes if text),
            (),
            "flow",
        ),
    )


def participant(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """One participant; where the entry names none, each of them."""
    keys = (entry.participant,) if entry.participant else shown(trial)
    return tuple(_person(told(trial, assumptions, entry), key) for key in keys)


def _person(of: Told, key: str) -> Slide:
    person = next(person for person in of.overview.people if person.participant == key)
    few = len(of.selected.pairs) <= MOST_PAIRS
    state = (*of.state, ("show", key))
    return Slide(
        f"{of.entry.kind}-{key}",
        of.entry.kind,
        _person_title(of, person),
        tuple(text for text in (_said(of.trial, person),) if text),
        (),
        Picture("endpoints", "pairs", "", state) if few else None,
        _person_notes(of, person),
        (),
        "trajectories",
        _table(of, person),
    )


def _person_title(of: Told, person: Person) -> str:
    name, pair = f"Participant {person.participant}", pair_of(of.selected, person.participant)
    if isinstance(pair, Missing):
        return f"{name} has no pair: {pair.reason}"
    if isinstance(pair.difference, Missing):
        why = pair.difference.reason
        return f"{name} was {person.lost}: no pair to analyse" if person.lost else f"{name} has no pair: {why}"
    outcome = spoken_name(of.trial.outcomes[of.selected.outcome].label)
    changes = changes_words(pair, of.selected, of.arms)
    out = "" if pair.analysed else f" ({pair.reason})"
    if pair.assumed:
        return f"{name}{f' was {person.lost}' if person.lost else ''}; assumed for {outcome}: {changes}{out}"
    return f"{name}, {outcome}: {changes}{out}"


def _said(trial: Trial, person: Person) -> str:
    """The first few things that tell one participant from another."""
    plain = {a.label for a in trial.spec.attributes if a.kind != "list" and a.of is None}
    return " · ".join([f"{label} {text}" for label, text in person.attributes if label in plain][:MOST_SAID])


def _person_notes(of: Told, person: Person) -> tuple[str, ...]:
    pair = pair_of(of.selected, person.participant)
    row = next(row for row in of.trial.participants if row.participant == person.participant)
    told_of = [
        f"{attribute.label}: {attribute_text(of.trial, row, attribute)} {attribute.unit or ''}".rstrip() + "."
        for attribute in whole_attributes(of.trial)
        if row.attribute(attribute.key)
    ]
    if isinstance(pair, Pair) and not isinstance(pair.difference, Missing):
        difference = measure(float(pair.difference), short_unit(of.selected.unit))
        assumed = ", assumed" if pair.assumed else ""
        changes = changes_words(pair, of.selected, of.arms)
        told_of.append(f"{of.selected.label}{assumed}: {changes}; treated minus control {difference}.")
    lost = [f"{capital(person.lost)}."] if person.lost else []
    methods = dict.fromkeys(row.source for row in of.trial.measurements if row.provenance == "reconstructed")
    return (*lost, *told_of, *(f"Reconstructed: {method}." for method in methods), of.source)


def _table(of: Told, person: Person) -> tuple[tuple[str, ...], ...]:
    """Each outcome by each rater, at baseline and at the final visit, with a column for each arm."""
    names = dict(of.arms)
    units = sorted(person.units, key=lambda unit: list(names).index(unit.arm))
    head = ("", *(names[unit.arm] for unit in units))
    sites = ("Site", *(unit.site or "not told" for unit in units))
    rows = zip(*(unit.readings for unit in units), strict=True)
    told_of = tuple((readings[0].label, *map(reading_words, readings)) for readings in rows)
    return (head, *([sites] if any(unit.site for unit in units) else []), *told_of)


def reading_words(reading: Reading) -> str:
    """`2 → 4 cm² (+100 %)`; what is missing says why, and what somebody reconstructed says so."""
    return f"{_ends_words(reading)}{', reconstructed' if reading.reconstructed else ''}"


def _ends_words(reading: Reading) -> str:
    ends, change = (reading.baseline, reading.final), _printed_change(reading.change_percent)
    reasons = [end.reason for end in ends if isinstance(end, Missing)]
    if len(reasons) == len(ends):
        return f"{change}; values {reasons[-1]}" if change else reasons[-1]
    if reasons:
        before, after = (end.reason if isinstance(end, Missing) else amount(end, reading.unit) for end in ends)
        return f"{before} → {after}{f' ({change})' if change else ''}"
    return f"{number(reading.baseline)} → {number(reading.final)} {reading.unit}{f' ({change})' if change else ''}"


def _printed_change(value: Real) -> str:
    return "" if isinstance(value, Missing) else measure(value, "%")
