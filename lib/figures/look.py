"""How every figure looks: two palettes, one template, and the arms' colour, marker and dash."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import plotly.graph_objects as go

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Fonts that exports keep: metric-compatible, and never fetched."""


MARGIN = {"l": 56, "r": 16, "t": 36, "b": 56}
"""Explicit margins in pixels, so that exports clip no label."""


@dataclass(frozen=True)
class Mark:
    """How one arm is told apart: by colour, by marker and by dash, so that no one of them has to carry it alone.

    `fill` is what the marker is filled with: the ground, where it is hollow, so that it hides what lies under it.
    """

    colour: str
    symbol: str
    dash: str
    fill: str

    def marker(self, size: float) -> dict[str, Any]:
        """The marker as plotly has it."""
        return {"color": self.fill, "symbol": self.symbol, "size": size, "line": {"width": 2, "color": self.colour}}

    def crossed(self, size: float, ground: str) -> dict[str, Any]:
        """The marker of a value that nobody printed: crossed out, on the ground, a little larger."""
        line = {"width": 1.5, "color": self.colour}
        return {"color": ground, "symbol": f"{self.symbol}-x", "size": 1.25 * size, "line": line}


@dataclass(frozen=True)
class Look:
    """One palette. Colours after Okabe & Ito (2008), darkened or lightened until text in them is readable."""

    name: str
    paper: str
    ink: str
    muted: str
    grid: str
    band: str
    ramp: str
    box: str
    treated: Mark
    control: Mark

    def mark(self, index: int) -> Mark:
        """The mark of an arm by its place: 0 is the treatment, 1 the control."""
        return (self.treated, self.control)[index]


LIGHT = Look(
    "light",
    paper="#ffffff",
    ink="#1f2430",
    muted="#5b6270",
    grid="#e3e6ec",
    band="#e9edf4",
    ramp="#8fb8d8",
    box="#f7f8fb",
    treated=Mark("#0063a0", "circle", "solid", "#0063a0"),
    control=Mark("#a84300", "diamond", "6px,3px", "#ffffff"),
)
DARK = Look(
    "dark",
    paper="#0e1117",
    ink="#f2f4f8",
    muted="#a9b0bf",
    grid="#2a2f3a",
    band="#1d2330",
    ramp="#2c5f86",
    box="#171b24",
    treated=Mark("#6cbcf5", "circle", "solid", "#6cbcf5"),
    control=Mark("#f0a35e", "diamond", "6px,3px", "#0e1117"),
)
LOOKS = {look.name: look for look in (LIGHT, DARK)}


@cache
def template(look: Look) -> go.layout.Template:
    """The one template: small, since it travels with every figure; explicit margins, so that exports clip no label."""
    axis = {
        "gridcolor": look.grid,
        "linecolor": look.muted,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": look.muted,
        "tickfont": {"color": look.ink},
        "title": {"font": {"color": look.ink, "size": 14}, "standoff": 6},
        "fixedrange": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": look.ink},
            "paper_bgcolor": look.paper,
            "plot_bgcolor": look.paper,
            "margin": MARGIN,
            "showlegend": False,
            "hoverlabel": {"font": {"family": FONT}},
            "xaxis": axis,
            "yaxis": axis,
        }
    )
