"""Workers: results in order, stopped at once, nothing lost with a worker that dies, started under any `__main__`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, islice
from math import factorial, sqrt
from pathlib import Path
from typing import Any

import pytest

from lib.design import workers as module
from lib.design.paired_kernels import PairedT
from lib.design.simulate import simulate
from lib.design.workers import AHEAD, MOST_LOSSES, Workers, asked, processes, serial
from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a condition counts as never met."""
KERNEL = PairedT(n=40, effect=0.4, sd=1.0, alpha=0.05, sides=2)


def wait_until(condition: Callable[[], object], wanted: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {wanted}"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether the process runs: neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Watched(module._Pooled):
    """Processes, with the pools that were started and the futures that were handed out."""

    def __init__(self, count: int) -> None:
        super().__init__(self._watched)
        self.count = count
        self.started: list[module._Pool] = []
        self.futures: list[Future[Any]] = []

    def _watched(self) -> module._Pool:
        pool = module._process_pool(self.count)
        submit = pool.executor.submit

        def kept(*arguments: Any) -> Future[Any]:
            self.futures.append(submit(*arguments))
            return self.futures[-1]

        pool.executor.submit = kept  # type: ignore[method-assign, assignment]
        self.started.append(pool)
        return pool

    def processes(self) -> list[int]:
        """Those of the pool that is in use."""
        return list(self.started[-1].executor._processes or {})  # type: ignore[attr-defined]


@pytest.fixture
def two() -> Iterator[Watched]:
    made = Watched(2)
    yield made
    made.close()


@pytest.fixture(params=["serial", "processes"])
def either(request: pytest.FixtureRequest) -> Iterator[Workers]:
    made = serial() if request.param == "serial" else processes(2)
    yield made
    made.close()


# ---- in order


def test_results_come_in_the_order_of_the_items(either: Workers) -> None:
    # the first items take longest
    items = [*range(20_000, 0, -2_000), *range(30)]
    assert [result.bit_length() for result in either.map_in_order(factorial, items, "counting")] == [
        factorial(item).bit_length() for item in items
    ]


def test_there_may_be_no_items(either: Workers) -> None:
    assert list(either.map_in_order(sqrt, [], "nothing")) == []


def test_endless_items_are_taken_a_few_ahead(either: Workers) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in count():
            taken.append(item)
            yield item

    results = either.map_in_order(sqrt, items(), "rooting", share=lambda: 0.5)
    assert list(islice(results, 9)) == [sqrt(item) for item in range(9)]
    results.close()
    assert 9 <= len(taken) <= 9 + 2 * AHEAD


def test_an_error_in_the_work_is_told(either: Workers) -> None:
    results = either.map_in_order(sqrt, [4, -1, 9], "rooting")
    assert next(results) == 2
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        next(results)
    assert list(either.map_in_order(sqrt, [4], "rooting")) == [2]


def test_progress_is_the_share_of_the_items(either: Workers) -> None:
    heard: list[tuple[float, str]] = []
    with heard_by(Listener(lambda share, what: heard.append((share, what)), lambda: False)):
        assert len(list(either.map_in_order(sqrt, range(4), "rooting"))) == 4
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert set(shares) == {0, 0.25, 0.5, 0.75, 1}
    assert {what for _, what in heard} == {"rooting"}


def test_threads_share_the_workers(two: Watched) -> None:
    def mine(start: int) -> list[float]:
        return list(two.map_in_order(sqrt, range(start, start + 50), "rooting"))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(mine, range(8))) == [[sqrt(item) for item in range(at, at + 50)] for at in range(8)]


# ---- stopped


def test_stopped_at_once_while_an_item_is_at_work(two: Watched) -> None:
    heard: list[float] = []
    began = time.monotonic()
    with (
        heard_by(Listener(lambda share, what: heard.append(share), lambda: len(heard) == 3)),
        pytest.raises(Stopped, match="sleeping"),
    ):
        list(two.map_in_order(time.sleep, [PATIENCE] * 8, "sleeping"))
    assert time.monotonic() - began < PATIENCE / 2
    assert len(two.futures) == 2 * AHEAD
    assert two.futures[-1].cancelled()
    assert not two.futures[0].done()  # nobody waits for it; the process ends with the test
    for pid in two.processes():
        os.kill(pid, signal.SIGKILL)
    assert list(two.map_in_order(sqrt, [4], "rooting")) == [2]


def test_closed_workers_tell_whoever_waits_that_it_stopped() -> None:
    closed = processes(1)
    results = closed.map_in_order(sqrt, range(100), "rooting")
    assert next(results) == 0
    closed.close()
    with pytest.raises(Stopped, match="rooting"):
        list(results)
    with pytest.raises(Stopped, match="again"):
        list(closed.map_in_order(sqrt, [1], "again"))


def test_close_leaves_no_process_behind() -> None:
    made = processes(2)
    pids = set(made.map_in_order(os_pid, range(8), "asking"))
    assert os.getpid() not in pids
    assert all(map(is_alive, pids))
    made.close()
    assert not any(map(is_alive, pids))


def os_pid(_: object) -> int:
    return os.getpid()


# ---- lost workers


class Killing:
    """Items, before some of which all worker processes are killed, so that none of them can do the rest."""

    def __init__(self, pool: Watched, items: int, at: set[int]) -> None:
        self.pool, self.items, self.at = pool, items, at

    def __iter__(self) -> Iterator[int]:
        for item in range(self.items):
            if item in self.at:
                for pid in self.pool.processes():
                    os.kill(pid, signal.SIGKILL)
            yield item


