"""Statements about single units: their values, their changes, their range."""

from __future__ import annotations

from fractions import Fraction

from lib.errors import Refusal
from lib.questions.changes import change_of, plain_measure, published_baselines
from lib.questions.ledger.working import Claim, Input, Working, chosen, shown
from lib.questions.wording import listed, participants
from lib.trial.model import Outcome, Ref, Trial
from lib.trial.observed import Observed, observed
from lib.values import Missing, known


def outcome_of(trial: Trial, claim: Claim) -> Outcome:
    return trial.outcomes[chosen("outcome", claim.needed("outcome"), trial.outcomes)]


def rater_of(trial: Trial, claim: Claim) -> str:
    raters = outcome_of(trial, claim).raters
    return chosen("rater", claim.needed("rater"), {rater: rater for rater in raters})


def _input(trial: Trial, unit: str, visit: str, found: Observed, outcome: Outcome) -> Input:
    text = found.value.reason if isinstance(found.value, Missing) else f"{shown(float(found.value))} {outcome.unit}"
    return Input(f"{unit}, {trial.visits[visit].label}", text, found.source)


def value(trial: Trial, claim: Claim) -> Working:
    """One unit's value at a visit by a rater, as the tables have it."""
    unit = chosen("unit", claim.needed("unit"), trial.units_by_key)
    visit = chosen("visit", claim.needed("visit"), trial.visits)
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    found = observed(trial, unit, visit, outcome.key, rater)
    result = found.value if isinstance(found.value, Missing) else float(found.value)
    cells: tuple[Ref, ...] = (("measurement", unit, visit, outcome.key, rater, "value"),)
    return Working(result, (_input(trial, unit, visit, found, outcome),), cells=cells)


def values(trial: Trial, claim: Claim) -> Working:
    """One value that all units of some participants have, by a rater, at each of the visits."""
    who = [chosen("participant", p, trial.units_of_participant) for p in claim.needed("participants").split("|")]
    visits = [chosen("visit", v, trial.visits) for v in claim.needed("visits").split("|")]
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    keys = [(unit, visit) for p in who for unit in trial.units_of_participant[p] for visit in visits]
    found = {key: observed(trial, *key, outcome.key, rater) for key in keys}
    inputs = tuple(_input(trial, unit, visit, seen, outcome) for (unit, visit), seen in found.items())
    cells: tuple[Ref, ...] = tuple(("measurement", u, v, outcome.key, rater, "value") for u, v in keys)
    different = dict.fromkeys(seen.value for seen in found.values())
    if unknown := [value for value in different if isinstance(value, Missing)]:
        return Working(unknown[0], inputs, cells=cells)
    texts = [shown(float(value)) for value in different if known(value)]
    result = float(next(iter(different))) if len(texts) == 1 else " or ".join(texts)  # type: ignore[arg-type]
    return Working(result, inputs, cells=cells)


def change(trial: Trial, claim: Claim) -> Working:
    """One unit's change from its measured values at both visits; a percentage that is printed beside it is not used."""
    unit = chosen("unit", claim.needed("unit"), trial.units_by_key)
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    kind = chosen("change", claim.needed("change"), {"absolute": "", "percent": ""})
    visits = (trial.baseline.key, trial.final.key)
    before, after = (observed(trial, unit, visit, outcome.key, rater) for visit in visits)
    inputs = tuple(_input(trial, unit, v, seen, outcome) for v, seen in zip(visits, (before, after), strict=True))
    scale = "percent_change" if kind == "percent" else "value"
    cells: tuple[Ref, ...] = (("measurement", unit, trial.final.key, outcome.key, rater, scale),)
    if isinstance(before.value, Missing) or isinstance(after.value, Missing):
        where = [trial.visits[v].label for v, s in zip(visits, (before, after), strict=True) if not known(s.value)]
        return Working(
            Missing(f"{outcome.label.lower()} of {unit} is not published at {listed(where)}"), inputs, cells=cells
        )
    found = change_of(trial, unit, trial.final.key, plain_measure(trial, outcome.key, rater, kind, "measured"))
    if isinstance(found.value, Missing):
        return Working(found.value, inputs, cells=cells)
    steps = (_change_step(kind, before.value, after.value, found.value),)
    return Working(float(found.value), inputs, steps, cells=cells)


