"""HTML of a report: text escaped, tables with caption and scope, data that no script tag can leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from lib.assumptions import MINUS
from lib.errors import Refusal
from lib.questions.wording import number
from lib.report.html.style import COLUMN
from lib.trial.model import Trial, is_plain_number
from lib.values import Missing

MOST_OPEN, WIDEST_OPEN = 12, 7
"""Rows and columns up to which a table stands open; a larger one is folded."""
MOST_PRINTED = 30
"""Rows up to which a table is printed; a longer one is on screen only, and the paper says so."""
FEW = 6
"""Rows up to which a table that is too wide stands upright."""
DIGITS = 12
"""Significant digits of a number in a table: beyond these a double is rounding."""
LETTER, PADDING = 5.6, 10
"""Width of a letter and of a cell's padding in a table on paper, in pixels, both on the safe side."""
NOTHING = ("", "–", "·")
"""What stands in a column of numbers where there is none."""
LONG, LONGER = 25, 80
"""Characters from which a text gets a column that is no thread."""


def paragraph(text: str, kind: str = "") -> str:
    """One paragraph; `kind` is its class, ours and never a trial's."""
    name = f' class="{kind}"' if kind else ""
    return f"<p{name}>{escape(text)}</p>"


def bullets(texts: Iterable[str]) -> str:
    """A list of texts."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def link(address: str, text: str) -> str:
    """A link that tells the other side nothing of where it stood."""
    return f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>'


def terms(pairs: Iterable[tuple[str, str]]) -> str:
    """Terms, each with what is to be said about it; what is said is HTML already."""
    return f"<dl>{''.join(f'<dt>{escape(term)}</dt><dd>{told}</dd>' for term, told in pairs)}</dl>"


def css_text(text: str) -> str:
    """A CSS string that nothing can leave: whatever is no plain character becomes its code point."""
    return f'"{re.sub(r"[^A-Za-z0-9 ]", lambda found: f"{chr(92)}{ord(found[0]):06x} ", text)}"'


def citation(trial: Trial) -> str:
    """Who published the trial where, with a link that no browser follows by itself."""
    cited = trial.spec.citation
    doi = f" doi:{link(f'https://doi.org/{cited.doi}', cited.doi)}" if cited.doi else ""
    return f"{escape(f'{cited.authors}. {cited.title}. {cited.place}.')}{doi}"


def refused(refusal: Refusal) -> str:
    """Why there is no answer."""
    return f'<p class="refused"><b>No answer under these assumptions.</b> {escape(str(refusal))}</p>'


def data_block(name: str, json: str) -> str:
    """JSON that a script finds by its id and that is never run."""
    safe = json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<script type="application/json" id="{name}">{safe}</script>'


def listed_table(caption: str, frame: pd.DataFrame) -> str:
    """A table under its own caption, folded where it is long or wide."""
    shown = _upright(frame)
    if len(shown) <= MOST_OPEN and len(shown.columns) <= WIDEST_OPEN and _fits_paper(shown):
        return table(caption, shown)
    return _folded(f"{caption} ({len(frame)} rows)", caption, shown)


def folded_table(label: str, caption: str, frame: pd.DataFrame) -> str:
    """A table below a label that says for the eye what its caption says."""
    return _folded(label, caption, _upright(frame))


def _folded(label: str, caption: str, frame: pd.DataFrame) -> str:
    """Opened for printing where paper is good for it; elsewhere the paper tells that there is more."""
    fold = f"<summary>{escape(label)}</summary>{table(caption, frame, quiet=True)}</details>"
    if _fits_paper(frame):
        return f'<details class="fold">{fold}'
    rows, columns = frame.shape
    told = f"{caption}: {rows} rows of {columns} columns, left out on paper; they unfold in the file itself."
    return f'<details class="fold kept-in">{fold}{paragraph(told, "on-paper")}'


def _upright(frame: pd.DataFrame) -> pd.DataFrame:
    """A wide table of few rows stands upright: its columns become rows, which a page has room for."""
    rows, columns = frame.shape
    if columns <= WIDEST_OPEN or rows > FEW or not frame.iloc[:, 0].is_unique:
        return frame
    named = frame.set_index(frame.columns[0]).T
    return named.rename_axis(columns=None).reset_index(names=str(frame.columns[0]))


def table(caption: str, frame: pd.DataFrame, quiet: bool = False) -> str:
    """A table whose first column names the rows, in a frame that scrolls by itself; a quiet caption is only heard."""
    name, unseen = escape(caption), ' class="unseen"' if quiet else ""
    if frame.empty:
        return f'<p class="nothing">{name}: nothing to list.</p>'
    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False)]
    heads = [str(column) for column in frame.columns]
    numeric = frozenset(place for place in range(1, len(heads)) if all(_is_number(row[place]) for row in rows))
    body = "".join(f"<tr>{_row(row, numeric)}</tr>" for row in rows)
    return (
        f'<div class="wide{" short" if len(rows) <= MOST_OPEN else ""}" tabindex="0" role="group" aria-label="{name}">'
        f"<table><caption{unseen}>{name}</caption>"
        f"<thead><tr>{_heads(heads, numeric)}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _fits_paper(frame: pd.DataFrame) -> bool:
    """Whether it is short enough for paper, and narrow enough with no word broken."""
    columns = ([str(frame.columns[place]), *map(cell, frame.iloc[:, place])] for place in range(frame.shape[1]))
    longest = (max(len(word) for text in column for word in ["", *text.split()]) for column in columns)
    return len(frame) <= MOST_PRINTED and sum(LETTER * length + PADDING for length in longest) <= COLUMN


def cell(value: object) -> str:
    """A value as text: numbers at their precision, what is missing with its reason."""
    if isinstance(value, float) and pd.isna(value):
        return "–"
    if isinstance(value, float):
        return number(value, DIGITS)
    return f"missing: {value.reason}" if isinstance(value, Missing) else str(value)


def _heads(heads: Sequence[str], numeric: frozenset[int]) -> str:
    kinds = (' class="number"' if place in numeric else "" for place in range(len(heads)))
    return "".join(f'<th scope="col"{kind}>{escape(head)}</th>' for kind, head in zip(kinds, heads, strict=True))


def _row(cells: Sequence[str], numeric: frozenset[int]) -> str:
    first, rest = cells[0], enumerate(cells[1:], 1)
    told = "".join(f"<td{_kind(text, place in numeric)}>{escape(_minus(text))}</td>" for place, text in rest)
    return f'<th scope="row"{_kind(first, False)}>{escape(first)}</th>{told}'


def _minus(text: str) -> str:
    return text.replace("-", MINUS) if is_plain_number(text) else text


def _kind(text: str, numeric: bool) -> str:
    name = "number" if numeric else "longer" if len(text) >= LONGER else "long" if len(text) >= LONG else ""
    return f' class="{name}"' if name else ""


def _is_number(text: str) -> bool:
    return text in NOTHING or is_plain_number(text.replace(MINUS, "-").replace(",", ""))
