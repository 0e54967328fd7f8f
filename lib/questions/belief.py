"""The Bayesian reading of one endpoint: what was believed before, what after, and what a next trial would show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from lib.analysis.bayes import Direction as Side
from lib.analysis.bayes import Posterior, Prior, credible_interval, posterior, probability_beyond
from lib.analysis.change import CHANGES
from lib.analysis.exact import median
from lib.analysis.paired import NO_PAIRS
from lib.analysis.priors import PRIORS, Expected
from lib.analysis.results import Interval
from lib.analysis.t import paired_t
from lib.assumptions import Assumptions
from lib.design.assurance import predictive_success
from lib.questions.changes import Measure, published_baselines
from lib.questions.levels import level_of
from lib.questions.pairs import Direction
from lib.questions.wording import amount, chance, interval_words, measure, number, plural
from lib.trial.model import Trial
from lib.values import Missing, Real, known


@dataclass(frozen=True)
class Belief:
    """Belief about the mean difference, treated minus control, before and after the data, in the unit of the change.

    `beyond` is the probability of a benefit above `delta`, `before` the same under the prior, `success` that of a
    trial of `n` pairs ending with a p of at most `alpha` in favour of the treatment. `spread` is the standard deviation
    of differences that the prior takes for usual, and `spread_source` says why. `without` is the t interval of the same
    differences, which has no prior.
    """

    prior: Prior
    spread: float
    spread_source: str
    after: Posterior
    interval: Interval
    delta: float
    before: Real
    beyond: float
    n: int
    alpha: float
    sides: str
    success: float
    unit: str
    better: str
    without: Interval


def beliefs(
    trial: Trial,
    measured: Measure,
    differences: tuple[Fraction, ...],
    better: Direction,
    unit: str,
    assumptions: Assumptions,
) -> dict[str, Belief | Missing]:
    """The differences under every prior that needs no typing, and the chosen one, by key: what the prior decides."""
    wanted = [key for key, rule in PRIORS.items() if not rule.typed or key == assumptions.prior]
    without = paired_t(differences, level=level_of(assumptions.alpha)).interval
    return {
        key: _belief(trial, measured, differences, better, unit, replace(assumptions, prior=key), without)
        for key in wanted
    }


def _belief(
    trial: Trial,
    measured: Measure,
    differences: tuple[Fraction, ...],
    better: Direction,
    unit: str,
    assumptions: Assumptions,
    without: Interval,
) -> Belief | Missing:
    """A prior brought together with the differences; Missing where they leave no posterior."""
    if not differences:
        return NO_PAIRS
    if CHANGES[measured.change].yes_no:
        return Missing("responses of yes or no are not normal; see their difference and their odds ratio")
    usual = _spread(trial, measured, assumptions)
    if isinstance(usual, Missing):
        return usual
    spread, source = usual
    expected = Expected(spread, assumptions.prior_mean, assumptions.prior_pairs)
    prior = PRIORS[assumptions.prior].make(expected)
    after = posterior(differences, prior)
    if isinstance(after, Missing):
        return after
    direction: Side = "greater" if better == "higher" else "less"
    delta = assumptions.delta if better == "higher" else -assumptions.delta
    sides = 2 if assumptions.sides == "two" else 1
    return Belief(
        prior,
        spread,
        source,
        after,
        credible_interval(after, level_of(assumptions.alpha)),
        assumptions.delta,
        probability_beyond(prior, delta, direction) if prior.proper else Missing("a flat prior has no probabilities"),
        probability_beyond(after, delta, direction),
        assumptions.n,
        assumptions.alpha,
        assumptions.sides,
        predictive_success(after, assumptions.n, assumptions.alpha, sides, direction),
        unit,
        better,
        without,
    )


def _spread(trial: Trial, measured: Measure, assumptions: Assumptions) -> tuple[float, str] | Missing:
    """A standard deviation of differences that would surprise nobody, told without looking at the differences."""
    if PRIORS[assumptions.prior].typed and assumptions.prior_sd > 0:
        return assumptions.prior_sd, "typed"
    scale, change = measured.scale, CHANGES[measured.change]
    if change.spread is not None:
        return float(change.spread), "a value that we chose after the trial"
    if scale.low is not None and scale.high is not None:
        return float(scale.high - scale.low) / 4, "a quarter of the scale, chosen after the trial"
    baselines = published_baselines(trial, measured)
    if baselines and median(baselines) > 0:
        return float(median(baselines)), f"the median of the {len(baselines)} baselines published"
    return Missing("the scale is open and no baseline is published: type an SD of differences for the prior")


def _without(found: Belief) -> str:
    """The interval without a prior, which tells what the prior adds: even a vague one says something of the SD."""
    if found.without.low is None or found.without.high is None:
        return ""
    return f"Without a prior, the t interval is {interval_words(found.without)}. "


def prior_words(found: Belief) -> str:
    """The prior in words: centre, weight and spread."""
    prior = found.prior
    return (
        f"The prior is centred at {amount(prior.mean, found.unit)}, worth {_pairs(prior.pairs)} for the mean and "
        f"{number(prior.df)} degree{'' if prior.df == 1 else 's'} of freedom for the SD of differences, taken as "
        f"{amount(found.spread, found.unit)} ({found.spread_source})"
    )


def _pairs(count: float) -> str:
    return plural(int(count), "pair", "pairs") if count == int(count) else f"{number(count)} of a pair"


def belief_reading(found: Belief | Missing) -> str:
    """Estimate and interval first, then probabilities, each with what it rests on."""
    if isinstance(found, Missing):
        return f"No Bayesian reading: {found.reason}."
    credible = interval_words(found.interval).replace(" CI ", " credible interval ")
    beyond = f"a benefit above {amount(found.delta, found.unit)}" if found.delta else "any benefit"
    side = "two" if found.sides == "two" else "one"
    was = f", and was {chance(found.before)} before the data" if known(found.before) else ""
    trial = f"A trial of {plural(found.n, 'pair', 'pairs')}"
    return (
        f"After the data the mean difference is {measure(found.after.mean, found.unit)} ({credible}). The probability "
        f"of {beyond} is {chance(found.beyond)}{was}. "
        f"{trial} would end with a {side}-sided t test at p ≤ {number(found.alpha)} in favour "
        f"of the treatment with probability {chance(found.success)}. {prior_words(found)}; "
        f"differences are taken for normal. {_without(found)}Another prior gives other probabilities."
    )
