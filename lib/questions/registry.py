"""The pages: one question each, answered by one function of the trial and the assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.assumptions import Assumptions
from lib.questions import data, endpoints, flow, overview, robustness, sample_size, trajectories
from lib.trial.model import Trial


@dataclass(frozen=True)
class Question:
    """One page.

    `controls` are the link keys that change what it shows, `lead` those of them that the page is about, `elsewhere`
    those that are set on the page that this one points to; `figures` are names in the figure registry.
    """

    path: str
    title: str
    ask: str
    controls: tuple[str, ...]
    lead: tuple[str, ...]
    answer: Callable[[Trial, Assumptions], Any]
    reading: Callable[[Any], str]
    figures: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def drawn(self) -> tuple[str, ...]:
        """The controls that stand on this page."""
        return tuple(key for key in self.controls if key not in self.elsewhere)


MEASURED = ("outcome", "rater", "change", "rounding", "threshold", "points", "zero", "zero-add")
LOST = ("loss", "lost-treated", "lost-control", "lost-base")
INCLUDED = ("who", "show", *LOST)
TESTED = ("test", "sides", "alpha")
SEVERAL = ("adjust", "family")
BELIEVED = ("prior", "prior-mean", "prior-pairs", "prior-sd", "delta")
PLANNED = ("design", "effect", "sd", "rho", "n", "power", "plan-alpha", "plan-sides", "dropout")

QUESTIONS: dict[str, Question] = {
    question.path: question
    for question in (
        Question(
            "overview",
            "Overview",
            "What was asked, who took part, what came out?",
            (*MEASURED, *INCLUDED, *TESTED, *PLANNED),
            ("outcome", "change"),
            overview.answer,
            overview.reading,
            ("cases",),
            elsewhere=PLANNED,
        ),
        Question(
            "flow",
            "Flow",
            "Who and what was counted, from screening to analysis?",
            ("outcome", "rater", "change", "threshold", "points", "zero", "who"),
            ("who",),
            flow.answer,
            flow.reading,
            ("flow",),
        ),
        Question(
            "trajectories",
            "Trajectories",
            "What happened to each one, visit by visit?",
            ("outcome", "rater", "change", "rounding", "who", "show"),
            ("show", "outcome"),
            trajectories.answer,
            trajectories.reading,
            ("trajectories",),
        ),
        Question(
            "endpoints",
            "Endpoints",
            "What do the differences within people say, and what could they never have said?",
            (*MEASURED, *INCLUDED, *TESTED, *SEVERAL, *BELIEVED, "n"),
            ("outcome", "rater", "change", "test"),
            endpoints.answer,
            endpoints.reading,
            ("forest", "pairs", "null", "belief"),
        ),
        Question(
            "robustness",
            "Robustness",
            "How much of the answer rests on one choice, one person, one loss or one rater?",
            (*MEASURED, "who", *LOST, *TESTED),
            ("outcome", "rater", "change", "loss"),
            robustness.answer,
            robustness.reading,
            ("specifications", "influence", "tipping"),
        ),
        Question(
            "sample-size",
            "Sample size",
            "What would the next trial need?",
            PLANNED,
            ("design", "effect", "rho", "n"),
            sample_size.answer,
            sample_size.reading,
            ("power",),
        ),
        Question(
            "data",
            "Data",
            "What was observed, where does each value come from, and what is missing?",
            ("who",),
            ("who",),
            data.answer,
            data.reading,
            (),
        ),
    )
}
