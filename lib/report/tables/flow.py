"""Flow's table: who is in each box, and why."""

from __future__ import annotations

import pandas as pd

from lib.questions.flow import FlowResult
from lib.report.tables.table import Table
from lib.trial.flow import Box, Member
from lib.trial.model import Trial
from lib.values import Missing


def tables(result: FlowResult, _trial: Trial) -> tuple[Table, ...]:
    """One row a participant in a box; counts stand in the table of the diagram."""
    return (Table("members", MEMBERS, members(result)),)


MEMBERS = "Who is in each box, and why"


def members(result: FlowResult) -> pd.DataFrame:
    """Every box in the order of the trial; one without members says so."""
    names = {arm.key: arm.label for arm in result.arms}
    return pd.DataFrame(
        [
            {
                "Box": box.label,
                "Arm": names[box.arm] if box.arm else "both",
                "Participant": member.participant if member else nobody(box),
                result.units.capitalize(): ", ".join(member.units) if member else "",
                "Why": member.reason if member else "",
            }
            for box in result.flow.boxes
            for member in (box.members or (None,))
        ]
    )


def nobody(box: Box) -> str:
    """Why a box has no members."""
    return "not reported" if isinstance(box.participants, Missing) else "nobody"


def member_words(member: Member) -> str:
    """`participant 5 (5T, 5C): lost`."""
    units = f" ({', '.join(member.units)})" if member.units else ""
    return f"participant {member.participant}{units}" + (f": {member.reason}" if member.reason else "")
