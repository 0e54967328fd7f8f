"""Work spread over processes of this machine or a Dask cluster: the standard executors, results in the order of items.

Environment, read in `workers` alone: PILOTLIGHT_WORKERS is the number of processes, as many as cores where it is unset;
PILOTLIGHT_DASK, tcp://host:port, is a Dask scheduler whose workers take their place. Those must be able to import this
project in the same version: they are started in its folder.

A worker that dies loses nothing: whatever it had in hand is done again.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from threading import Lock, Thread
from typing import Any, Generic, Protocol, TypeVar

from lib.errors import Refusal, Stopped
from lib.progress import each, step

Item = TypeVar("Item")
Result = TypeVar("Result")

WORKERS = "PILOTLIGHT_WORKERS"
DASK = "PILOTLIGHT_DASK"

AHEAD = 2
"""Items that are handed out for each worker: one in hand, one waiting, so that several viewers share the workers."""

MOST_LOSSES = 5
"""How often in a row the next item may lose its worker; then the item is at fault, or the machine."""

PATIENCE = 5
"""Seconds in which a Dask scheduler has to answer, and then to have a worker."""

MOST_PROCESSES = 61
"""As many as Windows can wait for."""

_PAUSE = 0.05
"""Seconds between two looks at whether anybody still waits."""


class Workers(Protocol):
    """Whoever does the work."""

    def map_in_order(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        what: str,
        share: Callable[[], float] | None = None,
    ) -> Generator[Result, None, None]:
        """`function` of each item, in the order of the items, as if by `map`.

        Parameters
        ----------
        function
            Pickled by its name: of the top level of a module. It may run twice for an item whose worker was lost, so
            it has to be pure.
        items
            Taken only a few ahead of the results: they may be endless. Pickled, like the results.
        what
            What is being done, in the words that the viewer reads.
        share
            The share of the work that is done, 0 to 1, as often as it is asked; the share of the items by default.

        Raises
        ------
        Stopped
            At once where nobody waits any more; what waits for a worker is taken back. (So it is if the generator is
            closed.)
        Refusal
            If one item lost its worker more than `MOST_LOSSES` times in a row, or there are no workers to be had.
        """

    def close(self) -> None:
        """End the workers; whoever still waits for them is told `Stopped`."""


# ---- this process


class _Serial:
    """The work is done here, when the result is asked for."""

    def map_in_order(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        what: str,
        share: Callable[[], float] | None = None,
    ) -> Generator[Result, None, None]:
        for item in each(tuple(items), what) if share is None else _told(items, what, share):
            yield function(item)

    def close(self) -> None:
        pass


def _told(items: Iterable[Item], what: str, share: Callable[[], float]) -> Generator[Item, None, None]:
    for item in items:
        step(share(), what)
        yield item


# ---- other processes


@dataclass(frozen=True)
class _Pool:
    """An executor, with what is particular to it.

    `size` is the number of items that it works on at a time; `lost` what a future raises if its worker died, and
    `survives` whether the executor can be used after that; `ended` what it raises if it can't be; `connected` whether
    it answers at all, now; `close` ends it, waiting until it has ended or not.
    """

    executor: Executor
    size: Callable[[], int]
    lost: tuple[type[BaseException], ...]
    survives: bool
    ended: tuple[type[Exception], ...]
    connected: Callable[[], bool]
    close: Callable[[bool], None]


@dataclass(frozen=True)
class _Task(Generic[Item, Result]):
    """An item on its way."""

    item: Item
    pool: _Pool
    future: Future[Result]

    def is_lost(self) -> bool:
        """Whether its worker died, or the whole pool is gone."""
        if not self.future.done():
            return not self.pool.connected()
        return self.future.cancelled() or isinstance(self.future.exception(), self.pool.lost)


class _Pooled:
    """Workers elsewhere, started with the first item and anew when they are lost; shared by threads."""

    def __init__(self, start: Callable[[], _Pool]) -> None:
        self._start = start
        self._lock = Lock()
        self._pool: _Pool | None = None
        self._closed = False

    def map_in_order(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        what: str,
        share: Callable[[], float] | None = None,
    ) -> Generator[Result, None, None]:
        if share is None:
            items = tuple(items)
        done, count = 0, len(items) if isinstance(items, tuple) else 0

        def told() -> float:
            return share() if share else done / max(count, 1)

        waiting, window = iter(items), AHEAD * self._current(what).size()
        tasks: deque[_Task[Item, Result]] = deque()
        try:
            while True:
                tasks.extend(self._submitted(function, item, what) for item in islice(waiting, window - len(tasks)))
                if not tasks:
                    break
                yield self._first(tasks, function, what, told)
                done += 1
        finally:
            for task in tasks:
                _take_back(task.future)
        step(told(), what)

    def _first(
        self,
        tasks: deque[_Task[Item, Result]],
        function: Callable[[Item], Result],
        what: str,
        told: Callable[[], float],
    ) -> Result:
        """The result of the first task, which leaves the queue; whatever was lost meanwhile is handed out again."""
        for _ in range(MOST_LOSSES + 1):
            _await(tasks[0], told, what)
            if not tasks[0].is_lost():
                return tasks.popleft().future.result()
            for place, task in enumerate(tasks):
                if task.is_lost():
                    if not task.pool.survives:
                        self._give_up(task.pool)
                    tasks[place] = self._submitted(function, task.item, what)
        raise _lost(what)

    def _submitted(self, function: Callable[[Item], Result], item: Item, what: str) -> _Task[Item, Result]:
        for _ in range(MOST_LOSSES + 1):
            pool = self._current(what)
            try:
                return _Task(item, pool, pool.executor.submit(function, item))
            except pool.ended:  # it broke, or another thread gave it up, after we were given it
                self._give_up(pool)
        raise _lost(what)

    def _current(self, what: str) -> _Pool:
        with self._lock:
            if self._closed:
                raise Stopped(what)
            if self._pool is not None and not self._pool.connected():
                self._end()
            if self._pool is None:
                self._pool = self._start()
            return self._pool

    def _give_up(self, pool: _Pool) -> None:
        """The first thread that finds a pool broken gives it up; the next that needs one starts another."""
        with self._lock:
            if self._pool is pool:
                self._end()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(False)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(True)


def _await(task: _Task[Any, Any], told: Callable[[], float], what: str) -> None:
    step(told(), what)
    while not (task.future.done() or task.is_lost()):  # `wait` alone overlooks what was cancelled
        wait([task.future], _PAUSE)
        step(told(), what)


def _take_back(future: Future[Any]) -> None:
    # In Python 3.11 a pool that breaks stumbles over telling a future that was cancelled, and never tells the others
    # (python/cpython pull request 108974). This one may be told: nobody listens.
    vars(future).update(set_exception=_unheard, set_result=_unheard)
    future.cancel()


def _unheard(_: object) -> None:
    pass


def _lost(what: str) -> Refusal:
    return Refusal(
        f"{what}: the worker died {MOST_LOSSES + 1} times in a row before it finished; wanted workers that live. "
        f"Fewer of them ({WORKERS}) need less memory"
    )


# ---- processes of this machine


def _process_pool(count: int) -> _Pool:
    # A server has threads, and a process forked from one may inherit a lock that nobody will ever release.
    spawn = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(count, mp_context=spawn, initializer=_begin)
    return _Pool(
        executor,
        size=lambda: count,
        lost=(BrokenExecutor,),
        survives=False,
        ended=(RuntimeError,),
        connected=lambda: True,
        close=lambda wait: executor.shutdown(wait=wait, cancel_futures=True),
    )


def _begin() -> None:
    """In a new process: Ctrl-C is for the server, one core is enough, and nobody is left behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for library in ("OPENBLAS", "OMP", "MKL"):  # read when numpy is imported, which this module does not do
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A worker holds both ends of its queue, and would wait for ever for a server that was killed.
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


