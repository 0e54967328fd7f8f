"""Effect sizes of within-person differences, each with the interval that belongs to it. All intervals are two-sided."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from scipy import optimize, special, stats

from lib.analysis import exact, paired
from lib.analysis.exact import Number
from lib.analysis.mcnemar import melded_difference
from lib.analysis.paired import Paired
from lib.analysis.proportion import exact_proportion
from lib.analysis.results import Interval
from lib.analysis.t import paired_t
from lib.errors import Refusal
from lib.values import Exact, Missing, Real, known

Better = Literal["lower", "higher"]
"""Which values of the outcome are good."""

LARGEST_T = 1_000
"""Up to here scipy's noncentral t agrees with numerical integration to 1e-12; from 10,000 on it loses digits."""

_MELDED = "melded interval, compatible with the exact sign test, which for responders is McNemar's"
_FAY = (
    "Fay & Lumbard (2021). Confidence intervals for difference in proportions for matched pairs compatible with exact "
    "McNemar's or sign tests. Stat Med 40:1147-1159. doi:10.1002/sim.8829"
)


@dataclass(frozen=True)
class EffectSize:
    """One effect size as the viewer meets it: `key` in addresses, `label` in tables, how its interval came about.

    `value` is `Missing` with the reason where the size can't be given; so is a bound, with `interval.reason`.
    """

    key: str
    label: str
    value: Real
    interval: Interval
    method: str
    reference: str


def _unbounded(level: float, reason: str) -> Interval:
    return Interval(None, None, level, reason)


def _mapped(interval: Interval, change: Callable[[float], float]) -> Interval:
    """The interval of an increasing function of what it is an interval of."""
    low, high = (None if limit is None else change(limit) for limit in (interval.low, interval.high))
    return Interval(low, high, interval.level, interval.reason)


# ---- mean difference in units of a standard deviation


def _no_spread(data: Paired) -> str:
    """Why the differences have no standard deviation to divide by; empty if they have one."""
    if data.n == 0:
        return paired.NO_PAIRS.reason
    if data.n == 1:
        return "one pair has no standard deviation"
    if paired.all_equal(data):
        return "all differences are equal: their standard deviation is 0, and nothing can be divided by it"
    return ""


def _standardised(data: Paired) -> float:
    return float(data.mean) / statistics.stdev(data.differences)


def _standardised_interval(d: float, n: int, level: Fraction) -> Interval:
    t, tail = d * math.sqrt(n), float((1 - level) / 2)
    if abs(t) > LARGEST_T:
        reason = f"not computed: the differences are nearly equal (t = {t:.3g}; the limit is {LARGEST_T:,})"
        return _unbounded(float(level), reason)
    low, high = _noncentrality(t, n - 1, tail), -_noncentrality(-t, n - 1, tail)
    return Interval(low / math.sqrt(n), high / math.sqrt(n), float(level))


def _noncentrality(t: float, df: int, p: float) -> float:
    """The noncentrality at which P(T ≥ t) is `p`.

    T ≥ t if Z + noncentrality ≥ t·S, with Z normal and S = √(χ²/df). Quantiles of Z and S that are each passed with
    half of the probability bracket the root, so that no tail is ever evaluated where scipy gives NaN.
    """
    low = min(t * _scale_quantile(p / 2, df), t * _scale_quantile(1 - p / 2, df)) - _normal_upper(p / 2)
    high = max(t * _scale_quantile((1 - p) / 2, df), t * _scale_quantile((1 + p) / 2, df)) + _normal_upper((1 - p) / 2)
    return float(optimize.brentq(lambda noncentrality: stats.nct.sf(t, df, noncentrality) - p, low, high, xtol=1e-12))


def _scale_quantile(probability: float, df: int) -> float:
    """Quantile of √(χ²/df)."""
    return math.sqrt(float(special.chdtri(df, 1 - probability)) / df)


def _normal_upper(probability: float) -> float:
    return -float(special.ndtri(probability))


def d_z(differences: Sequence[Number], level: float = 0.95) -> EffectSize:
    """Mean difference in units of the standard deviation of the differences.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair; any length.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Without unit. The interval inverts the noncentral t distribution, which is exact for normal differences.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Lakens (2013). Front Psychol 4:863. doi:10.3389/fpsyg.2013.00863

    Examples
    --------
    Student's sleep data:

    >>> size = d_z([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4])
    >>> round(size.value, 4), round(size.interval.low, 2), round(size.interval.high, 2)
    (1.2846, 0.41, 2.12)
    """
    data = paired.validated(differences, "two-sided", level)
    value: Real
    if reason := _no_spread(data):
        value, interval = Missing(reason), _unbounded(float(data.level), reason)
    else:
        value = _standardised(data)
        interval = _standardised_interval(value, data.n, data.level)
    return EffectSize(
        key="d-z",
        label="Mean difference / SD of the differences (d_z)",
        value=value,
        interval=interval,
        method="noncentral t, exact for normally distributed differences",
        reference=(
            "Lakens (2013). Calculating and reporting effect sizes to facilitate cumulative science. Front Psychol "
            "4:863. doi:10.3389/fpsyg.2013.00863"
        ),
    )


