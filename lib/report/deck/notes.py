"""What stands under a slide: for the speaker its notes, its link and its stamp, for the audience a short stamp."""

from __future__ import annotations

from collections.abc import Iterator

from lib.assumptions import SLIDE, Assumptions, defaults, differences, stamp, write
from lib.questions.slide import PRESENT
from lib.questions.wording import plural
from lib.report.deck.leaf import MAKER, Leaf
from lib.report.deck.text import plain, text_width
from lib.report.links import address as address_of
from lib.trial.model import Trial


def slide_link(address: str, number: int, trial: Trial, assumptions: Assumptions) -> str:
    """Where this slide of the story is shown live, under the viewer's assumptions; relative without an address."""
    return address_of(address, PRESENT, {**write(assumptions, trial), SLIDE: str(number)})


def figure_link(address: str, leaf: Leaf, trial: Trial) -> str:
    """Where the figure of this slide is shown, in the state that the slide shows; "" without a figure."""
    picture = leaf.slide.picture
    return address_of(address, picture.page, write(leaf.assumptions, trial)) if picture else ""


def notes(leaf: Leaf, link: str, trial: Trial) -> Iterator[str]:
    """The paragraphs of the notes: numbers and method, the link, the stamp, and what differs from the defaults."""
    yield from (note for note in map(plain, leaf.slide.notes) if not note.startswith(MAKER))
    if leaf.why:
        yield f"The figure is not drawn here: {leaf.why}"
    yield f"This slide, live: {link}"
    yield _made_by(trial)
    found = [plain(str(difference)) for difference in differences(leaf.assumptions, trial)]
    yield "What differs from the published analysis and our defaults:" if found else "Default assumptions."
    yield from found


def foot(leaf: Leaf, trial: Trial, room: float, size: float) -> str:
    """The stamp on one line; where it has no room, it counts what differs and the notes tell it."""
    whole = plain(stamp(trial, leaf.assumptions))
    if text_width(whole, size) <= room:
        return whole
    count = len(differences(leaf.assumptions, trial))
    return (
        f"{_made_by(trial)} · {plural(count, 'assumption differs', 'assumptions differ')} from the defaults: see notes"
    )


def _made_by(trial: Trial) -> str:
    """Version and data, without assumptions."""
    return stamp(trial, defaults(trial)).rpartition(" · ")[0]
