"""The null distribution of the chosen test: what was observed, what counts as extreme, and the attainable floor."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from lib.analysis.results import DiscreteNull, Null, StudentNull
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import broken, per_point, without_extra
from lib.figures.part import Part
from lib.questions.endpoint_reading import floor_words
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.wording import number, p_phrase, probability

HEIGHT = 350
MARGIN = {"l": 56, "r": 16, "t": 50, "b": 56}


def null_part(endpoint: PairedEndpoint, alpha: float, sides: str) -> Part | None:
    """The null distribution; None where there was nothing to test."""
    null = endpoint.test.null
    if null is None:
        return None
    whole = "t distribution" if isinstance(null, StudentNull) else "labellings"
    title = f"{p_phrase(endpoint.test.p, endpoint.sides)}: the filled share of the {whole}"
    reading = f"{_reading(null)} {floor_words(endpoint)}".strip()
    return Part("null", title, reading, lambda look: paint(null, endpoint, alpha, sides, look), lambda: table(null))


def _reading(null: Null) -> str:
    seen = number(null.observed)
    if isinstance(null, StudentNull):
        return (
            f"If the differences were normal with mean 0, t with {null.df} degrees of freedom would be as far out as "
            f"the observed {seen} with this probability. Tails beyond the axis count too."
        )
    return (
        f"If the arms did not differ and each pair was allocated by a flip of its own, the {null.statistic} could take "
        f"{len(null.support)} values; {seen} was observed."
    )


def paint(null: Null, endpoint: PairedEndpoint, alpha: float, sides: str, look: Look) -> Canvas:
    if isinstance(null, StudentNull):
        return _student(null, endpoint, alpha, sides, look)
    return _discrete(null, endpoint, look)


def _discrete(null: DiscreteNull, endpoint: PairedEndpoint, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, **MARGIN)
    support = np.array(null.support)
    gap = float(np.min(np.diff(support))) if len(support) > 1 else 1.0
    width = max(0.7 * gap, (support[-1] - support[0]) / 150) or 1.0
    for extreme, colour, name in ((False, look.muted, "less extreme"), (True, look.treated.colour, "counts towards p")):
        chosen = np.array(null.extreme) == extreme
        canvas.trace(
            type="bar",
            x=support[chosen].tolist(),
            y=np.array(null.probability)[chosen].tolist(),
            width=width,
            marker={"color": colour, "line": {"width": 0}},
            name=name,
            hovertemplate=without_extra(
                f"{null.statistic} {per_point('x', '.4g')}: probability {per_point('y', '.4g')} ({name})"
            ),
        )
    pad = 0.08 * float(support[-1] - support[0]) or 1.0
    canvas.axis("x", range=[support[0] - pad, support[-1] + pad], title={"text": null.statistic})
    canvas.axis("y", range=[0, 1.25 * max(null.probability)], title={"text": "Probability"})
    _observed(canvas, null.observed, f"observed {number(null.observed)}, {p_phrase(endpoint.test.p, endpoint.sides)}")
    return canvas


def _observed(canvas: Canvas, x: float, text: str) -> None:
    canvas.upright(x, color=canvas.look.ink, width=2, dash="dot")
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 6}
    canvas.note(text, **place, align="left", font={"color": canvas.look.ink, "size": 13})


def _student(null: StudentNull, endpoint: PairedEndpoint, alpha: float, sides: str, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, **MARGIN)
    edge = max(4.0, abs(null.observed) * 1.15)
    x = np.linspace(-edge, edge, 201)
    density = stats.t.pdf(x, null.df)
    line = {"color": look.muted, "width": 2}
    canvas.trace(x=x.tolist(), y=density.tolist(), mode="lines", line=line, hoverinfo="skip")
    for part in _tails(x, null.observed, sides, endpoint.better):
        canvas.trace(
            x=x[part].tolist(),
            y=density[part].tolist(),
            mode="lines",
            line={"width": 0},
            fill="tozeroy",
            fillcolor=look.treated.colour,
            hoverinfo="skip",
        )
    canvas.axis("x", range=[-edge, edge], title={"text": f"t, {null.df} degrees of freedom"})
    canvas.axis("y", range=[0, 1.3 * float(density.max())], title={"text": "Density"})
    seen = f"observed t = {number(null.observed)}, {p_phrase(endpoint.test.p, sides)}"
    _observed(canvas, null.observed, broken((seen, _critical(alpha, null.df, sides, endpoint.better))))
    return canvas


def _critical(alpha: float, df: int, sides: str, better: str) -> str:
    """Where the test's own α lies on this axis."""
    value = float(stats.t.isf(alpha / (2 if sides == "two" else 1), df))
    if sides == "two":
        return f"|t| ≥ {number(value)} has p ≤ {alpha:g}"
    return f"t ≤ {number(-value)} has p ≤ {alpha:g}" if better == "lower" else f"t ≥ {number(value)} has p ≤ {alpha:g}"


def _tails(x: np.ndarray, observed: float, sides: str, better: str) -> list[np.ndarray]:
    """Where the density is at least as extreme as what was observed."""
    if sides == "two":
        return [x <= -abs(observed), x >= abs(observed)]
    return [x <= observed] if better == "lower" else [x >= observed]


def table(null: Null) -> pd.DataFrame:
    """The exact distribution, or the one line that t needs."""
    if isinstance(null, StudentNull):
        return pd.DataFrame(
            [{"Statistic": "t", "Observed": number(null.observed, 5), "Degrees of freedom": str(null.df)}]
        )
    return pd.DataFrame(
        {
            null.statistic: [number(value, 5) for value in null.support],
            "Probability": [probability(value) for value in null.probability],
            "Counts towards p": ["yes" if extreme else "no" for extreme in null.extreme],
        }
    )
