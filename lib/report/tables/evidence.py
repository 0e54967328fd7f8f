"""Evidence's tables: verdicts, findings, every statement with its working, and the checklists."""

from __future__ import annotations

import pandas as pd

from lib.analysis.verdict import VERDICTS
from lib.questions.checklist import CheckedItem, CheckedList
from lib.questions.evidence import EvidenceResult
from lib.questions.ledger.ledger import LedgerRow
from lib.questions.registry import QUESTIONS
from lib.questions.wording import number
from lib.report.tables import evidence_behind
from lib.report.tables.table import Table, none
from lib.trial.model import Trial
from lib.values import Missing


def tables(result: EvidenceResult, _trial: Trial) -> tuple[Table, ...]:
    """In the order of the page; the ledger holds the statements that were chosen."""
    return (
        Table("verdicts", "Verdicts", tallies(result)),
        Table("findings", "What a reader should know", findings(result)),
        Table("ledger", f"Statements, {len(result.rows)} of {result.statements}", ledger(result)),
        *evidence_behind.tables(result),
        *_checklists(result.checklists),
    )


def tallies(result: EvidenceResult) -> pd.DataFrame:
    """How many statements have each verdict, with what it means."""
    return pd.DataFrame(
        [
            {"Verdict": tally.label, "Statements": str(tally.statements), "Means": tally.help}
            for tally in result.tallies
            if result.statements
        ]
    )


def findings(result: EvidenceResult) -> pd.DataFrame:
    """What is printed, what follows from it, and what stays open."""
    return pd.DataFrame(
        [
            {
                "Finding": finding.title,
                "Printed": finding.printed,
                "What follows": finding.follows,
                "Open": finding.unknown,
                "Shown on": page_title(finding.page),
                "Statements": ", ".join(finding.claims),
            }
            for finding in result.findings
        ]
    )


def page_title(path: str) -> str:
    """The title of a page; a folder may name one that is none of ours."""
    return QUESTIONS[path].title if path in QUESTIONS else ""


# ---- the ledger


def ledger(result: EvidenceResult) -> pd.DataFrame:
    """One row a statement, the gravest verdict first."""
    return pd.DataFrame([_row(row) for row in result.rows])


def _row(row: LedgerRow) -> dict[str, str]:
    return {
        "Statement": row.statement,
        "Part": row.part,
        "Where": row.source,
        "Printed": row.printed,
        "Rounded": rounding_words(row),
        "Verdict": VERDICTS[row.verdict].label,
        "Recomputed": row.recomputed,
        "Distance": distance_words(row),
        "Function": row.function,
        "Told": given_words(row),
        "What it does": row.does,
        "From": inputs_words(row),
        "Working": "; ".join(row.steps),
        "Note": row.note,
        "Remark": row.remark,
        "Why not checkable": row.reason,
        "Shown on": page_title(row.page),
        "Key": row.key,
    }


WHOLE = 0.5
"""Rounding of whole numbers, most of which are counts, and not rounded at all."""


def rounding_words(row: LedgerRow) -> str:
    """By how much the printed number may be rounded; nothing for a whole one."""
    whole = isinstance(row.rounding, Missing) or row.rounding >= WHOLE
    return "" if whole else f"± {number(row.rounding, 4)}"


def given_words(row: LedgerRow) -> str:
    """What claims.csv tells the function."""
    return "; ".join(f"{name} = {text}" for name, text in row.given.items())


def inputs_words(row: LedgerRow) -> str:
    """What went in, and where it stands."""
    return "; ".join(f"{i.label}: {i.text}{f' ({i.source})' if i.source else ''}" for i in row.inputs)


def distance_words(row: LedgerRow) -> str:
    """How far the recomputed number is from the printed one; nothing where one of them is none."""
    return "" if isinstance(row.distance, Missing) else number(row.distance, 4)


# ---- checklists


def _checklists(found: tuple[CheckedList, ...] | Missing) -> tuple[Table, ...]:
    if isinstance(found, Missing):
        return (none("checklists", "What reporting guidelines ask for", found),)
    return tuple(Table(f"checklist-{one.key}", one.label, items(one)) for one in found)


def items(found: CheckedList) -> pd.DataFrame:
    """The items of a guideline: where the text meets them, and what it does not give."""
    return pd.DataFrame([_item(item) for item in found.items])


def _item(item: CheckedItem) -> dict[str, str]:
    return {
        "Item": item.number,
        "Asks": item.asks,
        "Status": item.status,
        "Where": item.where or "–",
        "Gives": item.gives or "–",
        "Lacks": item.lacks or "–",
        "Page": page_title(item.page) or "–",
    }
