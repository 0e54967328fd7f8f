"""The tables of every page, by page: what stands on the screen, for every report. To add a page's: an entry here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered
from lib.questions.registry import QUESTIONS
from lib.report.tables import data, endpoints, evidence, flow, overview, robustness, sample_size, trajectories
from lib.report.tables.table import FIGURE, FILE, Table
from lib.trial.model import Trial

__all__ = ["FIGURE", "FILE", "TABLES", "Table", "tables_of"]

TABLES: dict[str, Callable[[Any, Trial], tuple[Table, ...]]] = {
    "overview": overview.tables,
    "flow": flow.tables,
    "trajectories": trajectories.tables,
    "endpoints": endpoints.tables,
    "robustness": robustness.tables,
    "sample-size": sample_size.tables,
    "evidence": evidence.tables,
    "data": data.tables,
}
"""Path of a question → the tables of its page, of the answer and the trial.

A page without an entry has those of its figures only.
"""


@lru_cache(maxsize=64)
def tables_of(asked: Asked) -> tuple[Table, ...]:
    """Every table of a page, then what its figures draw; those without a row are left out.

    Returns
    -------
    tuple of Table
        Keys differ within the page. Those of figures are `figure-` with the key of the part, captioned by its title;
        on Data those of the folder's own files begin with `file-`.

    Raises
    ------
    Refusal
        Where the question has no answer under these assumptions.
    """
    answer = answered(asked)
    own = TABLES[asked.path](answer, asked.trial) if asked.path in TABLES else ()
    drawn = (
        Table(f"{FIGURE}{part.key}", part.title, part.table())
        for name in QUESTIONS[asked.path].figures
        for part in FIGURES[name](answer)
    )
    return tuple(table for table in (*own, *drawn) if not table.frame.empty)
