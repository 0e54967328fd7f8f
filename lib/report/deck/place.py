"""Facts and lines in a box: as large as they have room, and what of them has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lib.questions.slide import SlideFact
from lib.report.deck.frame import GAP, Box
from lib.report.deck.table import Cells, Grid, grid, grid_height
from lib.report.deck.text import SMALLEST, cut, rows_height, wrapped

INDENT, BETWEEN = 16, 0.45
"""How far a line stands in from its bullet, and the space between two lines in font sizes."""

CARD_PAD, CARD_GAP = 10, 12
VALUE_SIZES = (48, 44, 40, 36, 32, 28, 24)


@dataclass(frozen=True)
class Text:
    """Facts, lines and the rows of a table that are yet to be placed; the first row is the table's head."""

    facts: tuple[SlideFact, ...]
    lines: tuple[str, ...]
    rows: Cells = ()

    def __bool__(self) -> bool:
        return bool(self.facts or self.lines or self.rows)


@dataclass(frozen=True)
class Placed:
    """What stands in a box: facts, below them lines, below them a table; and the text that has no room there."""

    cards: tuple[Card, ...]
    lines: Lines | None
    grid: Grid | None
    rest: Text

    @property
    def taken(self) -> Box:
        """The lowest of the boxes that hold something, as far as it is filled."""
        if self.grid:
            return self.grid.box
        return self.lines.written if self.lines else self.cards[-1].box


# --- facts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A fact in its box; `size` is that of its value."""

    fact: SlideFact
    size: float
    box: Box


def _value_size(value: str, room: float, largest: int) -> float:
    """The largest size at which the value takes one line, or two, or the smallest."""
    for most in (1, 2):
        for size in VALUE_SIZES:
            if size <= largest and len(wrapped(value, size, room, bold=True)) <= most:
                return size
    return SMALLEST


def _card_height(fact: SlideFact, size: float, width: float) -> float:
    room = width - 2 * CARD_PAD
    small = sum(len(wrapped(text, SMALLEST, room)) for text in (fact.label, fact.note) if text)
    large = len(wrapped(fact.value, size, room, bold=True))
    return rows_height(small, SMALLEST) + rows_height(large, size) + 2 * CARD_PAD


def _rows(facts: tuple[SlideFact, ...], across: int) -> Iterator[tuple[SlideFact, ...]]:
    """Facts in rows of nearly equal length."""
    count = -(-len(facts) // across)
    length = -(-len(facts) // max(count, 1))
    for start in range(0, len(facts), max(length, 1)):
        yield facts[start : start + length]


def _cards(facts: tuple[SlideFact, ...], box: Box, across: int) -> tuple[Card, ...]:
    """The facts from the top of the box down with their values as large as all of them, or else most, have room."""
    for largest in VALUE_SIZES:
        cards = tuple(_stacked(facts, box, across, largest))
        if len(cards) == len(facts):
            break
    return cards


def _stacked(facts: tuple[SlideFact, ...], box: Box, across: int, largest: int) -> Iterator[Card]:
    """Row below row, as far as they have room."""
    top = box.top
    for row in _rows(facts, across):
        width = (box.width - CARD_GAP * (len(row) - 1)) / len(row)
        size = min(_value_size(fact.value, width - 2 * CARD_PAD, largest) for fact in row)
        height = max(_card_height(fact, size, width) for fact in row)
        if top + height > box.bottom:
            return
        for place, fact in enumerate(row):
            yield Card(fact, size, Box(box.left + place * (width + CARD_GAP), top, width, height))
        top += height + CARD_GAP


# --- lines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lines:
    """Lines behind bullets in their box, all of one size."""

    lines: tuple[str, ...]
    size: float
    box: Box

    @property
    def written(self) -> Box:
        """What they take of their box."""
        return replace(self.box, height=lines_height(self.lines, self.size, self.box.width))


def lines_height(lines: Sequence[str], size: float, width: float) -> float:
    """How high these lines are behind their bullets."""
    rows = sum(len(wrapped(line, size, width - INDENT)) for line in lines)
    return rows_height(rows, size) + BETWEEN * size * max(len(lines) - 1, 0)


def _lines(lines: tuple[str, ...], box: Box, largest: int) -> Lines | None:
    """All lines as large as they have room; None where they have none."""
    for size in range(largest, SMALLEST - 1, -2):
        if lines_height(lines, size, box.width) <= box.height:
            return Lines(lines, size, box)
    return None


def _some_lines(lines: tuple[str, ...], box: Box, whole: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that have room at the smallest size, and the rest; a line is only broken where it has a whole slide."""
    count = len(lines)
    while count and lines_height(lines[:count], SMALLEST, box.width) > box.height:
        count -= 1
    if count or not whole:
        return lines[:count], lines[count:]
    most = int(box.height // rows_height(1, SMALLEST)) - 1
    kept, over = cut(lines[0], SMALLEST, box.width - INDENT, most)
    return (kept,), (over, *lines[1:])


# --- all of them ------------------------------------------------------------------------------------------------------


def placed(text: Text, box: Box, across: int, largest: int) -> Placed:
    """What has room in the box, facts first, and what has none; `across` facts at most stand beside each other."""
    cards = _cards(text.facts, box, across)
    if len(cards) < len(text.facts):
        return Placed(cards, None, None, replace(text, facts=text.facts[len(cards) :]))
    room = below(box, cards[-1].box) if cards else box
    lines, lines_left = _most_lines(text, room, largest, whole=not cards)
    done = cards, lines
    if lines_left or not text.rows:
        return Placed(*done, None, Text((), lines_left, text.rows))
    table = grid(text.rows, below(room, lines.written) if lines else room)
    return Placed(*done, table, Text((), (), () if table else text.rows))


def _most_lines(text: Text, room: Box, largest: int, whole: bool) -> tuple[Lines | None, tuple[str, ...]]:
    """All lines, leaving the table its room where they can; else as many as have room, and the rest."""
    if not text.lines:
        return None, ()
    kept = grid_height(text.rows, room.width) + GAP if text.rows else 0
    everything = _lines(text.lines, replace(room, height=room.height - kept), largest) or _lines(
        text.lines, room, largest
    )
    if everything:
        return replace(everything, box=everything.written) if text.rows else everything, ()
    some, rest = _some_lines(text.lines, room, whole)
    return (Lines(some, SMALLEST, room) if some else None), rest


def below(box: Box, upper: Box) -> Box:
    """What is left of a box below another in it."""
    top = upper.bottom + GAP
    return replace(box, top=top, height=box.bottom - top)
