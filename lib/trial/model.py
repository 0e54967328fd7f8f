"""The trial as typed, frozen data: one model for `trial.toml`, one for a row of each table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Ref = tuple[str, ...]
"""One published value: ("measurement", unit, visit, outcome, rater, scale), ("attribute", participant, key),
("participant", key), ("site", unit) or ("level", outcome, score)."""

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def is_plain_number(text: str) -> bool:
    """Whether this is a number as a person writes it: no exponent, no grouping, no digits of other scripts."""
    return re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text, re.ASCII) is not None


def _plain_number(value: object) -> object:
    if isinstance(value, str) and not is_plain_number(value.strip()):
        raise PydanticCustomError("plain_number", "a plain decimal number, such as 0.25")
    return value


Number = Annotated[Decimal, BeforeValidator(_plain_number), Field(allow_inf_nan=False, max_digits=30)]
Provenance = Literal["printed", "derived", "reconstructed", "missing"]
PROVENANCES: Mapping[Provenance, str] = {
    "printed": "stands in the paper, in figures or in words",
    "derived": "follows from what is printed, without an assumption",
    "reconstructed": "found by a method that needs one, such as reading a figure; `source` names it",
    "missing": "the value is empty, and the paper was searched for it",
}
"""What each provenance means."""

Scale = Literal["value", "percent_change"]
Stage = Literal["enrolment", "allocation", "follow-up", "analysis"]
DispositionEvent = Literal[
    "assessed", "excluded", "enrolled", "not_allocated", "allocated", "received", "not_received",
    "lost", "discontinued", "completed", "analysed", "not_analysed",
]  # fmt: skip

Part = Literal["abstract", "introduction", "methods", "results", "discussion", "tables", "figures", "references"]
PARTS: tuple[Part, ...] = get_args(Part)


class Frozen(BaseModel):
    """Base of everything read from a file: unknown keys are refused, nothing can be changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


# --- trial.toml ------------------------------------------------------------------------------------------------------


class Citation(Frozen):
    authors: Text
    title: Text
    journal: Text
    year: int
    volume: str = ""
    pages: str = ""
    doi: str = ""
    licence: str = ""

    @property
    def place(self) -> str:
        """Journal, year, volume and pages, as far as they exist: `JAAD Int 2020;1:114-20`."""
        where = ":".join(part for part in (self.volume, self.pages) if part)
        return ";".join(part for part in (f"{self.journal} {self.year}", where) if part)


class Conduct(Frozen):
    """How the trial was designed and run, as far as it is reported."""

    kind: Literal["within-person"]
    description: Text
    population: str = ""
    blinding: str = ""
    allocation: str = ""
    allocation_unit: Literal["participant", "trial", "unclear"]
    independence: str = ""
    stopped_early: str = ""
    several_endpoints: str = ""
    contradictions: str = ""
    flow_note: str = ""
    generalises_to: str = ""
    not_in_the_text: tuple[Text, ...] = ()


class UnitName(Frozen):
    singular: Text
    plural: Text


class Arm(Frozen):
    key: Key
    label: Text
    role: Literal["treatment", "control"]
    detail: str = ""


class Visit(Frozen):
    key: Key
    time: Annotated[float, Field(allow_inf_nan=False)]
    label: Text
    treatment: bool = False


class Time(Frozen):
    unit: Text
    baseline: Key
    final: Key


class Rater(Frozen):
    key: Key
    label: Text


class Level(Frozen):
    """One category of an ordinal outcome."""

    score: int
    category: Text
    description: str = ""


