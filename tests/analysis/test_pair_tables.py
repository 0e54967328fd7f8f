"""Tables of pairs against every table, listed and summarised with other tools: itertools, statistics and scipy."""

import doctest
import math
import statistics
import warnings
from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import pair_table_p, pair_table_search
from lib.analysis import pair_tables as module
from lib.analysis.pair_table_counts import margin_counter, multisets, ranks
from lib.analysis.pair_table_p import p_values
from lib.analysis.pair_tables import PairSummaries, pair_tables
from lib.analysis.registry import TESTS
from lib.errors import OverBudget, Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing, known
from tests.analysis import brute_force
from tests.analysis.brute_force import ALTERNATIVES

repeatable = settings(derandomize=True, deadline=None, max_examples=50)
KEYS = ("mean_treated", "sd_treated", "mean_control", "sd_control", "mean_difference", "sd_difference", "p")
MIRROR = {"two-sided": "two-sided", "less": "greater", "greater": "less"}


# ---- every table


def every(n, low, high):
    scores = range(low, high + 1)
    return list(combinations_with_replacement(product(scores, scores), n))


def prattled(differences):
    """Pratt's V: ranks among all sizes, those of zeros left out of the sum."""
    sizes = [abs(d) for d in differences]
    rank = {s: 1 + sum(o < s for o in sizes) + Fraction(sizes.count(s) - 1, 2) for s in sizes}
    return sum((rank[d] for d in [abs(d) for d in differences if d > 0]), Fraction(0))


STATISTICS = {
    "sign-flip": brute_force.total,
    "signed-rank": brute_force.positive_ranks,
    "signed-rank-pratt": prattled,
    "sign": brute_force.positives,
    "mcnemar": brute_force.positives,
}


@cache
def p_of(test, differences, alternative):
    """By scipy, or by every labelling; None where there is none."""
    if test != "t":
        return float(brute_force.p(STATISTICS[test], differences, alternative))
    if len(differences) == 1 or not any(differences):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # equal differences: their t is infinite
        return float(stats.ttest_rel(differences, [0] * len(differences), alternative=alternative).pvalue)


def numbers(table, test, alternative):
    """Every number of a table: what may be printed, and what ranges are given of."""
    n, a, b = len(table), [a for a, _ in table], [b for _, b in table]
    d = sorted(x - y for x, y in table)
    varied = n > 1 and len(set(a)) > 1 and len(set(b)) > 1
    found = {
        "mean_treated": Fraction(sum(a), n),
        "mean_control": Fraction(sum(b), n),
        "mean_difference": Fraction(sum(d), n),
        "correlation": statistics.correlation(a, b) if varied else None,
        "higher": sum(x > 0 for x in d) / n,
        "lower": sum(x < 0 for x in d) / n,
        "equal": d.count(0) / n,
        "p": p_of(test, tuple(d), alternative),
        "differences": tuple(d),
    }
    for key, values in (("sd_treated", a), ("sd_control", b), ("sd_difference", d)):
        found[key] = variance(tuple(sorted(values)))
    return found


@cache
def variance(values):
    return statistics.variance(map(Fraction, values)) if len(values) > 1 else None


def meets(key, value, printed):
    """Whether a mean, variance or p rounds to what is printed of mean, SD or p."""
    if value is None:
        return False
    half = Fraction(10) ** printed.as_tuple().exponent / 2
    if key.startswith("sd"):
        return max(Fraction(0), Fraction(printed) - half) ** 2 <= value <= (Fraction(printed) + half) ** 2
    error = Fraction(1, 10**12) if key == "p" else 0
    return abs(Fraction(value) - Fraction(printed)) <= half + error


def listed(question):
    """The tables that meet what is printed, and how many do after each summary."""
    rest = [
        (table, numbers(table, question.test, question.alternative))
        for table in every(question.n, question.low, question.high)
    ]
    funnel = []
    for key in KEYS:
        if (printed := getattr(question, key)) is not None:
            rest = [(table, found) for table, found in rest if meets(key, found[key], printed)]
            funnel.append((key, len(rest)))
    return rest, funnel


