"""What whoever was lost could have changed: the mean difference for each combination of their two changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.part import Part
from lib.questions.endpoint_reading import short_unit
from lib.questions.tipping import LostResult, TippingGrid, axis_unit, lost_reading, observed_words
from lib.questions.wording import listed, measure, number, p_phrase, probability, signed
from lib.values import Missing, Real, known

HEIGHT = 470
MARGIN = {"l": 62, "r": 16, "t": 64, "b": 56}
TINT = 0.6
"""How strong the arms' colours are at the ends of the scale, so that dots and words stay readable on them."""
LETTERS = {"no-change": "N", "best": "B", "worst": "W"}
Arms = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spot:
    """Where one rule lies: the changes that it assumes of the treated and the control unit, and what follows."""

    letter: str
    label: str
    treated: float
    control: float
    p: Real


def tipping_part(found: LostResult | Missing, arms: Arms) -> Part | None:
    """The grid; None where nobody was lost, or the scale tells no ends of what is possible."""
    if isinstance(found, Missing) or isinstance(found.grid, Missing):
        return None
    grid = found.grid
    return Part(
        "tipping",
        _title(found, grid),
        f"{lost_reading(found)} {observed_words(found)} {_drawn(found)}",
        lambda look: paint(found, grid, arms, look),
        lambda: table(found, grid),
    )


def _title(found: LostResult, grid: TippingGrid) -> str:
    lost = "the lost difference passes" if len(found.participants) == 1 else "the lost differences pass"
    turn = f"The sign turns where {lost} {measure(grid.turns, short_unit(found.unit))}"
    cells = len(grid.treated) * len(grid.control)
    settled = f"{grid.settled} of {cells} combinations have" if grid.settled else "no combination shown has"
    first = turn if _turns(grid) else "No combination shown turns the sign"
    return f"{first}; {settled} {_p_at_most(found)}"


def _p_at_most(found: LostResult) -> str:
    return f"{'p' if found.sides == 'two' else 'one-sided p'} ≤ {number(found.alpha)}"


def _turns(grid: TippingGrid) -> bool:
    """Whether the grid holds mean differences on both sides of zero."""
    values = [value for row in grid.estimate for value in row]
    return min(values) < 0 < max(values)


def _drawn(found: LostResult) -> str:
    dots = f"dots have {_p_at_most(found)}, "
    return (
        "Colour is the mean difference, paler towards 0; on the bold line it is 0; "
        f"{dots if _settled(found) else ''}the dashed frame holds what is possible from the assumed baseline. "
        "Letters mark the rules."
    )


def paint(found: LostResult, grid: TippingGrid, arms: Arms, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, **MARGIN)
    _cells(canvas, found, grid, arms)
    _dots(canvas, found)
    _zero_line(canvas, grid)
    _frame(canvas, grid)
    _corners(canvas, found, grid)
    _letters(canvas, found, grid)
    _key(canvas, found, grid)
    for name, (_, label), values in (("x", arms[0], grid.treated), ("y", arms[1], grid.control)):
        title = {"text": f"{label}: change of {_who(found)} ({axis_unit(found)})"}
        canvas.axis(name, range=_ends(values), showgrid=False, title=title, **_ticks(values))
    return canvas
