"""A trial's own defaults, presets and slides held against the controls that have to accept them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib.assumptions.control import NOBODY, Control
from lib.assumptions.link import default, default_text
from lib.assumptions.registry import CONTROLS, SLIDE
from lib.errors import Problem, TrialError
from lib.trial.folder import SLIDES_FILE, SPEC_FILE
from lib.trial.model import Trial
from lib.trial.observed import EVERY_RATER


def validated(trial: Trial) -> Trial:
    """The trial, once every default, and its own past defaults, presets and slides are values that controls accept.

    Raises
    ------
    TrialError
        Naming each default, stated or not, and each preset or slide that no control accepts.
    """
    stated = {key: text for key, text in trial.spec.defaults.items() if key != "version"}
    given: list[tuple[str, Mapping[str, Any]]] = [
        ("defaults", stated),
        *((f"past_defaults {past.version}", past.set) for past in trial.spec.past_defaults),
        *((f"presets {preset.key}", preset.set) for preset in trial.spec.presets),
    ]
    problems = tuple(
        problem
        for place, values in given
        for key, text in values.items()
        for problem in _fault(place, key, text, trial)
    )
    problems += tuple(
        problem for control in CONTROLS.values() if control.key not in stated for problem in _misfit(control, trial)
    )
    problems += tuple(
        problem
        for place, entry in enumerate(trial.slides)
        for key, text in entry.state.items()
        for problem in _slide_fault(f"slides.{place}.state", key, text, trial)
    )
    problems += tuple(
        Problem("participants.csv", 0, "participant", NOBODY, "another name: in a link this one means nobody")
        for participant in trial.participant_ids
        if participant == NOBODY
    )
    problems += tuple(
        Problem("trial.toml", 0, "raters", EVERY_RATER, "another key: in a link this one means the mean of the raters")
        for rater in trial.spec.raters
        if rater.key == EVERY_RATER
    )
    if problems:
        raise TrialError(trial.spec.key, problems)
    return trial


def _misfit(control: Control, trial: Trial) -> tuple[Problem, ...]:
    """What is wrong with a default that follows from the rest of the trial, which every page begins with."""
    text = default_text(control, trial)
    try:
        default(control, trial)
    except ValueError as error:
        wanted = f"{str(error).removeprefix('wanted ')}, or another value of this key: the trial's own gives this one"
        return (Problem(SPEC_FILE, 0, f"defaults.{control.key}", text, wanted),)
    return ()


def _slide_fault(place: str, key: str, text: str, trial: Trial) -> tuple[Problem, ...]:
    if key == SLIDE:
        return (Problem(SLIDES_FILE, 0, f"{place}.{key}", text, "another key: no slide can assume another slide"),)
    return _fault(place, key, text, trial, SLIDES_FILE)


def _fault(place: str, key: str, text: object, trial: Trial, file: str = SPEC_FILE) -> tuple[Problem, ...]:
    if key not in CONTROLS:
        return (Problem(file, 0, f"{place}.{key}", str(text), f"one of the keys {', '.join(CONTROLS)}"),)
    try:
        CONTROLS[key].parse(str(text), trial)
    except ValueError as error:
        return (Problem(file, 0, f"{place}.{key}", str(text), str(error).removeprefix("wanted ")),)
    return ()
