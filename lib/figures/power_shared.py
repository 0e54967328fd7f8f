"""What the figures of a plan share: sizes, axes, titles and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.design.registry import DESIGNS
from lib.figures.look import Look
from lib.questions.design_answer import effect_words
from lib.questions.sample_size import SampleSizeResult
from lib.questions.wording import percent, power_words
from lib.values import Missing, Real

HEIGHT = 420
LINES_OF = 46
"""Characters that a telephone shows in one line of a figure."""


def n_title(result: SampleSizeResult) -> str:
    """The design and the n that it needs."""
    needed = result.chosen.needed
    if isinstance(needed, Missing):
        return f"No n reaches {percent(result.plan.target)} power"
    found = f"{percent(result.plan.target)} power to find {effect(result, result.chosen.effect)} needs n = {needed}"
    return f"{result.chosen.label}: {found}"


def effect(result: SampleSizeResult, size: Real) -> str:
    """An effect in the unit of the design."""
    return effect_words(size, result.chosen.unit)


def effect_axis(result: SampleSizeResult) -> str:
    """The axis of the true effect, in words."""
    unit = "percentage points" if result.chosen.unit == "pp" else result.chosen.unit
    return f"True {DESIGNS[result.chosen.key].outcome_model.effect_label}, {unit}"


def shown_effects(result: SampleSizeResult, effects: Sequence[float]) -> list[float]:
    """Shares in percentage points, other effects as they are."""
    return [100 * size for size in effects] if result.chosen.unit == "pp" else list(effects)


def ramp(look: Look) -> list[list[Any]]:
    """From nothing to a colour on which ink is still read."""
    return [[0, look.paper], [1, look.ramp]]


def cell(power: Real) -> str:
    """A power in a table."""
    return "–" if isinstance(power, Missing) else power_words(power)
