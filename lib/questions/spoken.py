"""Results as one would say them aloud: sides by name instead of signs, the answer before the numbers."""

from __future__ import annotations

from fractions import Fraction

from lib.analysis.change import CHANGES, NO_RESPONDER, RESPONDER
from lib.analysis.results import Interval
from lib.questions.endpoint_reading import change_unit, compatibility, of_arms
from lib.questions.endpoint_result import EndpointResult, Events, PairedEndpoint, ReportedMeans
from lib.questions.pairs import Pair
from lib.questions.trajectories import Arms, Panel, improved
from lib.questions.wording import bounds_words, listed, measure, number, percent, plural
from lib.values import Exact, Missing, known


def spoken_name(label: str) -> str:
    """A label inside a sentence: lower case unless it is an abbreviation or a name with capitals of its own."""
    return label[:1].lower() + label[1:] if label[1:].islower() else label


def seen_differences(endpoint: PairedEndpoint) -> list[Fraction]:
    """The differences of analysed pairs that were seen, and not assumed."""
    seen = (pair.difference for pair in endpoint.pairs if pair.analysed and not pair.assumed)
    return [difference for difference in seen if isinstance(difference, Fraction)]


def tally(endpoint: PairedEndpoint) -> tuple[int, int, int]:
    """Analysed pairs that were seen in which the treated unit did better, the control unit did better, and neither."""
    values = seen_differences(endpoint)
    sign = 1 if endpoint.better == "higher" else -1
    treated = sum(value * sign > 0 for value in values)
    control = sum(value * sign < 0 for value in values)
    return treated, control, len(values) - treated - control


def undecided(endpoint: PairedEndpoint) -> bool:
    """Whether a two-sided interval holds values on both sides of zero."""
    interval = endpoint.test.interval
    if endpoint.sides != "two" or isinstance(endpoint.test.p, Missing):
        return False
    return (interval.low is None or interval.low < 0) and (interval.high is None or interval.high > 0)


def pairs_words(endpoint: PairedEndpoint) -> str:
    """How many pairs are analysed, and how many of them nobody saw."""
    assumed = sum(pair.analysed and pair.assumed for pair in endpoint.pairs)
    return f"{plural(endpoint.test.n, 'pair', 'pairs')}{f' ({assumed} assumed)' if assumed else ''}"


def answer_words(endpoint: PairedEndpoint, arms: Arms) -> str:
    """What the chosen endpoint answers."""
    if not undecided(endpoint):
        return compatibility(endpoint) or f"{plural(endpoint.test.n, 'pair gives', 'pairs give')} no interval."
    treated, control = (spoken_name(label) for _, label in arms)
    return (
        f"{pairs_words(endpoint)} can't tell whether {treated} does better than {control}: at "
        f"{percent(endpoint.test.interval.level)}, neither benefit nor harm is excluded."
    )


def tally_sentence(endpoint: PairedEndpoint, arms: Arms, unit: str) -> str:
    """In how many pairs which unit did better."""
    for_treated, for_control, neither = tally(endpoint)
    treated, control = (f"the {spoken_name(label)} {unit}" for _, label in arms)
    whole = plural(for_treated + for_control + neither, "person", "people")
    return (
        f"{endpoint.label}: {treated} did better than {control} in {for_treated} of {whole}, worse in {for_control}, "
        f"the same in {neither}."
    )


def _side(value: float, endpoint: PairedEndpoint, arms: Arms) -> str:
    """Whom a difference favours."""
    return spoken_name((arms[0] if (value > 0) == (endpoint.better == "higher") else arms[1])[1])


def estimate_words(endpoint: PairedEndpoint, arms: Arms) -> str:
    """Estimate by side, and where its two-sided interval ends; a one-sided or missing one is left to the page."""
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return f"no estimate: {test.estimate.reason}"
    size = measure(abs(test.estimate), endpoint.unit).removeprefix("+")
    told = f"{size} in favour of {_side(test.estimate, endpoint, arms)}" if test.estimate else "no difference"
    if endpoint.sides != "two" or isinstance(test.p, Missing):
        return told
    return f"{told}; {_reach(test.interval, endpoint, arms)}"


