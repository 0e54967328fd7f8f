"""Power of the exact Wilcoxon-Mann-Whitney test on ordered categories, in two parallel arms of one size.

The statistic V is the number of (treated, control) couples in which the treated one is better, minus those in which the
control is: twice the rank sum with midranks less its expectation, a whole number. Given how many of both arms together
fall into each category (the margin t), the null distribution of V is that of permutations, and symmetric, as the arms
have one size. Power is averaged over margins: over all of them where they can be listed, over sampled ones elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, comb
from numbers import Integral

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lib.design.rejection import NONE_REJECTS, Rejection, exact_rejection, sampled_significant, wilson
from lib.errors import OverBudget, Refusal
from lib.progress import step

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_COUPLES = 4_000_000
"""Pairs of samples, one from each arm, that are listed: about a second; 12 per arm in five categories."""

MOST_STATES = 400_000
"""Ways in which one half of the categories may split between the arms: about 0.1 s for one sampled margin."""

PILOT_MARGINS, FEWEST_MARGINS, MOST_MARGINS = 100, 200, 20_000
"""Sampled margins: to learn how many are needed, and at least and at most as many, whatever the width."""

MOST_GAIN = 50
"""Whole trials that one sampled margin may be worth: more would rest on margins too rare to be met."""

SAME = 1 + 1e-9
"""Two p within this ratio are the same number, summed up differently."""

ROUNDING = 1e-9
"""By how much probabilities may miss a sum of 1."""

_WHAT = "power of ranks"


# ---- validation


def _shares(name: str, given: Sequence[float]) -> FloatArray:
    shares = np.asarray(given, dtype=float)
    if shares.ndim != 1 or shares.size < 2:
        raise Refusal(f"{name}: {given!r} given; wanted the probabilities of at least 2 categories")
    if not (np.all(shares >= 0) and abs(shares.sum() - 1) <= ROUNDING):
        raise Refusal(f"{name}: {given!r} given; wanted probabilities of at least 0 that add up to 1")
    return np.asarray(shares / shares.sum())


def _wmw_validation(categories: tuple[int, int], n: int, alpha: float, sides: int, width: float) -> None:
    if categories[0] != categories[1]:
        raise Refusal(f"categories: {categories[0]} and {categories[1]} given; wanted as many for treated as control")
    if not (isinstance(n, Integral) and n >= 1):
        raise Refusal(f"n: {n!r} given; wanted a whole number of participants per arm, at least 1")
    if not 0 < alpha < 1:
        raise Refusal(f"alpha: {alpha!r} given; wanted a probability above 0 and below 1")
    if sides not in (1, 2):
        raise Refusal(f"sides: {sides!r} given; wanted 1 or 2; no other number of sides exists")
    if not 0 < width < 1:
        raise Refusal(f"width: {width!r} given; wanted half the width of an interval for power, above 0 and below 1")


@dataclass(frozen=True)
class _Question:
    """What is asked: categories that occur in neither arm are gone, `scores` are the numbers of those that are left."""

    treated: FloatArray
    control: FloatArray
    scores: IntArray
    n: int
    alpha: float
    sides: int

    @property
    def tail(self) -> float:
        """The largest one-sided p that rejects: V is symmetric, so that a two-sided p is twice the one-sided."""
        return self.alpha / self.sides * SAME


# ---- all margins


def _compositions(n: int, parts: int) -> IntArray:
    """Every way to put `n` into `parts` categories, one a row."""
    bars = np.array(list(combinations(range(n + parts - 1), parts - 1)), np.int64)
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((-1, -1), (-1, n + parts - 1)))
    return np.diff(edges, axis=1) - 1


def _multinomial(samples: IntArray, shares: FloatArray) -> FloatArray:
    n = int(samples[0].sum())
    log_ways = special.gammaln(n + 1) - special.gammaln(samples + 1).sum(axis=1)
    return np.asarray(np.exp(log_ways + special.xlogy(samples, shares).sum(axis=1)))


def _listable(n: int, parts: int) -> bool:
    """Whether all pairs of samples are few enough, and margin and V together fit one whole number."""
    return comb(n + parts - 1, n) ** 2 <= MOST_COUPLES and (2 * n + 1) ** (parts - 1) * (2 * n * n + 1) < 2**63


def _listed_power(question: _Question) -> Rejection:
    """Sum over all pairs of samples (x, y) that reject towards the treatment; (y, x) then reject against it."""
    samples = _compositions(question.n, question.treated.size)
    first, second = _rejecting(samples, question.n, question.tail)
    treated, control = _multinomial(samples, question.treated), _multinomial(samples, question.control)
    mean = samples @ question.scores / question.n
    size = np.abs(mean[first] - mean[second])
    toward = treated[first] * control[second]
    against = treated[second] * control[first] * (question.sides - 1)
    power = float(toward.sum() + against.sum())
    magnitude = float((toward + against) @ size) / power if power else NONE_REJECTS
    return exact_rejection(float(toward.sum()), float(against.sum()), magnitude)


def _rejecting(samples: IntArray, n: int, tail: float) -> tuple[IntArray, IntArray]:
    """Numbers of the samples x and y of which V(x, y) has a one-sided p of at most `tail`."""
    v = samples @ np.sign(np.subtract.outer(*[np.arange(samples.shape[1])] * 2)) @ samples.T
    step(0.1, _WHAT)
    # P(V ≥ v) is at least a half for v ≤ 0, by symmetry
    first, second = np.nonzero((v > 0) | (tail >= 0.5))
    margin = samples[:, 1:] @ (2 * n + 1) ** np.arange(samples.shape[1] - 1)
    extreme_first = (margin[first] + margin[second]) * (2 * n * n + 1) + (n * n - v[first, second])
    order = np.argsort(extreme_first)
    step(0.5, _WHAT)
    first, second, extreme_first = first[order], second[order], extreme_first[order]
    tails = _running(_null(samples, first, second), extreme_first // (2 * n * n + 1))
    last = np.flatnonzero(np.append(np.diff(extreme_first) > 0, True))  # of those with one margin and one V
    rejects = np.repeat(tails[last] <= tail, np.diff(last, prepend=-1))
    return first[rejects], second[rejects]


def _null(samples: IntArray, first: IntArray, second: IntArray) -> FloatArray:
    """P(x | t) = ΠC(t_j, x_j) / C(2n, n), the null being that of permutations."""
    n = int(samples[0].sum())
    log_factorial = special.gammaln(np.arange(2 * n + 1) + 1)
    own = log_factorial[samples].sum(axis=1)
    log_p = 2 * log_factorial[n] - log_factorial[2 * n] - own[first] - own[second]
    for category in samples.T:
        log_p += log_factorial[category[first] + category[second]]
    return np.asarray(np.exp(log_p))


def _running(values: FloatArray, group: IntArray) -> FloatArray:
    """Running sums within groups, which are contiguous; each starts by taking away the one before, to stay small."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    changes = values.copy()
    changes[starts[1:]] -= np.add.reduceat(values, starts)[:-1]
    return np.cumsum(changes)


