"""What a manuscript is made of: the answers under one set of assumptions, and words that its paragraphs share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.asked import Asked, answered
from lib.questions.changes import Measure, measure_of
from lib.questions.endpoint_reading import short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoint_set import selected_endpoint
from lib.questions.flow import FlowResult
from lib.questions.inference_result import InferenceResult
from lib.questions.manuscript.sources import IN_FULL
from lib.questions.robustness import RobustnessResult
from lib.questions.wording import inside, listed, people, plural
from lib.trial.model import Arm, Trial
from lib.trial.observed import EVERY_RATER
from lib.values import Missing

PATHS = ("flow", "endpoints", "robustness")
"""The questions whose answers the text is made of."""

LEFT_OUT_HERE = "left out of this analysis by choice"
"""What a page tells the viewer of a viewer's choice, as a report tells it."""


@dataclass(frozen=True)
class Material:
    """The answers that the text is made of; Missing, with the reason, where a question is refused.

    `measure` is the chosen outcome, rater and change with thresholds and zeros as the viewer settled them.
    """

    trial: Trial
    assumptions: Assumptions
    measure: Measure
    flow: FlowResult | Missing
    endpoints: InferenceResult | Missing
    robustness: RobustnessResult | Missing

    @property
    def chosen(self) -> PairedEndpoint | Missing:
        """The viewer's endpoint."""
        return self.endpoints if isinstance(self.endpoints, Missing) else self.endpoints.selected


def material(trial: Trial, assumptions: Assumptions) -> Material:
    """Every answer that the text needs; each is the one that its page shows."""
    endpoint = selected_endpoint(trial, assumptions)
    return Material(
        trial,
        assumptions,
        measure_of(trial, endpoint.outcome, endpoint.rater or "", endpoint.change, assumptions),
        *(_asked(path, trial, assumptions) for path in PATHS),
    )


def _asked(path: str, trial: Trial, assumptions: Assumptions) -> Any:
    try:
        return answered(Asked(path, trial, assumptions))
    except Refusal as refusal:
        return Missing(str(refusal))


# ---- citations

_OPEN, _NEXT, _CLOSE = "\ue000", "\ue001", "\ue002"
"""Characters of the private use area, which no trial's text holds: they keep a reference until it gets its number."""


def cite(*references: str) -> str:
    """A mark that becomes the numbers of these references, in full where they are known in full."""
    told = (IN_FULL.get(reference, reference).rstrip(".") for reference in references)
    return f" {_OPEN}{_NEXT.join(told)}{_CLOSE}" if references else ""


def numbered(paragraphs: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs with [1], [2,3] in place of marks, and the references in the order in which they come."""
    order: dict[str, int] = {}
    return tuple("".join(_resolved(text, order)) for text in paragraphs), tuple(order)


def _resolved(text: str, order: dict[str, int]) -> Iterator[str]:
    """The text in pieces, every new reference entered into `order`."""
    head, *marked = text.split(_OPEN)
    yield head
    for piece in marked:
        inner, _, tail = piece.partition(_CLOSE)
        numbers = [order.setdefault(reference, len(order) + 1) for reference in inner.split(_NEXT)]
        yield f"[{','.join(map(str, numbers))}]{tail}"


# ---- shared words


def paragraph(title: str, *sentences: str) -> str:
    """Sentences behind a run-in heading; empty ones leave no trace, and without any there is no paragraph."""
    told = [sentence for sentence in sentences if sentence]
    return f"{title}. {' '.join(told)}" if told else ""


def counted(people_count: int, units: int, trial: Trial) -> str:
    """`4 participants (8 lesions)`: both, since units of one person are not independent."""
    return f"{people(people_count)} ({plural(units, trial.spec.unit.singular, trial.spec.unit.plural)})"


def analysed_words(endpoint: PairedEndpoint, trial: Trial) -> str:
    """`4 participants (8 lesions)`, with those apart whose changes are assumed."""
    analysed = [pair for pair in endpoint.pairs if pair.analysed]
    assumed = sum(pair.assumed for pair in analysed)
    each = len(trial.arms)
    told = counted(len(analysed), each * len(analysed), trial)
    return f"{told}, of whom {assumed} assumed" if assumed else told


def arm_name(arm: Arm) -> str:
    """An arm inside a sentence."""
    return inside(arm.label)


def quoted(labels: Iterable[str]) -> str:
    """Labels that may hold commas of their own."""
    return listed([f"“{label}”" for label in labels])


def rated_by(trial: Trial, outcome: str, rater: str) -> str:
    """Who scored; a label may bring an article of its own."""
    if rater == EVERY_RATER:
        return f"the mean of {listed([inside(trial.raters[key].label) for key in trial.outcomes[outcome].raters])}"
    label = inside(trial.raters[rater].label)
    return label if label.startswith("the ") else f"the {label}"


def pp(endpoint: PairedEndpoint) -> str:
    """The short unit of the endpoint's differences."""
    return short_unit(endpoint.unit)


def sentence(text: str) -> str:
    """The text as a sentence: a capital, and a full stop where it has none."""
    text = text.strip()
    text = f"{text[:1].upper()}{text[1:]}"
    return text if not text or text.endswith((".", "?")) else f"{text}."
