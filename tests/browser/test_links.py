"""Links: opened cold, handed on to another server, carried from page to page, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from lib.questions.registry import QUESTIONS
from tests.browser.helpers import (
    FRAMED,
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
    shown,
    sound,
    text,
    trial,
    wait_for,
    wanted,
    wanted_default,
)

pytestmark = pytest.mark.browser

CHANGED = {
    "overview": ("change", "absolute"),
    "flow": ("who", "1.2.3.5"),
    "trajectories": ("outcome", "pga"),
    "endpoints": ("test", "sign-flip"),
    "robustness": ("loss", "worst"),
    "sample-size": ("effect", "1.35"),
    "evidence": ("printed-p", "0.41"),
    "data": ("who", "1.2.3"),
}


def test_every_page_has_a_change_to_hand_on() -> None:
    assert list(CHANGED) == FRAMED
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
    assert page.locator(".st-key-preset-published").count() == (path in FRAMED), "the frame"


def test_no_path_is_the_overview(page: Page, server: Server) -> None:
    page.goto(server.url)
    ready(page, "overview")
    assert query(page) == {}
    go(page, "endpoints")
    assert query(page) == {"v": "1"}


@pytest.mark.parametrize("path", FRAMED)
def test_link_says_the_same_elsewhere(
    path: str, page: Page, hosts: Callable[[str], Server], new_tab: Callable[[], Page]
) -> None:
    """A control is changed by hand; who opens the address on another server reads the same page."""
    here = hosts("uvicorn")
    open_page(page, here, path)
    key, chosen = CHANGED[path]
    before = text(page)
    set_control(page, key, chosen, trial())
    said, controls = text(page), shown(page)
    assert said != before
    for kind in ("streamlit", "plain"):
        other = new_tab()
        other.goto(page.url.replace(here.url, hosts(kind).url))
        ready(other, path)
        wait_for(other, lambda other=other: text(other), said)
        assert query(other) == query(page) == {"v": "1", key: chosen}
        assert shown(other) == controls


def test_state_goes_along_from_page_to_page(page: Page, server: Server) -> None:
    """Each page's change stays while others are visited, in the address and in the controls."""
    link = {"v": "1"}
    open_page(page, server, PAGES[0])
    for path, (key, chosen) in CHANGED.items():
        go(page, path)
        set_control(page, key, chosen, trial())
        link[key] = chosen
        assert query(page) == link
    for path in FRAMED:
        go(page, path)
        assert query(page) == link
        assert shown(page) == wanted(path, link, trial())


def test_the_overview_leads_on_with_the_state(page: Page, server: Server) -> None:
    open_page(page, server, "overview", LINK)
    main(page).get_by_role("link", name="Change the plan").click()
    ready(page, "sample-size")
    assert query(page) == LINK


def test_back_and_forward_through_changes(page: Page, server: Server) -> None:
    """Back undoes a change: control, text and address; Forward does it again."""
    states = []
    open_page(page, server, "endpoints", {"v": "1"})
    for key, chosen in ((None, ""), ("test", "sign-flip"), ("outcome", "pga"), ("alpha", "0.1")):
        if key:
            set_control(page, key, chosen, trial())
        states.append((query(page), shown(page), text(page)))
    for state in (*states[-2::-1], *states[1:]):
        page.go_back() if state in states[:-1] and len(query(page)) > len(state[0]) else page.go_forward()
        wait_for(page, lambda: (query(page), shown(page), text(page)), state)
        sound(page)


def test_back_and_forward_through_pages(page: Page, server: Server) -> None:
    """Back leads to the page before as it was left."""
    open_page(page, server, "endpoints", {"v": "1"})
    set_control(page, "test", "sign-flip", trial())
    go(page, "sample-size")
    n = str(int(wanted_default("n", trial())) + 1)  # one step, one entry in the history
    set_control(page, "n", n, trial())
    go(page, "flow")
    first = {"v": "1", "test": "sign-flip"}
    both = {**first, "n": n}
    for step, path, link in (
        (page.go_back, "sample-size", both),
        (page.go_forward, "flow", both),
        (page.go_back, "sample-size", both),
        (page.go_back, "sample-size", first),
        (page.go_back, "endpoints", first),
        (page.go_back, "endpoints", {"v": "1"}),
        (page.go_forward, "endpoints", first),
        (page.go_forward, "sample-size", first),
    ):
        step()
        ready(page, path)
        wait_for(page, lambda: (query(page), shown(page)), (link, wanted(path, link, trial())))