# ---- one margin


@dataclass(frozen=True)
class _Half:
    """How the members of some categories may split between the arms; splits that treat as many, with one V, are one.

    `treated` how many are treated, `v` their part of V, both of shape (states,), in this order. `weights` of shape
    (3, states): the probability if each member is treated by a fair coin; if by a coin as likely to fall on treated as
    the two arms make it for that category; and the latter times the part of the mean difference.
    """

    treated: IntArray
    v: IntArray
    weights: FloatArray


_NOBODY = _Half(np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([[1.0], [1.0], [0.0]]))


def _halves(margin: FloatArray | IntArray) -> tuple[list[int], list[int]]:
    """Categories in two halves that can split in about as many ways, the smaller half first."""
    halves: tuple[list[int], list[int]] = ([], [])
    ways = [1.0, 1.0]
    for category in sorted(np.flatnonzero(margin), key=lambda j: -margin[j]):
        which = int(ways[1] < ways[0])
        halves[which].append(int(category))
        ways[which] *= float(margin[category]) + 1
    return halves if ways[0] <= ways[1] else (halves[1], halves[0])


def _check_states(question: _Question) -> None:
    typical = question.n * (question.treated + question.control)
    states = float(np.prod(typical[_halves(typical)[1]] + 1))
    if states > MOST_STATES:
        raise OverBudget(
            f"n: {question.n:,} per arm in {typical.size} categories given, where half of the categories split between "
            f"the arms in about {states:.1e} ways; the limit is {MOST_STATES:,}"
        )


def _split(question: _Question, margin: IntArray, categories: list[int]) -> _Half:
    # V = Σ x_j (members of worse categories − members of better ones), whichever their arms
    v_each = 2 * np.cumsum(margin) - margin - 2 * question.n
    half = _NOBODY
    for j in categories:
        likely = float(question.treated[j] / (question.treated[j] + question.control[j]))
        half = _with_category(half, int(margin[j]), int(v_each[j]), likely, question.scores[j] / question.n)
    return half


def _with_category(half: _Half, members: int, v_each: int, likely: float, better_each: float) -> _Half:
    x = np.arange(members + 1)
    fair, planned = _binomial(members, 0.5), _binomial(members, likely)
    better = planned * (2 * x - members) * better_each
    weights = np.stack(
        [
            np.outer(half.weights[0], fair).ravel(),
            np.outer(half.weights[1], planned).ravel(),
            (np.outer(half.weights[2], planned) + np.outer(half.weights[1], better)).ravel(),
        ]
    )
    return _merged(np.add.outer(half.treated, x).ravel(), np.add.outer(half.v, x * v_each).ravel(), weights)


