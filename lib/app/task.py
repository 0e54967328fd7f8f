"""Work beside the page for one viewer: it tells how far it is, and ends when it is halted or nobody looks any more."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import streamlit as st

from lib.progress import Listener


@dataclass(eq=False, kw_only=True)
class Task:
    """`share` is how much is done, `what` what is being done, `gone` the seconds without a look after which it ends."""

    gone: float
    share: float = 0.0
    what: str = "waiting for its turn"
    halted: bool = False
    looked: float = field(default_factory=monotonic)
    future: Future[Any] | None = None

    def listener(self) -> Listener:
        """What the work tells, and asks whether to go on; for the thread that does it."""
        return Listener(self._told, self._unwanted)

    def _told(self, share: float, what: str) -> None:
        self.share, self.what = share, what

    def _unwanted(self) -> bool:
        return self.halted or monotonic() - self.looked > self.gone

    def look(self) -> None:
        """Somebody still waits for it."""
        self.looked = monotonic()

    def halt(self) -> None:
        """End it; a callback. The work ends at its next step, the page need not wait for that."""
        self.halted = True
        if self.future is not None:
            self.future.cancel()


def remember(key: str, task: Task) -> None:
    """The session's task from now on; the one before ends.

    In this order, since a newer run of the session may take over whenever the session's state is used: it then finds
    the task before as it was, and not one that was ended for a task that it does not know.
    """
    before = st.session_state.get(key)
    try:
        st.session_state[key] = task
    except BaseException:  # a run that is taken over raises what is no Exception
        task.halt()
        raise
    if before is not None:
        before.halt()
