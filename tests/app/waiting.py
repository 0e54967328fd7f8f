"""Work that waits for the test."""

import threading

from lib.errors import Stopped
from lib.progress import step


class Waiting:
    """It tells its progress and goes on once `go` is set; `begun` and `stopped` tell what became of it."""

    def __init__(self):
        self.go, self.begun, self.stopped = threading.Event(), threading.Event(), threading.Event()

    def wait(self):
        self.begun.set()
        try:
            while not self.go.wait(0.01):
                step(0.42, "waiting for the test")
        except Stopped:
            self.stopped.set()
            raise


class TakenOver(BaseException):
    """What ends a run of a session when a newer one takes over."""


class Session(dict):
    """A session's state; once `taken_over`, the run ends as soon as it stores something, as Streamlit ends it."""

    taken_over = False

    def __setitem__(self, key, value):
        if self.taken_over:
            raise TakenOver
        super().__setitem__(key, value)
