"""What the paper can and can't support: its statements recomputed, and everything that could lie behind its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from lib.analysis.grim import grim
from lib.analysis.pair_tables import PairSummaries, PairTables, pair_tables
from lib.analysis.verdict import VERDICTS
from lib.assumptions import NOBODY, Assumptions, choices, defaults, value
from lib.errors import OverBudget, Refusal
from lib.questions.area_set import INPUTS as AREA_INPUTS
from lib.questions.area_set import AreaSet, area_set, assumed
from lib.questions.checklist import CheckedList, checklists
from lib.questions.checklist_items import ITEMS
from lib.questions.findings.known import Finding, Known
from lib.questions.findings.registry import findings
from lib.questions.ledger.ledger import LedgerRow, Tally, ledger, tallies
from lib.questions.p_readings import BASELINE, FINAL, PrintedPReadings, p_readings
from lib.questions.wording import listed, plural
from lib.trial.model import PARTS, Trial
from lib.values import Missing

Faults = Mapping[str, str]
"""Link key → what is wrong with the value of that control."""

SUMMARIES = {
    "mean_treated": "mean-treated",
    "sd_treated": "sd-treated",
    "mean_control": "mean-control",
    "sd_control": "sd-control",
    "mean_difference": "mean-difference",
    "sd_difference": "sd-difference",
    "p": "table-p",
}
"""Printed summary of the pairs → the link key that gives it."""

TABLE_INPUTS = {**SUMMARIES, "n": "table-n", "low": "table-low", "high": "table-high", "test": "table-test"}
"""What a refusal names → the link key of its control."""


@dataclass(frozen=True)
class PartCounts:
    """Statements of one part of the paper by verdict, in the order of VERDICTS."""

    part: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ScoreCheck:
    """Whether so many whole scores can have a printed mean (GRIM), and with it a printed SD.

    `possible` is missing where nothing can be checked. `tells` is False where every mean would pass.
    """

    arm: str
    mean: str
    sd: str
    possible: bool | Missing
    tells: bool
    reason: str


@dataclass(frozen=True)
class EvidenceResult:
    """The ledger, what follows from it, and what could lie behind the printed numbers.

    `rows` are the statements chosen by `verdict` and `part`, of `statements` in all; `tallies` and `parts` count all.
    `readings` are of the P typed, and `said` the outcomes with the kind of value that the paper says it is of, where it
    prints that P. `faults` says what is wrong with single controls.
    """

    statements: int
    tallies: tuple[Tally, ...]
    parts: tuple[PartCounts, ...]
    verdict: str
    part: str
    rows: tuple[LedgerRow, ...]
    findings: tuple[Finding, ...]
    readings: PrintedPReadings | Missing
    areas: AreaSet | Missing
    tables: PairTables | Missing
    checks: tuple[ScoreCheck, ...]
    said: tuple[tuple[str, str], ...]
    checklists: tuple[CheckedList, ...] | Missing
    unknown_items: tuple[str, ...]
    arms: tuple[str, str]
    faults: Faults = field(default_factory=dict)


def answer(trial: Trial, assumptions: Assumptions) -> EvidenceResult:
    """Every statement of the paper with its verdict, and the sets of data that agree with what it prints.

    Parameters
    ----------
    trial : Trial
        As published: what is assumed of withheld values changes no verdict.
    assumptions : Assumptions
        Which statements are shown; the printed P; the lattice of areas; printed summaries of pairs.

    Returns
    -------
    EvidenceResult
        What can't be computed is missing with its reason, and `faults` names the control.
    """
    rows = ledger(trial)
    faults: dict[str, str] = {}
    areas = _areas(trial, assumptions, faults)
    sources = _sources(trial, assumptions, areas)
    return EvidenceResult(
        len(rows),
        tallies(rows),
        _parts(rows),
        assumptions.verdict,
        assumptions.part,
        _chosen(rows, assumptions),
        findings(Known(trial, _printed_readings(trial, sources), areas, _loosely(trial, assumptions))),
        _readings(assumptions.printed_p, sources, assumptions),
        areas,
        _tables(assumptions, faults),
        tuple(_checks(trial, assumptions)),
        _said(trial, assumptions.printed_p),
        checklists(trial),
        tuple(row.item for row in trial.checklist if row.item not in ITEMS),
        (trial.treatment.label, trial.control.label),
        faults,
    )


def _parts(rows: tuple[LedgerRow, ...]) -> tuple[PartCounts, ...]:
    counts = Counter((row.part, row.verdict) for row in rows)
    told = [part for part in PARTS if any(row.part == part for row in rows)]
    return tuple(PartCounts(part, tuple(counts[part, verdict] for verdict in VERDICTS)) for part in told)


def _chosen(rows: tuple[LedgerRow, ...], assumptions: Assumptions) -> tuple[LedgerRow, ...]:
    order = list(VERDICTS)
    kept = [
        row
        for row in rows
        if assumptions.verdict in (choices.EVERY, row.verdict) and assumptions.part in (choices.EVERY, row.part)
    ]
    return tuple(sorted(kept, key=lambda row: order.index(row.verdict)))


# --- a printed P ------------------------------------------------------------------------------------------------------

Sources = tuple[tuple[str, Trial], ...]


def _sources(trial: Trial, assumptions: Assumptions, areas: AreaSet | Missing) -> Sources:
    """The trial as printed and, where there is one, with the simplest of the data sets that could lie behind it."""
    printed = (("as printed", trial),)
    if isinstance(areas, Missing) or isinstance(areas.found.simplest, Missing):
        return printed
    return (*printed, ("reconstructed", assumed(trial, replace(assumptions, areas="reconstructed"))))


def _readings(printed: str, sources: Sources, assumptions: Assumptions) -> PrintedPReadings | Missing:
    if printed == NOBODY:
        return Missing("no printed P is given")
    return p_readings(Decimal(printed), sources, assumptions)


def _printed_readings(trial: Trial, sources: Sources) -> tuple[PrintedPReadings, ...]:
    """The readings of every P that the trial reports, each once, as the paper has its people."""
    values = dict.fromkeys(row.value for row in trial.reported if row.statistic == "p" and row.value is not None)
    return tuple(p_readings(printed, sources, defaults(trial)) for printed in values)


def _said(trial: Trial, printed: str) -> tuple[tuple[str, str], ...]:
    """What the paper says that this P is of, where it prints it: outcome and kind of value."""
    kinds = {trial.baseline.key: BASELINE, trial.final.key: FINAL}
    rows = (row for row in trial.reported if row.statistic == "p" and row.value is not None and row.visit in kinds)
    return tuple((row.outcome or "", kinds[row.visit or ""]) for row in rows if f"{row.value:f}" == printed)


# --- what could lie behind --------------------------------------------------------------------------------------------


def _areas(trial: Trial, assumptions: Assumptions, faults: dict[str, str]) -> AreaSet | Missing:
    try:
        return area_set(trial, assumptions)
    except Refusal as refusal:
        faults.update({AREA_INPUTS[name]: str(refusal) for name in refusal.inputs if name in AREA_INPUTS})
        return Missing(str(refusal))


def _loosely(trial: Trial, assumptions: Assumptions) -> AreaSet | Missing:
    """The set with everything read as it is rounded, where the viewer's own reads it more strictly."""
    if (assumptions.grid_round, assumptions.grid_zero) == (LOOSE, LOOSE):
        return Missing("the viewer's own set is that one")
    return _areas(trial, replace(assumptions, grid_round=LOOSE, grid_zero=LOOSE), {})


