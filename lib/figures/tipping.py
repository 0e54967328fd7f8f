"""What whoever was lost could have changed: the mean difference for each combination of their two changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken, coloured, per_point, without_extra
from lib.figures.part import Part
from lib.questions.endpoint_reading import short_unit
from lib.questions.tipping import LostResult, TippingGrid, axis_unit, lost_reading, observed_words, turning_words
from lib.questions.wording import measure, number, p_phrase, probability, signed
from lib.values import Missing, Real, known

HEIGHT = 490
MARGIN = {"l": 62, "r": 16, "t": 84, "b": 56}
TINT = 0.6
"""How strong the arms' colours are at the ends of the scale, so that dots and words stay readable on them."""
MOST_TICKS = 9
"""Values along an axis that can all be named; with more, cells and their dots are small."""
YES_NO = 2
"""Values along an axis where the change is whether somebody responded."""
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
    if grid.treated[0] == grid.treated[-1]:
        return None  # an open scale on which nothing is known to have changed
    return Part(
        "tipping",
        _title(found, grid),
        f"{lost_reading(found)} {observed_words(found)} {_drawn(found, grid)}",
        lambda look: paint(found, grid, arms, look),
        lambda: table(found, grid),
    )


def _title(found: LostResult, grid: TippingGrid) -> str:
    turn = turning_words(found, grid).rstrip(".")
    cells = len(grid.treated) * len(grid.control)
    settled = f"{grid.settled} of {cells} combinations have" if grid.settled else "no combination has"
    return f"{turn}; {settled} {_p_at_most(found)}"


def _p_at_most(found: LostResult) -> str:
    return f"{'p' if found.sides == 'two' else 'one-sided p'} ≤ {number(found.alpha)}"


def _turns(grid: TippingGrid) -> bool:
    """Whether the grid holds mean differences on both sides of zero."""
    values = [value for row in grid.estimate for value in row]
    return min(values) < 0 < max(values)


def _drawn(found: LostResult, grid: TippingGrid) -> str:
    line = "; on the bold line it is 0" if _turns(grid) else ""
    dots = f" Cells with a dot have {_p_at_most(found)}." if grid.settled else ""
    return (
        f"Colour is the mean difference, paler towards 0{line}. The dashed frame holds the range assumed; "
        f"letters mark the rules.{dots}"
    )


def paint(found: LostResult, grid: TippingGrid, arms: Arms, look: Look) -> Canvas:
    canvas, unit = Canvas(look, HEIGHT, **MARGIN), axis_unit(found)
    _cells(canvas, found, grid, arms)
    _dots(canvas, found, grid)
    _zero_line(canvas, grid)
    _frame(canvas, grid)
    _letters(canvas, found, grid)
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 8}
    font = {"color": look.ink, "size": 12}
    canvas.note(_key(found, grid, look), **place, xshift=8 - MARGIN["l"], align="left", font=font)
    for name, (_, label), values in (("x", arms[0], grid.treated), ("y", arms[1], grid.control)):
        few = {"tickvals": list(values)} if len(values) <= MOST_TICKS else {"nticks": 7}
        canvas.axis(name, range=_ends(values), showgrid=False, title={"text": f"{label}, change ({unit})"}, **few)
    return canvas


def _step(values: tuple[float, ...]) -> float:
    return values[1] - values[0]


def _ends(values: tuple[float, ...]) -> list[float]:
    """The outer edges of the first and the last cell."""
    return [values[0] - _step(values) / 2, values[-1] + _step(values) / 2]


def _cells(canvas: Canvas, found: LostResult, grid: TippingGrid, arms: Arms) -> None:
    """Colour by who is favoured, paper at 0; the scale ends equally far on both sides."""
    look, unit = canvas.look, axis_unit(found)
    low, high = [mark.colour for mark in (look.treated, look.control)][:: 1 if found.better == "lower" else -1]
    farthest = max(abs(value) for row in grid.estimate for value in row) or 1.0
    (_, treated), (_, control) = arms
    canvas.trace(
        type="heatmap",
        x=list(grid.treated),
        y=list(grid.control),
        z=[list(row) for row in grid.estimate],
        text=[[p_phrase(p, found.sides) for p in row] for row in grid.p],
        colorscale=[[0, low], [0.5, look.paper], [1, high]],
        **{"zmin": -farthest, "zmax": farthest, "opacity": TINT, "xgap": 1, "ygap": 1, "showscale": False},
        hovertemplate=without_extra(
            broken(
                (
                    f"{treated} {per_point('x', '.4g')} {unit}, {control} {per_point('y', '.4g')} {unit}",
                    f"mean difference {per_point('z', '.3g')} {short_unit(found.unit)}, {per_point('text')}",
                )
            )
        ),
    )


def _settled(p: Real, alpha: float) -> bool:
    return known(p) and p <= alpha


def _dots(canvas: Canvas, found: LostResult, grid: TippingGrid) -> None:
    """A dot in every cell whose p is at most α."""
    marked = [
        (treated, control)
        for control, row in zip(grid.control, grid.p, strict=True)
        for treated, p in zip(grid.treated, row, strict=True)
        if _settled(p, found.alpha)
    ]
    if marked:
        canvas.trace(
            x=[treated for treated, _ in marked],
            y=[control for _, control in marked],
            mode="markers",
            name=_p_at_most(found),
            marker={"color": canvas.look.ink, "size": 4 if len(grid.treated) > MOST_TICKS else 7},
            hoverinfo="skip",
        )


