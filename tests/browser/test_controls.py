"""Controls: fast keys, presets, one highlighted participant, and another trial's own choices."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lib.app.shelf import ROOT
from lib.assumptions import CONTROLS, apply, differences, presets, read, value, write
from lib.questions.registry import QUESTIONS
from tests.browser.helpers import (
    FRAMED,
    PAGES,
    Server,
    go,
    main,
    open_page,
    query,
    set_control,
    shown,
    steady,
    trial,
    wait_for,
    wanted,
    wanted_default,
)

pytestmark = pytest.mark.browser

DIFFERS = "Differs from the published analysis:"
MOVED = "Moved from our defaults, where the paper states none:"
FIXTURE = ROOT / "tests/fixtures/eyes"


@pytest.mark.parametrize(("seed", "begin"), [(1, 31), (2, 31), (3, 60), (4, 5), (5, 97)])
def test_fast_keys(seed: int, begin: int, page: Page, server: Server) -> None:
    """However fast the keys come, slider, address and text end up at the number that they add up to."""
    draw = random.Random(seed)
    open_page(page, server, "sample-size", {"v": "1", "n": str(begin)})
    slider = page.locator(".st-key-n input[type=range]")
    slider.focus()
    n, default = begin, wanted_default("n", trial())
    for _ in range(20):
        step = draw.choice((-1, 1))
        page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
        n = min(max(n + step, 2), 200)
        page.wait_for_timeout(draw.randint(10, 60))  # the viewer's speed is what is tried

    def told() -> tuple[str, str, list[str]]:
        facts = page.locator(".fact-label").all_inner_texts()
        return slider.input_value(), query(page).get("n", default), [label for label in facts if " at n = " in label]

    wait_for(page, told, (str(n), str(n), [f"Power at n = {n}", f"Detectable at n = {n}"]))
    assert steady(page, told)[1] == str(n)
    expect(main(page).get_by_text(f"★ n = {n}", exact=False)).to_be_visible()


@pytest.mark.parametrize("preset", [preset for preset in presets(trial()).values() if preset.set], ids=lambda p: p.key)
def test_preset(preset, page: Page, server: Server) -> None:
    """A preset sets controls, address and note; 'As published' undoes it; neither touches who is highlighted."""
    start = {"v": "1", "show": "3", "alpha": "0.2"}
    path = next(path for path in reversed(PAGES) if set(preset.set) & set(QUESTIONS[path].drawn))
    open_page(page, server, path, start)
    for chosen in (preset, presets(trial())["published"]):
        page.locator(f".st-key-preset-{chosen.key} button:visible").click()
        link = write(apply(chosen, read(start, trial()).assumptions, trial()), trial())
        wait_for(page, lambda: (query(page), shown(page)), (link, wanted(path, link, trial())))
        found = differences(read(link, trial()).assumptions, trial())
        here = [d for d in found if d.key in QUESTIONS[path].controls]
        for words, ours in ((DIFFERS, False), (MOVED, True)):
            told = [f"{d.label}: {d.value} ✕" for d in here if d.ours == ours]
            expect(main(page).get_by_text(words)).to_have_count(1 if told else 0)
            chips = page.locator(f".st-key-chips-{'ours' if ours else 'published'} button:visible")
            expect(chips).to_have_text(told)


def test_as_published_takes_the_note_away(page: Page, server: Server) -> None:
    open_page(page, server, "endpoints", {"v": "1", "change": "absolute", "alpha": "0.2"})
    expect(main(page).get_by_text(DIFFERS)).to_be_visible()
    page.locator(".st-key-preset-published button:visible").click()
    wait_for(page, lambda: query(page), {"v": "1"})
    expect(main(page).get_by_text(DIFFERS)).to_have_count(0)
    expect(page.locator(".st-key-preset-published button:visible")).to_have_text("✓ As published, recomputed")


def test_highlight_follows(page: Page, server: Server) -> None:
    """Who is highlighted on Trajectories is highlighted on every page that draws people."""
    open_page(page, server, "trajectories")
    set_control(page, "show", "2", trial())
    for path in ("endpoints", "overview", "trajectories"):
        go(page, path)
        assert shown(page)["show"] == "Participant 2"
        assert query(page)["show"] == "2"
    go(page, "overview")
    expect(main(page).get_by_text("Participant 2 ★")).to_be_visible()


def test_another_trial(page: Page, fresh_server: Callable[..., Server]) -> None:
    """A trial of another shape: its own choices in the controls, and every page drawn."""
    eyes = trial(FIXTURE)
    server = fresh_server("streamlit", FIXTURE)
    key, chosen = next(
        (key, choice.value)
        for key in QUESTIONS["endpoints"].controls
        for choice in CONTROLS[key].choices(eyes)
        if CONTROLS[key].kind == "choice" and key in wanted("endpoints", {}, eyes)
        if choice.value != value(read({}, eyes).assumptions, key)
    )
    open_page(page, server, "endpoints")
    set_control(page, key, chosen, eyes)
    for path in FRAMED:
        go(page, path)
        link = query(page)
        assert link[key] == chosen
        assert shown(page) == wanted(path, link, eyes)


def test_a_link_names_its_trial(page: Page, fresh_server: Callable[..., Server]) -> None:
    """A server that offers two trials: the second goes by its name in the link, on every page."""
    server = fresh_server("streamlit", FIXTURE)
    shipped = next((ROOT / "data").glob("*/trial.toml")).parent.name
    open_page(page, server, "flow", {"trial": shipped})
    for path in FRAMED:
        go(page, path)
        assert query(page)["trial"] == shipped
        assert shown(page) == wanted(path, {}, trial())
