"""The pages: one question each, answered by one function of the trial and the assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.assumptions import SLIDE, Assumptions
from lib.questions import data, endpoints, evidence, flow, overview, robustness, sample_size, story, trajectories
from lib.questions.area_set import assumed
from lib.questions.slide import PRESENT
from lib.trial.model import Trial


@dataclass(frozen=True)
class Question:
    """One page.

    `controls` are the link keys that change what it shows, `lead` those of them that the page is about, `elsewhere`
    those that are set on the page that this one points to; `figures` are names in the figure registry. A `bare` page
    has the whole window: nothing of the frame is around it.
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
    bare: bool = False

    def answered(self, trial: Trial, assumptions: Assumptions) -> Any:
        """The answer, of the trial with what the viewer assumes of withheld values where this page is about it."""
        return self.answer(assumed(trial, assumptions) if "areas" in self.controls else trial, assumptions)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The controls that stand on this page."""
        return tuple(key for key in self.controls if key not in self.elsewhere)


ZEROS = ("zero", "zero-add")
MEASURED = ("outcome", "rater", "change", "rounding", "threshold", "points", *ZEROS)
GRID = ("grid-step", "grid-max", "grid-shape", "grid-round", "grid-zero", "grid-range", "grid-p")
FILLED = ("areas", *GRID)
"""What stands for values that the paper withholds, and how they are found."""
SUMMARIES = (
    "table-n",
    "table-low",
    "table-high",
    "mean-treated",
    "sd-treated",
    "mean-control",
    "sd-control",
    "mean-difference",
    "sd-difference",
    "table-p",
    "table-test",
)
LOST = ("loss", "lost-treated", "lost-control", "lost-base")
INCLUDED = ("who", "show", *LOST)
TESTED = ("test", "sides", "alpha")
SEVERAL = ("adjust", "family")
BELIEVED = ("prior", "prior-mean", "prior-pairs", "prior-sd", "delta")
NEEDED = (
    "design",
    "effect-from",
    "effect",
    "sd-from",
    "sd",
    "rho",
    "improve-treated",
    "improve-control",
    "respond-treated",
    "respond-control",
    "units",
    "icc",
    "doses",
    "rho-baseline",
    "looks",
    "interim",
    "growth",
    "n",
    "power",
    "plan-alpha",
    "plan-sides",
    "dropout",
    "carry",
    "sd-level",
    "seed",
    "mc-width",
)
"""What n rests on, so that pages which only point to the next trial change with it."""
PLANNED = (*NEEDED, "curve", "retain-red", "retain-green", "half-width", "assured", "price", "price-visit", "keep")
TOLD = (*MEASURED, *FILLED, "who", *LOST, *TESTED, *NEEDED, SLIDE)
"""What the slides rest on; each of them draws the controls that it is about."""

QUESTIONS: dict[str, Question] = {
    question.path: question
    for question in (
        Question(
            "overview",
            "Overview",
            "What was asked, who took part, what came out?",
            (*MEASURED, *FILLED, *INCLUDED, *TESTED, *NEEDED),
            ("outcome", "change"),
            overview.answer,
            overview.reading,
            ("cases",),
            elsewhere=(*NEEDED, *GRID),
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
            ("outcome", "rater", "change", "rounding", *FILLED, "who", "show"),
            ("show", "outcome"),
            trajectories.answer,
            trajectories.reading,
            ("trajectories",),
            elsewhere=GRID,
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
            (*PLANNED, "prior", "prior-mean", "prior-pairs", "prior-sd"),
            (
                "design",
                "effect",
                "improve-treated",
                "improve-control",
                "respond-treated",
                "respond-control",
                "n",
                "curve",
            ),
            sample_size.answer,
            sample_size.reading,
            ("power", "categories"),
        ),
        Question(
            "evidence",
            "Evidence",
            "Which of the paper's statements do the published data bear out, and what could lie behind the others?",
            ("verdict", "part", "printed-p", *GRID, *SUMMARIES, "who", "rounding", "threshold", "points", *ZEROS),
            ("verdict", "part", "printed-p"),
            evidence.answer,
            evidence.reading,
            ("verdicts", "areas", "pair-tables"),
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
        Question(
            PRESENT,
            "Present",
            "What was asked, done and found, and what comes next, slide by slide?",
            TOLD,
            (),
            story.answer,
            story.reading,
            (),
            elsewhere=TOLD,
            bare=True,
        ),
    )
}
