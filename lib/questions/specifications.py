"""The specifications of the multiverse: every defensible combination of the choices that change the estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lib.analysis.change import CHANGES
from lib.analysis.loss import LOSSES
from lib.assumptions import CONTROLS, FIELDS, Assumptions, choices, defaults, read, value
from lib.questions.changes import Measure, change_words, measure_of
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.pairs import Pair, better_of, endpoint_pairs, unit_of_change
from lib.trial.model import Endpoint, Outcome, Trial
from lib.trial.observed import EVERY_RATER, rater_name

GOVERNED = ("outcome", "rater", "change", "rounding", "threshold", "points", "zero", "zero-add", "who", "loss")
"""The assumptions that a specification settles. The others change no estimate, or are no choice of the analyst."""

FEWEST = 3
"""Pairs that leaving one out has to leave: with two, an SD has one degree of freedom."""

MEASURED, CHANGE, WHO, LOST = "What is measured", "Change", "Who is in", "Lost"
"""The choices that span the multiverse, as they are shown."""


@dataclass(frozen=True)
class Specification:
    """One combination. `choices` pairs each choice with the option taken, `link` is the same as link text.

    `settled` are the assumptions of that link, all else at its default. `sign` turns differences so that more is
    better; `paper` tells the ones that the paper's Methods announce.
    """

    choices: tuple[tuple[str, str], ...]
    link: tuple[tuple[str, str], ...]
    settled: Assumptions
    label: str
    unit: str
    sign: int
    paper: bool
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class RuledOut:
    """Options that are not in the multiverse, and why."""

    what: str
    why: str


@lru_cache(maxsize=8)
def specifications(trial: Trial) -> tuple[Specification, ...]:
    """All of them, whatever the viewer chose; in the order of the registries."""
    return tuple(
        _specification(trial, {**measured, **change, **who, **lost})
        for measured in _measured(trial)
        for change in _changes(trial, trial.outcomes[measured["outcome"]])
        for who in _who(trial)
        for lost in _lost(trial)
    )


def set_to(link: Mapping[str, str], current: Assumptions, trial: Trial) -> Assumptions:
    """The viewer's assumptions with whatever a specification settles set to it."""
    wanted = read(link, trial).assumptions
    return replace(current, **{FIELDS[key]: value(wanted, key) for key in GOVERNED})


def is_set(specification: Specification, current: Assumptions, trial: Trial) -> bool:
    """Whether the viewer's assumptions are this specification, as far as they matter."""
    then = specification.settled
    return all(value(then, key) == value(current, key) for key in GOVERNED if CONTROLS[key].matters(trial, then))


def _specification(trial: Trial, link: dict[str, str]) -> Specification:
    assumptions = read(link, trial).assumptions
    endpoint = selected_endpoint(trial, assumptions)
    return Specification(
        _options(trial, endpoint, assumptions, link),
        tuple(link.items()),
        assumptions,
        endpoint.label,
        unit_of_change(trial, endpoint),
        1 if better_of(trial, endpoint) == "higher" else -1,
        endpoint.analysis == "paper" and all(value(assumptions, k) == value(defaults(trial), k) for k in SETTLED),
        endpoint_pairs(trial, endpoint, assumptions),
    )


SETTLED = ("rounding", "who", "loss")
"""What the paper settles for all of its endpoints."""


