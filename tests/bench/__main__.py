"""`python -m tests.bench`: measure, then print one report. `BENCH_N` is the number of new and of seen states a page.

`python -m tests.bench statistics`, `planning` and `evidence` leave the browser out and take half a minute each.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import chain, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.bench import changes, evidence, links, planning
from tests.bench.changes import Browsers, Measured
from tests.bench.links import Taken
from tests.bench.statistics import tables
from tests.browser.conftest import ARGUMENTS
from tests.browser.helpers import HOSTS, PAGES, PATIENCE, Server, address, start

REPETITIONS = int(os.environ.get("BENCH_N", "20"))
STARTS = min(3, REPETITIONS)
"""How often each server is started for the time from a link to the first figure."""
SECONDS = 230.0
"""After which no control is changed any more; on a machine with nothing else to do it suffices for `BENCH_N` = 20."""
LINK_SECONDS = 90.0
"""After which, in addition, no server is started any more."""
TARGET = 1.5
"""How many times the p95 of bare charts a page may take."""
KINDS = ("streamlit", "bare")
TABLES = {"statistics": tables, "planning": planning.tables, "evidence": evidence.tables}
"""What is measured without a browser."""

HOSTS["bare"] = lambda port: ["-m", "streamlit", "run", "tests/bench/bare.py", f"--server.port={port}"]


def main() -> None:
    """Measure everything, or the statistics alone."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, then print one report.")
    parser.add_argument("part", nargs="?", choices=list(TABLES), help="measure this alone; everything without it")
    only = parser.parse_args().part
    missed = []
    for table in chain.from_iterable(TABLES[part]() for part in TABLES if only in (None, part)):
        print("\n".join([*table.title, "", *_aligned(table.rows), "", *table.notes, ""]), flush=True)
        missed += [f"{table.title[0][:50]}…: {row[0]}" for row in table.rows if any("!" in cell for cell in row)]
    if only is None:
        _in_browsers()
    if missed:
        sys.exit("\n".join(["Ratios that missed what is wanted of them:", *missed]))


def _in_browsers() -> None:
    """Measure the pages; whatever can't be measured is told in its place."""
    began, load = time.monotonic(), os.getloadavg()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    expect.set_options(timeout=PATIENCE * 1000)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        ours, bare, empty = (
            playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS) for _ in ("ours", "bare", "empty")
        )
        print("\n".join(_machine(ours)), flush=True)
        pages = _changes((ours, bare, empty), Path(folder))
        print("\n".join(_change_lines(pages)), flush=True)
        charts = next(page.charts for page in pages if page.path == links.PAGE)
        taken = _links(ours, Path(folder), charts, began + SECONDS + LINK_SECONDS)
        print("\n".join(_link_lines(taken)))
        for browser in (ours, bare, empty):
            browser.close()
    loads = ", ".join(f"{one:.1f}" for one in (load[0], os.getloadavg()[0]))
    print(
        f"\nBench: {time.monotonic() - began:.0f} s; load (processes that want a core) at its start and end: {loads}."
    )


# --- measuring -------------------------------------------------------------------------------------------------------


def _changes(browsers: Browsers, folder: Path) -> list[Measured]:
    ours = start("streamlit", folder / "ours.log")
    try:
        peer = start("bare", folder / "peer.log")
        try:
            return [_measured(browsers, (ours, peer), path, time.monotonic() + share) for path, share in _shares()]
        finally:
            peer.stop()
    finally:
        ours.stop()


def _shares() -> Iterator[tuple[str, float]]:
    """The pages, each with its share of the seconds that are left when its turn comes."""
    end = time.monotonic() + SECONDS
    for place, path in enumerate(PAGES):
        yield path, (end - time.monotonic()) / (len(PAGES) - place)


def _measured(browsers: Browsers, servers: tuple[Server, Server], path: str, end: float) -> Measured:
    """One page, and a sign of life for whoever waits."""
    page = changes.measure(browsers, *servers, path, REPETITIONS, end)
    print(f"  {path}: {len(page.new)} new, {len(page.seen)} seen {page.fault}", file=sys.stderr, flush=True)
    return page


