"""What every analysis returns: frozen values that carry the reason for whatever they lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lib.values import Real

Alternative = Literal["two-sided", "less", "greater"]
"""What counts as evidence: a difference either way, below zero, or above zero."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval in the units of its estimate.

    `low` or `high` is None where the interval is unbounded or can't be given; `reason` then says why.
    `level` is the nominal coverage, 0 to 1.
    """

    low: float | None
    high: float | None
    level: float
    reason: str = ""


@dataclass(frozen=True)
class Floor:
    """The smallest p that a test can give: with every difference non-zero, and with the zeros that were seen."""

    general: Real
    given_zeros: Real


@dataclass(frozen=True)
class DiscreteNull:
    """An exact null distribution: `support` ascending, in the units of `statistic`; `probability` sums to 1.

    `extreme[i]` says whether support[i] counts towards the p-value. `coins` are the labels flipped: 2^coins labellings
    are equally likely.
    """

    statistic: str
    observed: float
    support: tuple[float, ...]
    probability: tuple[float, ...]
    extreme: tuple[bool, ...]
    coins: int


@dataclass(frozen=True)
class StudentNull:
    """Student's t with `df` degrees of freedom; `observed` is the t statistic."""

    statistic: str
    observed: float
    df: int


Null = DiscreteNull | StudentNull


@dataclass(frozen=True)
class Region:
    """Where a test rejects at alpha, given the sizes of the differences: statistic ≤ `low` or ≥ `high`.

    `low` or `high` is None where the test never rejects on that side. `size` is the probability of the region if
    treatment does nothing: the attained level, at most alpha.
    """

    statistic: str
    low: float | None
    high: float | None
    size: Real


@dataclass(frozen=True)
class MonteCarlo:
    """A p that was estimated from `draws` random labellings with this `seed`.

    `low` to `high` is the exact (Clopper-Pearson) confidence interval, at `level`, of the p of all labellings.
    """

    draws: int
    seed: int
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class TestResult:
    """One paired test of one set of within-person differences (treated minus control).

    `n` counts the pairs, `n_nonzero` those whose difference is not zero. `null` is None where no test was possible or
    its values are too many to list. `monte_carlo` is None unless p is an estimate.
    """

    __test__ = False  # keeps pytest from collecting a class by this name

    estimate: Real
    estimate_name: str
    interval: Interval
    p: Real
    floor: Floor
    n: int
    n_nonzero: int
    null: Null | None
    method: str
    notes: tuple[str, ...] = ()
    monte_carlo: MonteCarlo | None = None