LOOSE = "printed"
"""Rounding of areas and of percentages by which a number stands for all that its digits leave open."""


MOST_SCORES = 101
"""Scores whose pairs are drawn and listed, 0 to 100: a page, a twin and a report each hold every cell."""


def _shown_whole(low: int, high: int) -> None:
    scores = high - low + 1
    if scores > MOST_SCORES:
        raise OverBudget(
            f"high: {high} given; wanted a scale of at most {MOST_SCORES} scores from {low} on: {scores:,} scores make "
            f"{scores**2:,} pairs of scores; the limit is {MOST_SCORES**2:,}"
        )


def _tables(assumptions: Assumptions, faults: dict[str, str]) -> PairTables | Missing:
    given = {name: value(assumptions, key) for name, key in SUMMARIES.items()}
    try:
        _shown_whole(assumptions.table_low, assumptions.table_high)
        return _enumerated(
            assumptions.table_n,
            assumptions.table_low,
            assumptions.table_high,
            tuple((name, text) for name, text in given.items() if text != NOBODY),
            assumptions.table_test,
        )
    except Refusal as refusal:
        faults.update({TABLE_INPUTS[name]: str(refusal) for name in refusal.inputs if name in TABLE_INPUTS})
        return Missing(str(refusal))


def _checks(trial: Trial, assumptions: Assumptions) -> Iterator[ScoreCheck]:
    """The typed mean of each arm, with its SD where that is typed too."""
    typed = (
        (trial.treatment.label, assumptions.table_mean_treated, assumptions.table_sd_treated),
        (trial.control.label, assumptions.table_mean_control, assumptions.table_sd_control),
    )
    for arm, mean, sd in typed:
        if mean == NOBODY:
            continue
        spread = None if sd == NOBODY else Decimal(sd)
        try:
            found = grim(assumptions.table_n, assumptions.table_low, assumptions.table_high, Decimal(mean), spread)
            yield ScoreCheck(arm, mean, sd, found.possible, found.tells, found.reason)
        except Refusal as refusal:
            yield ScoreCheck(arm, mean, sd, Missing(str(refusal)), False, str(refusal))


@lru_cache(maxsize=64)
def _enumerated(n: int, low: int, high: int, given: tuple[tuple[str, str], ...], test: str) -> PairTables:
    summaries = {name: Decimal(text) for name, text in given}
    return pair_tables(PairSummaries(n, low, high, **summaries, test=test))  # type: ignore[arg-type]


# --- in words ---------------------------------------------------------------------------------------------------------


def reading(result: EvidenceResult) -> str:
    """How many statements there are, and what becomes of them."""
    if not result.statements:
        return "The trial folder lists no statements of its paper, so there is nothing to hold against the data."
    told = listed([f"{tally.statements} {tally.label.lower()}" for tally in result.tallies])
    return (
        f"{plural(result.statements, 'statement', 'statements')} of the paper, each recomputed now from what is "
        f"published: {told}. A verdict is on the number as it is printed, not on what it means for patients."
    )
