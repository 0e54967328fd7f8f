"""Effect sizes of one endpoint: the same differences in units that other trials can be held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lib.analysis.effect_size import (
    EffectSize,
    d_av,
    d_z,
    discordant_odds_ratio,
    hedges_g_z,
    probability_of_superiority,
    responder_difference,
)
from lib.assumptions import Assumptions
from lib.questions.changes import Measure, change_of, change_words
from lib.questions.levels import level_of
from lib.questions.pairs import Direction, Pair, analysed_differences
from lib.trial.model import Trial
from lib.trial.observed import observed
from lib.values import Exact, Missing


def effect_sizes(
    trial: Trial, measure: Measure, pairs: tuple[Pair, ...], better: Direction, assumptions: Assumptions
) -> tuple[EffectSize, ...]:
    """Every effect size of the analysed pairs, with two-sided intervals at the viewer's level."""
    differences, level = analysed_differences(pairs), level_of(assumptions.alpha)
    return (
        d_z(differences, level),
        hedges_g_z(differences, level),
        _by_baseline(trial, measure, pairs, level),
        probability_of_superiority(differences, better, level),
        *_responders(trial, measure, pairs, level),
    )


def _by_baseline(trial: Trial, measure: Measure, pairs: tuple[Pair, ...], level: float) -> EffectSize:
    analysed = [pair for pair in pairs if pair.analysed]
    treated, control = (
        [_baseline(trial, measure, unit) for unit in units]
        for units in ([p.treated.unit for p in analysed], [p.control.unit for p in analysed])
    )
    size = d_av(analysed_differences(pairs), treated, control, level)
    if measure.change == "absolute":
        return size
    reason = "the baseline SD is in the outcome's unit, and this change is not"
    return replace(size, value=Missing(reason), interval=replace(size.interval, low=None, high=None, reason=reason))


def _baseline(trial: Trial, measure: Measure, unit: str) -> Exact:
    return observed(trial, unit, trial.baseline.key, measure.outcome, measure.rater).value


def _responders(trial: Trial, measure: Measure, pairs: tuple[Pair, ...], level: float) -> Iterator[EffectSize]:
    """Who responded by the viewer's threshold, whatever change is analysed; only pairs of which both are known."""
    wanted = replace(measure, change="responder")
    values = [_response(trial, wanted, pair) for pair in pairs if pair.analysed and not pair.assumed]
    known = [value for value in values if isinstance(value, Fraction)]
    wins, losses = sum(value > 0 for value in known), sum(value < 0 for value in known)
    for size in (responder_difference(wins, losses, len(known), level), discordant_odds_ratio(wins, losses, level)):
        yield replace(size, label=f"{size.label}: {change_words(trial, wanted)}")


def _response(trial: Trial, wanted: Measure, pair: Pair) -> Exact:
    treated, control = (
        change_of(trial, unit.unit, trial.final.key, wanted).value for unit in (pair.treated, pair.control)
    )
    if isinstance(treated, Missing):
        return treated
    return control if isinstance(control, Missing) else treated - control
