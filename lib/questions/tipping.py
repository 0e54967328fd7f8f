"""What the participant who was lost could have changed: every rule beside each other, and a grid of what might be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lib.analysis.change import CHANGES, NO_RESPONDER, RESPONDER
from lib.analysis.loss import LOSSES
from lib.analysis.registry import TESTS
from lib.analysis.results import TestResult
from lib.assumptions import Assumptions
from lib.questions.changes import Measure, measure_of
from lib.questions.endpoint_reading import change_unit, short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.levels import alternative, level_of
from lib.questions.lost import Impossible, extent, loss_words
from lib.questions.pairs import Pair, analysed_differences, endpoint_pairs
from lib.questions.wording import capital, listed, measure, number, p_phrase, participants, plural, probability
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import loss
from lib.values import Missing, Real, known

UNTYPED = tuple(key for key, rule in LOSSES.items() if not rule.typed)
"""Rules that say something without a typed value."""

STEPS = 20
"""Steps of the grid along an axis where the scale has none of its own."""


@dataclass(frozen=True)
class RuleResult:
    """The chosen test under one rule for whoever was lost."""

    key: str
    label: str
    words: str
    test: TestResult
    chosen: bool


@dataclass(frozen=True)
class TippingGrid:
    """Estimate and p for each treated (columns) and control (rows) change of whoever was lost.

    `complete` tells that the grid holds every change that the scale allows. `reach` are the ends of what is possible
    from the assumed baseline. `turns` is the difference of whoever was lost, treated minus control, at which the mean
    difference is zero, and `settled` how many cells have a p of at most α.
    """

    treated: tuple[float, ...]
    control: tuple[float, ...]
    estimate: tuple[tuple[float, ...], ...]
    p: tuple[tuple[Real, ...], ...]
    complete: bool
    reach: tuple[float, float]
    turns: float
    settled: int


@dataclass(frozen=True)
class LostResult:
    """Who was lost, what each rule makes of it, and the tipping grid."""

    participants: tuple[str, ...]
    rules: tuple[RuleResult, ...]
    grid: TippingGrid | Missing
    observed: TestResult
    alpha: float
    unit: str
    better: str
    sides: str
    n: int


def lost_result(
    trial: Trial, endpoint: Endpoint, found: PairedEndpoint, assumptions: Assumptions
) -> LostResult | Missing:
    """Every rule, and the grid, for the chosen endpoint and test; Missing where nobody was lost."""
    gone = tuple(pair.participant for pair in found.pairs if _lost(trial, pair))
    if not gone:
        return Missing("nobody was lost after allocation, so no value has to be assumed")
    observed = _differences(trial, endpoint, replace(assumptions, loss="complete"))
    return LostResult(
        gone,
        tuple(
            _rule_result(trial, endpoint, found, replace(assumptions, loss=key), assumptions)
            for key in LOSSES
            if key in (*UNTYPED, assumptions.loss)
        ),
        _grid(trial, found, observed, len(gone), assumptions),
        _run(found, observed, assumptions),
        assumptions.alpha,
        found.unit,
        found.better,
        found.sides,
        len(observed) + len(gone),
    )


def _lost(trial: Trial, pair: Pair) -> bool:
    return any(loss(trial, unit.unit) is not None for unit in (pair.treated, pair.control))


def _differences(trial: Trial, endpoint: Endpoint, assumptions: Assumptions) -> tuple[Fraction, ...]:
    return analysed_differences(endpoint_pairs(trial, endpoint, assumptions))


def _run(found: PairedEndpoint, differences: Sequence[Fraction], assumptions: Assumptions) -> TestResult:
    side = alternative(found.better, assumptions.sides)
    return TESTS[assumptions.test].run(differences, side, level_of(assumptions.alpha))


def _measure(trial: Trial, found: PairedEndpoint, assumptions: Assumptions) -> Measure:
    return measure_of(trial, found.outcome, found.rater, found.change, assumptions)


def _rule_result(
    trial: Trial, endpoint: Endpoint, found: PairedEndpoint, under: Assumptions, chosen: Assumptions
) -> RuleResult:
    pairs = endpoint_pairs(trial, endpoint, under)
    refused = [pair.reason for pair in pairs if isinstance(pair.difference, Impossible)]
    words = loss_words(trial, _measure(trial, found, under), under)
    return RuleResult(
        under.loss,
        LOSSES[under.loss].label,
        f"{words}; not possible, so nothing is put in place: {refused[0]}" if refused else words,
        _run(found, analysed_differences(pairs), under),
        under.loss == chosen.loss,
    )


def _grid(
    trial: Trial, found: PairedEndpoint, observed: Sequence[Fraction], gone: int, assumptions: Assumptions
) -> TippingGrid | Missing:
    if not observed:
        return Missing("nobody who was seen is in the analysis, so that what is assumed would be all there is")
    measured = _measure(trial, found, assumptions)
    reach, widest = (extent(trial, measured, base) for base in (assumptions.lost_base, "any"))
    if isinstance(widest.low, Missing) or isinstance(widest.high, Missing):
        return Missing(widest.words)
    if isinstance(reach.low, Missing) or isinstance(reach.high, Missing):
        return Missing(reach.words)
    values, complete = _values(measured, widest.low, widest.high)
    side = alternative(found.better, assumptions.sides)
    p_of = {
        d: TESTS[assumptions.test].p([*observed, *[d] * gone], side) for d in {t - c for t in values for c in values}
    }
    whole = len(observed) + gone
    told = sum(observed, Fraction(0))
    return TippingGrid(
        tuple(map(float, values)),
        tuple(map(float, values)),
        tuple(tuple(float((told + gone * (t - c)) / whole) for t in values) for c in values),
        tuple(tuple(p_of[t - c] for t in values) for c in values),
        complete,
        (float(reach.low), float(reach.high)),
        float(-told / gone),
        sum(_at_most(p_of[t - c], assumptions.alpha) for t in values for c in values),
    )


def _at_most(p: Real, alpha: float) -> bool:
    return known(p) and p <= alpha


def _values(measured: Measure, low: Fraction, high: Fraction) -> tuple[list[Fraction], bool]:
    """The changes along an axis, and whether those are all there can be."""
    if CHANGES[measured.change].yes_no:
        return [NO_RESPONDER, RESPONDER], True
    if measured.change == "absolute" and measured.scale.levels:
        return [Fraction(step) for step in range(int(low), int(high) + 1)], True
    low, high = min(low, Fraction(0)), max(high, Fraction(0))
    return [low + (high - low) * step / STEPS for step in range(STEPS + 1)], False


def lost_reading(found: LostResult | Missing) -> str:
    """Where the rules take the estimate, where its sign turns, and whether any value settles the question."""
    if isinstance(found, Missing):
        return f"{capital(found.reason)}."
    estimates = [rule.test.estimate for rule in found.rules if not isinstance(rule.test.estimate, Missing)]
    if isinstance(found.grid, Missing) and found.observed.n == 0:
        return f"No rule is tried: {found.grid.reason}."
    if not estimates:
        return f"No rule gives an estimate for {participants(found.participants)}."
    unit = short_unit(found.unit)
    span = f"from {measure(min(estimates), unit)} to {measure(max(estimates), unit)}"
    name = found.observed.estimate_name
    head = f"By the rule for {participants(found.participants)} the {name} runs {span}."
    return f"{head} {_grid_words(found)}"


def _grid_words(found: LostResult) -> str:
    if isinstance(found.grid, Missing):
        return f"No grid of what might have been: {found.grid.reason}."
    grid = found.grid
    cells = len(grid.treated) * len(grid.control)
    every = "Of all" if grid.complete else "Of"
    settled = "none gives" if grid.settled == 0 else f"{plural(grid.settled, 'gives', 'give')}"
    shown = f"{every} {cells} combinations shown, {settled} a p of at most {number(found.alpha)}"
    return f"{turning_words(found, grid)} {shown}{_none_could(found)}."


def turning_words(found: LostResult, grid: TippingGrid) -> str:
    """What it would take to turn the sign of the mean difference, and whether that is on the grid."""
    estimates = [value for row in grid.estimate for value in row]
    if min(estimates) >= 0 or max(estimates) <= 0:
        return "No combination shown turns the sign of the mean difference."
    who = listed([f"participant {participant}" for participant in found.participants])
    if grid.turns == 0:
        return f"Those seen have a mean difference of 0, so that its sign is that of {who}."
    gap = measure(grid.turns, short_unit(found.unit))
    return f"The sign of the mean difference turns where {who} {_differ(found)} by {gap}, treated minus control."


def _differ(found: LostResult) -> str:
    return "differs" if len(found.participants) == 1 else "each differ"


def _none_could(found: LostResult) -> str:
    """That no exact test of so many pairs could, where that is so."""
    floor = found.rules[-1].test.floor.general if found.rules else Missing("no rule")
    if isinstance(floor, Missing) or floor <= found.alpha:
        return ""
    return f"; none could, since {plural(found.n, 'pair', 'pairs')} give no exact p below {probability(floor)}"


def observed_words(found: LostResult) -> str:
    """The p of whoever was seen, for comparison."""
    return f"Without anybody assumed: {p_phrase(found.observed.p, found.sides)}."


def axis_unit(found: LostResult) -> str:
    """The unit of one side's change."""
    return change_unit(found.unit)
