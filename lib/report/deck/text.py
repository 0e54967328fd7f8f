"""How much room a text takes, in points: measured with the metrics that Arial and Liberation Sans share.

Where the font is not installed, every letter counts as a wide one: text is then broken too early, never too late.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from PIL import ImageFont

from lib.trial.characters import SOFT_HYPHEN

SMALLEST = 18
"""The smallest text of a slide, in points; only stamp and slide number are smaller."""

LINE = 1.2
"""Height of a line, in font sizes: PowerPoint's and LibreOffice's are both a little less."""

SPARE = 1.01
"""How much wider a text is taken to be than it measures, since programs round and hint differently."""

FILES = {False: "LiberationSans-Regular.ttf", True: "LiberationSans-Bold.ttf"}
ESTIMATE = {False: 0.62, True: 0.68}
"""Font sizes that a letter counts as wide without a font: of Arial's only M, W, m and few signs are wider."""

ETC = " …"
"""What ends a text that goes on elsewhere."""

_EM = 100


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(FILES[bold], _EM)
    except OSError:
        return None


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """How wide one line of text is, in points; signs that the font lacks count as square where they are wide."""
    font, wide = _font(bold), [sign for sign in text if unicodedata.east_asian_width(sign) in "WF"]
    narrow = "".join(sign for sign in text if sign not in wide) if wide else text
    measured = font.getlength(narrow) / _EM if font else ESTIMATE[bold] * len(narrow)
    return SPARE * size * (measured + len(wide))


@lru_cache(maxsize=2048)
def wrapped(text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than `room` points; a word that is wider by itself is broken."""
    rows: list[str] = []
    for word in text.split(" "):
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(joined, size, bold) <= room:
            rows[-1] = joined
        else:
            rows += _broken(word, size, room, bold)
    return tuple(rows) or ("",)


def _broken(word: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and text_width(pieces[-1] + sign, size, bold) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def cut(text: str, size: float, room: float, most: int, bold: bool = False) -> tuple[str, str]:
    """The text's first lines and the rest, each with a sign that it goes on; the first may take a line more by it."""
    held = sum(len(row.replace(" ", "")) for row in wrapped(text, size, room, bold)[:most])
    place = 0
    while held:
        held -= text[place] != " "
        place += 1
    return text[:place] + ETC, f"… {text[place:].strip(' ')}"


def rows_height(rows: int, size: float) -> float:
    """How high so many lines are, in points."""
    return rows * size * LINE


def plain(text: str) -> str:
    """The text on one line, without control characters, which XML has no place for; % and · stay in their line."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text if sign != SOFT_HYPHEN)
    return re.sub(r"(?<=\d) (?=%)| (?=·)", "\u00a0", " ".join(kept.split()))
