"""Drawing on a page: text that may be somebody else's, figures with their sentence and table."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from lib.app import provenance
from lib.app.plain_host import has_routes
from lib.figures.drawn import Drawn, drawn
from lib.figures.look import DARK, LIGHT, Look
from lib.figures.part import Part
from lib.questions.asked import Asked
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.rebuilt import Cell
from lib.values import Missing

EXPORTS = ("SVG", "PNG")
"""Formats that pilotlight.js saves a figure in."""


ACTED_ON = r"(?<=www)\.|(?<=[\w.+-])@(?=[\w-])|:(?=//|[\w+-]+:)|<->|->|<-|--|>=|<=|~="
"""What Streamlit looks for once escapes are read, where no escape helps: addresses, :emoji: and signs to be joined."""

MARKS = r"[\\`*_{}\[\]()#+!|<>$~:&=-]|(?<=:material)/"
"""What is markup unless it is escaped; an icon is looked for before anything is read."""

SIGNS = re.compile(rf"(?P<acted>{ACTED_ON})|(?P<mark>{MARKS})|^(?P<number>\d+)\.(?=\s|$)", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` so that Markdown shows it as it is: a link's query or a trial's label may hold anything.

    Blanks are one blank each, as a page shows them anyway; no-break spaces stay.
    """
    return SIGNS.sub(_as_it_is, re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" "))


def _as_it_is(found: re.Match[str]) -> str:
    """One sign escaped, or each of those that are acted on in a span of its own, which is neither seen nor copied."""
    if found["number"]:
        return f"{found['number']}\\."
    return "".join(f":color[\\{sign}]" for sign in found["acted"] or "") or f"\\{found['mark']}"


def look() -> Look:
    """The palette of the viewer's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


Picked = Callable[[int], None]
"""What to do with the number that a clicked point of a figure carries."""


def figures(name: str, question: Asked, across: int = 1, picked: Picked | None = None) -> None:
    """Every part of a figure of the registry, for the answer to this question, so many beside each other."""
    parts = drawn(question, name, look())
    for start in range(0, len(parts), across):
        for place, part in zip(st.columns(across), parts[start : start + across], strict=False):
            with place:
                figure(part, picked)


def figure(shown: Drawn, picked: Picked | None = None) -> None:
    """Title, sentence, chart, downloads, and the table of what is drawn; pilotlight.js looks for the container."""
    part = shown.part
    with st.container(key=f"figure-{part.key}"):
        st.markdown(f"## {plain(part.title)}\n\n{plain(part.reading)}")
        st.plotly_chart(
            shown.figure,
            width="stretch",
            theme=None,
            key=f"chart-{part.key}",
            alt=f"{part.title}. {part.reading}",
            **_picking(f"chart-{part.key}", picked),
            config={
                "displaylogo": False,
                "modeBarButtons": [["toImage"]],
                "toImageButtonOptions": {"format": "svg", "filename": part.key},
            },
        )
        st.html(_downloads(part) + folded("Data in this figure", _listed(shown)))


def _picking(key: str, picked: Picked | None) -> dict[str, Any]:
    """What makes a chart tell of a click, where anybody wants to know."""
    if picked is None:
        return {}

    def told() -> None:
        points = st.session_state[key].selection.points
        if points and points[0].get("customdata"):
            picked(int(points[0]["customdata"][0]))

    return {"on_select": told, "selection_mode": "points"}


@lru_cache(maxsize=256)
def _listed(shown: Drawn) -> str:
    """The table of a figure as HTML, kept like the figure: hundreds of rows take longer than the rest of a page."""
    return table_html(shown.part.title, shown.table)


def _downloads(part: Part) -> str:
    """Buttons that pilotlight.js answers, so none where no route serves that script."""
    if not has_routes():
        return ""
    label = html.escape(f"Download {part.title} as")
    buttons = (
        f'<button type="button" data-export="{kind.lower()}" aria-label="{label} {kind}">{kind}</button>'
        for kind in EXPORTS
    )
    return f'<div class="downloads">Download {" ".join(buttons)} <span role="status" aria-live="polite"></span></div>'


def folded(label: str, content: str, opened: bool = False, style: str = "") -> str:
    """HTML that is folded away below its label: one element, where an expander takes three and its content."""
    name, state = f"fold {style}".strip(), " open" if opened else ""
    return f'<details class="{name}"{state}><summary>{html.escape(label)}</summary>{content}</details>'


def estimand(label: str, endpoint: PairedEndpoint) -> None:
    """What is estimated in one line, before any number, and its attributes on request."""
    told = endpoint.estimand
    head = f"Estimand: {told.summary}; {told.variable}. {told.population.split('; ')[-1].capitalize()}. {label}"
    st.html(folded(head, "".join(term(name, text) for name, text in told.attributes())))


def term(name: str, text: str) -> str:
    """A term with what is to be said about it, as HTML."""
    return f"<p><b>{html.escape(name)}.</b> {html.escape(text)}</p>"


def table(caption: str, frame: pd.DataFrame, titled: bool = False) -> None:
    """A small table as text: its first column names the rows, and a phone scrolls it inside its own frame.

    `titled` shows the caption; otherwise it is there for who can't see the heading above.
    """
    st.html(table_html(caption, frame, titled))


def reasoned(caption: str, value: object, frame: Callable[[], pd.DataFrame]) -> None:
    """The table of a value, or under the same title why there is none."""
    if isinstance(value, Missing):
        st.caption(plain(f"{caption}: none, as {value.reason}."))
    else:
        table(caption, frame(), titled=True)


def table_html(caption: str, frame: pd.DataFrame, titled: bool = False) -> str:
    """A small table as HTML, for a place inside other HTML."""
    if frame.empty:
        return "<p>Nothing to list.</p>"
    heads = tuple((str(column),) for column in frame.columns)
    rows = [[Cell(str(text), "printed", "") for text in row] for row in frame.itertuples(index=False)]
    return provenance.table(caption, heads, rows, quiet=not titled)


def fact(label: str, value: str, note: str, *texts: str, small: str = "") -> None:
    """One number large, its name above and a note below; then what is to be said about it, the least of it small."""
    words = [("label", label), ("value", value), ("note", note), *(("text", text) for text in texts), ("small", small)]
    st.html("".join(f'<p class="fact-{kind}">{html.escape(text)}</p>' for kind, text in words if text))


def steps(label: str, stages: Iterable[tuple[str, str, str]], text: str) -> None:
    """A short flow from left to right: what happened, to how many, and of what; then in words."""
    items = "".join(
        f"<li>{html.escape(name)}<br><b>{html.escape(count)}</b> {html.escape(counted)}</li>"
        for name, count, counted in stages
    )
    label, text = (
        f'<p class="fact-{kind}">{html.escape(words)}</p>' for kind, words in (("label", label), ("text", text))
    )
    st.html(f'{label}<ol class="steps">{items}</ol>{text}')


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Terms with what is to be said about each."""
    st.markdown("\n\n".join(f"**{plain(term)}.** {plain(text)}" for term, text in pairs))
