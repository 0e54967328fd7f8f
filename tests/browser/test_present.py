"""Present: slides by keyboard and by link, controls live on them, and text that the back row reads, in two shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.assumptions import read
from lib.questions import story
from lib.questions.story import StoryResult
from tests.browser.helpers import (
    Server,
    Watch,
    open_page,
    query,
    ready,
    settle,
    steady,
    trial,
    unfold,
    wait_for,
)

pytestmark = pytest.mark.browser

SHAPES = {"16:9": (1280, 720), "4:3": (1024, 768)}
LEAST = 24
"""px: the smallest text that is read from the back row."""


def told(link: dict[str, str] | None = None) -> StoryResult:
    return story.answer(trial(), read(link or {}, trial()).assumptions)


LAST = len(told().slides)
AT = {slide.key: place for place, slide in enumerate(told().slides, 1)}


@pytest.fixture
def hall(themed: Callable[..., Page], watch: Watch) -> Iterator[Callable[..., Page]]:
    """`hall(shape, scheme)`: a projector's window, in which nothing complains."""
    yield lambda shape="16:9", scheme="light": themed(scheme, *SHAPES[shape])
    assert not watch.complaints


def title(page: Page) -> str:
    return page.locator("h1").inner_text()


def place(page: Page) -> int:
    """The number of the slide, as the bar tells it."""
    return int(page.locator(".st-key-bar .count").inner_text().split()[0])


def on(page: Page, number: int, link: dict[str, str] | None = None) -> None:
    """Wait for a slide: its title, its number, and the number in the address."""
    slide = told(link).slides[number - 1]
    expect(page.locator("h1")).to_have_text(slide.title)
    wait_for(page, lambda: (place(page), query(page).get("slide", "1")), (number, str(number)))


def press(page: Page, key: str, number: int) -> None:
    page.keyboard.press(key)
    on(page, number)


def test_every_slide_forward_and_back_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "present")
    forward = ["ArrowRight", "PageDown", " "]
    for number in range(2, LAST + 1):
        press(page, forward[number % 3], number)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert steady(page, lambda: place(page)) == LAST
    for number in range(LAST - 1, 0, -1):
        press(page, ["ArrowLeft", "PageUp"][number % 2], number)
    press(page, "End", LAST)
    press(page, "Home", 1)
    page.keyboard.press("ArrowLeft")
    assert steady(page, lambda: place(page)) == 1


@pytest.mark.parametrize("key", ["ArrowRight", "PageDown"])
def test_fast_presses_end_at_the_right_slide(key: str, page: Page, server: Server) -> None:
    """Ten presses, as fast as a keyboard repeats, and then more than there are slides."""
    open_page(page, server, "present")
    for _ in range(10):
        page.keyboard.press(key, delay=10)
        page.wait_for_timeout(30)
    on(page, min(11, LAST))
    for _ in range(4):
        page.keyboard.press(key, delay=10)
    assert steady(page, lambda: place(page)) == LAST


def black(page: Page) -> Locator:
    return page.locator("#black")


