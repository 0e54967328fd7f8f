"""Everything that was observed: the paper's tables cell by cell, the baseline, the files, and what is missing."""

import csv
import io

import pytest

from lib.assumptions import defaults, read
from lib.questions import data
from lib.questions.baseline import Numbers, Share, summary_words
from lib.questions.rebuilt import all_cells
from lib.report.twin import plain
from lib.trial.folder import OPTIONAL, TABLES
from lib.values import Missing
from tests.trial.folders import FIXTURES, WINTER, changed, loaded, read_bytes
from tests.trials import NAMES, trial

TRIAL = trial("winter2020")
RESULT = data.answer(TRIAL, defaults(TRIAL))
TABLES_BY_LABEL = {table.label: table for table in RESULT.tables}


def texts(row):
    return [cell.text if isinstance(cell.text, str) else None for cell in row]


# --- the paper's tables, transcribed here a second time from its text -------------------------------------------------

TABLE_I = """
0|Clear|No lesion present
1|Almost clear|Minimal signs of lesion
2|Mild|Easily recognizable lesion
3|Moderate|Moderate signs of lesion
4|Severe|Very marked lesion
"""

TABLE_II = """
1|23|Woman|White|Yes|Slowly progressive|8 mo
2|72|Woman|White|No|Stable|20 y
3|51|Woman|White|No|Slowly progressive|>10 y
4|78|Woman|White|No|Stable|>10 y
5|29|Man|White|Yes|Progressive|>2 y
"""
HISTORIES = (
    "Generalized morphea, gastroesophageal reflux disease",
    "Dermatomyositis, calcinosis cutis, hypertension, hyperlipidemia, hypothyroidism",
    "Systemic sclerosis, calcinosis cutis, Raynaud phenomenon, osteoporosis; history of nephrolithiasis",
    "Systemic sclerosis, calcinosis cutis, Barrett esophagitis",
    "Dermatomyositis, calcinosis cutis; history of gastrointestinal bleeding, transfusion",
)
MEDICATIONS = (
    "Tocilizumab, hydroxychloroquine, prednisone, tramadol, acetaminophen, pantoprazole",
    "Gabapentin, potassium chloride, atorvastatin, losartan, hydrochlorothiazide, amlodipine, primidone, levothyroxine,"
    " naproxen, cetirizine, alendronate, prednisone",
    "Allopurinol, potassium citrate, alendronate, calcium, vitamin D3",
    "None",
    "Methotrexate, prednisone, folic acid, oxycodone, morphine sulfate, hydroxychloroquine, oxandrolone, pantoprazole*",
)

# participant | site, PGA at 0 and 3, observer at 0 and 3, % change in size: treated | the same: control
TABLE_III = """
1|Inferior aspect of left elbow|4|0|2|0|-100|Superior aspect of left elbow|4|1|3|1|-44
2|Right arm|4|4|3|2|0|Left arm|4|4|3|1|100
3|Left arm|4|4|4|3|0|Right arm|4|4|4|2|0
4|Left hand, fifth digit|4|4|3|3|0|Right hand, fifth digit|4|4|4|4|0
"""


def transcribed(text):
    return [line.split("|") for line in text.strip().splitlines()]


def test_table_i_is_the_papers():
    table = TABLES_BY_LABEL["Table I"]
    assert [texts(row) for row in table.rows] == transcribed(TABLE_I)
    assert table.heads == (("Score",), ("Category",), ("Description",))


def test_table_ii_is_the_papers():
    table = TABLES_BY_LABEL["Table II"]
    short = {"mo": "months", "y": "years"}
    for row, printed in zip(table.rows, transcribed(TABLE_II), strict=True):
        *_, duration = printed
        count, unit = duration.removeprefix(">").split()
        told = f"{'more than ' if duration.startswith('>') else ''}{count} {short[unit]}"
        cells = texts(row)
        assert [*cells[:5], *cells[7:]] == [*(text.lower() for text in printed[:-1]), told]


