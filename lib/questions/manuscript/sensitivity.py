"""The Results of a manuscript that test others: the multiverse, whoever was lost, and harms."""

from __future__ import annotations

from lib.analysis.proportion import exact_proportion
from lib.questions.endpoint_reading import endpoint_reading, short_unit
from lib.questions.endpoint_result import Events
from lib.questions.levels import level_of
from lib.questions.manuscript.material import Material, arm_name, paragraph
from lib.questions.multiverse_result import MultiverseResult, leaning
from lib.questions.tipping import LostResult, lost_reading, turning_words
from lib.questions.wording import inside, listed, measure, people, percent, plural, probability, signed
from lib.trial.model import Trial
from lib.trial.observed import allocated_participants
from lib.values import Missing, known


def sensitivity(m: Material) -> str:
    """How far the analyst's choices, and whoever was lost, move the estimate."""
    if isinstance(m.robustness, Missing):
        return ""
    every, lost = m.robustness.multiverse, m.robustness.lost
    return paragraph(
        "Sensitivity",
        "" if isinstance(every, Missing) else _multiverse(every),
        lost_reading(lost) if isinstance(lost, Missing) else _lost(lost),
    )


def _multiverse(every: MultiverseResult) -> str:
    effects = [spec.effect for spec in every.specifications if known(spec.effect)]
    beyond = len(every.specifications) - len(effects)
    lies = leaning(every.specifications)
    low, high = (signed(end) for end in (min(effects), max(effects))) if effects else ("", "")
    span = f"ran from {low} to {high}" if low != high else f"was {low}" if effects else "had no finite value"
    median = f", with a median of {signed(every.median)}" if known(every.median) else ""
    without = f"; in {beyond} all differences were equal, which no finite value can tell" if beyond else ""
    many = plural(len(every.specifications), "specification", "specifications")
    return (
        f"Over {many} the mean difference over the SD of differences, positive where it favours the treatment, "
        f"{span}{median}{without}. The estimate was on the treatment's side in {lies.treated}, on the control's in "
        f"{lies.control} and zero in {lies.neither}, which is no evidence by itself. {_joint(every)}"
    )


def _joint(every: MultiverseResult) -> str:
    """The joint p of all specifications, with the smallest that their values can give."""
    return (
        f"Over {plural(every.flips, 'labelling', 'labellings')} the joint p of the median was "
        f"{probability(every.median_p)} (none below {probability(every.median_floor)} attainable with these values), "
        f"and that of the share on one side {probability(every.share_p)} (none below {probability(every.share_floor)})."
    )


def _lost(found: LostResult) -> str:
    """The estimate under every rule, and what would turn the mean's sign."""
    if found.observed.n == 0:
        return lost_reading(found)
    unit = short_unit(found.unit)
    told = [
        f"{measure(rule.test.estimate, unit)} ({inside(rule.label)})"
        for rule in found.rules
        if known(rule.test.estimate)
    ]
    if not told:
        return "No rule for the lost gives an estimate."
    return (
        f"Under each rule for whoever was lost the {found.observed.estimate_name} was {listed(told)}.{_turning(found)}"
    )


def _turning(found: LostResult) -> str:
    """What would turn the sign of a mean difference that has one."""
    if isinstance(found.grid, Missing) or found.grid.turns == 0:
        return ""
    return f" {turning_words(found, found.grid).replace(' shown', ' tried')}"


# ---- harms


def harms(m: Material) -> str:
    """Adverse events in participants, with an exact limit; each outcome of events that the trial has."""
    if isinstance(m.endpoints, Missing):
        return ""
    told = [_events(m, endpoint) for endpoint in m.endpoints.endpoints if isinstance(endpoint, Events)]
    return paragraph("Harms", *(told or ["The trial data hold no outcome for harms; none can be reported."]))


def _events(m: Material, endpoint: Events) -> str:
    if isinstance(endpoint.events, Missing) or endpoint.events == 0:
        return endpoint_reading(endpoint)
    had = {row.participant for row in m.trial.events}
    everybody = len(allocated_participants(m.trial))
    counted = plural(int(endpoint.events), "event", "events")
    if not had or not everybody:
        return f"{endpoint.label}: {counted} reported, without telling in how many participants."
    level = level_of(m.assumptions.alpha)
    limits = exact_proportion(len(had), everybody, level)
    low, high = (f"{100 * (limit or 0):.0f}" for limit in (limits.low, limits.high))
    interval = f"exact {percent(level)} CI {low} to {high} % of participants"
    return f"{endpoint.label}: {counted} in {len(had)} of {people(everybody)} ({interval}); {_places(m.trial)}."


def _places(trial: Trial) -> str:
    """How many events belong to a unit of each arm, and how many to a person as a whole."""
    arms = [trial.units_by_key[row.unit].arm if row.unit else None for row in trial.events]
    unit = trial.spec.unit
    told = [f"{arms.count(arm.key)} in {unit.plural} with {arm_name(arm)}" for arm in trial.arms if arms.count(arm.key)]
    return listed([*told, *([f"{arms.count(None)} of the whole person"] if None in arms else [])])
