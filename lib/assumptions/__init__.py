"""What the viewer assumes: one frozen value. Its fields are the registry of controls, link keys, labels and help.

Defaults and choices come from the trial. A link holds a version and what differs from that version's defaults; a value
that can't be used falls back to its default, and the reading says so.
"""

from lib.assumptions.choices import planning_outcome
from lib.assumptions.control import MINUS, NOBODY, Bounds, Choice, Control, in_words
from lib.assumptions.link import (
    RESERVED,
    SECTIONS_KEY,
    TRIAL_KEY,
    VERSION_KEY,
    Difference,
    Reading,
    assuming,
    changed,
    default_text,
    defaults,
    differences,
    read,
    unstated,
    version_text,
    write,
)
from lib.assumptions.presets import PRESETS, Preset, apply, presets
from lib.assumptions.registry import CONTROLS, FIELDS, SLIDE, Assumptions, value
from lib.assumptions.stamp import stamp
from lib.assumptions.validation import validated

__all__ = [
    "CONTROLS",
    "FIELDS",
    "MINUS",
    "NOBODY",
    "PRESETS",
    "RESERVED",
    "SECTIONS_KEY",
    "SLIDE",
    "TRIAL_KEY",
    "VERSION_KEY",
    "Assumptions",
    "Bounds",
    "Choice",
    "Control",
    "Difference",
    "Preset",
    "Reading",
    "apply",
    "assuming",
    "changed",
    "default_text",
    "defaults",
    "differences",
    "in_words",
    "planning_outcome",
    "presets",
    "read",
    "stamp",
    "unstated",
    "validated",
    "value",
    "version_text",
    "write",
]
