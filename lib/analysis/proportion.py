"""Exact limits for a proportion of participants: events, retention."""

from __future__ import annotations

import math

from scipy import stats

from lib.analysis.exact import exact_level
from lib.analysis.results import Interval
from lib.errors import Refusal

# ---- validation


def _proportion_validation(k: int, n: int, level: float) -> None:
    if n < 1:
        raise Refusal(f"wanted a proportion of at least 1 participant; given {n}")
    if not 0 <= k <= n:
        raise Refusal(f"wanted a count from 0 to {n}; given {k}")
    exact_level(level)


# ---- public functions


def zero_event_upper(n: int, level: float = 0.95) -> float:
    """Exact one-sided upper limit of a risk of which no event was seen in `n` participants: 1 − (1 − level)^(1/n).

    Parameters
    ----------
    n
        Participants (not units: two units of one person are not independent).
    level
        Confidence level, inside (0, 1).

    Returns
    -------
    float
        Proportion, 0 to 1.

    Raises
    ------
    Refusal
        If `n` is below 1 or `level` not inside (0, 1).

    References
    ----------
    Hanley & Lippman-Hand (1983). If nothing goes wrong, is everything all right? JAMA 249:1743-1745.

    Examples
    --------
    >>> round(zero_event_upper(5), 4)
    0.4507
    """
    _proportion_validation(0, n, level)
    return -math.expm1(math.log1p(-level) / n)


def exact_proportion(k: int, n: int, level: float = 0.95) -> Interval:
    """Clopper-Pearson interval of `k` out of `n`.

    Parameters
    ----------
    k, n
        Participants with the event, and all.
    level
        Two-sided confidence level, inside (0, 1).

    Returns
    -------
    Interval
        Proportions, 0 to 1.

    Raises
    ------
    Refusal
        If `n` is below 1, `k` not from 0 to `n`, or `level` not inside (0, 1).

    References
    ----------
    Clopper & Pearson (1934). The use of confidence or fiducial limits. Biometrika 26:404-413.

    Examples
    --------
    >>> interval = exact_proportion(4, 5)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.284, 0.995)
    """
    _proportion_validation(k, n, level)
    limits = stats.binomtest(k, n).proportion_ci(confidence_level=level, method="exact")
    return Interval(float(limits.low), float(limits.high), level)
