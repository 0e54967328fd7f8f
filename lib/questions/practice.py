"""What a plan means in practice: people, units, injections, drug and price; what pairing gains and carry-over costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from scipy import stats

from lib.assumptions import Assumptions
from lib.design.carry import carried
from lib.design.design import Design
from lib.design.dropout import enrolled as enrolled_for
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.plan_inputs import PlanInputs, plan_of
from lib.trial.model import Trial
from lib.values import Missing, Real


@dataclass(frozen=True)
class Implied:
    """What an n asks for.

    `analysed` is at most, where a trial may grow. `treated_units` and `control_units` are of all who are enrolled,
    `treatments` the injections (or other treatments) of all their units over all visits, control included, `drug` the
    largest amount of drug in `drug_unit`, `price` in any currency. `enough` is the probability that as many as
    `analysed` stay, each by the planned share; `surely` is how many to enrol for that to be 90 %.
    """

    n: int
    analysed: int
    enrolled: int
    treated_units: int
    control_units: int
    treatments: int
    drug: Real
    drug_unit: str
    visits: int
    price: Real
    enough: float
    surely: int


SURE = 0.9
NO_PRICE = Missing("no price is given")
NO_DOSE = Missing("the trial folder names no dose")


def implied(design: Design, plan: Plan, n: int, trial: Trial, assumptions: Assumptions) -> Implied:
    """What this n asks for when as many are lost as planned, and as many added as may be."""
    most = design.most(plan, n)
    enrolled = design.to_enrol(most, plan.dropout)
    treated, control = (_in_all(design, units, enrolled) for units in design.units(plan))
    times = sum(bool(visit.treatment) for visit in trial.spec.visits)
    visits = enrolled * len(trial.spec.visits)
    drug, unit = _drug(trial, design, plan, treated * times)
    return Implied(
        n,
        design.participants(most),
        enrolled,
        treated,
        control,
        (treated + control) * times,
        drug,
        unit,
        visits,
        _price(assumptions, enrolled, visits),
        _enough(most, enrolled // design.arms, plan.dropout) ** design.arms,
        design.arms * _surely(most, plan.dropout, design.arms),
    )


def _enough(needed: int, enrolled: int, dropout: float) -> float:
    """Probability that at least so many of those enrolled in an arm stay, each independently (binomial)."""
    return float(stats.binom.sf(needed - 1, enrolled, 1 - dropout))


def _surely(needed: int, dropout: float, arms: int) -> int:
    """How many to enrol in an arm so that enough stay in every arm with a probability of `SURE`."""
    return next(m for m in count(enrolled_for(needed, dropout)) if _enough(needed, m, dropout) ** arms >= SURE)


def _in_all(design: Design, units: int, enrolled: int) -> int:
    """Units of one arm: of everybody within persons, of its own half where arms are apart."""
    return units * enrolled // design.arms


def _drug(trial: Trial, design: Design, plan: Plan, given: int) -> tuple[Real, str]:
    """The trial's own largest dose of a treated unit, so many times."""
    row = trial.reported_by_key.get(trial.spec.planning.dose or "")
    if row is None or row.value is None:
        return NO_DOSE, ""
    if "scores" in design.reads:
        return Missing("each dose needs its own amount"), ""
    return float(row.value) * given, row.unit or ""


def _price(assumptions: Assumptions, enrolled: int, visits: int) -> Real:
    if not assumptions.price and not assumptions.price_visit:
        return NO_PRICE
    return enrolled * assumptions.price + visits * assumptions.price_visit


@dataclass(frozen=True)
class Pairing:
    """What two units of one person save: participants of a paired and of a parallel plan, at each ρ.

    Where the SD is this trial's, its differences already hold ρ: there is one row, without it.
    """

    rho: tuple[Real, ...]
    paired: tuple[int | Missing, ...]
    parallel: int | Missing
    designs: str


PAIRED = {"normal": "paired-t", "response": "responders-mcnemar"}
PARALLEL = {"normal": "two-sample-t", "response": "parallel-fisher"}
"""By model: the designs that are held against each other."""

RHOS = (-0.3, 0.0, 0.3, 0.5, 0.7, 0.9)
OWN_RHO = Missing("the SD of differences is this trial's")


def pairing(design: Design, trial: Trial, assumptions: Assumptions) -> Pairing | Missing:
    """The participants that each layout needs for the same effect, α and power; only pairs suffer from carry-over."""
    if design.model not in PAIRED:
        return Missing("held against each other for normal outcomes and responders")
    paired, parallel = DESIGNS[PAIRED[design.model]], DESIGNS[PARALLEL[design.model]]
    own = design.model == "normal" and assumptions.sd_from != "typed"
    rhos = sorted({*RHOS, assumptions.rho})
    at = [assumptions] if own else [replace(assumptions, rho=rho) for rho in rhos]
    return Pairing(
        (OWN_RHO,) if own else tuple(rhos),
        tuple(_participants(paired, trial, one) for one in at),
        _participants(parallel, trial, assumptions),
        f"{paired.label} against {parallel.label}",
    )


def _participants(design: Design, trial: Trial, assumptions: Assumptions) -> int | Missing:
    try:
        needed = design.needed(plan_of(trial, assumptions, design).plan)
    except Refusal as refusal:
        return Missing(str(refusal))
    return needed if isinstance(needed, Missing) else design.participants(needed)


@dataclass(frozen=True)
class Carried:
    """What it costs if so much of the effect reaches the control unit too."""

    share: float
    effect: float
    needed: int | Missing


SHARES = (0.0, 0.1, 0.2, 0.3, 0.5)


def carried_costs(design: Design, inputs: PlanInputs) -> tuple[Carried, ...] | Missing:
    """What is needed at several shares carried across."""
    if not design.within:
        return Missing("treated and control units belong to different people")
    shares = sorted({*SHARES, inputs.carry} if design.quick else {0.0, inputs.carry})
    return tuple(_carried(design, inputs.truth, share) for share in shares)


def _carried(design: Design, truth: Plan, share: float) -> Carried:
    attenuated = carried(design, truth, share)
    return Carried(share, design.outcome_model.effect_of(attenuated), design.needed(attenuated))
