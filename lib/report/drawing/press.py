"""The press: draws figures for files with one kept browser, one after the other, for all viewers of this process.

It starts when first needed, starts anew when its browser has died, and ends with the process. Whoever wants a drawing
waits in a queue of limited length, hears which place it has, and may leave it.
"""

from __future__ import annotations

import atexit
import weakref
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, Literal

import plotly.graph_objects as go

from lib.errors import Refusal, Stopped
from lib.progress import step
from lib.report.drawing.browser import browser, found_browser
from lib.report.drawing.room import Room

__all__ = ["Kind", "Press", "browser", "press"]

WAITING = 16
"""How many drawings may wait: about 10 seconds' work."""

POLL = 0.1
"""Seconds between two looks at whether a drawing is still wanted."""

CANVAS = 16384
"""The longest side of a PNG in pixels: Chromium returns an empty picture beyond."""

Kind = Literal["svg", "pdf", "png"]


@dataclass(eq=False)
class _Order:
    """One drawing that somebody waits for."""

    figure: go.Figure
    options: dict[str, Any]
    drawing: bool = False
    future: Future[bytes] = field(default_factory=Future)


class Press:
    """Draws for any number of threads, one drawing at a time, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._orders: list[_Order] = []
        self._room: Room | None = None

    @property
    def waiting(self) -> int:
        """How many drawings wait; the one being drawn does not count."""
        return sum(not order.drawing for order in self._orders)

    def draw(self, figure: go.Figure, kind: Kind, width: int, height: int, scale: float = 1.0) -> bytes:
        """The figure as a file of this kind.

        Parameters
        ----------
        figure : plotly figure
            Not changed.
        kind : str
            "svg", "pdf" or "png".
        width, height : int
            The layout's, in pixels.
        scale : float
            How many pixels of a PNG one of the layout is.

        Raises
        ------
        Refusal
            Where there is no browser, where the queue is full, where the drawing hangs, and for a PNG that is larger
            than a browser can make.
        Stopped
            Where the listener wants it no more, or where the press is closed meanwhile.
        """
        _checked(kind, width, height, scale)
        found_browser()
        order = self._taken(_Order(figure, {"format": kind, "width": width, "height": height, "scale": scale}))
        try:
            step(0.0, self._told(order))
            while not wait((order.future,), POLL).done:
                step(0.0, self._told(order))
            return order.future.result()
        except CancelledError:
            raise Stopped("drawing a figure, when the press was closed") from None
        finally:
            self._left(order)

    def close(self) -> None:
        """End the browser, remove its files, and stop whoever waits; a later drawing starts anew."""
        with self._lock:
            for order in self._orders:
                order.future.cancel()
            room, self._room = self._room, None
        if room is not None:
            room.leave()

    def _taken(self, order: _Order) -> _Order:
        with self._lock:
            if self.waiting >= WAITING:
                raise Refusal(
                    f"{self.waiting} figures wait to be drawn for a file, and the limit is {WAITING}; one more was "
                    "wanted. Ask again in a minute, or save it with the buttons at the figure."
                )
            room = self._room = self._room or Room()
            self._orders.append(order)
            order.future = room.submit(order.figure, order.options, lambda: self._begun(order))
        return order

    def _begun(self, order: _Order) -> bool:
        """Whether it is still wanted, now that it is its turn."""
        with self._lock:
            order.drawing = order in self._orders
        return order.drawing

    def _told(self, order: _Order) -> str:
        with self._lock:
            waiting = [other for other in self._orders if not other.drawing]
            starting = self._room is not None and self._room.starting
        if order in waiting:
            return f"waiting to be drawn, place {waiting.index(order) + 1} of {len(waiting)}"
        return "starting the browser that draws figures" if starting else "drawing a figure"

    def _left(self, order: _Order) -> None:
        """Out of the queue; what is being drawn is drawn to its end, which costs less than a new browser."""
        with self._lock:
            self._orders.remove(order)
            if not order.drawing:
                order.future.cancel()


def _checked(kind: Kind, width: int, height: int, scale: float) -> None:
    longest = max(width, height) * scale
    if kind == "png" and longest > CANVAS:
        raise Refusal(
            f"A PNG of {longest:,.0f} pixels along one side was wanted; a browser makes {CANVAS:,} at most. "
            "SVG and PDF have no such limit."
        )


@cache
def press() -> Press:
    """The one press of this process; closed with it."""
    made = Press()
    # temporary directories are removed by what the first finalizer registers: after the browser in them has ended
    weakref.finalize(made, made._orders.clear)
    atexit.register(made.close)
    return made
