"""Pages on a phone and on a desk: nothing runs off sideways, and every chart is drawn and named."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lib.assumptions import read
from lib.figures.registry import FIGURES
from lib.questions.registry import QUESTIONS
from tests.browser.helpers import LINK, PAGES, Server, main, open_page, trial

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_width(path: str, width: int, page: Page, server: Server) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, server, path, LINK)
    inner, outer = main(page).evaluate("section => [section.scrollWidth, section.clientWidth]")
    assert inner <= outer + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    figures = main(page).get_by_role("figure")
    result = QUESTIONS[path].answer(trial(), read(LINK, trial()).assumptions)
    assert figures.count() == sum(len(FIGURES[name](result)) for name in QUESTIONS[path].figures)
    for figure in figures.all():
        name = figure.get_attribute("aria-label") or ""
        assert len(name.split()) > 5
        drawn = figure.locator(".main-svg").first
        expect(drawn).to_be_visible()
        box = drawn.bounding_box()
        assert box
        assert 0 < box["width"] <= outer
        assert box["height"] > 50
