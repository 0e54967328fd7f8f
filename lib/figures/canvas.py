"""Where a figure is put together: traces, notes and shapes are gathered as plain values, finished and validated once.

plotly validates the whole layout anew with every `add_annotation` or `add_shape`, which makes a figure with thirty of
them many times as slow to build.
"""

from __future__ import annotations

import textwrap
from typing import Any

import plotly.graph_objects as go

from lib.figures.look import MARGIN, Look, template
from lib.figures.markup import broken, finished
from lib.questions.wording import percent

STAMP_SIZE, STAMP_LINE, STAMP_WIDTH = 10, 14, 62
"""The stamp's font and line height in pixels, and how many characters of it fit beside each other on a telephone."""


AT_A_VALUE = "value"
"""The name of a note that is written beside a point of the first axes, as the point's text would be."""

PERCENT_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5)
MOST_STEPS = 5


def percent_ticks(most: float) -> dict[str, list[Any]]:
    """Ticks of an axis of shares from 0 to `most`, written as everywhere else: 80 %, for which plotly has no format."""
    step = next((step for step in PERCENT_STEPS if most / step < MOST_STEPS + 1), 1.0)
    shares = [round(place * step, 2) for place in range(int(most / step + 1e-9) + 1)]
    return {"tickvals": shares, "ticktext": [percent(share) for share in shares]}


class Canvas:
    """One figure in the making. Axes are named as plotly does: x, x2, y, y2; `axis` places and labels them."""

    def __init__(self, look: Look, height: int, **margin: int) -> None:
        self.look = look
        self._traces: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._axes: dict[str, dict[str, Any]] = {}
        self._layout: dict[str, Any] = {"height": height, "template": template(look)}
        if margin:
            self._layout["margin"] = margin

    def trace(self, **trace: Any) -> None:
        """A trace; a scatter unless `type` says otherwise."""
        self._traces.append({"type": "scatter", **trace})

    def note(self, text: str, **place: Any) -> None:
        """Text without an arrow."""
        self._notes.append({"showarrow": False, "text": text, **place})

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """An arrow in the coordinates of the first axes."""
        self._notes.append(
            {
                "text": "",
                "showarrow": True,
                "arrowhead": 2,
                "arrowwidth": 1.5,
                "arrowcolor": self.look.muted,
                **dict(zip(("ax", "ay", "x", "y"), (*start, *end), strict=True)),
                **{"xref": "x", "axref": "x", "yref": "y", "ayref": "y"},
            }
        )

    def shape(self, **shape: Any) -> None:
        """A rectangle or line."""
        self._shapes.append(shape)

    def upright(self, x: float, axes: str = "", **line: Any) -> None:
        """A vertical line over the whole height of the axes with this number ("" is the first pair)."""
        self._shapes.append(
            {
                "type": "line",
                "x0": x,
                "x1": x,
                "y0": 0,
                "y1": 1,
                "xref": f"x{axes}",
                "yref": f"y{axes} domain",
                "line": line,
            }
        )

    def level(self, y: float, **line: Any) -> None:
        """A horizontal line over the whole width of the first axes."""
        self._shapes.append(
            {"type": "line", "x0": 0, "x1": 1, "y0": y, "y1": y, "xref": "x domain", "yref": "y", "line": line}
        )

    def stacked(self) -> None:
        """Bars of one place stand on each other instead of beside each other."""
        self._layout |= {"barmode": "stack", "bargap": 0.3}

    def axis(self, name: str, **settings: Any) -> None:
        """Set an axis: `x`, `y2`."""
        self._axes[f"{name[0]}axis{name[1:]}"] = settings

    def gathered(self, stamp: str = "") -> dict[str, Any]:
        """Traces (`data`) and layout with texts that are not finished; with a stamp, the height grows by its own."""
        layout = {**self._layout, **self._axes, "annotations": self._notes, "shapes": self._shapes}
        if stamp:
            layout |= self._stamped(stamp)
        return {"data": self._traces, "layout": layout}

    def figure(self, stamp: str = "") -> go.Figure:
        """The figure, its texts finished, validated; a stamp stands below everything else."""
        return go.Figure(finished(self.gathered(stamp)))

    def _stamped(self, text: str) -> dict[str, Any]:
        lines = textwrap.wrap(text, STAMP_WIDTH)
        grown = STAMP_LINE * len(lines) + 10
        margin = {**MARGIN, **self._layout.get("margin", {})}
        mark = {
            "name": "stamp",
            "text": broken(lines),
            "showarrow": False,
            "align": "left",
            "font": {"size": STAMP_SIZE, "color": self.look.muted},
            **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4 - margin["l"]},
            **{"yref": "paper", "y": 0, "yanchor": "bottom", "yshift": 2 - margin["b"] - grown},
        }
        return {
            "height": self._layout["height"] + grown,
            "margin": {**margin, "b": margin["b"] + grown},
            "annotations": [*self._notes, mark],
        }
