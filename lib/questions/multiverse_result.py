"""What all specifications together say, and how it is said: counts of analyses are no evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lib.questions.specifications import MEASURED, WHO, RuledOut
from lib.questions.wording import number, percent, plural, probability
from lib.values import Missing, Real, known


@dataclass(frozen=True)
class SpecificationResult:
    """One specification with its rank by effect: d_z and mean, both turned so that more favours the treatment."""

    rank: int
    label: str
    choices: tuple[tuple[str, str], ...]
    link: tuple[tuple[str, str], ...]
    unit: str
    n: int
    mean: float
    effect: Real
    sign: int
    paper: bool


@dataclass(frozen=True)
class MultiverseResult:
    """All specifications, from the one that favours the treatment least; summaries with their exact joint p.

    `flips` are those of the labels of `people`, who have a difference that was seen: whoever is only assumed to be
    unchanged has one of 0, which no flip alters. `influence` pairs each choice with how far it moves the effect when it
    alone changes.
    """

    specifications: tuple[SpecificationResult, ...]
    median: Real
    share: float
    flips: int
    people: tuple[str, ...]
    median_p: float
    share_p: float
    median_floor: float
    share_floor: float
    general_floor: float
    median_null: tuple[Real, ...]
    influence: tuple[tuple[str, Real], ...]
    ruled_out: tuple[RuledOut, ...]
    allocation: str


@dataclass(frozen=True)
class Leaning:
    """How many specifications lie on the treatment's side, on the control's, and at zero."""

    treated: int
    control: int
    neither: int

    @property
    def net(self) -> float:
        """Share on the treatment's side less share on the control's."""
        return (self.treated - self.control) / max(1, self.treated + self.control + self.neither)


def leaning(specs: Iterable[SpecificationResult]) -> Leaning:
    """To which side the estimates of these specifications lie."""
    sides = Counter((spec.mean > 0) - (spec.mean < 0) for spec in specs)
    return Leaning(sides[1], sides[-1], sides[0])


def headline(every: MultiverseResult) -> str:
    """What leans most to each side, by what is measured."""
    by_measure: dict[str, list[SpecificationResult]] = {}
    for spec in every.specifications:
        by_measure.setdefault(dict(spec.choices)[MEASURED], []).append(spec)
    net = {name: leaning(specs).net for name, specs in by_measure.items()}
    most, least = max(net, key=net.__getitem__), min(net, key=net.__getitem__)
    to_treated = f"{most} leans to the treatment" if net[most] > 0 else ""
    to_control = f"{least} {'leans ' if not to_treated else ''}to the control" if net[least] < 0 else ""
    told = ", ".join(text for text in (to_treated, to_control) if text)
    return told or "The analyses lean to neither side"


def multiverse_reading(every: MultiverseResult | Missing) -> str:
    """How the analyses lie, how often flips of labels alone do as much, and which choice moves them most."""
    if isinstance(every, Missing):
        return f"No multiverse: {every.reason}."
    specs = every.specifications
    everybody = leaning(spec for spec in specs if dict(spec.choices)[WHO] == EVERYBODY)
    lies = (
        f"{plural(len(specs), 'analysis', 'analyses')} of one data set, many of them nearly the same: the estimate is "
        f"{_told(leaning(specs))}; with everybody in, {_told(everybody)}."
    )
    people = plural(len(every.people), "person", "people")
    median, share = probability(every.median_p), probability(every.share_p)
    joint = (
        f"Counts of analyses are no evidence. Over all {every.flips} label flips of the {people} seen, the joint "
        f"p of a median effect as far from 0 as the {number(every.median)} here is {median} (with these values none "
        f"below {probability(every.median_floor)} is possible), that of a count as uneven {share} (none below "
        f"{probability(every.share_floor)})."
    )
    return " ".join(text for text in (lies, joint, _most(every)) if text)


EVERYBODY = "all"
"""The option of leaving nobody out."""


def _told(found: Leaning) -> str:
    return f"on the treatment's side in {found.treated}, the control's in {found.control}, at zero in {found.neither}"


def _most(every: MultiverseResult) -> str:
    told = [(name, value) for name, value in every.influence if known(value)]
    if not told:
        return ""
    name, value = told[0]
    return f"What moves the effect most is “{name.lower()}”: by {number(value)} SD of the differences on average."


def even_share(every: MultiverseResult) -> str:
    """The share on the treatment's side, zeros counting half, in percent."""
    return percent(round(every.share, 3))