# ---- a Dask cluster


def _dask_pool(address: str) -> _Pool:
    distributed = _distributed(address)
    client = _connected(distributed, address)

    return _Pool(
        client.get_executor(pure=False),
        size=lambda: _threads(client),
        lost=(distributed.scheduler.KilledWorker, CancelledError),
        survives=True,  # the scheduler tells the other workers
        ended=(RuntimeError, distributed.client.ClosedClientError),
        connected=lambda: bool(client.status == "running"),
        close=lambda wait: _close_client(client, PATIENCE if wait else 1),
    )


def _distributed(address: str) -> Any:
    try:
        return import_module("distributed")
    except ModuleNotFoundError as error:
        raise Refusal(
            f"{DASK}: {address!r} given; wanted the package distributed beside it, which is not installed. "
            f"Without {DASK} processes of this machine do the work"
        ) from error


def _connected(distributed: Any, address: str) -> Any:
    # Made in two steps, to have in hand what must be closed if it fails: a client that is left to the garbage collector
    # closes itself wherever that happens to run, and there waits for a lock that the same thread may hold.
    client = distributed.Client.__new__(distributed.Client)
    missing = "a scheduler"
    try:
        client.__init__(address, timeout=PATIENCE, set_as_default=False)
        missing = "a worker"
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError) as error:  # no answer is a TimeoutError, which is an OSError
        _close_client(client, 1)
        raise Refusal(
            f"{DASK}: {address!r} given; wanted tcp://host:port of a Dask scheduler with workers. No sign of {missing} "
            f"in {PATIENCE} seconds. Without {DASK} processes of this machine do the work"
        ) from error
    return client


