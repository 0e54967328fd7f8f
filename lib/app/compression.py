"""Compressed answers: Streamlit's static files once and kept, all other text as it goes.

Streamlit leaves compression to a proxy: a first visit then loads 8.7 MB where 2.7 MB would do. starlette's own
middleware compresses anew for each viewer, 0.2 s of processor time a first visit; files that never change need it once.
"""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1000
"""Bytes; a smaller body is sent as it is."""
TEXT = {".js", ".css", ".svg", ".json"}
"""Static files that shrink; fonts and pictures are compressed in themselves."""
MOST_KEPT = 512
"""Files; Streamlit ships 321 of these kinds, which come to 7 MB."""


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, by this request header: `gzip;q=0` is a no, `*` speaks for what isn't named."""
    weights = dict(_weight(part) for part in accept_encoding.lower().split(","))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(part: str) -> tuple[str, float]:
    coding, _, parameter = part.partition(";")
    try:
        return coding.strip(), float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return coding.strip(), 0.0


class Compression:
    """Compresses what the app answers, for clients that take it; the app itself is always asked for plain bodies.

    Parameters
    ----------
    static
        Where the paths of Streamlit's own static files begin.
    """

    def __init__(self, app: ASGIApp, static: str) -> None:
        self.static = static
        self.plain: ASGIApp = partial(_plain, app)
        self.kept: dict[tuple[str, str], bytes] = {}
        self.streamed = GZipMiddleware(self.plain, minimum_size=SMALLEST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and compress what comes back."""
        if scope["type"] != "http":
            await self.plain(scope, receive, send)
        elif not accepts_gzip(Headers(scope=scope).get("accept-encoding", "")):
            # starlette looks for the word gzip alone
            await self.streamed(_without_encodings(scope), receive, send)
        elif not (self._static(scope) and await self._sent(scope, receive, send)):
            await self.streamed(scope, receive, send)

    def _static(self, scope: Scope) -> bool:
        path = scope["path"]
        whole = scope["method"] == "GET" and "range" not in Headers(scope=scope)
        return whole and path.startswith(self.static) and PurePosixPath(path).suffix in TEXT

    async def _sent(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Send a static file as kept; not if it is small, missing, or there already at the other end."""
        head = await _answer(self.plain, {**scope, "method": "HEAD"}, receive)
        headers = MutableHeaders(scope=head.start)
        etag = headers.get("etag", "")
        if head.start["status"] != 200 or not etag or int(headers.get("content-length", 0)) < SMALLEST:
            return False
        body = self.kept.get((scope["path"], etag))
        if body is None:
            file = await _answer(self.plain, scope, receive)
            body = await run_in_threadpool(gzip.compress, file.body, mtime=0)
            self._keep((scope["path"], etag), body)
        headers.update({"content-encoding": "gzip", "content-length": str(len(body))})
        # weak: the same content, but other bytes than those that a range of the plain file counts
        headers["etag"] = f"W/{etag}"
        headers.add_vary_header("Accept-Encoding")
        await send(head.start)
        await send({"type": "http.response.body", "body": body})
        return True

    def _keep(self, key: tuple[str, str], body: bytes) -> None:
        while len(self.kept) >= MOST_KEPT:
            del self.kept[next(iter(self.kept))]
        self.kept[key] = body


async def _plain(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(_without_encodings(scope) if scope["type"] == "http" else scope, receive, send)


def _without_encodings(scope: Scope) -> Scope:
    return {**scope, "headers": [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]}


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> _Collected:
    answer = _Collected()
    await app(scope, receive, answer)
    return answer


class _Collected:
    """A response that goes nowhere yet."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
