"""Grids of plans: every combination once, the same answers from any number of workers, and a stop at once."""

from __future__ import annotations

import pytest

from lib.design.registry import DESIGNS
from lib.design.sweep import MOST_CELLS, Cell, answer_of, detectable_of, grid, sweep
from lib.design.workers import processes, serial
from lib.errors import OverBudget, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing
from tests.design.plans import EVERY_MODEL

SIMULATED = ["paired-sign-flip", "reestimated-blinded"]


def test_a_grid_is_every_combination_designs_outermost() -> None:
    cells = grid(["paired-t", "two-sample-t"], EVERY_MODEL, [4, 6], [0.5, 1.0], [1.0, 2.0])
    assert len(cells) == 16
    assert [cell.design for cell in cells[:8]] == ["paired-t"] * 8
    assert [(c.plan.sd, c.plan.effect, c.plan.n) for c in cells[:4]] == [
        (1.0, 0.5, 4),
        (1.0, 0.5, 6),
        (1.0, 1.0, 4),
        (1.0, 1.0, 6),
    ]


def test_a_grid_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(OverBudget, match=f"has 6,000 cells; at most {MOST_CELLS:,}"):
        grid(["paired-t"], EVERY_MODEL, range(2, 602), [0.1 * k for k in range(10)])


def test_cells_are_answers_of_their_designs_or_reasons() -> None:
    cell = Cell("paired-t", EVERY_MODEL)
    assert answer_of(cell) == DESIGNS["paired-t"].rejection(EVERY_MODEL)
    assert detectable_of(cell) == DESIGNS["paired-t"].detectable(EVERY_MODEL)
    impossible = answer_of(Cell("sequential-pocock", DESIGNS["paired-t"].at(EVERY_MODEL, 2)))
    assert isinstance(impossible, Missing)


def test_the_number_of_workers_changes_no_answer() -> None:
    cells = grid(SIMULATED, EVERY_MODEL, [6, 9], [0.0, 1.0])
    alone = sweep(cells, serial(), "alone")
    for count in (1, 2):
        workers = processes(count)
        try:
            assert sweep(cells, workers, f"with {count}") == alone
        finally:
            workers.close()


def test_a_sweep_stops_when_nobody_waits() -> None:
    heard: list[float] = []
    listener = Listener(lambda share, what: heard.append(share), lambda: len(heard) >= 3)
    with heard_by(listener), pytest.raises(Stopped):
        sweep(grid(["paired-t"], EVERY_MODEL, range(2, 100)), serial(), "power")
    assert len(heard) == 3
