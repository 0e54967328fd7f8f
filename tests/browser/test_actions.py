"""Share, Download, Text & code: each from the page that one is on, in two clicks, on every kind of host."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Download, Locator, Page, expect

from lib.assumptions import presets, read
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.report.exports import EXPORTS, codes
from lib.report.links import view_name
from lib.report.order import Order
from tests.browser.helpers import (
    HOSTS,
    LINK,
    PAGES,
    Server,
    get,
    open_page,
    query,
    ready,
    settle,
    text,
    trial,
    unfold,
    wait_for,
)
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

PLAIN = [path for path in PAGES if not QUESTIONS[path].bare]
"""Pages with buttons beside their title."""


def opened(page: Page, action: str) -> Locator:
    """The dialog that this button opens, drawn to its end."""
    page.locator(f".st-key-action-{action} button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    settle(page)
    return dialog


def closed(page: Page) -> None:
    """Leave the dialog by keyboard."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


# --- a link ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def clipboard(context: BrowserContext) -> Callable[[Page], str]:
    """What was copied."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return lambda page: page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("path", PLAIN)
def test_every_preset_of_every_page_is_shared_and_read_alike_elsewhere(
    path: str, page: Page, hosts: Callable[[str], Server], new_tab: Callable[[], Page], clipboard: Callable[[Page], str]
) -> None:
    """The preset by a click, the link by Share, the same text on a server of another kind."""
    here, there, other = hosts("uvicorn"), hosts("streamlit"), new_tab()
    open_page(page, here, path)
    keys = [key for key in presets(trial()) if page.locator(f".st-key-preset-{key}").count()]
    assert "published" in keys
    for key in keys:
        page.locator(f".st-key-preset-{key} button").first.click()
        settle(page)
        wait_for(page, lambda key=key: meant(query(page)), meant(presets(trial())[key].set))
        said = text(page)
        dialog = opened(page, "share")
        dialog.locator("button[data-copy]").click()
        expect(dialog.get_by_role("status")).to_have_text("Copied")
        link = clipboard(page)
        assert link == dialog.locator("code").inner_text().strip()
        assert urlsplit(link).path == f"/{path}"
        closed(page)
        assert meant(dict(parse_qsl(urlsplit(link).query))) == meant(query(page))
        other.goto(link.replace(here.url, there.url))
        ready(other, path)
        wait_for(other, lambda: text(other), said)


def meant(link: dict[str, str]) -> object:
    """The assumptions behind a query; whatever steers the view counts as well."""
    return read(link, trial()).assumptions


def test_share_tells_what_differs_and_draws_the_code(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints", {"v": "1"})
    dialog = opened(page, "share")
    expect(dialog).to_contain_text("Nothing differs")
    expect(dialog).to_contain_text("opens only here")
    picture = dialog.get_by_role("img", name="QR code of the link")
    box = picture.bounding_box()
    assert box
    assert box["width"] >= 150
    closed(page)
    open_page(page, server, "endpoints", LINK)
    dialog = opened(page, "share")
    for told in ("Test: Exact sign-flip test", "n planned: 31"):
        expect(dialog).to_contain_text(told)
    name = view_name("Endpoints", read(LINK, trial()).assumptions, trial())
    expect(page).to_have_title(f"{name} · Pilotlight")


def test_the_link_is_copied_where_the_browser_has_no_clipboard(page: Page, server: Server) -> None:
    """As on a plain http address."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    open_page(page, server, "flow")
    dialog = opened(page, "share")
    dialog.locator("button[data-copy]").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied")


# --- files -----------------------------------------------------------------------------------------------------------

MAGIC = {
    "html": b"<!doctype html>",
    "pptx": b"PK",
    "xlsx": b"PK",
    "zip": b"PK",
    "svg": b"<svg",
    "py": b'"""',
}


def made(page: Page, key: str) -> tuple[Download, bytes]:
    """What the second click, on this kind of file, hands to the browser; the dialog is open."""
    with page.expect_download(timeout=120_000) as downloading:
        page.locator(f".st-key-make-{key} button").click()
    download = downloading.value
    return download, Path(download.path()).read_bytes()