def _reach(interval: Interval, endpoint: PairedEndpoint, arms: Arms) -> str:
    """From the end that favours the treatment to the other one."""
    ends = list(zip((interval.low, interval.high), bounds_words(interval), strict=True))
    if endpoint.better == "higher":
        ends.reverse()
    told = [
        "without end"
        if value is None
        else f"{words.lstrip('+−')} in favour of {_side(value, endpoint, arms)}"
        if value
        else "no difference"
        for value, words in ends
    ]
    level = percent(interval.level)
    if interval.low is None and interval.high is None:
        return f"the {level} interval has no end on either side"
    return f"the {level} interval reaches from {told[0]} to {told[1]}"


def means_words(endpoint: PairedEndpoint, arms: Arms) -> str:
    """The mean change, or responders, of each arm in the analysed pairs: a difference does not tell who changed."""
    found = of_arms(endpoint)
    if not found:
        return ""
    told = [f"{words} with {spoken_name(label)}" for (_, label), words in zip(arms, found, strict=True)]
    return f"{'Responders' if CHANGES[endpoint.change].yes_no else 'Mean change'}: {listed(told)}."


def change_words(value: Exact, endpoint: PairedEndpoint) -> str:
    """The change of one unit; of one that responds or not, which of both."""
    if isinstance(value, Missing):
        return value.reason
    if CHANGES[endpoint.change].yes_no and value in (NO_RESPONDER, RESPONDER):
        return "response" if value == RESPONDER else "no response"
    return measure(float(value), change_unit(endpoint.unit))


def changes_words(pair: Pair, endpoint: PairedEndpoint, arms: Arms) -> str:
    """The changes of both units of a person."""
    values = pair.treated.value, pair.control.value
    told = [
        f"{change_words(value, endpoint)} with {spoken_name(label)}"
        for value, (_, label) in zip(values, arms, strict=True)
    ]
    return ", ".join(told)


def assumed_words(endpoint: PairedEndpoint, arms: Arms) -> str:
    """Whom nobody saw and what is assumed of them; nothing where every pair was seen."""
    assumed = [pair for pair in endpoint.pairs if pair.analysed and pair.assumed]
    told = (f"Participant {pair.participant} is assumed: {changes_words(pair, endpoint, arms)}." for pair in assumed)
    return " ".join(told)


def leave_one_out_words(endpoint: PairedEndpoint) -> str:
    """The mean difference without the participant who weighs most."""
    differences = {p.participant: p.difference for p in endpoint.pairs if p.analysed}
    exact = {key: value for key, value in differences.items() if isinstance(value, Fraction)}
    weighty = [key for key, value in exact.items() if abs(value) == max(map(abs, exact.values())) > 0]
    if len(weighty) != 1 or len(exact) < 3:
        return ""
    rest = [value for key, value in exact.items() if key != weighty[0]]
    unit = "pp" if endpoint.unit == "percentage points" else endpoint.unit
    return f"Without participant {weighty[0]} the mean difference is {measure(float(sum(rest) / len(rest)), unit)}."


def improvement(panel: Panel, arms: Arms) -> str:
    """In how many units of each arm an outcome improved, whatever the other unit of the person did."""
    counted = zip(arms, improved(panel, arms), strict=True)
    told = [f"in {better} of {count} with {spoken_name(label)}" for (_, label), (better, count) in counted]
    return f"{panel.outcome_label} improved {listed(told)}."


def rest(endpoint: EndpointResult) -> str:
    """An endpoint that has no pairs, short."""
    if isinstance(endpoint, ReportedMeans) and known(endpoint.treated) and known(endpoint.control):
        means = f"{number(endpoint.treated)} treated and {number(endpoint.control)} control"
        return f"{endpoint.label}: {means}, without a spread."
    if isinstance(endpoint, Events) and known(endpoint.events):
        return f"{endpoint.label}: {'none' if endpoint.events == 0 else number(endpoint.events)} reported."
    return ""
