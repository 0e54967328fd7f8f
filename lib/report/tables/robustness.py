"""Robustness' tables: all analyses together, the rules for whoever was lost, and the raters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from lib.analysis.agreement import Agreement
from lib.questions.endpoint_reading import short_unit
from lib.questions.multiverse_result import MultiverseResult, even_share
from lib.questions.rater_agreement import RatedUnit, RaterAgreement
from lib.questions.rebuilt import Cell, Heads
from lib.questions.robustness import RobustnessResult
from lib.questions.tipping import LostResult
from lib.questions.wording import estimate_words, number, probability, signed
from lib.report.tables.table import Table, estimand, none, of_cells, reasoned
from lib.trial.model import Trial
from lib.values import Missing


def tables(result: RobustnessResult, _trial: Trial) -> tuple[Table, ...]:
    """The estimand first, then in the order of the page."""
    return (
        estimand(result.selected),
        *_multiverse(result.multiverse),
        reasoned("lost", LOST, result.lost, rules),
        *_agreement(result.agreement),
    )


TOGETHER, MOVES = "All analyses together", "Which choice moves the effect"
LOST = "Rules for whoever was lost"


def _multiverse(every: MultiverseResult | Missing) -> tuple[Table, ...]:
    if isinstance(every, Missing):
        return (none("together", TOGETHER, every),)
    return (
        Table("together", TOGETHER, together(every)),
        Table("moves", MOVES, moves(every)),
        Table("ruled-out", "Analyses that were ruled out, and why", ruled_out(every)),
    )


def together(every: MultiverseResult) -> pd.DataFrame:
    """The median effect and the share that favours the treatment, each with its joint p and floors."""
    general = probability(every.general_floor)
    median, score = "Median effect, d_z towards the treatment", "Score: share favouring treated, zeros as half"
    return pd.DataFrame(
        [
            _summary(median, number(every.median), every.median_p, every.median_floor, general),
            _summary(score, even_share(every), every.share_p, every.share_floor, general),
        ]
    )


def _summary(name: str, seen: str, p: float, floor: float, general: str) -> dict[str, str]:
    return {
        "Summary": name,
        "Seen": seen,
        "Joint p": probability(p),
        "Floor, these values": probability(floor),
        "Floor, no zeros": general,
    }


def moves(every: MultiverseResult) -> pd.DataFrame:
    """How far the effect moves when one choice alone changes."""
    return pd.DataFrame(
        [{"Choice": name, "Range of d_z when it alone changes": number(moved)} for name, moved in every.influence]
    )


def ruled_out(every: MultiverseResult) -> pd.DataFrame:
    """What is not among the analyses, and why."""
    return pd.DataFrame([{"Not among them": out.what, "Because": out.why} for out in every.ruled_out])


def rules(found: LostResult) -> pd.DataFrame:
    """Every rule for whoever was lost, with what it takes for possible."""
    estimate = f"{found.observed.estimate_name.capitalize()} (interval), {short_unit(found.unit)}"
    return pd.DataFrame(
        [
            {
                "Rule": f"{rule.label}{' (chosen)' if rule.chosen else ''}",
                estimate: estimate_words(rule.test.estimate, rule.test.interval),
                "p": probability(rule.test.p),
                "Pairs": str(rule.test.n),
                "What it assumes": rule.words,
            }
            for rule in found.rules
        ]
    )


# ---- raters


def _agreement(found: RaterAgreement | Missing) -> Iterator[Table]:
    if isinstance(found, Missing):
        yield none("raters", "Do the raters agree?", found)
        return
    for place, at in enumerate(found.visits, start=1):
        yield reasoned(f"raters-{place}", crossed_title(found, at.visit), at.agreement, partial(crossed, found))
    yield Table("raters-by-unit", "Both raters, unit by unit", of_cells(*by_unit(found)))


def crossed_title(found: RaterAgreement, visit: str) -> str:
    """`Score at Month 6`."""
    return f"{found.label} at {visit}"


def crossed(found: RaterAgreement, seen: Agreement) -> pd.DataFrame:
    """How many units each pair of scores was given to; · where none."""
    corner = f"{found.first} ↓ {found.second} →"
    return pd.DataFrame(
        [
            {corner: str(level), **{str(o): str(count or "·") for o, count in zip(found.levels, row, strict=True)}}
            for level, row in zip(found.levels, seen.table, strict=True)
        ]
    )


def by_unit(found: RaterAgreement) -> tuple[Heads, list[list[Cell]]]:
    """Both scores of every unit at each visit, and their difference."""
    raters = (found.first, found.second, "Difference")
    heads = (("Unit",), *((at.visit, rater) for at in found.visits for rater in raters))
    before = found.visits[0].units
    rows = [
        [Cell(unit.unit, "printed", ""), *(cell for at in found.visits for cell in _scores(at.units[place]))]
        for place, unit in enumerate(before)
    ]
    return heads, rows


def _scores(rated: RatedUnit) -> tuple[Cell, ...]:
    words = (number(rated.first), number(rated.second), signed(rated.difference))
    return tuple(Cell(word, "printed", "") for word in words)
