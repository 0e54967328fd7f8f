"""The whole browser, as a viewer has it: nearly all other tests run in its headless shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import DESKTOP, FULL
from tests.browser.helpers import PAGES, PATIENCE, Server, Watch, open_page, ready

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def whole(launch: Callable[..., Browser]) -> Iterator[BrowserContext]:
    context = launch(FULL).new_context(viewport=DESKTOP, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_is_drawn_to_its_end(
    path: str, whole: BrowserContext, server: Server, watch: Watch
) -> None:
    page = whole.new_page()
    watch.attach(page)
    open_page(page, server, path)
    page.reload()
    ready(page, path)
    page.close()
    assert not watch.complaints


def test_a_file_is_downloaded_and_a_link_is_copied(whole: BrowserContext, server: Server) -> None:
    whole.grant_permissions(["clipboard-read", "clipboard-write"])
    page = whole.new_page()
    open_page(page, server, "flow")
    page.locator(".st-key-action-files button").click()
    with page.expect_download() as downloading:
        page.locator(".st-key-make-captions button").click()
    assert downloading.value.suggested_filename == "winter2020-flow-captions.txt"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".st-key-action-share button").click()
    page.locator("button[data-copy]").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Copied")
    assert "/flow" in page.evaluate("navigator.clipboard.readText()")
    page.close()
