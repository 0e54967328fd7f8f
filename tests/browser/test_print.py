"""Printing: no controls of the frame on paper, nothing cut off at the right, every figure whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import LINK, PAGES, Server, main, open_page

pytestmark = pytest.mark.browser

PAPER = {"width": 1032, "height": 702}
"""The printable part of A4 landscape inside 12 mm margins, in CSS pixels."""


@pytest.mark.parametrize("path", PAGES)
def test_everything_fits_the_width_of_the_paper(path: str, page: Page, server: Server) -> None:
    open_page(page, server, path, LINK)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    for hidden in ("[data-testid=stSidebar]", "[data-testid=stHeader]", ".st-key-navigation", ".downloads >> nth=0"):
        if page.locator(hidden).count():
            expect(page.locator(hidden)).to_be_hidden()
    for drawn in main(page).locator(".js-plotly-plot .main-svg").all():
        box = drawn.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PAPER["width"] + 1
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert 1 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/") <= 20
