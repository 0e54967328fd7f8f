"""Cells that could identify a person: refused at the door, because a trial folder is made to be passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lib.errors import Problem

OLDEST_AGE = 89
"""Ages above 89 identify; HIPAA's safe-harbour method, 45 CFR 164.514(b)(2)(i)(C), groups them."""

PATTERNS = {
    "a calendar date": re.compile(
        r"\b\d{4}([-/])\d{1,2}\1\d{1,2}\b|\b\d{1,2}([./])\d{1,2}\2\d{2,4}\b|\b\d{1,2}-\d{1,2}-\d{4}\b"
    ),
    # one character before the @ is enough, and keeps the search linear in a long cell
    "an e-mail address": re.compile(r"[^\s@]@[^\s@]+\.[a-z]{2,}", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<![\d.])\+?\d(?:[\s()-]{0,2}\d){8,}(?![\d.])"),
}


def identifying(file: str, row: int, cells: Mapping[str, str | None]) -> Iterator[Problem]:
    """One problem for each cell that looks like a date, an address, a number to call or an age over 89."""
    for column, value in cells.items():
        for what, pattern in PATTERNS.items():
            if value and pattern.search(value):
                yield Problem(file, row, column, value, f"de-identified data; this looks like {what}")
        if column == "age" and value and _years(value) > OLDEST_AGE:
            yield Problem(file, row, column, value, f"de-identified data: an age over {OLDEST_AGE} as an empty cell")


def _years(text: str) -> float:
    """The age that a cell states; 0 where it is no number, which the attribute's own check tells."""
    try:
        return float(text.rstrip("+"))
    except ValueError:
        return 0
