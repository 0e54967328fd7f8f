"""The primary endpoints as one family: their p-values, adjusted for being several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lib.analysis.multiplicity import ADJUSTMENTS, Untestable, adjusted
from lib.assumptions import Assumptions
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import EndpointResult, PairedEndpoint, ReportedMeans
from lib.questions.pairs import analysed_differences
from lib.questions.wording import estimate_words, listed, measure, plural, probability
from lib.values import Missing, Real


@dataclass(frozen=True)
class Member:
    """One primary endpoint: estimate and interval in words, its own p, and that under each adjustment, by key.

    `floor` is the smallest p that its test can give.
    """

    key: str
    label: str
    told: str
    p: Real
    floor: Real
    adjusted: dict[str, Real]


@dataclass(frozen=True)
class Family:
    """All primary endpoints; `m` is how many p-values the adjustments count, `adjust` the one that was chosen."""

    members: tuple[Member, ...]
    m: int
    adjust: str
    untestable: str
    alpha: float
    same: str


def family(endpoints: Sequence[EndpointResult], assumptions: Assumptions) -> Family:
    """The primary endpoints under every adjustment."""
    primary = {endpoint.key: endpoint for endpoint in endpoints if endpoint.role == "primary"}
    p_values = {key: _p(endpoint) for key, endpoint in primary.items()}
    untestable: Untestable = "left-out" if assumptions.family == "left-out" else "as-one"
    by_rule = {rule: adjusted(p_values, rule, untestable) for rule in ADJUSTMENTS}
    testable = sum(not isinstance(p, Missing) for p in p_values.values())
    return Family(
        tuple(
            Member(
                key,
                primary[key].label,
                _told(primary[key]),
                p,
                _floor(primary[key]),
                {rule: found[key] for rule, found in by_rule.items()},
            )
            for key, p in p_values.items()
        ),
        testable if untestable == "left-out" else len(p_values),
        assumptions.adjust,
        untestable,
        assumptions.alpha,
        _same_test(endpoints),
    )


def _p(endpoint: EndpointResult) -> Real:
    return endpoint.test.p if isinstance(endpoint, PairedEndpoint) else Missing("no test is possible")


def _floor(endpoint: EndpointResult) -> Real:
    return endpoint.test.floor.general if isinstance(endpoint, PairedEndpoint) else Missing("no test is possible")


def _told(endpoint: EndpointResult) -> str:
    """Estimate and interval, before any p."""
    if isinstance(endpoint, ReportedMeans):
        return measure(endpoint.difference, endpoint.unit)
    if not isinstance(endpoint, PairedEndpoint):
        return "–"
    return estimate_words(endpoint.test.estimate, endpoint.test.interval, short_unit(endpoint.unit))


def _same_test(endpoints: Sequence[EndpointResult]) -> str:
    """Which primary endpoints are one test twice, because their differences are proportional."""
    shapes: dict[tuple[Fraction, ...], list[str]] = {}
    for endpoint in endpoints:
        if isinstance(endpoint, PairedEndpoint) and endpoint.role == "primary":
            differences = analysed_differences(endpoint.pairs)
            first = next((abs(d) for d in differences if d), None)
            if first:
                shapes.setdefault(tuple(d / first for d in differences), []).append(endpoint.label)
    alike = [labels for labels in shapes.values() if len(labels) > 1]
    return " ".join(f"{listed(labels)} are one test twice: their differences are proportional." for labels in alike)


def family_reading(found: Family) -> str:
    """How many count, which have no p, and the smallest p after the chosen adjustment."""
    if not found.members:
        return "The trial names no primary endpoint, so there is no family to adjust for."
    silent = [member.label for member in found.members if isinstance(member.p, Missing)]
    kept = "counted with p = 1" if found.untestable == "as-one" else "left out of the count"
    without = f"; without a p: {listed(silent)}, {kept}" if silent else ""
    head = f"{plural(len(found.members), 'primary endpoint', 'primary endpoints')}, m = {found.m}{without}."
    smallest = min((p for m in found.members if not isinstance(p := m.adjusted[found.adjust], Missing)), default=None)
    if smallest is None:
        return f"{head} None of them has a p by the chosen test; another test can be adjusted."
    if found.same:
        head = f"{head} {found.same}"
    rule = "unadjusted" if found.adjust == "none" else f"adjusted by {ADJUSTMENTS[found.adjust].label}"
    return f"{head} The smallest p, {rule}, is {probability(smallest)}. The p-values of a pilot are descriptive."