def check(question):
    """Everything that the enumeration says, against the list."""
    found = pair_tables(question, examples=7)
    rest, funnel = listed(question)
    cells = question.levels**2
    assert found.total == math.comb(question.n + cells - 1, question.n)
    assert [(stage.key, stage.tables) for stage in found.funnel] == funnel
    assert found.size == len(rest)
    assert (found.fails == "") is bool(rest)
    check_ranges(found, [numbers for _, numbers in rest], question)
    check_cells(found, [table for table, _ in rest])


def check_ranges(found, rest, question):
    for key in ("mean_treated", "mean_control", "mean_difference", "correlation", "higher", "lower", "equal"):
        check_range(getattr(found.ranges, key), [row[key] for row in rest])
    variances = [row["sd_difference"] for row in rest]
    check_range(found.ranges.sd_difference, [None if v is None else math.sqrt(v) for v in variances])
    means = Counter(float(row["mean_difference"]) for row in rest)
    assert found.by_mean_difference == tuple(sorted(means.items()))
    assert [key for key, _ in found.ranges.p] == list(TESTS)
    for test, span in found.ranges.p:
        suits = test != "mcnemar" or (question.low, question.high) == (0, 1)
        values = [p_of(test, row["differences"], question.alternative) if suits else None for row in rest]
        check_range(span, values)


def check_range(span, values):
    defined = [float(value) for value in values if value is not None]
    assert span.tables == len(defined)
    if defined:
        assert (span.low, span.high) == pytest.approx((min(defined), max(defined)), abs=1e-12)
    else:
        assert span.low.reason == span.high.reason != ""


def check_cells(found, rest):
    counts = [Counter(table) for table in rest]
    for cell in found.cells:
        place = (cell.treated, cell.control)
        pairs = [count[place] for count in counts]
        assert cell.mean == pytest.approx(sum(pairs) / max(1, len(pairs)))
        assert (cell.most, cell.tables) == (max(pairs, default=0), sum(n > 0 for n in pairs))
    assert set(found.always) == (set.intersection(*map(set, rest)) if rest else set())
    assert set(found.never) == {(c.treated, c.control) for c in found.cells} - set().union(*map(set, rest))
    assert found.labelled == sum(
        math.factorial(len(table)) // math.prod(map(math.factorial, count.values()))
        for table, count in zip(rest, counts, strict=True)
    )
    assert found.examples == tuple(sorted(rest, key=lambda table: (len(set(table)), table))[:7])


# ---- questions


def printed_of(table, low, high, digits, keys, test="t", alternative="two-sided", rounding=ROUND_HALF_UP):
    """What a paper prints of a table; an SD or p that does not exist is left out."""
    found = numbers(tuple(table), test, alternative)
    values = {}
    for key in keys:
        value = found[key]
        if value is not None:
            exact = Fraction(math.sqrt(value)) if key.startswith("sd") else Fraction(value)
            decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
            values[key] = decimal.quantize(Decimal(1).scaleb(-digits), rounding)
    return PairSummaries(len(table), low, high, test=test, alternative=alternative, **values)


def drawn(draw, n, low, high, test):
    """A question about a random table, or about numbers of two tables that may contradict each other."""
    scores = range(low, high + 1)
    keys = [key for key in KEYS if draw.random() < 0.5]
    digits, alternative = draw.choice([0, 1, 2]), draw.choice(ALTERNATIVES)
    one, other = ([(draw.choice(scores), draw.choice(scores)) for _ in range(n)] for _ in range(2))
    question = printed_of(one, low, high, digits, keys, test, alternative)
    if draw.random() < 0.3:
        stray = printed_of(other, low, high, digits, [draw.choice(KEYS)], test, alternative)
        question = replace(question, **{key: getattr(stray, key) for key in KEYS if getattr(stray, key) is not None})
    return question


