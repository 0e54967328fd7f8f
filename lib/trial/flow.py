"""Participant flow for trials that split within a person: counts in participants and in units, and their conservation.

Follows CONSORT for within-person trials (Pandis 2017, BMJ 357:j2835): participants up to the allocation, the split of
each person's units over the arms, and both rejoined at the analysis. Every count is made from the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lib.errors import FlowError
from lib.trial.model import DispositionRow, Trial
from lib.values import Missing

Count = int | Missing


@dataclass(frozen=True)
class Member:
    """One participant in a box: the units that are in it, and why, where a reason is known."""

    participant: str
    units: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Box:
    """One box of the diagram. `arm` is None where the arms are together; `Missing` is neither 0 nor hidden."""

    key: str
    label: str
    arm: str | None
    participants: Count
    units: Count
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Flow:
    """All boxes in the order of the trial, by (key, arm)."""

    boxes: tuple[Box, ...]

    def box(self, key: str, arm: str | None = None) -> Box:
        return next(box for box in self.boxes if (box.key, box.arm) == (key, arm))


@dataclass(frozen=True)
class Stage:
    """How a box is counted: from which disposition event, and whether the arms are already split there."""

    key: str
    label: str
    event: str
    split: bool = False
    before_allocation: bool = False


STAGES = (
    Stage("assessed", "Assessed for eligibility", "assessed", before_allocation=True),
    Stage("excluded", "Excluded before enrolment", "excluded", before_allocation=True),
    Stage("enrolled", "Enrolled", "enrolled"),
    Stage("not_allocated", "Not allocated", "not_allocated"),
    Stage("allocated", "Allocated", "allocated"),
    Stage("allocated", "Allocated", "allocated", split=True),
    Stage("received", "Received at least one treatment", "received", split=True),
    Stage("not_received", "Did not receive it", "not_received", split=True),
    Stage("lost", "Lost to follow-up", "lost", split=True),
    Stage("discontinued", "Discontinued", "discontinued", split=True),
    Stage("completed", "Completed follow-up", "completed", split=True),
)

COMPUTED = ("analysed", "not_analysed")
"""Boxes that follow from the viewer's choice: their 0 is counted, and not what no row tells of."""

BALANCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("assessed", ("excluded", "enrolled")),
    ("enrolled", ("not_allocated", "allocated")),
    ("allocated", ("received", "not_received")),
    ("received", ("completed", "lost", "discontinued")),
)
"""What leaves each box must be what was in it; checked in participants and in units, in each arm after the split."""

UNTOLD_WHEN_EMPTY = ("assessed", "excluded")
"""No row means 0 in every box but these: a paper that does not report screening leaves them out altogether."""


def participant_flow(trial: Trial, left_out: Mapping[str, str]) -> Flow:
    """The flow of a trial with the analysis set that the viewer chose.

    Parameters
    ----------
    trial : Trial
        The trial whose disposition table is counted.
    left_out : mapping of participant to reason
        Who completed but is not in the analysis, and why.

    Returns
    -------
    Flow

    Raises
    ------
    FlowError
        If what leaves a box is not what was in it; names the box and the difference.
    """
    counted = [box for stage in STAGES for box in _stage_boxes(trial, stage)]
    flow = Flow((*counted, *_analysis_boxes(trial, counted, left_out)))
    check_conservation(flow, trial)
    return flow


def _stage_boxes(trial: Trial, stage: Stage) -> Iterable[Box]:
    rows = [row for row in trial.disposition if row.event == stage.event]
    arms = [arm.key for arm in trial.arms] if stage.split else [None]
    return [_counted(stage, arm, _members(trial, rows, arm, stage.split)) for arm in arms]


def _members(trial: Trial, rows: Iterable[DispositionRow], arm: str | None, split: bool) -> tuple[Member, ...]:
    found: dict[str, Member] = {}
    for row in rows:
        units = tuple(
            unit.unit
            for unit in trial.units
            if unit.participant == row.participant
            and row.unit in (None, unit.unit)
            and (arm is None or unit.arm == arm)
        )
        if units or not split:
            before = found.get(row.participant, Member(row.participant, ()))
            together = tuple(dict.fromkeys((*before.units, *units)))
            found[row.participant] = Member(row.participant, together, row.reason or before.reason)
    return tuple(found.values())


