"""The plan of one trial: what any design needs to know, checked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum, inf, isfinite
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.design.dropout import SHARE_WANTED, is_share_lost
from lib.errors import Refusal

FloatArray = NDArray[np.float64]

SMALLEST_N = 2
"""Below two pairs, or two participants per arm, there is no variance to estimate."""

_SUM_OF_SHARES = 1e-9
"""How far shares may miss 1 by rounding."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Assumptions of a planned comparison of two arms. Each design says in `needs` which fields it reads.

    Parameters
    ----------
    effect : float
        True difference between the arms, in outcome units; with several doses, between the highest and none. Its sign
        never changes power.
    sd : float
        Standard deviation of the outcome between the units (lesions, eyes, teeth) of one arm, in outcome units.
    rho : float
        Correlation of the two units of one person; of what lies behind the categories where there are some.
    alpha : float
        Type I error of the whole test, whatever its sides.
    sides : int
        1, in the direction of the effect, or 2.
    target : float
        Power wanted.
    n : int
        Planned number *analysed*: pairs, or participants per arm; the design's `n_counts` has the words.
    dropout : float
        Share of those enrolled that is lost.
    units : int
        Units per arm within one person.
    icc : float
        Correlation of two units of one arm of one person.
    scores : tuple of float
        Score of each dose given within one person, the first being none.
    rho_baseline : float
        Correlation of baseline and outcome.
    looks : int
        Analyses of a group-sequential trial, the last included.
    interim : float
        Share of the n planned after which the n is looked at again.
    replan_for : float
        Difference for which n is chosen anew, whatever the true one; in outcome units.
    growth : float
        Largest n that looking again may lead to, as a multiple of the n planned.
    treated, control : tuple of float
        Probability of improving by 0, 1, … categories in each arm.
    responds_treated, responds_control : float
        Probability that a unit of each arm responds.
    seed : int
        Of whatever is simulated.
    width : float
        Half-width wanted of the 95 % Monte Carlo interval of a simulated power.

    Raises
    ------
    Refusal
        Listing every field outside its range.
    """

    effect: float
    sd: float
    rho: float
    alpha: float
    sides: int
    target: float
    n: int
    dropout: float = 0.0
    units: int = 2
    icc: float = 0.5
    scores: tuple[float, ...] = (0.0, 1.0, 2.0)
    rho_baseline: float = 0.5
    looks: int = 2
    interim: float = 0.5
    replan_for: float = 1.0
    growth: float = 2.0
    treated: tuple[float, ...] = (0.25, 0.25, 0.5)
    control: tuple[float, ...] = (0.5, 0.25, 0.25)
    responds_treated: float = 0.5
    responds_control: float = 0.25
    seed: int = 1
    width: float = 0.01

    def __post_init__(self) -> None:
        if problems := tuple(_problems(self)):
            raise Refusal("; ".join(problems))


def _problems(plan: Plan) -> Iterator[str]:
    """Comparisons are written so that NaN fails them."""
    rules = (
        ("effect", isfinite(plan.effect), "a finite difference between arms, in outcome units"),
        ("sd", 0 < plan.sd < inf, "a finite standard deviation above 0, in outcome units"),
        ("rho", -1 < plan.rho < 1, "a correlation above -1 and below 1"),
        ("alpha", 0 < plan.alpha < 1, "a probability above 0 and below 1"),
        ("sides", plan.sides in (1, 2), "1 or 2; no other number of sides exists"),
        ("target", plan.alpha < plan.target < 1, f"a power above alpha ({plan.alpha!r}) and below 1"),
        ("n", _whole(plan.n, SMALLEST_N), f"a whole number of at least {SMALLEST_N}"),
        ("dropout", is_share_lost(plan.dropout), SHARE_WANTED),
        ("units", _whole(plan.units, 1), "a whole number of units per arm, at least 1"),
        ("icc", 0 <= plan.icc < 1, "a correlation from 0 to below 1"),
        ("rho_baseline", -1 < plan.rho_baseline < 1, "a correlation above -1 and below 1"),
        ("looks", plan.looks in (2, 3, 4), "2, 3 or 4 analyses"),
        ("interim", 0 < plan.interim < 1, "a share of the n planned above 0 and below 1"),
        ("replan_for", 0 < plan.replan_for < inf, "a finite difference above 0, in outcome units"),
        ("growth", 1 <= plan.growth < inf, "a multiple of the n planned, at least 1"),
        ("responds_treated", 0 <= plan.responds_treated <= 1, "a probability from 0 to 1"),
        ("responds_control", 0 <= plan.responds_control <= 1, "a probability from 0 to 1"),
        ("seed", _whole(plan.seed, 0), "a whole number of at least 0"),
        ("width", 0 < plan.width < 0.5, "a half-width above 0 and below 0.5"),
    )
    yield from (f"{key}: {getattr(plan, key)!r} given; wanted {wanted}" for key, holds, wanted in rules if not holds)
    yield from _shares_problems(plan)


def _shares_problems(plan: Plan) -> Iterator[str]:
    for key in ("treated", "control"):
        shares: tuple[float, ...] = getattr(plan, key)
        if not (all(0 <= share <= 1 for share in shares) and abs(fsum(shares) - 1) <= _SUM_OF_SHARES):
            told = " + ".join(f"{100 * share:g}" for share in shares)
            yield f"{key}: {told} = {100 * fsum(shares):.6g} % given; wanted shares from 0 to 100 % that sum to 100 %"
    if len(plan.treated) != len(plan.control) or len(plan.treated) < 2:
        counts = f"{len(plan.treated)} and {len(plan.control)}"
        yield f"treated: {counts} categories given; wanted as many for treated as for control, and at least 2"


def _whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and int(value) >= least


def sample_sizes(plan: Plan, n: ArrayLike | None) -> FloatArray:
    """`n` as an array, the planned n where it is None; Refusal below 2 or where not finite."""
    sizes = np.asarray(plan.n if n is None else n, dtype=float)
    if not np.all((sizes >= SMALLEST_N) & np.isfinite(sizes)):
        raise Refusal(f"n: {n!r} given; wanted numbers of at least {SMALLEST_N}")
    return sizes


def effect_sizes(plan: Plan, effect: ArrayLike | None) -> FloatArray:
    """|effect| as an array in outcome units, the planned effect where it is None; Refusal where not finite."""
    sizes: FloatArray = np.abs(np.asarray(plan.effect if effect is None else effect, dtype=float))
    if not np.all(np.isfinite(sizes)):
        raise Refusal(f"effect: {effect!r} given; wanted finite differences between arms, in outcome units")
    return sizes
