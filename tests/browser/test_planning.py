"""The planner in a real browser: every design by its link, progress with a stop, kept plans, refusals at controls."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from lib.assumptions import CONTROLS
from lib.design.registry import DESIGNS
from tests.browser.helpers import (
    Server,
    address,
    get,
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

START = {"v": "1", "n": "9", "dropout": "0.2", "mc-width": "0.05"}


def twin(server: Server, link: dict[str, str]) -> dict:  # type: ignore[type-arg]
    return json.loads(get(server.url + address("api/sample-size.json", link))[2])


@pytest.mark.parametrize("design", DESIGNS)
def test_page_twin_link_and_paragraph_of_every_design(design: str, page: Page, server: Server) -> None:
    link = START | {"design": design}
    open_page(page, server, "sample-size", link)
    result = twin(server, link)["result"]
    assert result["chosen"]["key"] == design
    assert result["paragraph"] in text(page)
    assert result["reading"] in text(page)
    assert shown(page) == wanted("sample-size", link, trial())
    assert query(page) == link
    expect(page.locator(".st-key-figure-power .js-plotly-plot")).to_have_count(1)
    expect(page.locator(".st-key-figure-categories .js-plotly-plot")).to_have_count(
        int(result["categories"] is not None)
    )


def test_the_paragraph_and_the_script_can_be_copied(page: Page, server: Server) -> None:
    open_page(page, server, "sample-size", START)
    blocks = page.locator("[data-testid=stCode]")
    expect(blocks.first).to_contain_text("a paired t test has a power of")
    blocks.first.hover()
    expect(blocks.first.get_by_role("button")).to_be_visible()
    main(page).get_by_text("The same as a script").click()
    expect(blocks.nth(1)).to_contain_text('design = DESIGNS["paired-t"]'.replace('"', "'"))


SLOW = {"v": "1", "design": "parallel-ordinal", "n": "90", "curve": "detectable", "mc-width": "0.002"}
"""Minutes of work: detectable effects of a conditional test at each n, to within a fifth of a percent."""


def test_what_takes_long_shows_progress_and_stops_at_once(page: Page, server: Server) -> None:
    page.goto(server.url + address("sample-size", SLOW))
    computing = page.locator(".st-key-computing")
    expect(computing.get_by_role("progressbar")).to_be_visible()
    expect(computing).to_contain_text(re.compile(r"… \d+ %"))
    assert shown(page)["n"] == "90", "controls are there meanwhile"
    computing.get_by_role("button", name="Stop").click()
    expect(computing).to_have_count(0)
    expect(main(page).get_by_text(re.compile(r"Stopped at \d+ %"))).to_be_visible()
    settle(page)
    assert query(page) == SLOW
    assert shown(page)["n"] == "90"
    expect(main(page).get_by_role("button", name="Compute", exact=True)).to_be_visible()
    page.goto(server.url + address("sample-size", START))
    ready(page, "sample-size")
    expect(main(page).get_by_text("Stopped at")).to_have_count(0)


def test_the_figure_of_a_slide_stops_too(page: Page, server: Server) -> None:
    """The slide asks for itself in every run, which must not begin its figure anew."""
    link = {"v": "1", "slide": "11", "design": "ordinal-signed-rank", "n": "190"}  # half a minute for the curve alone
    page.goto(server.url + address("present", link))
    computing = page.locator(".st-key-figure .st-key-computing")  # the slide's own answer is there
    computing.get_by_role("button", name="Stop").click()
    expect(page.locator(".st-key-figure").get_by_text(re.compile(r"Stopped at \d+ %"))).to_be_visible()
    expect(computing).to_have_count(0)
    expect(main(page).get_by_role("button", name="Compute", exact=True)).to_be_visible()


def test_another_control_ends_what_takes_long(page: Page, server: Server) -> None:
    page.goto(server.url + address("sample-size", SLOW))
    expect(page.locator(".st-key-computing")).to_be_visible()
    set_control(page, "design", "paired-t", trial())
    ready(page, "sample-size")
    expect(main(page).get_by_text("needs n = 10", exact=False).first).to_be_visible()


def test_kept_plans_stand_beside_the_present_one_and_in_the_link(page: Page, server: Server) -> None:
    open_page(page, server, "sample-size", {"v": "1"})
    keep = main(page).get_by_role("button", name="Keep this plan")
    keep.click()
    wait_for(page, lambda: query(page).get("keep"), "design:paired-t")
    expect(keep).to_be_disabled()
    set_control(page, "design", "two-sample-t", trial())
    set_control(page, "dropout", "0.2", trial())
    keep.click()
    both = "design:paired-t~design:two-sample-t,dropout:0.2"
    wait_for(page, lambda: query(page).get("keep"), both)
    rows = main(page).get_by_role("row").filter(has_text=re.compile("^(Present: |1: |2: )"))
    expect(rows).to_have_count(3)
    page.goto(server.url + address("sample-size", {"v": "1", "keep": both}))
    ready(page, "sample-size")
    expect(rows).to_have_count(3)
    main(page).get_by_role("button", name="Use plan 2").click()
    wait_for(page, lambda: query(page).get("dropout"), "0.2")
    assert shown(page)["dropout"] == "0.2"
    main(page).get_by_role("button", name="Take away plan 1").click()
    wait_for(page, lambda: query(page).get("keep"), "design:two-sample-t,dropout:0.2")
    go(page, "overview")
    go(page, "sample-size")
    expect(rows).to_have_count(2)


def test_shares_that_do_not_sum_are_refused_at_their_control_and_keep_the_state(page: Page, server: Server) -> None:
    link = {"v": "1", "design": "ordinal-t", "n": "20"}
    open_page(page, server, "sample-size", link)
    box = page.locator(".st-key-improve-treated input")
    for typed, told in (("50 20 10 5 5", "= 90 % given"), ("a lot", "wanted a number from 0 to 100")):
        box.fill(typed)
        box.press("Enter")
        expect(page.locator(".st-key-lead").get_by_role("alert").filter(has_text=told)).to_be_visible()
        settle(page)
        expect(box).to_have_value(typed)
        assert shown(page)["n"] == "20"
    box.fill("10, 20, 30, 30, 10")
    box.press("Enter")
    wait_for(page, lambda: query(page).get("improve-treated"), "10_20_30_30_10")
    expect(page.locator(".st-key-lead").get_by_role("alert")).to_have_count(0)
    expect(main(page).get_by_text("10/20/30/30/10 %", exact=False).first).to_be_visible()


@pytest.mark.parametrize("curve", [choice.value for choice in CONTROLS["curve"].choices(trial())])
def test_every_view_is_drawn_and_told(curve: str, page: Page, server: Server) -> None:
    link = START | {"curve": curve}
    open_page(page, server, "sample-size", link)
    figure = page.locator(".st-key-figure-power")
    expect(figure.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(figure.locator("h2")).not_to_be_empty()
    figure.locator("summary").click()
    expect(figure.get_by_role("row").nth(3)).to_be_visible()
