"""The mean difference as it was believed before the data and after: two densities over one axis."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.analysis.bayes import NormalInverseChiSquared, credible_interval, density
from lib.analysis.results import Interval
from lib.figures.canvas import Canvas
from lib.figures.forest import side_labels
from lib.figures.look import Look
from lib.figures.markup import bold
from lib.figures.part import Part
from lib.questions.belief import Belief, belief_reading
from lib.questions.endpoint_reading import short_unit
from lib.questions.wording import amount, bounds_words, chance, number, percent, signed
from lib.values import Missing, known

HEIGHT = 380
Priors = tuple[tuple[str, Belief], ...]

SHOWN = 0.99
"""How much of the probability after the data the axis holds."""
TALLEST = 2.0
"""The height in peaks of the posterior, at most: a prior far from the data is cut off rather than flatten it."""
FLOOR, BAR, CEILING = -0.26, -0.08, 1.12
"""The ends of the vertical axis and the place of the interval, in heights of what is shown."""
LABELLED = 0.2
"""The least probability that is also written into its area."""
WITHIN = (0.1, 0.38)
"""Heights at which it may be written, whichever is farther from the prior."""


def belief_part(found: Belief | Missing, priors: Priors) -> Part | None:
    """Both densities; None where prior and data leave no posterior."""
    if isinstance(found, Missing):
        return None
    return Part(
        "belief",
        _title(found, priors),
        f"{belief_reading(found)} Filled: {_beyond(found)}; the bar is the credible interval.",
        lambda look: paint(found, look),
        lambda: table(found),
    )


def _title(found: Belief, priors: Priors) -> str:
    """The range over the priors first: one probability alone would be quoted without its prior."""
    values = [one.beyond for _, one in priors]
    low, high = chance(min(values)), chance(max(values))
    span = low if low == high else f"{low.removesuffix(' %')} to {high}"
    return f"A Bayesian reading: {_beyond(found)} has probability {span}, depending on the prior"


def _beyond(found: Belief) -> str:
    return f"a benefit above {amount(found.delta, short_unit(found.unit))}" if found.delta else "any benefit"


def _threshold(found: Belief) -> float:
    """The difference beyond which a benefit counts, on the side of benefit."""
    return found.delta if found.better == "higher" else -found.delta


def paint(found: Belief, look: Look) -> Canvas:
    canvas = Canvas(look, HEIGHT, l=16, r=16, t=34, b=52)
    span, top = _span(found), _top(found)
    _filled(canvas, found, span)
    _curve(canvas, found.prior, found, {"color": look.muted, "width": 2, "dash": "6px,4px"}, "before")
    _curve(canvas, found.after, found, {"color": look.ink, "width": 3}, "after")
    _curve_labels(canvas, found, span, top)
    _bar(canvas, found, top)
    _bar_label(canvas, found, span, top)
    _uprights(canvas, found)
    _probability(canvas, found, top)
    side_labels(canvas, "", found.better)
    title = f"Mean difference, treated − control ({short_unit(found.unit)})"
    canvas.axis("x", range=list(span), nticks=7, title={"text": title})
    canvas.axis("y", range=[FLOOR * top, CEILING * top], visible=False)
    return canvas


def _span(found: Belief) -> tuple[float, float]:
    """The central part of what is believed after the data, and always its interval, zero and the worthwhile benefit."""
    ends = [0.0, _threshold(found)]
    for interval in (credible_interval(found.after, SHOWN), found.interval):
        ends += [end for end in (interval.low, interval.high) if end is not None]
    pad = 0.03 * (max(ends) - min(ends))
    return min(ends) - pad, max(ends) + pad


def _top(found: Belief) -> float:
    after, before = (float(density(one, one.mean)) for one in (found.after, found.prior))
    return min(max(after, before), TALLEST * after)


def _quarter(belief: NormalInverseChiSquared) -> float:
    """From the centre to where a quarter of the probability lies beyond."""
    half = credible_interval(belief, 0.5)
    return (half.high or 0.0) - belief.mean


def _points(found: Belief, low: float, high: float) -> np.ndarray:
    """Where densities are evaluated: evenly over the axis, and closely around each centre, however narrow it is."""
    near = [one.mean + _quarter(one) * np.linspace(-6, 6, 121) for one in (found.prior, found.after)]
    return np.unique(np.clip(np.concatenate([np.linspace(low, high, 121), *near]), low, high))


def _curve(canvas: Canvas, belief: NormalInverseChiSquared, found: Belief, line: dict[str, object], name: str) -> None:
    x = _points(found, *_span(found))
    y = density(belief, x)
    canvas.trace(x=x.tolist(), y=y.tolist(), mode="lines", name=name, line=line, hoverinfo="skip")


def _filled(canvas: Canvas, found: Belief, span: tuple[float, float]) -> None:
    """The area whose share of the whole is the probability in the title, as far as the axis shows it."""
    low, high = (_threshold(found), span[1]) if found.better == "higher" else (span[0], _threshold(found))
    x = _points(found, low, high)
    canvas.trace(
        x=[low, *x.tolist(), high],
        y=[0.0, *density(found.after, x).tolist(), 0.0],
        mode="lines",
        name="benefit",
        line={"width": 0},
        fill="toself",
        fillcolor=canvas.look.treated.colour,
        opacity=0.45,
        hoverinfo="skip",
    )


def _curve_labels(canvas: Canvas, found: Belief, span: tuple[float, float], top: float) -> None:
    """Each curve's name on its own flank, away from the other curve; at the end of the axis where that is nearer."""
    away = 1 if found.prior.mean >= found.after.mean else -1
    both = (("before", found.prior, away, canvas.look.muted), (bold("after"), found.after, -away, canvas.look.ink))
    for text, belief, side, colour in both:
        inset = 0.12 * (span[1] - span[0])
        x = float(np.clip(belief.mean + side * 1.3 * _quarter(belief), span[0] + inset, span[1] - inset))
        y = min(float(density(belief, x)), top)
        anchor = "left" if side > 0 else "right"
        canvas.note(text, x=x, y=y, xanchor=anchor, xshift=5 * side, yshift=9, font={"color": colour, "size": 13})


