"""The Results of a manuscript: the endpoints, and everything else in the order of CONSORT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp

from lib.analysis.change import CHANGES
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.priors import PRIORS
from lib.analysis.results import TestResult
from lib.questions.belief import Belief
from lib.questions.endpoint_reading import driver, floor_words, of_arms, printed_match, short_unit
from lib.questions.endpoint_result import EndpointResult, PairedEndpoint, ReportedMeans
from lib.questions.endpoints import EXACT_TEST
from lib.questions.manuscript.flow import baseline_words, participant_flow_words
from lib.questions.manuscript.limits import limitations, not_excluded
from lib.questions.manuscript.material import (
    Material,
    analysed_words,
    arm_name,
    paragraph,
    pp,
    quoted,
    sentence,
)
from lib.questions.manuscript.sensitivity import harms, sensitivity
from lib.questions.manuscript.terms import ORIGIN
from lib.questions.wording import (
    amount,
    capital,
    chance,
    inside,
    interval_words,
    listed,
    measure,
    number,
    p_phrase,
    plural,
    probability,
)
from lib.values import Missing, known


def result_paragraphs(m: Material) -> tuple[str, ...]:
    """In the order of CONSORT."""
    told = (
        participant_flow_words(m),
        baseline_words(m),
        _chosen(m),
        _others(m),
        _weights(m),
        sensitivity(m),
        harms(m),
        not_excluded(m),
        limitations(m),
    )
    return tuple(text for text in told if text)


# ---- the chosen endpoint


def _chosen(m: Material) -> str:
    if isinstance(m.endpoints, Missing):
        return paragraph("Chosen endpoint", f"It was not analysed: {m.endpoints.reason}.")
    endpoint = m.endpoints.selected
    head = f"“{endpoint.label}” ({_standing(endpoint)})"
    if isinstance(endpoint.test.estimate, Missing):
        return paragraph("Chosen endpoint", f"{head} has no estimate ({endpoint.test.estimate.reason}).")
    return paragraph(
        "Chosen endpoint",
        f"{head}: the {endpoint.test.estimate_name}, {arm_name(m.trial.treatment)} minus {arm_name(m.trial.control)}, "
        f"was {_estimate(endpoint)} in {analysed_words(endpoint, m.trial)}.",
        _arms(m, endpoint),
        _p(m, endpoint),
        _printed(m, endpoint),
        _interval_reason(endpoint),
        sentence(floor_words(endpoint)),
        _bayes(m, m.endpoints.belief),
    )


def _standing(endpoint: EndpointResult) -> str:
    """Rank in the report and whose analysis it is."""
    rank = "" if endpoint.role == "none" else f"{endpoint.role} in the report, "
    return f"{rank}{ORIGIN[endpoint.analysis]}"


def _estimate(endpoint: PairedEndpoint) -> str:
    """Estimate with interval, and as a ratio where logarithms are subtracted."""
    test = endpoint.test
    told = measure(test.estimate, pp(endpoint))
    if known(test.p):
        told = f"{told} ({interval_words(test.interval, endpoint.sides)})"
    if CHANGES[endpoint.change].logs and known(test.estimate):
        told = f"{told}, a ratio of ratios of {number(exp(test.estimate))}{_ratio_limits(test)},"
    return told


def _ratio_limits(test: TestResult) -> str:
    """The limits of the interval as ratios, where it has both."""
    low, high = test.interval.low, test.interval.high
    return "" if isinstance(test.p, Missing) or low is None or high is None else f" ({_ratios(low, high)})"


def _ratios(low: float, high: float) -> str:
    return f"{number(exp(low))} to {number(exp(high))}"


def _arms(m: Material, endpoint: PairedEndpoint) -> str:
    """The mean change, or the share of responders, in each arm over the analysed pairs."""
    told = [f"{words} with {arm_name(arm)}" for arm, words in zip(m.trial.arms, of_arms(endpoint), strict=True)]
    return f"{'Responders were' if CHANGES[endpoint.change].yes_no else 'The mean change was'} {listed(told)}."


def _p(m: Material, endpoint: PairedEndpoint) -> str:
    """The chosen p, its adjusted one where there is one, and the exact p beside it."""
    test = endpoint.test
    if isinstance(test.p, Missing):
        return f"The {test.method.split(',')[0]} gives no p ({test.p.reason})."
    return f"{capital(test.method)}: {p_phrase(test.p, endpoint.sides)}{_adjusted(m, endpoint)}{_exact(m, endpoint)}."


def _printed(m: Material, endpoint: PairedEndpoint) -> str:
    """Which P the report prints near this one, where the analysis is as the report's own."""
    if isinstance(m.endpoints, Missing) or endpoint.analysis == "ours":
        return ""
    told = [f"P = {row.printed:g} ({row.label})" for row in m.endpoints.printed_p if row.outcome == endpoint.outcome]
    return f"The report prints {listed(told)}. {printed_match(endpoint, m.endpoints.printed_p)}" if told else ""


