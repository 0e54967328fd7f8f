"""The session's assumptions, their controls and the address bar: the one place that knows all three.

The rule for the address: on arriving (first run, a link, Back) the address sets the controls; otherwise, when controls
differ from what this session last told the browser, they are written to it. The address that the browser reports is
otherwise never read: while keys are pressed fast it is a step behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.app.shelf import Opened, link_part, open_trial
from lib.assumptions import (
    CONTROLS,
    NOBODY,
    TRIAL_KEY,
    Assumptions,
    Control,
    Preset,
    apply,
    defaults,
    read,
    value,
    write,
)
from lib.trial.model import Trial

PATH, TOLD, TELLING, PROBLEMS, WANTED = "_path", "_told", "_telling", "_problems", "_trial"


def sync(path: str) -> Opened:
    """Bring the address and the controls together. Call once a run, before any widget.

    Parameters
    ----------
    path : str
        The page of this run.

    Returns
    -------
    Opened
        The trial of this session, or why there is none.
    """
    memory = st.session_state
    arrived = memory.get(PATH) != path or _went_back()
    if arrived:
        memory[PATH], memory[TOLD] = path, st.query_params.to_dict()
        memory[WANTED] = memory[TOLD].get(TRIAL_KEY)
    opened = open_trial(memory[WANTED])
    if opened.trial is None:
        return opened
    if arrived:
        got = read(memory[TOLD], opened.trial)
        memory[PROBLEMS] = (*opened.problems, *got.problems)
        _set(got.assumptions)
    elif memory[TOLD] is None or read(memory[TOLD], opened.trial).assumptions != current(opened.trial):
        _tell(opened.trial)
    return opened


def _went_back() -> bool:
    """Streamlit's own flag for Back and Forward, not public; without it Back would only move the address."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _tell(trial: Trial) -> None:
    """Put the controls into the address; what was wrong with the link that brought us here is no longer in it.

    While keys come fast a newer run ends this one, and then what this one sent may never have left: until `finished`
    nobody knows what the browser was told.
    """
    memory = st.session_state
    memory[TOLD], memory[TELLING] = None, link(current(trial), trial)
    memory[PROBLEMS] = ()
    st.query_params.from_dict(memory[TELLING])


def finished() -> None:
    """The run came to its end, so what it told the browser was sent. Call once a run, after everything is drawn."""
    memory = st.session_state
    if memory.get(TOLD) is None and TELLING in memory:
        memory[TOLD] = memory[TELLING]


def link(assumptions: Assumptions, trial: Trial) -> dict[str, str]:
    """The query of a link to this state of this trial."""
    return {**write(assumptions, trial), **link_part(trial)}


def _set(assumptions: Assumptions) -> None:
    for key, control in CONTROLS.items():
        st.session_state[key] = as_widget(control, value(assumptions, key))


def as_widget(control: Control, chosen: Any) -> Any:
    """A value as its widget holds it."""
    if control.kind == "list":
        return " ".join(f"{item:.12g}" for item in chosen)
    if control.kind == "printed":
        return "" if chosen == NOBODY else chosen
    return list(chosen) if control.kind == "set" else chosen


def current(trial: Trial) -> Assumptions:
    """What the controls say; an emptied number field counts as its default."""
    memory: Mapping[str, Any] = {key: st.session_state.get(key) for key in CONTROLS}
    texts = {key: CONTROLS[key].format(chosen) for key, chosen in memory.items() if chosen is not None}
    return _understood(tuple(texts.items()), trial)


@lru_cache(maxsize=256)
def _understood(texts: tuple[tuple[str, str], ...], trial: Trial) -> Assumptions:
    """Kept, since a run asks many times."""
    return read(dict(texts), trial).assumptions


def problems() -> tuple[str, ...]:
    """What of the link that brought the viewer here could not be used."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def choose(preset: Preset, trial: Trial) -> None:
    """Set every control to a preset; a callback, so that it runs before the controls are drawn."""
    _set(apply(preset, current(trial), trial))


def put(assumptions: Assumptions) -> None:
    """Set every control; a callback, so that it runs before the controls are drawn."""
    _set(assumptions)


def restore(key: str, trial: Trial) -> None:
    """Set one control back to its default; a callback as well."""
    st.session_state[key] = as_widget(CONTROLS[key], value(defaults(trial), key))


def keep(plans: tuple[str, ...]) -> None:
    """Keep these plans beside the present one; a callback."""
    st.session_state["keep"] = plans
