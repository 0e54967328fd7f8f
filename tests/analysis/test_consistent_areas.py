"""The set of data sets that agree with what a paper prints, against a search that tries every data set."""

import doctest
import itertools
import math
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import area_filling, area_pairs, area_runs, area_simplest, area_summary, area_tally, area_windows
from lib.analysis import consistent_areas as module
from lib.analysis.area_lattice import (
    LesionPrinted,
    PairPrinted,
    RangePrinted,
    Span,
    area_lattice,
    exactly,
    printed_span,
)
from lib.analysis.consistent_areas import (
    AreaProblem,
    LesionAreas,
    PairAreas,
    PPrinted,
    consistent_areas,
    consistent_members,
)
from lib.errors import OverBudget, Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing, known

repeatable = settings(derandomize=True, deadline=None)
NO_RANGE = RangePrinted()
UNCHANGED = exactly(0)


def rounded(text, decimals=None):
    return printed_span(Decimal(text), decimals)


# ---- every data set, tried


@dataclass(frozen=True)
class Tried:
    """All data sets that agree with lesions alone, with ranges too, and with each p too: rows of four areas a pair."""

    funnel: list
    sets: list
    p: np.ndarray  # visits × sets


def close(value, span):
    return span is None or float(span.low) * (1 - 1e-10) - 1e-15 <= value <= float(span.high) * (1 + 1e-10) + 1e-15


def lesion_ways(problem, lesion):
    """A pair (baseline, final) in units for each way, straight from the definition."""
    unit = float(problem.lattice.unit)
    sides = range(1, problem.lattice.steps + 1)
    one_side = problem.lattice.shape in ("square", "circle")
    areas = sorted({i * j for i in sides for j in sides if i == j or not one_side})
    return [
        (b, f)
        for b in areas
        for f in [0, *areas]
        if close(b * unit, lesion.baseline)
        and close(f * unit, lesion.final)
        and (lesion.percent is None or lesion.percent.low <= Fraction(100 * (f - b), b) <= lesion.percent.high)
    ]


def in_range(problem, values, within):
    areas = [value * float(problem.lattice.unit) for value in values]
    low = within.low and Span(within.low.low, Fraction(10**9))
    high = within.high and Span(Fraction(0), within.high.high)
    attained = all(any(close(area, span) for area in areas) for span in (within.low, within.high))
    return all(close(area, low) and close(area, high) for area in areas) and (attained or not within.attained)


