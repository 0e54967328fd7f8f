"""A question that was asked, and its answer, which is kept: the same question of the same data has the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lib.assumptions import Assumptions
from lib.questions.registry import QUESTIONS
from lib.trial.model import Trial


@dataclass(frozen=True)
class Asked:
    """One question of one trial under one set of assumptions; equal where path, data and assumptions are."""

    path: str
    sha256: str
    assumptions: Assumptions
    trial: Trial = field(compare=False, repr=False)


def asked(path: str, trial: Trial, assumptions: Assumptions) -> Asked:
    return Asked(path, trial.sha256, assumptions, trial)


@lru_cache(maxsize=256)
def answered(question: Asked) -> Any:
    """The frozen answer. A Refusal is raised anew each time."""
    return QUESTIONS[question.path].answer(question.trial, question.assumptions)
