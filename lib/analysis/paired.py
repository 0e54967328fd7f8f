"""What the paired tests share: checked input, attainable p, the wording of intervals and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import get_args

from lib.analysis import exact
from lib.analysis.exact import Lattice, Number
from lib.analysis.inversion import Accepted
from lib.analysis.results import Alternative, Floor, Interval, TestResult
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real

NO_PAIRS = Missing("no pairs: there is nothing to compare")


@dataclass(frozen=True)
class Paired:
    """Checked input of a paired test: differences (treated minus control) in exact arithmetic, sides and level."""

    differences: tuple[Fraction, ...]
    alternative: Alternative
    level: Fraction

    @property
    def n(self) -> int:
        """Number of pairs."""
        return len(self.differences)

    @property
    def n_nonzero(self) -> int:
        """Number of pairs whose difference is not zero."""
        return sum(difference != 0 for difference in self.differences)

    @property
    def alpha(self) -> Fraction:
        """1 − level, as written: 0.95 leaves 1/20."""
        return 1 - self.level

    @property
    def sides(self) -> int:
        """2 for a two-sided alternative, otherwise 1."""
        return 2 if self.alternative == "two-sided" else 1

    @property
    def mean(self) -> Fraction:
        """Mean difference; needs at least one pair."""
        return sum(self.differences, Fraction(0)) / self.n

    @cached_property
    def lattice(self) -> Lattice:
        """The differences as whole multiples of one unit."""
        return exact.lattice(self.differences)


def validated(differences: Sequence[Number], alternative: Alternative, level: float) -> Paired:
    """Check the arguments that every paired test takes.

    Raises
    ------
    Refusal
        If a difference is not finite, the alternative unknown, or the level not inside (0, 1).
    """
    return _checked(differences, alternative, exact.exact_level(level))


def validated_at(differences: Sequence[Number], alternative: Alternative, alpha: float = 0.05) -> Paired:
    """The same for a test at `alpha`, or one whose p alone is wanted.

    Raises
    ------
    Refusal
        If a difference is not finite, the alternative unknown, or alpha not inside (0, 1).
    """
    return _checked(differences, alternative, 1 - exact.exact_alpha(alpha))


def _checked(differences: Sequence[Number], alternative: Alternative, level: Fraction) -> Paired:
    if alternative not in get_args(Alternative):
        raise Refusal(f"wanted an alternative among {', '.join(get_args(Alternative))}; given {alternative!r}")
    return Paired(exact.as_fractions(differences), alternative, level)


# ---- results


def without_pairs(data: Paired, estimate_name: str, method: str) -> TestResult:
    """The result of any test on no pairs."""
    nothing = Interval(None, None, float(data.level), reason=NO_PAIRS.reason)
    floor = Floor(NO_PAIRS, NO_PAIRS)
    return TestResult(NO_PAIRS, estimate_name, nothing, NO_PAIRS, floor, n=0, n_nonzero=0, null=None, method=method)


def exact_floor(data: Paired) -> Floor:
    """Smallest p of a test that flips signs: one labelling of 2^n, or two if two-sided."""
    return Floor(_written(_smallest_p(data.sides, data.n)), _written(_smallest_p(data.sides, data.n_nonzero)))


def _smallest_p(sides: int, n: int) -> Fraction:
    return min(Fraction(1), Fraction(sides, 2**n))


def _written(p: Fraction) -> Real:
    """P as a float. An exact p is never 0, so one that is too small for a float is not written as 0."""
    return float(p) or Missing("p is above 0, and below the smallest number that can be held here, 5e-324")


def exact_p(compute: Callable[[], Fraction]) -> Real:
    """The p-value, or the reason why it is too large to compute or too small to write."""
    try:
        return _written(compute())
    except OverBudget as refusal:
        return Missing(str(refusal))


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def two_to(n: int) -> str:
    """2 to the power of n as a reader sees it: 2⁴."""
    return f"2{str(n).translate(_RAISED)}"


def labellings(n: int) -> str:
    """Two to the n in words, with its value while that can be taken in."""
    value = f" = {2**n:,}" if n <= 20 else ""
    return f"{two_to(n)}{value} labelling{'' if n == 0 else 's'}"


# ---- intervals


def exact_interval(data: Paired, compute: Callable[[], Accepted]) -> tuple[Interval, tuple[str, ...]]:
    """The interval of an exact test, with the notes that it needs."""
    try:
        accepted = compute()
    except OverBudget as refusal:
        return Interval(None, None, float(data.level), reason=f"not computed: {refusal}"), ()
    return _worded(data, accepted), _interval_notes(accepted)


def _worded(data: Paired, accepted: Accepted) -> Interval:
    return Interval(_bound(accepted.low), _bound(accepted.high), float(data.level), _reason(data, accepted))


def _bound(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _reason(data: Paired, accepted: Accepted) -> str:
    if accepted.empty:
        return f"empty: no shift has a p above {float(data.alpha):g}"
    open_ends = (accepted.low is None) + (accepted.high is None)
    one_sided = ["one-sided"] if data.sides == 1 else []
    unbounded = [_unbounded(data)] if open_ends > len(one_sided) else []
    return "; ".join(one_sided + unbounded)


def _unbounded(data: Paired) -> str:
    floor = f"{float(_smallest_p(data.sides, data.n)):g}"
    return f"unbounded: the smallest p that {pairs(data.n)} can give, {floor}, is above {float(data.alpha):g}"


def _interval_notes(accepted: Accepted) -> tuple[str, ...]:
    shift = "The interval assumes that treatment shifts every difference by the same amount; bounded scores violate it."
    hole = "The values that the test accepts have a hole between them; the interval is their hull."
    return (shift,) if accepted.connected else (shift, hole)


# ---- notes


def exact_notes(data: Paired, null_listed: bool) -> tuple[str, ...]:
    """Sentences that hold for every test that flips signs."""
    flips = "Valid if each participant had an independent coin flip; one flip for everybody would leave two labellings."
    unlisted = f"The null has more than {exact.MOST_ATOMS:,} values, or is too long to compute, and is not listed."
    return (flips, *_floor_note(data), *_spread_note(data), *(() if null_listed else (unlisted,)))


def _floor_note(data: Paired) -> tuple[str, ...]:
    general, given_zeros = _smallest_p(data.sides, data.n), _smallest_p(data.sides, data.n_nonzero)
    alpha = f"{float(data.alpha):g}"
    if general > data.alpha:
        return (f"The smallest p that {pairs(data.n)} can give is {float(general):g}: no data could reach {alpha}.",)
    if given_zeros > data.alpha:
        return (f"Given the zeros seen, the smallest possible p is {float(given_zeros):g}: it can't reach {alpha}.",)
    return ()


def _spread_note(data: Paired) -> tuple[str, ...]:
    if data.n_nonzero == 0:
        return ("Every difference is zero: all labellings look alike, so p is 1.",)
    if data.n > 1 and all_equal(data):
        return ("All differences are equal: a narrow interval reflects that, and not certainty.",)
    return ()


def zeros_note(data: Paired, consequence: str) -> tuple[str, ...]:
    """How many differences are zero, and what becomes of them; nothing if there are none."""
    zeros = data.n - data.n_nonzero
    if zeros == 0:
        return ()
    return (f"{zeros} of {data.n} differences {'is' if zeros == 1 else 'are'} zero: {consequence}.",)


def all_equal(data: Paired) -> bool:
    """Whether the differences have no spread."""
    return len(set(data.differences)) == 1


def pairs(n: int) -> str:
    """'1 pair', '4 pairs'."""
    return "1 pair" if n == 1 else f"{n} pairs"
