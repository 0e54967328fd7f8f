"""Inversion: the hull of what a test accepts."""

import math
from fractions import Fraction

import pytest

from lib.analysis import inversion
from lib.analysis.inversion import Accepted


def steps(*levels):
    """p(θ) for breakpoints 0, 1, 2, …: its value in each gap and at each breakpoint, from left to right."""
    return lambda theta: Fraction(levels[max(0, min(len(levels) - 1, math.floor(theta) + math.ceil(theta) + 1))], 100)


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        # gap, at 0, gap, at 1, gap
        ((1, 1, 50, 1, 1), Accepted(0, 1)),
        ((1, 50, 50, 50, 1), Accepted(0, 1)),
        ((1, 50, 1, 1, 1), Accepted(0, 0)),
        ((1, 50, 1, 50, 1), Accepted(0, 1, connected=False)),
        ((50, 50, 1, 1, 1), Accepted(None, 0)),
        ((1, 1, 1, 1, 50), Accepted(1, None)),
        ((50, 50, 50, 50, 50), Accepted(None, None)),
        ((50, 50, 1, 50, 50), Accepted(None, None, connected=False)),
        ((5, 5, 5, 5, 5), Accepted(None, None, empty=True)),  # a p equal to alpha is a rejection
    ],
)
def test_invert_returns_the_hull_of_what_is_accepted(levels, wanted):
    assert inversion.invert(steps(*levels), [Fraction(1), Fraction(0), Fraction(0)], Fraction(5, 100)) == wanted
