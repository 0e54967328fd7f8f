"""The specification curve: every defensible analysis from worst to best, above the choices that each of them made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken, subscript
from lib.figures.part import Part
from lib.questions.multiverse_result import MultiverseResult, SpecificationResult, headline
from lib.questions.wording import inside, number, shortened, signed
from lib.values import Missing, known

CURVE, ROW, HEAD, GAP = 190, 17, 24, 22
"""Heights in pixels: the curve, one row of the matrix, the name of a choice, and the space between both parts."""

MARGIN = {"l": 176, "r": 12, "t": 26, "b": 44}
NAME = 24
"""Characters of an arm's name that have room beside the curve."""
PLAIN = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
"""A click sets the dashboard; it should not fade the points that were not clicked."""


def specifications_part(every: MultiverseResult, at: int | Missing, reading: str, treated: str) -> Part:
    """The curve with the viewer's own analysis marked, if it is among them; `treated` is the arm that + favours."""
    title, rows = _title(every), lambda: table(every)
    return Part("specifications", title, reading, lambda look: paint(every, at, treated, look), rows)


def _title(every: MultiverseResult) -> str:
    return f"{headline(every)}: {len(every.specifications)} analyses of one data set"


def paint(every: MultiverseResult, at: int | Missing, treated: str, look: Look) -> Canvas:
    """Curve and matrix on one axis of ranks. Every point carries its rank, so that a click can tell it."""
    rows = _rows(every.specifications)
    depth = sum(HEAD + ROW * len(options) for _, options in rows)
    whole = CURVE + GAP + depth
    canvas = Canvas(look, whole + MARGIN["t"] + MARGIN["b"], **MARGIN)
    ranks = [0.0, len(every.specifications) + 1.0]
    canvas.axis(
        "x",
        range=ranks,
        anchor="y2",
        title={"text": "Analyses, by effect"},
        nticks=6,
    )
    _curve(canvas, every, treated, 1 - CURVE / whole)
    _matrix(canvas, every, rows, depth, depth / whole)
    if known(at):
        _mark(canvas, at)
    return canvas


def _rows(specs: Iterable[SpecificationResult]) -> list[tuple[str, list[str]]]:
    """Each choice with its options, the one that does best on average at the top."""
    found: dict[str, dict[str, list[int]]] = {}
    for spec in specs:
        for choice, option in spec.choices:
            found.setdefault(choice, {}).setdefault(option, []).append(spec.rank)
    return [
        (choice, sorted(options, key=lambda option: -sum(options[option]) / len(options[option])))
        for choice, options in found.items()
    ]


def _reach(every: MultiverseResult) -> float:
    return 1.15 * max([abs(float(s.effect)) for s in every.specifications if known(s.effect)], default=1.0) or 1.0


def _height(spec: SpecificationResult, reach: float) -> float:
    """d_z, or the edge of the axis where it is infinite."""
    return (reach if spec.mean > 0 else -reach) if isinstance(spec.effect, Missing) else float(spec.effect)


def _curve(canvas: Canvas, every: MultiverseResult, treated: str, bottom: float) -> None:
    reach, look = _reach(every), canvas.look
    title = broken((f"d{subscript('z')} towards", shortened(inside(treated), NAME)))
    canvas.axis("y", range=[-reach, reach], domain=[bottom, 1], title={"text": title}, nticks=7)
    canvas.level(0, color=look.muted, width=1)
    specs = every.specifications
    for name, colour, holds in _sides(look):
        chosen = [spec for spec in specs if holds(spec)]
        _points(canvas, chosen, reach, {"color": colour, "size": 5, "symbol": "circle"}, name)
    paper = [spec for spec in specs if spec.paper]
    ring = {"color": look.paper, "size": 11, "symbol": "diamond", "line": {"width": 2, "color": look.ink}}
    _points(canvas, paper, reach, ring, "announced by the paper")
    for text, y in (("favours treated ▴", reach), ("favours control ▾", -reach)):
        place = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - MARGIN["l"], "yref": "y", "y": y}
        canvas.note(text, **place, yanchor="top" if y > 0 else "bottom", font={"size": 12, "color": look.muted})
    if paper:
        place = {"xref": "x domain", "x": 1, "yref": "paper", "y": 1, "xanchor": "right", "yanchor": "bottom"}
        canvas.note("◇ announced by the paper", **place, yshift=2, font={"size": 12, "color": look.muted})


