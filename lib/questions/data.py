"""Everything that was observed: the paper's tables rebuilt, the baseline, and every table of the folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.assumptions import Assumptions
from lib.questions import baseline
from lib.questions.baseline import BaselineTable
from lib.questions.rebuilt import NOT_PUBLISHED, RebuiltTable, ratings, rebuilt_tables
from lib.questions.wording import listed, plural
from lib.trial.folder import OPTIONAL, TABLES
from lib.trial.model import PROVENANCES, Attribute, Participant, ParticipantRow, Row, Trial
from lib.trial.observed import observed, why_missing
from lib.values import Missing

EMPTY = Missing("empty: not published, or does not apply")


@dataclass(frozen=True)
class ColumnMeaning:
    name: str
    meaning: str


@dataclass(frozen=True)
class FileRow:
    """One row of a file: its own cells in the order of the columns, then what every row carries."""

    cells: tuple[str | Missing, ...]
    provenance: str
    source: str


@dataclass(frozen=True)
class Count:
    """How many rows have this provenance, and what it means."""

    provenance: str
    meaning: str
    rows: int


@dataclass(frozen=True)
class DataFile:
    """One table of the folder; `columns` ends with provenance and source, which `rows` hold apart from their cells."""

    name: str
    a_row_is: str
    columns: tuple[ColumnMeaning, ...]
    rows: tuple[FileRow, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True)
class Gap:
    """How many values of single units are missing for this reason."""

    reason: str
    values: int


@dataclass(frozen=True)
class Completeness:
    """How many values every unit at every visit by every rater would give, how many are published, and why not all."""

    possible: int
    published: int
    gaps: tuple[Gap, ...]
    grid: str


@dataclass(frozen=True)
class DataResult:
    """What the folder holds, and the same as the paper's tables and as a baseline table."""

    tables: tuple[RebuiltTable, ...]
    participants: BaselineTable
    units: BaselineTable
    baseline_notes: tuple[str, ...]
    files: tuple[DataFile, ...]
    counts: tuple[Count, ...]
    completeness: Completeness


def answer(trial: Trial, assumptions: Assumptions) -> DataResult:
    """All data with their provenance; the viewer's choice of participants makes the analysed columns.

    Parameters
    ----------
    trial : Trial
        Gives every value.
    assumptions : Assumptions
        Only who is in.

    Returns
    -------
    DataResult

    """
    files = tuple(_file(trial, name, model or ParticipantRow) for name, model in TABLES.items() if _told(trial, name))
    return DataResult(
        rebuilt_tables(trial),
        baseline.participants_table(trial, assumptions),
        baseline.units_table(trial, assumptions),
        baseline.notes(trial),
        files,
        _counts(row for file in files if file.name not in OPTIONAL for row in file.rows),
        _completeness(trial),
    )


def _told(trial: Trial, name: str) -> bool:
    """Whether the folder has the table; one that may be absent counts from its first row."""
    return name not in OPTIONAL or bool(getattr(trial, name.removesuffix(".csv")))


def _file(trial: Trial, name: str, model: type[Row]) -> DataFile:
    columns = _columns(trial, model)
    own = [column.name for column in columns if column.name not in Row.model_fields]
    rows = tuple(
        FileRow(tuple(_cell(trial, row, column) for column in own), row.provenance, row.source)
        for row in getattr(trial, name.removesuffix(".csv"))
    )
    return DataFile(name, model.a_row_is, columns, rows, _counts(rows))


def _columns(trial: Trial, model: type[Row]) -> tuple[ColumnMeaning, ...]:
    attributes = trial.spec.attributes if model is ParticipantRow else ()
    own = [_column(model, name) for name in model.model_fields if name not in Row.model_fields]
    shared = [_column(Row, name) for name in Row.model_fields]
    return (*own, *(ColumnMeaning(a.key, _attribute_meaning(a)) for a in attributes), *shared)


def _column(model: type[Row], name: str) -> ColumnMeaning:
    return ColumnMeaning(name, model.model_fields[name].description or "")


def _attribute_meaning(attribute: Attribute) -> str:
    unit = f", {attribute.unit}" if attribute.unit else ""
    of = f", qualifies `{attribute.of}`" if attribute.of else ""
    return f"{attribute.label}{unit} ({attribute.kind}{of})"


def _cell(trial: Trial, row: Any, column: str) -> str | Missing:
    """The cell as in the file; an empty one says why as far as that is known."""
    if isinstance(row, Participant) and column != "participant":
        text = row.attribute(column)
    else:
        value = getattr(row, column)
        text = f"{value:f}" if isinstance(value, Decimal) else value
    return _why_empty(trial, row, column) if text is None else text


def _why_empty(trial: Trial, row: Any, column: str) -> Missing:
    if column != "value":
        return EMPTY
    return Missing(why_missing(trial, row.unit, row.visit)) if hasattr(row, "scale") else NOT_PUBLISHED


def _counts(rows: Iterable[FileRow]) -> tuple[Count, ...]:
    found = Counter(row.provenance for row in rows)
    return tuple(Count(provenance, meaning, found[provenance]) for provenance, meaning in PROVENANCES.items())


def _completeness(trial: Trial) -> Completeness:
    values = [
        observed(trial, unit.unit, visit.key, outcome.key, rater).value
        for unit in trial.units
        for visit in trial.spec.visits
        for outcome, rater in ratings(trial)
    ]
    gaps = Counter(value.reason for value in values if isinstance(value, Missing))
    unit = trial.spec.unit
    grid = (
        plural(len(trial.units), unit.singular, unit.plural),
        plural(len(trial.spec.visits), "visit", "visits"),
        plural(len(ratings(trial)), "rating at each", "ratings at each"),
    )
    told = tuple(Gap(reason, count) for reason, count in gaps.most_common())
    return Completeness(len(values), len(values) - sum(gaps.values()), told, listed(grid))


def reading(result: DataResult) -> str:
    """How much there is, where it comes from, and how much is missing."""
    total = sum(count.rows for count in result.counts)
    counts = ", ".join(f"{count.rows} {count.provenance}" for count in result.counts)
    rows, tables = plural(total, "row", "rows"), sum(file.name not in OPTIONAL for file in result.files)
    return f"The folder holds {rows} of data in {plural(tables, 'table', 'tables')}: {counts}. {_gaps(result)}"


def _gaps(result: DataResult) -> str:
    found = result.completeness
    if not found.possible:
        return "No value of a single unit was to be expected."
    missing = f"; missing: {listed([f'{gap.values} {gap.reason}' for gap in found.gaps])}" if found.gaps else ""
    return f"{found.grid.capitalize()} would give {found.possible} values; {found.published} are published{missing}."
