"""Exact power of t tests on normal outcomes (Cohen 1988, Statistical Power Analysis, ch. 2; noncentral t, both tails).

Both designs estimate a difference whose standard error is contrast_sd / √n; they differ in that SD and in the degrees
of freedom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lib.design.noncentral_t import noncentral_t_lower, noncentral_t_upper
from lib.design.plan import FloatArray, Plan, effect_sizes, sample_sizes
from lib.design.solve import LIMIT, smallest_monotone_effect, smallest_monotone_n
from lib.errors import Refusal


def t_power(nc: FloatArray, df: FloatArray, alpha: float, sides: int) -> FloatArray:
    """Power of a t test with noncentrality `nc` ≥ 0, without unit; `nc` and `df` broadcast.

    One-sided, towards positive; two-sided, both tails count, also the one that points the wrong way.
    """
    critical = -special.stdtrit(df, alpha / sides)
    toward = noncentral_t_upper(critical, df, nc)
    return toward if sides == 1 else toward + noncentral_t_lower(-critical, df, nc)


@dataclass(frozen=True)
class TDesign:
    """A t test whose estimate has standard error contrast_sd(plan) / √n.

    `contrast_sd` is in outcome units; `df` gives the degrees of freedom at each n. Any further t design is one more of
    these.
    """

    contrast_sd: Callable[[Plan], float]
    df: Callable[[FloatArray], FloatArray]

    def power(self, plan: Plan, n: ArrayLike | None = None, effect: ArrayLike | None = None) -> FloatArray:
        """Power at `n` and `effect` (outcome units), broadcast; each as planned where it is None.

        Raises
        ------
        Refusal
            An n below 2, or anything not finite.
        """
        sizes = sample_sizes(plan, n)
        with np.errstate(over="ignore"):  # an infinite noncentrality has power 1
            nc = effect_sizes(plan, effect) / self.contrast_sd(plan) * np.sqrt(sizes)
        return t_power(nc, self.df(sizes), plan.alpha, plan.sides)

    def smallest_n(self, plan: Plan, limit: int = LIMIT) -> int:
        """The smallest n from which power stays at or above the target.

        Raises
        ------
        Refusal
            An effect of 0, whose power is alpha at every n; or none up to `limit`.
        """
        if plan.effect == 0:
            raise Refusal("effect: 0 given; wanted a difference other than 0, as power for 0 is alpha at every n")
        return smallest_monotone_n(lambda n: float(self.power(plan, n)), plan.target, limit)

    def detectable(self, plan: Plan, n: int | None = None) -> float:
        """The effect above 0, in outcome units, that is detected with the target power at `n` (planned where None)."""
        unit = self.contrast_sd(plan) / sqrt(float(sample_sizes(plan, n)))
        return smallest_monotone_effect(lambda effect: float(self.power(plan, n, effect)), plan.target, unit)


def sd_of_pair_difference(plan: Plan) -> float:
    """σ_D = σ·√(2(1 − ρ)), in outcome units."""
    return plan.sd * sqrt(2 * (1 - plan.rho))


def sd_of_arm_difference(plan: Plan) -> float:
    """σ·√2, in outcome units: the pair difference of two persons who have nothing to do with each other."""
    return plan.sd * sqrt(2)


PAIRED_T = TDesign(contrast_sd=sd_of_pair_difference, df=lambda n: n - 1)
TWO_SAMPLE_T = TDesign(contrast_sd=sd_of_arm_difference, df=lambda n: 2 * n - 2)