SIZES = [(1, 0, 3), (2, 0, 4), (3, 0, 3), (3, -1, 1), (4, 1, 3), (5, 0, 1), (5, 1, 2), (6, 0, 1)]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("n", "low", "high"), SIZES)
def test_every_table(n, low, high, test):
    if test == "mcnemar" and (low, high) != (0, 1):
        return
    draw = Random(f"{n} {low} {high} {test}")
    for _ in range(4):
        check(drawn(draw, n, low, high, test))


def test_nothing_printed_leaves_every_table():
    check(PairSummaries(3, 0, 2))
    check(PairSummaries(4, 0, 1, alternative="less"))


@pytest.mark.parametrize(
    "given",
    [
        {"p": "0.39"},
        {"mean_treated": "2.3", "mean_control": "1.5", "p": "0.06"},
        {"sd_treated": "0.96", "sd_control": "1.3", "sd_difference": "1.71"},
    ],
    ids=str,
)
def test_every_table_of_four_pairs_on_five_scores(given):
    check(PairSummaries(4, 0, 4, **{key: Decimal(value) for key, value in given.items()}))


# ---- known


@pytest.mark.parametrize(("n", "levels", "total"), [(4, 5, 20_475), (4, 9, 1_929_501), (4, 2, 35), (3, 3, 165)])
def test_how_many_tables_there_are(n, levels, total):
    # C(n + K² − 1, n)
    assert pair_tables(PairSummaries(n, 0, levels - 1, mean_treated=Decimal(0))).total == total


def test_a_p_of_four_pairs_on_five_scores():
    # t with 3 degrees of freedom: 2·P(T > 1) = 0.391, and no other t that is possible has a p that rounds to 0.39
    found = pair_tables(PairSummaries(4, 0, 4, p=Decimal("0.39")), examples=1280)
    assert dict(found.ranges.p)["t"].low == pytest.approx(2 * stats.t.sf(1, 3), abs=1e-14)
    assert dict(found.ranges.p)["t"].high == pytest.approx(2 * stats.t.sf(1, 3), abs=1e-14)
    sizes = Counter(tuple(sorted(abs(a - b) for a, b in table)) for table in found.examples)
    # One difference that is not zero has t = ±1, whatever it is: 2·(5 − d) cells for it, C(5 + 2, 3) = 35 ways to have
    # three pairs of equal scores.
    alone = {(0, 0, 0, d): 2 * (5 - d) * 35 for d in range(1, 5)}
    # The other 580 have t = ±1 too: three differences of one size against one, for instance.
    others = {(1,) * 4: 160, (2,) * 4: 60, (3,) * 4: 16, (4,) * 4: 2, (0, 1, 2, 2): 240, (0, 2, 4, 4): 30}
    assert sizes == {**alone, **others, (1, 2, 2, 4): 72}
    assert (found.size, sum(alone.values())) == (1280, 700)


def test_changes_from_baseline():
    # changes on five scores, −4 to 4: 81 cells, all 1,929,501 tables
    found = pair_tables(PairSummaries(4, -4, 4))
    assert (found.size, found.labelled) == (1_929_501, 81**4)
    assert sum(count for _, count in found.by_mean_difference) == found.size
    assert (found.ranges.mean_treated.low, found.ranges.mean_difference.high) == (-4, 8)
    given = pair_tables(PairSummaries(4, -4, 4, mean_treated=Decimal("-1.5"), p=Decimal("0.03")))
    assert 0 < given.size < found.size
    assert {sum(a for a, _ in table) for table in given.examples} == {-6}


