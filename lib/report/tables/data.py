"""Data's tables: the paper's own from the data, where each value stands, the baseline, and every file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lib.analysis.verdict import VERDICTS
from lib.questions.baseline import BaselineTable, Summary, summary_words
from lib.questions.data import EMPTY, DataFile, DataResult, FileRow
from lib.questions.rebuilt import Cell, Heads, RebuiltTable
from lib.report.tables.table import FILE, Table, of_cells
from lib.trial.model import Row, Trial
from lib.values import Missing


def tables(result: DataResult, _trial: Trial) -> tuple[Table, ...]:
    """How values came about, the paper's tables, the baseline, then what the folder holds, file by file."""
    return (
        Table("provenance", "How values came about", provenance(result)),
        Table("gaps", "Values of single units that are not published", gaps(result)),
        *(table for found in result.tables for table in _rebuilt(found)),
        *(Table(found.key, found.title, of_cells(*baseline(found))) for found in (result.participants, result.units)),
        Table("dictionary", "What the columns of every file mean", dictionary(result.files)),
        *(Table(f"{FILE}{_stem(file)}", f"{file.name}: a row is {file.a_row_is}", rows(file)) for file in result.files),
    )


def _stem(file: DataFile) -> str:
    return file.name.removesuffix(".csv")


def provenance(result: DataResult) -> pd.DataFrame:
    """How many rows came about in which way."""
    return pd.DataFrame(
        [{"Provenance": count.provenance, "Means": count.meaning, "Rows": str(count.rows)} for count in result.counts]
    )


def gaps(result: DataResult) -> pd.DataFrame:
    """How many values of single units are missing, by reason, and how many there are."""
    found = result.completeness
    told = [("published", found.published), *((gap.reason, gap.values) for gap in found.gaps)]
    return pd.DataFrame([{"Values": reason, "How many": str(count)} for reason, count in told])


# ---- the paper's tables


def rebuilt_title(found: RebuiltTable) -> str:
    """`Table I. Who took part`."""
    return f"{found.label}. {found.title}"


def _rebuilt(found: RebuiltTable) -> tuple[Table, ...]:
    return (
        Table(found.key, rebuilt_title(found), of_cells(found.heads, found.rows)),
        Table(f"{found.key}-values", f"{found.label}: where each value stands", values(found)),
    )


def values(found: RebuiltTable) -> pd.DataFrame:
    """One row a value: how it came about, where it stands, and what the ledger says of it."""
    return pd.DataFrame(
        [
            {
                "Row": str(row[0].text),
                "Column": " · ".join(part for part in head if part),
                "Value": str(cell.text),
                "Provenance": cell.provenance,
                "Where": cell.source,
                "Verdict": verdict_words(cell),
                "Because": cell.verdict.why if cell.verdict else "",
            }
            for row in found.rows
            for head, cell in zip(found.heads, row, strict=True)
        ]
    )


def verdict_words(cell: Cell) -> str:
    """What the ledger says of a value; nothing where it was not asked."""
    if not cell.verdict:
        return ""
    return f"{'counted: ' if cell.verdict.counted else ''}{VERDICTS[cell.verdict.verdict].label.lower()}"


# ---- at baseline


def baseline(found: BaselineTable) -> tuple[Heads, list[tuple[Cell, ...]]]:
    """Headings and cells of a baseline table."""
    depth = max(map(len, found.heads))
    heads = ((found.first, *[""] * (depth - 1)), *found.heads)
    return heads, [(Cell(row.label, "printed", ""), *map(_summary, row.summaries)) for row in found.rows]


def _summary(summary: Summary) -> Cell:
    """All summaries are derived, as the note below tells once, so none of them carries a letter."""
    return Cell(summary, "missing", "") if isinstance(summary, Missing) else Cell(summary_words(summary), "printed", "")


# ---- the folder's own tables


def dictionary(files: Sequence[DataFile]) -> pd.DataFrame:
    """Every column of every file with its meaning."""
    return pd.DataFrame(
        [
            {"File": file.name, "Column": column.name, "Means": column.meaning}
            for file in files
            for column in file.columns
        ]
    )


def rows(file: DataFile) -> pd.DataFrame:
    """The rows of a file; an empty cell stays empty, and a missing value says why."""
    return pd.DataFrame([_row(row) for row in file.rows], columns=[column.name for column in file.columns])


def _row(row: FileRow) -> list[str]:
    shared = [str(getattr(row, name)) for name in Row.model_fields]
    return [*("" if text == EMPTY else str(text) for text in row.cells), *shared]
