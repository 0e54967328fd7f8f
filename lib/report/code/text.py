"""What scripts are written of: text that may be somebody else's as comments and strings, numbers as exact literals."""

from __future__ import annotations

import json
from decimal import Context, Decimal, Inexact
from fractions import Fraction

from lib.assumptions import CONTROLS, Assumptions, changed, differences, value, write
from lib.trial.model import Trial

EXACTLY = Context(prec=50, traps=[Inexact])
"""Decimal arithmetic that raises where a number has no such decimals."""


def comment(text: str) -> str:
    """A text in a comment: on one line whatever it holds, since what follows a line break would be run."""
    return f"# {' '.join(''.join(c if c.isprintable() else ' ' for c in text).split())}"


def literal(text: str) -> str:
    """A text as a string of Python, in double quotes."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def exact(number: Fraction) -> str:
    """A number as the call that makes exactly it: `Fraction(-44)`, `Fraction("-43.75")`, `Fraction(-100, 3)`."""
    if number.denominator == 1:
        return f"Fraction({number.numerator})"
    try:
        decimals = EXACTLY.divide(Decimal(number.numerator), Decimal(number.denominator))
    except Inexact:
        return f"Fraction({number.numerator}, {number.denominator})"
    return f'Fraction("{decimals:f}")'


def reading_trial(trial: Trial, folder: str) -> str:
    """Lines that read the trial; they need `Path`, `validated` and `read_trial`."""
    return (
        f"{comment(trial.spec.title)}\n# SHA-256 {trial.sha256}\n"
        f"trial = validated(read_trial(Path({literal(folder)})))\n"
    )


def reading_assumptions(trial: Trial, assumptions: Assumptions) -> str:
    """Lines that set the assumptions by the query of their link, each of it with a comment; they need `read`."""
    words = _words(trial, assumptions)
    items = "".join(
        f"    {comment(words.get(key, 'version of the defaults'))}\n    {literal(key)}: {literal(text)},\n"
        for key, text in write(assumptions, trial).items()
    )
    head = "" if words else "# every assumption at its default\n"
    return f"{head}query = {{\n{items}}}\nassumptions = read(query, trial).assumptions\n"


def _words(trial: Trial, assumptions: Assumptions) -> dict[str, str]:
    """Link key → what was chosen, for everything that is not at its default."""
    told = {found.key: str(found) for found in differences(assumptions, trial)}
    return {
        key: told.get(key, f"{control.name(trial)}: {control.describe(value(assumptions, key), trial)}")
        for key, control in ((key, CONTROLS[key]) for key in changed(assumptions, trial))
    }
