"""What no single row can show: references between tables, ranges, duplicates, and values after a loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.errors import Problem
from lib.trial.model import Endpoint, MeasurementRow, Outcome, Spec, Trial, is_plain_number

Lines = Mapping[str, Sequence[int]]
"""For each table the line in the file of each of its rows."""


def check(trial: Trial, lines: Lines, broken: frozenset[str] = frozenset()) -> tuple[Problem, ...]:
    """Every problem between the parts of a trial whose rows are valid one by one.

    Nothing is missed in a file in `broken`: what its own problems explain is not told twice.
    """
    rules = (rule for rule in RULES if ABSENT_FROM.get(rule) not in broken)
    found = [problem for rule in rules for problem in rule(trial, lines)]
    return (*found, *_references(trial, lines, broken))


def _listed(choices: Iterable[str]) -> str:
    return "one of " + (", ".join(choices) or "(none declared)")


def _spec_keys(trial: Trial, lines: Lines) -> Iterator[Problem]:
    spec = trial.spec
    for name in ("arms", "visits", "raters", "outcomes", "endpoints", "attributes", "tables", "presets"):
        for key, count in Counter(entry.key for entry in getattr(spec, name)).items():
            if count > 1:
                yield Problem("trial.toml", 0, f"{name}.key", key, "each key once")


def _spec_arms(trial: Trial, lines: Lines) -> Iterator[Problem]:
    roles = sorted(arm.role for arm in trial.spec.arms)
    if roles != ["control", "treatment"]:
        yield Problem("trial.toml", 0, "arms.role", ", ".join(roles), "one arm as treatment and one as control")


def _spec_time(trial: Trial, lines: Lines) -> Iterator[Problem]:
    spec = trial.spec
    times = [visit.time for visit in spec.visits]
    if any(a >= b for a, b in pairwise(times)):
        yield Problem("trial.toml", 0, "visits.time", ", ".join(map(str, times)), "visits in order of time")
    keys = [visit.key for visit in spec.visits]
    for name in ("baseline", "final"):
        if getattr(spec.time, name) not in keys:
            yield Problem("trial.toml", 0, f"time.{name}", getattr(spec.time, name), _listed(keys))
    baseline, final = (trial.visits.get(key) for key in (spec.time.baseline, spec.time.final))
    if baseline and final and final.time <= baseline.time:
        yield Problem("trial.toml", 0, "time.final", spec.time.final, "a visit after the baseline")


def _spec_outcomes(trial: Trial, lines: Lines) -> Iterator[Problem]:
    if not any(outcome.individual for outcome in trial.spec.outcomes):
        yield Problem("trial.toml", 0, "outcomes.raters", "none", "at least one outcome with a rater")
    for outcome in trial.spec.outcomes:
        for rater in outcome.raters:
            if rater not in trial.raters:
                yield Problem("trial.toml", 0, f"outcomes.{outcome.key}.raters", rater, _listed(trial.raters))
        if outcome.low is not None and outcome.high is not None and outcome.low >= outcome.high:
            yield Problem("trial.toml", 0, f"outcomes.{outcome.key}.low", str(outcome.low), "low below high")
        if outcome.kind == "ordinal" and (outcome.low is None or outcome.high is None):
            yield Problem("trial.toml", 0, f"outcomes.{outcome.key}", "no range", "low and high of an ordinal scale")


def _spec_endpoints(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for endpoint in trial.spec.endpoints:
        yield from _endpoint_problems(endpoint, trial.outcomes)


def _endpoint_problems(endpoint: Endpoint, outcomes: Mapping[str, Outcome]) -> Iterator[Problem]:
    where = f"endpoints.{endpoint.key}"
    if endpoint.outcome not in outcomes:
        yield Problem("trial.toml", 0, f"{where}.outcome", endpoint.outcome, _listed(outcomes))
        return
    raters = outcomes[endpoint.outcome].raters
    if (endpoint.rater or "") not in (raters or ("",)):
        yield Problem("trial.toml", 0, f"{where}.rater", endpoint.rater or "none", _listed(raters))
    changes = ("absolute", "percent") if raters else ("none",)
    if endpoint.change not in changes:
        yield Problem("trial.toml", 0, f"{where}.change", endpoint.change, _listed(changes))


def _spec_attributes(trial: Trial, lines: Lines) -> Iterator[Problem]:
    whole = [attribute.key for attribute in trial.spec.attributes if attribute.of is None]
    for attribute in trial.spec.attributes:
        if attribute.of is not None and attribute.of not in whole:
            yield Problem("trial.toml", 0, f"attributes.{attribute.key}.of", attribute.of, _listed(whole))


def _spec_tables(trial: Trial, lines: Lines) -> Iterator[Problem]:
    explained = [outcome.key for outcome in trial.spec.outcomes if outcome.levels]
    for table in trial.spec.tables:
        if table.kind == "levels" and table.outcome not in explained:
            yield Problem("trial.toml", 0, f"tables.{table.key}.outcome", table.outcome or "none", _listed(explained))
        if table.kind != "levels" and table.outcome is not None:
            yield Problem("trial.toml", 0, f"tables.{table.key}.outcome", table.outcome, f"no outcome for {table.kind}")


def _spec_planning(trial: Trial, lines: Lines) -> Iterator[Problem]:
    planning = trial.spec.planning
    if planning.outcome not in trial.outcomes:
        yield Problem("trial.toml", 0, "planning.outcome", planning.outcome, _listed(trial.outcomes))


def _planning_reported(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for name in ("detectable", "dose"):
        key = getattr(trial.spec.planning, name)
        if key is not None and key not in trial.reported_by_key:
            yield Problem("trial.toml", 0, f"planning.{name}", key, _listed(trial.reported_by_key))


def _spec_versions(trial: Trial, lines: Lines) -> Iterator[Problem]:
    version = trial.spec.defaults.get("version", 1)
    if not isinstance(version, int) or version < 1:
        yield Problem("trial.toml", 0, "defaults.version", str(version), "a whole number from 1")
        return
    for past, count in Counter(entry.version for entry in trial.spec.past_defaults).items():
        if not 1 <= past < version or count > 1:
            yield Problem("trial.toml", 0, "past_defaults.version", str(past), f"each version before {version} once")


REFERENCES = {"participant": "participants.csv", "unit": "units.csv"}
"""The columns that refer to rows of a table, and its file; the other references are to trial.toml."""


def _references(trial: Trial, lines: Lines, broken: frozenset[str]) -> Iterator[Problem]:
    known: dict[str, Iterable[str]] = {
        "participant": trial.participant_ids,
        "arm": [arm.key for arm in trial.spec.arms],
        "unit": trial.units_by_key,
        "visit": trial.visits,
        "outcome": trial.outcomes,
        "rater": trial.raters,
        "attribute": [attribute.key for attribute in trial.spec.attributes],
    }
    for table in ("units", "measurements", "disposition", "events", "reported"):
        own = {"units": {"unit"}, "reported": {"unit"}}.get(
            table, set()
        )  # names or measures the row, refers to nothing
        for number, row in zip(lines[table], getattr(trial, table), strict=True):
            columns = (known.keys() & type(row).model_fields.keys()) - own
            for column in (c for c in columns if REFERENCES.get(c) not in broken):
                value = getattr(row, column)
                if value is not None and value not in known[column]:
                    yield Problem(f"{table}.csv", number, column, value, _listed(known[column]))


def _duplicates(trial: Trial, lines: Lines) -> Iterator[Problem]:
    keys: dict[str, Callable[[Any], object]] = {
        "participants": lambda r: r.participant,
        "units": lambda r: r.unit,
        "measurements": lambda r: (r.unit, r.visit, r.outcome, r.rater, r.scale),
        "disposition": lambda r: (r.participant, r.unit, r.event, r.visit),
        "reported": lambda r: r.key,
        "claims": lambda r: r.key,
        "checklist": lambda r: r.item,
    }
    for table, key in keys.items():
        seen: set[object] = set()
        for number, row in zip(lines[table], getattr(trial, table), strict=True):
            if key(row) in seen:
                yield Problem(f"{table}.csv", number, "", str(key(row)), "each row once")
            seen.add(key(row))


def _one_unit_per_arm(trial: Trial, lines: Lines) -> Iterator[Problem]:
    unit = trial.spec.unit.singular
    counts = Counter((row.participant, row.arm) for row in trial.units)
    for participant in dict.fromkeys(row.participant for row in trial.units):
        for arm in trial.spec.arms:
            if (count := counts[participant, arm.key]) != 1:
                yield Problem(
                    "units.csv", 0, "arm", f"participant {participant}: {count} in {arm.key}", f"one {unit} in each arm"
                )


MISSING_WHERE_EMPTY = "missing where the value is empty, and only there"


def _values(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for number, row in zip(lines["measurements"], trial.measurements, strict=True):
        if row.outcome in trial.outcomes:
            for column, value, expected in _value_faults(row, trial.outcomes[row.outcome], trial.spec):
                yield Problem("measurements.csv", number, column, value, expected)


def _value_faults(row: MeasurementRow, outcome: Outcome, spec: Spec) -> Iterator[tuple[str, str, str]]:
    if row.rater not in outcome.raters and row.rater in {r.key for r in spec.raters}:
        yield "rater", row.rater, _listed(outcome.raters)
    if (row.value is None) != (row.provenance == "missing"):
        yield "provenance", row.provenance, MISSING_WHERE_EMPTY
    if row.scale == "percent_change" and row.visit == spec.time.baseline:
        yield "visit", row.visit, "a visit after the baseline for a change"
    if row.value is None:
        return
    low, high = outcome.low, outcome.high
    if row.scale == "percent_change":  # what can't fall below 0 can lose 100 % at most, and gain without limit
        low, high = (Decimal(-100) if low is not None and low >= 0 else None), None
    if (low is not None and row.value < low) or (high is not None and row.value > high):
        yield "value", str(row.value), _range(low, high, "%" if row.scale == "percent_change" else outcome.unit)
    if outcome.kind == "ordinal" and row.scale == "value" and row.value != row.value.to_integral_value():
        yield "value", str(row.value), "a whole score"


def _range(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    words = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
    return f"{words} {unit}"


def _reported_values(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for number, row in zip(lines["reported"], trial.reported, strict=True):
        if (row.value is None) != (row.provenance == "missing"):
            yield Problem("reported.csv", number, "provenance", row.provenance, MISSING_WHERE_EMPTY)


MOST_CLAIMS = 1_000
"""Far more than a paper states, and as many as a page can list."""


def _claims(trial: Trial, lines: Lines) -> Iterator[Problem]:
    """What is printed stands in one place, and arguments read as such."""
    if len(trial.claims) > MOST_CLAIMS:
        yield Problem("claims.csv", 0, "", f"{len(trial.claims):,} rows", f"at most {MOST_CLAIMS:,}")
    for number, row in zip(lines["claims"], trial.claims, strict=True):
        if row.reported is not None and row.reported not in trial.reported_by_key:
            yield Problem("claims.csv", number, "reported", row.reported, _listed(trial.reported_by_key))
        if len(printed := [text for text in (row.reported, row.value, row.words) if text is not None]) > 1:
            yield Problem("claims.csv", number, "", " and ".join(map(str, printed)), "one of reported, value and words")
        if broken := [part.strip() for part in (row.given or "").split(";") if part.strip() and "=" not in part]:
            yield Problem("claims.csv", number, "given", broken[0], "name=value, several with ; between them")


def _checklist(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for number, row in zip(lines["checklist"], trial.checklist, strict=True):
        if (row.where is None) != (row.provenance == "missing"):
            wanted = "missing where the place is empty, and only there"
            yield Problem("checklist.csv", number, "provenance", row.provenance, wanted)
        if row.where is None and row.gives is not None:
            yield Problem("checklist.csv", number, "gives", row.gives, "nothing, where no place is told")


def _attributes(trial: Trial, lines: Lines) -> Iterator[Problem]:
    numbers = [attribute.key for attribute in trial.spec.attributes if attribute.kind == "number"]
    for number, row in zip(lines["participants"], trial.participants, strict=True):
        for key in numbers:
            if (text := row.attribute(key)) is not None and not is_plain_number(text):
                yield Problem("participants.csv", number, key, text, "a number, or an empty cell")


def _own_unit(trial: Trial, lines: Lines) -> Iterator[Problem]:
    for table in ("disposition", "events"):
        for number, row in zip(lines[table], getattr(trial, table), strict=True):
            unit = trial.units_by_key.get(row.unit or "")
            if unit and unit.participant != row.participant:
                yield Problem(
                    f"{table}.csv", number, "unit", row.unit, f"a {trial.spec.unit.singular} of the participant"
                )


def _nothing_after_loss(trial: Trial, lines: Lines) -> Iterator[Problem]:
    lost = {
        unit.unit: row.visit
        for row in trial.disposition
        if row.event == "lost" and row.visit in trial.visits
        for unit in trial.units
        if unit.participant == row.participant and row.unit in (None, unit.unit)
    }
    for number, row in zip(lines["measurements"], trial.measurements, strict=True):
        last = lost.get(row.unit)
        if last and row.value is not None and row.visit in trial.visits:
            late = trial.visits[row.visit].time > trial.visits[last].time
            if late:
                yield Problem(
                    "measurements.csv", number, "visit", row.visit, f"no value after the loss at visit {last}"
                )


Rule = Callable[[Trial, Lines], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    _spec_keys,
    _spec_arms,
    _spec_time,
    _spec_outcomes,
    _spec_endpoints,
    _spec_attributes,
    _spec_tables,
    _spec_planning,
    _planning_reported,
    _spec_versions,
    _duplicates,
    _one_unit_per_arm,
    _values,
    _reported_values,
    _claims,
    _checklist,
    _attributes,
    _own_unit,
    _nothing_after_loss,
)

ABSENT_FROM: Mapping[Rule, str] = {
    _one_unit_per_arm: "units.csv",
    _planning_reported: "reported.csv",
    _claims: "reported.csv",
}
"""The rules that tell what a file lacks, and that file: broken rows of it may be just what they miss."""
