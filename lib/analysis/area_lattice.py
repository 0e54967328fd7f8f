"""Which areas a measurement can give, and which of them a printed number can stand for.

A lesion is measured by its sides in whole steps, so that each area is a whole multiple of one unit. Everything is told
in these multiples; what printed numbers leave open is decided in exact fractions, with `ROUNDING` for shapes with a π.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lib.analysis.exact import Number, as_fractions
from lib.errors import OverBudget, Refusal

Ints = NDArray[np.int64]
"""Areas and their differences as whole multiples of the unit, and counts."""

Shape = Literal["rectangle", "ellipse", "square", "circle"]
"""How an area is made of two sides; square and circle have one."""

_ROUND: Mapping[Shape, bool] = {"rectangle": False, "ellipse": True, "square": False, "circle": True}
_ONE_SIDED: tuple[Shape, ...] = ("square", "circle")

MOST_STEPS = 400
"""Steps along the longest side."""

MOST_LESION_OPTIONS = 2_000_000
"""Ways to fill in the baseline and the final area of one lesion."""

ROUNDING = Fraction(1, 10**12)
"""Relative distance within which an area with a π in it counts as equal to a bound."""


# ---- printed numbers


@dataclass(frozen=True)
class Span:
    """What a printed number can stand for: a closed interval, as nobody tells how halves were rounded."""

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise Refusal(f"span: {self} given; wanted its lower end first")

    def __str__(self) -> str:
        return f"{float(self.low):g}" if self.low == self.high else f"{float(self.low):g} to {float(self.high):g}"


def exactly(value: Number | Decimal) -> Span:
    """A number that was not rounded.

    Raises
    ------
    Refusal
        If it is not finite.
    """
    fraction = _fraction(value)
    return Span(fraction, fraction)


def printed_span(value: Decimal, decimals: int | None = None) -> Span:
    """A number that was rounded: within half a unit of its last printed decimal, or of `decimals`.

    Parameters
    ----------
    value
        As printed: 2 and 2.0 are different.
    decimals
        Decimals that it was rounded to, where they are not those printed; negative for tens or hundreds.

    Raises
    ------
    Refusal
        If `value` is not finite.

    Examples
    --------
    >>> str(printed_span(Decimal("0.41")))
    '0.405 to 0.415'
    >>> str(printed_span(Decimal("2"), 2))
    '1.995 to 2.005'
    """
    centre, exponent = _fraction(value), value.as_tuple().exponent
    assert isinstance(exponent, int)  # a finite decimal has one
    half = Fraction(10) ** (exponent if decimals is None else -decimals) / 2
    return Span(centre - half, centre + half)


def _fraction(value: Number | Decimal) -> Fraction:
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(value)
    return as_fractions([float(value) if isinstance(value, Decimal) else value])[0]


@dataclass(frozen=True)
class LesionPrinted:
    """What is printed of one lesion: areas in cm² and 100 · (final − baseline) / baseline; None where nothing is."""

    name: str
    baseline: Span | None = None
    final: Span | None = None
    percent: Span | None = None


@dataclass(frozen=True)
class PairPrinted:
    """The two lesions of one person."""

    name: str
    treated: LesionPrinted
    control: LesionPrinted


@dataclass(frozen=True)
class RangePrinted:
    """Smallest and largest baseline area of one arm in cm²; None where it is not printed.

    `attained` says whether lesions among the pairs given have them; otherwise somebody who is not among these may.
    """

    low: Span | None = None
    high: Span | None = None
    attained: bool = False


# ---- lattice


@dataclass(frozen=True)
class AreaLattice:
    """Areas of a shape whose sides are whole multiples of `step`, up to `most` (both in cm).

    Raises
    ------
    Refusal
        If the shape is unknown, a length not positive, or the steps more than `MOST_STEPS`.
    """

    shape: Shape
    step: Fraction
    most: Fraction

    def __post_init__(self) -> None:
        if self.shape not in get_args(Shape):
            raise Refusal(f"shape: {self.shape!r} given; wanted {', '.join(get_args(Shape))}")
        if self.step <= 0:
            raise Refusal(f"step: {float(self.step):g} given; wanted a length above 0 cm")
        if self.most < self.step:
            raise Refusal(f"most: {float(self.most):g} given; wanted at least one step, {float(self.step):g} cm")
        if self.steps > MOST_STEPS:
            raise Refusal(
                f"step: {float(self.step):g} given; wanted at most {MOST_STEPS} steps, which make {self.steps}"
            )

    @property
    def steps(self) -> int:
        """Whole steps along the longest side."""
        return self.most // self.step

    @cached_property
    def multiples(self) -> Ints:
        """The areas above 0 in units, ascending, each once."""
        sides = np.arange(1, self.steps + 1, dtype=np.int64)
        return np.unique(sides * sides if self.shape in _ONE_SIDED else np.multiply.outer(sides, sides))

    @cached_property
    def unit(self) -> Fraction:
        """The area of one step by one step, in cm²."""
        return self.step**2 * (Fraction(math.pi) / 4 if _ROUND[self.shape] else 1)

    def area(self, multiple: int) -> float:
        """The area of so many units, in cm²."""
        return float(int(multiple) * self.unit)

    def bounds(self, span: Span | None) -> tuple[int, int]:
        """First and last multiple within a span of cm²; all of them where there is none."""
        if span is None:
            return 0, int(self.multiples[-1])
        slack = ROUNDING if _ROUND[self.shape] else Fraction(0)
        low, high = span.low / self.unit * (1 - slack), span.high / self.unit * (1 + slack)
        return _held(math.ceil(low)), _held(math.floor(high))

    def within(self, multiples: Ints, span: Span | None) -> NDArray[np.bool_]:
        """Which of the multiples a number printed for `span` can stand for."""
        low, high = self.bounds(span)
        return (low <= multiples) & (multiples <= high)


def area_lattice(shape: Shape, step: Number | Decimal, most: Number | Decimal) -> AreaLattice:
    """A lattice from numbers as they are written: a step of 0.1 is a tenth.

    Raises
    ------
    Refusal
        As `AreaLattice`, or if a length is not finite.

    Examples
    --------
    >>> [area_lattice("rectangle", 0.5, 1.5).area(m) for m in area_lattice("rectangle", 0.5, 1.5).multiples]
    [0.25, 0.5, 0.75, 1.0, 1.5, 2.25]
    """
    return AreaLattice(shape, _fraction(step), _fraction(most))


# ---- what one lesion can be


@dataclass(frozen=True)
class LesionOptions:
    """Every way to fill in one lesion, in the order of its areas: an entry of each array is one.

    `ends` has bit 1 where the baseline can be the smallest printed for the arm, bit 2 where it can be the largest.
    """

    baseline: Ints
    final: Ints
    ends: Ints


@dataclass(frozen=True)
class _Slots:
    """For each baseline the stretch of final areas, from `start` to before `stop` of `finals`."""

    baseline: Ints
    finals: Ints
    start: Ints
    stop: Ints

    @property
    def size(self) -> int:
        return int(np.sum(self.stop - self.start))


def lesion_count(lattice: AreaLattice, lesion: LesionPrinted) -> int:
    """Ways to fill in a lesion from what is printed of itself."""
    return _slots(lattice, lesion, RangePrinted()).size


def lesion_options(lattice: AreaLattice, lesion: LesionPrinted, within: RangePrinted) -> LesionOptions:
    """Ways to fill in a lesion from what is printed of itself and of the range of its arm.

    Raises
    ------
    OverBudget
        If they are more than `MOST_LESION_OPTIONS`.
    """
    slots = _slots(lattice, lesion, within)
    if slots.size > MOST_LESION_OPTIONS:
        raise OverBudget(
            f"{lesion.name} can be filled in in {slots.size:,} ways; the limit is {MOST_LESION_OPTIONS:,}. "
            "A coarser step or a printed percentage leaves fewer"
        )
    lengths = slots.stop - slots.start
    baseline = np.repeat(slots.baseline, lengths)
    ends = sum(
        bit * lattice.within(baseline, span).astype(np.int64)
        for bit, span in ((1, within.low), (2, within.high))
        if span is not None and within.attained
    )
    return LesionOptions(baseline, slots.finals[stretches(slots.start, lengths)], ends + np.zeros_like(baseline))


def stretches(start: Ints, lengths: Ints) -> Ints:
    """The whole numbers from each start on, so many of each, one after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(start - before, lengths) + np.arange(np.sum(lengths))


