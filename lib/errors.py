"""Every error that this project raises on purpose.

PilotlightError
├── TrialError      a trial folder that can't be opened: carries every problem found, each with its place
├── Stopped         a computation that nobody waits for any more
└── Refusal         a question that has no honest answer for these inputs
    ├── FlowError   a participant flow that does not add up: names the box and the difference
    └── OverBudget  an answer that is too large to be computed exactly here

Each message says what was wanted, what was given and what exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class PilotlightError(Exception):
    """Root of the tree; catching it catches nothing that is a bug."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a trial folder, with its place.

    `row` is the line in the file, the header being line 1; 0 where the problem is the file's or a column's.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.value!r} given; wanted {self.expected}"


class TrialError(PilotlightError):
    """A trial folder with problems; `problems` lists all of them, in the order of the files."""

    def __init__(self, place: str, problems: tuple[Problem, ...]) -> None:
        self.place, self.problems = place, problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{place}: {count}", *map(str, problems)]))


class Refusal(PilotlightError):
    """No honest answer exists for these inputs; the message is the reason that the viewer reads."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that it is about: whatever stands before `: … given; wanted …` in the message."""
        return tuple(re.findall(r"(\w+): [^;]*? given; wanted ", str(self)))


class FlowError(Refusal):
    """A flow whose boxes do not add up; the message names the box and the difference."""


class OverBudget(Refusal):
    """An exact answer exists and is too large to compute here; the message gives the size and the limit."""


class Stopped(PilotlightError):
    """A computation was told to stop; the message says what it was doing."""
