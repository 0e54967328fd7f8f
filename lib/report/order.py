"""What a viewer asks to take home: which export, of what state, with which options chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from lib.assumptions import Assumptions, Choice, stamp, write
from lib.questions.asked import Asked
from lib.report.links import address

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
"""An option's key → the values chosen."""
Files = Callable[[], Mapping[str, bytes] | None]


@dataclass(frozen=True)
class Option:
    """One thing to choose about an export; the first choice is the default, of `several` all of them.

    `applies` tells whether there is anything to choose, given what else is chosen.
    """

    key: str
    label: str
    choices: Callable[[Asked], tuple[Choice, ...]]
    several: bool = False


@dataclass(frozen=True)
class Order:
    """One export to be made.

    `base` is the address of the app, "" where it is not known; `extra` what a link must add to name a trial that is not
    the server's own; `files` gives the trial's files as they are on disk,
    None where they have changed since; `place` is where the folder lies in the project, "" where it is elsewhere.
    """

    asked: Asked
    base: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    chosen: Chosen = ()
    files: Files = lambda: None
    place: str = ""

    @property
    def folder(self) -> str:
        """Where a script finds the trial folder, from the project's own."""
        return self.place or f"data/{self.asked.trial.spec.key}"

    def several(self, key: str) -> tuple[str, ...]:
        """The values chosen of an option."""
        return dict(self.chosen)[key]

    def one(self, key: str) -> str:
        """The value chosen of an option that takes one."""
        return self.several(key)[0]

    @property
    def stamp(self) -> str:
        """Version, data and what differs."""
        return stamp(self.asked.trial, self.asked.assumptions)

    @property
    def home(self) -> str:
        """The app's own address with the trial in its query, as reports and slides take it; "" where not known."""
        query = urlencode(self.extra)
        return f"{self.base}?{query}" if self.base and query else self.base

    def link(self, path: str, assumptions: Assumptions | None = None) -> str:
        """The address of a page in the state ordered, or in another."""
        state = write(assumptions or self.asked.assumptions, self.asked.trial)
        return address(self.base, path, {**state, **dict(self.extra)})
