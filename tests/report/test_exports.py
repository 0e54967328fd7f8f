"""What can be taken home: every export of every page on every trial, by its default options and by all others."""

import ast
import re
import zipfile
from io import BytesIO
from itertools import product

import pytest

from lib.assumptions import Choice, read
from lib.errors import Refusal
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.report.exports import EXPORTS, about, figure_parts
from lib.report.order import Order
from lib.report.table_files import TABLE_KINDS, TableKind
from lib.trial.folder import read_bytes
from tests.trials import FOLDERS, NAMES, trial

LIGHT = ("captions", "tables", "script", "text")
"""Exports that need no browser and only one page."""
PAGES = [path for path, question in QUESTIONS.items() if not question.bare]


def asked(path, name="winter2020", **query):
    return Asked(path, trial(name), read(query, trial(name)).assumptions)


def order(export, page, /, **chosen):
    options = {option.key: [choice.value for choice in option.choices(page)] for option in export.options}
    defaults = {o.key: tuple(options[o.key]) if o.several else tuple(options[o.key][:1]) for o in export.options}
    return Order(page, "https://host.example/", chosen=tuple({**defaults, **chosen}.items()))


@pytest.mark.parametrize("key", EXPORTS)
def test_an_export_says_what_it_is(key):
    export = EXPORTS[key]
    assert export.key == key
    assert export.label
    assert export.help.endswith(".")
    keys = [option.key for option in export.options]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_every_trial_offers_options_that_can_be_chosen(name, path):
    of = asked(path, name)
    for export in EXPORTS.values():
        if export.applies(of):
            for option in export.options:
                values = [choice.value for choice in option.choices(of)]
                assert values
                assert len(set(values)) == len(values)
                assert all(choice.label for choice in option.choices(of))
            told = export.name(order(export, of))
            assert told.startswith(f"{trial(name).spec.key}-{path}-{export.key}")
            assert told.isascii()
            assert not set(told) & set(r'/\:*?"<>| ')


def every_option(export, of):
    """Every combination of what there is to choose where one is to be chosen."""
    single = [option for option in export.options if not option.several]
    for values in product(*([choice.value for choice in option.choices(of)] for option in single)):
        yield {option.key: (value,) for option, value in zip(single, values, strict=True)}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("key", LIGHT)
def test_every_option_of_what_is_light_gives_a_file(key, path):
    export, of = EXPORTS[key], asked(path)
    assert export.applies(of) or not QUESTIONS[path].figures
    for chosen in every_option(export, of):
        if chosen.get("pages") == ("all",) and path != PAGES[0]:
            continue  # the same from every page
        wanted = order(export, of, **chosen)
        content = export.make(wanted)
        assert content or not export.applies(of)
        suffix = export.suffix(wanted)
        if suffix in ("xlsx", "zip"):
            assert zipfile.ZipFile(BytesIO(content)).testzip() is None
        elif suffix == "py":
            ast.parse(content.decode())


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_offered_are_those_of_the_page(name):
    for path in PAGES:
        keys = [f"{figure}/{part.key}" for figure, part in figure_parts(asked(path, name))]
        assert len(set(keys)) == len(keys)
        assert {key.split("/")[0] for key in keys} <= set(QUESTIONS[path].figures)


def test_a_figure_that_is_not_there_is_refused_with_those_that_are():
    export, of = EXPORTS["figure"], asked("flow")
    with pytest.raises(Refusal, match=r"'nothing' given; wanted one of flow/flow"):
        export.make(order(export, of, figure=("nothing",)))


@pytest.mark.parametrize("kind", TABLE_KINDS.values(), ids=list(TABLE_KINDS))
def test_tables_are_of_the_kind_that_is_chosen(kind):
    export, of = EXPORTS["tables"], asked("endpoints")
    assert Choice(kind.key, kind.label) in export.options[0].choices(of)
    chosen = order(export, of, format=(kind.key,))
    assert (f".{export.suffix(chosen)}", export.mime(chosen)) == (kind.suffix, kind.mime)
    assert export.make(chosen) == kind.make((of,), about(chosen))


def test_a_new_kind_of_tables_is_one_entry(monkeypatch):
    new = TableKind("lines", "Plain lines", ".txt", "text/plain", lambda pages, head: f"{len(pages)} page".encode())
    monkeypatch.setitem(TABLE_KINDS, new.key, new)
    export, of = EXPORTS["tables"], asked("endpoints")
    chosen = order(export, of, format=("lines",))
    assert Choice("lines", "Plain lines") in export.options[0].choices(of)
    assert (export.suffix(chosen), export.mime(chosen), export.make(chosen)) == ("txt", "text/plain", b"1 page")


def test_a_kind_of_tables_that_is_not_there_is_refused_with_those_that_are():
    export, of = EXPORTS["tables"], asked("endpoints")
    with pytest.raises(Refusal, match="'ods' given; wanted one of xlsx, csv"):
        export.make(order(export, of, format=("ods",)))


def test_a_page_without_figures_offers_none():
    assert not EXPORTS["figure"].applies(asked("data"))
    assert EXPORTS["figure"].applies(asked("flow"))


def test_tables_tell_first_where_they_come_from():
    of = asked("endpoints", alpha="0.1", who="1.2")
    head = about(Order(of, "https://host.example/app/", (("trial", "other"),)))
    told = dict(head)
    assert told["Link"] == "https://host.example/app/endpoints?v=1&who=1.2&alpha=0.1&trial=other"
    assert told["Data, SHA-256"] == of.trial.sha256
    assert [name for name, _ in head].count("Differs") == 2
    assert dict(about(Order(asked("endpoints"))))["Differs"] == "nothing"


def test_captions_hold_what_a_figure_without_title_and_stamp_lacks():
    of = asked("endpoints", alpha="0.1")
    told = EXPORTS["captions"].make(Order(of)).decode()
    parts = [part for _, part in figure_parts(of)]
    assert len(told.split("\n\n")) == len(parts) >= 3
    for text, part in zip(told.split("\n\n"), parts, strict=True):
        assert text.startswith(part.title.rstrip("."))
        assert part.reading in text
        assert "Pilotlight" in text
        assert "0.1 (published: 0.05)" in text


def test_references_have_the_numbers_by_which_the_text_cites_them():
    told = EXPORTS["text"].make(Order(asked("endpoints"))).decode()
    text, _, listed = told.partition("\n\nReferences\n\n")
    numbers = [int(line.partition(". ")[0]) for line in listed.split("\n\n")]
    cited = {int(number) for marks in re.findall(r"\[([\d,]+)\]", text) for number in marks.split(",")}
    assert numbers == sorted(cited) == list(range(1, len(cited) + 1))


def test_everything_needs_the_files_that_the_page_shows():
    export, of = EXPORTS["everything"], asked("flow")
    with pytest.raises(Refusal, match="changed since"):
        export.make(Order(of))
    files = read_bytes(FOLDERS["winter2020"])
    with pytest.raises(Refusal, match="SHA-256"):
        export.make(Order(of, files=lambda: {**files, "events.csv": b"other"}))


def test_the_home_of_a_trial_that_is_not_the_server_s_own_names_it():
    assert Order(asked("flow"), "https://host.example/", (("trial", "a b"),)).home == "https://host.example/?trial=a+b"
    assert Order(asked("flow"), "https://host.example/").home == "https://host.example/"
    assert Order(asked("flow"), "", (("trial", "a"),)).home == ""