def _bar(canvas: Canvas, found: Belief, top: float) -> None:
    """The credible interval under its curve, with a notch at the mean."""
    look, interval = canvas.look, found.interval
    line, marker = {"color": look.ink, "width": 7}, {"color": look.paper, "symbol": "line-ns", "size": 7}
    canvas.level(0, color=look.muted, width=1)
    canvas.trace(
        x=[interval.low, found.after.mean, interval.high],
        y=[BAR * top] * 3,
        mode="lines+markers",
        name="interval",
        line=line,
        marker={**marker, "opacity": [0, 1, 0], "line": {"color": look.paper, "width": 2}},
        hovertext=f"mean {signed(found.after.mean)}, {_interval_words(found)}",
        hoverinfo="text",
    )


def _interval_words(found: Belief) -> str:
    return f"{percent(found.interval.level)} credible interval {_interval(found.interval)}"


def _bar_label(canvas: Canvas, found: Belief, span: tuple[float, float], top: float) -> None:
    """Under the middle of the bar, or as near to it as a telephone has room for the words."""
    inset = 0.31 * (span[1] - span[0])
    x = float(np.clip(found.after.mean, span[0] + inset, span[1] - inset))
    look = canvas.look
    canvas.note(
        _interval_words(found),
        x=x,
        y=BAR * top,
        yanchor="top",
        yshift=-6,
        font={"color": look.ink, "size": 13},
        bgcolor=look.paper,
    )


def _uprights(canvas: Canvas, found: Belief) -> None:
    canvas.upright(0, color=canvas.look.muted, width=1)
    if found.delta:
        canvas.upright(_threshold(found), color=canvas.look.ink, width=1, dash="dot")


def _probability(canvas: Canvas, found: Belief, top: float) -> None:
    """The probability written into its area, where there is room."""
    if found.beyond < LABELLED:
        return
    middle = _middle(found)
    before, after = (float(density(one, middle)) for one in (found.prior, found.after))
    under = [share * top for share in WITHIN if share * top < 0.6 * after] or [WITHIN[0] * top]
    y = max(under, key=lambda height: abs(height - before))
    canvas.note(bold(chance(found.beyond)), x=middle, y=y, font={"color": canvas.look.ink, "size": 14})


def _middle(found: Belief) -> float:
    """The difference with half of the benefit's probability on either side."""
    tails = credible_interval(found.after, max(1 - found.beyond, 1e-9))
    end = tails.high if found.better == "higher" else tails.low
    return found.after.mean if end is None else end


def table(found: Belief) -> pd.DataFrame:
    """The numbers that make each curve, the interval, and the probabilities."""
    unit = short_unit(found.unit)
    next_trial = f"Probability that {found.n} further pairs favour it at p ≤ {number(found.alpha)}"
    rows = [
        (f"Mean difference ({unit})", signed(found.prior.mean), signed(found.after.mean)),
        ("Worth, pairs", number(found.prior.pairs), number(found.after.pairs)),
        (f"SD of differences ({unit})", number(found.prior.sd), number(found.after.sd)),
        ("Degrees of freedom", number(found.prior.df), number(found.after.df)),
        (f"{percent(found.interval.level)} credible interval ({unit})", *_intervals(found)),
        (
            f"Probability of {_beyond(found)}",
            chance(found.before) if known(found.before) else "–",
            chance(found.beyond),
        ),
        (next_trial, "–", chance(found.success)),
    ]
    return pd.DataFrame(rows, columns=["What", "Before the data", "After the data"])


def _intervals(found: Belief) -> tuple[str, str]:
    return _interval(credible_interval(found.prior, found.interval.level)), _interval(found.interval)


def _interval(interval: Interval) -> str:
    low, high = bounds_words(interval)
    return f"{low} to {high}"
