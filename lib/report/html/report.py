"""The report: one HTML file that holds all it needs, opens without a network and prints with page numbers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache, partial
from html import escape

from plotly.offline import get_plotlyjs

from lib import __version__
from lib.assumptions import Assumptions, differences, write
from lib.assumptions.stamp import HASH_LENGTH
from lib.errors import Refusal
from lib.progress import each
from lib.questions.registry import QUESTIONS, Question
from lib.report.html.end import ENDS, TITLES
from lib.report.html.markup import bullets, citation, css_text, paragraph
from lib.report.html.section import section
from lib.report.html.style import SCRIPT, STYLE, page_style
from lib.report.links import address as address_of
from lib.report.links import checked
from lib.trial.model import Trial

NOTHING_DIFFERS = (
    "Nothing: every assumption is as the paper states it, or our default where it states none. All numbers are "
    "computed from the data of single participants when the report is made."
)


def report(
    trial: Trial,
    assumptions: Assumptions,
    sections: tuple[str, ...],
    address: str = "",
    problems: tuple[str, ...] = (),
) -> str:
    """One self-contained HTML file; the same input gives the same bytes.

    Parameters
    ----------
    trial : Trial
        Gives every value.
    assumptions : Assumptions
        Under which every section is answered.
    sections : tuple of str
        Paths of pages; the report keeps the order of the dashboard. Empty means every page that can be a section.
    address : str
        The app's own http or https address, for links back to each page in this state; a query in it (`?trial=key`)
        goes into each. Without one there are no such links.
    problems : tuple of str
        What could not be used of the link that asked for it, to be told at its head.

    Returns
    -------
    str
        HTML, to be kept as UTF-8.

    Raises
    ------
    Refusal
        For a section that does not exist, and an address of another kind.
    Stopped
        Where nobody waits for it any more.
    """
    chosen, base = _chosen(sections), checked(address)
    links = {one.path: _state(trial, assumptions, one.path, base) for one in chosen}
    writers: list[Callable[[], str]] = [
        *(partial(section, one, trial, assumptions, links[one.path]) for one in chosen),
        *(partial(end, trial, assumptions, name, links[chosen[0].path]) for name, end in ENDS.items()),
    ]
    told = "".join(write_one() for write_one in each(writers, "writing the report"))
    return (
        f'<!doctype html>\n<html lang="en">\n{_head(trial)}<body>\n'
        '<a class="skip" href="#content">Skip to the content</a>\n<div class="page">'
        f"{_header(trial, assumptions, problems)}\n{_contents(chosen)}\n"
        f'<main id="content">\n{told}</main></div>\n{_scripts()}</body>\n</html>\n'
    )


# ---- what is asked for


def reportable() -> dict[str, Question]:
    """Path → every page that can be a section of a report: those that have a frame."""
    return {path: question for path, question in QUESTIONS.items() if not question.bare}


def _chosen(sections: tuple[str, ...]) -> list[Question]:
    known = reportable()
    wrong = [path for path in sections if path not in known]
    if wrong:
        raise Refusal(f"sections: {', '.join(map(repr, wrong))} given; wanted some of {', '.join(known)}")
    return [question for path, question in known.items() if not sections or path in sections]


def _state(trial: Trial, assumptions: Assumptions, path: str, home: str) -> str:
    """The address of a page in exactly this state; "" without a home."""
    return address_of(home, path, write(assumptions, trial)) if home else ""


# ---- head, header and contents


def _head(trial: Trial) -> str:
    running = css_text(f"{trial.spec.short_title} · recomputed by Pilotlight")
    mark = css_text(_mark(trial))
    return (
        f'<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="description" content="{escape(trial.spec.question)}">\n'
        f'<title>{escape(f"Report: {trial.spec.title}")}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{STYLE}{page_style(running, mark)}</style>\n</head>\n"
    )


@cache
def _executed() -> tuple[str, str]:
    """What runs, in order: the library that draws, and what calls it."""
    return get_plotlyjs(), SCRIPT


@cache
def _policy() -> str:
    """Nothing is fetched or sent, and nothing runs but what stands here."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in _executed())
    hashes = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _scripts() -> str:
    """At the end, so that the text is there before; without attributes, so that a server can tell their hashes."""
    return "".join(f"<script>{script}</script>\n" for script in _executed())


def _header(trial: Trial, assumptions: Assumptions, problems: tuple[str, ...]) -> str:
    return (
        '<header><p class="kind">Report</p>'
        f"<h1>{escape(trial.spec.title)}</h1>{paragraph(trial.spec.question, 'trial')}"
        f"{paragraph(trial.spec.design.description)}"
        f'<p class="cited">{citation(trial)}</p>{_unused(problems)}{_changes(trial, assumptions)}'
        f"{paragraph(_mark(trial), 'stamp')}</header>"
    )


def _unused(problems: tuple[str, ...]) -> str:
    if not problems:
        return ""
    return f'<div class="changes"><h2>What could not be used of the link</h2>{bullets(problems)}</div>'


def _mark(trial: Trial) -> str:
    """Version and data, where what differs stands beside."""
    return f"Pilotlight {__version__} · data {trial.sha256[:HASH_LENGTH]}"


def _changes(trial: Trial, assumptions: Assumptions) -> str:
    found = [str(difference) for difference in differences(assumptions, trial)]
    told = bullets(found) if found else paragraph(NOTHING_DIFFERS)
    return f'<div class="changes"><h2>What differs from the published analysis</h2>{told}</div>'


def _contents(chosen: list[Question]) -> str:
    entries = [*((one.path, one.title) for one in chosen), *((name, TITLES[name]) for name in ENDS)]
    listed = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in entries)
    return f'<nav aria-labelledby="contents"><div><h2 id="contents">Contents</h2><ol>{listed}</ol></div></nav>'
