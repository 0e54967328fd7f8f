"""Labels in a plot: each stands where it covers least of what is drawn, on a telephone as on a wide screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from lib.figures.canvas import Canvas

WIDTHS, HEIGHT, MARGIN = (276, 1000), 338, 14
"""Pixels between the axes on a telephone and on a wide screen, their height, and what a label may take of the margin.

A curve is steep on the one and flat on the other, and a label has to stand clear of it on both.
"""
SIZE, GLYPH, LINE = 12, 6.0, 16
"""A label's font, the width of one of its characters, and its height, in pixels."""
STEP = 2.0
"""Pixels between the points by which a line is known."""


_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Spot:
    """How a label stands to its point: anchors, and shifts in pixels (right and up)."""

    xanchor: str
    yanchor: str
    right: float
    up: float

    @property
    def distance(self) -> float:
        return abs(self.right) + abs(self.up)

    def box(self, x: float, y: float, width: float) -> _Box:
        """Left, right, bottom and top of a label of this width at this point, all in pixels."""
        left = x + self.right - {"left": 0.0, "center": width / 2, "right": width}[self.xanchor]
        bottom = y + self.up - {"bottom": 0.0, "middle": LINE / 2, "top": float(LINE)}[self.yanchor]
        return left, left + width, bottom, bottom + LINE


BESIDE_MARK = (
    _Spot("left", "top", 9, -5),
    _Spot("right", "bottom", -9, 5),
    _Spot("left", "bottom", 9, 5),
    _Spot("right", "top", -9, -5),
    _Spot("left", "middle", 13, 0),
    _Spot("right", "middle", -13, 0),
    _Spot("center", "bottom", 0, 12),
    _Spot("center", "top", 0, -12),
    *(_Spot(anchor, "top", 0, -up) for up in (20, 36, 52) for anchor in ("center", "right", "left")),
)
"""Around a mark of 16 pixels: below a rising curve first, then above it; farther below where the curve is flat."""
FAR = 0.1
"""What a pixel away from its point costs a label; covering one point of a line costs 1."""
HEIGHTS = (4.0, 40.0, 76.0, 112.0, 148.0, 184.0, 310.0)
BESIDE_UPRIGHT = tuple(
    _Spot(anchor, "bottom", right, up) for up in HEIGHTS for anchor, right in (("left", 5.0), ("right", -5.0))
)
"""Along a vertical line, from its foot."""


class Labels:
    """The labels of one plot. Tell what is drawn first, then put labels: later ones keep clear of earlier ones."""

    def __init__(self, canvas: Canvas, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._canvas = canvas
        self._plots = [_Plot(width, x, y) for width in WIDTHS]

    def line(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """A line through these points is drawn."""
        for plot in self._plots:
            plot.line(xs, ys)

    def put(self, text: str, x: float, y: float, spots: Iterable[_Spot]) -> None:
        """The label at the spot that covers least, the nearer of equals; nowhere beyond the axes if that can be."""
        width = GLYPH * len(text) + 4

        def cost(spot: _Spot) -> float:
            return sum(plot.cost(plot.box(spot, x, y, width)) for plot in self._plots) + FAR * spot.distance

        spot = min(spots, key=cost)
        for plot in self._plots:
            plot.drawn.append(_filled(plot.box(spot, x, y, width)))
        look = self._canvas.look
        place: dict[str, Any] = {"x": x, "y": y, "xanchor": spot.xanchor, "yanchor": spot.yanchor}
        shift = {"xshift": spot.right, "yshift": spot.up}
        self._canvas.note(text, **place, **shift, bgcolor=look.paper, font={"size": SIZE, "color": look.ink})


class _Plot:
    """What is drawn between axes of this width, as points in pixels."""

    def __init__(self, width: float, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._size = np.array([width, HEIGHT])
        self._low, self._scale = np.array([x[0], y[0]]), self._size / np.array([x[1] - x[0], y[1] - y[0]])
        self.drawn: list[np.ndarray] = []

    def line(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        for (x0, y0), (x1, y1) in pairwise((np.column_stack([xs, ys]).astype(float) - self._low) * self._scale):
            count = int(max(abs(x1 - x0), abs(y1 - y0)) / STEP) + 2
            self.drawn.append(np.column_stack([np.linspace(x0, x1, count), np.linspace(y0, y1, count)]))

    def box(self, spot: _Spot, x: float, y: float, width: float) -> _Box:
        at = (np.array([x, y]) - self._low) * self._scale
        return spot.box(float(at[0]), float(at[1]), width)

    def cost(self, box: _Box) -> float:
        left, right, bottom, top = box
        outside = max(0.0, -left, right - self._size[0] - MARGIN, -bottom, top - self._size[1])
        x, y = np.concatenate(self.drawn).T if self.drawn else np.empty((2, 0))
        covered = (left < x) & (x < right) & (bottom < y) & (y < top)
        return float(1_000 * outside + covered.sum())


def _filled(box: _Box) -> np.ndarray:
    """Points all over a box."""
    left, right, bottom, top = box
    return np.array([(x, y) for x in np.arange(left, right, 2 * STEP) for y in np.arange(bottom, top, 2 * STEP)])
