"""Each participant's two changes, joined: the individuals behind an endpoint."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from lib.figures.canvas import AT_A_VALUE, Canvas
from lib.figures.look import Look
from lib.figures.markup import coloured, per_point, without_extra
from lib.figures.part import Part
from lib.questions.endpoint_reading import change_unit, driver, short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.pairs import Pair
from lib.questions.spoken import tally
from lib.questions.wording import participants, plural, signed
from lib.values import Exact

ROW = 54
OFFSET = 0.16
"""Half the distance between the two rows of a participant, so that equal changes do not hide each other."""
BESIDE = 14
"""px from the middle of a marker to what is written beside it."""


def pairs_part(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...], highlight: str | None) -> Part:
    """The pairs of one endpoint; who is not analysed is drawn faint, with the reason."""
    return Part(
        "pairs",
        f"{endpoint.label}: {tally_words(endpoint)}",
        f"Each line joins the two changes of one participant. {driver(endpoint)}".strip(),
        lambda look: paint(endpoint, arms, highlight, look),
        lambda: table(endpoint, arms),
    )


def tally_words(endpoint: PairedEndpoint) -> str:
    """Who did better, counted in pairs."""
    treated, control, neither = tally(endpoint)
    seen = treated + control + neither
    assumed = [pair.participant for pair in endpoint.pairs if pair.assumed and pair.analysed]
    also = f"; {participants(assumed)} assumed" if assumed else ""
    if not seen:
        return f"nobody seen is analysed{also}"
    of = plural(seen, "pair", "pairs")
    return f"treated better than control in {treated} of {of} seen, worse in {control}, equal in {neither}{also}"


def paint(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...], highlight: str | None, look: Look) -> Canvas:
    canvas = Canvas(look, 110 + ROW * max(1, len(endpoint.pairs)), l=40, r=16, t=40, b=56)
    span = _span(endpoint)
    canvas.upright(0, color=look.muted, width=1)
    for row, pair in enumerate(endpoint.pairs):
        _row(canvas, pair, row, highlight, span)
    _arm_points(canvas, endpoint, arms, highlight)
    canvas.axis("x", range=span, title={"text": f"Change from baseline ({change_unit(endpoint.unit)})"})
    canvas.axis(
        "y",
        tickvals=list(range(len(endpoint.pairs))),
        ticktext=[pair.participant for pair in endpoint.pairs],
        range=[len(endpoint.pairs) - 0.4, -0.6],
        showgrid=False,
        ticks="",
    )
    key = f"{arm_key(arms, look)}{_assumed_key(endpoint, look)}"
    canvas.note(key, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=10)
    return canvas


def arm_key(arms: tuple[tuple[str, str], ...], look: Look) -> str:
    """The arms in their colours, each with its marker."""
    symbols = ("●", "◇")
    return "   ".join(coloured(f"{symbols[i]} {label}", look.mark(i).colour) for i, (_, label) in enumerate(arms))


def _assumed_key(endpoint: PairedEndpoint, look: Look) -> str:
    """What brackets and a dotted line mean, where there are any; in the key, where it lies over no mark."""
    return f"   {coloured('( ) assumed', look.muted)}" if any(pair.assumed for pair in endpoint.pairs) else ""


def _span(endpoint: PairedEndpoint) -> list[float]:
    """A range that holds every change and zero, the same however participants are left out."""
    values = [
        v for pair in endpoint.pairs for v in (_value(pair.treated.value), _value(pair.control.value)) if v is not None
    ]
    low, high = min([0.0, *values]), max([0.0, *values])
    pad = (0.34 if any(pair.assumed for pair in endpoint.pairs) else 0.26) * (high - low) or 1.0  # brackets take room
    return [low - pad, high + pad]


def _value(value: Exact) -> float | None:
    return float(value) if isinstance(value, Fraction) else None


def _row(canvas: Canvas, pair: Pair, row: int, highlight: str | None, span: list[float]) -> None:
    treated, control = _value(pair.treated.value), _value(pair.control.value)
    look = canvas.look
    if treated is None or control is None:
        font = {"color": look.muted, "size": 13}
        canvas.note(f"no pair: {pair.reason}", x=sum(span) / 2, y=row, font=font, bgcolor=look.paper)
        return
    strong = pair.participant == highlight
    canvas.trace(
        x=[treated, control],
        y=[row - OFFSET, row + OFFSET],
        mode="lines",
        line={"color": look.ink if strong else look.muted, "width": 4 if strong else 2, **_dash(pair)},
        opacity=_opacity(pair, highlight),
        hoverinfo="skip",
    )
    if not pair.analysed:
        font, right = (
            {"color": look.muted, "size": 12},
            span[1] - max(treated, control) > min(treated, control) - span[0],
        )
        place = {"x": 1, "xanchor": "right"} if right else {"x": 0, "xanchor": "left"}
        canvas.note(pair.reason, xref="x domain", **place, y=row, yshift=14, font=font)


def _dash(pair: Pair) -> dict[str, str]:
    """Nobody saw the change that a rule assumes: its line is dotted."""
    return {"dash": "dot"} if pair.assumed else {}


def _written(pair: Pair, value: float) -> str:
    return f"({signed(value)})" if pair.assumed else signed(value)


def _opacity(pair: Pair, highlight: str | None) -> float:
    if not pair.analysed:
        return 0.35
    if pair.assumed:
        return 0.45
    return 1.0 if highlight in (None, pair.participant) else 0.45


def _side(pair: Pair, index: int) -> str:
    """Where the value is written: away from the other arm's marker."""
    own, other = (_value(change.value) for change in (pair.treated, pair.control)[:: 1 if index == 0 else -1])
    return "middle left" if own is not None and other is not None and own < other else "middle right"


