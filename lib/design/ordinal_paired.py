"""Exact power of within-person tests on an ordinal scale: t, sign-flip, signed-rank and sign test of the differences.

A difference d is how many categories more the treated unit improves than the control unit of the same person, so that
it is a whole number; those of a trial are independent, with the same distribution. The tests are those of lib.analysis
and reject where its p is at most alpha.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from lib.analysis.exact import exact_alpha
from lib.design.bivariate_normal import FloatArray
from lib.design.compositions import IntArray, SignedSum
from lib.design.lattice_t import lattice_t_power
from lib.design.ordinal_model import probabilities
from lib.design.rejection import NONE_REJECTS, Rejection, exact_rejection
from lib.design.signed_sums import signed_sum_power, within_one
from lib.errors import OverBudget, Refusal

SEED = 1
"""Where the sampling of compositions starts, beyond those that are enumerated."""

WIDTH = 0.01
"""Half-width of the Monte Carlo interval that is then wanted."""

MOST_SIGNS = 2_000
"""Largest n of the sign test: its critical values are counted in whole numbers of n bits, a tenth of a second."""

_SHARED = 64  # critical values of the sign test are found up to a multiple of this, so that neighbouring n share them


# ---- validation


def _validated(differences: ArrayLike, n: int, alpha: float, sides: int) -> tuple[IntArray, FloatArray]:
    """The differences that can occur and their probabilities."""
    given = probabilities("differences", differences)
    if given.size % 2 == 0:
        raise Refusal(f"differences: {given.size} probabilities given; wanted an odd number, of -K, ..., 0, ..., K")
    if not (isinstance(n, Integral) and n >= 1):
        raise Refusal(f"n: {n!r} given; wanted a whole number of pairs, at least 1")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    occurring = np.flatnonzero(given)
    return occurring - given.size // 2, given[occurring]


def _width_validation(width: float) -> None:
    if not width > 0:
        raise Refusal(f"width: {width!r} given; wanted a half-width above 0")


# ---- statistic


def _signed_sum(values: IntArray, probability: FloatArray, alpha: float, sides: int, ranked: bool) -> SignedSum:
    """The test, on differences that are not all zero."""
    of = dict(zip(values.tolist(), probability.tolist(), strict=True))
    sizes = tuple(sorted({abs(value) for value in of if value}))
    both = [of.get(size, 0.0) + of.get(-size, 0.0) for size in sizes]
    share = tuple(either / sum(both) for either in both)
    positive = tuple(of.get(size, 0.0) / either for size, either in zip(sizes, both, strict=True))
    return SignedSum(sizes, share, positive, ranked, exact_alpha(alpha), sides)


def _signed_sum_power(
    differences: ArrayLike, n: int, alpha: float, sides: int, ranked: bool, seed: int, width: float
) -> Rejection:
    values, probability = _validated(differences, n, alpha, sides)
    _width_validation(width)
    if not np.any(values):
        return exact_rejection(0.0, 0.0, NONE_REJECTS)
    test = _signed_sum(values, probability, alpha, sides, ranked)
    return signed_sum_power(test, float(probability[values == 0].sum()), int(n), seed, width)


@lru_cache(maxsize=256)
def _critical_counts(most: int, alpha: Fraction, sides: int) -> tuple[int, ...]:
    """For m = 0, ..., `most` fair coins, the smallest w with sides·P(heads ≥ w) ≤ alpha; m + 1 if there is none.

    In whole numbers: `tail` counts the outcomes of m coins with at least w heads. One coin more makes it 2·tail plus
    the outcomes that had w − 1 heads, and w never falls.
    """
    w, tail, found = 1, 0, [1]
    for m in range(1, most + 1):
        tail = 2 * tail + comb(m - 1, w - 1)
        while tail * sides * alpha.denominator > alpha.numerator << m:
            tail -= comb(m, w)
            w += 1
        found.append(w)
    return tuple(found)


def _heads(coins: IntArray, least: IntArray, probability: float) -> FloatArray:
    """P(at least `least` heads), 0 where that is more than there are coins; `least` is 1 or more."""
    tail = special.betainc(least, np.maximum(coins - least + 1, 1), probability)
    return np.asarray(np.where(least > coins, 0.0, tail))


def _sign_power(favour: float, opposed: float, n: int, alpha: float, sides: int) -> Rejection:
    """`favour` and `opposed` are P(d > 0) and P(d < 0), not both 0."""
    decided = favour + opposed
    coins = np.arange(n + 1)
    least = np.array(_critical_counts(-(-n // _SHARED) * _SHARED, exact_alpha(alpha), sides)[: n + 1])
    weight = stats.binom.pmf(coins, n, min(decided, 1.0))
    toward = float(weight @ _heads(coins, least, favour / decided))
    against = float(weight @ _heads(coins, least, opposed / decided)) if sides == 2 else 0.0
    return within_one(toward, against)


# ---- public functions


def ordinal_t(differences: ArrayLike, n: int, alpha: float, sides: int) -> Rejection:
    """Power of the paired t test.

    A sample whose differences are all equal, all zero or not, has no standard deviation and no t: it never rejects.
    The distribution of the sum and the sum of squares is had by a discrete Fourier transform (see
    `lib.design.lattice_t`), which limits accuracy to 1e-12; what is below 1e-13 is 0.

    Parameters
    ----------
    differences : array_like, shape (2K + 1,)
        P(d = −K), ..., P(d = K), adding up to 1; positive d favours the treatment.
    n : int
        Pairs, at least 1.
    alpha : float
        Type I error of the whole test, above 0 and below 1.
    sides : int
        1, which rejects towards the treatment only, or 2.

    Returns
    -------
    Rejection
        `magnitude` is the mean |mean difference| of the trials that reject, in categories.

    Raises
    ------
    Refusal
        An argument outside its range.
    OverBudget
        Beyond `lib.design.lattice_t.MOST_CELLS`.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6:1-25.
    Chernoff (1952). A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations.
    Ann Math Stat 23:493-507.

    Examples
    --------
    Three pairs that improve by 1 with probability 0.9, otherwise not at all: (1, 1, 0) has t = 2 and p = 0.18, and
    (1, 1, 1), the likeliest, has no t. Only at an alpha of 0.2 can the former reject.

    >>> round(ordinal_t([0, 0.1, 0.9], 3, 0.2, 2).power, 3)
    0.243
    """
    values, probability = _validated(differences, n, alpha, sides)
    return lattice_t_power(values, probability, int(n), alpha, sides)


def ordinal_sign_flip(
    differences: ArrayLike, n: int, alpha: float, sides: int, seed: int = SEED, width: float = WIDTH
) -> Rejection:
    """Power of the exact sign-flip test of the mean difference, whose p is conditional on the sizes |d|.

    Exact, to 1e-12, while the compositions of the sizes are at most `lib.design.signed_sums.MOST_COMPOSITIONS`: on a
    scale of 0 to 4 that is n = 44, or more where many differences are zero. Beyond, compositions are sampled.

    Parameters
    ----------
    differences, n, alpha, sides
        As `ordinal_t`.
    seed : int
        Where sampling starts.
    width : float
        Half-width wanted of the Monte Carlo interval, above 0.

    Returns
    -------
    Rejection
        `magnitude` is the mean |mean difference| of the trials that reject, in categories; Missing for a one-sided
        alpha of 1/2 or more. `trials` is the number of compositions sampled.

    Raises
    ------
    Refusal
        An argument outside its range.
    OverBudget
        Beyond `lib.design.signed_sums.MOST_WORK`.

    References
    ----------
    Fisher (1935). The Design of Experiments, section 21.

    Examples
    --------
    Six pairs reject two-sided at 0.05 only if all favour one side, p being 2/64:

    >>> round(ordinal_sign_flip([0.1, 0, 0, 0, 0.9], 6, 0.05, 2).toward, 6)  # 0.9^6
    0.531441
    """
    return _signed_sum_power(differences, n, alpha, sides, False, seed, width)


def ordinal_signed_rank(
    differences: ArrayLike, n: int, alpha: float, sides: int, seed: int = SEED, width: float = WIDTH
) -> Rejection:
    """Power of the exact Wilcoxon signed-rank test: zeros leave before ranking, ties share midranks.

    The null is conditional on ties and zeros. `toward` counts the trials that reject by a sum of ranks in favour of the
    treatment. Exactness and sampling are as in `ordinal_sign_flip`.

    Parameters
    ----------
    differences, n, alpha, sides, seed, width
        As `ordinal_sign_flip`.

    Returns
    -------
    Rejection
        `magnitude` is not computed, as the test's estimate is no function of the sum of ranks.

    Raises
    ------
    Refusal
        An argument outside its range.
    OverBudget
        Beyond `lib.design.signed_sums.MOST_WORK`: n = 215.

    References
    ----------
    Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83.

    Examples
    --------
    >>> round(ordinal_signed_rank([0.1, 0, 0, 0, 0.9], 6, 0.05, 2).toward, 6)  # 0.9^6
    0.531441
    """
    return _signed_sum_power(differences, n, alpha, sides, True, seed, width)


def ordinal_sign(differences: ArrayLike, n: int, alpha: float, sides: int) -> Rejection:
    """Power of the exact sign test of the differences that are not zero.

    Parameters
    ----------
    differences, n, alpha, sides
        As `ordinal_t`.

    Returns
    -------
    Rejection
        Exact; `magnitude` is not computed.

    Raises
    ------
    Refusal
        An argument outside its range.
    OverBudget
        Beyond `MOST_SIGNS`.

    References
    ----------
    Dixon & Mood (1946). The statistical sign test. J Am Stat Assoc 41:557-566.

    Examples
    --------
    At n = 20 and a one-sided alpha of 0.06 it rejects from 14 positive differences on, whose chance is 0.608 if each
    has 0.7 (R: 1 - pbinom(13, 20, 0.7)):

    >>> round(ordinal_sign([0.3, 0, 0.7], 20, 0.06, 1).power, 4)
    0.608
    """
    values, probability = _validated(differences, n, alpha, sides)
    if n > MOST_SIGNS:
        raise OverBudget(f"n: {n:,} given; the limit of the exact sign test here is {MOST_SIGNS:,} pairs")
    if not np.any(values):
        return exact_rejection(0.0, 0.0, NONE_REJECTS)
    favour, opposed = (float(probability[side].sum()) for side in (values > 0, values < 0))
    return _sign_power(favour, opposed, int(n), alpha, sides)
