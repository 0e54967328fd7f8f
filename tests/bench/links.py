"""From a link to the first figure, with what was there before left out layer by layer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from tests.bench.changes import context
from tests.browser.helpers import PATIENCE, start

PAGE = "overview"
"""What the link leads to."""


@dataclass
class Taken:
    """Seconds to the first figure: from the start of the process, or from the link."""

    cold: list[float] = field(default_factory=list)
    healthy: list[float] = field(default_factory=list)
    fresh: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)


def measure(browser: Browser, folder: Path, kind: str, link: str, taken: Taken) -> None:
    """Start a server and follow the link three times: at once, with a fresh browser cache, and with a filled one."""
    first, second = context(browser), context(browser)
    began = time.time()
    server = start(kind, folder / f"{kind}.log")
    taken.healthy.append(time.time() - began)
    try:
        taken.cold.append(_drawn(first, server.url + link) - began)
        for times in (taken.fresh, taken.again):
            began = time.time()
            times.append(_drawn(second, server.url + link) - began)
    finally:
        server.stop()
        first.close()
        second.close()


def _drawn(viewer: BrowserContext, url: str) -> float:
    """When the first figure was drawn, in seconds since 1970 by the browser's clock."""
    page = viewer.new_page()
    page.goto(url, wait_until="commit")
    moment = page.evaluate("patience => bench.first(patience)", PATIENCE * 1000)
    page.close()
    return float(moment) / 1000
