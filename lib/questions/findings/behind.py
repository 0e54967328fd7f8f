"""The finding on what could lie behind values that the paper withholds."""

from __future__ import annotations

from lib.analysis.consistent_areas import Ends
from lib.questions.area_set import AreaSet
from lib.questions.findings.known import Finding, Known
from lib.questions.wording import capital, inside, listed, measure, probability
from lib.values import Missing, known


def behind(of: Known) -> Finding | None:
    """How much of what is withheld the printed numbers leave open."""
    if isinstance(of.areas, Missing):
        return None
    found = of.areas.found
    ps = f"P {listed(list(of.areas.ps))}" if of.areas.ps else "no P"
    return Finding(
        "behind",
        f"{_sets(found.size)} on this lattice could lie behind what is printed",
        f"Of {inside(of.areas.label)}: some values, percentages, a range for each arm, and {ps}.",
        f"{_words(of.areas)} {_loosely(of.loosely)}".strip(),
        "Which of them is true, and how exactly was measured. The count depends on the lattice, and is no probability.",
        "trajectories",
        {"areas": "reconstructed", "outcome": of.areas.outcome, "change": "absolute"} if found.size else {},
        of.claims("p-value", "range-end"),
    )


def _sets(size: int) -> str:
    return "No data set" if not size else "1 data set" if size == 1 else f"{size:,} data sets"


def _words(areas: AreaSet) -> str:
    """What all the data sets have in common, where they differ, and on which conditions."""
    found = areas.found
    if isinstance(found.estimates, Missing) or isinstance(found.simplest, Missing):
        return f"{capital(found.fails)}."
    ps = listed([probability(p) for p in (found.simplest.p_baseline, found.simplest.p_final) if known(p)])
    test = ", if each P is that of a two-sided paired t test of values at its visit" if areas.ps else ""
    change, final = (
        _span(ends, areas.unit) for ends in (found.estimates.difference_change, found.estimates.difference_final)
    )
    return (
        f"Treated minus control, the mean change is {change}, and the "
        f"mean at the last visit differs by {final} in all of them{test}. "
        f"The simplest data set gives p = {ps}."
    )


def _span(ends: Ends, unit: str) -> str:
    """Both ends; one where they are the same."""
    low, high = measure(ends.low, unit), measure(ends.high, unit)
    return low if low == high else f"{low} to {high}"


def _loosely(areas: AreaSet | Missing) -> str:
    """The same with values and percentages read as rounded, where that was computed."""
    if isinstance(areas, Missing) or isinstance(areas.found.estimates, Missing):
        return ""
    change, final = areas.found.estimates.difference_change, areas.found.estimates.difference_final
    return (
        f"With values and percentages read as they are rounded: {_sets(areas.found.size)}, mean change "
        f"{_span(change, areas.unit)}, at the last visit {_span(final, areas.unit)}."
    )
