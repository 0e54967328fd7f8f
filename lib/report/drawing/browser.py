"""A headless Chromium that kaleido drives: found, started with a directory of its own, watched, and removed.

It asks nobody for anything: its page is made of installed files, and every request meets a proxy that is not there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import plotly
import plotly.graph_objects as go
from kaleido import Kaleido, PageGenerator  # type: ignore[import-untyped]
from kaleido.errors import JavascriptError, KaleidoError  # type: ignore[import-untyped]

from lib.errors import Refusal

VARIABLE = "CHROMIUM"
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""The same engine without windows: three processes for ten, and half the memory."""
NAMES = (
    *SHELLS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where the installers of two systems put it, which don't add it to the PATH."""

PATIENCE = 60.0
"""Seconds after which a start or a drawing is given up. The largest of ours takes under 10."""

CLOSING = 10.0
"""Seconds in which it may end by itself."""

LOOK = 0.1
"""Seconds between two looks at whether the browser still lives."""

NOWHERE = "127.0.0.1:9"
"""The proxy of the browser: the discard port of this machine, where nothing listens."""

PREFIX = "pilotlight-press-"
FAULTS = (KaleidoError, JavascriptError, TypeError, ValueError)
"""What a figure that can't be drawn raises; anything else is a browser that ended."""


def browser() -> Path | None:
    """The browser that draws: what the environment variable names, or else the first one found; None without one."""
    named = os.environ.get(VARIABLE)
    found = (shutil.which(name) for name in ((named,) if named else (*NAMES, *PLACES)))
    return next((Path(path) for path in found if path), None)


def found_browser() -> Path:
    """The same.

    Raises
    ------
    Refusal
        Where there is none; says what was looked for, and what works without.
    """
    path = browser()
    if path is None:
        named = os.environ.get(VARIABLE)
        looked = f"{VARIABLE} names {named!r}, which is no program here" if named else f"looked for {', '.join(NAMES)}"
        raise Refusal(
            f"A figure is drawn for a file by Chromium or Chrome, and none was found on the server: {looked}. "
            f"The environment variable {VARIABLE} can name one. "
            "Without it, the buttons at each figure save SVG and PNG in your own browser."
        )
    return path


def _page() -> str:
    """The page that kaleido draws in; plotly.js is named, since kaleido asks the network for one that it misses."""
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return str(PageGenerator(plotly=script.as_uri(), mathjax=False).generate_index())


class Browser:
    """One browser and its directory. All of it runs in one event loop, and `draw` is called by one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._directory = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        self._folder = Path(self._directory.name)
        page = self._folder / "index.html"
        page.write_text(_page(), encoding="utf-8")
        self._kaleido = Kaleido(
            path=str(path), page_generator=page, timeout=None, tmp_dir=self._directory.name, proxy_server=NOWHERE
        )
        self._sockets: tuple[Path, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        process = getattr(self._kaleido, "subprocess", None)
        return process is not None and process.poll() is None

    async def start(self) -> None:
        """Start it.

        Raises
        ------
        Refusal
            Where it does not start within `PATIENCE`; nothing is left of it then.
        """
        try:
            await asyncio.wait_for(self._kaleido.__aenter__(), PATIENCE)
        except Exception as error:
            await self.close()
            raise Refusal(
                f"The browser that draws figures, {self._path}, did not start: {type(error).__name__}. "
                "The buttons at each figure save SVG and PNG in your own browser."
            ) from error
        # Chromium keeps its socket outside of the directory that it is given, under a name that must be short
        self._sockets = tuple(link.readlink().parent for link in self._folder.glob("*/SingletonSocket"))

    async def draw(self, figure: go.Figure, options: dict[str, Any]) -> bytes | None:
        """The picture; None where the browser ended before it was done.

        Raises
        ------
        Refusal
            After `PATIENCE`; the browser is ended then, since it hangs.
        """
        task = asyncio.ensure_future(self._kaleido.calc_fig(figure, options))
        given_up = monotonic() + PATIENCE
        try:
            while not task.done() and self.alive and monotonic() < given_up:
                await asyncio.wait({task}, timeout=LOOK)
            if not task.done() and self.alive:
                self._kill()
                raise Refusal(f"A drawing took longer than {PATIENCE:g} s and was given up; the browser starts anew.")
            return _result(task)
        finally:
            task.cancel()

    async def close(self) -> None:
        """End it, however it is, and remove its files."""
        try:
            with suppress(Exception):
                await asyncio.wait_for(self._kaleido.close(), CLOSING)
        finally:
            self._kill()
            self._directory.cleanup()
            for folder in self._sockets:
                shutil.rmtree(folder, ignore_errors=True)

    def _kill(self) -> None:
        """All its processes, which are a group of their own, if they are not gone."""
        if not self.alive:
            return
        process = self._kaleido.subprocess
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()


def _result(task: asyncio.Future[bytes]) -> bytes | None:
    if not task.done() or task.cancelled():
        return None
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, FAULTS):
        raise error
    return None
