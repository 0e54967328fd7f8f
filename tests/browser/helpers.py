"""What browser tests share: hosts of the app, a finished page, its controls and its text."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from lib.app.shelf import ENVIRONMENT, ROOT
from lib.assumptions import CONTROLS, NOBODY, VERSION_KEY, Control, read, validated, value
from lib.questions.registry import QUESTIONS
from lib.trial.folder import read_trial
from lib.trial.model import Trial

T = TypeVar("T")
PAGES = list(QUESTIONS)
FRAMED = [path for path, question in QUESTIONS.items() if not question.bare]
"""The pages with everything that the frame puts around them."""
PATIENCE = 60.0
"""Seconds after which a condition counts as never met; nothing is measured against it."""

HOSTS: dict[str, Callable[[int], list[str]]] = {
    "streamlit": lambda port: ["-m", "streamlit", "run", "dashboard.py", f"--server.port={port}"],
    "uvicorn": lambda port: ["-m", "uvicorn", "dashboard:app", "--host=127.0.0.1", f"--port={port}"],
    "plain": lambda port: ["tests/browser/plain_host.py", str(port)],
}


@dataclass(frozen=True)
class Server:
    """One process that serves the app, and where it logs."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End the process, politely first."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(kind: str, log: Path, trial: Path | None = None) -> Server:
    """The app on a free port, healthy; `trial` is the folder that it offers first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: text for key, text in os.environ.items() if key != ENVIRONMENT}
    environment |= {"STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"}
    environment |= {ENVIRONMENT: str(trial)} if trial else {}
    command = [sys.executable, *HOSTS[kind](port)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until(lambda: process.poll() is not None or _healthy(server), "a healthy server", pause=0.1)
        assert process.poll() is None, f"{kind} ended at once:\n{log.read_text()}"
    except BaseException:
        server.stop()
        raise
    return server


def _healthy(server: Server) -> bool:
    try:
        return get(f"{server.url}/_stcore/health")[0] == 200
    except (URLError, OSError):
        return False


def get(url: str, accept: str = "*/*") -> tuple[int, Mapping[str, str], str]:
    """Status, headers and text of a plain HTTP request."""
    try:
        with urlopen(Request(url, headers={"Accept": accept}), timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def wait_until(condition: Callable[[], Any], wanted: str, pause: float = 0.05) -> None:
    """Poll until the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {wanted}"
        time.sleep(pause)


def wait_for(page: Page, look: Callable[[], T], wanted: T) -> None:
    """Poll, letting the browser work, until `look` gives what is wanted; then let the run end and look again."""
    end = time.monotonic() + PATIENCE
    while look() != wanted and time.monotonic() < end:
        page.wait_for_timeout(50)
    settle(page)
    assert look() == wanted


def steady(page: Page, look: Callable[[], T], times: int = 10) -> T:
    """What `look` gives once it gave the same, with no run under way, so many times in a row."""
    end = time.monotonic() + PATIENCE
    seen = [look()]
    while len(seen) < times:
        assert time.monotonic() < end, f"never steady: {seen}"
        page.wait_for_timeout(50)
        settle(page)
        now = look()
        seen = [*seen, now] if now == seen[-1] else [now]
    return seen[-1]


@cache
def trial(folder: Path = ROOT / "data/winter2020") -> Trial:
    """The trial of a server that was given this folder, or none."""
    return validated(read_trial(folder))


# --- a page ----------------------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """What a page asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Listen to the page from now on."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its own endpoints under the page's path first
        probe = re.search(r"/_stcore/(health|host-config)$", message.location["url"])
        if message.type == "error" and not (probe and "404" in message.text):
            self.complaints.append(f"console: {message.text} {message.location['url']}")


def address(path: str, query: Mapping[str, str] | None = None) -> str:
    """Path and query of a link."""
    return f"/{path}?{urlencode(query or {})}"


def open_page(page: Page, server: Server, path: str, query: Mapping[str, str] | None = None) -> None:
    """Follow a link into the app and wait until the page is drawn to its end."""
    page.goto(server.url + address(path, query))
    ready(page, path)


def ready(page: Page, path: str) -> None:
    """Wait for this page's own title and for its end, then check that it is whole."""
    framed = path in FRAMED
    expect(page.locator("h1")).to_have_text(QUESTIONS[path].title if framed else re.compile(r"\S"))
    name = re.escape(QUESTIONS[path].title)
    expect(page).to_have_title(re.compile(rf"^{name}( · .+)? · Pilotlight$"))  # what differs is part of its name
    settle(page)
    stamp = main(page).locator("p").filter(has_text=re.compile(r"^Pilotlight \S+ · data \w+ · "))
    if framed:
        expect(stamp).to_be_visible()
    expect(page.locator(".st-key-navigation a")).to_have_count(len(FRAMED) if framed else 0)
    expect(page.locator("[data-testid=stPlotlyChart]:not(:has(.js-plotly-plot .main-svg))")).to_have_count(0)
    sound(page)


