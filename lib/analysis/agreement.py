"""How far two raters of the same units agree on an ordinal scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal, get_args

from lib.errors import Refusal
from lib.values import Missing, Real

Table = tuple[tuple[int, ...], ...]
"""Counts of units: a row for each level of the first rater, a column for each of the second, levels ascending."""

Weights = Literal["linear", "quadratic", "none"]
"""A disagreement weighs its number of levels, the square of that, or the same whatever its size."""

_DISAGREEMENT: dict[Weights, Callable[[int], int]] = {
    "linear": lambda levels_apart: levels_apart,
    "quadratic": lambda levels_apart: levels_apart**2,
    "none": lambda levels_apart: int(levels_apart > 0),
}


@dataclass(frozen=True)
class Agreement:
    """Two raters of the same `n` units.

    `exact_agreement` is the share of units rated the same, `mean_difference` the first rater minus the second, in
    points of the scale.
    """

    n: int
    table: Table
    exact_agreement: float
    kappa: Real
    mean_difference: Real


# ---- validation


def _ratings_validation(first: Sequence[Fraction], second: Sequence[Fraction], levels: Sequence[int]) -> None:
    if len(first) != len(second):
        raise Refusal(f"wanted two ratings of each unit; given {len(first)} and {len(second)}")
    if not levels or any(low >= high for low, high in pairwise(levels)):
        raise Refusal(f"wanted at least one level, ascending; given {list(levels)}")
    if off := sorted({rating for rating in (*first, *second) if rating not in levels}):
        wanted = ", ".join(map(str, levels))
        raise Refusal(f"wanted ratings among {wanted}; given {', '.join(map(str, off))}")


def _table_validation(table: Sequence[Sequence[int]], weights: str) -> None:
    if weights not in get_args(Weights):
        raise Refusal(f"wanted weights among {', '.join(get_args(Weights))}; given {weights!r}")
    if any(len(row) != len(table) for row in table):
        raise Refusal(f"wanted a square table; given {len(table)} rows of {', '.join(str(len(row)) for row in table)}")
    counts = [count for row in table for count in row]
    if min(counts, default=0) < 0 or sum(counts) == 0:
        raise Refusal(f"wanted counts of at least one unit, none negative; given {table}")


# ---- public functions


def cross_table(first: Sequence[Fraction], second: Sequence[Fraction], levels: Sequence[int]) -> Table:
    """How many units got each pair of ratings.

    Parameters
    ----------
    first, second
        Ratings of the same units in the same order, each one of `levels`; any length.
    levels
        All levels of the scale, ascending, used or not.

    Returns
    -------
    tuple of tuple of int
        One row for each level of the first rater, one column for each of the second.

    Raises
    ------
    Refusal
        If the lengths differ, a rating is not a level, or the levels are not ascending.

    References
    ----------
    Agresti (2013). Categorical Data Analysis, 3rd ed., section 11.5. Hoboken: Wiley.

    Examples
    --------
    >>> cross_table([0, 1, 1], [0, 0, 1], levels=[0, 1])
    ((1, 0), (1, 1))
    """
    _ratings_validation(first, second, levels)
    counts = Counter(zip(first, second, strict=True))
    return tuple(tuple(counts[Fraction(row), Fraction(column)] for column in levels) for row in levels)


def weighted_kappa(table: Sequence[Sequence[int]], weights: Weights) -> Real:
    """Cohen's weighted kappa: one minus observed over expected disagreement, in exact arithmetic until written down.

    It is 1 if all units are rated the same, and 0 if the disagreement is what these two sets of ratings would have if
    dealt to the units at random. A rater who gives all units the same rating therefore gets 0 beside one who doesn't,
    however close the ratings are.

    Parameters
    ----------
    table
        Counts of units, square: rows are levels of the first rater, columns the same levels of the second.
    weights
        How a disagreement counts: by levels apart, their square, or any alike. Levels are taken as equally spaced.

    Returns
    -------
    float or Missing
        At most 1. Missing if both raters used one and the same single level: there is no disagreement to expect.

    Raises
    ------
    Refusal
        If the table is not square, has no unit or a negative count, or `weights` is unknown.

    References
    ----------
    Cohen (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit.
    Psychol Bull 70:213-220.

    Examples
    --------
    >>> weighted_kappa([[1, 1], [0, 2]], "linear")
    0.5
    """
    _table_validation(table, weights)
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    observed = sum(weight * table[i][j] for i, j, weight in _disagreements(len(table), weights))
    expected = sum(weight * rows[i] * columns[j] for i, j, weight in _disagreements(len(table), weights))
    if expected == 0:
        return Missing("both raters used one and the same level throughout: no disagreement is to be expected")
    return float(1 - Fraction(sum(rows) * observed, expected))


def _disagreements(size: int, weights: Weights) -> list[tuple[int, int, int]]:
    """Row, column and weight of each cell."""
    return [(i, j, _DISAGREEMENT[weights](abs(i - j))) for i in range(size) for j in range(size)]


def agreement(
    first: Sequence[Fraction], second: Sequence[Fraction], levels: Sequence[int], weights: Weights
) -> Agreement | Missing:
    """Table, exact agreement, kappa and mean difference of two raters.

    No interval stands beside kappa. The formulas for one take the units as independent and many (Fleiss, Cohen &
    Everitt 1969), but a handful of lesions, two or more to a person, are neither; resampling persons needs more of
    them than a pilot has.

    Parameters
    ----------
    first, second
        Ratings of the units that both rated, in the same order, each one of `levels`; any length.
    levels
        All levels of the scale, ascending, used or not.
    weights
        How kappa counts a disagreement.

    Returns
    -------
    Agreement or Missing
        Missing if there is no unit that both rated.

    Raises
    ------
    Refusal
        If the lengths differ, a rating is not a level, the levels are not ascending, or `weights` is unknown.

    References
    ----------
    Cohen (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit.
    Psychol Bull 70:213-220.

    Examples
    --------
    The first rater gives all units the same rating, so that kappa is 0 with two of five in agreement:

    >>> result = agreement([4, 4, 4, 4, 4], [2, 3, 3, 4, 4], levels=[0, 1, 2, 3, 4], weights="linear")
    >>> result.kappa, result.exact_agreement, result.mean_difference
    (0.0, 0.4, 0.8)
    """
    table = cross_table(first, second, levels)
    if (n := len(first)) == 0:
        return Missing("no unit was rated by both raters")
    return Agreement(
        n=n,
        table=table,
        exact_agreement=sum(table[level][level] for level in range(len(levels))) / n,
        kappa=weighted_kappa(table, weights),
        mean_difference=float(Fraction(sum(first) - sum(second)) / n),
    )