def _crosses(value: float, side: str) -> bool:
    """Whether what is written beside a point may reach the line of no change."""
    return (side == "middle right" and value < 0) or (side == "middle left" and value > 0)


def _over_the_line(canvas: Canvas, text: str, value: float, y: float, side: str) -> None:
    """A value on a ground of its own, so that the line of no change does not strike it through."""
    right = side == "middle right"
    place = {"x": value, "y": y, "xanchor": "left" if right else "right", "xshift": BESIDE if right else -BESIDE}
    font = {"size": 12, "color": canvas.look.ink}
    canvas.note(text, name=AT_A_VALUE, **place, bgcolor=canvas.look.paper, borderpad=0, font=font)


def _arm_points(
    canvas: Canvas, endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...], highlight: str | None
) -> None:
    unit = change_unit(endpoint.unit)
    for index, (_, label) in enumerate(arms):
        changes = [(pair.treated, pair.control)[index] for pair in endpoint.pairs]
        kept = [(row, value) for row, change in enumerate(changes) if (value := _value(change.value)) is not None]
        ys = [row + (-OFFSET, OFFSET)[index] for row, _ in kept]
        texts = [_written(endpoint.pairs[row], value) for row, value in kept]
        sides = [_side(endpoint.pairs[row], index) for row, _ in kept]
        inside = [_crosses(value, side) for (_, value), side in zip(kept, sides, strict=True)]
        mark = canvas.look.mark(index)
        canvas.trace(
            x=[value for _, value in kept],
            y=ys,
            mode="markers+text",
            name=label,
            text=["" if noted else f"\u2002{text}\u2002" for text, noted in zip(texts, inside, strict=True)],
            textposition=sides,
            textfont={"size": 12, "color": canvas.look.ink},
            cliponaxis=False,
            marker={
                **mark.marker((12, 13)[index]),
                "opacity": [_opacity(endpoint.pairs[row], highlight) for row, _ in kept],
            },
            customdata=[[endpoint.pairs[row].participant] for row, _ in kept],
            hovertemplate=without_extra(
                f"Participant {per_point('customdata[0]')}, {label}: {per_point('x', '.4g')} {unit}"
            ),
        )
        for (_, value), y, text, side, noted in zip(kept, ys, texts, sides, inside, strict=True):
            if noted:
                _over_the_line(canvas, text, value, y, side)


def table(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """One row a participant."""
    (_, treated), (_, control) = arms
    unit, single = short_unit(endpoint.unit), change_unit(endpoint.unit)
    return pd.DataFrame(
        [
            {
                "Participant": pair.participant,
                f"{treated} ({single})": _text(pair.treated.value),
                f"{control} ({single})": _text(pair.control.value),
                f"Difference ({unit})": _text(pair.difference),
                "In the analysis": _standing(pair),
            }
            for pair in endpoint.pairs
        ]
    )


def _standing(pair: Pair) -> str:
    if not pair.analysed:
        return f"no: {pair.reason}"
    return "yes, assumed" if pair.assumed else "yes"


def _text(value: Exact) -> str:
    return signed(float(value), 4) if isinstance(value, Fraction) else f"missing: {value.reason}"
