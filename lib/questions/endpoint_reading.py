"""One endpoint in words: estimate and interval first, p after, then what can't be excluded and never shown."""

from __future__ import annotations

from fractions import Fraction

from lib.questions.endpoint_result import EndpointResult, Events, PairedEndpoint, ReportedMeans
from lib.questions.wording import interval_words, number, p_phrase, percent, plural, probability, signed
from lib.values import Missing


def endpoint_reading(endpoint: EndpointResult) -> str:
    """One endpoint in words."""
    if isinstance(endpoint, PairedEndpoint):
        return _paired_reading(endpoint)
    return _means_reading(endpoint) if isinstance(endpoint, ReportedMeans) else _events_reading(endpoint)


def _paired_reading(endpoint: PairedEndpoint) -> str:
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return f"{endpoint.label}: no estimate ({test.estimate.reason})."
    unit = short_unit(endpoint.unit)
    return (
        f"{endpoint.label}: treated minus control {signed(test.estimate)} {unit} ({interval_words(test.interval)}; "
        f"{test.estimate_name}, {plural(test.n, 'pair', 'pairs')}); {test.method}: {p_phrase(test.p)}. "
        f"{compatibility(endpoint)} {floor_words(endpoint)}"
    ).strip()


def short_unit(unit: str) -> str:
    return "pp" if unit == "percentage points" else unit


def compatibility(endpoint: PairedEndpoint) -> str:
    """What the interval leaves possible, by the direction that is better for the patient."""
    interval = endpoint.test.interval
    level = percent(interval.level)
    above = interval.low is not None and interval.low > 0
    below = interval.high is not None and interval.high < 0
    if not above and not below:
        return f"At {level}, neither benefit nor harm of the treatment is excluded."
    benefit = above == (endpoint.better == "higher")
    return f"At {level}, the interval lies wholly on the side of {'benefit' if benefit else 'harm'}."


def floor_words(endpoint: PairedEndpoint) -> str:
    """The smallest p that an exact test of these pairs could give."""
    floor = endpoint.exact.floor
    if isinstance(floor.general, Missing) or isinstance(floor.given_zeros, Missing):
        return ""
    zeros = endpoint.exact.n - endpoint.exact.n_nonzero
    given = f", and {probability(floor.given_zeros)} with the {zeros} zero differences seen" if zeros else ""
    given = given.replace("1 zero differences", "1 zero difference")
    pairs = plural(endpoint.exact.n, "pair", "pairs")
    return f"No exact test of {pairs} can give a p below {probability(floor.general)}{given}."


def driver(endpoint: PairedEndpoint) -> str:
    """Which participant's difference weighs most, and which of the two units moved."""
    analysed = [pair for pair in endpoint.pairs if pair.analysed and isinstance(pair.difference, Fraction)]
    moved = [pair for pair in analysed if pair.difference != 0]
    if not moved:
        return ""
    largest = max(moved, key=lambda pair: abs(pair.difference) if isinstance(pair.difference, Fraction) else 0)
    unit = short_unit(endpoint.unit)
    treated, control = (_changed(change.value, unit) for change in (largest.treated, largest.control))
    return (
        f"The largest difference is participant {largest.participant}'s, {_changed(largest.difference, unit)}: "
        f"treated {treated}, control {control}."
    )


def _changed(value: Fraction | Missing, unit: str) -> str:
    return f"{signed(float(value))} {unit}" if isinstance(value, Fraction) else "missing"


def _means_reading(endpoint: ReportedMeans) -> str:
    if isinstance(endpoint.difference, Missing):
        return f"{endpoint.label}: {endpoint.difference.reason}."
    return (
        f"{endpoint.label}: treated {number(endpoint.treated)}, control {number(endpoint.control)}, difference "
        f"{signed(endpoint.difference)} {endpoint.unit}. {endpoint.reason}"
    )


def _events_reading(endpoint: Events) -> str:
    if isinstance(endpoint.events, Missing):
        return f"{endpoint.label}: {endpoint.events.reason}."
    if not endpoint.limits:
        return f"{endpoint.label}: {number(endpoint.events)} recorded."
    limits = ", ".join(f"{100 * upper:.0f} % of participants (0 of {n})" for n, upper in endpoint.limits)
    return (
        f"{endpoint.label}: none reported, which is compatible with a true share of up to {limits}; exact one-sided "
        f"{percent(endpoint.level)} limits. {endpoint.reason}"
    )
