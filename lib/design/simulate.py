"""Power by simulation: as many trials as its interval needs, the same whoever simulates them.

Trials come in batches of one size, and batch i has its own stream of random numbers, from the seed and i alone. Batches
count in their order, up to the first at which the interval is narrow enough. So the answer is that of one process
however many share the work; and plans that differ in effect, or in n, see the same random numbers, so that curves are
smooth.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count, takewhile
from math import ceil
from numbers import Integral
from typing import Protocol

import numpy as np
from scipy import special

from lib.design.rejection import LEVEL, Rejection, Tally, tallied, wilson
from lib.design.workers import Workers, serial
from lib.errors import Refusal

BATCH = 2_000
"""Trials of a batch: some milliseconds, in which nobody can stop it. A kernel that is slow wants fewer."""

MOST = 1_000_000
"""Trials after which the interval is told as wide as it then is; a half-width of 0.001 takes 960,315 at most."""

WHAT = "simulating trials"


class Kernel(Protocol):
    """One design under one truth: picklable, and pure but for `rng`. It tells no progress: batches do."""

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        """How so many trials end."""


# ---- validation


def _width_validation(width: float) -> None:
    if not 0 < width < 0.5:
        raise Refusal(f"width: {width!r} given; wanted the half-width of an interval of power, above 0 and below 0.5")


def _simulate_validation(seed: int, width: float, batch: int, most: int) -> None:
    _width_validation(width)
    for name, value, least in (("seed", seed, 0), ("batch", batch, 1), ("most", most, 1)):
        if not (isinstance(value, Integral) and value >= least):
            raise Refusal(f"{name}: {value!r} given; wanted a whole number, at least {least}")


# ---- batches


@dataclass(frozen=True)
class Batch:
    """Some trials with their own stream of random numbers: that of `place` among those of `seed`."""

    kernel: Kernel
    seed: int
    place: int
    trials: int


def simulated(batch: Batch) -> Tally:
    """How the trials of one batch end."""
    stream = np.random.SeedSequence(batch.seed, spawn_key=(batch.place,))
    return batch.kernel(np.random.Generator(np.random.PCG64(stream)), batch.trials)


def _batches(kernel: Kernel, seed: int, batch: int, most: int) -> Iterator[Batch]:
    """Batches of one size, the last one smaller where `most` asks for it."""
    for place in takewhile(lambda place: place * batch < most, count()):
        yield Batch(kernel, seed, place, min(batch, most - place * batch))


def _half_width(tally: Tally) -> float:
    low, high = wilson(tally.rejected, tally.trials)
    return (high - low) / 2


def _share(tally: Tally, width: float, most: int) -> float:
    """Share of the work done: the width falls with the root of the number of trials."""
    if tally.trials == 0:
        return 0.0
    return max(tally.trials / most, (width / _half_width(tally)) ** 2)


# ---- public functions


def needed_trials(width: float) -> int:
    """Trials after which the interval is `width` to either side whatever the power; a power of one half takes them all.

    Parameters
    ----------
    width
        Half the length of the Monte Carlo interval, inside (0, 0.5).

    Returns
    -------
    int
        The smallest number whose interval at a power of one half, z/√(n + z²)/2 to either side, is narrow enough.

    Raises
    ------
    Refusal
        If `width` is not inside (0, 0.5).

    References
    ----------
    Wilson (1927). Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 22:209-212.

    Examples
    --------
    >>> needed_trials(0.01)
    9600
    """
    _width_validation(width)
    square = float(special.ndtri((1 + LEVEL) / 2)) ** 2
    return max(1, ceil(square / (4 * width * width) - square))


def simulate(
    kernel: Kernel,
    seed: int,
    width: float,
    *,
    batch: int = BATCH,
    most: int = MOST,
    varying_n: bool = False,
    workers: Workers | None = None,
) -> Rejection:
    """Simulate trials until the interval of their power is `width` to either side.

    Parameters
    ----------
    kernel
        The design under the truth that is simulated.
    seed
        Whole, at least 0; the same seed, width, batch and most give the same answer, to the last digit.
    width
        Half the length wanted of the interval of power, inside (0, 0.5). (Stopping by the width seen makes the interval
        a little narrower than it would be by chance: by at most one batch in the many that it takes.)
    batch
        Trials at a time, at least 1. Another size takes other random numbers.
    most
        Trials at most, at least 1; the interval is then as wide as it is.
    varying_n
        Whether the mean number analysed is of interest.
    workers
        Who simulates; this process where None.

    Returns
    -------
    Rejection
        With its Monte Carlo interval and the number of trials.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    Stopped
        Between two batches, where nobody waits any more.

    Examples
    --------
    A test that rejects one trial in four:

    >>> def quarter(rng, trials):
    ...     return Tally(trials, int((rng.random(trials) < 0.25).sum()))
    >>> answer = simulate(quarter, seed=1, width=0.01)
    >>> answer.trials, answer.low < 0.25 < answer.high
    (8000, True)
    """
    _simulate_validation(seed, width, batch, most)
    tally = Tally()
    tallies = (workers or serial()).map_in_order(
        simulated, _batches(kernel, seed, batch, most), WHAT, lambda: _share(tally, width, most)
    )
    with closing(tallies):
        for one in tallies:
            tally += one
            if _half_width(tally) <= width:
                break
    return tallied(tally, varying_n)
