"""Present's parts: a slide that fills the window, what may be changed on it, and the bar to go on with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from lib.app import controls, jobs
from lib.app.frame import QUERY, View
from lib.app.present_style import CSS
from lib.app.show import look, plain
from lib.assumptions import CONTROLS, SLIDE, Assumptions, assuming, differences
from lib.errors import Refusal
from lib.figures.enlarged import Room, for_slide
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.questions.slide import Picture, Slide, SlideFact
from lib.questions.wording import shortened
from lib.trial.model import Trial

A_LINE = 95
"""Characters of a line across a slide of 16:9; in 4:3 there is room for a second one."""
MOST_MOVED = 3
"""Controls beside each other: as many as slides have at most, so that one alone is no wider."""
ROOMS: Mapping[tuple[str, str], Room] = {
    ("participant", "pairs"): Room(470, 490, 1.4),
    ("result", "pairs"): Room(480, 490, 1.4),
    ("next", "power"): Room(460, 590),
}
"""(Kind of slide, figure) → its room in the narrowest window; in others it gets what the window has."""


def stage() -> Any:
    """What fills the window."""
    st.html(f"<style>{CSS}</style>")
    return st.container(key="stage", gap=None)


# ---- the slide


def slide(view: View) -> None:
    """Title, what differs, then text beside the figure."""
    shown: Slide = view.result.current
    with st.container(key=f"told-{shown.kind}", gap=None):
        st.title(_unparted(plain(shown.title)), anchor=False)
        told = _differs(view, shown)
        if told:
            st.html(f'<p class="differs">{_shown(told)}</p>')
        if shown.table:
            st.html(f'<div class="said">{_lines(shown)}</div>')
        if shown.picture is None:
            st.html(_text(shown))
        else:
            _beside(view, shown, shown.picture)


def _differs(view: View, shown: Slide) -> str:
    """What of the published analysis, or of our defaults, is not so on this slide."""
    concerned = QUESTIONS[shown.page].controls
    found = differences(_with(view.assumptions, shown.state, view.trial), view.trial)
    here = [difference for difference in found if difference.key in concerned]
    full = f"Differs: {'; '.join(map(str, here))}"
    short = f"Differs: {'; '.join(f'{one.label}: {one.value}' for one in here)}"
    return shortened(full if len(full) <= A_LINE else short, A_LINE) if here else ""


def _with(assumptions: Assumptions, texts: tuple[tuple[str, str], ...], trial: Trial) -> Assumptions:
    """With what a slide assumes; the number of the slide is the same for all, so that what it shows is kept."""
    return assuming(assumptions, {SLIDE: "1"} | dict(texts), trial)


def _text(shown: Slide) -> str:
    """What stands beside a figure, or alone; the lines of a slide with a table stand above both."""
    facts = "".join(map(_fact, shown.facts))
    told = f'<div class="facts">{facts}</div>' if facts else ""
    lines = _table(shown) or f'<div class="lines">{_lines(shown)}</div>'
    return f'<div class="text {shown.kind}">{told}{lines}</div>'


def _lines(shown: Slide) -> str:
    return "".join(f"<p>{_shown(line)}</p>" for line in shown.lines)


def _shown(text: str) -> str:
    """As HTML."""
    return _unparted(escape(text))


def _unparted(text: str) -> str:
    """With no number parted from its percent sign."""
    return text.replace(" %", "\u00a0%")


def _fact(fact: SlideFact) -> str:
    words = (("label", fact.label), ("value", fact.value), ("note", fact.note))
    inside = "".join(f'<p class="fact-{kind}">{_shown(text)}</p>' for kind, text in words if text)
    return f"<div>{inside}</div>"


def _table(shown: Slide) -> str:
    """The rows of a slide; the columns of the arms carry their colours."""
    if not shown.table:
        return ""
    head, *rows = shown.table
    marks = [look().mark(index).colour for index in range(len(head) - 1)]
    heads = "".join(
        f'<th scope="col" style="color:{colour}">{escape(text)}</th>'
        for colour, text in zip(marks, head[1:], strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{_shown(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _beside(view: View, shown: Slide, picture: Picture) -> None:
    """Text and figure; on a page that scrolls, the figure is as high as its room."""
    room = ROOMS[shown.kind, picture.figure]
    measures = f".st-key-beside {{ --width: {room.width}px; --height: {room.height}px; }}"
    with st.container(key="beside", horizontal=True, gap="small"):
        st.html(f"<style>{measures}</style>{_text(shown)}", width="stretch")
        with st.container(key="figure"):
            _figure(view, picture, room)


def _figure(view: View, picture: Picture, room: Room) -> None:
    """The figure, how far it is where it takes time, or why there is none."""
    asked = Asked(picture.page, view.trial, _with(view.assumptions, picture.state, view.trial))
    result = jobs.result_of(asked, jobs.FIGURE)
    if isinstance(result, Refusal):
        st.html(f"<p>{escape(f'No figure: {result}')}</p>")
    elif isinstance(result, jobs.Job):
        jobs.draw(result)
    elif drawn := for_slide(asked, picture.figure, picture.part, look(), room):
        st.plotly_chart(
            drawn.figure,
            width="stretch",
            height="stretch",
            theme=None,
            key=f"slide-figure-{drawn.part.key}",
            alt=f"{drawn.part.title}. {drawn.part.reading}",
            config={"staticPlot": True, "displayModeBar": False},
        )


# ---- what if


def whatif(view: View) -> None:
    """The controls that a slide is about, live."""
    keys = [key for key in view.result.current.controls if controls.useful(key, view.trial)]
    if not keys:
        return
    with st.container(key="whatif"):
        for column, key in zip(st.columns(MOST_MOVED, gap="medium"), keys, strict=False):
            with column:
                _widget(key, view.trial)


def _widget(key: str, trial: Trial) -> None:
    control = CONTROLS[key]
    controls.WIDGETS[control.kind](
        control, trial, {"label": control.name(trial), "key": key, "persist_state": "session"}
    )


# ---- the bar


def bar(view: View) -> None:
    """Where the viewer is, the ways on, and the way back.

    Last come buttons that nobody sees, one for each slide: pilotlight.js presses them for who turns slides by keyboard.
    """
    at, last = view.result.at + 1, len(view.result.slides)
    with st.container(horizontal=True, key="bar", gap="small", vertical_alignment="center"):
        _button("first", "First slide", "first_page", at > 1, _go, 1)
        _button("previous", "Previous slide", "chevron_left", at > 1, _step, -1, last, shortcut="Left")
        st.html(f'<p class="count">{at} of {last}</p>', width="content")
        _button("next", "Next slide", "chevron_right", at < last, _step, 1, last, shortcut="Right")
        _button("last", "Last slide", "last_page", at < last, _go, last)
        st.html('<p class="hint">F11 fills the screen</p>', width="stretch")
        page = view.result.current.page
        query = st.session_state[QUERY]
        st.page_link(view.pages[page], label=f"Dashboard: {QUESTIONS[page].title}", query_params=query)
    with st.container(key="slides"):
        for place in range(1, last + 1):
            st.button(f"Slide {place}", key=f"slide-{place}", on_click=_go, args=(place,))


def _button(
    name: str, label: str, icon: str, useful: bool, turn: Callable[..., None], *to: int, shortcut: str | None = None
) -> None:
    st.button(
        label,
        key=f"slide-{name}",
        icon=f":material/{icon}:",
        disabled=not useful,
        on_click=turn,
        args=to,
        shortcut=shortcut,
    )


def _go(place: int) -> None:
    """A callback."""
    st.session_state[SLIDE] = place


def _step(by: int, last: int) -> None:
    """A callback: from where the session is by now, which may be ahead of what the button was drawn for."""
    _go(min(max(st.session_state[SLIDE] + by, 1), last))
