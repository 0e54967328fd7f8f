"""Who was in the trial, from screening to analysis, in participants and in units."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.analysis.loss import COMPLETE
from lib.assumptions import Assumptions
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.pairs import endpoint_pairs
from lib.questions.wording import participants, people, plural
from lib.trial.flow import Box, Flow, participant_flow
from lib.trial.model import Trial


@dataclass(frozen=True)
class ArmName:
    key: str
    label: str
    detail: str


@dataclass(frozen=True)
class FlowResult:
    """The flow, with the names that its boxes are drawn with."""

    flow: Flow
    arms: tuple[ArmName, ...]
    unit: str
    units: str
    endpoint: str
    allocation: str
    note: str


def answer(trial: Trial, assumptions: Assumptions) -> FlowResult:
    """The participant flow whose analysis set is that of the chosen endpoint and participants."""
    endpoint = selected_endpoint(trial, assumptions)
    observed = replace(assumptions, loss=COMPLETE)  # a diagram counts who was seen, not what stands in for the others
    left_out = {pair.participant: pair.reason for pair in endpoint_pairs(trial, endpoint, observed) if pair.reason}
    design = trial.spec.design
    return FlowResult(
        participant_flow(trial, left_out),
        tuple(ArmName(arm.key, arm.label, arm.detail) for arm in trial.arms),
        trial.spec.unit.singular,
        trial.spec.unit.plural,
        endpoint.label,
        f"{(design.allocation or 'method not reported').capitalize()}. {ALLOCATION_NOTES[design.allocation_unit]}",
        f"{design.flow_note} n counts participants; “none told”: nothing tells of anybody there.".strip(),
    )


def reading(result: FlowResult) -> str:
    """The flow in one sentence."""
    enrolled, analysed, left = (result.flow.box(key) for key in ("enrolled", "analysed", "not_analysed"))
    lost = sorted({m.participant for box in result.flow.boxes if box.key == "lost" for m in box.members})
    loss = f"{people(len(lost))} lost ({participants(lost)})" if lost else "nobody lost"
    return (
        f"{counted(enrolled, result)} enrolled, {loss}, {counted(analysed, result)} analysed for “{result.endpoint}”"
        + (f", {people(len(left.members))} left out of the analysis" if left.members else "")
        + "."
    )


def counted(box: Box, result: FlowResult) -> str:
    """`5 participants with 10 lesions`; what is not known in numbers counts as 0."""
    participants = box.participants if isinstance(box.participants, int) else 0
    units = box.units if isinstance(box.units, int) else 0
    return f"{people(participants)} with {plural(units, result.unit, result.units)}"
