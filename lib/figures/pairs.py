"""Each participant's two changes, joined: the individuals behind an endpoint."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import plotly.graph_objects as go

from lib.figures.look import Look, blank, note
from lib.figures.part import Part
from lib.questions.endpoints import PairedEndpoint, driver, short_unit
from lib.questions.pairs import Pair
from lib.questions.wording import number, signed
from lib.values import Exact

ROW = 54
OFFSET = 0.16
"""Half the distance between the two rows of a participant, so that equal changes do not hide each other."""


def pairs_part(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...], highlight: str | None) -> Part:
    """The pairs of one endpoint; who is not analysed is drawn faint, with the reason."""
    return Part(
        "pairs",
        f"{endpoint.label}: the two changes of each participant",
        f"{_tally(endpoint)} {driver(endpoint)}".strip(),
        lambda look: draw(endpoint, arms, highlight, look),
        lambda: table(endpoint, arms),
    )


def _tally(endpoint: PairedEndpoint) -> str:
    values = [float(p.difference) for p in endpoint.pairs if p.analysed and isinstance(p.difference, Fraction)]
    sign = 1 if endpoint.better == "higher" else -1
    treated = sum(value * sign > 0 for value in values)
    control = sum(value * sign < 0 for value in values)
    return (
        f"Of {len(values)} pairs the treated side did better in {treated}, the control side in {control}, "
        f"neither in {len(values) - treated - control}."
    )


def draw(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...], highlight: str | None, look: Look) -> go.Figure:
    figure = blank(look, 110 + ROW * max(1, len(endpoint.pairs)))
    figure.update_layout(margin={"l": 40, "r": 16, "t": 40, "b": 56})
    span = _span(endpoint)
    for row, pair in enumerate(endpoint.pairs):
        _row(figure, pair, row, highlight, span, look)
    _arm_points(figure, endpoint, arms, highlight, look)
    unit = short_unit(endpoint.unit)
    figure.add_vline(x=0, line={"color": look.muted, "width": 1})
    figure.update_xaxes(range=span, title_text=f"Change from baseline ({unit})")
    figure.update_yaxes(
        tickvals=list(range(len(endpoint.pairs))),
        ticktext=[pair.participant for pair in endpoint.pairs],
        range=[len(endpoint.pairs) - 0.4, -0.6],
        showgrid=False,
        ticks="",
    )
    _key(figure, arms, look)
    return figure


def _key(figure: go.Figure, arms: tuple[tuple[str, str], ...], look: Look) -> None:
    symbols = ("●", "◇")
    text = "   ".join(
        f"<span style='color:{look.mark(i).colour}'>{symbols[i]} {label}</span>" for i, (_, label) in enumerate(arms)
    )
    note(figure, text, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=10)


def _span(endpoint: PairedEndpoint) -> list[float]:
    """A range that holds every change and zero, the same however participants are left out."""
    values = [
        v for pair in endpoint.pairs for v in (_value(pair.treated.value), _value(pair.control.value)) if v is not None
    ]
    low, high = min([0.0, *values]), max([0.0, *values])
    pad = 0.08 * (high - low) or 1.0
    return [low - pad, high + pad]


def _value(value: Exact) -> float | None:
    return float(value) if isinstance(value, Fraction) else None


def _row(figure: go.Figure, pair: Pair, row: int, highlight: str | None, span: list[float], look: Look) -> None:
    treated, control = _value(pair.treated.value), _value(pair.control.value)
    if treated is None or control is None:
        note(
            figure, f"no pair: {pair.reason}", x=sum(span) / 2, y=row, font={"color": look.muted, "size": 13},
            bgcolor=look.paper,
        )  # fmt: skip
        return
    strong = pair.participant == highlight
    figure.add_scatter(
        x=[treated, control],
        y=[row - OFFSET, row + OFFSET],
        mode="lines",
        line={"color": look.ink if strong else look.muted, "width": 4 if strong else 2},
        opacity=_opacity(pair, highlight),
        hoverinfo="skip",
    )
    if not pair.analysed:
        note(figure, pair.reason, x=span[1], y=row, xanchor="right", yshift=14, font={"color": look.muted, "size": 12})


def _opacity(pair: Pair, highlight: str | None) -> float:
    if not pair.analysed:
        return 0.35
    return 1.0 if highlight in (None, pair.participant) else 0.45


def _arm_points(
    figure: go.Figure,
    endpoint: PairedEndpoint,
    arms: tuple[tuple[str, str], ...],
    highlight: str | None,
    look: Look,
) -> None:
    unit = short_unit(endpoint.unit)
    for index, (_, label) in enumerate(arms):
        changes = [(pair.treated, pair.control)[index] for pair in endpoint.pairs]
        kept = [(row, _value(change.value)) for row, change in enumerate(changes) if _value(change.value) is not None]
        mark = look.mark(index)
        figure.add_scatter(
            x=[value for _, value in kept],
            y=[row + (-OFFSET, OFFSET)[index] for row, _ in kept],
            mode="markers",
            name=label,
            marker={
                "color": mark.colour,
                "symbol": mark.symbol,
                "size": (12, 13)[index],
                "line": {"width": 2.5, "color": mark.colour},
                "opacity": [_opacity(endpoint.pairs[row], highlight) for row, _ in kept],
            },
            customdata=[[endpoint.pairs[row].participant] for row, _ in kept],
            hovertemplate=f"Participant %{{customdata[0]}}, {label}: %{{x:.4g}} {unit}<extra></extra>",
        )


def table(endpoint: PairedEndpoint, arms: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """One row a participant."""
    (_, treated), (_, control) = arms
    unit = short_unit(endpoint.unit)
    return pd.DataFrame(
        [
            {
                "Participant": pair.participant,
                f"{treated} ({unit})": _text(pair.treated.value),
                f"{control} ({unit})": _text(pair.control.value),
                f"Difference ({unit})": _text(pair.difference),
                "In the analysis": "yes" if pair.analysed else f"no: {pair.reason}",
            }
            for pair in endpoint.pairs
        ]
    )


def _text(value: Exact) -> str:
    return signed(float(value), 4) if isinstance(value, Fraction) else f"missing: {value.reason}"


def estimate_text(endpoint: PairedEndpoint) -> str:
    """Estimate and interval, short."""
    test = endpoint.test
    bounds = [test.interval.low, test.interval.high]
    low, high = ("∞" if bound is None else number(bound) for bound in bounds)
    low = "−∞" if low == "∞" else low
    return f"{signed(test.estimate)} ({low} to {high}) {short_unit(endpoint.unit)}"
