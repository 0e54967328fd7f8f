"""Where the detectable effect that a paper prints can have come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lib.design.design import Design
from lib.design.plan import Plan
from lib.design.published_effect import PublishedEffect, PublishedReading, RhoRange, published_effect_readings
from lib.design.registry import DESIGNS
from lib.questions.wording import number, people, percent
from lib.trial.model import Trial
from lib.trial.observed import decimals
from lib.values import Missing

READ_BY: Mapping[str, Design] = {key: design for key, design in DESIGNS.items() if design.reads_printed}
"""The designs that a printed effect is read by."""


@dataclass(frozen=True)
class PrintedEffect:
    """The printed detectable effect, the inputs it was printed with, and each design's reading of it by sides."""

    printed: float
    source: str
    inputs: Plan
    two_sided: PublishedEffect
    one_sided: PublishedEffect


def printed_effect(trial: Trial, plan: Plan) -> PrintedEffect | Missing:
    """The printed detectable effect by every design, at the printed inputs; what is not printed is as in the plan."""
    row = trial.reported_by_key.get(trial.spec.planning.detectable or "")
    if row is None or row.value is None:
        return Missing("the paper prints no detectable effect")
    printed = {r.statistic: r.value for r in trial.reported if r.outcome == row.outcome and r.value is not None}
    two, one = (
        Plan(
            effect=float(row.value),
            sd=float(printed.get("sd", plan.sd)),
            alpha=float(printed.get("alpha", plan.alpha)),
            target=float(printed.get("power", plan.target)),
            n=int(printed.get("n", plan.n)),
            sides=sides,
            rho=0.5,
        )
        for sides in (2, 1)
    )
    places = decimals(row.value)
    readings = (_readings(float(row.value), places, inputs) for inputs in (two, one))
    return PrintedEffect(float(row.value), row.source, two, *readings)


@lru_cache(maxsize=64)
def _readings(printed: float, places: int, plan: Plan) -> PublishedEffect:
    """Kept, since the printed inputs stay the same while the viewer changes the plan."""
    return published_effect_readings(printed, places, plan, READ_BY)


def sided_readings(printed: PrintedEffect) -> tuple[tuple[str, PublishedReading], ...]:
    """Every reading with its sides, two-sided first."""
    by_sides = (("Two-sided", printed.two_sided), ("One-sided", printed.one_sided))
    return tuple((sides, row) for sides, effect in by_sides for row in effect.readings)


def printed_reading(printed: PrintedEffect | Missing, unit: str, measured_on: str) -> str:
    """Which designs give the paper's detectable effect, and at which inputs."""
    if isinstance(printed, Missing):
        return f"{printed.reason.capitalize()}."
    inputs = printed.inputs
    lines = [_reading_line(row, sides, printed, unit, measured_on) for sides, row in sided_readings(printed)]
    return (
        f"The paper prints a detectable effect of {number(printed.printed)} {unit} (n = {inputs.n}, assumed SD "
        f"{number(inputs.sd)}, power {percent(inputs.target)}, α {number(inputs.alpha)}); design, sides and "
        f"correlation are not stated. {' '.join(lines)}"
    )


def _reading_line(reading: PublishedReading, sides: str, of: PrintedEffect, unit: str, measured_on: str) -> str:
    """One design's account of the printed number."""
    if isinstance(reading.detectable, Missing):
        return f"{sides}, {reading.label}: no detectable effect."
    printed = number(of.printed)
    people_in_all = DESIGNS[reading.design].participants(of.inputs.n)
    verdict = f"which {'rounds' if reading.prints else 'does not round'} to {printed}"
    many = people(people_in_all)
    apart = f"two independent groups, so {many}" if DESIGNS[reading.design].arms > 1 else many
    found = f"{reading.detectable:.3f} {unit} for {apart}"
    line = f"{sides}, {reading.label}: {found} with the {reading.basis}, {verdict}"
    if isinstance(reading.rho, RhoRange):
        rho = f"ρ from {number(reading.rho.low, 2)} to {number(reading.rho.high, 2)}"
        line += f"; with the SD of one {measured_on}, {rho} would"
    return f"{line}."
