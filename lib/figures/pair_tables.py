"""Which pairs of scores the printed summaries allow: a cell for each pair, the stronger the more tables use it."""

from __future__ import annotations

import pandas as pd

from lib.analysis.pair_table_summary import Cell
from lib.analysis.pair_tables import PairTables
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import per_point, without_extra
from lib.figures.part import Part
from lib.questions.pair_table_words import allowed_words, tables_title
from lib.values import Missing

MOST_NAMED = 11
"""Scores along an axis that can all be named and numbered."""


def pair_tables_part(found: PairTables | Missing, arms: tuple[str, str]) -> Part | None:
    """The cells; None where no table agrees with what is printed."""
    if isinstance(found, Missing) or not found.size:
        return None
    return Part(
        "pair-tables",
        tables_title(found),
        f"{allowed_words(found)} The number in a cell is the share of tables, in percent, that have such a pair.",
        lambda look: paint(found, arms, look),
        lambda: table(found, arms),
    )


def paint(found: PairTables, arms: tuple[str, str], look: Look) -> Canvas:
    canvas, scores = Canvas(look, 440, l=62, r=16, t=16, b=56), _scores(found)
    rows = [[_cell(found, treated, control) for treated in scores] for control in scores]
    few = len(scores) <= MOST_NAMED
    canvas.trace(
        type="heatmap",
        x=list(scores),
        y=list(scores),
        z=[[cell.tables / found.size for cell in row] for row in rows],
        text=[[_share(cell, found) if few else "" for cell in row] for row in rows],
        texttemplate=per_point("text"),
        textfont={"color": look.ink, "size": 12},
        colorscale=[[0, look.paper], [1, look.ramp]],
        **{
            "zmin": 0,
            "zmax": max(cell.tables for cell in found.cells) / found.size,
            "xgap": 1,
            "ygap": 1,
            "showscale": False,
        },
        customdata=[[_told(cell, found) for cell in row] for row in rows],
        hovertemplate=without_extra(
            f"{arms[0]} {per_point('x')}, {arms[1]} {per_point('y')}: {per_point('customdata')}"
        ),
    )
    ends = [scores[0] - 0.5, scores[-1] + 0.5]
    for name, arm in zip("xy", arms, strict=True):
        ticks = {"tickvals": list(scores)} if few else {"nticks": 7}
        canvas.axis(name, range=ends, showgrid=False, title={"text": f"{arm}, score"}, **ticks)
    return canvas


def _scores(found: PairTables) -> range:
    return range(found.printed.low, found.printed.high + 1)


def _cell(found: PairTables, treated: int, control: int) -> Cell:
    low, levels = found.printed.low, found.printed.levels
    return found.cells[(treated - low) * levels + control - low]


def _share(cell: Cell, found: PairTables) -> str:
    """Whole percent, but neither 0 nor 100 for what is only nearly so; nothing where no table has it."""
    if cell.tables in (0, found.size):
        return "100" if cell.tables else ""
    return str(min(99, max(1, round(100 * cell.tables / found.size))))


def _told(cell: Cell, found: PairTables) -> str:
    return f"in {cell.tables:,} of {found.size:,} tables, at most {cell.most} of {found.printed.n} pairs"


def table(found: PairTables, arms: tuple[str, str]) -> pd.DataFrame:
    """Every pair of scores that some table has."""
    return pd.DataFrame(
        [
            {
                f"{arms[0]}, score": str(cell.treated),
                f"{arms[1]}, score": str(cell.control),
                "Tables with such a pair": f"{cell.tables:,}",
                "Most such pairs in a table": str(cell.most),
            }
            for cell in found.cells
            if cell.tables
        ]
    )
