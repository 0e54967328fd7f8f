"""Power by n for the chosen design, the other designs beside it."""

from __future__ import annotations

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.part import Part
from lib.questions.sample_size import DesignAnswer, SampleSizeResult, reading
from lib.questions.wording import amount, percent, power_words
from lib.values import Missing, known

HEIGHT = 400
DASHES = ("dot", "dashdot", "longdash", "dash")


def power_part(result: SampleSizeResult) -> Part:
    """The power curves."""
    return Part(
        "power",
        _title(result),
        reading(result),
        lambda look: paint(result, look),
        lambda: table(result),
    )


def _title(result: SampleSizeResult) -> str:
    needed = result.chosen.needed
    if isinstance(needed, Missing):
        return f"No n reaches {percent(result.plan.target)} power"
    plan = result.plan
    found = f"{percent(plan.target)} power to find {amount(plan.effect, result.unit)} needs n = {needed}"
    return f"{result.chosen.label}: {found}"


def paint(result: SampleSizeResult, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, l=56, r=16, t=44, b=56)
    for index, design in enumerate(result.others):
        _curve(canvas, design, look.muted, DASHES[index % len(DASHES)], 2)
    _curve(canvas, result.chosen, look.ink, "solid", 3)
    _marks(canvas, result)
    canvas.axis("x", range=[0, result.chosen.curve.n[-1] * 1.04], title={"text": _n_title(result)})
    canvas.axis("y", range=[0, 1.04], tickformat=".0%", title={"text": "Power"}, dtick=0.2)
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    canvas.note(_key(result, look), **place, align="left", font={"size": 12, "color": look.ink})
    return canvas


def _n_title(result: SampleSizeResult) -> str:
    """What n counts, which is not the same for every curve."""
    others = {design.n_counts for design in result.others} - {result.chosen.n_counts}
    return f"n: {result.chosen.n_counts}" + "".join(f"; other lines: {counts}" for counts in sorted(others))


def _curve(canvas: Canvas, design: DesignAnswer, colour: str, dash: str, width: int) -> None:
    few = len(design.curve.n) <= 40 and width > 2
    canvas.trace(
        x=list(design.curve.n),
        y=list(design.curve.power),
        mode="lines+markers" if few else "lines",
        name=design.label,
        marker={"size": 6},
        line={"color": colour, "dash": dash, "width": width},
        hovertemplate=f"{design.label}: n = %{{x}}, power %{{y:.1%}}<extra></extra>",
    )


def _marks(canvas: Canvas, result: SampleSizeResult) -> None:
    plan, chosen, look = result.plan, result.chosen, canvas.look
    canvas.level(plan.target, color=look.ink, width=1, dash="dot")
    if known(chosen.power_at_n):
        canvas.trace(
            x=[plan.n],
            y=[chosen.power_at_n],
            mode="markers",
            name="planned n",
            marker={"color": look.ink, "symbol": "star", "size": 16},
            hovertemplate=f"planned n = {plan.n}: power {power_words(chosen.power_at_n)}<extra></extra>",
        )
    if known(chosen.needed):
        canvas.upright(chosen.needed, color=look.ink, width=1, dash="dot")


def _key(result: SampleSizeResult, look: Look) -> str:
    """The curves in their dashes, the chosen design first, and the planned n."""
    samples = {"dot": "┈", "dashdot": "╌", "longdash": "╍", "dash": "┄"}
    chosen = f"<b>━ {result.chosen.label}</b>"
    planned = f"★ n = {result.plan.n}"
    others = [f"{samples[DASHES[i % len(DASHES)]] * 2} {design.label}" for i, design in enumerate(result.others)]
    return "<br>".join([f"{chosen}   {planned}", *others])


def table(result: SampleSizeResult) -> pd.DataFrame:
    """Power at each n of the chosen design, thinned where the curve is long."""
    curve = result.chosen.curve
    marked = {curve.planned, *([curve.needed] if known(curve.needed) else [])}
    step = max(1, len(curve.n) // 40)
    rows = [(n, p) for i, (n, p) in enumerate(zip(curve.n, curve.power, strict=True)) if i % step == 0 or n in marked]
    return pd.DataFrame([{result.chosen.n_counts: str(n), "Power": power_words(power)} for n, power in rows])
