"""Whether whole-number scores can have a printed mean and standard deviation (GRIM and GRIMMER).

n whole scores have a whole sum, so that their mean is a multiple of 1/n; and n times their sum of squares less the
square of their sum is n(n − 1) times their variance. Which sums and sums of squares the scale allows is counted out,
and not judged by parity alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.analysis.rounding import (
    decimals,
    nearest,
    printed,
    sample_size,
    scores_of,
    spread_bounds,
    sum_bounds,
    whole_scale,
    written,
)
from lib.errors import OverBudget

MOST_SCORES = 100_000
"""Above this there are too many sums to list, and a mean that is printed with 4 decimals can't be impossible."""

MOST_STEPS = 10**7
"""Unions of sets of sums of squares: about two seconds."""

MOST_BITS = 2**36
"""Bits that these unions may move."""


@dataclass(frozen=True)
class Grim:
    """What n whole scores on a scale say to a printed mean and SD.

    `sums` of all scores (score units) are those that round to the mean, `means` the same over n; `squares` are the
    pairs of sum and sum of squares that round to mean and SD, empty where no SD was given. `tells` is whether any mean
    with so many decimals would be impossible at this n; that a mean is possible says nothing where it is False.
    `reason` puts the outcome in words.
    """

    n: int
    mean: Decimal
    sd: Decimal | None
    possible: bool
    tells: bool
    sums: tuple[int, ...]
    means: tuple[Fraction, ...]
    squares: tuple[tuple[int, int], ...]
    reason: str


# ---- validation


def _mean_on_scale(mean: object, low: int, high: int) -> Decimal:
    return printed("mean", mean, low, high, f"a mean on the scale, {low} to {high}")


