"""Where the press works: a thread with an event loop, and in it the one browser, from the first drawing to the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any

import plotly.graph_objects as go

from lib.errors import Refusal
from lib.report.drawing.browser import Browser, found_browser

TRIES = 2
"""How often a drawing is begun when the browser dies under it: once for bad luck."""


IDLE = 600.0
"""Seconds after the last drawing for which the browser is kept: it starts in about two, and holds some 290 MB."""


class Room:
    """Open from when it is made until it is left; `starting` while its browser does."""

    def __init__(self) -> None:
        self.starting = False
        self._ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._work()), name="press", daemon=True)
        self._thread.start()
        self._ready.wait()

    def submit(self, figure: go.Figure, options: dict[str, Any], begins: Callable[[], bool]) -> Future[bytes]:
        """Draw it when it is its turn, if it `begins` then; cancelled, it gives up its place."""
        return asyncio.run_coroutine_threadsafe(self._served(figure, options, begins), self._loop)

    def leave(self) -> None:
        """End the browser and the thread."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _work(self) -> None:
        self._loop, self._turn, self._ended = asyncio.get_running_loop(), asyncio.Lock(), asyncio.Event()
        self._browser: Browser | None = None
        self._rest: asyncio.Task[None] | None = None
        self._ready.set()
        await self._ended.wait()
        await self._put_away()

    async def _served(self, figure: go.Figure, options: dict[str, Any], begins: Callable[[], bool]) -> bytes:
        async with self._turn:
            if self._rest is not None:
                self._rest.cancel()
            try:
                return await self._drawn(figure, options) if begins() else b""
            finally:
                self._rest = asyncio.create_task(self._rested())

    async def _rested(self) -> None:
        """End the browser when nobody wanted it for a while."""
        await asyncio.sleep(IDLE)
        async with self._turn:
            await self._put_away()

    async def _drawn(self, figure: go.Figure, options: dict[str, Any]) -> bytes:
        for _ in range(TRIES):
            browser = await self._living()
            try:
                drawing = await browser.draw(figure, options)
            finally:
                if not browser.alive:
                    await self._put_away()
            if drawing is not None:
                return drawing
        raise Refusal(f"The browser ended {TRIES} times while it drew this figure.")

    async def _living(self) -> Browser:
        """The browser, a new one where there is none or the last one died."""
        if self._browser is None or not self._browser.alive:
            await self._put_away()
            self._browser = Browser(found_browser())
            self.starting = True
            try:
                await self._browser.start()
            finally:
                self.starting = False
        return self._browser

    async def _put_away(self) -> None:
        gone, self._browser = self._browser, None
        if gone is not None:
            await gone.close()
