"""One endpoint in words: estimate and interval first, p after, then what can't be excluded and never shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import exp, inf

from lib.analysis.change import CHANGES, NO_RESPONDER, RESPONDER
from lib.analysis.results import StudentNull
from lib.questions.endpoint_result import EndpointResult, Events, PairedEndpoint, PrintedP, ReportedMeans
from lib.questions.wording import interval_words, listed, measure, number, p_phrase, percent, plural, probability
from lib.values import Missing

WHOSE = {
    "paper": "As the Methods describe it, recomputed by us",
    "reported": "Reported without a test; the arithmetic is ours",
    "ours": "Ours, post hoc",
}
"""Whose analysis an endpoint is, by its `analysis`."""


def endpoint_reading(endpoint: EndpointResult) -> str:
    """One endpoint in words."""
    if isinstance(endpoint, PairedEndpoint):
        return _paired_reading(endpoint)
    return _means_reading(endpoint) if isinstance(endpoint, ReportedMeans) else _events_reading(endpoint)


def _paired_reading(endpoint: PairedEndpoint) -> str:
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return f"{endpoint.label}: no estimate ({test.estimate.reason}{_why_no_pairs(endpoint)})."
    head, pairs = _head(endpoint), plural(test.n, "pair", "pairs")
    if isinstance(test.p, Missing):
        first = f"{head} ({test.estimate_name}, {pairs}); no interval and no p by the {test.method}: {test.p.reason}."
    else:
        interval = interval_words(test.interval, endpoint.sides)
        p = f"{p_phrase(test.p, endpoint.sides)}{_exact_p(endpoint)}"
        first = f"{head} ({interval}; {test.estimate_name}, {pairs}); {test.method}: {p}.{normal_only(endpoint)}"
    return " ".join(part for part in (first, compatibility(endpoint), floor_words(endpoint)) if part)


def _why_no_pairs(endpoint: PairedEndpoint) -> str:
    """The reason that most of those share who have no pair."""
    reasons = Counter(pair.reason for pair in endpoint.pairs if isinstance(pair.difference, Missing))
    return f": {reasons.most_common(1)[0][0]}" if reasons and endpoint.test.n == 0 else ""


def _head(endpoint: PairedEndpoint) -> str:
    return (
        f"{endpoint.label}: treated minus control {measure(endpoint.test.estimate, short_unit(endpoint.unit))}"
        f"{_as_ratio(endpoint)}"
    )


def _as_ratio(endpoint: PairedEndpoint) -> str:
    """A difference of log-ratios as the ratio of ratios that it stands for."""
    if not CHANGES[endpoint.change].logs or isinstance(endpoint.test.estimate, Missing):
        return ""
    return f", a ratio of ratios of {number(exp(endpoint.test.estimate))}"


def normal_only(endpoint: PairedEndpoint) -> str:
    """That a finite interval leans on normality, where the exact one has no end."""
    test, exact = endpoint.test.interval, endpoint.exact.interval
    leans = isinstance(endpoint.test.null, StudentNull) and (test.low, test.high) != (None, None)
    if not leans or (exact.low, exact.high) != (None, None) or isinstance(endpoint.exact.p, Missing):
        return ""
    pairs = plural(endpoint.test.n, "pair", "pairs")
    return f" The interval takes differences for normal; without that, {pairs} bound nothing at {percent(test.level)}."


def _exact_p(endpoint: PairedEndpoint) -> str:
    """The exact p beside one that leans on a distribution."""
    modelled = isinstance(endpoint.test.null, StudentNull) and not isinstance(endpoint.exact.p, Missing)
    return f" (exact, by flipping signs: {probability(endpoint.exact.p)})" if modelled else ""


def short_unit(unit: str) -> str:
    """The unit of a difference, short: pp where percentages are subtracted."""
    return "pp" if unit == "percentage points" else unit


def change_unit(unit: str) -> str:
    """The unit of one change, whose difference from another has `unit`."""
    return "%" if unit == "percentage points" else unit


def of_arms(endpoint: PairedEndpoint) -> tuple[str, ...]:
    """The mean change, or the share of responders, of each arm in the analysed pairs; nothing without any."""
    analysed = [pair for pair in endpoint.pairs if pair.analysed]
    sides = ([pair.treated.value for pair in analysed], [pair.control.value for pair in analysed])
    exact = ([value for value in side if isinstance(value, Fraction)] for side in sides)
    return tuple(_of_arm(values, endpoint) for values in exact) if analysed else ()


def _of_arm(values: Sequence[Fraction], endpoint: PairedEndpoint) -> str:
    """A typed change may lie between yes and no, and then only its mean can be told."""
    mean = measure(float(sum(values, Fraction(0)) / len(values)), change_unit(endpoint.unit))
    if not CHANGES[endpoint.change].yes_no:
        return mean
    if any(value not in (NO_RESPONDER, RESPONDER) for value in values):
        return f"{mean.removeprefix('+')} on average"
    return f"{values.count(RESPONDER)} of {len(values)}"


def compatibility(endpoint: PairedEndpoint) -> str:
    """What the interval leaves possible, by the direction that is better for the patient; empty without an interval."""
    if isinstance(endpoint.test.p, Missing):
        return ""
    return (_one_sided if endpoint.sides == "one" else _two_sided)(endpoint)


def _two_sided(endpoint: PairedEndpoint) -> str:
    low, high = _benefit_upwards(endpoint)
    level = percent(endpoint.test.interval.level)
    if low > 0 or high < 0:
        side = "benefit" if low > 0 else "harm"
        return f"At {level}, the interval lies wholly on the side of {side}.{_often_wrong(endpoint)}"
    if low == 0 == high:
        return f"At {level}, the interval is the single value 0.{_often_wrong(endpoint)}"
    if low == 0 or high == 0:
        excluded, other = ("harm", "benefit") if low == 0 else ("benefit", "harm")
        ends = "the interval ends exactly at 0, and assumes that treatment shifts everybody by the same amount"
        return f"At {level}, {ends}: {excluded} is excluded only if it does; {other} is not.{_often_wrong(endpoint)}"
    return f"At {level}, neither benefit nor harm of the treatment is excluded."


def _one_sided(endpoint: PairedEndpoint) -> str:
    """A one-sided test towards benefit bounds harm, and says nothing about how large a benefit may be."""
    low, _ = _benefit_upwards(endpoint)
    level = percent(endpoint.test.interval.level)
    silent = "a one-sided bound says nothing about how large a benefit may be"
    if low == -inf:
        return f"At {level}, no size of harm is excluded; {silent}."
    if low < 0:
        worst = measure(-low if endpoint.better == "lower" else low, short_unit(endpoint.unit))
        harm = f"harm beyond {worst} is excluded, smaller harm is not"
        if isinstance(endpoint.test.null, StudentNull):
            return f"At {level}, if differences are normal, {harm}; {silent}."
        return f"At {level}, {harm}; {silent}."
    return f"At {level}, harm is excluded{'; no effect is not' if low == 0 else ''}; {silent}.{_often_wrong(endpoint)}"


def _benefit_upwards(endpoint: PairedEndpoint) -> tuple[float, float]:
    """The interval turned so that benefit is positive, infinite where unbounded."""
    interval = endpoint.test.interval
    low = -inf if interval.low is None else interval.low
    high = inf if interval.high is None else interval.high
    return (low, high) if endpoint.better == "higher" else (-high, -low)


USUAL_LEVEL = 0.9
"""Below this an interval is narrow because it is often wrong, and the sentence says so."""


def _often_wrong(endpoint: PairedEndpoint) -> str:
    level = endpoint.test.interval.level
    return (
        ""
        if level >= USUAL_LEVEL
        else f" An interval of this level misses the true value in {percent(1 - level)} of trials."
    )


def floor_words(endpoint: PairedEndpoint) -> str:
    """The smallest p that an exact test of these pairs could give."""
    floor = endpoint.exact.floor
    if isinstance(floor.general, Missing) or isinstance(floor.given_zeros, Missing):
        return ""
    zeros = plural(endpoint.exact.n - endpoint.exact.n_nonzero, "zero difference", "zero differences")
    none = endpoint.exact.n == endpoint.exact.n_nonzero
    given = "" if none else f", and {probability(floor.given_zeros)} with the {zeros} seen"
    pairs = plural(endpoint.exact.n, "pair", "pairs")
    name = "p" if endpoint.sides == "two" else "one-sided p"
    return (
        f"No test that swaps sides within people can give {pairs} a {name} below {probability(floor.general)}{given}."
    )


def driver(endpoint: PairedEndpoint) -> str:
    """Whose difference seen weighs most, and which of the two units moved; all of them where several weigh the same."""
    analysed = [pair for pair in endpoint.pairs if pair.analysed and not pair.assumed]
    sizes = {pair: abs(pair.difference) for pair in analysed if isinstance(pair.difference, Fraction)}
    seen = " seen" if any(pair.analysed and pair.assumed for pair in endpoint.pairs) else ""
    largest = [pair for pair, size in sizes.items() if size == max(sizes.values()) > 0]
    if not largest:
        return ""
    difference, single = short_unit(endpoint.unit), change_unit(endpoint.unit)
    if len(largest) > 1:
        told = [f"{pair.participant}'s ({_changed(pair.difference, difference)})" for pair in largest]
        return f"The largest differences{seen} are participant {listed(told)}."
    treated, control = (_changed(change.value, single) for change in (largest[0].treated, largest[0].control))
    return (
        f"The largest difference{seen} is participant {largest[0].participant}'s, "
        f"{_changed(largest[0].difference, difference)}: treated {treated}, control {control}."
    )


def _changed(value: Fraction | Missing, unit: str) -> str:
    return measure(float(value), unit) if isinstance(value, Fraction) else "missing"


def _means_reading(endpoint: ReportedMeans) -> str:
    if isinstance(endpoint.difference, Missing):
        return f"{endpoint.label}: {endpoint.difference.reason}."
    return (
        f"{endpoint.label}: treated {number(endpoint.treated)}, control {number(endpoint.control)}, difference "
        f"{measure(endpoint.difference, endpoint.unit)}. {endpoint.reason}"
    )


def _events_reading(endpoint: Events) -> str:
    if isinstance(endpoint.events, Missing):
        return f"{endpoint.label}: {endpoint.events.reason}."
    if not endpoint.limits:
        return f"{endpoint.label}: {number(endpoint.events)} recorded."
    limits = " or ".join(f"{100 * upper:.0f} % of participants (0 of {n})" for n, upper in endpoint.limits)
    return (
        f"{endpoint.label}: none reported, which is compatible with a true share of up to {limits}; exact one-sided "
        f"{percent(endpoint.level)} limits. {endpoint.reason}"
    )


def printed_match(endpoint: PairedEndpoint, printed: Iterable[PrintedP]) -> str:
    """Whether the endpoint's p, as the paper would test it, is among the printed ones."""
    fitting = [row for row in printed if endpoint.label in row.fits]
    if not fitting:
        return f"By the Methods' test, the p of {endpoint.label} matches no printed P."
    told = listed([f"{row.printed:g}, printed as “{row.label}”" for row in fitting])
    return f"By the Methods' test, the p of {endpoint.label} rounds to {told}."
