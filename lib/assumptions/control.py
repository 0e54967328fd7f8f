"""What one assumption is to a link, to a person and to the page: the entry of the registry of controls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from lib.trial.model import Trial, is_plain_number

if TYPE_CHECKING:
    from lib.assumptions.registry import Assumptions

NOBODY = "none"
LIST_MARK, LEAST_LISTED, MOST_LISTED = "_", 2, 11
PLANS_MARK, MOST_PLANS = "~", 6
MOST_NAMED = 8
"""How many choices a message names."""
MINUS = "−"
Group = Literal[
    "measured", "included", "tested", "believed", "planned", "piloted", "precise", "resources", "computed",
    "ledger", "lattice", "summaries", "told",
]  # fmt: skip
Kind = Literal["choice", "set", "whole", "real", "list", "plans", "printed"]


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

    `kind` says how it is drawn: one of several, any of several, a whole number, a number, a list of numbers, plans that
    are kept, a number as it is printed (0.40 is not 0.4) or none. `choices(trial)` is empty for numbers;
    `bounds(trial)` counts only for them and for each of a list.
    `fallback(trial)` is the link text of the default where the trial itself states none: those defaults are ours, and
    the pages say so.
    """

    key: str
    label: str
    help: str
    group: Group
    kind: Kind
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
        if self.kind == "list":
            return value if isinstance(value, str) else LIST_MARK.join(f"{item:.12g}" for item in value)
        if self.kind == "plans":
            return PLANS_MARK.join(value) or NOBODY
        if self.kind == "printed":
            return str(value).strip() or NOBODY
        return f"{value:g}" if self.kind == "real" and float(f"{value:g}") == value else str(value)

    def describe(self, value: Any, trial: Trial) -> str:
        """The value as a person reads it."""
        labels = {choice.value: choice.label for choice in self.choices(trial)}
        if self.kind == "set":
            return ", ".join(value) or NOBODY
        if self.kind == "list":
            return ", ".join(f"{item:g}" for item in value)
        if self.kind == "plans":
            return f"{len(value)} kept"
        if self.kind == "printed" and value == NOBODY:
            return "not given"
        text = self.format(value)
        return labels.get(value, text.replace("-", MINUS) if self.kind in ("real", "whole", "printed") else text)


def in_words(text: str, trial: Trial) -> str:
    """A text of the registries with the trial's own word for what is treated."""
    return text.replace("{unit}", trial.spec.unit.singular).replace("{units}", trial.spec.unit.plural)


def _parse_choice(control: Control, text: str, trial: Trial) -> str:
    values = [choice.value for choice in control.choices(trial)]
    if text not in values:
        more = f" … ({len(values)} in all)" if len(values) > MOST_NAMED else ""
        raise ValueError(f"wanted one of {', '.join(values[:MOST_NAMED])}{more}")
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


def _parse_list(control: Control, text: str, trial: Trial) -> tuple[float, ...]:
    """Numbers with anything usual between them; a link has `_`."""
    items = [item for item in re.split(rf"[\s,;{LIST_MARK}]+", text) if item]
    if not LEAST_LISTED <= len(items) <= MOST_LISTED:
        raise ValueError(f"wanted {LEAST_LISTED} to {MOST_LISTED} numbers; {len(items)} are given")
    return tuple(_parse_number(control, item, trial) for item in items)


def _parse_plans(control: Control, text: str, trial: Trial) -> tuple[str, ...]:
    """Plans as `key:value,key:value`; whether the keys and values exist is seen where a plan is used."""
    plans = () if text == NOBODY else tuple(dict.fromkeys(text.split(PLANS_MARK)))
    if len(plans) > MOST_PLANS:
        raise ValueError(f"wanted at most {MOST_PLANS} plans; {len(plans)} are given")
    for plan in plans:
        if not re.fullmatch(r"[a-z-]+:[\w.+-]+(,[a-z-]+:[\w.+-]+)*", plan, re.ASCII):
            raise ValueError(f"wanted plans of the form key:value,key:value with {PLANS_MARK} between them")
    return plans


def _parse_printed(control: Control, text: str, trial: Trial) -> str:
    """A number with the decimals that it was printed with, so as text; journals may leave out a leading 0."""
    if text == NOBODY:
        return text
    bounds = control.bounds(trial)
    full = re.sub(r"^([+-]?)\.", r"\g<1>0.", text.replace(MINUS, "-"))
    if not is_plain_number(full) or not bounds.low <= float(full) <= bounds.high:
        raise ValueError(f"wanted a number as it is printed, from {bounds.low:g} to {bounds.high:g}, or {NOBODY}")
    return f"{Decimal(full):f}"


PARSERS: dict[str, Callable[[Control, str, Trial], Any]] = {
    "choice": _parse_choice,
    "set": _parse_set,
    "whole": _parse_whole,
    "real": _parse_number,
    "list": _parse_list,
    "plans": _parse_plans,
    "printed": _parse_printed,
}


def control_field(control: Control) -> Any:
    """A field of the assumptions with its control."""
    return field(metadata={"control": control})
