"""Methods, results and references for a protocol or manuscript, every number from the answers: to paste."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lib.assumptions import Assumptions
from lib.questions.manuscript.material import material, numbered
from lib.questions.manuscript.methods import method_paragraphs
from lib.questions.manuscript.results import result_paragraphs
from lib.trial.model import Trial


@dataclass(frozen=True)
class Manuscript:
    """Paragraphs, each behind a run-in heading; a number in square brackets is a place in `references`, from 1."""

    methods: tuple[str, ...]
    results: tuple[str, ...]
    references: tuple[str, ...]


@lru_cache(maxsize=64)
def manuscript(trial: Trial, assumptions: Assumptions) -> Manuscript:
    """Both parts with one list of references, numbered in the order in which they are first cited."""
    found = material(trial, assumptions)
    methods_told, results_told = method_paragraphs(found), result_paragraphs(found)
    told, references_told = numbered((*methods_told, *results_told))
    return Manuscript(told[: len(methods_told)], told[len(methods_told) :], references_told)


def methods(trial: Trial, assumptions: Assumptions) -> tuple[str, ...]:
    """The Methods under these assumptions, one paragraph an item."""
    return manuscript(trial, assumptions).methods


def results(trial: Trial, assumptions: Assumptions) -> tuple[str, ...]:
    """The Results under these assumptions, one paragraph an item."""
    return manuscript(trial, assumptions).results


def references(trial: Trial, assumptions: Assumptions) -> tuple[str, ...]:
    """What the text cites, in order: the first is [1]."""
    return manuscript(trial, assumptions).references
