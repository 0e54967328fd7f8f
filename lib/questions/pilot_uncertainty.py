"""How unsure a pilot of a few leaves a plan: SD and n between limits, assurance, precision, harms, retention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt

from lib.analysis.bayes import Direction as Side
from lib.analysis.bayes import Posterior
from lib.analysis.proportion import exact_proportion, zero_event_upper
from lib.analysis.results import Interval
from lib.assumptions import Assumptions, defaults, planning_outcome
from lib.design.assurance import predictive_success
from lib.design.design import Design
from lib.design.pilot import RULES_OF_THUMB, PerArm, observed_power_refusal, sd_limits, sd_upper, zero_event_n
from lib.design.plan import FloatArray, Plan
from lib.design.precision import LIMIT, DegreesOfFreedom, expected_half_width, half_width_assured, precision_n
from lib.design.progression import Criterion, CriterionSize, Light, criterion_n, light, light_probabilities
from lib.design.registry import DESIGNS
from lib.design.t_designs import PAIRED_T, TDesign
from lib.errors import Refusal
from lib.questions.belief import Belief, beliefs
from lib.questions.changes import measure_of
from lib.questions.pairs import rater_of
from lib.questions.pilot import Pilot, pilot_differences, pilot_of
from lib.questions.plan_inputs import seen_spread
from lib.trial.model import Trial
from lib.trial.observed import allocated_participants, lost_participants
from lib.values import Missing, Real

LEVEL = 0.95
"""Of one-sided limits for harms and two-sided ones for retention."""


# ---- SD


@dataclass(frozen=True)
class SpreadLeft:
    """The SD of the differences seen, its limits, and the n of a paired t test at each; in the outcome's unit.

    `low` and `high` are two-sided limits at `level`, `upper` the one-sided one; `needed` are the n that the plan's
    effect needs at the SD seen, at `upper`, `low` and `high`.
    """

    level: float
    seen: float
    df: int
    low: float
    high: float
    upper: float
    needed_seen: int | Missing
    needed_upper: int | Missing
    needed_low: int | Missing
    needed_high: int | Missing


def spread_left(pilot: Pilot, plan: Plan, level: float) -> SpreadLeft | Missing:
    """What the SD seen leaves open, for the effect of `plan`."""
    if plan.effect == 0:
        return Missing("no difference of means is planned for")
    if isinstance(pilot.sd, Missing):
        return pilot.sd
    low, high = sd_limits(pilot.sd, pilot.df, level)
    upper = sd_upper(pilot.sd, pilot.df, level)
    needed = (_paired_n(plan, sd) for sd in (pilot.sd, upper, low, high))
    return SpreadLeft(level, pilot.sd, pilot.df, low, high, upper, *needed)


def _paired_n(plan: Plan, sd_difference: float) -> int | Missing:
    """What a paired t test needs at this SD of the differences; at ρ = ½ that is the SD per unit."""
    return DESIGNS["paired-t"].needed(replace(plan, sd=sd_difference, rho=0.5))


# ---- assurance

ASSURED_AT = (8, 12, 20, 30, 50)


@dataclass(frozen=True)
class Assured:
    """A trial of `n` pairs: power as if what the pilot saw were the truth, and assurance, which averages over belief.

    Both count success in the pilot's direction of benefit at the planned α and sides. `plug_in` is Missing where the
    pilot's estimate is no benefit.
    """

    n: int
    plug_in: Real
    assurance: float


@dataclass(frozen=True)
class Assurance:
    """The belief after the pilot, and what it means for next trials; `ceiling` is the chance of a benefit at all."""

    prior: str
    after: Posterior
    ceiling: float
    rows: tuple[Assured, ...]


def assurance(trial: Trial, plan: Plan, assumptions: Assumptions) -> Assurance | Missing:
    """Assurance of a paired t test under the chosen prior, beside the power at the pilot's own estimates."""
    pilot = pilot_of(trial)
    found = _belief(trial, assumptions)
    if isinstance(found, Missing):
        return found
    if found.after.df < 1:
        return Missing("assurance takes a belief worth at least one degree of freedom")
    direction: Side = "greater" if found.better == "higher" else "less"
    rows = tuple(
        Assured(
            n,
            _plug_in(pilot, plan, n),
            predictive_success(found.after, n, plan.alpha, plan.sides, direction),
        )
        for n in sorted({*ASSURED_AT, plan.n})
    )
    return Assurance(assumptions.prior, found.after, found.beyond, rows)


