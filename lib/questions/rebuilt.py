"""The paper's own tables, rebuilt from the data: what is published stands in its cell, all else says why it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from lib.questions.changes import change_of, plain_measure
from lib.questions.ledger.ledger import CellVerdict, cell_verdicts, verdict_of_cell
from lib.questions.wording import participants
from lib.trial.model import Attribute, Outcome, PaperTable, Participant, Ref, Trial, Visit
from lib.trial.observed import observed, why_missing
from lib.values import Missing

Heads = tuple[tuple[str, ...], ...]
"""One entry a column: its headings from the outermost to its own, "" where the one before reaches down."""

NOT_PUBLISHED = Missing("not published")
STATED_NONE = "none"
"""How a list says that it has no item, which is not the same as an empty cell."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text or why there is none, how the value came about, and where it stands.

    `refs` are the published values that it shows, `verdict` what the claims ledger says of them.
    """

    text: str | Missing
    provenance: str
    source: str
    refs: tuple[Ref, ...] = ()
    verdict: CellVerdict | None = None


@dataclass(frozen=True)
class RebuiltTable:
    """One of the paper's tables from the data; the first cell of a row names it."""

    key: str
    label: str
    title: str
    heads: Heads
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Content:
    heads: Heads
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


def rebuilt_tables(trial: Trial) -> tuple[RebuiltTable, ...]:
    """Every table that the trial declares, in its order."""
    return tuple(_rebuilt(trial, table) for table in trial.spec.tables)


def _rebuilt(trial: Trial, table: PaperTable) -> RebuiltTable:
    content = KINDS[table.kind](trial, table)
    notes = (*content.notes, *_sources(content))
    rows = tuple(tuple(_judged(trial, cell) for cell in row) for row in content.rows)
    return RebuiltTable(table.key, table.label, table.title, content.heads, rows, notes)


def _judged(trial: Trial, cell: Cell) -> Cell:
    """The cell with what the ledger says of it; a trial without claims has no ledger to ask."""
    if not trial.claims or isinstance(cell.text, Missing):
        return cell
    return replace(cell, verdict=verdict_of_cell(cell_verdicts(trial), cell.refs))


def _sources(content: _Content) -> tuple[str, ...]:
    """Where the values stand: the source of most of them, and for which columns it is another."""
    found = [
        (cell.source, _name(heads))
        for row in content.rows
        for heads, cell in zip(content.heads, row, strict=True)
        if not isinstance(cell.text, Missing)
    ]
    sources = [source for source, _ in Counter(source for source, _ in found).most_common()]
    names = {source: dict.fromkeys(name for other, name in found if other == source) for source in sources}
    others = [f"{'; '.join(names[source])}: {source}" for source in sources[1:]]
    return tuple(f"Source: {text}." for text in sources[:1]) + tuple(f"From elsewhere: {text}." for text in others)


def _name(heads: tuple[str, ...]) -> str:
    """A column's name without what it shares with those of the other arm."""
    return ", ".join(head for head in heads[-2:] if head) or heads[0]


# --- the levels of an ordinal outcome ---------------------------------------------------------------------------------


def _levels(trial: Trial, table: PaperTable) -> _Content:
    levels = trial.outcomes[table.outcome or ""].levels
    rows = tuple(
        (
            Cell(str(level.score), "printed", table.label, (("level", table.outcome or "", str(level.score)),)),
            *(_printed(text, table.label) for text in (level.category, level.description)),
        )
        for level in levels
    )
    return _Content((("Score",), ("Category",), ("Description",)), rows)


def _printed(text: str | None, source: str, *refs: Ref) -> Cell:
    return Cell(text, "printed", source, refs) if text else Cell(NOT_PUBLISHED, "missing", source)


# --- participants -----------------------------------------------------------------------------------------------------


def _participants(trial: Trial, table: PaperTable) -> _Content:
    whole = whole_attributes(trial)
    heads = (("Participant",), *((attribute_name(attribute),) for attribute in whole))
    rows = tuple(
        (
            Cell(row.participant, row.provenance, row.source, (("participant", row.participant),)),
            *(_attribute_cell(trial, row, attribute) for attribute in whole),
        )
        for row in trial.participants
    )
    return _Content(heads, rows)


def whole_attributes(trial: Trial) -> tuple[Attribute, ...]:
    """The attributes that qualify no other one."""
    return tuple(attribute for attribute in trial.spec.attributes if attribute.of is None)


def qualifiers(trial: Trial, attribute: Attribute) -> tuple[Attribute, ...]:
    """The attributes that qualify this one."""
    return tuple(other for other in trial.spec.attributes if other.of == attribute.key)


def attribute_name(attribute: Attribute) -> str:
    return f"{attribute.label}, {attribute.unit}" if attribute.unit else attribute.label


def items(text: str | None) -> tuple[str, ...]:
    """The items of a list; none where it is empty or states that there is none."""
    parts = (part.strip() for part in (text or "").split(";"))
    return tuple(part for part in parts if part and part != STATED_NONE)


def _attribute_cell(trial: Trial, row: Participant, attribute: Attribute) -> Cell:
    if row.attribute(attribute.key) is None:
        return Cell(NOT_PUBLISHED, "missing", row.source)
    text = attribute_text(trial, row, attribute)
    keys = (attribute.key, *(other.key for other in qualifiers(trial, attribute)))
    return Cell(text, row.provenance, row.source, tuple(("attribute", row.participant, key) for key in keys))


