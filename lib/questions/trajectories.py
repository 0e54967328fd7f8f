"""Each unit over the visits: every outcome by every rater, as values and as percentage change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lib.assumptions import NOBODY, Assumptions
from lib.questions.changes import change_of, plain_measure
from lib.questions.wording import listed, participants
from lib.trial.model import Outcome, Trial, Visit
from lib.trial.observed import Observed, observed
from lib.values import Missing, Real, real

Arms = tuple[tuple[str, str], ...]
"""(key, label) of each arm, the treatment first."""


@dataclass(frozen=True)
class Point:
    """One unit at one visit; `time` in the trial's unit of time."""

    visit: str
    time: float
    value: Real
    provenance: str


@dataclass(frozen=True)
class Line:
    """One unit over all visits; `highlighted` and `left_out` are the viewer's choices of participants."""

    participant: str
    unit: str
    arm: str
    points: tuple[Point, ...]
    highlighted: bool
    left_out: bool


@dataclass(frozen=True)
class Panel:
    """One outcome by one rater on one scale: every line, both arms on the same range.

    `reconstructed` says by which method values came about that are neither printed nor derived; empty where none did.
    """

    key: str
    title: str
    outcome: str
    outcome_label: str
    unit: str
    better: str
    low: float | None
    high: float | None
    lines: tuple[Line, ...]
    unpublished: tuple[str, ...]
    silent: tuple[str, ...]
    reconstructed: str = ""


@dataclass(frozen=True)
class VisitMark:
    key: str
    time: float
    label: str


@dataclass(frozen=True)
class TrajectoriesResult:
    """All panels; `first` is the panel of the viewer's outcome, rater and change."""

    panels: tuple[Panel, ...]
    visits: tuple[VisitMark, ...]
    time_unit: str
    arms: Arms
    highlighted: str | None


def answer(trial: Trial, assumptions: Assumptions) -> TrajectoriesResult:
    """Every outcome that was measured on single units, the viewer's choice first."""
    panels = [panel for outcome in trial.spec.outcomes for panel in _panels(trial, outcome, assumptions)]
    panels.sort(key=lambda panel: _distance(panel.key, assumptions))
    return TrajectoriesResult(
        tuple(panels),
        tuple(VisitMark(visit.key, visit.time, visit.label) for visit in trial.spec.visits),
        trial.spec.time.unit,
        tuple((arm.key, arm.label) for arm in trial.arms),
        None if assumptions.highlight == NOBODY else assumptions.highlight,
    )


def _distance(key: str, assumptions: Assumptions) -> tuple[bool, bool, bool]:
    """Sorts the panel that the viewer chose to the top, then its siblings."""
    outcome, rater, scale = key.split("/")
    chosen = "percent_change" if assumptions.change == "percent" else "value"
    return outcome != assumptions.outcome, rater != assumptions.rater, scale != chosen


def _panels(trial: Trial, outcome: Outcome, assumptions: Assumptions) -> Iterator[Panel]:
    for rater in outcome.raters:
        yield _panel(trial, outcome, rater, "value", assumptions)
        if outcome.kind == "ratio":
            yield _panel(trial, outcome, rater, "percent_change", assumptions)


def _panel(trial: Trial, outcome: Outcome, rater: str, scale: str, assumptions: Assumptions) -> Panel:
    lines = tuple(_line(trial, outcome, rater, scale, row.unit, assumptions) for row in trial.units)
    by = f", {trial.raters[rater].label.lower()}" if len(outcome.raters) > 1 else ""
    percent = scale == "percent_change"
    low, high = (None, None) if percent else (_bound(outcome.low), _bound(outcome.high))
    return Panel(
        f"{outcome.key}/{rater}/{scale}",
        f"{outcome.label}{by}, {'% change from baseline' if percent else outcome.unit}",
        outcome.key,
        f"{outcome.label}{by}",
        "%" if percent else outcome.unit,
        outcome.better,
        -100.0 if percent else low,
        high,
        lines,
        tuple(visit.label for visit in trial.spec.visits if not _published(lines, visit)),
        _silent(lines),
        "" if percent else _method(trial, outcome, rater),
    )


def _method(trial: Trial, outcome: Outcome, rater: str) -> str:
    """How values of an outcome were reconstructed, as their rows say."""
    rows = (row for row in trial.measurements if (row.outcome, row.rater) == (outcome.key, rater))
    return "; ".join(dict.fromkeys(row.source for row in rows if row.provenance == "reconstructed"))


def _bound(bound: object) -> float | None:
    return None if bound is None else float(str(bound))


