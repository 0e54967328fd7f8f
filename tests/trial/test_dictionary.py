"""data/README.md explains every file, column, key and allowed value that the reader knows."""

from __future__ import annotations

import re
import typing

import pytest
from pydantic import BaseModel

from lib.analysis.change import CHANGES
from lib.questions.ledger.registry import RECOMPUTATIONS
from lib.questions.printed import RECOMPUTED
from lib.trial import model
from lib.trial.characters import PROSE, SOFT_HYPHEN
from lib.trial.folder import FILES
from tests.trial.folders import ROOT

TEXT = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n")[0]: part for part in re.split(r"\n#+ ", TEXT)}
"""Heading → the text under it."""

HEADINGS = {
    "Row": "Columns that every table has",
    "ParticipantRow": "`participants.csv`",
    "UnitRow": "`units.csv`",
    "MeasurementRow": "`measurements.csv`",
    "DispositionRow": "`disposition.csv`",
    "EventRow": "`events.csv`",
    "ReportedRow": "`reported.csv`",
    "ClaimRow": "`claims.csv`",
    "ChecklistRow": "`checklist.csv`",
    "Citation": "`[citation]`",
    "Conduct": "`[design]`",
    "UnitName": "`[unit]`, `[time]`, `[planning]`",
    "Time": "`[unit]`, `[time]`, `[planning]`",
    "Planning": "`[unit]`, `[time]`, `[planning]`",
    "Arm": "`[[arms]]`, `[[visits]]`, `[[raters]]`, `[[attributes]]`",
    "Visit": "`[[arms]]`, `[[visits]]`, `[[raters]]`, `[[attributes]]`",
    "Rater": "`[[arms]]`, `[[visits]]`, `[[raters]]`, `[[attributes]]`",
    "Attribute": "`[[arms]]`, `[[visits]]`, `[[raters]]`, `[[attributes]]`",
    "Outcome": "`[[outcomes]]`",
    "Level": "`[[outcomes]]`",
    "Endpoint": "`[[endpoints]]`",
    "PaperTable": "`[[tables]]`",
    "PastDefaults": "`[defaults]`, `[[past_defaults]]`, `[[presets]]`",
    "TrialPreset": "`[defaults]`, `[[past_defaults]]`, `[[presets]]`",
    "SlideOrder": "`slides.toml`",
    "SlideEntry": "`[[slides]]`",
}
"""Model → where its fields are explained; those of `Spec` are keys of `trial.toml` or headings."""

MODELS = {
    name: entry
    for name, entry in vars(model).items()
    if isinstance(entry, type) and issubclass(entry, BaseModel) and entry.__module__ == model.__name__
}


def own_fields(name: str) -> list[str]:
    inherited = model.Row.model_fields if name != "Row" else {}
    return [field for field in MODELS[name].model_fields if field not in inherited]


def choices(name: str) -> list[str]:
    hints = [typing.get_type_hints(MODELS[name])[field] for field in own_fields(name)]
    return [str(c) for hint in hints if typing.get_origin(hint) is typing.Literal for c in typing.get_args(hint)]


def quoted(section: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", SECTIONS[section]))


def test_every_model_has_its_place():
    assert set(MODELS) == {*HEADINGS, "Spec", "Frozen"}
    assert set(HEADINGS.values()) < set(SECTIONS)


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in HEADINGS for field in own_fields(name)])
def test_every_column_and_key_is_explained_in_its_place(name, field):
    assert field in quoted(HEADINGS[name]), f"{name}.{field} is not under {HEADINGS[name]} in data/README.md"


ROWS = {name: entry for name, entry in MODELS.items() if issubclass(entry, model.Row)}


def told(section: str) -> dict[str, str]:
    """Column → what its row of the section's table says that it means."""
    cells = [line.strip("| ").split(" | ") for line in SECTIONS[section].splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row[-1] for row in cells}


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in ROWS for field in own_fields(name)])
def test_the_page_and_the_dictionary_say_the_same_of_a_column(name, field):
    assert ROWS[name].model_fields[field].description == told(HEADINGS[name])[field]


@pytest.mark.parametrize("name", [name for name in ROWS if name != "Row"])
def test_the_page_and_the_dictionary_say_the_same_of_a_row(name):
    assert f"| {HEADINGS[name]} | {ROWS[name].a_row_is} |" in TEXT


def test_the_page_and_the_dictionary_say_the_same_of_provenance():
    meanings = told("Columns that every table has")
    assert {name: meanings[name] for name in typing.get_args(model.Provenance)} == dict(model.PROVENANCES)


@pytest.mark.parametrize(("name", "choice"), [(name, choice) for name in HEADINGS for choice in choices(name)])
def test_every_allowed_value_is_explained_in_its_place(name, choice):
    assert choice in quoted(HEADINGS[name])


@pytest.mark.parametrize("field", model.Spec.model_fields)
def test_every_part_of_the_trial_file_is_explained(field):
    headings = {name.strip("[]`") for heading in SECTIONS for name in heading.split(", ")}
    assert field in quoted("`trial.toml`") | headings


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_explained(file):
    assert f"| `{file}` |" in TEXT
    assert f"`{file}`" in SECTIONS


@pytest.mark.parametrize("statistic", RECOMPUTED)
def test_every_statistic_that_is_recomputed_is_explained(statistic):
    assert statistic in quoted("`reported.csv`")


@pytest.mark.parametrize("function", RECOMPUTATIONS)
def test_every_function_of_a_claim_is_explained_with_what_it_is_told(function):
    entry = RECOMPUTATIONS[function]
    told = "; ".join(f"`{name}`: {meaning}" for name, meaning in entry.wants.items()) or "nothing"
    assert f"| `{function}` | {entry.help} | {told} |" in SECTIONS["`claims.csv`"]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_explained(change):
    assert change in quoted("`[[endpoints]]`")


def test_characters_that_are_refused_are_explained_and_those_that_are_not():
    told = SECTIONS["Kinds of value"]
    assert "| text | anything that isn't empty, of printable characters;" in told
    for words in ("Control characters", "format characters", "line separators", "private use characters", "U+FFFE"):
        assert words in told
    assert f"the soft hyphen U+{ord(SOFT_HYPHEN):04X}" in told
    assert ("line breaks and tabs" in told) == (PROSE == "\n\t")