@lru_cache(maxsize=64)
def _belief_kept(trial: Trial, assumptions: Assumptions) -> Belief | Missing:
    outcome = planning_outcome(trial)
    plain = replace(defaults(trial), outcome=outcome.key, change="absolute")
    rater = rater_of(trial, outcome.key, plain)
    if rater is None:
        return Missing("nobody's values of this outcome are published")
    measured = measure_of(trial, outcome.key, rater, "absolute", plain)
    found = beliefs(trial, measured, pilot_differences(trial), outcome.better, outcome.unit, assumptions)
    return found[assumptions.prior]


def _belief(trial: Trial, assumptions: Assumptions) -> Belief | Missing:
    """Kept by what it rests on: the prior, not the plan."""
    plain = replace(defaults(trial), outcome=planning_outcome(trial).key, change="absolute", delta=0.0)
    read = ("prior", "prior_mean", "prior_pairs", "prior_sd")
    return _belief_kept(trial, replace(plain, **{name: getattr(assumptions, name) for name in read}))


def _plug_in(pilot: Pilot, plan: Plan, n: int) -> Real:
    """Power in the direction of benefit with the pilot's estimates for truth; never at the pilot's own n."""
    if n == pilot.n:
        return Missing(observed_power_refusal())
    if isinstance(pilot.sd, Missing) or isinstance(pilot.towards, Missing):
        return pilot.sd if isinstance(pilot.sd, Missing) else pilot.towards
    if pilot.towards <= 0:
        return Missing("this trial saw no benefit")
    return PAIRED_T.rejection(replace(plan, effect=pilot.towards, sd=pilot.sd, rho=0.5, n=n)).toward


# ---- precision


@dataclass(frozen=True)
class Precision:
    """How precisely the chosen design estimates: `needed` makes the half-width at most `half_width` with `assured`.

    `expected` and `not_above` are the mean half-width at the planned n, and the one not exceeded with that assurance.
    """

    half_width: float
    level: float
    assured: float
    needed: int | Missing
    expected: float
    not_above: float


def precision(design: Design, plan: Plan, assumptions: Assumptions) -> Precision | Missing:
    """Planned by the width of the interval instead of by power; for estimates whose interval is a t interval."""
    engine = design.engine
    if not isinstance(engine, TDesign):
        return Missing("the width of an interval is planned for t intervals; choose a design with a t test")
    level, wanted, assured = 1 - plan.alpha * (2 if plan.sides == 1 else 1), assumptions.half_width, assumptions.assured
    if not 0 < level < 1:
        return Missing(f"a two-sided interval of level {level:g} does not exist")
    spread = engine.contrast_sd(plan)

    def df(n: FloatArray) -> FloatArray:
        return engine.df(plan, n)

    return Precision(
        wanted,
        level,
        assured,
        _precise(spread, wanted, level, assured, df),
        float(expected_half_width(spread, plan.n, level, df=df)),
        float(half_width_assured(spread, plan.n, level, assured, df=df)),
    )


FIRST_TRIED = 1_000
"""Up to which n the width is looked at first; all of `LIMIT` takes longer than the rest of the page."""


def _precise(spread: float, wanted: float, level: float, assured: float, df: DegreesOfFreedom) -> int | Missing:
    """The smallest n whose interval is narrow enough."""
    for limit in (FIRST_TRIED, LIMIT):
        try:
            return precision_n(spread, wanted, level, assured, df=df, limit=limit)
        except Refusal as refusal:
            reason = str(refusal)
    return Missing(reason)


# ---- harms


@dataclass(frozen=True)
class NoEvents:
    """Upper limit of a risk after no event in `people` participants, and as if their `units` were independent.

    `units` are those of both arms; where each participant has one, `upper_units` is Missing.
    """

    who: str
    people: int
    units: int
    upper: float
    upper_units: Real


@dataclass(frozen=True)
class Harms:
    """What no event says; `needed` participants without an event bound the risk below each of `limits`."""

    level: float
    rows: tuple[NoEvents, ...]
    limits: tuple[float, ...]
    needed: tuple[int, ...]


RISKS = (0.2, 0.1, 0.05, 0.01)


def harms(trial: Trial, design: Design, plan: Plan) -> Harms:
    """Zero-event limits for those who were treated here, and for the next trial."""
    enrolled = len(allocated_participants(trial))
    lost = len(lost_participants(trial))
    apiece = sum(design.units(plan)) if design.within else 1
    groups = (
        ("this trial, all who enrolled", enrolled, len(trial.arms)),
        ("this trial, those who finished", enrolled - lost, len(trial.arms)),
        ("the next trial, treated participants", plan.n, apiece),
    )
    rows = tuple(_no_events(who, people, people * units) for who, people, units in groups if people > 0)
    return Harms(LEVEL, rows, RISKS, tuple(zero_event_n(risk, LEVEL) for risk in RISKS))


