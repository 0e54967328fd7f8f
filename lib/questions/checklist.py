"""Reporting guidelines: for each item where the paper meets it, or that the text does not give it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lib.questions.checklist_items import CHECKLISTS, ITEMS, Checklist, Item
from lib.trial.model import ChecklistRow, Trial
from lib.values import Missing

GIVEN, PARTLY, ABSENT, UNREAD = "given", "in part", "not in the text", "not looked up"
STATUSES = (ABSENT, PARTLY, GIVEN, UNREAD)
"""In the order in which a reader wants them."""


@dataclass(frozen=True)
class CheckedItem:
    """One item, whether the text gives it, where, what it gives and what it lacks; `page` shows what is known of it."""

    key: str
    number: str
    section: str
    asks: str
    status: str
    where: str
    gives: str
    lacks: str
    page: str


@dataclass(frozen=True)
class CheckedList:
    """One guideline with its items; `counts` are items by status."""

    key: str
    label: str
    reference: str
    items: tuple[CheckedItem, ...]
    counts: tuple[tuple[str, int], ...]


def checklists(trial: Trial) -> tuple[CheckedList, ...] | Missing:
    """Every guideline, held against what the trial folder tells of the paper."""
    if not trial.checklist:
        return Missing("the trial folder has no checklist.csv")
    rows = {row.item: row for row in trial.checklist}
    return tuple(_checked(checklist, rows) for checklist in CHECKLISTS.values())


def _checked(checklist: Checklist, rows: dict[str, ChecklistRow]) -> CheckedList:
    items = tuple(_item(item, rows.get(item.key)) for item in ITEMS.values() if item.checklist == checklist.key)
    counts = Counter(item.status for item in items)
    told = tuple((status, counts[status]) for status in STATUSES if counts[status])
    return CheckedList(checklist.key, checklist.label, checklist.reference, items, told)


def _item(item: Item, row: ChecklistRow | None) -> CheckedItem:
    where, gives, lacks = (row.where or "", row.gives or "", row.lacks or "") if row else ("", "", "")
    return CheckedItem(item.key, item.number, item.section, item.asks, _status(row), where, gives, lacks, item.page)


def _status(row: ChecklistRow | None) -> str:
    if row is None:
        return UNREAD
    if row.where is None:
        return ABSENT
    return PARTLY if row.lacks else GIVEN
