"""Tables as HTML: read aloud by their headings, told apart without colour, and never markup from a trial's files."""

import re
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from lib.app import provenance
from lib.app.blocks.data import _csv
from lib.app.shelf import ENVIRONMENT, files_of
from lib.app.show import plain
from lib.questions.rebuilt import Cell
from lib.trial.folder import OPTIONAL, TABLES, fingerprint, read_trial
from lib.values import Missing
from tests.trials import FOLDERS, ROOT, trial

HOSTILE = '<img src=x onerror="a()"> & <b>'


def drawn(*cells, heads=(("Name",), ("Value",))):
    return provenance.table("A table", heads, [(Cell("row", "printed", "x"), *cells)])


def test_every_text_is_escaped():
    told = provenance.table(
        HOSTILE, ((HOSTILE,), ("Value",)), [(Cell(HOSTILE, "printed", ""), Cell(Missing(HOSTILE), "missing", ""))]
    )
    told += provenance.dictionary(HOSTILE, [(HOSTILE, f"`{HOSTILE}`")]) + provenance.legend([("derived", HOSTILE)])
    assert "<img" not in told
    assert "<b>" not in told
    assert 'onerror="' not in told


def test_provenance_is_told_by_a_letter_or_a_word_as_well():
    assert ">d</sup>" in drawn(Cell("4", "derived", ""))
    assert ">r</sup>" in drawn(Cell("4", "reconstructed", ""))
    assert "missing</span> <small>lost after Month 1</small>" in drawn(
        Cell(Missing("lost after Month 1"), "missing", "")
    )
    assert drawn(Cell("4", "printed", "")).endswith('<td class="pv-number">4</td></tr></tbody></table></div>')


def test_headings_name_their_columns_and_rows():
    heads = (("Who", "", ""), ("A", "Site", ""), ("A", "Size", "First"), ("A", "Size", "Last"), ("B", "Site", ""))
    told = provenance.table("Wide", heads, [])
    assert '<th scope="col" rowspan="3">Who</th>' in told
    assert '<th scope="colgroup" colspan="3">A</th>' in told
    assert '<th scope="col">B</th>' in told
    assert told.count('rowspan="2">Site</th>') == 2
    assert '<th scope="colgroup" colspan="2">Size</th>' in told
    assert '<td colspan="5"><span class="pv-word">no row</span></td>' in told
    assert '<th scope="row">row</th>' in drawn(Cell("x", "printed", ""))


def test_every_line_of_headings_spans_the_whole_table():
    result = re.findall(r"<tr>(.*?)</tr>", provenance._head((("Who", ""), ("A", "Site"), ("A", "Size"), ("B", "Site"))))
    assert [row.count("<th") for row in result] == [3, 3]


def test_a_wide_table_scrolls_inside_its_own_named_frame():
    assert drawn(Cell("x", "printed", "")).startswith(
        '<div class="wide" tabindex="0" role="region" aria-label="A table">'
    )
    assert "overflow: auto" in provenance.CSS


def test_a_negative_number_is_shown_with_a_minus_and_taken_home_as_it_is():
    assert "−100" in drawn(Cell("-100", "printed", ""))
    assert b"row,-100" in _csv((("Name",), ("Value",)), [(Cell("row", "printed", ""), Cell("-100", "printed", ""))])


def test_a_text_is_no_formula_in_a_spreadsheet():
    told = _csv((("=1+1",),), [(Cell("=HYPERLINK(1)", "printed", ""),), (Cell("@x", "printed", ""),)]).decode(
        "utf-8-sig"
    )
    assert told.split() == ["'=1+1", "'=HYPERLINK(1)", "'@x"]


def test_the_files_of_an_opened_trial_are_those_on_disk_until_they_change(tmp_path, monkeypatch):
    assert fingerprint(files_of(trial("winter2020"))) == trial("winter2020").sha256
    folder = tmp_path / "eyes"
    shutil.copytree(FOLDERS["eyes"], folder)
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    opened = read_trial(folder)
    assert files_of(opened)["units.csv"] == (folder / "units.csv").read_bytes()
    (folder / "units.csv").write_text((folder / "units.csv").read_text() + "\n")
    assert files_of(opened) is None
    shutil.rmtree(folder)
    assert files_of(opened) is None


@pytest.mark.parametrize("name", FOLDERS)
def test_the_page_offers_the_folder_and_each_of_its_tables(name, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, str(FOLDERS[name]))
    at = AppTest.from_file(str(ROOT / "lib/app/shell.py"), default_timeout=60).run()
    at.switch_page(str(ROOT / "pages/data.py")).run()
    assert not at.exception
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels[0] == plain(f"Whole folder ({trial(name).spec.key}.zip)")
    there = [file for file in TABLES if file not in OPTIONAL or (FOLDERS[name] / file).exists()]
    assert {plain(f"{file} as it is") for file in there} <= set(labels)
    assert len(labels) == 1 + len(trial(name).spec.tables) + 2 + len(there)
