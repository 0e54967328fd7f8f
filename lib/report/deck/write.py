"""Writes placed text, figures and tables as native shapes of an office file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_AUTO_SIZE, MSO_VERTICAL_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame, _Paragraph, _Run
from pptx.util import Length, Pt

from lib.report.deck.frame import Box, Heading, Paper
from lib.report.deck.master import TITLE_ONLY, WITH_LINES, box_xml, foot_boxes, placeholder, slide_number
from lib.report.deck.place import BETWEEN, CARD_PAD, Card, Lines
from lib.report.deck.table import PAD, Grid
from lib.report.deck.text import SMALLEST

ARMS = (MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2)
"""The colours of the arms, in their order."""

PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The id of the table style "No style, no grid"; what a table looks like is set here."""


def add_slide(deck: Presentation, title: Heading, with_lines: bool) -> Slide:
    """A slide with its title, and with an empty placeholder for lines where it will have them."""
    layout = deck.slide_layouts.get_by_name(WITH_LINES if with_lines else TITLE_ONLY)
    slide: Slide = deck.slides.add_slide(layout)
    shape: Any = slide.shapes.title
    _place(shape, title.box)
    _write(_frame(shape.text_frame).paragraphs[0], title.text, title.size, bold=True)
    return slide


def add_lines(slide: Slide, lines: Lines, links: Mapping[str, str]) -> None:
    """Lines in their placeholder, read after what stands on the slide so far; `links` gives a line's address."""
    shape: Any = slide.placeholders[1]
    slide.shapes._spTree.append(shape._element)
    _place(shape, lines.box)
    frame = _frame(shape.text_frame)
    for number, line in enumerate(lines.lines):
        paragraph = _paragraph(frame, number)
        paragraph.space_before = Pt(BETWEEN * lines.size if number else 0)
        # only the words before the colon: LibreOffice breaks a link anywhere in a word
        head, colon, tail = line.partition(": ") if line in links else (line, "", "")
        _write(paragraph, head, lines.size)
        _follow(paragraph.runs[0], links.get(line, ""))
        if colon:
            _write(paragraph, colon + tail, lines.size)
    if len(lines.lines) == 1:
        _without_bullet(frame.paragraphs[0])


def _without_bullet(paragraph: _Paragraph) -> None:
    """A line alone is no list."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))


def add_card(slide: Slide, card: Card) -> None:
    """A fact: its label, its value large, and its note, on a ground of its own."""
    shape = slide.shapes.add_textbox(*_lengths(card.box))
    shape.name = f"Fact: {card.fact.label}"
    shape.fill.solid()
    shape.fill.fore_color.theme_color = MSO_THEME_COLOR.BACKGROUND_2
    frame = _frame(shape.text_frame, CARD_PAD)
    fact = card.fact
    told = [(fact.label, SMALLEST, False), (fact.value, card.size, True), (fact.note, SMALLEST, False)]
    for number, (text, size, large) in enumerate(row for row in told if row[0]):
        paragraph = _paragraph(frame, number)
        _write(paragraph, text, size, bold=large, muted=not large)


def add_image(slide: Slide, png: bytes, box: Box, told: str) -> None:
    """A drawn figure with its alternative text."""
    shape = slide.shapes.add_picture(io.BytesIO(png), *_lengths(box))
    _describe(shape, "Figure", told)


def add_table(slide: Slide, table: Grid, arms: tuple[str, ...], name: str, told: str = "") -> None:
    """A table with a head, in which arms have their colours, ruled and no more; `told` is its alternative text."""
    shape = slide.shapes.add_table(len(table.heights), len(table.widths), *_lengths(table.box))
    _describe(shape, name, told)
    _style(shape)
    for place, width in enumerate(table.widths):
        shape.table.columns[place].width = Pt(width)
    for place, (height, texts) in enumerate(zip(table.heights, table.cells, strict=True)):
        shape.table.rows[place].height = Pt(height)
        for cell, text in zip(shape.table.rows[place].cells, texts, strict=True):
            _cell(cell, text, head=place == 0)
            if place == 0 and text in arms:
                cell.text_frame.paragraphs[0].runs[0].font.color.theme_color = ARMS[arms.index(text)]


def _cell(cell: _Cell, text: str, head: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(PAD)
    cell.margin_top = cell.margin_bottom = Pt(PAD / 2)
    cell.vertical_anchor = MSO_VERTICAL_ANCHOR.MIDDLE
    cell.fill.solid()  # type: ignore[no-untyped-call]
    cell.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_6 if head else MSO_THEME_COLOR.BACKGROUND_1
    _rule(cell)
    _write(cell.text_frame.paragraphs[0], text, SMALLEST, bold=head)


def _rule(cell: _Cell) -> None:
    """A line below the cell; it has to stand before the fill."""
    cell._tc.get_or_add_tcPr().insert(
        0,
        parse_xml(f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:schemeClr val="accent5"/></a:solidFill></a:lnB>'),
    )


def add_foot(slide: Slide, stamp: str, count: int, number: int, sheet: Paper) -> None:
    """The stamp and "number / count", as the foot placeholders of the layout."""
    runs = {
        "ftr": f'<a:r><a:rPr lang="en-GB"/><a:t>{escape(stamp)}</a:t></a:r>',
        "sldNum": slide_number(str(number), f" / {count}"),
    }
    tree = slide.shapes._spTree
    for (kind, run), box in zip(runs.items(), foot_boxes(sheet), strict=True):
        tree.append(placeholder(kind, slide.shapes._next_shape_id, box_xml(box), run))


def add_notes(slide: Slide, paragraphs: Iterable[str], link: str) -> None:
    """The speaker's notes: their paragraphs, and among them the link, which can be followed."""
    notes = slide.notes_slide
    frame = notes.notes_text_frame
    assert frame is not None  # the notes master of python-pptx has a body
    for number, text in enumerate(paragraphs):
        paragraph = _paragraph(frame, number)
        before, found, after = text.partition(link)
        for part in filter(None, (before, found, after)):
            run = paragraph.add_run()
            run.text = part
            run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
            _follow(run, link if part == link else "")
    for shape in list(notes.placeholders):
        if shape.has_text_frame and not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)


def _paragraph(frame: TextFrame, number: int) -> _Paragraph:
    """The paragraph of this number, which is the next one."""
    if number == 0:
        return frame.paragraphs[0]
    added: _Paragraph = frame.add_paragraph()  # type: ignore[no-untyped-call]
    return added


def _write(paragraph: _Paragraph, text: str, size: float, bold: bool = False, muted: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
    if muted:
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_2


def _follow(run: _Run, link: str) -> None:
    """Make text a link; a relative one leads nowhere from a file."""
    if "://" in link:
        run.hyperlink.address = link


def _frame(frame: TextFrame, pad: float = 0) -> TextFrame:
    """Text that wraps in its box and keeps its size; it has been made to fit."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(pad)
    return frame


def _lengths(box: Box) -> tuple[Length, Length, Length, Length]:
    return Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height)


def _place(shape: BaseShape, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = _lengths(box)


def _describe(shape: BaseShape, name: str, told: str) -> None:
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", told)


def _style(shape: BaseShape) -> None:
    properties = shape._element.xpath(".//a:tblPr")[0]
    properties.attrib.pop("bandRow", None)
    properties.xpath("./a:tableStyleId")[0].text = PLAIN_TABLE