def _change_step(kind: str, before: Fraction, after: Fraction, result: Fraction) -> str:
    a, b, c = (shown(float(value)) for value in (before, after, result))
    return f"100 × ({b} − {a}) ÷ {a} = {c} %" if kind == "percent" else f"{b} − {a} = {c}"


def range_end(trial: Trial, claim: Claim) -> Working:
    """The lowest or highest published baseline of an arm, beside a printed end of their range."""
    row = claim.reported
    if row is None or row.outcome is None or row.rater is None:
        raise Refusal("reported: nothing given; wanted the low or high of an outcome, with its rater")
    arm, outcome = row.arm, trial.outcomes[row.outcome]
    units = [u.unit for u in trial.units if arm in (None, u.arm)]
    found = {unit: observed(trial, unit, trial.baseline.key, outcome.key, row.rater) for unit in units}
    inputs = tuple(_input(trial, unit, trial.baseline.key, seen, outcome) for unit, seen in found.items())
    numbers = {unit: seen.value for unit, seen in found.items() if isinstance(seen.value, Fraction)}
    cells: tuple[Ref, ...] = tuple(
        ("measurement", u, trial.baseline.key, outcome.key, row.rater, "value") for u in numbers
    )
    if not numbers or row.value is None:
        return Working(Missing("no baseline of this arm is published"), inputs)
    extreme = (min if row.statistic == "low" else max)(numbers.values())
    hidden = [unit for unit in units if unit not in numbers]
    printed = Fraction(row.value)
    beyond = extreme < printed if row.statistic == "low" else extreme > printed
    if hidden and not beyond and extreme != printed:
        lying = f"those published ({', '.join(shown(float(v)) for v in numbers.values())}) lie inside the range"
        return Working(Missing(f"baselines of {', '.join(hidden)} are not published; {lying}"), inputs, counted=cells)
    whose = trial.units_by_key[next(unit for unit, number in numbers.items() if number == extreme)].participant
    beyond_it = "smaller" if row.statistic == "low" else "larger"
    note = f"participant {whose} has it; that no other is {beyond_it} rests on this statement alone" if hidden else ""
    return Working(float(extreme), inputs, (), note if not beyond else "", counted=cells)


def smallest_unit(trial: Trial, claim: Claim) -> Working:
    """The smallest published baseline of an outcome, whose it is, and whether a printed range leaves room below it."""
    outcome, rater = outcome_of(trial, claim).key, rater_of(trial, claim)
    measure = plain_measure(trial, outcome, rater, "absolute")
    values = {u.unit: observed(trial, u.unit, trial.baseline.key, outcome, rater).value for u in trial.units}
    known = {unit: value for unit, value in values.items() if isinstance(value, Fraction)}
    if not known:
        return Working(Missing("no baseline is published"))
    smallest = min(published_baselines(trial, measure))
    who = tuple(dict.fromkeys(trial.units_by_key[u].participant for u, value in known.items() if value == smallest))
    lows = [r for r in trial.reported if r.statistic == "low" and r.outcome == outcome and r.value is not None]
    bounded = bool(lows) and min(Fraction(r.value or 0) for r in lows) >= smallest
    hidden = len(values) - len(known)
    if hidden and not bounded:
        return Working(Missing(f"{hidden} baselines are not published, and no printed range bounds them"))
    inputs = tuple(Input(unit, shown(float(value)), "measurements.csv") for unit, value in known.items())
    steps = (f"smallest published: {shown(float(smallest))} {trial.outcomes[outcome].unit}, {participants(who)}",)
    note = (
        f"{hidden} of {len(values)} baselines are unpublished; that none is smaller rests on the printed ranges"
        if hidden
        else ""
    )
    if claim.number is not None:
        return Working(float(smallest), inputs, steps, note)
    return Working(listed(who), inputs, steps, note)


