"""The plan of one trial: what any design needs to know, checked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.design.dropout import SHARE_WANTED, is_share_lost
from lib.errors import Refusal

FloatArray = NDArray[np.float64]

SMALLEST_N = 2
"""Below two pairs, or two participants per arm, there is no variance to estimate."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Assumptions of a planned comparison of two arms. Each design says in `needs` which fields it reads.

    Parameters
    ----------
    effect : float
        True difference between the arms, in outcome units. Its sign never changes power.
    sd : float
        Standard deviation of the outcome between the units (lesions, eyes, teeth) of one arm, in outcome units.
    rho : float
        Correlation of the two units of one person.
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
        ("n", isinstance(plan.n, Integral) and plan.n >= SMALLEST_N, f"a whole number of at least {SMALLEST_N}"),
        ("dropout", is_share_lost(plan.dropout), SHARE_WANTED),
    )
    return (f"{field}: {getattr(plan, field)!r} given; wanted {wanted}" for field, holds, wanted in rules if not holds)


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