def _options(
    trial: Trial, endpoint: Endpoint, assumptions: Assumptions, link: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    outcome = trial.outcomes[endpoint.outcome]
    by = f" ({rater_name(trial, endpoint.rater or '')})" if len(outcome.raters) > 1 else ""
    everybody = value(defaults(trial), "who")
    out = [participant for participant in everybody if participant not in assumptions.participants]
    return (
        (MEASURED, f"{outcome.label}{by}"),
        (CHANGE, _change_option(trial, endpoint, assumptions, link)),
        (WHO, f"without {out[0]}" if out else "all"),
        (LOST, LOSSES[assumptions.loss].label.lower()),
    )


def _change_option(trial: Trial, endpoint: Endpoint, assumptions: Assumptions, link: Mapping[str, str]) -> str:
    """The change, its threshold, and what of zeros and rounding the link settles."""
    measure = measure_of(trial, endpoint.outcome, endpoint.rater or "", endpoint.change, assumptions)
    words = change_words(trial, measure).replace("better by at least", "better by ≥")
    label = SHORT.get(endpoint.change, words)
    settled = {"zero": _zero_option(measure), "rounding": link.get("rounding", "")}
    return ", ".join([label, *(words for key, words in settled.items() if key in link)])


def _zero_option(measure: Measure) -> str:
    return f"{float(measure.scale.added):g} added" if measure.scale.added else "½ for 0"


SHORT = {
    "absolute": "absolute",
    "percent": "% of baseline",
    "log-ratio": "log-ratio",
    "symmetrised": "symmetrised %",
}
"""Ways to express change as they stand beside a row; the others are told by their threshold."""

# ---- the options of each choice


def _measured(trial: Trial) -> Iterator[dict[str, str]]:
    for outcome in trial.spec.outcomes:
        raters = (*outcome.raters, EVERY_RATER) if len(outcome.raters) > 1 else outcome.raters
        for rater in raters:
            yield {"outcome": outcome.key, **({"rater": rater} if len(raters) > 1 else {})}


def _changes(trial: Trial, outcome: Outcome) -> Iterator[dict[str, str]]:
    for change, variants in VARIANTS.items():
        if not why_not(trial, outcome, change):
            for variant in variants(trial, outcome):
                yield {"change": change, **variant}


def why_not(trial: Trial, outcome: Outcome, change: str) -> str:
    """Why a change is not defensible for an outcome; empty if it is."""
    announced = any((e.outcome, e.change, e.analysis) == (outcome.key, change, "paper") for e in trial.spec.endpoints)
    if outcome.kind == "ordinal" and change in ("percent", "symmetrised", "log-ratio") and not announced:
        return "treats an ordinal scale as one with equal steps and a true zero, and the Methods do not announce it"
    if change == "best-two" and len(outcome.levels) < 3:
        return "the outcome has no categories"
    return ""


def _percentages(trial: Trial, outcome: Outcome) -> tuple[dict[str, str], ...]:
    """Printed and measured percentages, where both exist of some unit."""
    printed = any(row.outcome == outcome.key and row.scale == "percent_change" for row in trial.measurements)
    return ({"rounding": "printed"}, {"rounding": "measured"}) if printed else ({},)


def _zeros(trial: Trial, outcome: Outcome) -> tuple[dict[str, str], ...]:
    replaced = tuple({"zero": "half", **rounding} for rounding in _percentages(trial, outcome))
    return (*replaced, {"zero": "add"})


def _thresholds(trial: Trial, outcome: Outcome) -> tuple[dict[str, str], ...]:
    if outcome.kind == "ratio":
        return tuple({"threshold": text} for text in ("25", "50", "75", "100"))
    least = choices.least_points(trial)
    return tuple({"points": str(text)} for text in (least, 2 * least) if text <= choices.widest_scale(trial))


VARIANTS: Mapping[str, Callable[[Trial, Outcome], tuple[dict[str, str], ...]]] = {
    "absolute": lambda trial, outcome: ({},),
    "percent": _percentages,
    "log-ratio": _zeros,
    "symmetrised": _percentages,
    "responder": _thresholds,
    "best-two": lambda trial, outcome: ({},),
}
"""The settings under which each way to express change comes into the multiverse, as link text."""


def _who(trial: Trial) -> Iterator[dict[str, str]]:
    everybody: tuple[str, ...] = value(defaults(trial), "who")
    yield {}
    if len(everybody) > FEWEST:
        for out in everybody:
            yield {"who": ".".join(participant for participant in everybody if participant != out)}


def _lost(trial: Trial) -> Iterator[dict[str, str]]:
    yield {}
    if trial.lost_units:
        yield from ({"loss": key} for key, rule in LOSSES.items() if rule.imputes and not rule.tied_to_arms)


TIED = "shown below; no part of the joint test, since it looks at labels, so that a flip would do more than turn signs"


def ruled_out(trial: Trial) -> tuple[RuledOut, ...]:
    """What is not in the multiverse, and why."""
    changes = [
        RuledOut(f"{outcome.label}: {CHANGES[change].label.lower()}", why)
        for outcome in trial.spec.outcomes
        if outcome.individual
        for change in VARIANTS
        if (why := why_not(trial, outcome, change))
    ]
    tied = [f"Lost: {rule.label.lower()}" for rule in LOSSES.values() if rule.tied_to_arms] if trial.lost_units else []
    rest = (
        RuledOut("Test, sides, interval and α", "they change no estimate"),
        RuledOut("Log-ratio with zeros undefined", "it would drop those who cleared completely, because they did"),
        *(RuledOut(label, TIED) for label in tied),
        RuledOut("Two or more participants left out at once", f"most would leave fewer than {FEWEST} pairs"),
        RuledOut("Outcomes of which only means are printed", "nobody's own difference is known"),
        RuledOut("Months without published values", "nothing to analyse"),
    )
    return (*changes, *rest)
