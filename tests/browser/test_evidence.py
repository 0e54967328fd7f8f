"""Evidence: statements open to their working and lead on; a typed P, a lattice and summaries answer at once."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from lib.analysis.verdict import CONTRADICTED, VERDICTS
from lib.assumptions import read, write
from lib.questions import evidence
from lib.questions.ledger.ledger import ledger
from lib.report.twin import plain
from tests.browser.helpers import (
    Server,
    address,
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


def test_page_and_twin_tell_the_same(page: Page, server: Server) -> None:
    state = {"v": "1", "printed-p": "0.41", "verdict": CONTRADICTED, "grid-range": "analysed"}
    open_page(page, server, "evidence", state)
    assert shown(page) == wanted("evidence", state, trial())
    with urlopen(server.url + address("api/evidence.json", state)) as told:
        result = json.load(told)["result"]
    answer = evidence.answer(trial(), read(state, trial()).assumptions)
    assert result == {"reading": evidence.reading(answer), **plain(answer)}
    seen = text(page)
    assert result["reading"] in seen
    assert all(finding["title"] in seen for finding in result["findings"])
    assert all(row["statement"] in seen for row in result["rows"])
    assert "12,159 data sets" in seen


def test_a_statement_opens_to_its_working_and_leads_to_the_state_that_shows_it(page: Page, server: Server) -> None:
    open_page(page, server, "evidence")
    row = next(row for row in ledger(trial()) if row.key == "reduction-1C")
    group = page.locator("details.group").filter(has_text=f"{VERDICTS[row.verdict].label}:").last
    group.locator("summary").first.click()
    statement = group.locator("details.fold").filter(has_text=row.statement).first
    expect(statement.get_by_text("100 × (0.09 − 0.16) ÷ 0.16 = −43.75 %")).to_be_hidden()
    statement.locator("summary").click()
    expect(statement.get_by_text("100 × (0.09 − 0.16) ÷ 0.16 = −43.75 %")).to_be_visible()
    statement.get_by_role("link").click()
    ready(page, row.page)
    link = write(read(row.state, trial()).assumptions, trial())
    assert query(page) == link
    assert shown(page) == wanted(row.page, link, trial())


def test_a_typed_p_is_looked_for_with_its_rounding(page: Page, server: Server) -> None:
    open_page(page, server, "evidence")
    set_control(page, "printed-p", "0.206", trial())
    settle(page)
    expect(main(page).get_by_role("heading", name="Which test prints P 0.206?")).to_be_visible()
    first = main(page).locator("summary").filter(has_text="Lesion size, change, percent of baseline, Paired t test")
    expect(first).to_be_visible()
    page.locator(".st-key-printed-p input").fill("a half")
    page.locator(".st-key-printed-p input").press("Enter")
    expect(page.locator(".st-key-lead").get_by_role("alert")).to_contain_text("wanted a number as it is printed")


def test_what_can_not_be_is_refused_beside_its_control_and_loses_nothing(page: Page, server: Server) -> None:
    state = {"v": "1", "table-n": "12", "table-p": "none", "printed-p": "0.41"}
    open_page(page, server, "evidence", state)
    alert = page.get_by_test_id("stSidebar").get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("n: 12 given; wanted")
    expect(main(page).get_by_text("No enumeration: n: 12 given")).to_be_visible()
    assert query(page) == state
    assert "48,859,105 data sets" in text(page)


def test_summaries_that_no_data_meet_are_named(page: Page, server: Server) -> None:
    open_page(page, server, "evidence", {"v": "1", "table-p": "none"})
    set_control(page, "mean-treated", "2.6", trial())
    settle(page)
    assert "None of 20,475 tables of 4 pairs (scores 0 to 4) agrees" in text(page)
    assert "2.5 and 2.75" in text(page)


def test_the_simplest_areas_can_be_assumed_and_taken_back(page: Page, server: Server) -> None:
    open_page(page, server, "evidence")
    page.get_by_role("button", name="Assume these on the other pages").click()
    wait_for(page, lambda: query(page).get("areas"), "reconstructed")
    settle(page)
    go(page, "trajectories")
    set_control(page, "change", "absolute", trial())
    settle(page)
    assert "Crossed points are reconstructed: the simplest of 48,859,105 data sets" in text(page)
    page.get_by_role("button", name="Areas not printed: Reconstructed").click()
    wait_for(page, lambda: query(page).get("areas"), None)
    settle(page)
    assert "Crossed points" not in text(page)


def test_marks_beside_the_papers_tables_say_why(page: Page, server: Server) -> None:
    open_page(page, server, "data")
    mark = page.get_by_role("img", name="Reproduced: Participant 1, control lesion: change in size in percent, -44 %")
    expect(mark).to_have_text("✓")
    expect(page.get_by_role("img", name="Not checkable: Participant 3, treated lesion")).to_have_count(1)
