"""From power to the n or the effect that reaches it: power that never falls, saw-teeth, and simulated power."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from math import ceil

import numpy as np
from scipy.optimize import brentq

from lib.design.plan import SMALLEST_N, FloatArray
from lib.errors import Refusal
from lib.progress import each

LIMIT = 100_000
"""No larger n is looked for."""

_DOUBLINGS = 200
_CUTS = 33

LEAST_LOOKED_ON = 10
SHARE_LOOKED_ON = 0.25
"""How far beyond an n the power is looked at before it is said to stay: so many n, or this share of it if more."""


def smallest_monotone_n(
    power_at: Callable[[FloatArray], FloatArray], target: float, limit: int = LIMIT, least: int = SMALLEST_N
) -> int:
    """The smallest n of at least `least` at which `power_at(n)` reaches `target`, for power that never falls.

    `power_at` takes an array of n: the range is cut into `_CUTS` parts at a time, which costs hardly more than one n.

    Raises
    ------
    Refusal
        Where even `limit` does not reach the target; the message gives the power there.
    """
    ns = np.unique(np.geomspace(least, limit, _CUTS).round())
    while True:
        power = power_at(ns)
        if power[-1] < target:
            raise Refusal(_unreached(target, limit, float(power[-1])))
        first = int(np.argmax(power >= target))
        if first == 0 or ns[first] - ns[first - 1] == 1:
            return int(ns[first])
        ns = np.unique(np.linspace(ns[first - 1], ns[first], _CUTS).round())


def _unreached(target: float, limit: int, most: float) -> str:
    return f"n: a power of {target:g} is wanted; at {limit:,}, the largest n tried, it is {_told(most)}"


def _told(power: float) -> str:
    return "below 0.0001" if power < 1e-4 else f"{power:.4g}"


def looked_on(n: int, limit: int) -> int:
    """Up to which n power must stay above the target before `n` counts as lasting."""
    return min(limit, n + max(LEAST_LOOKED_ON, ceil(SHARE_LOOKED_ON * n)))


def smallest_lasting_n(power_at: Callable[[int], float], target: float, limit: int, least: int = SMALLEST_N) -> int:
    """The smallest n from which power stays at or above `target`, for power that rises in saw-teeth.

    "Stays" is looked at n by n up to `looked_on(n)`. An n that fails rules out every smaller one, so that doubling and
    bisection only find failing n fast.

    Raises
    ------
    Refusal
        Where no n up to `limit` was found to reach the target, or none stays there.
    """
    first = first_reaching_n(power_at, target, limit, least)
    found = _after_the_last_failing(power_at, target, first - 1, limit)
    if found > limit:
        raise Refusal(_unreached(target, limit, power_at(limit)))
    return found


def _after_the_last_failing(power_at: Callable[[int], float], target: float, failing: int, limit: int) -> int:
    end = looked_on(failing + 1, limit)
    for n in each(range(failing + 1, limit + 1), "looking for the smallest n"):
        if n > end:
            break
        if power_at(n) < target:
            failing, end = n, looked_on(n + 1, limit)
    return failing + 1


def first_reaching_n(power_at: Callable[[int], float], target: float, limit: int, least: int = SMALLEST_N) -> int:
    """The n found to reach the target by doubling and bisection; simulated power wavers by its own error around it.

    Raises
    ------
    Refusal
        Where no n up to `limit` was found to reach the target.
    """
    failing, reached = least - 1, least
    while (power := power_at(reached)) < target:
        if reached >= limit:
            raise Refusal(_unreached(target, limit, power))
        failing, reached = reached, min(limit, 2 * reached)
    return failing + 1 + bisect_left(range(failing + 1, reached), True, key=lambda n: bool(power_at(n) >= target))


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


def smallest_bounded_effect(power_of: Callable[[float], float], target: float, most: float, tolerance: float) -> float:
    """The smallest effect of at most `most` found to reach `target`, by halving until it is known to `tolerance`.

    Power need not be smooth in the effect: simulated power moves in steps.

    Raises
    ------
    Refusal
        Where power is below the target at `most`; the message gives it.
    """
    if not most > 0 or (reached := power_of(most)) < target:
        at = (
            f"at {most:.4g}, the largest possible here, it is {reached:.4g}" if most > 0 else "none above 0 is possible"
        )
        raise Refusal(f"effect: a power of {target:g} is wanted; {at}")
    low, high = 0.0, most
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle) >= target else (middle, high)
    return high
