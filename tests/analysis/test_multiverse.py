"""Joint label-flip test over specifications: enumeration in exact arithmetic, the sign-flip test, R, symmetries."""

import doctest
import math
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import multiverse as module
from lib.analysis.multiverse import choice_influence, multiverse
from lib.analysis.sign_flip import sign_flip
from lib.errors import OverBudget, Refusal
from lib.values import Missing
from tests.analysis.peers import R_SLEEP, SLEEP

repeatable = settings(derandomize=True, deadline=None)
INFINITE = Decimal("Infinity")
TAIL = Fraction(1, 3**60)  # makes integers too long for a float


# ---- every flip, written apart from lib

# Two medians drawn here are equal or more than 1e-200 apart. Each is a sum of two roots of rationals, numerator and
# denominator of which have at most 15 bits. The difference times its conjugates (other signs of the four roots) is a
# rational with a denominator of at most 15 · 4 · 8 bits, 1e145, and the conjugates multiply to at most 500^15, 1e41.
DIGITS = 260
SAME = Decimal("1e-200")


def brute_d_z(row):
    """Mean / SD in DIGITS digits, from a rational signed square."""
    values = [value for value in row if value is not None]
    if not any(values):
        return Decimal(0)
    mean = Fraction(sum(values), len(values))
    square_sum = sum((value - mean) ** 2 for value in values)
    if not square_sum:
        return INFINITE.copy_sign(Decimal(mean.numerator))
    ratio = mean**2 * (len(values) - 1) / square_sum
    root = (Decimal(ratio.numerator) / Decimal(ratio.denominator)).sqrt()
    return root.copy_sign(Decimal(mean.numerator))


def brute_median(rows):
    ordered = sorted(map(brute_d_z, rows))
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return Decimal(0) if low == -high else (low + high) / 2


def brute_share(rows):
    means = [sum(value for value in row if value is not None) for row in rows]
    return Decimal(sum(2 * (mean > 0) + (mean == 0) for mean in means)) / (2 * len(means))


def flipped(rows, signs):
    return [[None if x is None else x * sign for x, sign in zip(row, signs, strict=True)] for row in rows]


def brute_p_and_floor(summary, middle, rows):
    """Over the participants who occur; the flips of others change nothing and would only repeat each flip."""
    occurring = [place for place in range(len(rows[0])) if any(row[place] is not None for row in rows)]
    rows = [[row[place] for place in occurring] for row in rows]
    with localcontext() as context:
        context.prec = DIGITS
        sizes = [abs(summary(flipped(rows, signs)) - middle) for signs in product((1, -1), repeat=len(occurring))]
        return tuple(share_reaching(sizes, size) for size in (sizes[0], max(sizes)))


def share_reaching(sizes, size):
    return sum(one >= size or abs(one - size) < SAME for one in sizes) / len(sizes)


def rows_of(values, most_rows=5, most_participants=6):
    """Rectangles in which somebody has a difference."""
    cells = st.none() | values
    return (
        st.integers(1, most_participants)
        .flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=1, max_size=most_rows))
        .filter(lambda rows: any(x is not None for row in rows for x in row))
    )


small = st.integers(-3, 3).map(Fraction)
thirds = st.integers(-9, 9).map(lambda i: Fraction(i, 3))


@settings(repeatable, max_examples=200)
@given(rows_of(small) | rows_of(thirds))
def test_p_and_floors_by_enumeration(rows):
    answer = multiverse(rows)
    assert (answer.median_p, answer.median_floor) == brute_p_and_floor(brute_median, 0, rows)
    assert (answer.share_p, answer.share_floor) == brute_p_and_floor(brute_share, Decimal("0.5"), rows)


def test_medians_tie_though_their_floats_do_not():
    # 5/√3 and 0 as given, 1/√3 and 4/√3 with the first participant flipped: as floats the sums differ in the last bit
    rows = [[1, 2, 2], [-2, 1, 1]]
    answer = multiverse(rows)
    assert answer.effects == pytest.approx((5 / math.sqrt(3), 0), rel=1e-12)
    assert (answer.median_p, answer.median_floor) == brute_p_and_floor(brute_median, 0, rows) == (0.5, 0.5)


