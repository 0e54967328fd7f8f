"""The JSON twin of every page: the same answer at full precision; what is missing is null beside its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lib import __version__
from lib.assumptions import CONTROLS, Assumptions, Control, Reading, changed, default_text, read, value
from lib.errors import Refusal
from lib.questions import asked
from lib.questions.plan_inputs import concerned
from lib.questions.registry import QUESTIONS, Question
from lib.trial.model import Trial
from lib.values import Missing

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """A result as JSON values.

    A field that is `Missing` becomes null, and `<field>_reason` beside it says why. Exact numbers become doubles.

    Raises
    ------
    TypeError
        For what has no place in a result, so that a new kind of value can't slip through as text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {key: entry for field in fields(value) for key, entry in _field(field.name, getattr(value, field.name))}
    if isinstance(value, Mapping):
        return {str(key): entry for name, item in value.items() for key, entry in _field(str(name), item)}
    if isinstance(value, tuple | list | range):
        return [plain(item) for item in value]
    if isinstance(value, Fraction | Decimal):
        return float(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} in a result; wanted a frozen dataclass, a tuple, text or a number")


def _field(name: str, item: Any) -> list[tuple[str, Any]]:
    if isinstance(item, Missing):
        return [(name, None), (f"{name}_reason", item.reason)]
    return [(name, plain(item))]


def twin(question: Question, query: Mapping[str, str], trial: Trial) -> Json:
    """What `/api/<page>.json` answers: the page's own answer to the same query.

    Returns
    -------
    dict
        assumptions, changed, problems, version, data_sha256, result; `result` is null where the question is refused,
        `reason` then says why, and `about` lists the keys that it is about.
    """
    got = read(query, trial)
    return {**_head(got, trial), **answered(question, trial, got.assumptions)}


def _head(got: Reading, trial: Trial) -> Json:
    return {
        "assumptions": {key: plain(value(got.assumptions, key)) for key in CONTROLS},
        "changed": changed(got.assumptions, trial),
        "problems": list(got.problems),
        "version": __version__,
        "data_sha256": trial.sha256,
    }


def answered(question: Question, trial: Trial, assumptions: Assumptions) -> Json:
    """The result with its reading, or null and the reason."""
    try:
        result = asked.answered(asked.Asked(question.path, trial, assumptions))
    except Refusal as refusal:
        return {"result": None, "reason": str(refusal), "about": list(concerned(refusal))}
    return {"result": {"reading": question.reading(result), **plain(result)}}


def broken(problems: tuple[str, ...]) -> Json:
    """The twin of every page while the trial folder can't be opened."""
    return {
        "assumptions": None,
        "changed": {},
        "problems": list(problems),
        "version": __version__,
        "data_sha256": None,
        "result": None,
        "reason": "the trial folder has problems",
    }


def index(trial: Trial) -> Json:
    """What `/api/` answers: the pages, and every key with its default and what it accepts."""
    return {
        "version": __version__,
        "data_sha256": trial.sha256,
        "trial": trial.spec.key,
        "pages": [
            {"path": q.path, "title": q.title, "question": q.ask, "keys": list(q.controls)} for q in QUESTIONS.values()
        ],
        "keys": [_key(control, trial) for control in CONTROLS.values()],
    }


def _key(control: Control, trial: Trial) -> Json:
    numeric = control.kind in ("whole", "real")
    return {
        "key": control.key,
        "label": control.name(trial),
        "help": control.explanation(trial),
        "group": control.group,
        "kind": control.kind,
        "default": default_text(control, trial),
        "choices": plain(control.choices(trial)),
        "bounds": plain(control.bounds(trial)) if numeric else None,
    }
