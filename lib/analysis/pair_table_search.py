"""The tables that printed summaries allow: counted without listing them where that is possible, then listed.

Each summary is of one coordinate of the pairs: treated scores, control scores, or differences. While all are of one
coordinate, its multisets are filtered, and each stands for a known number of tables. Means and SDs of both arms and the
mean difference depend on the two margins of a table alone, and tables with given margins are counted. Only SD and p of
differences beside a summary of an arm need the tables themselves. They are listed from the coordinate that leaves
fewest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import count, takewhile

import numpy as np
from numpy.typing import NDArray

from lib.analysis.pair_table_counts import (
    Leads,
    Mask,
    Rows,
    Side,
    Whole,
    arm_leads,
    difference_leads,
    margin_counter,
    moments,
    multiset_count,
    pairs,
    runs,
)
from lib.analysis.pair_table_p import p_values
from lib.analysis.pair_table_printed import PairSummaries, Summary
from lib.analysis.pair_table_summary import Tables
from lib.analysis.rounding import half_unit
from lib.errors import OverBudget
from lib.progress import each

MOST_TABLES = 5_000_000
"""Tables that are listed before they are filtered: a few seconds."""

MOST_PAIRS = 40_000_000
"""The same in pairs: from 9 pairs on fewer tables are listed."""

MOST_LEAD_VALUES = 6_000_000
"""Multisets of one coordinate, times n."""

MOST_STEPS = 1_000_000
"""Rows that are taken off tables to count those of given margins: about two seconds."""

LARGEST_COUNT = 2**55
"""Numbers of tables stay below, so that they are machine integers."""

P_ERROR = 1e-12
"""A p so close to the end of what rounds to a printed one counts as inside: more than its computation errs by."""

_CHUNK = 2_000_000
"""Pairs that are listed at once, so that memory stays small and a viewer can stop it."""


@dataclass(frozen=True)
class Search:
    """A question with its leads.

    `meets` holds for each printed summary which leads of its coordinate meet it. A p that would take too long is left
    out; `p` is that of the differences that meet what comes before it, NaN elsewhere.
    """

    printed: PairSummaries
    leads: Mapping[Side, Leads]
    meets: Mapping[str, Mask]
    p: NDArray[np.float64] | None = None

    def mask(self, side: Side, given: Sequence[Summary]) -> Mask:
        """Leads of a coordinate that meet those of the summaries that are of it."""
        mask = np.ones(len(self.leads[side].rows), np.bool_)
        for summary in given:
            if summary.side == side:
                mask &= self.meets[summary.key]
        return mask

    def answers(self, side: Side, given: Sequence[Summary]) -> bool:
        """Whether the leads of this coordinate alone tell which tables meet the summaries."""
        return side in self.leads and all(s.side == side and s.key in self.meets for s in given)

    @cached_property
    def margins(self) -> Margins:
        """The margins of one arm, which are those of the other as well."""
        leads = self.leads["treated"]
        # a total of t has places 1 to t, so that as many totals are k or more as there are places k
        places, shape = np.unique(np.sort(runs(leads.rows), axis=1), axis=0, return_inverse=True)
        at_least = [[row.count(k) for k in range(1, len(row) + 1)] for row in places.tolist()]
        shapes = tuple(tuple(sum(c > j for c in counts) for j in range(counts[0])) for counts in at_least)
        return Margins(shapes, shape.ravel(), margin_counter(MOST_STEPS))


@dataclass(frozen=True)
class Margins:
    """Margins up to the order of their totals, which of them each lead has, and what counts the tables of a pair."""

    shapes: tuple[tuple[int, ...], ...]
    of: NDArray[np.intp]
    tables: Callable[[tuple[int, ...], tuple[int, ...]], int]


# ---- leads


def search(printed: PairSummaries) -> Search:
    """The leads of a question, and which of them meet what is printed.

    Raises
    ------
    OverBudget
        If the multisets of one arm are too many, or the tables to be listed.
    """
    n, levels = printed.n, printed.levels
    if n * multiset_count(n, levels) > MOST_LEAD_VALUES or multiset_count(n, levels**2) > LARGEST_COUNT:
        raise _over_budget(printed)
    treated = arm_leads("treated", n, levels)
    leads: dict[Side, Leads] = {"treated": treated, "control": replace(treated, side="control")}
    if n * multiset_count(n, 2 * levels - 1) <= MOST_LEAD_VALUES:
        leads["difference"] = difference_leads(n, levels)
    meets = {
        summary.key: _within(printed, summary, leads[summary.side].sums, leads[summary.side].spreads)
        for summary in printed.given
        if summary.kind != "p" and summary.side in leads
    }
    found = _with_p(Search(printed, leads, meets))
    if all(mask.any() for mask in _masks(found).values()):
        _fewest(found)  # refuses what can't be listed before counting takes long
    return found


def _within(printed: PairSummaries, summary: Summary, sums: Whole, spreads: Whole) -> Mask:
    """Which sums, or spreads, round to a printed mean, or SD; one value has no SD."""
    if summary.kind == "sd" and printed.n == 1:
        return np.zeros(len(sums), np.bool_)
    least, most = printed.bounds(summary)
    values = spreads if summary.kind == "sd" else sums
    return (least <= values) & (values <= most)


def _with_p(found: Search) -> Search:
    printed = found.printed
    if printed.p is None or "difference" not in found.leads:
        return found
    candidates = found.mask("difference", printed.before_p)
    p = np.full(len(candidates), np.nan)
    try:
        p[candidates] = p_values(printed.test, printed.alternative, found.leads["difference"].rows[candidates])
    except OverBudget:
        return found
    return replace(found, meets={**found.meets, "p": _rounds_to(p, printed.p)}, p=p)


def _rounds_to(p: NDArray[np.float64], printed: Decimal) -> Mask:
    return np.abs(p - float(printed)) <= float(half_unit(printed)) + P_ERROR


# ---- counting


def counted(found: Search, given: Sequence[Summary]) -> int | None:
    """How many tables meet these summaries; None where only a list of tables can tell.

    Raises
    ------
    OverBudget
        If they are counted by their margins, and those are too many.
    """
    for side in found.leads:
        if found.answers(side, given):
            return int(found.leads[side].weights[found.mask(side, given)].sum())
    return _by_margins(found, given) if _are_of_margins(given) else None


def _are_of_margins(given: Sequence[Summary]) -> bool:
    """Whether the scores of both arms tell, whoever they belong to."""
    return all(summary.side != "difference" or summary.kind == "mean" for summary in given)


def _by_margins(found: Search, given: Sequence[Summary]) -> int:
    """Tables by their margins: how many pairs of margins have each shape, times the tables of that shape."""
    margins, leads = found.margins, found.leads["treated"]
    sums = int(leads.sums.max()) + 1

    def by_sum(side: Side) -> Whole:
        mask = found.mask(side, given)
        codes = margins.of[mask] * sums + leads.sums[mask]
        return np.bincount(codes, minlength=len(margins.shapes) * sums).reshape(len(margins.shapes), sums)

    both = by_sum("treated") @ _allowed(found.printed, given, sums) @ by_sum("control").T
    shapes = margins.shapes
    try:
        return sum(int(both[i, j]) * margins.tables(shapes[i], shapes[j]) for i, j in np.argwhere(both).tolist())
    except OverBudget as refusal:
        raise _over_budget(found.printed) from refusal


def _allowed(printed: PairSummaries, given: Sequence[Summary], sums: int) -> Whole:
    """1 where a sum of treated scores (row) and one of control scores (column) have the mean difference, if given."""
    differences = np.arange(sums)[:, np.newaxis] - np.arange(sums)
    allowed = np.ones((sums, sums), np.int64)
    for summary in given:
        if summary.side == "difference":
            allowed *= _within(printed, summary, differences, differences)
    return allowed


# ---- listing


def listed(found: Search) -> tuple[Tables, Mask]:
    """Every table that meets what is printed but for p, and which of them meet that as well.

    Where p is the only summary of the differences, tables that do not meet it may be left out.

    Raises
    ------
    OverBudget
        If the tables to be filtered are too many from whichever coordinate, or the p to be computed.
    """
    leads, mask = _fewest(found)
    cells = [_cells(found.printed, leads, rows) for rows in each(_chunks(leads, mask), "tables of pairs")]
    tables = Tables(np.concatenate(cells), found.printed.levels, found.printed.low)
    return tables, _met_p(found.printed, tables)


def _fewest(found: Search) -> tuple[Leads, Mask]:
    """The coordinate from which the fewest tables are to be filtered, and its leads that may have some."""
    masks = _masks(found)
    work = {side: int(found.leads[side].weights[mask].sum()) for side, mask in masks.items()}
    side = min(work, key=lambda side: work[side])
    if work[side] > _most_tables(found.printed.n):
        raise _over_budget(found.printed, work[side])
    return found.leads[side], masks[side]


def _masks(found: Search) -> dict[Side, Mask]:
    return {side: found.mask(side, _leading(found, side)) for side in found.leads}


def _leading(found: Search, side: Side) -> tuple[Summary, ...]:
    """Summaries that choose the leads: not p where the tables that meet all but p are still to be counted."""
    before_p = found.printed.before_p
    are_counted = found.answers(side, before_p) or _are_of_margins(before_p)
    given = found.printed.given if are_counted else before_p
    return tuple(summary for summary in given if summary.key in found.meets)


def _chunks(leads: Leads, mask: Mask) -> list[Rows]:
    """The leads in portions of about `_CHUNK` pairs; one that is empty where there are none."""
    rows, tables = leads.rows[mask], np.cumsum(leads.weights[mask])
    step = max(1, _CHUNK // rows.shape[1])
    portion = np.flatnonzero(np.diff(tables // step)) + 1
    return np.split(rows, portion)


def _cells(printed: PairSummaries, leads: Leads, rows: Rows) -> NDArray[np.unsignedinteger]:
    """The tables of these leads that meet means and SDs, as rows of ascending cells."""
    treated, control = pairs(leads, rows)
    scores: dict[Side, Rows] = {"treated": treated, "control": control, "difference": treated - control}
    found = {side: moments(scores[side]) for side in {summary.side for summary in printed.before_p}}
    met = np.ones(len(treated), np.bool_)
    for summary in printed.before_p:
        met &= _within(printed, summary, *found[summary.side])
    cells = treated[met].astype(np.int64) * printed.levels + control[met]
    return np.sort(cells.astype(np.min_scalar_type(printed.levels**2 - 1)), axis=1)


def _met_p(printed: PairSummaries, tables: Tables) -> Mask:
    if printed.p is None:
        return np.ones(tables.size, np.bool_)
    p = p_values(printed.test, printed.alternative, tables.differences.rows)
    return _rounds_to(p, printed.p)[tables.differences.of]


# ---- refusal


def _most_tables(n: int) -> int:
    return min(MOST_TABLES, MOST_PAIRS // n)


def _over_budget(printed: PairSummaries, work: int | None = None) -> OverBudget:
    n, cells = printed.n, printed.levels**2
    total = _size(multiset_count(n, cells))
    most = sum(1 for _ in takewhile(lambda n: multiset_count(n, cells) <= _most_tables(n), count(1)))
    left = "" if work is None else f", of which what is printed leaves {_size(work)} to go through"
    return OverBudget(
        f"n: {n} given; wanted at most {most} on a scale of {printed.levels} scores, or more summaries, or finer ones: "
        f"{total} tables{left}; the limit is {_size(_most_tables(n))}"
    )


def _size(tables: int) -> str:
    return f"{tables:,}" if tables < 10**6 else f"{tables:.1e}" if tables < 10**100 else "more than 1e100"
