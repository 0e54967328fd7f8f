"""Many specifications of one paired comparison, summarised once and judged by the same label flips.

A specification is one defensible way to get from the records to within-person differences. Swapping the labels of a
participant's two units negates that participant's difference in all specifications at once, so that one set of flips
keeps whatever makes specifications alike, and p of any summary over them is exact.

No sum is rounded. Each row of differences becomes integers x on its own lattice, S = Σx, Q = Σx², and

    d_z = sign(S) · √( (n − 1) S² / (n (n Q − S²)) )

is one correctly rounded quotient of integers and its root: equal effects are equal floats, in whichever row or flip.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from lib.analysis import exact
from lib.analysis.exact import Number
from lib.analysis.paired import two_to
from lib.errors import OverBudget, Refusal
from lib.values import Missing, Real, known

MOST_PARTICIPANTS = 16
"""65,536 label flips."""

MOST_EFFECTS: Mapping[type, int] = {np.float64: 2**25, object: 2**20}
"""Effects (specifications × half of the flips) to compute: about two seconds, in machine numbers or Python's."""

_EXACT_FLOAT = 2**53
"""Integers below are exact as floats."""

_LARGEST_PRODUCT = 2**1000
"""Quotients of integers below are floats."""

_BLOCK = 2**20
"""Effects held at a time."""

_TIE = 1e-10
"""Relative distance at which two medians count as equal.

Single effects need none. The mean of the middle two is a sum of two square roots: √2 + √18 is √8 + √8, but not as
floats, which err by some 1e-16. Medians that differ by less than 1e-10 are counted as ties, which can only raise p.
"""

Floats = NDArray[np.float64]
_Numbers = NDArray[np.float64] | NDArray[np.object_]


@dataclass(frozen=True)
class Multiverse:
    """What all specifications say together, and how often label flips alone would say as much.

    One value a specification, in the order given: `effects` are d_z (mean / SD, n − 1 in the SD; infinite where all
    differences are equal and not zero, 0 where all are zero or there is none), `means` in the units of the
    specification (0 where `n` is 0), `n` the pairs.

    `median` is that of the effects, `share` the fraction of specifications whose mean is above zero, a mean of zero
    counting half. `median_p` and `share_p` are two-sided; their floors are the smallest p that these differences could
    have given, and `general_floor` is 2 / `flips`. `median_null` lists the median effect of every flip, ascending.
    """

    effects: tuple[float, ...]
    means: tuple[float, ...]
    n: tuple[int, ...]
    median: float
    share: float
    flips: int
    median_p: float
    share_p: float
    median_floor: float
    share_floor: float
    general_floor: float
    median_null: tuple[float, ...]


# ---- specifications as integers


@dataclass(frozen=True)
class _Specification:
    """One row: value = integers[participant] · unit, 0 for the participants who are not among its `n`."""

    integers: tuple[int, ...]
    unit: Fraction
    n: int

    @property
    def mean(self) -> float:
        return float(self.unit * sum(self.integers) / self.n) if self.n else 0.0

    @property
    def square_sum(self) -> int:
        return sum(integer * integer for integer in self.integers)

    @property
    def kind(self) -> type:
        """Floats where they hold each product of the formula exactly, Python's integers otherwise."""
        return np.float64 if self.n**2 * self.square_sum < _EXACT_FLOAT else object


def _specifications(rows: Sequence[Sequence[Number | None]]) -> list[_Specification]:
    _rectangle_validation(rows)
    occurring = [place for place in range(len(rows[0])) if any(row[place] is not None for row in rows)]
    _participants_validation(len(occurring))
    return [_specification([row[place] for place in occurring]) for row in rows]


def _specification(row: Sequence[Number | None]) -> _Specification:
    lattice = exact.lattice(exact.as_fractions(value for value in row if value is not None))
    integers = iter(lattice.integers)
    placed = tuple(0 if value is None else next(integers) for value in row)
    specification = _Specification(placed, lattice.unit, len(lattice.integers))
    if specification.n**2 * specification.square_sum >= _LARGEST_PRODUCT:
        raise OverBudget("wanted differences whose ratios take up to 150 digits; a specification's take more")
    return specification


def _rectangle_validation(rows: Sequence[Sequence[Number | None]]) -> None:
    if not rows:
        raise Refusal("wanted at least one specification; none was given")
    if lengths := {len(row) for row in rows} - {len(rows[0])}:
        raise Refusal(
            f"wanted one place a participant in every specification; the first has {len(rows[0])}, one {min(lengths)}"
        )


