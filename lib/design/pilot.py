"""What a pilot leaves uncertain: its standard deviation, the risks of what it never saw, how large one ought to be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf, log1p, sqrt
from typing import Protocol

from scipy import special

from lib.analysis.proportion import zero_event_upper
from lib.errors import OverBudget, Refusal
from lib.values import Missing

LARGEST_ZERO_EVENT_N = 1_000_000
"""No larger n is worked out from a limit for the risk."""

_EXACT_TO = 10_000  # in integers; above, neighbouring limits differ by 1e-4 of themselves, and none equals a decimal


# ---- validation


def _sd_validation(s: float, df: float, level: float) -> None:
    if not 0 < s < inf:
        raise Refusal(f"s: {s!r} given; wanted a finite standard deviation above 0, in outcome units")
    if not 0 < df < inf:
        raise Refusal(f"df: {df!r} given; wanted degrees of freedom above 0")
    _level_validation(level)


def _level_validation(level: float) -> None:
    if not 0 < level < 1:
        raise Refusal(f"level: {level!r} given; wanted a confidence level above 0 and below 1")


# ---- standard deviation


def sd_limits(s: float, df: float, level: float) -> tuple[float, float]:
    """Two-sided confidence limits of σ, from normal data.

    Parameters
    ----------
    s : float
        Standard deviation seen, above 0, in outcome units.
    df : float
        Its degrees of freedom: pairs − 1 for differences.
    level : float
        Confidence level, with equal tails.

    Returns
    -------
    low, high : float
        s·√(ν/χ²) at the two quantiles, in outcome units.

    Raises
    ------
    Refusal
        Anything outside its range; an s of 0, all values being equal, bounds nothing.

    Examples
    --------
    R: sqrt(3 / qchisq(c(0.975, 0.025), 3))

    >>> low, high = sd_limits(1.0, 3, 0.95)
    >>> round(low, 4), round(high, 4)
    (0.5665, 3.7285)
    """
    _sd_validation(s, df, level)
    low = special.gammainccinv(df / 2, (1 - level) / 2)
    return s * sqrt(df / 2 / float(low)), sd_upper(s, df, (1 + level) / 2)


def sd_upper(s: float, df: float, level: float) -> float:
    """One-sided upper confidence limit of σ, s·√(ν/χ²_{1−level, ν}), in outcome units; arguments as in `sd_limits`.

    References
    ----------
    Browne (1995). On the use of a pilot sample for sample size determination. Stat Med 14:1933-1940.

    Examples
    --------
    Four pairs:

    >>> round(sd_upper(1.0, 3, 0.8), 2), round(sd_upper(1.0, 3, 0.95), 2)
    (1.73, 2.92)
    """
    _sd_validation(s, df, level)
    return s * sqrt(df / 2 / float(special.gammaincinv(df / 2, 1 - level)))


# ---- events never seen


def zero_event_n(limit: float, level: float) -> int:
    """The fewest participants of whom none having the event bounds its risk below `limit`.

    The exact one-sided limit 1 − (1 − level)^(1/n) is itself rejected by the test that it inverts, so that it may equal
    `limit`: (1 − limit)ⁿ ≤ 1 − level, in integers of the decimals typed.

    Parameters
    ----------
    limit : float
        Risk above 0 and below 1.
    level : float
        One-sided confidence level.

    Returns
    -------
    int
        Participants, not units: two units of one person are not independent.

    Raises
    ------
    Refusal
        Anything outside its range.
    OverBudget
        An n of over 1,000,000.

    References
    ----------
    Hanley & Lippman-Hand (1983). If nothing goes wrong, is everything all right? JAMA 249:1743-1745.

    Examples
    --------
    The rule of three gives 3/0.05 = 60.

    >>> zero_event_n(0.05, 0.95), zero_event_n(0.5, 0.75)
    (59, 2)
    """
    if not 0 < limit < 1:
        raise Refusal(f"limit: {limit!r} given; wanted a risk above 0 and below 1")
    _level_validation(level)
    about = log1p(-level) / log1p(-limit)
    if about > LARGEST_ZERO_EVENT_N:
        raise OverBudget(
            f"limit: {limit!r} given; wanted one that at most {LARGEST_ZERO_EVENT_N:,} participants without an event "
            f"can bound, and it takes {about:,.0f}"
        )
    candidates = range(max(1, ceil(about) - 1), ceil(about) + 2)
    return next(n for n in candidates if _bounds(n, limit, level))


def _bounds(n: int, limit: float, level: float) -> bool:
    if n > _EXACT_TO:
        return bool(zero_event_upper(n, level) <= limit)
    return bool((1 - Fraction(repr(float(limit)))) ** n <= 1 - Fraction(repr(float(level))))


# ---- rules of thumb


@dataclass(frozen=True)
class PerArm:
    """Participants per parallel arm of a pilot: at least `fewest`, and up to `most` where the source names a range."""

    fewest: int
    most: int


class Says(Protocol):
    """What a rule says for a main trial."""

    def __call__(self, effect: float, target: float, alpha: float = 0.05, sides: int = 2) -> PerArm | Missing:
        """Of a standardised effect, above 0, of parallel arms, with this power at this type I error."""


@dataclass(frozen=True)
class RuleOfThumb:
    """A published size for a pilot, as context; every one of them is for two parallel arms, not for pairs.

    Attributes
    ----------
    purpose : str
        What a pilot of that size is meant to estimate.
    per_arm : callable
        (standardised effect of the main trial, above 0; its power, alpha, sides) → `PerArm`, or Missing where the
        source is silent.
    """

    key: str
    label: str
    purpose: str
    says: str
    reference: str
    per_arm: Says
    layout: str = "parallel arms"


def _always(fewest: int, most: int | None = None) -> Says:
    return lambda effect, target, alpha=0.05, sides=2: PerArm(fewest, most or fewest)


_TEARE = (
    "Teare, Dimairo, Shephard, Hayman, Whitehead & Walters (2014). Sample size requirements to estimate key design "
    "parameters from external pilot randomised controlled trials: a simulation study. Trials 15:264."
)
_WHITEHEAD_TARGET, _WHITEHEAD_ALPHA, _WHITEHEAD_SIDES = 0.9, 0.05, 2
_WHITEHEAD = ((0.8, 10), (0.5, 15), (0.2, 25), (0.0, 75))


def _whitehead(effect: float, target: float, alpha: float = 0.05, sides: int = 2) -> PerArm | Missing:
    """The rule names sizes at 0.8, 0.5, 0.2 and up to 0.1; in between, that of the next smaller effect."""
    if not 0 < effect < inf:
        return Missing("the rule needs a standardised effect above 0")
    if target != _WHITEHEAD_TARGET:
        return Missing(f"these sizes are for main trials of 90 % power, not {100 * target:g} %")
    if (alpha, sides) != (_WHITEHEAD_ALPHA, _WHITEHEAD_SIDES):
        planned = f"{'one' if sides == 1 else 'two'}-sided at {100 * alpha:g} %"
        return Missing(f"these sizes are for main trials tested two-sided at 5 %, not {planned}")
    return next(PerArm(n, n) for least, n in _WHITEHEAD if effect >= least)


RULES_OF_THUMB: dict[str, RuleOfThumb] = {
    rule.key: rule
    for rule in (
        RuleOfThumb(
            "julious",
            "Julious 2005",
            "a mean and a standard deviation",
            "12 per arm: beyond, precision gains little by each further participant",
            "Julious (2005). Sample size of 12 per group rule of thumb for a pilot study. Pharm Stat 4:287-291.",
            _always(12),
        ),
        RuleOfThumb(
            "whitehead",
            "Whitehead et al. 2016",
            "the standard deviation for a main trial of 90 % power (two-sided 5 %), so that both together are smallest",
            "75, 25, 15 or 10 per arm for a standardised effect of up to 0.1, of 0.2, 0.5 or 0.8",
            "Whitehead, Julious, Cooper & Campbell (2016). Estimating the sample size for a pilot randomised trial to "
            "minimise the overall trial sample size for the external pilot and main trial for a continuous outcome "
            "variable. Stat Methods Med Res 25:1057-1073.",
            _whitehead,
        ),
        RuleOfThumb(
            "teare-continuous",
            "Teare et al. 2014, continuous",
            "the standard deviation of a continuous outcome",
            "35 per arm, 70 in all",
            _TEARE,
            _always(35),
        ),
        RuleOfThumb(
            "teare-binary",
            "Teare et al. 2014, binary",
            "the event rate in an arm",
            "60 to 100 in each arm whose event rate is estimated",
            _TEARE,
            _always(60, 100),
        ),
    )
}


# ---- refused


def observed_power_refusal() -> str:
    """Why the power at the effect that a trial saw is not computed (Hoenig & Heisey 2001, Am Stat 55:19-24)."""
    return (
        "Observed power is not shown: it is a function of p alone and adds nothing to it, about 50 % where p equals "
        "alpha and less wherever p is larger (Hoenig & Heisey 2001, Am Stat 55:19-24)."
    )
