"""The model of ordered categories: what each arm is taken to improve by, and what that makes of the differences."""

from __future__ import annotations

import pandas as pd

from lib.figures.canvas import Canvas, percent_ticks
from lib.figures.look import Look
from lib.figures.markup import coloured, per_point, without_extra
from lib.figures.part import Part
from lib.questions.sample_size import Categories
from lib.questions.wording import number
from lib.values import Missing

HEIGHT = 300


def categories_part(found: Categories, rho: float) -> Part:
    """Bars of both arms and, within a person, of the difference."""
    return Part(
        "categories",
        "The categories planned with",
        _reading(found, rho),
        lambda look: _paint(found, look),
        lambda: _table(found),
    )


def _mean(shares: tuple[float, ...], first: int = 0) -> float:
    return sum(share * (first + place) for place, share in enumerate(shares))


def _reading(found: Categories, rho: float) -> str:
    treated, control = _mean(found.treated), _mean(found.control)
    units = found.units
    told = f"Treated {units} are taken to improve by {number(treated)} categories on average, control {units} by "
    if isinstance(found.differences, Missing):
        return f"{told}{number(control)}; {found.differences.reason}."
    steps = len(found.treated) - 1
    better, equal = sum(found.differences[steps + 1 :]), found.differences[steps]
    return (
        f"{told}{number(control)}. With a latent correlation of {number(rho)} within a person, the treated one does "
        f"better in {100 * better:.0f} %, equally well in {100 * equal:.0f} %, worse in "
        f"{100 * (1 - better - equal):.0f} %."
    )


def _paint(found: Categories, look: Look) -> Canvas:
    """Both arms beside each other and, below, what a person's two make of it: one scale of shares for both."""
    paired = not isinstance(found.differences, Missing)
    canvas = Canvas(look, 2 * HEIGHT if paired else HEIGHT, l=66, r=16, t=44, b=56)
    most = 1.08 * max(
        [*found.treated, *found.control, *(() if isinstance(found.differences, Missing) else found.differences)]
    )
    places = [str(k) for k in range(len(found.treated))]
    for index, (name, shares) in enumerate(zip(found.arms, (found.treated, found.control), strict=True)):
        mark = look.mark(index)
        canvas.trace(
            type="bar",
            x=places,
            y=list(shares),
            name=name,
            marker={"color": mark.fill, "line": {"color": mark.colour, "width": 2}},
            customdata=[_percent(share) for share in shares],
            hovertemplate=without_extra(f"{name}, improved by {per_point('x')}: {per_point('customdata')}"),
        )
    canvas.axis("x", type="category", anchor="y", title={"text": "Improved by, categories"})
    domain = [0.62, 1] if paired else [0, 1]
    canvas.axis("y", **percent_ticks(most), range=[0, most], domain=domain, title={"text": f"Share of {found.units}"})
    place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    key = "   ".join(
        coloured(f"{sign} {name}", look.mark(i).colour)
        for i, (sign, name) in enumerate(zip("■□", found.arms, strict=True))
    )
    canvas.note(key, **place, y=1, font={"size": 12, "color": look.ink})
    if not isinstance(found.differences, Missing):
        _differences(canvas, found.differences, look, most)
        canvas.note("Within a person, treated minus control", **place, y=0.38, font={"size": 12, "color": look.ink})
    return canvas


def _differences(canvas: Canvas, shares: tuple[float, ...], look: Look, most: float) -> None:
    steps = len(shares) // 2
    canvas.trace(
        type="bar",
        x=[number(k) if k <= 0 else f"+{k}" for k in range(-steps, steps + 1)],
        y=list(shares),
        xaxis="x2",
        yaxis="y2",
        name="difference",
        marker={"color": look.muted},
        customdata=[_percent(share) for share in shares],
        hovertemplate=without_extra(f"difference {per_point('x')}: {per_point('customdata')}"),
    )
    canvas.axis("x2", type="category", anchor="y2", title={"text": "Difference in improvement, categories"})
    canvas.axis(
        "y2", **percent_ticks(most), range=[0, most], domain=[0, 0.38], anchor="x2", title={"text": "Share of persons"}
    )


def _table(found: Categories) -> pd.DataFrame:
    steps = len(found.treated) - 1
    arms = [
        {"What": "improved by", "Categories": str(k), "Treated": _percent(t), "Control": _percent(c), "Difference": ""}
        for k, (t, c) in enumerate(zip(found.treated, found.control, strict=True))
    ]
    within = () if isinstance(found.differences, Missing) else found.differences
    pairs = [
        {
            "What": "treated − control",
            "Categories": number(k - steps),
            "Treated": "",
            "Control": "",
            "Difference": _percent(p),
        }
        for k, p in enumerate(within)
    ]
    return pd.DataFrame([*arms, *pairs])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
