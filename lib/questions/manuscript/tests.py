"""The statistical methods of a manuscript: test and interval, attainable p, several endpoints, prior, harms."""

from __future__ import annotations

from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.priors import PRIORS
from lib.analysis.registry import TESTS
from lib.questions.belief import prior_words
from lib.questions.endpoints import EXACT_TEST
from lib.questions.family import Family
from lib.questions.inference_result import InferenceResult
from lib.questions.levels import level_of
from lib.questions.manuscript.material import Material, arm_name, cite, paragraph, quoted, sentence
from lib.questions.manuscript.sources import PROPORTION_SOURCE, ZERO_EVENTS_SOURCE
from lib.questions.manuscript.terms import TEST_WORDS, TestWords
from lib.questions.wording import inside, number, percent, plural
from lib.values import Missing


def tests_words(m: Material) -> str:
    """The chosen test with its interval, the exact one beside it, adjustment and prior."""
    if isinstance(m.endpoints, Missing):
        return paragraph("Statistical methods", f"No endpoint was tested: {m.endpoints.reason}.")
    if m.endpoints.selected.test.n == 0:
        return paragraph("Statistical methods", "No test was run: nobody in the analysis has a pair.")
    test = TESTS[m.assumptions.test]
    words = TEST_WORDS.get(test.key)
    return paragraph(
        "Statistical methods",
        f"Within-person differences were tested by the {inside(test.label)}{cite(test.reference)}, {_sides(m)}, at "
        f"α = {number(m.assumptions.alpha)}.",
        *(_test_words(m, words) if words else ()),
        _floor(m),
        _several(m.endpoints.family),
        _prior(m, m.endpoints),
        "The p-values of a pilot are descriptive: no hypothesis was to be accepted or rejected.",
    )


def _sides(m: Material) -> str:
    return "two-sided" if m.assumptions.sides == "two" else f"one-sided in favour of {arm_name(m.trial.treatment)}"


def _test_words(m: Material, words: TestWords) -> tuple[str, ...]:
    level = percent(level_of(m.assumptions.alpha))
    name = f"The {level} confidence interval" if m.assumptions.sides == "two" else f"The one-sided {level} bound"
    return (
        f"{words.statistic}{cite(*words.sources)}; {words.zeros}.",
        f"{name} {words.interval}.",
    )


def _floor(m: Material) -> str:
    """The exact test beside the chosen one, and how small its p can be at all."""
    smallest = "2/2ⁿ" if m.assumptions.sides == "two" else "1/2ⁿ"
    attainable = f"n pairs can give no p below {smallest}; where differences are zero, n counts only the others"
    if m.assumptions.test == EXACT_TEST:
        return f"As the test is exact, {attainable}."
    exact = TESTS[EXACT_TEST]
    return f"The p of the {inside(exact.label)}{cite(exact.reference)} stands beside it: {attainable}."


def _several(found: Family) -> str:
    """How the p-values of several endpoints are adjusted, and which of them are counted."""
    if not found.members:
        return "The report names no primary endpoint, so that no family was adjusted for."
    rule, names = ADJUSTMENTS[found.adjust], quoted([member.label for member in found.members])
    if len(found.members) == 1:
        return f"The report names one primary endpoint, {names}, so that there is no family to adjust for."
    many = plural(len(found.members), "primary endpoint", "primary endpoints")
    if all(isinstance(member.p, Missing) for member in found.members):
        return f"The chosen test gives none of the {many} ({names}) a p, so that there is nothing to adjust for."
    if found.adjust == "none":
        return f"The p-values of the {many} ({names}) are not adjusted for being several."
    silent = [member.label for member in found.members if isinstance(member.p, Missing)]
    kept = "counts with p = 1" if found.untestable == "as-one" else "is left out of the count"
    without = f"; what has no p ({quoted(silent)}) {kept}" if silent else ""
    return (
        f"The p-values of the {many} ({names}) are adjusted by {rule.label}{cite(rule.reference)} as a family of "
        f"{plural(found.m, 'test', 'tests')}{without}."
    )


def _prior(m: Material, found: InferenceResult) -> str:
    if isinstance(found.belief, Missing):
        return f"No Bayesian reading is given ({found.belief.reason})."
    rule = PRIORS[m.assumptions.prior]
    return (
        f"A Bayesian reading takes the differences for normal{cite(rule.reference)} under a prior labelled "
        f"“{inside(rule.label)}”. {sentence(prior_words(found.belief))}"
    )


def harms_words(m: Material) -> str:
    """How adverse events are counted, where the trial has such an outcome."""
    if not any(outcome.kind == "events" for outcome in m.trial.spec.outcomes):
        return ""
    level = percent(level_of(m.assumptions.alpha))
    return paragraph(
        "Harms",
        f"Adverse events are counted in participants, since {m.trial.spec.unit.plural} of one person are not "
        f"independent; where none occurred, the exact one-sided {level} limit is given{cite(ZERO_EVENTS_SOURCE)}, and "
        f"otherwise the exact {level} interval{cite(PROPORTION_SOURCE)}.",
    )
