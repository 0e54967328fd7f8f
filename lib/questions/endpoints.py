"""Every endpoint recomputed: estimand, pairs, estimate with interval, test and its floor, and the printed numbers."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from lib.analysis.change import CHANGES, NO_RESPONDER, RESPONDER
from lib.analysis.priors import PRIORS
from lib.analysis.proportion import zero_event_upper
from lib.analysis.registry import TESTS
from lib.assumptions import NOBODY, Assumptions, changed, defaults
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.belief import Belief, belief_reading, beliefs
from lib.questions.changes import Measure, change_words, measure_of
from lib.questions.effects import effect_sizes
from lib.questions.endpoint_reading import endpoint_reading
from lib.questions.endpoint_result import (
    EndpointResult,
    EndpointsResult,
    Events,
    PairedEndpoint,
    PrintedP,
    ReportedMeans,
)
from lib.questions.endpoint_set import endpoints, selected_endpoint
from lib.questions.estimand import events_estimand, paired_estimand, reported_estimand
from lib.questions.family import family, family_reading
from lib.questions.inference_result import InferenceResult
from lib.questions.levels import alternative, level_of
from lib.questions.lost import Impossible
from lib.questions.pairs import (
    Pair,
    analysed_differences,
    analysed_participants,
    better_of,
    endpoint_pairs,
    unit_of_change,
)
from lib.questions.printed import Comparison, comparison, rounds_to
from lib.questions.wording import capital, participants
from lib.trial.model import Endpoint, ReportedRow, Trial
from lib.trial.observed import allocated_participants, decimals, observed
from lib.values import Missing, Real, known

EXACT_TEST = "sign-flip"
"""The exact test that every endpoint shows beside the chosen one, for its attainable floor."""


def answer(trial: Trial, assumptions: Assumptions) -> InferenceResult:
    """Every endpoint of the trial, and all that can be said of the selected one, under these assumptions."""
    found = tested(trial, assumptions)
    chosen = found.selected
    endpoint = selected_endpoint(trial, assumptions)
    measure = measure_of(trial, chosen.outcome, chosen.rater, chosen.change, assumptions)
    together = family(found.endpoints, assumptions)
    differences = analysed_differences(chosen.pairs)
    every = beliefs(trial, measure, differences, chosen.better, chosen.unit, assumptions)
    believed = every[assumptions.prior]
    return InferenceResult(
        **{field.name: getattr(found, field.name) for field in fields(found)},
        effects=effect_sizes(trial, endpoint, chosen.pairs, chosen.better, assumptions),
        family=together,
        family_reading=family_reading(together),
        belief=believed,
        priors=tuple((PRIORS[key].label, one) for key, one in every.items() if isinstance(one, Belief)),
        belief_reading=belief_reading(believed),
    )


def tested(trial: Trial, assumptions: Assumptions) -> EndpointsResult:
    """Every endpoint of the trial under these assumptions."""
    results = tuple(_endpoint(trial, endpoint, assumptions) for endpoint in endpoints(trial, assumptions))
    selected_key = selected_endpoint(trial, assumptions).key
    paired = [result for result in results if isinstance(result, PairedEndpoint)]
    selected = next(result for result in paired if result.key == selected_key)
    return EndpointsResult(
        selected,
        results,
        _printed_ps(trial),
        _comparisons(trial, selected),
        assumptions.alpha,
        assumptions.sides,
        level_of(assumptions.alpha),
        tuple((arm.key, arm.label) for arm in trial.arms),
        None if assumptions.highlight == NOBODY else assumptions.highlight,
        trial.spec.design.several_endpoints,
        ALLOCATION_NOTES[trial.spec.design.allocation_unit],
    )


def _endpoint(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> EndpointResult:
    outcome = trial.outcomes[endpoint.outcome]
    if outcome.kind == "events":
        return _events(trial, endpoint, assumptions)
    return paired_endpoint(trial, endpoint, assumptions) if endpoint.rater else _means(trial, endpoint, assumptions)


def paired_endpoint(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> PairedEndpoint:
    pairs = endpoint_pairs(trial, endpoint, assumptions)
    measure = measure_of(trial, endpoint.outcome, endpoint.rater or "", endpoint.change, assumptions)
    differences = analysed_differences(pairs)
    better = better_of(trial, endpoint)
    side, level = alternative(better, assumptions.sides), level_of(assumptions.alpha)
    chosen = TESTS[assumptions.test]
    return PairedEndpoint(
        endpoint.key,
        endpoint.label,
        endpoint.role,
        _whose(trial, endpoint, pairs, assumptions),
        endpoint.outcome,
        endpoint.rater or "",
        endpoint.change,
        unit_of_change(trial, endpoint),
        better,
        assumptions.sides,
        _caution(trial, measure, pairs),
        paired_estimand(trial, measure, pairs, chosen.summary, assumptions),
        pairs,
        chosen.run(differences, side, level),
        TESTS[EXACT_TEST].run(differences, side, level),
    )


def _caution(trial: Trial, measure: Measure, pairs: tuple[Pair, ...]) -> str:
    """What to take care of with this way to express change, and whether it tells anybody apart."""
    change = CHANGES[measure.change]
    values = {unit.value for pair in pairs if pair.analysed for unit in (pair.treated, pair.control)}
    units, words = trial.spec.unit.plural, change_words(trial, measure)
    nobody = f"None of the {units} is {words}." if values == {NO_RESPONDER} else ""
    everybody = f"All of the {units} are {words}." if values == {RESPONDER} else ""
    alike = (nobody or everybody) if change.yes_no else ""
    imputed = IMPUTED if any(pair.assumed and pair.analysed for pair in pairs) else ""
    refused = (pair for pair in pairs if isinstance(pair.difference, Impossible))
    out = [f"{participants([pair.participant])} stays out: {pair.reason}." for pair in refused]
    told = (change.caution(measure.scale), alike, imputed, *map(capital, out))
    return " ".join(text for text in told if text)


IMPUTED = (
    "A pair that is assumed counts as if it had been seen, so that interval and p know nothing of how unsure it is."
)


def _whose(trial: Trial, endpoint: Endpoint, pairs: tuple[Pair, ...], assumptions: Assumptions) -> str:
    """The paper's only as the paper did it: another test, level, set of people or reading of values is ours."""
    moved = set(changed(assumptions, trial)) & {"test", "sides", "alpha", "loss"}
    as_published = endpoint_pairs(trial, endpoint, defaults(trial))
    same = analysed_differences(pairs) == analysed_differences(as_published)
    same &= analysed_participants(pairs) == analysed_participants(as_published)
    return endpoint.analysis if same and not moved else "ours"


