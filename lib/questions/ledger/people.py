"""Statements about the people of a trial: who they were, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lib.questions.ledger.working import Claim, Input, Working, chosen, reported_row, shown
from lib.questions.printed import RECOMPUTED, left_open, rounds_to
from lib.questions.wording import listed, participants, plural
from lib.trial.model import Ref, ReportedRow, Trial
from lib.trial.observed import with_event
from lib.values import Missing, Real

Population = tuple[str, tuple[str, ...]]
"""What a group of participants is called, and who they are."""


def populations(trial: Trial) -> tuple[Population, ...]:
    """Those who enrolled and, where they are others, those whom the paper analysed."""
    enrolled = ("enrolled", with_event(trial, "enrolled") or trial.participant_ids)
    analysed = ("analysed", with_event(trial, "analysed"))
    return (enrolled,) if analysed[1] in ((), enrolled[1]) else (enrolled, analysed)


def statistic(trial: Trial, claim: Claim) -> Working:
    """The reported row from individual data, over those enrolled and over those analysed."""
    row = reported_row(trial, claim.row.reported or "")
    run = RECOMPUTED.get(row.statistic)
    if run is None or row.value is None:
        return Working(Missing(f"nothing recomputes a {row.statistic} from individual data"))
    found = [(_described(trial, row, name, who), run(trial, row, who)) for name, who in populations(trial)]
    inputs = [Input(whose, shown(value), "from the tables") for whose, value in found]
    inputs += [entry for name, who in populations(trial) if (entry := _whatever(trial, row, name, who))]
    fitting = [entry for entry in found if rounds_to(entry[1], row.value)]
    first = (fitting or found)[0]
    others = [entry for entry in found if entry not in fitting] if fitting else []
    note = "; ".join(f"{whose} it is {shown(value)}" for whose, value in others)
    note = f"{first[0]}; {note}" if note else ""
    cells = attribute_refs(trial, (p.participant for p in trial.participants), row.attribute)
    unit_cells = score_refs(trial, row.outcome, row.rater, row.visit, row.arm)
    return Working(first[1], tuple(inputs), (), _with_other_raters(trial, claim, note), counted=(*cells, *unit_cells))


def _described(trial: Trial, row: ReportedRow, name: str, who: tuple[str, ...]) -> str:
    """Of whom a statistic is: of those who have values, where others have none."""
    missing = left_open(trial, row, who)
    return (
        f"of the {len(who)} {name}" if missing is None else f"of {missing.known} of the {len(who)} {name}, with values"
    )


def _whatever(trial: Trial, row: ReportedRow, name: str, who: tuple[str, ...]) -> Input | None:
    """Between what it lies of everybody, where some have no values."""
    missing = left_open(trial, row, who)
    if missing is None:
        return None
    return Input(
        f"of all {len(who)} {name}", f"{shown(missing.low)} to {shown(missing.high)}", "whatever the others did"
    )


def _with_other_raters(trial: Trial, claim: Claim, note: str) -> str:
    """What the outcome's other raters would make of the same statement, where that is another number."""
    row = claim.reported
    if row is None or row.value is None or row.outcome is None or row.rater is None:
        return note
    _, who = populations(trial)[-1]
    told = []
    for rater in trial.outcomes[row.outcome].raters:
        value = RECOMPUTED[row.statistic](trial, row.model_copy(update={"rater": rater}), who)
        if rater != row.rater and not isinstance(value, Missing) and not rounds_to(value, row.value):
            told.append(f"by the {trial.raters[rater].label.lower()} it is {shown(value)}")
    return "; ".join(part for part in (note, *told) if part)


def attribute_refs(trial: Trial, who: Iterable[str], attribute: str | None) -> tuple[Ref, ...]:
    return tuple(("attribute", p, attribute) for p in who) if attribute else ()