# ---- one specification is the sign-flip test


def test_sleep_agrees_with_r():
    # R: exactRankTests::perm.test(paired = TRUE, exact = TRUE); d_z is t.test's t / √n
    answer = multiverse([SLEEP])
    assert answer.median_p == pytest.approx(float(R_SLEEP["p_signflip"]), abs=1e-9)
    assert answer.effects == (answer.median,)
    assert answer.median == pytest.approx(float(R_SLEEP["t"]) / math.sqrt(10), rel=1e-12)
    assert answer.means == pytest.approx([float(R_SLEEP["mean"])], rel=1e-12)


@repeatable
@given(st.lists(small | thirds | st.fractions(-9, 9, max_denominator=10**9), min_size=1, max_size=8))
def test_one_specification_is_the_sign_flip_test(differences):
    assert multiverse([differences]).median_p == sign_flip(differences).p


# ---- stated rules


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        ([0, 0], 0),
        ([2, 2], math.inf),
        ([-2, -2, None], -math.inf),
        ([3, None], math.inf),
        ([0, None], 0),
        ([None, None], 0),
        ([1, 3], math.sqrt(2)),  # mean 2, SD √2
        ([-1, 1], 0),
    ],
)
def test_the_effect_of_one_specification(row, effect):
    answer = multiverse([row, [1, 2, 3][: len(row)]])
    assert answer.effects[0] == pytest.approx(effect, rel=1e-15)
    assert answer.n[0] == sum(value is not None for value in row)


@pytest.mark.parametrize(
    ("rows", "median"),
    [
        ([[2, 2], [-1, -1]], 0),
        ([[2, 2], [1, 1]], math.inf),
        ([[2, 2], [1, 3]], math.inf),
        ([[0, 0], [1, 3]], math.sqrt(2) / 2),
        ([[0, 0], [1, 3], [5, 5]], math.sqrt(2)),
    ],
)
def test_the_median_of_effects(rows, median):
    assert multiverse(rows).median == pytest.approx(median, rel=1e-15)


def test_a_mean_of_zero_favours_treatment_by_half():
    assert multiverse([[1, -1], [2, 3], [-4, 1], [0, 0], [1, 1]]).share == 0.6
    assert multiverse([[None, 1], [None, None]]).share == 0.75


def test_floors_of_four_pairs():
    # every difference is positive: only the data and their mirror image reach so far
    answer = multiverse([[1, 2, 3, 4], [4, 2, 1, 1]])
    assert (answer.median_p, answer.median_floor, answer.general_floor) == (1 / 8, 1 / 8, 1 / 8)


def test_one_specification_without_a_zero_mean_always_has_a_share_of_nothing_or_all():
    answer = multiverse([[1, 2, 4]])
    assert (answer.share, answer.share_p, answer.share_floor, answer.general_floor) == (1, 1, 1, 1 / 4)


def test_zeros_raise_the_floor():
    answer = multiverse([[1, 2, 0, 0], [3, 1, 0, 0]])
    assert (answer.median_floor, answer.share_floor, answer.general_floor) == (1 / 2, 1 / 2, 1 / 8)
    assert multiverse([[0, 0]]).median_p == multiverse([[0, 0]]).median_floor == 1


def test_specifications_of_different_people_are_flipped_by_all_who_occur():
    answer = multiverse([[1, 2, None, None], [None, 1, 3, None]])
    assert (answer.flips, answer.n) == (8, (2, 2))


# ---- the null


@repeatable
@given(rows_of(small))
def test_the_null_is_symmetric_and_holds_p(rows):
    answer = multiverse(rows)
    assert len(answer.median_null) == answer.flips
    assert list(answer.median_null) == sorted(answer.median_null)
    assert [-value for value in reversed(answer.median_null)] == list(answer.median_null)
    assert all(value or math.copysign(1, value) == 1 for value in answer.median_null), "a zero has no sign"
    reached = sum(abs(value) >= abs(answer.median) * (1 - 1e-9) for value in answer.median_null)
    assert reached / answer.flips == answer.median_p


