"""An empty deck: the palette and font of the figures as its theme, one master, two layouts, and nothing else.

It begins as python-pptx's own template; what that carries of its maker (thumbnail, printer, statistics) is left out.
"""

from __future__ import annotations

import re
from datetime import datetime

import pptx
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.presentation import Presentation
from pptx.slide import SlideLayout, SlideMaster
from pptx.util import Pt

from lib.figures.look import LIGHT
from lib.report.deck.frame import FOOT, TITLE_SIZES, TITLE_TOP, Box, Paper
from lib.report.deck.place import INDENT
from lib.report.deck.text import plain
from lib.trial.folder import ZIP_TIME
from lib.trial.model import Trial

FONT = "Arial"
"""The first of the stack that an office program can name; where it is missing, Liberation Sans takes its place."""

THEME = {
    "dk1": LIGHT.ink,
    "lt1": LIGHT.paper,
    "dk2": LIGHT.muted,
    "lt2": LIGHT.box,
    "accent1": LIGHT.treated.colour,
    "accent2": LIGHT.control.colour,
    "accent3": LIGHT.ramp,
    "accent4": LIGHT.muted,
    "accent5": LIGHT.grid,
    "accent6": LIGHT.band,
    "hlink": LIGHT.treated.colour,
    "folHlink": LIGHT.muted,
}
"""The colours of an office theme, from the palette."""

WITH_LINES, TITLE_ONLY = "Title and Content", "Title Only"
KEPT = (WITH_LINES, TITLE_ONLY)
LINE_SIZE = 24
"""Points of lines that somebody adds to a slide."""

FOOT_SIZE = 12
"""Points of stamp and slide number."""

NUMBER_WIDTH = 90
"""Points that the slide number has at the right end of the foot."""

LONGEST_PROPERTY = 255
"""What the core properties of an office file hold."""

KINDS = {"title": ("Title", "0"), "body": ("Lines", "1"), "ftr": ("Stamp", "11"), "sldNum": ("Slide number", "12")}
"""The placeholders of a slide: type → name and index."""

FIELD = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
"""Any name for the field of the slide number."""

GONE = (RT.THUMBNAIL, RT.EXTENDED_PROPERTIES, RT.PRINTER_SETTINGS)


