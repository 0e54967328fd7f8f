"""From a page to elsewhere, in two clicks: a link to share, slides to present, files and text to take along."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from lib.app import making
from lib.app.plain_host import has_routes
from lib.app.shelf import files_of, link_part, place_of
from lib.app.show import plain
from lib.assumptions import differences
from lib.errors import Refusal
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.report.exports import EXPORTS, Export, codes
from lib.report.links import data_url, qr_svg, reaches_others
from lib.report.order import Chosen, Option, Order
from lib.values import Missing


@dataclass(frozen=True)
class Action:
    """One button beside the title of every page, and what it opens."""

    key: str
    label: str
    icon: str
    opens: Callable[[Asked], None]


def draw(asked: Asked, story: Any, query: Mapping[str, str]) -> None:
    """The buttons, and the way to the slides: `story` is their page, `query` the present state."""
    st.page_link(story, label="Present", icon=":material/slideshow:", query_params=dict(query))
    for action in ACTIONS:
        if st.button(action.label, key=f"action-{action.key}", icon=f":material/{action.icon}:"):
            making.forget()
            action.opens(asked)


def order_of(asked: Asked, chosen: Chosen = ()) -> Order:
    """An order for the page as it stands, at the address under which the viewer reached it."""
    extra = tuple(link_part(asked.trial).items())
    files, place = partial(files_of, asked.trial), place_of(asked.trial)
    return Order(asked, base(st.context.url or ""), extra, chosen, files, place)


def base(url: str) -> str:
    """The app's own address, from that of one of its pages: `https://host/base/`."""
    parts = urlsplit(url)
    head, _, last = parts.path.rstrip("/").rpartition("/")
    path = head if last in (*QUESTIONS, "start") else parts.path.rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", "")) if parts.netloc else ""


def copied(label: str, text: str, language: str | None = None) -> None:
    """Text to be copied: shown whole, with a button that puts it on the clipboard where our script is served."""
    if has_routes():
        button = f'<button type="button" data-copy="{html.escape(text)}">{html.escape(label)}</button>'
        st.html(f'<div class="downloads">{button} <span role="status" aria-live="polite"></span></div>')
    with st.container(key=f"{'code' if language else 'prose'}-{re.sub('[^a-z]+', '-', label.lower())}"):
        st.code(text, language=language, wrap_lines=True)


# ---- a link


@st.dialog("Share this page as it stands", width="medium")
def _share(asked: Asked) -> None:
    link = order_of(asked).link(asked.path)
    st.markdown("Whoever opens this link sees what you see now: the page, the trial and every assumption.")
    copied("Copy the link", link)
    if not reaches_others(link):
        st.warning("You reached this page by an address that only this machine has, so the link opens only here.")
    _differs(asked)
    code = qr_svg(link)
    if isinstance(code, Missing):
        st.caption(plain(f"No QR code: {code.reason}."))
    else:
        st.html(f'<img class="qr" alt="QR code of the link" src="{data_url(code)}">')
    st.caption(
        "Nothing is kept on the server. A bookmark of the page is a view with a name; its title says what differs."
    )


def _differs(asked: Asked) -> None:
    found = differences(asked.assumptions, asked.trial)
    if found:
        st.markdown("\n".join(["**What differs in it:**", "", *(f"- {plain(str(one))}" for one in found)]))
    else:
        st.markdown(
            "**Nothing differs** from the published analysis, or from our defaults where the paper states none."
        )


# ---- text


@st.dialog("Text and code for this page", width="large")
def _words(asked: Asked) -> None:
    for title, text, language in words_of(asked):
        st.subheader(title)
        copied(f"Copy: {title}", text, language)


def words_of(asked: Asked) -> list[tuple[str, str, str | None]]:
    """Title, text and language of everything that can be copied from a page; the code of a figure is in Download."""
    written = ((EXPORTS[key].label, _text(asked, key), None) for key in ("text", "captions") if _applies(asked, key))
    coded = ((f"Code: {one.label}", _text(asked, "script", (("of", (one.value,)),)), "python") for one in codes(asked))
    return [*written, *coded]


def _applies(asked: Asked, key: str) -> bool:
    return EXPORTS[key].applies(asked)


def _text(asked: Asked, key: str, chosen: Chosen = ()) -> str:
    try:
        return EXPORTS[key].make(order_of(asked, chosen)).decode()
    except Refusal as refusal:
        return str(refusal)


# ---- files


@st.dialog("Files to take along", width="large")
def _files(asked: Asked) -> None:
    places = {key: _export(export, asked) for key, export in EXPORTS.items() if export.applies(asked)}
    under_way = making.under_way()
    if under_way is not None and under_way.key in places:
        with places[under_way.key].container():
            making.draw(under_way)  # last, since it looks again


def _export(export: Export, asked: Asked) -> Any:
    """One kind of file: the button that makes it, what it is, and its options; returns where its progress goes."""
    with st.container(key=f"export-{export.key}", border=True):
        head = st.container(horizontal=True, vertical_alignment="center")
        chosen = _options(export, asked)
        wanted = order_of(asked, chosen)
        lacking = [option.label.lower() for option in export.options if not wanted.several(option.key)]
        with head:
            st.markdown(f"**{plain(export.label)}.** {plain(export.help)}", width="stretch")
            st.button(
                plain(f"Get {export.label.lower()}"),
                key=f"make-{export.key}",
                icon=":material/download:",
                disabled=bool(lacking),
                help=plain(f"Nothing is chosen of {', '.join(lacking)}; wanted at least one") if lacking else None,
                on_click=_order,
                args=(export, wanted),
            )
        return st.empty()  # what an earlier order left here goes at once


def _options(export: Export, asked: Asked) -> Chosen:
    columns = st.columns(len(export.options)) if export.options else []
    return tuple(
        (option.key, _chosen(export, option, asked, column))
        for option, column in zip(export.options, columns, strict=True)
    )


def _chosen(export: Export, option: Option, asked: Asked, column: Any) -> tuple[str, ...]:
    labels = {choice.value: choice.label for choice in option.choices(asked)}
    values, key = list(labels), f"{export.key}-{option.key}"
    common = {"label": option.label, "options": values, "format_func": labels.__getitem__, "key": key}
    if option.several:
        return tuple(column.pills(default=values, selection_mode="multi", wrap=True, **common))
    picked = column.selectbox(**common)
    return () if picked is None else (picked,)


def _order(export: Export, wanted: Order) -> None:
    """A callback."""
    make = partial(export.make, wanted)
    making.order(making.Making(export.key, export.label, export.name(wanted), export.mime(wanted), make))


ACTIONS = (
    Action("share", "Share", "link", _share),
    Action("files", "Download", "download", _files),
    Action("words", "Text & code", "content_copy", _words),
)
