"""The trial as slides, made from live answers: which there are, and which of them is shown.

To add a kind of slide: a function that makes it, an entry in SLIDES, and its name in `SlideKind` of lib.trial.model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.slide import Slide
from lib.questions.story_findings import NEXT_CONTROLS, RESULT_CONTROLS, following, limits, movable, result
from lib.questions.story_parts import with_state
from lib.questions.story_people import design, participant, question
from lib.questions.wording import inside
from lib.trial.model import SlideEntry, Trial
from lib.trial.slides import told

Builder = Callable[[Trial, Assumptions, SlideEntry], tuple[Slide, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of slide: who makes it, what it is about, which controls stand on it, and the page that tells more."""

    make: Builder
    about: str
    controls: tuple[str, ...]
    page: str


SLIDES: dict[str, Kind] = {
    "question": Kind(question, "The question", (), "overview"),
    "design": Kind(design, "Design and flow", (), "flow"),
    "participant": Kind(participant, "A participant", (), "trajectories"),
    "result": Kind(result, "The result", RESULT_CONTROLS, "endpoints"),
    "limits": Kind(limits, "What this trial can't show", (), "evidence"),
    "next": Kind(following, "The next trial", NEXT_CONTROLS, "sample-size"),
}


@dataclass(frozen=True)
class StoryResult:
    """Every slide, and the place of the one that is shown, from 0."""

    slides: tuple[Slide, ...]
    at: int

    @property
    def current(self) -> Slide:
        """The slide that is shown."""
        return self.slides[self.at]


def answer(trial: Trial, assumptions: Assumptions) -> StoryResult:
    """The trial's slides under these assumptions; where a question refuses, its slide says why."""
    return StoryResult(_slides(trial, with_state(assumptions, {}, trial)), assumptions.slide - 1)


def reading(result: StoryResult) -> str:
    """What the shown slide says in its title."""
    return result.current.title


@lru_cache(maxsize=64)
def _slides(trial: Trial, assumptions: Assumptions) -> tuple[Slide, ...]:
    made = (slide for entry in told(trial) for slide in _made(trial, assumptions, entry))
    return tuple(_each_once(made))


def _made(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    try:
        slides = SLIDES[entry.kind].make(trial, assumptions, entry)
    except Refusal as refusal:
        slides = (_refused(entry, refusal),)
    return tuple(_own_words(slide, entry) for slide in slides)


def _refused(entry: SlideEntry, refusal: Refusal) -> Slide:
    kind = SLIDES[entry.kind]
    return Slide(
        entry.kind,
        entry.kind,
        f"{kind.about}: no answer under these assumptions",
        (f"{str(refusal)[:1].upper()}{str(refusal)[1:].rstrip('.')}.",),
        (),
        None,
        (f"No answer: {inside(str(refusal))}.",),
        movable(kind.controls, entry),
        kind.page,
    )


def _own_words(slide: Slide, entry: SlideEntry) -> Slide:
    """With the title, the note and the state that the trial's own file gives."""
    notes = (entry.note, *slide.notes) if entry.note else slide.notes
    return replace(slide, title=entry.title or slide.title, notes=notes, state=tuple(entry.state.items()))


def _each_once(slides: Iterator[Slide]) -> Iterator[Slide]:
    """Slides whose keys differ: a kind that comes twice is numbered."""
    seen: dict[str, int] = {}
    for slide in slides:
        count = seen[slide.key] = seen.get(slide.key, 0) + 1
        yield slide if count == 1 else replace(slide, key=f"{slide.key}-{count}")
