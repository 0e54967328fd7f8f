"""Widgets drawn from the registry of controls: none of them is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from lib.app import state
from lib.app.show import plain
from lib.assumptions import CONTROLS, Control, value
from lib.trial.model import Trial

GROUPS = {
    "measured": "What is measured",
    "included": "Who is in",
    "tested": "How it is tested",
    "planned": "What is planned",
    "piloted": "Limits and thresholds",
    "believed": "What was believed before",
    "precise": "How precise",
    "resources": "What it costs",
    "computed": "How it is computed",
    "ledger": "Which statements",
    "lattice": "Which areas are possible",
    "summaries": "What is printed of the pairs",
}

Faults = Mapping[str, str]
"""Link key → what is wrong with the value of that control."""


def draw(key: str, trial: Trial, faults: Faults) -> None:
    """The widget of one assumption, what is wrong with it, and one line that teaches what the chosen value means."""
    control = CONTROLS[key]
    common = {"label": control.name(trial), "key": key, "persist_state": "session"}
    WIDGETS[control.kind](control, trial, common)
    if fault := faults.get(key) or _unreadable(control, trial):
        st.error(plain(fault))
    st.caption(plain(control.advice(value(state.current(trial), key), trial)))


def _unreadable(control: Control, trial: Trial) -> str:
    """What is wrong with a typed text; the default stands in for it meanwhile."""
    if control.kind not in ("list", "printed"):
        return ""
    typed = st.session_state.get(control.key) or ""
    try:
        control.parse(control.format(typed) if control.kind == "printed" else str(typed), trial)
    except ValueError as error:
        used = control.describe(value(state.current(trial), control.key), trial)
        return f"{error}. Until then {used if control.kind == 'list' else 'the default'} is used."
    return ""


def _choice(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    choices = control.choices(trial)
    labels = {choice.value: choice.label for choice in choices}
    st.selectbox(options=list(labels), format_func=lambda value: labels.get(value, value), **common)


def _set(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    choices = control.choices(trial)
    st.pills(options=[choice.value for choice in choices], selection_mode="multi", **common)


def _whole(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    bounds = control.bounds(trial)
    st.slider(min_value=int(bounds.low), max_value=int(bounds.high), step=int(bounds.step), **common)


def _real(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    bounds = control.bounds(trial)
    st.number_input(
        min_value=float(bounds.low), max_value=float(bounds.high), step=float(bounds.step), format="%g", **common
    )


def _printed(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    st.text_input(placeholder="not given", **common)


def _list(control: Control, trial: Trial, common: dict[str, Any]) -> None:
    st.text_input(max_chars=120, **common)


WIDGETS: dict[str, Callable[[Control, Trial, dict[str, Any]], None]] = {
    "choice": _choice,
    "set": _set,
    "whole": _whole,
    "real": _real,
    "list": _list,
    "printed": _printed,
}


def lead(keys: Iterable[str], trial: Trial, faults: Faults) -> None:
    """The controls that a page is about, on the page itself, where a phone shows them too."""
    keys = [key for key in keys if useful(key, trial)]
    if not keys:
        return
    with st.container(key="lead"):
        for column, key in zip(st.columns([_width(key, trial) for key in keys]), keys, strict=True):
            with column:
                draw(key, trial, faults)


ROOM, MOST = 22, 2.2
"""Characters of a choice's label that fit into a control; longer ones get more room, up to so many times as much."""


def _width(key: str, trial: Trial) -> float:
    """How much room a control needs beside others."""
    longest = max((len(choice.label) for choice in CONTROLS[key].choices(trial)), default=0)
    return min(max(longest / ROOM, 1.0), MOST)


def side(keys: Iterable[str], trial: Trial, faults: Faults) -> None:
    """The page's other controls, grouped by what they change; a page without any says so."""
    keys = [key for key in keys if useful(key, trial)]
    if not keys:
        st.caption("Nothing further is assumed on this page.")
    for group, title in GROUPS.items():
        members = [key for key in keys if CONTROLS[key].group == group]
        if members:
            st.subheader(title, divider="gray")
            for key in members:
                draw(key, trial, faults)


def useful(key: str, trial: Trial) -> bool:
    """Whether it has a widget, anything to choose, and would change anything."""
    control = CONTROLS[key]
    several = control.kind != "choice" or len(control.choices(trial)) > 1
    return control.kind in WIDGETS and several and control.matters(trial, state.current(trial))
