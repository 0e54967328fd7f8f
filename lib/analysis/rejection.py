"""What tests on a sum of scores share: where they reject, and the shifts that they don't reject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction

import numpy as np

from lib.analysis import binomial_sums, exact, inversion, paired, subset_sums
from lib.analysis.inversion import Accepted
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, Region
from lib.errors import OverBudget
from lib.values import Missing

MOST_LISTED = 2**18
"""Labellings whose sums are listed exactly to find a region; more are added up in floats."""

NEAR_TIE = 1e-9
"""Relative distance from α within which a tail that was added up in floats decides nothing."""

MOST_WORK = 5 * 10**9
"""Additions of one inversion: about a second."""

MOST_SCORED = 2**21
"""Differences that one inversion may score: 120 untied pairs for the signed-rank test, in two to three seconds."""


# ---- one hypothesis


def _is_surely_rejected(scores: Sequence[int], observed: int, alternative: Alternative, alpha: Fraction) -> bool:
    """Whether Hoeffding's bound alone shows that p is at most `alpha`."""
    bound = binomial_sums.hoeffding(scores, exact.upper_threshold(scores, observed, alternative))
    return exact.both_sides(Fraction(bound), alternative) <= alpha * (1 - Fraction(NEAR_TIE))


def _p_beside(scores: Sequence[int], observed: int, alternative: Alternative, alpha: Fraction) -> Fraction:
    """P as quickly as it can be had on the right side of `alpha`.

    Raises
    ------
    OverBudget
        If p is so close to `alpha` that floats can't tell, and its null too long for integers.
    """
    whole, divisor = exact.coarsest(scores)
    at_least = exact.upper_threshold(scores, observed, alternative)
    p = exact.both_sides(Fraction(binomial_sums.tail(whole, at_least // divisor)), alternative)
    if abs(p - alpha) > alpha * Fraction(NEAR_TIE):
        return p
    if not exact.is_countable(whole):
        raise OverBudget(f"p is within rounding of {float(alpha):g}, and its null is too long for integers")
    return exact.both_sides(exact.tail(scores, at_least), alternative)


# ---- regions


def region(
    data: Paired, statistic: str, scores: Sequence[int], scale: Fraction = Fraction(1), shift: Fraction = Fraction(0)
) -> Region | Missing:
    """Where a test on a sum of scores rejects, in the units scale · sum + shift; missing where that is too long."""
    if data.n == 0:
        return paired.NO_PAIRS
    try:
        critical = _critical_sum(scores, data.alpha / data.sides)
    except OverBudget as refusal:
        return Missing(str(refusal))
    if critical is None:
        return Region(statistic, None, None, 0.0)
    largest, tail = critical
    low, high = float(scale * (sum(scores) - largest) + shift), float(scale * largest + shift)
    return Region(
        statistic,
        low=None if data.alternative == "greater" else low,
        high=None if data.alternative == "less" else high,
        size=float(data.sides * tail),
    )


def _critical_sum(scores: Sequence[int], most: Fraction) -> tuple[int, Fraction] | None:
    """The smallest sum whose upper tail is at most `most`, with that tail; None if even the largest has more."""
    scores, divisor = exact.coarsest(scores)
    found = _listed_lower(scores, most) if 2 ** len(scores) <= MOST_LISTED else _added_lower(scores, most)
    if found is None:
        return None
    lower, tail = found
    return (sum(scores) - lower) * divisor, tail


def _listed_lower(scores: Sequence[int], most: Fraction) -> tuple[int, Fraction] | None:
    """The largest sum whose lower tail is at most `most`, with that tail."""
    found, running = None, 0
    for total, count in sorted(subset_sums.subset_counts(scores, MOST_LISTED).items()):
        running += count
        if running > most * 2 ** len(scores):
            return found
        found = total, Fraction(running, 2 ** len(scores))
    return found


def _added_lower(scores: Sequence[int], most: Fraction) -> tuple[int, Fraction] | None:
    # By symmetry a lower tail below 1/2 ends in the lower half.
    longest = sum(scores) // 2 if most < Fraction(1, 2) else sum(scores)
    tails = np.cumsum(binomial_sums.lower_probabilities(scores, longest))
    place = int(np.searchsorted(tails, float(most), side="right")) - 1
    beside = tails[max(place, 0) : place + 2] / float(most) - 1
    # Up to 52 scores every tail is a whole number of 2^-52ths, which floats hold exactly.
    if len(scores) > exact.MOST_COUNTED and np.any(np.abs(beside) < NEAR_TIE):
        raise OverBudget(f"a tail is within rounding of {float(most):g}, and the null is too long for integers")
    return (place, Fraction(float(tails[place]))) if place >= 0 else None


# ---- intervals


def inverted(
    data: Paired, breakpoints: Collection[int], unit: Fraction, scored: Callable[[Sequence[int]], tuple[list[int], int]]
) -> Accepted:
    """The shifts that a test on a sum of scores does not reject.

    Parameters
    ----------
    data
        The differences, alternative and level.
    breakpoints, unit
        Every shift at which scores or signs may change, once each: breakpoint · unit.
    scored
        Scores of the differences minus a shift, given as integers, and the sum of those that are then positive.

    Raises
    ------
    OverBudget
        If the nulls that Hoeffding's bound leaves undecided take more than `MOST_WORK`.
    """
    _check_scoring(2 * len(breakpoints) + 1, data.n)
    points = [multiple * unit for multiple in sorted(breakpoints)]
    sums = {cell.probe: scored(data.lattice.minus(cell.probe)) for cell in inversion.cells(points)}
    undecided = {
        theta for theta, found in sums.items() if not _is_surely_rejected(*found, data.alternative, data.alpha)
    }
    _check_work([sums[theta][0] for theta in undecided])

    def p_or_bound(theta: Fraction) -> Fraction:
        return _p_beside(*sums[theta], data.alternative, data.alpha) if theta in undecided else Fraction(0)

    return inversion.invert(p_or_bound, points, data.alpha)


def _check_scoring(evaluations: int, n: int) -> None:
    if evaluations * n > MOST_SCORED:
        raise OverBudget(
            f"inverting the test on {n} pairs takes {evaluations:,} exact nulls, {evaluations * n:,} scores in all; "
            f"the limit is {MOST_SCORED:,}"
        )


def _check_work(nulls: Sequence[Sequence[int]]) -> None:
    work = sum(map(binomial_sums.additions, nulls))
    if work > MOST_WORK:
        raise OverBudget(
            f"inverting the test takes {len(nulls):,} exact nulls, {work:.1e} additions in all; "
            f"the limit is {MOST_WORK:.0e}"
        )
