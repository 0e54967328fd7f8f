"""The order in which a trial is told: what `slides.toml` says, or every kind of slide in the natural order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from lib.errors import Problem
from lib.trial.model import SlideEntry, SlideKind, Trial

KINDS: tuple[SlideKind, ...] = get_args(SlideKind)
"""The kinds of slides in the natural order of telling."""

NATURAL = tuple(SlideEntry(kind=kind) for kind in KINDS)
PERSON = "participant"
"""The kind of which there is one slide for each participant."""


def told(trial: Trial) -> tuple[SlideEntry, ...]:
    """Every slide of a trial in order, one for each participant where an entry means all of them."""
    return tuple(slide for entry in trial.slides or NATURAL for slide in _expanded(entry, trial))


def _expanded(entry: SlideEntry, trial: Trial) -> Iterator[SlideEntry]:
    if entry.kind != PERSON or entry.participant is not None:
        yield entry
        return
    for participant in shown(trial):
        yield entry.model_copy(update={"participant": participant})


def shown(trial: Trial) -> tuple[str, ...]:
    """The participants of whom there is anything to show: those with units."""
    return tuple(p for p in trial.participant_ids if trial.units_of_participant[p])


def slide_problems(trial: Trial, broken: frozenset[str], file: str) -> Iterator[Problem]:
    """What is wrong between the slides and the trial; nobody is missed while the files about people are broken."""
    if not trial.slides or {"trial.toml", "participants.csv", "units.csv"} & broken:
        return
    for place, entry in enumerate(trial.slides):
        yield from _entry_problems(place, entry, trial, file)
    if not told(trial):
        yield Problem(file, 0, "slides", "one for each participant", "at least one slide: nobody has units")


def _entry_problems(place: int, entry: SlideEntry, trial: Trial, file: str) -> Iterator[Problem]:
    column, named = f"slides.{place}.participant", entry.participant
    if named is not None and entry.kind != PERSON:
        yield Problem(file, 0, column, named, f"no participant, or the kind {PERSON}")
    elif named is not None and named not in shown(trial):
        yield Problem(file, 0, column, named, f"one of {', '.join(shown(trial)) or '(nobody has units)'}")
