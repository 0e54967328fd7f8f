"""Figures as files, heads of pages, and our script: all of it under the policy that the page was served with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from lib.app.head import description
from lib.questions.registry import QUESTIONS
from tests.browser import helpers
from tests.browser.helpers import PAGES, Server, Watch, get, open_page, settle, start, trial

pytestmark = pytest.mark.browser

FIGURES = "[class*='st-key-figure-']"
SVG = "{http://www.w3.org/2000/svg}"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
HTML = "text/html,*/*;q=0.8"


def saved(page: Page, figure: Locator, kind: str) -> tuple[Download, bytes]:
    """What a click on this button hands to the browser."""
    with page.expect_download() as downloading:
        figure.locator(f"button[data-export={kind}]").click()
    expect(figure.get_by_role("status")).to_have_text(f"Saved {downloading.value.suggested_filename}")
    return downloading.value, Path(downloading.value.path()).read_bytes()


def title_of(figure: Locator) -> str:
    return " ".join(figure.locator("h2, h3").inner_text().split())


def drawn(content: bytes) -> tuple[ElementTree.Element, str]:
    """An SVG document, and all its text in single spaces."""
    root = ElementTree.fromstring(content)
    return root, " ".join(" ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text")).split())


def told(figure: Locator, what: str) -> list[str]:
    """Texts of this kind in the chart on the page."""
    return [text for text in figure.locator(f".js-plotly-plot {what}").all_text_contents() if text.strip()]


@pytest.mark.parametrize("path", [path for path in PAGES if QUESTIONS[path].figures])
def test_every_figure_is_saved_as_svg_with_its_title_and_all_its_text(path: str, page: Page, server: Server) -> None:
    open_page(page, server, path)
    figures = page.locator(FIGURES)
    assert figures.count() == page.locator("[data-testid=stPlotlyChart]").count() >= 1
    for figure in figures.all():
        before = figure.locator(".js-plotly-plot .main-svg").first.get_attribute("style")
        download, content = saved(page, figure, "svg")
        key = re.search(r"st-key-figure-([\w-]+)", figure.get_attribute("class") or "")
        assert key
        assert download.suggested_filename == f"{key[1]}.svg"
        root, text = drawn(content)
        assert root.tag == f"{SVG}svg"
        assert root.get("width") == "960"
        joined = text.replace(" ", "")
        assert title_of(figure).replace(" ", "") in joined
        for axis in told(figure, ".xtitle") + told(figure, ".ytitle"):
            assert axis.replace(" ", "") in joined
        # the chart on the page is as it was
        assert figure.locator(".js-plotly-plot .gtitle").count() == 0
        assert figure.locator(".js-plotly-plot .main-svg").first.get_attribute("style") == before


def test_png_is_fit_for_print(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints")
    figure = page.locator(FIGURES).first
    download, content = saved(page, figure, "png")
    assert download.suggested_filename.endswith(".png")
    assert content.startswith(PNG_SIGNATURE)
    width = int.from_bytes(content[16:20])
    height = int.from_bytes(content[20:24])
    assert width >= 3000
    assert height > 1000


def test_a_long_title_is_wrapped_and_shown_as_it_is(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints")
    figure = page.locator(FIGURES).first
    plain = drawn(saved(page, figure, "svg")[1])[0]
    title = "5 < 6 & <b>all</b> &amp; sundry: " + "a title that goes on for longer than a line " * 4
    figure.locator("h2, h3").evaluate("(heading, title) => (heading.textContent = title)", title)
    root, text = drawn(saved(page, figure, "svg")[1])
    assert title.replace(" ", "") in text.replace(" ", "")
    title_lines = [group for group in root.iter(f"{SVG}g") if "g-gtitle" in (group.get("class") or "")]
    lines = len(list(title_lines[0].iter(f"{SVG}tspan")))
    assert lines >= 2
    assert int(root.get("height", 0)) == int(plain.get("height", 0)) + 27 * (lines - 1)


def test_a_second_export_and_another_figure_follow_at_once(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints")
    figures = page.locator(FIGURES)
    for index in (0, 1, 0):
        for kind in ("png", "svg"):
            assert saved(page, figures.nth(index), kind)[1]


def test_the_dark_page_is_saved_dark(browser: Browser, server: Server, watch: Watch) -> None:
    with browser.new_context(color_scheme="dark", accept_downloads=True) as context:
        page = context.new_page()
        watch.attach(page)
        open_page(page, server, "endpoints")
        content = saved(page, page.locator(FIGURES).first, "svg")[1].decode()
    assert "rgb(14, 17, 23)" in content
    assert not watch.complaints


def test_an_export_that_fails_says_so(page: Page, server: Server) -> None:
    open_page(page, server, "overview")
    figure = page.locator(FIGURES).first
    figure.locator(".modebar-btn").evaluate_all("buttons => buttons.forEach(button => button.remove())")
    figure.locator("button[data-export=svg]").click()
    expect(figure.get_by_role("status")).to_have_text("SVG could not be saved: the chart is not drawn yet")


def test_buttons_are_told_apart_and_plotlys_own_are_no_tab_stops(page: Page, server: Server) -> None:
    for path in ("endpoints", "sample-size"):
        open_page(page, server, path)
        for figure in page.locator(FIGURES).all():
            for kind in ("SVG", "PNG"):
                name = f"Download {figure.locator('h2, h3').inner_text().strip()} as {kind}"
                expect(figure.get_by_role("button", name=name, exact=True)).to_have_count(1)
        expect(page.locator(".modebar-btn")).not_to_have_count(0)
        expect(page.locator(".modebar-btn:not([tabindex='-1'])")).to_have_count(0)


def test_a_plain_host_offers_no_downloads_that_nothing_would_answer(page: Page, hosts: Callable[[str], Server]) -> None:
    open_page(page, hosts("plain"), "overview")
    expect(page.locator(FIGURES)).not_to_have_count(0)
    expect(page.locator("[data-export]")).to_have_count(0)


# --- heads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["streamlit", "uvicorn"])
def test_each_page_is_described_by_its_own_question(kind: str, hosts: Callable[[str], Server]) -> None:
    server = hosts(kind)
    expected = {"": PAGES[0], "nonsense": PAGES[0], **{path: path for path in PAGES}}
    for place, path in expected.items():
        status, headers, page = get(f"{server.url}/{place}?n=9", accept=HTML)
        assert status == 200
        assert int(headers["content-length"]) == len(page.encode())
        described = re.search(r'<meta name="description" content="([^"]*)"', page)
        assert described
        assert unescape(described[1]) == description(QUESTIONS[path], trial())
        assert f"<title>{QUESTIONS[path].title} · Pilotlight</title>" in page
        assert f'<a href="./api/{path}.json?n=9">' in page


def test_our_script_is_found_by_a_cold_deep_link_under_a_base_path(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "STREAMLIT_SERVER_BASE_URL_PATH", "trials/one")
    monkeypatch.setattr(helpers, "_healthy", lambda server: _answers(f"{server.url}/trials/one/_stcore/health"))
    server = start("streamlit", tmp_path / "server.log")
    try:
        page.goto(f"{server.url}/trials/one/sample-size?n=9")
        expect(page.locator("h1")).to_have_text("Sample size")
        settle(page)
        assert saved(page, page.locator(FIGURES).first, "svg")[1]
        with_json = get(f"{server.url}/trials/one/api/sample-size.json?n=9")
        assert with_json[0] == 200
    finally:
        page.goto("about:blank")
        server.stop()


def _answers(url: str) -> bool:
    try:
        return get(url)[0] == 200
    except OSError:
        return False


def test_without_scripts_a_reader_is_sent_to_the_twin(browser: Browser, server: Server) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/endpoints?test=sign")
        expect(page.locator("noscript a")).to_have_attribute("href", "./api/endpoints.json?test=sign")
        page.locator("noscript a").click()
        assert page.url == f"{server.url}/api/endpoints.json?test=sign"
        assert '"reading"' in page.content()