def p_values(differences):
    """Of each row by scipy; 0 without spread, NaN if all are zero."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        p = stats.ttest_rel(differences, np.zeros_like(differences), axis=1).pvalue
    equal = np.all(differences == differences[:, :1], axis=1)
    return np.where(equal, np.where(differences[:, 0] == 0, np.nan, 0.0), p)


def tried(problem):
    lesions = [lesion for pair in problem.pairs for lesion in (pair.treated, pair.control)]
    everything = [sum(ways, ()) for ways in itertools.product(*(lesion_ways(problem, lesion) for lesion in lesions))]
    ranges = problem.treated_range, problem.control_range
    sets = [ways for ways in everything if all(in_range(problem, ways[2 * arm :: 4], ranges[arm]) for arm in (0, 1))]
    rows = np.array(sets, float).reshape(len(sets), 4 * len(problem.pairs))
    p = np.array([p_values(rows[:, visit::4] - rows[:, visit + 2 :: 4]) if sets else np.zeros(0) for visit in (0, 1)])
    agree, funnel = np.ones(len(sets), bool), [len(everything), len(sets)]
    for printed in problem.ps:
        agree &= np.array([close(value, printed.span) for value in p[int(printed.visit == "final")]], bool)
        funnel.append(int(agree.sum()))
    return Tried(funnel, [sets[i] for i in np.flatnonzero(agree)], p[:, agree])


def simplest_of(problem, sets):
    """By the rule, written as one sortable key."""
    spans = [
        span
        for pair in problem.pairs
        for lesion in (pair.treated, pair.control)
        for span in (lesion.baseline, lesion.final)
    ]
    unit = float(problem.lattice.unit)

    def rule(ways):
        unprinted = [value for value, span in zip(ways, spans, strict=True) if span is None]
        differing = sum(
            ways[4 * i] != ways[4 * i + 2] and spans[4 * i] is None and spans[4 * i + 2] is None
            for i in range(len(problem.pairs))
        )
        off = sum(
            abs(value * unit - float(span.low + span.high) / 2)
            for value, span in zip(ways, spans, strict=True)
            if span is not None
        )
        return differing, len(set(unprinted)), -sum(unprinted), round(off, 9), [-value for value in ways]

    best = min(sets, key=rule)
    return best, rule(best)[:2]


def member(problem, ways):
    areas = [problem.lattice.area(value) for value in ways]
    return tuple(pair(printed.name, *areas[4 * i : 4 * i + 4]) for i, printed in enumerate(problem.pairs))


def pair(name, *areas):
    return PairAreas(name, LesionAreas(*areas[:2]), LesionAreas(*areas[2:]))


def ends(values):
    return pytest.approx((np.nanmin(values), np.nanmax(values)), rel=1e-12, abs=1e-12)


def given_ends(found):
    return (found.low, found.high)


def check_estimates(problem, found, truth):
    rows = np.array(truth.sets, float)
    unit, n = float(problem.lattice.unit), len(problem.pairs)
    treated, control = [rows[:, visit::4] for visit in (0, 1)], [rows[:, visit + 2 :: 4] for visit in (0, 1)]
    differences = [t - c for t, c in zip(treated, control, strict=True)]
    percent = 100 * (treated[1] / treated[0] - control[1] / control[0])
    wanted = {
        "treated_baseline": treated[0].mean(1) * unit,
        "control_baseline": control[0].mean(1) * unit,
        "treated_final": treated[1].mean(1) * unit,
        "control_final": control[1].mean(1) * unit,
        "difference_baseline": differences[0].mean(1) * unit,
        "difference_final": differences[1].mean(1) * unit,
        "difference_change": (differences[1] - differences[0]).mean(1) * unit,
        "difference_percent": percent.mean(1),
    }
    for name, values in wanted.items():
        assert given_ends(getattr(found, name)) == ends(values), name
    for visit, name in enumerate(("baseline", "final")):
        sd, p = getattr(found, f"sd_{name}"), getattr(found, f"p_{name}")
        if n == 1:
            assert isinstance(sd, Missing)
        else:
            assert given_ends(sd) == ends(differences[visit].std(1, ddof=1) * unit)
        if n == 1 or np.all(np.isnan(truth.p[visit])):
            assert isinstance(p, Missing)
        else:
            assert given_ends(p) == ends(truth.p[visit])


def check(problem):
    """Everything that the solver tells, against every data set tried."""
    found, truth = consistent_areas(problem), tried(problem)
    assert [stage.count for stage in found.funnel] == truth.funnel
    assert found.size == len(truth.sets)
    assert (found.fails == "") == (found.size > 0)
    members = consistent_members(problem, found.size + 1)
    assert Counter(members) == Counter(member(problem, ways) for ways in truth.sets)
    if not found.size:
        assert found.marginals == found.common == found.joint.points == ()
        assert not known(found.estimates)
        assert isinstance(found.estimates, Missing)
        assert isinstance(found.simplest, Missing)
        return found
    area, n = problem.lattice.area, len(problem.pairs)
    for place, marginal in enumerate(found.marginals):
        counts = Counter(area(ways[place]) for ways in truth.sets)
        assert marginal.counts == tuple(sorted(counts.items()))
        assert (marginal.visit, marginal.arm) == (
            ("baseline", "final")[place % 2],
            ("treated", "control")[place // 2 % 2],
        )
    assert [(c.lesion, c.visit, c.area) for c in found.common] == [
        (m.lesion, m.visit, m.counts[0][0]) for m in found.marginals if len(m.counts) == 1
    ]
    joint = Counter(tuple(sum(ways[visit::4]) - sum(ways[visit + 2 :: 4]) for visit in (0, 1)) for ways in truth.sets)
    unit = float(problem.lattice.unit)
    assert found.joint.width == 0
    assert {(round(x * n / unit), round(y * n / unit)): c for x, y, c in found.joint.points} == joint
    check_estimates(problem, found.estimates, truth)
    best, (differing, distinct) = simplest_of(problem, truth.sets)
    assert found.simplest.member == member(problem, best)
    assert (found.simplest.differing, found.simplest.distinct) == (differing, distinct)
    assert found.simplest.proven
    index = truth.sets.index(best)
    for visit, p in enumerate((found.simplest.p_baseline, found.simplest.p_final)):
        wanted = truth.p[visit, index]
        assert isinstance(p, Missing) if n == 1 or math.isnan(wanted) else p == pytest.approx(wanted, rel=1e-11)
    return found


# ---- small problems of every kind


def lesion(name, baseline=None, final=None, percent=UNCHANGED):
    return LesionPrinted(name, baseline, final, percent)


def small(lattice, first, second, *ps, ranges=(NO_RANGE, NO_RANGE), free=UNCHANGED):
    """Two pairs that are partly printed and one that is not."""
    third = PairPrinted("3", lesion("3T", percent=free), lesion("3C", percent=free))
    return AreaProblem((first, second, third), *ranges, ps, lattice)


COARSE = area_lattice("rectangle", 0.5, 2)
FIRST = PairPrinted(
    "1", lesion("1T", exactly(0.25), exactly(0), exactly(-100)), lesion("1C", exactly(1), percent=rounded("-50"))
)
SECOND = PairPrinted("2", lesion("2T"), lesion("2C", exactly(1), exactly(2), exactly(100)))
SOME = Span(Fraction(-34), Fraction(50))
AT_BASELINE = PPrinted("baseline", Span(Fraction(7, 20), Fraction(3, 5)))
AT_FINAL = PPrinted("final", Span(Fraction(1, 5), Fraction(1, 2)))
AGAIN = PPrinted("final", Span(Fraction(3, 10), Fraction(7, 10)))
RANGES = {
    "none": (NO_RANGE, NO_RANGE),
    "attained": (RangePrinted(exactly(0.25), exactly(4), True), RangePrinted(exactly(1), exactly(3), True)),
    "not attained": (RangePrinted(exactly(0.25), exactly(2)), RangePrinted(exactly(0.5), exactly(3))),
    "rounded": (RangePrinted(rounded("0.3"), rounded("4"), True), RangePrinted(None, rounded("2"), True)),
}


@pytest.mark.parametrize("ranges", RANGES)
@pytest.mark.parametrize(
    "ps", [(), (AT_BASELINE,), (AT_BASELINE, AT_FINAL), (AT_FINAL, AT_BASELINE), (AT_FINAL, AGAIN)]
)
@pytest.mark.parametrize("free", [UNCHANGED, SOME], ids=["exact", "rounded"])
def test_every_variant_by_trying_all(ranges, ps, free):
    found = check(small(COARSE, FIRST, SECOND, *ps, ranges=RANGES[ranges], free=free))
    assert found.size > 0
    assert found.lattice_size == len(COARSE.multiples) == 9
    assert found.combinations == 9**3


@pytest.mark.parametrize("ps", [(), (AT_BASELINE,), (AT_BASELINE, AT_FINAL)])
@pytest.mark.parametrize(("shape", "most"), [("square", 3), ("circle", 3), ("ellipse", 1.5)])
def test_every_shape_by_trying_all(shape, most, ps):
    lattice = area_lattice(shape, 0.5, most)
    area = {name: lattice.area(units) for name, units in (("small", 1), ("large", 4))}
    first = PairPrinted("1", lesion("1T", exactly(area["small"]), exactly(0), None), lesion("1C", rounded("0.8", 1)))
    second = PairPrinted("2", lesion("2T"), lesion("2C", exactly(area["small"]), exactly(area["large"]), None))
    ranges = RangePrinted(exactly(area["small"]), None, True), RangePrinted(None, rounded("3"))
    check(small(lattice, first, second, *ps, ranges=ranges, free=SOME))


@st.composite
def problems(draw, most_ways=3_000):
    """A data set, and what somebody prints of it; p are its own, or of none."""
    lattice = draw(
        st.sampled_from(
            [
                area_lattice(shape, step, steps * step)
                for shape, step, steps in (
                    ("rectangle", 0.5, 3),
                    ("rectangle", 0.2, 4),
                    ("square", 0.5, 5),
                    ("ellipse", 0.5, 3),
                    ("circle", 1, 4),
                )
            ]
        )
    )
    areas = lattice.multiples.tolist()
    pairs = draw(st.integers(1, 4))
    truth = draw(st.lists(st.sampled_from(areas), min_size=4 * pairs, max_size=4 * pairs))
    for place in range(1, len(truth), 2):
        truth[place] = draw(st.sampled_from([truth[place - 1], 0, truth[place]]))
    lesions = [draw(lesions_of(lattice, f"{place}", *truth[2 * place : 2 * place + 2])) for place in range(2 * pairs)]
    arms = [lesions[::2], lesions[1::2]]
    problem = AreaProblem(
        tuple(PairPrinted(f"pair {i}", t, c) for i, (t, c) in enumerate(zip(*arms, strict=True))),
        *(draw(ranges_of(lattice, truth[2 * arm :: 4])) for arm in (0, 1)),
        (),
        lattice,
    )
    assume(math.prod(len(lesion_ways(problem, lesion)) for lesion in lesions) <= most_ways)
    return replace(problem, ps=draw(ps_of(truth))) if pairs > 1 else problem


@st.composite
def lesions_of(draw, lattice, name, baseline, final):
    percent = Decimal(100 * (final - baseline)) / Decimal(baseline)
    how = st.sampled_from(["exact", "rounded", "not"])
    return LesionPrinted(
        name,
        printed_somehow(draw(how), lattice.area(baseline), 1),
        printed_somehow(draw(st.sampled_from(["exact", "not"])), lattice.area(final), 1),
        draw(
            st.sampled_from(
                [Span(exactly(percent).low - w, exactly(percent).high + w) for w in (0, 0, Fraction(1, 2), 40)]
            )
        )
        if draw(st.integers(0, 7))
        else None,
    )


def printed_somehow(how, value, decimals):
    if how == "not":
        return None
    return exactly(value) if how == "exact" else rounded(f"{value:.{decimals}f}")


@st.composite
def ranges_of(draw, lattice, baselines):
    how = st.sampled_from(["exact", "rounded", "not"])
    low, high = (printed_somehow(draw(how), lattice.area(value), 0) for value in (min(baselines), max(baselines)))
    return RangePrinted(low, high, draw(st.booleans()))


@st.composite
def ps_of(draw, truth):
    rows = np.array([truth], float)
    printed = []
    for visit in draw(st.sampled_from([(), (0,), (1,), (0, 1), (1, 0)])):
        p = p_values(rows[:, visit::4] - rows[:, visit + 2 :: 4])[0]
        own = [] if np.isnan(p) else [rounded(f"{p:.{decimals}f}") for decimals in (1, 2)]
        others = [exactly(0.5), Span(Fraction(0), Fraction(1, 20)), Span(Fraction(1, 2), Fraction(1)), rounded("0.05")]
        own = [span for span in own if span.high > 0]
        printed.append(PPrinted(("baseline", "final")[visit], draw(st.sampled_from(own * 3 + others))))
    return tuple(printed)


@settings(repeatable, max_examples=100)
@given(problems())
def test_any_small_problem_by_trying_all(problem):
    check(problem)


# ---- what must hold without trying all


def swapped(problem):
    pairs = tuple(PairPrinted(pair.name, pair.control, pair.treated) for pair in problem.pairs)
    return replace(problem, pairs=pairs, treated_range=problem.control_range, control_range=problem.treated_range)


def negative(found):
    return pytest.approx((-found.high, -found.low), abs=1e-12)


@settings(repeatable, max_examples=40)
@given(problems(10**6))
def test_arms_can_be_swapped(problem):
    found, other = consistent_areas(problem), consistent_areas(swapped(problem))
    assert [stage.count for stage in found.funnel] == [stage.count for stage in other.funnel]
    if found.size:
        mine, theirs = found.estimates, other.estimates
        for name in ("difference_baseline", "difference_final", "difference_change", "difference_percent"):
            assert given_ends(getattr(mine, name)) == negative(getattr(theirs, name))
        for name in ("sd_baseline", "sd_final", "p_baseline", "p_final"):
            assert getattr(mine, name) == getattr(theirs, name)
        assert mine.treated_final == theirs.control_final
        assert (found.simplest.differing, found.simplest.distinct) == (
            other.simplest.differing,
            other.simplest.distinct,
        )


def relaxed(problem):
    """The problem without one of its constraints, each in turn."""
    yield from (replace(problem, ps=problem.ps[:i] + problem.ps[i + 1 :]) for i in range(len(problem.ps)))
    yield replace(problem, treated_range=NO_RANGE)
    yield replace(problem, control_range=replace(problem.control_range, attained=False))
    first = problem.pairs[0]
    for without in ("baseline", "final", "percent"):
        more = replace(first, treated=replace(first.treated, **{without: None}))
        yield replace(problem, pairs=(more, *problem.pairs[1:]))


@settings(repeatable, max_examples=40)
@given(problems(10**5))
def test_without_a_constraint_the_set_never_shrinks(problem):
    found = consistent_areas(problem)
    counts = [stage.count for stage in found.funnel]
    assert counts == sorted(counts, reverse=True)
    for looser in relaxed(problem):
        assert consistent_areas(looser).size >= found.size


@settings(repeatable, max_examples=40)
@given(problems(10**6))
def test_marginals_and_the_joint_picture_add_up_to_the_set(problem):
    found = consistent_areas(problem)
    for marginal in found.marginals:
        assert sum(count for _, count in marginal.counts) == found.size
    assert sum(count for _, _, count in found.joint.points) == found.size


def test_pairs_in_another_order_are_the_same_set():
    problem = small(COARSE, FIRST, SECOND, AT_BASELINE, ranges=RANGES["attained"], free=SOME)
    found = consistent_areas(problem)
    for pairs in itertools.permutations(problem.pairs):
        other = consistent_areas(replace(problem, pairs=pairs))
        assert (other.size, other.joint, other.estimates) == (found.size, found.joint, found.estimates)
        assert set(other.marginals) == set(found.marginals)


# ---- t at its limits


def two_free_pairs(lattice, *ps):
    pairs = tuple(PairPrinted(f"{i}", lesion(f"{i}T"), lesion(f"{i}C")) for i in (1, 2))
    return AreaProblem(pairs, NO_RANGE, NO_RANGE, ps, lattice)


@pytest.mark.parametrize("p", ["0.5", "0.295167"])
def test_a_p_on_the_bound_is_within(p):
    # 2 pairs: p = 1 − 2/π · atan t, which is 1/2 where one difference is zero, and 0.295167 where t is 2
    check(two_free_pairs(COARSE, PPrinted("baseline", exactly(Decimal(p)) if p == "0.5" else rounded(p))))
    above = PPrinted("baseline", Span(Fraction(1, 2), Fraction(3, 5)))
    below = PPrinted("baseline", Span(Fraction(2, 5), Fraction(1, 2)))
    assert check(two_free_pairs(COARSE, above)).estimates.p_baseline.low == pytest.approx(0.5, abs=1e-15)
    assert check(two_free_pairs(COARSE, below)).estimates.p_baseline.high == pytest.approx(0.5, abs=1e-15)


def test_equal_differences_have_p_0_and_zero_ones_none():
    square = area_lattice("square", 1, 2)
    # areas 1 and 4: differences -3, 0, 3; p is 0 for equal ones, 1 for opposite ones, 1/2 with one zero
    zero, one = (check(two_free_pairs(square, PPrinted("baseline", span))) for span in (rounded("0.0"), rounded("1")))
    assert zero.size == 2
    assert zero.estimates.p_baseline.high == 0 == zero.simplest.p_baseline
    # as 1 was rounded, 1/2 is in it: 2 for opposite differences, 8 for one of zero, in two ways
    assert one.size == 10
    assert check(two_free_pairs(square)).size == 16
    first = PairPrinted("1", lesion("1T", exactly(1)), lesion("1C", exactly(1)))
    nothing = replace(two_free_pairs(square), pairs=(first, replace(first, name="2")))
    found = check(nothing)
    assert found.size == 1
    assert isinstance(found.estimates.p_final, Missing)
    assert isinstance(found.simplest.p_final, Missing)
    assert check(replace(nothing, ps=(PPrinted("final", Span(Fraction(0), Fraction(1))),))).fails


def test_one_pair_has_neither_sd_nor_p():
    problem = two_free_pairs(area_lattice("square", 1, 3))
    found = check(replace(problem, pairs=problem.pairs[:1]))
    assert found.size == 9
    assert isinstance(found.estimates.sd_final, Missing)


@settings(repeatable, max_examples=200)
@given(
    st.lists(st.integers(-12, 12), min_size=1, max_size=4),
    st.tuples(*[st.fractions(0, 1, max_denominator=1000)] * 2).map(sorted),
)
def test_the_last_difference_by_trying_each(others, p):
    low, high = p
    assume(high > 0)
    n, reach = len(others) + 1, (-40, 40)
    window = area_windows.t_window(0, n, low, high)
    total, squares = np.array([sum(others)]), np.array([sum(d * d for d in others)])
    sums = area_windows.Sums((total, total), (squares, squares), np.ones(1, np.int64))
    intervals = area_windows.agreeing(window, sums, reach)
    found = [d for first, last in intervals for d in range(max(reach[0], first[0]), min(reach[1], last[0]) + 1)]
    assert len(found) == len(set(found))
    tried = np.array([[*others, d] for d in range(reach[0], reach[1] + 1)], float)
    assert sorted(found) == [
        d
        for d, value in zip(range(reach[0], reach[1] + 1), p_values(tried), strict=True)
        if close(value, Span(low, high))
    ]


# ---- a case from print


def case(lattice=None, percent=UNCHANGED, areas=None, attained=True, ps=("0.41", "0.39")):
    """Six areas, eight percentages, two ranges and two p of four pairs."""
    area = areas or (lambda text: exactly(Decimal(text)))
    doubled = exactly(100) if percent == UNCHANGED else rounded("100")
    free = [PairPrinted(i, lesion(f"{i}T", percent=percent), lesion(f"{i}C", percent=percent)) for i in ("3", "4")]
    pairs = (
        PairPrinted(
            "1",
            lesion("1T", area("0.09"), exactly(0), exactly(-100)),
            lesion("1C", area("0.16"), area("0.09"), rounded("-44")),
        ),
        PairPrinted("2", lesion("2T", percent=percent), lesion("2C", area("2"), area("4"), doubled)),
        *free,
    )
    visits = ("baseline", "final")
    return AreaProblem(
        pairs,
        RangePrinted(area("0.09"), area("4"), attained),
        RangePrinted(area("0.16"), area("4"), attained),
        tuple(PPrinted(visit, rounded(p)) for visit, p in zip(visits, ps, strict=True) if p),
        lattice or area_lattice("rectangle", 0.1, 2),
    )


def test_the_case():
    """The numbers of 12 159 data sets: what is stable about them."""
    found = consistent_areas(case())
    assert found.size == 12_159
    assert [stage.count for stage in found.funnel] == [81_136_812_032, 16_865_121, 95_376, 12_159]
    assert [stage.constraint for stage in found.funnel] == [
        "printed areas and percentages",
        "ranges at baseline",
        "p at baseline, 0.405 to 0.415",
        "p at the final visit, 0.385 to 0.395",
    ]
    assert found.lattice_size == 152
    assert found.combinations == 152**5
    assert found.fails == ""
    assert {(c.lesion, c.visit): c.area for c in found.common} == {
        ("1T", "baseline"): 0.09,
        ("1T", "final"): 0.0,
        ("1C", "baseline"): 0.16,
        ("1C", "final"): 0.09,
        ("2C", "baseline"): 2.0,
        ("2C", "final"): 4.0,
    }


def test_the_simplest_of_the_case():
    # 2 = 4 cm² treated, and pairs 3 and 4 equal on both sides: t of [-0.07, 2, 0, 0] and [-0.09, 0, 0, 0]
    simplest = consistent_areas(case()).simplest
    assert simplest.member == (
        pair("1", 0.09, 0.0, 0.16, 0.09),
        pair("2", 4.0, 4.0, 2.0, 4.0),
        pair("3", 4.0, 4.0, 4.0, 4.0),
        pair("4", 4.0, 4.0, 4.0, 4.0),
    )
    assert (simplest.differing, simplest.distinct, simplest.proven) == (0, 1, True)
    assert (round(simplest.p_baseline, 4), round(simplest.p_final, 4)) == (0.4107, 0.3910)
    for given_p, d in ((simplest.p_baseline, [-0.07, 2, 0, 0]), (simplest.p_final, [-0.09, 0, 0, 0])):
        assert given_p == pytest.approx(stats.ttest_1samp(d, 0).pvalue, rel=1e-9)


def test_estimates_of_the_case():
    found = consistent_areas(case()).estimates
    # both lesions of pairs 3 and 4 keep their areas, so that the change is that of pairs 1 and 2
    assert given_ends(found.difference_change) == pytest.approx((-0.505, -0.505))
    assert given_ends(found.difference_percent) == pytest.approx((-39.0625, -39.0625))
    assert given_ends(found.difference_baseline) == pytest.approx((-0.5, 0.4825))
    assert given_ends(found.difference_final) == pytest.approx((-1.005, -0.0225))
    assert 0.405 <= found.p_baseline.low < found.p_baseline.high <= 0.415
    assert 0.385 <= found.p_final.low < found.p_final.high <= 0.395


def test_members_of_the_case_agree_with_everything():
    problem = case()
    found, members = consistent_areas(problem), consistent_members(problem, 20_000)
    assert len(members) == len(set(members)) == found.size
    areas = np.array(
        [[[p.treated.baseline, p.treated.final, p.control.baseline, p.control.final] for p in m] for m in members]
    )
    baseline, final = np.round(areas[..., [0, 2]], 9), np.round(areas[..., [1, 3]], 9)
    assert np.all(baseline.min(axis=(1, 2)) == 0.09)
    assert np.all(baseline.max(axis=1) == 4)
    assert np.all(baseline[..., 1].min(axis=1) == 0.16)
    assert np.all(baseline[:, 2:] == final[:, 2:])
    for visit, (low, high) in enumerate(((0.405, 0.415), (0.385, 0.395))):
        p = stats.ttest_rel(areas[..., visit], areas[..., visit + 2], axis=1).pvalue
        assert np.all((low <= p) & (p <= high))
        ends_of_p = found.estimates.p_final if visit else found.estimates.p_baseline
        assert given_ends(ends_of_p) == ends(p)
    hundredths = np.round(areas * 100).astype(int)
    differences = (hundredths[..., 0] - hundredths[..., 2]).sum(1), (hundredths[..., 1] - hundredths[..., 3]).sum(1)
    assert {(round(x * 400), round(y * 400)): c for x, y, c in found.joint.points} == Counter(
        zip(*differences, strict=True)
    )
    counts = {(m.lesion, m.visit): dict(m.counts) for m in found.marginals}
    assert counts["3T", "baseline"] == Counter(areas[:, 2, 0].tolist())
    assert counts["2T", "final"] == Counter(areas[:, 1, 1].tolist())


def test_members_come_in_one_order():
    problem = case(attained=False, ps=("0.41", None))
    assert consistent_members(problem, 50) == consistent_members(problem, 300)[:50]
    assert len(consistent_members(problem, 300)) == 300
    assert consistent_members(problem, 0) == ()
    with pytest.raises(Refusal, match="limit: -1 given; wanted 0 or more"):
        consistent_members(problem, -1)


@pytest.mark.parametrize(
    ("changes", "sizes"),
    [
        # somebody who was lost may have the extremes
        ({"attained": False}, [81_136_812_032, 56_043_933_696, 536_842_810, 48_859_105]),
        ({"ps": ("0.41", None)}, [81_136_812_032, 16_865_121, 95_376]),
        ({"ps": (None, None)}, [81_136_812_032, 16_865_121]),
        ({"percent": rounded("0")}, [133_827_821_568, 23_277_905, 149_232, 14_321]),
        ({"areas": lambda text: rounded(text, 2)}, [81_136_812_032, 16_865_121, 95_376, 12_159]),
    ],
)
def test_variants_of_the_case(changes, sizes):
    assert [stage.count for stage in consistent_areas(case(**changes)).funnel] == sizes


def test_a_finer_step_of_the_case():
    found = consistent_areas(case(area_lattice("rectangle", 0.05, 2)))
    assert found.size == 460_725
    assert found.simplest.member[1:] == consistent_areas(case()).simplest.member[1:]


def test_a_picture_of_many_points_is_binned():
    found = consistent_areas(case(percent=rounded("0"), ps=(None, None)))
    # two units of 0.01 cm² over four pairs
    assert found.joint.width == pytest.approx(0.005)
    assert len(found.joint.points) <= area_summary.MOST_POINTS
    assert sum(count for _, _, count in found.joint.points) == found.size


def test_bins_hold_the_points_within_them(monkeypatch):
    problem = small(COARSE, FIRST, SECOND, free=SOME)
    exact = consistent_areas(problem).joint
    monkeypatch.setattr(area_summary, "MOST_POINTS", 50)
    binned = consistent_areas(problem).joint
    assert len(binned.points) <= 50 < len(exact.points)
    counts = {(x, y): 0 for x, y, _ in binned.points}
    for x, y, count in exact.points:
        (home,) = [at for at in counts if max(abs(at[0] - x), abs(at[1] - y)) < binned.width / 2]
        counts[home] += count
    assert [(*at, count) for at, count in counts.items()] == [*binned.points]


# ---- nothing fits


@pytest.mark.parametrize(
    ("changes", "fails"),
    [
        ({"lattice": area_lattice("rectangle", 0.5, 2)}, "1T at baseline: no area on the lattice is 0.09 cm²"),
        ({"lattice": area_lattice("rectangle", 0.1, 1.9)}, "2C at baseline: no area on the lattice is 2 cm²"),
        ({"ps": ("0.001", "0.39")}, "p at baseline, 0.0005 to 0.0015"),
        ({"ps": ("0.41", "0.01")}, "p at the final visit, 0.005 to 0.015"),
    ],
)
def test_the_first_constraint_that_leaves_nothing_is_named(changes, fails):
    found = consistent_areas(case(**changes))
    assert (found.size, found.fails) == (0, fails)
    assert found.funnel[-1].count == 0
    assert consistent_members(case(**changes), 5) == ()


def test_ranges_that_leave_nothing_are_named():
    outside = RangePrinted(exactly(0.5), None)
    assert check(small(COARSE, FIRST, SECOND, ranges=(outside, NO_RANGE))).fails == (
        "ranges at baseline: no area of 1T lies within"
    )
    unmet = RangePrinted(exactly(0.3), None, True)
    shown = replace(SECOND, treated=lesion("2T", exactly(0.5)))
    assert check(small(COARSE, shown, shown, ranges=(unmet, NO_RANGE))).fails == (
        "ranges at baseline: no lesion attains the smallest treated area"
    )
    # one treated lesion is left that could have either end, and can't have both
    both, first = RangePrinted(exactly(0.25), exactly(4), True), replace(FIRST, treated=lesion("1T", exactly(1)))
    assert check(AreaProblem((first, SECOND), both, NO_RANGE, (), COARSE)).fails == (
        "ranges at baseline: not all printed ends can be attained at once"
    )


# ---- what is refused, cut short or stopped


def test_problems_that_are_none_are_refused():
    problem = case()
    with pytest.raises(Refusal, match="pairs: 1 given; wanted at least 1, and at least 2 for a p"):
        replace(problem, pairs=problem.pairs[:1])
    with pytest.raises(Refusal, match="pairs: 0 given"):
        replace(problem, pairs=(), ps=())
    for span in (exactly(0), Span(Fraction(11, 10), Fraction(2))):
        with pytest.raises(Refusal, match=r"p: .* given; wanted a p above 0, at most 1"):
            replace(problem, ps=(PPrinted("final", span),))


@pytest.mark.parametrize(
    ("place", "name", "limit", "message"),
    [
        (area_pairs, "MOST_ASSIGNMENTS", 100, "2 can be filled in in 144 ways; the limit is 100"),
        (
            area_runs,
            "MOST_OUTER",
            1000,
            "all pairs but one can differ in .* ways, times 1 changes .*; the limits are 1,000",
        ),
        (area_runs, "MOST_WORK", 1000, "all pairs but one can differ in .* ways, times 1 changes"),
        (area_tally, "MOST_CELLS", 100, "mean differences at both visits have 1,.* values; the limit is 100"),
        (area_filling, "MOST_SETS", 10**6, "the pairs can be filled in in 6e.10 ways; the limit is 1e.06"),
    ],
)
def test_too_much_work_is_refused_with_its_size(monkeypatch, place, name, limit, message):
    monkeypatch.setattr(place, name, limit)
    with pytest.raises(OverBudget, match=message):
        consistent_areas(case())


def test_percentages_rounded_on_a_fine_lattice_are_refused():
    problem = case(area_lattice("rectangle", 0.05, 2), percent=rounded("0"))
    with pytest.raises(OverBudget, match=r"times 25 changes of that one makes 1,153,721,500; the limits are"):
        consistent_areas(problem)


def test_a_simplest_that_is_not_proven_still_agrees(monkeypatch):
    problem = small(COARSE, FIRST, SECOND, AT_BASELINE, free=SOME)
    monkeypatch.setattr(area_simplest, "MOST_PARTIAL", 20)
    simplest = consistent_areas(problem).simplest
    assert not simplest.proven
    assert simplest.member in consistent_members(problem, 10**5)


def test_whoever_waits_can_stop_it():
    heard = []
    listener = Listener(lambda share, what: heard.append((share, what)), lambda: len(heard) > 2)
    with heard_by(listener), pytest.raises(Stopped, match="data sets that agree"):
        consistent_areas(case(area_lattice("rectangle", 0.05, 2)))
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)


def test_parts_are_added_up_to_the_same(monkeypatch):
    problem = small(COARSE, FIRST, SECOND, AT_BASELINE, AT_FINAL, ranges=RANGES["rounded"], free=SOME)
    whole, members = consistent_areas(problem), consistent_members(problem, 10**6)
    for place, limits in ((area_runs, ("MOST_PART", "MOST_BATCH")), (area_tally, ("MOST_PART", "MOST_MATRIX"))):
        for limit in limits:
            monkeypatch.setattr(place, limit, 7)
    assert consistent_areas(problem) == whole
    assert Counter(consistent_members(problem, 10**6)) == Counter(members)


def test_the_example_of_the_docstring():
    assert doctest.testmod(module).failed == 0
