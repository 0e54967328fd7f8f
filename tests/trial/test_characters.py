"""Texts whose characters no file that is made of them could hold, and texts that only look strange."""

from __future__ import annotations

import json

import pytest

from lib.errors import Problem
from lib.trial.characters import PROSE, texts_of, unprintable
from tests.trial.folders import WINTER, added, changed, last_row, loaded, problems

TITLE = "Intralesional sodium thiosulfate for dystrophic calcinosis cutis"


def found(text: str, kept: str = "") -> list[str]:
    wanted = "printable characters only; this holds "
    return [problem.expected.removeprefix(wanted) for problem in unprintable("x.csv", 3, {"reason": text}, kept)]


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "U+0000"), ("\x08", "U+0008"), ("\x1b", "U+001B"), ("\x7f", "U+007F"), ("\x85", "U+0085"),
        ("\n", "U+000A"), ("\t", "U+0009"), ("\r", "U+000D"), ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u2029", "U+2029 PARAGRAPH SEPARATOR"), ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"), ("\ue000", "U+E000"), ("\uf8ff", "U+F8FF"),
        ("\U000f0000", "U+F0000"), ("\U0010fffd", "U+10FFFD"), ("\ufdd0", "U+FDD0"), ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"), ("\U0001fffe", "U+1FFFE"), ("\U0010ffff", "U+10FFFF"), ("\ud800", "U+D800"),
    ],
)  # fmt: skip
def test_a_character_that_can_not_be_printed_is_named_wherever_it_stands(character, name):
    assert found(character) == found(f"a{character}b") == found(f"{character}{character}") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cm²",
        "5\u00a0mg",
        "p\u202f=\u20090.05",
        "calci\u00adnosis",
        "硫代硫酸钠",
        "تجربة",
        "αβ ± ½ →",
        "𝟜 🦷",
        "e\u0301",
        "\u0378",
    ],
    ids=ascii,
)
def test_text_of_any_script_may_be_there_with_its_spaces_and_soft_hyphens(text):
    assert found(text) == []


def test_prose_of_several_lines_may_break_them_and_nothing_else():
    assert found("one\ntwo\tthree", PROSE) == []
    assert found("one\r\ntwo\x0b", PROSE) == ["U+000D, U+000B"]


def test_a_text_full_of_them_names_the_first():
    assert found("".join(map(chr, range(9)))) == ["U+0000, U+0001, U+0002, U+0003, U+0004 …"]


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column"),
    [
        ("participants.csv", "1,23,woman,", "1,23,wo\ue001man,", 2, "sex"),
        ("units.csv", "1T,1,treated,inf", "1T,1,treated,\x1finf", 2, "site"),
        ("reported.csv", "age_mean,Mean age,", "age_mean,Mean\uffffage,", 2, "label"),
    ],
)
def test_a_cell_is_refused_at_the_door_with_its_place(file, old, new, row, column):
    (problem,) = problems(changed(file, old, new))
    assert (problem.file, problem.row, problem.column) == (file, row, column)
    assert "this holds U+" in problem.expected
    assert str(problem).isprintable()


def test_a_cell_is_one_line():
    row = last_row("events.csv") + 2
    (problem,) = problems(added("events.csv", '1,,3,"itch\nand pain",,,printed,Results'))
    assert problem == Problem(
        "events.csv", row, "event", "itch\nand pain", "printable characters only; this holds U+000A"
    )


@pytest.mark.parametrize("written", ["\\u0007", "\\uE000", "\ufffe"])
def test_a_text_of_the_trial_file_is_refused_with_its_key_and_number(written):
    (problem,) = problems(changed("trial.toml", 'label = "Saline"', f'label = "Sal{written}ine"'))
    assert (problem.file, problem.row, problem.column) == ("trial.toml", 0, "arms.1.label")


def test_a_text_of_the_slides_and_a_key_are_held_to_the_same():
    (problem,) = problems({**WINTER, "slides.toml": b'format = 1\nslides = [{ kind = "question", note = "a\\u0001" }]'})
    assert (problem.file, problem.column) == ("slides.toml", "slides.0.note")
    columns = {p.column for p in problems(changed("trial.toml", "[defaults]\n", '[defaults]\n"a\\u0007" = "1"\n'))}
    assert "key defaults.a\\x07" in columns


def test_prose_of_the_trial_file_may_have_several_lines():
    files = changed("trial.toml", f'title = "{TITLE}"', 'title = """\nOne\n\ttwo"""')
    assert loaded(files).spec.title == "One\n\ttwo"


def test_every_text_of_a_trial_file_is_looked_at():
    told = {"a": "1", "b": [{"c": "2"}, ["3"]], "d": {"e": {"f": "4"}}, "g": 5}
    texts = {place: text for place, text in texts_of(told) if not place.startswith("key ")}
    assert json.dumps(texts) == '{"a": "1", "b.0.c": "2", "b.1.0": "3", "d.e.f": "4"}'
