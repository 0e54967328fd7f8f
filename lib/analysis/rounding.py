"""What a printed number leaves open: the values that round to it, and words for those that don't.

A printed number stands for everything within half a unit of its last decimal, both ends included, as nobody tells how
halves were rounded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from lib.errors import Refusal

# ---- validation


def whole_scale(low: object, high: object) -> tuple[int, int]:
    """Both ends of a scale of whole numbers.

    Raises
    ------
    Refusal
        If an end is not a whole number, or the lower one is not below the upper.
    """
    ends = _whole("low", low), _whole("high", high)
    if ends[0] >= ends[1]:
        raise Refusal(f"high: {high} given; wanted an end of the scale above the other, {low}")
    return ends


def _whole(name: str, value: object) -> int:
    if not isinstance(value, int | float | Fraction | Decimal) or not math.isfinite(value) or value != int(value):
        raise Refusal(f"{name}: {value} given; wanted a whole number, as the check is of whole scores")
    return int(value)


def sample_size(n: object) -> int:
    """A number of scores or pairs.

    Raises
    ------
    Refusal
        If it is not a whole number of at least 1.
    """
    if not isinstance(n, int) or n < 1:
        raise Refusal(f"n: {n} given; wanted a whole number, at least 1")
    return n


def printed(name: str, value: object, low: int | None, high: int | None, what: str) -> Decimal:
    """A printed number that may round from some value between `low` and `high`; None is no limit.

    Raises
    ------
    Refusal
        If it is no finite Decimal, or lies outside by more than its rounding.
    """
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Refusal(f"{name}: {value!r} given; wanted a finite Decimal, whose decimals are its rounding")
    exact, half = Fraction(value), half_unit(value)
    if (low is not None and exact + half < low) or (high is not None and exact - half > high):
        raise Refusal(f"{name}: {value} given; wanted {what}")
    return value


# ---- intervals


def decimals(value: Decimal) -> int:
    """How many decimals a finite number was printed with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(value: Decimal) -> Fraction:
    """Half a unit of the last printed decimal: what rounding may have taken or added."""
    return Fraction(1, 2 * 10 ** decimals(value))


def sum_bounds(mean: Decimal, n: int) -> tuple[int, int]:
    """Least and largest whole sum of `n` scores whose mean rounds to `mean`; the least is larger if there is none."""
    exact, half = Fraction(mean), half_unit(mean)
    return math.ceil(n * (exact - half)), math.floor(n * (exact + half))


def spread_bounds(sd: Decimal, n: int) -> tuple[int, int]:
    """Bounds of n·Σx² − (Σx)², a whole number, for `n` whole scores whose sample SD rounds to `sd`."""
    exact, half, scale = Fraction(sd), half_unit(sd), n * (n - 1)
    return math.ceil(scale * max(Fraction(0), exact - half) ** 2), math.floor(scale * (exact + half) ** 2)


# ---- wording


def nearest(value: Decimal, possible: Iterable[Fraction | float], what: str, complete: bool = True) -> str:
    """Why no possible value rounds to a printed one: the nearest below and above it.

    `what` names the values, singular and plural parted by a slash; an incomplete list ends above the printed value.
    """
    values = sorted(possible)
    one, many = what.split("/")
    below, above = [v for v in values if v < Fraction(value)][-1:], [v for v in values if v > Fraction(value)][:1]
    shown = [written(v, value) for v in below + above]
    if not shown:
        return f"there is no {one}"
    if len(shown) == 1:
        place = "" if complete else " from below"
        return f"the nearest {one}{place} is {shown[0]}, which does not round to {value}"
    return f"the nearest {many} are {' and '.join(shown)}; neither rounds to {value}"


def written(value: Fraction | float, like: Decimal) -> str:
    """A value with two decimals more than what was printed, zeros at the end left out."""
    text = f"{float(value):.{decimals(like) + 2}f}"
    return text.rstrip("0").rstrip(".")


def scores_of(n: int) -> str:
    """'1 whole score', '4 whole scores'."""
    return f"{n} whole score{'' if n == 1 else 's'}"