@settings(repeatable, max_examples=30)
@given(rows_of(small, most_participants=5))
def test_under_the_null_a_p_comes_as_often_as_it_says(rows):
    everywhere = [multiverse(flipped(rows, signs)) for signs in product((1, -1), repeat=len(rows[0]))]
    for name in ("median_p", "share_p"):
        values = [getattr(answer, name) for answer in everywhere]
        assert all(sum(one <= p for one in values) / len(values) == p for p in values)


# ---- symmetries


def verdict(answer):
    return answer.median_p, answer.share_p, answer.median_floor, answer.share_floor


@repeatable
@given(rows_of(thirds))
def test_swapping_arms_turns_the_answer_round(rows):
    answer, swapped = multiverse(rows), multiverse(flipped(rows, [-1] * len(rows[0])))
    assert verdict(swapped) == verdict(answer)
    assert (swapped.median, swapped.share) == (-answer.median, pytest.approx(1 - answer.share, abs=1e-15))
    assert swapped.effects == tuple(-effect for effect in answer.effects)
    assert swapped.median_null == answer.median_null


@repeatable
@given(rows_of(thirds), st.data())
def test_units_order_and_repetition_are_nothing(rows, data):
    answer = multiverse(rows)
    factors = data.draw(st.lists(st.fractions(Fraction(1, 9), 9), min_size=len(rows), max_size=len(rows)))
    scaled = [[None if x is None else x * factor for x in row] for row, factor in zip(rows, factors, strict=True)]
    people = data.draw(st.permutations(range(len(rows[0]))))
    again = multiverse([[row[place] for place in people] for row in data.draw(st.permutations(scaled))])
    assert (verdict(again), again.median, again.share) == (verdict(answer), answer.median, answer.share)
    assert verdict(multiverse([*rows, *rows, *rows])) == verdict(answer)


def test_somebody_without_a_difference_is_not_flipped():
    assert multiverse([[1, 2, None], [2, 1, None]]) == multiverse([[1, 2], [2, 1]])


# ---- long numbers, many flips


@repeatable
@given(rows=rows_of(thirds))
def test_long_integers_are_computed_alike(rows):
    answer = multiverse(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_EXACT_FLOAT", 0)
        assert multiverse(rows) == answer


def test_effects_keep_their_order_beside_long_numbers():
    short, long = [1, 3, 5], [1 + TAIL, 3 - TAIL, 5]
    answer = multiverse([long, short, [-value for value in long], [0, 0, 1]])
    assert answer.effects == pytest.approx((1.5, 1.5, -1.5, 1 / math.sqrt(3)), rel=1e-12)
    assert answer.means == pytest.approx((3, 3, -3, 1 / 3), rel=1e-12)


def test_nearly_equal_differences_are_no_equal_ones():
    # mean 1, SD √2 · 3^-60 · 1/2: floats would see two equal numbers
    effect = multiverse([[1, 1 + TAIL]]).effects[0]
    assert effect == pytest.approx(math.sqrt(2) * 3**60, rel=1e-12)


def test_flips_are_counted_alike_in_small_blocks(monkeypatch):
    rows = [[1, 2, -3, 4, 5, None], [2, -1, 4, None, 1, 1], [0, 1, 1, -1, 3, 2]]
    answer = multiverse(rows)
    monkeypatch.setattr(module, "_BLOCK", 7)
    assert multiverse(rows) == answer


# ---- refusals


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one specification"),
        ([[]], "at least one participant with a difference"),
        ([[None, None], [None, None]], "at least one participant with a difference"),
        ([[1, 2], [1]], "the first has 2, one 1"),
        ([[1, math.nan]], "wanted finite numbers"),
        ([[1] * 17], "17 participants are 2¹⁷; the limit is 16"),
        ([[10**100, Fraction(1, 10**100)]], "up to 150 digits"),
    ],
)
def test_what_has_no_answer_is_refused(rows, message):
    with pytest.raises(Refusal, match=message):
        multiverse(rows)


