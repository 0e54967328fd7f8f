"""What Endpoints answers: one frozen result for each kind of endpoint, and the printed numbers beside them."""

from __future__ import annotations

from dataclasses import dataclass

from lib.analysis.results import TestResult
from lib.questions.estimand import Estimand
from lib.questions.pairs import Direction, Pair
from lib.questions.printed import Comparison
from lib.values import Real


@dataclass(frozen=True)
class PairedEndpoint:
    """An endpoint with individual values: pairs, the chosen test, and the exact test beside it."""

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    rater: str
    change: str
    unit: str
    better: Direction
    sides: str
    caution: str
    estimand: Estimand
    pairs: tuple[Pair, ...]
    test: TestResult
    exact: TestResult


@dataclass(frozen=True)
class ReportedMeans:
    """An endpoint of which only means are printed: a difference without spread, so no interval and no test."""

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    unit: str
    better: str
    estimand: Estimand
    treated: Real
    control: Real
    difference: Real
    reason: str


@dataclass(frozen=True)
class Events:
    """Adverse events: how many participants had one, and the exact one-sided upper limit where none did.

    `limits` pairs a denominator (participants) with that limit.
    """

    key: str
    label: str
    role: str
    analysis: str
    outcome: str
    estimand: Estimand
    events: Real
    limits: tuple[tuple[int, float], ...]
    level: float
    reason: str


EndpointResult = PairedEndpoint | ReportedMeans | Events


@dataclass(frozen=True)
class PrintedP:
    """A printed P, how many of the values behind it are published, and which of our p's happen to round to it.

    `fits` names the endpoints whose two-sided paired t p, as published, rounds to the printed one, whatever the viewer
    chose.
    """

    key: str
    label: str
    outcome: str
    printed: float
    decimals: int
    source: str
    known: int
    units: int
    fits: tuple[str, ...]


@dataclass(frozen=True)
class EndpointsResult:
    """All endpoints under one set of assumptions; `selected` is the one that the viewer chose."""

    selected: PairedEndpoint
    endpoints: tuple[EndpointResult, ...]
    printed_p: tuple[PrintedP, ...]
    comparisons: tuple[Comparison, ...]
    alpha: float
    sides: str
    level: float
    arms: tuple[tuple[str, str], ...]
    highlighted: str | None
    several_endpoints: str
    allocation_note: str
