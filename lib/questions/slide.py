"""One slide of the trial's story: what stands on it, the figure that it shows, and what the speaker should know."""

from __future__ import annotations

from dataclasses import dataclass

PRESENT = "present"
"""The page that shows the slides."""


@dataclass(frozen=True)
class SlideFact:
    """One number large, its name above and a note below."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Picture:
    """A figure of the registry, as a page draws it.

    `page` is the path of the question whose answer it shows and `figure` its name in the registry of figures; `part` is
    the key of one of its parts, "" being the first. `state` is what the slide assumes beyond the viewer's assumptions,
    as link keys with link text.
    """

    page: str
    figure: str
    part: str = ""
    state: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Slide:
    """One slide.

    `key` is unique in a story, `kind` the builder that made it. `lines` are at most a handful of short sentences,
    `controls` the link keys that may be moved while it is shown, `page` the page that tells more, and `notes` what the
    speaker should know: every number of the slide with its interval, n in participants and units, and method.
    `table` are rows of equal length, the first being the head; empty where the slide has none. `state` is what the
    slide assumes in place of the viewer's assumptions, as link keys with link text; its picture's state holds it too.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...]
    facts: tuple[SlideFact, ...]
    picture: Picture | None
    notes: tuple[str, ...]
    controls: tuple[str, ...]
    page: str
    table: tuple[tuple[str, ...], ...] = ()
    state: tuple[tuple[str, str], ...] = ()
