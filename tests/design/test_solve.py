"""Search over n and effect, on powers whose answer is known by hand."""

from __future__ import annotations

import pytest

from lib.design.solve import (
    first_reaching_n,
    looked_on,
    smallest_bounded_effect,
    smallest_lasting_n,
    smallest_monotone_effect,
    smallest_monotone_n,
)
from lib.errors import Refusal


@pytest.mark.parametrize("first", [2, 3, 17, 99_999, 100_000])
def test_smallest_n_finds_the_step(first: int) -> None:
    assert smallest_monotone_n(lambda n: (n >= first).astype(float), 0.8) == first


def test_smallest_n_takes_equality_as_reached() -> None:
    assert smallest_monotone_n(lambda n: 0.1 * n, 0.1 * 8) == 8


def test_smallest_n_refuses_with_the_power_at_the_limit() -> None:
    with pytest.raises(Refusal, match=r"a power of 0\.8 is wanted; at 50, the largest n tried, it is 0\.5"):
        smallest_monotone_n(lambda n: n / 100, 0.8, limit=50)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_smallest_effect_solves_whatever_the_unit(unit: float) -> None:
    # x/(1 + x) = 0.8 at x = 4
    assert smallest_monotone_effect(lambda x: x / (1 + x), 0.8, unit) == pytest.approx(4, rel=1e-12)


def test_smallest_effect_refuses_a_ceiling() -> None:
    with pytest.raises(Refusal, match=r"a power of 0\.8 is wanted; no effect"):
        smallest_monotone_effect(lambda x: 0.7 * x / (1 + x), 0.8, 1.0)


@pytest.mark.parametrize("least", [2, 5])
@pytest.mark.parametrize("first", [5, 6, 31, 200])
def test_lasting_and_first_n_of_a_step(first: int, least: int) -> None:
    for search in (smallest_lasting_n, first_reaching_n):
        assert search(lambda n: float(n >= first), 0.8, 200, least) == first


def saw(n: int) -> float:
    """Rises to 1 and falls back by 0.15 at each multiple of 7, so that targets are met, lost and met again."""
    return min(1.0, 0.03 * n) - (0.15 if n % 7 == 0 else 0.0)


@pytest.mark.parametrize("target", [0.3, 0.5, 0.72, 0.8, 0.84])
def test_lasting_n_of_a_saw_is_that_of_a_scan_of_every_n(target: float) -> None:
    failing = max(n for n in range(2, 101) if saw(n) < target)
    assert smallest_lasting_n(saw, target, 100) == failing + 1


def test_lasting_n_looks_on_past_the_first_n_that_reaches() -> None:
    # 24 and 27 reach 0.72, 28 falls to 0.69, and from 29 on 0.72 is kept
    first = first_reaching_n(saw, 0.72, 25)
    assert first == 24
    assert smallest_lasting_n(saw, 0.72, 100) == 29
    assert looked_on(29, 100) == 39
    assert looked_on(95, 100) == 100


def test_lasting_n_refuses_what_falls_back_at_the_limit() -> None:
    with pytest.raises(Refusal, match=r"at 28, the largest n tried, it is 0\.69"):
        smallest_lasting_n(saw, 0.8, 28)
    with pytest.raises(Refusal, match=r"a power of 0\.9 is wanted; at 20, the largest n tried, it is 0\.6"):
        first_reaching_n(saw, 0.9, 20)


def test_bounded_effect_needs_no_slope() -> None:
    steps = smallest_bounded_effect(lambda e: round(e, 1), 0.75, 1.0, 1e-4)
    assert steps == pytest.approx(0.75, abs=2e-4)
    with pytest.raises(Refusal, match=r"at 0\.5, the largest possible here, it is 0\.5"):
        smallest_bounded_effect(lambda e: e, 0.8, 0.5, 1e-4)
    with pytest.raises(Refusal, match="none above 0 is possible"):
        smallest_bounded_effect(lambda e: e, 0.8, 0.0, 1e-4)
