"""The Methods of a manuscript: from design and analysis set to tests, origin of the analyses and software."""

from __future__ import annotations

from importlib.metadata import version
from urllib.parse import urlencode

from lib import __version__
from lib.analysis.change import CHANGES
from lib.analysis.loss import LOSSES
from lib.assumptions import differences, write
from lib.assumptions.stamp import HASH_LENGTH
from lib.questions.area_set import SETTINGS
from lib.questions.changes import change_words, zero_words
from lib.questions.checklist_items import CHECKLISTS
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoints import IMPUTED
from lib.questions.manuscript.filled import filled_words
from lib.questions.manuscript.material import (
    LEFT_OUT_HERE,
    PATHS,
    Material,
    analysed_words,
    arm_name,
    cite,
    paragraph,
    quoted,
    rated_by,
)
from lib.questions.manuscript.sources import (
    ESTIMAND_SOURCE,
    MULTIVERSE_SOURCES,
    SOFTWARE_SOURCES,
)
from lib.questions.manuscript.terms import FORMULAS, VALIDITY
from lib.questions.manuscript.tests import harms_words, tests_words
from lib.questions.multiverse_result import MultiverseResult
from lib.questions.pairs import LEFT_OUT
from lib.questions.registry import QUESTIONS
from lib.questions.wording import inside, listed, participants, plural
from lib.trial.model import Arm, Outcome, Trial
from lib.values import Missing, known

CONCERNED = {"areas", *(key for path in PATHS for key in QUESTIONS[path].controls)} - {"n"}
"""The assumptions that the text rests on; n belongs to the next trial, of which it says nothing."""

MOST_NAMED = 12
"""More participants than these are counted and not named."""


def method_paragraphs(m: Material) -> tuple[str, ...]:
    """In the order of CONSORT, references still as marks."""
    told = (
        _design(m.trial),
        _analysis_set(m),
        _outcome(m),
        _estimand(m),
        tests_words(m),
        harms_words(m),
        _origin(m),
        _sensitivity(m),
        _software(m),
    )
    return tuple(text for text in told if text)


# ---- design


def _design(trial: Trial) -> str:
    design, unit = trial.spec.design, trial.spec.unit.singular
    treated, control = (_given(arm) for arm in trial.arms)
    visits = listed([visit.label.lower() for visit in trial.spec.visits])
    return paragraph(
        "Design",
        f"The individual data published with {trial.spec.short_title}{cite(_source(trial))}, a within-person trial, "
        "were analysed anew.",
        f"Design as reported: {inside(design.description).rstrip('.')}.",
        f"Of each participant one {unit} was allocated to {treated}, and another to {control}.",
        f"Visits: {visits}.",
        f"Allocation as reported: {design.allocation.rstrip('.') or 'no method is told'}. "
        f"{VALIDITY[design.allocation_unit]}",
        f"Blinding as reported: {design.blinding.rstrip('.') or 'nothing is told'}.",
        _guidelines(),
    )


def _source(trial: Trial) -> str:
    found = trial.spec.citation
    parts = (found.authors, found.title, found.place, f"doi:{found.doi}" if found.doi else "")
    return ". ".join(part.rstrip(".") for part in parts if part)


def _given(arm: Arm) -> str:
    return f"{arm_name(arm)} ({arm.detail})" if arm.detail else arm_name(arm)


def _guidelines() -> str:
    told = listed([f"{inside(one.label)}{cite(one.reference)}" for one in CHECKLISTS.values()])
    return f"The text is arranged after these guidelines: {told}."


# ---- analysis set


def _analysis_set(m: Material) -> str:
    population = m.trial.spec.design.population.rstrip(".")
    eligible = f"Eligible as reported: {inside(population)}." if population else "The criteria for entry are not given."
    if isinstance(m.chosen, Missing):
        return paragraph("Participants and analysis set", eligible, f"There is no analysis set: {m.chosen.reason}.")
    handling = m.chosen.estimand.handling.replace(LEFT_OUT, LEFT_OUT_HERE).replace("that you type", "typed in")
    return paragraph(
        "Participants and analysis set",
        eligible,
        f"The analysis set of the chosen endpoint, “{m.chosen.label}”, is {_set_words(m.chosen, m.trial)}.",
        _losses(m),
        f"Loss and other events: {handling}.",
    )


