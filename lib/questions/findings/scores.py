"""Findings on participants and scores: whom numbers are of, what drives a difference, what means can't say."""

from __future__ import annotations

from decimal import Decimal

from lib.analysis.grim import possible_sizes
from lib.questions.endpoint_reading import driver, short_unit
from lib.questions.endpoint_result import PairedEndpoint, ReportedMeans
from lib.questions.findings.known import Finding, Known
from lib.questions.ledger.inference import ratings
from lib.questions.ledger.people import Population, populations
from lib.questions.ledger.working import printed_words, shown
from lib.questions.printed import RECOMPUTED, rounds_to
from lib.questions.spoken import leave_one_out_words, means_words, tally
from lib.questions.wording import capital, inside, listed, measure, participants, plural, probability, runs
from lib.trial.model import ReportedRow
from lib.values import Real, known


def denominators(of: Known) -> Finding | None:
    """Numbers of participants that are of all who enrolled, or of those analysed."""
    groups = populations(of.trial)
    if len(groups) < 2:
        return None
    (_, enrolled), (_, analysed) = groups
    about = (row for row in of.trial.reported if row.attribute)
    two = [(row, other) for row in about if (other := _only_of(of, row, groups)) is not None]
    if not two:
        return None
    told = "; ".join(f"{row.label}: {printed_words(row)}" for row, _ in two)
    others = "; ".join(f"{row.label}: {shown(other)}" for row, other in two)
    keys = {row.key for row, _ in two}
    return Finding(
        "denominators",
        f"Two denominators: {len(enrolled)} described, {len(analysed)} analysed",
        f"{told}.",
        f"These are of the {len(enrolled)} who enrolled. Of the {len(analysed)} analysed they would be: {others}.",
        "Of whom printed ranges and means of scores are; what those who were lost were like at the end.",
        "data",
        {},
        tuple(row.key for row in of.trial.claims if row.reported in keys),
    )


def _only_of(of: Known, row: ReportedRow, groups: tuple[Population, ...]) -> Real | None:
    """The number over those analysed, where the printed one is of those enrolled alone."""
    run = RECOMPUTED.get(row.statistic)
    if run is None or row.value is None:
        return None
    enrolled, analysed = (run(of.trial, row, who) for _, who in groups)
    apart = rounds_to(enrolled, row.value) and known(analysed) and not rounds_to(analysed, row.value)
    return analysed if apart else None


def raters(of: Known) -> Finding | None:
    """Whether the raters of one outcome favour different sides."""
    absolute = [e for e in of.paired if e.change == "absolute" and known(e.test.estimate)]
    for first in absolute:
        for second in absolute:
            if first.outcome == second.outcome and first.rater < second.rater and _opposite(first, second):
                return _raters(of, *sorted((first, second), key=lambda e: e.role == "none"))
    return None


def _opposite(first: PairedEndpoint, second: PairedEndpoint) -> bool:
    a, b = first.test.estimate, second.test.estimate
    return known(a) and known(b) and a * b < 0


def _raters(of: Known, first: PairedEndpoint, second: PairedEndpoint) -> Finding:
    both = (first, second)
    names = [of.trial.raters[e.rater].label.lower() for e in both]
    told = listed([f"{name} {measure(e.test.estimate, short_unit(e.unit))} (p {probability(e.test.p)}; {_tally(e)})"
                   for name, e in zip(names, both, strict=True)])  # fmt: skip
    sides = [_side_of(of, e) for e in both]
    return Finding(
        "raters",
        f"The two raters point opposite ways: the {names[1]} leans to {sides[1]}, the {names[0]} to {sides[0]}",
        f"Improved, treated and control: {listed([_improved_words(of, e) for e in both])}.",
        f"Mean difference in change, treated minus control: {told}.",
        "Which rating is nearer to the truth: no repeated rating is reported.",
        "robustness",
        {"outcome": first.outcome, "change": "absolute"},
        of.claims("lower-by"),
    )


def _improved_words(of: Known, endpoint: PairedEndpoint) -> str:
    """By whom, and in how many units of each arm the outcome improved."""
    name = of.trial.raters[endpoint.rater].label.lower()
    counts = [_better(endpoint, arm) for arm in ("treated", "control")]
    return f"by the {name} {counts[0]} and {counts[1]} of {endpoint.test.n}"


def _better(endpoint: PairedEndpoint, arm: str) -> int:
    """Units of an arm that improved, among the analysed pairs."""
    sign = 1 if endpoint.better == "higher" else -1
    changes = [getattr(pair, arm).value for pair in endpoint.pairs if pair.analysed]
    return sum(known(change) and sign * change > 0 for change in changes)