def attribute_text(trial: Trial, row: Participant, attribute: Attribute) -> str:
    """What is told of a participant, with what qualifies it."""
    return _list_text(trial, row, attribute) if attribute.kind == "list" else _composed(trial, row, attribute)


def _composed(trial: Trial, row: Participant, attribute: Attribute) -> str:
    """The attribute with what qualifies it, in the order in which they are declared: `more than 10 year`."""
    parts = {attribute.key, *(other.key for other in qualifiers(trial, attribute))}
    texts = (row.attribute(other.key) for other in trial.spec.attributes if other.key in parts)
    return " ".join(text for text in texts if text)


def _list_text(trial: Trial, row: Participant, attribute: Attribute) -> str:
    later = {other: items(row.attribute(other.key)) for other in qualifiers(trial, attribute) if other.kind == "list"}
    when = [
        f"{other.label.lower()} {trial.visits[text].label if text in trial.visits else text}"
        for other in qualifiers(trial, attribute)
        if other.kind != "list" and (text := row.attribute(other.key))
    ]
    together = dict.fromkeys((*items(row.attribute(attribute.key)), *(i for new in later.values() for i in new)))
    marks = {item: [other.label.lower() for other, new in later.items() if item in new] for item in together}
    return ", ".join(f"{i} ({'; '.join((*marks[i], *when))})" if marks[i] else i for i in together) or STATED_NONE


# --- units ------------------------------------------------------------------------------------------------------------


def _units(trial: Trial, table: PaperTable) -> _Content:
    told = [key for key in trial.participant_ids if _responded(trial, key)]
    heads = (("Participant", "", ""), *(heads for arm in trial.arms for heads in _unit_heads(trial, arm.label)))
    rows = tuple((_participant_cell(trial, key), *_unit_cells(trial, key)) for key in told)
    silent = [f"{key} ({_silence(trial, key)})" for key in trial.participant_ids if key not in told]
    notes = (f"No row for {participants(silent)}: nothing published at {trial.final.label}.",) if silent else ()
    return _Content(heads, rows, notes)


def _participant_cell(trial: Trial, key: str) -> Cell:
    row = next(row for row in trial.participants if row.participant == key)
    source = trial.units_by_key[trial.unit_of[key, trial.treatment.key]].source
    return Cell(key, row.provenance, source, (("participant", key),))


def ratings(trial: Trial) -> tuple[tuple[Outcome, str], ...]:
    """Every outcome of single units with each of its raters."""
    return tuple((outcome, rater) for outcome in trial.spec.outcomes for rater in outcome.raters)


def rating_name(trial: Trial, outcome: Outcome, rater: str) -> str:
    by = f" by {trial.raters[rater].label.lower()}" if len(outcome.raters) > 1 else ""
    return f"{outcome.label}{by}, {outcome.unit}"


def _responded(trial: Trial, participant: str) -> bool:
    """Whether any final value or change of one of their units is published."""
    return any(
        row.value is not None
        and row.visit == trial.final.key
        and trial.units_by_key[row.unit].participant == participant
        for row in trial.measurements
    )


def _silence(trial: Trial, participant: str) -> str:
    unit = trial.unit_of.get((participant, trial.treatment.key))
    return why_missing(trial, unit, trial.final.key) if unit else f"no {trial.spec.unit.singular} allocated"


def _unit_heads(trial: Trial, arm: str) -> Iterator[tuple[str, ...]]:
    yield arm, "Site", ""
    for outcome, rater in ratings(trial):
        name = rating_name(trial, outcome, rater)
        yield from ((arm, name, visit.label) for visit in (trial.baseline, trial.final))
        if outcome.kind == "ratio":
            yield arm, name, "% change"


def _unit_cells(trial: Trial, participant: str) -> Iterator[Cell]:
    for arm in trial.arms:
        unit = trial.units_by_key[trial.unit_of[participant, arm.key]]
        yield Cell(unit.site or NOT_PUBLISHED, unit.provenance if unit.site else "missing", unit.source)
        for outcome, rater in ratings(trial):
            yield from (_value(trial, unit.unit, visit, outcome, rater) for visit in (trial.baseline, trial.final))
            if outcome.kind == "ratio":
                yield _percent(trial, unit.unit, outcome, rater)


def _value(trial: Trial, unit: str, visit: Visit, outcome: Outcome, rater: str) -> Cell:
    found = observed(trial, unit, visit.key, outcome.key, rater)
    if isinstance(found.value, Missing):
        return Cell(found.value, "missing", found.source)
    # the row's own text, because 0.40 is more precise than 0.4
    printed = trial.measured[unit, visit.key, outcome.key, rater, "value"].value
    ref = ("measurement", unit, visit.key, outcome.key, rater, "value")
    return Cell(f"{printed:f}", found.provenance, found.source, (ref,))


def _percent(trial: Trial, unit: str, outcome: Outcome, rater: str) -> Cell:
    found = change_of(trial, unit, trial.final.key, plain_measure(trial, outcome.key, rater, "percent"))
    if isinstance(found.value, Fraction):
        source = found.source or "from the values at both visits"
        ref = ("measurement", unit, trial.final.key, outcome.key, rater, "percent_change")
        return Cell(f"{float(found.value):.4g}", found.provenance, source, (ref,))
    return Cell(found.value, "missing", found.source)


KINDS: dict[str, Callable[[Trial, PaperTable], _Content]] = {
    "levels": _levels,
    "participants": _participants,
    "units": _units,
}
"""Kind of a declared table → how the data fill it."""


def all_cells(tables: Iterable[RebuiltTable]) -> tuple[Cell, ...]:
    return tuple(cell for table in tables for row in table.rows for cell in row)
