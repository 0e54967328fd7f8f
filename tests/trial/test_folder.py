"""The only reader of files: one trial from a folder or a zip of it, or one error with every structural fault."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import product
from pathlib import Path

import pytest
from pydantic import ValidationError

from lib.errors import Problem, TrialError
from lib.trial.folder import (
    DATA_FILES,
    FILES,
    MAX_BYTES,
    OPTIONAL,
    SPEC_FILE,
    TABLES,
    fingerprint,
    read_bytes,
    read_trial,
)
from lib.trial.folder import zipped as zip_of
from lib.trial.model import Trial
from tests.trial.folders import FIXTURES, SHIPPED, WINTER, added, changed, loaded, problems, winter, written

COLUMNS = "the columns participant, unit, visit, event, severity, related, provenance, source"
PLAIN_NUMBER = "a plain decimal number, such as 0.25"


def zipped(place: Path, prefix: str = "", method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(place, "w", method) as archive:
        for name, content in WINTER.items():
            archive.writestr(prefix + name, content)
    return place


# --- the same trial from wherever it lies ----------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "winter2020/", "a/folder in a/folder/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_zip_is_the_same_trial_as_its_folder(tmp_path, prefix, method):
    trial = read_trial(zipped(tmp_path / "trial.zip", prefix, method))
    assert trial == winter()
    assert trial.sha256 == winter().sha256


def test_a_folder_that_is_zipped_here_is_the_same_trial(tmp_path):
    (tmp_path / "handed-on.zip").write_bytes(zip_of(WINTER))
    assert read_bytes(tmp_path / "handed-on.zip") == WINTER
    assert read_trial(tmp_path / "handed-on.zip") == winter()
    assert fingerprint(read_bytes(tmp_path / "handed-on.zip")) == winter().sha256


def test_the_same_files_make_the_same_zip():
    assert zip_of(dict(reversed(WINTER.items()))) == zip_of(WINTER)
    assert zip_of({**WINTER, "events.csv": b""}) != zip_of(WINTER)


def test_a_zip_with_other_files_beside_the_trial_is_the_same_trial(tmp_path):
    with zipfile.ZipFile(zipped(tmp_path / "trial.zip", "trial/"), "a") as archive:
        archive.writestr("trial/notes/trial.toml", "not this one")
        archive.writestr("README", "nor this one")
    assert read_trial(tmp_path / "trial.zip") == winter()


@pytest.mark.parametrize("file", DATA_FILES)
def test_one_changed_byte_changes_the_fingerprint(file):
    assert fingerprint({**WINTER, file: WINTER[file] + b"\n"}) != fingerprint(WINTER)


def test_the_fingerprint_is_that_of_each_file_by_its_name():
    swapped = {**WINTER, "units.csv": WINTER["events.csv"], "events.csv": WINTER["units.csv"]}
    assert fingerprint(swapped) != fingerprint(WINTER)
    assert fingerprint(dict(reversed(WINTER.items()))) == fingerprint(WINTER)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault():
    windows = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in WINTER.items()}
    trial = loaded(windows)
    assert (trial.spec, trial.measurements, trial.reported) == (
        winter().spec,
        winter().measurements,
        winter().reported,
    )


def test_blanks_round_a_cell_are_not_part_of_it():
    spaced = changed("measurements.csv", "2C,3,area,investigator,value,4,", "2C , 3,area,investigator,value, 4 ,")
    assert loaded(spaced).measurements == winter().measurements


def test_nothing_in_a_trial_can_be_assigned():
    trial = winter()
    with pytest.raises(FrozenInstanceError):
        trial.units = ()
    with pytest.raises(FrozenInstanceError):
        trial.participants[0].participant = "6"
    for part in (trial.spec, trial.spec.citation, trial.units[0], trial.measurements[0], trial.reported[0]):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, next(iter(type(part).model_fields)), "x")


# --- structural faults, one at a time --------------------------------------------------------------------------------


NEEDED = tuple(name for name in DATA_FILES if name not in OPTIONAL)


@pytest.mark.parametrize("file", OPTIONAL)
def test_a_folder_may_lack_what_is_optional(file):
    trial = loaded({name: content for name, content in WINTER.items() if name != file})
    assert getattr(trial, file.removesuffix(".csv")) == ()
    assert trial.sha256 not in (
        loaded(WINTER).sha256,
        loaded({**WINTER, file: WINTER[file].splitlines(True)[0]}).sha256,
    )


@pytest.mark.parametrize("file", NEEDED)
def test_a_missing_file_is_named(file):
    found = problems({name: content for name, content in WINTER.items() if name != file})
    assert Problem(file, 0, "", "no such file", "this file in the trial folder") in found


@pytest.mark.parametrize("file", ["measurements.csv", "disposition.csv", "events.csv", "reported.csv"])
def test_what_a_missing_table_explains_is_not_told_twice(file):
    assert len(problems({name: content for name, content in WINTER.items() if name != file})) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "participant,unit,visit,event,severity,provenance,source",
            [("related", "no such column", COLUMNS)],
        ),
        (
            "participant,unit,visit,event,severity,related,provenance,source,colour",
            [("colour", "unknown column", COLUMNS)],
        ),
        (
            "participant,unit,visit,event,grade,related,provenance,source",
            [("grade", "unknown column", COLUMNS), ("severity", "no such column", COLUMNS)],
        ),
        (
            "participant,unit,visit,event,severity,related,provenance,source,unit",
            [("unit", "given twice", "each column once")],
        ),
        (
            "participant,unit,visit,event,severity,related,provenance,source,",
            [("", "unknown column", COLUMNS)],
        ),
    ],
    ids=["missing", "unknown", "misspelt", "twice", "without a name"],
)
def test_a_column_is_there_once_under_its_name(header, expected):
    found = problems({**WINTER, "events.csv": f"{header}\n".encode()})
    assert found == tuple(Problem("events.csv", 1, *fault) for fault in expected)


def test_a_misspelt_column_is_one_fault_and_not_one_for_each_row():
    found = problems(changed("measurements.csv", "scale,value,prov", "scale,valeu,prov"))
    assert [(p.file, p.row, p.column) for p in found] == [
        ("measurements.csv", 1, "valeu"),
        ("measurements.csv", 1, "value"),
    ]


def test_the_columns_of_participants_are_the_attributes_that_the_trial_declares():
    found = problems(changed("participants.csv", "participant,age,sex", "participant,years,sex"))
    assert [(p.row, p.column, p.value) for p in found] == [(1, "age", "no such column"), (1, "years", "unknown column")]
    assert "participant, age, sex, race" in found[0].expected


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("1,1T,3,itch,mild,no,printed", 7),
        ("1,1T,3,itch,mild,no,printed,Results,more", 9),
        ("1", 1),
        ("1,,,,,,,,,,,", 12),
    ],
)
def test_a_row_has_as_many_cells_as_the_header(row, cells):
    found = problems(added("events.csv", row))
    assert found == (Problem("events.csv", 2, "", f"{cells} cells", "8 cells, as in the header"),)


def test_a_comma_that_is_not_in_quotes_is_one_fault():
    found = problems(changed("units.csv", '"left hand, fifth digit"', "left hand, fifth digit"))
    assert found == (Problem("units.csv", 8, "", "7 cells", "6 cells, as in the header"),)


def test_the_row_is_the_line_in_the_file_even_after_blank_lines():
    files = {**WINTER, "events.csv": WINTER["events.csv"] + b"\n\n1,,,,,,printed,Results\n"}
    assert [(p.row, p.column) for p in problems(files)] == [(4, "event")]


@pytest.mark.parametrize(
    "text",
    ["title = ", 'title = "open', "title = 1\ntitle = 2", "=", "year = " + "9" * 5000, "deep = " + "[" * 100_000],
    ids=["no value", "open text", "twice", "no key", "a very long number", "very deep brackets"],
)
def test_bad_toml_is_told_as_such(text):
    (found,) = problems({**WINTER, SPEC_FILE: text.encode()})
    assert (found.file, found.row, found.expected) == (SPEC_FILE, 0, "TOML in UTF-8")
    assert found.value


@pytest.mark.parametrize("file", [name for name in FILES if name not in ("participants.csv", "units.csv")])
def test_bytes_that_are_not_utf_8_are_told_as_such(file):
    found = problems({**WINTER, file: WINTER[file] + b"\xff\xfe"})
    assert [(p.file, p.row) for p in found] == [(file, 0)]
    assert "0xff" in found[0].value
    assert found[0].expected.endswith("in UTF-8")


@pytest.mark.parametrize(
    "cell", ['"open', "x" * 200_000, '"a"b'], ids=["open quote", "an endless cell", "after quotes"]
)
def test_text_that_is_no_table_is_told_as_such(cell):
    (found,) = problems(added("events.csv", f"1,,,{cell},,,printed,Results"))
    assert (found.file, found.row, found.expected) == ("events.csv", 0, "comma-separated text in UTF-8")


@pytest.mark.parametrize("text", ["four", "1e9", "1_0", "0,5", "٤", "−4", "nan", "inf", "0x4", "4 cm", ".", "1" * 16])
def test_a_value_is_a_plain_number(text):
    cell = f'"{text}"' if "," in text else text
    found = problems(
        changed("measurements.csv", "2C,3,area,investigator,value,4,", f"2C,3,area,investigator,value,{cell},")
    )
    assert Problem("measurements.csv", 47, "value", text, PLAIN_NUMBER) in found


@pytest.mark.parametrize("text", ["4", "4.0", "04", "+4"])
def test_a_plain_number_may_be_written_in_several_ways(text):
    files = changed("measurements.csv", "2C,3,area,investigator,value,4,", f"2C,3,area,investigator,value,{text},")
    assert loaded(files).measurements == winter().measurements


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "value", "expected"),
    [
        ("measurements.csv", "1T,0,pga,physician,value,4", "1T,0,pga,physician,cm,4", 2,
         "scale", "cm", "'value' or 'percent_change'"),
        ("measurements.csv", "2C,3,area,investigator,value,4,printed", "2C,3,area,investigator,value,4,said", 47,
         "provenance", "said", "'printed', 'derived', 'reconstructed' or 'missing'"),
        ("measurements.csv", "2C,3,area,investigator,value,4,printed,Results: response to treatment",
         "2C,3,area,investigator,value,4,printed,", 47, "source", "", "string"),
        ("units.csv", "1T,1,treated,inf", "1 T,1,treated,inf", 2, "unit", "1 T", "letters, digits, - and _"),
        ("disposition.csv", "5,,follow-up,lost", "5,,later,lost", 17, "stage", "later", "'follow-up'"),
        ("disposition.csv", "5,,follow-up,lost", "5,,follow-up,left", 17, "event", "left", "'lost'"),
        ("disposition.csv", "5,,follow-up,lost", ",,follow-up,lost", 17, "participant", "", "string"),
        ("reported.csv", "age_mean,Mean age,", "age mean,Mean age,", 2, "key", "age mean", "letters, digits"),
    ],
)  # fmt: skip
def test_a_cell_is_of_its_columns_kind(file, old, new, row, column, value, expected):
    found = [p for p in problems(changed(file, old, new)) if (p.file, p.row, p.column) == (file, row, column)]
    assert [p.value for p in found] == [value]
    assert expected in found[0].expected


@pytest.mark.parametrize(
    ("old", "new", "column", "value", "expected"),
    [
        ('key = "winter2020"', 'key = "winter2020"\ncolour = "red"', "colour", "red", "only keys that data/README.md"),
        ('journal = "JAAD Int"\n', "", "citation.journal", "nothing", "this key"),
        ("format = 1", "format = 2", "format", "2", "1"),
        ("year = 2020", 'year = "soon"', "citation.year", "soon", "a valid integer"),
        ('label = "Saline"', 'label = " "', "arms.1.label", " ", "at least 1 character"),
        ('kind = "ratio"', 'kind = "ratios"', "outcomes.0.kind", "ratios", "'ordinal'"),
        ('role = "control"', 'role = "placebo"', "arms.1.role", "placebo", "'treatment' or 'control'"),
        ('allocation_unit = "unclear"', 'allocation_unit = "?"', "design.allocation_unit", "?", "'participant'"),
        ('kind = "within-person"', 'kind = "parallel"', "design.kind", "parallel", "'within-person'"),
        ("time = 3", "time = nan", "visits.3.time", "nan", "a finite number"),
        ("time = 3", "time = inf", "visits.3.time", "inf", "a finite number"),
        ("low = 0\nhigh = 4", "low = 0\nhigh = inf", "outcomes.1.high", "inf", "finite"),
        ("low = 0\nhigh = 4", 'low = 0\nhigh = "four"', "outcomes.1.high", "four", PLAIN_NUMBER),
        ('key = "age"', 'key = "source"', "attributes.0.key", "source", "another key than those of the fixed columns"),
        ('key = "age"', 'key = "the age"', "attributes.0.key", "the age", "letters, digits, - and _"),
    ],
)  # fmt: skip
def test_a_key_of_the_trial_file_is_known_and_of_its_kind(old, new, column, value, expected):
    files = {**WINTER, SPEC_FILE: WINTER[SPEC_FILE].decode().replace(old, new, 1).encode()}
    assert files != WINTER
    (found,) = [p for p in problems(files) if p.column == column]
    assert (found.file, found.row, found.value) == (SPEC_FILE, 0, value)
    assert expected in found.expected


# --- places ----------------------------------------------------------------------------------------------------------


def told(place: Path) -> Problem:
    with pytest.raises(TrialError) as error:
        read_trial(place)
    assert str(place) in str(error.value) or error.value.place in FILES
    (found,) = error.value.problems
    return found


def test_a_place_with_nothing_there_is_told(tmp_path):
    assert told(tmp_path / "nowhere") == Problem("nowhere", 0, "", "nothing there", "a trial folder, or a zip of one")


def test_a_file_that_is_no_zip_is_told(tmp_path):
    (tmp_path / "trial.pdf").write_text("%PDF")
    assert told(tmp_path / "trial.pdf").value == "another kind of file"


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_an_empty_folder_or_zip_lists_every_file_that_it_lacks(tmp_path, kind):
    place = tmp_path / "empty"
    if kind == "folder":
        place.mkdir()
    else:
        zipfile.ZipFile(place, "w").close()
    with pytest.raises(TrialError) as error:
        read_trial(place)
    assert [(p.file, p.value) for p in error.value.problems] == [(name, "no such file") for name in NEEDED]


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_an_oversized_file_is_refused(tmp_path, kind):
    content = b"#" * (MAX_BYTES + 1)
    if kind == "folder":
        place = written(tmp_path / "large")
        (place / "events.csv").write_bytes(content)
    else:
        place = tmp_path / "large.zip"
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("trial.toml", WINTER["trial.toml"])
            archive.writestr("events.csv", content)
    assert told(place) == Problem("events.csv", 0, "", "more", "at most 5,000,000 bytes")


def test_a_file_of_just_the_largest_size_is_read(tmp_path):
    place = written(tmp_path / "large")
    (place / "events.csv").write_bytes(b"#" * MAX_BYTES)
    assert len(read_bytes(place)["events.csv"]) == MAX_BYTES


def test_an_encrypted_zip_is_told(tmp_path):
    content = bytearray(zipped(tmp_path / "trial.zip").read_bytes())
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # bit 0 of the flags says: encrypted
        start = content.find(signature)
        while start >= 0:
            content[start + flag] |= 1
            start = content.find(signature, start + 1)
    (tmp_path / "locked.zip").write_bytes(content)
    found = told(tmp_path / "locked.zip")
    assert "encrypted" in found.value
    assert found.expected == "a readable trial folder or zip"


# --- all at once, and nothing else -----------------------------------------------------------------------------------


def test_several_faults_are_all_listed_in_the_order_of_the_files():
    files = changed("trial.toml", 'outcome = "pain"', 'outcome = "ache"')
    files = changed("participants.csv", "1,23,woman", "1,young,woman", files)
    files = changed("measurements.csv", "1T,0,pga,physician,value,4", "1T,0,pga,physician,value,5", files)
    files = changed("measurements.csv", "4C,3,pga,observer,value,4", "4C,9,pga,observer,value,4", files)
    files = added("disposition.csv", "7,,follow-up,completed,3,,printed,Results", files=files)
    files = added("events.csv", "1,2T,3,itch,,,printed,Results", files=files)
    files = changed("reported.csv", "assessed,Assessed", "completed,Assessed", files)
    found = problems(files)
    assert [(p.file, p.row, p.column, p.value) for p in found] == [
        ("trial.toml", 0, "endpoints.pain.outcome", "ache"),
        ("participants.csv", 2, "age", "young"),
        ("measurements.csv", 2, "value", "5"),
        ("measurements.csv", 40, "visit", "9"),
        ("disposition.csv", 26, "participant", "7"),
        ("events.csv", 2, "unit", "2T"),
        ("reported.csv", 10, "", "completed"),
    ]
    with pytest.raises(TrialError, match="a copy: 7 problems\n") as error:
        loaded(files)
    assert all(str(problem) in str(error.value) for problem in found)


CELLS = (
    "",
    " ",
    "0",
    "-1",
    "1e400",
    "nan",
    "²",
    "x" * 300,
    "1T",
    "9",
    "none",
    "missing",
    "'",
    "\0",
    "2020-01-02",
    "𝟜",
    "\u202e",
)


@pytest.mark.parametrize(("seed", "file"), list(product(range(3), TABLES)))
def test_random_cells_give_a_trial_or_one_error_that_lists_them(seed, file):
    rng = random.Random(f"{seed} {file}")
    source = read_bytes(FIXTURES / "eyes") if seed == 2 else WINTER
    for _ in range(20):
        rows = [line.split(",") for line in source[file].decode().splitlines()]
        for _ in range(rng.randint(1, 4)):
            row = rng.choice(rows)
            row[rng.randrange(len(row))] = rng.choice((*CELLS, *rng.choice(rows)))
        expect_trial_or_error({**source, file: "\n".join(map(",".join, rows)).encode()})


@pytest.mark.parametrize(("seed", "file"), list(product(range(2), FILES)))
def test_random_bytes_give_a_trial_or_one_error_that_lists_them(seed, file):
    rng = random.Random(f"{seed} {file}")
    for _ in range(20):
        content = bytearray(WINTER[file])
        for _ in range(rng.randint(1, 8)):
            start = rng.randrange(len(content))
            content[start : start + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        expect_trial_or_error({**WINTER, file: bytes(content)})


def test_random_bytes_in_a_zip_give_a_trial_or_one_error(tmp_path):
    rng = random.Random(2020)
    sound = zipped(tmp_path / "trial.zip").read_bytes()
    kinds = set()
    for _ in range(200):
        content = bytearray(sound)
        for _ in range(rng.randint(1, 5)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        (tmp_path / "broken.zip").write_bytes(content)
        kinds.add(type(outcome(lambda: read_trial(tmp_path / "broken.zip"))))
    assert TrialError in kinds


def outcome(read: Callable[[], Trial]) -> Trial | TrialError:
    """What reading gives; any other error than TrialError is a bug and fails the test."""
    try:
        return read()
    except TrialError as error:
        return error


def expect_trial_or_error(files: dict[str, bytes]) -> None:
    got = outcome(lambda: loaded(files))
    if isinstance(got, Trial):
        assert got.sha256 == fingerprint(files)
    else:
        assert got.problems
        assert len(set(got.problems)) == len(got.problems)
        assert f"{len(got.problems)} problem" in str(got)


@pytest.mark.parametrize("name", ["eyes", "one", "none"])
def test_trials_of_other_shapes_are_read(name):
    trial = read_trial(FIXTURES / name)
    assert trial.spec.key == name
    assert len(trial.participants) == {"eyes": 7, "one": 1, "none": 0}[name]
    assert "nvented" in trial.spec.title
    assert "nvented" in trial.spec.citation.title


def test_the_shipped_folder_holds_the_files_that_are_read_and_nothing_else():
    assert sorted(path.name for path in SHIPPED.iterdir()) == sorted(FILES)
