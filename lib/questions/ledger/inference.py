"""Statements of inference: printed P values, what counts as significant, detectable effects, means without data."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf

from lib.analysis.change import CHANGES
from lib.analysis.grim import possible_sizes
from lib.analysis.proportion import zero_event_upper
from lib.analysis.registry import TESTS
from lib.analysis.sign_flip import sign_flip
from lib.analysis.t import paired_t
from lib.assumptions import defaults
from lib.design.published_effect import RhoRange
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.ledger.people import populations
from lib.questions.ledger.working import Claim, Input, Working, chosen, reported_input, reported_row, shown
from lib.questions.pairs import analysed_differences, endpoint_pairs, unit_of_change
from lib.questions.plan_inputs import plan_of
from lib.questions.printed_effect import printed_effect, sided_readings
from lib.questions.wording import estimate_words, listed, number, participants, probability, signed
from lib.trial.model import Endpoint, ReportedRow, Trial
from lib.trial.observed import observed
from lib.values import Exact, Missing, real


def p_value(trial: Trial, claim: Claim) -> Working:
    """A printed P of values at one visit, by the two-sided paired t test over those analysed."""
    row = claim.reported
    if row is None or row.outcome is None or row.rater is None or row.visit is None:
        raise Refusal("reported: nothing given; wanted a P of an outcome, with rater and visit")
    pairs = _values_at(trial, row.outcome, row.rater, row.visit)
    inputs = tuple(
        Input(f"participant {p}", " against ".join(_told(v) for v in values), "") for p, values in pairs.items()
    )
    if unknown := _unknown(trial, pairs, row.outcome, row.visit):
        return Working(Missing(unknown), inputs)
    differences = [a - b for a, b in pairs.values() if isinstance(a, Fraction) and isinstance(b, Fraction)]
    return Working(paired_t(differences).p, inputs, (f"two-sided paired t test of {len(differences)} pairs",))


def no_difference(trial: Trial, claim: Claim) -> Working:
    """Whether the means of both arms at a visit are the same, over those analysed; a large P would not show that."""
    outcome = trial.outcomes[chosen("outcome", claim.needed("outcome"), trial.outcomes)]
    visit = chosen("visit", claim.needed("visit"), trial.visits)
    rater = chosen("rater", claim.needed("rater"), {rater: rater for rater in outcome.raters})
    pairs = _values_at(trial, outcome.key, rater, visit)
    if unknown := _unknown(trial, pairs, outcome.key, visit):
        return _by_printed_p(trial, outcome.key, visit, unknown)
    found = paired_t([a - b for a, b in pairs.values() if isinstance(a, Fraction) and isinstance(b, Fraction)])
    told = estimate_words(found.estimate, found.interval, outcome.unit)
    return Working(told, (), (f"mean difference: {told}",), holds=found.estimate == 0)


def _by_printed_p(trial: Trial, outcome: str, visit: str, unknown: str) -> Working:
    """Without the values, a printed two-sided P still tells: equal means give 1."""
    rows = (
        r for r in trial.reported if (r.statistic, r.outcome, r.visit) == ("p", outcome, visit) and r.value is not None
    )
    row = next(rows, None)
    if row is None:
        return Working(Missing(unknown))
    steps = (f"{unknown}; but equal means would give P = 1, and P is printed as {row.value:f}",)
    note = "a P above α does not show that there is no difference; the text may mean no significant one"
    return Working(f"P {row.value:f}, not 1", (reported_input(row),), steps, note, holds=row.value == 1)


def _values_at(trial: Trial, outcome: str, rater: str, visit: str) -> dict[str, list[Exact]]:
    """Participant → the values of both units at a visit, treated first; of those analysed."""
    _, who = populations(trial)[-1]
    units = {
        p: [trial.unit_of[p, arm.key] for arm in trial.arms] for p in who if (p, trial.treatment.key) in trial.unit_of
    }
    return {p: [observed(trial, unit, visit, outcome, rater).value for unit in both] for p, both in units.items()}


def _unknown(trial: Trial, pairs: dict[str, list[Exact]], outcome: str, visit: str) -> str:
    """Whose values are not published; empty where all are."""
    unknown = [p for p, values in pairs.items() if any(isinstance(value, Missing) for value in values)]
    what, when = trial.outcomes[outcome].label.lower(), trial.visits[visit].label
    if not pairs:
        return f"nobody's {what} at {when} is known"
    return f"{what} at {when} is not published for both units of {participants(unknown)}" if unknown else ""


def _told(value: Exact) -> str:
    return value.reason if isinstance(value, Missing) else shown(float(value))


def announced_p(trial: Trial, claim: Claim) -> Working:
    """The two-sided p of an announced analysis of change from baseline, over those analysed."""
    outcome = trial.outcomes[chosen("outcome", claim.needed("outcome"), trial.outcomes)]
    rater = chosen("rater", claim.needed("rater"), {rater: rater for rater in outcome.raters})
    change, test = chosen("change", claim.needed("change"), CHANGES), TESTS[chosen("test", claim.needed("test"), TESTS)]
    endpoint = Endpoint(
        key="announced",
        label="announced",
        outcome=outcome.key,
        rater=rater,
        change=change,
        role="none",
        analysis="paper",
    )
    pairs = [pair for pair in endpoint_pairs(trial, endpoint, defaults(trial)) if pair.analysed]
    unit = unit_of_change(trial, endpoint)
    inputs = tuple(Input(f"participant {p.participant}", f"{signed(real(p.difference))} {unit}", "") for p in pairs)
    steps = (f"{test.label} of {len(pairs)} differences, treated minus control",)
    p = test.p(analysed_differences(pairs), "two-sided")
    if claim.number is None and not isinstance(p, Missing):
        return Working(Missing(f"no result of it is printed; it gives p = {probability(p)}"), inputs, steps)
    return Working(p, inputs, steps)  # about no single value: those that went in are not what differs


def not_significant(trial: Trial, claim: Claim) -> Working:
    """Whether a printed P lies above a printed α; and whether an exact test of so few pairs could have fallen below."""
    p, alpha = (reported_row(trial, claim.needed(name)) for name in ("p", "alpha"))
    holds = (p.value or 0) > (alpha.value or 0)
    _, who = populations(trial)[-1]
    floor = sign_flip([Fraction(1)] * len(who)).floor.general if who else Missing("nobody was analysed")
    notes = ["it rests on the printed P, which can't be recomputed"] if _withheld(trial, p) else []
    if not isinstance(floor, Missing) and alpha.value is not None and floor > float(alpha.value):
        notes.append(
            f"no two-sided test that swaps sides within {len(who)} pairs can give less than {probability(floor)}; "
            "the t test has no such floor"
        )
    note = "; ".join(notes)
    steps = (f"{p.value:f} {'>' if holds else '≤'} {alpha.value:f}",)
    return Working(f"{p.value:f}", tuple(map(reported_input, (p, alpha))), steps, note, holds=holds)


def _withheld(trial: Trial, p: ReportedRow) -> bool:
    """Whether the values behind a printed P are not all published."""
    if p.outcome is None or p.rater is None or p.visit is None:
        return True
    return bool(_unknown(trial, _values_at(trial, p.outcome, p.rater, p.visit), p.outcome, p.visit))


def detectable(trial: Trial, claim: Claim) -> Working:
    """The printed detectable effect by each design that reads it, at the printed inputs."""
    base = defaults(trial)
    found = printed_effect(trial, plan_of(trial, base, DESIGNS[base.design]).plan)
    if isinstance(found, Missing) or claim.number is None:
        return Working(found if isinstance(found, Missing) else Missing("no number is printed"))
    readings = sided_readings(found)
    steps = tuple(
        f"{sides}, {reading.label} ({reading.basis}): {number(reading.detectable, 4)}"
        + (
            f"; ρ {number(reading.rho.low, 2)} to {number(reading.rho.high, 2)} would print it"
            if isinstance(reading.rho, RhoRange)
            else ""
        )
        for sides, reading in readings
    )
    printing = [(sides, reading) for sides, reading in readings if reading.prints]
    if not printing:
        return Working(readings[0][1].detectable, (), steps)
    unstated = "design, sides and correlation are not stated"
    paired = [r for _, r in readings if not r.prints and isinstance(r.rho, RhoRange)]
    rho = "; ".join(
        f"{r.label.lower()} prints it at ρ {number(r.rho.low, 2)} to {number(r.rho.high, 2)}"
        for r in paired[:1]
        if isinstance(r.rho, RhoRange)
    )
    fits = listed([f"{sides.lower()}, {reading.label.lower()}" for sides, reading in printing])
    note = f"given by: {fits}; {unstated}" + (f"; {rho}" if rho else "")
    return Working(printing[0][1].detectable, (), steps, note)


def mean_without_data(trial: Trial, claim: Claim) -> Working:
    """A mean that is printed alone: whole-number scores of which numbers of people could have it at all."""
    row = claim.reported
    if row is None or row.value is None or row.outcome is None:
        raise Refusal("reported: nothing given; wanted a mean of an outcome")
    outcome = trial.outcomes[row.outcome]
    reason = "printed without the number of scores, their spread or the single scores"
    if outcome.low is None or outcome.high is None:
        return Working(Missing(reason))
    low, high = int(outcome.low), int(outcome.high)
    told = f"whole scores with this mean: {listed(fits_of(trial, row.value, low, high))}"
    return Working(Missing(f"{reason}; {told}; a scale need not give whole numbers"), (), (told,))


def ratings(trial: Trial) -> dict[str, int]:
    """Ways to count scores of an arm: one from each participant, or one at each treatment that they had."""
    times = [visit.time for visit in trial.spec.visits if visit.treatment]
    counts: dict[str, int] = {}
    for name, who in populations(trial):
        last = {p: max((_last(trial, unit) for unit in trial.units_of_participant[p]), default=inf) for p in who}
        counts[f"one from each of the {len(who)} {name}"] = len(who)
        counts[f"one at each treatment of the {len(who)} {name}"] = sum(t <= last[p] for p in who for t in times)
    return {words: n for words, n in counts.items() if n}


def _last(trial: Trial, unit: str) -> float:
    """Until when a unit was in the trial."""
    visit = trial.lost_units.get(unit)
    return trial.visits[visit].time if visit else inf


def fits_of(trial: Trial, mean: Decimal, low: int, high: int) -> list[str]:
    """For each way to count scores whether whole ones could have this mean."""
    return [
        f"{words} ({n}): {'possible' if possible_sizes(mean, [n], low, high) else 'impossible'}"
        for words, n in ratings(trial).items()
    ]


def events(trial: Trial, claim: Claim) -> Working:
    """Adverse events in the folder; of none, only what so few people leave possible can be told."""
    inputs = (Input("rows of events.csv", str(len(trial.events)), "events.csv"),)
    if trial.events:
        return Working(float(len(trial.events)), inputs)
    limits = [
        f"{100 * zero_event_upper(len(who)):.0f} % of the {len(who)} {name}" for name, who in populations(trial) if who
    ]
    told = f"; none seen leaves a risk of up to {listed(limits)} (95 %, one-sided)" if limits else ""
    return Working(Missing(f"no record of single participants is published{told}"), inputs)
