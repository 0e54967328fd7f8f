"""The large figure of a plan: power by n or by effect, over both, the detectable effect, or every design at once."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.design.curve import Contour, DetectableCurve, EffectCurve, PowerCurve, SideBySide
from lib.design.design import Design
from lib.design.registry import DESIGNS
from lib.figures import power_grids
from lib.figures.canvas import Canvas, percent_ticks
from lib.figures.labels import BESIDE_MARK, BESIDE_UPRIGHT, Labels
from lib.figures.look import Look
from lib.figures.markup import bold, broken, per_point, without_extra
from lib.figures.part import Part
from lib.figures.power_shared import HEIGHT, LINES_OF, effect, effect_axis, n_title, shown_effects
from lib.questions.design_answer import Chance
from lib.questions.sample_size import SampleSizeResult, reading
from lib.questions.wording import below_words, chance, number, percent, power_words
from lib.values import Missing, known

DASHES = ("dot", "dashdot", "longdash", "dash", "3px,6px", "9px,3px,2px,3px")
SAMPLES = ("··", "–·", "––", "- -", "· ·", "—·")


def power_part(result: SampleSizeResult) -> Part:
    """What the viewer wants drawn of the plan."""
    drawn = DRAWN[type(result.view)]
    return Part(
        "power",
        drawn.title(result),
        drawn.reading(result),
        lambda look: drawn.paint(result, look),
        lambda: drawn.table(result),
    )


# ---- power by n, by effect


def _paint_by_n(result: SampleSizeResult, look: Look) -> Canvas:
    view: Any = result.view
    title = _n_axis(result)
    canvas = _ready(result, look, len(title))
    for index, curve in enumerate(result.beside):
        _line(canvas, curve.n, curve.power, DESIGNS[curve.design].label, look.muted, DASHES[index % len(DASHES)], 2)
    _bands(canvas, result, view.n, view.low, view.high)
    _line(canvas, view.n, view.power, result.chosen.label, look.ink, "solid", 3)
    right = view.n[-1] * ROOM
    canvas.axis("x", range=[0, right], title={"text": broken(title)})
    _star(canvas, result, result.plan.n)
    needed = result.chosen.needed
    if known(needed):
        canvas.upright(needed, color=look.ink, width=1, dash="dot")
    labels = _labels(canvas, result, right, [(curve.n, curve.power) for curve in result.beside])
    _mark_planned(labels, result, result.plan.n, str(result.plan.n))
    if known(needed):
        labels.line([needed, needed], [0, TOP])
        labels.put(f"needed: {needed}", float(needed), 0, BESIDE_UPRIGHT)
    return canvas


ROOM, TOP = 1.015, 1.04
"""Where the axes end: past the last n by half a mark, and above certainty."""


def _labels(canvas: Canvas, result: SampleSizeResult, right: float, others: Sequence[Any]) -> Labels:
    """Ready for labels that keep clear of the curves and of the line of the target."""
    view: Any = result.view
    xs = view.n if isinstance(view, PowerCurve) else shown_effects(result, view.effect)
    labels = Labels(canvas, (0, right), (0, TOP))
    for x, power in ((xs, view.power), *others):
        labels.line(x, power)
    labels.line([0, right], [result.plan.target] * 2)
    return labels


def _mark_planned(labels: Labels, result: SampleSizeResult, x: float, told: str) -> None:
    """What the star is: the plan with its power, which never reads as the target where it misses it."""
    power, target = result.chosen.power_at_n, result.plan.target
    if isinstance(power, Missing):
        return
    short = power.value < target <= round(power.value, 2)
    share = below_words(power.value, target) if short else chance(power.value)
    labels.put(f"planned: {told}, {share}", x, power.value, BESIDE_MARK)


def _n_axis(result: SampleSizeResult) -> list[str]:
    """What n counts, which is not the same for every curve, in lines that a telephone holds."""
    chosen = DESIGNS[result.chosen.key]
    told = {
        f"{_whose(DESIGNS[curve.design], chosen)}: {DESIGNS[curve.design].n_counts}": None
        for curve in result.beside
        if DESIGNS[curve.design].n_counts != chosen.n_counts
    }
    *first, last = (f"n: {chosen.n_counts}", *told)
    parts = [*(f"{part};" for part in first), last]
    return [line for part in parts for line in textwrap.wrap(part, LINES_OF_TITLE)]


LINES_OF_TITLE = 40
"""Characters of the title of an axis that a telephone shows in one line."""


def _whose(other: Design, chosen: Design) -> str:
    if other.within == chosen.within:
        return f"{other.label}"
    return "within persons" if other.within else "in parallel arms"


def _effect_title(result: SampleSizeResult) -> str:
    found = result.chosen.detectable
    if isinstance(found, Missing):
        return f"With n = {result.plan.n} no effect is found with {percent(result.plan.target)} power"
    return f"n = {result.plan.n} finds {effect(result, found)} with {percent(result.plan.target)} power"


def _paint_by_effect(result: SampleSizeResult, look: Look) -> Canvas:
    view: Any = result.view
    xs = shown_effects(result, view.effect)
    title = textwrap.wrap(effect_axis(result), LINES_OF_TITLE)
    canvas = _ready(result, look, len(title))
    _bands(canvas, result, xs, view.low, view.high)
    _line(canvas, xs, view.power, result.chosen.label, look.ink, "solid", 3)
    planned, right = shown_effects(result, [abs(view.planned)])[0], xs[-1] * ROOM
    _star(canvas, result, planned)
    canvas.axis("x", range=[0, right], title={"text": broken(title)})
    labels, found = _labels(canvas, result, right, ()), result.chosen.detectable
    _mark_planned(labels, result, planned, effect(result, abs(view.planned)))
    if known(found) and (at := shown_effects(result, [found])[0]) <= xs[-1]:
        canvas.upright(at, color=look.ink, width=1, dash="dot")
        labels.line([at, at], [0, TOP])
        labels.put(f"detectable: {effect(result, found)}", at, 0, BESIDE_UPRIGHT)
    return canvas


def _ready(result: SampleSizeResult, look: Look, title_lines: int) -> Canvas:
    """A canvas with the axis of power, the target and, above, what each line is; room below for the other axis."""
    key, below = _key(result), 18 * (title_lines - 1)
    canvas = Canvas(look, HEIGHT + 18 * len(key) + below, l=66, r=16, t=26 + 18 * len(key), b=56 + below)
    canvas.axis("y", range=[0, TOP], title={"text": "Power"}, **percent_ticks(1))
    canvas.level(result.plan.target, color=look.ink, width=1, dash="dot")
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    canvas.note(broken(key), **place, align="left", font={"size": 12, "color": look.ink})
    return canvas


def _key(result: SampleSizeResult) -> list[str]:
    """The lines with their dashes, the chosen design first, and what the bands are."""
    chosen = [
        bold(line) for line in textwrap.wrap(f"━ {result.chosen.label} ★\u00a0n\u00a0=\u00a0{result.plan.n}", LINES_OF)
    ]
    beside = result.beside if isinstance(result.view, PowerCurve) else ()
    last = result.view.n[-1] if isinstance(result.view, PowerCurve) else 0
    told = [_beside_words(i, curve, last) for i, curve in enumerate(beside)]
    names = [line for text in told for line in textwrap.wrap(text, LINES_OF)]
    bands = []
    if not isinstance(result.band, Missing):
        low, high = number(result.band.low_sd), number(result.band.high_sd)
        bands.append(f"▒ SD {low} to {high}: {percent(result.band.level)} limits of this trial's")
    if isinstance(result.chosen.power_at_n, Chance) and result.chosen.power_at_n.trials:
        bands.append("░ 95 % Monte Carlo interval")
    return [*chosen, *names, *(line for band in bands for line in textwrap.wrap(band, LINES_OF))]


def _beside_words(index: int, curve: PowerCurve, last: int) -> str:
    """A curve's sample, its design, how many people its n are where that counts something else, and an early end."""
    design = DESIGNS[curve.design]
    people = f" ({design.participants(curve.planned)} people)" if design.arms > 1 else ""
    ends = f"; computed up to n = {curve.n[-1]}" if curve.n[-1] < last else ""
    return f"{SAMPLES[index % len(SAMPLES)]} {design.label}, n = {curve.planned}{people}{ends}"


