"""The plain HTTP layer around Streamlit's own routes: compression, heads, policy, conditional requests."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from lib.app import compression, server
from lib.app.compression import accepts_gzip
from lib.app.head import SCRIPT, SCRIPT_VERSION, description, dressed, page_at
from lib.errors import Refusal
from lib.progress import step
from lib.questions.registry import QUESTIONS
from tests.trials import FOLDERS, trial

STATIC = file_util.get_static_dir()
LARGE = "a line that repeats\n" * 500


def _events(request):
    return StreamingResponse((f"data: {n}\n\n" * 200 for n in range(9)), media_type="text/event-stream")


def _encoded(request):
    return PlainTextResponse(gzip.compress(LARGE.encode()), headers={"content-encoding": "gzip"})


APP = Starlette(
    routes=[
        *server.ROUTES,
        Route("/large.txt", lambda request: PlainTextResponse(LARGE)),
        Route("/small.txt", lambda request: PlainTextResponse("small")),
        Route("/other.html", lambda request: HTMLResponse("<title>Other</title><script>1</script>" + LARGE)),
        Route("/events", _events),
        Route("/encoded", _encoded),
        *create_streamlit_static_assets_routes(""),
    ],
    middleware=server.MIDDLEWARE,
)


def ask(target, method="GET", app=APP, **headers):
    """One request to the app, without a network: status, headers, body as sent, and body as meant."""
    path, _, query = target.partition("?")
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    start, *bodies = sent
    assert start["type"] == "http.response.start"
    assert {message["type"] for message in bodies} == {"http.response.body"}
    body = b"".join(message.get("body", b"") for message in bodies)
    names = [name.decode() for name, _ in start["headers"]]
    assert len(names) == len(set(names)), names
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    if method == "GET" and start["status"] != 304 and "content-length" in told:
        assert int(told["content-length"]) == len(body)
    zipped = told.get("content-encoding") == "gzip"
    meant = gzip.decompress(body) if zipped and body else body
    return SimpleNamespace(status=start["status"], headers=told, body=body, meant=meant, zipped=zipped)


def static(pattern):
    """The largest file that Streamlit ships under this pattern: its URL path and its bytes."""
    file = max(Path(STATIC).glob(pattern), key=lambda path: path.stat().st_size)
    return "/" + file.relative_to(STATIC).as_posix(), file.read_bytes()


SCRIPT_PATH, SCRIPT_BYTES = static("static/js/protobuf*.js")
FONT_PATH, FONT_BYTES = static("static/media/SourceSans*.woff2")
STYLE_PATH, STYLE_BYTES = static("static/css/*.css")


# --- compression -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP", True),
        ("br;q=1.0, gzip;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("gzip;q=1, *;q=0", True),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("br", False),
        ("", False),
        ("gzip;q=often", False),
        ("gzip;", True),
        (",,", False),
    ],
)
def test_who_takes_gzip(header, wanted):
    assert accepts_gzip(header) is wanted
    told = ask(SCRIPT_PATH, accept_encoding=header)
    assert told.zipped is wanted
    assert told.meant == SCRIPT_BYTES
    assert told.headers["vary"] == "Accept-Encoding"
    if not wanted:
        assert not ask("/large.txt", accept_encoding=header).zipped


@pytest.mark.parametrize(("path", "content"), [(SCRIPT_PATH, SCRIPT_BYTES), (STYLE_PATH, STYLE_BYTES)])
def test_a_static_file_is_compressed_and_keeps_its_headers(path, content):
    plain, zipped = ask(path), ask(path, accept_encoding="gzip")
    assert zipped.zipped
    assert zipped.meant == plain.body == content
    assert len(zipped.body) < len(content) / 1.5
    for name in ("cache-control", "content-type", "last-modified", "x-content-type-options"):
        assert zipped.headers[name] == plain.headers[name]
    assert "immutable" in zipped.headers["cache-control"]
    assert zipped.headers["etag"] == f"W/{plain.headers['etag']}"
    assert zipped.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_a_static_file_is_compressed_once_as_long_as_it_stays_the_same(tmp_path, monkeypatch):
    calls = []
    whole = gzip.compress
    monkeypatch.setattr(compression.gzip, "compress", lambda body, **k: calls.append(len(body)) or whole(body, **k))
    app = compression.Compression(Mount("/static", StaticFiles(directory=tmp_path)), static="/static/")
    file = tmp_path / "x.js"
    for times in (1, 2):
        file.write_text(LARGE * times)
        got = [ask("/static/x.js", app=app, accept_encoding="gzip") for _ in range(3)]
        assert [told.meant.decode() for told in got] == [LARGE * times] * 3
    assert calls == [len(LARGE), 2 * len(LARGE)]


def test_what_is_kept_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(compression, "MOST_KEPT", 2)
    app = compression.Compression(Mount("/static", StaticFiles(directory=tmp_path)), static="/static/")
    for name in "abc":
        (tmp_path / f"{name}.js").write_text(LARGE)
        assert ask(f"/static/{name}.js", app=app, accept_encoding="gzip").zipped
    assert [path for path, _ in app.kept] == ["/static/b.js", "/static/c.js"]


def test_all_that_streamlit_ships_fits_into_what_is_kept():
    files = [path for path in Path(STATIC).rglob("*") if path.suffix in compression.TEXT]
    assert len(files) < compression.MOST_KEPT


def test_what_is_compressed_already_or_small_or_in_part_or_a_stream_stays_as_it_is():
    assert ask(FONT_PATH, accept_encoding="gzip").body == FONT_BYTES
    assert ask("/small.txt", accept_encoding="gzip").body == b"small"
    encoded = ask("/encoded", accept_encoding="gzip")
    assert encoded.meant.decode() == LARGE
    events = ask("/events", accept_encoding="gzip")
    assert not events.zipped
    assert events.body.startswith(b"data: 0\n\n")
    part = ask(SCRIPT_PATH, accept_encoding="gzip", range="bytes=10-5009")
    assert (part.status, part.zipped) == (206, False)
    assert part.body == SCRIPT_BYTES[10:5010]


def test_a_small_static_file_is_sent_plain_though_gzip_is_taken():
    files = [path for path in Path(STATIC).glob("static/js/*.js") if 0 < path.stat().st_size < 1000]
    file = files[0]
    told = ask(f"/static/js/{file.name}", accept_encoding="gzip")
    assert not told.zipped
    assert told.body == file.read_bytes()


def test_other_text_is_compressed_as_it_goes():
    text = ask("/large.txt", accept_encoding="gzip")
    assert text.zipped
    assert text.meant.decode() == LARGE
    twin = ask("/api/endpoints.json", accept_encoding="gzip")
    assert twin.zipped
    assert json.loads(twin.meant) == json.loads(ask("/api/endpoints.json").body)
    page = ask("/endpoints", accept_encoding="gzip", accept="text/html")
    assert page.zipped
    assert page.meant == ask("/endpoints").body


def test_a_missing_static_file_is_streamlits_page_with_a_policy():
    told = ask("/static/js/nothing.js", accept_encoding="gzip")
    assert told.headers["content-type"].startswith("text/html")
    assert policy_fits(told)


def test_a_static_file_that_the_browser_has_is_not_sent_again():
    for tag in (ask(SCRIPT_PATH, accept_encoding="gzip").headers["etag"], ask(SCRIPT_PATH).headers["etag"]):
        told = ask(SCRIPT_PATH, accept_encoding="gzip", if_none_match=tag)
        assert (told.status, told.body) == (304, b"")
        assert told.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_of_a_static_file_has_no_body(encoding):
    told = ask(SCRIPT_PATH, "HEAD", accept_encoding=encoding)
    assert (told.status, told.body) == (200, b"")
    assert int(told.headers["content-length"]) == len(SCRIPT_BYTES)


def test_a_websocket_passes_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope, send))

    async def nothing(*_):
        return None

    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"accept-encoding", b"gzip")]}
    layered = app
    for layer in reversed(server.MIDDLEWARE):
        layered = layer.cls(layered, *layer.args, **layer.kwargs)
    asyncio.run(layered(scope, nothing, nothing))
    assert seen == [(scope, nothing)]


# --- pages -----------------------------------------------------------------------------------------------------------


def policy_fits(told):
    """Whether the policy names the hash of every inline script that was really sent, and no other."""
    sent = {
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in re.findall(rb"<script>(.*?)</script>", told.meant, re.DOTALL)
    }
    return sent == set(re.findall(r"'sha256-([^']+)'", told.headers["content-security-policy"])) != set()


def meta(told, name):
    found = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)"', told.meant.decode())
    assert len(found) == 1
    return unescape(found[0])


PLACES = {"/": "overview", "/nonsense": "overview", "/index.html": "overview"} | {
    f"/{path}": path for path in QUESTIONS
}


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*"])
@pytest.mark.parametrize(("place", "path"), PLACES.items())
def test_every_page_has_a_head_of_its_own(place, path, accept):
    told = ask(f"{place}?n=9", accept=accept)
    question = QUESTIONS[path]
    assert told.status == 200
    assert policy_fits(told)
    assert meta(told, "description") == meta(told, "og:description") == description(question, trial("winter2020"))
    assert meta(told, "description").startswith(question.ask)
    assert question.title in meta(told, "og:title")
    text = told.body.decode()
    assert text.count("<title>") == text.count("<noscript>") == text.count("<html") == 1
    assert f"<title>{question.title} · Pilotlight</title>" in text
    assert f'<a href="./api/{path}.json?n=9">' in text
    assert f'<script src="./api/pilotlight.js?v={SCRIPT_VERSION}" defer></script>' in text
    assert re.search(r'<html[^>]* lang="en"', text)
    assert text.count('name="theme-color"') == 2
    assert '<div id="root">' in text
    assert "./static/js/index" in text


def test_a_page_is_found_under_any_base_path():
    assert page_at("/some/base/sample-size").path == "sample-size"
    assert page_at("/some/base/").path == page_at("").path == "overview"


def test_a_page_tells_of_the_trial_that_its_link_names(monkeypatch):
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(FOLDERS["eyes"]))
    assert meta(ask("/flow"), "description") == description(QUESTIONS["flow"], trial("eyes"))
    told = ask("/flow?trial=winter2020")
    assert meta(told, "description") == description(QUESTIONS["flow"], trial("winter2020"))


def test_a_trial_that_cannot_be_opened_leaves_the_question(tmp_path, monkeypatch):
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(tmp_path))
    assert meta(ask("/flow"), "description") == QUESTIONS["flow"].ask


HOSTILE = 'Is "a" < b & c\\1 > \\g<0>? </title><script>alert(1)</script>'


def test_text_of_a_trial_and_of_a_link_cannot_leave_its_place(tmp_path, monkeypatch):
    folder = tmp_path / "hostile"
    shutil.copytree(FOLDERS["eyes"], folder)
    spec = folder / "trial.toml"
    lines = (
        f"question = '{HOSTILE}'" if line.startswith("question = ") else line for line in spec.read_text().splitlines()
    )
    spec.write_text("\n".join(lines))
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(folder))
    told = ask('/endpoints?x="><script>alert(2)</script>&y=\\1')
    assert HOSTILE in meta(told, "description")
    assert b"alert" in told.body
    assert not re.search(rb"<script>\s*alert", told.body)
    assert policy_fits(told)
    assert len(re.findall(r"'sha256-", told.headers["content-security-policy"])) == 1


def test_a_language_is_added_only_where_there_is_none():
    body = '<div id="root"></div><title>x</title><noscript>y</noscript>'
    assert b'<html lang="en" class="z">' in dressed(f'<html class="z">{body}'.encode(), "/", "")
    assert b'<html lang="de">' in dressed(f'<html lang="de">{body}'.encode(), "/", "")


def test_html_that_is_not_streamlits_page_keeps_its_head():
    told = ask("/other.html")
    assert b"<title>Other</title>" in told.body
    assert b"pilotlight.js" not in told.body
    assert policy_fits(told)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("place", ["/", "/endpoints"])
def test_a_page_that_the_browser_has_is_not_sent_again(place, encoding):
    page = ask(place, accept_encoding=encoding)
    tag = page.headers["etag"]
    assert "last-modified" not in page.headers
    for known in (tag, f'"x", {tag}', "*"):
        told = ask(place, accept_encoding=encoding, if_none_match=known)
        assert (told.status, told.body) == (304, b"")
        assert told.headers["etag"] == tag
        assert told.headers["content-security-policy"] == page.headers["content-security-policy"]
        assert told.headers["vary"] == page.headers["vary"]
        assert "content-length" not in told.headers
    other = ask("/flow").headers["etag"]
    assert ask(place, accept_encoding=encoding, if_none_match=other).status == 200


def test_streamlits_own_file_tag_and_date_do_not_pass_for_the_dressed_page():
    stat = (Path(STATIC) / "index.html").stat()
    tag = hashlib.md5(f"{stat.st_mtime}-{stat.st_size}".encode(), usedforsecurity=False).hexdigest()
    assert ask("/", if_none_match=f'"{tag}"').status == 200
    assert ask("/", if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT").status == 200
    assert ask("/endpoints", range="bytes=0-99").status == 200


@pytest.mark.parametrize("place", ["/", "/endpoints", "/api/", "/api/flow.json"])
def test_head_tells_what_get_would(place):
    got, told = ask(place), ask(place, "HEAD")
    assert told.body == b""
    assert told.status == got.status == 200
    # without a body there is nothing to encode, and so nothing that varies
    assert told.headers == {name: value for name, value in got.headers.items() if name != "vary"}


def test_a_page_takes_no_post():
    assert ask("/endpoints", "POST").status == 405


def test_our_script_is_kept_while_its_version_is_the_same():
    current = ask(f"/api/pilotlight.js?v={SCRIPT_VERSION}", accept_encoding="gzip")
    assert current.meant == SCRIPT.read_bytes()
    assert current.zipped
    assert current.headers["content-type"].startswith("text/javascript")
    assert "immutable" in current.headers["cache-control"]
    for old in ("", "?v=old"):
        assert ask(f"/api/pilotlight.js{old}").headers["cache-control"] == "no-cache"


def test_every_answer_has_the_headers():
    for place in ("/", "/endpoints", "/api/", "/api/nothing.json", SCRIPT_PATH, FONT_PATH):
        for encoding in ("gzip", ""):
            assert ask(place, accept_encoding=encoding).headers.items() >= server.HEADERS.items()


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_report_is_what_the_query_asks_for():
    got = ask("/report.html?sections=flow.data&who=1.2&alpha=9", host="host.example")
    told = got.meant.decode()
    assert got.status == 200
    assert [path for path in QUESTIONS if f'id="{path}"' in told] == ["flow", "data"]
    assert "What could not be used of the link" in told
    assert "alpha=" in told
    assert 'href="http://host.example/flow?v=1&amp;who=1.2"' in told
    digests = re.findall(r"sha256-[\w+/=]+", got.headers["content-security-policy"])
    assert len(digests) == len(re.findall(r"<script>", told)) == 2


def test_a_section_that_does_not_exist_is_refused_with_those_that_do():
    got = ask("/report.html?sections=flow.nothing", host="host.example")
    assert got.status == 400
    assert b"'nothing'" in got.meant
    assert all(path.encode() in got.meant for path, question in QUESTIONS.items() if not question.bare)


@pytest.mark.parametrize(
    ("bound", "of", "work"), [("REPORTS", "report_page", "_report"), ("TWINS", "page_twin", "_twin")]
)
def test_too_much_that_takes_long_is_refused_and_then_done_again(monkeypatch, bound, of, work):
    """All that the server answers shares its threads: neither reports nor twins may take them all."""
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(request):
        begun.release()
        go.wait(30)
        return PlainTextResponse("made")

    monkeypatch.setattr(server, work, slow)
    bounded, ask_for = getattr(server, bound), getattr(server, of)
    with ThreadPoolExecutor(bounded.most) as viewers:
        waiting = [viewers.submit(ask_for, None) for _ in range(bounded.most)]
        assert begun.acquire(timeout=30)
        while bounded.asked._value:  # until each of them has asked
            assert not go.wait(0.01)
        refused = ask_for(None)
        go.set()
        assert all(viewer.result(30).body == b"made" for viewer in waiting)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "60"
    assert f"{bounded.most} {bounded.what}".encode() in refused.body
    assert ask_for(None).status_code == 200
    assert server.TWINS.most + server.REPORTS.most < 40  # the threads that requests share


def test_a_request_that_computes_too_long_ends_and_says_so(monkeypatch):
    def endless(request):
        while True:
            step(0.1, "what nobody can stop")

    monkeypatch.setattr(server, "LONGEST", 0.05)
    monkeypatch.setattr(server, "_twin", endless)
    refused = server.page_twin(None)
    assert refused.status_code == 503
    assert b"takes longer than 0.05 s" in refused.body


def test_a_page_without_an_answer_under_the_trials_own_defaults_stops_no_server(monkeypatch):
    """Such a trial opens: the page says why there is no answer, and the others are warm."""
    asked_for = []

    def refused(of, assumptions):
        asked_for.append(of.spec.key)
        raise Refusal("rho: 0.9 with icc 0.0")

    monkeypatch.setitem(server.QUESTIONS, "flow", replace(server.QUESTIONS["flow"], answer=refused))
    monkeypatch.setattr(server.gc, "freeze", lambda: None)
    server.warm()
    assert asked_for
