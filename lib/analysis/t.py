"""Student's paired t test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import special

from lib.analysis.exact import Number
from lib.analysis.paired import NO_PAIRS, Paired, all_equal, pairs, validated, validated_at, without_pairs
from lib.analysis.results import Alternative, Floor, Interval, Region, StudentNull, TestResult
from lib.values import Missing, Real

_ESTIMATE = "mean difference"
_STATISTIC = "t"
_NO_FLOOR = Missing("a continuous model has no smallest p")


@dataclass(frozen=True)
class _Student:
    """Mean and its standard error in the units of the differences, t without unit."""

    mean: float
    standard_error: float
    t: float
    df: int


# ---- validation


def _t_validation(data: Paired) -> str:
    """Why there is no t; empty if there is one."""
    if data.n == 1:
        return "one pair has no standard deviation"
    if all_equal(data):
        return f"all {data.n} differences are equal: their standard deviation is zero and t does not exist"
    return ""


# ---- statistic


def _t_statistic(data: Paired) -> _Student:
    n, integers, unit = data.n, data.lattice.integers, data.lattice.unit
    total = sum(integers)
    # n²(n − 1) times the squared standard error, in whole units
    spread = n * sum(integer * integer for integer in integers) - total * total
    t = math.copysign(_root(Fraction(total * total * (n - 1), spread)), total)
    return _Student(float(data.mean), _root(unit**2 * Fraction(spread, n * n * (n - 1))), t, n - 1)


def _root(value: Fraction) -> float:
    """Square root of a fraction that may itself be too large or small for a float."""
    shift = (value.numerator.bit_length() - value.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(value / Fraction(4) ** shift), shift)


def _t_p(student: _Student, alternative: Alternative) -> float:
    upper = {"greater": student.t, "less": -student.t, "two-sided": abs(student.t)}[alternative]
    tail = float(special.stdtr(student.df, -upper))
    return 2 * tail if alternative == "two-sided" else tail


def _critical_t(df: int, data: Paired) -> float:
    """The t whose upper tail is alpha, or half of it if two-sided."""
    return -float(special.stdtrit(df, float(data.alpha / data.sides)))


def _t_interval(student: _Student, data: Paired) -> Interval:
    margin = _critical_t(student.df, data) * student.standard_error
    return Interval(
        low=None if data.alternative == "less" else student.mean - margin,
        high=None if data.alternative == "greater" else student.mean + margin,
        level=float(data.level),
        reason="one-sided" if data.sides == 1 else "",
    )


def _t_notes(data: Paired) -> tuple[str, ...]:
    return (f"Assumes that the differences come from a normal distribution, which {pairs(data.n)} can't confirm.",)


# ---- public functions


def paired_t(differences: Sequence[Number], alternative: Alternative = "two-sided", level: float = 0.95) -> TestResult:
    """Paired t test of the mean difference, with its interval.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, in the units of the outcome; any length.
    alternative
        What counts as evidence against a mean difference of zero.
    level
        Confidence level; a one-sided alternative gives a one-sided bound.

    Returns
    -------
    TestResult
        Estimate and interval in the units of `differences`. Without a standard deviation (one pair, or equal
        differences) p is `Missing` and the interval has no bounds, with the reason.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6:1-25.

    Examples
    --------
    Additional hours of sleep, drug 2 minus drug 1, of Student's ten patients:

    >>> result = paired_t([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4])
    >>> round(result.null.observed, 4), round(result.p, 4)
    (4.0621, 0.0028)
    """
    data = validated(differences, alternative, level)
    if data.n == 0:
        return without_pairs(data, _ESTIMATE, "paired t test")
    if reason := _t_validation(data):
        return _result(data, Missing(reason), Interval(None, None, float(data.level), reason), None, ())
    student = _t_statistic(data)
    null = StudentNull(_STATISTIC, student.t, student.df)
    return _result(data, _t_p(student, alternative), _t_interval(student, data), null, _t_notes(data))


def _result(data: Paired, p: Real, interval: Interval, null: StudentNull | None, notes: tuple[str, ...]) -> TestResult:
    return TestResult(
        estimate=float(data.mean),
        estimate_name=_ESTIMATE,
        interval=interval,
        p=p,
        floor=Floor(_NO_FLOOR, _NO_FLOOR),
        n=data.n,
        n_nonzero=data.n_nonzero,
        null=null,
        method=f"paired t test, {data.n - 1} degree{'' if data.n == 2 else 's'} of freedom",
        notes=notes,
    )


def paired_t_p(differences: Sequence[Number], alternative: Alternative) -> Real:
    """The p of `paired_t` alone.

    Raises
    ------
    Refusal
        As `paired_t`.

    Examples
    --------
    >>> round(paired_t_p([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4], "two-sided"), 4)
    0.0028
    """
    data = validated_at(differences, alternative)
    if data.n == 0:
        return NO_PAIRS
    reason = _t_validation(data)
    return Missing(reason) if reason else _t_p(_t_statistic(data), alternative)


def paired_t_region(differences: Sequence[Number], alternative: Alternative, alpha: float) -> Region | Missing:
    """Values of t that `paired_t` rejects at `alpha`; unlike an exact test's they depend on the number of pairs alone.

    Raises
    ------
    Refusal
        As `paired_t`, or if `alpha` is not inside (0, 1).

    Examples
    --------
    Student's table: t with 3 degrees of freedom is beyond 3.182 in 5 % of cases.

    >>> region = paired_t_region([1, 2, 3, 5], "two-sided", 0.05)
    >>> round(region.low, 3), round(region.high, 3), region.size
    (-3.182, 3.182, 0.05)
    """
    data = validated_at(differences, alternative, alpha)
    if data.n == 0:
        return NO_PAIRS
    if data.n == 1:
        return Missing(_t_validation(data))
    critical = _critical_t(data.n - 1, data)
    return Region(
        _STATISTIC,
        low=None if alternative == "greater" else -critical,
        high=None if alternative == "less" else critical,
        size=float(data.alpha),
    )
