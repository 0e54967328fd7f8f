"""The largest mean of a function of a binomial count, whatever its probability: type I errors of conditional tests.

Such a test has a known probability of rejecting given a count, as of those who respond in both arms together; how
likely each count is hangs on one share that nobody knows. The largest mean over all shares bounds the type I error.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

FloatArray = NDArray[np.float64]

_STEPS_PER_SD = 20
"""Grid points in one standard deviation of asin √(share), which is 1/(2√N) for N trials."""
_ZOOM = np.linspace(-1, 1, 17)
_ZOOMS = 6  # each divides the step by 8; the error goes with its square


@dataclass(frozen=True)
class BinomialMean:
    """Means of functions of a count out of `trials`, at shares on a grid and between its points.

    Attributes
    ----------
    angles : ndarray
        asin √(share), for which the standard deviation is everywhere the same; evenly spaced from 0.
    weights : ndarray
        Probability of each count, in row angle and column count.
    """

    trials: int
    angles: FloatArray
    weights: FloatArray

    def at(self, values: FloatArray, angles: FloatArray) -> FloatArray:
        """The mean at each angle of `values`, one for each count."""
        return _weights(self.trials, angles) @ values

    def largest(self, values: FloatArray) -> float:
        """The largest mean: every peak of the grid that may be the highest is climbed."""
        on_grid = self.weights @ values
        around = np.pad(on_grid, 1, constant_values=-1)
        # Between its points the grid misses about (1/20)²/8 of a peak, a thirtieth of what is allowed for.
        peak = (on_grid >= around[:-2]) & (on_grid >= around[2:]) & (on_grid >= 0.99 * on_grid.max())
        best, width = self.angles[peak], float(self.angles[1])
        for _ in range(_ZOOMS):
            near = np.clip(best[:, None] + width * _ZOOM, 0, self.angles[-1])
            means = self.at(values, near.ravel()).reshape(near.shape)
            best, width = near[np.arange(best.size), means.argmax(axis=1)], width / 8
        return float(max(on_grid.max(), means.max()))


def log_ways(trials: int) -> FloatArray:
    """Logarithms of C(N, k) for k = 0 … N."""
    k = np.arange(trials + 1)
    ways: FloatArray = special.gammaln(trials + 1) - special.gammaln(k + 1) - special.gammaln(trials - k + 1)
    return ways


def _weights(trials: int, angles: FloatArray) -> FloatArray:
    """P(count) of `trials`, in row angle and column count."""
    count = np.arange(trials + 1)
    share = np.sin(angles)[:, None] ** 2
    probability: FloatArray = np.exp(
        log_ways(trials) + special.xlogy(count, share) + special.xlog1py(trials - count, -share)
    )
    return probability


def binomial_mean(trials: int, most: float = pi / 2) -> BinomialMean:
    """Means over counts out of `trials`, at shares from 0 to sin² `most`: to 1 where that is π/2, a half at π/4."""
    points = int(most * 2 * sqrt(trials) * _STEPS_PER_SD) + 2
    angles = np.linspace(0, most, points)
    return BinomialMean(trials, angles, _weights(trials, angles))
