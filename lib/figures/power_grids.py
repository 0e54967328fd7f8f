"""Further figures of a plan: the detectable effect by n, power over n and effect, and every design at once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from lib.design.registry import DESIGNS
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken, per_point, without_extra
from lib.figures.power_shared import HEIGHT, LINES_OF, cell, effect, effect_axis, n_title, ramp, shown_effects
from lib.questions.observed import OBSERVED
from lib.questions.sample_size import SampleSizeResult, reading
from lib.questions.wording import number, percent, power_words
from lib.values import Missing, Real, known

# ---- detectable effect by n


def detectable_title(result: SampleSizeResult) -> str:
    found = result.chosen.detectable
    told = f"no effect is found with {percent(result.plan.target)} power" if isinstance(found, Missing) else ""
    return f"With n = {result.plan.n}, {told or f'{effect(result, found)} can be found'}"


def paint_detectable(result: SampleSizeResult, look: Look) -> Canvas:
    view: Any = result.view
    found = [None if isinstance(e, Missing) else shown_effects(result, [e])[0] for e in view.effect]
    canvas = Canvas(look, HEIGHT, l=64, r=16, t=62, b=56)
    canvas.trace(
        x=list(view.n),
        y=found,
        mode="lines+markers",
        marker={"size": 6},
        name=result.chosen.label,
        line={"color": look.ink, "width": 3},
        hovertemplate=without_extra(f"n = {per_point('x')}: {per_point('y', '.3g')} {result.chosen.unit}"),
    )
    planned = known(result.chosen.detectable)
    if planned:
        at = shown_effects(result, [float(result.chosen.detectable)])  # type: ignore[arg-type]
        marker = {"color": look.ink, "symbol": "star", "size": 16}
        canvas.trace(x=[result.plan.n], y=at, mode="markers", name="planned", marker=marker, hoverinfo="skip")
    top = max([value for value in found if value is not None], default=1.0)
    wanted = shown_effects(result, [abs(result.chosen.effect)])[0]
    canvas.level(wanted, color=look.ink, width=1, dash="dot")
    canvas.axis("x", range=[0, view.n[-1] * 1.04], title={"text": f"n: {result.chosen.n_counts}"})
    canvas.axis(
        "y", range=[0, min(max(top, wanted), _ceiling(result, wanted)) * 1.06], title={"text": _found_axis(result)}
    )
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    name = textwrap.wrap(f"━ {result.chosen.label} ★\u00a0n\u00a0=\u00a0{result.plan.n}", LINES_OF)
    key = broken((bold(broken(name)), "·· effect planned"))
    canvas.note(key, **place, align="left", font={"size": 12, "color": look.ink})
    return canvas


ABOVE = 3
"""How many times the effect found at the planned n the axis may reach: two or three pairs find only enormous ones."""


def _ceiling(result: SampleSizeResult, wanted: float) -> float:
    found = result.chosen.detectable
    return ABOVE * max(wanted, shown_effects(result, [found])[0]) if known(found) else float("inf")


def _found_axis(result: SampleSizeResult) -> str:
    unit = "percentage points" if result.chosen.unit == "pp" else result.chosen.unit
    return f"Smallest effect found, {unit}"


def detectable_table(result: SampleSizeResult) -> pd.DataFrame:
    view: Any = result.view
    return pd.DataFrame(
        [
            {
                result.chosen.n_counts: str(n),
                f"Effect found with {percent(result.plan.target)} power": e.reason
                if isinstance(e, Missing)
                else effect(result, e),
            }
            for n, e in zip(view.n, view.effect, strict=True)
        ]
    )


def detectable_reading(result: SampleSizeResult) -> str:
    return f"{detectable_title(result)} ({percent(result.plan.target)} power). {reading(result)}"


# ---- power over n and effect


LEVELS = (0.5, 0.8, 0.9, 0.95)


def paint_contour(result: SampleSizeResult, look: Look) -> Canvas:
    view: Any = result.view
    effects = shown_effects(result, view.effect)
    canvas = Canvas(look, HEIGHT, l=64, r=16, t=44, b=56)
    z = [[None if isinstance(power, Missing) else power for power in row] for row in view.power]
    canvas.trace(
        type="heatmap",
        x=list(view.n),
        y=effects,
        z=[[None if power is None else 100 * power for power in row] for row in z],
        zmin=0,
        zmax=100,
        zsmooth="best" if len(view.n) < 60 else False,
        colorscale=ramp(look),
        showscale=False,
        hovertemplate=without_extra(
            f"n = {per_point('x')}, effect {per_point('y', '.3g')}: power {per_point('z', '.1f')} %"
        ),
    )
    for level, width in zip(LEVELS, (1, 2, 2, 1), strict=True):
        canvas.trace(
            type="contour",
            x=list(view.n),
            y=effects,
            z=z,
            autocontour=False,
            contours={
                "start": level,
                "end": level,
                "size": 1,
                "coloring": "none",
                "showlabels": False,
            },
            line={"color": look.ink, "width": width, "dash": "solid" if level == 0.8 else "dot"},
            showscale=False,
            hoverinfo="skip",
            connectgaps=False,
        )
    for level, n, size in _where(view.n, effects, z):
        canvas.note(percent(level), x=n, y=size, bgcolor=look.paper, borderpad=1, font={"size": 12, "color": look.ink})
    at = shown_effects(result, [abs(result.chosen.effect)])
    marker = {"color": look.ink, "symbol": "star", "size": 16}
    canvas.trace(x=[result.plan.n], y=at, mode="markers", name="planned", marker=marker, hoverinfo="skip")
    canvas.axis("x", range=[view.n[0], view.n[-1]], title={"text": f"n: {result.chosen.n_counts}"})
    canvas.axis("y", range=[0, max(effects[-1], 1e-9)], title={"text": effect_axis(result)})
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    key = broken(textwrap.wrap(f"{result.chosen.label}: lines of equal power ★ planned", LINES_OF))
    canvas.note(bold(key), **place, align="left", font={"size": 12, "color": look.ink})
    return canvas


LABELLED = (0.3, 0.45, 0.6, 0.75, 0.15, 0.9)
"""At which shares of the axis of n the lines may have their labels: the first that most of them cross."""


def _where(ns: Sequence[int], effects: Sequence[float], z: Sequence[Sequence[float | None]]) -> list[_Place]:
    """Level, n and effect of a label for each line of equal power, all above each other."""
    columns = [round(share * (len(ns) - 1)) for share in LABELLED]
    return max(([*_crossings(ns[place], effects, [row[place] for row in z])] for place in columns), key=len)


_Place = tuple[float, float, float]


def _crossings(n: int, effects: Sequence[float], powers: Sequence[float | None]) -> Iterator[_Place]:
    """Where power first reaches each level as the effect grows at this n."""
    for level in LEVELS:
        for (a, low), (b, high) in pairwise(zip(effects, powers, strict=True)):
            if low is not None and high is not None and low < level <= high:
                yield level, n, a + (b - a) * (level - low) / (high - low)
                break


def contour_table(result: SampleSizeResult) -> pd.DataFrame:
    view: Any = result.view
    columns = list(range(0, len(view.n), max(1, len(view.n) // 10)))
    rows = range(0, len(view.effect), max(1, len(view.effect) // 12))
    return pd.DataFrame(
        [
            {
                "True effect": effect(result, view.effect[i]),
                **{f"n = {view.n[j]}": cell(view.power[i][j]) for j in columns},
            }
            for i in rows
        ]
    )


def contour_title(result: SampleSizeResult) -> str:
    return f"Power by n and effect: {n_title(result)}"


# ---- every design at once


def side_title(result: SampleSizeResult) -> str:
    view: Any = result.view
    at = view.n.index(result.plan.n)
    planned = [(key, row[at]) for (key, factor), row in zip(view.rows, view.power, strict=True) if factor == 1]
    best = max(((key, power) for key, power in planned if known(power)), key=lambda pair: pair[1], default=None)
    if best is None:
        return f"No design of this outcome has an answer at n = {result.plan.n}"
    given = "" if all(power != OBSERVED for _, power in planned) else ", observed power left out"
    return f"Most power at n = {result.plan.n}{given}: {DESIGNS[best[0]].label} ({power_words(float(best[1]))})"


ROW = 52
"""Height of a design with its name above it, in pixels."""


def paint_side(result: SampleSizeResult, look: Look) -> Canvas:
    """The SD as planned; others are in the table. A name stands above its row, where a telephone has room for it."""
    view: Any = result.view
    rows = [(key, row) for (key, factor), row in zip(view.rows, view.power, strict=True) if factor == 1]
    canvas = Canvas(look, 70 + ROW * len(rows), l=12, r=12, t=14, b=56)
    canvas.trace(
        type="heatmap",
        x=[str(n) for n in view.n],
        y=list(range(len(rows))),
        z=[[None if isinstance(power, Missing) else power for power in row] for _, row in rows],
        text=[[_short(power, result.plan.target) for power in row] for _, row in rows],
        texttemplate=per_point("text"),
        textfont={"size": 12, "color": look.ink},
        zmin=0,
        zmax=1,
        colorscale=ramp(look),
        showscale=False,
        xgap=1,
        ygap=24,
        customdata=[[cell(power) for power in row] for _, row in rows],
        hovertemplate=without_extra(f"n = {per_point('x')}: power {per_point('customdata')}"),
    )
    for place, (key, _) in enumerate(rows):
        name = DESIGNS[key].label + (", per arm" if DESIGNS[key].arms > 1 else "")
        text = bold(name) if key == result.chosen.key else name
        at = {"xref": "paper", "x": 0, "xanchor": "left", "y": place - 0.28, "yanchor": "bottom"}
        canvas.note(text, **at, font={"size": 12, "color": look.ink}, align="left")
    title = f"n; power in %, {percent(result.plan.target)} and more in bold"
    canvas.axis("x", type="category", title={"text": title}, showgrid=False)
    canvas.axis("y", range=[len(rows) - 0.4, -0.75], showgrid=False, showticklabels=False, ticks="")
    return canvas


def _short(power: Real, target: float) -> str:
    """A power in whole percent, never rounded to certainty."""
    if isinstance(power, Missing):
        return "–"
    text = ">99" if power > 0.99 else "<1" if power < 0.01 else f"{100 * power:.0f}"
    return bold(text) if power >= target else text


def side_table(result: SampleSizeResult) -> pd.DataFrame:
    view: Any = result.view
    return pd.DataFrame(
        [
            {
                "Design": DESIGNS[key].label,
                "SD ×": number(factor),
                **{f"n = {n}": cell(p) for n, p in zip(view.n, row, strict=True)},
            }
            for (key, factor), row in zip(view.rows, view.power, strict=True)
        ]
    )
