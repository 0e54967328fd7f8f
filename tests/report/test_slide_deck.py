"""The deck opened again by python-pptx: everything is there, has room, and is large enough; and the file is stable."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import cache
from itertools import combinations
from urllib.parse import parse_qsl, urlsplit

import plotly.graph_objects as go
import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.util import Emu

from lib.assumptions import SLIDE, defaults, differences, read, stamp
from lib.errors import Refusal, Stopped
from lib.figures.look import LIGHT
from lib.figures.registry import FIGURES
from lib.progress import Listener, heard_by
from lib.questions.slide import Picture, Slide, SlideFact
from lib.questions.story import answer
from lib.report.deck import text as deck_text
from lib.report.deck.picture import ROOMY
from lib.report.deck.slide_deck import RATIOS, slide_deck
from lib.report.deck.text import text_width, wrapped
from lib.report.drawing.press import Press
from tests.trials import NAMES, trial

ADDRESS = "https://example.org/app?trial=other"
FOOT = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
PAIRS = Picture("endpoints", "pairs")
BARE = Slide("bare", "bare", "A title", ("One line.",), (), None, ("A note.",), (), "overview")


def draw(figure: go.Figure, kind: str, width: int, height: int, scale: float) -> bytes:
    """A grey picture of the size that the press would make."""
    assert kind == "png"
    assert not [note for note in figure.layout.annotations if note.name == "stamp"]
    buffer = io.BytesIO()
    Image.new("L", (int(width * scale), int(height * scale)), 128).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def nobody(figure: go.Figure, kind: str, width: int, height: int, scale: float) -> bytes:
    raise Refusal("no browser: none found; wanted Chromium")


@cache
def deck(name: str, ratio: str = "16:9", drawn: bool = True) -> bytes:
    of = trial(name)
    return slide_deck(answer(of, defaults(of)).slides, of, defaults(of), ADDRESS, ratio, draw if drawn else nobody)


def made(
    *slides: Slide, ratio: str = "16:9", query: dict[str, str] | None = None, drawn: bool = True, name="winter2020"
):
    of = trial(name)
    content = slide_deck(slides, of, read(query or {}, of).assumptions, ADDRESS, ratio, draw if drawn else nobody)
    return Presentation(io.BytesIO(content))


@cache
def opened(name: str, ratio: str = "16:9", drawn: bool = True):
    return Presentation(io.BytesIO(deck(name, ratio, drawn)))


def frames(slide):
    """Every text frame with its shape and the width it has, tables cell by cell."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            frame = shape.text_frame
            yield shape, frame, shape.width - frame.margin_left - frame.margin_right
        elif shape.has_table:
            for row in shape.table.rows:
                for cell, column in zip(row.cells, shape.table.columns, strict=True):
                    yield shape, cell.text_frame, column.width - cell.margin_left - cell.margin_right


def written(slide) -> str:
    """All text of a slide between its title and its foot, as one line."""
    title = slide.shapes.title
    texts = [frame.text for shape, frame, _ in frames(slide) if shape != title and not in_foot(shape)]
    return " ".join(" ".join(texts).split())


def in_foot(shape) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type in FOOT


def height_of(frame, width: int) -> float:
    """Points that the text of a frame is high, by the measure of the deck."""
    total = 0.0
    for place, paragraph in enumerate(frame.paragraphs):
        size = paragraph.runs[0].font.size.pt
        hanging = deck_text_indent(paragraph)
        rows = wrapped(paragraph.text, size, Emu(width).pt - hanging, bool(paragraph.runs[0].font.bold))
        before = paragraph.space_before.pt if place and paragraph.space_before else 0
        total += len(rows) * size * deck_text.LINE + before
    return total


def deck_text_indent(paragraph) -> float:
    """What a bullet takes: only lines of a body have one, and a line alone has none."""
    shape = paragraph._parent._parent
    body = getattr(shape, "is_placeholder", False) and shape.placeholder_format.idx == 1
    return 16 if body and paragraph._p.find(".//{*}buNone") is None else 0


EVERY = [(name, ratio, drawn) for name in NAMES for ratio in RATIOS for drawn in (True, False)]


