"""Where the viewer stands: presets as one click, and what differs from the published analysis as removable chips."""

from __future__ import annotations

import html

import streamlit as st

from lib.app import state
from lib.app.show import folded, plain
from lib.assumptions import Difference, Preset, apply, differences, presets, unstated, value
from lib.questions.registry import Question
from lib.trial.model import Trial

PUBLISHED = "published"
TAKE_AWAY = "\N{NO-BREAK SPACE}✕"
"""What ends a chip, on the line of its last word."""


def draw(question: Question, trial: Trial) -> None:
    """Presets that change this page with whose defaults hold, then what differs."""
    found = differences(state.current(trial), trial)
    with st.container(horizontal=True, key="presets", gap="small", vertical_alignment="center"):
        _presets(question, trial, bool(found))
        if told := _away(question, found):
            st.caption(plain(told), width="stretch")
        _unsaid(question, trial)
    here = [difference for difference in found if difference.key in question.controls]
    _chips("Differs from the published analysis:", [d for d in here if not d.ours], trial)
    _chips("Moved from our defaults, where the paper states none:", [d for d in here if d.ours], trial)


def _presets(question: Question, trial: Trial, differs: bool) -> None:
    known = presets(trial)
    for preset in (preset for preset in known.values() if _useful(preset, question)):
        mark = "✓ " if _holds(preset, question, trial, differs) else ""
        st.button(
            f"{mark}{plain(preset.label)}",
            key=f"preset-{preset.key}",
            help=plain(preset.help),
            on_click=state.choose,
            args=(preset, trial),
        )


def _useful(preset: Preset, question: Question) -> bool:
    """Whether it changes what the page is about, or nothing but what is set on the page."""
    keys = set(preset.set)
    return preset.key == PUBLISHED or bool(keys & set(question.lead)) or keys <= set(question.drawn)


def _holds(preset: Preset, question: Question, trial: Trial, differs: bool) -> bool:
    """Whether the page stands as the preset says; as published, only where nothing differs on any page."""
    if preset.key == PUBLISHED:
        return not differs
    now = state.current(trial)
    then = apply(preset, now, trial)
    return all(value(now, key) == value(then, key) for key in question.drawn)


def _chips(label: str, found: list[Difference], trial: Trial) -> None:
    if not found:
        return
    with st.container(horizontal=True, key=f"chips-{'ours' if found[0].ours else 'published'}", gap="small"):
        st.markdown(f"**{label}**", width="content")
        for difference in found:
            whose = "Our default" if difference.ours else "Published"
            st.button(
                plain(f"{difference.label}: {difference.value}{TAKE_AWAY}"),
                key=f"chip-{difference.key}",
                help=plain(f"{whose}: {difference.default}. Click to go back to it."),
                on_click=state.restore,
                args=(difference.key, trial),
                wrap=True,  # a text that is cut off would lose the cross, which says what a click does
            )


def _away(question: Question, found: tuple[Difference, ...]) -> str:
    """Changes that have no chip here, since only other pages show them."""
    away = [f"{difference.label} {difference.value}" for difference in found if difference.key not in question.controls]
    return f"Changed, without effect on this page: {'; '.join(away)}." if away else ""


MANY = 8
"""Up to so many defaults of ours are named at once; more are folded away."""


def _unsaid(question: Question, trial: Trial) -> None:
    """The defaults that are ours, as the paper states none."""
    now = state.current(trial)
    drawn = (control for control in unstated(trial) if control.key in question.drawn)
    names = [control.name(trial) for control in drawn if control.matters(trial, now)]
    if len(names) > MANY:
        label = f"{len(names)} inputs are not stated by the paper, so their defaults are ours"
        st.html(folded(label, f"<p>{html.escape('; '.join(names))}.</p>"))
    elif names:
        st.caption(plain(f"Not stated by the paper, so the defaults are ours: {'; '.join(names)}."), width="stretch")
