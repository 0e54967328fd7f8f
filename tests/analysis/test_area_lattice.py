"""Lattices of areas: listed by hand and by their definition; spans of printed numbers; what one lesion can be."""

import doctest
import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import area_lattice as module
from lib.analysis.area_lattice import (
    AreaLattice,
    LesionPrinted,
    RangePrinted,
    Span,
    area_lattice,
    exactly,
    lesion_count,
    lesion_options,
    nothing_fits,
    printed_span,
    stretches,
)
from lib.errors import OverBudget, Refusal

repeatable = settings(derandomize=True, deadline=None)
HALVES = area_lattice("rectangle", 0.5, 1.5)
TENTHS = area_lattice("rectangle", 0.1, 2)


# ---- spans


@pytest.mark.parametrize(
    ("printed", "decimals", "low", "high"),
    [
        ("0.41", None, "0.405", "0.415"),
        (".39", None, "0.385", "0.395"),
        ("2", None, "1.5", "2.5"),
        ("2.0", None, "1.95", "2.05"),
        ("2", 2, "1.995", "2.005"),
        ("-44", None, "-44.5", "-43.5"),
        ("0", 0, "-0.5", "0.5"),
        ("120", -1, "115", "125"),
    ],
)
def test_a_printed_number_is_within_half_a_unit(printed, decimals, low, high):
    assert printed_span(Decimal(printed), decimals) == Span(Fraction(low), Fraction(high))


def test_exact_numbers_are_read_as_written():
    assert exactly(0.09) == exactly(Decimal("0.09")) == Span(Fraction(9, 100), Fraction(9, 100))
    assert str(exactly(0.09)) == "0.09"
    assert str(printed_span(Decimal("0.41"))) == "0.405 to 0.415"


def test_spans_that_are_none_are_refused():
    with pytest.raises(Refusal, match="span: 3 to 2 given; wanted"):
        Span(Fraction(3), Fraction(2))
    for value in (Decimal("NaN"), Decimal("Infinity"), float("nan")):
        with pytest.raises(Refusal, match="wanted finite numbers"):
            exactly(value)


# ---- lattices


def test_areas_by_hand():
    # sides 0.5, 1, 1.5
    assert [HALVES.area(m) for m in HALVES.multiples] == [0.25, 0.5, 0.75, 1.0, 1.5, 2.25]
    square = area_lattice("square", 0.5, 1.5)
    assert [square.area(m) for m in square.multiples] == [0.25, 1.0, 2.25]
    circle = area_lattice("circle", 1, 2)
    assert [circle.area(m) for m in circle.multiples] == pytest.approx([math.pi / 4, math.pi])
    ellipse = area_lattice("ellipse", 1, 2)
    assert [ellipse.area(m) for m in ellipse.multiples] == pytest.approx([math.pi / 4, math.pi / 2, math.pi])


