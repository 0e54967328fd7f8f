"""A Dask cluster in the place of processes: a scheduler and two workers on this machine, some of which are killed."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from math import sqrt
from pathlib import Path
from socket import AF_INET, socket
from threading import Thread

import pytest

from lib.design import workers as module
from lib.design.paired_kernels import PairedT
from lib.design.simulate import simulate
from lib.design.workers import DASK, WORKERS, Workers, asked, dask
from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a condition counts as never met."""
KERNEL = PairedT(n=40, effect=0.4, sd=1.0, alpha=0.05, sides=2)


class Cluster:
    """A scheduler on a free port of this machine, and workers of one thread each, none of which comes back."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "dask.log"
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.scheduler = self._started("--host=127.0.0.1", "--port=0")
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"])

    def restart(self) -> None:
        """Another scheduler at the address of one that ended, with two workers."""
        address = self.address
        self.stop()
        self.file.unlink()
        self.scheduler = self._started(f"--host={address}")
        self.ready()

    def _started(self, *options: str) -> subprocess.Popen[bytes]:
        scheduler = self._start("scheduler", *options, "--no-dashboard", "--no-show")
        self._wait(self.file.exists, "a scheduler")
        return scheduler

    def grow(self) -> None:
        """One more worker."""
        local = f"--local-directory={self.folder / str(len(self.workers))}"
        self.workers.append(
            self._start("worker", "--host=127.0.0.1", "--no-nanny", "--nthreads=1", local, "--no-dashboard")
        )

    def ready(self) -> Cluster:
        """Two workers that live and are known to the scheduler."""
        while sum(worker.poll() is None for worker in self.workers) < 2:
            self.grow()
        return self

    def stop(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", f"--scheduler-file={self.file}", *options]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

    def _wait(self, condition: Callable[[], object], wanted: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {wanted}:\n{self.log.read_text()}"
            time.sleep(0.02)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that a busy machine starts late are waited for."""
    monkeypatch.setattr(module, "PATIENCE", PATIENCE)


def connections() -> list[socket]:
    """The open connections of this process."""
    return [item for item in gc.get_objects() if type(item) is socket and item.family == AF_INET and item.fileno() >= 0]


@pytest.fixture(autouse=True)
def blamed_on_nobody() -> Iterator[None]:
    """Dask leaves connections to a scheduler that was killed to the garbage collector, which may run in any later
    test: they are closed here.
    """
    before = {id(item) for item in connections()}
    yield
    for item in connections():
        if id(item) not in before:
            item.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("dask"))
    yield made
    made.stop()


@pytest.fixture
def two(cluster: Cluster) -> Iterator[Workers]:
    made = dask(cluster.ready().address)
    yield made
    made.close()


def pid(_: object) -> int:
    return os.getpid()


def test_results_come_in_order_from_the_cluster(two: Workers, cluster: Cluster) -> None:
    assert list(two.map_in_order(sqrt, range(60), "rooting")) == [sqrt(item) for item in range(60)]
    pids = set(two.map_in_order(pid, range(20), "asking"))
    assert pids <= {worker.pid for worker in cluster.workers}


def test_the_answer_is_that_of_one_process(two: Workers) -> None:
    assert simulate(KERNEL, 3, 0.005, workers=two) == simulate(KERNEL, 3, 0.005)


def test_endless_items_are_taken_a_few_ahead_and_errors_told(two: Workers) -> None:
    results = two.map_in_order(sqrt, iter(int, 1), "rooting", share=lambda: 0.5)  # zeros without end
    assert list(islice(results, 9)) == [0.0] * 9
    results.close()
    with pytest.raises(ValueError, match="math domain error"):
        list(two.map_in_order(sqrt, [4, -1], "rooting"))


