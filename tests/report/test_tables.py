"""The tables of every page on every trial: named once, made of texts, and the same numbers as the page's twin."""

import pytest

from lib.assumptions import read
from lib.errors import Refusal
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered
from lib.questions.registry import QUESTIONS
from lib.report.tables import FIGURE, FILE, TABLES, tables_of
from lib.report.tables.table import WHY
from tests.trials import NAMES, trial

WINTER = trial("winter2020")
CASES = [(name, path) for name in NAMES for path in TABLES]


def asked(path, of=WINTER, **query):
    return Asked(path, of, read({key.replace("_", "-"): text for key, text in query.items()}, of).assumptions)


def found(path, key, of=WINTER, **query):
    return next(table.frame for table in tables_of(asked(path, of, **query)) if table.key == key)


def test_every_page_that_shows_numbers_has_an_entry():
    shown = {path for path, question in QUESTIONS.items() if question.controls and not getattr(question, "bare", False)}
    assert set(TABLES) == shown


CHOSEN = [
    {},
    {"outcome": "pga", "rater": "observer", "change": "absolute", "test": "sign", "sides": "less"},
    {"change": "responder", "loss": "worst", "adjust": "holm", "prior": "typed"},
    {"who": "none"},
    {"areas": "reconstructed", "change": "absolute"},
    {"design": "responders-mcnemar", "carry": "0.1", "dropout": "0.2", "curve": "designs", "keep": "n:9"},
    {"design": "doses-trend", "sd-from": "upper", "power": "0.9"},
    {"power": "0.5", "plan-alpha": "0.5"},
    {"printed-p": "none", "grid-step": "0.5", "verdict": "contradicted", "part": "abstract"},
    {"printed-p": "0.50", "mean-treated": "1.5", "sd-treated": "0.58", "mean-control": "9"},
]
"""What changes which tables there are, and their headings."""


def tables_or_reason(question):
    try:
        return tables_of(question)
    except Refusal as refusal:
        return str(refusal)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_every_page_gives_named_tables_or_a_reason(name, path):
    of = trial(name)
    for query in CHOSEN:
        question = Asked(path, of, read(query, of).assumptions)
        tables = tables_or_reason(question)
        if isinstance(tables, str):
            assert len(tables) > 20
            continue
        assert tables, query
        for names in ([table.key for table in tables], [table.caption for table in tables]):
            assert len(set(names)) == len(names), (query, names)
            assert all(names)
        for table in tables:
            assert len(table.frame)
            assert table.frame.columns.is_unique, (query, table.key)
            assert {type(text) for row in table.frame.itertuples(index=False) for text in row} == {str}, table.key


@pytest.mark.parametrize("path", TABLES)
def test_every_part_of_every_figure_is_a_table_captioned_by_its_title(path):
    question = asked(path)
    parts = [part for name in QUESTIONS[path].figures for part in FIGURES[name](answered(question))]
    told = {t.key.removeprefix(FIGURE): t.caption for t in tables_of(question) if t.key.startswith(FIGURE)}
    assert told == {part.key: part.title for part in parts}


def test_a_table_that_can_not_be_made_says_why():
    frame = found("endpoints", "priors", trial("none"))
    assert list(frame.columns) == [WHY]
    assert frame[WHY].tolist() == [answered(asked("endpoints", trial("none"))).belief.reason]


def test_every_statement_that_was_chosen_is_in_the_ledger_with_its_working():
    result = answered(asked("evidence"))
    frame = found("evidence", "ledger")
    assert frame["Statement"].tolist() == [row.statement for row in result.rows]
    worked = next(row for row in result.rows if row.steps and row.printed)
    line = frame[frame["Key"] == worked.key].iloc[0]
    assert all(step in line["Working"] for step in worked.steps)
    assert (line["Printed"], line["Recomputed"]) == (worked.printed, worked.recomputed)
    unchecked = frame[frame["Verdict"] == "Not checkable"]
    assert len(unchecked)
    assert (unchecked["Why not checkable"] != "").all()
    chosen = found("evidence", "ledger", verdict="contradicted")
    assert set(chosen["Verdict"]) == {"Contradicted"}
    assert 0 < len(chosen) < len(frame)


def test_readings_are_numbered_and_every_variant_is_there():
    result = answered(asked("evidence")).readings
    frame = found("evidence", "readings")
    assert len(frame) == sum(len(group.members) for group in result.reproduced)
    assert frame["Reading"].nunique() == len(result.reproduced)


def test_everybody_is_in_the_flow_with_who_and_why_and_an_empty_box_says_so():
    flow = answered(asked("flow")).flow
    frame = found("flow", "members")
    assert len(frame) == sum(max(1, len(box.members)) for box in flow.boxes)
    lost = next(member for box in flow.boxes if box.key == "lost" for member in box.members)
    assert lost.reason in frame["Why"].tolist()
    assert "nobody" in frame["Participant"].tolist()


def test_whoever_has_no_unit_is_among_the_people():
    of = trial("eyes")
    told = found("overview", "people", of)["Participant"]
    assert set(told) == {person.participant for person in answered(asked("overview", of)).people}
    without = {person.participant for person in answered(asked("overview", of)).people if not person.units}
    assert without


def test_every_value_of_a_rebuilt_table_tells_where_it_stands_and_what_the_ledger_says():
    for table in answered(asked("data")).tables:
        frame = found("data", f"{table.key}-values")
        cells = [cell for row in table.rows for cell in row]
        assert frame["Value"].tolist() == [str(cell.text) for cell in cells]
        assert frame["Provenance"].tolist() == [cell.provenance for cell in cells]
        assert (frame["Verdict"] != "").sum() == sum(cell.verdict is not None for cell in cells)


def test_every_file_of_the_folder_is_there_with_its_rows():
    for file in answered(asked("data")).files:
        frame = found("data", f"{FILE}{file.name.removesuffix('.csv')}") if file.rows else None
        assert frame is None or frame.shape == (len(file.rows), len(file.columns))


def test_every_value_over_time_is_one_row():
    result = answered(asked("trajectories"))
    frame = found("trajectories", "values")
    points = [point for panel in result.panels for line in panel.lines for point in line.points]
    assert frame["How it came about"].tolist() == [point.provenance for point in points]
    assert "missing: not published" in frame["Value"].tolist()


def test_kept_plans_stand_beside_the_present_one():
    frame = found("sample-size", "kept", keep="design:paired-t,n:20")
    assert len(frame) == 2
    assert frame["Plan"].str.startswith(("Present: ", "1: ")).all()
