"""Lines and points of many units in few traces: a browser's time to draw grows with traces, not with points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lib.figures.canvas import Canvas


@dataclass(frozen=True)
class Pen:
    """What drawn things share: axes ("" is the first pair), arm, how strongly they are drawn, and with which marker."""

    axes: str
    arm: int
    strong: bool = False
    opacity: float = 1.0
    crossed: bool = False


@dataclass
class _Gathered:
    """All that one pen draws. None between strokes lifts it."""

    line_x: list[float | None] = field(default_factory=list)
    line_y: list[float | None] = field(default_factory=list)
    point_x: list[float] = field(default_factory=list)
    point_y: list[float] = field(default_factory=list)
    hover: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)


def pen_of(pen: Pen, provenance: str) -> Pen:
    """The pen for a point: crossed for a value that is neither printed nor derived; paleness tells other things."""
    return replace(pen, crossed=provenance == "reconstructed")


class Strokes:
    """Gathers strokes and points by pen; `draw` makes one trace of lines and one of markers for each."""

    def __init__(self, canvas: Canvas, width: float = 2.0, size: float = 9.0) -> None:
        self.canvas, self.width, self.size = canvas, width, size
        self._by_pen: dict[Pen, _Gathered] = defaultdict(_Gathered)

    def line(self, pen: Pen, x: Sequence[float], y: Sequence[float]) -> None:
        """One stroke."""
        found = self._by_pen[pen]
        found.line_x += [*x, None]
        found.line_y += [*y, None]

    def point(self, pen: Pen, x: float, y: float, hover: str, text: str = "", place: str = "top center") -> None:
        """One marker, with what it says when pointed at, and what is written beside it."""
        found = self._by_pen[pen]
        found.point_x.append(x)
        found.point_y.append(y)
        found.hover.append(hover)
        found.text.append(text)
        found.place.append(place)

    def draw(self) -> None:
        """Put everything on the canvas, lines under points."""
        for pen, found in self._by_pen.items():
            if found.line_x:
                self._lines(pen, found)
        for pen, found in self._by_pen.items():
            if found.point_x:
                self._points(pen, found)

    def _lines(self, pen: Pen, found: _Gathered) -> None:
        mark = self.canvas.look.mark(pen.arm)
        stroke = {"color": mark.colour, "dash": mark.dash, "width": self.width * (2 if pen.strong else 1)}
        self.canvas.trace(
            x=found.line_x[:-1], y=found.line_y[:-1], mode="lines", line=stroke, hoverinfo="skip", **_on(pen)
        )

    def _points(self, pen: Pen, found: _Gathered) -> None:
        mark, size = self.canvas.look.mark(pen.arm), self.size * (1.3 if pen.strong else 1)
        written = {
            "text": found.text,
            "textposition": found.place,
            "textfont": {"size": 12, "color": self.canvas.look.ink},
        }
        self.canvas.trace(
            x=found.point_x,
            y=found.point_y,
            mode="markers+text" if any(found.text) else "markers",
            marker=mark.crossed(size, self.canvas.look.paper) if pen.crossed else mark.marker(size),
            hovertext=found.hover,
            hoverinfo="text",
            cliponaxis=False,
            **(written if any(found.text) else {}),
            **_on(pen),
        )


def _on(pen: Pen) -> dict[str, object]:
    return {"xaxis": f"x{pen.axes}", "yaxis": f"y{pen.axes}", "opacity": pen.opacity}