def _side_of(of: Known, endpoint: PairedEndpoint) -> str:
    estimate = endpoint.test.estimate
    treated = known(estimate) and (estimate > 0) == (endpoint.better == "higher")
    return inside((of.trial.treatment if treated else of.trial.control).label)


def both_sides(of: Known) -> Finding | None:
    """Whether those whose treated unit improved by the selected endpoint improved on the control side too."""
    selected = of.tested.selected
    sign = 1 if selected.better == "higher" else -1
    better = [p for p in selected.pairs if p.analysed and known(p.treated.value) and sign * p.treated.value > 0]
    too = [p for p in better if known(p.control.value) and sign * p.control.value > 0]
    if not too:
        return None
    unit = short_unit(selected.unit).replace("pp", "%")
    told = "; ".join(
        f"participant {p.participant}: treated {measure(float(p.treated.value), unit)}, control "
        f"{measure(float(p.control.value), unit)}"
        for p in too
        if known(p.treated.value) and known(p.control.value)
    )
    who = participants([p.participant for p in too])
    responders = plural(len(better), "participant", "participants")
    return Finding(
        "both-sides",
        f"{len(too)} of {len(better)} who improved on the treated side improved on the other side too",
        f"{responders} with an improved treated {of.trial.spec.unit.singular}.",
        f"{selected.label}, {told}. Only the difference within {who} can be the treatment's.",
        "Whether the other side improved by itself, by the injection, or by treatment that reached it.",
        "endpoints",
        {"show": too[0].participant},
        of.claims("improved-in-all"),
    )


def _tally(endpoint: PairedEndpoint) -> str:
    treated, control, neither = tally(endpoint)
    return f"treated better in {treated}, control in {control}, neither in {neither}"


def drives(of: Known) -> Finding | None:
    """What makes the difference of the selected endpoint, beside the same outcome on another scale."""
    selected = of.tested.selected
    same = [
        e for e in of.paired if (e.outcome, e.rater) == (selected.outcome, selected.rater) and e.key != selected.key
    ]
    if not known(selected.test.estimate) or not selected.test.estimate or not same:
        return None
    arms = of.tested.arms
    told = [
        f"{e.label}: {means_words(e, arms)} {driver(e)} {leave_one_out_words(e)}".strip() for e in (selected, *same)
    ]
    return Finding(
        "driver",
        f"What drives {measure(selected.test.estimate, short_unit(selected.unit))}, and what drives "
        f"{measure(same[0].test.estimate, short_unit(same[0].unit))}",
        "Changes of single units. No mean difference and no interval is printed.",
        " ".join(told),
        "Whether one person's change is the treatment's, the control's or the disease's own.",
        "overview",
        {},
        of.claims("unit-change", "final-from-percent"),
    )


MOST_SCORES = 20
"""How many scores a printed mean is tried for."""


def lonely_means(of: Known) -> Finding | None:
    """What means that are printed alone can't say."""
    for endpoint in of.tested.endpoints:
        if isinstance(endpoint, ReportedMeans) and known(endpoint.treated) and known(endpoint.control):
            return _means(of, endpoint)
    return None


def _means(of: Known, endpoint: ReportedMeans) -> Finding:
    outcome = of.trial.outcomes[endpoint.outcome]
    rows = [r for r in of.trial.reported if r.statistic == "mean" and r.outcome == outcome.key and r.value is not None]
    printed = listed([f"{row.value:f} ({inside(row.label)})" for row in rows])
    return Finding(
        "means",
        f"What the means of {inside(endpoint.label)} can't say",
        f"{printed}, without a number of scores or a spread.",
        f"The difference is {measure(endpoint.difference, endpoint.unit)}; no interval and no test follow. "
        f"{_sizes(of, rows, outcome.low, outcome.high)}",
        "Over which participants and visits they were averaged, how they vary, and whether anybody differed.",
        "endpoints",
        {},
        of.claims("mean-without-data"),
    )


def _sizes(of: Known, rows: list[ReportedRow], low: Decimal | None, high: Decimal | None) -> str:
    """Which numbers of whole scores could have all of the means."""
    if low is None or high is None or low != int(low) or high != int(high):
        return ""
    tried = range(1, MOST_SCORES + 1)
    fits = [set(possible_sizes(row.value, tried, int(low), int(high))) for row in rows if row.value is not None]
    both = sorted(set.intersection(*fits))
    counts = ratings(of.trial)
    never = [f"{words} ({n})" for words, n in counts.items() if n in tried and n not in both]
    could = [f"{words} ({n})" for words, n in counts.items() if n in both]
    told = f"If scores are whole: {' or '.join(never)} can't give both. " if never else ""
    told += f"{capital(' or '.join(could))} could. " if could else ""
    some = f"{runs(both)} scores an arm could" if both else "none could"
    return f"{told}Of up to {MOST_SCORES}, {some}. A scale need not give whole numbers."
