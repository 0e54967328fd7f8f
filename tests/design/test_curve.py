"""What is drawn shows what it is drawn for, for every design."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.design.curve import contour, detectable_curve, effect_curve, power_curve, side_by_side
from lib.design.design import Design
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.design.workers import serial
from lib.errors import Refusal
from lib.values import Missing, known
from tests.design.plans import EVERY_MODEL, PUBLISHED

T_DESIGNS = pytest.mark.parametrize("design", [d for d in DESIGNS.values() if d.reads_printed], ids=lambda d: d.key)
EVERY = pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
QUICK = pytest.mark.parametrize("design", [d for d in DESIGNS.values() if d.quick], ids=lambda d: d.key)


def drawn(design: Design, plan: Plan, ns: list[int] | None = None):  # type: ignore[no-untyped-def]
    return power_curve(design, plan, design.needed(plan), ns)


@T_DESIGNS
@pytest.mark.parametrize(("effect", "n"), [(1.0, 4), (1.0, 300), (0.03, 4), (50.0, 5000), (5.0, 2)])
def test_automatic_range_holds_planned_and_needed_n(design: Design, effect: float, n: int) -> None:
    curve = drawn(design, replace(PUBLISHED, effect=effect, n=n))
    assert {n, curve.needed} <= set(curve.n)
    assert curve.n[0] == 2
    assert curve.n[-1] > max(n, curve.needed if isinstance(curve.needed, int) else 0)
    assert list(curve.n) == sorted(set(curve.n))
    assert len(curve.n) <= 202


@EVERY
def test_powers_are_those_of_the_design_with_their_intervals(design: Design) -> None:
    curve = drawn(design, EVERY_MODEL, [10, 14])
    ends = [design.rejection(replace(EVERY_MODEL, n=n)) for n in curve.n]
    assert curve.power == pytest.approx([end.power for end in ends], rel=1e-9)
    assert curve.low == pytest.approx([end.low for end in ends], rel=1e-9)
    assert curve.high == pytest.approx([end.high for end in ends], rel=1e-9)
    assert curve.planned_power == curve.power[curve.n.index(12)]


@T_DESIGNS
def test_short_ranges_skip_no_n(design: Design) -> None:
    curve = drawn(design, PUBLISHED)
    assert curve.n == tuple(range(2, curve.n[-1] + 1))


@T_DESIGNS
def test_a_curve_is_long_enough_to_have_a_shape(design: Design) -> None:
    assert drawn(design, replace(PUBLISHED, effect=5.0, n=2)).n == tuple(range(2, 13))


@T_DESIGNS
def test_a_curve_without_needed_n_says_why(design: Design) -> None:
    curve = drawn(design, replace(PUBLISHED, effect=0.0))
    assert isinstance(curve.needed, Missing)
    assert curve.power == pytest.approx([0.05] * len(curve.n), abs=1e-12)


def test_given_range_is_kept_with_the_marks_added() -> None:
    curve = drawn(DESIGNS["paired-t"], PUBLISHED, [20, 5])
    assert curve.n == (4, 5, 10, 20)  # 4 planned, 10 needed: scipy.stats.nct gives power 0.748 at 9, 0.803 at 10


def test_refuses_one_pair() -> None:
    with pytest.raises(Refusal, match="at least 2"):
        drawn(DESIGNS["paired-t"], PUBLISHED, [1, 5])


@QUICK
def test_effects_hold_the_planned_one_and_none_beyond_what_the_outcome_can_have(design: Design) -> None:
    curve, model = effect_curve(design, EVERY_MODEL), design.outcome_model
    assert curve.planned in curve.effect
    assert curve.effect[0] == 0
    assert curve.effect[-1] <= model.most(EVERY_MODEL) + 1e-12
    at = curve.power[curve.effect.index(curve.planned)]
    assert at == pytest.approx(design.rejection(EVERY_MODEL).power, abs=1e-9)


@QUICK
def test_contour_cells_are_powers_of_their_plans(design: Design) -> None:
    surface = contour(design, EVERY_MODEL, design.needed(EVERY_MODEL))
    row, column = len(surface.effect) // 2, len(surface.n) // 2
    plan = design.at(EVERY_MODEL, surface.n[column], surface.effect[row])
    assert surface.power[row][column] == pytest.approx(design.rejection(plan).power, abs=1e-9)
    assert surface.n[0] >= design.engine.fewest(EVERY_MODEL)


@QUICK
def test_detectable_effects_fall_with_n(design: Design) -> None:
    curve = detectable_curve(design, EVERY_MODEL)
    found = [effect for effect in curve.effect if known(effect)]
    assert found
    assert 12 in curve.n
    # saw-teeth of exact tests may lift it a little from one n to the next
    assert found[-1] == min(found) or found[-1] == pytest.approx(min(found), rel=0.05)


def test_side_by_side_is_each_design_at_each_n_and_sd() -> None:
    designs = [DESIGNS["paired-t"], DESIGNS["paired-sign"], DESIGNS["doses-hotelling"]]
    found = side_by_side([(design, EVERY_MODEL) for design in designs], serial())
    assert [key for key, _ in found.rows] == [d.key for d in designs for _ in range(3)]
    for (key, factor), row in zip(found.rows, found.power, strict=True):
        for n, power in zip(found.n, row, strict=True):
            plan = replace(EVERY_MODEL, n=n, sd=EVERY_MODEL.sd * factor)
            assert power == pytest.approx(DESIGNS[key].rejection(plan).power, abs=1e-12)


def test_side_by_side_says_why_a_cell_has_no_power() -> None:
    five_doses = replace(EVERY_MODEL, scores=(0.0, 1.0, 2.0, 3.0, 4.0))
    found = side_by_side([(DESIGNS["doses-hotelling"], five_doses)], serial())
    first = found.power[0][found.n.index(4)]
    assert isinstance(first, Missing)
    assert "wanted at least 5" in first.reason
