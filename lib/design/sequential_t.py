"""What group-sequential looks do when t, with the SD of the pairs seen so far, takes the place of z.

At pilot sizes the z boundaries applied to t reject far too often. Converting the nominal p of each look to t with that
look's degrees of freedom is nearly right and not exact, as successive t have another joint distribution than successive
z. How often either really rejects is exact here for two looks, and counted from simulated trials for two to four.

Everything is in units of the SD of the differences. With m further pairs after the first n₁ of n, and z₁, z₂ the sums
of the two stages over √n₁, √m, and w₁, w₂ their sums of squares about their own means:

    u = √(n₁/n)·z₁ + √(m/n)·z₂    is √n times the mean of all pairs,
    v = √(m/n)·z₁ − √(n₁/n)·z₂    is what the stages differ by, whatever the effect, and
    w₁ + w₂ + v²                  is the sum of squares of all pairs about their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, sqrt
from numbers import Integral
from typing import Literal, get_args

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy import special

from lib.design.group_sequential import Boundaries, Kind, boundaries
from lib.design.noncentral_t import noncentral_t_upper
from lib.design.rejection import NONE_REJECTS, Rejection, Tally, summed
from lib.errors import Refusal

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Scale = Literal["t", "z"]

SCALES: tuple[Scale, ...] = get_args(Scale)

MOST_STANDARDISED = 1e6
"""Effects beyond so many SDs have power 1 in any trial, and leave floats no digits for the rest."""

_NODES, _WEIGHTS = leggauss(96)
_REACH = 9.0  # Φ(−9) is 1e-19
_OUTSIDE = 1e-18  # probability of a stage difference that is left out

# Tanh-sinh nodes on (−1, 1): integrands here begin and end as half-integer powers (Takahasi & Mori 1974).
_STEPS, _STEP = np.linspace(-3.2, 3.2, 97, retstep=True)
_ENDWARD: FloatArray = np.tanh(np.pi / 2 * np.sinh(_STEPS))
_ENDWARD_WEIGHTS: FloatArray = _STEP * np.pi / 2 * np.cosh(_STEPS) / np.cosh(np.pi / 2 * np.sinh(_STEPS)) ** 2


# ---- validation


def _looks_validation(n: int, looks: int) -> None:
    if not (isinstance(looks, Integral) and looks >= 1):
        raise Refusal(f"looks: {looks!r} given; wanted a whole number, at least 1")
    if not (isinstance(n, Integral) and n > looks):
        raise Refusal(f"n: {n!r} given; wanted at least {looks + 1} pairs, so that {looks} looks see at least 2 each")


def truth_validation(effect: float, sd_difference: float) -> None:
    """Refuse a true mean that is not finite or beyond `MOST_STANDARDISED` SDs, or an SD that is not finite above 0."""
    if not isfinite(effect):
        raise Refusal(f"effect: {effect!r} given; wanted a finite difference")
    if not (isfinite(sd_difference) and sd_difference > 0):
        raise Refusal(f"sd_difference: {sd_difference!r} given; wanted a finite SD above 0")
    if abs(effect) / sd_difference > MOST_STANDARDISED:
        raise Refusal(f"effect: {effect!r} given; wanted at most {MOST_STANDARDISED:g} times the SD of the differences")


def _scale_validation(scale: str) -> None:
    if scale not in SCALES:
        raise Refusal(f"scale: {scale!r} given; wanted one of {', '.join(SCALES)}")


# ---- looks and critical values


def looks_at(n: int, looks: int) -> tuple[int, ...]:
    """Pairs analysed at each of `looks` looks: ⌈k·n/looks⌉, which is at least 2, rises, and ends at `n`.

    Raises
    ------
    Refusal
        Fewer than looks + 1 pairs: the first look would see one pair, which has no SD.

    Examples
    --------
    >>> looks_at(10, 3)
    (4, 7, 10)
    """
    _looks_validation(n, looks)
    return tuple(-(-n * look // looks) for look in range(1, looks + 1))


def critical_t(limits: Boundaries, pairs: tuple[int, ...], scale: Scale) -> tuple[float, ...]:
    """What t is compared with at each look of so many pairs.

    On the scale "t" the quantile of t, with pairs − 1 degrees of freedom, that has the nominal p of the boundaries; on
    the scale "z" the boundaries as they are.

    Raises
    ------
    Refusal
        Any other scale.
    """
    _scale_validation(scale)
    if scale == "z":
        return limits.critical
    tails = np.array(limits.nominal) / limits.sides
    critical = -special.stdtrit(np.array(pairs) - 1, tails)
    return tuple(np.asarray(critical).tolist())


# ---- simulation


@dataclass(frozen=True)
class Block:
    """Simulated pairs in units of their SD, one entry a trial.

    `noise` is √pairs times their mean, without the effect; `squares` their sum of squares about the mean.
    """

    noise: FloatArray
    squares: FloatArray


def drawn(rng: np.random.Generator, pairs: int | IntArray, trials: int) -> Block:
    """`pairs` normal differences in each trial, by their sufficient statistics: the cost does not grow with them."""
    freedom = np.maximum(np.asarray(pairs) - 1, 0)
    return Block(rng.standard_normal(trials), 2 * rng.standard_gamma(freedom / 2, trials))


def pooled(first: Block, pairs: int | IntArray, second: Block, more: int | IntArray) -> Block:
    """`pairs` pairs and `more` after them as one block; either may be 0."""
    total = np.add(pairs, more)
    early, late = np.sqrt(pairs / total), np.sqrt(more / total)
    apart = np.where(np.multiply(pairs, more) > 0, late * first.noise - early * second.noise, 0.0)
    return Block(early * first.noise + late * second.noise, first.squares + second.squares + apart**2)


@dataclass(frozen=True)
class SequentialT:
    """A paired trial with looks, callable as kernel(rng, trials) → Tally; takes about ten floats a trial.

    Attributes
    ----------
    pairs, critical : tuple
        Pairs at each look, rising, and what t is compared with there.
    effect, sd_difference : float
        True mean and SD of the differences, in outcome units.
    sides : int
        1 or 2.
    """

    pairs: tuple[int, ...]
    critical: tuple[float, ...]
    effect: float
    sd_difference: float
    sides: int

    def __call__(self, rng: np.random.Generator, trials: int) -> Tally:
        tally, seen = Tally(), 0
        state = Block(np.zeros(trials), np.zeros(trials))
        for pairs, critical in zip(self.pairs, self.critical, strict=True):
            state = pooled(state, seen, drawn(rng, pairs - seen, state.noise.size), pairs - seen)
            mean = self.effect + self.sd_difference / sqrt(pairs) * state.noise
            toward, against = rejections(mean, self.sd_difference, state.squares, pairs, critical, self.sides)
            stops = toward | against | (pairs == self.pairs[-1])
            tally += tallied_trials(mean[stops], toward[stops], against[stops], pairs)
            state, seen = Block(state.noise[~stops], state.squares[~stops]), pairs
        return tally


def rejections(
    mean: FloatArray,
    sd: float,
    squares: FloatArray,
    pairs: int | IntArray,
    critical: float | FloatArray,
    sides: int,
) -> tuple[BoolArray, BoolArray]:
    """Whether t of each trial reaches `critical` towards the treatment, and against it; the latter never if one-sided.

    Compared without division, which a sum of squares of 0 would not survive.
    """
    score = np.sqrt(pairs) / sd * mean
    bound = critical * np.sqrt(squares / np.subtract(pairs, 1))
    return score >= bound, (score <= -bound) & (sides == 2)


def tallied_trials(mean: FloatArray, toward: BoolArray, against: BoolArray, pairs: int | IntArray) -> Tally:
    """Trials that have ended with these means after so many pairs."""
    analysed = np.broadcast_to(pairs, mean.shape).sum()
    sizes = np.abs(mean[toward | against])
    magnitude, squares = summed(sizes)
    return Tally(mean.size, int(toward.sum()), int(against.sum()), magnitude, float(analysed), squares)


# ---- exact, two looks
#
# The mean and SD of all pairs are sufficient, so that whatever else the trial was like, such as whether it went on
# after the first look, does not depend on the effect given them; and on them only by r = u/√(w₁ + w₂ + v²), as t does
# not change with the unit. So going on and then rejecting has the probability ∫ P(goes on | r)·density(r) dr.
# Given r, v is sin θ of the root, with √(n − 2)·tan θ distributed as t with n − 2 degrees of freedom, and w₁ the share
# sin²ψ of what remains, a Beta((n₁ − 1)/2, (m − 1)/2). The first look goes on where |p·r + q·sin θ| < a·sin ψ·cos θ.


@lru_cache(maxsize=64)
def _second_look(first: int, n: int, early: float, last: float, sides: int) -> tuple[FloatArray, FloatArray]:
    """Nodes r at which the second look rejects, with weights that contain the probability of getting there.

    `early` and `last` are critical values of t, after `first` and after `n` pairs.
    """
    p, q = sqrt(first / n), sqrt(1 - first / n)
    a, least = early / sqrt(first - 1), last / sqrt(n - 1)
    farthest = sqrt(special.betainccinv(0.5, (n - 2) / 2, _OUTSIDE))  # of sin θ from 0
    most = min(sqrt(q * q + a * a), a + q * farthest) / p  # beyond, the first look has rejected
    seam = min(max(q / p, least), most)  # from here on the first mean is above 0 whatever θ
    panels = [_spread(low, high) for low, high in ((least, seam), (seam, most)) if low < high]
    if not panels:
        return np.zeros(0), np.zeros(0)
    r, weights = (np.concatenate(parts) for parts in zip(*panels, strict=True))
    return r, weights * _going_on(r, first, n, a, sides)


def _going_on(r: FloatArray, first: int, n: int, a: float, sides: int) -> FloatArray:
    """P(the first look does not reject | r), for r above 0."""
    p, q = sqrt(first / n), sqrt(1 - first / n)
    least = np.sqrt(np.maximum((p * r) ** 2 - q * q, 0)) / a  # below this sin ψ no θ goes on
    sine, weights = _first_spread(least, first, n - first)
    tilt = np.arctan2(a * sine, q)
    shift = np.arcsin(np.minimum(p * r[:, None] / np.hypot(q, a * sine), 1))
    beyond = np.where(p * r[:, None] < q, -np.pi / 2, tilt + shift - np.pi)
    lower = np.maximum(beyond, -shift - tilt) if sides == 2 else beyond
    within = _angle_below(tilt - shift, n) - _angle_below(lower, n)
    return np.asarray((weights * within).sum(axis=1))


def _angle_below(theta: FloatArray, n: int) -> FloatArray:
    return np.asarray(special.stdtr(n - 2, sqrt(n - 2) * np.tan(theta)))


def _first_spread(least: FloatArray, first: int, more: int) -> tuple[FloatArray, FloatArray]:
    """Values of sin ψ from `least` up, with their probabilities, along the last axis; 1 where one pair is added."""
    if more == 1:
        return np.ones((least.size, 1)), np.where(least < 1, 1.0, 0.0)[:, None]
    shares = (first - 1) / 2, (more - 1) / 2
    low = np.maximum(np.sqrt(special.betaincinv(*shares, _OUTSIDE)), least)
    high = np.sqrt(special.betainccinv(*shares, _OUTSIDE))
    psi, weights = _spread(np.arcsin(np.minimum(low, high))[:, None], np.arcsin(high))
    log_density = special.xlogy(first - 2, np.sin(psi)) + special.xlogy(more - 2, np.cos(psi)) - special.betaln(*shares)
    return np.sin(psi), 2 * weights * np.exp(log_density)


def _spread(low: FloatArray | float, high: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Tanh-sinh nodes and weights from `low` to `high`, along the last axis."""
    half = np.subtract(high, low) / 2
    return np.asarray(low + half * (1 + _ENDWARD)), np.asarray(half * _ENDWARD_WEIGHTS)


