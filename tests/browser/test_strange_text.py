"""Texts of a trial that Markdown would act on are shown as they stand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.app.shelf import ROOT
from tests.browser.helpers import Server, main, open_page, sound

pytestmark = pytest.mark.browser

QUESTION = (
    "R&amp;D &copy; or &lt;b&gt; see www.evil.example, https://evil.example/x, WWW.EVIL.EXAMPLE or a@evil.example now? "
    ":smile: :material/home: :streamlit: :red[x] <= 3 -> 4 -- 5 <-> 6 ~= 7 :-> 8 $x$ | ~~y~~ _z_"
)
CONDITION = "1. first ==="


def test_text_that_looks_like_markup_is_shown_as_it_is(
    page: Page, fresh_server: Callable[..., Server], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(ROOT / "data/winter2020", tmp_path / "strange"))
    spec = (folder / "trial.toml").read_text(encoding="utf-8").splitlines()
    texts = {"question": QUESTION, "condition": CONDITION}
    told = [f"{key} = '{texts[key]}'" if (key := line.split(" = ")[0]) in texts else line for line in spec]
    (folder / "trial.toml").write_text("\n".join(told), encoding="utf-8")

    open_page(page, fresh_server("streamlit", folder), "overview")
    shown = main(page).locator("p", has_text="R&amp;D").first
    expect(shown).to_have_text(QUESTION)
    assert shown.inner_text() == QUESTION
    copied = shown.evaluate("it => { getSelection().selectAllChildren(it); return getSelection().toString(); }")
    assert copied == QUESTION
    colours = shown.evaluate("it => [...it.querySelectorAll('*')].map(one => getComputedStyle(one).color)")
    assert set(colours) == {shown.evaluate("it => getComputedStyle(it).color")}
    assert not page.locator('a[href*="evil" i]').count()
    side = page.get_by_text("Winter et al. 2020").locator("xpath=ancestor::p").filter(has_text="first").first
    expect(side).to_have_text(f"Winter et al. 2020\n{CONDITION}", use_inner_text=True)
    sound(page)
