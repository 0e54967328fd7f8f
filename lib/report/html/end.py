"""What closes a report: the text for a manuscript, how to get the same numbers, and where the data come from."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from html import escape
from importlib.metadata import version
from urllib.parse import urlencode

from lib import __version__
from lib.assumptions import Assumptions, stamp, write
from lib.errors import Refusal
from lib.questions import data
from lib.questions.asked import Asked, answered
from lib.questions.manuscript.text import manuscript
from lib.report.html.markup import bullets, citation, link, paragraph, refused, terms
from lib.report.html.section import titled
from lib.trial.model import Trial

End = Callable[[Trial, Assumptions, str, str], str]
"""A closing section of a trial under assumptions, with its id, and the address of the report's first page, or ""."""

PACKAGES = ("numpy", "scipy", "statsmodels", "pandas", "plotly", "pydantic")
"""What computed and drew it, beside this project."""
MANUSCRIPT = (
    "To paste into a protocol or manuscript: every number is from the answers above. Numbers in square brackets are "
    "the references below."
)
REPRODUCED = (
    "Start this version of Pilotlight with this trial folder and put the query below behind the address of any page: "
    "page, JSON twin and this report then give the same numbers. Whatever is simulated is seeded."
)


def written(trial: Trial, assumptions: Assumptions, name: str, address: str) -> str:
    """Methods, Results and references as text."""
    try:
        told = manuscript(trial, assumptions)
    except Refusal as refusal:
        return titled(name, TITLES[name], refused(refusal), "")
    references = "".join(f"<li>{escape(text)}</li>" for text in told.references)
    content = (
        f"<h3>Methods</h3>{_paragraphs(told.methods)}<h3>Results</h3>{_paragraphs(told.results)}"
        f'<h3>References</h3><ol class="references">{references}</ol>'
    )
    return titled(name, TITLES[name], paragraph(MANUSCRIPT), content)


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(map(_run_in, texts))


def _run_in(text: str) -> str:
    """A paragraph whose heading stands at the beginning of its first line."""
    heading, _, told = text.partition(". ")
    return f"<p><b>{escape(heading)}.</b> {escape(told)}</p>"


def reproduced(trial: Trial, assumptions: Assumptions, name: str, address: str) -> str:
    """The stamp, the link and the versions."""
    query = urlencode(write(assumptions, trial))
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    told = (
        ("Stamp", escape(stamp(trial, assumptions))),
        ("Query", f"<code>?{escape(query)}</code>"),
        *((("Link", link(address, address)),) if address else ()),
        ("SHA-256 of the trial folder", f"<code>{trial.sha256}</code>"),
        ("Software", escape(f"Pilotlight {__version__}, Python {platform.python_version()}, {versions}")),
    )
    return titled(name, TITLES[name], paragraph(REPRODUCED), terms(told))


def provenance(trial: Trial, assumptions: Assumptions, name: str, address: str) -> str:
    """The source, how many values came about in which way, and what the text does not give."""
    result: data.DataResult = answered(Asked("data", trial, assumptions))
    licence, lacks = trial.spec.citation.licence, trial.spec.design.not_in_the_text
    counts = [f"{count.provenance} ({count.meaning}): {count.rows} rows" for count in result.counts]
    told = (
        ("Source", citation(trial)),
        *((("Licence", escape(licence)),) if licence else ()),
        ("How values came about", bullets(counts)),
        *((("Not given in the text", bullets(lacks)),) if lacks else ()),
    )
    return titled(name, TITLES[name], paragraph(data.reading(result)), terms(told))


ENDS: dict[str, End] = {"manuscript": written, "reproduce": reproduced, "provenance": provenance}
"""Id → what closes a report, in order."""
TITLES = {
    "manuscript": "Methods and results as text",
    "reproduce": "How to reproduce it",
    "provenance": "Where the data come from",
}