def _participants_validation(count: int) -> None:
    if count == 0:
        raise Refusal("wanted at least one participant with a difference; no specification has one")
    if count > MOST_PARTICIPANTS:
        raise OverBudget(
            f"all label flips of {count} participants are {two_to(count)}; "
            f"the limit is {MOST_PARTICIPANTS} participants"
        )


# ---- effects under label flips


@dataclass(frozen=True)
class _Group:
    """Specifications that are computed in one kind of number, and their places among all.

    `integers` are specifications × participants.
    """

    places: list[int]
    integers: _Numbers
    n: _Numbers
    square_sums: _Numbers

    def effects(self, signs: NDArray[np.int64]) -> Floats:
        """d_z of each specification (columns) under each flip (rows)."""
        sums = np.dot(signs.astype(self.integers.dtype), self.integers.T)
        squares = sums * sums
        spread = self.n * self.square_sums - squares
        quotient = np.where(sums == 0, 0.0, np.inf)
        np.divide(squares * (self.n - 1), self.n * spread, out=quotient, where=spread > 0, casting="unsafe")
        directions: Floats = np.sign(sums).astype(np.float64)
        return directions * np.sqrt(quotient)


def _groups(specifications: Sequence[_Specification], half_flips: int) -> list[_Group]:
    places = {kind: [place for place, one in enumerate(specifications) if one.kind is kind] for kind in MOST_EFFECTS}
    return [_group(specifications, kind, own, half_flips) for kind, own in places.items() if own]


def _group(specifications: Sequence[_Specification], kind: type, places: list[int], half_flips: int) -> _Group:
    chosen = [specifications[place] for place in places]
    if len(chosen) * half_flips > MOST_EFFECTS[kind]:
        raise OverBudget(
            f"{len(chosen):,} specifications under {half_flips:,} pairs of opposite label flips are "
            f"{len(chosen) * half_flips:,} effects; the limit is {MOST_EFFECTS[kind]:,} for numbers of their length"
        )
    return _Group(
        places,
        np.array([specification.integers for specification in chosen], kind),
        np.array([specification.n for specification in chosen], kind),
        np.array([specification.square_sum for specification in chosen], kind),
    )


def _observed_effects(groups: Sequence[_Group], participants: int) -> tuple[float, ...]:
    unflipped = np.ones((1, participants), np.int64)
    observed = {
        place: effect
        for group in groups
        for place, effect in zip(group.places, group.effects(unflipped)[0].tolist(), strict=True)
    }
    return tuple(observed[place] for place in sorted(observed))


