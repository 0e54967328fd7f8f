"""Two raters of the same units: how far they agree, at baseline and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lib.analysis.agreement import Agreement, Weights, agreement
from lib.assumptions import Assumptions
from lib.questions.wording import listed, number
from lib.trial.model import Outcome, Trial, Visit
from lib.trial.observed import observed
from lib.values import Exact, Missing, Real, real

WEIGHTS: Weights = "linear"
"""Disagreement by one category costs half as much as by two."""


@dataclass(frozen=True)
class RatedUnit:
    """One unit as both raters scored it at a visit, and the first rater's score minus the second's."""

    participant: str
    unit: str
    arm: str
    first: Real
    second: Real
    difference: Real


@dataclass(frozen=True)
class AtVisit:
    """Agreement at one visit, over every unit that both rated."""

    visit: str
    units: tuple[RatedUnit, ...]
    agreement: Agreement | Missing


@dataclass(frozen=True)
class RaterAgreement:
    """Two raters of one outcome, at baseline and at the final visit; `levels` are the scores, `weights` those of κ."""

    outcome: str
    label: str
    first: str
    second: str
    levels: tuple[int, ...]
    weights: str
    visits: tuple[AtVisit, ...]


def rater_agreement(trial: Trial, assumptions: Assumptions) -> RaterAgreement | Missing:
    """The first two raters of the chosen outcome, or of the first that has two and categories."""
    rated = [outcome for outcome in trial.spec.outcomes if len(outcome.raters) > 1 and outcome.levels]
    if not rated:
        return Missing("no outcome in categories was scored by two raters")
    outcome = next((o for o in rated if o.key == assumptions.outcome), rated[0])
    levels = tuple(sorted(level.score for level in outcome.levels))
    return RaterAgreement(
        outcome.key,
        outcome.label,
        trial.raters[outcome.raters[0]].label,
        trial.raters[outcome.raters[1]].label,
        levels,
        WEIGHTS,
        tuple(_at_visit(trial, outcome, visit, levels) for visit in (trial.baseline, trial.final)),
    )


def _at_visit(trial: Trial, outcome: Outcome, visit: Visit, levels: tuple[int, ...]) -> AtVisit:
    scores = {
        unit.unit: tuple(observed(trial, unit.unit, visit.key, outcome.key, r).value for r in outcome.raters[:2])
        for unit in trial.units
    }
    both = [(a, b) for a, b in scores.values() if isinstance(a, Fraction) and isinstance(b, Fraction)]
    return AtVisit(
        visit.label,
        tuple(_rated(trial, unit, first, second) for unit, (first, second) in scores.items()),
        agreement([a for a, _ in both], [b for _, b in both], levels, WEIGHTS),
    )


def _rated(trial: Trial, unit: str, first: Exact, second: Exact) -> RatedUnit:
    row = trial.units_by_key[unit]
    difference = first if isinstance(first, Missing) else second if isinstance(second, Missing) else first - second
    return RatedUnit(row.participant, unit, row.arm, real(first), real(second), real(difference))


def agreement_reading(found: RaterAgreement | Missing) -> str:
    """Share of exact agreement and κ at each visit, and who scored higher."""
    if isinstance(found, Missing):
        return f"No agreement to look at: {found.reason}."
    told = " ".join(_visit_words(found, at) for at in found.visits)
    return f"{told} κ has no interval: the scores of one person's units hang together."


def _visit_words(found: RaterAgreement, at: AtVisit) -> str:
    if isinstance(at.agreement, Missing):
        return f"{at.visit}: {at.agreement.reason}."
    seen = at.agreement
    first, second = found.first.lower(), found.second.lower()
    alike = sum(row[place] for place, row in enumerate(seen.table))
    return (
        f"{at.visit}: {first} and {second} gave the same score to {alike} of {seen.n}; {first} minus {second} is "
        f"{number(seen.mean_difference, 4)} on average; {_kappa_words(found, seen)}."
    )


def _kappa_words(found: RaterAgreement, seen: Agreement) -> str:
    if isinstance(seen.kappa, Missing):
        return f"no κ: {seen.kappa.reason}"
    by_first, by_second = [sum(row) for row in seen.table], [sum(column) for column in zip(*seen.table, strict=True)]
    for rater, counts in ((found.first, by_first), (found.second, by_second)):
        if max(counts) == seen.n and seen.kappa == 0:
            score = found.levels[counts.index(seen.n)]
            return f"κ is 0 whatever the other scored, because the {rater.lower()} gave {score} to all"
    return f"{found.weights}ly weighted κ {number(seen.kappa)}"


def headline(found: RaterAgreement) -> str:
    """At how many of the visits' units both raters agree, short enough for a heading."""
    told = [
        f"{sum(row[place] for place, row in enumerate(at.agreement.table))} of {at.agreement.n} at {at.visit.lower()}"
        for at in found.visits
        if isinstance(at.agreement, Agreement)
    ]
    return f"The raters gave the same {found.label} to {listed(told)}" if told else "Do the raters agree?"
