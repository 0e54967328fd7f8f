"""Natural logarithms of rationals in which sums that are equal stay equal.

log 2 + log 3 and log 6 must tie, or an exact test counts the wrong labellings. Floats lose that. Here each number is
taken apart into factors, each factor has one logarithm to 40 digits, and a logarithm is a whole combination of them.
"""

from __future__ import annotations

from collections import Counter
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import isqrt

LARGEST_TRIAL = 10_000
"""Primes up to here are split off; what is left is one factor, whose ties with its multiples alone could be lost."""

_DIGITS = Context(prec=40)
_STEP = 10**30


def exact_log(value: Fraction) -> Fraction:
    """Natural logarithm of a positive rational, to 30 decimals.

    Parameters
    ----------
    value
        Positive, without unit.

    Returns
    -------
    Fraction
        exact_log(a) + exact_log(b) == exact_log(a * b) exactly, for numbers without prime factors above 10,000.

    Examples
    --------
    >>> exact_log(Fraction(6)) == exact_log(Fraction(2)) + exact_log(Fraction(3))
    True
    >>> round(float(exact_log(Fraction(1, 2))), 6)
    -0.693147
    """
    powers = _factors(value.numerator)
    powers.subtract(_factors(value.denominator))
    return sum((power * _log(factor) for factor, power in powers.items()), Fraction(0))


def _factors(number: int) -> Counter[int]:
    found: Counter[int] = Counter()
    for candidate in range(2, min(isqrt(number), LARGEST_TRIAL) + 1):
        while number % candidate == 0:
            found[candidate] += 1
            number //= candidate
        if candidate * candidate > number:
            break
    if number > 1:
        found[number] += 1
    return found


@lru_cache(maxsize=4096)
def _log(factor: int) -> Fraction:
    return Fraction(round(Decimal(factor).ln(_DIGITS) * _STEP), _STEP)
