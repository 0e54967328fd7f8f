"""The press: one kept browser, a queue with places, and nothing left of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import plotly.graph_objects as go
import pytest

from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.report.drawing import browser as press_browser
from lib.report.drawing import press as press_module
from lib.report.drawing import room as room_module
from lib.report.drawing.press import Press, browser

ROOT = Path(__file__).parents[2]
FIGURE = go.Figure(go.Scatter(y=[1, 2, 3]), {"font": {"family": "Liberation Sans, Arial"}})
SIGNS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}
LONG = 60.0
"""Seconds after which a condition that is awaited counts as never met."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where all temporary files of this module's browsers go; its name is short, as Chromium's socket needs."""
    tmp_path_factory.getbasetemp()  # pytest's own stay elsewhere
    with pytest.MonkeyPatch.context() as patch:
        made = Path(tempfile.mkdtemp(prefix="press-"))
        patch.setattr(tempfile, "tempdir", str(made))
        patch.setenv("TMPDIR", str(made))
        yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def proxy() -> Iterator[list[bytes]]:
    """What would leave: the first line of each request that the proxy of these browsers is sent, and refuses."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(press_browser, "NOWHERE", f"127.0.0.1:{server.getsockname()[1]}")
        Thread(target=_refuse, args=(server, asked), daemon=True).start()
        yield asked
        server.shutdown(socket.SHUT_RDWR)


def _refuse(server: socket.socket, asked: list[bytes]) -> None:
    while True:
        try:
            caller, _ = server.accept()
        except OSError:  # closed
            return
        with caller:
            asked.append(caller.recv(4096).split(b"\r\n")[0])


@pytest.fixture(scope="module")
def kept(folder: Path, proxy: list[bytes]) -> Iterator[Press]:
    """One press for all tests that leave it as it was."""
    made = Press()
    yield made
    made.close()
    assert not list(folder.iterdir())


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def draw(press: Press, kind: press_module.Kind = "svg", scale: float = 1.0) -> bytes:
    return press.draw(FIGURE, kind, 400, 300, scale)


class Viewer:
    """Somebody who waits for a drawing in a thread of their own, hears how far it is, and may leave."""

    def __init__(self, press: Press, threads: ThreadPoolExecutor) -> None:
        self.heard: list[str] = []
        self.gone = Event()
        self.drawing: Future[bytes] = threads.submit(self._wait, press)

    def _wait(self, press: Press) -> bytes:
        with heard_by(Listener(lambda share, what: self.heard.append(what), self.gone.is_set)):
            return draw(press)

    def told(self, what: str) -> None:
        """Wait until this is what they are told."""
        until(lambda: self.heard[-1:] == [what], f"{what!r}; heard {self.heard[-1:]}")


def until(met: Callable[[], bool], what: str) -> None:
    given_up = monotonic() + LONG
    while not met():
        assert monotonic() < given_up, f"never came: {what}"
        sleep(0.01)


def wrapper(folder: Path) -> int:
    """The process that leads the browser's group."""
    for place in Path("/proc").glob("[0-9]*"):
        words = _words(place)
        if any(word.startswith(f"--user-data-dir={folder}") for word in words) and "_wrapper.py" in words[1]:
            return int(place.name)
    raise AssertionError("no browser runs")