def settle(page: Page) -> None:
    """Wait until no run is under way and nothing of an earlier one is left."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.locator("[data-stale=true], [data-testid=stSkeleton], .st-key-computing")).to_have_count(0)


def sound(page: Page) -> None:
    """No exception and no dialog, 'Page not found' being one."""
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def main(page: Page) -> Locator:
    """The page without its sidebar."""
    return page.locator("[data-testid=stMain]")


def text(page: Page) -> str:
    """The text of the page, as a reader sees it, in single spaces; without the downloads, which a plain host lacks."""
    return " ".join(main(page).inner_text().split()).replace("Download SVG PNG ", "")


def query(page: Page) -> dict[str, str]:
    """The parameters in the address bar."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def go(page: Page, path: str) -> None:
    """Click the link of another page in the frame."""
    page.locator(".st-key-navigation").get_by_role("link", name=QUESTIONS[path].title, exact=True).click()
    ready(page, path)


# --- controls --------------------------------------------------------------------------------------------------------

SHOWN = """keys => Object.fromEntries(keys.flatMap(key => {
    const widget = document.querySelector(`.st-key-${key}`)
    if (!widget) return []
    const field = widget.querySelector('input')
    const pressed = [...widget.querySelectorAll('[aria-pressed=true]')].map(pill => pill.innerText.trim())
    return [[key, field ? field.value : pressed.join('.') || 'none']]
}))"""


def shown(page: Page) -> dict[str, str]:
    """Link key → what the control of that key shows, for every control on the page."""
    return page.evaluate(SHOWN, list(CONTROLS))


def wanted(path: str, query: Mapping[str, str], trial: Trial) -> dict[str, str]:
    """Link key → what the control should show on a page with this query, for every control that is of use there."""
    assumptions = read(query, trial).assumptions
    texts = {}
    for key in QUESTIONS[path].drawn:
        control, chosen = CONTROLS[key], value(assumptions, key)
        alone = control.kind == "choice" and len(control.choices(trial)) < 2
        if not alone and control.kind != "plans" and control.matters(trial, assumptions):
            texts[key] = _in_its_widget(control, chosen, trial)
    return texts


def _in_its_widget(control: Control, chosen: Any, trial: Trial) -> str:
    if control.kind == "choice":
        return control.describe(chosen, trial)
    if control.kind == "printed":
        return "" if chosen == NOBODY else control.format(chosen)
    return control.format(chosen).replace("_", " ") if control.kind == "list" else control.format(chosen)


def set_control(page: Page, key: str, link_text: str, trial: Trial) -> None:
    """Give a control the value of this link text, by mouse and keyboard, and wait until the address says so."""
    ACTIONS[CONTROLS[key].kind](page, key, link_text, trial)
    default = wanted_default(key, trial)
    wait_for(page, lambda: query(page).get(key, default), link_text)


def wanted_default(key: str, trial: Trial) -> str:
    """The link text of a control's default."""
    return CONTROLS[key].format(value(read({}, trial).assumptions, key))


def unfold(page: Page, box: Locator) -> None:
    """Open a list. Scrolling closes one that is open, so the box is brought into sight before, and seen there."""
    box.scroll_into_view_if_needed()
    page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    box.click()


def _choose(page: Page, key: str, link_text: str, trial: Trial) -> None:
    box, label = page.locator(f".st-key-{key} [role=combobox]"), CONTROLS[key].describe(link_text, trial)
    unfold(page, box)
    if len(CONTROLS[key].choices(trial)) > MANY:
        box.press_sequentially(label)  # a long list draws only what is in sight: typing finds the rest
    page.get_by_role("option", name=label, exact=True).click()


def _press_pills(page: Page, key: str, link_text: str, trial: Trial) -> None:
    before = shown(page)[key].split(".")
    for choice in CONTROLS[key].choices(trial):
        if (choice.value in before) != (choice.value in link_text.split(".")):
            page.locator(f".st-key-{key}").get_by_role("button", name=choice.value, exact=True).click()


def _type(page: Page, key: str, link_text: str, trial: Trial) -> None:
    box = page.locator(f".st-key-{key} input")
    box.fill(link_text)
    box.press("Enter")


def _slide(page: Page, key: str, link_text: str, trial: Trial) -> None:
    thumb = page.locator(f".st-key-{key} input[type=range]")
    thumb.focus()
    steps = int(link_text) - int(thumb.input_value())
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


ACTIONS: dict[str, Callable[[Page, str, str, Trial], None]] = {
    "choice": _choose,
    "set": _press_pills,
    "real": _type,
    "list": _type,
    "printed": _type,
    "whole": _slide,
}

MANY = 7
"""Choices that a list shows without scrolling."""

LINK = {
    VERSION_KEY: "1",
    "outcome": "pga",
    "rater": "observer",
    "test": "sign-flip",
    "n": "31",
    "show": "2",
    "who": "1.2.3",
    "rho": "0.3",
}
"""A link with something of every page in it."""
