"""The ledger: every statement with its verdict, which is computed from what is printed and what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from urllib.parse import parse_qsl

from lib.analysis.verdict import CONTRADICTED, NOTED, REPRODUCED, UNCHECKED, VERDICTS
from lib.errors import Refusal
from lib.questions.ledger.registry import RECOMPUTATIONS
from lib.questions.ledger.working import Claim, Input, Working, claim_of, shown
from lib.questions.printed import rounds_to
from lib.trial.model import Ref, Trial
from lib.values import Missing, Real


@dataclass(frozen=True)
class LedgerRow:
    """One statement, how it was recomputed, and its verdict.

    `printed` is as in the paper, `rounding` what a recomputed number may differ by; `recomputed` is what came out, in
    words, and `distance` how far it is from the printed number. `reason` tells why a statement can't be checked, `note`
    what a reader has to know though it is borne out, `remark` what of how it is stated. `page` and `state` show it.
    """

    key: str
    part: str
    source: str
    statement: str
    printed: str
    rounding: Real
    function: str
    does: str
    given: Mapping[str, str]
    verdict: str
    recomputed: str
    distance: Real
    inputs: tuple[Input, ...]
    steps: tuple[str, ...]
    note: str
    reason: str
    remark: str
    page: str
    state: Mapping[str, str]


@dataclass(frozen=True)
class Tally:
    """How many statements have this verdict."""

    verdict: str
    label: str
    help: str
    statements: int


@dataclass(frozen=True)
class CellVerdict:
    """What the ledger says of one published value: the gravest verdict of the statements about it, which, and why.

    `counted` where no statement gives the value itself, and it only went into what one says.
    """

    verdict: str
    claims: tuple[str, ...]
    why: str
    counted: bool = False


NO_NUMBER = Missing("no number is printed")
UNTOLD = CellVerdict(UNCHECKED, (), "nothing else in the text repeats it, and nothing printed gives it")


@lru_cache(maxsize=16)
def ledger(trial: Trial) -> tuple[LedgerRow, ...]:
    """Every statement of the trial's claims.csv, in its order, each recomputed now."""
    return tuple(
        _row(claim_of(trial, row), working) for row, working in zip(trial.claims, _workings(trial), strict=True)
    )


@lru_cache(maxsize=16)
def _workings(trial: Trial) -> tuple[Working, ...]:
    return tuple(_worked(trial, claim_of(trial, row)) for row in trial.claims)


def _worked(trial: Trial, claim: Claim) -> Working:
    """What the named function makes of it; a claim that can't be read is not checkable, and says why."""
    entry = RECOMPUTATIONS.get(claim.row.function)
    if entry is None:
        known = ", ".join(RECOMPUTATIONS)
        return Working(Missing(f"function: {claim.row.function!r} given; wanted one of {known}"))
    try:
        return entry.run(trial, claim)
    except Refusal as refusal:
        return Working(Missing(str(refusal)))
    except (ArithmeticError, LookupError, ValueError) as error:  # a folder may hold anything
        return Working(Missing(f"it can't be recomputed as given: {type(error).__name__}: {error}"))


def verdict_of(claim: Claim, working: Working) -> str:
    """The verdict: nothing came out, it differs, it agrees but for a note, or it agrees."""
    if isinstance(working.value, Missing):
        return UNCHECKED
    if not _agrees(claim, working):
        return CONTRADICTED
    return NOTED if working.note else REPRODUCED


def _agrees(claim: Claim, working: Working) -> bool:
    if working.holds is not None:
        return working.holds
    if claim.number is None:
        return shown(working.value).casefold() == claim.printed.casefold()
    return not isinstance(working.value, str) and rounds_to(working.value, claim.number)


def _row(claim: Claim, working: Working) -> LedgerRow:
    row, entry = claim.row, RECOMPUTATIONS.get(claim.row.function)
    missing = isinstance(working.value, Missing)
    return LedgerRow(
        key=row.key,
        part=row.part,
        source=row.source,
        statement=row.statement,
        printed=claim.printed,
        rounding=NO_NUMBER if claim.decimals is None else float(Decimal(1).scaleb(-claim.decimals) / 2),
        function=row.function,
        does=entry.help if entry else "",
        given=row.arguments,
        verdict=verdict_of(claim, working),
        recomputed="" if missing else shown(working.value),
        distance=_distance(claim, working),
        inputs=working.inputs,
        steps=working.steps,
        note="" if missing else working.note,
        reason=working.value.reason if isinstance(working.value, Missing) else "",
        remark=row.remark or "",
        page=row.page or "",
        state=dict(parse_qsl(row.state or "")),
    )


def _distance(claim: Claim, working: Working) -> Real:
    if claim.number is None:
        return NO_NUMBER
    if isinstance(working.value, Missing):
        return working.value
    if isinstance(working.value, str):
        return Missing("what came out is not one number")
    return abs(float(Fraction(working.value) - Fraction(claim.number)))


def tallies(rows: tuple[LedgerRow, ...]) -> tuple[Tally, ...]:
    """How many statements have each verdict; all verdicts, the gravest first."""
    counts = Counter(row.verdict for row in rows)
    return tuple(Tally(v.key, v.label, v.help, counts[v.key]) for v in VERDICTS.values())


GRAVITY = tuple(VERDICTS)


@lru_cache(maxsize=16)
def cell_verdicts(trial: Trial) -> dict[Ref, CellVerdict]:
    """Published value → what the ledger says of it; a value that no statement is about is absent.

    Statements that give the value itself count before those in which it is only counted.
    """
    about = list(zip(ledger(trial), _workings(trial), strict=True))
    counted = _gathered((row, working.counted) for row, working in about)
    given = _gathered((row, working.cells) for row, working in about)
    return {
        **{ref: _cell(rows, counted=True) for ref, rows in counted.items()},
        **{ref: _cell(rows, counted=False) for ref, rows in given.items()},
    }


def _gathered(about: Iterable[tuple[LedgerRow, tuple[Ref, ...]]]) -> dict[Ref, list[LedgerRow]]:
    found: dict[Ref, list[LedgerRow]] = {}
    for row, refs in about:
        for ref in dict.fromkeys(refs):
            found.setdefault(ref, []).append(row)
    return found


def _cell(rows: list[LedgerRow], counted: bool) -> CellVerdict:
    checked = [row for row in rows if row.verdict != UNCHECKED] or rows
    gravest = min((row.verdict for row in checked), key=GRAVITY.index)
    those = [row for row in checked if row.verdict == gravest]
    told = those[0].reason or those[0].note
    printed = f", {those[0].printed}" if those[0].printed else ""
    why = f"{those[0].statement}{printed}{f'; {told}' if told else ''}"
    return CellVerdict(gravest, tuple(row.key for row in those), why, counted)


def verdict_of_cell(verdicts: Mapping[Ref, CellVerdict], refs: tuple[Ref, ...]) -> CellVerdict:
    """The gravest verdict of the values that a cell shows."""
    found = [verdicts[ref] for ref in refs if ref in verdicts]
    return min(found, key=lambda one: GRAVITY.index(one.verdict)) if found else UNTOLD
