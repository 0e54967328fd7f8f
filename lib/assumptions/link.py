"""Links: read with a fallback for whatever can't be used, written as what differs from the defaults of a version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from lib.assumptions.control import MOST_NAMED, NOBODY, Control
from lib.assumptions.registry import CONTROLS, FIELDS, Assumptions, value
from lib.trial.model import Trial

VERSION = 1
"""Raise it when a default below changes, and keep the old value in PAST_DEFAULTS."""

PAST_DEFAULTS: Mapping[int, Mapping[str, str]] = {}
"""Version → the defaults of this module that have changed since, as link text."""

VERSION_KEY, TRIAL_KEY, SECTIONS_KEY = "v", "trial", "sections"
RESERVED = frozenset({VERSION_KEY, TRIAL_KEY, SECTIONS_KEY, "embed", "embed_options"})
"""Keys that are not controls: ours, of which the sections are those of a report, and the two that Streamlit takes."""


@dataclass(frozen=True)
class Reading:
    """What a link means: the assumptions, and one sentence for each part of it that could not be used."""

    assumptions: Assumptions
    problems: tuple[str, ...]


def default_text(control: Control, trial: Trial) -> str:
    return str(trial.spec.defaults.get(control.key, control.fallback(trial)))


def default(control: Control, trial: Trial) -> Any:
    """What a bare link means by this control; ValueError where its default text is none that it accepts."""
    text = default_text(control, trial)
    return text if text == NOBODY and control.kind == "choice" else control.parse(text, trial)


@lru_cache(maxsize=16)
def defaults(trial: Trial) -> Assumptions:
    """The published analysis, as far as the trial states it; the rest is ours (see `unstated`)."""
    return Assumptions(**{FIELDS[key]: default(control, trial) for key, control in CONTROLS.items()})


def is_ours(control: Control, trial: Trial) -> bool:
    """Whether the default is ours: the trial's paper states none."""
    return not control.view and not control.reported and control.key not in trial.spec.defaults


def unstated(trial: Trial) -> tuple[Control, ...]:
    """The controls whose default the paper does not state, so that it is ours."""
    return tuple(control for control in CONTROLS.values() if is_ours(control, trial))


def version_text(trial: Trial) -> str:
    """The version that a link carries: that of this module, and that of the trial's own defaults once they changed."""
    own = _trial_version(trial)
    return str(VERSION) if own == 1 else f"{VERSION}.{own}"


def _trial_version(trial: Trial) -> int:
    return int(trial.spec.defaults.get("version", 1))


def read(query: Mapping[str, str], trial: Trial) -> Reading:
    """The assumptions that a link means.

    Parameters
    ----------
    query : mapping of key to text
        The decoded query string, possibly somebody else's: every key and value may be wrong.
    trial : Trial
        Gives the defaults and the choices.

    Returns
    -------
    Reading
        Always usable; `problems` names each key or value that was replaced by its default.
    """
    past, problems = _past_defaults(query.get(VERSION_KEY), trial)
    values: dict[str, Any] = {}
    for key, text in {**past, **{k: t for k, t in query.items() if k not in RESERVED}}.items():
        if key not in CONTROLS:
            problems.append(f"{_shown(key)} is no assumption of this dashboard; {_known(key)}")
            continue
        try:
            values[FIELDS[key]] = CONTROLS[key].parse(text, trial)
        except ValueError as error:
            problems.append(f"{key}={_shown(text)}: {error}; the default {default_text(CONTROLS[key], trial)} is used")
    return Reading(replace(defaults(trial), **values), tuple(problems))


def assuming(assumptions: Assumptions, texts: Mapping[str, str], trial: Trial) -> Assumptions:
    """The assumptions with these in their place, as link keys with link text.

    Raises
    ------
    ValueError
        For a text that its control does not accept; those of a trial's own files are held against them when it opens.
    """
    return replace(assumptions, **{FIELDS[key]: CONTROLS[key].parse(text, trial) for key, text in texts.items()})


def _known(key: str) -> str:
    """The keys nearest to one that is not known, or the first of all."""
    near = get_close_matches(key, CONTROLS, MOST_NAMED) or list(CONTROLS)[:MOST_NAMED]
    return f"known are {', '.join(near)} … ({len(CONTROLS)} in all, listed at /api/)"


def _shown(text: str) -> str:
    """Somebody else's text, short enough for a message and without what a terminal or browser would act on."""
    printable = "".join(character if character.isprintable() else "�" for character in text)
    return repr(printable if len(printable) <= 40 else printable[:39] + "…")


def _past_defaults(version: str | None, trial: Trial) -> tuple[dict[str, str], list[str]]:
    """The defaults that a link of this version meant where today's differ; an unknown version is told."""
    if version is None or version == version_text(trial):
        return {}, []
    match = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,6}))?", version, re.ASCII)
    module, own = (int(match[1]), int(match[2] or 1)) if match else (0, 0)
    trials = {entry.version: entry.set for entry in trial.spec.past_defaults}
    known = (module == VERSION or module in PAST_DEFAULTS) and (own == _trial_version(trial) or own in trials)
    if not known:
        return {}, [f"v={_shown(version)} is no known version; read as today's {version_text(trial)}"]
    ours = {k: t for k, t in PAST_DEFAULTS.get(module, {}).items() if k not in trial.spec.defaults}
    return {**ours, **trials.get(own, {})}, []


def changed(assumptions: Assumptions, trial: Trial) -> dict[str, str]:
    """Link key → text of every assumption that differs from its default."""
    plain = defaults(trial)
    return {
        key: control.format(value(assumptions, key))
        for key, control in CONTROLS.items()
        if value(assumptions, key) != value(plain, key)
    }


def write(assumptions: Assumptions, trial: Trial) -> dict[str, str]:
    """The query of a link to these assumptions: the version, and what differs from its defaults."""
    return {VERSION_KEY: version_text(trial), **changed(assumptions, trial)}


@dataclass(frozen=True)
class Difference:
    """One assumption that is not at its default; `ours` tells whether that default is the paper's or ours."""

    key: str
    label: str
    value: str
    default: str
    ours: bool

    def __str__(self) -> str:
        return f"{self.label}: {self.value} ({'our default' if self.ours else 'published'}: {self.default})"


def differences(assumptions: Assumptions, trial: Trial) -> tuple[Difference, ...]:
    """What differs from the published analysis, and what from our defaults where the paper states none, in words."""
    plain = defaults(trial)
    controls = (CONTROLS[key] for key in changed(assumptions, trial))
    return tuple(
        Difference(
            control.key,
            control.name(trial),
            control.describe(value(assumptions, control.key), trial),
            control.describe(value(plain, control.key), trial),
            is_ours(control, trial),
        )
        for control in controls
        if not control.view
    )