def _set_words(chosen: PairedEndpoint, trial: Trial) -> str:
    who = [pair.participant for pair in chosen.pairs if pair.analysed]
    if not who:
        return "empty"
    named = f": {participants(who)}" if len(who) <= MOST_NAMED else ""
    return f"{analysed_words(chosen, trial)}{named}"


def _losses(m: Material) -> str:
    """The rule for units that were lost, by name; what it does stands with the events that follow."""
    if not m.trial.lost_units:
        return f"No {m.trial.spec.unit.singular} was lost after allocation."
    rule = LOSSES[m.assumptions.loss]
    return f"The rule for changes that were never seen is “{inside(rule.label)}”{cite(*rule.reference.split('; '))}."


# ---- outcome and estimand


def _outcome(m: Material) -> str:
    trial, outcome = m.trial, m.trial.outcomes[m.measure.outcome]
    by = f", assessed by {rated_by(trial, outcome.key, m.measure.rater)}," if m.measure.rater else ""
    return paragraph(
        "Outcome",
        f"{outcome.long_label or outcome.label} ({_scale(outcome)}){by} was compared as {_change(m)}, from "
        f"{trial.baseline.label.lower()} to {trial.final.label.lower()}.",
        _direction(m),
        _rounding(m),
        _caution(m),
        filled_words(m),
    )


def _scale(outcome: Outcome) -> str:
    """The unit, both ends of the scale where it has them, and the better direction."""
    names = {level.score: f", {level.category.lower()}," for level in outcome.levels}
    low, high = outcome.low, outcome.high
    better = f"{outcome.better} is better"
    if low is None or high is None:
        return f"in {outcome.unit}; {better}"
    ends = [f"{end:f}{names.get(int(end), '')}" for end in (low, high)]
    return f"in {outcome.unit} from {ends[0]} to {ends[1].rstrip(',')}; {better}"


def _change(m: Material) -> str:
    """The change with its formula or threshold, and its source."""
    change = CHANGES[m.measure.change]
    source = cite(change.reference)
    if change.yes_no:
        return f"response ({change_words(m.trial, m.measure)}; yes counts 100 %, no 0 %){source}"
    zeros = f"; {told}" if (told := zero_words(m.trial, m.measure)) else ""
    formula = f": {FORMULAS[change.key]}" if change.key in FORMULAS else ""
    return f"change ({inside(change.label)}{formula}{zeros}){source}"


def _direction(m: Material) -> str:
    if isinstance(m.chosen, Missing):
        return ""
    short = " (pp)" if m.chosen.unit == "percentage points" else ""
    sign = "Negative" if m.chosen.better == "lower" else "Positive"
    return (
        f"Differences are {arm_name(m.trial.treatment)} minus {arm_name(m.trial.control)}, in {m.chosen.unit}{short}. "
        f"{sign} ones favour {arm_name(m.trial.treatment)}."
    )


def _rounding(m: Material) -> str:
    """Which of two published numbers counts, where a percentage is printed beside the values."""
    rows = (row for row in m.trial.measurements if row.outcome == m.measure.outcome)
    if not CHANGES[m.measure.change].relative or not any(row.scale == "percent_change" for row in rows):
        return ""
    if m.measure.rounding == "printed":
        return "Printed percentages were used as they stand, rounded, also where measured values are printed."
    return "Where values are printed, the percentage was computed from them; elsewhere it was used as printed, rounded."


def _caution(m: Material) -> str:
    """What to take care of with this change, its author and year as a numbered source."""
    if isinstance(m.chosen, Missing):
        return ""
    change = CHANGES[m.measure.change]
    assumed = IMPUTED if any(pair.assumed and pair.analysed for pair in m.chosen.pairs) else ""
    told = change.caution(m.measure.scale).replace(f" ({change.reference.split(',')[0]})", cite(change.reference))
    return f"{told} {assumed}".strip()


