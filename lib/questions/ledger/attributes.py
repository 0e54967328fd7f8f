"""Statements about what is known of each participant: eligibility, diagnoses, who was lost, who had it longest."""

from __future__ import annotations

from fractions import Fraction

from lib.questions.ledger.people import attribute_refs
from lib.questions.ledger.working import Claim, Input, Working, chosen, reported_row, shown
from lib.questions.wording import listed, participants
from lib.trial.model import Participant, Trial
from lib.values import Missing


def attribute(trial: Trial, claim: Claim) -> Working:
    """One participant's attribute as the tables have it."""
    who, key = claim.needed("participant"), claim.needed("attribute")
    row = _participant(trial, who)
    chosen("attribute", key, dict(row.attributes))
    text = row.attribute(key)
    value: str | Missing = Missing("the cell is empty") if text is None else text
    cells = (("attribute", who, key),)
    return Working(value, (Input(f"participant {who}", text or "–", row.source),), cells=cells)


def _participant(trial: Trial, who: str) -> Participant:
    known = {row.participant: row for row in trial.participants}
    return known[chosen("participant", who, known)]


def eligible(trial: Trial, claim: Claim) -> Working:
    """Whether everybody's attribute lies between two printed bounds, either of which may be left out."""
    key = claim.needed("attribute")
    chosen("attribute", key, {a.key: a for a in trial.spec.attributes if a.kind == "number"})
    bounds = [
        (end, reported_row(trial, claim.row.arguments[end])) for end in ("low", "high") if end in claim.row.arguments
    ]
    values = {p.participant: p.attribute(key) for p in trial.participants}
    if unpublished := [p for p, text in values.items() if text is None]:
        return Working(Missing(f"not published for {participants(unpublished)}"))
    numbers = [Fraction(text) for text in values.values() if text is not None]
    fits = all(
        (end == "low" and min(numbers) >= Fraction(row.value or 0))
        or (end == "high" and max(numbers) <= Fraction(row.value or 0))
        for end, row in bounds
    )
    found = f"{shown(float(min(numbers)))} to {shown(float(max(numbers)))}"
    inputs = tuple(Input(f"participant {p}", text or "", "participants.csv") for p, text in values.items())
    return Working(found, inputs, (f"found: {found}",), holds=fits, counted=attribute_refs(trial, values, key))


def mentions(trial: Trial, claim: Claim) -> Working:
    """Whether each participant's attribute names one of the words in `any`, and every word is somebody's."""
    key, words = claim.needed("attribute"), [word.strip() for word in claim.needed("any").split("|")]
    chosen("attribute", key, {a.key: a for a in trial.spec.attributes})
    texts = {p.participant: (p.attribute(key) or "").casefold() for p in trial.participants}
    by_word = {word: [p for p, text in texts.items() if word.casefold() in text] for word in words}
    steps = tuple(f"{word}: {participants(who)}" for word, who in by_word.items())
    covered = {p for who in by_word.values() for p in who}
    holds = covered == set(texts) and all(by_word.values())
    value = ", ".join(f"{word} {len(who)}" for word, who in by_word.items())
    return Working(value, (), steps, holds=holds, counted=attribute_refs(trial, texts, key))


def lost(trial: Trial, claim: Claim) -> Working:
    """Whether exactly those with this level of an attribute were lost, after this visit."""
    key, level, visit = (claim.needed(name) for name in ("attribute", "level", "visit"))
    chosen("visit", visit, trial.visits)
    gone = [(row.participant, row.visit) for row in trial.disposition if row.event == "lost"]
    those = [
        p.participant for p in trial.participants if p.attribute(chosen("attribute", key, dict(p.attributes))) == level
    ]
    steps = (
        f"{level}: {participants(those)}",
        *(f"participant {p}: lost after {trial.visits[at].label if at else 'an unknown visit'}" for p, at in gone),
    )
    holds = bool(gone) and [p for p, _ in gone] == those and all(at == visit for _, at in gone)
    told = [f"{p} after {trial.visits[at].label if at else 'an unknown visit'}" for p, at in gone]
    return Working(
        participants(told) if told else "nobody", (), steps, holds=holds, counted=attribute_refs(trial, those, key)
    )


# --- extremes ---------------------------------------------------------------------------------------------------------

DAYS = {"day": Fraction(1), "week": Fraction(7), "month": Fraction(1461, 48), "year": Fraction(1461, 4)}
"""Days of the units in which durations are printed, a year being 365.25 days."""


def extreme_attribute(trial: Trial, claim: Claim) -> Working:
    """Who has the lowest or highest number of an attribute that is printed with a unit, as durations are."""
    key, end = claim.needed("attribute"), chosen("end", claim.needed("end"), {"low": min, "high": max})
    chosen("attribute", key, {a.key: a for a in trial.spec.attributes if a.kind == "number"})
    if not trial.participants:
        return Working(Missing("there is no participant"))
    found = {p.participant: _amount(trial, p, key) for p in trial.participants}
    if unknown := [p for p, value in found.items() if value is None]:
        return Working(Missing(f"not published for {participants(unknown)}"))
    known = {p: value for p, value in found.items() if value is not None}
    best = (min if end == "low" else max)(known.values())
    who = [p for p, value in known.items() if value == best]
    inputs = tuple(Input(f"participant {p}", _words(trial, p, key), "participants.csv") for p in known)
    return Working(listed(who), inputs, (f"{participants(who)}: {_words(trial, who[0], key)}",),
                   counted=attribute_refs(trial, known, key))  # fmt: skip


def _words(trial: Trial, who: str, key: str) -> str:
    row = _participant(trial, who)
    parts = [a.key for a in trial.spec.attributes if key in (a.key, a.of)]
    return " ".join(text for part in parts if (text := row.attribute(part)))


def _amount(trial: Trial, row: Participant, key: str) -> Fraction | None:
    """The number in days where a qualifying attribute is a unit of time, else as it is."""
    text = row.attribute(chosen("attribute", key, dict(row.attributes)))
    if text is None:
        return None
    others = [row.attribute(a.key) or "" for a in trial.spec.attributes if a.of == key]
    days = next((DAYS[word.rstrip("s")] for word in others if word.rstrip("s") in DAYS), Fraction(1))
    return Fraction(text) * days