def _zero_line(canvas: Canvas, grid: TippingGrid) -> None:
    """Where treated minus control is what makes the mean difference 0, from edge to edge of the grid."""
    if not _turns(grid):
        return
    (left, right), (bottom, top) = _ends(grid.treated), _ends(grid.control)
    x = [max(left, bottom + grid.turns), min(right, top + grid.turns)]
    canvas.trace(
        x=x,
        y=[treated - grid.turns for treated in x],
        mode="lines",
        name="mean difference 0",
        line={"color": canvas.look.ink, "width": 3},
        hoverinfo="skip",
    )


def _spots(found: LostResult, grid: TippingGrid) -> Iterator[Spot]:
    """The rules whose changes follow from the grid.

    "No change" is a change of 0, but for responders, where whoever began well responds without any.
    """
    low, high = grid.reach if found.better == "higher" else grid.reach[::-1]
    places = {"best": (high, low), "worst": (low, high)}
    if len(grid.treated) > YES_NO:
        places["no-change"] = (0.0, 0.0)
    for rule in found.rules:
        if rule.key in places:
            yield Spot(LETTERS[rule.key], rule.label, *places[rule.key], rule.test.p)


def _letters(canvas: Canvas, found: LostResult, grid: TippingGrid) -> None:
    spots, look = list(_spots(found, grid)), canvas.look
    canvas.trace(
        x=[spot.treated for spot in spots],
        y=[spot.control for spot in spots],
        mode="markers+text",
        name="rules",
        text=[bold(spot.letter) for spot in spots],
        textfont={"size": 13, "color": look.ink},
        marker={"color": look.paper, "size": 21, "line": {"color": look.ink, "width": 1.5}},
        hovertext=[
            f"{spot.label}: {_mean_words(found, grid, spot)}, {p_phrase(spot.p, found.sides)}" for spot in spots
        ],
        hoverinfo="text",
        cliponaxis=False,
    )


def _mean_words(found: LostResult, grid: TippingGrid, spot: Spot) -> str:
    return f"mean difference {measure(_mean(found, grid, spot.treated - spot.control), short_unit(found.unit))}"


def _mean(found: LostResult, grid: TippingGrid, difference: float) -> float:
    """The mean difference where everybody lost has this one."""
    return len(found.participants) * (difference - grid.turns) / found.n


def _frame(canvas: Canvas, grid: TippingGrid) -> None:
    """What is possible from the assumed baseline: whole cells where there is nothing between them."""
    pad = _step(grid.treated) / 2 if grid.complete else 0.0
    low, high = grid.reach[0] - pad, grid.reach[1] + pad
    canvas.trace(
        x=[low, high, high, low, low],
        y=[low, low, high, high, low],
        mode="lines",
        name="possible",
        line={"color": canvas.look.ink, "width": 1.5, "dash": "5px,4px"},
        hoverinfo="skip",
    )


def _key(found: LostResult, grid: TippingGrid, look: Look) -> str:
    """What colours, lines, letters and dots mean, in lines that a telephone holds."""
    words = {"N": "no change", "B": "best", "W": "worst for the treatment"}
    placed = {spot.letter for spot in _spots(found, grid)}
    zero = f", {bold('━')} where it is 0" if _turns(grid) else ""
    corners = (("◤", grid.estimate[-1][0]), ("◢", grid.estimate[0][-1]))
    dots = f"   • {_p_at_most(found)}" if grid.settled else ""
    return broken(
        (
            f"Mean difference ({short_unit(found.unit)}){zero}",
            "   ".join(_corner(found, sign, value, look) for sign, value in corners),
            ", ".join(f"{bold(letter)} {told}" for letter, told in words.items() if letter in placed),
            f"┅ the range assumed{dots}",
        )
    )


def _corner(found: LostResult, sign: str, value: float, look: Look) -> str:
    """What the cell in this corner says, in the colour of the arm that it favours."""
    if value == 0:
        return f"{sign} 0"
    arm = 0 if (value > 0) == (found.better == "higher") else 1
    words = f"{sign} {signed(value)} favours {('treated', 'control')[arm]}"
    return coloured(words, look.mark(arm).colour)


def table(found: LostResult, grid: TippingGrid) -> pd.DataFrame:
    """The rules, then every difference on the grid: mean difference and p depend on nothing else."""
    unit = short_unit(found.unit)
    rules = [_table_row(found, grid, s.label, s.treated - s.control, s.p, 1) for s in _spots(found, grid)]
    size = len(grid.treated)
    diagonals = [
        _table_row(
            found,
            grid,
            "",
            grid.treated[max(shift, 0)] - grid.control[max(-shift, 0)],
            grid.p[max(-shift, 0)][max(shift, 0)],
            size - abs(shift),
        )
        for shift in range(1 - size, size)
    ]
    names = ("Rule", f"Lost: treated − control ({unit})", f"Mean difference ({unit})", "p", _p_at_most(found), "Cells")
    return pd.DataFrame([*rules, *diagonals], columns=names)


def _table_row(
    found: LostResult, grid: TippingGrid, rule: str, difference: float, p: Real, cells: int
) -> tuple[str, ...]:
    mean = _mean(found, grid, difference)
    settled = "yes" if _settled(p, found.alpha) else "no"
    return rule or "–", signed(difference), signed(mean), probability(p), settled, str(cells)
