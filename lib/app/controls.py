"""Widgets drawn from the registry of controls: none of them is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    "believed": "What was believed before",
    "planned": "What is planned",
}


def draw(key: str, trial: Trial) -> None:
    """The widget of one assumption, and one line that teaches: what the chosen value means."""
    control = CONTROLS[key]
    common = {"label": control.name(trial), "key": key, "persist_state": "session"}
    WIDGETS[control.kind](control, trial, common)
    st.caption(plain(control.advice(value(state.current(trial), key), trial)))


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


WIDGETS: dict[str, Callable[[Control, Trial, dict[str, Any]], None]] = {
    "choice": _choice,
    "set": _set,
    "whole": _whole,
    "real": _real,
}


def lead(keys: Iterable[str], trial: Trial) -> None:
    """The controls that a page is about, on the page itself, where a phone shows them too."""
    keys = [key for key in keys if useful(key, trial)]
    if not keys:
        return
    with st.container(key="lead"):
        for column, key in zip(st.columns(len(keys)), keys, strict=True):
            with column:
                draw(key, trial)


def side(keys: Iterable[str], trial: Trial) -> None:
    """The page's other controls, grouped by what they change."""
    keys = [key for key in keys if useful(key, trial)]
    for group, title in GROUPS.items():
        members = [key for key in keys if CONTROLS[key].group == group]
        if members:
            st.subheader(title, divider="gray")
            for key in members:
                draw(key, trial)


def useful(key: str, trial: Trial) -> bool:
    """Whether there is anything to choose, and whether it would change anything."""
    control = CONTROLS[key]
    several = control.kind in ("whole", "real", "set") or len(control.choices(trial)) > 1
    return several and control.matters(trial, state.current(trial))