def _adjusted(m: Material, endpoint: PairedEndpoint) -> str:
    """The p adjusted for several primary endpoints, where the viewer adjusts and this is one of them."""
    if isinstance(m.endpoints, Missing) or m.endpoints.family.adjust == "none":
        return ""
    rule = m.endpoints.family.adjust
    own = [member.adjusted[rule] for member in m.endpoints.family.members if member.key == endpoint.key]
    return f", adjusted by {ADJUSTMENTS[rule].label} {probability(own[0])}" if own and known(own[0]) else ""


def _exact(m: Material, endpoint: PairedEndpoint) -> str:
    """The exact p beside one of another test."""
    if m.assumptions.test == EXACT_TEST or isinstance(endpoint.exact.p, Missing):
        return ""
    return f" (exact, by flipping signs: {probability(endpoint.exact.p)})"


def _interval_reason(endpoint: PairedEndpoint) -> str:
    """Why no interval could be given; that one has no end is told by the smallest p that stands beside it."""
    told = endpoint.test.interval.reason.split("; ")
    reasons = [text for text in told if text and text != "one-sided" and not text.startswith("unbounded")]
    return f"The interval is {'; '.join(reasons)}." if reasons and known(endpoint.test.p) else ""


def _bayes(m: Material, belief: Belief | Missing) -> str:
    if isinstance(belief, Missing):
        return ""
    credible = interval_words(belief.interval).replace(" CI ", " credible interval ")
    beyond = f"a benefit above {amount(belief.delta, belief.unit)}" if belief.delta else "any benefit"
    was = f" ({chance(belief.before)} before the data)" if known(belief.before) else ""
    label = inside(PRIORS[m.assumptions.prior].label)
    mean = measure(belief.after.mean, short_unit(belief.unit))
    return (
        f"Under the prior labelled “{label}” the posterior mean of the difference was {mean} ({credible}), and the "
        f"probability of {beyond} {chance(belief.beyond)}{was}; another prior gives another."
    )


# ---- the others, and who weighs most


def _others(m: Material) -> str:
    if isinstance(m.endpoints, Missing):
        return ""
    others = [endpoint for endpoint in m.endpoints.endpoints if endpoint.key != m.endpoints.selected.key]
    sentences = [*(text for endpoint in others if (text := _other(m, endpoint))), *_without_estimate(others)]
    family = m.endpoints.family
    tested = any(known(member.p) for member in family.members)
    return paragraph("Other endpoints", *sentences, family.same if tested else "") if sentences else ""


def _other(m: Material, endpoint: EndpointResult) -> str:
    """One endpoint in one sentence; adverse events have a paragraph of their own."""
    if isinstance(endpoint, PairedEndpoint):
        return f"“{endpoint.label}” ({_standing(endpoint)}): {told}." if (told := _paired(m, endpoint)) else ""
    return _means(endpoint) if isinstance(endpoint, ReportedMeans) else ""


def _without_estimate(others: Sequence[EndpointResult]) -> Iterator[str]:
    """Endpoints of which the chosen test gives nothing, together where the reason is the same."""
    by_reason: dict[str, list[str]] = {}
    for endpoint in others:
        if isinstance(endpoint, PairedEndpoint) and isinstance(endpoint.test.estimate, Missing):
            by_reason.setdefault(endpoint.test.estimate.reason, []).append(endpoint.label)
    yield from (f"No estimate of {quoted(labels)} ({reason})." for reason, labels in by_reason.items())


def _paired(m: Material, endpoint: PairedEndpoint) -> str:
    """Estimate with interval, pairs and p; empty without an estimate."""
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return ""
    n = plural(test.n, "pair", "pairs")
    if isinstance(test.p, Missing):
        return f"{_estimate(endpoint)}, {n}, no interval and no p ({test.p.reason})"
    p = f"{p_phrase(test.p, endpoint.sides)}{_adjusted(m, endpoint)}{_exact(m, endpoint)}"
    return f"{_estimate(endpoint).rstrip(',')}, {n}, {p}"


def _means(endpoint: ReportedMeans) -> str:
    head = f"“{endpoint.label}” ({_standing(endpoint)})"
    if isinstance(endpoint.difference, Missing):
        return f"{head}: no difference can be given ({endpoint.difference.reason})."
    return (
        f"{head}: means of {number(endpoint.treated)} treated and {number(endpoint.control)} control, a difference of "
        f"{measure(endpoint.difference, endpoint.unit)}; without n and spread there is no interval and no test."
    )


def _weights(m: Material) -> str:
    """Who moves the estimate most."""
    if isinstance(m.chosen, Missing) or isinstance(m.robustness, Missing):
        return ""
    return paragraph("Who drives the estimate", driver(m.chosen), m.robustness.influence_reading)