def _means(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> ReportedMeans:
    outcome = trial.outcomes[endpoint.outcome]
    treated, control = (_reported(trial, outcome.key, "mean", arm.key) for arm in trial.arms)
    lacking = Missing("a mean is not printed for both arms")
    difference = (
        float(Fraction(str(treated)) - Fraction(str(control))) if known(treated) and known(control) else lacking
    )
    return ReportedMeans(
        endpoint.key,
        endpoint.label,
        endpoint.role,
        endpoint.analysis,
        outcome.key,
        outcome.unit,
        outcome.better,
        reported_estimand(trial, endpoint),
        treated,
        control,
        difference,
        "Only means are printed, without the number of participants or a spread: no interval and no test is possible.",
    )


def _reported(trial: Trial, outcome: str, statistic: str, arm: str | None) -> Real:
    for row in trial.reported:
        if (row.outcome, row.statistic, row.arm) == (outcome, statistic, arm) and row.value is not None:
            return float(row.value)
    return Missing("not printed")


def _events(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> Events:
    allocated = len(allocated_participants(trial))
    completed = len({row.participant for row in trial.disposition if row.event == "completed"})
    level = level_of(assumptions.alpha)
    events: Real = len(trial.events) or _reported(trial, endpoint.outcome, "count", None)
    none = events == 0
    return Events(
        endpoint.key,
        endpoint.label,
        endpoint.role,
        endpoint.analysis,
        endpoint.outcome,
        events_estimand(trial, endpoint),
        events,
        tuple((n, zero_event_upper(n, level)) for n in sorted({allocated, completed}, reverse=True) if n and none),
        level,
        "How adverse events were asked for is not in the text." if none else "",
    )


@lru_cache(maxsize=8)
def _printed_ps(trial: Trial) -> tuple[PrintedP, ...]:
    """The printed P's held against the paper's own test of its own people, whatever the viewer chose."""
    own = replace(defaults(trial), test=PAPERS_TEST, sides="two")
    paired = [paired_endpoint(trial, e, own) for e in trial.spec.endpoints if e.rater]
    rows = (row for row in trial.reported if row.statistic == "p")
    return tuple(_printed_p(trial, row, row.value, paired) for row in rows if row.value is not None)


PAPERS_TEST = "t"
"""A printed P without another word is taken for that of a two-sided paired t test."""


def _printed_p(trial: Trial, row: ReportedRow, printed: Decimal, paired: list[PairedEndpoint]) -> PrintedP:
    people = {row.participant for row in trial.disposition if row.event == "analysed"}
    units = [unit.unit for unit in trial.units if unit.participant in people]
    visit = row.visit or trial.final.key
    values = [observed(trial, unit, visit, row.outcome or "", row.rater or "").value for unit in units]
    final = visit == trial.final.key
    return PrintedP(
        row.key,
        row.label,
        row.outcome or "",
        float(printed),
        decimals(printed),
        row.source,
        sum(known(value) for value in values),
        len(units),
        tuple(e.label for e in paired if final and rounds_to(e.test.p, printed)),
    )


def _comparisons(trial: Trial, selected: PairedEndpoint) -> tuple[Comparison, ...]:
    """The printed numbers about outcomes, over whoever is analysed for the selected endpoint."""
    analysed = analysed_participants(selected.pairs)
    rows = (r for r in trial.reported if r.outcome and r.statistic in SHOWN_STATISTICS)
    return tuple(c for row in rows for c in [comparison(trial, row, analysed)] if c is not None)


SHOWN_STATISTICS = (
    "mean",
    "count",
    "improved",
    "improved_participants",
    "unchanged_participants",
    "not_improved_percent",
)


def reading(result: EndpointsResult) -> str:
    """The selected endpoint: estimate and interval first, p after, then what the data can't exclude."""
    return endpoint_reading(result.selected)
