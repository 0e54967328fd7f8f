"""One design under one plan: power, true α, n, detectable effect, and what is significant by mistake or too large."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from lib.design.carry import detectable_effect
from lib.design.design import Design
from lib.design.direction import MOST, wrong_way
from lib.design.plan import Plan
from lib.design.rejection import NONE_REJECTS, Rejection
from lib.design.solve import looked_on
from lib.errors import Refusal
from lib.questions.plan_inputs import PlanInputs
from lib.questions.wording import amount, below_words, number, people, percent, power_words
from lib.values import Missing, Real, known


@dataclass(frozen=True)
class Chance:
    """A probability, or another mean, with its Monte Carlo limits, which equal it where it is exact.

    `trials` is how many simulated ones it rests on, 0 where exact: of what is significant, those that are.
    """

    value: float
    low: float
    high: float
    trials: int


@dataclass(frozen=True)
class Need:
    """What the power wanted needs, in n as the design counts it.

    Attributes
    ----------
    power : Chance or Missing
        Power at that n.
    size : Chance
        The type I error there.
    size_most : float or Missing
        The largest type I error there over all shares of responders and, within a person, all correlations.
    below : float or Missing
        Power at the n just below, which misses the target; Missing where the design has no such n.
    stays_until : int
        Up to which n power was seen to stay at or above the target; the n itself where it is known to stay.
    low, high : int
        Between which n the target may be reached as far as simulation tells; both the n itself where power is exact.
    expected : float or Missing
        Mean n at the end, under the planned effect, where a trial may end early or grow.
    most : int
        Largest n that the trial may end with.
    participants, enrolled : int
        People in all for `most`, and to enrol for it.
    """

    power: Chance | Missing
    size: Chance
    size_most: Real
    below: Real
    stays_until: int
    low: int
    high: int
    expected: Real
    most: int
    participants: int
    enrolled: int


@dataclass(frozen=True)
class DesignAnswer:
    """One design under a plan.

    Attributes
    ----------
    effect, contrast : float
        Planned effect of the treatment in `unit`, and what of it the comparison sees where some carries across.
    standardised : float or Missing
        The contrast over the SD of what the test compares within a person, or over one unit's where arms are apart.
    power_at_n : Chance or Missing
        Power at the planned n.
    size : Chance or Missing
        Probability of rejecting where the treatment does nothing and both arms are as the control is planned.
    size_most : float or Missing
        The largest such probability over all shares of responders and, within a person, all correlations.
    needed : int or Missing
        Smallest n from which power stays at or above the target, as far as it was looked at.
    need : Need or Missing
        What that n means.
    detectable : float or Missing
        Effect of the treatment found with the target power at the planned n, in `unit`.
    wrong_sign : Chance or Missing
        Type S error: how often what is significant points the wrong way.
    exaggeration : Chance or Missing
        Type M error: how many times the contrast a significant estimate is on average.
    expected_n, expected_null : float or Missing
        Mean n at the end under the planned effect, and under none, where a trial may end early or grow.
    """

    key: str
    label: str
    test: str
    method: str
    n_counts: str
    n: int
    alpha: float
    effect: float
    contrast: float
    unit: str
    standardised: Real
    inputs: str
    power_at_n: Chance | Missing
    size: Chance | Missing
    size_most: Real
    needed: int | Missing
    need: Need | Missing
    detectable: Real
    wrong_sign: Chance | Missing
    exaggeration: Chance | Missing
    expected_n: Real
    expected_null: Real

    @property
    def participants(self) -> int | Missing:
        """People in all for the n needed, at most."""
        return self.need if isinstance(self.need, Missing) else self.need.participants

    @property
    def grows(self) -> bool:
        """Whether a trial planned with the n needed may end with more."""
        return isinstance(self.need, Need) and known(self.needed) and self.need.most > self.needed

    @property
    def enrolled(self) -> int | Missing:
        """People to enrol for it."""
        return self.need if isinstance(self.need, Missing) else self.need.enrolled


@lru_cache(maxsize=512)
def design_answer(design: Design, inputs: PlanInputs, unit: str) -> DesignAnswer:
    """Every number of a design under a plan; what has no answer says why."""
    plan, model = inputs.plan, design.outcome_model
    needed, end, null = design.needed(plan), _ending(design, plan), _null(design, inputs.truth)
    contrast = model.effect_of(plan)
    return DesignAnswer(
        key=design.key,
        label=design.label,
        test=design.test,
        method=design.method,
        n_counts=design.n_counts,
        n=plan.n,
        alpha=plan.alpha,
        effect=model.effect_of(inputs.truth),
        contrast=contrast,
        unit=unit,
        standardised=_standardised(design, plan),
        inputs=design.inputs(inputs.truth, inputs.of_differences),
        power_at_n=_chance(end),
        size=_chance(null),
        size_most=_size_most(design, inputs.truth),
        needed=needed,
        need=needed if isinstance(needed, Missing) else _need(design, inputs, needed),
        detectable=detectable_effect(design, inputs.truth, inputs.carry),
        wrong_sign=_wrong_sign(end, contrast, plan.sides),
        exaggeration=_exaggeration(end, contrast),
        expected_n=end if isinstance(end, Missing) else end.expected_n,
        expected_null=null if isinstance(null, Missing) else null.expected_n,
    )


# ---- n


def _need(design: Design, inputs: PlanInputs, needed: int) -> Need:
    plan, truth = replace(inputs.plan, n=needed), replace(inputs.truth, n=needed)
    end, null = design.rejection(plan), design.type_i_error(truth)
    low, high = (needed, needed) if end.exact else _within_error(design, plan, needed)
    most = design.most(plan, needed)
    return Need(
        _chance_of(end),
        _chance_of(null),
        _size_most(design, truth),
        _below(design, plan, needed),
        needed if design.engine.lasting or not end.exact else looked_on(needed, design.engine.limit),
        low,
        high,
        end.expected_n,
        most,
        design.participants(most),
        design.to_enrol(most, plan.dropout),
    )


def _below(design: Design, plan: Plan, needed: int) -> Real:
    if needed <= design.engine.fewest(plan):
        return Missing(f"{needed} is the fewest that can be planned")
    return design.rejection(replace(plan, n=needed - 1)).power


FARTHEST = 10
"""How many n to either side are looked at for where simulated power may reach the target."""


def _within_error(design: Design, plan: Plan, needed: int) -> tuple[int, int]:
    """The n around the one found whose Monte Carlo interval holds the target."""

    def end(n: int) -> Rejection:
        return design.rejection(replace(plan, n=n))

    low, least = needed, max(design.engine.fewest(plan), needed - FARTHEST)
    while low > least and end(low - 1).high >= plan.target:
        low -= 1
    high, most = needed, min(design.engine.limit, needed + FARTHEST)
    while high < most and end(high).low < plan.target:
        high += 1
    return low, high


# ---- what a trial ends with


def _ending(design: Design, plan: Plan) -> Rejection | Missing:
    try:
        return design.rejection(plan)
    except Refusal as refusal:
        return Missing(str(refusal))


def _null(design: Design, truth: Plan) -> Rejection | Missing:
    """A treatment that does nothing carries nothing across either."""
    try:
        return design.type_i_error(truth)
    except Refusal as refusal:
        return Missing(str(refusal))


def _size_most(design: Design, truth: Plan) -> Real:
    if design.largest_size is None:
        return Missing("it is looked at over shares of responders only")
    try:
        design.type_i_error(truth)  # refuses an n that the design can't have
        return design.largest_size(truth)
    except Refusal as refusal:
        return Missing(str(refusal))


def _chance(end: Rejection | Missing) -> Chance | Missing:
    return end if isinstance(end, Missing) else _chance_of(end)


def _chance_of(end: Rejection) -> Chance:
    return Chance(end.power, end.low, end.high, end.trials)


NO_EFFECT = Missing("without a true effect there is no wrong direction, and nothing to exaggerate")
NO_DIRECTION = Missing("this test finds that doses differ and not which is better: it has no direction to get wrong")


def _wrong_sign(end: Rejection | Missing, effect: float, sides: int) -> Chance | Missing:
    if isinstance(end, Missing):
        return end
    if effect == 0:
        return NO_EFFECT
    if end.power == 0:
        return NONE_REJECTS
    if not end.directed:
        return NO_DIRECTION
    wrong = wrong_way(end, effect)
    if end.significant is None or sides == 1:  # one-sided, all that is significant points towards the treatment
        return Chance(wrong, wrong, wrong, 0)
    low, high = end.significant.against
    if effect < 0:
        low, high = 1 - high, 1 - low
    return Chance(wrong, low, high, end.significant.trials)


def _exaggeration(end: Rejection | Missing, effect: float) -> Chance | Missing:
    if isinstance(end, Missing):
        return end
    if effect == 0:
        return NO_EFFECT
    if isinstance(end.magnitude, Missing):
        return end.magnitude
    sure, factor = end.significant, end.magnitude / abs(effect)
    if sure is None:
        return Chance(factor, factor, factor, 0)
    if isinstance(sure.magnitude, Missing):
        return sure.magnitude
    low, high = sure.magnitude
    return Chance(factor, low / abs(effect), high / abs(effect), sure.trials)


def _standardised(design: Design, plan: Plan) -> Real:
    spread = design.compared_sd(plan)
    return spread if isinstance(spread, Missing) else design.outcome_model.effect_of(plan) / spread


# ---- words


def effect_unit(design: Design, unit: str) -> str:
    """What a design's effect is counted in, as the viewer reads it."""
    if design.model == "response":
        return "pp"
    return "categories" if design.model == "categories" else unit


