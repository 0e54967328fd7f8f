"""Figures as files: exact sizes, readable text, kept fonts, and title and stamp where they were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from PIL import Image, ImageFont
from PIL.PngImagePlugin import PngImageFile
from pypdf import PdfReader

from lib.assumptions import read
from lib.errors import Refusal
from lib.figures.canvas import STAMP_SIZE
from lib.figures.look import LIGHT
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.registry import QUESTIONS
from lib.report.drawing.files import KINDS, SIZES, WHERE, Size, caption, figure_file
from lib.report.drawing.layout import EDGE, TEXT_SIZE, laid_out, wrapped
from lib.report.drawing.press import press
from tests.trials import NAMES, trial

SVG = "{http://www.w3.org/2000/svg}"
EVERY = [(path, name) for path, question in QUESTIONS.items() for name in question.figures]
STAMP = "Pilotlight 1.2.3 · data 0123456789ab · alpha: 0.01 (0.05 published); outcome: one < two & three"


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    """The process-wide press draws everything here, and is not left to other tests."""
    yield
    press().close()


@cache
def parts(of: str, path: str, name: str) -> tuple[Part, ...]:
    try:
        return FIGURES[name](QUESTIONS[path].answered(trial(of), read({}, trial(of)).assumptions))
    except Refusal:
        return ()


@pytest.fixture(scope="module")
def pairs() -> Part:
    return parts("winter2020", "endpoints", "pairs")[0]


@pytest.fixture(scope="module")
def flow() -> Part:
    return parts("winter2020", "flow", "flow")[0]


def words(content: bytes) -> str:
    """All that is written in an SVG, without the spaces, which lines cut."""
    root = ElementTree.fromstring(content)
    return squeezed("".join("".join(text.itertext()) for text in root.iter(f"{SVG}text")))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# ---- the registries


def test_text_comes_out_as_large_as_each_place_asks_for() -> None:
    for key, least, most in (("single", 7, 9), ("double", 7, 9), ("slide", 18, 20), ("poster", 24, 26)):
        assert least <= SIZES[key].text_pt <= most, key
    for key in ("single", "double"):
        assert SIZES[key].text_pt * STAMP_SIZE / TEXT_SIZE >= 6  # the smallest type that journals take


def test_entries_are_known_by_their_key_and_say_what_they_are() -> None:
    for registry in (SIZES, KINDS):
        for key, entry in registry.items():
            assert entry.key == key
            assert entry.label
            assert entry.help.endswith(".")
    assert set(WHERE) == {"figure", "caption"}
    assert [kind.suffix for kind in KINDS.values()] == [".svg", ".pdf", ".png"]


@pytest.mark.parametrize(("kind", "where"), [("gif", "figure"), ("png", "elsewhere")])
def test_what_is_not_known_is_refused_with_what_is(pairs: Part, kind: str, where: str) -> None:
    with pytest.raises(Refusal, match=r"given; wanted one of (svg, pdf, png|figure, caption)"):
        figure_file(pairs, SIZES["single"], kind, STAMP, where)


# ---- layouts, without a browser


@pytest.mark.parametrize("of", NAMES)
def test_every_figure_of_every_trial_keeps_its_room_beside_title_and_stamp(of: str) -> None:
    for part in (part for path, name in EVERY for part in parts(of, path, name)):
        own = _room(part.draw(LIGHT))
        for size in (SIZES["single"], SIZES["slide"]):
            sheet = laid_out(part, size, part.title, STAMP)
            assert _room(sheet.figure) >= own, part.key
            assert sheet.width >= size.width_px
            assert sheet.width_mm == size.width_mm
            assert sheet.height / sheet.width == pytest.approx(
                sheet.height_mm / sheet.width_mm, abs=0.5 / size.width_px
            )
            assert {"title", "stamp"} <= {note.name for note in sheet.figure.layout.annotations}


def _room(figure: go.Figure) -> float:
    """The height in pixels that is left to the axes."""
    own, template = figure.layout.margin, figure.layout.template.layout.margin
    top, bottom = (template[side] if own[side] is None else own[side] for side in "tb")
    return float(figure.layout.height - top - bottom)


def test_without_title_and_stamp_the_figure_needs_no_more_than_its_own_height(pairs: Part) -> None:
    own, sheet = pairs.draw(LIGHT), laid_out(pairs, SIZES["single"], "", "")
    assert _room(sheet.figure) == _room(own)
    assert sheet.height == own.layout.height + EDGE
    assert not {"title", "stamp"} & {note.name for note in sheet.figure.layout.annotations}


def test_a_figure_that_is_taller_than_a_slide_is_laid_out_wider(pairs: Part, flow: Part) -> None:
    slide = SIZES["slide"]
    low, tall = (laid_out(part, slide, "", "") for part in (pairs, flow))
    assert low.width == slide.width_px
    assert tall.width > slide.width_px
    for sheet in (low, tall):
        assert sheet.height_mm == 190.5
        assert sheet.width / sheet.height == pytest.approx(16 / 9, abs=0.003)


def test_lines_are_as_long_as_they_may_be_and_keep_every_word() -> None:
    text = "a title that goes on for longer than a line would, and some more of it"
    lines = wrapped(text, 17, 200)
    font = ImageFont.load_default(17)
    assert " ".join(lines) == text
    assert len(lines) >= 3
    assert all(font.getlength(line) <= 200 for line in lines)
    for line, after in pairwise(lines):
        assert font.getlength(f"{line} {after.split()[0]}") > 200
    assert wrapped("unbreakable" * 9, 17, 200) == ["unbreakable" * 9]
    assert wrapped("", 17, 200) == []


def test_the_caption_is_title_sentence_and_stamp(pairs: Part) -> None:
    told = caption(pairs, "Stamp")
    assert told == f"{pairs.title}. {pairs.reading.rstrip('.')}. Stamp."
    assert ".." not in told


# ---- files


@pytest.mark.parametrize("size", SIZES.values(), ids=lambda size: size.key)
def test_a_png_has_the_pixels_of_its_millimetres(pairs: Part, size: Size) -> None:
    picture = PngImageFile(BytesIO(figure_file(pairs, size, "png", STAMP, "figure")))
    sheet = laid_out(pairs, size, pairs.title, STAMP)
    assert picture.size == tuple(round(mm / 25.4 * 300) for mm in (size.width_mm, sheet.height_mm))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert picture.text == {"Title": pairs.title, "Description": STAMP}
    assert _darkest_edge(picture) == 255  # nothing is cut
    assert picture.convert("L").getextrema()[0] < 60  # and something is there


def _darkest_edge(picture: Image.Image, deep: int = 4) -> float:
    """The darkest pixel of the frame around a picture."""
    grey = picture.convert("L")
    wide, high = grey.size
    sides = ((0, 0, wide, deep), (0, high - deep, wide, high), (0, 0, deep, high), (wide - deep, 0, wide, high))
    return min(float(grey.crop(side).getextrema()[0]) for side in sides)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["single", "slide"])
def test_a_pdf_has_its_size_and_its_fonts(flow: Part, key: str) -> None:
    size = SIZES[key]
    content = figure_file(flow, size, "pdf", STAMP, "figure")
    document = PdfReader(BytesIO(content))
    assert len(document.pages) == 1
    page, sheet = document.pages[0], laid_out(flow, size, flow.title, STAMP)
    for box in (page.mediabox, page.cropbox, page.trimbox):
        assert float(box.width) / 72 * 25.4 == pytest.approx(size.width_mm, abs=0.1)
        assert float(box.height) / 72 * 25.4 == pytest.approx(sheet.height_mm, abs=0.1)
    fonts = list(_fonts(page["/Resources"]))
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), font["/BaseFont"]
    text = squeezed(page.extract_text())
    assert squeezed(flow.title) in text
    assert squeezed(STAMP) in text
    assert document.metadata is not None
    assert (document.metadata.title, document.metadata.subject) == (flow.title, STAMP)


def _fonts(resources: Any) -> Iterator[Any]:
    """Every font of a page and of the forms in it."""
    resources = resources.get_object()
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for inner in resources.get("/XObject", {}).values():
        if "/Resources" in inner.get_object():
            yield from _fonts(inner.get_object()["/Resources"])


@pytest.mark.parametrize(("path", "name"), EVERY, ids=[f"{path}-{name}" for path, name in EVERY])
def test_every_figure_is_a_file_of_one_column_with_all_that_is_written(path: str, name: str) -> None:
    for part in parts("winter2020", path, name):
        content = figure_file(part, SIZES["single"], "svg", STAMP, "figure")
        root, sheet = ElementTree.fromstring(content), laid_out(part, SIZES["single"], part.title, STAMP)
        assert root.get("width") == "85.000mm"
        assert root.get("height") == f"{sheet.height_mm:.3f}mm"
        assert root.get("viewBox") == f"0 0 400 {sheet.height}"
        assert [child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")] == [part.title, STAMP]
        written = words(content)
        assert squeezed(part.title) in written
        assert squeezed(STAMP) in written
        assert "Liberation Sans" in content.decode()
        assert not re.search(r"""(href|src)=["']http""", content.decode())


def test_title_and_stamp_are_moved_to_the_caption(pairs: Part) -> None:
    content = figure_file(pairs, SIZES["double"], "svg", STAMP, "caption")
    assert squeezed(pairs.title) not in words(content)
    assert "Pilotlight" not in words(content)
    assert pairs.title in content.decode()  # its own description keeps them
    assert squeezed("Change from baseline") in words(content)


def test_a_title_is_shown_as_it_is(pairs: Part) -> None:
    title = "5 < 6 & <b>all</b> &amp; sundry: " + "a title that goes on for longer than a line " * 3
    content = figure_file(replace(pairs, title=title), SIZES["single"], "svg", STAMP, "figure")
    assert squeezed(title) in words(content)
    assert ElementTree.fromstring(content).findtext(f"{SVG}title") == title


def test_a_file_is_the_same_every_time(pairs: Part) -> None:
    for kind in ("png", "pdf"):
        first, second = (figure_file(pairs, SIZES["single"], kind, STAMP, "figure") for _ in range(2))
        assert first == second, kind
