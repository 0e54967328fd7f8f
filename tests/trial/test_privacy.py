"""Cells that could identify a person, and cells that only look a little like one."""

from __future__ import annotations

import csv
import io
import time

import pytest

from lib.errors import Problem
from lib.trial.privacy import identifying
from tests.trial.folders import FIXTURES, SHIPPED, added, changed, problems, read_bytes


def found(text: str, column: str = "reason") -> list[str]:
    return [problem.expected for problem in identifying("x.csv", 3, {column: text})]


DATE, ADDRESS, TELEPHONE = (
    f"de-identified data; this looks like {what}"
    for what in ("a calendar date", "an e-mail address", "a telephone number")
)


@pytest.mark.parametrize(
    "text",
    ["2018-08-31", "2018/8/31", "31.8.2018", "8/31/18", "31.08.18", "31-08-2018", "lost on 2018-08-31 by letter"],
)
def test_a_calendar_date_is_refused(text):
    assert found(text) == [DATE]


@pytest.mark.parametrize("text", ["a@b.org", "write to first.last@uni-example.ac.uk, please", "X@Y.DE", "a+b@c.d.info"])
def test_an_e_mail_address_is_refused(text):
    assert found(text) == [ADDRESS]


@pytest.mark.parametrize(
    "text",
    [
        "+49 30 901820",
        "555-010-4477",
        "(555) 010-4477",
        "+1 (555) 010-4477",
        "call 5550104477 at night",
        "0555 010 4477",
    ],
)
def test_a_telephone_number_is_refused(text):
    assert found(text) == [TELEPHONE]


@pytest.mark.parametrize("text", ["90", "104", "90+", "89.5", "91.2", "1e3"])
def test_an_age_over_89_is_refused(text):
    assert found(text, "age") == ["de-identified data: an age over 89 as an empty cell"]


@pytest.mark.parametrize("text", ["89", "0", "23", "²", "old", "nan"])
def test_any_other_age_is_not(text):
    assert found(text, "age") == []


def test_a_number_over_89_is_no_age_elsewhere():
    assert found("90", "duration") == []


@pytest.mark.parametrize(
    "text",
    [
        "10-20 mm", "2004", "0.09", "2018-2020", "1.5/2.5", "0.5/25 mg", "3 × 4 mm", "-100", "33.333333333333", "1/2/3",
        "10.1016/j.jdin.2020.07.002", "Table III", "2⁴ = 16", "0.123456789012", "12345678", "40 mg/mL", "1:114-20",
        "2020;1:114-20", "5 @ 3 points", "n = 4; 2, 3, 4, 5, 6, 7, 8, 9, 10", "P-01_R", "",
    ],
)  # fmt: skip
def test_an_ordinary_cell_is_not_refused(text):
    assert found(text) == []


def test_an_empty_cell_identifies_nobody():
    assert list(identifying("x.csv", 3, {"age": None, "reason": None})) == []


def test_the_problem_names_file_line_column_and_value():
    assert list(identifying("x.csv", 3, {"site": "left arm", "reason": "moved on 2018-08-31"})) == [
        Problem("x.csv", 3, "reason", "moved on 2018-08-31", DATE)
    ]


@pytest.mark.parametrize("folder", [SHIPPED, FIXTURES / "eyes"])
def test_no_cell_of_a_trial_here_raises_an_alarm(folder):
    tables = {name: content for name, content in read_bytes(folder).items() if name.endswith(".csv")}
    cells = [(name, row) for name, content in tables.items() for row in csv.DictReader(io.StringIO(content.decode()))]
    assert len(cells) > 100
    assert [problem for name, row in cells for problem in identifying(name, 0, row)] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "expected"),
    [
        ("participants.csv", "1,23,woman", "1,90,woman", 2, "age", "an age over 89 as an empty cell"),
        ("units.csv", "2T,2,treated,right arm", "2T,2,treated,right arm (2018-08-31)", 4, "site", "a calendar date"),
        ("measurements.csv", "2C,3,area,investigator,value,4,printed,Results: response to treatment",
         "2C,3,area,investigator,value,4,printed,from a@b.org", 47, "source", "an e-mail address"),
        ("disposition.csv", "5,,follow-up,lost,1,lost to follow-up", "5,,follow-up,lost,1,call 555-010-4477", 17,
         "reason", "a telephone number"),
        ("reported.csv", "age_mean,Mean age", "age_mean,Mean age on 1.2.2018", 2, "label", "a calendar date"),
    ],
)  # fmt: skip
def test_the_reader_refuses_an_identifying_cell_of_any_table(file, old, new, row, column, expected):
    (told,) = problems(changed(file, old, new))
    assert (told.file, told.row, told.column) == (file, row, column)
    assert expected in told.expected


def test_the_reader_refuses_an_identifying_event():
    (told,) = problems(added("events.csv", "1,1T,3,itch since 2018-08-31,,,printed,Results"))
    assert (told.file, told.row, told.column) == ("events.csv", 2, "event")


def test_a_misplaced_cell_is_looked_at_all_the_same():
    told = problems(added("events.csv", "1,1T,3,a@b.org,,,printed,Results,too much"))
    assert sorted(p.expected for p in told) == ["8 cells, as in the header", ADDRESS]


@pytest.mark.parametrize("text", ["a", "a@", "1 ", "1", "1.", "1-", "(1"])
def test_a_very_long_cell_is_looked_through_at_once(text):
    start = time.perf_counter()
    found(text * (120_000 // len(text)))
    assert time.perf_counter() - start < 5  # a search that is quadratic in the length takes half a minute
