"""What a manuscript says of values that were filled in because the paper withholds them."""

from __future__ import annotations

from lib.assumptions import CONTROLS, Assumptions, value
from lib.errors import Refusal
from lib.questions.area_set import SETTINGS, AreaSet, area_set, assumed
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoints import tested
from lib.questions.manuscript.material import Material, pp
from lib.questions.wording import inside, measure
from lib.trial.model import Trial
from lib.values import Missing


def filled_words(m: Material) -> str:
    """That values are reconstructed, by which rule, and that tests leave them alone; empty where none are."""
    if m.assumptions.areas != "reconstructed":
        return ""
    try:
        found = area_set(m.trial, m.assumptions)
        return "" if isinstance(found, Missing) else _told(m, found)
    except Refusal as refusal:
        return f"Values that are not printed were to be reconstructed, which was not possible: {refusal}."


def _told(m: Material, found: AreaSet) -> str:
    simplest = assumed(m.trial, m.assumptions)
    ps = f" (P {' and '.join(found.ps)})" if found.ps else ""
    return (
        f"Values of {inside(found.label)} that are not printed are reconstructed, not observed: they are those of the "
        f"simplest of {found.found.size:,} data sets that agree with all that is printed{ps}, on a lattice with these "
        f"settings: {_settings(m.trial, m.assumptions)}. They are shown beside the printed values; tests and "
        f"sensitivity analyses use printed values alone{_same(m, simplest)}."
    )


def _settings(trial: Trial, assumptions: Assumptions) -> str:
    """The settings of the lattice by name, as on the page."""
    controls = [CONTROLS[key] for key in SETTINGS]
    return "; ".join(
        f"{inside(c.name(trial))}: {inside(c.describe(value(assumptions, c.key), trial))}" for c in controls
    )


def _same(m: Material, simplest: Trial) -> str:
    """Whether the chosen estimate would be another with them."""
    filled = tested(simplest, m.assumptions).selected
    if isinstance(m.chosen, Missing) or _estimate(filled) == _estimate(m.chosen):
        return ", and the chosen estimate would be the same with them"
    return f"; with them the chosen estimate would be {_estimate(filled)}"


def _estimate(endpoint: PairedEndpoint) -> str:
    found = endpoint.test.estimate
    return f"missing ({found.reason})" if isinstance(found, Missing) else measure(found, pp(endpoint))
