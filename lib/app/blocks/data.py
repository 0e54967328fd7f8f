"""Data's parts: the legend, the paper's tables, the baseline, every file, and what can be taken home."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from lib.app import provenance
from lib.app.shelf import files_of
from lib.app.show import plain
from lib.questions.baseline import BaselineTable, Summary, summary_words
from lib.questions.data import EMPTY, DataFile, DataResult, FileRow
from lib.questions.rebuilt import Cell, Heads, RebuiltTable
from lib.questions.wording import plural
from lib.trial.folder import zipped
from lib.trial.model import Row, Trial, is_plain_number
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
    for found in result.tables:
        _table(trial, found, f"{found.label}. {found.title}")


def _table(trial: Trial, found: RebuiltTable, caption: str) -> None:
    st.html(provenance.table(caption, found.heads, found.rows))
    st.caption(plain(" ".join(found.notes)))
    _download(f"{found.label} (.csv)", _csv(found.heads, found.rows), f"{trial.spec.key}-{found.key}.csv")


def baseline(result: DataResult, trial: Trial) -> None:
    """Participants and units at baseline, over all enrolled and over those analysed."""
    st.header("At baseline")
    for found in (result.participants, result.units):
        heads, rows = _baseline(found)
        st.html(provenance.table(found.title, heads, rows))
        _download(f"{found.title} (.csv)", _csv(heads, rows), f"{trial.spec.key}-{found.key}.csv")
    st.caption(plain(" ".join(result.baseline_notes)))


def _baseline(found: BaselineTable) -> tuple[Heads, list[tuple[Cell, ...]]]:
    depth = max(map(len, found.heads))
    heads = ((found.first, *[""] * (depth - 1)), *found.heads)
    rows = [(Cell(row.label, "printed", ""), *map(_summary, row.summaries)) for row in found.rows]
    return heads, rows


def _summary(summary: Summary) -> Cell:
    """All summaries are derived, as the note below tells once, so none of them carries a letter."""
    return Cell(summary, "missing", "") if isinstance(summary, Missing) else Cell(summary_words(summary), "printed", "")


def _csv(heads: Heads, rows: Iterable[Sequence[Cell]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_safe(", ".join(part for part in head if part)) for head in heads)
    writer.writerows([_safe(str(cell.text)) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """A spreadsheet would run what begins like this as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_plain_number(text) else text


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
    if found is not None:
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