def test_stopped_at_once(two: Workers) -> None:
    heard: list[float] = []
    began = time.monotonic()
    with (
        heard_by(Listener(lambda share, what: heard.append(share), lambda: len(heard) == 4)),
        pytest.raises(Stopped, match="sleeping"),
    ):
        list(two.map_in_order(time.sleep, [1.0] * 100, "sleeping"))
    assert time.monotonic() - began < 30
    assert list(two.map_in_order(sqrt, [4], "rooting")) == [2]


def test_a_worker_killed_under_load_loses_nothing(two: Workers, cluster: Cluster) -> None:
    expected = simulate(KERNEL, 4, 0.003)
    known = set(two.map_in_order(pid, range(40), "asking"))
    victim = next(worker for worker in cluster.workers if worker.pid in known)

    def told(share: float, what: str) -> None:
        if share > 0.3 and victim.poll() is None:
            victim.kill()

    with heard_by(Listener(told, lambda: False)):
        assert simulate(KERNEL, 4, 0.003, workers=two) == expected
    assert victim.wait(PATIENCE) == -signal.SIGKILL


def test_an_item_that_kills_its_workers_is_refused_in_the_end(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LOSSES", 1)  # Dask itself tries each time on four workers
    made = dask(cluster.ready().address)
    ended = False

    def replace_the_dead() -> None:
        while not ended:
            cluster.ready()
            time.sleep(0.05)

    thread = Thread(target=replace_the_dead)
    thread.start()
    try:
        with pytest.raises(Refusal, match="leaving: the worker died 2 times in a row"):
            list(made.map_in_order(os._exit, [1], "leaving"))
        assert list(made.map_in_order(sqrt, [4], "rooting")) == [2]
    finally:
        ended = True
        thread.join()
        made.close()


def test_the_environment_names_the_scheduler(cluster: Cluster) -> None:
    made = asked({DASK: f" {cluster.ready().address} ", WORKERS: "many"})
    assert set(made.map_in_order(pid, range(4), "asking")) <= {worker.pid for worker in cluster.workers}
    made.close()
    with pytest.raises(Stopped):
        next(made.map_in_order(pid, range(4), "asking"))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://here", "127.0.0.1"])
def test_a_scheduler_that_does_not_answer_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    made = dask(address)
    began = time.monotonic()
    for _ in range(2):  # it is asked again each time
        with pytest.raises(Refusal, match=f"PILOTLIGHT_DASK: '{address}' given; wanted .* No sign of a scheduler"):
            next(made.map_in_order(sqrt, [4], "rooting"))
    assert time.monotonic() - began < 20
    made.close()


def test_a_scheduler_without_workers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 2)
    empty = Cluster(tmp_path)
    try:
        with pytest.raises(Refusal, match="No sign of a worker in 2 seconds"):
            next(dask(empty.address).map_in_order(sqrt, [4], "rooting"))
    finally:
        empty.stop()


def test_a_scheduler_that_comes_back_is_found(tmp_path: Path) -> None:
    first = Cluster(tmp_path).ready()
    made = dask(first.address)
    try:
        results = made.map_in_order(sqrt, range(200), "rooting")
        assert next(results) == 0
        first.restart()
        assert list(results) == [sqrt(item) for item in range(1, 200)]
    finally:
        made.close()
        first.stop()


def test_a_scheduler_that_dies_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Cluster(tmp_path).ready()
    made = dask(short.address)
    try:
        results = made.map_in_order(sqrt, range(1000), "rooting")
        assert next(results) == 0
        monkeypatch.setattr(module, "PATIENCE", 2)
        short.scheduler.kill()
        with pytest.raises(Refusal, match="No sign of a scheduler"):
            list(results)
        with pytest.raises(Refusal, match="No sign of a scheduler"):
            list(made.map_in_order(sqrt, range(9), "rooting"))
    finally:
        made.close()
        short.stop()


def test_a_missing_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refusal, match="wanted the package distributed beside it, which is not installed"):
        next(dask("tcp://127.0.0.1:1").map_in_order(sqrt, [4], "rooting"))
