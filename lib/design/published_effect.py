"""How a detectable effect that a paper prints could have arisen, where the paper does not state its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from scipy.optimize import brentq

from lib.design.design import Design
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.values import Missing, Real, known

_RHO_EDGE = 1 - 1e-9  # ρ = ±1 is no plan


@dataclass(frozen=True)
class PrintedNumber:
    """A number above 0 as printed, with the half-open interval [low, high) of the values that round to it."""

    value: float
    decimals: int
    low: Fraction
    high: Fraction

    def prints(self, value: Real) -> bool:
        """Whether `value` rounds to the printed number; what is missing does not."""
        return known(value) and self.low <= Fraction(value) < self.high


@dataclass(frozen=True)
class RhoRange:
    """Correlations above `low`, up to and including `high`; an end at −1 or 1 is not included."""

    low: float
    high: float


@dataclass(frozen=True)
class PublishedReading:
    """One design's account of the printed effect.

    Attributes
    ----------
    detectable : float or Missing
        Detectable effect in outcome units, the SD given being `basis`.
    prints : bool
        Whether that rounds to the printed number.
    rho : RhoRange or Missing
        The correlations at which the SD given, read as that of one unit, leads to the printed number.
    """

    design: str
    label: str
    basis: str
    detectable: Real
    prints: bool
    rho: RhoRange | Missing


@dataclass(frozen=True)
class PublishedEffect:
    """The printed number and one reading for each design."""

    printed: PrintedNumber
    readings: tuple[PublishedReading, ...]


def printed_number(value: float, decimals: int) -> PrintedNumber:
    """`value` as printed with `decimals` decimals: 2.4 with 1 stands for [2.35, 2.45), in exact arithmetic.

    Raises
    ------
    Refusal
        A value not above 0 or with more decimals than that, or negative `decimals`.
    """
    if decimals < 0 or not 0 < value < float("inf") or round(value, decimals) != value:
        raise Refusal(f"printed: {value!r} with {decimals} decimals given; wanted a finite number above 0, so rounded")
    centre, half = Fraction(repr(float(value))), Fraction(1, 2 * 10**decimals)
    return PrintedNumber(value, decimals, centre - half, centre + half)


def published_effect_readings(
    printed: float, decimals: int, plan: Plan, designs: Mapping[str, Design] = DESIGNS
) -> PublishedEffect:
    """Which designs, at the SD, n, α, sides and target power of `plan`, have the printed detectable effect.

    A design that needs ρ is read twice: with the SD taken as that of the within-person difference, and as that of one
    unit, for the range of ρ that prints the number. The effect and ρ of `plan` are not used.

    Parameters
    ----------
    printed : float
        The effect as printed, in outcome units.
    decimals : int
        How many decimals it was printed with.
    plan : Plan
        Carries the inputs that the readings share.
    designs : mapping
        The designs to read by, all of the registry if not given.

    Raises
    ------
    Refusal
        A printed value that is not a positive number of so many decimals.
    """
    number = printed_number(printed, decimals)
    return PublishedEffect(number, tuple(_reading(number, design, plan) for design in designs.values()))


def _reading(number: PrintedNumber, design: Design, plan: Plan) -> PublishedReading:
    effect = _detectable(design, replace(plan, rho=0.5))  # σ_D = σ√(2(1 − ρ)) equals σ at ρ = ½
    needs_rho = "rho" in design.needs
    basis = "SD of the within-person difference" if needs_rho else "SD of one unit"
    rho = _rho_range(number, design, plan) if needs_rho else Missing(f"{design.label} has no within-person correlation")
    return PublishedReading(design.key, design.label, basis, effect, number.prints(effect), rho)


def _detectable(design: Design, plan: Plan) -> Real:
    try:
        return design.detectable(plan)
    except Refusal as refusal:
        return Missing(str(refusal))


def _rho_range(number: PrintedNumber, design: Design, plan: Plan) -> RhoRange | Missing:
    try:
        low, high = (_rho_detecting(float(end), design, plan) for end in (number.high, number.low))
    except Refusal as refusal:
        return Missing(str(refusal))
    return RhoRange(low, high) if low < high else Missing(f"no correlation has a detectable effect of {number.value:g}")


def _rho_detecting(effect: float, design: Design, plan: Plan) -> float:
    """The ρ whose detectable effect is `effect`, which falls as ρ grows; −1 or 1 where it lies beyond all."""

    def excess(rho: float) -> float:
        return design.detectable(replace(plan, rho=rho)) - effect

    if excess(-_RHO_EDGE) <= 0:
        return -1.0
    if excess(_RHO_EDGE) >= 0:
        return 1.0
    return float(brentq(excess, -_RHO_EDGE, _RHO_EDGE, xtol=1e-12))
