"""What every exact or simulated design answers: how often a trial rejects, in which direction, and how sure that is.

Effects are signed: above 0 favours the treatment. One-sided tests reject towards the treatment only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from scipy import special

from lib.values import Missing, Real

LEVEL = 0.95
"""Confidence level of Monte Carlo intervals."""

NO_MAGNITUDE = Missing("the mean size of significant estimates is not computed for this test")
NONE_REJECTS = Missing("no trial of this design rejects")
FIXED_N = Missing("every trial of this design has the planned n")


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
    """

    toward: float
    against: float
    low: float
    high: float
    trials: int = 0
    magnitude: Real = NO_MAGNITUDE
    expected_n: Real = FIXED_N
    directed: bool = True

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

    `magnitude` is the sum of |estimate| over the trials that reject; `analysed` the sum of the numbers analysed.
    """

    trials: int = 0
    toward: int = 0
    against: int = 0
    magnitude: float = 0.0
    analysed: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.trials + other.trials,
            self.toward + other.toward,
            self.against + other.against,
            self.magnitude + other.magnitude,
            self.analysed + other.analysed,
        )

    @property
    def rejected(self) -> int:
        return self.toward + self.against


def wilson(successes: float, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209-212), inside 0 to 1."""
    z = float(special.ndtri((1 + level) / 2))
    share, extra = successes / trials, z * z / trials
    centre = (share + extra / 2) / (1 + extra)
    half = z * sqrt(share * (1 - share) / trials + extra / (4 * trials)) / (1 + extra)
    return max(0.0, centre - half), min(1.0, centre + half)


def tallied(tally: Tally, varying_n: bool = False) -> Rejection:
    """What so many simulated trials say."""
    return Rejection(
        tally.toward / tally.trials,
        tally.against / tally.trials,
        *wilson(tally.rejected, tally.trials),
        tally.trials,
        tally.magnitude / tally.rejected if tally.rejected else NONE_REJECTS,
        tally.analysed / tally.trials if varying_n else FIXED_N,
    )
