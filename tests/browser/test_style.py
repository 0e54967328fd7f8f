"""What has no room is shown to be there: the rest of a table, the cross of a chip, the controls; and links' colour."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from lib.assumptions import CONTROLS
from lib.figures.look import LOOKS
from tests.browser.helpers import Server, main, open_page, trial

pytestmark = pytest.mark.browser

PHONE = (390, 844)
SMALL = (320, 640)
"""The smallest telephone, and a laptop at 400 %."""


# ---- tables


@pytest.fixture
def table(themed: Callable[..., Page], server: Server, request: pytest.FixtureRequest) -> Locator:
    """The frame of the widest table of Data, for a viewer on a phone who prefers light or dark."""
    page = themed(request.param, *PHONE)
    open_page(page, server, "data")
    frame = main(page).get_by_role("region", name="Table III. ")
    frame.scroll_into_view_if_needed()
    return frame


def scrolled(frame: Locator, to: int) -> None:
    """Move what is in the frame, and let it be drawn."""
    frame.evaluate("(frame, to) => { frame.scrollLeft = to }", to)
    frame.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")


def edge(frame: Locator) -> tuple[int, ...]:
    """The colour 3 px inside the right edge of a frame, in its first row, which has nothing there."""
    image = Image.open(BytesIO(frame.screenshot())).convert("RGB")
    return tuple(image.getpixel((image.width - 4, 12)))


@pytest.mark.parametrize("table", LOOKS, indirect=True)
def test_a_table_that_goes_on_has_a_shade_at_the_edge_that_hides_it(table: Locator, request) -> None:
    paper = tuple(bytes.fromhex(LOOKS[request.node.callspec.params["table"]].paper[1:]))
    names = table.locator("tbody th").first
    left = "th => Number(getComputedStyle(th, '::after').opacity)"
    assert table.evaluate("frame => frame.scrollWidth > 2 * frame.clientWidth")
    assert max(abs(a - b) for a, b in zip(edge(table), paper, strict=True)) > 20
    assert names.evaluate(left) == 0
    scrolled(table, 10_000)
    assert edge(table) == paper
    assert names.evaluate(left) == 1


@pytest.mark.parametrize("table", ["light"], indirect=True)
def test_a_table_scrolls_below_its_title_and_behind_the_names_of_its_rows(table: Locator) -> None:
    stay = [table.locator(".pv-title"), table.locator("thead th").first, table.locator("tbody th").last]
    before = [one.bounding_box() for one in stay]
    moves = table.locator("tbody td").first.bounding_box()
    scrolled(table, 300)
    assert [one.bounding_box() for one in stay] == before
    assert table.locator("tbody td").first.bounding_box() != moves
    title, frame = before[0], table.bounding_box()
    assert title
    assert frame
    assert frame["x"] <= title["x"]
    assert title["x"] + title["width"] <= frame["x"] + frame["width"]


def test_a_tap_on_a_mark_shows_what_the_ledger_says(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    try:
        page = context.new_page()
        open_page(page, server, "data")
        expect(main(page).get_by_text("point at the mark or tap it")).to_be_visible()
        mark = main(page).locator(".pv-verdict").first
        told = "mark => { const box = getComputedStyle(mark, '::after'); return [box.content, box.position] }"
        assert mark.evaluate(told)[0] == "none"
        mark.tap()
        assert mark.evaluate(told) == [f'"{mark.get_attribute("title")}"', "fixed"]
    finally:
        context.close()


# ---- controls


def test_a_chip_on_a_phone_shows_the_cross_that_takes_it_away(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    open_page(page, server, "sample-size", {"v": "1", "design": "sequential-obrien-fleming", "dropout": "0.2"})
    chip = page.locator(".st-key-chip-design button:visible")
    cross = chip.locator("p").evaluate(
        """text => {
            const [last, range] = [text.lastChild, document.createRange()]
            range.setStart(last, last.length - 1)
            range.setEnd(last, last.length)
            return [range.toString(), range.getBoundingClientRect().toJSON()]
        }"""
    )
    box = chip.bounding_box()
    assert box
    assert cross[0] == "✕"
    assert cross[1]["right"] <= box["x"] + box["width"] <= PHONE[0]
    assert cross[1]["bottom"] <= box["y"] + box["height"]
    page.mouse.click(cross[1]["x"] + 2, cross[1]["y"] + 2)
    expect(chip).to_have_count(0)


@pytest.mark.parametrize("width", [PHONE[0], 1440])
def test_the_button_of_the_sidebar_says_what_is_in_it(width: int, page: Page, server: Server) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, server, "endpoints")
    if width > PHONE[0]:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").dispatch_event("click")
    button = page.get_by_role("button", name="Expand sidebar", exact=True)
    expect(button).to_be_visible()
    word, colour, ink = button.evaluate(
        "button => [getComputedStyle(button, '::after').content, getComputedStyle(button, '::after').color,"
        " getComputedStyle(document.querySelector('h1')).color]"
    )
    box = button.bounding_box()
    assert word == '"Assumptions"'
    assert colour == ink
    assert box
    assert box["width"] > 90  # px: the icon alone has 30
    assert button.evaluate("button => button.scrollWidth <= button.clientWidth")
    navigation = page.locator(".st-key-navigation").bounding_box()
    assert navigation
    assert navigation["y"] >= box["y"] + box["height"]
    button.click()
    expect(page.get_by_test_id("stSidebar").get_by_role("combobox").first).to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=str)
def test_on_a_phone_the_actions_are_one_row_below_the_title(size: tuple[int, int], page: Page, server: Server) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, server, "trajectories")
    actions = page.locator(".st-key-title :is(a, button):visible")
    boxes = [action.bounding_box() for action in actions.all()]
    assert len(boxes) == 4
    assert len({(box["y"], round(box["width"]), box["height"]) for box in boxes if box}) == 1
    title = page.locator("h1").bounding_box()
    assert title
    assert boxes[0]
    assert boxes[0]["y"] >= title["y"] + title["height"]
    for name, action in zip(("Present", "Share", "Download", "Text & code"), actions.all(), strict=True):
        expect(action).to_have_accessible_name(name)
        assert action.locator("p").evaluate(
            "word => { const [inner, outer] = [word, word.closest('a, button')].map(e => e.getBoundingClientRect());"
            " return outer.left <= inner.left && inner.right <= outer.right }"
        )


@pytest.mark.parametrize("curve", ["both", "detectable"])
def test_what_is_drawn_is_told_whole(curve: str, page: Page, server: Server) -> None:
    open_page(page, server, "sample-size", {"v": "1", "design": "responders-mcnemar", "curve": curve})
    for key, chosen in (("curve", curve), ("design", "responders-mcnemar")):
        field = page.locator(f".st-key-{key} input")
        expect(field).to_have_value(CONTROLS[key].describe(chosen, trial()))
        needed, room = field.evaluate(
            """field => {
                const [pen, style] = [document.createElement("canvas").getContext("2d"), getComputedStyle(field)]
                pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
                const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight)
                return [pen.measureText(field.value).width, field.clientWidth - padding]
            }"""
        )
        assert needed <= room


# ---- links


@pytest.mark.parametrize("scheme", LOOKS)
def test_links_in_the_text_have_the_colour_of_the_theme(
    scheme: str, themed: Callable[..., Page], server: Server
) -> None:
    page = themed(scheme)
    open_page(page, server, "evidence")
    colours = main(page).locator("p a").evaluate_all("links => links.map(link => getComputedStyle(link).color)")
    wanted = "rgb({}, {}, {})".format(*bytes.fromhex(LOOKS[scheme].treated.colour[1:]))
    assert len(colours) > 20
    assert set(colours) == {wanted}
