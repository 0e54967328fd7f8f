"""Links: opened cold, handed on, carried from page to page, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lib.assumptions import CONTROLS
from lib.questions.registry import QUESTIONS
from tests.browser.helpers import (
    HOSTS,
    LINK,
    PAGES,
    Server,
    go,
    main,
    open_page,
    query,
    ready,
    set_control,
    settle,
    shown,
    text,
    trial,
    wait_for,
    wanted,
)

pytestmark = pytest.mark.browser

CHANGED = {
    "overview": ("change", "absolute"),
    "flow": ("who", "1.2.3.5"),
    "trajectories": ("show", "2"),
    "endpoints": ("test", "sign-flip"),
    "sample-size": ("effect", "1.35"),
}


def test_every_page_has_a_change_to_hand_on() -> None:
    assert list(CHANGED) == PAGES
    assert all(key in QUESTIONS[path].controls for path, (key, _) in CHANGED.items())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("kind", HOSTS)
def test_cold_link(
    kind: str, path: str, page: Page, fresh_server: Callable[..., Server], hosts: Callable[[str], Server]
) -> None:
    """The first thing that a server process is asked for is a deep link."""
    server = hosts(kind) if kind == "uvicorn" else fresh_server(kind)
    open_page(page, server, path, LINK)
    assert shown(page) == wanted(path, LINK, trial())
    assert query(page) == LINK
    assert page.locator(".st-key-preset-published").count() == 1, "the frame's sidebar"


def test_no_path_is_the_overview(page: Page, server: Server) -> None:
    page.goto(server.url)
    ready(page, "overview")
    assert query(page) == {}
    go(page, "endpoints")
    assert query(page) == {"v": "1"}


@pytest.mark.parametrize("path", PAGES)
def test_link_says_the_same_elsewhere(
    path: str, page: Page, server: Server, hosts: Callable[[str], Server], new_tab: Callable[[], Page]
) -> None:
    """A control is changed by hand; who opens the address on another server reads the same page."""
    open_page(page, server, path)
    key, chosen = CHANGED[path]
    before = text(page)
    set_control(page, key, chosen, trial())
    assert text(page) != before
    for kind in ("uvicorn", "plain"):
        other = new_tab()
        other.goto(page.url.replace(server.url, hosts(kind).url))
        ready(other, path)
        wait_for(other, lambda other=other: text(other), text(page))
        assert query(other) == query(page) == {"v": "1", key: chosen}
        assert shown(other) == shown(page)
