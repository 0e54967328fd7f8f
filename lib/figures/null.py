"""The null distribution of the chosen test: what was observed, what counts as extreme, and the attainable floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf

import numpy as np
import pandas as pd
from scipy import stats

from lib.analysis.results import DiscreteNull, Null, StudentNull
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import broken
from lib.figures.part import Part
from lib.questions.endpoint_reading import floor_words
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.wording import capital, number, p_phrase, probability

HEIGHT = 350
MARGIN = {"l": 64, "r": 16, "t": 50, "b": 56}


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
        f"{len(null.support):,} values; {seen} was observed.{_in_intervals(null)}"
    )


def _in_intervals(null: DiscreteNull) -> str:
    return " So many are drawn gathered in intervals." if len(null.support) > MOST_BARS else ""


def paint(null: Null, endpoint: PairedEndpoint, alpha: float, sides: str, look: Look) -> Canvas:
    if isinstance(null, StudentNull):
        return _student(null, endpoint, alpha, sides, look)
    return _discrete(null, endpoint, look)


MOST_BARS, INTERVALS = 120, 40
"""Up to so many values have a bar each; more are gathered in about so many intervals, or they would run together."""

NARROW, THIN = 1 / 40, 1 / 200
"""The widest and the thinnest bar of a single value, as shares of the axis: a value is a point, and no interval."""

PLOT, GLYPH = 278, 6.5
"""Pixels between the axes on a telephone, and of one character of a label."""


def _discrete(null: DiscreteNull, endpoint: PairedEndpoint, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, **MARGIN)
    low, high = null.support[0], null.support[-1]
    labels = _labels(null)
    pad = (0.16 if labels else 0.08) * (high - low) or 1.0
    axis = high - low + 2 * pad
    bars = _bars(null, axis) if len(null.support) <= MOST_BARS else _gathered(null)
    for extreme, colour, name in ((False, look.muted, "less extreme"), (True, look.treated.colour, "counts towards p")):
        chosen = [bar for bar in bars if bar.extreme == extreme]
        canvas.trace(
            type="bar",
            x=[bar.at for bar in chosen],
            y=[bar.probability for bar in chosen],
            width=[bar.width for bar in chosen],
            marker={"color": colour, "line": {"width": 0}},
            name=name,
            hovertext=[
                f"{null.statistic} {bar.told}: probability {number(bar.probability, 4)} ({name})" for bar in chosen
            ],
            hoverinfo="text",
        )
    canvas.stacked()
    canvas.axis("x", range=[low - pad, high + pad], title={"text": capital(null.statistic)})
    canvas.axis("y", range=[0, _top(bars, bool(labels))], title={"text": "Probability"})
    _observed(canvas, null.observed, f"observed {number(null.observed)}, {p_phrase(endpoint.test.p, endpoint.sides)}")
    for x, y, label in zip(null.support, null.probability, labels, strict=False):
        # on a ground of its own, since the line of what was observed runs through the middle of its bar
        canvas.note(label, x=x, y=y, yanchor="bottom", yshift=2, bgcolor=look.paper, font={"size": 12})
    return canvas


@dataclass(frozen=True)
class _Bar:
    """One bar: where its middle stands, how wide and high it is, and what it is of."""

    at: float
    width: float
    probability: float
    extreme: bool
    told: str


def _bars(null: DiscreteNull, axis: float) -> list[_Bar]:
    """A bar for each value, narrower than the space between any two."""
    gap = min(b - a for a, b in pairwise(null.support)) if len(null.support) > 1 else axis
    width = max(min(0.6 * gap, NARROW * axis), THIN * axis)
    values = zip(null.support, null.probability, null.extreme, strict=True)
    return [_Bar(value, width, chance, extreme, number(value, 4)) for value, chance, extreme in values]


def _gathered(null: DiscreteNull) -> list[_Bar]:
    """The values in intervals of one width; one that p begins in has a bar of each kind, one on the other."""
    support, (start, width) = np.array(null.support), _intervals(null.support)
    places = np.floor((support - start) / width).astype(int)
    bars = []
    for place, extreme in sorted(set(zip(places.tolist(), null.extreme, strict=True))):
        chance = float(np.array(null.probability)[(places == place) & (np.array(null.extreme) == extreme)].sum())
        left = start + place * width
        bars.append(_Bar(left + width / 2, 0.9 * width, chance, extreme, f"{number(left)} to {number(left + width)}"))
    return bars


def _intervals(support: Sequence[float]) -> tuple[float, float]:
    """Where the first interval begins, and the width of each.

    Values on a grid that is not much finer than the intervals are cut between its lines, as many lines to each
    interval: some would have one more than their neighbours otherwise, and stand out.
    """
    whole, step = support[-1] - support[0], min(b - a for a, b in pairwise(support))
    lines = round(whole / step) + 1
    if lines > 50 * INTERVALS:
        return support[0] - whole / INTERVALS / 2, whole / INTERVALS
    # as many lines to spare at either end, so that the two sides of a null stay each other's mirror image
    each = ceil(lines / INTERVALS)
    each += lines % 2 and not each % 2
    spare = ceil(lines / each) * each - lines
    spare += each * (spare % 2)
    return support[0] - (spare / 2 + 0.5) * step, each * step


def _labels(null: DiscreteNull) -> list[str]:
    """Each value over how many labellings give it; nothing where that would not fit beside each other."""
    if len(null.support) > MOST_LABELS:
        return []
    whole = 2**null.coins
    shares = [f"{round(chance * whole):,} of {whole:,}" for chance in null.probability]
    needs = GLYPH * max(len(text) for text in shares) + 6
    gap = min((b - a for a, b in pairwise(null.support)), default=inf)
    fits = gap / (1.32 * (null.support[-1] - null.support[0]) or 1) * PLOT >= needs
    return [broken((number(x), share)) for x, share in zip(null.support, shares, strict=True)] if fits else []


MOST_LABELS = 8


def _top(bars: Sequence[_Bar], labelled: bool) -> float:
    """The end of the axis of probability: above the highest bar and, where there is one, its label."""
    heights: dict[float, float] = {}
    for bar in bars:
        heights[bar.at] = heights.get(bar.at, 0) + bar.probability
    return (1.3 if labelled else 1.15) * max(heights.values())


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
            capital(null.statistic): [number(value, 5) for value in null.support],
            "Probability": [probability(value) for value in null.probability],
            "Counts towards p": ["yes" if extreme else "no" for extreme in null.extreme],
        }
    )