@pytest.mark.parametrize("key", ["b", "."])
def test_a_black_screen_that_any_of_the_keys_ends_without_turning_a_slide(key: str, page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": "2"})
    for ends in (key, "ArrowRight", "PageDown", " ", "Home", "Escape"):
        page.keyboard.press(key)
        expect(black(page)).to_be_visible()
        box = black(page).bounding_box()
        assert box
        assert (box["width"], box["height"]) == (page.viewport_size["width"], page.viewport_size["height"])
        assert black(page).evaluate("cover => getComputedStyle(cover).backgroundColor") == "rgb(0, 0, 0)"
        page.keyboard.press(ends)
        expect(black(page)).to_have_count(0)
    assert steady(page, lambda: place(page), 5) == 2
    page.keyboard.press(key)
    black(page).click()
    expect(black(page)).to_have_count(0)


def test_a_slide_is_linked_and_back_leads_to_the_one_before(page: Page, server: Server) -> None:
    """A cold link, the same on the first slide's way there, and Back."""
    number = AT["result"]
    open_page(page, server, "present", {"slide": str(number)})
    on(page, number)
    press(page, "ArrowRight", number + 1)
    page.go_back()
    on(page, number)
    page.go_forward()
    on(page, number + 1)


def test_a_slide_that_is_not_there_is_told(page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": str(LAST + 1)})
    expect(page.get_by_text(f"wanted a number from 1 to {LAST}")).to_be_visible()
    assert place(page) == 1


def test_the_keys_are_a_controls_own_while_it_has_the_focus(page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": str(AT["next"])})
    slider, field = page.locator(".st-key-n input[type=range]"), page.locator(".st-key-effect input")
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, lambda: query(page).get("n"), "13")
    page.keyboard.press("Home")
    wait_for(page, lambda: query(page).get("n"), "2")
    field.click()
    for key in ("ArrowLeft", "Home", "End", "PageUp", ".", "b"):
        page.keyboard.press(key)
    assert steady(page, lambda: place(page), 5) == AT["next"]
    expect(black(page)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    page.keyboard.press("PageUp")
    wait_for(page, lambda: place(page), AT["next"] - 1)


def test_what_if_changes_the_numbers_on_the_slide_and_says_what_differs(page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": str(AT["result"])})
    values = page.locator(".fact-value")
    before = values.all_inner_texts()
    assert before == [fact.value for fact in told().slides[AT["result"] - 1].facts]
    unfold(page, page.locator(".st-key-change [role=combobox]"))
    page.get_by_role("option", name="Absolute", exact=True).click()
    changed = told({"change": "absolute"}).slides[AT["result"] - 1]
    expect(values).to_have_text([fact.value for fact in changed.facts])
    assert values.all_inner_texts() != before
    expect(page.locator(".differs")).to_have_text("Differs: Change: Absolute (published: Percent of baseline)")
    wait_for(page, lambda: query(page), {"v": "1", "slide": str(AT["result"]), "change": "absolute"})


def test_n_moves_power_and_figure(page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": str(AT["next"])})
    drawn = page.locator(".st-key-figure .main-svg").first
    before = drawn.inner_html()
    page.locator(".st-key-n input[type=range]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    fact = told({"n": "15"}).slides[-1].facts[1]
    expect(page.locator(".fact-label").nth(1)).to_have_text(fact.label)
    expect(page.locator(".fact-value").nth(1)).to_have_text(fact.value)
    settle(page)
    assert drawn.inner_html() != before


def test_the_way_back_keeps_the_state(page: Page, server: Server) -> None:
    link = {"v": "1", "slide": str(AT["result"]), "test": "sign-flip"}
    open_page(page, server, "present", link)
    page.locator(".st-key-bar").get_by_role("link", name="Dashboard: Endpoints").click()
    ready(page, "endpoints")
    assert query(page) == link
    page.go_back()
    ready(page, "present")
    assert place(page) == AT["result"]


def test_a_host_without_our_script_turns_slides_too(page: Page, hosts: Callable[[str], Server]) -> None:
    open_page(page, hosts("plain"), "present")
    press(page, "ArrowRight", 2)
    page.get_by_role("button", name="Last slide").click()
    on(page, LAST)
    press(page, "ArrowLeft", LAST - 1)


# ---- what is read from the back row

TEXTS = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const clipped = element => {
        for (let e = element; e; e = e.parentElement)
            if (e.getBoundingClientRect().width <= 1.5 && getComputedStyle(e).overflow !== 'visible') return true
    }
    while (walker.nextNode()) {
        const node = walker.currentNode, element = node.parentElement
        if (!node.textContent.trim() || element.closest('style, script, noscript, title')) continue
        if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true}) || clipped(element)) continue
        const range = document.createRange()
        range.selectNodeContents(node)
        const {left, top, right, bottom, width} = range.getBoundingClientRect()
        if (width) found.push({text: node.textContent, size: parseFloat(getComputedStyle(element).fontSize),
            left, top, right, bottom, drawn: Boolean(element.closest('.main-svg')),
            turned: Boolean(element.closest('[transform*=rotate]'))})
    }
    return found
}"""
"""Every visible text with its size and place; what only a screen reader is told is none."""

SCROLLS = """() => [...document.querySelectorAll('.st-key-stage, [data-testid=stMain], html')].map(
    e => [Math.max(0, e.scrollWidth - e.clientWidth), Math.max(0, e.scrollHeight - e.clientHeight)])"""

CHANGED = {"n": "40", "dropout": "0.2", "test": "sign-flip", "outcome": "pga"}


@pytest.mark.parametrize("link", [{}, CHANGED], ids=["published", "changed"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_slide_is_read_from_the_back_row_and_fits_its_window(
    shape: str, link: dict[str, str], hall: Callable[..., Page], server: Server
) -> None:
    page, (width, height) = hall(shape), SHAPES[shape]
    open_page(page, server, "present", link)
    for number in range(1, LAST + 1):
        on(page, number, link)
        expect(page.locator("[data-testid=stPlotlyChart]:not(:has(.main-svg))")).to_have_count(0)
        texts = page.evaluate(TEXTS)
        name = f"slide {number} in {shape}"
        assert len(texts) > 5
        assert [t["text"] for t in texts if t["size"] < LEAST] == [], name
        out = [t for t in texts if t["left"] < 0 or t["top"] < 0 or t["right"] > width or t["bottom"] > height]
        assert out == [], name
        assert page.evaluate(SCROLLS) == [[0, 0]] * 3, name
        assert list(_overlaps([t for t in texts if t["drawn"] and not t["turned"]])) == [], name
        page.keyboard.press("ArrowRight")


def _overlaps(texts: list[dict[str, float]]) -> Iterator[tuple[float, float]]:
    """Texts of a figure that lie on each other; the boxes of lines are a little higher than what is written in them."""
    for i, a in enumerate(texts):
        for b in texts[i + 1 :]:
            across = min(a["right"], b["right"]) - max(a["left"], b["left"])
            down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            if across > 1 and down > SPARE:
                yield a["text"], b["text"]


SPARE = 10
"""px of a line's box of 24 px above and below its letters."""


LONGEST = [
    {"loss": "worst"},
    {"loss": "worst", "test": "sign-flip"},
    {"loss": "best", "test": "sign-flip", "change": "log-ratio"},
    {"loss": "no-change", "test": "t", "outcome": "pga", "change": "responder"},
]
"""Titles of two lines, notes of two lines, and a reason in the place of p."""

FEET = """() => ['.st-key-bar', '.st-key-bar button:not([disabled])', '.st-key-bar .count', '.st-key-bar a'].map(
    place => Math.round(document.querySelector(place).getBoundingClientRect().bottom))"""

PARTS = """() => ['[class*=st-key-told-]', '.st-key-beside > [data-testid=stElementContainer]', '.st-key-figure'].map(
    place => {
        const part = document.querySelector(place)
        return [part.scrollWidth - part.clientWidth, part.scrollHeight - part.clientHeight]
    })"""
"""How much of what is told does not fit where it stands."""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("link", LONGEST, ids=lambda link: ".".join(link.values()))
def test_however_long_a_result_is_its_slide_fits_the_window_and_the_bar_is_at_its_foot(
    link: dict[str, str], shape: str, hall: Callable[..., Page], server: Server
) -> None:
    page, (_, height) = hall(shape), SHAPES[shape]
    open_page(page, server, "present", {**link, "slide": str(AT["result"])})
    on(page, AT["result"], link)
    assert page.evaluate(SCROLLS) == [[0, 0]] * 3
    assert all(height - 54 < foot <= height for foot in page.evaluate(FEET))
    assert page.evaluate(PARTS) == [[0, 0]] * 3
    notes, controls = page.locator(".fact-note").last.bounding_box(), page.locator(".st-key-whatif").bounding_box()
    assert notes
    assert controls
    assert notes["y"] + notes["height"] <= controls["y"]
    texts = page.evaluate(TEXTS)
    assert [t["text"] for t in texts if t["size"] < LEAST] == []
    assert list(_overlaps([t for t in texts if t["drawn"] and not t["turned"]])) == []


def test_a_title_takes_the_width_before_it_takes_a_second_line(hall: Callable[..., Page], server: Server) -> None:
    page = hall()
    open_page(page, server, "present", {"loss": "worst", "slide": str(AT["result"])})
    lines = page.locator("h1 span").first.evaluate("title => [...title.getClientRects()].map(line => line.width)")
    assert len(lines) == 2
    assert lines[0] > 0.8 * (SHAPES["16:9"][0] - 80)


def test_the_pairs_are_the_larger_half_of_their_slide(hall: Callable[..., Page], server: Server) -> None:
    """From the first marker to the last, and to the right of them no more than their labels need."""
    page, width = hall(), SHAPES["16:9"][0]
    open_page(page, server, "present", {"slide": str(AT["result"])})
    figure, points = page.locator(".st-key-figure").bounding_box(), page.locator(".st-key-figure .points path")
    assert figure
    assert figure["width"] > (width - 80) / 2
    assert figure["x"] + figure["width"] == pytest.approx(width - 40, abs=1)
    boxes = [box for point in points.all() if (box := point.bounding_box())]
    assert max(box["x"] for box in boxes) - min(box["x"] for box in boxes) >= 0.3 * width


def test_a_larger_window_has_larger_letters(hall: Callable[..., Page], server: Server) -> None:
    page = hall()
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_page(page, server, "present", {"slide": str(AT["result"])})
    drawn = page.locator(".st-key-figure .main-svg .xtick text").first
    box, note = drawn.bounding_box(), page.locator(".fact-note").first.bounding_box()
    assert box
    assert note
    assert min(box["height"], note["height"]) >= 1.5 * LEAST
    assert page.evaluate(SCROLLS) == [[0, 0]] * 3


def test_on_paper_there_is_the_slide_and_nothing_else(page: Page, server: Server) -> None:
    open_page(page, server, "present", {"slide": str(AT["result"])})
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for hidden in (".st-key-bar", ".st-key-whatif", "[data-testid=stHeader]"):
        expect(page.locator(hidden)).to_be_hidden()
