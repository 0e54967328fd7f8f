"""What a plan rests on and leaves open, in words: the pilot's SD, assurance, precision, harms and retention."""

from __future__ import annotations

from lib.questions.pilot_uncertainty import CRITERION_ALPHA, CRITERION_POWER, Assurance, Retention
from lib.questions.sample_size import SampleSizeResult
from lib.questions.wording import amount, chance, listed, number, people, percent, plural
from lib.values import Missing


def spread_words(result: SampleSizeResult) -> str:
    """What this trial saw, and what its SD may be."""
    seen, spread = result.pilot, result.spread
    towards = "nothing" if isinstance(seen.towards, Missing) else f"{_better(seen.towards, result.unit)}"
    correlation = "–" if isinstance(seen.correlation, Missing) else number(seen.correlation, 2)
    told = (
        f"This trial ({seen.label}, {plural(seen.n, 'pair', 'pairs')}) saw a difference of {towards}, an SD of one "
        f"{result.measured_on}'s change of {amount(seen.unit_sd, result.unit)} and a correlation of {correlation}. "
    )
    if isinstance(spread, Missing):
        return f"{told}It tells no SD of the differences: {spread.reason}."
    return (
        f"{told}The SD of its differences is {amount(spread.seen, result.unit)}; with {spread.df} degrees of freedom "
        f"it may be up to {number(spread.upper)} (upper {percent(spread.level)} limit, × "
        f"{spread.upper / spread.seen:.2f}). These limits take differences for normal."
    )


def _better(towards: float, unit: str) -> str:
    if towards == 0:
        return "0"
    return f"{amount(abs(towards), unit)} in favour of {'the treatment' if towards > 0 else 'the control'}"


def assurance_words(found: Assurance, result: SampleSizeResult) -> str:
    """What assurance is here, and why it has a ceiling."""
    after, pilot = found.after, result.pilot
    return (
        f"Assurance averages power over what this trial leaves possible, from the {found.prior} prior (after the data "
        f"the mean difference is {_better(_towards(after.mean, result), result.unit)}, worth "
        f"{number(after.pairs)} pairs and {number(after.df)} degrees of freedom). It takes differences for normal, and "
        f"{pilot.zeros} of {pilot.n} here were 0: it rests on the others. However large the next trial, it can't pass "
        f"the probability of a benefit, {chance(found.ceiling)}."
    )


def _towards(mean: float, result: SampleSizeResult) -> float:
    """Above 0 where the treatment is better."""
    return mean if result.higher_is_better else -mean


def precision_words(result: SampleSizeResult) -> str:
    """The plan by the width of the interval instead of by power, in words."""
    found = result.precision
    if isinstance(found, Missing):
        return f"{found.reason.capitalize()}."
    counts = result.chosen.n_counts
    needed = f"no n does: {found.needed.reason}" if isinstance(found.needed, Missing) else f"{found.needed} {counts}"
    return (
        f"For a {percent(found.level)} interval of ± {amount(found.half_width, result.unit)} or narrower with "
        f"{percent(found.assured)} assurance: {needed}. At n = {result.plan.n} the half-width is "
        f"{amount(found.expected, result.unit)} on average, and with {percent(found.assured)} assurance no more than "
        f"{amount(found.not_above, result.unit)}."
    )


def harms_words(result: SampleSizeResult) -> str:
    """How many bound which risk, and why units do not count."""
    pairs = zip(result.harms.limits, result.harms.needed, strict=True)
    needed = ", ".join(f"{percent(limit)} by {n}" for limit, n in pairs)
    return (
        f"No event bounds a risk below {needed} participants. Two {result.units} of one person share that "
        "person: the last column is what counting them as independent would claim."
    )


def retention_words(result: SampleSizeResult) -> str:
    """Who stayed, and what it says of going on, in words."""
    found: Retention | Missing = result.retention
    if isinstance(found, Missing):
        return f"No traffic light: {found.reason}."
    low, high = (100 * float(bound or 0) for bound in (found.interval.low, found.interval.high))
    red, green = percent(found.red), percent(found.green)
    light = {name: chance(probability) for name, probability in found.chances.items()}
    test = (
        f"no n is enough ({found.test.reason})"
        if isinstance(found.test, Missing)
        else f"{people(found.test.n)} are needed, of whom {found.test.cut_off} have to stay"
    )
    stayed = f"{found.stayed} of {found.of} stayed ({100 * found.stayed / found.of:.0f} %"
    return (
        f"{stayed}, 95 % CI {low:.0f} to {high:.1f} %): {found.light}, if below {red} is red and from {green} green; "
        f"the interval reaches {listed(found.within)}. The thresholds are ours, post hoc. In a next trial that enrols "
        f"{found.n}, of whom each stays with a probability of {percent(found.true)}, {_whose(result)}, it would be "
        f"green with {light['green']}, amber with {light['amber']}, red with {light['red']}. To tell {green} from "
        f"{red} (one-sided {percent(CRITERION_ALPHA)}, {percent(CRITERION_POWER)} power), {test}."
    )


def _whose(result: SampleSizeResult) -> str:
    return "as planned" if result.plan.dropout else "as here"


def own_spread_words(result: SampleSizeResult) -> str:
    """What this trial's own SD would make of n where it was typed; nothing where it is in use, or tells nothing."""
    spread = result.spread
    if isinstance(spread, Missing) or not isinstance(result.band, Missing) or result.of_differences:
        return ""
    seen, low, high = (_count(needed) for needed in (spread.needed_seen, spread.needed_low, spread.needed_high))
    return (
        f"By this trial's own SD of differences, {amount(spread.seen, result.unit)}, a paired t test would need {seen} "
        f"pairs, and {low} to {high} within the {percent(spread.level)} limits of that SD."
    )


def _count(needed: int | Missing) -> str:
    return "no number of" if isinstance(needed, Missing) else str(needed)
