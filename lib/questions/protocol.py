"""The sample-size paragraph of a protocol: endpoint, n, power, test, inputs, losses, method, references; to paste."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from lib import __version__
from lib.assumptions import planning_outcome
from lib.design.design import Design
from lib.design.group_sequential import Kind, boundaries
from lib.design.ordinal_model import discordant
from lib.design.plan import Plan
from lib.design.sequential_t import looks_at
from lib.questions.design_answer import (
    Chance,
    DesignAnswer,
    Need,
    effect_words,
    favoured_words,
    growth_words,
    limits_words,
    opposed_words,
)
from lib.questions.pilot import measured, pilot_of
from lib.questions.plan_inputs import PlanInputs
from lib.questions.practice import Implied
from lib.questions.wording import ceiling, number, people, percent, power_words
from lib.trial.model import Trial
from lib.values import Missing, known


def paragraph(design: Design, inputs: PlanInputs, chosen: DesignAnswer, wanted: Implied | Missing, trial: Trial) -> str:
    """Sentences in the order in which a protocol has them; what has no answer is said, not left out."""
    plan = inputs.plan
    parts = (
        _outcome(design, trial),
        _size(design, inputs, chosen, trial),
        favoured_words(chosen),
        opposed_words(chosen),
        f"Assumed are: {chosen.inputs.replace(' per unit', f' per {trial.spec.unit.singular}')}.",
        *(told for told in (f"Taken from the pilot: {'; '.join(inputs.sources)}." if inputs.sources else "",)),
        _carried(inputs, chosen, trial),
        _rule(design, plan, chosen),
        _normality(design, trial),
        _enrol(design, plan, chosen, wanted),
        _direction(design, plan, trial),
        _level(design, chosen),
        _method(design, plan, chosen),
        f"Pilotlight {__version__}, scipy {version('scipy')}, numpy {version('numpy')}. "
        f"References: {'; '.join(design.references)}.",
    )
    return " ".join(part for part in parts if part)


def _outcome(design: Design, trial: Trial) -> str:
    """What is compared; a response has no definition in a plan, which only has how many respond."""
    start, end = trial.baseline.label.lower(), trial.final.label.lower()
    if design.model == "response":
        unit = trial.spec.unit.singular
        return (
            f"The outcome is whether a {unit} responds, by its {measured(trial)} from {start} to {end}. From which "
            "improvement on is a response is not part of this plan and is to be defined before the trial."
        )
    if "rho_baseline" in design.reads:
        return f"The outcome is {measured(trial)} at {end}, adjusted for {start}; it is not the change."
    return f"The outcome is {pilot_of(trial).label}, from {start} to {end}."


def _size(design: Design, inputs: PlanInputs, chosen: DesignAnswer, trial: Trial) -> str:
    """How many, with which power, for which effect, by which test."""
    effect = f"a {design.outcome_model.effect_label} of {effect_words(chosen.effect, chosen.unit)}"
    if isinstance(chosen.need, Missing) or isinstance(chosen.needed, Missing):
        return (
            f"No n reaches {percent(inputs.plan.target)} power to detect {effect} with {_article(design.test)}: "
            f"{chosen.need.reason if isinstance(chosen.need, Missing) else ''}."
        )
    each = _each(design, inputs.plan, trial)
    return (
        f"With {chosen.needed} {chosen.n_counts}{each}, {_article(design.test)} has a power of "
        f"{_told(chosen.need.power, inputs.plan)} to detect {effect} ({percent(inputs.plan.target)} wanted)"
        f"{_within_error(chosen.needed, chosen.need)}."
    )


def _each(design: Design, plan: Plan, trial: Trial) -> str:
    """What one participant contributes."""
    treated, control = design.units(plan)
    unit, units = trial.spec.unit.singular, trial.spec.unit.plural
    if not design.within:
        return f", each contributing one {unit}"
    if "scores" in design.reads:
        return f", each contributing one {unit} for each dose ({treated + control} {units})"
    counts = (f"{count} {units if count > 1 else unit}" for count in (treated, control))
    return ", each contributing {} treated and {} as control".format(*counts)


def _within_error(needed: int, need: Need) -> str:
    if need.low == need.high:
        stays = need.stays_until
        return f"; power stays there at every n looked at, up to {stays}" if stays > needed else ""
    return f"; as far as the simulation tells, the target is reached between n = {need.low} and {need.high}"


def _article(test: str) -> str:
    """The test with its article, and without where it carries a name."""
    text = test if test.split(" ")[0].rstrip("'s’") in _NAMES else test[:1].lower() + test[1:]
    named = text.split(" ")[0].endswith(("'s", "’s"))
    return text if named else f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


_NAMES = ("Fisher", "Boschloo", "Hotelling", "Wilcoxon", "McNemar")


def _carried(inputs: PlanInputs, chosen: DesignAnswer, trial: Trial) -> str:
    if not inputs.carry:
        return ""
    left, unit = effect_words(chosen.contrast, chosen.unit), trial.spec.unit.singular
    return (
        f"{percent(inputs.carry)} of the effect are assumed to reach the control {unit} of the same person, so that "
        f"{left} of it can be seen."
    )


# ---- rules that a design has of its own


def _rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    for field, words in _RULES.items():
        if field in design.reads:
            return words(design, plan, chosen)
    return ""


def _looks_rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    """When the data are tested, and at which nominal level."""
    n = plan.n if isinstance(chosen.needed, Missing) else chosen.needed
    kind: Kind = "pocock" if design.key.endswith("pocock") else "obrien-fleming"
    nominal = boundaries(kind, plan.looks, plan.alpha, plan.sides).nominal
    at = looks_at(n, plan.looks)
    looks = "; ".join(f"{pairs} pairs, p ≤ {level:.4f}" for pairs, level in zip(at, nominal, strict=True))
    need = chosen.need
    mean = "" if isinstance(need, Missing) or isinstance(need.expected, Missing) else number(need.expected)
    return (
        f"The data are tested after {looks}, p being that of a t test of all pairs so far; there is no futility rule."
        + (f" If the effect is as assumed, the trial ends with {mean} pairs on average." if mean else "")
    )


def _replan_rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    """How n is chosen anew, and what it may become."""
    blinded = design.key.endswith("-blinded")
    by = (
        "Σd²/n of the differences, without knowing the arms"
        if blinded
        else "the SD of the differences about their mean; both stages are combined by the inverse normal method with "
        "weights √(n₁/n) and √(1 − n₁/n) fixed in advance"
    )
    grown = f" It becomes {growth_words(chosen.need)}." if isinstance(chosen.need, Need) else ""
    return (
        f"After {percent(plan.interim)} of the pairs n is chosen anew for a difference of {plan.replan_for:.4g} and "
        f"{percent(plan.target)} power, from {by}; it never falls below the n planned nor rises above {plan.growth:g} "
        f"times it.{grown}"
    )


def _discordant_rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    """What the latent correlation makes of the pairs."""
    if not design.within:
        return ""
    better, worse = discordant(plan.responds_treated, plan.responds_control, plan.rho)
    return (
        f"Of the participants {100 * better:.1f} % respond under treatment alone and {100 * worse:.1f} % under control "
        "alone."
    )


def _doses_rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    return "The effect is the difference between the highest dose and none, and rises in proportion to the scores."


def _baseline_rule(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    left = plan.sd * (1 - plan.rho_baseline**2) ** 0.5
    return (
        "SD and correlation are those of final values, the correlation being that with the baseline in each arm; given "
        f"the baseline an SD of {left:.4g} is left."
    )


_RULES: dict[str, Callable[[Design, Plan, DesignAnswer], str]] = {
    "looks": _looks_rule,
    "interim": _replan_rule,
    "responds_treated": _discordant_rule,
    "scores": _doses_rule,
    "rho_baseline": _baseline_rule,
}


def _normality(design: Design, trial: Trial) -> str:
    """What the power takes for granted of a normal outcome, and that whole scores are none."""
    if design.model != "normal":
        return ""
    what = "Differences within a person" if design.within else "Changes in each arm"
    if "rho_baseline" in design.reads:
        what = "Final values, given the baseline,"
    alike = "" if design.within else ", with one SD in both arms"
    ordinal = planning_outcome(trial).kind == "ordinal"
    return f"{what} are taken for normal{alike}{', although scores are whole numbers' if ordinal else ''}."


# ---- losses, level, method


def _enrol(design: Design, plan: Plan, chosen: DesignAnswer, wanted: Implied | Missing) -> str:
    if isinstance(wanted, Missing):
        return ""
    most = " at most" if chosen.grows or "looks" in design.reads else ""
    analysed = f"{people(wanted.analysed)} are to be analysed{most}"
    if not plan.dropout:
        return f"{analysed}."
    return (
        f"{analysed}; as {percent(plan.dropout)} may be lost, {wanted.enrolled} will be enrolled{most} (enough of them "
        f"stay with a probability of {power_words(wanted.enough)})."
    )


_ALIKE = {
    "normal": "",
    "categories": " if both arms improve as the control is assumed to",
    "response": " if both arms respond as the control is assumed to",
}


def _direction(design: Design, plan: Plan, trial: Trial) -> str:
    """What a one-sided test can find."""
    if plan.sides != 1 or "sides" not in design.reads:
        return ""
    better = f" ({planning_outcome(trial).better} values are better)" if design.model == "normal" else ""
    return f"The test is one-sided: only a difference in favour of {trial.treatment.label} can be found{better}."


def _level(design: Design, chosen: DesignAnswer) -> str:
    """The type I error, exact or with its interval; at the n needed where there is one."""
    need = chosen.need
    size, most = (chosen.size, chosen.size_most) if isinstance(need, Missing) else (need.size, need.size_most)
    if isinstance(size, Missing):
        return ""
    value = f"{number(100 * size.value)} %"
    if size.trials:
        value = f"{value} (simulated: 95 % interval {limits_words(size)}, {size.trials:,} trials)"
    at_most = f", and at most {ceiling(100 * most)} % {_whatever(design)}" if known(most) else ""
    return f"The type I error is {value}{_ALIKE[design.model]}{at_most}."


def _whatever(design: Design) -> str:
    """Over what the largest type I error is one."""
    alike = "whatever share responds"
    return f"{alike} and however the units of a person correlate" if design.within else alike


def _told(chance: Chance | Missing, plan: Plan) -> str:
    """The power at the n needed; the target alone where it would only repeat the pilot's p."""
    if isinstance(chance, Missing):
        return f"at least {percent(plan.target)}"
    words = power_words(chance.value)
    return f"{words} (95 % Monte Carlo interval {limits_words(chance)})" if chance.trials else words


def _method(design: Design, plan: Plan, chosen: DesignAnswer) -> str:
    power = chosen.need.power if isinstance(chosen.need, Need) else chosen.power_at_n
    if isinstance(power, Missing):
        return ""
    if not power.trials:
        return "Power was computed exactly."
    if design.method == "mixed" and design.model == "categories":
        return f"Power was computed exactly in each of {power.trials:,} sampled sets of ties (seed {plan.seed})."
    return f"Power was estimated from {power.trials:,} simulated trials (seed {plan.seed})."