def empty_deck(trial: Trial, sheet: Paper) -> Presentation:
    """A deck without slides, with the properties of this trial."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Pt(sheet.width), Pt(sheet.height)
    _strip(deck)
    _theme(deck.slide_master)
    _draw(deck.slide_master, _placeholders(sheet))
    for layout in deck.slide_layouts:
        _draw(layout, {kind: None for kind in KINDS if kind != "body" or layout.name == WITH_LINES})
    _styles(deck.slide_master)
    _properties(deck, trial)
    return deck


def foot_boxes(sheet: Paper) -> tuple[Box, Box]:
    """Where the stamp stands, and where the slide number."""
    wide = sheet.inner - NUMBER_WIDTH
    return Box(FOOT.left, FOOT.top, wide, FOOT.height), Box(FOOT.left + wide, FOOT.top, NUMBER_WIDTH, FOOT.height)


def _strip(deck: Presentation) -> None:
    next(deck._element.iter(qn("p:sldSz"))).attrib.pop("type", None)  # it says 4:3
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)
    package = deck.part.package
    for owner in (package, deck.part):
        for key in [key for key, rel in owner._rels.items() if rel.reltype in GONE]:
            owner._rels.pop(key)


def _theme(master: SlideMaster) -> None:
    """Colours and fonts; the theme is a part that python-pptx keeps as bytes."""
    part = master.part.part_related_by(RT.THEME)
    text = part.blob.decode()
    for name, colour in THEME.items():
        text = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{_hex(colour)}"/>\2', text)
    text = re.sub(r'(<a:m(?:ajor|inor)Font><a:latin typeface=)"[^"]*"', rf'\1"{FONT}"', text)
    part.blob = text.replace('name="Office Theme"', 'name="Pilotlight"').encode()


def _hex(colour: str) -> str:
    return colour.removeprefix("#").upper()


def _placeholders(sheet: Paper) -> dict[str, Box | None]:
    stamp, number = foot_boxes(sheet)
    return {
        "title": Box(sheet.margin, TITLE_TOP, sheet.inner, 72),
        "body": Box(sheet.margin, 118, sheet.inner, FOOT.top - 126),
        "ftr": stamp,
        "sldNum": number,
    }


def _draw(owner: SlideMaster | SlideLayout, boxes: dict[str, Box | None]) -> None:
    """Its placeholders anew; a layout's have no box of their own and stand where the master's do."""
    tree = owner.shapes._spTree
    for shape in tree.findall(qn("p:sp")):
        tree.remove(shape)
    for number, (kind, box) in enumerate(boxes.items(), 2):
        tree.append(placeholder(kind, number, "" if box is None else box_xml(box)))


def placeholder(kind: str, number: int, place: str = "", text: str | None = None) -> BaseOxmlElement:
    """A placeholder of this kind: with what a master shows in it, or with this run of text."""
    name, index = KINDS[kind]
    prompt = {"title": "Title", "body": "Lines", "ftr": "", "sldNum": slide_number("‹#›")}[kind]
    run = text if text is not None else prompt if kind == "sldNum" else f"<a:r><a:t>{prompt}</a:t></a:r>" * bool(prompt)
    anchor = "t" if kind in ("title", "body") else "ctr"
    shape: BaseOxmlElement = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" idx="{index}"/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr>"
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/>'
        f"</a:bodyPr><a:lstStyle>{_own_style(kind)}</a:lstStyle><a:p>{run}</a:p></p:txBody></p:sp>"
    )
    return shape


def slide_number(shown: str, after: str = "") -> str:
    """A field that an office program keeps up to date, with what follows it."""
    field = f'<a:fld id="{FIELD}" type="slidenum"><a:rPr lang="en-GB"/><a:t>{shown}</a:t></a:fld>'
    return field + (f'<a:r><a:rPr lang="en-GB"/><a:t>{after}</a:t></a:r>' if after else "")


def box_xml(box: Box) -> str:
    """Where a shape stands."""
    left, top, width, height = map(Pt, (box.left, box.top, box.width, box.height))
    return (
        f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _own_style(kind: str) -> str:
    """How the foot is written; title and lines take the styles of the master."""
    align = {"ftr": "l", "sldNum": "r"}.get(kind)
    colour = '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
    return (
        f'<a:lvl1pPr algn="{align}"><a:defRPr sz="{100 * FOOT_SIZE}">{colour}</a:defRPr></a:lvl1pPr>' if align else ""
    )


def _styles(master: SlideMaster) -> None:
    """Titles stand left and bold; lines hang behind their bullets."""
    title, *_ = master._element.iter(qn("p:titleStyle"))
    lines, *_ = master._element.iter(qn("p:bodyStyle"))
    title[0].set("algn", "l")
    title[0].find(qn("a:defRPr")).set("b", "1")
    _size(title[0], TITLE_SIZES[0][0])
    lines[0].set("marL", str(Pt(INDENT)))
    lines[0].set("indent", str(-Pt(INDENT)))
    for level in lines:
        _size(level, LINE_SIZE)


def _size(level: BaseOxmlElement, points: int) -> None:
    level.find(qn("a:defRPr")).set("sz", str(100 * points))


def _properties(deck: Presentation, trial: Trial) -> None:
    """What the file says of itself; the dates say nothing, so that one content makes one file."""
    core, cited = deck.core_properties, trial.spec.citation
    core.title = plain(trial.spec.title)[:LONGEST_PROPERTY]
    core.subject = plain(f"{cited.authors}. {cited.place}. {cited.doi}")[:LONGEST_PROPERTY]
    core.author = core.last_modified_by = "Pilotlight"
    core.comments = ""
    core.revision = 1
    core.created = core.modified = datetime(*ZIP_TIME)
