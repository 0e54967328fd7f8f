"""Plain HTTP beside the app: JSON twins, our script, response headers, and one warming function."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.app.compression import Compression
from lib.app.head import SCRIPT, SCRIPT_VERSION, dressed
from lib.app.shelf import link_part, open_trial
from lib.assumptions import SECTIONS_KEY, TRIAL_KEY, defaults, read
from lib.errors import Refusal, Stopped
from lib.figures.look import LIGHT
from lib.figures.registry import FIGURES
from lib.progress import Listener, heard_by
from lib.questions.registry import QUESTIONS
from lib.report.html.report import report
from lib.report.twin import broken, index, twin
from lib.trial.model import Trial


@dataclass(eq=False)
class Bounded:
    """What takes long, over plain HTTP: so many at once, and so many waiting, as all requests share their threads."""

    what: str
    most: int
    together: int
    asked: BoundedSemaphore = field(init=False)
    begun: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self.asked, self.begun = BoundedSemaphore(self.most), BoundedSemaphore(self.together)

    def served(self, answer: Callable[[Request], Response], request: Request) -> Response:
        """The answer; 503 where too many wait, and where it takes longer than `LONGEST`, as nobody can stop it."""
        if not self.asked.acquire(blocking=False):
            return _later(f"{self.most} {self.what} are being made for others; wanted fewer")
        try:
            with self.begun, heard_by(_until(monotonic() + LONGEST)):
                return answer(request)
        except Stopped:
            return _later(f"this takes longer than {LONGEST:g} s; wanted less work, or to be asked for on the page")
        finally:
            self.asked.release()


def _until(end: float) -> Listener:
    return Listener(lambda share, what: None, lambda: monotonic() > end)


def _later(told: str) -> Response:
    return PlainTextResponse(f"{told}. Try again in a minute", 503, headers={"retry-after": "60"})


def page_twin(request: Request) -> Response:
    """`GET /api/<page>.json?<the page's own query>`; a plain function, so that it runs in a thread."""
    return TWINS.served(_twin, request)


def _twin(request: Request) -> Response:
    question = QUESTIONS.get(request.path_params["page"])
    if question is None:
        return JSONResponse({"error": "no such page", "pages": list(QUESTIONS)}, 404)
    query = dict(request.query_params)
    opened = open_trial(query.get(TRIAL_KEY))
    if opened.trial is None:
        return JSONResponse(broken(opened.problems))
    content = twin(question, query, opened.trial)
    return JSONResponse({**content, "problems": [*opened.problems, *content["problems"]]})


def api_index(request: Request) -> JSONResponse:
    """`GET /api/`: the pages and the keys of their queries."""
    opened = open_trial(request.query_params.get(TRIAL_KEY))
    return JSONResponse(broken(opened.problems) if opened.trial is None else index(opened.trial))


def report_page(request: Request) -> Response:
    """`GET /report.html?<a page's query>&sections=overview.endpoints`: the self-contained report; all without sections.

    A plain function, so that it runs in a thread.
    """
    return REPORTS.served(_report, request)


LONGEST = 120.0
"""Seconds that a request for a twin or a report may compute."""
TWINS, REPORTS = Bounded("answers", 16, 4), Bounded("reports", 8, 2)
"""Fewer together than the 40 threads that requests share; a report draws every figure of its pages."""


def _report(request: Request) -> Response:
    query = dict(request.query_params)
    opened = open_trial(query.get(TRIAL_KEY))
    if opened.trial is None:
        return PlainTextResponse("\n".join(opened.problems), 503)
    got = read(query, opened.trial)
    wanted = tuple(filter(None, query.get(SECTIONS_KEY, "").split(".")))
    problems = (*opened.problems, *got.problems)
    try:
        told = report(opened.trial, got.assumptions, wanted, _home(request, opened.trial), problems)
    except Refusal as refusal:
        return PlainTextResponse(str(refusal), 400)
    return HTMLResponse(told)


def _home(request: Request, trial: Trial) -> str:
    """The app's own address, with the trial where it is not the server's own."""
    query = urlencode(link_part(trial))
    return f"{str(request.base_url).rstrip('/')}{BASE}/" + (f"?{query}" if query else "")


def script(request: Request) -> Response:
    """`GET /api/pilotlight.js?v=<version>`: kept by browsers for as long as the version is the same."""
    current = request.query_params.get("v") == SCRIPT_VERSION
    keep = "public, max-age=31536000, immutable" if current else "no-cache"
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"cache-control": keep})


BASE = "/".join(["", *filter(None, str(st.get_option("server.baseUrlPath")).split("/"))])
"""The path that the whole app is served under, "" being the root; Streamlit puts only its own routes there."""
ROUTES = [
    Route(f"{BASE}/api/", api_index),
    Route(f"{BASE}/api/pilotlight.js", script),
    Route(f"{BASE}/api/{{page}}.json", page_twin),
    Route(f"{BASE}/report.html", report_page),
]

HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
RESERVATIONS = {b"if-none-match", b"if-modified-since", b"range", b"if-range", b"accept-encoding"}
"""Request headers that ask for something else than a whole and plain response."""
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def content_policy(page: bytes) -> str:
    """A Content-Security-Policy under which `page` works and nothing is fetched from, or sent to, anywhere else."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in INLINE_SCRIPT.findall(page))
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'"
    )


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


