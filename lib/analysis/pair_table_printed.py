"""What was printed of pairs of whole scores, and in which order it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from lib.analysis.pair_table_counts import Side
from lib.analysis.pair_table_p import unsuited
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative
from lib.analysis.rounding import printed, sample_size, spread_bounds, sum_bounds, whole_scale
from lib.errors import OverBudget, Refusal

MOST_PAIRS = 5_000
MOST_LEVELS = 1_000


@dataclass(frozen=True)
class PairSummaries:
    """What is printed of n pairs of whole scores from `low` to `high`; None is not printed.

    Means and SDs (sample SD, n − 1) are in score units, differences are treated − control. The decimals of each number
    are its rounding: it stands for all values within half a unit of the last, both ends included. `p` is that of
    `test`, a key of `TESTS`, on the differences. Where changes are printed and not scores, `low` and `high` are the
    largest fall and rise that the scale has room for.
    """

    n: int
    low: int
    high: int
    mean_treated: Decimal | None = None
    sd_treated: Decimal | None = None
    mean_control: Decimal | None = None
    sd_control: Decimal | None = None
    mean_difference: Decimal | None = None
    sd_difference: Decimal | None = None
    p: Decimal | None = None
    test: str = "t"
    alternative: Alternative = "two-sided"

    @property
    def levels(self) -> int:
        """Scores on the scale."""
        return self.high - self.low + 1

    def value(self, summary: Summary) -> Decimal:
        """A printed number; only for one that is printed."""
        value: Decimal = getattr(self, summary.key)
        return value

    @property
    def given(self) -> tuple[Summary, ...]:
        """What is printed, in the order in which it is asked for."""
        return tuple(summary for summary in SUMMARIES if getattr(self, summary.key) is not None)

    @property
    def before_p(self) -> tuple[Summary, ...]:
        """The same without p."""
        return tuple(summary for summary in self.given if summary.kind != "p")

    def bounds(self, summary: Summary) -> tuple[int, int]:
        """Of Σx for a mean, of n·Σx² − (Σx)² for an SD, the scores of an arm counted from 0."""
        value = self.value(summary)
        if summary.kind == "sd":
            return spread_bounds(value, self.n)
        origin = 0 if summary.side == "difference" else self.n * self.low
        least, most = sum_bounds(value, self.n)
        return least - origin, most - origin


@dataclass(frozen=True)
class Summary:
    """One number that may be printed: its key in `PairSummaries`, its name, what it is of and what it is."""

    key: str
    label: str
    side: Side
    kind: Literal["mean", "sd", "p"]


SUMMARIES = (
    Summary("mean_treated", "mean treated", "treated", "mean"),
    Summary("sd_treated", "SD treated", "treated", "sd"),
    Summary("mean_control", "mean control", "control", "mean"),
    Summary("sd_control", "SD control", "control", "sd"),
    Summary("mean_difference", "mean difference", "difference", "mean"),
    Summary("sd_difference", "SD of the differences", "difference", "sd"),
    Summary("p", "p", "difference", "p"),
)
"""In the order of the funnel."""


# ---- validation


def validated(given: PairSummaries) -> PairSummaries:
    """The same summaries, checked.

    Raises
    ------
    Refusal
        If a number can't be what it says on this scale, or test or alternative are unknown or don't suit the scale.
    OverBudget
        If the pairs or scores are too many even to be counted.
    """
    low, high = whole_scale(given.low, given.high)
    if sample_size(given.n) > MOST_PAIRS:
        raise OverBudget(f"n: {given.n:,} given; wanted at most {MOST_PAIRS:,} pairs")
    if given.levels > MOST_LEVELS:
        raise OverBudget(f"high: {high} given; wanted a scale of at most {MOST_LEVELS:,} scores from {low} on")
    for summary in given.given:
        _validate(given, summary, low, high)
    _validate_test(given)
    return given


def _validate(given: PairSummaries, summary: Summary, low: int, high: int) -> None:
    value, reach = getattr(given, summary.key), high - low
    if summary.kind == "sd":
        printed(summary.key, value, 0, None, "a standard deviation of at least 0")
    elif summary.kind == "p":
        printed(summary.key, value, 0, 1, "a p, 0 to 1")
    elif summary.side == "difference":
        printed(summary.key, value, -reach, reach, f"a mean of differences on the scale, {-reach} to {reach}")
    else:
        printed(summary.key, value, low, high, f"a mean on the scale, {low} to {high}")


def _validate_test(given: PairSummaries) -> None:
    if given.test not in TESTS:
        raise Refusal(f"test: {given.test!r} given; wanted one of {', '.join(TESTS)}")
    if reason := unsuited(given.test, given.low, given.high):
        raise Refusal(f"test: {given.test} given; wanted another test: {reason}")
    if given.alternative not in get_args(Alternative):
        raise Refusal(f"alternative: {given.alternative!r} given; wanted one of {', '.join(get_args(Alternative))}")