def _bands(
    canvas: Canvas, result: SampleSizeResult, xs: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> None:
    """Where the SD, or the simulation, leaves the curve."""
    if not isinstance(result.band, Missing):
        at = shown_effects(result, result.band.x) if isinstance(result.view, EffectCurve) else result.band.x
        _between(canvas, at, result.band.wide, result.band.narrow, canvas.look.band, "limits of the SD")
    if any(a < b for a, b in zip(low, high, strict=True)):
        _between(canvas, xs, low, high, canvas.look.grid, "Monte Carlo interval")


def _between(
    canvas: Canvas, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str, name: str
) -> None:
    canvas.trace(
        x=[*xs, *reversed(list(xs))],
        y=[*low, *reversed(list(high))],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"width": 1, "color": canvas.look.muted},
        name=name,
        hoverinfo="skip",
    )


def _line(
    canvas: Canvas, xs: Sequence[float], power: Sequence[float], label: str, colour: str, dash: str, width: int
) -> None:
    few = len(xs) <= 40
    canvas.trace(
        x=list(xs),
        y=list(power),
        mode="lines+markers" if few else "lines",
        name=label,
        marker={"size": 6 if width > 2 else 3},
        line={"color": colour, "dash": dash, "width": width},
        customdata=[power_words(share) for share in power],
        hovertemplate=without_extra(f"{label}: {per_point('x', '.4g')}, power {per_point('customdata')}"),
    )


