"""The app and the rest of the world: nothing is fetched from elsewhere, responses carry their headers, twins agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.helpers import (
    FRAMED,
    LINK,
    PAGES,
    Server,
    Watch,
    address,
    get,
    go,
    main,
    open_page,
    settle,
    text,
    trial,
)

pytestmark = pytest.mark.browser

KEYS = {"assumptions", "changed", "problems", "version", "data_sha256", "result"}
ASGI = ("streamlit", "uvicorn")


def test_nothing_comes_from_outside(page: Page, watch: Watch, server: Server) -> None:
    """Every request of every page, opened expanders and all, goes to the server; this browser reaches nothing else."""
    open_page(page, server, PAGES[0], LINK)
    for path in FRAMED:
        go(page, path)
        main(page).evaluate("page => page.querySelectorAll('summary').forEach(opener => opener.click())")
        settle(page)
    places = {urlsplit(url)[:2] for url in watch.requests}
    assert {host for scheme, host in places if scheme not in ("data", "blob")} == {urlsplit(server.url).netloc}
    assert {scheme for scheme, _ in places} <= {"http", "ws", "data", "blob"}
    assert {scheme for scheme, _ in places} >= {"http", "ws"}


@pytest.mark.parametrize("kind", ASGI)
def test_headers(kind: str, hosts: Callable[[str], Server]) -> None:
    server = hosts(kind)
    for place in ("/", *(address(path, LINK) for path in PAGES)):
        status, headers, page = get(server.url + place, accept="text/html,*/*;q=0.8")
        assert (status, headers.get_content_type()) == (200, "text/html")
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert "unsafe" not in policy["script-src"]
        assert policy["object-src"] == "'none'"
        assert '<div id="root"' in page
    for place in ("/", "/api/", "/api/flow.json", "/api/nothing.json", "/_stcore/health"):
        headers = get(server.url + place)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("kind", ASGI)
def test_twins(kind: str, hosts: Callable[[str], Server]) -> None:
    server = hosts(kind)
    status, _, body = get(f"{server.url}/api/")
    assert status == 200
    assert [page["path"] for page in json.loads(body)["pages"]] == PAGES
    for path in PAGES:
        status, headers, body = get(server.url + "/api" + address(f"{path}.json", LINK))
        twin = json.loads(body)
        assert (status, headers.get_content_type()) == (200, "application/json")
        assert twin.keys() == KEYS
        assert twin["problems"] == []
        assert {"v": "1", **twin["changed"]} == LINK
        assert twin["data_sha256"] == trial().sha256
    status, _, body = get(f"{server.url}/api/nothing.json")
    assert status == 404
    assert json.loads(body)["pages"] == PAGES


@pytest.mark.parametrize("link", [{}, LINK], ids=["bare", "changed"])
def test_page_says_what_its_twin_says(link: dict[str, str], page: Page, server: Server) -> None:
    open_page(page, server, PAGES[0], link)
    for path in FRAMED:
        go(page, path)
        result = json.loads(get(server.url + "/api" + address(f"{path}.json", link))[2])["result"]
        assert " ".join(result["reading"].split()) in text(page)
