"""What Endpoints answers as a page: all endpoints, and all that can be said of the selected one."""

from __future__ import annotations

from dataclasses import dataclass

from lib.questions.belief import Belief
from lib.questions.effects import EffectResult
from lib.questions.endpoint_result import EndpointsResult
from lib.questions.family import Family
from lib.values import Missing


@dataclass(frozen=True)
class InferenceResult(EndpointsResult):
    """With what only the page about them needs: effect sizes, the family of primary endpoints, the Bayesian reading."""

    effects: tuple[EffectResult, ...]
    family: Family
    family_reading: str
    belief: Belief | Missing
    priors: tuple[tuple[str, Belief], ...]
    belief_reading: str
