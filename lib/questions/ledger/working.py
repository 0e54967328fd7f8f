"""How a statement is recomputed: what went in, the arithmetic, what came out, and which values it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.errors import Refusal
from lib.questions.wording import number
from lib.trial.model import ClaimRow, Ref, ReportedRow, Trial
from lib.trial.observed import decimals
from lib.values import Missing, Real

CALENDAR_YEAR = "year"
"""The unit of what is a year, and needs no unit: years that are counted are in `years`."""


@dataclass(frozen=True)
class Claim:
    """A statement with what is printed for it: a number, words, or neither."""

    row: ClaimRow
    number: Decimal | None
    unit: str
    reported: ReportedRow | None

    @property
    def printed(self) -> str:
        """What is printed, as it is printed."""
        if self.number is not None:
            return number_words(self.number, self.unit)
        return self.row.words or ""

    @property
    def decimals(self) -> int | None:
        """Decimals of the printed number; None where no number is printed."""
        return None if self.number is None else decimals(self.number)

    def needed(self, name: str) -> str:
        """An argument that the function can't do without."""
        given = self.row.arguments
        if name not in given:
            raise Refusal(
                f"given: {self.row.given or 'nothing'!r} given; wanted {name}=… for the function {self.row.function}"
            )
        return given[name]


@dataclass(frozen=True)
class Input:
    """One thing that went into the recomputation, and where it stands."""

    label: str
    text: str
    source: str


@dataclass(frozen=True)
class Working:
    """A recomputation.

    `value` is what came out: a number in the claim's unit, words, or why nothing can come out. `holds` says whether
    the data bear the statement out where that is more than comparing `value` with what is printed. `note` is what a
    reader has to know although the statement is borne out; it is computed, and empty where there is nothing to tell.
    `cells` are the published values that the statement itself gives, `counted` those that only went into what it says.
    """

    value: Real | str | Missing
    inputs: tuple[Input, ...] = ()
    steps: tuple[str, ...] = ()
    note: str = ""
    holds: bool | None = None
    cells: tuple[Ref, ...] = ()
    counted: tuple[Ref, ...] = ()


Run = Callable[[Trial, Claim], Working]


@dataclass(frozen=True)
class Recomputation:
    """One way to recompute a statement, as claims.csv names it; `wants` are its arguments with what they mean."""

    key: str
    help: str
    run: Run
    wants: Mapping[str, str]


def number_words(value: Decimal, unit: str) -> str:
    """A printed number as it is printed, with its unit, in the singular for one."""
    if unit == CALENDAR_YEAR:
        return f"{value:f}"
    return f"{value:f} {singular(unit) if value == 1 else unit}".strip()


def printed_words(row: ReportedRow) -> str:
    """The number of a reported row; why there is none where it is not in the text."""
    return "not in the text" if row.value is None else number_words(row.value, row.unit or "")


def singular(unit: str) -> str:
    """The unit of one: `1 injection`, `1 study`, `1 injection per week`."""
    first, _, rest = unit.partition(" ")
    one = f"{first[:-3]}y" if first.endswith("ies") else first.removesuffix("s")
    return f"{one} {rest}".strip()


def claim_of(trial: Trial, row: ClaimRow) -> Claim:
    """The statement with its printed number, wherever that stands."""
    reported = trial.reported_by_key.get(row.reported or "")
    if reported is not None:
        return Claim(row, reported.value, reported.unit or "", reported)
    cell = trial.measured.get(cell_key(row.arguments.get("cell", "")))
    return Claim(row, row.value if cell is None else cell.value, row.unit or "", None)


def cell_key(text: str) -> tuple[str, str, str, str, str]:
    """`unit/visit/outcome/rater/scale` as the key of a measurement; one that no trial has where it reads otherwise."""
    parts = tuple(part.strip() for part in text.split("/"))
    return (parts[0], parts[1], parts[2], parts[3], parts[4]) if len(parts) == 5 else ("", "", "", "", "")


def reported_row(trial: Trial, key: str) -> ReportedRow:
    """A row of reported.csv with a number, by its key."""
    row = trial.reported_by_key.get(key)
    if row is None:
        raise Refusal(f"reported: {key!r} given; wanted one of {', '.join(trial.reported_by_key)}")
    if row.value is None:
        raise Refusal(f"reported: {key!r} given; wanted one whose number is in the text")
    return row


def reported_input(row: ReportedRow) -> Input:
    return Input(row.label, printed_words(row), row.source)


def chosen(kind: str, key: str, known: Mapping[str, object]) -> str:
    """`key`, which has to be one of those known."""
    if key not in known:
        raise Refusal(f"{kind}: {key!r} given; wanted one of {', '.join(known)}")
    return key


def shown(value: Real | str | Missing) -> str:
    """A recomputed value in words, to the digits that a reader compares."""
    return value if isinstance(value, str) else number(value, 4)
