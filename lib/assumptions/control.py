"""What one assumption is to a link, to a person and to the page: the entry of the registry of controls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lib.trial.model import Trial

if TYPE_CHECKING:
    from lib.assumptions.registry import Assumptions

NOBODY = "none"
MINUS = "−"
Group = Literal["measured", "included", "tested", "believed", "planned"]


@dataclass(frozen=True)
class Choice:
    """One value of a control, as a link and as a person reads it; `help` says in a line what choosing it means."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Bounds:
    low: float
    high: float
    step: float


ANY_NUMBER = Bounds(-math.inf, math.inf, 1)


@dataclass(frozen=True)
class Control:
    """How one assumption is named, read, written, explained and drawn.

    `kind` says how it is drawn: one of several, any of several, a whole number, a number. `choices(trial)` is empty for
    numbers, `bounds(trial)` counts only for them. `fallback(trial)` is the link text of the default where the trial
    itself states none: those defaults are ours, and the pages say so.
    """

    key: str
    label: str
    help: str
    group: Group
    kind: Literal["choice", "set", "whole", "real"]
    fallback: Callable[[Trial], str]
    choices: Callable[[Trial], tuple[Choice, ...]] = lambda trial: ()
    bounds: Callable[[Trial], Bounds] = lambda trial: ANY_NUMBER
    reported: bool = False
    """Whether the fallback is itself what the trial reports, as who was analysed is; other fallbacks are ours."""
    view: bool = False
    """Whether it only steers what is seen, so that no analysis differs by it."""
    matters: Callable[[Trial, Assumptions], bool] = lambda trial, assumptions: True
    """Whether it changes anything, given the other assumptions; a control that doesn't is not drawn."""

    def name(self, trial: Trial) -> str:
        """The label in this trial's words: its unit may be a lesion, an eye or a tooth."""
        return in_words(self.label, trial)

    def explanation(self, trial: Trial) -> str:
        return in_words(self.help, trial)

    def advice(self, value: Any, trial: Trial) -> str:
        """One line for whoever looks at the control: what the chosen value means, or what the control is for."""
        told = {choice.value: choice.help for choice in self.choices(trial)} if self.kind == "choice" else {}
        return in_words(told.get(value, ""), trial) or self.explanation(trial)

    def parse(self, text: str, trial: Trial) -> Any:
        """The value of a link's text; ValueError says what was wanted."""
        return PARSERS[self.kind](self, text, trial)

    def format(self, value: Any) -> str:
        """The text of a value in a link: `parse(format(value)) == value`."""
        if self.kind == "set":
            return ".".join(value) or NOBODY
        return f"{value:g}" if self.kind == "real" and float(f"{value:g}") == value else str(value)

    def describe(self, value: Any, trial: Trial) -> str:
        """The value as a person reads it."""
        labels = {choice.value: choice.label for choice in self.choices(trial)}
        if self.kind == "set":
            return ", ".join(value) or NOBODY
        text = self.format(value)
        return labels.get(value, text.replace("-", MINUS) if self.kind in ("real", "whole") else text)


def in_words(text: str, trial: Trial) -> str:
    """A text of the registries with the trial's own word for what is treated."""
    return text.replace("{unit}", trial.spec.unit.singular).replace("{units}", trial.spec.unit.plural)


def _parse_choice(control: Control, text: str, trial: Trial) -> str:
    values = [choice.value for choice in control.choices(trial)]
    if text not in values:
        raise ValueError(f"wanted one of {', '.join(values)}")
    return text


def _parse_set(control: Control, text: str, trial: Trial) -> tuple[str, ...]:
    values = [choice.value for choice in control.choices(trial)]
    wanted = [] if text == NOBODY else text.split(".")
    if unknown := [item for item in wanted if item not in values]:
        raise ValueError(f"{', '.join(unknown)[:40]} unknown; wanted any of {'.'.join(values)}, or {NOBODY}")
    return tuple(value for value in values if value in wanted)


def _parse_number(control: Control, text: str, trial: Trial) -> float:
    bounds = control.bounds(trial)
    wanted = f"wanted a number from {bounds.low:g} to {bounds.high:g}"
    # float() also takes '1_000', 'inf' and digits of other scripts; a link is plain
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise ValueError(wanted)
    value = float(text)
    if not math.isfinite(value) or not bounds.low <= value <= bounds.high:
        raise ValueError(wanted)
    return value


def _parse_whole(control: Control, text: str, trial: Trial) -> int:
    value = _parse_number(control, text, trial)
    if value != int(value):
        raise ValueError("wanted a whole number")
    return int(value)


PARSERS: dict[str, Callable[[Control, str, Trial], Any]] = {
    "choice": _parse_choice,
    "set": _parse_set,
    "whole": _parse_whole,
    "real": _parse_number,
}
