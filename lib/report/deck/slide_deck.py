"""Slides to take away: the story as an office file with native text, sharp figures, and the link in the notes."""

from __future__ import annotations

import io

from pptx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI
from pptx.opc.serialized import PackageReader
from pptx.presentation import Presentation

from lib.assumptions import Assumptions
from lib.progress import each
from lib.questions.slide import Slide
from lib.report.deck.frame import RATIOS, Paper, paper
from lib.report.deck.leaf import Leaf, leaf
from lib.report.deck.master import FOOT_SIZE, empty_deck, foot_boxes
from lib.report.deck.notes import figure_link, foot, notes, slide_link
from lib.report.deck.page import Page
from lib.report.deck.picture import Draw
from lib.report.deck.table import grid
from lib.report.deck.text import plain
from lib.report.deck.write import add_card, add_foot, add_image, add_lines, add_notes, add_slide, add_table
from lib.report.drawing.press import press
from lib.report.links import checked
from lib.trial.folder import zipped
from lib.trial.model import Trial

__all__ = ["RATIOS", "slide_deck"]


def slide_deck(
    slides: tuple[Slide, ...],
    trial: Trial,
    assumptions: Assumptions,
    address: str = "",
    ratio: str = "16:9",
    draw: Draw | None = None,
) -> bytes:
    """The story as a .pptx file; the same story, drawn by the same browser, gives the same bytes.

    Parameters
    ----------
    slides : tuple of Slide
        The story, in order.
    trial : Trial
        Gives title, stamp and figures.
    assumptions : Assumptions
        Under which the story was told; every figure, stamp and link follows them.
    address : str
        The app's own http or https address, for the links in the notes; a query in it (`?trial=key`) goes into each.
        Without one the notes name page and query only.
    ratio : str
        "16:9" for 13.333 × 7.5 inches, "4:3" for 10 × 7.5.
    draw : callable, optional
        What draws a figure; the press by default.

    Returns
    -------
    bytes
        A slide that has no room for its text goes on in further ones. A figure that can't be drawn is told by its
        table where that has room, else by a line that says where it is; the notes give the reason.

    Raises
    ------
    Refusal
        For another ratio, and for an address of another kind.
    Stopped
        Where nobody waits for it any more.
    """
    sheet, maker = paper(ratio), draw or press().draw
    checked(address)
    told = list(enumerate(slides, 1))
    leaves = [leaf(one, number, trial, assumptions, sheet, maker) for number, one in each(told, "drawing slides")]
    links = [slide_link(address, one.number, trial, assumptions) for one in leaves]
    deck = empty_deck(trial, sheet)
    count = sum(len(one.pages) for one in leaves)
    for one, link in zip(leaves, links, strict=True):
        for page in one.pages:
            _add(deck, one, page, trial, (link, figure_link(address, one, trial)), count, sheet)
    return _packed(deck)


def _add(
    deck: Presentation, one: Leaf, page: Page, trial: Trial, links: tuple[str, str], count: int, sheet: Paper
) -> None:
    slide = add_slide(deck, page.title, with_lines=page.lines is not None)
    for card in page.cards:
        add_card(slide, card)
    if page.lines:
        add_lines(slide, page.lines, {one.elsewhere: links[1]})
    arms = tuple(plain(arm.label) for arm in trial.arms)
    if page.grid:
        add_table(slide, page.grid, arms, "Table", f"Table: {page.title.text}")
    if page.picture and one.png:
        add_image(slide, one.png, page.picture, one.told)
    elif page.picture and (table := grid(one.rows, page.picture)):
        add_table(slide, table, arms, "The figure's data", one.told)
    stamp = foot(one, trial, foot_boxes(sheet)[0].width, FOOT_SIZE)
    add_foot(slide, stamp, count, len(deck.slides), sheet)
    add_notes(slide, notes(one, links[0], trial), links[0])


def _packed(deck: Presentation) -> bytes:
    """The file's parts in a zip that does not tell when it was made."""
    buffer = io.BytesIO()
    deck.save(buffer)
    reader, parts = PackageReader(buffer), [part.partname for part in deck.part.package.iter_parts()]
    owned = [name.rels_uri for name in parts if reader.rels_xml_for(name) is not None]
    return zipped({uri.membername: reader[uri] for uri in (CONTENT_TYPES_URI, PACKAGE_URI.rels_uri, *parts, *owned)})