def _star(canvas: Canvas, result: SampleSizeResult, x: float) -> None:
    power = result.chosen.power_at_n
    if isinstance(power, Missing):
        return
    canvas.trace(
        x=[x],
        y=[power.value],
        mode="markers",
        name="planned",
        marker={"color": canvas.look.ink, "symbol": "star", "size": 16},
        hovertemplate=without_extra(f"planned n = {result.plan.n}: power {power_words(power.value)}"),
    )


def _n_table(result: SampleSizeResult) -> pd.DataFrame:
    """Power at each n of the chosen design, thinned where the curve is long."""
    view: Any = result.view
    marked = {result.plan.n, *([result.chosen.needed] if known(result.chosen.needed) else [])}
    rows = [(str(n), *row) for n, *row in _thinned(view.n, view.power, view.low, view.high, marked)]
    return _power_table(result.chosen.n_counts, rows)


def _effect_table(result: SampleSizeResult) -> pd.DataFrame:
    view: Any = result.view
    rows = _thinned(view.effect, view.power, view.low, view.high, {abs(view.planned)})
    return _power_table("True effect", [(effect(result, size), *row) for size, *row in rows])


def _thinned(xs: Sequence[float], *columns: Any) -> list[tuple[Any, ...]]:
    *values, marked = columns
    step = max(1, len(xs) // 40)
    rows = enumerate(zip(xs, *values, strict=True))
    return [row for i, row in rows if i % step == 0 or row[0] in marked]


def _power_table(head: str, rows: Sequence[tuple[str, Any, Any, Any]]) -> pd.DataFrame:
    simulated = any(low < high for _, _, low, high in rows)
    return pd.DataFrame(
        [
            {
                head: x,
                "Power": power_words(power),
                **({"95 % Monte Carlo interval": f"{100 * low:.1f} to {100 * high:.1f} %"} if simulated else {}),
            }
            for x, power, low, high in rows
        ]
    )


# ---- the views


@dataclass(frozen=True)
class _View:
    """How one kind of view is told, drawn and listed."""

    title: Callable[[SampleSizeResult], str]
    paint: Callable[[SampleSizeResult, Look], Canvas]
    table: Callable[[SampleSizeResult], pd.DataFrame]
    reading: Callable[[SampleSizeResult], str] = reading


DRAWN: dict[type, _View] = {
    PowerCurve: _View(n_title, _paint_by_n, _n_table),
    EffectCurve: _View(_effect_title, _paint_by_effect, _effect_table),
    Contour: _View(power_grids.contour_title, power_grids.paint_contour, power_grids.contour_table),
    DetectableCurve: _View(
        power_grids.detectable_title,
        power_grids.paint_detectable,
        power_grids.detectable_table,
        power_grids.detectable_reading,
    ),
    SideBySide: _View(power_grids.side_title, power_grids.paint_side, power_grids.side_table),
}
