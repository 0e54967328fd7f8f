"""What could lie behind withheld values: every data set on a lattice that agrees with all that is printed of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import get_args

from lib.analysis.area_lattice import (
    LesionPrinted,
    PairPrinted,
    RangePrinted,
    Shape,
    Span,
    area_lattice,
    exactly,
    printed_span,
)
from lib.analysis.consistent_areas import AreaProblem, ConsistentAreas, PPrinted, Visit, consistent_areas
from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.trial.model import MeasurementRow, Outcome, ReportedRow, Trial
from lib.trial.observed import decimals, with_event, withheld_outcome
from lib.values import Missing

SETTINGS = ("grid-step", "grid-max", "grid-shape", "grid-round", "grid-zero", "grid-range", "grid-p")
"""The link keys that the set depends on."""

INPUTS = {"step": "grid-step", "most": "grid-max", "shape": "grid-shape"}
"""What a refusal names → the link key of its control."""

NOTHING_WITHHELD = Missing("no percentage is printed of values that are withheld")


@dataclass(frozen=True)
class AreaSet:
    """The set, and what it was searched for: an outcome in its unit, by one rater, over these participants."""

    outcome: str
    label: str
    unit: str
    rater: str
    participants: tuple[str, ...]
    ps: tuple[str, ...]
    found: ConsistentAreas


@dataclass(frozen=True)
class Settings:
    """Those of the assumptions that the set depends on, so that it is kept while others change."""

    step: float
    most: float
    shape: str
    rounding: str
    zero: str
    range_of: str
    ps: str


def settings_of(assumptions: Assumptions) -> Settings:
    return Settings(
        assumptions.grid_step,
        assumptions.grid_most,
        assumptions.grid_shape,
        assumptions.grid_round,
        assumptions.grid_zero,
        assumptions.grid_range,
        assumptions.grid_p,
    )


def area_set(trial: Trial, assumptions: Assumptions) -> AreaSet | Missing:
    """Every data set on the lattice that agrees with what the paper prints of withheld values.

    Raises
    ------
    Refusal
        For a lattice that can't be, and for a search that is too large, with its size and the limit.
    """
    return _solved(trial, settings_of(assumptions))


@lru_cache(maxsize=32)
def _solved(trial: Trial, settings: Settings) -> AreaSet | Missing:
    outcome = withheld_outcome(trial)
    if outcome is None:
        return NOTHING_WITHHELD
    printed = _Printed(trial, outcome, outcome.raters[0], settings)
    ps = tuple(printed.ps())
    treated, control = (printed.range_of(arm.key) for arm in trial.arms)
    lattice = area_lattice(_shape(settings.shape), settings.step, settings.most)
    problem = AreaProblem(printed.pairs(), treated, control, tuple(p for p, _ in ps), lattice)
    return AreaSet(
        outcome.key,
        outcome.label,
        outcome.unit,
        printed.rater,
        printed.participants,
        tuple(f"{row.value:f}" for _, row in ps),
        consistent_areas(problem),
    )


def _shape(text: str) -> Shape:
    return next(shape for shape in get_args(Shape) if shape == text)


@dataclass(frozen=True)
class _Printed:
    """What the paper prints of one outcome, read as the settings say."""

    trial: Trial
    outcome: Outcome
    rater: str
    settings: Settings

    @property
    def participants(self) -> tuple[str, ...]:
        """Those whom the paper analysed; everybody with units where it does not tell."""
        told = with_event(self.trial, "analysed") or self.trial.participant_ids
        return tuple(p for p in told if (p, self.trial.treatment.key) in self.trial.unit_of)

    def pairs(self) -> tuple[PairPrinted, ...]:
        return tuple(
            PairPrinted(p, *(self._unit(self.trial.unit_of[p, arm.key]) for arm in self.trial.arms))
            for p in self.participants
        )

    def _unit(self, unit: str) -> LesionPrinted:
        trial, percent = self.trial, self._value(unit, self.trial.final.key, "percent_change")
        baseline, final = (self._value(unit, visit.key, "value") for visit in (trial.baseline, trial.final))
        return LesionPrinted(unit, self._area(baseline), self._area(final), self._percent(percent))

    def _value(self, unit: str, visit: str, scale: str) -> Decimal | None:
        row = self.trial.measured.get((unit, visit, self.outcome.key, self.rater, scale))
        return row.value if row else None

    @property
    def most_decimals(self) -> int:
        rows = (r for r in self.trial.measurements if r.outcome == self.outcome.key and r.scale == "value")
        return max((decimals(row.value) for row in rows if row.value is not None), default=0)

    def _area(self, value: Decimal | None) -> Span | None:
        if value is None:
            return None
        if self.settings.rounding == "exact":
            return exactly(value)
        return printed_span(value, self.most_decimals if self.settings.rounding == "precise" else None)

    def _percent(self, value: Decimal | None) -> Span | None:
        if value is None:
            return None
        return exactly(0) if value == 0 and self.settings.zero == "exact-zero" else printed_span(value)

    def range_of(self, arm: str) -> RangePrinted:
        ends = {
            row.statistic: self._area(row.value)
            for row in self.trial.reported
            if row.outcome == self.outcome.key and row.arm == arm and row.visit == self.trial.baseline.key
        }
        return RangePrinted(ends.get("low"), ends.get("high"), attained=self.settings.range_of == "analysed")

    def ps(self) -> Iterator[tuple[PPrinted, ReportedRow]]:
        """The printed P of values at the first and the last visit, as far as they are wanted."""
        visits: dict[str, Visit] = {self.trial.baseline.key: "baseline", self.trial.final.key: "final"}
        for row in self.trial.reported:
            visit = visits.get(row.visit or "")
            about = row.statistic == "p" and row.outcome == self.outcome.key and row.value is not None
            if about and visit and row.value is not None and self.settings.ps in ("both", visit):
                yield PPrinted(visit, printed_span(row.value)), row


# --- as an assumption -------------------------------------------------------------------------------------------------


def assumed(trial: Trial, assumptions: Assumptions) -> Trial:
    """The trial with what the viewer assumes of withheld values: nothing, or those of the simplest data set.

    Raises
    ------
    Refusal
        If no data set agrees with what is printed under these settings.
    """
    if assumptions.areas != "reconstructed" or withheld_outcome(trial) is None:
        return trial
    return _completed(trial, settings_of(assumptions))


@lru_cache(maxsize=16)
def _completed(trial: Trial, settings: Settings) -> Trial:
    found = _solved(trial, settings)
    if isinstance(found, Missing):
        return trial
    if isinstance(found.found.simplest, Missing):
        raise Refusal(
            f"areas: reconstructed given; wanted settings under which a data set agrees with what is printed; "
            f"{found.found.fails} leaves none"
        )
    return replace(trial, measurements=(*trial.measurements, *_rows(trial, found)))


def _rows(trial: Trial, found: AreaSet) -> Iterator[MeasurementRow]:
    """A measurement for each value that is not published."""
    assert not isinstance(found.found.simplest, Missing)
    source = f"reconstructed: the simplest of {found.found.size:,} data sets that agree with what is printed (Evidence)"
    for pair in found.found.simplest.member:
        for arm, areas in zip(trial.arms, (pair.treated, pair.control), strict=True):
            unit = trial.unit_of[pair.name, arm.key]
            for visit, area in ((trial.baseline.key, areas.baseline), (trial.final.key, areas.final)):
                if (unit, visit, found.outcome, found.rater, "value") not in trial.measured:
                    yield MeasurementRow(
                        unit=unit,
                        visit=visit,
                        outcome=found.outcome,
                        rater=found.rater,
                        scale="value",
                        value=Decimal(f"{area:.6g}"),
                        provenance="reconstructed",
                        source=source,
                    )


def size_words(found: AreaSet) -> str:
    """How many data sets agree, and with what."""
    count = found.found.size
    ps = f"P {' and '.join(found.ps)}" if found.ps else "no P"
    if not count:
        return f"No data set on this lattice agrees with everything that is printed: {found.found.fails} leaves none."
    sets = "1 data set agrees" if count == 1 else f"{count:,} data sets agree"
    return f"{sets} with everything that is printed of {found.label.lower()} ({ps})"