def hedges_g_z(differences: Sequence[Number], level: float = 0.95) -> EffectSize:
    """d_z times Hedges' factor, which takes away its small-sample bias.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair; any length.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Without unit; value and bounds are those of `d_z` times the factor. `Missing` below 3 pairs: d_z of 2 pairs
        has no expectation that could be corrected.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Hedges (1981). Distribution theory for Glass's estimator of effect size and related estimators. J Educ Stat
    6:107-128. doi:10.3102/10769986006002107

    Examples
    --------
    >>> round(hedges_g_z([1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4]).value, 3)
    1.174
    """
    plain = d_z(differences, level)
    value, interval = plain.value, plain.interval
    if known(value) and len(differences) == 2:
        reason = "2 pairs: d_z has no expectation, and no factor corrects it"
        value, interval = Missing(reason), _unbounded(interval.level, reason)
    elif known(value):
        factor = _hedges_factor(len(differences) - 1)
        value, interval = factor * value, _mapped(interval, lambda limit: factor * limit)
    return EffectSize(
        key="hedges-g-z",
        label="d_z corrected for small samples (Hedges' g_z)",
        value=value,
        interval=interval,
        method=f"{plain.method}, times Hedges' factor",
        reference=(
            "Hedges (1981). Distribution theory for Glass's estimator of effect size and related estimators. "
            "J Educ Stat 6:107-128. doi:10.3102/10769986006002107"
        ),
    )


def _hedges_factor(df: int) -> float:
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def d_av(
    differences: Sequence[Number],
    baseline_treated: Sequence[Exact],
    baseline_control: Sequence[Exact],
    level: float = 0.95,
) -> EffectSize:
    """Mean difference in units of the average of the two arms' standard deviations at baseline.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair, in the units of the outcome; any length.
    baseline_treated, baseline_control
        Values before treatment of each arm, in the same units; at least 2 each, in any order.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Without unit. The interval is Student's for the mean difference, divided by the baseline SD as if that were
        known. `Missing` with the reason if a baseline is, or if the baselines do not vary.

    Raises
    ------
    Refusal
        If a difference is not finite or `level` is not inside (0, 1).

    References
    ----------
    Cumming (2012). Understanding the New Statistics, chapter 11. New York: Routledge.
    Lakens (2013). Front Psychol 4:863. doi:10.3389/fpsyg.2013.00863

    Examples
    --------
    >>> from fractions import Fraction
    >>> treated, control = [Fraction(4), Fraction(2), Fraction(3)], [Fraction(1), Fraction(3), Fraction(5)]
    >>> d_av([-1, -2, 0], treated, control).value  # mean -1; SD 1 and 2
    -0.6666666666666666
    """
    data = paired.validated(differences, "two-sided", level)
    value = unit = paired.NO_PAIRS if data.n == 0 else _average_sd(baseline_treated, baseline_control)
    if isinstance(unit, Missing):
        interval = _unbounded(float(data.level), unit.reason)
    else:
        value = float(data.mean) / unit
        interval = _mapped(paired_t(differences, level=level).interval, lambda limit: limit / unit)
    return EffectSize(
        key="d-av",
        label="Mean difference / average SD at baseline (d_av)",
        value=value,
        interval=interval,
        method="t interval of the mean difference, taking the baseline SD as known",
        reference="Cumming (2012). Understanding the New Statistics, chapter 11. New York: Routledge.",
    )


def _average_sd(treated: Sequence[Exact], control: Sequence[Exact]) -> Real:
    arms = [[value for value in arm if known(value)] for arm in (treated, control)]
    given = len(treated) + len(control)
    if missing := given - sum(map(len, arms)):
        return Missing(f"{missing} of {given} baselines {'is' if missing == 1 else 'are'} not published")
    if min(map(len, arms)) < 2:
        return Missing(f"wanted at least 2 baselines in each arm; given {len(treated)} and {len(control)}")
    average = statistics.fmean(statistics.stdev(arm) for arm in arms)
    return average or Missing("baseline SD is 0: within each arm all started alike, and nothing can be divided by it")


# ---- shares of pairs


