"""Search over n and effect, on powers whose answer is known by hand."""

from __future__ import annotations

import pytest

from lib.design.solve import smallest_monotone_effect, smallest_monotone_n
from lib.errors import Refusal


@pytest.mark.parametrize("first", [2, 3, 17, 99_999, 100_000])
def test_smallest_n_finds_the_step(first: int) -> None:
    assert smallest_monotone_n(lambda n: float(n >= first), 0.8) == first


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
