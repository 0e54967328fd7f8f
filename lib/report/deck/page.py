"""What stands where on the slides of a deck: title, facts, lines, table and picture in boxes that they are sure to fit.

Text shrinks down to the smallest size allowed; what still has no room goes on to another slide, which is called
"continued". Nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lib.report.deck.frame import GUTTER, Box, Heading, Paper, body, heading
from lib.report.deck.place import Card, Lines, Placed, Text, below, placed
from lib.report.deck.table import Grid
from lib.report.deck.text import ETC


@dataclass(frozen=True)
class Page:
    """One slide of the deck as it is written; `picture` is the box of what the slide shows."""

    title: Heading
    cards: tuple[Card, ...] = ()
    lines: Lines | None = None
    grid: Grid | None = None
    picture: Box | None = None

    @property
    def bottom(self) -> float:
        """How far down the text reaches."""
        ends = [card.box.bottom for card in self.cards]
        ends += [self.lines.written.bottom] if self.lines else []
        return max([*ends, self.grid.box.bottom] if self.grid else ends, default=self.title.box.bottom)


Fit = Callable[[Box], float]
"""How well what a slide shows is read in a box: points for each of its pixels, 0 where it has no room."""

LARGE, BESIDE = 26, 22
"""The largest text of lines alone on a slide, and beside a picture."""

ENOUGH = 1.25
"""Points for each pixel at which a picture is read well: its 13-pixel labels are then 16 points high."""

COMFORT, GAIN = 1.0, 1.25
"""A picture that is read worse beside its text has a slide of its own, where it is read so much better there."""

UPPER = 0.6
"""How much of a slide text above a picture may take."""


def pages(title: str, text: Text, fit: Fit | None, sheet: Paper) -> tuple[Page, ...]:
    """The slides that hold this title, this text and, where `fit` is given, what the slide shows.

    Parameters
    ----------
    title : str
        At any length; what has no room on top becomes the first line.
    text : Text
        Facts, lines and a table.
    fit : callable or None
        How well the picture is read in a box.
    sheet : Paper
        The slide's size.

    Returns
    -------
    tuple of Page
        One where everything has room; the picture stands on the first, else on one of its own after the text.
    """
    top, over = heading(title, sheet)
    text = replace(text, lines=(over, *text.lines)) if over else text
    if fit is None:
        return tuple(_text_pages(title, text, sheet))
    score, found = _together(top, text, fit, sheet)
    alone = _picture_page(title, sheet)
    if found and (not text or score >= COMFORT or GAIN * score >= _score(alone, fit)):
        return (found,)
    return (*_text_pages(title, text, sheet), alone)


def continued(title: str, sheet: Paper) -> Heading:
    """The title of a further slide, as far as it has room."""
    mark = " (continued)"
    top, over = heading(title + mark, sheet)
    if not over:
        return top
    words = top.text.removesuffix(ETC).split()
    while words and heading(" ".join(words) + ETC + mark, sheet)[1]:
        words.pop()
    return heading(" ".join(words) + ETC + mark, sheet)[0]


def _picture_page(title: str, sheet: Paper) -> Page:
    top = continued(title, sheet)
    return Page(top, picture=body(top, sheet))


def _text_pages(title: str, text: Text, sheet: Paper) -> Iterator[Page]:
    top, first = heading(title, sheet)[0], True
    while text or first:
        found = placed(text, body(top, sheet), sheet.across, LARGE)
        if found.rest == text and text:
            text = _as_lines(text)
            continue
        yield _page(top, found)
        text, first, top = found.rest, False, continued(title, sheet)


def _page(top: Heading, found: Placed, picture: Box | None = None) -> Page:
    return Page(top, found.cards, found.lines, found.grid, picture)


def _as_lines(text: Text) -> Text:
    """With the fact, or the table, that has no room even on a slide of its own told in lines, which can be broken."""
    if text.facts:
        fact, *others = text.facts
        return Text(tuple(others), (f"{fact.label}: {fact.value}. {fact.note}", *text.lines), text.rows)
    return Text((), (*text.lines, *(" · ".join(filter(None, row)) for row in text.rows)))


def _together(top: Heading, text: Text, fit: Fit, sheet: Paper) -> tuple[float, Page | None]:
    """Text and picture on one slide, arranged so that the picture is read best, and how well; None without room."""
    box = body(top, sheet)
    found = list(_arrangements(top, text, box, sheet)) if text else [Page(top, picture=box)]
    best = max(found, key=lambda page: _merit(page, fit), default=None)
    score = _score(best, fit) if best else 0
    return score, best if score > 0 else None


def _merit(page: Page, fit: Fit) -> tuple[float, ...]:
    """A picture that is read well enough comes first, then large text, then low text, then a wide column of it."""
    size = min((card.size for card in page.cards), default=0) + (page.lines.size if page.lines else 0)
    return min(_score(page, fit), ENOUGH), size, -page.bottom, -page.picture.width if page.picture else 0


def _score(page: Page, fit: Fit) -> float:
    return fit(page.picture) if page.picture else 0


def _arrangements(top: Heading, text: Text, box: Box, sheet: Paper) -> Iterator[Page]:
    """The picture beside the text in columns of several widths, and below it."""
    for share in sheet.shares:
        column = replace(box, width=round(share * box.width))
        found = placed(text, column, 1, BESIDE)
        if not found.rest:
            left = column.right + GUTTER
            yield _page(top, found, replace(box, left=left, width=box.right - left))
    found = placed(text, replace(box, height=UPPER * box.height), sheet.across, BESIDE)
    if not found.rest:
        yield _page(top, found, below(box, found.taken))