def test_the_lists_of_table_ii_are_the_papers_and_the_new_medication_is_marked():
    rows = [texts(row) for row in TABLES_BY_LABEL["Table II"].rows]
    assert [row[5].lower() for row in rows] == [text.replace(";", ",").lower() for text in HISTORIES]
    assert [row[6].split(" (")[0].lower() for row in rows] == [text.strip("*").lower() for text in MEDICATIONS]
    assert rows[4][6].endswith("pantoprazole (new during the trial; new at Month 1)")
    assert not any("new" in row[6] for row in rows[:4])


def test_table_iii_is_the_papers_cell_by_cell():
    table = TABLES_BY_LABEL["Table III"]
    own = [i for i, head in enumerate(table.heads) if not (head[1].startswith("Lesion size") and head[2] != "% change")]
    order = ("Site", "PGA by physician, points", "PGA by independent observer, points", "Lesion size, cm²")
    own.sort(key=lambda i: (i > 0, table.heads[i][0] == "Saline", order.index(table.heads[i][1]) if i else 0))
    for row, printed in zip(table.rows, transcribed(TABLE_III), strict=True):
        cells = [row[i] for i in own]
        assert [cell.text.lower() for cell in cells] == [text.lower() for text in printed]
        assert {(cell.provenance, cell.source) for cell in cells[1:]} == {("printed", "Table III")}


def test_sizes_are_those_of_the_text_and_missing_where_it_gives_none():
    table = TABLES_BY_LABEL["Table III"]
    sizes = [i for i, head in enumerate(table.heads) if head[1].startswith("Lesion size") and head[2] != "% change"]
    assert [[row[i].text for i in sizes] for row in table.rows[:2]] == [
        ["0.09", "0", "0.16", "0.09"],
        [Missing("not published"), Missing("not published"), "2", "4"],
    ]
    assert {row[i].text for row in table.rows[2:] for i in sizes} == {Missing("not published")}
    assert {row[i].source for row in table.rows for i in sizes if isinstance(row[i].text, str)} == {
        "Results: response to treatment"
    }


def test_who_was_lost_has_no_response_and_the_table_says_so():
    table = TABLES_BY_LABEL["Table III"]
    assert [row[0].text for row in table.rows] == ["1", "2", "3", "4"]
    assert table.notes[0] == "No row for participant 5 (lost after Month 1): nothing published at Month 3."


def test_no_cell_is_blank_and_each_missing_one_has_its_reason():
    for name in NAMES:
        result = data.answer(trial(name), defaults(trial(name)))
        for cell in all_cells(result.tables):
            assert isinstance(cell.text, Missing) == (cell.provenance == "missing")
            assert cell.text.reason if isinstance(cell.text, Missing) else cell.text.strip()
        for row in (row for file in result.files for row in file.rows):
            assert all(isinstance(text, Missing) or text.strip() for text in row.cells)
            assert row.source


def test_every_kind_of_table_can_be_rebuilt_from_a_trial_of_another_shape():
    eyes = read_bytes(FIXTURES / "eyes")
    kinds = "".join(
        f'[[tables]]\nkey = "{k}"\nlabel = "T <{k}>"\ntitle = "x"\nkind = "{k}"\n' for k in ("participants", "units")
    )
    of = loaded(changed("trial.toml", "[defaults]", f"{kinds}\n[defaults]", eyes))
    participants, units = data.answer(of, defaults(of)).tables
    assert texts(participants.rows[-1]) == ["P-07", None]
    assert len({len(row) for row in units.rows} | {len(units.heads)}) == 1
    site, leak = units.rows[-1][units.heads.index(("Sham & [light](#)", "Site", ""))], units.heads[-1]
    assert site.text == Missing("not published")
    assert leak == ("Sham & [light](#)", "Leaking area <i>, mm²", "% change")
    assert "P-06 (no eye allocated)" in units.notes[0]
    gained = {row[0].text: row[-1] for row in units.rows}
    assert {cell.provenance for cell in gained.values()} <= {"derived", "missing"}


