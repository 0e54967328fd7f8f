"""Open to everyone: axe-core finds nothing that the app causes, every control is reached by keyboard, zoom reflows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    FRAMED,
    LINK,
    PAGES,
    Server,
    main,
    open_page,
    query,
    settle,
    wait_for,
    wait_until,
)

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
EXCUSED: dict[str, str] = {}
"""axe rule → why Streamlit, and not this app, breaks it. Empty: there is none at present."""


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is, everything that can be folded out being so.

    It judges no contrast on a gradient, so the shade at the edge of a table, which would keep it from everything in
    there, is taken away.
    """
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    page.evaluate("document.querySelectorAll('.wide').forEach(frame => { frame.style.backgroundImage = 'none' })")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'][:200] for node in rule['nodes'][:3]]}"
        for rule in found
        if rule["id"] not in EXCUSED
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(path: str, scheme: str, themed: Callable[..., Page], server: Server) -> None:
    page = themed(scheme)
    open_page(page, server, path, LINK)
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_phone(path: str, themed: Callable[..., Page], server: Server) -> None:
    page = themed("light", 390, 844)
    open_page(page, server, path)
    assert violations(page) == []


def test_axe_can_fail(themed: Callable[..., Page], server: Server) -> None:
    page = themed("light")
    open_page(page, server, PAGES[0])
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:image/gif;base64,\">')")
    assert any(found.startswith("image-alt") for found in violations(page))


REACHABLE = """() => {
    const kinds = 'a[href], button, input, summary, [tabindex]'
    const seen = [...document.querySelectorAll(kinds)].filter(element =>
        element.tabIndex >= 0 && !element.disabled && element.checkVisibility({visibilityProperty: true})
        && element.getClientRects().length && !element.closest('[aria-hidden=true], [inert]')
        && element.tagName !== 'MAIN'  // the page itself, which takes the focus only to be scrolled
        // pills are one stop of Tab; arrow keys go on inside
        && element === (element.closest('[data-testid=stButtonGroup]')?.querySelector('button') ?? element))
    seen.forEach((element, place) => { element.dataset.place = place })
    return seen.map(element => `${element.tagName} ${element.ariaLabel || element.innerText || element.id}`)
}"""


STYLE = """
const drawn = element => {
    const styles = []
    for (let e = element, up = 0; e && up < 5; e = e.parentElement, up++)
        for (const f of [e, ...e.children]) {
            const s = getComputedStyle(f)
            styles.push(s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor, s.color)
        }
    return styles.join('|')
}
"""
"""How an element and what is around it are drawn, so that a difference shows where the focus is."""
UNFOCUSED = f"""() => {{{STYLE}
    document.activeElement.blur()
    return Object.fromEntries([...document.querySelectorAll('[data-place]')].map(e => [e.dataset.place, drawn(e)]))
}}"""
FOCUSED = f"""() => {{{STYLE}
    const element = document.activeElement
    return [element.dataset.place ?? null, drawn(element)]
}}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_by_tab_and_shows_that_it_is(path: str, page: Page, server: Server) -> None:
    open_page(page, server, path, LINK)
    page.add_style_tag(content="* { transition: none !important }")  # else a ring may be caught before it is drawn
    names = page.evaluate(REACHABLE)
    assert len(names) > (10 if path in FRAMED else 2)
    before = page.evaluate(UNFOCUSED)
    shows: dict[int, bool] = {}
    for _ in range(2 * len(names) + 20):
        page.keyboard.press("Tab")
        place, now = page.evaluate(FOCUSED)
        if place is not None:
            shows[int(place)] = now != before[place]
        if len(shows) == len(names):
            break
    assert [name for place, name in enumerate(names) if place not in shows] == []
    assert [names[place] for place, shown in shows.items() if not shown] == []


def test_arrow_keys_go_from_pill_to_pill(page: Page, server: Server) -> None:
    open_page(page, server, "flow")
    pills = page.locator(".st-key-who button")
    pills.first.focus()
    for pill in pills.all()[1:]:
        page.keyboard.press("ArrowRight")
        expect(pill).to_be_focused()


def test_a_chip_is_taken_away_by_keyboard_alone(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints", LINK)
    chip = page.locator(".st-key-chip-test button:visible")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    settle(page)
    wait_until(lambda: page.wait_for_timeout(50) or "test" not in query(page), "the test to leave the address")


@pytest.mark.parametrize("path", PAGES)
def test_zoomed_in_nothing_runs_off_sideways(path: str, page: Page, server: Server) -> None:
    """200 % of a laptop, a telephone, and 400 % (WCAG 1.4.10), each from the start and after turning the device."""
    for width, height in ((320, 640), (390, 844), (720, 450)):
        page.set_viewport_size({"width": width, "height": height})
        if width == 320:
            open_page(page, server, path, LINK)
            page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        wait_for(page, lambda width=width: _sideways(page) <= 1 and page.evaluate("innerWidth") == width, True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(main(page).evaluate("section => section.scrollWidth - section.clientWidth"))
