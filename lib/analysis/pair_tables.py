"""Every table of pairs of whole scores that printed summaries allow: complete enumeration, not a sample.

n pairs, each a treated and a control score on the same scale, are a multiset of cells, as people are exchangeable. A
paper prints some of their means, SDs and p. What all tables that round to these have in common is what the paper tells;
where they differ, it leaves the reader in the dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lib.analysis.grim import grim
from lib.analysis.pair_table_counts import ARMS, Mask, multiset_count
from lib.analysis.pair_table_printed import PairSummaries, Summary, validated
from lib.analysis.pair_table_search import Search, counted, listed, search
from lib.analysis.pair_table_summary import Cell, Ranges, Tables, by_mean_difference, cells, labelled, ranges, simplest
from lib.analysis.registry import TESTS
from lib.analysis.rounding import nearest, scores_of
from lib.errors import Refusal
from lib.values import Missing

__all__ = ["PairSummaries", "PairTables", "Stage", "pair_tables"]

Pairs = tuple[tuple[int, int], ...]
"""Treated and control score of each pair."""


@dataclass(frozen=True)
class Stage:
    """How many tables meet one summary and those before it; `key` is its field of `PairSummaries`."""

    key: str
    label: str
    printed: Decimal
    tables: int


@dataclass(frozen=True)
class PairTables:
    """Every table that meets what is printed, summarised.

    `total` counts the tables of this n and scale, `size` those that meet every summary, `labelled` the data sets of
    named people that they stand for. `funnel` has a stage for each printed summary: mean and SD treated, mean and SD
    control, mean and SD of the differences, p. `fails` says at which of them no table was left, and why; empty if some
    are. `by_mean_difference` counts tables by mean difference (treated − control, score units), ascending. `cells` are
    all cells of the scale, treated ascending, then control. `examples` are the first tables: fewest different cells
    first, then by their scores, the pairs of a table ascending.
    """

    printed: PairSummaries
    total: int
    size: int
    labelled: int | Missing
    funnel: tuple[Stage, ...]
    fails: str
    ranges: Ranges
    by_mean_difference: tuple[tuple[float, int], ...]
    cells: tuple[Cell, ...]
    examples: tuple[Pairs, ...]

    @property
    def always(self) -> Pairs:
        """Cells (treated, control) that every table uses; none if there is no table."""
        return tuple((cell.treated, cell.control) for cell in self.cells if cell.tables == self.size > 0)

    @property
    def never(self) -> Pairs:
        """Cells (treated, control) that no table uses."""
        return tuple((cell.treated, cell.control) for cell in self.cells if cell.tables == 0)


# ---- funnel


def _searched(found: Search) -> tuple[list[int], Tables]:
    """Tables after each summary, and those that meet all; none is listed where counting alone leaves none."""
    printed = found.printed
    counts = _counts(found)
    if 0 in counts:
        nothing = Tables(np.zeros((0, printed.n), np.uint32), printed.levels, printed.low)
        return counts + [0] * (len(printed.given) - len(counts)), nothing
    tables, met = listed(found)
    final = tables if met.all() else Tables(tables.cells[met], tables.levels, tables.low)
    uncounted = [tables.size] if len(counts) < len(printed.before_p) else []
    return (counts + uncounted + [final.size])[: len(printed.given)], final


def _counts(found: Search) -> list[int]:
    """Tables after each summary, up to the first that none meets or that only a list can tell."""
    counts: list[int] = []
    for place in range(len(found.printed.given)):
        count = counted(found, found.printed.given[: place + 1])
        if count is None:
            break
        counts.append(count)
        if count == 0:
            break
    return counts


def _label(printed: PairSummaries, summary: Summary) -> str:
    return f"p ({TESTS[printed.test].label}, {printed.alternative})" if summary.kind == "p" else summary.label


# ---- why there is none


def _fails(found: Search, counts: Sequence[int]) -> str:
    if 0 not in counts:
        return ""
    place = counts.index(0)
    printed, summary = found.printed, found.printed.given[place]
    return f"{_label(printed, summary)} {printed.value(summary)}: {_reason(found, summary, printed.given[:place])}"


def _reason(found: Search, summary: Summary, before: tuple[Summary, ...]) -> str:
    """What the tables that meet the summaries before this one have instead, or the scores alone if that is enough."""
    printed, side = found.printed, summary.side
    if summary.kind == "sd" and printed.n == 1:
        return "one pair has no standard deviation"
    if summary.kind == "mean":
        reason = _mean_difference_reason if side == "difference" else _arm_mean_reason
        return reason(found, summary, before)
    if side not in found.leads or summary.key not in found.meets or found.mask(side, (*before, summary)).any():
        return "no table that meets what comes before has it"
    mask = found.mask(side, before)
    values = _p(found, mask) if summary.kind == "p" else _sds(found, summary, mask)
    what = "{} of " + _named(printed.n, side, any(s.side == side for s in before))
    one, many = ("p", "p") if summary.kind == "p" else ("SD", "SDs")
    return nearest(printed.value(summary), values, f"{what.format(one)}/{what.format(many)}")


def _named(n: int, side: str, are_filtered: bool) -> str:
    whose = f"{n} difference{'' if n == 1 else 's'} of whole scores" if side == "difference" else scores_of(n)
    return f"{whose} that meet what comes before" if are_filtered else whose


def _sds(found: Search, summary: Summary, mask: Mask) -> list[float]:
    spreads = np.unique(found.leads[summary.side].spreads[mask])
    sds: list[float] = np.sqrt(spreads / (found.printed.n * (found.printed.n - 1))).tolist()
    return sds


def _p(found: Search, mask: Mask) -> list[float]:
    p = np.zeros(0) if found.p is None else found.p[mask]
    values: list[float] = np.unique(p[~np.isnan(p)]).tolist()
    return values


def _arm_mean_reason(found: Search, summary: Summary, before: Sequence[Summary]) -> str:
    printed = found.printed  # whatever comes before is of the other arm, which leaves this one free
    return grim(printed.n, printed.low, printed.high, printed.value(summary)).reason


def _mean_difference_reason(found: Search, summary: Summary, before: Sequence[Summary]) -> str:
    sums = [np.unique(found.leads[side].sums[found.mask(side, before)]) for side in ARMS]
    differences = np.unique(sums[0][:, np.newaxis] - sums[1]).tolist()
    what = "mean difference{} of " + (f"{found.printed.n} pairs" + (" that meet what comes before" if before else ""))
    values = [Fraction(difference, found.printed.n) for difference in differences]
    return nearest(found.printed.value(summary), values, f"{what.format('')}/{what.format('s')}")


# ---- public function


def pair_tables(printed: PairSummaries, examples: int = 20) -> PairTables:
    """Every table of n pairs that meets what is printed.

    Parameters
    ----------
    printed
        Number of pairs, scale and summaries.
    examples
        How many tables to give in full, at least 0.

    Returns
    -------
    PairTables
        How many tables meet each summary in turn, and what those that meet all have in common. Where none does,
        `fails` names the summary, and ranges are missing.

    Raises
    ------
    Refusal
        If a number can't be what it says on this scale, or test or alternative are unknown or don't suit the scale.
    OverBudget
        If the tables are too many to be listed; the message has their number and the limit.
    Stopped
        If nobody waits for it any more.

    Examples
    --------
    Four pairs on a scale of five scores, of which only the p of a paired t test is printed:

    >>> found = pair_tables(PairSummaries(4, 0, 4, p=Decimal("0.39")), examples=1)
    >>> found.total, found.size, found.examples
    (20475, 1280, (((0, 0), (0, 0), (0, 0), (0, 1)),))
    >>> found.ranges.mean_difference
    Range(low=-2.0, high=2.0, tables=1280)
    """
    if examples < 0:
        raise Refusal(f"examples: {examples} given; wanted a number of tables, at least 0")
    found = search(validated(printed))
    counts, tables = _searched(found)
    return PairTables(
        printed=printed,
        total=multiset_count(printed.n, printed.levels**2),
        size=tables.size,
        labelled=labelled(tables),
        funnel=tuple(
            Stage(summary.key, _label(printed, summary), printed.value(summary), count)
            for summary, count in zip(printed.given, counts, strict=True)
        ),
        fails=_fails(found, counts),
        ranges=ranges(tables, printed.alternative),
        by_mean_difference=by_mean_difference(tables),
        cells=cells(tables),
        examples=simplest(tables, examples),
    )
