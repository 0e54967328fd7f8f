"""Plain HTTP beside the app: JSON twins, response headers, and one warming function."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.app.shelf import open_trial
from lib.assumptions import TRIAL_KEY, defaults
from lib.figures.look import LIGHT
from lib.figures.registry import FIGURES
from lib.questions.registry import QUESTIONS
from lib.report.twin import broken, index, twin


def page_twin(request: Request) -> JSONResponse:
    """`GET /api/<page>.json?<the page's own query>`; a plain function, so that it runs in a thread."""
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


ROUTES = [Route("/api/", api_index), Route("/api/{page}.json", page_twin)]

HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
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
    """Adds the headers to every response, and to pages the policy that fits their inline script.

    Pages are small: they are asked for uncompressed and held back until whole, so that the script can be hashed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = "text/html" in Headers(scope=scope).get("accept", "")
        if page:
            scope["headers"] = [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]
        await self.app(scope, receive, _Answer(send, page))


class _Answer:
    """One response on its way out."""

    def __init__(self, send: Send, page: bool) -> None:
        self.send, self.page = send, page
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if self.page and headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            MutableHeaders(scope=self.start)["content-security-policy"] = content_policy(self.body)
            await self.send(self.start)
            message = {"type": "http.response.body", "body": self.body}
        await self.send(message)


MIDDLEWARE = [Middleware(ResponseHeaders)]


def warm() -> None:
    """Do once what the first viewer would wait for, then spare the garbage collector all that was loaded.

    Streamlit collects after every run; with some 300,000 objects of its imports frozen a rerun is several times faster.
    """
    opened = open_trial(None)
    if opened.trial is not None:
        for question in QUESTIONS.values():
            result = question.answer(opened.trial, defaults(opened.trial))
            for name in question.figures:
                for part in FIGURES[name](result):
                    part.draw(LIGHT).to_json()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm before the first request."""
    warm()
    yield {}
