"""Every endpoint recomputed: estimand, pairs, estimate with interval, test and its floor, and the printed numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.analysis.proportion import zero_event_upper
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative, TestResult
from lib.assumptions import NOBODY, Assumptions, changed
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.endpoint_set import endpoints, selected_endpoint
from lib.questions.estimand import Estimand, estimand_of
from lib.questions.pairs import Pair, analysed_differences, analysed_participants, endpoint_pairs, unit_of_change
from lib.questions.printed import Comparison, comparison, rounds_to
from lib.questions.wording import (
    interval_words,
    number,
    p_phrase,
    percent,
    plural,
    probability,
    signed,
)
from lib.trial.model import Endpoint, Outcome, ReportedRow, Trial
from lib.trial.observed import allocated_participants, decimals
from lib.values import Missing, Real, known

EXACT_TEST = "sign-flip"
"""The exact test that every endpoint shows beside the chosen one, for its attainable floor."""


@dataclass(frozen=True)
class PairedEndpoint:
    """An endpoint with individual values: pairs, the chosen test, and the exact test beside it."""

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    unit: str
    better: str
    estimand: Estimand
    pairs: tuple[Pair, ...]
    test: TestResult
    exact: TestResult


@dataclass(frozen=True)
class ReportedMeans:
    """An endpoint of which only means are printed: a difference without spread, so no interval and no test."""

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    unit: str
    better: str
    estimand: Estimand
    treated: Real
    control: Real
    difference: Real
    reason: str


@dataclass(frozen=True)
class Events:
    """Adverse events: how many participants had one, and the exact one-sided upper limit where none did.

    `limits` pairs a denominator (participants) with that limit.
    """

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    estimand: Estimand
    events: Real
    limits: tuple[tuple[int, float], ...]
    level: float
    reason: str


EndpointResult = PairedEndpoint | ReportedMeans | Events


@dataclass(frozen=True)
class PrintedP:
    """A printed P of an outcome, and which of our p's for that outcome round to it."""

    key: str
    label: str
    outcome: str
    printed: float
    decimals: int
    source: str
    fits: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class EndpointsResult:
    """All endpoints under one set of assumptions; `selected` is the one that the viewer chose."""

    selected: PairedEndpoint
    endpoints: tuple[EndpointResult, ...]
    printed_p: tuple[PrintedP, ...]
    comparisons: tuple[Comparison, ...]
    alpha: float
    sides: str
    level: float
    arms: tuple[tuple[str, str], ...]
    highlighted: str | None
    allocation_note: str


def answer(trial: Trial, assumptions: Assumptions) -> EndpointsResult:
    """Every endpoint of the trial under these assumptions."""
    results = tuple(_endpoint(trial, endpoint, assumptions) for endpoint in endpoints(trial, assumptions))
    selected_key = selected_endpoint(trial, assumptions).key
    paired = [result for result in results if isinstance(result, PairedEndpoint)]
    selected = next(result for result in paired if result.key == selected_key)
    return EndpointsResult(
        selected,
        results,
        tuple(_printed_p(trial, r, r.value, paired) for r in trial.reported if r.statistic == "p" and r.value),
        _comparisons(trial, selected),
        assumptions.alpha,
        assumptions.sides,
        level_of(assumptions.alpha),
        tuple((arm.key, arm.label) for arm in trial.arms),
        None if assumptions.highlight == NOBODY else assumptions.highlight,
        ALLOCATION_NOTES[trial.spec.design.allocation_unit],
    )


def level_of(alpha: float) -> float:
    """1 − α in decimal arithmetic: 0.07 gives 0.93, not 0.9299999999999999."""
    return float(1 - Fraction(repr(alpha)))


def alternative(outcome: Outcome, sides: str) -> Alternative:
    """What counts as evidence: one-sided means towards benefit of the treated side."""
    if sides == "two":
        return "two-sided"
    return "less" if outcome.better == "lower" else "greater"


