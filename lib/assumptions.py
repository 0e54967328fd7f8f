"""What the viewer assumes: one frozen value. Its fields are the registry of controls, link keys, labels and help.

Defaults and choices come from the trial. A link holds a version and what differs from that version's defaults; a value
that can't be used falls back to its default, and the reading says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from lib.analysis.change import CHANGES
from lib.analysis.registry import TESTS
from lib.design.registry import DESIGNS
from lib.errors import Problem, TrialError
from lib.trial.model import Outcome, Trial

VERSION = 1
"""Raise it when a default below changes, and keep the old value in PAST_DEFAULTS."""

PAST_DEFAULTS: Mapping[int, Mapping[str, str]] = {}
"""Version → the defaults of this module that have changed since, as link text."""

VERSION_KEY, TRIAL_KEY = "v", "trial"
RESERVED = frozenset({VERSION_KEY, TRIAL_KEY, "embed", "embed_options"})
"""Keys that are not controls: ours, and the two that Streamlit takes for itself."""

NOBODY = "none"
Group = Literal["measured", "included", "tested", "planned"]


@dataclass(frozen=True)
class Choice:
    """One value of a control, as a link and as a person reads it."""

    value: str
    label: str


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
    stated: bool = True
    """Whether a paper would state this; False for what only steers the view."""
    view: bool = False
    """Whether it only steers what is seen, so that no analysis differs by it."""
    matters: Callable[[Trial, Assumptions], bool] = lambda trial, assumptions: True
    """Whether it changes anything, given the other assumptions; a control that doesn't is not drawn."""

    def name(self, trial: Trial) -> str:
        """The label in this trial's words: its unit may be a lesion, an eye or a tooth."""
        return _in_words(self.label, trial)

    def explanation(self, trial: Trial) -> str:
        return _in_words(self.help, trial)

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
            return ", ".join(labels.get(item, item) for item in value) or NOBODY
        return labels.get(value, self.format(value))


def _in_words(text: str, trial: Trial) -> str:
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


def _field(control: Control) -> Any:
    return field(metadata={"control": control})


def _registry(entries: Mapping[str, Any]) -> Callable[[Trial], tuple[Choice, ...]]:
    choices = tuple(Choice(entry.key, entry.label) for entry in entries.values())
    return lambda trial: choices


def _outcomes(trial: Trial) -> tuple[Choice, ...]:
    return tuple(Choice(outcome.key, outcome.label) for outcome in trial.spec.outcomes if outcome.individual)


def _raters(trial: Trial) -> tuple[Choice, ...]:
    """The raters between whom there is a choice; all of them where no outcome has two."""
    chosen = {key for outcome in trial.spec.outcomes if len(outcome.raters) > 1 for key in outcome.raters}
    return tuple(Choice(r.key, r.label) for r in trial.spec.raters if r.key in chosen or not chosen)


def _participants(trial: Trial) -> tuple[Choice, ...]:
    return tuple(Choice(key, f"Participant {key}") for key in trial.participant_ids)


def _first(choices: Callable[[Trial], tuple[Choice, ...]]) -> Callable[[Trial], str]:
    return lambda trial: choices(trial)[0].value if choices(trial) else NOBODY


def planning_outcome(trial: Trial) -> Outcome:
    return trial.outcomes[trial.spec.planning.outcome]


def _planning_range(trial: Trial) -> float:
    """The width of the outcome that is planned for; 100 of its units where the scale is open."""
    outcome = planning_outcome(trial)
    open_ended = outcome.low is None or outcome.high is None
    return 100.0 if open_ended else float((outcome.high or 0) - (outcome.low or 0))


SIDES = (Choice("two", "Two-sided"), Choice("one", "One-sided: treated better"))
ROUNDING = (Choice("printed", "Percentages as printed"), Choice("measured", "Percentages from measured values"))