def _words(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text().split("\0")
    except OSError:  # gone meanwhile
        return []


@pytest.fixture
def paused(kept: Press, folder: Path) -> Iterator[int]:
    """The browser stands still, so that whoever comes waits; it goes on afterwards."""
    draw(kept)
    group = wrapper(folder)
    os.killpg(group, signal.SIGSTOP)
    yield group
    os.killpg(group, signal.SIGCONT)


def test_the_browser_starts_when_first_needed(kept: Press, folder: Path, threads: ThreadPoolExecutor) -> None:
    assert not list(folder.iterdir())
    viewer = Viewer(kept, threads)
    viewer.told("starting the browser that draws figures")
    assert viewer.drawing.result(LONG).startswith(b"<svg")
    assert wrapper(folder)


@pytest.mark.parametrize("kind", list(SIGNS))
def test_each_kind_is_drawn(kept: Press, kind: press_module.Kind) -> None:
    assert draw(kept, kind).startswith(SIGNS[kind])


def test_one_browser_draws_everything_and_its_files_do_not_pile_up(kept: Press, folder: Path) -> None:
    draw(kept)
    process, before, size = wrapper(folder), sorted(folder.iterdir()), _size(folder)
    for kind in ("png", "pdf", "svg", "png"):
        draw(kept, kind, 4.0)
    assert wrapper(folder) == process
    assert sorted(folder.iterdir()) == before
    assert _size(folder) < size + 200_000


def test_a_browser_that_nobody_wants_any_more_ends_and_another_starts_when_wanted(
    kept: Press, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(room_module, "IDLE", 0.01)
        draw(kept)
        until(lambda: not list(folder.iterdir()), "the end of the browser and of its files")
    with pytest.raises(AssertionError, match="no browser runs"):
        wrapper(folder)
    assert draw(kept).startswith(b"<svg")
    assert wrapper(folder)


def _size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_figure_asks_nobody_and_a_picture_in_it_gets_no_further_than_the_proxy(
    kept: Press, proxy: list[bytes]
) -> None:
    assert "http" not in press_browser._page()
    draw(kept)
    assert not [line for line in proxy if b"plot" in line or b"mathjax" in line.lower()]
    linked = go.Figure(FIGURE)
    linked.add_layout_image(source="http://192.0.2.1/picture.png", x=0, y=1, sizex=1, sizey=1, xref="paper")
    kept.draw(linked, "svg", 400, 300, 1.0)
    assert b"GET http://192.0.2.1/picture.png HTTP/1.1" in proxy


def test_threads_are_served_by_the_same_browser(kept: Press, folder: Path, threads: ThreadPoolExecutor) -> None:
    draw(kept)
    process = wrapper(folder)
    drawings = [future.result() for future in [threads.submit(draw, kept) for _ in range(4)]]
    assert all(drawing.startswith(b"<svg") for drawing in drawings)
    assert wrapper(folder) == process
    assert kept.waiting == 0


def test_who_waits_hears_the_place_and_moves_up_when_somebody_leaves(
    kept: Press, paused: int, threads: ThreadPoolExecutor
) -> None:
    viewers = []
    for expected in ("drawing a figure", *(f"waiting to be drawn, place {n} of {n}" for n in (1, 2, 3))):
        viewers.append(Viewer(kept, threads))
        viewers[-1].told(expected)
    assert kept.waiting == 3
    viewers[2].told("waiting to be drawn, place 2 of 3")
    viewers[2].gone.set()
    with pytest.raises(Stopped):
        viewers[2].drawing.result(LONG)
    viewers[3].told("waiting to be drawn, place 2 of 2")
    viewers[0].gone.set()  # leaves in the middle of the drawing, which goes on without
    with pytest.raises(Stopped):
        viewers[0].drawing.result(LONG)
    os.killpg(paused, signal.SIGCONT)
    for viewer in (viewers[1], viewers[3]):
        assert viewer.drawing.result(LONG).startswith(b"<svg")
    assert kept.waiting == 0


def test_a_full_queue_refuses_and_names_its_limit(
    kept: Press, paused: int, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_module, "WAITING", 2)
    viewers = [Viewer(kept, threads)]
    viewers[0].told("drawing a figure")
    for n in (1, 2):
        viewers.append(Viewer(kept, threads))
        viewers[-1].told(f"waiting to be drawn, place {n} of {n}")
    with pytest.raises(Refusal, match="2 figures wait to be drawn for a file, and the limit is 2; one more was wanted"):
        draw(kept)
    os.killpg(paused, signal.SIGCONT)
    assert all(viewer.drawing.result(LONG) for viewer in viewers)
    assert draw(kept)


def test_a_browser_that_is_killed_or_hangs_is_followed_by_another_and_leaves_nothing(
    folder: Path, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, kept: Press
) -> None:
    # killed while it draws: the drawing is begun again
    draw(kept)
    before = set(folder.iterdir())
    group = wrapper(folder)
    os.killpg(group, signal.SIGSTOP)
    viewer = Viewer(kept, threads)
    viewer.told("drawing a figure")
    os.killpg(group, signal.SIGKILL)
    assert viewer.drawing.result(LONG).startswith(b"<svg")
    assert before.isdisjoint(folder.iterdir())

    # hangs: given up after the stated time, and gone with its files
    monkeypatch.setattr(press_browser, "PATIENCE", 1.0)
    os.killpg(wrapper(folder), signal.SIGSTOP)
    with pytest.raises(Refusal, match="A drawing took longer than 1 s and was given up"):
        draw(kept)
    assert not list(folder.iterdir())

    monkeypatch.undo()
    assert draw(kept).startswith(b"<svg")
    assert len(list(folder.glob("pilotlight-press-*"))) == 1


def test_closing_stops_who_waits_and_removes_everything(kept: Press, folder: Path, threads: ThreadPoolExecutor) -> None:
    draw(kept)
    os.killpg(wrapper(folder), signal.SIGSTOP)
    viewers = [Viewer(kept, threads) for _ in range(2)]
    until(lambda: kept.waiting == 1, "one that waits")
    os.killpg(wrapper(folder), signal.SIGCONT)
    kept.close()
    for viewer in viewers:
        assert isinstance(viewer.drawing.exception(LONG), Stopped | None)
    assert any(viewer.drawing.exception() for viewer in viewers)
    assert kept.waiting == 0
    assert not list(folder.iterdir())


def test_the_process_ends_with_nothing_left(folder: Path) -> None:
    code = (
        "import plotly.graph_objects as go\n"
        "from lib.report.drawing.press import press\n"
        "assert press() is press()\n"
        "print(press().draw(go.Figure(), 'svg', 400, 300, 1.0)[:4])\n"
    )
    before = set(folder.iterdir())
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "b'<svg'"
    assert not ran.stderr
    assert set(folder.iterdir()) == before


def test_the_browser_is_named_by_the_environment_or_found_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "google-chrome"
    program.touch(mode=0o755)
    monkeypatch.setattr(press_browser, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert browser() == program
    shell = tmp_path / "chromium-headless-shell"
    shell.touch(mode=0o755)
    assert browser() == shell
    other = tmp_path / "mine"
    other.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(other))
    assert browser() == other
    monkeypatch.setenv("CHROMIUM", "google-chrome")
    assert browser() == program


@pytest.mark.parametrize("name", [name for name in press_browser.NAMES if shutil.which(name)])
def test_every_browser_that_is_here_draws_and_leaves_nothing(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", name)
    press, before = Press(), set(folder.iterdir())
    for kind, sign in SIGNS.items():
        assert press.draw(FIGURE, kind, 400, 300).startswith(sign)
    press.close()
    assert set(folder.iterdir()) == before


def test_without_a_browser_the_refusal_says_what_was_looked_for_and_what_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(press_browser, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert browser() is None
    with pytest.raises(Refusal, match="CHROMIUM names '/nowhere/chromium', which is no program here") as named:
        draw(Press())
    monkeypatch.delenv("CHROMIUM")
    with pytest.raises(
        Refusal, match="looked for chromium-headless-shell, chrome-headless-shell, chromium, chromium-browser"
    ):
        draw(Press())
    assert "save SVG and PNG in your own browser" in str(named.value)


def test_a_program_that_is_no_browser_is_refused_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", "true")
    press, before = Press(), set(folder.iterdir())
    with pytest.raises(Refusal, match=r"The browser that draws figures, .*true, did not start"):
        draw(press)
    assert set(folder.iterdir()) == before
    press.close()


def test_a_png_beyond_what_a_browser_makes_is_refused() -> None:
    with pytest.raises(Refusal, match="40,000 pixels along one side was wanted; a browser makes 16,384 at most"):
        draw(Press(), "png", 100.0)