def _tells(n: int, digits: int) -> bool:
    """Whether some mean of so many decimals is impossible."""
    unit = 10**digits
    # n times a printed mean is a multiple of shared/unit, and its rounding forgives n/(2·unit)
    shared = math.gcd(n, unit)
    beyond_rounding: bool = 2 * shared * (unit // shared // 2) > n
    return beyond_rounding


# ---- sums of squares


@dataclass(frozen=True)
class _Scores:
    """n whole scores from low to high around a whole centre, which keeps their squares small."""

    n: int
    low: int
    high: int

    @property
    def largest(self) -> int:
        """The largest sum of squares."""
        return self.n * max(self.low**2, self.high**2)

    def affords(self, limit: int) -> bool:
        """Whether the sums of squares up to `limit` can be listed here."""
        root = math.isqrt(self.n * limit) + 1
        sums = min(self.n * (self.high - self.low), 2 * root) + 1
        scores = min(self.high - self.low, 2 * math.isqrt(limit)) + 1
        steps = self.n * sums * scores
        return steps <= MOST_STEPS and steps * limit <= MOST_BITS

    def squares(self, least: int, most: int, limit: int) -> dict[int, int]:
        """For each sum from least to most, its sums of squares up to `limit`, as the bits of an integer."""
        reached, kept = {0: 1}, (1 << limit + 1) - 1
        for left in range(self.n - 1, -1, -1):
            further: dict[int, int] = {}
            for score in (score for score in range(self.low, self.high + 1) if score * score <= limit):
                for total, bits in reached.items():
                    now = total + score
                    if least - left * self.high <= now <= most - left * self.low:
                        further[now] = further.get(now, 0) | (bits << score * score & kept)
            reached = {total: bits for total, bits in further.items() if bits}
        return reached


@dataclass(frozen=True)
class _Spreads:
    """Sums, sums of squares and n·Σx² − (Σx)² of whole scores with a printed mean; `complete` if none is left out."""

    rows: tuple[tuple[int, int, int], ...]
    complete: bool


def _spreads(n: int, low: int, high: int, sums: Sequence[int], most: int) -> _Spreads:
    """Every possible spread, or those up to `most` where all would be too many."""
    centre = round(Fraction(sums[0], n))
    scores = _Scores(n, low - centre, high - centre)
    least_sum, most_sum = sums[0] - n * centre, sums[-1] - n * centre
    needed = min(scores.largest, (most + max(least_sum**2, most_sum**2)) // n)
    limit = scores.largest if scores.affords(scores.largest) else needed
    if not scores.affords(limit):
        raise OverBudget(
            f"n: {n} given; wanted fewer scores, or a smaller SD: sums of squares up to {limit:,} on a scale of "
            f"{high - low + 1} are too many; the limits are {MOST_STEPS:,} steps and {MOST_BITS:.0e} bits"
        )
    found = scores.squares(least_sum, most_sum, limit)
    rows = ((total, square) for total, bits in sorted(found.items()) for square in _places(bits))
    # back from the centre: Σx = Σy + nc and Σx² = Σy² + 2cΣy + nc²
    whole = ((t + n * centre, q + 2 * centre * t + n * centre**2, n * q - t * t) for t, q in rows)
    return _Spreads(tuple(whole), limit == scores.largest)


def _places(bits: int) -> list[int]:
    return [place for place, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


# ---- wording


def _mean_reason(n: int, mean: Decimal, sums: Sequence[int]) -> str:
    if not sums:
        least = math.floor(Fraction(mean) * n)
        what = f"mean of {scores_of(n)}/means of {scores_of(n)}"
        return nearest(mean, [Fraction(least, n), Fraction(least + 1, n)], what)
    if not _tells(n, decimals(mean)):
        digits = decimals(mean)
        places = f"{digits or 'no'} decimal{'' if digits == 1 else 's'}"
        return f"with n = {n} and {places} every mean is possible, so the check says nothing"
    if len(sums) > 1:
        return f"{scores_of(n)} that add up to {sums[0]} to {sums[-1]} have means that round to {mean}"
    exact = Fraction(sums[0], n)
    rounded = "" if exact == Fraction(mean) else f", which rounds to {mean}"
    return f"{scores_of(n)} that add up to {sums[0]} have the mean {written(exact, mean)}{rounded}"


def _sd_reason(n: int, mean: Decimal, sd: Decimal, found: Sequence[tuple[int, int]], spreads: _Spreads) -> str:
    if found:
        total, square = found[0]
        more = f" (the first of {len(found)} ways)" if len(found) > 1 else ""
        return f"{scores_of(n)} with the sum {total} and the sum of squares {square} have this mean and SD{more}"
    sds = (math.sqrt(spread / (n * (n - 1))) for spread in {spread for _, _, spread in spreads.rows})
    what = f"{scores_of(n)} with a mean that rounds to {mean}"
    return nearest(sd, sds, f"SD of {what}/SDs of {what}", spreads.complete)


# ---- public functions


def grim(n: int, low: int, high: int, mean: Decimal, sd: Decimal | None = None) -> Grim:
    """Whether `n` whole scores on a scale can have a printed mean, and with it a printed standard deviation.

    Parameters
    ----------
    n
        Number of scores, at least 1.
    low, high
        Ends of the scale, whole numbers, in score units.
    mean
        As printed, in score units; its decimals are its rounding.
    sd
        As printed: the sample SD (n − 1), in score units.

    Returns
    -------
    Grim
        What is possible, whether the check of the mean can say anything at this n, and why.

    Raises
    ------
    Refusal
        If the scale isn't one of whole numbers, `n` is below 1, the mean outside the scale or the SD negative.
    OverBudget
        If an SD is given and the sums of squares are too many to be listed.

    References
    ----------
    Brown & Heathers (2017). The GRIM test. Soc Psychol Personal Sci 8:363-369. doi:10.1177/1948550616673876
    Anaya (2016). The GRIMMER test. PeerJ Preprints 4:e2400v1.

    Examples
    --------
    Brown and Heathers: no 28 whole scores have a mean of 5.19.

    >>> grim(28, 1, 7, Decimal("5.19")).reason
    'the nearest means of 28 whole scores are 5.1786 and 5.2143; neither rounds to 5.19'
    >>> grim(4, 0, 10, Decimal("3.5"), Decimal("1.3")).squares
    ((14, 54),)
    """
    n, (low, high) = sample_size(n), whole_scale(low, high)
    if n > MOST_SCORES:
        raise OverBudget(f"n: {n:,} given; wanted at most {MOST_SCORES:,} scores")
    mean = _mean_on_scale(mean, low, high)
    sd = None if sd is None else printed("sd", sd, 0, None, "a standard deviation of at least 0")
    sums = _sums(n, low, high, mean)
    squares, reason = ((), _mean_reason(n, mean, sums)) if sd is None or not sums else _squares(n, low, high, mean, sd)
    return Grim(
        n=n,
        mean=mean,
        sd=sd,
        possible=bool(sums if sd is None else squares),
        tells=_tells(n, decimals(mean)),
        sums=tuple(sums),
        means=tuple(Fraction(total, n) for total in sums),
        squares=squares,
        reason=reason,
    )


def _sums(n: int, low: int, high: int, mean: Decimal) -> range:
    least, most = sum_bounds(mean, n)
    return range(max(least, n * low), min(most, n * high) + 1)


def _squares(n: int, low: int, high: int, mean: Decimal, sd: Decimal) -> tuple[tuple[tuple[int, int], ...], str]:
    if n == 1:
        return (), "one score has no standard deviation"
    least, most = spread_bounds(sd, n)
    spreads = _spreads(n, low, high, _sums(n, low, high, mean), most)
    found = tuple((total, square) for total, square, spread in spreads.rows if least <= spread <= most)
    return found, _sd_reason(n, mean, sd, found, spreads)


def possible_sizes(mean: Decimal, sizes: Iterable[int], low: int, high: int) -> tuple[int, ...]:
    """Those of `sizes` at which whole scores on a scale can have a printed mean, in their order.

    Raises
    ------
    Refusal
        As `grim`.

    Examples
    --------
    >>> possible_sizes(Decimal("3.5"), range(3, 7), 0, 10), possible_sizes(Decimal("2.6"), range(3, 7), 0, 10)
    ((4, 6), (5,))
    """
    low, high = whole_scale(low, high)
    mean = _mean_on_scale(mean, low, high)
    return tuple(n for n in sizes if _sums(sample_size(n), low, high, mean))