def _estimand(m: Material) -> str:
    if isinstance(m.chosen, Missing):
        return ""
    treated, control = (arm_name(arm) for arm in m.trial.arms)
    outcome = m.trial.outcomes[m.measure.outcome]
    return paragraph(
        "Estimand",
        f"By the attributes of ICH E9(R1){cite(ESTIMAND_SOURCE)}: the population is that of the eligible, estimated "
        f"from {analysed_words(m.chosen, m.trial)}; the contrast is {treated} minus {control}, on one "
        f"{m.trial.spec.unit.singular} each of the same person; the variable is {inside(outcome.label)}, compared as "
        "stated under Outcome; intercurrent events are handled as stated under Participants and analysis set; the "
        f"summary is the {m.chosen.estimand.summary}.",
    )


# ---- whose analyses, sensitivity, software


def _origin(m: Material) -> str:
    """Which endpoints are the report's, which ours, and what differs from its analysis."""
    if isinstance(m.endpoints, Missing):
        return ""
    by_origin: dict[str, list[str]] = {}
    for endpoint in m.endpoints.endpoints:
        by_origin.setdefault(endpoint.analysis, []).append(endpoint.label)
    paper, reported, ours = (by_origin.get(key, []) for key in ("paper", "reported", "ours"))
    concerned = CONCERNED | set(SETTINGS if m.assumptions.areas == "reconstructed" else ())
    changed = "; ".join(str(one) for one in differences(m.assumptions, m.trial) if one.key in concerned)
    return paragraph(
        "Origin of the analyses",
        f"The report announces, and this analysis recomputes, {quoted(paper)}." if paper else "",
        "" if paper else "Under these assumptions no analysis of an endpoint is the report's own.",
        f"Reported without a test: {quoted(reported)}." if reported else "",
        f"Post hoc: {quoted(ours)}." if ours else "",
        "Exact tests, intervals, the Bayesian reading and every sensitivity analysis are post hoc as well.",
        f"Assumptions that differ from the defaults: {changed}." if changed else "",
    )


def _sensitivity(m: Material) -> str:
    if isinstance(m.robustness, Missing):
        return paragraph("Sensitivity analyses", f"There are none: {m.robustness.reason}.")
    every, lost = m.robustness.multiverse, known(m.robustness.lost)
    repeated = [
        *(["with each participant left out in turn"] if len(m.robustness.influence.without) > 1 else []),
        *(["under every rule for changes that were never seen"] if lost else []),
    ]
    return paragraph(
        "Sensitivity analyses",
        f"A multiverse of analyses was not possible ({every.reason})."
        if isinstance(every, Missing)
        else _multiverse(every),
        f"The chosen test was repeated {listed(repeated)}." if repeated else "",
    )


def _multiverse(every: MultiverseResult) -> str:
    many = plural(len(every.specifications), "specification", "specifications")
    return (
        f"A multiverse{cite(*MULTIVERSE_SOURCES)} holds {many}: every combination of the options for what is "
        "measured and by whom, how change is expressed, who is in, and what stands for whoever was lost. Each gives "
        f"the mean difference over the SD of differences; the same {every.flips:,} labellings within participants, "
        "applied to all specifications at once, give an exact joint p of their median and of the share that favours "
        "the treatment."
    )


def _software(m: Material) -> str:
    packages = " and ".join(f"{name} {version(name)}{cite(source)}" for name, source in SOFTWARE_SOURCES.items())
    link = urlencode(write(m.assumptions, m.trial))
    return paragraph(
        "Software and data",
        f"Computed by Pilotlight {__version__} with {packages}, from the data with SHA-256 "
        f"{m.trial.sha256[:HASH_LENGTH]}….",
        f"The link query “?{link}” restores every assumption.",
    )