def score_refs(
    trial: Trial, outcome: str | None, rater: str | None, visit: str | None, arm: str | None = None
) -> tuple[Ref, ...]:
    """The published values of an outcome by a rater at baseline and at this visit."""
    if not (outcome and rater):
        return ()
    visits = {trial.baseline.key, visit or trial.final.key}
    return tuple(
        ("measurement", r.unit, r.visit, r.outcome, r.rater, r.scale)
        for r in trial.measurements
        if r.outcome == outcome and r.rater == rater and r.visit in visits
        if arm in (None, trial.units_by_key[r.unit].arm)
    )


# --- counted ----------------------------------------------------------------------------------------------------------


def flow(trial: Trial, claim: Claim) -> Working:
    """Participants to whom this happened; `unlike` is another event, told where it counts others."""
    event = claim.needed("event")
    found = with_event(trial, event)
    inputs = (Input(event, listed(found), "disposition.csv"),)
    other = claim.row.arguments.get("unlike")
    note = ""
    if other is not None and len(with_event(trial, other)) != len(found):
        note = f"{plural(len(found), 'participant', 'participants')} {event}, {len(with_event(trial, other))} {other}"
    return Working(float(len(found)), inputs, (f"{event}: {participants(found)}",), note)


def _treatments(trial: Trial) -> tuple[str, ...]:
    return tuple(visit.label for visit in trial.spec.visits if visit.treatment)


COUNTED: dict[str, Callable[[Trial], tuple[str, ...]]] = {
    "arms": lambda trial: tuple(arm.label for arm in trial.spec.arms),
    "visits": lambda trial: tuple(visit.label for visit in trial.spec.visits),
    "treatments": _treatments,
    "participants": lambda trial: trial.participant_ids,
    "raters": lambda trial: tuple(rater.label for rater in trial.spec.raters),
    "primary-endpoints": lambda trial: tuple(e.label for e in trial.spec.endpoints if e.role == "primary"),
}
"""What `count` can count: each from the trial's tables."""


def count(trial: Trial, claim: Claim) -> Working:
    """How many there are, of `COUNTED`."""
    found = COUNTED[chosen("of", claim.needed("of"), COUNTED)](trial)
    note = ""
    if claim.needed("of") == "treatments" and (fewer := _fewer_treatments(trial)):
        note = f"fewer for {participants(fewer)}, lost before the last"
    inputs = (Input(claim.needed("of"), listed(found), "the trial folder"),)
    named = claim.needed("of") == "participants" and claim.number == len(found)  # else it is of others
    cells: tuple[Ref, ...] = tuple(("participant", p) for p in found) if named else ()
    says = claim.row.arguments.get("says")
    holds = None if says is None else len(found) == int(says) if says.isdecimal() else False
    value: Real | str = float(len(found)) if says is None else f"{len(found)} {claim.needed('of')}"
    return Working(value, inputs, (f"{listed(found)}: {len(found)}",), note, holds=holds, cells=cells)


def _fewer_treatments(trial: Trial) -> tuple[str, ...]:
    """Participants lost before the last visit with a treatment."""
    last = max((visit.time for visit in trial.spec.visits if visit.treatment), default=0)
    gone = {unit: visit for unit, visit in trial.lost_units.items() if visit and trial.visits[visit].time < last}
    return tuple(dict.fromkeys(trial.units_by_key[unit].participant for unit in gone))


def units_each(trial: Trial, claim: Claim) -> Working:
    """Units of each participant, the same for all of them or not."""
    counts = {p: sum(u.participant == p for u in trial.units) for p in trial.participant_ids}
    numbers = sorted(set(counts.values()))
    value: Real | str = float(numbers[0]) if len(numbers) == 1 else " or ".join(map(str, numbers))
    inputs = tuple(Input(f"participant {p}", str(number), "units.csv") for p, number in counts.items())
    told = tuple(dict.fromkeys(unit.participant for unit in trial.units if unit.provenance == "derived"))
    return Working(value, inputs, (), f"of {participants(told)} nothing else tells it" if told else "")


def duration(trial: Trial, claim: Claim) -> Working:
    """From baseline to the final visit, in the trial's unit of time."""
    value = trial.final.time - trial.baseline.time
    return Working(value, (), (f"{trial.baseline.label} to {trial.final.label}: {value:g} {trial.spec.time.unit}s",))