def _merged(treated: IntArray, v: IntArray, weights: FloatArray) -> _Half:
    reach = int(np.abs(v).max())
    key = treated * (2 * reach + 1) + v
    order = np.argsort(key)
    starts = np.flatnonzero(np.diff(key[order], prepend=key.min() - 1))
    return _Half(treated[order][starts], v[order][starts], np.add.reduceat(weights[:, order], starts, axis=1))


def _binomial(n: int, share: float) -> FloatArray:
    k = np.arange(n + 1)
    log_ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray(np.exp(log_ways + special.xlogy(k, share) + special.xlog1py(n - k, -share)))


class _Meeting:
    """All splits of one margin that treat n: each state of the smaller half meets those of the larger that fit.

    What the larger half adds from some V on is the difference of two running sums of its weights. Products are summed
    by np.sum rather than @: at this length BLAS starts threads, whose waiting takes ten times as long.
    """

    def __init__(self, question: _Question, margin: IntArray) -> None:
        self._small, large = (_split(question, margin, half) for half in _halves(margin))
        self._reach = int(np.abs(large.v).max())
        stride = 2 * self._reach + 2
        self._key = large.treated * stride + large.v + self._reach
        self._running = np.pad(np.cumsum(large.weights, axis=1), ((0, 0), (1, 0)))
        self._fitting = (question.n - self._small.treated) * stride + self._reach
        self._whole = self._running[:, self._first(np.full_like(self._small.v, self._reach + 1))]

    def _first(self, v: IntArray) -> IntArray:
        """Where in the larger half begins what fits and has at least that V, for each state of the smaller."""
        return np.searchsorted(self._key, self._fitting + np.clip(v, -self._reach, self._reach + 1))

    def fair_beyond(self, v: int) -> float:
        """Probability, by fair coins, of treating n with at least that V."""
        fair = self._whole[0] - self._running[0, self._first(v - self._small.v)]
        return float(np.sum(self._small.weights[0] * fair))

    def planned_beyond(self, v: int) -> FloatArray:
        """The same by the coins of the plan, and it times the mean difference; shape (2,)."""
        planned, better = (self._whole - self._running[:, self._first(v - self._small.v)])[1:]
        own_planned, own_better = self._small.weights[1:]
        return np.array([np.sum(own_planned * planned), np.sum(own_planned * better + own_better * planned)])


@dataclass(frozen=True)
class _Given:
    """What happens given a margin: rejects from V `critical` on; `better` is E[mean difference in V's direction]."""

    critical: int
    toward: float
    against: float
    better: float


def _given(question: _Question, margin: IntArray) -> _Given:
    meeting, most = _Meeting(question, margin), question.n**2
    may_reject = question.tail * meeting.fair_beyond(-most)
    low, high = -most, most + 1  # P(V ≥ low) is 1, P(V ≥ high) is 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meeting.fair_beyond(middle) <= may_reject else (middle, high)
    everything = meeting.planned_beyond(-most)
    above = meeting.planned_beyond(high) / everything[0]
    below = (everything - meeting.planned_beyond(1 - high)) / everything[0] * (question.sides - 1)
    toward, against = np.clip([above[0], below[0]], 0, 1)  # a difference of sums may be −1e-17
    return _Given(high, float(toward), float(against), float(above[1] - below[1]))


# ---- sampled margins


def _sampled_power(question: _Question, seed: int, width: float) -> Rejection:
    """Mean over sampled margins of the exact power given each, until its interval is narrow enough.

    How many it takes is told by margins that are not counted: to stop at lucky draws would favour luck.
    """
    rng = np.random.default_rng(seed)
    known: dict[bytes, _Given] = {}
    drawn = _draws(question, rng, known, PILOT_MARGINS, 0.0)
    wanted, done = max(FEWEST_MARGINS, _margins_needed(drawn, width)), 0.5
    drawn = np.empty((3, 0))
    while drawn.shape[1] < wanted:
        drawn = np.hstack([drawn, _draws(question, rng, known, wanted - drawn.shape[1], done)])
        wanted, done = _margins_needed(drawn, width), (1 + done) / 2
    toward, against, size = (float(mean) for mean in drawn.mean(axis=1))
    low, high = _interval(drawn[0] + drawn[1])
    power = toward + against
    magnitude = size / power if power else NONE_REJECTS
    sure = sampled_significant(drawn[0], drawn[1], drawn[2])
    return Rejection(toward, against, min(low, power), max(high, power), drawn.shape[1], magnitude, significant=sure)