@pytest.mark.parametrize("step", [0.05, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("most", [2, 3.1, 4])
@pytest.mark.parametrize(("shape", "sides"), [("rectangle", 2), ("ellipse", 2), ("square", 1), ("circle", 1)])
def test_areas_are_products_of_sides(step, most, shape, sides):
    lattice = area_lattice(shape, step, most)
    numbers = range(1, 1 + int(Fraction(str(most)) / Fraction(str(step))))
    listed = {i * j for i, j in itertools.product(numbers, numbers) if sides == 2 or i == j}
    assert lattice.multiples.tolist() == sorted(listed)
    factor = math.pi / 4 if shape in ("ellipse", "circle") else 1
    assert lattice.area(lattice.multiples[-1]) == pytest.approx(factor * (numbers[-1] * step) ** 2, rel=1e-14)


def test_a_step_is_read_as_written():
    # 0.3 / 0.1 is below 3 in binary
    assert area_lattice("rectangle", 0.1, 0.3).steps == area_lattice("rectangle", Decimal("0.1"), 0.3).steps == 3


@pytest.mark.parametrize(
    ("shape", "step", "most", "message"),
    [
        ("rectangle", 0, 2, "step: 0 given; wanted a length above 0"),
        ("rectangle", -0.1, 2, "step: -0.1 given; wanted"),
        ("rectangle", 0.5, 0.4, "most: 0.4 given; wanted at least one step, 0.5 cm"),
        ("rectangle", 0.001, 2, "step: 0.001 given; wanted at most 400 steps, which make 2000"),
        ("triangle", 0.1, 2, "shape: 'triangle' given; wanted rectangle, ellipse, square, circle"),
    ],
)
def test_lattices_that_are_none_are_refused(shape, step, most, message):
    with pytest.raises(Refusal, match=message) as refused:
        area_lattice(shape, step, most)
    assert refused.value.inputs == (message.split(":")[0],)


# ---- what a printed number can be


def possible(lattice, span):
    return [lattice.area(m) for m in lattice.multiples[lattice.within(lattice.multiples, span)]]


def test_which_areas_a_number_can_stand_for():
    assert possible(TENTHS, exactly(0.09)) == [0.09]
    assert possible(TENTHS, printed_span(Decimal("0.1"))) == [m / 100 for m in range(5, 16)]
    # both ends belong to it
    assert possible(HALVES, Span(Fraction(1, 2), Fraction(1))) == [0.5, 0.75, 1.0]
    # 23 tenths are longer than 2 cm
    assert possible(TENTHS, exactly(0.23)) == []


def test_round_shapes_meet_a_bound_that_is_their_area():
    circle = area_lattice("circle", 0.1, 2)
    for multiple in circle.multiples:
        area = Fraction(circle.area(multiple))  # rounded to a float
        assert circle.within(circle.multiples, Span(area, area)).sum() == 1
        assert possible(circle, printed_span(Decimal(f"{float(area):.2f}")))


# ---- one lesion


def listed(lattice, lesion, within):
    """Every baseline with every final area, tried by the definition, in exact fractions of a rectangle."""
    found = []
    for b, f in itertools.product(lattice.multiples.tolist(), [0, *lattice.multiples.tolist()]):
        baseline, final = b * lattice.unit, f * lattice.unit
        fits = [
            lesion.baseline is None or lesion.baseline.low <= baseline <= lesion.baseline.high,
            lesion.final is None or lesion.final.low <= final <= lesion.final.high,
            lesion.percent is None or lesion.percent.low <= 100 * (final - baseline) / baseline <= lesion.percent.high,
            within.low is None or within.low.low <= baseline,
            within.high is None or baseline <= within.high.high,
        ]
        if all(fits):
            smallest = within.attained and within.low is not None and baseline <= within.low.high
            largest = within.attained and within.high is not None and baseline >= within.high.low
            found.append((b, f, smallest + 2 * largest))
    return found


numbers = st.sampled_from(["0.25", "0.5", "1", "1.5", "2.25"])
spans = st.none() | st.builds(exactly, numbers.map(Decimal)) | st.builds(printed_span, numbers.map(Decimal))
percents = st.none() | st.sampled_from(["-100", "-50", "-44", "0", "33", "33.3", "100"]).flatmap(
    lambda text: st.sampled_from([exactly(Decimal(text)), printed_span(Decimal(text))])
)


@repeatable
@given(
    st.sampled_from([HALVES, area_lattice("rectangle", 0.25, 1.5), area_lattice("square", 0.25, 2)]),
    st.builds(LesionPrinted, st.just("a"), spans, spans, percents),
    st.builds(RangePrinted, spans, spans, st.booleans()),
)
def test_the_options_of_a_lesion_by_listing(lattice, lesion, within):
    options = lesion_options(lattice, lesion, within)
    columns = (options.baseline, options.final, options.ends)
    assert [*zip(*(c.tolist() for c in columns), strict=True)] == listed(lattice, lesion, within)
    assert lesion_count(lattice, lesion) == len(listed(lattice, lesion, RangePrinted()))
    assert (nothing_fits(lattice, lesion) == "") == (lesion_count(lattice, lesion) > 0)


def test_percentages_are_exact_for_round_shapes_too():
    lattice = area_lattice("ellipse", 0.1, 2)
    options = lesion_options(lattice, LesionPrinted("a", percent=exactly(0)), RangePrinted())
    assert np.array_equal(options.baseline, options.final)
    assert np.array_equal(options.baseline, lattice.multiples)


@pytest.mark.parametrize(
    ("lesion", "message"),
    [
        (LesionPrinted("a", exactly(0.3)), "a at baseline: no area on the lattice is 0.3 cm²"),
        (LesionPrinted("a", exactly(0)), "a at baseline: no area on the lattice is 0 cm²"),
        (LesionPrinted("a", exactly(1), exactly(5)), "a at the final visit: no area on the lattice is 5 cm²"),
        (LesionPrinted("a", exactly(1), None, exactly(-10)), "a: no two areas on the lattice that fit are -10 % apart"),
        (LesionPrinted("a", exactly(1), exactly(0), exactly(-100)), ""),
    ],
)
def test_the_first_thing_that_does_not_fit_is_named(lesion, message):
    assert nothing_fits(HALVES, lesion) == message


def test_a_lesion_with_too_many_options_is_refused_with_their_number(monkeypatch):
    monkeypatch.setattr(module, "MOST_LESION_OPTIONS", 40)
    # 6 areas, times 7 with 0
    with pytest.raises(OverBudget, match="a can be filled in in 42 ways; the limit is 40"):
        lesion_options(HALVES, LesionPrinted("a"), RangePrinted())


def test_an_extreme_percentage_does_not_outgrow_machine_integers():
    far = Span(Fraction(-(10**30)), Fraction(10**30))
    assert lesion_count(HALVES, LesionPrinted("a", percent=far)) == 42


def test_stretches():
    assert stretches(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]


def test_a_lattice_is_a_value():
    assert area_lattice("square", 0.5, 1) == AreaLattice("square", Fraction(1, 2), Fraction(1))


def test_the_examples_of_docstrings():
    assert doctest.testmod(module).failed == 0
