"""From the viewer's α and sides to what a test is asked for."""

from __future__ import annotations

from fractions import Fraction

from lib.analysis.results import Alternative
from lib.questions.pairs import Direction


def level_of(alpha: float) -> float:
    """1 − α in decimal arithmetic: 0.07 gives 0.93, not 0.9299999999999999."""
    return float(1 - Fraction(repr(alpha)))


def alternative(better: Direction, sides: str) -> Alternative:
    """What counts as evidence: one-sided means towards benefit of the treated side."""
    if sides == "two":
        return "two-sided"
    return "less" if better == "lower" else "greater"
