"""Several units per arm within one person: what their mean difference varies by, and what a further unit is worth.

All units of a person share one standard deviation; two of the same arm correlate by ICC, two of different arms by ρ.
Donner & Klar (2000), Design and Analysis of Cluster Randomization Trials in Health Research, ch. 1 and 3, for the
variance of a mean of correlated units; Pandis, Walsh, Polychronopoulou & Eliades (2013), Split-mouth designs, Eur J
Orthod 35:783-789, for both arms within one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf, sqrt
from numbers import Integral

from lib.errors import Refusal
from lib.values import Missing, Real


@dataclass(frozen=True)
class UnitsWorth:
    """What several units per arm save, in participants.

    Attributes
    ----------
    factor : float
        n wanted with so many units as a multiple of n wanted with one, where n is large enough for its degrees of
        freedom not to matter; below 1 where further units help.
    limit : float or Missing
        What that factor tends to as units are added without end; Missing where the correlations allow only so many.
    """

    factor: float
    limit: Real


# ---- validation


def _decimal(value: float) -> Fraction:
    """The decimal that a float prints as, so that 0.6 at its bound of 0.6 is told from below it."""
    return Fraction(repr(float(value)))


def _correlations_validation(rho: float, units: int, icc: float) -> None:
    if not (isinstance(units, Integral) and units >= 1):
        raise Refusal(f"units: {units!r} given; wanted a whole number of units per arm, at least 1")
    if not -1 < icc < 1:
        raise Refusal(f"icc: {icc!r} given; wanted a correlation above -1 and below 1")
    if not -1 < rho < 1:
        raise Refusal(f"rho: {rho!r} given; wanted a correlation above -1 and below 1")
    if units > 1:
        _matrix_validation(rho, int(units), icc)


def _matrix_validation(rho: float, units: int, icc: float) -> None:
    """The 2m × 2m correlation matrix has eigenvalues 1 − ICC and 1 + (m − 1)·ICC ± mρ: all must be above 0."""
    bound = (1 + (units - 1) * _decimal(icc)) / units
    if bound <= 0:
        least = -1 / (units - 1)
        raise Refusal(
            f"icc: {icc!r} given; wanted above {least:.4g}, as {units} units of one arm can't all correlate by less"
        )
    if not -bound < _decimal(rho) < bound:
        most = float(bound)
        raise Refusal(
            f"rho: {rho!r} with icc {icc!r} given; wanted a rho between {-most:.4g} and {most:.4g}, not at either, "
            f"which is [1 + (m - 1)·icc]/m for m = {units} units per arm: no other units can correlate so"
        )


# ---- statistic


def _relative_variance(rho: float, units: int, icc: float) -> Fraction:
    """Variance of a person's difference between arm means over 2σ²: [1 + (m − 1)·ICC]/m − ρ."""
    own = Fraction(1) if units == 1 else (1 + (units - 1) * _decimal(icc)) / units
    return own - _decimal(rho)


def _most_units(rho: float, icc: float) -> float:
    """The most units per arm that can correlate so: m < (1 − ICC)/(|ρ| − ICC), without end where |ρ| ≤ ICC."""
    gap = abs(_decimal(rho)) - _decimal(icc)
    return inf if gap <= 0 else ceil((1 - _decimal(icc)) / gap) - 1


# ---- public functions


def several_units_sd(sd: float, rho: float, units: int, icc: float) -> float:
    """SD of a person's difference between arm means, each arm of a person having so many units.

    Parameters
    ----------
    sd : float
        Standard deviation of one unit, above 0, in outcome units.
    rho : float
        Correlation of two units of one person in different arms.
    units : int
        Units per arm and person, at least 1.
    icc : float
        Correlation of two units of one person in the same arm; of no effect with 1 unit.

    Returns
    -------
    float
        σ·√(2·{[1 + (m − 1)·ICC]/m − ρ}), in outcome units: the SD that a paired t test of the means works with.

    Raises
    ------
    Refusal
        An argument outside its range, or correlations that no units can have: the matrix of all of them is not
        positive definite.

    Examples
    --------
    Three units per arm, ICC 0.5: an arm's mean has variance (1 + 2·0.5)/3 = 2/3.

    >>> round(several_units_sd(1.0, 0.2, 3, 0.5) ** 2, 4)  # 2·(2/3 − 0.2)
    0.9333
    """
    if not 0 < sd < inf:
        raise Refusal(f"sd: {sd!r} given; wanted a finite standard deviation above 0, in outcome units")
    _correlations_validation(rho, units, icc)
    return float(sd) * sqrt(2 * _relative_variance(rho, units, icc))


def units_worth_it(rho: float, units: int, icc: float) -> UnitsWorth:
    """The factor by which n falls with so many units per arm rather than one, and its limit.

    Parameters
    ----------
    rho, units, icc
        As in `several_units_sd`.

    Returns
    -------
    UnitsWorth
        Ratio of variances, {[1 + (m − 1)·ICC]/m − ρ}/(1 − ρ), and (ICC − ρ)/(1 − ρ). What tells the persons apart is
        never averaged away by more units.

    Raises
    ------
    Refusal
        As in `several_units_sd`.

    Examples
    --------
    >>> worth = units_worth_it(0.2, 3, 0.5)
    >>> round(worth.factor, 4), round(worth.limit, 4)  # (2/3 − 0.2)/0.8, (0.5 − 0.2)/0.8
    (0.5833, 0.375)
    """
    _correlations_validation(rho, units, icc)
    single = 1 - _decimal(rho)
    most = _most_units(rho, icc)
    limit: Real = float((_decimal(icc) - _decimal(rho)) / single)
    if most < inf:
        limit = Missing(f"at most {most} units per arm can correlate by {icc:g} within an arm and {rho:g} between arms")
    return UnitsWorth(float(_relative_variance(rho, units, icc) / single), limit)
