"""Values that may be absent: a number, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from typing_extensions import TypeIs


@dataclass(frozen=True)
class Missing:
    """No value, and why. It is neither zero nor NaN; JSON shows it as null beside its reason."""

    reason: str

    def __str__(self) -> str:
        return f"missing: {self.reason}"


Exact = Fraction | Missing
"""A printed or derived value in exact arithmetic."""

Real = float | Missing
"""A computed value."""


def known(value: object) -> TypeIs[float | int | Fraction]:
    """Whether `value` is a number rather than `Missing`."""
    return not isinstance(value, Missing)


def real(value: Exact | Real) -> Real:
    """`value` as a float where it is a number; `Missing` as it is."""
    return value if isinstance(value, Missing) else float(value)
