"""The curve shows what it is drawn for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.design.curve import power_curve
from lib.design.registry import DESIGNS, Design
from lib.errors import Refusal
from lib.values import Missing
from tests.design.plans import PUBLISHED

EVERY = pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))


@EVERY
@pytest.mark.parametrize(("effect", "n"), [(1.0, 4), (1.0, 300), (0.03, 4), (50.0, 5000), (5.0, 2)])
def test_automatic_range_holds_planned_and_needed_n(design: Design, effect: float, n: int) -> None:
    curve = power_curve(design, replace(PUBLISHED, effect=effect, n=n))
    assert {n, curve.needed} <= set(curve.n)
    assert curve.n[0] == 2
    assert curve.n[-1] > max(n, curve.needed if isinstance(curve.needed, int) else 0)
    assert list(curve.n) == sorted(set(curve.n))
    assert len(curve.n) <= 202


@EVERY
def test_powers_are_those_of_the_design(design: Design) -> None:
    curve = power_curve(design, PUBLISHED)
    assert curve.power == pytest.approx([float(design.power(PUBLISHED, n)) for n in curve.n], rel=1e-13)
    assert curve.planned_power == curve.power[curve.n.index(4)]
    assert curve.power[curve.n.index(curve.needed)] >= curve.target == 0.8


@EVERY
def test_short_ranges_skip_no_n(design: Design) -> None:
    curve = power_curve(design, PUBLISHED)
    assert curve.n == tuple(range(2, curve.n[-1] + 1))


@EVERY
def test_a_curve_is_long_enough_to_have_a_shape(design: Design) -> None:
    assert power_curve(design, replace(PUBLISHED, effect=5.0, n=2)).n == tuple(range(2, 13))


@EVERY
def test_a_curve_without_needed_n_says_why(design: Design) -> None:
    curve = power_curve(design, replace(PUBLISHED, effect=0.0))
    assert isinstance(curve.needed, Missing)
    assert curve.power == pytest.approx([0.05] * len(curve.n), abs=1e-12)


def test_given_range_is_kept_with_the_marks_added() -> None:
    curve = power_curve(DESIGNS["paired-t"], PUBLISHED, [20, 5])
    assert curve.n == (4, 5, 10, 20)  # 4 planned, 10 needed: scipy.stats.nct gives power 0.748 at 9, 0.803 at 10


def test_refuses_one_pair() -> None:
    with pytest.raises(Refusal, match="at least 2"):
        power_curve(DESIGNS["paired-t"], PUBLISHED, [1, 5])
