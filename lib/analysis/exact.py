"""Exact arithmetic for tests that flip signs: rational differences, subset sums and nulls.

The sign-flip, signed-rank and sign statistics are one thing: a sum of scores over the positive differences. Under the
null each score is in or out by a fair coin, so P(sum) is a count of subsets divided by 2^n. Nothing here is a float
until a result is written down, or its count is too long to be held in integers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral, Rational
from numbers import Real as RealNumber

from lib.analysis import binomial_sums, subset_sums
from lib.analysis.results import Alternative, DiscreteNull
from lib.errors import OverBudget, Refusal

Number = Fraction | int | float
"""What a difference may be given as."""

LARGEST_SIZE = 10**100
"""Beyond this a difference is a mistake, and its square no longer a float."""

MOST_ATOMS = 4_097
"""The longest null that is listed value by value (12 different magnitudes give 4,096)."""

MOST_MOVED = 2**35
"""Bits that the packed null may move, at one shift for each score: about half a second, 500 untied ranks."""

MOST_COUNTED = 52
"""Differences whose null is listed from counts; with more, probabilities added up in floats are as good and quicker."""


# ---- rational differences


def as_fractions(values: Iterable[Number]) -> tuple[Fraction, ...]:
    """The values in exact arithmetic.

    A float is read as the shortest decimal that prints it: 1.3 is 13/10, not the binary number nearest to it. A value
    without a finite decimal (a third) keeps its ties only if it is given as a Fraction.

    Raises
    ------
    Refusal
        If a value is not a finite number of at most `LARGEST_SIZE`.
    """
    return tuple(_as_fraction(value, place) for place, value in enumerate(values, start=1))


def _as_fraction(value: object, place: int) -> Fraction:
    fraction = _finite(value)
    if fraction is None or abs(fraction) > LARGEST_SIZE:
        raise Refusal(f"wanted finite numbers, at most 1e100 in size; number {place} was given as {value!r}")
    return fraction


def _finite(value: object) -> Fraction | None:
    if type(value) is Fraction:  # most are, and asking for an abstract number takes long
        return value
    if isinstance(value, Integral):
        return Fraction(int(value))
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, RealNumber) and math.isfinite(float(value)):
        return Fraction(repr(float(value)))
    return None


@dataclass(frozen=True)
class Lattice:
    """Rational values as whole multiples of one unit: value = integers[i] · unit."""

    integers: tuple[int, ...]
    unit: Fraction

    def minus(self, theta: Fraction) -> tuple[int, ...]:
        """Integers with the signs, order and ratios of the values minus `theta`."""
        step = self.unit.numerator * theta.denominator
        shift = self.unit.denominator * theta.numerator
        return tuple(integer * step - shift for integer in self.integers)


def lattice(fractions: Sequence[Fraction]) -> Lattice:
    """The coarsest lattice through zero that holds all values, so that exact nulls stay short."""
    denominator = math.lcm(*(fraction.denominator for fraction in fractions))
    integers = [fraction.numerator * (denominator // fraction.denominator) for fraction in fractions]
    divisor = math.gcd(*integers) or 1
    return Lattice(tuple(integer // divisor for integer in integers), Fraction(divisor, denominator))


def exact_level(level: float) -> Fraction:
    """A confidence level as written: 0.95 is 19/20.

    Raises
    ------
    Refusal
        If it is not inside (0, 1).
    """
    return _inside_unit(level, "a confidence level")


def exact_alpha(alpha: float) -> Fraction:
    """A significance level as written: 0.05 is 1/20.

    Raises
    ------
    Refusal
        If it is not inside (0, 1).
    """
    return _inside_unit(alpha, "an alpha")


def _inside_unit(value: float, what: str) -> Fraction:
    fraction = _finite(value)
    if fraction is None or not 0 < fraction < 1:
        raise Refusal(f"wanted {what} between 0 and 1, both excluded; given {value!r}")
    return fraction


def median(values: Iterable[Fraction | int]) -> Fraction:
    """Middle value, or the mean of the middle two."""
    ordered = sorted(values)
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


# ---- nulls


def p_value(scores: Sequence[int], observed: int, alternative: Alternative) -> Fraction:
    """Exact p of a sum of `scores` over the positive differences.

    The null is symmetric about sum(scores)/2, so doubling the smaller tail equals P(at least as far from the middle).
    A null that is not `is_countable` is added up in floats, with a relative error below 1e-12 (see `binomial_sums`).

    Parameters
    ----------
    scores
        One non-negative integer for each difference that the test uses.
    observed
        Sum of the scores of the positive differences.
    alternative
        "greater" takes the upper tail, "less" the lower, "two-sided" twice the smaller, at most 1.

    Raises
    ------
    OverBudget
        If the null is too long even for that.
    """
    return both_sides(tail(scores, upper_threshold(scores, observed, alternative)), alternative)


def upper_threshold(scores: Sequence[int], observed: int, alternative: Alternative) -> int:
    """The sum from which the upper tail makes up p, or half of it if two-sided."""
    mirrored = sum(scores) - observed
    thresholds = {"greater": observed, "less": mirrored, "two-sided": max(observed, mirrored)}
    return thresholds[alternative]


def both_sides(tail: Fraction, alternative: Alternative) -> Fraction:
    """Turn a tail into p: twice it for a two-sided alternative, at most 1."""
    return min(Fraction(1), 2 * tail) if alternative == "two-sided" else tail


def tail(scores: Sequence[int], at_least: int) -> Fraction:
    """P(sum ≥ at_least): exact if `is_countable`, otherwise added up in floats."""
    scores, divisor = coarsest(scores)
    at_least = -(-at_least // divisor)
    if not is_countable(scores):
        return Fraction(binomial_sums.tail(scores, at_least))
    count = subset_sums.heads_count if all(score == 1 for score in scores) else subset_sums.tail_count
    return Fraction(count(scores, at_least), 2 ** len(scores))


def coarsest(scores: Sequence[int]) -> tuple[list[int], int]:
    """The scores divided by their greatest common divisor, so that the list of their sums is short; and the divisor."""
    divisor = math.gcd(*scores) or 1
    return [score // divisor for score in scores], divisor


def is_countable(scores: Sequence[int]) -> bool:
    """Whether the subsets of scores on their coarsest scale are counted in integers: where that is quick."""
    bits = subset_sums.packed_bits(scores)
    return bits <= subset_sums.MOST_BITS and bits * len(scores) <= MOST_MOVED


def positive_sum(scores: Sequence[int], signs: Sequence[int]) -> int:
    """Sum of the scores whose difference is positive."""
    return sum(score for score, sign in zip(scores, signs, strict=True) if sign > 0)


def discrete_null(
    statistic: str,
    scores: Sequence[int],
    observed: int,
    alternative: Alternative,
    scale: Fraction = Fraction(1),
    shift: Fraction = Fraction(0),
) -> DiscreteNull | None:
    """The null of a sum of scores, in the units scale · sum + shift; None beyond `MOST_ATOMS` values."""
    try:
        probabilities = _probabilities(scores)
    except OverBudget:
        return None
    sums = sorted(probabilities)
    return DiscreteNull(
        statistic=statistic,
        observed=float(scale * observed + shift),
        support=tuple(float(scale * total + shift) for total in sums),
        probability=tuple(probabilities[total] for total in sums),
        extreme=tuple(_is_extreme(total, observed, sum(scores), alternative) for total in sums),
        coins=len(scores),
    )


def _probabilities(scores: Sequence[int]) -> dict[int, float]:
    whole, divisor = coarsest(scores)
    if len(scores) > MOST_COUNTED and sum(whole) < MOST_ATOMS:
        row = binomial_sums.lower_probabilities(whole, sum(whole))
        return {place * divisor: probability for place, probability in enumerate(row.tolist()) if probability}
    return {total: count / 2 ** len(scores) for total, count in subset_sums.subset_counts(scores, MOST_ATOMS).items()}


def _is_extreme(total: int, observed: int, largest: int, alternative: Alternative) -> bool:
    if alternative == "two-sided":
        return abs(2 * total - largest) >= abs(2 * observed - largest)
    return total >= observed if alternative == "greater" else total <= observed
