"""The trial at baseline: who took part and what their units were like, over all enrolled and over those analysed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median, stdev

from lib.assumptions import MINUS, Assumptions
from lib.questions.changes import change_of, plain_measure
from lib.questions.rebuilt import (
    NOT_PUBLISHED,
    Heads,
    attribute_name,
    items,
    qualifiers,
    rating_name,
    ratings,
    whole_attributes,
)
from lib.questions.wording import listed
from lib.trial.model import Attribute, Participant, Trial
from lib.trial.observed import decimals
from lib.values import Missing, Real, known


@dataclass(frozen=True)
class Numbers:
    """What `n` published numbers of `of` come to; `decimals` is how precisely they are printed."""

    n: int
    of: int
    mean: float
    sd: Real
    median: float
    low: float
    high: float
    decimals: int


@dataclass(frozen=True)
class Share:
    """How many of those of whom it is published; of `unknown` more it is not."""

    count: int
    of: int
    unknown: int


@dataclass(frozen=True)
class PrintedRange:
    """A range that the paper prints without the values behind it, and without saying of whom."""

    low: Decimal
    high: Decimal


Summary = Numbers | Share | PrintedRange | Missing


@dataclass(frozen=True)
class BaselineRow:
    """One characteristic, summarised once a column."""

    label: str
    summaries: tuple[Summary, ...]


@dataclass(frozen=True)
class BaselineTable:
    """Characteristics in rows; `heads` has one entry a column, the rows' own names not counted."""

    key: str
    title: str
    first: str
    heads: Heads
    rows: tuple[BaselineRow, ...]


@dataclass(frozen=True)
class Group:
    """Participants who are summarised together."""

    label: str
    participants: tuple[str, ...]


SHARED = 2
"""A list's item has a row when at least so many share it: what only one person has would make a row of its own."""

NO_TESTS = "No p-values at baseline: under randomisation any difference between the {plural} of the arms is chance."


def groups(trial: Trial, assumptions: Assumptions) -> tuple[Group, Group]:
    """All enrolled, and those analysed: selected by the viewer, with a published change in both arms."""
    enrolled = {row.participant for row in trial.disposition if row.event == "enrolled"}
    everybody = tuple(key for key in trial.participant_ids if key in enrolled or not enrolled)
    analysed = tuple(key for key in everybody if key in assumptions.participants and has_pair(trial, key))
    return Group("All enrolled", everybody), Group("Analysed", analysed)


def has_pair(trial: Trial, participant: str) -> bool:
    """Whether both units have a published change on some scale, in any outcome by any rater."""
    units = [trial.unit_of[participant, arm.key] for arm in trial.arms if (participant, arm.key) in trial.unit_of]
    scales = [(o.key, r, change) for o, r in ratings(trial) for change in ("absolute", "percent")]
    return bool(units) and any(
        all(known(change_of(trial, unit, trial.final.key, plain_measure(trial, *scale)).value) for unit in units)
        for scale in scales
    )


def notes(trial: Trial) -> tuple[str, ...]:
    """Who is counted as analysed, what is left to the single records, and why nothing is tested."""
    plural = trial.spec.unit.plural
    qualified = [a.label for a in whole_attributes(trial) if a.kind == "number" and qualifiers(trial, a)]
    lists = [a.label for a in whole_attributes(trial) if a.kind == "list"]
    told = [
        "Everything here is derived, computed from the rows below, but for ranges as printed.",
        f"Analysed: selected by the viewer, with a published change of both {plural} in at least one outcome.",
        NO_TESTS.format(plural=plural),
        f"Not averaged, because its numbers carry qualifiers of their own: {listed(qualified)}." if qualified else "",
        f"Of {listed(lists)}, only what at least {SHARED} enrolled people share at baseline; the rest stands in the "
        "participants' own rows."
        if lists
        else "",
    ]
    return tuple(text for text in told if text)


# --- participants -----------------------------------------------------------------------------------------------------


def participants_table(trial: Trial, assumptions: Assumptions) -> BaselineTable:
    """The attributes of participants, summarised over each group."""
    both = groups(trial, assumptions)
    members = [[row for row in trial.participants if row.participant in group.participants] for group in both]
    rows = [
        row for attribute in whole_attributes(trial) for row in _attribute_rows(trial, attribute, members)
    ]  # one list, so that levels follow their attribute
    heads = tuple((_head(group.label, len(group.participants)),) for group in both)
    return BaselineTable("baseline-participants", "Participants at baseline", "Characteristic", heads, tuple(rows))


def _head(label: str, n: int) -> str:
    return f"{label} (n = {n})"


Members = Sequence[Sequence[Participant]]
"""The participants of each column."""


def _attribute_rows(trial: Trial, attribute: Attribute, members: Members) -> list[BaselineRow]:
    if attribute.kind == "number":
        return [] if qualifiers(trial, attribute) else [_number_row(attribute, members)]
    sets = [[_values(trial, attribute, row) for row in rows] for rows in members]
    found = Counter(value for values in sets[0] for value in values or ())
    least = SHARED if attribute.kind == "list" else 1
    shown = [value for value, count in found.most_common() if count >= least]
    return [_share_row(attribute, value, sets) for value in shown]


def _number_row(attribute: Attribute, members: Members) -> BaselineRow:
    cells = [[row.attribute(attribute.key) for row in rows] for rows in members]
    summaries = (_numbers([Decimal(text) for text in texts if text is not None], len(texts)) for texts in cells)
    return BaselineRow(attribute_name(attribute), tuple(summaries))


