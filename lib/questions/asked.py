"""A question that was asked, and its answer, which is kept: the same question of the same data has the same one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lib.assumptions import Assumptions
from lib.questions.registry import QUESTIONS
from lib.trial.model import Trial


@dataclass(frozen=True)
class Asked:
    """One question of one trial under one set of assumptions."""

    path: str
    trial: Trial = field(repr=False)
    assumptions: Assumptions


@lru_cache(maxsize=256)
def answered(question: Asked) -> Any:
    """The frozen answer. A Refusal is raised anew each time."""
    return QUESTIONS[question.path].answered(question.trial, question.assumptions)
