"""Sentences about the tables of pairs that printed summaries allow."""

from __future__ import annotations

from collections.abc import Callable

from lib.analysis.pair_table_summary import Range
from lib.analysis.pair_tables import PairTables
from lib.analysis.registry import TESTS
from lib.questions.wording import listed, number, plural, probability, signed
from lib.values import Missing, Real


def tables_title(found: PairTables) -> str:
    """How many tables agree, of how many."""
    given = listed([f"{stage.label} {stage.printed}" for stage in found.funnel]) if found.funnel else "nothing printed"
    scores = f"scores {found.printed.low} to {found.printed.high}"
    pairs = plural(found.printed.n, "pair", "pairs")
    if not found.size:
        return f"None of {found.total:,} tables of {pairs} ({scores}) agrees with {given}"
    verb = "agrees" if found.size == 1 else "agree"
    return f"{found.size:,} of {found.total:,} tables of {pairs} ({scores}) {verb} with {given}"


def allowed_words(found: PairTables) -> str:
    """What the tables leave open: mean difference, who did better, and the p of the test."""
    if not found.size:
        return f"{found.fails[:1].upper()}{found.fails[1:]}."
    ranges, test = found.ranges, TESTS[found.printed.test]
    p = dict(ranges.p)[test.key]
    told = (
        f"Mean difference, treated minus control: {_span(ranges.mean_difference, signed)}.",
        f"Pairs with the higher score on the treated side: {_percent(ranges.higher)}.",
        f"p of the {test.label[:1].lower()}{test.label[1:]}: {_span(p, probability)}.",
    )
    return " ".join(told)


def _span(values: Range, words: Callable[[Real], str]) -> str:
    if isinstance(values.low, Missing):
        return values.low.reason
    low, high = words(values.low), words(values.high)
    return low if low == high else f"{low} to {high}"


def _percent(values: Range) -> str:
    if isinstance(values.low, Missing) or isinstance(values.high, Missing):
        return "unknown"
    low, high = (f"{number(100 * value)} %" for value in (values.low, values.high))
    return low if low == high else f"{low} to {high}"


def span_words(values: Range) -> tuple[str, str]:
    """Both ends of what the tables allow."""
    return number(values.low, 4), number(values.high, 4)