class Outcome(Frozen):
    key: Key
    label: Text
    long_label: str = ""
    kind: Literal["ratio", "ordinal", "score", "count", "events"]
    unit: Text
    low: Number | None = None
    high: Number | None = None
    better: Literal["lower", "higher"]
    raters: tuple[Key, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def individual(self) -> bool:
        """Whether single units are rated, so that pairs exist."""
        return bool(self.raters)


class Endpoint(Frozen):
    key: Key
    label: Text
    outcome: Key
    rater: Key | None = None
    change: Key
    role: Literal["primary", "secondary", "none"]
    analysis: Literal["paper", "reported", "ours"]


def _free(key: str) -> str:
    if key in ("participant", "provenance", "source"):
        raise PydanticCustomError("taken", "another key than those of the fixed columns of participants.csv")
    return key


class Attribute(Frozen):
    key: Annotated[Key, AfterValidator(_free)]
    label: Text
    kind: Literal["number", "category", "list"]
    unit: str = ""
    of: Key | None = None


class PaperTable(Frozen):
    """One of the paper's tables, rebuilt from the data."""

    key: Key
    label: Text
    title: Text
    kind: Literal["levels", "participants", "units"]
    outcome: Key | None = None


class PastDefaults(Frozen):
    """Values that were defaults until `version` was superseded; links of that version still mean them."""

    version: int
    set: Mapping[Key, str]


class Planning(Frozen):
    outcome: Key
    detectable: Key | None = None
    dose: Key | None = None


class TrialPreset(Frozen):
    key: Key
    label: Text
    help: Text
    set: Mapping[Key, str]


SlideKind = Literal["question", "design", "participant", "result", "limits", "next"]


class SlideEntry(Frozen):
    """One entry of `slides.toml`: a slide, or one for each participant where `participant` names none."""

    kind: SlideKind
    participant: Key | None = None
    title: Text | None = None
    state: Mapping[Key, str] = Field(default_factory=dict)
    note: str = ""


def _some(slides: object) -> object:
    """Held before the entries are read: pydantic's own least length does not count those that are wrong."""
    if slides == []:
        raise PydanticCustomError("none", "at least one")
    return slides


class SlideOrder(Frozen):
    """`slides.toml`, whole."""

    format: Literal[1]
    slides: Annotated[tuple[SlideEntry, ...], BeforeValidator(_some)]


class Spec(Frozen):
    """`trial.toml`, whole."""

    format: Literal[1]
    key: Key
    title: Text
    short_title: Text
    question: Text
    condition: Text
    citation: Citation
    design: Conduct
    unit: UnitName
    arms: tuple[Arm, ...]
    visits: tuple[Visit, ...]
    time: Time
    raters: tuple[Rater, ...]
    outcomes: tuple[Outcome, ...]
    endpoints: tuple[Endpoint, ...]
    attributes: tuple[Attribute, ...] = ()
    tables: tuple[PaperTable, ...] = ()
    defaults: Mapping[Key, str | int] = Field(default_factory=dict)
    past_defaults: tuple[PastDefaults, ...] = ()
    planning: Planning
    presets: tuple[TrialPreset, ...] = ()


# --- rows of the tables ----------------------------------------------------------------------------------------------


class Row(Frozen):
    """What every row carries: where its values come from."""

    a_row_is: ClassVar[str]

    provenance: Provenance = Field(description="how the row's values came about")
    source: Text = Field(description="where they stand: table or section of the paper")


class ParticipantRow(Row):
    """The cells that every participant row has, whatever attributes the trial declares beside them."""

    a_row_is: ClassVar[str] = "one participant"
    participant: Key = Field(description="the participant; not the word `none`, which links use for nobody")


class UnitRow(Row):
    a_row_is: ClassVar[str] = "one unit (lesion, eye, tooth …) of a participant, in one arm"
    unit: Key = Field(description="the unit; unique in the trial")
    participant: Key = Field(description="whose it is")
    arm: Key = Field(
        description="what it got. Who has units has exactly one in each arm; who was not allocated has none"
    )
    site: str | None = Field(description="where on the body")


class MeasurementRow(Row):
    a_row_is: ClassVar[str] = "one value of one unit at one visit, by one rater"
    unit: Key = Field(description="what was measured")
    visit: Key = Field(description="when; not after the loss of the unit")
    outcome: Key = Field(description="what on it")
    rater: Key = Field(description="by whom")
    scale: Scale = Field(description="a value in the outcome's unit, or a printed percentage change from baseline")
    value: Number | None = Field(
        description="the value or change itself, within the outcome's range, whole for an ordinal outcome; "
        "a change of what can't be negative is at least -100"
    )


class DispositionRow(Row):
    a_row_is: ClassVar[str] = "one thing that happened to a participant on the way from screening to analysis"
    participant: Key = Field(description="who")
    unit: Key | None = Field(description="which unit; empty means all of the participant's")
    stage: Stage = Field(description="where in the flow")
    event: DispositionEvent = Field(description="what happened")
    visit: Key | None = Field(description="of a loss: the last visit before it")
    reason: str | None = Field(description="why")


class EventRow(Row):
    """One adverse event."""

    a_row_is: ClassVar[str] = "one adverse event"
    participant: Key = Field(description="who")
    unit: Key | None = Field(description="which unit; empty for an event of the whole person")
    visit: Key | None = Field(description="when it was recorded")
    event: Text = Field(description="what")
    severity: str | None = Field(description="how bad, in the paper's words")
    related: str | None = Field(description="to the treatment, in the paper's words")


class ReportedRow(Row):
    """One aggregate that the paper prints without the individual data behind it."""

    a_row_is: ClassVar[str] = "one number that the paper prints without the individual data behind it"
    key: Key = Field(description="the number's name, unique")
    label: Text = Field(description="the number in words")
    statistic: Key = Field(description="what kind of number it is")
    attribute: Key | None = Field(description="of which attribute")
    level: str | None = Field(description="of which of its categories")
    outcome: Key | None = Field(description="of which outcome")
    rater: Key | None = Field(description="by whom")
    arm: Key | None = Field(description="in which arm; empty means all")
    visit: Key | None = Field(description="when")
    value: Number | None = Field(description="as printed: 2.40 is not 2.4")
    unit: str | None = Field(description="the value's unit of measurement (not a row of `units.csv`)")
    population: str | None = Field(description="of whom, where it isn't this trial's participants")


class ClaimRow(Row):
    """One quantitative statement of the paper; whether the data bear it out is computed, never written here."""

    a_row_is: ClassVar[str] = "one quantitative statement of the paper, in our words"
    key: Key = Field(description="the statement's name, unique")
    part: Part = Field(description="in which part of the paper")
    statement: Text = Field(description="what is stated, in our words")
    reported: Key | None = Field(description="of `reported.csv`: the row that holds the printed number")
    value: Number | None = Field(description="the printed number, where no such row holds it")
    unit: str | None = Field(description="the unit of `value`")
    words: str | None = Field(description="what is printed, where it is a name or a word and no number")
    function: Key = Field(description="the function that recomputes it, of those that the page Evidence lists")
    given: str | None = Field(description="what the function is told: `name=value`, several with `;` between them")
    remark: str | None = Field(
        description="what a reader should know of how it is stated, in our words; changes no verdict"
    )
    page: Key | None = Field(description="the page that shows it")
    state: str | None = Field(description="the assumptions under which it does, as in a link: `key=value&key=value`")

    @property
    def arguments(self) -> dict[str, str]:
        """What the function is told, by name."""
        parts = (part.partition("=") for part in (self.given or "").split(";") if part.strip())
        return {name.strip(): value.strip() for name, _, value in parts}


class ChecklistRow(Row):
    """Where the paper meets one item of a reporting guideline."""

    a_row_is: ClassVar[str] = "one item of a reporting guideline, and where the paper meets it"
    item: Key = Field(description="the item, of those that the page Evidence lists")
    where: str | None = Field(description="where in the paper it is met; empty where the text does not give it")
    gives: str | None = Field(description="what the text gives, in our words")
    lacks: str | None = Field(description="what the item asks for and the text does not give")


@dataclass(frozen=True)
class Participant:
    """One participant with the attributes that `trial.toml` declares; None where the cell is empty."""

    participant: str
    attributes: tuple[tuple[str, str | None], ...]
    provenance: str
    source: str

    def attribute(self, key: str) -> str | None:
        return dict(self.attributes)[key]


# --- the whole -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """One trial, whole and frozen; `sha256` identifies the bytes of its data, to which `slides` do not belong."""

    spec: Spec
    participants: tuple[Participant, ...]
    units: tuple[UnitRow, ...]
    measurements: tuple[MeasurementRow, ...]
    disposition: tuple[DispositionRow, ...]
    events: tuple[EventRow, ...]
    reported: tuple[ReportedRow, ...]
    sha256: str
    claims: tuple[ClaimRow, ...] = ()
    checklist: tuple[ChecklistRow, ...] = ()
    slides: tuple[SlideEntry, ...] = ()

    def __hash__(self) -> int:
        """By the bytes it was read from, so that what is computed from a trial can be kept."""
        return hash(self.sha256)

    @cached_property
    def treatment(self) -> Arm:
        return next(arm for arm in self.spec.arms if arm.role == "treatment")

    @cached_property
    def control(self) -> Arm:
        return next(arm for arm in self.spec.arms if arm.role == "control")

    @cached_property
    def arms(self) -> tuple[Arm, Arm]:
        return self.treatment, self.control

    @cached_property
    def participant_ids(self) -> tuple[str, ...]:
        return tuple(row.participant for row in self.participants)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        return {outcome.key: outcome for outcome in self.spec.outcomes}

    @cached_property
    def raters(self) -> dict[str, Rater]:
        return {rater.key: rater for rater in self.spec.raters}

    @cached_property
    def visits(self) -> dict[str, Visit]:
        return {visit.key: visit for visit in self.spec.visits}

    @cached_property
    def baseline(self) -> Visit:
        return self.visits[self.spec.time.baseline]

    @cached_property
    def final(self) -> Visit:
        return self.visits[self.spec.time.final]

    @cached_property
    def unit_of(self) -> dict[tuple[str, str], str]:
        """(participant, arm) → unit."""
        return {(row.participant, row.arm): row.unit for row in self.units}

    @cached_property
    def units_of_participant(self) -> dict[str, tuple[str, ...]]:
        """Participant → units, in the order of the table."""
        return {p: tuple(row.unit for row in self.units if row.participant == p) for p in self.participant_ids}

    @cached_property
    def units_by_key(self) -> dict[str, UnitRow]:
        return {row.unit: row for row in self.units}

    @cached_property
    def reported_by_key(self) -> dict[str, ReportedRow]:
        return {row.key: row for row in self.reported}

    @cached_property
    def claims_by_key(self) -> dict[str, ClaimRow]:
        return {row.key: row for row in self.claims}

    @cached_property
    def measured(self) -> dict[tuple[str, str, str, str, str], MeasurementRow]:
        """(unit, visit, outcome, rater, scale) → row."""
        return {(row.unit, row.visit, row.outcome, row.rater, row.scale): row for row in self.measurements}

    @cached_property
    def lost_units(self) -> dict[str, str | None]:
        """Unit that was lost → its last visit, None where that is not told."""
        last = {(row.participant, row.unit): row.visit for row in self.disposition if row.event == "lost"}
        keys = ((row.unit, key) for row in self.units for key in ((row.participant, row.unit), (row.participant, None)))
        return {unit: last[key] for unit, key in keys if key in last}
