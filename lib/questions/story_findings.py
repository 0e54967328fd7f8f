"""The slides that tell what came out: the result on both scales, what it can't show, and what is needed next."""

from __future__ import annotations

from lib.analysis.registry import TESTS
from lib.assumptions import NOBODY, Assumptions
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.design_answer import DesignAnswer, chance_words, effect_words
from lib.questions.endpoint_reading import compatibility, driver, endpoint_reading, floor_words
from lib.questions.endpoint_result import Events, PairedEndpoint
from lib.questions.observed import answered
from lib.questions.pilot import pilot_of
from lib.questions.pilot_uncertainty import SpreadLeft, spread_left
from lib.questions.plan_inputs import plan_of
from lib.questions.sample_size import NextTrial, next_trial
from lib.questions.slide import Picture, Slide, SlideFact
from lib.questions.spoken import leave_one_out_words, means_words, tally_sentence
from lib.questions.story_parts import Told, answer_title, both_counts, estimate_fact, first_clause, p_fact, told
from lib.questions.story_people import MOST_PAIRS
from lib.questions.wording import amount, inside, listed, number, people, percent, plural, probability
from lib.trial.model import SlideEntry, Trial
from lib.values import Missing, known

RESULT_CONTROLS = ("outcome", "change", "test")
NEXT_CONTROLS = ("n", "effect", "dropout")
MOST_NAMED = 3
"""How many of the things that the text lacks are named on a slide."""


def movable(keys: tuple[str, ...], entry: SlideEntry) -> tuple[str, ...]:
    """The controls of a slide: what it assumes itself can't be moved on it."""
    return tuple(key for key in keys if key not in entry.state)


