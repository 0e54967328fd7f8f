"""The Results of a manuscript up to the analysis: the flow of participants and units, and the baseline."""

from __future__ import annotations

from collections.abc import Iterator

from lib.questions.baseline import (
    NO_TESTS,
    BaselineRow,
    Summary,
    groups,
    participants_table,
    summary_words,
    units_table,
)
from lib.questions.flow import FlowResult
from lib.questions.manuscript.material import (
    LEFT_OUT_HERE,
    Material,
    arm_name,
    counted,
    paragraph,
    sentence,
)
from lib.questions.pairs import LEFT_OUT
from lib.questions.rebuilt import rating_name
from lib.questions.wording import people
from lib.trial.flow import Box
from lib.trial.model import Trial
from lib.trial.observed import EVERY_RATER
from lib.values import Missing

# ---- flow


def participant_flow_words(m: Material) -> str:
    """Who and what was counted at each stage, who left and why, and whether the trial ended early."""
    if isinstance(m.flow, Missing):
        return paragraph("Participant flow", f"The counts do not add up: {m.flow.reason}.")
    stopped = m.trial.spec.design.stopped_early
    return paragraph(
        "Participant flow",
        _assessed(m.flow),
        f"{'; '.join(_stages(m.flow, m.trial))}.",
        *_departures(m.flow, m.trial),
        _analysed(m, m.flow),
        sentence(stopped),
    )


def _assessed(found: FlowResult) -> str:
    assessed, excluded = found.flow.box("assessed"), found.flow.box("excluded")
    if isinstance(assessed.participants, Missing):
        return f"How many were assessed for eligibility is {assessed.participants.reason}."
    out = excluded.participants if isinstance(excluded.participants, int) else 0
    reasons = "; ".join(member.reason for member in excluded.members if member.reason)
    because = f" ({reasons})" if reasons else ""
    return f"Assessed for eligibility: {people(assessed.participants)}; excluded: {people(out)}{because}."


STAGES = {
    "enrolled": "Enrolled",
    "allocated": "allocated",
    "received": "received at least one treatment",
    "completed": "completed follow-up",
}
"""Boxes that everybody is to pass."""


def _stages(found: FlowResult, trial: Trial) -> list[str]:
    return [f"{label}: {_together(found, key, trial)}" for key, label in STAGES.items()]


def _boxes(found: FlowResult, key: str) -> list[Box]:
    return [box for box in found.flow.boxes if box.key == key and (box.arm is not None or key in _JOINED)]


_JOINED = ("enrolled", "not_allocated", "analysed", "not_analysed")
"""Boxes that are counted with the arms together."""


def _together(found: FlowResult, key: str, trial: Trial) -> str:
    """Participants and units of a stage, over both arms."""
    members = [member for box in _boxes(found, key) for member in box.members]
    return counted(len({one.participant for one in members}), len({u for one in members for u in one.units}), trial)


DEPARTURES = {
    "not_allocated": "Not allocated",
    "not_received": "Not treated",
    "lost": "Lost to follow-up",
    "discontinued": "Discontinued",
    "not_analysed": "Completed but not analysed",
}
"""Boxes of those who went no further."""


def _departures(found: FlowResult, trial: Trial) -> Iterator[str]:
    """Who left, how many in both units, and why."""
    for key, label in DEPARTURES.items():
        boxes = [box for box in _boxes(found, key) if box.members]
        if boxes:
            yield f"{label}: {_together(found, key, trial)}."
            yield from _reasons(boxes, trial)
        elif key == "lost":
            yield "Nobody was lost to follow-up."


def _reasons(boxes: list[Box], trial: Trial) -> Iterator[str]:
    """Why somebody left, and with which unit where it was not every one."""
    names = {arm.key: arm_name(arm) for arm in trial.arms}
    for who in dict.fromkeys(member.participant for box in boxes for member in box.members):
        own = [(box.arm, member.reason) for box in boxes for member in box.members if member.participant == who]
        reason = next((reason for _, reason in own if reason), "no reason given").replace(LEFT_OUT, LEFT_OUT_HERE)
        one = len(own) == 1 and own[0][0] is not None
        only = f" ({trial.spec.unit.singular} with {names[own[0][0] or '']})" if one else ""
        yield f"Participant {who}{only}: {reason}."


def _analysed(m: Material, found: FlowResult) -> str:
    """The observed analysis set, and whoever a rule adds to it."""
    seen = f"Analysed for “{found.endpoint}”: {_together(found, 'analysed', m.trial)}"
    if isinstance(m.chosen, Missing):
        return f"{seen}."
    added = [pair for pair in m.chosen.pairs if pair.analysed and pair.assumed]
    if not added:
        return f"{seen}."
    more = counted(len(added), len(m.trial.arms) * len(added), m.trial)
    return f"{seen}; the rule for the lost adds {more}, assumed."


# ---- baseline


def baseline_words(m: Material) -> str:
    """Characteristics over all enrolled and over those analysed; what people list stands in a table of its own."""
    enrolled, analysed = (len(group.participants) for group in groups(m.trial, m.assumptions))
    if not enrolled:
        return paragraph("Baseline", "Nobody enrolled, so that there is no baseline.")
    lists = tuple(f"{a.label}: " for a in m.trial.spec.attributes if a.kind == "list")
    rows = [r for r in participants_table(m.trial, m.assumptions).rows if not (lists and r.label.startswith(lists))]
    return paragraph(
        "Baseline",
        f"Characteristics of the {people(enrolled)} enrolled / the {analysed} analysed in at least one outcome."
        if rows
        else "No characteristic of the participants is published.",
        *(f"{_name(row)}: {' / '.join(map(_summary, row.summaries))}." for row in rows),
        *_unit_rows(m),
        NO_TESTS.format(plural=m.trial.spec.unit.plural),
    )


def _summary(found: Summary) -> str:
    """A summary, or in a few words why there is none."""
    return found.reason.removesuffix(" in this column") if isinstance(found, Missing) else summary_words(found)


def _name(row: BaselineRow) -> str:
    """A characteristic with its level, before the colon of its numbers."""
    return row.label.replace(": ", ", ")


def _unit_rows(m: Material) -> Iterator[str]:
    """The chosen outcome at baseline in each arm, as far as it is published."""
    outcome = m.trial.outcomes[m.measure.outcome]
    raters = outcome.raters if m.measure.rater == EVERY_RATER else (m.measure.rater,)
    names = [rating_name(m.trial, outcome, rater) for rater in raters if rater]
    for row in units_table(m.trial, m.assumptions).rows:
        if any(row.label in (name, f"{name}: range as printed") for name in names):
            yield f"{_name(row)}, {_by_arm(row, m.trial)}."


def _by_arm(row: BaselineRow, trial: Trial) -> str:
    """The summaries of the enrolled and the analysed, arm by arm."""
    each = len(row.summaries) // len(trial.arms)
    told = []
    for place, arm in enumerate(trial.arms):
        words = list(dict.fromkeys(map(_summary, row.summaries[place * each : (place + 1) * each])))
        told.append(f"{arm_name(arm)}: {' / '.join(words)}")
    return "; ".join(told)
