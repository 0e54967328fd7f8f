"""How many subsets of whole numbers have each sum, or a sum from some value on: exact counts of 2^n."""

from __future__ import annotations

from collections.abc import Sequence

from lib.errors import OverBudget

MOST_STEPS = 2**21
"""Additions that one list of subset sums may take: about half a second."""

MOST_BITS = 2**26
"""The longest packed null, in bits: about half a second, reached near 500 untied ranks."""


def subset_counts(items: Sequence[int], limit: int) -> dict[int, int]:
    """How many of the 2^n subsets of `items` have each sum, by dynamic programming over the sums reached so far.

    Raises
    ------
    OverBudget
        If more than `limit` different sums occur, or the work is more than `MOST_STEPS` additions.
    """
    counts, steps = {0: 1}, 0
    for item in items:
        steps += len(counts)
        for total, count in tuple(counts.items()):
            counts[total + item] = counts.get(total + item, 0) + count if item else 2 * count
        if len(counts) > limit or steps > MOST_STEPS:
            raise OverBudget(
                f"the exact null of {len(items)} differences has up to {_most_sums(items)} different sums; "
                f"the limits are {limit:,} sums and {MOST_STEPS:,} additions"
            )
    return counts


def _most_sums(items: Sequence[int]) -> str:
    most = min(2 ** len(items), sum(map(abs, items)) + 1)
    return f"{most:,}" if most < 10**9 else f"{float(min(most, 10**100)):.0e}"


def packed_bits(scores: Sequence[int]) -> int:
    """Length in bits of the null that `tail_count` builds."""
    return (sum(scores) + 1) * (len(scores) + 2)


def tail_count(scores: Sequence[int], at_least: int) -> int:
    """How many of the 2^n subsets of non-negative `scores` sum to `at_least` or more.

    The generating function ∏(1 + x^score) is held in one integer, at x = 2^(n+2), so that no coefficient runs into the
    next (Kronecker substitution; von zur Gathen & Gerhard, Modern Computer Algebra, 3rd ed., section 8.4). The upper
    coefficients are then added up as digits, by casting out x − 1.

    Raises
    ------
    OverBudget
        If the packed null is longer than `MOST_BITS`.
    """
    if (bits := packed_bits(scores)) > MOST_BITS:
        raise OverBudget(f"the exact null of {len(scores)} differences takes {bits:,} bits; the limit is {MOST_BITS:,}")
    width = len(scores) + 2
    packed = 1
    for score in scores:
        packed += packed << score * width
    return (packed >> max(at_least, 0) * width) % ((1 << width) - 1)


def heads_count(ones: Sequence[int], at_least: int) -> int:
    """`tail_count` of scores that all are 1: how many labellings have so many heads, by the binomial coefficients."""
    n, total, coefficient = len(ones), 0, 1
    for heads in range(n, max(at_least, 0) - 1, -1):
        total += coefficient
        coefficient = coefficient * heads // (n - heads + 1)
    return total