def test_a_lost_unit_beside_a_published_one_is_told_as_lost():
    files = {**WINTER, "disposition.csv": WINTER["disposition.csv"] + b"4,4C,follow-up,lost,0,,printed,invented\n"}
    kept = [r for r in WINTER["measurements.csv"].decode().splitlines(True) if not r.startswith("4C,3")]
    files["measurements.csv"] = "".join(kept).encode()
    files["disposition.csv"] = files["disposition.csv"].replace(b"4,,follow-up,completed", b"4,4T,follow-up,completed")
    of = loaded(files)
    table = next(t for t in data.answer(of, defaults(of)).tables if t.label == "Table III")
    (row,) = [row for row in table.rows if row[0].text == "4"]
    assert row[-1].text == Missing("lost after Baseline")


# --- baseline ---------------------------------------------------------------------------------------------------------


def summaries(table):
    return {row.label: row.summaries for row in table.rows}


def test_age_is_50_6_over_the_enrolled_and_56_over_the_analysed():
    both = summaries(RESULT.participants)["Age, years"]
    assert [found.mean for found in both] == pytest.approx([50.6, 56.0])
    assert [found.n for found in both] == [5, 4]
    assert [summary_words(found) for found in both] == [
        "mean 50.6, SD 24.7, median 51.0, 23 to 78 (n = 5)",
        "mean 56.0, SD 24.9, median 61.5, 23 to 78 (n = 4)",
    ]
    assert RESULT.participants.heads == (("All enrolled (n = 5)",), ("Analysed (n = 4)",))


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Hispanic or Latino: yes", ("2 of 5", "1 of 4")),
        ("Sex: woman", ("4 of 5", "4 of 4")),
        ("Sex: man", ("1 of 5", "0 of 4")),
        ("Race: white", ("5 of 5", "4 of 4")),
        ("Medical history: systemic sclerosis", ("2 of 5", "2 of 4")),
    ],
)
def test_a_level_is_counted_over_both_groups(label, told):
    assert tuple(map(summary_words, summaries(RESULT.participants)[label])) == told


def test_what_was_added_after_baseline_is_not_counted_at_baseline():
    # participant 5's pantoprazole came at month 1, so that only participant 1 took it at baseline
    assert "Medications: pantoprazole" not in summaries(RESULT.participants)
    assert summaries(RESULT.participants)["Medications: prednisone"][0] == Share(3, 5, 0)


def test_a_duration_in_months_and_in_years_is_not_averaged():
    assert not any("uration" in label for label in summaries(RESULT.participants))
    assert any("Duration of lesions" in note for note in RESULT.baseline_notes)


def test_units_at_baseline_tell_how_many_values_are_published():
    found = summaries(RESULT.units)
    assert [head[0] for head in RESULT.units.heads] == ["Sodium thiosulfate"] * 2 + ["Saline"] * 2
    assert [summary_words(s) for s in found["Site stated"]] == ["4 of 5", "4 of 4"] * 2
    physician = found["PGA by physician, points"]
    assert {(s.low, s.high) for s in physician} == {(4.0, 4.0)}
    assert [summary_words(s) for s in physician[:2]] == ["4 in all (published for 4 of 5)", "4 in all (n = 4)"]
    assert [summary_words(s) for s in found["Lesion size, cm²"]] == [
        "0.09 (published for 1 of 5)",
        "0.09 (published for 1 of 4)",
        "0.16 and 2.00 (published for 2 of 5)",
        "0.16 and 2.00 (published for 2 of 4)",
    ]
    observer = found["PGA by independent observer, points"]
    assert [s.mean for s in observer] == pytest.approx([3.0, 3.0, 3.5, 3.5])


def test_nothing_is_tested_at_baseline_and_the_reason_is_told():
    assert any(note.startswith("No p-values at baseline") for note in RESULT.baseline_notes)