def test_a_killed_worker_loses_nothing(two: Watched) -> None:
    results = list(two.map_in_order(sqrt, Killing(two, 60, {9, 50}), "rooting", share=lambda: 0.0))
    assert results == [sqrt(item) for item in range(60)]
    assert len(two.started) == 3


def test_killed_under_load_the_answer_is_that_of_one_process(two: Watched) -> None:
    expected = simulate(KERNEL, 3, 0.003)
    kills = 0

    def told(share: float, what: str) -> None:
        nonlocal kills
        if share > (kills + 1) / 5 and len(two.started) == kills + 1:
            pool: Any = two.started[-1].executor
            os.kill(two.processes()[-1], signal.SIGKILL)
            # else the survivor may finish all the batches before anybody learns of the death
            wait_until(lambda: pool._broken, "the pool to break")
            kills += 1

    with heard_by(Listener(told, lambda: False)):
        assert simulate(KERNEL, 3, 0.003, workers=two) == expected
    assert kills >= 1
    assert len(two.started) >= 2


def test_several_viewers_lose_nothing_and_rebuild_once(two: Watched) -> None:
    ready = threading.Barrier(4)

    def viewer(_: int) -> list[float]:
        results = two.map_in_order(slow_root, range(12), "rooting")
        first = next(results)
        if ready.wait(PATIENCE) == 0:
            os.kill(two.processes()[0], signal.SIGKILL)
        return [first, *results]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(viewer, range(4))) == [[sqrt(item) for item in range(12)]] * 4
    assert len(two.started) == 2


def slow_root(item: int) -> float:
    time.sleep(0.02)
    return sqrt(item)


def test_an_item_that_kills_its_worker_is_refused_in_the_end() -> None:
    made = processes(1)
    with pytest.raises(Refusal, match=f"leaving: the worker died {MOST_LOSSES + 1} times in a row"):
        list(made.map_in_order(os._exit, [1], "leaving"))
    assert list(made.map_in_order(sqrt, [4], "rooting")) == [2]  # the others are not lost with it
    made.close()


# ---- the process itself


def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own, in which warnings are errors."""
    return subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )


MAIN = """
    import sys, types
    main = types.ModuleType("__main__")
    main.__file__ = {path!r}
    sys.modules["__main__"] = main  # as Streamlit does before each run

    from lib.design.workers import close, workers
    from tests.design.test_workers import loaded

    print(*workers().map_in_order(loaded, ["streamlit", "lib.app.frame", "lib.design.workers"], "asking"))
    close()
"""


def loaded(name: str) -> bool:
    return name in sys.modules


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("lib/app/shell.py", "False False True"), ("dashboard.py", "True True True")],
)
def test_workers_answer_under_the_script_that_streamlit_runs(path: str, wanted: str) -> None:
    # `make run` has shell.py as __main__, and its workers stay without Streamlit; a plain host has dashboard.py
    done = run(MAIN.format(path=str(ROOT / path)), PILOTLIGHT_WORKERS="1")
    assert done.stdout.strip() == wanted, done.stderr
    assert done.stderr == ""


def test_a_server_that_ends_without_a_word_leaves_no_worker_and_no_complaint() -> None:
    done = run(
        """
        from lib.design.workers import workers
        from tests.design.test_workers import os_pid

        print(*set(workers().map_in_order(os_pid, range(6), "asking")))
        """,
        PILOTLIGHT_WORKERS="2",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not any(is_alive(int(pid)) for pid in done.stdout.split())


def test_workers_end_with_a_server_that_was_killed() -> None:
    done = run(
        """
        import os, signal
        from lib.design.workers import workers
        from tests.design.test_workers import os_pid

        print(*set(workers().map_in_order(os_pid, range(6), "asking")), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        PILOTLIGHT_WORKERS="2",
    )
    assert done.returncode == -signal.SIGKILL
    pids = [int(pid) for pid in done.stdout.split()]
    assert pids
    wait_until(lambda: not any(map(is_alive, pids)), "the end of the workers")


def test_each_worker_takes_one_core() -> None:
    script = """
        from lib.design.workers import close, workers
        from tests.design.test_workers import threads_of_numpy

        print(*workers().map_in_order(threads_of_numpy, [0], "asking"))
        close()
    """
    done = run(script, PILOTLIGHT_WORKERS="1")
    assert done.stdout.strip() == "1", done.stderr


def threads_of_numpy(_: object) -> int:
    import numpy  # noqa: F401  # brings the library along
    from threadpoolctl import threadpool_info

    return max(found["num_threads"] for found in threadpool_info())


def test_workers_of_the_process_are_the_same_until_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(module.DASK, raising=False)
    monkeypatch.setenv(module.WORKERS, "1")
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: id(module.workers()), range(50)))
    assert len(found) == 1
    first = module.workers()
    module.close()
    assert module.workers() is not first
    module.close()


# ---- what is asked for


def size_of(found: Any) -> int:
    pool = found._start()
    try:
        return int(pool.size())
    finally:
        pool.close(True)


@pytest.mark.parametrize(("environment", "expected"), [({}, os.cpu_count()), ({module.WORKERS: " 3 "}, 3)])
def test_as_many_processes_as_asked_or_cores(environment: dict[str, str], expected: int) -> None:
    assert size_of(asked(environment)) == expected


@pytest.mark.parametrize("text", ["0", "-1", "many", "62", "1.5"])
def test_no_number_of_processes_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"PILOTLIGHT_WORKERS: .* given; wanted a number of processes from 1 to 61"):
        asked({module.WORKERS: text})
