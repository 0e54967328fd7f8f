"""Named states: those of every trial, and those that a trial brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.assumptions.link import read
from lib.assumptions.registry import CONTROLS, FIELDS, Assumptions, value
from lib.trial.model import Trial


@dataclass(frozen=True)
class Preset:
    """A named state: what it sets, as link text; everything else is the default."""

    key: str
    label: str
    help: str
    set: Mapping[str, str]


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "published",
            "As published, recomputed",
            "Every assumption as the paper states it, ours where it does not; numbers are recomputed.",
            {},
        ),
        Preset(
            "exact",
            "Small-sample exact",
            "The sign-flip test, valid at any n if each participant had a coin flip of their own.",
            {"test": "sign-flip"},
        ),
        Preset(
            "worst",
            "Worst case for the lost",
            "Whoever was lost did as badly under the treatment, and as well without it, as the range assumed allows.",
            {"loss": "worst"},
        ),
    )
}


def presets(trial: Trial) -> dict[str, Preset]:
    """The presets of every trial, then the trial's own."""
    own = {preset.key: Preset(preset.key, preset.label, preset.help, preset.set) for preset in trial.spec.presets}
    return {**PRESETS, **own}


def apply(preset: Preset, current: Assumptions, trial: Trial) -> Assumptions:
    """The state that a preset names; what only steers the view is not part of it and stays."""
    kept = {FIELDS[key]: value(current, key) for key, control in CONTROLS.items() if control.view}
    return replace(read(preset.set, trial).assumptions, **kept)