def test_every_kind_of_file_comes_by_the_second_click(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints", LINK)
    opened(page, "files")
    order = Order(Asked("endpoints", trial(), read(LINK, trial()).assumptions))
    for key, export in EXPORTS.items():
        download, content = made(page, key)
        suffix = download.suggested_filename.rpartition(".")[2]
        assert download.suggested_filename.startswith(f"winter2020-endpoints-{key}")
        assert content.startswith(export.make(order) if suffix == "txt" else MAGIC[suffix]), key
        expect(page.locator("[class*='st-key-handover-'] button")).to_contain_text(download.suggested_filename)
        assert export.applies(order.asked)


def test_the_options_of_a_file_are_heeded(page: Page, server: Server) -> None:
    """Sections of the report, format and pages of the tables."""
    open_page(page, server, "flow")
    opened(page, "files")
    for title in [QUESTIONS[path].title for path in PLAIN if path not in ("flow", "data")]:
        pill = page.locator(".st-key-report-sections").get_by_role("button", name=title, exact=True)
        pill.click()
        expect(pill).to_have_attribute("aria-pressed", "false")  # seen to be left out, as a viewer does before the next
    _, report = made(page, "report")
    told = report.decode()
    assert [path for path in PLAIN if f'id="{path}"' in told] == ["flow", "data"]
    unfold(page, page.locator(".st-key-tables-format [role=combobox]"))
    page.get_by_role("option", name="CSV, in a zip").click()
    settle(page)
    download, content = made(page, "tables")
    assert download.suggested_filename.endswith("-csv-this.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = [name for name in archive.namelist() if name.endswith(".csv")]
        assert tables
        for name in tables:
            assert len(list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))) > 1


def test_a_file_can_be_cancelled_and_another_made(page: Page, server: Server) -> None:
    open_page(page, server, "evidence")
    dialog = opened(page, "files")
    page.locator(".st-key-make-slides button").click()
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    told = dialog.get_by_text(re.compile(r"cancelled at \d+ %"))
    expect(told).to_be_visible()
    assert int(re.findall(r"(\d+) %", told.inner_text())[0]) < 100, "it was waited for"
    download, _ = made(page, "script")
    assert download.suggested_filename == "winter2020-evidence-script-page.py"


@pytest.mark.parametrize("kind", [kind for kind in HOSTS if kind != "streamlit"])
def test_other_hosts_give_the_same_files(kind: str, page: Page, hosts: Callable[[str], Server]) -> None:
    """A plain host serves no script of ours, so that the file waits behind a button."""
    open_page(page, hosts(kind), "endpoints", LINK)
    opened(page, "files")
    asked = Asked("endpoints", trial(), read(LINK, trial()).assumptions)
    wanted = EXPORTS["text"].make(Order(asked))
    if kind == "plain":
        page.locator(".st-key-make-text button").click()
        with page.expect_download() as downloading:
            page.locator("[class*='st-key-handover-'] button").click()
        assert Path(downloading.value.path()).read_bytes() == wanted
    else:
        assert made(page, "text")[1] == wanted


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PLAIN)
def test_methods_results_and_code_are_there_to_copy(path: str, page: Page, server: Server) -> None:
    open_page(page, server, path, LINK)
    dialog = opened(page, "words")
    asked = Asked(path, trial(), read(LINK, trial()).assumptions)
    order = Order(asked)
    wanted = [EXPORTS[key].make(order).decode() for key in ("text", "captions") if EXPORTS[key].applies(asked)]
    wanted += [EXPORTS["script"].make(Order(asked, chosen=(("of", (one.value,)),))).decode() for one in codes(asked)]
    copies = [button.get_attribute("data-copy") or "" for button in dialog.locator("button[data-copy]").all()]
    assert [text.strip() for text in copies] == [text.strip() for text in wanted]
    shown = " ".join(" ".join(dialog.locator("pre").all_inner_texts()).split())
    assert all(" ".join(text.split()) in shown for text in wanted)


# --- open to everyone ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("action", ["share", "files", "words"])
def test_axe_finds_nothing_in_a_dialog(action: str, scheme: str, themed: Callable[..., Page], server: Server) -> None:
    page = themed(scheme)
    open_page(page, server, "endpoints", LINK)
    opened(page, action)
    assert violations(page) == []


@pytest.mark.parametrize("action", ["share", "files", "words"])
def test_a_phone_shows_a_dialog_without_sideways_scroll(
    action: str, themed: Callable[..., Page], server: Server
) -> None:
    page = themed("light", 390, 844)
    open_page(page, server, "endpoints", LINK)
    dialog = opened(page, action)
    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth + 1 && box.getBoundingClientRect().right <= 391")


# --- the report on the server ----------------------------------------------------------------------------------------


def test_the_report_is_served_for_the_query_of_a_page(page: Page, server: Server) -> None:
    link = {**LINK, "sections": "flow.endpoints"}
    status, headers, told = get(f"{server.url}/report.html?{urlencode(link)}")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert "sha256-" in headers["content-security-policy"]
    assert [path for path in PLAIN if f'id="{path}"' in told] == ["flow", "endpoints"]
    page.goto(f"{server.url}/report.html?{urlencode(link)}")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    status, _, told = get(f"{server.url}/report.html?sections=nothing")
    assert status == 400
    assert "'nothing'" in told
    assert all(path in told for path in PLAIN)


def test_the_report_of_a_link_that_is_wrong_in_part_says_so(server: Server) -> None:
    status, _, told = get(f"{server.url}/report.html?sections=flow&alpha=9&who=%3Cb%3E")
    assert status == 200
    assert "alpha=" in told
    assert "who=&#x27;&lt;b&gt;&#x27;" in told
    assert "<b>&#x27;" not in told
