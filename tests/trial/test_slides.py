"""The order in which a trial is told: read, held against the trial, expanded, and no part of the data."""

import io
import zipfile

import pytest

from lib.assumptions import CONTROLS, defaults, read, validated
from lib.errors import Problem, TrialError
from lib.trial.folder import SLIDES_FILE, fingerprint, read_bytes, read_trial, zipped
from lib.trial.model import SlideEntry
from lib.trial.slides import KINDS, told
from tests.trial.folders import FIXTURES, SHIPPED, WINTER, eyes, loaded, problems, winter
from tests.trials import NAMES, trial

HEAD = "format = 1\n"


def ordered(*slides, head=HEAD):
    """The shipped folder with these slides, each in its keys."""
    return {**WINTER, SLIDES_FILE: (head + "".join(f"[[slides]]\n{slide}\n" for slide in slides)).encode()}


def without():
    return {name: content for name, content in WINTER.items() if name != SLIDES_FILE}


@pytest.mark.parametrize("name", NAMES)
def test_without_the_file_every_kind_comes_once_in_the_natural_order(name):
    bare = without() if name == "winter2020" else read_bytes(FIXTURES / name)
    assert SLIDES_FILE not in bare
    of = loaded(bare)
    kinds = [entry.kind for entry in told(of)]
    people = [p for p in of.participant_ids if of.units_of_participant[p]]
    assert list(dict.fromkeys(kinds)) == [kind for kind in KINDS if kind != "participant" or people]
    assert [entry.participant for entry in told(of) if entry.kind == "participant"] == people
    assert len(kinds) == len(KINDS) - 1 + len(people)


def test_who_was_never_allocated_has_no_slide():
    assert "P-06" in eyes().participant_ids or len(eyes().participant_ids) == 7
    shown = [entry.participant for entry in told(eyes()) if entry.participant]
    assert shown == [p for p in eyes().participant_ids if eyes().units_of_participant[p]]
    assert len(shown) < len(eyes().participant_ids)


def test_the_shipped_order():
    entries = told(winter())
    assert [entry.kind for entry in entries] == [
        *("question", "design"),
        *["participant"] * 5,
        *("result", "result", "limits", "next"),
    ]
    assert [entry.participant for entry in entries[2:7]] == ["1", "2", "3", "4", "5"]
    assert dict(entries[8].state) == {"outcome": "pga", "rater": "physician", "change": "absolute"}


def test_the_order_and_the_words_of_the_file_are_kept():
    of = loaded(ordered('kind = "next"\ntitle = "On"', 'kind = "participant"\nparticipant = "3"', 'kind = "next"'))
    assert told(of) == (
        SlideEntry(kind="next", title="On"),
        SlideEntry(kind="participant", participant="3"),
        SlideEntry(kind="next"),
    )


def test_the_order_of_telling_is_no_datum():
    """Another order, or none, is the same data: what was computed from them, and links, stay what they are."""
    other = loaded(ordered('kind = "next"'))
    assert other.sha256 == winter().sha256 == fingerprint(without()) == loaded(without()).sha256
    assert other != winter()


def test_a_zip_and_what_is_handed_on_carry_the_order(tmp_path):
    packed = zipped(read_bytes(SHIPPED))
    assert SLIDES_FILE in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    (tmp_path / "trial.zip").write_bytes(packed)
    assert read_trial(tmp_path / "trial.zip") == winter()


EXISTING = "'question', 'design', 'participant', 'result', 'limits' or 'next'"
WRONG = [
    ('kind = "summary"', ("slides.0.kind", "summary", EXISTING)),
    ('kind = "participant"\nparticipant = "9"', ("slides.0.participant", "9", "one of 1, 2, 3, 4, 5")),
    (
        'kind = "result"\nparticipant = "1"',
        ("slides.0.participant", "1", "no participant, or the kind participant"),
    ),
    ('kind = "result"\ncolour = "red"', ("slides.0.colour", "red", "only keys that data/README.md explains")),
    ('title = "x"', ("slides.0.kind", "nothing", "this key")),
]


@pytest.mark.parametrize(("slide", "wanted"), WRONG, ids=[column for _, (column, _, _) in WRONG])
def test_every_problem_is_named_with_its_place_and_what_was_wanted(slide, wanted):
    assert problems(ordered(slide)) == (Problem(SLIDES_FILE, 0, *wanted),)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"format = 1\nslides = []\n", ("slides", "[]", "at least one")),
        (b"format = 2\n[[slides]]\nkind = 'next'\n", ("format", "2", "1")),
        (b"[[slides]]\nkind = 'next'\n", ("format", "nothing", "this key")),
    ],
)
def test_a_file_without_slides_or_of_another_format_is_named(content, wanted):
    assert problems({**WINTER, SLIDES_FILE: content}) == (Problem(SLIDES_FILE, 0, *wanted),)


def test_several_problems_are_told_at_once():
    found = problems(ordered('kind = "x"', 'kind = "y"'))
    assert [problem.column for problem in found] == ["slides.0.kind", "slides.1.kind"]


def test_one_for_each_participant_needs_somebody():
    files = read_bytes(FIXTURES / "none") | {SLIDES_FILE: b"format = 1\n[[slides]]\nkind = 'participant'\n"}
    (problem,) = problems(files)
    assert problem.expected == "at least one slide: nobody has units"


def test_nobody_is_missed_while_the_files_about_people_are_broken():
    files = ordered('kind = "participant"\nparticipant = "9"') | {"units.csv": b"unit\n"}
    assert {problem.file for problem in problems(files)} == {"units.csv"}


STATES = [
    ('state = { outcome = "pain" }', "slides.0.state.outcome", "one of area, pga"),
    ('state = { colour = "red" }', "slides.0.state.colour", f"one of the keys {', '.join(CONTROLS)}"),
    ('state = { n = "many" }', "slides.0.state.n", "a number from 2 to 200"),
    ('state = { slide = "2" }', "slides.0.state.slide", "another key: no slide can assume another slide"),
]


@pytest.mark.parametrize(("state", "column", "wanted"), STATES, ids=[column for _, column, _ in STATES])
def test_a_state_that_no_control_accepts_is_a_problem(state, column, wanted):
    with pytest.raises(TrialError) as error:
        validated(loaded(ordered(f'kind = "result"\n{state}')))
    (problem,) = error.value.problems
    assert (problem.file, problem.column, problem.expected) == (SLIDES_FILE, column, wanted)


@pytest.mark.parametrize("name", NAMES)
def test_the_number_in_a_link_ends_with_the_slides_of_this_trial(name):
    of, last = trial(name), len(told(trial(name)))
    assert read({"slide": str(last)}, of).assumptions.slide == last
    for beyond in ("0", str(last + 1), "1.5", "last"):
        got = read({"slide": beyond}, of)
        assert got.assumptions == defaults(of)
        assert len(got.problems) == 1