def result(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """The viewer's endpoint: estimate and interval, the same on the other scale, and p with its floor."""
    of = told(trial, assumptions, entry)
    chosen, *others = (scale.endpoint for scale in of.overview.scales)
    notes = (
        endpoint_reading(chosen),
        tally_sentence(chosen, of.arms, trial.spec.unit.singular),
        means_words(chosen, of.arms),
        driver(chosen),
        leave_one_out_words(chosen),
        *map(endpoint_reading, others),
        of.tested.allocation_note,
        of.source,
    )
    return (
        Slide(
            entry.kind,
            entry.kind,
            answer_title(chosen, trial.outcomes[chosen.outcome].label, of.arms),
            (),
            (
                *(estimate_fact(endpoint, trial) for endpoint in (chosen, *others[:1])),
                p_fact(chosen, TESTS[of.assumptions.test].label),
            ),
            Picture("endpoints", "pairs", "", of.state) if len(chosen.pairs) <= MOST_PAIRS else None,
            tuple(text for text in notes if text),
            movable(RESULT_CONTROLS, entry),
            "endpoints",
        ),
    )


# ---- limits


def limits(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """What the trial can't show, whatever it found."""
    of = told(trial, assumptions, entry)
    lines = (
        f"{first_clause(compatibility(of.selected))}.",
        _zeros(of.selected),
        _coin(trial),
        _denominators(of),
        *(_harms(endpoint) for endpoint in of.tested.endpoints if isinstance(endpoint, Events)),
        _untold(trial),
    )
    conduct = trial.spec.design
    notes = (
        endpoint_reading(of.selected),
        floor_words(of.selected),
        of.tested.allocation_note,
        *(endpoint_reading(endpoint) for endpoint in of.tested.endpoints if isinstance(endpoint, Events)),
        conduct.several_endpoints,
        conduct.contradictions,
        conduct.independence,
        conduct.generalises_to,
        f"Not in the text: {'; '.join(conduct.not_in_the_text)}." if conduct.not_in_the_text else "",
        of.source,
    )
    return (
        Slide(
            entry.kind,
            entry.kind,
            _limits_title(of),
            tuple(line for line in lines if len(line) > 1),
            (),
            None,
            tuple(note for note in notes if note),
            (),
            "evidence",
        ),
    )


def _limits_title(of: Told) -> str:
    """That α is out of reach where it is: the hardest limit of a pilot this small."""
    endpoint, alpha = of.selected, of.tested.alpha
    floor, pairs = endpoint.exact.floor.general, plural(endpoint.exact.n, "pair", "pairs")
    if isinstance(floor, Missing):
        return f"What {pairs} can't show"
    name = "p" if endpoint.sides == "two" else "one-sided p"
    reached = f"{alpha:g} is out of reach" if floor > alpha else f"{alpha:g} is within reach"
    return f"No exact {name} of {pairs} can fall below {probability(floor)}: {reached}"


def _zeros(endpoint: PairedEndpoint) -> str:
    floor, zeros = endpoint.exact.floor.given_zeros, endpoint.exact.n - endpoint.exact.n_nonzero
    if isinstance(floor, Missing) or not zeros:
        return ""
    return f"With {plural(zeros, 'zero difference', 'zero differences')} seen, not below {probability(floor)}."


def _coin(trial: Trial) -> str:
    """How far exact tests can be trusted, where that depends on what the text does not tell."""
    unit = trial.spec.design.allocation_unit
    return "" if unit == "participant" else f"{first_clause(ALLOCATION_NOTES[unit])}."


def _denominators(of: Told) -> str:
    """A printed number of people that holds for all of them and not for those who are analysed."""
    for row in of.overview.participants:
        everybody, analysed = row.all_participants, row.analysed
        if everybody.agrees and analysed.agrees is False and known(analysed.recomputed):
            printed = amount(everybody.printed, everybody.unit)
            return (
                f"Two denominators: “{everybody.label} {printed}” counts all who enrolled; of those analysed "
                f"it is {number(analysed.recomputed)}."
            )
    return ""


def _harms(events: Events) -> str:
    if not events.limits:
        return ""
    n, upper = events.limits[-1]
    return (
        f"No adverse event in {people(n)} is compatible with up to {percent(round(upper, 2))} having one "
        f"(one-sided {percent(events.level)} limit)."
    )


def _untold(trial: Trial) -> str:
    lacking = trial.spec.design.not_in_the_text
    if not lacking:
        return ""
    more = len(lacking) - MOST_NAMED
    named = [*lacking[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    return f"Not in the text: {listed(named)}."


# ---- the next trial


def following(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> tuple[Slide, ...]:
    """What the next trial would need, from which design, and how unsure that is.

    Raises
    ------
    Refusal
        Naming what can't be planned.
    """
    of = told(trial, assumptions, entry)
    planned = next_trial(trial, of.assumptions)
    inputs, design = plan_of(trial, of.assumptions), DESIGNS[of.assumptions.design]
    chosen = answered(design, inputs, trial)
    notes = (
        planned.sentence,
        f"Power with n = {planned.plan.n}: {_power(of, planned.plan, chosen).value}.",
        *(f"{source[:1].upper()}{source[1:]}." for source in inputs.sources),
        _left_open_note(of, planned.plan),
        of.overview.seen,
        of.source,
    )
    return (
        Slide(
            entry.kind,
            entry.kind,
            _next_title(planned, chosen),
            (),
            (_need(planned, chosen), _power(of, planned.plan, chosen), _left_open(of, planned.plan)),
            Picture("sample-size", "power", "", (*of.state, ("curve", "n"), ("keep", NOBODY))),
            tuple(text for text in notes if text),
            movable(NEXT_CONTROLS, entry),
            "sample-size",
        ),
    )


def _next_title(planned: NextTrial, chosen: DesignAnswer) -> str:
    plan, target = planned.plan, percent(planned.plan.target)
    if isinstance(planned.participants, Missing) or isinstance(planned.enrolled, Missing):
        return f"No number of participants gives {target} power"
    effect = f"{effect_words(chosen.effect, chosen.unit)} in {planned.outcome}"
    if plan.dropout:
        return f"To find {effect}, enrol {people(planned.enrolled)}: {percent(plan.dropout)} may be lost"
    return f"To find {effect}, the next trial takes {people(planned.participants)}"


def _need(planned: NextTrial, chosen: DesignAnswer) -> SlideFact:
    label = f"n for {percent(planned.plan.target)} power"
    if isinstance(chosen.needed, Missing):
        return SlideFact(label, "none", chosen.needed.reason)
    return SlideFact(label, str(chosen.needed), f"{chosen.n_counts}; {inside(planned.design)}")


def _power(of: Told, plan: Plan, chosen: DesignAnswer) -> SlideFact:
    """The power at the planned n; none from what this trial itself saw, which would only repeat its p."""
    label, inputs = f"Power with n = {plan.n}", of.assumptions
    if inputs.effect_from == "pilot" and inputs.sd_from == "pilot":
        return SlideFact(label, "not given", "from this trial's own estimates it would only repeat their p")
    if isinstance(chosen.power_at_n, Missing):
        return SlideFact(label, "not given", chosen.power_at_n.reason)
    spread = f", SD per {of.trial.spec.unit.singular} {number(plan.sd)}" if _normal(of) else ""
    effect = effect_words(chosen.effect, chosen.unit)
    return SlideFact(label, chance_words(chosen.power_at_n), f"if the effect is {effect}{spread}")


def _normal(of: Told) -> bool:
    return DESIGNS[of.assumptions.design].model == "normal"


def _left_open(of: Told, plan: Plan) -> SlideFact:
    """How far n could be off, were the SD anywhere within what this trial leaves open."""
    label, found = "n as far as this trial tells", _spread(of, plan)
    if isinstance(found, Missing):
        return SlideFact(label, "not told", found.reason)
    low, high = ("out of reach" if isinstance(n, Missing) else str(n) for n in (found.needed_low, found.needed_high))
    seen = plural(pilot_of(of.trial).n, "pair", "pairs")
    return SlideFact(label, f"{low} to {high}", f"{percent(found.level)} limits of the SD of {seen}; paired t test")


def _left_open_note(of: Told, plan: Plan) -> str:
    found = _spread(of, plan)
    if isinstance(found, Missing):
        return ""
    return (
        f"SD of the differences seen: {number(found.seen)} ({both_counts(of.trial, pilot_of(of.trial).n)}); "
        f"{percent(found.level)} limits {number(found.low)} to {number(found.high)}, which take differences for normal."
    )


def _spread(of: Told, plan: Plan) -> SpreadLeft | Missing:
    if not _normal(of):
        return Missing("limits of an SD say nothing of this design's inputs")
    return spread_left(pilot_of(of.trial), plan, of.assumptions.sd_level)
