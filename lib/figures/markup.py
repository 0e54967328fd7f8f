"""Markup is made here and nowhere else: whatever else is written in a figure is shown as it stands.

plotly reads a subset of HTML, entities and placeholders in every text that it draws, and a label of a trial may hold
anything. So figures write their markup with marks, and `finished`, which a canvas applies to all that it has gathered,
escapes what is not a mark before it turns the marks into what plotly reads.

A mark is half a surrogate pair: no file or link in UTF-8 can hold one, so that no label passes for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

_BOLD, _BOLD_END, _SUB, _SUB_END, _BREAK, _COLOUR, _COLOURED, _COLOUR_END, _VALUE, _VALUE_END, _EXTRA = map(
    chr, range(0xD800, 0xD80B)
)

_READ = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "{": "&#123;",  # %{x} is a placeholder
        _BOLD: "<b>",
        _BOLD_END: "</b>",
        _SUB: "<sub>",
        _SUB_END: "</sub>",
        _BREAK: "<br>",
        _COLOUR: "<span style='color:",
        _COLOURED: "'>",
        _COLOUR_END: "</span>",
        _VALUE: "%{",
        _VALUE_END: "}",
        _EXTRA: "<extra></extra>",
    }
)
"""What plotly reads for each character that it would not show, and for each mark."""

_UNSEEN = re.compile(f"{_COLOUR}[^{_COLOURED}]*{_COLOURED}|{_VALUE}[^{_VALUE_END}]*{_VALUE_END}|[{_BOLD}-{_EXTRA}]")


def bold(text: str) -> str:
    """`text` in bold; it may have markup of its own, as everywhere here."""
    return f"{_BOLD}{text}{_BOLD_END}"


def subscript(text: str) -> str:
    """`text` small and low."""
    return f"{_SUB}{text}{_SUB_END}"


def coloured(text: str, colour: str) -> str:
    """`text` in this colour."""
    return f"{_COLOUR}{colour}{_COLOURED}{text}{_COLOUR_END}"


def broken(lines: Iterable[str]) -> str:
    """Lines below each other."""
    return _BREAK.join(lines)


def lines_of(text: str) -> list[str]:
    """The lines that `broken` joined."""
    return text.split(_BREAK)


def per_point(name: str, form: str = "") -> str:
    """A placeholder in a template: what `name` is of the point, as d3 formats it (`.1%`)."""
    return f"{_VALUE}{name}{form and f':{form}'}{_VALUE_END}"


def without_extra(template: str) -> str:
    """A hover template that is shown alone: plotly would write the trace's name beside it."""
    return f"{template}{_EXTRA}"


def shown(text: str) -> str:
    """What is always seen of a text that is not finished: itself without marks and placeholders, lines run together."""
    return _UNSEEN.sub("", text)


def finished(found: Any) -> Any:
    """All texts as plotly reads them, wherever they stand.

    Parameters
    ----------
    found : Any
        A text, or mappings, lists, tuples and arrays that hold texts as deep as they go. Names of categories and what
        refers to them change alike. A mapping's keys stay, and so does what is neither of these.

    Returns
    -------
    Any
        Of the same shape; an array of texts becomes a list, one of numbers stays.
    """
    if isinstance(found, str):
        return found.translate(_READ)
    if isinstance(found, dict):
        return {key: finished(item) for key, item in found.items()}
    if isinstance(found, list):
        return [finished(item) for item in found]
    if isinstance(found, tuple):
        return tuple(finished(item) for item in found)
    if isinstance(found, np.ndarray) and found.dtype.kind in "OU":
        return finished(found.tolist())
    return found