def effect_words(value: Real, unit: str) -> str:
    """An effect with its unit; differences of shares in percentage points."""
    shown = value if isinstance(value, Missing) or unit != "pp" else 100 * value
    return "1 category" if unit == "categories" and number(shown) == "1" else amount(shown, unit)


def chance_words(chance: Chance | Missing) -> str:
    """A power with its Monte Carlo interval where it has one."""
    if isinstance(chance, Missing):
        return chance.reason
    if not chance.trials:
        return power_words(chance.value)
    return f"{power_words(chance.value)} ({limits_words(chance)})"


def limits_words(chance: Chance) -> str:
    """Monte Carlo limits, never rounded to certainty."""
    low, high = power_words(chance.low), power_words(chance.high)
    return low if low == high else f"{low} to {high}"


def need_words(plan: Plan, chosen: DesignAnswer) -> str:
    """What the target needs, in people, with losses."""
    need = chosen.need
    if isinstance(need, Missing) or isinstance(chosen.needed, Missing):
        return f"no n reaches {percent(plan.target)} power: {need.reason if isinstance(need, Missing) else ''}"
    lost = f", {need.enrolled} enrolled if {percent(plan.dropout)} are lost" if plan.dropout else ""
    least = ", the fewest that can be planned" if chosen.needed == 2 else ""
    grown = f" planned at first, {growth_words(need)}" if need.most > chosen.needed else ""
    return (
        f"{percent(plan.target)} power needs n = {chosen.needed}{grown} ({people(need.participants)} "
        f"analysed{' at most' if grown else ''}{lost}{least}){_error_words(chosen.needed, need)}"
        f"{_near_words(plan, chosen.needed, need)}"
    )


