"""How far a long computation is, and whether it should go on: told from anywhere inside it, heard by who started it.

Whoever computes walks its work through `each`, or calls `step`; nobody passes anything along. Without a listener both
cost next to nothing. Listening is per thread (a context variable), so that two viewers never hear each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from lib.errors import Stopped

T = TypeVar("T")


@dataclass
class Listener:
    """Who started a computation and waits for it.

    `told` hears the share done, 0 to 1, with what is being done; `stopped` says whether nobody wants it any more.
    """

    told: Callable[[float, str], None]
    stopped: Callable[[], bool]
    _spans: list[tuple[float, float]] = field(default_factory=lambda: [(0.0, 1.0)])


_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Everything computed inside tells this listener."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def step(share: float, what: str) -> None:
    """Tell that `share` of the innermost work under way is done.

    Raises
    ------
    Stopped
        Where the listener says that nobody waits any more.
    """
    listener = _LISTENER.get()
    if listener is None:
        return
    if listener.stopped():
        raise Stopped(what)
    start, width = listener._spans[-1]
    listener.told(start + width * min(max(share, 0.0), 1.0), what)


def each(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, one after the other; work inside one of them counts as its share of the whole.

    Raises
    ------
    Stopped
        As `step`, before the next item.
    """
    listener = _LISTENER.get()
    if listener is None:
        yield from items
        return
    start, width = listener._spans[-1]
    for place, item in enumerate(items):
        step(place / len(items), what)
        listener._spans.append((start + width * place / len(items), width / len(items)))
        try:
            yield item
        finally:
            listener._spans.pop()
    step(1.0, what)