def test_more_pairs_where_the_summaries_are_tight():
    # 1.3e9 tables; the differences are filtered from C(20, 12) multisets, and each filled in
    table = [(0, 0), (1, 1), (1, 0), (2, 1), (2, 2), (2, 3), (3, 2), (3, 3), (3, 1), (4, 2), (4, 4), (1, 1)]
    question = printed_of(table, 0, 4, 2, KEYS)
    found = pair_tables(question, examples=10**6)
    assert found.total == math.comb(36, 12)
    assert tuple(sorted(table)) in found.examples
    assert len(set(found.examples)) == found.size
    for one in found.examples:
        values = numbers(one, "t", "two-sided")
        assert all(meets(key, values[key], getattr(question, key)) for key in KEYS)


# ---- properties

pairs_of_scores = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4)
questions = st.tuples(
    pairs_of_scores,
    st.integers(0, 2),
    st.sets(st.sampled_from(KEYS)),
    st.sampled_from([test for test in TESTS if test != "mcnemar"]),
    st.sampled_from(ALTERNATIVES),
)


@repeatable
@given(questions, st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_what_was_printed_of_a_table_has_that_table(drawn, rounding):
    table, digits, keys, test, alternative = drawn
    keys = keys | {"mean_treated", "sd_difference"}  # so that few tables are left
    question = printed_of(table, 0, 3, digits, keys, test, alternative, rounding)
    found = pair_tables(question, examples=10**5)
    assert tuple(sorted(table)) in found.examples
    assert found.fails == ""


@repeatable
@given(questions)
def test_swapping_arms_mirrors_the_tables(drawn):
    table, digits, keys, test, alternative = drawn
    question = printed_of(table, 0, 3, digits, keys, test, alternative)
    mean = question.mean_difference
    swapped = replace(
        question,
        mean_treated=question.mean_control,
        sd_treated=question.sd_control,
        mean_control=question.mean_treated,
        sd_control=question.sd_treated,
        mean_difference=None if mean is None else -mean,
        alternative=MIRROR[alternative],
    )
    here, there = pair_tables(question, examples=10**5), pair_tables(swapped, examples=10**5)
    assert (here.size, here.labelled) == (there.size, there.labelled)
    assert {tuple(sorted((b, a) for a, b in example)) for example in here.examples} == set(there.examples)
    assert {(c.treated, c.control): (c.mean, c.most, c.tables) for c in here.cells} == {
        (c.control, c.treated): (c.mean, c.most, c.tables) for c in there.cells
    }
    assert (here.ranges.higher, here.ranges.mean_treated) == (there.ranges.lower, there.ranges.mean_control)
    assert (here.ranges.p, here.ranges.sd_difference) == (there.ranges.p, there.ranges.sd_difference)
    assert here.by_mean_difference == tuple((-value, count) for value, count in reversed(there.by_mean_difference))


@repeatable
@given(questions, st.sampled_from(KEYS))
def test_printing_less_never_leaves_less(drawn, dropped):
    table, digits, keys, test, alternative = drawn
    question = printed_of(table, 0, 3, digits, keys, test, alternative)
    less = pair_tables(replace(question, **{dropped: None}), examples=0)
    assert less.size >= pair_tables(question, examples=0).size


@repeatable
@given(questions, st.sampled_from(["treated", "control", "difference"]))
def test_it_is_nothing_from_which_coordinate_tables_are_listed(drawn, side):
    table, digits, keys, test, alternative = drawn
    question = printed_of(table, 0, 3, digits, keys, test, alternative)
    fewest = pair_tables(question)
    with pytest.MonkeyPatch.context() as patch:
        masks = pair_table_search._masks
        patch.setattr(pair_table_search, "_fewest", lambda search: (search.leads[side], masks(search)[side]))
        patch.setattr(pair_table_search, "_CHUNK", 40)
        assert pair_tables(question) == fewest


# ---- counting


def test_tables_with_given_margins():
    # a table of 4 pairs on 3 scores by its rows' and columns' totals
    margins = Counter(
        (tuple(sorted(Counter(a for a, _ in t).values())), tuple(sorted(Counter(b for _, b in t).values())), *ends)
        for t in every(4, 0, 2)
        for ends in [(frozenset(Counter(a for a, _ in t).items()), frozenset(Counter(b for _, b in t).items()))]
    )
    count = margin_counter(10**6)
    for (rows, columns, *_), tables in margins.items():
        assert count(rows, columns) == count(columns[::-1], (*rows, 0)) == tables


def test_margins_that_take_too_long():
    count = margin_counter(100)
    with pytest.raises(OverBudget, match="tables of 16 pairs with given margins take more than 100 steps"):
        count((4, 4, 4, 4, 4), (4, 4, 4, 4, 4))


def test_ranks_are_places():
    rows = multisets(4, 5)
    assert sorted(ranks(rows, 5).tolist()) == list(range(len(rows))) == list(range(math.comb(8, 4)))


# ---- p of many differences


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("test", TESTS)
def test_p_of_every_set_of_differences(test, alternative):
    reach, n = (1, 6) if test == "mcnemar" else (3, 4)
    rows = multisets(n, 2 * reach + 1) - np.int16(reach)
    p = p_values(test, alternative, rows)
    for row, value in zip(rows.tolist(), p.tolist(), strict=True):
        wanted = p_of(test, tuple(row), alternative)
        assert math.isnan(value) if wanted is None else value == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_p_is_that_of_the_registry(test):
    draw = Random(test)
    reach = 1 if test == "mcnemar" else 8
    rows = np.sort([[draw.randint(-reach, reach) for _ in range(9)] for _ in range(60)], axis=1).astype(np.int16)
    for alternative in ALTERNATIVES:
        unit = 100 if test == "mcnemar" else 1
        wanted = [TESTS[test].p([unit * d for d in row], alternative) for row in rows.tolist()]
        assert p_values(test, alternative, rows).tolist() == wanted


def test_equal_differences_have_an_infinite_t():
    rows = np.array([[-2, -2, -2], [0, 0, 0], [1, 1, 1]], np.int16)
    for alternative, wanted in (("two-sided", [0, 0]), ("less", [0, 1]), ("greater", [1, 0])):
        p = p_values("t", alternative, rows).tolist()
        assert [p[0], p[2]] == wanted
        assert math.isnan(p[1])
    found = pair_tables(PairSummaries(3, 0, 1, p=Decimal("0.00")))
    assert [table for table in found.examples if {a - b for a, b in table} == {1}] == [((1, 0),) * 3]


def test_all_zero_differences_have_no_t():
    one = PairSummaries(4, 0, 4, sd_difference=Decimal("0.0"), mean_difference=Decimal("0.0"))
    found = pair_tables(one)
    assert (found.size, dict(found.ranges.p)["t"].tables) == (math.comb(8, 4), 0)
    assert dict(found.ranges.p)["sign-flip"].low == 1
    assert pair_tables(replace(one, p=Decimal("1.0"))).size == 0
    assert pair_tables(replace(one, p=Decimal("1.0"), test="sign-flip")).size == math.comb(8, 4)


def test_p_that_takes_too_long_is_missing(monkeypatch):
    whole = pair_tables(PairSummaries(4, 0, 4))
    monkeypatch.setattr(pair_table_p, "MOST_TESTED", 400)
    found = pair_tables(PairSummaries(4, 0, 4))
    assert found.size == whole.size
    assert dict(found.ranges.p)["sign"] == dict(whole.ranges.p)["sign"]
    low = dict(found.ranges.p)["sign-flip"].low
    assert isinstance(low, Missing)
    assert low.reason.startswith("test: sign-flip given; wanted at most 100 kinds of differences, there are ")
    with pytest.raises(OverBudget, match="test: sign-flip given"):
        pair_tables(PairSummaries(4, 0, 4, p=Decimal("0.50"), test="sign-flip"))
    # fewer tables have fewer differences
    few = PairSummaries(4, 0, 4, mean_treated=Decimal("4.0"), p=Decimal("0.13"), test="sign-flip")
    assert known(dict(pair_tables(few).ranges.p)["sign-flip"].low)


# ---- none


def none(**given):
    given = {key: Decimal(value) if key in KEYS else value for key, value in given.items()}
    return pair_tables(PairSummaries(**{"n": 4, "low": 0, "high": 4, **given}))


@pytest.mark.parametrize(
    ("given", "fails"),
    [
        (
            {"mean_treated": "2.6", "sd_treated": "1.0", "p": "0.39"},
            "mean treated 2.6: the nearest means of 4 whole scores are 2.5 and 2.75; neither rounds to 2.6",
        ),
        (
            {"mean_treated": "2.5", "mean_control": "1.1"},
            "mean control 1.1: the nearest means of 4 whole scores are 1 and 1.25; neither rounds to 1.1",
        ),
        (
            {"mean_treated": "2.5", "sd_treated": "1.2"},
            "SD treated 1.2: the nearest SDs of 4 whole scores that meet what comes before are 1 and 1.291; "
            "neither rounds to 1.2",
        ),
        (
            {"mean_difference": "0.6"},
            "mean difference 0.6: the nearest mean differences of 4 pairs are 0.5 and 0.75; neither rounds to 0.6",
        ),
        (
            {"mean_treated": "2.5", "mean_control": "1.8", "mean_difference": "0.5"},
            "mean difference 0.5: the nearest mean difference of 4 pairs that meet what comes before is 0.75, "
            "which does not round to 0.5",
        ),
        (
            {"mean_difference": "0.75", "sd_difference": "1.2"},
            "SD of the differences 1.2: the nearest SDs of 4 differences of whole scores that meet what comes before "
            "are 0.957 and 1.258; neither rounds to 1.2",
        ),
        (
            {"sd_treated": "0.00", "sd_control": "0.00", "sd_difference": "0.50"},
            "SD of the differences 0.50: no table that meets what comes before has it",
        ),
        (
            {"p": "0.97"},
            "p (Paired t test, two-sided) 0.97: the nearest p of 4 differences of whole scores are 0.9157 and 1; "
            "neither rounds to 0.97",
        ),
        (
            {"p": "0.40", "test": "sign-flip", "alternative": "less"},
            "p (Exact sign-flip test, less) 0.40: the nearest p of 4 differences of whole scores are 0.375 and 0.4375; "
            "neither rounds to 0.40",
        ),
        ({"n": 1, "sd_treated": "0.0"}, "SD treated 0.0: one pair has no standard deviation"),
        (
            {"n": 1, "p": "0.5"},
            "p (Paired t test, two-sided) 0.5: there is no p of 1 difference of whole scores",
        ),
    ],
    ids=str,
)
def test_the_first_summary_that_no_table_meets_is_named(given, fails):
    found = none(**given)
    assert (found.size, found.labelled, found.examples, found.always) == (0, 0, (), ())
    assert found.fails == fails
    assert found.ranges.mean_treated.low == Missing("no table meets what is printed")


def test_none_on_a_long_scale():
    assert none(n=2, high=400, mean_treated="0.3").size == 0


def test_what_comes_after_is_counted_as_none():
    found = none(mean_treated="2.6", sd_treated="1.0", p="0.39")
    assert [stage.tables for stage in found.funnel] == [0, 0, 0]
    assert [stage.label for stage in found.funnel] == ["mean treated", "SD treated", "p (Paired t test, two-sided)"]


# ---- refused


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"n": 0}, "n: 0 given; wanted a whole number, at least 1"),
        ({"high": 0}, "high: 0 given; wanted an end of the scale above the other, 0"),
        ({"high": Decimal("4.5")}, "high: 4.5 given; wanted a whole number"),
        ({"mean_treated": Decimal("4.2")}, "mean_treated: 4.2 given; wanted a mean on the scale, 0 to 4"),
        ({"mean_control": Decimal("-1")}, "mean_control: -1 given; wanted a mean on the scale, 0 to 4"),
        ({"mean_difference": Decimal("5")}, "mean_difference: 5 given; wanted a mean of differences on the scale, -4"),
        ({"sd_control": Decimal("-1")}, "sd_control: -1 given; wanted a standard deviation of at least 0"),
        ({"p": Decimal("1.1")}, "p: 1.1 given; wanted a p, 0 to 1"),
        ({"p": 0.39}, "p: 0.39 given; wanted a finite Decimal, whose decimals are its rounding"),
        ({"test": "z"}, "test: 'z' given; wanted one of t, sign-flip, "),
        ({"test": "mcnemar"}, "test: mcnemar given; wanted another test: McNemar's is of responses, scored 0 and 1"),
        ({"alternative": "both"}, "alternative: 'both' given; wanted one of two-sided, less, greater"),
        ({"n": 10_000}, "n: 10,000 given; wanted at most 5,000 pairs"),
        ({"high": 5_000}, "high: 5000 given; wanted a scale of at most 1,000 scores from 0 on"),
    ],
    ids=str,
)
def test_refusals(given, told):
    with pytest.raises(Refusal) as refusal:
        pair_tables(PairSummaries(**{"n": 4, "low": 0, "high": 4, **given}))
    assert str(refusal.value).startswith(told)
    assert refusal.value.inputs == (told.split(":")[0],)


