"""Files on their way: made beside the page with progress and a stop, then handed to the browser, then forgotten.

A file belongs to the session that ordered it and lives in memory only; the next order takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

import streamlit as st

from lib.app.show import plain
from lib.app.task import Task, remember
from lib.errors import Refusal, Stopped
from lib.progress import heard_by

LOOK = 0.25
"""Seconds between two looks at the progress."""
GONE = 60.0
"""Seconds without a look after which the viewer is gone."""
TOGETHER = 4
"""Files made at the same time for all viewers; further orders wait their turn."""
MOST_WAITING = 24
"""Orders of all viewers on their way; further ones are refused, so that none waits without end."""
MAKING = "_making"
_NUMBERS = count(1)


@dataclass(eq=False)
class Making(Task):
    """One file: of which kind, how it is called, how it is made."""

    key: str
    label: str
    name: str
    mime: str
    make: Callable[[], bytes]
    gone: float = field(default_factory=lambda: GONE, kw_only=True)
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def run(self) -> bytes:
        """The file; in a thread of its own, which alone hears the progress."""
        with heard_by(self.listener()):
            return self.make()


@dataclass(eq=False)
class _Counter:
    """The threads of this process, and how many orders are in them."""

    threads: ThreadPoolExecutor
    orders: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self, making: Making) -> None:
        """Begin, or refuse where too many are on their way."""
        with self.lock:
            if self.orders >= MOST_WAITING:
                told = f"{MOST_WAITING} files are being made for others; wanted fewer. Try again in a minute"
                making.future = _refused(told)
                return
            self.orders += 1
        making.future = self.threads.submit(making.run)
        making.future.add_done_callback(self._leave)

    def _leave(self, future: Future[bytes]) -> None:
        with self.lock:
            self.orders -= 1


@st.cache_resource(show_spinner=False)
def _counter() -> _Counter:
    return _Counter(ThreadPoolExecutor(TOGETHER, thread_name_prefix="making"))


def order(making: Making) -> None:
    """Begin, in the place of what this session ordered before; a callback."""
    _counter().take(making)
    remember(MAKING, making)


def _refused(reason: str) -> Future[bytes]:
    future: Future[bytes] = Future()
    future.set_exception(Refusal(reason))
    return future


def forget() -> None:
    """Cancel and drop what this session ordered."""
    if before := under_way():
        del st.session_state[MAKING]
        before.halt()


def under_way() -> Making | None:
    """What this session ordered last, done or not."""
    return st.session_state.get(MAKING)


def draw(making: Making) -> None:
    """Where an order stands: its progress, with a look at it again and again until it is done, then the file.

    Each look is a run of the fragment around it, since a click is heard between two runs and not within one.
    """
    making.look()
    if _ended(making):
        _handed_over(making)
        return
    with st.container(key="making"):
        share = f"{100 * making.share:.0f} %"
        st.progress(making.share, text=plain(f"{making.label}: {making.what} … {share}"))
        st.button("Cancel", key=f"cancel-{making.number}", on_click=making.halt)
    if making.future is not None:
        wait([making.future], LOOK)
    st.rerun(scope="fragment")


def _ended(making: Making) -> bool:
    return making.halted or making.future is None or making.future.done()


def _handed_over(making: Making) -> None:
    """The file, or why there is none; pilotlight.js clicks a new one's button by itself."""
    if making.halted or making.future is None or making.future.cancelled():
        st.info(plain(f"{making.label}: cancelled at {100 * making.share:.0f} %."))
        return
    error = making.future.exception()
    if isinstance(error, Refusal | Stopped):
        st.error(plain(f"{making.label} could not be made: {error}"))
    elif error is not None:
        raise error
    else:
        content = making.future.result()
        with st.container(key=f"handover-{making.number}"):
            st.download_button(
                plain(f"Save {making.name} ({size_words(len(content))})"),
                content,
                making.name,
                making.mime,
                key=f"save-{making.number}",
                on_click="ignore",
            )


def size_words(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count, 1000) / 1e3:.0f} kB"
