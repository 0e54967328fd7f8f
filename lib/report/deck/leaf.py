"""One slide of the story made ready: its text placed, its figure drawn, or what stands for a figure that can't be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib import __version__
from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.registry import QUESTIONS
from lib.questions.slide import Slide, SlideFact
from lib.report.deck.frame import Paper
from lib.report.deck.page import Page, pages
from lib.report.deck.picture import Draw, Drawing, drawing, rows_of, state_of
from lib.report.deck.place import Text
from lib.report.deck.table import Cells, grid
from lib.report.deck.text import plain
from lib.trial.model import Trial

MAKER = f"Pilotlight {__version__}"
"""How a stamp begins; each slide has one in its foot and one in its notes, so that no line has to be one."""


@dataclass(frozen=True)
class Leaf:
    """A slide of the story, its number in it, and the slides of the deck that it takes.

    `assumptions` are the slide's own. Where a page has a box for a picture, `png` or the table `rows` stands in it, and
    `told` says what it shows. `elsewhere` is the line that says where a missing figure is, `why` the reason.
    """

    slide: Slide
    number: int
    assumptions: Assumptions
    pages: tuple[Page, ...] = ()
    png: bytes = b""
    rows: Cells = ()
    told: str = ""
    elsewhere: str = ""
    why: str = ""


def leaf(slide: Slide, number: int, trial: Trial, assumptions: Assumptions, sheet: Paper, draw: Draw) -> Leaf:
    """The slide with its figure drawn, or with what stands for it.

    Raises
    ------
    Stopped
        Where nobody waits for the drawing any more.
    """
    bare = Leaf(slide, number, state_of(slide.picture, trial, assumptions))
    if slide.picture is None:
        return replace(bare, pages=pages(plain(slide.title), _text(slide), None, sheet))
    found: Drawing | None = None
    try:
        found = drawing(slide.picture, trial, bare.assumptions)
        return _drawn(bare, found, sheet, draw)
    except Refusal as refusal:
        return _undrawn(replace(bare, why=plain(str(refusal))), found, sheet)


def _drawn(bare: Leaf, found: Drawing, sheet: Paper, draw: Draw) -> Leaf:
    laid = pages(plain(bare.slide.title), _text(bare.slide), found.fit, sheet)
    laid = tuple(replace(page, picture=found.place(page.picture)) if page.picture else page for page in laid)
    box = next(page.picture for page in laid if page.picture)
    return replace(bare, pages=laid, png=found.png(box, draw), told=found.told)


def _undrawn(bare: Leaf, found: Drawing | None, sheet: Paper) -> Leaf:
    """With the figure's table where that has room, else with a line that says where the figure is."""
    title, text, rows = plain(bare.slide.title), _text(bare.slide), rows_of(found.part) if found else ()
    if found and rows:
        laid = pages(title, text, lambda box: float(grid(rows, box) is not None), sheet)
        if any(page.picture and grid(rows, page.picture) for page in laid):
            return replace(bare, pages=laid, rows=rows, told=found.told)
    line = _elsewhere(bare, found)
    laid = pages(title, replace(text, lines=(*text.lines, line)), None, sheet)
    return replace(bare, pages=laid, elsewhere=line)


def _elsewhere(bare: Leaf, found: Drawing | None) -> str:
    if found is None or bare.slide.picture is None:
        return f"No figure: {bare.why}"
    return plain(f"Figure on the page {QUESTIONS[bare.slide.picture.page].title}: {found.part.title}")


def _text(slide: Slide) -> Text:
    facts = (SlideFact(plain(fact.label), plain(fact.value), plain(fact.note)) for fact in slide.facts)
    rows = tuple(tuple(map(plain, row)) for row in slide.table)
    lines = (line for line in map(plain, slide.lines) if line and not line.startswith(MAKER))
    return Text(tuple(facts), tuple(lines), rows)