def _chi_normal(power: int, r: FloatArray, df: int, nc: float) -> FloatArray:
    """E[Xᵖᵒʷᵉʳ·φ(r·X − nc)] for X the root of χ²_df: log-concave in X, and narrower than a normal about its mode."""
    exponent, steepness = df - 1 + power, 1 + r * r
    centre = r * nc / steepness
    mode = (centre + np.sqrt(centre**2 + 4 * exponent / steepness)) / 2
    low, high = np.maximum(mode - _REACH / np.sqrt(steepness), 0), mode + _REACH / np.sqrt(steepness)
    half = (high - low)[:, None] / 2
    x = low[:, None] + half * (1 + _NODES)
    constant = (np.log(2 * np.pi) + nc**2 / steepness) / 2 + (df / 2 - 1) * np.log(2) + special.gammaln(df / 2)
    log_density = special.xlogy(exponent, x) - steepness[:, None] / 2 * (x - centre[:, None]) ** 2
    return np.asarray((half * np.exp(log_density - constant[:, None])) @ _WEIGHTS)


@dataclass(frozen=True)
class _Way:
    """Rejecting in one direction: its probability at each look, and E[|mean|; rejects] in SDs of the difference."""

    early: float
    late: float
    magnitude: float


def _toward(d: float, pairs: tuple[int, ...], critical: tuple[float, ...], sides: int) -> _Way:
    """Rejections towards positive for a standardised effect `d`; those against are those of −d towards."""
    (first, n), (early, last) = pairs, critical
    nc = d * sqrt(first)
    at_first = float(noncentral_t_upper(early, first - 1, nc))
    excess = _chi_normal(0, np.array([early / sqrt(first - 1)]), first - 1, nc).item()
    r, weights = _second_look(first, n, early, last, sides)
    at_last = float(weights @ _chi_normal(1, r, n - 1, d * sqrt(n)))
    root_n_mean = float((weights * r) @ _chi_normal(2, r, n - 1, d * sqrt(n)))
    return _Way(at_first, at_last, (nc * at_first + excess) / sqrt(first) + root_n_mean / sqrt(n))


