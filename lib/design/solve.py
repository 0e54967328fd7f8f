"""From power to the n or the effect that reaches it, for power that never falls as either grows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from scipy.optimize import brentq

from lib.design.plan import SMALLEST_N
from lib.errors import Refusal

LIMIT = 100_000
"""No larger n is looked for."""

_DOUBLINGS = 200


def smallest_monotone_n(power_at: Callable[[int], float], target: float, limit: int = LIMIT) -> int:
    """The smallest n of at least 2 at which `power_at(n)` reaches `target`, by bisection over whole numbers.

    Raises
    ------
    Refusal
        Where even `limit` does not reach the target; the message gives the power there.
    """
    if (most := power_at(limit)) < target:
        raise Refusal(f"n: a power of {target:g} is wanted; at {limit:,}, the largest n tried, it is {most:.4g}")
    return SMALLEST_N + bisect_left(range(SMALLEST_N, limit + 1), True, key=lambda n: bool(power_at(n) >= target))


def smallest_monotone_effect(power_of: Callable[[float], float], target: float, unit: float) -> float:
    """The effect at which `power_of(effect)` equals `target`; `power_of(0)` lies below it.

    `unit` is an effect of the right order of magnitude: the bracket is it doubled until it reaches the target. The root
    is exact to 1e-12 relative where power has a slope; towards a target of 1 the slope, and digits, go.

    Raises
    ------
    Refusal
        Where no finite effect reaches the target.
    """
    high = unit
    for _ in range(_DOUBLINGS):
        if power_of(high) >= target:
            return float(brentq(lambda effect: power_of(effect) - target, 0.0, high, xtol=unit * 1e-15, rtol=1e-14))
        high *= 2
    raise Refusal(f"effect: a power of {target:g} is wanted; no effect up to {high:.3g} reaches it")
