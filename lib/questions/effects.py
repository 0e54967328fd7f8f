"""Effect sizes of one endpoint: the same differences in units that other trials can be held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.analysis.change import CHANGES
from lib.analysis.effect_size import (
    EffectSize,
    d_av,
    d_z,
    discordant_odds_ratio,
    hedges_g_z,
    probability_of_superiority,
    responder_difference,
)
from lib.analysis.paired import NO_PAIRS
from lib.assumptions import Assumptions
from lib.questions.changes import Measure, change_words, measure_of
from lib.questions.levels import level_of
from lib.questions.pairs import Direction, Pair, analysed_differences, endpoint_pairs
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import observed
from lib.values import Exact, Missing

RESPONDERS = "responder"
"""The change by which responders are told."""


@dataclass(frozen=True)
class EffectResult:
    """One effect size, and how many pairs it is made of."""

    size: EffectSize
    pairs: int


def effect_sizes(
    trial: Trial, endpoint: Endpoint, pairs: tuple[Pair, ...], better: Direction, assumptions: Assumptions
) -> tuple[EffectResult, ...]:
    """Every effect size of the analysed pairs, with two-sided intervals at the viewer's level."""
    differences, level = analysed_differences(pairs), level_of(assumptions.alpha)
    measure = measure_of(trial, endpoint.outcome, endpoint.rater or "", endpoint.change, assumptions)
    standardised = (d_z(differences, level), hedges_g_z(differences, level))
    if CHANGES[measure.change].yes_no:
        reason = "responses of yes or no: see their difference and odds ratio"
        standardised = (_refused(standardised[0], reason), _refused(standardised[1], reason))
    sizes = (
        *standardised,
        _by_baseline(trial, measure, pairs, level),
        probability_of_superiority(differences, better, level),
    )
    whole = len(differences)
    return (*(EffectResult(size, whole) for size in sizes), *_responders(trial, endpoint, assumptions, level))


def _refused(size: EffectSize, reason: str) -> EffectSize:
    return replace(size, value=Missing(reason), interval=replace(size.interval, low=None, high=None, reason=reason))


def _by_baseline(trial: Trial, measure: Measure, pairs: tuple[Pair, ...], level: float) -> EffectSize:
    analysed = [pair for pair in pairs if pair.analysed]
    treated, control = (
        [_baseline(trial, measure, unit) for unit in units]
        for units in ([p.treated.unit for p in analysed], [p.control.unit for p in analysed])
    )
    size = d_av(analysed_differences(pairs), treated, control, level)
    if measure.change == "absolute":
        return size
    return _refused(size, "the baseline SD is in the outcome's unit, and this change is not")


def _baseline(trial: Trial, measure: Measure, unit: str) -> Exact:
    return observed(trial, unit, trial.baseline.key, measure.outcome, measure.rater).value


def _responders(trial: Trial, endpoint: Endpoint, assumptions: Assumptions, level: float) -> Iterator[EffectResult]:
    """Who responded by the viewer's threshold, whatever change is analysed; the rule for whoever was lost holds."""
    wanted = endpoint.model_copy(update={"change": RESPONDERS})
    measure = measure_of(trial, endpoint.outcome, endpoint.rater or "", RESPONDERS, assumptions)
    known = analysed_differences(endpoint_pairs(trial, wanted, assumptions))
    wins, losses = sum(value > 0 for value in known), sum(value < 0 for value in known)
    for size in (responder_difference(wins, losses, len(known), level), discordant_odds_ratio(wins, losses, level)):
        size = size if known else _refused(size, NO_PAIRS.reason)
        yield EffectResult(replace(size, label=f"{size.label}: {change_words(trial, measure)}"), len(known))
