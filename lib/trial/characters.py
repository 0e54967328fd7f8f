"""Characters that no text of a trial may hold: files that are made of it would be broken, or not read as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from lib.errors import Problem

REFUSED = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
"""The general categories of control and format characters, of private use, of surrogates, and of line separators.

Characters that this Python does not know yet are none of them: a folder opens with an older one as well.
"""

SOFT_HYPHEN = "\u00ad"
"""The one format character that a text may hold: it says where a long word may be parted."""

PROSE = "\n\t"
"""What texts of several lines in TOML need beside it; a cell of a table is one line."""


def unprintable(file: str, row: int, texts: Mapping[str, str | None], kept: str = "") -> Iterator[Problem]:
    """One problem for each text, by its column or key, with the characters in it that can't be printed."""
    for column, text in texts.items():
        if found := [c for c in dict.fromkeys(text or "") if not _printable(c) and c not in kept]:
            held = ", ".join(map(_named, found[:MOST_NAMED])) + (" …" if len(found) > MOST_NAMED else "")
            yield Problem(file, row, column, (text or "")[:80], f"printable characters only; this holds {held}")


MOST_NAMED = 5
"""How many characters a problem names."""


def _printable(character: str) -> bool:
    no_character = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF  # as Unicode defines them
    return character == SOFT_HYPHEN or not (no_character or unicodedata.category(character) in REFUSED)


def _named(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`; those of control and of private use have no name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def texts_of(content: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every key and text of a file in TOML, with the keys and numbers that lead to it."""
    if isinstance(content, str):
        yield place, content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            inner = f"{place}.{key}".lstrip(".")
            yield f"key {inner.encode('unicode_escape').decode()}", key
            yield from texts_of(value, inner)
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from texts_of(value, f"{place}.{number}")
