"""A trial folder with faults: the app starts, lists every one with its place, and opens once they are mended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.app.shelf import ROOT
from tests.browser.helpers import HOSTS, PAGES, Server, get, main, ready, settle, sound

pytestmark = pytest.mark.browser

# file, line, column, what is written there
FAULTS = (
    ("participants.csv", 3, "age", "old"),
    ("measurements.csv", 2, "value", "**4**"),
)


def spoil(folder: Path, file: str, line: int, column: str, text: str) -> None:
    """Write a text into one cell."""
    rows = [row.split(",") for row in (folder / file).read_text().splitlines()]
    rows[line - 1][rows[0].index(column)] = text
    (folder / file).write_text("".join(",".join(row) + "\n" for row in rows))


@pytest.mark.parametrize("kind", HOSTS)
def test_broken_folder(kind: str, page: Page, fresh_server: Callable[..., Server], tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(ROOT / "data/winter2020", folder)
    whole = {file: (folder / file).read_bytes() for file, *_ in FAULTS}
    for fault in FAULTS:
        spoil(folder, *fault)
    server = fresh_server(kind, folder)

    page.goto(f"{server.url}/endpoints?n=31")
    expect(main(page).get_by_test_id("stAlert")).to_have_count(len(FAULTS))
    settle(page)
    sound(page)
    for file, line, column, text in FAULTS:
        expect(main(page).get_by_text(f"{file}, row {line}, {column}: '{text}' given")).to_be_visible()

    for path in PAGES if kind != "plain" else ():
        status, _, body = get(f"{server.url}/api/{path}.json")
        twin = json.loads(body)
        assert (status, twin["result"]) == (200, None)
        assert [problem.split(":")[0] for problem in twin["problems"]] == [
            f"{file}, row {line}, {column}" for file, line, column, _ in FAULTS
        ]

    for file, content in whole.items():
        (folder / file).write_bytes(content)
    page.reload()
    ready(page, "endpoints")