def _threads(client: Any) -> int:
    with suppress(OSError):  # the scheduler may be gone since we were connected
        return max(1, sum(map(int, client.nthreads().values())))
    return 1


def _close_client(client: Any, seconds: float) -> None:
    # The scheduler may be gone (OSError); a client that was connecting anew when it was closed says so (RuntimeError).
    with suppress(OSError, RuntimeError):
        client.close(timeout=seconds)


# ---- public functions


def serial() -> Workers:
    """No other process: each item is done when its result is asked for."""
    return _Serial()


def processes(count: int) -> Workers:
    """So many processes of this machine, started when first needed.

    Raises
    ------
    Refusal
        If `count` is not a whole number from 1 to `MOST_PROCESSES`.
    """
    if not 1 <= count <= MOST_PROCESSES:
        raise Refusal(f"{WORKERS}: {count!r} given; wanted a number of processes from 1 to {MOST_PROCESSES}")
    return _Pooled(partial(_process_pool, count))


def dask(address: str) -> Workers:
    """The workers of the Dask scheduler at `address`, tcp://host:port; connected when first needed."""
    return _Pooled(partial(_dask_pool, address))


def asked(environment: Mapping[str, str]) -> Workers:
    """The workers that an environment asks for.

    Raises
    ------
    Refusal
        If PILOTLIGHT_WORKERS is not a number of processes.
    """
    if address := environment.get(DASK, "").strip():
        return dask(address)
    text = environment.get(WORKERS, "").strip() or str(min(os.cpu_count() or 1, MOST_PROCESSES))
    if not text.isdecimal():
        raise Refusal(f"{WORKERS}: {text!r} given; wanted a number of processes from 1 to {MOST_PROCESSES}")
    return processes(int(text))


_LOCK = Lock()
_SHARED: list[Workers] = []


def workers() -> Workers:
    """The workers of this process, for all its threads; started when first needed and kept.

    Raises
    ------
    Refusal
        If PILOTLIGHT_WORKERS is not a number of processes.
    """
    with _LOCK:
        if not _SHARED:
            _SHARED.append(asked(os.environ))
        return _SHARED[0]


def close() -> None:
    """End the workers of this process; the next call of `workers` makes others."""
    with _LOCK:
        ended = _SHARED.copy()
        _SHARED.clear()
    for one in ended:
        one.close()


atexit.register(close)
