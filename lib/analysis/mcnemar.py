"""The exact conditional McNemar test of responders, with Fay and Lumbard's melded interval.

Only discordant pairs, in which one unit responded and the other did not, can favour a side. p conditions on their
number; the interval melds what their split says with what their number among all pairs says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy import optimize, special, stats

from lib.analysis import exact, paired
from lib.analysis.exact import Number
from lib.analysis.paired import Paired
from lib.analysis.results import Alternative, DiscreteNull, Floor, Interval, Region, TestResult
from lib.analysis.sign import sign_p, sign_region
from lib.errors import Refusal
from lib.values import Missing, Real

_STATISTIC = "number of discordant pairs favouring treated"
_ESTIMATE = "difference in responders"
_METHOD = "exact conditional McNemar test"
_NOT_RESPONDERS = Missing("McNemar's test needs responders: yes or no for every unit")

RESPONSE = 100
"""A response in percent, so that a mean of responses is a share in percent."""

_NODES, _WEIGHTS = special.roots_legendre(256)
_TINY = 1e-13
"""Probability that the quadrature may leave out at each end."""


# ---- validation


def _counts_validation(wins: int, losses: int, n: int) -> None:
    if n < 1:
        raise Refusal(f"wanted a difference between shares of at least 1 pair; given {n}")
    if min(wins, losses) < 0 or wins + losses > n:
        raise Refusal(f"wanted counts of at least 0 that add up to at most {n}; given {wins} and {losses}")


def _responders(data: Paired, response: Fraction) -> bool:
    """Whether every difference is −response, 0 or response."""
    return all(abs(difference) in (0, response) for difference in data.differences)


# ---- statistic


def _mcnemar_p(wins: int, losses: int, alternative: Alternative) -> Fraction:
    return exact.p_value([1] * (wins + losses), wins, alternative)


def _mcnemar_null(wins: int, losses: int, alternative: Alternative) -> DiscreteNull | None:
    scores = [1] * (wins + losses)
    return exact.discrete_null(_STATISTIC, scores, wins, alternative)


# ---- melded interval
#
# The share of wins among discordant pairs is bounded from below by B ~ Beta(wins, losses + 1), the share of discordant
# pairs by D ~ Beta(m, n − m + 1) from below and Beta(m + 1, n − m) from above, m being wins + losses (the confidence
# distributions of Clopper and Pearson). The lower limit of (2·share − 1)·(share discordant) is a quantile of
# (2B − 1)·D, with the lower D where the product is positive and the upper D where it is negative. The upper limit is
# the lower limit with wins and losses swapped, mirrored.


def _lower_limit(wins: int, losses: int, n: int, tail: Fraction) -> float:
    """The `tail` quantile of (2B − 1)·D. It has the sign of tail − p, p being one-sided: P(B ≤ 1/2) is that p."""
    if wins == 0:
        # B is 0; and D is 1 if all pairs are discordant.
        return -1.0 if losses == n else -float(stats.beta.isf(float(tail), losses + 1, n - losses))
    at_zero = float(_mcnemar_p(wins, losses, "greater") - tail)
    if at_zero == 0:
        return 0.0

    def excess(limit: float) -> float:
        return _at_most(limit, wins, losses, n) - float(tail) if limit else at_zero

    low, high = (0.0, 1.0) if at_zero < 0 else (-1.0, 0.0)
    return float(optimize.brentq(excess, low, high, xtol=1e-13, rtol=1e-13))


def _at_most(limit: float, wins: int, losses: int, n: int) -> float:
    """P((2B − 1)·D ≤ limit), for at least one win and a limit other than zero."""
    m = wins + losses
    if limit < 0 and m == n:
        return float(special.betainc(wins, losses + 1, (1 + limit) / 2))
    a, b = (m, n - m + 1) if limit > 0 else (m + 1, n - m)
    # Where D is below the limit's size, the product is beyond a negative limit and within a positive one.
    surely = float(special.betainc(a, b, limit)) if limit > 0 else 0.0
    low = max(abs(limit), float(special.betaincinv(a, b, _TINY)))
    high = max(low, float(special.betainccinv(a, b, _TINY)))
    discordant = low + (high - low) * (_NODES + 1) / 2
    density = np.exp(special.xlogy(a - 1, discordant) + special.xlog1py(b - 1, -discordant) - special.betaln(a, b))
    within = special.betainc(wins, losses + 1, np.clip((1 + limit / discordant) / 2, 0, 1))
    return surely + float(np.sum(_WEIGHTS * density * within)) * (high - low) / 2


def melded_difference(wins: int, losses: int, n: int, alternative: Alternative, level: float) -> Interval:
    """Interval of a difference between two shares in matched pairs, compatible with the exact McNemar (sign) test.

    It excludes 0 exactly if the test's p is at most 1 − level; a limit of exactly 0, met where p equals 1 − level, is
    not part of it. Its coverage was at least nominal wherever it was enumerated, which is no proof.

    Parameters
    ----------
    wins, losses
        Discordant pairs that favour treated, and those that favour control.
    n
        All pairs, at least 1.
    alternative
        "greater" gives a lower limit, "less" an upper, the other limit then being the end of the scale.
    level
        Confidence level, inside (0, 1).

    Returns
    -------
    Interval
        Share favouring treated minus share favouring control, −1 to 1.

    Raises
    ------
    Refusal
        If the counts are negative or more than `n`, the alternative is unknown, or `level` is not inside (0, 1).

    References
    ----------
    Fay & Lumbard (2021). Confidence intervals for difference in proportions for matched pairs compatible with exact
    McNemar's or sign tests. Stat Med 40:1147-1159. doi:10.1002/sim.8829

    Examples
    --------
    >>> interval = melded_difference(0, 0, 4, "two-sided", 0.95)
    >>> round(interval.low, 4), round(interval.high, 4)  # 1 - 0.025^(1/4)
    (-0.6024, 0.6024)
    """
    question = paired.validated((), alternative, level)
    _counts_validation(wins, losses, n)
    low, high = _limits(question, wins, losses, n)
    return Interval(low, high, float(question.level), _one_sided(question))


def _limits(question: Paired, wins: int, losses: int, n: int) -> tuple[float, float]:
    tail = question.alpha / question.sides
    low = -1.0 if question.alternative == "less" else _lower_limit(wins, losses, n, tail)
    high = 1.0 if question.alternative == "greater" else 0 - _lower_limit(losses, wins, n, tail)  # 0, never −0
    return low, high


def _one_sided(question: Paired) -> str:
    return "one-sided" if question.sides == 1 else ""


# ---- wording


def _mcnemar_interval(data: Paired, wins: int, losses: int, response: Fraction) -> Interval:
    low, high = _limits(data, wins, losses, data.n)
    size = float(response)
    return Interval(size * low, size * high, float(data.level), _one_sided(data))


def _mcnemar_notes(data: Paired, interval: Interval) -> tuple[str, ...]:
    conditional = f"p is conditional on the number of discordant pairs, {data.n_nonzero} of {data.n}."
    melded = "The interval counts all pairs. Its coverage was at least nominal wherever enumerated, which is no proof."
    edge = f"p equals {float(data.alpha):g}, which rejects: the limit of 0 is not itself part of the interval."
    zeros = paired.zeros_note(data, "where both units respond alike, a pair says nothing about p")
    return (conditional, *zeros, melded, *((edge,) if 0 in (interval.low, interval.high) else ()))


# ---- public function


def mcnemar(
    differences: Sequence[Number],
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    *,
    response: Number = RESPONSE,
) -> TestResult:
    """Exact conditional McNemar test of the difference between two shares of responders, with its melded interval.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, any length: −response, 0 or response.
    alternative
        What counts as evidence against equal shares.
    level
        Confidence level; a one-sided alternative gives one limit, the other being the end of the scale.
    response
        The value that stands for a response, no response being 0: 100 gives the answer in percentage points.

    Returns
    -------
    TestResult
        Estimate and interval in the units of `differences`; the null is that of the number of discordant pairs
        favouring treated. Where other differences occur, estimate, p and interval lack, with the reason.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    McNemar (1947). Note on the sampling error of the difference between correlated proportions or percentages.
    Psychometrika 12:153-157. doi:10.1007/BF02295996
    Fay & Lumbard (2021). Stat Med 40:1147-1159. doi:10.1002/sim.8829

    Examples
    --------
    Airway reactivity of 21 children before and after stem cell transplantation (Bentur et al. 2009): 1 lost it, 7
    acquired it.

    >>> result = mcnemar([-100] + 7 * [100] + 13 * [0])
    >>> round(result.estimate, 1), result.p
    (28.6, 0.0703125)
    """
    data = paired.validated(differences, alternative, level)
    if data.n == 0:
        return paired.without_pairs(data, _ESTIMATE, _METHOD)
    (size,) = exact.as_fractions([response])
    if not _responders(data, size):
        return _without_responders(data)
    wins = sum(difference > 0 for difference in data.differences)
    losses = data.n_nonzero - wins
    interval = _mcnemar_interval(data, wins, losses, size)
    null = _mcnemar_null(wins, losses, alternative)
    return TestResult(
        estimate=float(data.mean),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=paired.exact_p(lambda: _mcnemar_p(wins, losses, alternative)),
        floor=paired.exact_floor(data),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"{_METHOD}, {paired.labellings(data.n_nonzero)}",
        notes=(*paired.exact_notes(data, null is not None), *_mcnemar_notes(data, interval)),
    )


def _without_responders(data: Paired) -> TestResult:
    return TestResult(
        estimate=_NOT_RESPONDERS,
        estimate_name=_ESTIMATE,
        interval=Interval(None, None, float(data.level), _NOT_RESPONDERS.reason),
        p=_NOT_RESPONDERS,
        floor=Floor(_NOT_RESPONDERS, _NOT_RESPONDERS),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=None,
        method=_METHOD,
    )


def mcnemar_p(differences: Sequence[Number], alternative: Alternative) -> Real:
    """The p of `mcnemar` alone, which is that of the sign test of the discordant pairs.

    Raises
    ------
    Refusal
        As `mcnemar`.

    Examples
    --------
    >>> mcnemar_p([100, 100, 100, 100, 0], "two-sided")
    0.125
    """
    data = paired.validated_at(differences, alternative)
    return sign_p(differences, alternative) if _responders(data, Fraction(RESPONSE)) else _NOT_RESPONDERS


def mcnemar_region(differences: Sequence[Number], alternative: Alternative, alpha: float) -> Region | Missing:
    """Numbers of discordant pairs favouring treated that `mcnemar` rejects at `alpha`, given how many are discordant.

    Raises
    ------
    Refusal
        As `mcnemar`, or if `alpha` is not inside (0, 1).

    Examples
    --------
    >>> mcnemar_region([100] * 6 + [0], "greater", 0.05).high
    6.0
    """
    data = paired.validated_at(differences, alternative, alpha)
    if not _responders(data, Fraction(RESPONSE)):
        return _NOT_RESPONDERS
    found = sign_region(differences, alternative, alpha)
    return found if isinstance(found, Missing) else replace(found, statistic=_STATISTIC)
