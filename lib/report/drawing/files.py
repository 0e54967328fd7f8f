"""Figures to take home: files of an exact size for a journal, a slide or a poster.

They are drawn in the light look, and keep their fonts: the widths that figures are laid out for are chosen so that
their 14 px come out readable in each place. A figure that is taller than a place of fixed height is laid out wider
there, with smaller text, since lines that are squeezed into each other would not be readable at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lib.errors import Refusal
from lib.figures.part import Part
from lib.report.drawing import formats
from lib.report.drawing.layout import Sheet, Size, laid_out
from lib.report.drawing.press import Kind, press

__all__ = ["KINDS", "SIZES", "WHERE", "FileKind", "Size", "caption", "figure_file"]

T = TypeVar("T")


@dataclass(frozen=True)
class FileKind:
    """One kind of file. `finish(drawing, sheet, title, stamp)` makes the file of what the browser drew."""

    key: Kind
    label: str
    help: str
    mime: str
    suffix: str
    finish: Callable[[bytes, Sheet, str, str], bytes]


SIZES: dict[str, Size] = {
    size.key: size
    for size in (
        Size("single", "Journal, single column (85 mm)", "85 mm wide; text 8 pt.", 85, None, 400),
        Size("double", "Journal, double column (174 mm)", "174 mm wide; text 9 pt.", 174, None, 800),
        Size(
            "slide",
            "Slide, 16:9",
            "339 × 190.5 mm, a full slide; text 18 pt, smaller where a figure is tall.",
            338.67,
            190.5,
            746,
        ),
        Size(
            "poster",
            "Poster panel (400 mm)",
            "400 mm wide, two beside each other on an upright A0 with its margins; text 24 pt.",
            400,
            None,
            660,
        ),
    )
}
"""Widths in pixels, by what 14 px become: single 8.4 pt, double 8.6 pt, slide 18 pt, poster panel 24 pt; the stamp's
10 px are 6 pt in a journal. A panel keeps its figure's height, since posters are put together freely."""

KINDS: dict[str, FileKind] = {
    kind.key: kind
    for kind in (
        FileKind("svg", "SVG", "Lines and text stay editable.", "image/svg+xml", ".svg", formats.svg),
        FileKind("pdf", "PDF", "Lines, with fonts embedded.", "application/pdf", ".pdf", formats.pdf),
        FileKind("png", "PNG, 300 dpi", "Pixels, for programs that take no lines.", "image/png", ".png", formats.png),
    )
}

WHERE: dict[str, str] = {
    "figure": "in the picture",
    "caption": "in the caption, see Captions",
}
"""Where title and stamp of a figure are."""


def figure_file(part: Part, size: Size, kind: str, stamp: str, where: str) -> bytes:
    """A figure as a file.

    Parameters
    ----------
    part
        What is drawn.
    size
        One of `SIZES`, or another.
    kind
        A key of `KINDS`.
    stamp
        Version, data and assumptions; always in the file's own description, too.
    where
        A key of `WHERE`: whether title and stamp are in the picture, or neither is.

    Raises
    ------
    Refusal
        As `Press.draw`, and for a kind or place that is not known.
    Stopped
        As `Press.draw`.
    """
    chosen = _known(KINDS, "kind", kind)
    _known(WHERE, "where", where)
    inside = (part.title, stamp) if where == "figure" else ("", "")
    sheet = laid_out(part, size, *inside)
    drawing = press().draw(sheet.figure, chosen.key, sheet.width, sheet.height, formats.scale(sheet, kind))
    return chosen.finish(drawing, sheet, part.title, stamp)


def caption(part: Part, stamp: str) -> str:
    """Title, sentence and stamp, to be pasted below a figure."""
    return " ".join(f"{text.rstrip('.')}." for text in (part.title, part.reading, stamp))


def _known(entries: Mapping[str, T], name: str, key: str) -> T:
    if key not in entries:
        raise Refusal(f"{name}: {key!r} given; wanted one of {', '.join(entries)}")
    return entries[key]
