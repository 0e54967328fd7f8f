"""The pages: one question each, answered by one function of the trial and the assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.assumptions import Assumptions
from lib.questions import endpoints, flow, overview, sample_size, trajectories
from lib.trial.model import Trial


@dataclass(frozen=True)
class Question:
    """One page.

    `controls` are the link keys that change what it shows, `lead` those of them that the page is about; `figures` are
    names in the figure registry.
    """

    path: str
    title: str
    ask: str
    controls: tuple[str, ...]
    lead: tuple[str, ...]
    answer: Callable[[Trial, Assumptions], Any]
    reading: Callable[[Any], str]
    figures: tuple[str, ...]


MEASURED = ("outcome", "rater", "change", "rounding")
INCLUDED = ("who", "show")
TESTED = ("test", "sides", "alpha")

QUESTIONS: dict[str, Question] = {
    question.path: question
    for question in (
        Question(
            "overview",
            "Overview",
            "What was asked, who took part, what came out?",
            (*MEASURED, *INCLUDED, *TESTED),
            ("outcome", "change"),
            overview.answer,
            overview.reading,
            ("pairs",),
        ),
        Question(
            "flow",
            "Flow",
            "Who and what was counted, from screening to analysis?",
            ("outcome", "rater", "change", "who"),
            ("who",),
            flow.answer,
            flow.reading,
            ("flow",),
        ),
        Question(
            "trajectories",
            "Trajectories",
            "What happened to each one, visit by visit?",
            (*MEASURED, *INCLUDED),
            ("show", "outcome"),
            trajectories.answer,
            trajectories.reading,
            ("trajectories",),
        ),
        Question(
            "endpoints",
            "Endpoints",
            "What do the differences within people say, and what could they never have said?",
            (*MEASURED, *INCLUDED, *TESTED),
            ("outcome", "rater", "change", "test"),
            endpoints.answer,
            endpoints.reading,
            ("forest", "pairs", "null"),
        ),
        Question(
            "sample-size",
            "Sample size",
            "What would the next trial need?",
            ("design", "effect", "sd", "rho", "n", "power", "plan-alpha", "plan-sides", "dropout"),
            ("design", "effect", "rho", "n"),
            sample_size.answer,
            sample_size.reading,
            ("power",),
        ),
    )
}
