"""One section of a report: a page's question, its answer, its figures with their data, and its tables."""

from __future__ import annotations

from html import escape

from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.figures.drawn import Drawn, drawn
from lib.figures.look import LIGHT
from lib.questions.asked import Asked, answered
from lib.questions.registry import Question
from lib.report.html.markup import data_block, folded_table, link, listed_table, paragraph, refused
from lib.report.html.style import CHART_ROOM, ON_PAPER
from lib.report.tables import FIGURE, tables_of
from lib.trial.model import Trial

WAITING = "This figure is drawn by JavaScript. Its data stand in the table below."
"""What stands in place of a figure until it is drawn, and for good where scripts are off."""


def section(question: Question, trial: Trial, assumptions: Assumptions, address: str) -> str:
    """The page as a section; where its question is refused, the reason.

    Parameters
    ----------
    question : Question
        The page.
    trial : Trial
        Gives every value.
    assumptions : Assumptions
        Under which it is asked.
    address : str
        Of the page in this state; "" where it is not known.

    Returns
    -------
    str
        HTML in which every text is escaped.
    """
    asked = Asked(question.path, trial, assumptions)
    try:
        reading, content = paragraph(question.reading(answered(asked)), "reading"), _content(question, asked)
    except Refusal as refusal:
        reading, content = refused(refusal), ""
    back = f'<p class="no-paper">{link(address, "Open this page in the dashboard")}</p>' if address else ""
    return titled(question.path, question.title, paragraph(question.ask, "ask") + reading + back, content)


def titled(name: str, title: str, opening: str, content: str) -> str:
    """A section: its heading with what opens it, which paper keeps together, and its content."""
    return (
        f'<section id="{name}" aria-labelledby="{name}-title">'
        f'<div class="opening"><h2 id="{name}-title">{escape(title)}</h2>{opening}</div>{content}</section>\n'
    )


def _content(question: Question, asked: Asked) -> str:
    parts = (part for name in question.figures for part in drawn(asked, name, LIGHT))
    return "".join((*(_figure(question.path, part) for part in parts), _tables(asked)))


def _figure(path: str, shown: Drawn) -> str:
    part, name = shown.part, f"{path}-{shown.part.key}"
    height = int(shown.figure.layout.height)
    shrunk = f"; --on-paper: {CHART_ROOM / height:.3f}" if height * ON_PAPER > CHART_ROOM else ""
    chart = (
        f'<div class="chart" id="{name}" role="img" aria-label="{escape(f"{part.title}. {part.reading}")}" '
        f'style="height: {height}px{shrunk}">{paragraph(WAITING)}</div>'
    )
    return (
        f"<figure><figcaption><h3>{escape(part.title)}</h3>{paragraph(part.reading)}</figcaption>{chart}</figure>"
        f"{data_block(f'{name}-data', shown.figure.to_json())}"
        f"{folded_table('Data in this figure', part.title, shown.table)}"
    )


def _tables(asked: Asked) -> str:
    """The tables of the page itself; those of figures stand with them."""
    own = [one for one in tables_of(asked) if not one.key.startswith(FIGURE)]
    return f"<h3>Tables</h3>{''.join(listed_table(one.caption, one.frame) for one in own)}" if own else ""