def _counted(stage: Stage, arm: str | None, members: tuple[Member, ...]) -> Box:
    if not members and stage.key in UNTOLD_WHEN_EMPTY:
        reason = Missing("not reported")
        return Box(stage.key, stage.label, arm, reason, reason)
    units: Count = sum(len(member.units) for member in members)
    if stage.before_allocation:
        units = Missing("counted in participants only")
    return Box(stage.key, stage.label, arm, len(members), units, members)


def _analysis_boxes(trial: Trial, counted: Iterable[Box], left_out: Mapping[str, str]) -> tuple[Box, Box]:
    """The pairs: participants whose every unit completed, less who is left out."""
    completed: dict[str, tuple[str, ...]] = {}
    for box in counted:
        if box.key == "completed":
            for member in box.members:
                completed[member.participant] = (*completed.get(member.participant, ()), *member.units)
    published = {row.participant for row in trial.disposition if row.event == "analysed"}
    analysed: list[Member] = []
    excluded: list[Member] = []
    for participant, units in completed.items():
        reason = left_out.get(participant, "")
        if not reason and len(units) < len(trial.arms):
            reason = f"not every {trial.spec.unit.singular} completed"
        if not reason and participant not in published:
            reason = "not in the published analysis"
        (excluded if reason else analysed).append(Member(participant, units, reason))
    return (
        _together("not_analysed", "Completed but left out", tuple(excluded)),
        _together("analysed", "Analysed", tuple(analysed)),
    )


def _together(key: str, label: str, members: tuple[Member, ...]) -> Box:
    return Box(key, label, None, len(members), sum(len(member.units) for member in members), members)


def check_conservation(flow: Flow, trial: Trial) -> None:
    """Raise `FlowError` unless everybody who enters a box leaves it, in participants and in units."""
    for source, exits in BALANCES:
        for arm in _arms_of(flow, source, exits):
            _check_balance(flow.box(source, arm), [flow.box(key, arm) for key in exits], trial)
    split = [flow.box("allocated", arm.key) for arm in trial.arms]
    _check_sum(flow.box("allocated"), split, "units", trial.spec.unit.plural)


def _arms_of(flow: Flow, source: str, exits: tuple[str, ...]) -> list[str | None]:
    """Where both sides of a balance are counted: with the arms together, or in each arm."""
    places = [{box.arm for box in flow.boxes if box.key == key} for key in (source, *exits)]
    return sorted(set.intersection(*places), key=str)


def _check_balance(source: Box, exits: list[Box], trial: Trial) -> None:
    _check_sum(source, exits, "participants", "participants")
    _check_sum(source, exits, "units", trial.spec.unit.plural)
    _check_who(source, exits)


def _check_sum(source: Box, exits: list[Box], unit: str, name: str) -> None:
    entered = getattr(source, unit)
    left = [getattr(box, unit) for box in exits]
    if isinstance(entered, Missing) or any(isinstance(count, Missing) for count in left):
        return
    if (difference := entered - sum(left)) != 0:
        parts = " + ".join(f"{box.label.lower()} {count}" for box, count in zip(exits, left, strict=True))
        raise FlowError(
            f"{_title(source)}: {entered} {name} entered and {sum(left)} left ({parts}); "
            f"{abs(difference)} {'unaccounted for' if difference > 0 else 'too many'}"
        )


def _check_who(source: Box, exits: list[Box]) -> None:
    """Equal counts are not enough: those that leave must be those that entered, each once."""
    if any(isinstance(box.participants, Missing) for box in (source, *exits)):
        return
    entered, left = Counter(_names(source)), Counter(name for box in exits for name in _names(box))
    if wrong := sorted(((left - entered) + (entered - left)).keys()):
        raise FlowError(f"{_title(source)}: {', '.join(wrong)} did not leave this box exactly once")


def _names(box: Box) -> Iterator[str]:
    """The units in a box; who has none, because nothing was allocated, by their own name."""
    return (name for member in box.members for name in member.units or (member.participant,))


def _title(box: Box) -> str:
    return f"{box.label} ({box.arm})" if box.arm else box.label
