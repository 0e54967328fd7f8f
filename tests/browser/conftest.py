"""A browser, and servers: one that tests share and others started for one test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

pytest.register_assert_rewrite("tests.browser.helpers")

from tests.browser.helpers import PATIENCE, Server, Watch, start  # noqa: E402

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other place can be reached
]
DESKTOP = {"width": 1440, "height": 900}


FULL, SHELL = "chromium", "chromium-headless-shell"
"""A whole browser, and the same without what surrounds the page: fewer processes, less memory, a tenth less time."""


@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[..., Browser]]:
    """`launch(name, …)`: the first of these browsers that is installed, or what CHROMIUM names; all end at the end.

    They are gone before tests of other folders run: while they are there, so is an event loop.
    """
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        launched: list[Browser] = []

        def start_one(*names: str) -> Browser:
            found = (os.environ.get("CHROMIUM"), *map(shutil.which, names))
            path = next(filter(None, found), None)
            assert path, f"none of {', '.join(names)} is on the PATH; name one in the environment variable CHROMIUM"
            launched.append(playwright.chromium.launch(executable_path=path, args=ARGUMENTS))
            return launched[-1]

        yield start_one
        for browser in launched:
            browser.close()


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Browser:
    """The browser of nearly all tests."""
    return launch(SHELL, FULL)


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One cache for all tests; each has a tab, and so a session, of its own."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture
def watch() -> Watch:
    """What `page` asks for; whatever the test is about, its page must not complain."""
    return Watch()


@pytest.fixture
def page(context: BrowserContext, watch: Watch, fresh_server: Callable[..., Server]) -> Iterator[Page]:
    """A new tab, closed before the servers of the test stop."""
    page = context.new_page()
    watch.attach(page)
    yield page
    page.close()
    assert not watch.complaints


@pytest.fixture
def themed(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """`themed(scheme, width)`: a page for a viewer who prefers light or dark."""
    contexts = []

    def begin(scheme: str, width: int = DESKTOP["width"], height: int = DESKTOP["height"]) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()
        watch.attach(page)
        return page

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def new_tab(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Another viewer's tab, as many as are wanted."""
    tabs: list[Page] = []

    def open_tab() -> Page:
        tabs.append(context.new_page())
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.close()


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`fresh_server(kind, trial=None)`: a host that nobody has asked for anything yet."""
    servers: list[Server] = []

    def begin(kind: str, trial: Path | None = None) -> Server:
        servers.append(start(kind, tmp_path / f"server-{len(servers)}.log", trial))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """`hosts(kind)`: one server of each kind for all tests of this process."""
    servers: dict[str, Server] = {}

    def host(kind: str) -> Server:
        if kind not in servers:
            servers[kind] = start(kind, tmp_path_factory.mktemp(kind) / "server.log")
        return servers[kind]

    yield host
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def server(hosts: Callable[[str], Server]) -> Server:
    """The app as `streamlit run dashboard.py` serves it."""
    return hosts("streamlit")