def final_from_percent(trial: Trial, claim: Claim) -> Working:
    """One unit's final value from its baseline and the percentage that is printed beside it."""
    unit = chosen("unit", claim.needed("unit"), trial.units_by_key)
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    before = observed(trial, unit, trial.baseline.key, outcome.key, rater)
    percent = observed(trial, unit, trial.final.key, outcome.key, rater, "percent_change")
    cells: tuple[Ref, ...] = (
        ("measurement", unit, trial.baseline.key, outcome.key, rater, "value"),
        ("measurement", unit, trial.final.key, outcome.key, rater, "value"),
    )
    for found, what in ((before, trial.baseline.label), (percent, "percentage change")):
        if isinstance(found.value, Missing):
            return Working(Missing(f"{what} of {unit}: {found.value.reason}"), cells=cells)
    start, share = Fraction(before.value), Fraction(percent.value)  # type: ignore[arg-type]
    result = float(start * (1 + share / 100))
    inputs = (
        _input(trial, unit, trial.baseline.key, before, outcome),
        Input(f"{unit}, change", f"{shown(float(share))} %", percent.source),
    )
    steps = (f"{shown(float(start))} × (1 + {shown(float(share))} ÷ 100) = {shown(result)} {outcome.unit}",)
    return Working(result, inputs, steps, cells=cells)


def in_range(trial: Trial, claim: Claim) -> Working:
    """One unit's baseline, and whether it lies within the printed range of its arm."""
    unit = chosen("unit", claim.needed("unit"), trial.units_by_key)
    outcome, rater = outcome_of(trial, claim), rater_of(trial, claim)
    found = observed(trial, unit, trial.baseline.key, outcome.key, rater)
    inputs = (_input(trial, unit, trial.baseline.key, found, outcome),)
    cells: tuple[Ref, ...] = (("measurement", unit, trial.baseline.key, outcome.key, rater, "value"),)
    if isinstance(found.value, Missing):
        return Working(found.value, inputs, cells=cells)
    arm = trial.units_by_key[unit].arm
    ends = {r.statistic: r for r in trial.reported if r.outcome == outcome.key and r.arm == arm and r.value is not None}
    low, high = (Fraction(ends[end].value or 0) if end in ends else found.value for end in ("low", "high"))
    steps = (f"{shown(float(low))} ≤ {shown(float(found.value))} ≤ {shown(float(high))} {outcome.unit}",)
    fits = low <= found.value <= high and (claim.number is None or found.value == Fraction(claim.number))
    return Working(float(found.value), inputs, steps, holds=fits, cells=cells)


def scored_at(trial: Trial, claim: Claim) -> Working:
    """At how many visits values of an outcome by each of its raters are published; fewer than all tell nothing."""
    outcome = outcome_of(trial, claim)
    there = {
        (row.visit, row.rater) for row in trial.measurements if row.outcome == outcome.key and row.value is not None
    }
    visits = [visit for visit in trial.spec.visits if all((visit.key, rater) in there for rater in outcome.raters)]
    inputs = (Input("published by every rater", listed([visit.label for visit in visits]), "measurements.csv"),)
    if len(visits) < len(trial.spec.visits):
        only = listed([visit.label for visit in visits])
        return Working(Missing(f"values are published for {only} only"), inputs)
    return Working(float(len(visits)), inputs)


def levels(trial: Trial, claim: Claim) -> Working:
    """From where to where published scores go, and whether each is one of the outcome's categories."""
    outcome = outcome_of(trial, claim)
    scores = [level.score for level in outcome.levels]
    seen = sorted({int(row.value) for row in trial.measurements
                   if row.outcome == outcome.key and row.scale == "value" and row.value is not None})  # fmt: skip
    if not seen:
        return Working(Missing("no score is published"))
    cells: tuple[Ref, ...] = tuple(("level", outcome.key, str(score)) for score in scores if score in seen)
    steps = (f"categories {listed(list(map(str, scores)))}; published scores: {listed(list(map(str, seen)))}",)
    return Working(f"{seen[0]} to {seen[-1]}", (), steps, holds=set(seen) <= set(scores), cells=cells)