def test_too_much_work_is_refused_with_its_size():
    row = list(range(1, 17))
    with pytest.raises(OverBudget, match="33,587,200 effects; the limit is 33,554,432"):
        multiverse([row] * 1025)
    with pytest.raises(OverBudget, match="1,081,344 effects; the limit is 1,048,576"):
        multiverse([[value + TAIL * value**2 for value in row]] * 33)


# ---- which choice moves the answer


def crossed(*choices):
    return [dict(zip("abc", options, strict=False)) for options in product(*choices)]


def test_influence_by_hand():
    # a: |1 − 4| and |2 − 9|; b: |1 − 2| and |4 − 9|
    assert choice_influence([1, 2, 4, 9], crossed("xy", "uv")) == {"a": 5, "b": 3}
    # range over three options, not a sum of steps
    assert choice_influence([5, 1, 2], crossed("xyz")) == {"a": 4}


def test_the_most_influential_choice_stands_first():
    effects = [1, 2, 5, 4, 1, 2, 5, 4]
    influence = choice_influence(effects, crossed("xy", "uv", "st"))
    assert list(influence.items()) == [("b", 3), ("c", 1), ("a", 0)]


def test_a_choice_never_varied_alone_has_no_influence_to_tell():
    influence = choice_influence([1, 2, 3], [{"a": "x", "b": "u"}, {"a": "y", "b": "v"}, {"a": "y", "b": "u"}])
    assert influence == {"a": 2, "b": 1}
    tied = choice_influence([1, 2], [{"a": "x", "b": "u"}, {"a": "y", "b": "v"}])
    assert tied == dict.fromkeys("ab", Missing("no two specifications differ in this choice alone"))
    assert list(choice_influence([3, 1], [{"b": "u", "a": "x"}, {"b": "u", "a": "y"}])) == ["a", "b"]


def test_groups_with_an_infinite_effect_are_left_out():
    influence = choice_influence([1, 2, math.inf, 9], crossed("xy", "uv"))
    assert influence == {"a": 7, "b": 1}
    endless = choice_influence([math.inf, -math.inf], crossed("xy"))
    assert isinstance(endless["a"], Missing)
    assert "infinite" in endless["a"].reason


@repeatable
@given(st.lists(st.integers(-5, 5), min_size=12, max_size=12), st.data())
def test_influence_by_comparing_all_pairs(effects, data):
    kept = data.draw(st.sets(st.integers(0, 11), min_size=1))
    effects = [effects[place] for place in sorted(kept)]
    choices = [choice for place, choice in enumerate(crossed("xyz", "uv", "st")) if place in kept]
    influence = choice_influence(effects, choices)
    for name in "abc":
        ranges = {}
        for mine in choices:
            alike = [e for e, other in zip(effects, choices, strict=True) if {**other, name: ""} == {**mine, name: ""}]
            if len(alike) > 1:
                ranges[str({**mine, name: ""})] = max(alike) - min(alike)
        expected = Fraction(sum(ranges.values()), len(ranges)) if ranges else None
        assert (None if isinstance(influence[name], Missing) else influence[name]) == (
            None if expected is None else pytest.approx(float(expected), abs=1e-12)
        )


def test_no_specifications_have_no_choices():
    assert choice_influence([], []) == {}


@pytest.mark.parametrize(
    ("effects", "choices", "message"),
    [
        ([1], [{"a": "x"}, {"a": "y"}], "given 1 and 2 specifications"),
        ([1, 2], [{"a": "x"}, {"b": "x"}], "wanted the choices a in each"),
        ([1, 2], [{"a": "x"}, {"a": "x"}], "two with the same options"),
    ],
)
def test_choices_that_do_not_fit_are_refused(effects, choices, message):
    with pytest.raises(Refusal, match=message):
        choice_influence(effects, choices)


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