def _margins_needed(drawn: FloatArray, width: float) -> int:
    """As many as were drawn if they suffice; else, to suffice at once, a tenth narrower than wanted."""
    low, high = _interval(drawn[0] + drawn[1])
    half, draws = (high - low) / 2, int(drawn.shape[1])
    return min(MOST_MARGINS, draws if half <= width else ceil(draws * (half / width / 0.9) ** 2))


def _draws(
    question: _Question, rng: np.random.Generator, known: dict[bytes, _Given], draws: int, done: float
) -> FloatArray:
    """What `_outcome` says of margins that come of sampling both arms, shape (3, draws); `known` are those met before.

    `done` is the share of the work before; this is told as half of the rest, since more may be needed.
    """
    treated = rng.multinomial(question.n, question.treated, size=draws)
    control = rng.multinomial(question.n, question.control, size=draws)
    outcomes = np.empty((3, draws))
    for place, (x, y) in enumerate(zip(treated, control, strict=True)):
        step(done + (1 - done) / 2 * place / draws, _WHAT)
        key = (x + y).tobytes()
        if key not in known:
            known[key] = _given(question, x + y)
        outcomes[:, place] = _outcome(question, known[key], x, y)
    return outcomes


def _outcome(question: _Question, given: _Given, x: IntArray, y: IntArray) -> tuple[float, float, float]:
    """Power towards and against given the margin, and the mean of |mean difference| where it rejects, times power.

    The rare samples of which V and mean difference disagree in sign are counted as drawn.
    """
    v = int(x @ (2 * np.cumsum(y) - y - question.n))
    way = 1 if v >= given.critical else -1 if question.sides == 2 and v <= -given.critical else 0
    disagreement = max(0.0, -way * float((x - y) @ question.scores) / question.n)
    return given.toward, given.against, given.better + 2 * disagreement


def _interval(power: FloatArray) -> tuple[float, float]:
    """Score interval of as many whole trials as have the same standard error: it stays inside 0 to 1."""
    share, variance = float(power.mean()), float(power.var(ddof=1))
    gain = share * (1 - share) / variance if variance > 0 else 1.0
    trials = int(power.size * min(max(gain, 1.0), MOST_GAIN))
    return wilson(share * trials, trials)


# ---- public function


def wmw_power(
    treated: Sequence[float],
    control: Sequence[float],
    n: int,
    alpha: float,
    sides: int,
    seed: int = 1,
    width: float = 0.01,
) -> Rejection:
    """Power of the exact conditional Wilcoxon-Mann-Whitney test with midranks, in arms of `n` each.

    Given how many of both arms together fall into each category, p is the share of all permutations with a rank sum as
    far from its expectation as that observed, in the direction of the treatment or in both.

    Parameters
    ----------
    treated, control
        Probabilities of each category in the two arms, shape (categories,) both, the worst first: of improving by 0, 1,
        … K categories. Where they are equal, the power is the type I error.
    n
        Participants per arm, at least 1.
    alpha
        Type I error that the whole test may have; p that exceed it by less than 1e-9 of it count as equal.
    sides
        1, towards the treatment, or 2.
    seed
        Of the sampled margins; without influence where all are listed.
    width
        Half the width of the interval for power that is good enough where margins are sampled.

    Returns
    -------
    Rejection
        Exact where all pairs of samples number at most `MOST_COUPLES`. Beyond, a mean over sampled margins of the exact
        power given each: `trials` counts them, from `FEWEST_MARGINS` up, and the interval is wider than `width` only if
        `MOST_MARGINS` do not make it narrower. `magnitude` is the mean size of the difference in mean category among
        trials that reject.

    Raises
    ------
    Refusal
        If an argument is outside its range.
    OverBudget
        If a typical margin has more than `MOST_STATES` splits of half of its categories.
    Stopped
        If nobody waits any more.

    References
    ----------
    Lehmann (1975). Nonparametrics: Statistical Methods Based on Ranks, ch. 1. San Francisco: Holden-Day.
    Hilton & Mehta (1993). Power and sample size calculations for exact conditional tests with ordered categorical
    data. Biometrics 49:609-616.

    Examples
    --------
    Three per arm, of whom all treated improve and no control: 1 of 20 permutations is as extreme in this direction,
    and 2 in both.

    >>> wmw_power([0, 1], [1, 0], 3, 0.05, 1).power, wmw_power([0, 1], [1, 0], 3, 0.05, 2).power
    (1.0, 0.0)
    """
    shares = _shares("treated", treated), _shares("control", control)
    _wmw_validation((shares[0].size, shares[1].size), n, alpha, sides, width)
    occurs = np.flatnonzero(shares[0] + shares[1])
    question = _Question(shares[0][occurs], shares[1][occurs], occurs, n, alpha, sides)
    if occurs.size == 1:
        return exact_rejection(0.0, 0.0, NONE_REJECTS)
    if _listable(n, occurs.size):
        return _listed_power(question)
    _check_states(question)
    return _sampled_power(question, seed, width)