def _endpoint(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> EndpointResult:
    outcome = trial.outcomes[endpoint.outcome]
    if outcome.kind == "events":
        return _events(trial, endpoint, assumptions)
    return _paired(trial, endpoint, assumptions) if endpoint.rater else _means(trial, endpoint, assumptions)


def _paired(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> PairedEndpoint:
    outcome = trial.outcomes[endpoint.outcome]
    pairs = endpoint_pairs(trial, endpoint, assumptions)
    differences = analysed_differences(pairs)
    side, level = alternative(outcome, assumptions.sides), level_of(assumptions.alpha)
    test = TESTS[assumptions.test].run(differences, side, level)
    return PairedEndpoint(
        endpoint.key,
        endpoint.label,
        endpoint.role,
        _whose(trial, endpoint, assumptions),
        outcome.key,
        unit_of_change(trial, endpoint),
        outcome.better,
        estimand_of(trial, endpoint, assumptions, f"{test.estimate_name} within a person"),
        pairs,
        test,
        TESTS[EXACT_TEST].run(differences, side, level),
    )


def _whose(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> str:
    """The paper's only as the paper did it: any other test, level or set of participants is ours, post hoc."""
    moved = set(changed(assumptions, trial)) & {"rounding", "who", "test", "sides", "alpha"}
    return "ours" if moved else endpoint.analysis


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
        estimand_of(trial, endpoint, assumptions, "difference of the printed means"),
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
        estimand_of(trial, endpoint, assumptions, "share of participants with at least one event"),
        events,
        tuple((n, zero_event_upper(n, level)) for n in sorted({allocated, completed}, reverse=True) if n and none),
        level,
        "How adverse events were asked for is not in the text." if none else "",
    )


def _printed_p(trial: Trial, row: ReportedRow, printed: Decimal, paired: list[PairedEndpoint]) -> PrintedP:
    final = row.visit in (None, trial.final.key)
    return PrintedP(
        row.key,
        row.label,
        row.outcome or "",
        float(printed),
        decimals(printed),
        row.source,
        tuple(e.label for e in paired if final and rounds_to(e.test.p, printed)),
        "" if final else f"not every {trial.spec.unit.singular} has a published value at that visit",
    )


def _comparisons(trial: Trial, selected: PairedEndpoint) -> tuple[Comparison, ...]:
    """The printed numbers about outcomes, over whoever is analysed for the selected endpoint."""
    analysed = analysed_participants(selected.pairs)
    rows = (r for r in trial.reported if r.outcome and r.statistic in SHOWN_STATISTICS)
    return tuple(c for row in rows for c in [comparison(trial, row, analysed)] if c is not None)


SHOWN_STATISTICS = ("mean", "count", "improved", "improved_participants", "not_improved_percent")


# --- sentences -------------------------------------------------------------------------------------------------------


def reading(result: EndpointsResult) -> str:
    """The selected endpoint: estimate and interval first, p after, then what the data can't exclude."""
    return endpoint_reading(result.selected)


def endpoint_reading(endpoint: EndpointResult) -> str:
    """One endpoint in words."""
    if isinstance(endpoint, PairedEndpoint):
        return _paired_reading(endpoint)
    return _means_reading(endpoint) if isinstance(endpoint, ReportedMeans) else _events_reading(endpoint)


def _paired_reading(endpoint: PairedEndpoint) -> str:
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return f"{endpoint.label}: no estimate ({test.estimate.reason})."
    unit = short_unit(endpoint.unit)
    return (
        f"{endpoint.label}: treated minus control {signed(test.estimate)} {unit} ({interval_words(test.interval)}; "
        f"{test.estimate_name}, {plural(test.n, 'pair', 'pairs')}); {test.method}: {p_phrase(test.p)}. "
        f"{compatibility(endpoint)} {floor_words(endpoint)}"
    ).strip()


def short_unit(unit: str) -> str:
    return "pp" if unit == "percentage points" else unit


def compatibility(endpoint: PairedEndpoint) -> str:
    """What the interval leaves possible, by the direction that is better for the patient."""
    interval = endpoint.test.interval
    level = percent(interval.level)
    above = interval.low is not None and interval.low > 0
    below = interval.high is not None and interval.high < 0
    if not above and not below:
        return f"At {level}, neither benefit nor harm of the treatment is excluded."
    benefit = above == (endpoint.better == "higher")
    return f"At {level}, the interval lies wholly on the side of {'benefit' if benefit else 'harm'}."


def floor_words(endpoint: PairedEndpoint) -> str:
    """The smallest p that an exact test of these pairs could give."""
    floor = endpoint.exact.floor
    if isinstance(floor.general, Missing) or isinstance(floor.given_zeros, Missing):
        return ""
    zeros = endpoint.exact.n - endpoint.exact.n_nonzero
    given = f", and {probability(floor.given_zeros)} with the {zeros} zero differences seen" if zeros else ""
    given = given.replace("1 zero differences", "1 zero difference")
    pairs = plural(endpoint.exact.n, "pair", "pairs")
    return f"No exact test of {pairs} can give a p below {probability(floor.general)}{given}."


def driver(endpoint: PairedEndpoint) -> str:
    """Which participant's difference weighs most, and which of the two units moved."""
    analysed = [pair for pair in endpoint.pairs if pair.analysed and isinstance(pair.difference, Fraction)]
    moved = [pair for pair in analysed if pair.difference != 0]
    if not moved:
        return ""
    largest = max(moved, key=lambda pair: abs(pair.difference) if isinstance(pair.difference, Fraction) else 0)
    unit = short_unit(endpoint.unit)
    treated, control = (_changed(change.value, unit) for change in (largest.treated, largest.control))
    return (
        f"The largest difference is participant {largest.participant}'s, {_changed(largest.difference, unit)}: "
        f"treated {treated}, control {control}."
    )


def _changed(value: Fraction | Missing, unit: str) -> str:
    return f"{signed(float(value))} {unit}" if isinstance(value, Fraction) else "missing"


def _means_reading(endpoint: ReportedMeans) -> str:
    if isinstance(endpoint.difference, Missing):
        return f"{endpoint.label}: {endpoint.difference.reason}."
    return (
        f"{endpoint.label}: treated {number(endpoint.treated)}, control {number(endpoint.control)}, difference "
        f"{signed(endpoint.difference)} {endpoint.unit}. {endpoint.reason}"
    )


def _events_reading(endpoint: Events) -> str:
    if isinstance(endpoint.events, Missing):
        return f"{endpoint.label}: {endpoint.events.reason}."
    if not endpoint.limits:
        return f"{endpoint.label}: {number(endpoint.events)} recorded."
    limits = ", ".join(f"{100 * upper:.0f} % of participants (0 of {n})" for n, upper in endpoint.limits)
    return (
        f"{endpoint.label}: none reported, which is compatible with a true share of up to {limits}; exact one-sided "
        f"{percent(endpoint.level)} limits. {endpoint.reason}"
    )