@pytest.mark.parametrize(("name", "ratio", "drawn"), EVERY)
def test_every_slide_of_the_story_is_there_with_its_words_and_its_link(name, ratio, drawn):
    of = trial(name)
    story, slides = answer(of, defaults(of)).slides, list(opened(name, ratio, drawn).slides)
    told = [link_of(slide)[SLIDE] for slide in slides]
    assert sorted(set(told), key=int) == [str(number) for number in range(1, len(story) + 1)]
    assert told == sorted(told, key=int)
    for number, one in enumerate(story, 1):
        mine = [slide for slide, other in zip(slides, told, strict=True) if other == str(number)]
        shown = " ".join([title_of(mine[0]), *(written(slide) for slide in mine)])
        wanted = [one.title, *one.lines, *(text for fact in one.facts for text in (fact.label, fact.value, fact.note))]
        wanted += [cell for row in one.table for cell in row]
        for text in wanted:
            assert " ".join(text.split()) in shown or text.startswith("Pilotlight ")
        assert all(title_of(slide).endswith("(continued)") for slide in mine[1:])
        for note in one.notes:
            assert " ".join(note.split()) in notes_of(mine[0]) or note.startswith("Pilotlight ")


def title_of(slide) -> str:
    return " ".join(slide.shapes.title.text_frame.text.split())


def notes_of(slide) -> str:
    return " ".join(slide.notes_slide.notes_text_frame.text.split())


def link_of(slide) -> dict[str, str]:
    """The query of the link in the notes, which leads to the page of the slides."""
    runs = [run for p in slide.notes_slide.notes_text_frame.paragraphs for run in p.runs]
    (run,) = [run for run in runs if run.hyperlink.address]
    assert run.text == run.hyperlink.address
    parts = urlsplit(run.text)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "example.org", "/app/present")
    return dict(parse_qsl(parts.query))


@pytest.mark.parametrize(("name", "ratio", "drawn"), EVERY)
def test_no_placeholder_is_empty(name, ratio, drawn):
    for slide in opened(name, ratio, drawn).slides:
        for shape in [*slide.placeholders, *slide.notes_slide.placeholders]:
            assert shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_IMAGE or shape.text_frame.text.strip()


@pytest.mark.parametrize(("name", "ratio", "drawn"), EVERY)
def test_everything_is_large_enough_stands_inside_and_apart_and_has_room(name, ratio, drawn):
    show = opened(name, ratio, drawn)
    assert abs(show.slide_width / show.slide_height - {"16:9": 16 / 9, "4:3": 4 / 3}[ratio]) < 1e-3
    for slide in show.slides:
        sound(slide, show)


def sound(slide, show) -> None:
    """Sizes, places and room of everything on a slide."""
    for shape in slide.shapes:
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= show.slide_width
        assert shape.top + shape.height <= show.slide_height
    for one, other in combinations(slide.shapes, 2):
        assert not overlap(one, other), (one.name, other.name)
    for shape, frame, width in frames(slide):
        least = 12 if in_foot(shape) else deck_text.SMALLEST
        sizes = [run.font.size.pt for p in frame.paragraphs for run in p.runs if run.font.size]
        assert in_foot(shape) or len(sizes) == sum(len(p.runs) for p in frame.paragraphs)
        assert all(size >= least for size in sizes)
        if shape.has_text_frame and not in_foot(shape):
            room = Emu(shape.height - frame.margin_top - frame.margin_bottom).pt
            assert height_of(frame, width) <= room + 0.1, frame.text
        elif in_foot(shape):
            assert text_width(frame.text, 12) <= Emu(width).pt
    for shape in slide.shapes:
        if shape.has_table:
            for row in shape.table.rows:
                for cell, column in zip(row.cells, shape.table.columns, strict=True):
                    width = column.width - cell.margin_left - cell.margin_right
                    assert height_of(cell.text_frame, width) <= Emu(row.height).pt
            assert sum(row.height for row in shape.table.rows) <= shape.height + 99


def overlap(one, other) -> bool:
    """Whether two shapes have more than a point in common."""
    point = 12700
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return across > point and down > point


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("name", NAMES)
def test_figures_are_sharp_keep_their_shape_and_are_told(name, ratio):
    of = trial(name)
    wanted = sum(slide.picture is not None for slide in answer(of, defaults(of)).slides)
    found = pictures(opened(name, ratio))
    missing = sum("No figure" in written(slide) for slide in opened(name, ratio).slides)
    assert len(found) == wanted - missing
    for shape in found:
        width, height = shape.image.size
        assert width / Emu(shape.width).inches >= 300
        assert abs(width / height / (shape.width / shape.height) - 1) < 0.01
        assert len(shape._element.nvPicPr.cNvPr.get("descr")) > 40