# ---- public functions


def sequential_t_kernel(
    n: int,
    effect: float,
    sd_difference: float,
    alpha: float,
    sides: int,
    kind: Kind,
    looks: int,
    scale: Scale = "t",
) -> SequentialT:
    """Simulated paired trials that stop at the first look whose t test rejects.

    Parameters
    ----------
    n
        Pairs at the last look; where it is no multiple of `looks`, earlier looks are later than equally spaced ones.
    effect, sd_difference
        True mean and SD of the within-pair differences, in outcome units; normal.
    alpha
        Type I error for which the boundaries are made, on the scale of z.
    sides
        1 or 2.
    kind, looks
        As in `lib.design.group_sequential.boundaries`.
    scale
        "t" converts the nominal p of each look to t with that look's degrees of freedom; "z" compares t with the
        boundaries of z, as if the SD were known.

    Returns
    -------
    SequentialT
        kernel(rng, trials) gives a `Tally`; picklable.

    Raises
    ------
    Refusal
        An argument outside its range, or fewer than looks + 1 pairs.

    References
    ----------
    Jennison & Turnbull (2000). Group Sequential Methods, section 3.8. Boca Raton: Chapman & Hall.

    Examples
    --------
    Two looks at 4 and 8 pairs with O'Brien and Fleming's boundaries for z reject 13 % of trials without effect:

    >>> kernel = sequential_t_kernel(8, 0.0, 1.0, 0.05, 2, "obrien-fleming", 2, "z")
    >>> round(kernel(np.random.default_rng(1), 100_000).rejected / 100_000, 2)
    0.13
    """
    truth_validation(effect, sd_difference)
    limits = boundaries(kind, looks, alpha, sides)
    pairs = looks_at(n, looks)
    return SequentialT(pairs, critical_t(limits, pairs, scale), effect, sd_difference, sides)


