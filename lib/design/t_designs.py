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

from lib.design.noncentral_t import noncentral_t_lower, noncentral_t_tails, noncentral_t_upper
from lib.design.plan import SMALLEST_N, FloatArray, Plan, effect_sizes, sample_sizes
from lib.design.rejection import Rejection, exact_rejection
from lib.design.sign_magnitude import sign_magnitude
from lib.design.solve import LIMIT, smallest_monotone_effect, smallest_monotone_n
from lib.errors import Refusal
from lib.values import Missing, Real, known


def t_power(nc: FloatArray, df: FloatArray, alpha: float, sides: int) -> FloatArray:
    """Power of a t test with noncentrality `nc` ≥ 0, without unit; `nc` and `df` broadcast.

    One-sided, towards positive; two-sided, both tails count, also the one that points the wrong way.
    """
    critical = -special.stdtrit(df, alpha / sides)
    if sides == 1 or np.any(critical < 0):
        toward = noncentral_t_upper(critical, df, nc)
        return toward if sides == 1 else toward + noncentral_t_lower(-critical, df, nc)
    toward, against = noncentral_t_tails(critical, df, nc)
    return toward + against


@dataclass(frozen=True)
class TDesign:
    """A t test whose estimate has standard error contrast_sd(plan) / √n.

    `contrast_sd` is in outcome units; `df` gives the degrees of freedom at each n. Any further t design is one more of
    these.
    """

    contrast_sd: Callable[[Plan], float]
    df: Callable[[Plan, FloatArray], FloatArray]

    @property
    def limit(self) -> int:
        """No larger n is looked for."""
        return LIMIT

    @property
    def lasting(self) -> bool:
        """Power never falls as n grows."""
        return True

    def fewest(self, plan: Plan) -> int:
        """Two, to have a variance."""
        return SMALLEST_N

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
        return t_power(nc, self.df(plan, sizes), plan.alpha, plan.sides)

    def smallest_n(self, plan: Plan, limit: int | None = None) -> int:
        """The smallest n from which power stays at or above the target.

        Raises
        ------
        Refusal
            An effect of 0, whose power is alpha at every n; or none up to `limit`.
        """
        if plan.effect == 0:
            raise Refusal("effect: 0 given; wanted a difference other than 0, as power for 0 is alpha at every n")
        return smallest_monotone_n(lambda n: self.power(plan, n), plan.target, limit or LIMIT)

    def detectable(self, plan: Plan, n: int | None = None) -> float:
        """The effect above 0, in outcome units, that is detected with the target power at `n` (planned where None)."""
        unit = self.contrast_sd(plan) / sqrt(float(sample_sizes(plan, n)))
        return smallest_monotone_effect(lambda effect: float(self.power(plan, n, effect)), plan.target, unit)

    def rejection(self, plan: Plan) -> Rejection:
        """Both directions apart, with the mean size of the estimates that are significant."""
        n = sample_sizes(plan, None)
        unit, df = self.contrast_sd(plan) / sqrt(float(n)), self.df(plan, n)
        critical, nc = -special.stdtrit(df, plan.alpha / plan.sides), abs(plan.effect) / unit
        against = float(noncentral_t_lower(-critical, df, nc)) if plan.sides == 2 else 0.0
        return exact_rejection(float(noncentral_t_upper(critical, df, nc)), against, _magnitude(plan, unit, int(df)))


def _magnitude(plan: Plan, standard_error: float, df: int) -> Real:
    """Mean size of the significant estimates; Missing, with the reason, where that means nothing."""
    try:
        found = sign_magnitude(abs(plan.effect), standard_error, df, plan.alpha, plan.sides)
    except Refusal as refusal:
        return Missing(str(refusal))
    return found.exaggeration * abs(plan.effect) if known(found.exaggeration) else found.exaggeration


def sd_of_pair_difference(plan: Plan) -> float:
    """σ_D = σ·√(2(1 − ρ)), in outcome units."""
    return plan.sd * sqrt(2 * (1 - plan.rho))


def sd_of_arm_difference(plan: Plan) -> float:
    """σ·√2, in outcome units: the pair difference of two persons who have nothing to do with each other."""
    return plan.sd * sqrt(2)


PAIRED_T = TDesign(sd_of_pair_difference, lambda plan, n: n - 1)
TWO_SAMPLE_T = TDesign(sd_of_arm_difference, lambda plan, n: 2 * n - 2)
