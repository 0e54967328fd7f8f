"""Robustness: a click on a point of the specification curve sets the whole dashboard, and so does the picker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lib.assumptions import read, write
from lib.questions import robustness
from lib.questions.specifications import set_to
from tests.browser.helpers import Server, go, main, open_page, query, ready, shown, trial, wait_for, wanted

pytestmark = pytest.mark.browser

PLACE = """([trace, point]) => {
    const figure = document.querySelector('.st-key-figure-specifications .js-plotly-plot')
    const {xaxis, yaxis} = figure._fullLayout, data = figure._fullData[trace], box = figure.getBoundingClientRect()
    return [box.x + xaxis._offset + xaxis.l2p(data.x[point]), box.y + yaxis._offset + yaxis.l2p(data.y[point])]
}"""
"""Where a point of the upper part lies in the window."""

RANKS = "() => document.querySelector('.st-key-figure-specifications .js-plotly-plot')._fullData[2].customdata.flat()"

START = {"v": "1", "test": "sign-flip", "show": "2", "loss": "worst"}


def link_of(rank: int, start: dict[str, str]) -> dict[str, str]:
    """The address once the dashboard is set to the specification of this rank."""
    current = read(start, trial()).assumptions
    every = robustness.answer(trial(), current).multiverse
    assert isinstance(every, robustness.MultiverseResult)
    return write(set_to(dict(every.specifications[rank - 1].link), current, trial()), trial())


def click(page: Page, trace: int, point: int, rank: int) -> None:
    """Click on one point once the figure says that it is this one."""
    page.locator(".st-key-figure-specifications .nsewdrag").first.evaluate("e => e.scrollIntoView({block: 'center'})")
    x, y = page.evaluate(PLACE, [trace, point])
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    expect(page.locator(".st-key-figure-specifications .hoverlayer")).to_contain_text(f"Analysis {rank}:")
    page.mouse.click(x, y)


def test_a_click_on_a_specification_sets_the_dashboard_and_back_undoes_it(page: Page, server: Server) -> None:
    open_page(page, server, "robustness", START)
    expect(main(page).get_by_text("yours", exact=True)).to_have_count(0)
    expect(main(page).get_by_text("Your analysis is none of these 270: what you assume")).to_be_visible()
    ranks = page.evaluate(RANKS)
    places = (0, len(ranks) // 2)
    for place in places:
        click(page, 2, place, ranks[place])
        link = link_of(ranks[place], START)
        wait_for(page, lambda: query(page), link)
        expect(page.locator(".st-key-figure-specifications").get_by_text("yours", exact=True)).to_have_count(1)
        assert shown(page) == wanted("robustness", link, trial())
    go(page, "endpoints")
    assert shown(page) == wanted("endpoints", link, trial())
    page.go_back()
    ready(page, "robustness")
    page.go_back()
    wait_for(page, lambda: query(page), link_of(ranks[places[0]], START))


def test_the_picker_does_the_same_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "robustness", START)
    field = page.get_by_label("Analysis, 1 to 270")
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(main(page).get_by_text("Analysis 12: ")).to_be_visible()
    button = page.get_by_role("button", name="Use analysis 12")
    button.focus()
    page.keyboard.press("Enter")
    wait_for(page, lambda: query(page), link_of(12, START))
    expect(page.get_by_label("Analysis, 1 to 270")).to_have_value("12")