def sequential_t_exact(
    n: int,
    effect: float,
    sd_difference: float,
    alpha: float,
    sides: int,
    kind: Kind,
    looks: int = 2,
    scale: Scale = "t",
) -> Rejection:
    """How often two looks really reject, without simulation.

    Parameters as in `sequential_t_kernel`; `looks` must be 2.

    Returns
    -------
    Rejection
        Probabilities to 1e-9, the mean size of significant estimates in outcome units, and the mean number of pairs.

    Raises
    ------
    Refusal
        As `sequential_t_kernel`; or more looks than two.

    References
    ----------
    Jennison & Turnbull (1991). Exact calculations for sequential t, χ² and F tests. Biometrika 78:133-141.

    Examples
    --------
    >>> round(sequential_t_exact(8, 0.0, 1.0, 0.05, 2, "obrien-fleming", scale="z").power, 3)
    0.134
    """
    kernel = sequential_t_kernel(n, effect, sd_difference, alpha, sides, kind, looks, scale)
    if looks != 2:
        raise Refusal(f"looks: {looks!r} given; wanted 2, as more are simulated")
    d = effect / sd_difference
    none = _Way(0.0, 0.0, 0.0)
    up = _toward(d, kernel.pairs, kernel.critical, sides)
    down = _toward(-d, kernel.pairs, kernel.critical, sides) if sides == 2 else none
    toward, against = up.early + up.late, down.early + down.late
    magnitude = sd_difference * (up.magnitude + down.magnitude)
    return Rejection(
        toward,
        against,
        toward + against,
        toward + against,
        magnitude=magnitude / (toward + against) if toward + against else NONE_REJECTS,
        expected_n=kernel.pairs[0] + (n - kernel.pairs[0]) * (1 - up.early - down.early),
    )
