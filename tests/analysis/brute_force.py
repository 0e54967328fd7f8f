"""Enumeration of every labelling, written apart from lib: slow, obvious, and the judge of the fast code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from lib.analysis.results import Alternative, DiscreteNull, Interval, TestResult

Statistic = Callable[[Sequence[Fraction]], Fraction]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "less", "greater")


def total(differences: Sequence[Fraction]) -> Fraction:
    return sum(differences, Fraction(0))


def positive_ranks(differences: Sequence[Fraction]) -> Fraction:
    """Wilcoxon's V: a midrank is 1 + how many are smaller + half of how many others are equal."""
    sizes = [abs(d) for d in differences if d]
    midrank = {s: 1 + sum(o < s for o in sizes) + Fraction(sizes.count(s) - 1, 2) for s in sizes}
    return sum((midrank[d] for d in differences if d > 0), Fraction(0))


def positives(differences: Sequence[Fraction]) -> Fraction:
    return Fraction(sum(d > 0 for d in differences))


def p(statistic: Statistic, differences: Sequence[Fraction | int], alternative: Alternative) -> Fraction:
    values = [Fraction(d) for d in differences]
    null = [
        statistic([d * sign for d, sign in zip(values, signs, strict=True)])
        for signs in product((1, -1), repeat=len(values))
    ]
    observed = statistic(values)
    upper = Fraction(sum(value >= observed for value in null), len(null))
    lower = Fraction(sum(value <= observed for value in null), len(null))
    return {"greater": upper, "less": lower, "two-sided": min(Fraction(1), 2 * min(upper, lower))}[alternative]


def accepted_on_grid(
    statistic: Statistic, differences: Sequence[int], alternative: Alternative, alpha: Fraction, grid: int
) -> list[Fraction]:
    """Every θ with p(θ) > alpha, in steps of 1/grid, from one below the differences to one above them."""
    thetas = [Fraction(j, grid) for j in range((min(differences) - 1) * grid, (max(differences) + 1) * grid + 1)]
    return [theta for theta in thetas if p(statistic, [d - theta for d in differences], alternative) > alpha]


def is_hull(interval: Interval, accepted: Sequence[Fraction], differences: Sequence[int], grid: int) -> bool:
    """Whether the interval is the hull of what the grid accepts; a gap at its end is open, so one step is free."""
    low = min(differences) - 1 if interval.low is None else interval.low
    high = max(differences) + 1 if interval.high is None else interval.high
    rounding, step = 1e-12, 1 / grid + 1e-12
    return -rounding <= float(accepted[0]) - low <= step and -rounding <= high - float(accepted[-1]) <= step


def null_of(result: TestResult) -> DiscreteNull:
    assert isinstance(result.null, DiscreteNull)
    return result.null