@dataclass(frozen=True)
class Assumptions:
    """Everything that a viewer can change; every page, figure, twin and script is a function of it and the trial."""

    outcome: str = _field(
        Control(
            "outcome",
            "Outcome",
            "What was measured on each {unit}.",
            "measured",
            "choice",
            _first(_outcomes),
            _outcomes,
        )
    )
    rater: str = _field(
        Control(
            "rater",
            "Rater",
            "Who scored the {unit}, where more than one person did.",
            "measured",
            "choice",
            _first(_raters),
            _raters,
            matters=lambda trial, assumptions: len(trial.outcomes[assumptions.outcome].raters) > 1,
        )
    )
    change: str = _field(
        Control(
            "change",
            "Change",
            "How the change from baseline is expressed.",
            "measured",
            "choice",
            lambda trial: "absolute",
            _registry(CHANGES),
        )
    )
    rounding: str = _field(
        Control(
            "rounding",
            "Rounding",
            "Where a printed percentage and measured values both exist: which of them counts.",
            "measured",
            "choice",
            lambda trial: "printed",
            lambda trial: ROUNDING,
            stated=False,
            matters=lambda trial, assumptions: assumptions.change == "percent",
        )
    )
    participants: tuple[str, ...] = _field(
        Control(
            "who",
            "Participants",
            "Who is in the analysis, as far as values are published.",
            "included",
            "set",
            lambda trial: ".".join(trial.participant_ids) or NOBODY,
            _participants,
            stated=False,
        )
    )
    highlight: str = _field(
        Control(
            "show",
            "Highlight",
            "One participant drawn strongly on every page.",
            "included",
            "choice",
            lambda trial: NOBODY,
            lambda trial: (Choice(NOBODY, "Nobody"), *_participants(trial)),
            stated=False,
            view=True,
        )
    )
    test: str = _field(
        Control(
            "test",
            "Test",
            "How the within-person differences are tested; its interval inverts the same test.",
            "tested",
            "choice",
            lambda trial: "t",
            _registry(TESTS),
        )
    )
    sides: str = _field(
        Control(
            "sides",
            "Sides",
            "One-sided counts only differences in favour of the treated {unit}.",
            "tested",
            "choice",
            lambda trial: "two",
            lambda trial: SIDES,
        )
    )
    alpha: float = _field(
        Control(
            "alpha",
            "α",
            "The interval has level 1 − α.",
            "tested",
            "real",
            lambda trial: "0.05",
            bounds=lambda trial: Bounds(0.001, 0.5, 0.005),
        )
    )
    design: str = _field(
        Control(
            "design",
            "Design",
            "The design of the next trial.",
            "planned",
            "choice",
            lambda trial: "paired-t",
            _registry(DESIGNS),
        )
    )
    effect: float = _field(
        Control(
            "effect",
            "Effect",
            "The difference between the arms that the next trial should find.",
            "planned",
            "real",
            lambda trial: f"{_planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(0, _planning_range(trial), _planning_range(trial) / 80),
        )
    )
    sd: float = _field(
        Control(
            "sd",
            "SD per {unit}",
            "Standard deviation of the outcome between the {units} of one arm.",
            "planned",
            "real",
            lambda trial: f"{_planning_range(trial) / 4:g}",
            bounds=lambda trial: Bounds(
                _planning_range(trial) / 80, _planning_range(trial), _planning_range(trial) / 80
            ),
        )
    )
    rho: float = _field(
        Control(
            "rho",
            "ρ within person",
            "Correlation of the two {units} of one person. Pairing gains from it; unpaired designs ignore it.",
            "planned",
            "real",
            lambda trial: "0.5",
            bounds=lambda trial: Bounds(-0.9, 0.95, 0.05),
            matters=lambda trial, assumptions: "rho" in DESIGNS[assumptions.design].needs,
        )
    )
    n: int = _field(
        Control(
            "n",
            "n planned",
            "Pairs analysed in a within-person design; participants analysed per arm otherwise.",
            "planned",
            "whole",
            lambda trial: "12",
            bounds=lambda trial: Bounds(2, 100, 1),
            stated=False,
        )
    )
    target: float = _field(
        Control(
            "power",
            "Power wanted",
            "The chance to find the effect if it is there.",
            "planned",
            "real",
            lambda trial: "0.8",
            bounds=lambda trial: Bounds(0.5, 0.99, 0.01),
        )
    )
    plan_alpha: float = _field(
        Control(
            "plan-alpha",
            "α of the next trial",
            "Type I error that the next trial is planned with.",
            "planned",
            "real",
            lambda trial: "0.05",
            bounds=lambda trial: Bounds(0.001, 0.5, 0.005),
        )
    )
    plan_sides: str = _field(
        Control(
            "plan-sides",
            "Sides of the next trial",
            "A two-sided plan counts both tails.",
            "planned",
            "choice",
            lambda trial: "two",
            lambda trial: SIDES,
        )
    )
    dropout: float = _field(
        Control(
            "dropout",
            "Share lost",
            "Enrolled = analysed / (1 − share lost), rounded up.",
            "planned",
            "real",
            lambda trial: "0",
            bounds=lambda trial: Bounds(0, 0.9, 0.05),
            stated=False,
        )
    )


