"""Tables as files: they round-trip, no text runs or links, numbers keep their digits, the same content is one file."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pandas as pd
import pytest

from lib.assumptions import read
from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.questions.asked import Asked, answered
from lib.report import table_files
from lib.report.table_files import csv_of, csv_zip, number_text, safe, workbook
from lib.report.tables import TABLES, Table, tables_of
from tests.trials import NAMES, trial

WINTER = trial("winter2020")
HEAD = (("Trial", "A trial"), ("Differs", "=nothing"), ("Link", "http://localhost/overview?v=1"))
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

BUILT_IN = {"1": "0", "2": "0.00", "3": "#,##0"}
"""Number formats that a workbook names without telling them."""


def asked(path, of=WINTER, **query):
    return Asked(path, of, read({key.replace("_", "-"): text for key, text in query.items()}, of).assumptions)


def every(of=WINTER, **query):
    return tuple(asked(path, of, **query) for path in TABLES)


class Book:
    """A workbook as its parts say: sheets by name, each with its cells by place."""

    def __init__(self, content):
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        assert self.archive.testzip() is None
        targets = {one.get("Id"): one.get("Target") for one in self.xml("xl/_rels/workbook.xml.rels")}
        self.strings = ["".join(one.itertext()) for one in self.xml("xl/sharedStrings.xml")]
        self.sheets = {
            one.get("name"): self.xml(f"xl/{targets[one.get(R)]}")
            for one in self.xml("xl/workbook.xml").iter(f"{X}sheet")
        }
        styles = self.xml("xl/styles.xml")
        codes = BUILT_IN | {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{X}numFmt")}
        self.formats = [codes.get(one.get("numFmtId"), "") for one in styles.find(f"{X}cellXfs")]

    def xml(self, name):
        return ElementTree.fromstring(self.archive.read(name))

    def cells(self, name):
        return {cell.get("r"): self._value(cell) for cell in self.sheets[name].iter(f"{X}c")}

    def format(self, name, place):
        cell = next(cell for cell in self.sheets[name].iter(f"{X}c") if cell.get("r") == place)
        return self.formats[int(cell.get("s", "0"))]

    def _value(self, cell):
        value = cell.find(f"{X}v").text
        return self.strings[int(value)] if cell.get("t") == "s" else float(value)

    def links(self, name):
        return [(one.get("ref"), one.get("location")) for one in self.sheets[name].iter(f"{X}hyperlink")]


def only(monkeypatch, *tables):
    """Every page has these tables."""
    monkeypatch.setattr(table_files, "tables_of", lambda asked: tables)


def named(**columns):
    return Table("a", "A table", pd.DataFrame(columns))


# ---- CSV


@pytest.mark.parametrize("name", NAMES)
def test_every_table_of_every_page_round_trips_as_csv(name):
    of = trial(name)
    archive = zipfile.ZipFile(io.BytesIO(csv_zip(every(of), HEAD)))
    told = archive.read("README.txt").decode()
    tables = [(path, table) for path in TABLES for table in tables_of(asked(path, of))]
    assert {f"{path}-{table.key}.csv" for path, table in tables} == set(archive.namelist()) - {"README.txt"}
    for path, table in tables:
        content = archive.read(f"{path}-{table.key}.csv")
        assert content.startswith(b"\xef\xbb\xbf")
        got = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        wanted = [[number_text(text) or safe(text) for text in row] for row in table.frame.itertuples(index=False)]
        assert got.values.tolist() == wanted, table.key
        assert list(got.columns) == [safe(head) for head in table.frame.columns]
        assert f"{path}-{table.key}.csv: {table.caption}" in told
    assert told.startswith("Trial: A trial\nDiffers: =nothing\n")


def test_pandas_reads_numbers_of_the_page_as_numbers():
    frame = pd.DataFrame({"A": ["−39.5", "+2", "0.40"], "B": ["1,280", "48,859,105", "0"], "C": ["=1+1", "@x", "−"]})
    got = pd.read_csv(io.BytesIO(csv_of(frame)), encoding="utf-8-sig")
    assert got["A"].tolist() == [-39.5, 2, 0.4]
    assert got["B"].tolist() == [1280, 48859105, 0]
    assert got["C"].tolist() == ["'=1+1", "'@x", "−"]


@pytest.mark.parametrize("text", ["1,28", "1,2,3", "12 %", "1e5", "4 of 5", "", "−", "1.2.3", "٣", "0 (derived)"])
def test_what_is_no_plain_number_stays_text(text):
    assert number_text(text) is None


def test_a_page_that_is_refused_says_why_in_the_readme():
    question = asked("sample-size", power="0.5", plan_alpha="0.5")
    with pytest.raises(Refusal) as refused:
        answered(question)
    archive = zipfile.ZipFile(io.BytesIO(csv_zip((question,), HEAD)))
    assert archive.namelist() == ["README.txt"]
    assert f"Sample size: no table, because: {refused.value}" in archive.read("README.txt").decode()


# ---- the workbook


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_sheet_with_a_valid_name_and_its_cells(name):
    of = trial(name)
    book = Book(workbook(every(of), HEAD))
    tables = [table for path in TABLES for table in tables_of(asked(path, of))]
    names = list(book.sheets)
    assert names[0] == "About"
    assert len(names) == len(tables) + 1 == len({name.lower() for name in names})
    assert all(re.fullmatch(r"[^\[\]:*?/\\']{1,31}", name) for name in names)
    for sheet, table in zip(names[1:], tables, strict=True):
        cells = book.cells(sheet)
        assert cells["A1"] == table.caption
        assert book.links(sheet) == [("A1", "'About'!A1")]
        columns = [[str(head), *texts] for head, texts in table.frame.items()]
        for place, column in enumerate(columns):
            for row, text in enumerate(column, start=2):
                got = cells.get(f"{letters(place)}{row}", "")
                same = text == got if isinstance(got, str) else Decimal(number_text(text)) == Decimal(repr(got))
                assert same, (sheet, row, text, got)


def letters(place):
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def test_the_first_sheet_tells_what_it_is_and_leads_to_every_table():
    book = Book(workbook(every(), HEAD))
    cells = book.cells("About")
    assert [(cells[f"A{row}"], cells[f"B{row}"]) for row in (1, 2, 3)] == list(HEAD)
    places = [place for _, place in book.links("About")]
    assert places == [f"'{name}'!A1" for name in list(book.sheets)[1:]]
    captions = [table.caption for path in TABLES for table in tables_of(asked(path))]
    assert [cells[ref] for ref, _ in book.links("About")] == captions


def test_texts_of_the_data_never_run_or_link(monkeypatch):
    hostile = ["=1+1", "=HYPERLINK(1)", "http://evil.example", "internal:'About'!A1", "{=SUM(1)}", "+cmd", "mailto:a@b"]
    only(monkeypatch, Table("a", "=1+1", pd.DataFrame({"=2+2": hostile})))
    book = Book(workbook((asked("flow"),), (("=3", "http://evil.example"),)))
    cells = book.cells("flow a")
    assert [cells[f"A{row}"] for row in range(1, 10)] == ["=1+1", "=2+2", *hostile]
    assert book.cells("About")["B1"] == "http://evil.example"
    for name in book.sheets:
        assert not list(book.sheets[name].iter(f"{X}f")), "no formula"
        assert all(place for _, place in book.links(name)), "no link leads out"
    assert not [part for part in book.archive.namelist() if "worksheets/_rels" in part]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("−39.50", -39.5, "0.00"),
        ("+38", 38.0, "+0;-0;0"),
        ("+0.1525", 0.1525, "+0.0000;-0.0000;0.0000"),
        ("48,859,105", 48859105.0, "#,##0"),
        ("0", 0.0, "0"),
        ("123456789012345", 123456789012345.0, "0"),
    ],
)
def test_a_plain_number_is_a_number_that_looks_as_on_the_page(monkeypatch, text, value, code):
    only(monkeypatch, named(A=[text]))
    book = Book(workbook((asked("flow"),), HEAD))
    assert book.cells("flow a")["A3"] == value
    assert book.format("flow a", "A3") == code


@pytest.mark.parametrize("text", ["007", "1234567890123.4567", "12 %", "< 0.001", "4 of 5"])
def test_what_a_spreadsheet_would_change_stays_text(monkeypatch, text):
    only(monkeypatch, named(A=[text]))
    assert Book(workbook((asked("flow"),), HEAD)).cells("flow a")["A3"] == text


def test_a_number_of_the_answer_is_a_number_of_its_sheet():
    needed = answered(asked("sample-size")).chosen.needed
    assert Book(workbook((asked("sample-size"),), HEAD)).cells("sample-size plan")["B3"] == needed
    seen = answered(asked("flow")).flow.box("enrolled").participants
    cells = Book(workbook((asked("flow"),), HEAD)).cells("flow flow")
    row = next(place[1:] for place, text in cells.items() if text == "Enrolled")
    assert cells[f"C{row}"] == seen


def test_a_sheet_has_its_headings_frozen_filtered_and_bold():
    book = Book(workbook((asked("endpoints"),), HEAD))
    sheet = book.sheets["endpoints effects"]
    frame = next(table.frame for table in tables_of(asked("endpoints")) if table.key == "effects")
    assert sheet.find(f"{X}autoFilter").get("ref") == f"A2:{letters(len(frame.columns) - 1)}{len(frame) + 2}"
    pane = next(sheet.iter(f"{X}pane"))
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "A3")
    widths = [float(column.get("width")) for column in sheet.iter(f"{X}col")]
    assert all(5 < width < 60 for width in widths)


def test_names_that_a_sheet_may_not_have_are_mended_and_kept_apart(monkeypatch):
    keys = ["a[b]:c*?/\\'", "x" * 40, "x" * 41, "X" * 42, "same", "SAME"]
    only(monkeypatch, *(Table(key, key, pd.DataFrame({"A": ["1"]})) for key in keys))
    names = list(Book(workbook((asked("flow"),), HEAD)).sheets)[1:]
    assert len({name.lower() for name in names}) == len(keys)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_a_page_that_is_refused_has_a_sheet_that_says_why():
    question = asked("sample-size", power="0.5", plan_alpha="0.5")
    with pytest.raises(Refusal) as refused:
        answered(question)
    book = Book(workbook((asked("flow"), question), HEAD))
    cells = book.cells("sample-size none")
    assert "Sample size" in cells["A1"]
    assert cells["A3"].lower() == str(refused.value).lower()


def test_the_same_content_is_the_same_file_and_other_content_another():
    again = replace(WINTER)
    assert workbook(every(), HEAD) == workbook(every(again), HEAD)
    assert csv_zip(every(), HEAD) == csv_zip(every(again), HEAD)
    assert workbook(every(), HEAD) != workbook(every(), HEAD[:1])


@pytest.mark.parametrize("make", [workbook, csv_zip])
def test_progress_is_told_and_a_stop_is_heard_between_two_pages(make):
    shares = []
    with heard_by(Listener(lambda share, what: shares.append(share), lambda: False)):
        make(every(), HEAD)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert len(shares) > len(TABLES)
    with heard_by(Listener(lambda share, what: None, lambda: len(shares) > 0)), pytest.raises(Stopped):
        make(every(), HEAD)