def _line(trial: Trial, outcome: Outcome, rater: str, scale: str, unit: str, assumptions: Assumptions) -> Line:
    row = trial.units_by_key[unit]
    return Line(
        row.participant,
        unit,
        row.arm,
        tuple(_point(trial, outcome, rater, scale, unit, visit, assumptions) for visit in trial.spec.visits),
        row.participant == assumptions.highlight,
        row.participant not in assumptions.participants,
    )


def _point(
    trial: Trial, outcome: Outcome, rater: str, scale: str, unit: str, visit: Visit, assumptions: Assumptions
) -> Point:
    found = observed(trial, unit, visit.key, outcome.key, rater)
    if scale == "percent_change":
        found = _percent_of_baseline(trial, outcome, rater, unit, visit, assumptions)
    return Point(visit.key, visit.time, real(found.value), found.provenance)


def _percent_of_baseline(
    trial: Trial, outcome: Outcome, rater: str, unit: str, visit: Visit, assumptions: Assumptions
) -> Observed:
    """The percentage change at a visit; at baseline 0 by definition, for whoever has one later."""
    if visit.key != trial.baseline.key:
        measure = plain_measure(trial, outcome.key, rater, "percent", assumptions.rounding)
        return change_of(trial, unit, visit.key, measure)
    later = (v for v in trial.spec.visits if v.time > visit.time)
    known = (_percent_of_baseline(trial, outcome, rater, unit, v, assumptions) for v in later)
    if any(isinstance(found.value, Fraction) for found in known):
        return Observed(Fraction(0), "derived", "")
    return Observed(Missing("not published"), "missing", "")


def _published(lines: tuple[Line, ...], visit: Visit) -> bool:
    return any(not isinstance(p.value, Missing) for line in lines for p in line.points if p.visit == visit.key)


def _silent(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Participants of whom nothing is published on this scale."""
    told = {line.participant for line in lines if any(not isinstance(p.value, Missing) for p in line.points)}
    return tuple(dict.fromkeys(line.participant for line in lines if line.participant not in told))


def reading(result: TrajectoriesResult) -> str:
    """What the first panel shows, and what it can't."""
    return " ".join(panel_reading(panel, result.arms) for panel in result.panels[:1])


def improved(panel: Panel, arms: Arms) -> tuple[tuple[int, int], ...]:
    """For each arm, how many units improved since baseline, of how many of which that is known."""
    counted = (_tally(panel, arm) for arm, _ in arms)
    return tuple((better, count) for better, _, count in counted)


def finding(panel: Panel, arms: Arms) -> str:
    """What a panel found, short enough for a title: in how many units of each arm the outcome improved."""
    told = [
        f"{label} {better} of {count}" if count else f"{label} not known"
        for (_, label), (better, count) in zip(arms, improved(panel, arms), strict=True)
    ]
    assumed = [line for line in panel.lines if any(point.provenance == "reconstructed" for point in line.points)]
    note = f" ({len(assumed)} of {len(panel.lines)} reconstructed)" if assumed else ""
    return f"improved since baseline in {listed(told)}{note}"


def panel_reading(panel: Panel, arms: Arms) -> str:
    """How many units got better, stayed or got worse in each arm, between first and last published value."""
    parts = [f"{label} {_tally_words(panel, arm)}" for arm, label in arms]
    gap = f" Nothing is published for {listed(panel.unpublished)}." if panel.unpublished else ""
    silent = (
        f" Participant{'s' if len(panel.silent) > 1 else ''} {listed(panel.silent)}: no value published."
        if panel.silent
        else ""
    )
    out = dict.fromkeys(
        line.participant for line in panel.lines if line.left_out and line.participant not in panel.silent
    )
    left_out = f" Left out by the viewer: {participants(tuple(out))}." if out else ""
    crossed = f" Crossed points are {panel.reconstructed}." if panel.reconstructed else ""
    return f"{panel.title}: {'; '.join(parts)}.{gap}{silent}{left_out}{crossed}"


def _tally_words(panel: Panel, arm: str) -> str:
    better, worse, count = _tally(panel, arm)
    return f"{better} better, {count - better - worse} unchanged, {worse} worse of {count} known"


def _tally(panel: Panel, arm: str) -> tuple[int, int, int]:
    """Better, worse and all units of an arm of which first and last value are known and nobody left out."""
    steps = [
        step
        for line in panel.lines
        if line.arm == arm and not line.left_out
        for step in [_step(line)]
        if step is not None
    ]
    sign = 1 if panel.better == "higher" else -1
    better = sum(step * sign > 0 for step in steps)
    worse = sum(step * sign < 0 for step in steps)
    return better, worse, len(steps)


def _step(line: Line) -> float | None:
    known = [p.value for p in line.points if not isinstance(p.value, Missing)]
    return known[-1] - known[0] if len(known) > 1 else None
