"""How much of the answer is one person's: the chosen test with each participant left out in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lib.analysis.registry import TESTS
from lib.analysis.results import TestResult
from lib.assumptions import Assumptions
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.levels import alternative, level_of
from lib.questions.wording import measure, plural, probability
from lib.values import Missing, Real, known

ALIKE = 9
"""Decimals to which two distances count as equal."""


@dataclass(frozen=True)
class LeftOut:
    """The test without one participant."""

    participant: str
    test: TestResult


@dataclass(frozen=True)
class Influence:
    """The test of everybody who is analysed, and without each of them in turn."""

    everybody: TestResult
    without: tuple[LeftOut, ...]
    unit: str
    better: str
    sides: str


def influence(endpoint: PairedEndpoint, assumptions: Assumptions) -> Influence:
    """The chosen test of the chosen endpoint, leaving out one participant at a time."""
    differences = {p.participant: p.difference for p in endpoint.pairs if p.analysed}
    side, level = alternative(endpoint.better, assumptions.sides), level_of(assumptions.alpha)
    run = TESTS[assumptions.test].run
    return Influence(
        endpoint.test,
        tuple(
            LeftOut(out, run([d for p, d in differences.items() if p != out and isinstance(d, Fraction)], side, level))
            for out in differences
        ),
        endpoint.unit,
        endpoint.better,
        endpoint.sides,
    )


def influence_reading(found: Influence) -> str:
    """From where to where the estimate moves, by leaving out whom, and whether it changes sides."""
    estimates = {one.participant: one.test.estimate for one in found.without if known(one.test.estimate)}
    whole = found.everybody.estimate
    if isinstance(whole, Missing) or len(estimates) < 2:
        return "With fewer than two pairs there is nobody to leave out."
    values = [float(value) for value in estimates.values() if not isinstance(value, Missing)]
    unit = short_unit(found.unit)
    span = f"between {measure(min(values), unit)} and {measure(max(values), unit)}"
    away = {
        key: round(abs(float(value) - whole), ALIKE)
        for key, value in estimates.items()
        if not isinstance(value, Missing)
    }
    if max(away.values()) == 0:
        return f"Whoever is left out, the {found.everybody.estimate_name} stays {measure(whole, unit)}."
    most = [key for key, distance in away.items() if distance == max(away.values())]
    who = f"leaving out participant {' or '.join(most)} moves it most"
    told = who if len(most) < len(away) else "everybody moves it equally far"
    return (
        f"With one participant left out at a time the {found.everybody.estimate_name} lies {span}; {told}. "
        f"{_sides(whole, estimates)}{_floor_words(found)}"
    )


def _sides(whole: float, estimates: Mapping[str, Real]) -> str:
    """Whether leaving somebody out turns the estimate, and whom."""
    if whole == 0:
        return "With everybody it is zero."
    values = {key: float(value) * whole for key, value in estimates.items() if known(value)}
    turned = [key for key, value in values.items() if value < 0]
    emptied = [key for key, value in values.items() if value == 0]
    if turned:
        return f"Without participant {' or '.join(turned)} it favours the other arm."
    return f"Without participant {' or '.join(emptied)} it is zero." if emptied else "It does not change sides."


def _floor_words(found: Influence) -> str:
    """What no exact p of the fewer pairs can fall below."""
    floors = [one.test.floor.general for one in found.without if known(one.test.floor.general)]
    return (
        f" No exact p of {plural(found.without[0].test.n, 'pair', 'pairs')} can be below {probability(min(floors))}."
        if floors
        else ""
    )
