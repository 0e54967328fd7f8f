"""Endpoints' tables: effect sizes, adjusted p's, priors, and the printed numbers beside the data's."""

from __future__ import annotations

import pandas as pd

from lib.analysis.effect_size import EffectSize
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.results import Interval
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import EndpointsResult, PrintedP
from lib.questions.inference_result import InferenceResult
from lib.questions.wording import amount, bounds_words, chance, listed, number, percent, plural, probability, signed
from lib.report.tables.table import Table, estimand, reasoned, recomputed
from lib.trial.model import Trial
from lib.values import Missing


def tables(result: InferenceResult, trial: Trial) -> tuple[Table, ...]:
    """The estimand first, then in the order of the page."""
    return (
        estimand(result.selected),
        Table("effects", EFFECTS, effects(result)),
        Table("family", FAMILY, family(result)),
        reasoned("priors", PRIORS, result.belief, lambda _: priors(result)),
        Table("printed", PRINTED, printed(result, trial.spec.unit.plural)),
    )


EFFECTS = "Effect sizes"
FAMILY = "Primary endpoints, adjusted for being several"
PRIORS = "The same data under other priors"
PRINTED = "Printed and recomputed"


def bounds(interval: Interval) -> str:
    """`−116 to +38`."""
    return " to ".join(bounds_words(interval))


def effects(result: InferenceResult) -> pd.DataFrame:
    """Effect sizes with their intervals, or why there is none."""
    return pd.DataFrame(
        [
            {
                "Effect size": found.size.label,
                f"Value ({percent(result.level)} interval, two-sided)": _sized(found.size),
                "Pairs": str(found.pairs),
                "How": found.size.method,
            }
            for found in result.effects
        ]
    )


UNSIGNED = ("superiority", "discordant-odds-ratio")
"""Effect sizes that can't be negative: a plus before them would say nothing."""


def _sized(size: EffectSize) -> str:
    """Value with its interval, or why there is none."""
    if isinstance(size.value, Missing):
        unbounded = size.interval.low is None and size.interval.high is None
        return f"{size.value.reason}{'' if unbounded else f' ({bounds(size.interval)})'}"
    told = f"{signed(size.value)} ({bounds(size.interval)})"
    return told.replace("+", "") if size.key in UNSIGNED else told


def family(result: InferenceResult) -> pd.DataFrame:
    """The primary endpoints' p-values, as they are and under every adjustment."""
    if all(isinstance(member.p, Missing) for member in result.family.members):
        return pd.DataFrame()
    rules = [rule for rule in ADJUSTMENTS.values() if rule.key != "none"]
    chosen = result.family.adjust
    return pd.DataFrame(
        [
            {
                "Primary endpoint": member.label,
                "Treated − control (interval)": member.told,
                "p": probability(member.p),
                "Floor of p": probability(member.floor),
                **{_marked(rule.label, rule.key == chosen): probability(member.adjusted[rule.key]) for rule in rules},
            }
            for member in result.family.members
        ]
    )


def _marked(label: str, chosen: bool) -> str:
    return f"{label} (chosen)" if chosen else label


def priors(result: InferenceResult) -> pd.DataFrame:
    """The mean difference and what to expect of it, under every prior."""
    return pd.DataFrame(
        [
            {
                "Prior": _marked(label, found == result.belief),
                f"Mean difference, {short_unit(found.unit)}": signed(found.after.mean),
                f"{percent(found.interval.level)} credible interval": bounds(found.interval),
                f"P(benefit{f' above {number(found.delta)}' if found.delta else ''})": chance(found.beyond),
                f"P(p ≤ {number(found.alpha)} with {plural(found.n, 'new pair', 'new pairs')})": chance(found.success),
            }
            for label, found in result.priors
        ]
    )


def printed(result: EndpointsResult, unit: str) -> pd.DataFrame:
    """Printed numbers about outcomes beside the data's, the P's first: they are what nothing published gives."""
    rows = [
        {
            "What": row.label,
            "Printed": f"{row.printed:.{row.decimals}f}",
            "Recomputed": _printed_p_words(row, unit),
            "Where": row.source,
        }
        for row in result.printed_p
    ]
    rows += [
        {
            "What": row.label,
            "Printed": amount(row.printed, row.unit),
            "Recomputed": recomputed(row),
            "Where": row.source,
        }
        for row in result.comparisons
    ]
    return pd.DataFrame(rows)


def _printed_p_words(row: PrintedP, unit: str) -> str:
    """Whether a printed P can be recomputed, and which of our p's happen to round to it."""
    values = f"{row.known} of {row.units} {unit} have a published value"
    fits = f"; the p of these changes rounds to it: {listed(row.fits)}" if row.fits else ""
    return f"not recomputable: {values}{fits}" if row.known < row.units else f"{values}{fits}"
