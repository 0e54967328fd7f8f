"""What can be believed of a mean difference before the data: a registry of priors. To add one: an entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.analysis.bayes import JEFFREYS, Prior, sceptical, vague


@dataclass(frozen=True)
class Expected:
    """What a prior can be made of: a usual SD of differences, a mean difference, and how many pairs it is worth."""

    sd: float
    mean: float
    pairs: float


@dataclass(frozen=True)
class PriorRule:
    """A prior as the viewer meets it. `typed` ones are made of what the viewer types; `offered` ones can be chosen."""

    key: str
    label: str
    help: str
    reference: str
    make: Callable[[Expected], Prior]
    typed: bool = False
    offered: bool = True


def _typed(expected: Expected) -> Prior:
    return Prior(expected.mean, expected.pairs, expected.sd, max(expected.pairs - 1, 1.0))


PRIORS: dict[str, PriorRule] = {
    rule.key: rule
    for rule in (
        PriorRule(
            "flat",
            "None (flat)",
            "No prior: the reading of the t test itself. It is improper, so that it is told and not drawn.",
            "Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 3.2",
            lambda expected: JEFFREYS,
            offered=False,
        ),
        PriorRule(
            "vague",
            "Vague",
            "Worth a tenth of a pair for the mean, and one pair for the SD.",
            "Spiegelhalter, Abrams & Myles 2004, chapter 5",
            lambda expected: vague(expected.sd),
        ),
        PriorRule(
            "sceptical",
            "Sceptical",
            "As if four pairs had shown no effect before this trial began.",
            "Spiegelhalter, Abrams & Myles 2004, chapter 5",
            lambda expected: sceptical(expected.sd),
        ),
        PriorRule(
            "typed",
            "Typed",
            "A mean, a standard deviation and the number of pairs that they are worth.",
            "Spiegelhalter, Abrams & Myles 2004, chapter 5",
            _typed,
            typed=True,
        ),
    )
}
