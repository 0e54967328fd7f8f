"""Intervals by inverting a test: the hull of the shifts that it does not reject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Accepted:
    """The hull of {θ : p(θ) > α}; None where it has no end. `connected` is False if the set has a hole."""

    low: Fraction | None
    high: Fraction | None
    connected: bool = True
    empty: bool = False


@dataclass(frozen=True)
class Cell:
    """A breakpoint, or an open gap between two of them, with a point inside it; p is the same throughout."""

    low: Fraction | None
    high: Fraction | None
    probe: Fraction


def cells(breakpoints: Iterable[Fraction]) -> list[Cell]:
    """Every breakpoint and every gap, from left to right; at least one breakpoint.

    Ties and zeros at a breakpoint change the null, so p there is not the p beside it.
    """
    points = sorted(set(breakpoints))
    found = [Cell(None, points[0], points[0] - 1), Cell(points[0], points[0], points[0])]
    for before, point in pairwise(points):
        found += [Cell(before, point, (before + point) / 2), Cell(point, point, point)]
    return [*found, Cell(points[-1], None, points[-1] + 1)]


def hull(cells: Sequence[Cell], accepted: Sequence[bool]) -> Accepted:
    """What the accepted cells span."""
    places = [place for place, inside in enumerate(accepted) if inside]
    if not places:
        return Accepted(None, None, empty=True)
    first, last = places[0], places[-1]
    return Accepted(cells[first].low, cells[last].high, connected=len(places) == last - first + 1)


def invert(p_at: Callable[[Fraction], Fraction], breakpoints: Iterable[Fraction], alpha: Fraction) -> Accepted:
    """The values of θ that a test does not reject: {θ : p(θ) > α}, a p equal to α being a rejection.

    Parameters
    ----------
    p_at
        Exact p of the hypothesis that the shift is θ; constant between breakpoints and beyond the outer ones.
    breakpoints
        Every θ at which p may change; at least one. Each is probed, and so is every gap.
    alpha
        1 − level.
    """
    probed = cells(breakpoints)
    return hull(probed, [p_at(cell.probe) > alpha for cell in probed])