def _half_of_the_flips(participants: int, specifications: int) -> Iterator[NDArray[np.int64]]:
    """Signs, flips × participants, block by block: the first participant's are 1, and the first flip's as well.

    The other half is their opposite, under which either summary is its own opposite.
    """
    step = 2 * max(1, _BLOCK // specifications)
    for start in range(0, 2**participants, step):
        codes = np.arange(start, min(start + step, 2**participants), 2)
        yield 1 - 2 * (codes[:, None] >> np.arange(participants) & 1)


def _medians(effects: Floats) -> Floats:
    """Median of each row: the middle two are averaged, −∞ with ∞ to 0."""
    count = effects.shape[1]
    places = (count - 1) // 2, count // 2
    ordered = np.partition(effects, places, axis=1)
    low, high = ordered[:, places[0]], ordered[:, places[1]]
    return np.add(low, high, out=np.zeros_like(low), where=low != -high) / 2


def _reaching(sizes: Floats, size: float) -> float:
    """The share of flips whose summary is at least so far from its middle."""
    return float(np.mean(sizes >= size * (1 - _TIE)))


# ---- public functions


def multiverse(rows: Sequence[Sequence[Number | None]]) -> Multiverse:
    """Median standardised effect and share favouring treatment over specifications, with exact joint p.

    Each p is the share of the 2^k label flips of the k participants under which the summary is at least as far from
    its middle (0, or one half) as it was seen to be. It is exact for the sharp null that treatment changed nothing in
    anyone on any outcome, given one independent fair flip a participant. A specification that ties a rule to an arm
    by its label (a worst case for treatment, say) is not merely negated by a flip and does not belong here.

    Parameters
    ----------
    rows
        Specifications × participants: within-person differences, positive where treatment did better, in units of
        each specification's own; None where a participant is not in a specification. Give Fractions where decimals
        are not finite, or ties are lost.

    Returns
    -------
    Multiverse
        Both summaries with p, floors and the null of the median.

    Raises
    ------
    Refusal
        If there is no specification or nobody in any, rows differ in length, or a difference is not finite.
    OverBudget
        Above 16 participants, or above the effects of `MOST_EFFECTS`.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020). Specification curve analysis. Nat Hum Behav 4:1208-1214.
    doi:10.1038/s41562-020-0912-z
    Steegen, Tuerlinckx, Gelman & Vanpaemel (2016). Increasing transparency through a multiverse analysis. Perspect
    Psychol Sci 11:702-712. doi:10.1177/1745691616658637
    Fisher (1935). The Design of Experiments, section 21.

    Examples
    --------
    Two outcomes in four participants, the second without the last of them:

    >>> answer = multiverse([[1, 2, 3, 4], [2, 2, 1, None]])
    >>> answer.share, answer.flips, answer.median_p, answer.median_floor
    (1.0, 16, 0.125, 0.125)
    """
    specifications = _specifications(rows)
    participants = len(specifications[0].integers)
    groups = _groups(specifications, 2 ** (participants - 1))
    medians, leads = _summaries(groups, _half_of_the_flips(participants, len(rows)))
    # Adding 0 turns −0 into 0.
    null = np.sort(np.concatenate([medians, -medians]) + 0.0)
    return Multiverse(
        effects=_observed_effects(groups, participants),
        means=tuple(specification.mean for specification in specifications),
        n=tuple(specification.n for specification in specifications),
        median=float(medians[0]),
        share=(float(leads[0]) / len(rows) + 1) / 2,
        flips=2**participants,
        median_p=_reaching(np.abs(medians), abs(medians[0])),
        share_p=_reaching(np.abs(leads), abs(leads[0])),
        median_floor=_reaching(np.abs(medians), np.abs(medians).max()),
        share_floor=_reaching(np.abs(leads), np.abs(leads).max()),
        general_floor=2 / 2**participants,
        median_null=tuple(null.tolist()),
    )


def _summaries(groups: Sequence[_Group], flips: Iterator[NDArray[np.int64]]) -> tuple[Floats, Floats]:
    """For each flip the median effect, and by how many the specifications above zero outnumber those below.

    Of R specifications that lead is R (2 share − 1), a whole number.
    """
    medians, leads = [], []
    for signs in flips:
        effects = np.concatenate([group.effects(signs) for group in groups], axis=1)
        medians.append(_medians(effects))
        leads.append(np.sign(effects).sum(axis=1))
    return np.concatenate(medians), np.concatenate(leads)


def choice_influence(effects: Sequence[float], choices: Sequence[Mapping[str, str]]) -> dict[str, Real]:
    """How far each choice, taken alone, moves the effect.

    Specifications that agree in every other choice form a group. The influence of a choice is the mean, over its
    groups of two or more, of the largest minus the smallest effect. Groups with an infinite effect are left out.

    Parameters
    ----------
    effects
        One a specification, such as `Multiverse.effects`.
    choices
        For each specification the option taken, by the name of the choice; the same names in each, and no two
        specifications with the same options.

    Returns
    -------
    dict
        Influence by choice in the units of `effects`, largest first; Missing, at the end, where no two specifications
        differ in that choice alone, or all that do have an infinite effect among them.

    Raises
    ------
    Refusal
        If effects and choices differ in number, names differ, or two specifications are the same.

    Examples
    --------
    >>> choices = [{"visit": visit, "outcome": outcome} for visit in "12" for outcome in "xy"]
    >>> choice_influence([0, 0.5, 0.25, 1], choices)
    {'outcome': 0.625, 'visit': 0.375}
    """
    _choices_validation(effects, choices)
    names = list(choices[0]) if choices else []
    influence = {name: _influence(effects, choices, name) for name in names}
    order = sorted(influence.items(), key=lambda item: -item[1] if known(item[1]) else math.inf)
    return dict(order)


def _choices_validation(effects: Sequence[float], choices: Sequence[Mapping[str, str]]) -> None:
    if len(effects) != len(choices):
        raise Refusal(f"wanted one effect a specification; given {len(effects)} and {len(choices)} specifications")
    if any(choice.keys() != choices[0].keys() for choice in choices):
        raise Refusal(f"wanted the choices {', '.join(choices[0])} in each specification; given others in some")
    if len({frozenset(choice.items()) for choice in choices}) < len(choices):
        raise Refusal("wanted each specification once; given two with the same options")


def _influence(effects: Sequence[float], choices: Sequence[Mapping[str, str]], name: str) -> Real:
    groups: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    others = [other for other in choices[0] if other != name]
    for effect, choice in zip(effects, choices, strict=True):
        groups[tuple(choice[other] for other in others)].append(effect)
    compared = [group for group in groups.values() if len(group) > 1]
    if not compared:
        return Missing("no two specifications differ in this choice alone")
    finite = [max(group) - min(group) for group in compared if all(map(math.isfinite, group))]
    if not finite:
        return Missing("all specifications that differ in this choice alone have an infinite effect among them")
    return fmean(finite)