def pictures(show) -> list:
    return [shape for slide in show.slides for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def test_the_real_press_draws_for_it():
    press, of = Press(), trial("winter2020")
    try:
        content = slide_deck((replace(BARE, picture=PAIRS),), of, defaults(of), draw=press.draw)
    finally:
        press.close()
    (shape,) = pictures(Presentation(io.BytesIO(content)))
    width, height = shape.image.size
    assert width / Emu(shape.width).inches >= 300
    assert abs(width / height / (shape.width / shape.height) - 1) < 0.01
    assert len(Image.open(io.BytesIO(shape.image.blob)).convert("RGB").getcolors(1 << 24)) > 20


@pytest.mark.parametrize("name", NAMES)
def test_one_story_makes_one_file(name):
    of = trial(name)
    again = slide_deck(answer(of, defaults(of)).slides, of, defaults(of), ADDRESS, draw=draw)
    assert again == deck(name)
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_the_file_tells_what_it_is_and_carries_nothing_of_the_template():
    show, of = opened("winter2020"), trial("winter2020")
    core = show.core_properties
    assert core.title == of.spec.title
    assert (core.author, core.last_modified_by) == ("Pilotlight", "Pilotlight")
    assert of.spec.citation.doi in core.subject
    assert core.created == core.modified
    assert not core.comments
    with zipfile.ZipFile(io.BytesIO(deck("winter2020"))) as archive:
        names = archive.namelist()
        # the notes' master and its theme are python-pptx's own; no slide shows them
        shown = b"".join(archive.read(name) for name in names if "notesMaster" not in name and "theme2" not in name)
    assert not [name for name in names if "thumbnail" in name or "printer" in name or "app.xml" in name]
    assert len([name for name in names if "slideLayouts/slideLayout" in name]) == 2
    for word in (b"Canny", b"Calibri", b"Office Theme", b"Click to", b"python-pptx"):
        assert word not in shown
    for colour in (LIGHT.ink, LIGHT.treated.colour, LIGHT.control.colour):
        assert colour[1:].upper().encode() in shown


def test_every_slide_has_its_stamp_and_its_number():
    slides = list(opened("winter2020").slides)
    for number, slide in enumerate(slides, 1):
        foot = {s.placeholder_format.type: s for s in slide.placeholders if s.placeholder_format.type in FOOT}
        assert foot[PP_PLACEHOLDER.SLIDE_NUMBER].text_frame.text.endswith(f" / {len(slides)}")
        assert f">{number}<" in foot[PP_PLACEHOLDER.SLIDE_NUMBER]._element.xml
        assert trial("winter2020").sha256[:12] in foot[PP_PLACEHOLDER.FOOTER].text_frame.text


def test_what_differs_is_told_in_the_notes_and_counted_in_the_foot():
    query = {
        "test": "sign",
        "alpha": "0.1",
        "sides": "greater",
        "adjust": "holm",
        "who": "1.2.3",
        "n": "20",
        "power": "0.9",
    }
    of = trial("winter2020")
    assumptions = read(query, of).assumptions
    (slide,) = made(replace(BARE, picture=replace(PAIRS, state=(("outcome", "pga"),))), query=query).slides
    theirs = read({**query, "outcome": "pga"}, of).assumptions
    for part in stamp(of, theirs).split(" · ", 2)[2].split("; "):
        assert part in notes_of(slide)
    foot = next(s for s in slide.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.FOOTER)
    assert f"{len(differences(theirs, of))} assumptions differ" in foot.text_frame.text
    link = link_of(slide)
    assert link["trial"] == "other"
    assert read({key: text for key, text in link.items() if key != SLIDE}, of).assumptions == assumptions


def test_without_a_browser_a_short_figure_is_a_table_with_the_arms_in_their_colours():
    (slide,) = made(replace(BARE, lines=(), picture=PAIRS), drawn=False).slides
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    assert len(table.rows) == 6
    assert "no browser: none found" in notes_of(slide)
    (other,) = made(
        replace(BARE, table=(("", *(arm.label for arm in trial("winter2020").arms)), ("a", "b", "c")))
    ).slides
    (head, *_) = [shape.table.rows[0] for shape in other.shapes if shape.has_table]
    colours = [cell.text_frame.paragraphs[0].runs[0].font.color.theme_color for cell in head.cells if cell.text]
    assert [colour.name for colour in colours] == ["ACCENT_1", "ACCENT_2"]


def test_without_a_browser_a_long_figure_is_a_line_that_leads_to_it():
    picture = Picture("overview", "cases", state=(("outcome", "pga"),))
    (slide,) = made(replace(BARE, picture=picture), drawn=False).slides
    assert not [shape for shape in slide.shapes if shape.has_table]
    runs = [run for p in slide.placeholders[1].text_frame.paragraphs for run in p.runs]
    assert [run.text for run in runs[:2]] == ["One line.", "Figure on the page Overview"]
    parts = urlsplit(runs[1].hyperlink.address)
    assert parts.path == "/app/overview"
    assert dict(parse_qsl(parts.query))["outcome"] == "pga"


def test_a_figure_that_its_page_refuses_says_why():
    picture = Picture("endpoints", "pairs", part="nothing-of-this-name")
    (slide,) = made(replace(BARE, picture=picture)).slides
    assert "No figure: picture: pairs nothing-of-this-name wanted; the page endpoints draws pairs" in written(slide)


LONG = "A very long text with <b>tags</b> & “signs”, ümläute, 漢字 and 𝔘nicode. " * 30
HOSTILE = Slide(
    "hostile",
    "hostile",
    LONG,
    ("<script>alert('x')</script> & ]]> \x00\x0b\ud800 end", LONG * 2, "x" * 2500, "漢字" * 500),
    (
        SlideFact("A <label> & more", "−39 pp (95 % CI −116 to +38)", LONG[:200]),
        SlideFact("w" * 300, "W" * 200, ""),
        SlideFact("long", LONG, LONG),
        *(SlideFact(f"fact {n}", str(n), "note") for n in range(9)),
    ),
    PAIRS,
    ("A note with <b> & \x01 control", LONG),
    (),
    "overview",
    (("", "A", "B"), *((f"row {n} <&>", "y" * 90, LONG[:300]) for n in range(12))),
)


@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("ratio", RATIOS)
def test_hostile_text_goes_on_instead_of_being_lost_or_cut_off(ratio, drawn):
    show = made(HOSTILE, BARE, ratio=ratio, drawn=drawn)
    slides = list(show.slides)
    assert len(slides) > 5
    for slide in slides:
        sound(slide, show)
    titles = [title_of(slide) for slide in slides]
    assert all(title.endswith("(continued)") for title in titles[1:-1])
    shown = signs(" ".join(written(slide) for slide in slides))
    for text in (*HOSTILE.lines[1:], HOSTILE.facts[0].value, *(fact.label for fact in HOSTILE.facts)):
        assert signs(text) in shown
    head = signs(titles[0])
    assert signs(HOSTILE.title).startswith(head)
    assert signs(HOSTILE.title)[len(head) :] in shown
    assert "<script>alert('x')</script> & ]]>" in " ".join(written(slide) for slide in slides)


def signs(text: str) -> str:
    """A text without what a cut puts into it."""
    return "".join(text.replace("…", "").split())


def test_without_the_font_text_is_taken_to_be_wider_never_narrower(monkeypatch):
    sample = [
        line for slide in answer(trial("winter2020"), defaults(trial("winter2020"))).slides for line in slide.lines
    ]
    sample += [HOSTILE.title, "MMMM", "−39 pp (95 % CI −116 to +38)"]
    measured = {(text, bold): text_width(text, 20, bold) for text in sample for bold in (True, False)}
    monkeypatch.setattr(deck_text, "_font", lambda bold: None)
    text_width.cache_clear()
    guessed = {key: text_width(key[0], 20, key[1]) for key in measured}
    text_width.cache_clear()
    assert all(guessed[key] >= measured[key] for key in measured if key[0] != "MMMM")
    assert measured["MMMM", False] == pytest.approx(deck_text.SPARE * 4 * 20 * 0.833, rel=0.01)  # Arial's M: 1706/2048


def test_it_tells_how_far_it_is_and_can_be_stopped():
    of, told = trial("winter2020"), []
    slides = tuple(replace(BARE, key=str(n)) for n in range(4))
    with heard_by(Listener(lambda share, what: told.append(share), lambda: False)):
        slide_deck(slides, of, defaults(of), draw=draw)
    assert told == [0, 0.25, 0.5, 0.75, 1]
    with heard_by(Listener(lambda share, what: told.append(share), lambda: len(told) > 6)), pytest.raises(Stopped):
        slide_deck(slides, of, defaults(of), draw=draw)


def test_without_an_address_the_notes_name_page_and_query():
    of = trial("winter2020")
    show = Presentation(io.BytesIO(slide_deck((BARE,), of, defaults(of), draw=draw)))
    assert f"present?v=1&{SLIDE}=1" in notes_of(show.slides[0]).replace("v=1.1", "v=1")
    assert not [
        run for p in show.slides[0].notes_slide.notes_text_frame.paragraphs for run in p.runs if run.hyperlink.address
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [({"ratio": "3:2"}, "'3:2' given; wanted 16:9 or 4:3"), ({"address": "file:///x"}, "'file:///x' given; wanted")],
)
def test_what_there_is_no_deck_for_is_refused(given, told):
    of = trial("winter2020")
    with pytest.raises(Refusal, match=told):
        slide_deck((BARE,), of, defaults(of), draw=draw, **given)


def test_only_figures_of_the_registry_are_roomy():
    assert set(ROOMY) <= set(FIGURES)
    assert all(0 < share <= 1 for share in ROOMY.values())


def test_a_soft_hyphen_of_a_trial_parts_no_word_on_a_slide():
    assert deck_text.plain("calci\u00adnosis\tcutis, 5\u00a0mg") == "calcinosis cutis, 5 mg"
