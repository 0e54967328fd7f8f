"""A table as page and report show it: a caption, and texts in rows under headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.printed import Comparison
from lib.questions.rebuilt import Cell, Heads
from lib.questions.wording import number
from lib.values import Missing

T = TypeVar("T")

FIGURE, FILE = "figure-", "file-"
"""How the key of a table begins that lists what a figure draws, or that is a file of the trial folder."""


@dataclass(frozen=True, eq=False)
class Table:
    """One table, equal only to itself.

    Attributes
    ----------
    key : str
        Its name among the tables of a page: letters, digits and hyphens.
    caption : str
        What it shows.
    frame : DataFrame
        Texts as on the page; the first column names the rows. Shared by all viewers: nobody may change it.
    """

    key: str
    caption: str
    frame: pd.DataFrame


WHY = "Why there is none"
"""The only heading of a table that can't be made."""


def reasoned(key: str, caption: str, value: T | Missing, frame: Callable[[T], pd.DataFrame]) -> Table:
    """The table of a value, or under the same caption why there is none."""
    return none(key, caption, value) if isinstance(value, Missing) else Table(key, caption, frame(value))


def none(key: str, caption: str, missing: Missing) -> Table:
    """What stands for a table that can't be made."""
    return Table(key, caption, pd.DataFrame([{WHY: missing.reason}]))


def pairs(first: str, second: str, told: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Names with what is to be said about each."""
    return pd.DataFrame([{first: name, second: text} for name, text in told])


def estimand(endpoint: PairedEndpoint) -> Table:
    """What exactly is estimated."""
    return Table("estimand", "What exactly is estimated", pairs("Attribute", "Here", endpoint.estimand.attributes()))


def recomputed(comparison: Comparison) -> str:
    """A recomputed number, and whether it rounds to the printed one."""
    if isinstance(comparison.recomputed, Missing):
        return comparison.recomputed.reason
    return f"{number(comparison.recomputed)} {'✓' if comparison.agrees else '≠'}"


def head_words(head: Iterable[str]) -> str:
    """The headings of a column in one line, the outermost first."""
    return ", ".join(part for part in head if part)


def of_cells(heads: Heads, rows: Iterable[Sequence[Cell]]) -> pd.DataFrame:
    """Cells with headings over each other as one line of headings and texts."""
    return pd.DataFrame(
        [[str(cell.text) for cell in row] for row in rows], columns=[head_words(head) for head in heads]
    )