def _no_events(who: str, people: int, units: int) -> NoEvents:
    counted = zero_event_upper(units, LEVEL) if units > people else Missing("each participant has one")
    return NoEvents(who, people, units, zero_event_upper(people, LEVEL), counted)


# ---- retention


@dataclass(frozen=True)
class Retention:
    """Who stayed, with an exact interval; what light that is, and how often each light comes up in the next trial.

    `n` participants are followed in the next trial; `true` is the share taken to stay there, that planned or, where no
    loss is planned, that of this trial. `within` are the lights that the interval reaches.
    """

    stayed: int
    of: int
    interval: Interval
    red: float
    green: float
    light: Light
    within: tuple[Light, ...]
    n: int
    true: float
    chances: dict[Light, float]
    test: CriterionSize | Missing


def retention(trial: Trial, design: Design, plan: Plan, assumptions: Assumptions) -> Retention | Missing:
    """Retention by the traffic-light criteria typed; thresholds are ours, as the trial states none."""
    enrolled = len(allocated_participants(trial))
    if not enrolled:
        return Missing("nobody enrolled")
    stayed = enrolled - len(lost_participants(trial))
    if assumptions.retain_red > assumptions.retain_green:
        red, green = assumptions.retain_red, assumptions.retain_green
        return Missing(f"retain_red: {red:g} given; wanted at most the share from which to go, {green:g}")
    criterion = Criterion("retained", assumptions.retain_red, assumptions.retain_green)
    n, true = design.to_enrol(plan.n, plan.dropout), 1 - plan.dropout if plan.dropout else stayed / enrolled
    lights = light_probabilities(true, n, criterion)
    return Retention(
        stayed,
        enrolled,
        exact_proportion(stayed, enrolled, LEVEL),
        criterion.red,
        criterion.green,
        light(stayed, enrolled, criterion),
        _reached(exact_proportion(stayed, enrolled, LEVEL), criterion),
        n,
        true,
        {"red": float(lights.red), "amber": float(lights.amber), "green": float(lights.green)},
        _tested(criterion),
    )


def _reached(interval: Interval, criterion: Criterion) -> tuple[Light, ...]:
    """The lights between the ends of an interval."""
    low, high = interval.low or 0.0, 1.0 if interval.high is None else interval.high
    lights: tuple[tuple[Light, bool], ...] = (
        ("red", low < criterion.red),
        ("amber", low < criterion.green and high >= criterion.red and criterion.red < criterion.green),
        ("green", high >= criterion.green),
    )
    return tuple(name for name, reached in lights if reached)


CRITERION_ALPHA, CRITERION_POWER = 0.05, 0.8
"""One-sided level and power of the test of a progression criterion."""


def _tested(criterion: Criterion) -> CriterionSize | Missing:
    try:
        return criterion_n(criterion, CRITERION_ALPHA, CRITERION_POWER)
    except Refusal as refusal:
        return Missing(str(refusal))


# ---- rules of thumb


@dataclass(frozen=True)
class Rule:
    """What a rule of thumb says of a pilot for this plan, per parallel arm."""

    label: str
    purpose: str
    says: str
    here: PerArm | Missing
    reference: str


def rules(design: Design, truth: Plan) -> tuple[Rule, ...]:
    """Published sizes of pilots, as context: all are for parallel arms, where nothing of the effect carries across."""
    standardised = abs(truth.effect) / truth.sd if design.model == "normal" else 0.0
    sides = truth.sides if "sides" in design.reads else 2  # a test of any difference looks both ways
    main = (standardised, truth.target, truth.alpha, sides)
    return tuple(
        Rule(rule.label, rule.purpose, rule.says, rule.per_arm(*main), rule.reference)
        for rule in RULES_OF_THUMB.values()
    )


def sd_band(design: Design, plan: Plan, pilot: Pilot, level: float) -> tuple[float, float] | Missing:
    """The limits of the SD per unit that the pilot's SD leaves, in the terms of the design."""
    seen, df = seen_spread(pilot, design)
    if isinstance(seen, Missing):
        return seen
    low, high = sd_limits(seen, df, level)
    per_unit = sqrt(2 * (1 - plan.rho)) if design.within else 1.0
    return low / per_unit, high / per_unit
