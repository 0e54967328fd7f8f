"""What the data say of a printed statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """What the data say of a statement; `mark` stands for it where there is no room for words."""

    key: str
    label: str
    help: str
    mark: str


REPRODUCED, NOTED, CONTRADICTED, UNCHECKED = "reproduced", "noted", "contradicted", "unchecked"
VERDICTS: dict[str, Verdict] = {
    verdict.key: verdict
    for verdict in (
        Verdict(
            CONTRADICTED, "Contradicted", "The published data, or another place of the paper, give otherwise.", "≠"
        ),
        Verdict(NOTED, "Reproduced with a note", "It comes out, but a reader has to know how.", "✓*"),
        Verdict(REPRODUCED, "Reproduced", "It comes out of what stands elsewhere in the paper or its tables.", "✓"),
        Verdict(
            UNCHECKED, "Not checkable", "Nothing that is published lets anybody check it, or it stands only there.", "?"
        ),
    )
}
"""Verdicts in the order in which a reader wants them: the gravest first."""