def test_examples_are_as_many_as_wanted():
    assert [len(pair_tables(PairSummaries(2, 0, 1), examples=k).examples) for k in (0, 3, 99)] == [0, 3, 10]
    with pytest.raises(Refusal, match="examples: -1 given; wanted a number of tables, at least 0"):
        pair_tables(PairSummaries(2, 0, 1), examples=-1)


def test_too_many_tables_are_refused_with_their_number_and_the_limit():
    with pytest.raises(OverBudget) as refusal:
        pair_tables(PairSummaries(12, 0, 4))
    assert str(refusal.value) == (
        "n: 12 given; wanted at most 7 on a scale of 5 scores, or more summaries, or finer ones: 1.3e+09 tables, "
        "of which what is printed leaves 1.3e+09 to go through; the limit is 3.3e+06"
    )
    assert refusal.value.inputs == ("n",)
    with pytest.raises(OverBudget, match=r"8.3e\+27 tables; the limit is 5.0e"):
        pair_tables(PairSummaries(5, 0, 999))


def test_a_contradiction_is_told_even_where_tables_are_too_many():
    found = none(n=24, mean_treated="2.30")
    assert "2.2917 and 2.3333; neither rounds to 2.30" in found.fails


def test_a_viewer_can_stop_it():
    listener = Listener(told=lambda share, what: None, stopped=lambda: True)
    with heard_by(listener), pytest.raises(Stopped):
        pair_tables(PairSummaries(4, 0, 4))


def test_more_than_twenty_pairs_are_not_named():
    found = pair_tables(PairSummaries(24, 0, 1, mean_treated=Decimal("0.50"), mean_control=Decimal("0.25")))
    assert found.labelled == Missing("not counted above 20 pairs")
    assert (found.size, found.funnel[-1].tables) == (7, 7)  # 2×2 margins 12, 12 and 6, 18


@pytest.mark.parametrize("source", [module, pair_table_p], ids=lambda source: source.__name__)
def test_the_examples_in_docstrings_hold(source):
    outcome = doctest.testmod(source)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_nothing_given_is_changed():
    question = PairSummaries(4, 0, 4, p=Decimal("0.39"))
    assert pair_tables(question).printed == question == PairSummaries(4, 0, 4, p=Decimal("0.39"))