def _sides(look: Look) -> tuple[tuple[str, str, Callable[[SpecificationResult], bool]], ...]:
    return (
        ("favours treated", look.treated.colour, _better),
        ("favours neither", look.muted, _even),
        ("favours control", look.control.colour, _worse),
    )


def _better(spec: SpecificationResult) -> bool:
    return spec.mean > 0


def _even(spec: SpecificationResult) -> bool:
    return spec.mean == 0


def _worse(spec: SpecificationResult) -> bool:
    return spec.mean < 0


def _points(
    canvas: Canvas, specs: list[SpecificationResult], reach: float, marker: dict[str, object], name: str
) -> None:
    if specs:
        canvas.trace(
            x=[spec.rank for spec in specs],
            y=[_height(spec, reach) for spec in specs],
            mode="markers",
            marker=marker,
            name=name,
            customdata=[[spec.rank] for spec in specs],
            hovertext=[_told(spec) for spec in specs],
            hoverinfo="text",
            **PLAIN,
        )


def _told(spec: SpecificationResult) -> str:
    options = (f"{choice}: {option}" for choice, option in spec.choices)
    return broken((f"Analysis {spec.rank}: d_z {number(spec.effect)}", *options, f"{spec.n} pairs"))


def _matrix(canvas: Canvas, every: MultiverseResult, rows: list[tuple[str, list[str]]], depth: int, top: float) -> None:
    """Which option each analysis took: one tick a choice, on pixel-high rows below the curve."""
    look = canvas.look
    canvas.axis("y2", range=[depth, 0], domain=[0, top], anchor="x", visible=False)
    heights: dict[tuple[str, str], int] = {}
    y = 0
    for choice, options in rows:
        y += HEAD
        _label(canvas, choice, y - 8, strong=True)
        for option in options:
            heights[choice, option] = y + ROW // 2
            _label(canvas, option, y + ROW // 2)
            y += ROW
    for name, colour, holds in _sides(look):
        ticks = [(spec, heights[taken]) for spec in every.specifications if holds(spec) for taken in spec.choices]
        if ticks:
            canvas.trace(
                x=[spec.rank for spec, _ in ticks],
                y=[height for _, height in ticks],
                mode="markers",
                marker={"symbol": "line-ns", "size": ROW - 7, "line": {"width": 1.6, "color": colour}, "color": colour},
                name=name,
                customdata=[[spec.rank] for spec, _ in ticks],
                hoverinfo="skip",
                yaxis="y2",
                **PLAIN,
            )


def _label(canvas: Canvas, text: str, y: float, strong: bool = False) -> None:
    place = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 8 - MARGIN["l"], "yref": "y2", "y": y}
    told, colour = (bold(text), canvas.look.ink) if strong else (text, canvas.look.muted)
    canvas.note(told, **place, font={"size": 12, "color": colour})


def _mark(canvas: Canvas, at: int) -> None:
    """The viewer's own analysis, through both parts."""
    line = {"color": canvas.look.ink, "width": 2, "dash": "dot"}
    canvas.shape(type="line", xref="x", yref="paper", x0=at, x1=at, y0=0, y1=1, line=line, layer="below")
    place = {"xref": "x", "x": at, "yref": "y2", "y": 0, "yanchor": "bottom", "xanchor": "center"}
    canvas.note("yours", **place, bgcolor=canvas.look.paper, font={"size": 12, "color": canvas.look.ink})


def table(every: MultiverseResult) -> pd.DataFrame:
    """One row an analysis."""
    return pd.DataFrame(
        [
            {
                "Analysis": str(spec.rank),
                **dict(spec.choices),
                "Pairs": str(spec.n),
                "Mean, treated − control": f"{signed(spec.sign * spec.mean)} {spec.unit}",
                "d_z towards the treatment": number(spec.effect),
                "In the paper": "announced" if spec.paper else "",
            }
            for spec in every.specifications
        ]
    )
