"""What can be taken home, by name. To add one: an entry here; every page then offers it, and the tests make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lib.assumptions import Choice, differences
from lib.errors import Refusal
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked, answered
from lib.questions.manuscript.text import methods, references, results
from lib.questions.registry import QUESTIONS
from lib.questions.story import answer as story
from lib.report.code.direct import DIRECT
from lib.report.code.everything import everything
from lib.report.code.script import figure_script, page_script
from lib.report.deck.slide_deck import RATIOS, slide_deck
from lib.report.drawing.files import KINDS, SIZES, WHERE, caption, figure_file
from lib.report.html.report import report, reportable
from lib.report.order import Option, Order
from lib.report.table_files import TABLE_KINDS, TableKind


@dataclass(frozen=True)
class Export:
    """One kind of file.

    `suffix` and `mime` may depend on what is chosen, `applies` on the page; `options` are what there is to choose.
    """

    key: str
    label: str
    help: str
    suffix: Callable[[Order], str]
    mime: Callable[[Order], str]
    make: Callable[[Order], bytes]
    options: tuple[Option, ...] = ()
    applies: Callable[[Asked], bool] = lambda asked: True

    def name(self, order: Order) -> str:
        """A file name that tells the trial, the page and what was chosen: `winter2020-endpoints-figure-pdf-….pdf`."""
        told = [order.one(option.key).rpartition("/")[2] for option in self.options if not option.several]
        parts = [order.asked.trial.spec.key, order.asked.path, self.key, *told]
        return f"{re.sub(r'[^A-Za-z0-9-]+', '-', '-'.join(parts))}.{self.suffix(order)}"


# ---- figures


def figure_parts(asked: Asked) -> Iterator[tuple[str, Part]]:
    """Every part of every figure of a page, with the name of its figure; none where the page has no answer."""
    try:
        result = answered(asked)
    except Refusal:
        return
    for name in QUESTIONS[asked.path].figures:
        for part in FIGURES[name](result):
            yield name, part


def _figures(asked: Asked) -> tuple[Choice, ...]:
    return tuple(Choice(f"{name}/{part.key}", part.title) for name, part in figure_parts(asked))


def _picked(order: Order) -> tuple[str, Part]:
    """The figure that an order names."""
    found = {f"{name}/{part.key}": (name, part) for name, part in figure_parts(order.asked)}
    wanted = order.one("figure")
    if wanted not in found:
        raise Refusal(f"figure: {wanted!r} given; wanted one of {', '.join(found) or 'none, as nothing is drawn'}")
    return found[wanted]


def _figure(order: Order) -> bytes:
    _, part = _picked(order)
    return figure_file(part, SIZES[order.one("size")], order.one("kind"), order.stamp, order.one("where"))


FIGURE = Option("figure", "Figure", _figures)
KIND = Option("kind", "Format", lambda asked: tuple(Choice(kind.key, kind.label) for kind in KINDS.values()))
SIZE = Option("size", "Size", lambda asked: tuple(Choice(size.key, size.label) for size in SIZES.values()))
PLACE = Option("where", "Title and stamp", lambda asked: tuple(Choice(key, label) for key, label in WHERE.items()))


def _captions(order: Order) -> bytes:
    """Title, sentence and stamp of every figure, to be pasted below it."""
    return "\n\n".join(caption(part, order.stamp) for _, part in figure_parts(order.asked)).encode()


# ---- report, slides, tables


def _sections(asked: Asked) -> tuple[Choice, ...]:
    return tuple(Choice(path, question.title) for path, question in reportable().items())


def _report(order: Order) -> bytes:
    asked = order.asked
    return report(asked.trial, asked.assumptions, order.several("sections"), order.home).encode()


def _deck(order: Order) -> bytes:
    trial, assumptions = order.asked.trial, order.asked.assumptions
    return slide_deck(story(trial, assumptions).slides, trial, assumptions, order.home, order.one("ratio"))


def _tables(order: Order) -> bytes:
    asked = order.asked
    pages = (asked.path,) if order.one("pages") == "this" else tuple(q.value for q in _sections(asked))
    each = tuple(Asked(path, asked.trial, asked.assumptions) for path in pages)
    return _table_kind(order).make(each, about(order))


def _table_kind(order: Order) -> TableKind:
    wanted = order.one("format")
    if wanted not in TABLE_KINDS:
        raise Refusal(f"format: {wanted!r} given; wanted one of {', '.join(TABLE_KINDS)}")
    return TABLE_KINDS[wanted]


FORMAT = Option("format", "Format", lambda asked: tuple(Choice(kind.key, kind.label) for kind in TABLE_KINDS.values()))
PAGES = Option("pages", "Pages", lambda asked: (Choice("this", "this page"), Choice("all", "all pages")))


def about(order: Order) -> tuple[tuple[str, str], ...]:
    """What every table should be read with: trial, source, link, version, data, what differs."""
    trial, cited = order.asked.trial, order.asked.trial.spec.citation
    found = differences(order.asked.assumptions, trial)
    return (
        ("Trial", trial.spec.title),
        ("Source", ". ".join(filter(None, (cited.authors, cited.title, cited.place, cited.doi)))),
        ("Made by", order.stamp),
        ("Data, SHA-256", trial.sha256),
        ("Link", order.link(order.asked.path)),
        *(("Differs", str(one)) for one in found),
        *(() if found else (("Differs", "nothing"),)),
    )


# ---- text and code


def _text(order: Order) -> bytes:
    asked = order.asked
    cited = references(asked.trial, asked.assumptions)
    parts = (
        ("Methods", methods(asked.trial, asked.assumptions)),
        ("Results", results(asked.trial, asked.assumptions)),
        ("References", tuple(f"{place}. {text}" for place, text in enumerate(cited, 1))),
    )
    return "\n\n".join("\n\n".join([title, *paragraphs]) for title, paragraphs in parts).encode()


def _script(order: Order) -> bytes:
    asked, wanted = order.asked, order.one("of")
    state = asked.trial, asked.assumptions, order.folder
    if wanted == "page":
        return page_script(asked.path, *state).encode()
    if wanted == "direct":
        return DIRECT[asked.path](asked.trial, asked.assumptions).encode()
    name, _, key = wanted.partition("/")
    return figure_script(asked.path, name, key, *state).encode()


def codes(asked: Asked) -> tuple[Choice, ...]:
    """Scripts of a page: every number of it, and its first ones the direct way where there is one."""
    direct = (Choice("direct", "its first numbers, the direct way"),) if asked.path in DIRECT else ()
    return (Choice("page", "this page, every number"), *direct)


def _everything(order: Order) -> bytes:
    files = order.files()
    if files is None:
        raise Refusal("the trial folder has changed since this page was opened; wanted the files it shows. Reload it")
    return everything(
        order.asked.trial, order.asked.assumptions, files, order.link(order.asked.path) if order.base else ""
    )


EXPORTS: dict[str, Export] = {
    export.key: export
    for export in (
        Export(
            "report",
            "Report",
            "One HTML file with the chosen pages: figures stay interactive, it opens without a network and prints with "
            "page numbers.",
            lambda order: "html",
            lambda order: "text/html",
            _report,
            (Option("sections", "Sections", _sections, several=True),),
        ),
        Export(
            "slides",
            "Slides",
            "The story of the trial for PowerPoint and its kin: text that can be edited, sharp figures, numbers and "
            "link in the notes.",
            lambda order: "pptx",
            lambda order: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            _deck,
            (Option("ratio", "Shape", lambda asked: tuple(Choice(ratio, ratio) for ratio in RATIOS)),),
        ),
        Export(
            "figure",
            "Figure",
            "One figure of this page at the exact size of a journal column, a slide or a poster panel; PNG at 300 dpi.",
            lambda order: KINDS[order.one("kind")].suffix.removeprefix("."),
            lambda order: KINDS[order.one("kind")].mime,
            _figure,
            (FIGURE, KIND, SIZE, PLACE),
            applies=lambda asked: bool(_figures(asked)),
        ),
        Export(
            "captions",
            "Captions",
            "Title, sentence and stamp of every figure of this page, to stand below it.",
            lambda order: "txt",
            lambda order: "text/plain",
            _captions,
            applies=lambda asked: bool(_figures(asked)),
        ),
        Export(
            "tables",
            "Tables",
            "Every table, and the numbers of every figure, with a first sheet that says where they come from.",
            lambda order: _table_kind(order).suffix.removeprefix("."),
            lambda order: _table_kind(order).mime,
            _tables,
            (FORMAT, PAGES),
        ),
        Export(
            "script",
            "Code",
            "A short Python script that prints every number of this page, or draws one of its figures.",
            lambda order: "py",
            lambda order: "text/x-python",
            _script,
            (Option("of", "Of", lambda asked: (*codes(asked), *_figures(asked))),),
        ),
        Export(
            "text",
            "Methods and results",
            "Paragraphs for a protocol or manuscript, with the numbers filled in.",
            lambda order: "txt",
            lambda order: "text/plain",
            _text,
        ),
        Export(
            "everything",
            "Everything",
            "Data, assumptions, code and pinned requirements in one zip that computes all of it anew and compares.",
            lambda order: "zip",
            lambda order: "application/zip",
            _everything,
        ),
    )
}
