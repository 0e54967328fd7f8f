"""Data's parts: the legend, the paper's tables, the baseline, every file, and what can be taken home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from lib.analysis.verdict import VERDICTS
from lib.app import provenance
from lib.app.shelf import files_of
from lib.app.show import folded, plain, table_html
from lib.questions.data import EMPTY, DataFile, DataResult, FileRow
from lib.questions.rebuilt import Cell, Heads, RebuiltTable
from lib.questions.wording import listed, plural
from lib.report.table_files import csv_of
from lib.report.tables.data import baseline as rows_of
from lib.report.tables.data import rebuilt_title, values
from lib.report.tables.table import of_cells
from lib.trial.folder import zipped
from lib.trial.model import Row, Trial
from lib.values import Missing

Files = dict[str, bytes] | None


def files(trial: Trial) -> Files:
    """The folder as it is on disk, with its download; a note where it has changed since it was opened."""
    found = files_of(trial)
    if found is None:
        st.caption("The files have changed since this trial was opened; reload the page to download them.")
    else:
        name = f"{trial.spec.key}.zip"
        _download(f"Whole folder ({name})", _zip(tuple(found.items())), name, "application/zip")
        st.caption(plain(f"The zip opens like the folder; its data have SHA-256 {trial.sha256}."))
    return found


@lru_cache(maxsize=8)
def _zip(found: tuple[tuple[str, bytes], ...]) -> bytes:
    """Kept: nothing that a viewer changes is in it."""
    return zipped(dict(found))


def _download(label: str, content: bytes, name: str, mime: str = "text/csv") -> None:
    st.download_button(
        plain(label), content, name, mime, key=f"download-{name}", on_click="ignore", icon=":material/download:"
    )


def legend(result: DataResult) -> None:
    """How each provenance looks, and what it means."""
    counted = ((count.provenance, f"{count.meaning} ({plural(count.rows, 'row', 'rows')})") for count in result.counts)
    st.html(provenance.legend(counted))


# --- tables that are made from the data -------------------------------------------------------------------------------


def rebuilt(result: DataResult, trial: Trial) -> None:
    """The paper's tables, each with its notes."""
    if result.tables:
        st.header("The paper's tables, rebuilt from the data")
        if trial.claims:
            st.caption(
                "Beside each value stands what the claims ledger says of it. For the reason point at the mark or tap "
                "it, or open the list below the table."
            )
            st.html(provenance.verdict_legend())
    for found in result.tables:
        _table(trial, found, rebuilt_title(found))


def _table(trial: Trial, found: RebuiltTable, caption: str) -> None:
    st.html(provenance.table(caption, found.heads, found.rows))
    st.caption(plain(" ".join((*found.notes, *_judged(found)))))
    if any(cell.verdict for row in found.rows for cell in row):
        st.html(folded("What the ledger says of each value", _reasons(found)))
    _download(f"{found.label} (.csv)", _csv(found.heads, found.rows), f"{trial.spec.key}-{found.key}.csv")


def _reasons(found: RebuiltTable) -> str:
    """Every value with its verdict and the reason, for whoever can't point at a mark."""
    told = values(found)
    return table_html(found.label, told.loc[told["Verdict"] != "", REASONS])


REASONS = ["Row", "Column", "Value", "Verdict", "Because"]


def _judged(found: RebuiltTable) -> tuple[str, ...]:
    """How many values of the table have each verdict."""
    marked = [cell.verdict for row in found.rows for cell in row if cell.verdict]
    counts = Counter(one.verdict for one in marked if not one.counted)
    told = [f"{counts[key]} {verdict.label.lower()}" for key, verdict in VERDICTS.items() if counts[key]]
    counted = sum(one.counted for one in marked)
    told += [f"{counted} only counted in a statement"] if counted else []
    return (f"Of {len(marked)} values: {listed(told)}.",) if told else ()


def baseline(result: DataResult, trial: Trial) -> None:
    """Participants and units at baseline, over all enrolled and over those analysed."""
    st.header("At baseline")
    for found in (result.participants, result.units):
        heads, rows = rows_of(found)
        st.html(provenance.table(found.title, heads, rows))
        _download(f"{found.title} (.csv)", _csv(heads, rows), f"{trial.spec.key}-{found.key}.csv")
    st.caption(plain(" ".join(result.baseline_notes)))


def _csv(heads: Heads, rows: Iterable[Sequence[Cell]]) -> bytes:
    return csv_of(of_cells(heads, rows))


# --- the folder's own tables ------------------------------------------------------------------------------------------


def tables(result: DataResult, trial: Trial, found: Files) -> None:
    """Every table of the folder with its dictionary, its rows and its download."""
    st.header("Every table of the folder")
    with st.container(key="files"):
        for file in result.files:
            with st.expander(plain(f"{file.name}: {plural(len(file.rows), 'row', 'rows')}")):
                _file(file, trial, found)


def _file(file: DataFile, trial: Trial, found: Files) -> None:
    st.html(_file_html(file))
    if found is not None and file.name in found:
        _download(f"{file.name} as it is", found[file.name], f"{trial.spec.key}-{file.name}")


@lru_cache(maxsize=32)
def _file_html(file: DataFile) -> str:
    """A file's rows and dictionary; kept, since no assumption changes them."""
    counted = ", ".join(f"{count.rows} {count.provenance}" for count in file.counts if count.rows)
    told = f"A row is {file.a_row_is}.{f' Of these rows: {counted}.' if counted else ''}"
    if any(EMPTY in row.cells for row in file.rows):
        told += f" “–” is an empty cell: {EMPTY.reason.removeprefix('empty: ')}."
    rows = provenance.table(file.name, tuple((c.name,) for c in file.columns), map(_file_row, file.rows))
    words = provenance.dictionary(f"Columns of {file.name}", ((c.name, c.meaning) for c in file.columns))
    return f"<p>{escape(told)}</p>{rows}<br>{words}"


def _file_row(row: FileRow) -> tuple[Cell, ...]:
    shared = {name: getattr(row, name) for name in Row.model_fields}
    return (
        *(Cell("–", "printed", "") if text == EMPTY else _file_cell(text) for text in row.cells),
        *(Cell(text, row.provenance if name == "provenance" else "printed", "") for name, text in shared.items()),
    )


def _file_cell(text: str | Missing) -> Cell:
    return Cell(text, "missing" if isinstance(text, Missing) else "printed", "")