def _values(trial: Trial, attribute: Attribute, row: Participant) -> tuple[str, ...] | None:
    """A participant's levels or items at baseline; None where the cell is empty."""
    text = row.attribute(attribute.key)
    if text is None:
        return None
    if attribute.kind != "list":
        return (text,)
    later = {item for other in qualifiers(trial, attribute) for item in items(row.attribute(other.key))}
    return tuple(item for item in items(text) if item not in later)


def _share_row(attribute: Attribute, value: str, sets: Sequence[Sequence[tuple[str, ...] | None]]) -> BaselineRow:
    return BaselineRow(f"{attribute.label}: {value}", tuple(_share(value, column) for column in sets))


def _share(value: str, column: Sequence[tuple[str, ...] | None]) -> Summary:
    stated = [values for values in column if values is not None]
    if not stated:
        return NOT_PUBLISHED if column else _NOBODY
    return Share(sum(value in values for values in stated), len(stated), len(column) - len(stated))


_NOBODY = Missing("nobody in this column")


def _numbers(values: Sequence[Decimal], of: int) -> Summary:
    """The summary of what is published, of so many."""
    if not values:
        return NOT_PUBLISHED if of else _NOBODY
    plain = [float(value) for value in values]
    sd: Real = stdev(plain) if len(plain) > 1 else Missing("one value has no spread")
    precision = max(decimals(value) for value in values)
    return Numbers(len(plain), of, fmean(plain), sd, median(plain), min(plain), max(plain), precision)


# --- units ------------------------------------------------------------------------------------------------------------


def units_table(trial: Trial, assumptions: Assumptions) -> BaselineTable:
    """Sites and baseline values of the units of each arm, summarised over each group."""
    both = groups(trial, assumptions)
    columns = [
        (
            arm.label,
            group.label,
            [u.unit for u in trial.units if u.arm == arm.key and u.participant in group.participants],
        )
        for arm in trial.arms
        for group in both
    ]
    units = [units for _, _, units in columns]
    heads = tuple((arm, _head(label, len(found))) for arm, label, found in columns)
    rows = (BaselineRow("Site stated", tuple(_sites(trial, found) for found in units)), *_rating_rows(trial, units))
    plural = trial.spec.unit.plural
    return BaselineTable("baseline-units", f"{plural.capitalize()} at baseline", "Measure", heads, rows)


def _sites(trial: Trial, units: Sequence[str]) -> Summary:
    if not units:
        return _NOBODY
    return Share(sum(trial.units_by_key[unit].site is not None for unit in units), len(units), 0)


def _rating_rows(trial: Trial, columns: Iterable[Sequence[str]]) -> tuple[BaselineRow, ...]:
    columns, rows = list(columns), []
    for outcome, rater in ratings(trial):
        name = rating_name(trial, outcome, rater)
        summaries = (_numbers(_baseline_values(trial, units, outcome.key, rater), len(units)) for units in columns)
        rows.append(BaselineRow(name, tuple(summaries)))
        printed = tuple(_printed_range(trial, units, outcome.key, rater) for units in columns)
        if any(isinstance(found, PrintedRange) for found in printed):
            rows.append(BaselineRow(f"{name}: range as printed", printed))
    return tuple(rows)


def _printed_range(trial: Trial, units: Sequence[str], outcome: str, rater: str) -> Summary:
    """The printed baseline range of the arm that these units are in."""
    arms = {trial.units_by_key[unit].arm for unit in units}
    found = {
        row.statistic: row.value
        for row in trial.reported
        if (row.outcome, row.rater, row.visit) == (outcome, rater, trial.baseline.key) and row.arm in arms
    }
    low, high = found.get("low"), found.get("high")
    return NOT_PUBLISHED if low is None or high is None else PrintedRange(low, high)


def _baseline_values(trial: Trial, units: Sequence[str], outcome: str, rater: str) -> list[Decimal]:
    rows = (trial.measured.get((unit, trial.baseline.key, outcome, rater, "value")) for unit in units)
    return [row.value for row in rows if row is not None and row.value is not None]


# --- words ------------------------------------------------------------------------------------------------------------


def summary_words(summary: Summary) -> str:
    """`4 of 5`; `mean 50.6, SD 24.9, median 51, 23 to 78 (n = 5)`; what few are published says of how many."""
    if isinstance(summary, Missing):
        return str(summary)
    if isinstance(summary, PrintedRange):
        return f"{summary.low} to {summary.high} (of whom is not stated)"
    return _share_words(summary) if isinstance(summary, Share) else _number_words(summary)


def _share_words(share: Share) -> str:
    return f"{share.count} of {share.of}" + (f"; {share.unknown} not published" if share.unknown else "")


def _number_words(found: Numbers) -> str:
    low, high = (_fixed(value, found.decimals) for value in (found.low, found.high))
    counted = f"(n = {found.n})" if found.n == found.of else f"(published for {found.n} of {found.of})"
    if found.n == 1:
        return f"{low} {counted}"
    if found.low == found.high:
        return f"{low} in all {counted}"
    if found.n == 2:  # two values say more than their mean and spread
        return f"{low} and {high} {counted}"
    mean, sd, middle = (_fixed(value, found.decimals + 1) for value in (found.mean, found.sd, found.median))
    return f"mean {mean}, SD {sd}, median {middle}, {low} to {high} {counted}"


def _fixed(value: Real, places: int) -> str:
    if isinstance(value, Missing):
        return value.reason
    return f"{value:.{places}f}".replace("-", MINUS)
