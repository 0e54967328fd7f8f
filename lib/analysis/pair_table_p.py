"""The p of every registered test over many sets of differences, each kind of differences tested once.

A test knows less than it is given: the sign test the signs, a signed-rank test the signs and the order of the sizes, a
sign-flip test the sizes in any unit, and t two moments. Differences that are alike to a test share one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from lib.analysis.mcnemar import RESPONSE
from lib.analysis.pair_table_counts import Rows, moments
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative
from lib.errors import OverBudget
from lib.progress import each
from lib.values import known

MOST_TESTED = 150_000
"""Kinds of differences whose p is computed, times n: under a second."""

Kind = NDArray[np.integer]


# ---- what is alike to a test


def _moments(rows: Rows) -> Kind:
    return np.stack(moments(rows), axis=1)


def _signs(rows: Rows) -> Kind:
    return np.sign(rows)


def _signed_order(rows: Rows) -> Kind:
    """Sizes replaced by their place among the different sizes of the row, with their signs."""
    sizes = np.abs(rows)
    present = np.zeros((len(rows), int(sizes.max()) + 1), np.int16)
    np.put_along_axis(present, sizes.astype(np.int64), 1, axis=1)
    present[:, 0] = 0
    return np.sign(rows) * np.take_along_axis(np.cumsum(present, axis=1), sizes.astype(np.int64), axis=1)


def _in_own_unit(rows: Rows) -> Kind:
    return rows // np.maximum(np.gcd.reduce(rows, axis=1, keepdims=True), 1)


ALIKE: Mapping[str, Callable[[Rows], Kind]] = {
    "t": _moments,
    "sign-flip": _in_own_unit,
    "signed-rank": _signed_order,
    "signed-rank-pratt": _signed_order,
    "sign": _signs,
}
"""What each test sees of ascending differences; a test that isn't listed is asked about all of them."""


def _facing(rows: Rows) -> Rows:
    """Each row or its mirror image, whichever comes later: to a two-sided test they are the same."""
    mirrored = -rows[:, ::-1]
    where = np.argmax(rows != mirrored, axis=1)[:, np.newaxis]
    earlier = np.take_along_axis(rows, where, axis=1) < np.take_along_axis(mirrored, where, axis=1)
    return np.where(earlier, mirrored, rows)


# ---- public functions


def unsuited(test: str, low: int, high: int) -> str:
    """Why a test does not take scores from `low` to `high`; empty if it does."""
    if test == "mcnemar" and (low, high) != (0, 1):
        return f"McNemar's is of responses, scored 0 and 1, and the scale is {low} to {high}"
    return ""


def p_values(test: str, alternative: Alternative, differences: Rows) -> NDArray[np.float64]:
    """The p of one registered test for many sets of differences.

    Parameters
    ----------
    test
        Key of `TESTS`; McNemar's test reads a difference of 1 as a response on the treated side only.
    alternative
        What counts as evidence.
    differences
        Treated − control in whole units; a set a row, ascending.

    Returns
    -------
    numpy.ndarray
        One p a row, NaN where the test has none. Differences that all are equal and not zero have an infinite t, and so
        a p of 0 (1 if one-sided the other way), which is what programs print, though `TESTS["t"]` gives none.

    Raises
    ------
    OverBudget
        If the kinds of differences to be tested are too many.

    Examples
    --------
    >>> p_values("sign", "two-sided", np.array([[-3, 0, 1, 2], [1, 2, 3, 4]], np.int16)).tolist()
    [1.0, 0.125]
    """
    if len(differences) == 0:
        return np.zeros(0)
    facing = _facing(differences) if alternative == "two-sided" else differences
    kinds = ALIKE[test](facing) if test in ALIKE else facing
    _, first, kind = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
    if len(first) > (most := MOST_TESTED // differences.shape[1]):
        raise OverBudget(f"test: {test} given; wanted at most {most:,} kinds of differences, there are {len(first):,}")
    p = [_p(test, alternative, facing[place].tolist()) for place in each(first.tolist(), TESTS[test].label)]
    return np.array(p)[kind.ravel()]


def _p(test: str, alternative: Alternative, differences: list[int]) -> float:
    if test == "t" and len(differences) > 1 and differences[0] == differences[-1] != 0:
        return _p_without_spread(differences[0], alternative)
    unit = RESPONSE if test == "mcnemar" else 1
    p = TESTS[test].p([unit * difference for difference in differences], alternative)
    return float(p) if known(p) else float("nan")


def _p_without_spread(difference: int, alternative: Alternative) -> float:
    return float(alternative != "two-sided" and (difference > 0) != (alternative == "greater"))