FIELDS: dict[str, str] = {f.metadata["control"].key: f.name for f in fields(Assumptions)}
"""Link key → field of Assumptions."""

CONTROLS: dict[str, Control] = {f.metadata["control"].key: f.metadata["control"] for f in fields(Assumptions)}
"""Link key → control, in the order in which they are drawn."""


def value(assumptions: Assumptions, key: str) -> Any:
    """The value of one assumption by its link key."""
    return getattr(assumptions, FIELDS[key])


@dataclass(frozen=True)
class Reading:
    """What a link means: the assumptions, and one sentence for each part of it that could not be used."""

    assumptions: Assumptions
    problems: tuple[str, ...]


def default_text(control: Control, trial: Trial) -> str:
    return str(trial.spec.defaults.get(control.key, control.fallback(trial)))


def _default(control: Control, trial: Trial) -> Any:
    text = default_text(control, trial)
    return text if text == NOBODY and control.kind == "choice" else control.parse(text, trial)


def defaults(trial: Trial) -> Assumptions:
    """The published analysis, as far as the trial states it; the rest is ours (see `unstated`)."""
    return Assumptions(**{FIELDS[key]: _default(control, trial) for key, control in CONTROLS.items()})


def unstated(trial: Trial) -> tuple[Control, ...]:
    """The controls whose default the paper does not state, so that it is ours."""
    return tuple(c for c in CONTROLS.values() if c.stated and c.key not in trial.spec.defaults)


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
            problems.append(f"{_shown(key)} is no assumption of this dashboard; known are {', '.join(CONTROLS)}")
            continue
        try:
            values[FIELDS[key]] = CONTROLS[key].parse(text, trial)
        except ValueError as error:
            problems.append(f"{key}={_shown(text)}: {error}; the default {default_text(CONTROLS[key], trial)} is used")
    return Reading(replace(defaults(trial), **values), tuple(problems))


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
    """One assumption that is not the published analysis's."""

    key: str
    label: str
    value: str
    published: str

    def __str__(self) -> str:
        return f"{self.label}: {self.value} (published: {self.published})"


def differences(assumptions: Assumptions, trial: Trial) -> tuple[Difference, ...]:
    """What differs from the published analysis, in words."""
    plain = defaults(trial)
    return tuple(
        Difference(
            key,
            CONTROLS[key].name(trial),
            CONTROLS[key].describe(value(assumptions, key), trial),
            CONTROLS[key].describe(value(plain, key), trial),
        )
        for key in changed(assumptions, trial)
        if not CONTROLS[key].view
    )


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
        Preset("published", "As published", "Every assumption as the paper states it; ours where it does not.", {}),
        Preset(
            "exact",
            "Small-sample exact",
            "The sign-flip test, valid at any n if each participant had a coin flip of their own.",
            {"test": "sign-flip"},
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


def validated(trial: Trial) -> Trial:
    """The trial, once its own defaults, past defaults and presets are values that the controls accept.

    Raises
    ------
    TrialError
        Naming each default or preset that no control accepts.
    """
    given: list[tuple[str, Mapping[str, Any]]] = [
        ("defaults", {key: text for key, text in trial.spec.defaults.items() if key != "version"}),
        *((f"past_defaults {past.version}", past.set) for past in trial.spec.past_defaults),
        *((f"presets {preset.key}", preset.set) for preset in trial.spec.presets),
    ]
    problems = tuple(
        problem
        for place, values in given
        for key, text in values.items()
        for problem in _fault(place, key, text, trial)
    )
    if problems:
        raise TrialError(trial.spec.key, problems)
    return trial


def _fault(place: str, key: str, text: object, trial: Trial) -> tuple[Problem, ...]:
    if key not in CONTROLS:
        return (Problem("trial.toml", 0, f"{place}.{key}", str(text), f"one of the keys {', '.join(CONTROLS)}"),)
    try:
        CONTROLS[key].parse(str(text), trial)
    except ValueError as error:
        return (Problem("trial.toml", 0, f"{place}.{key}", str(text), str(error).removeprefix("wanted ")),)
    return ()