def test_who_is_left_out_leaves_the_analysed_column_and_who_has_no_pair_never_enters_it():
    fewer = data.answer(TRIAL, read({"who": "1.2"}, TRIAL).assumptions)
    assert fewer.participants.heads[1] == ("Analysed (n = 2)",)
    assert summaries(fewer.participants)["Age, years"][1].mean == pytest.approx(47.5)
    assert fewer.participants.heads[0] == RESULT.participants.heads[0]
    everybody = data.answer(TRIAL, read({"who": "1.2.3.4.5"}, TRIAL).assumptions)
    assert everybody.participants.heads[1] == ("Analysed (n = 4)",)
    nobody = data.answer(TRIAL, read({"who": "none"}, TRIAL).assumptions)
    assert nobody.participants.heads[1] == ("Analysed (n = 0)",)
    assert summaries(nobody.participants)["Age, years"][1] == Missing("nobody in this column")


def test_an_attribute_that_is_not_published_for_all_says_for_how_many():
    eyes = data.answer(trial("eyes"), defaults(trial("eyes")))
    enrolled, analysed = summaries(eyes.participants)["Age, years"]
    assert isinstance(enrolled, Numbers)
    assert (enrolled.n, enrolled.of, analysed.n, analysed.of) == (5, 6, 4, 4)


def test_a_level_that_is_not_published_for_all_says_so():
    of = loaded(changed("participants.csv", "5,29,man,white", "5,29,,white"))
    assert [summary_words(s) for s in summaries(data.answer(of, defaults(of)).participants)["Sex: woman"]] == [
        "4 of 4; 1 not published",
        "4 of 4",
    ]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_there_with_every_column_explained(name):
    result = data.answer(trial(name), defaults(trial(name)))
    told = [file for file in TABLES if file not in OPTIONAL or getattr(trial(name), file.removesuffix(".csv"))]
    assert [file.name for file in result.files] == told
    for file in result.files:
        assert all(column.meaning for column in file.columns)
        assert file.a_row_is
        assert {len(row.cells) + 2 for row in file.rows} <= {len(file.columns)}
        assert sum(count.rows for count in file.counts) == len(file.rows)


@pytest.mark.parametrize("file", TABLES)
def test_every_cell_of_a_file_is_shown_as_it_stands_there(file):
    (shown,) = [found for found in RESULT.files if found.name == file]
    header, *rows = csv.reader(io.StringIO(WINTER[file].decode()))
    assert [column.name for column in shown.columns] == header
    for row, raw in zip(shown.rows, rows, strict=True):
        cells = ["" if isinstance(text, Missing) else text for text in row.cells]
        assert [*cells, row.provenance, row.source] == raw


def test_a_value_that_was_searched_for_in_vain_is_missing_and_not_only_empty():
    (reported,) = [file for file in RESULT.files if file.name == "reported.csv"]
    (row,) = [row for row in reported.rows if row.provenance == "missing"]
    value = row.cells[[column.name for column in reported.columns].index("value")]
    assert value == Missing("not published")
    assert row.source == "not in the text"


def test_the_sentence_counts_rows_and_gaps():
    # 150 rows, counted by hand: 5 + 10 + 46 + 24 + 0 + 65; 10 lesions x 4 visits x 3 ratings; 3 ratings x 2 lesions
    # x 2 visits after participant 5 was lost
    assert data.reading(RESULT) == (
        "The folder holds 150 rows of data in 6 tables: 133 printed, 16 derived, 0 reconstructed, 1 missing. "
        "10 lesions, 4 visits and 3 ratings at each would give 120 values; 38 are published; missing: 70 not published "
        "and 12 lost after Month 1."
    )
    assert RESULT.completeness.possible == 10 * 4 * 3
    assert RESULT.completeness.published == sum(row.scale == "value" for row in TRIAL.measurements)


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_of_any_shape_has_its_data_told(name):
    result = data.answer(trial(name), defaults(trial(name)))
    assert plain(result)
    assert "6 tables" in data.reading(result)


def test_the_printed_ranges_of_lesion_size_stand_beside_what_is_published():
    rows = {row.label: row for row in RESULT.units.rows}
    printed = rows["Lesion size, cm²: range as printed"]
    told = [summary_words(summary) for summary in printed.summaries]
    assert told == ["0.09 to 4 (of whom is not stated)"] * 2 + ["0.16 to 4 (of whom is not stated)"] * 2