class ResponseHeaders:
    """Adds the headers to every response; dresses pages, and gives them the policy that fits their inline script.

    Pages are small: they are asked for plain and held back until whole, so `Compression` stands around it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self.app(_asked_whole(scope) if _may_be_page(scope) else scope, receive, _Answer(scope, send))


def _may_be_page(scope: Scope) -> bool:
    name = scope["path"].rpartition("/")[2]
    return scope["method"] in ("GET", "HEAD") and ("." not in name or name.endswith(".html"))


def _asked_whole(scope: Scope) -> Scope:
    """Streamlit must not answer for its own file what can only be told of the dressed page: its length, its age."""
    headers = [(key, value) for key, value in scope["headers"] if key not in RESERVATIONS]
    return {**scope, "method": "GET", "headers": headers}


class _Answer:
    """One response on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self.send = scope, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if headers.get("vary", "").lower() == "accept-encoding":
                del headers["vary"]  # Streamlit's own word, without a choice: `Compression` says it where it is true
            if message["status"] == 304:
                headers.add_vary_header("Accept-Encoding")
            if message["status"] == 200 and headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._page(self.start)
            return
        elif self.scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self.send(message)

    async def _page(self, start: Message) -> None:
        query = self.scope["query_string"].decode(errors="replace")
        page = await run_in_threadpool(dressed, self.body, self.scope["path"], query)
        headers = MutableHeaders(scope=start)
        headers["content-security-policy"] = content_policy(page)
        headers["etag"] = f'W/"{hashlib.sha256(page).hexdigest()[:32]}"'
        headers["content-length"] = str(len(page))
        del headers["last-modified"], headers["accept-ranges"]
        if _known(headers["etag"], Headers(scope=self.scope).get("if-none-match", "")):
            start["status"] = 304
            headers["vary"] = "Accept-Encoding"
            del headers["content-length"], headers["content-type"]
            page = b""
        await self.send(start)
        await self.send({"type": "http.response.body", "body": b"" if self.scope["method"] == "HEAD" else page})


def _known(etag: str, if_none_match: str) -> bool:
    tags = [tag.strip() for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags


MIDDLEWARE = [Middleware(Compression, static=f"{BASE}/static/"), Middleware(ResponseHeaders)]


def warm() -> None:
    """Do once what the first viewer would wait for, then spare the garbage collector all that was loaded.

    Streamlit collects after every run; with some 300,000 objects of its imports frozen a rerun is several times faster.
    """
    opened = open_trial(None)
    if opened.trial is not None:
        for question in QUESTIONS.values():
            with suppress(Refusal):  # a page that has no answer under the trial's own defaults says so itself
                result = question.answered(opened.trial, defaults(opened.trial))
                for name in question.figures:
                    for part in FIGURES[name](result):
                        part.draw(LIGHT).to_json()
    gc.collect()
    gc.freeze()


served = Event()
"""Set once this process serves the app by ASGI, and with it the routes."""


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm before the first request."""
    warm()
    served.set()
    yield {}
