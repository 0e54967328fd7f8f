"""From a control change to the redrawn figures, for a page of the app and its two peers in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from tests.bench import walks
from tests.bench.walks import State, Step, Walk
from tests.browser.conftest import DESKTOP
from tests.browser.helpers import PATIENCE, Server, address

PROBE = Path(__file__).with_name("probe.js")
Browsers = tuple[Browser, Browser, Browser]
"""One for the page and one for each peer: Chromium draws a tab that stands behind another once a second."""
PAUSE = 150
"""Milliseconds after a change in which servers may tidy up."""
CONTROL = {"pills": ".st-key-who", "slider": ".st-key-n"}
"""The control that is changed, the same on a page and on its peers."""
WALKS: dict[str, Callable[[int], Walk]] = {"pills": walks.pills, "slider": walks.slider}


@dataclass
class Measured:
    """Milliseconds of every change on one page: of its peers, and of its own new states and those seen before."""

    path: str
    charts: int = 0
    empty: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True)
class Tab:
    """One viewer, and what the page of this viewer says in a state."""

    page: Page
    says: Callable[[State], str]

    def change(self, control: str, step: Step) -> float:
        """Make one change and return how long its figures took, by the page's own clock."""
        place = CONTROL[control]
        self.page.evaluate(
            "([place, wanted, patience]) => bench.arm(place, wanted, patience)", self._wanted(place, step)
        )
        ACTIONS[control](self.page, place, step.press)
        taken = float(self.page.evaluate("bench.change"))
        self.rest(PAUSE)
        return taken

    def rest(self, pause: float) -> None:
        """Wait for the end of the run, and some milliseconds more."""
        self.page.evaluate("patience => bench.quiet(patience)", PATIENCE * 1000)
        self.page.wait_for_timeout(pause)

    def _wanted(self, place: str, step: Step) -> list[str | float]:
        return [place, self.says(step.state), PATIENCE * 1000]


def _press_pill(page: Page, place: str, press: str) -> None:
    page.locator(place).get_by_role("button", name=press, exact=True).click()


def _press_key(page: Page, place: str, press: str) -> None:
    page.locator(f"{place} input[type=range]").focus()
    page.keyboard.press(press)


ACTIONS: dict[str, Callable[[Page, str, str], None]] = {"pills": _press_pill, "slider": _press_key}


def measure(browsers: Browsers, ours: Server, peer: Server, path: str, repetitions: int, end: float) -> Measured:
    """One page and its peers, in turn, so that whatever else the machine does hits all alike; not beyond `end`."""
    measured = Measured(path)
    pages = [context(browser).new_page() for browser in browsers]
    control = "slider" if path == "sample-size" else "pills"
    walk = WALKS[control](repetitions)
    try:
        own = _open(pages[0], ours.url + address(path), walks.stamped, walk)
        measured.charts = own.page.evaluate("bench.charts()")
        peers = [{"control": control, "charts": str(count)} for count in (measured.charts, 0)]
        bare, empty = (
            _open(page, peer.url + address("", query), walks.titled, walk)
            for page, query in zip(pages[1:], peers, strict=True)
        )
        for step in takewhile(lambda _: time.monotonic() < end, walk.steps):
            (measured.new if step.new else measured.seen).append(own.change(control, step))
            measured.bare.append(bare.change(control, step))
            measured.empty.append(empty.change(control, step))
    except (BrowserError, AssertionError) as error:
        measured.fault = str(error).splitlines()[0]
    finally:
        for page in pages:
            page.context.close()
    return measured


def context(browser: Browser) -> BrowserContext:
    """A viewer with a browser cache of their own, whose pages carry the probe."""
    viewer = browser.new_context(viewport=DESKTOP, locale="en-GB", reduced_motion="reduce")
    viewer.set_default_timeout(PATIENCE * 1000)
    viewer.add_init_script(path=PROBE)
    return viewer


def _open(page: Page, url: str, says: Callable[[State], str], walk: Walk) -> Tab:
    page.goto(url)
    page.evaluate("([wanted, patience]) => bench.shown(wanted, patience)", [says(walk.start), PATIENCE * 1000])
    tab = Tab(page, says)
    tab.rest(PAUSE)
    return tab
