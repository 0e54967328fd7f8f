"""The report from a disk without a network: it asks for nothing, draws everything, reads and prints well."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from lib.assumptions import read
from lib.questions.registry import QUESTIONS
from lib.report.html.end import ENDS
from lib.report.html.report import report, reportable
from lib.report.html.section import WAITING
from lib.report.html.style import COLUMN
from tests.browser.conftest import DESKTOP
from tests.browser.helpers import LINK, PATIENCE
from tests.browser.test_accessibility import violations
from tests.trials import trial

pytestmark = pytest.mark.browser

PAPERS = {"A4": (595, 842), "Letter": (612, 792)}
"""Width and height in points."""


PART = ("flow", "endpoints", "sample-size")
"""Pages with every kind of thing that a report holds; axe-core takes a minute over the tables of all of them."""
REPORTS = {"whole": ("winter2020", LINK, ()), "part": ("winter2020", LINK, PART), "none": ("none", {}, ())}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports on disk: the shipped trial in a changed state, whole and a part of it, and a trial with nobody in it."""
    folder, made = tmp_path_factory.mktemp("report"), {}
    for name, (folder_name, query, sections) in REPORTS.items():
        of = trial(folder_name)
        made[name] = folder / f"{name}.html"
        text = report(of, read(query, of).assumptions, sections, "https://host.example/")
        made[name].write_bytes(text.encode())
    return made


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`opened(file, width)`: the file as a page whose every request is blocked but that for the file itself."""
    contexts, wrong = [], []

    def begin(file: Path, width: int = DESKTOP["width"], script: bool = True) -> Page:
        viewport = {"width": width, "height": DESKTOP["height"]}
        context = browser.new_context(viewport=viewport, locale="en-GB", java_script_enabled=script, offline=True)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()

        def decide(route: Route) -> None:
            if route.request.url == file.as_uri():
                route.continue_()
            else:
                wrong.append(f"asked for {route.request.url[:200]}")
                route.abort()

        page.route("**/*", decide)
        page.on("request", lambda one: one.url == file.as_uri() or wrong.append(f"asked for {one.url[:200]}"))
        page.on("console", lambda told: wrong.append(f"console {told.type}: {told.text}"))
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.goto(file.as_uri())
        if script:
            expect(page.locator("html[data-drawn=all]")).to_have_count(1)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("width", [1440, 390])
def test_from_disk_every_chart_is_drawn_and_nothing_is_asked_for(
    width: int, opened: Callable[..., Page], files: dict[str, Path]
) -> None:
    page = opened(files["whole"], width)
    charts = page.locator(".chart")
    assert charts.count() == page.locator("figure").count() > 10
    expect(page.locator(".chart:not(:has(.main-svg))")).to_have_count(0)
    expect(page.get_by_text(WAITING)).to_have_count(0)
    for place in range(charts.count()):
        frame = charts.nth(place).bounding_box()
        drawn = charts.nth(place).locator(".main-svg").first.bounding_box()
        assert frame
        assert drawn
        assert drawn["width"] == pytest.approx(min(frame["width"], COLUMN), abs=1)
        assert drawn["height"] == pytest.approx(frame["height"], abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_charts_answer_to_the_pointer(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["part"])
    page.locator("#sample-size-power").scroll_into_view_if_needed()
    page.locator("#sample-size-power .scatterlayer path.point").last.hover(force=True)
    expect(page.locator("#sample-size-power .hoverlayer text").first).to_be_visible()


def test_turning_the_device_draws_anew(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["part"], 390)
    page.set_viewport_size({"width": 800, "height": 390})
    svg = page.locator(".chart .main-svg").first
    page.wait_for_function("document.querySelector('.chart .main-svg').getBoundingClientRect().width > 600")
    box = svg.bounding_box()
    assert box
    assert box["width"] == COLUMN


@pytest.mark.parametrize(("name", "width"), [("part", 1440), ("part", 390), ("none", 1440)])
def test_axe_finds_nothing(name: str, width: int, browser: Browser, files: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)  # axe is a script too
    page = context.new_page()
    page.goto(files[name].as_uri())
    expect(page.locator("html[data-drawn=all]")).to_have_count(1)
    assert violations(page) == []
    context.close()


def test_nothing_runs_off_sideways_when_all_is_unfolded(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["whole"], 390)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_contents_lead_to_sections_by_keyboard(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["part"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("navigation").get_by_role("link", name="Sample size").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sample size", exact=True)).to_be_in_viewport()


def test_without_scripts_the_tables_are_there(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["part"], script=False)
    expect(page.get_by_text(WAITING).first).to_be_visible()
    assert page.locator("table").count() > 10


def pdf(page: Page, paper: str) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True)))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("name", "width"), [("whole", 1440), ("part", 390), ("none", 1440)])
def test_it_prints_with_page_numbers_on_pages_that_hold_something(
    name: str, width: int, paper: str, opened: Callable[..., Page], files: dict[str, Path]
) -> None:
    printed = pdf(opened(files[name], width), paper)
    pages = [page.extract_text() for page in printed.pages]
    title = trial(REPORTS[name][0]).spec.short_title
    for place, (page, text) in enumerate(zip(printed.pages, pages, strict=True), 1):
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(PAPERS[paper], abs=1)
        assert f"{place} / {len(pages)}" in text
        assert place == 1 or title in text.splitlines()[0]
        own = re.sub(
            rf"{place} / {len(pages)}|{re.escape(title)} · recomputed by Pilotlight|Pilotlight \S+ · data \w+", "", text
        )
        assert len(own.split()) >= 5, f"page {place} is blank: {text!r}"
    whole = " ".join(" ".join(pages).split())
    for question in (reportable()[path] for path in REPORTS[name][2] or reportable()):
        assert question.ask in whole
    assert "Open this page" not in whole


def test_no_chart_is_cut_and_nothing_is_shrunk_on_paper(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["whole"])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for across, room in ((COLUMN, 986), (COLUMN, 919)):  # A4 and Letter inside their margins, in CSS pixels
        page.set_viewport_size({"width": across, "height": room})
        assert page.evaluate("document.documentElement.scrollWidth") <= across
        for box in (figure.bounding_box() for figure in page.locator("figure").all()):
            assert box
            assert box["height"] <= room
    shown = page.locator("details.fold:not(.kept-in)")
    assert shown.count() > 10
    expect(page.locator("details.fold:not(.kept-in):not([open])")).to_have_count(0)
    expect(page.locator("details.kept-in >> visible=true")).to_have_count(0)
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("details.fold[open]")).to_have_count(0)


def test_sections_are_all_reachable_headings(opened: Callable[..., Page], files: dict[str, Path]) -> None:
    page = opened(files["none"])
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("main > section").count() == len(reportable()) + len(ENDS)
    assert page.locator("main > section h2").all_inner_texts()[: len(reportable())] == [
        QUESTIONS[path].title for path in reportable()
    ]
