"""What the slides of a story are made from: the other questions' answers, asked once, and their words made short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from lib import __version__
from lib.assumptions import CONTROLS, FIELDS, Assumptions, assuming, defaults, value
from lib.assumptions.stamp import HASH_LENGTH
from lib.questions import endpoints, overview
from lib.questions.endpoint_reading import compatibility, short_unit
from lib.questions.endpoint_result import EndpointsResult, PairedEndpoint
from lib.questions.overview import OverviewResult
from lib.questions.pairs import Pair
from lib.questions.slide import SlideFact
from lib.questions.spoken import pairs_words, spoken_name, undecided
from lib.questions.trajectories import Arms
from lib.questions.wording import interval_words, measure, p_phrase, plural, probability
from lib.trial.model import SlideEntry, Trial
from lib.values import Missing


@dataclass(frozen=True)
class Told:
    """The trial under the viewer's assumptions and those of one slide, with the answers that slides are made from."""

    trial: Trial
    assumptions: Assumptions
    entry: SlideEntry

    @property
    def overview(self) -> OverviewResult:
        """The first page's answer."""
        return _overview(self.trial, self.assumptions)

    @property
    def tested(self) -> EndpointsResult:
        """Every endpoint."""
        return _tested(self.trial, self.assumptions)

    @property
    def selected(self) -> PairedEndpoint:
        """The viewer's endpoint, or the slide's own."""
        return self.tested.selected

    @property
    def arms(self) -> Arms:
        """(key, label) of each arm, the treatment first."""
        return self.tested.arms

    @property
    def state(self) -> tuple[tuple[str, str], ...]:
        """What the slide assumes, as link keys with link text."""
        return tuple(self.entry.state.items())

    @property
    def source(self) -> str:
        """Which version made the slide from which data; what differs is told by whoever shows it."""
        return f"Pilotlight {__version__} · data {self.trial.sha256[:HASH_LENGTH]}"


@lru_cache(maxsize=32)
def _overview(trial: Trial, assumptions: Assumptions) -> OverviewResult:
    return overview.answer(trial, assumptions)


@lru_cache(maxsize=32)
def _tested(trial: Trial, assumptions: Assumptions) -> EndpointsResult:
    return endpoints.tested(trial, assumptions)


def told(trial: Trial, assumptions: Assumptions, entry: SlideEntry) -> Told:
    """What one slide is made from: the viewer's assumptions with its own in their place."""
    return Told(trial, with_state(assumptions, entry.state, trial), entry)


def with_state(assumptions: Assumptions, state: Mapping[str, str], trial: Trial) -> Assumptions:
    """The assumptions with what a slide assumes in their place; its texts were validated with the folder.

    What only steers the view changes no slide, and is set aside, so that the slides are made once for all of them.
    """
    plain = defaults(trial)
    views: dict[str, Any] = {FIELDS[key]: value(plain, key) for key, control in CONTROLS.items() if control.view}
    return assuming(replace(assumptions, **views), state, trial)


# ---- words


def both_counts(trial: Trial, pairs: int) -> str:
    """`4 pairs, 8 lesions`: a pair has a unit in each arm."""
    unit = trial.spec.unit
    return f"{plural(pairs, 'pair', 'pairs')}, {plural(pairs * len(trial.arms), unit.singular, unit.plural)}"


def answer_title(endpoint: PairedEndpoint, outcome: str, arms: Arms) -> str:
    """What the endpoint answers, short enough for a title."""
    pairs = pairs_words(endpoint)
    if undecided(endpoint):
        treated, control = (spoken_name(label) for _, label in arms)
        return f"{outcome}: {pairs} can't tell {treated} from {control}"
    left = first_clause(compatibility(endpoint))
    return f"{outcome}: {left[:1].lower()}{left[1:]}" if left else f"{outcome}: {pairs}, no interval"


def first_clause(text: str) -> str:
    """A text up to where its first sentence, or the first half of it, ends."""
    return text.split(". ")[0].split("; ")[0].rstrip(".")


def estimate_fact(endpoint: PairedEndpoint, trial: Trial) -> SlideFact:
    """The mean difference large, with its interval and both counts."""
    test = endpoint.test
    if isinstance(test.estimate, Missing):
        return SlideFact(endpoint.label, "no estimate", test.estimate.reason)
    limits = "no interval" if isinstance(test.p, Missing) else interval_words(test.interval, endpoint.sides)
    value = measure(test.estimate, short_unit(endpoint.unit))
    return SlideFact(endpoint.label, value, f"{limits}; {both_counts(trial, test.n)}")


def p_fact(endpoint: PairedEndpoint, label: str) -> SlideFact:
    """The p of the chosen test, the exact one, and what exact ones could never fall below."""
    if isinstance(endpoint.test.p, Missing):
        return SlideFact(label, "no p", endpoint.test.p.reason)
    return SlideFact(label, p_phrase(endpoint.test.p, endpoint.sides), _floor_note(endpoint))


def _floor_note(endpoint: PairedEndpoint) -> str:
    floor = endpoint.exact.floor
    if isinstance(floor.general, Missing) or isinstance(floor.given_zeros, Missing):
        return ""
    zeros = endpoint.exact.n - endpoint.exact.n_nonzero
    seen = f", {probability(floor.given_zeros)} with {plural(zeros, 'zero', 'zeros')}" if zeros else ""
    return f"exact {probability(endpoint.exact.p)}; least possible {probability(floor.general)}{seen}"


def pair_of(endpoint: PairedEndpoint, participant: str) -> Pair | Missing:
    """One participant's pair."""
    found = (pair for pair in endpoint.pairs if pair.participant == participant)
    return next(found, Missing("has no units"))