def favoured_words(chosen: DesignAnswer) -> str:
    """That the planned effect is against the treatment, where it is; otherwise nothing."""
    return "The planned effect favours the control." if chosen.effect < 0 else ""


def opposed_words(chosen: DesignAnswer) -> str:
    """That most of the power is to find the opposite of the planned benefit, where it is; otherwise nothing."""
    if isinstance(chosen.wrong_sign, Missing) or chosen.wrong_sign.value <= MOST or chosen.contrast <= 0:
        return ""
    return (
        f"Most of its power is to find harm: at n = {chosen.n}, {power_words(chosen.wrong_sign.value)} of what is "
        "significant is against the treatment, whose mean improvement is planned to be the larger one; this test looks "
        "at which of two improves more, and that is more often the control."
    )


def growth_words(need: Need) -> str:
    """What a trial that may grow ends with."""
    return f"{number(need.expected)} on average and {need.most} at most"


def _error_words(needed: int, need: Need) -> str:
    if need.low == need.high:
        return ""
    return f"; as far as the simulation tells, between {need.low} and {need.high}"


NEAR = 0.01
"""Up to this far below the target a power is told: an n that only just misses it is worth knowing."""


def _near_words(plan: Plan, needed: int, need: Need) -> str:
    """The n just below where it only just misses the target; nothing where a simulation can't tell them apart."""
    if isinstance(need.below, Missing) or need.low < needed or not 0 < plan.target - need.below < NEAR:
        return ""
    return f"; {needed - 1} gives {below_words(need.below, plan.target)}"


def _given(chance: Chance | Missing) -> str:
    return f"not given ({chance.reason})" if isinstance(chance, Missing) else chance_words(chance)


def plan_words(chosen: DesignAnswer) -> str:
    """Design, effect and power at the planned n."""
    seen = ""
    if chosen.contrast != chosen.effect:
        seen = f", of which {effect_words(chosen.contrast, chosen.unit)} reach the comparison,"
    return (
        f"{chosen.label}: with {chosen.n} {chosen.n_counts}, the power to find "
        f"{effect_words(chosen.effect, chosen.unit)}{seen} is {_given(chosen.power_at_n)}."
    )
