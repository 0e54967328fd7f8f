"""Answers that take longer than a glance: computed beside the page, with progress, and stopped when nobody wants them.

A job belongs to one viewer's session: a new question ends the one before, Stop ends it, and so does a viewer who is
gone, since then nobody asks how far it is.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillComputing
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lib.app.show import plain
from lib.app.task import Task, remember
from lib.errors import Refusal, Stopped
from lib.progress import heard_by
from lib.questions.asked import Asked, answered

PATIENCE = 0.4
"""Seconds that a page waits before it shows progress instead."""

POLL = 0.5
"""Seconds between two looks at the progress."""

GONE = 120.0
"""Seconds without a look after which a viewer is gone; browsers slow hidden tabs down to a look a minute."""

TOGETHER = 4
"""Answers computed at the same time for all viewers; further ones wait their turn."""

PAGE, FIGURE = "_job", "_figure_job"
"""Where a session keeps the answer on its way: a page's own, and that of a figure on it which asks another page."""


@dataclass(eq=False)
class Job(Task):
    """One answer on its way; `place` is where the session keeps it."""

    asked: Asked
    place: str = PAGE
    gone: float = field(default_factory=lambda: GONE, kw_only=True)

    def compute(self) -> Any:
        """The answer; runs in a thread of its own, which alone hears the progress."""
        with heard_by(self.listener()):
            return answered(self.asked)

    def done(self) -> bool:
        """Whether the page has something else to show than progress; counts as a look."""
        self.look()
        return self.halted or (self.future is not None and self.future.done())


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(TOGETHER, thread_name_prefix="answer")


def result_of(asked: Asked, place: str = PAGE) -> Any | Refusal | Job:
    """The answer, the refusal, or the job that is still at it or was stopped."""
    job = _job_for(asked, place)
    if job.halted or job.future is None:
        return job
    try:
        return job.future.result(timeout=PATIENCE)
    except Refusal as refusal:
        return refusal
    except (StillComputing, Stopped, CancelledError):  # the last where a newer run ended it before its turn came
        return job


def _job_for(asked: Asked, place: str) -> Job:
    """The session's job if it is this one and was not given up for a viewer who came back after all."""
    job: Job | None = st.session_state.get(place)
    if job is not None and job.asked == asked and not _given_up(job):
        job.look()
        return job
    return start(asked, place)


def _given_up(job: Job) -> bool:
    future = job.future
    ended = future is not None and future.done() and not future.cancelled()
    return not job.halted and ended and future is not None and isinstance(future.exception(), Stopped)


def start(asked: Asked, place: str = PAGE) -> Job:
    """Begin, or begin anew, in the place of the session's job there, which ends."""
    job = Job(asked, place)
    job.future = _threads().submit(job.compute)
    remember(place, job)
    return job


def draw(job: Job) -> None:
    """Progress with a way to stop, or what to do once stopped."""
    if job.halted:
        st.info(plain(f"Stopped at {100 * job.share:.0f} %. Your assumptions are as you left them."))
        st.button("Compute", key="compute", on_click=_again, args=(job.asked, job.place))
    else:
        _progress(job)


def _again(asked: Asked, place: str) -> None:
    """A callback."""
    start(asked, place)


@st.fragment(run_every=POLL)
def _progress(job: Job) -> None:
    if job.done():
        st.rerun()
    with st.container(key="computing"):
        st.progress(job.share, text=plain(f"{job.what[:1].upper()}{job.what[1:]} … {100 * job.share:.0f} %"))
        st.button("Stop", key="stop", on_click=job.halt)
