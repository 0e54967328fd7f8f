"""Every way to fill in one pair of lesions, kept once for each combination of what pairs are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.analysis.area_lattice import Ints, LesionOptions
from lib.errors import OverBudget

Truths = NDArray[np.bool_]

VISITS = (0, 1)
"""Baseline and final visit."""

MOST_ASSIGNMENTS = 6_000_000
"""Ways to fill in one pair."""


@dataclass(frozen=True)
class Keys:
    """What pairs are compared by, each combination once: an entry of each array is one.

    `differences` are treated − control at both visits in units; `ends` has a bit for each printed end of a range that a
    lesion of the pair attains; `count` tells how many ways to fill in the pair share it; `place` is its number.
    """

    differences: tuple[Ints, Ints]
    ends: Ints
    count: Ints
    place: Ints

    def chosen(self, which: Ints | Truths) -> Keys:
        """Some of them, or all in another order."""
        baseline, final = self.differences
        return Keys((baseline[which], final[which]), self.ends[which], self.count[which], self.place[which])

    @property
    def size(self) -> int:
        """How many."""
        return len(self.place)

    @property
    def growth(self) -> Ints:
        """Difference at the final visit minus that at baseline."""
        return self.differences[1] - self.differences[0]


@dataclass(frozen=True)
class PairOptions:
    """Every way to fill in one pair: `key_of[i, j]` is the key of its treated lesion's option i and the other's j."""

    treated: LesionOptions
    control: LesionOptions
    keys: Keys
    key_of: Ints

    @cached_property
    def by_key(self) -> Ints:
        """The flat places of `key_of`, sorted by key; `keys.count` tells how many each has."""
        return np.argsort(self.key_of, axis=None, kind="stable")

    @cached_property
    def first(self) -> Ints:
        """Where each key starts in `by_key`."""
        return np.cumsum(self.keys.count) - self.keys.count

    def areas(self, flat: Ints) -> Ints:
        """Of some flat places: treated at baseline and final, control at baseline and final, in a last axis of 4."""
        treated, control = np.divmod(flat, len(self.control.baseline))
        lesions = ((self.treated, treated), (self.control, control))
        return np.stack([areas[i] for lesion, i in lesions for areas in (lesion.baseline, lesion.final)], axis=-1)


def pair_options(name: str, treated: LesionOptions, control: LesionOptions, wanted: int) -> PairOptions:
    """Combine two lesions; of the ends that they attain, only those `wanted` are kept apart.

    Raises
    ------
    OverBudget
        If the combinations are more than `MOST_ASSIGNMENTS`.
    """
    shape = len(treated.baseline), len(control.baseline)
    if (assignments := shape[0] * shape[1]) > MOST_ASSIGNMENTS:
        raise OverBudget(
            f"{name} can be filled in in {assignments:,} ways; the limit is {MOST_ASSIGNMENTS:,}. "
            "A coarser step or a shorter longest side leaves fewer"
        )
    baseline = np.subtract.outer(treated.baseline, control.baseline).ravel()
    final = np.subtract.outer(treated.final, control.final).ravel()
    ends = np.bitwise_or.outer(treated.ends, control.ends << 2).ravel() & wanted
    # One sortable number a key: of all three columns, the first leads.
    span, lowest = int(np.ptp(final)) + 1, int(np.min(final))
    code = (baseline * span + final - lowest) * 16 + ends
    codes, key_of, count = np.unique(code, return_inverse=True, return_counts=True)
    rest, ends = np.divmod(codes, 16)
    baseline, final = np.divmod(rest, span)
    keys = Keys((baseline, final + lowest), ends, count, np.arange(len(codes)))
    return PairOptions(treated, control, keys, key_of.reshape(shape))