def probability_of_superiority(differences: Sequence[Number], better: Better, level: float = 0.95) -> EffectSize:
    """Probability that treated does better than control within a person, a tie counting half.

    Parameters
    ----------
    differences
        Within-person differences (treated minus control), one a pair; any length.
    better
        Whether lower or higher values of the outcome are good.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Probability, 0 to 1. Its interval excludes 1/2 exactly if the two-sided exact sign test has p at most
        1 − level.

    Raises
    ------
    Refusal
        If a difference is not finite, `better` unknown, or `level` not inside (0, 1).

    References
    ----------
    Grissom & Kim (2012). Effect Sizes for Research, 2nd ed., chapter 5. New York: Routledge.

    Examples
    --------
    >>> probability_of_superiority([-3, -1, 0, 2], "lower").value
    0.625
    """
    if better not in get_args(Better):
        raise Refusal(f"wanted 'better' to be {' or '.join(get_args(Better))}; given {better!r}")
    data = paired.validated(differences, "two-sided", level)
    positive = sum(difference > 0 for difference in data.differences)
    wins = positive if better == "higher" else data.n_nonzero - positive
    difference, interval = _melded(wins, data.n_nonzero - wins, data.n, level)
    return EffectSize(
        key="superiority",
        label="Probability that treated does better within a person, ties counting half",
        value=(1 + difference) / 2 if known(difference) else difference,
        interval=_mapped(interval, lambda limit: (1 + limit) / 2),
        method=_MELDED,
        reference=_FAY,
    )


def responder_difference(wins: int, losses: int, n: int, level: float = 0.95) -> EffectSize:
    """Share of responders among treated units minus that among control units, in matched pairs.

    Parameters
    ----------
    wins, losses
        Pairs in which only the treated unit responded, and those in which only the control unit did.
    n
        All pairs.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Difference between shares, −1 to 1. Its interval excludes 0 exactly if the two-sided exact McNemar test has p
        at most 1 − level.

    Raises
    ------
    Refusal
        If the counts are negative or more than `n`, or `level` is not inside (0, 1).

    References
    ----------
    Fay & Lumbard (2021). Stat Med 40:1147-1159. doi:10.1002/sim.8829

    Examples
    --------
    >>> responder_difference(2, 0, 4).value
    0.5
    """
    difference, interval = _melded(wins, losses, n, level)
    return EffectSize(
        key="responder-difference",
        label="Difference in the share of responders",
        value=difference,
        interval=interval,
        method=_MELDED,
        reference=_FAY,
    )


def _melded(wins: int, losses: int, n: int, level: float) -> tuple[Real, Interval]:
    """(wins − losses)/n with its melded interval."""
    if wins == losses == n == 0:
        return paired.NO_PAIRS, _unbounded(float(exact.exact_level(level)), paired.NO_PAIRS.reason)
    interval = melded_difference(wins, losses, n, "two-sided", level)
    return (wins - losses) / n, interval


def discordant_odds_ratio(wins: int, losses: int, level: float = 0.95) -> EffectSize:
    """Odds of response, treated against control, within a person: the ratio of the two kinds of discordant pairs.

    Parameters
    ----------
    wins, losses
        Pairs in which only the treated unit responded, and those in which only the control unit did.
    level
        Confidence level.

    Returns
    -------
    EffectSize
        Ratio, 0 upwards. The interval conditions on the number of discordant pairs: Clopper and Pearson's limits of
        the share of wins, as odds. `Missing` without losses, where the ratio is infinite and only its lower limit is
        a number.

    Raises
    ------
    Refusal
        If a count is negative or `level` not inside (0, 1).

    References
    ----------
    Breslow & Day (1980). Statistical Methods in Cancer Research I, chapter 5. Lyon: IARC.

    Examples
    --------
    >>> ratio = discordant_odds_ratio(8, 2)
    >>> ratio.value, round(ratio.interval.low, 3), round(ratio.interval.high, 1)
    (4.0, 0.798, 38.7)
    """
    value, interval = _odds(wins, losses, level)
    return EffectSize(
        key="discordant-odds-ratio",
        label="Odds ratio of response within a person (discordant pairs)",
        value=value,
        interval=interval,
        method="Clopper-Pearson interval of the share of discordant pairs favouring treated, as odds",
        reference="Breslow & Day (1980). Statistical Methods in Cancer Research I, chapter 5. Lyon: IARC.",
    )


def _odds(wins: int, losses: int, level: float) -> tuple[Real, Interval]:
    if wins == losses == 0:
        nothing = Missing("no discordant pairs: both units of every pair respond alike")
        return nothing, _unbounded(float(exact.exact_level(level)), nothing.reason)
    share = exact_proportion(wins, wins + losses, level)
    if losses == 0:
        infinite = Missing("infinite: no discordant pair favours control")
        at_one = Interval(share.low, None, share.level, f"no upper limit; {infinite.reason}")
        return infinite, _mapped(at_one, _as_odds)
    return wins / losses, _mapped(share, _as_odds)


def _as_odds(share: float) -> float:
    return share / (1 - share)
