"""What every exact or simulated design answers: how often a trial rejects, in which direction, and how sure that is.

Effects are signed: above 0 favours the treatment. One-sided tests reject towards the treatment only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.analysis.proportion import exact_proportion
from lib.values import Missing, Real

FloatArray = NDArray[np.float64]

LEVEL = 0.95
"""Confidence level of Monte Carlo intervals."""

NO_MAGNITUDE = Missing("the mean size of significant estimates is not computed for this test")
NONE_REJECTS = Missing("no trial of this design rejects")
FIXED_N = Missing("every trial of this design has the planned n")


@dataclass(frozen=True)
class Significant:
    """Monte Carlo limits, at `LEVEL`, of what is told of the trials that reject.

    Attributes
    ----------
    trials : int
        Simulated trials that reject; where each of a sample is answered exactly, all of that sample.
    against : tuple of float
        Limits of the share of rejections that are against the treatment.
    magnitude : tuple of float, or Missing
        Limits of the mean |estimate|, in outcome units.
    """

    trials: int
    against: tuple[float, float]
    magnitude: tuple[float, float] | Missing


@dataclass(frozen=True)
class Rejection:
    """How a trial of this design ends.

    Attributes
    ----------
    toward, against : float
        Probability of rejecting with an estimate in favour of the treatment, and against it; the latter is 0 for a
        one-sided test.
    low, high : float
        Monte Carlo interval of the power at `LEVEL`; both equal the power where it is exact.
    trials : int
        Simulated trials, 0 where the power is exact.
    magnitude : float or Missing
        Mean |estimate| of the trials that reject, in outcome units; Missing where it is not computed or none rejects.
    expected_n : float or Missing
        Mean number analysed, in the unit of the design's n, where a trial may end early or grow; Missing otherwise.
    directed : bool
        Whether what is significant points one way or the other; if not, `toward` is all of it and `against` is 0.
    significant : Significant or None
        How sure the split into `toward` and `against`, and `magnitude`, are; None where exact, or where none rejects.
    """

    toward: float
    against: float
    low: float
    high: float
    trials: int = 0
    magnitude: Real = NO_MAGNITUDE
    expected_n: Real = FIXED_N
    directed: bool = True
    significant: Significant | None = None

    @property
    def power(self) -> float:
        """Probability of rejecting at all."""
        return self.toward + self.against

    @property
    def exact(self) -> bool:
        """Whether no simulation was involved."""
        return self.trials == 0


def exact_rejection(toward: float, against: float, magnitude: Real = NO_MAGNITUDE) -> Rejection:
    """A `Rejection` without Monte Carlo error."""
    return Rejection(toward, against, toward + against, toward + against, magnitude=magnitude)


def undirected_rejection(power: float) -> Rejection:
    """A `Rejection` without Monte Carlo error of a test whose statistic has no sign, as F and T² have none."""
    return replace(exact_rejection(power, 0.0), directed=False)


@dataclass(frozen=True)
class Tally:
    """Counts of simulated trials, which add up: `Tally() + a + b`.

    `magnitude` is the sum of |estimate| over the trials that reject, `squares` that of its squares; `analysed` the sum
    of the numbers analysed.
    """

    trials: int = 0
    toward: int = 0
    against: int = 0
    magnitude: float = 0.0
    analysed: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.trials + other.trials,
            self.toward + other.toward,
            self.against + other.against,
            self.magnitude + other.magnitude,
            self.analysed + other.analysed,
            self.squares + other.squares,
        )

    @property
    def rejected(self) -> int:
        return self.toward + self.against


def summed(sizes: FloatArray) -> tuple[float, float]:
    """The sum and the sum of squares of |estimate|, for a `Tally`."""
    with np.errstate(over="ignore"):  # of effects beyond 1e154 the squares are infinite, and their spread is nothing
        return float(sizes.sum()), float(sizes @ sizes)


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def wilson(successes: float, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209-212), inside 0 to 1."""
    z = _z(level)
    share, extra = successes / trials, z * z / trials
    centre = (share + extra / 2) / (1 + extra)
    half = z * sqrt(share * (1 - share) / trials + extra / (4 * trials)) / (1 + extra)
    return max(0.0, centre - half), min(1.0, centre + half)


def ratio_limits(part: FloatArray, whole: FloatArray) -> tuple[float, float]:
    """Normal limits of mean(part)/mean(whole) over pairs drawn together, by the linear terms (the delta method).

    Cochran (1977). Sampling Techniques, 3rd ed., section 6.4. New York: Wiley.
    """
    ratio = float(part.mean() / whole.mean())
    half = _z(LEVEL) * float(np.std(part - ratio * whole, ddof=1)) / sqrt(part.size) / float(whole.mean())
    return ratio - half, ratio + half


def sampled_significant(toward: FloatArray, against: FloatArray, size: FloatArray | Missing) -> Significant | None:
    """Limits where each draw of a sample has its exact probability of rejecting both ways, and |estimate| times it."""
    power = toward + against
    if not power.any():
        return None
    low, high = ratio_limits(against, power)
    magnitude = size if isinstance(size, Missing) else ratio_limits(size, power)
    return Significant(power.size, (max(0.0, low), min(1.0, high)), magnitude)


ONE_REJECTS = Missing("one simulated trial rejects, which says nothing of how far others would differ")


def _counted(tally: Tally) -> Significant | None:
    """Limits from counts: exact ones of the share (Clopper & Pearson 1934), normal ones of the mean."""
    if not tally.rejected:
        return None
    against = exact_proportion(tally.against, tally.rejected, LEVEL)
    limits = (float(against.low or 0), 1.0 if against.high is None else float(against.high))
    return Significant(tally.rejected, limits, _mean_limits(tally) if tally.rejected > 1 else ONE_REJECTS)


def _mean_limits(tally: Tally) -> tuple[float, float]:
    """Of |estimate| among the trials that reject, at least two."""
    count, mean = tally.rejected, tally.magnitude / tally.rejected
    variance = max(0.0, tally.squares - count * mean * mean) / (count - 1)
    half = _z(LEVEL) * sqrt(variance / count)
    return mean - half, mean + half


def tallied(tally: Tally, varying_n: bool = False) -> Rejection:
    """What so many simulated trials say."""
    return Rejection(
        tally.toward / tally.trials,
        tally.against / tally.trials,
        *wilson(tally.rejected, tally.trials),
        tally.trials,
        tally.magnitude / tally.rejected if tally.rejected else NONE_REJECTS,
        tally.analysed / tally.trials if varying_n else FIXED_N,
        significant=_counted(tally),
    )