def _links(browser: Browser, folder: Path, charts: int, end: float) -> dict[str, Taken]:
    addresses = {"streamlit": address(links.PAGE), "bare": address("", {"charts": str(charts)})}
    taken = {kind: Taken() for kind in KINDS}
    for _ in takewhile(lambda _: time.monotonic() < end, range(STARTS)):
        for kind in KINDS:
            try:
                links.measure(browser, folder, kind, addresses[kind], taken[kind])
            except (BrowserError, AssertionError) as error:
                print(f"  {kind}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    return taken


# --- telling ---------------------------------------------------------------------------------------------------------


def _machine(browser: Browser) -> list[str]:
    compiled = "not kept (PYTHONDONTWRITEBYTECODE)" if sys.dont_write_bytecode else "kept"
    return [
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; Python {platform.python_version()}, "
        f"Streamlit {version('streamlit')}, Plotly {version('plotly')}, Chromium {browser.version}, headless.",
        f"Servers and browser share the cores. Compiled Python is {compiled}.",
        "",
    ]


def _change_lines(pages: Sequence[Measured]) -> list[str]:
    heads = ("page", "charts", "empty", "", "bare", "", "new", "", "", "seen", "", "", "changes")
    second = ("", "", "p50", "p95", "p50", "p95", "p50", "p95", "×bare", "p50", "p95", "×bare", "new/seen")
    rows = [_row(page) for page in pages]
    faults = [f"{page.path} was not measured to its end: {page.fault}" for page in pages if page.fault]
    return [
        "CONTROL CHANGE TO REDRAWN FIGURES, ms by the page's own clock: from the press of a pill of Participants",
        "(Sample size: an arrow key on n) to the first frame in which every figure, and the page's last line, says so",
        "",
        *_aligned([heads, second, *rows]),
        "",
        *faults,
        "empty  a Streamlit page with the same control and a text, no chart",
        "bare   the same with as many bare scatter charts as the page has, built anew in each run; Streamlit as it is,",
        "       without gc.freeze(), which our server calls once after its imports",
        "new    states of the app that this server was never asked for on this page: answer and figures are computed",
        "seen   states that it answered before: answer and figures come from its caches",
        f"×bare  p95 of the page by p95 of bare charts; wanted: at most {TARGET}, over it marked !",
        "",
    ]


def _row(page: Measured) -> tuple[str, ...]:
    cells = [page.path, str(page.charts)]
    for values in (page.empty, page.bare):
        cells += [_ms(p50(values)), _ms(p95(values))]
    for values in (page.new, page.seen):
        cells += [_ms(p50(values)), _ms(p95(values)), _ratio(p95(values), p95(page.bare), TARGET)]
    return (*cells, f"{len(page.new)}/{len(page.seen)}")


def _link_lines(taken: dict[str, Taken]) -> list[str]:
    ours, bare = taken["streamlit"], taken["bare"]
    rows = [
        ("cold server, cold browser cache", ours.cold, bare.cold),
        ("  of it, process start to healthy", ours.healthy, bare.healthy),
        ("warm server, cold browser cache", ours.fresh, bare.fresh),
        ("warm server, warm browser cache", ours.again, bare.again),
    ]
    cells = [(what, *_range(a), *_range(b), _ratio(p50(a), p50(b))) for what, a, b in rows]
    return [
        f"LINK TO FIRST FIGURE, s (page {links.PAGE} beside as many bare charts; cold server: from the start of the",
        f"process, otherwise from the link; median of {len(ours.again)}, then from–to; all on this machine)",
        "",
        *_aligned([("", "ours", "from–to", "bare", "from–to", "×bare"), *cells]),
    ]


def _range(values: Sequence[float]) -> tuple[str, str]:
    return (f"{p50(values):.2f}", f"{min(values):.2f}–{max(values):.2f}") if values else ("–", "–")


def p50(values: Sequence[float]) -> float:
    """The median; not a number where nothing was measured."""
    return statistics.median(values) if values else float("nan")


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, linear between the measured values."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else p50(values)


def _ms(value: float) -> str:
    return "–" if value != value else f"{value:.0f}"


def _ratio(ours: float, theirs: float, target: float = float("inf")) -> str:
    ratio = ours / theirs
    return "–" if ratio != ratio else f"{ratio:.2f}{'!' if ratio > target else ' '}"


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """The first column to the left, numbers to the right."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]


if __name__ == "__main__":
    main()