def _slots(lattice: AreaLattice, lesion: LesionPrinted, within: RangePrinted) -> _Slots:
    allowed = lattice.within(lattice.multiples, lesion.baseline)
    if within.low is not None:
        allowed &= lattice.multiples >= lattice.bounds(within.low)[0]
    if within.high is not None:
        allowed &= lattice.multiples <= lattice.bounds(within.high)[1]
    baseline, finals = lattice.multiples[allowed], np.concatenate([[0], lattice.multiples])
    low, high = (np.full_like(baseline, bound) for bound in lattice.bounds(lesion.final))
    if lesion.percent is not None:
        least, most = _changed(baseline, lesion.percent)
        low, high = np.maximum(low, least), np.minimum(high, most)
    start, stop = np.searchsorted(finals, low), np.searchsorted(finals, high, side="right")
    return _Slots(baseline, finals, start, np.maximum(start, stop))


def _changed(baseline: Ints, percent: Span) -> tuple[Ints, Ints]:
    """The least and the most that each baseline can become, in whole units."""
    # In Python's own integers, which no fraction outgrows.
    low, high = 1 + percent.low / 100, 1 + percent.high / 100
    least = [_held(-(-multiple * low.numerator // low.denominator)) for multiple in baseline.tolist()]
    most = [_held(multiple * high.numerator // high.denominator) for multiple in baseline.tolist()]
    return np.array(least, np.int64), np.array(most, np.int64)


def _held(multiple: int) -> int:
    """The same on one side of all areas, if machine integers can't hold it."""
    return max(-1, min(multiple, 2**62))


def nothing_fits(lattice: AreaLattice, lesion: LesionPrinted) -> str:
    """The first thing printed of a lesion that no area of the lattice agrees with; empty if there is none."""
    finals = np.concatenate([[0], lattice.multiples])
    if not np.any(lattice.within(lattice.multiples, lesion.baseline)):
        return f"{lesion.name} at baseline: no area on the lattice is {lesion.baseline} cm²"
    if not np.any(lattice.within(finals, lesion.final)):
        return f"{lesion.name} at the final visit: no area on the lattice is {lesion.final} cm²"
    if lesion_count(lattice, lesion) == 0:
        return f"{lesion.name}: no two areas on the lattice that fit are {lesion.percent} % apart"
    return ""
