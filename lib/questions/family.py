"""The primary endpoints as one family: their p-values, adjusted for being several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lib.analysis.multiplicity import ADJUSTMENTS, Untestable, adjusted
from lib.assumptions import Assumptions
from lib.questions.endpoint_result import EndpointResult, PairedEndpoint
from lib.questions.wording import listed, plural, probability
from lib.values import Missing, Real


@dataclass(frozen=True)
class Member:
    """One primary endpoint: its own p, and that p under each adjustment of the registry, by key."""

    key: str
    label: str
    p: Real
    adjusted: dict[str, Real]


@dataclass(frozen=True)
class Family:
    """All primary endpoints; `m` is how many p-values the adjustments count, `adjust` the one that was chosen."""

    members: tuple[Member, ...]
    m: int
    adjust: str
    untestable: str
    alpha: float


def family(endpoints: Sequence[EndpointResult], assumptions: Assumptions) -> Family:
    """The primary endpoints under every adjustment."""
    primary = {endpoint.key: endpoint for endpoint in endpoints if endpoint.role == "primary"}
    p_values = {key: _p(endpoint) for key, endpoint in primary.items()}
    untestable: Untestable = "left-out" if assumptions.family == "left-out" else "as-one"
    by_rule = {rule: adjusted(p_values, rule, untestable) for rule in ADJUSTMENTS}
    testable = sum(not isinstance(p, Missing) for p in p_values.values())
    return Family(
        tuple(
            Member(key, primary[key].label, p, {rule: found[key] for rule, found in by_rule.items()})
            for key, p in p_values.items()
        ),
        testable if untestable == "left-out" else len(p_values),
        assumptions.adjust,
        untestable,
        assumptions.alpha,
    )


def _p(endpoint: EndpointResult) -> Real:
    return endpoint.test.p if isinstance(endpoint, PairedEndpoint) else Missing("no test is possible")


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
        return f"{head} None of them has a p."
    rule = "unadjusted" if found.adjust == "none" else f"adjusted by {ADJUSTMENTS[found.adjust].label}"
    return f"{head} The smallest p, {rule}, is {probability(smallest)}. The p-values of a pilot are descriptive."
