"""Statements that are recomputed from other printed numbers, or compared with another place of the paper."""

from __future__ import annotations

from fractions import Fraction

from lib.errors import Refusal
from lib.questions.ledger.expression import evaluated, filled, names
from lib.questions.ledger.working import (
    Claim,
    Input,
    Working,
    claim_of,
    printed_words,
    reported_input,
    reported_row,
    shown,
)
from lib.questions.printed import rounds_to
from lib.trial.model import Trial
from lib.values import Missing


def _expression(claim: Claim) -> str:
    """The claim's expression, which has to rest on some printed number."""
    text = claim.needed("expression")
    if not names(text):
        raise Refusal(f"expression: {text!r} given; wanted at least one printed number in it")
    return text


def arithmetic(trial: Trial, claim: Claim) -> Working:
    """The expression over printed numbers; `also` is another way to compute it, told where it prints something else."""
    written = (_expression(claim), claim.row.arguments.get("also", "0"))
    rows = {name: reported_row(trial, name) for text in written for name in names(text)}
    known = {name: Fraction(row.value or 0) for name, row in rows.items()}
    texts = {name: f"{row.value:f}" for name, row in rows.items()}
    value = evaluated(_expression(claim), known)
    steps = (f"{filled(claim.needed('expression'), texts)} = {shown(float(value))} {claim.unit}".strip(),)
    inputs = tuple(map(reported_input, rows.values()))
    if claim.number is None:
        told = f"the text puts no number on it; the arithmetic gives {shown(float(value))} {claim.unit}".strip()
        return Working(Missing(told), inputs, steps)
    return Working(float(value), inputs, steps, _other_way(claim, known, texts))


def _other_way(claim: Claim, known: dict[str, Fraction], texts: dict[str, str]) -> str:
    """What another way to compute the same gives, where that does not print the same."""
    also = claim.row.arguments.get("also")
    if also is None or claim.number is None:
        return ""
    value = float(evaluated(also, known))
    if rounds_to(value, claim.number):
        return ""
    because = claim.row.arguments.get("because", "counted otherwise")
    return f"{because}: {filled(also, texts)} = {shown(value)} {claim.unit}".strip()


def same(trial: Trial, claim: Claim) -> Working:
    """What another place of the paper prints for the same thing."""
    key = claim.needed("as")
    if key == claim.row.key:
        raise Refusal(f"as: {key!r} given; wanted another statement than this one")
    row_of_other = trial.claims_by_key.get(key)
    other = None if row_of_other is None else claim_of(trial, row_of_other)
    if other is None and key in trial.reported_by_key:
        row = reported_row(trial, key)
        printed, source = printed_words(row), row.source
    elif other is not None:
        printed, source = other.printed, other.row.source
    else:
        raise Refusal(f"as: {key!r} given; wanted the key of another claim or of reported.csv")
    agrees = printed.casefold() == claim.printed.casefold()
    steps = (f"{claim.row.source}: “{claim.printed}”; {source}: “{printed}”",)
    return Working(printed, (Input("the same, elsewhere", printed, source),), steps, holds=agrees)


def elsewhere(trial: Trial, claim: Claim) -> Working:
    """A statement about people, products or papers whose data no trial folder holds."""
    whom = (claim.reported.population if claim.reported else None) or claim.row.arguments.get("about")
    return Working(Missing(f"beyond this folder: {whom or 'something else'}"))


def within(trial: Trial, claim: Claim) -> Working:
    """Whether an expression over printed numbers lies within bounds, `low` to `high`, each an expression too."""
    parts = {
        part: claim.row.arguments[part]
        for part in ("expression", "low", "above", "high")
        if part in claim.row.arguments
    }
    _expression(claim)
    rows = {name: reported_row(trial, name) for text in parts.values() for name in names(text)}
    known = {name: Fraction(row.value or 0) for name, row in rows.items()}
    texts = {name: f"{row.value:f}" for name, row in rows.items()}
    found = {part: evaluated(text, known) for part, text in parts.items()}
    value = found["expression"]
    fits = found.get("low", value) <= value <= found.get("high", value)
    fits &= "above" not in found or value > found["above"]
    signs = {"low": "at least", "above": "above", "high": "at most"}
    bounds = [f"{sign} {shown(float(found[part]))}" for part, sign in signs.items() if part in found]
    steps = (f"{filled(parts['expression'], texts)} = {shown(float(value))}; wanted {' and '.join(bounds)}",)
    return Working(shown(float(value)), tuple(map(reported_input, rows.values())), steps, holds=fits)
