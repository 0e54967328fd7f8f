"""Change from baseline of one unit, in exact arithmetic: a registry of the scales on which it can be expressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from lib.values import Exact, Missing


def absolute_change(baseline: Fraction, final: Fraction) -> Exact:
    """Final minus baseline, in the outcome's own unit."""
    return final - baseline


def percent_change(baseline: Fraction, final: Fraction) -> Exact:
    """100 × (final − baseline) / baseline; undefined from 0."""
    if baseline == 0:
        return Missing("a percentage change from 0 is undefined")
    return 100 * (final - baseline) / baseline


def absolute_from_percent(baseline: Exact, percent: Fraction) -> Exact:
    """The absolute change that a printed percentage implies.

    0 % is no change whatever the baseline was, up to the rounding of the printed 0; other percentages need a baseline.
    """
    if percent == 0:
        return Fraction(0)
    if isinstance(baseline, Missing):
        return Missing(f"only the percentage is published; the baseline is {baseline.reason}")
    return baseline * percent / 100


@dataclass(frozen=True)
class Change:
    """One way to express a change; `unit(outcome unit)` names the unit of its differences."""

    key: str
    label: str
    help: str
    reference: str
    unit: Callable[[str], str]
    run: Callable[[Fraction, Fraction], Exact]


CHANGES: dict[str, Change] = {
    change.key: change
    for change in (
        Change(
            "absolute",
            "Absolute",
            "Final minus baseline, in the outcome's own unit.",
            "Vickers 2001, BMC Med Res Methodol 1:6",
            lambda unit: unit,
            absolute_change,
        ),
        Change(
            "percent",
            "Percent of baseline",
            "Small ones weigh as much as large ones; growth has no end, shrinkage ends at −100 %.",
            "Vickers 2001, BMC Med Res Methodol 1:6",
            lambda unit: "percentage points",
            percent_change,
        ),
    )
}
