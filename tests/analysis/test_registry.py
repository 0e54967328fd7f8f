"""What holds for every paired test that a viewer can choose."""

import dataclasses
import doctest
import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import proportion, sign, sign_flip, signed_rank, t
from lib.analysis.inversion import Accepted
from lib.analysis.paired import exact_interval, validated
from lib.analysis.registry import TESTS
from lib.errors import Refusal
from lib.values import Missing, known
from tests.analysis.brute_force import ALTERNATIVES, null_of
from tests.analysis.peers import SLEEP

EXACT = [key for key in TESTS if key != "t"]
SHIFT = ["sign-flip", "signed-rank", "signed-rank-pratt", "sign"]  # exact, of a shift: they take any differences
DEGENERATE = [[], [3], [0], [0, 0, 0], [2, 2, 2, 2, 2, 2], [0, 0, 0, -1], [1e100, -1e100, 3], [1e-300, 2e-300, 0]]
MIRROR = {"two-sided": "two-sided", "less": "greater", "greater": "less"}
every_test = pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
every_exact_test = pytest.mark.parametrize("test", [TESTS[key] for key in EXACT], ids=EXACT)
every_shift_test = pytest.mark.parametrize("test", [TESTS[key] for key in SHIFT], ids=SHIFT)
rationals = st.lists(st.fractions(-6, 6, max_denominator=4), min_size=1, max_size=8)
levels = st.sampled_from([0.5, 0.75, 0.9, 0.95])
repeatable = settings(derandomize=True, deadline=None, max_examples=20)


def numbers_in(value):
    if dataclasses.is_dataclass(value):
        value = [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers_in(item)]
    return [value] if isinstance(value, float) else []


def suited(test, differences):
    """The differences, or their signs in percent for a test that takes only differences between responses."""
    if known(test.p(differences, "two-sided")):
        return differences
    return [int(100 * np.sign(float(difference))) for difference in differences]


@pytest.mark.parametrize("module", [proportion, sign, sign_flip, signed_rank, t], ids=lambda module: module.__name__)
def test_the_examples_in_docstrings_hold(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_keys_in_the_order_of_the_menu():
    assert [key for key in TESTS if key in ("t", *SHIFT)] == ["t", *SHIFT]
    assert all(test.key == key for key, test in TESTS.items())


@every_test
def test_each_entry_explains_itself(test):
    assert test.label
    assert "\n" not in test.help
    assert any(
        year.isdigit() and 1900 < int(year) < 2030
        for year in test.reference.replace("(", " ").replace(")", " ").split()
    )


@every_test
@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("differences", DEGENERATE, ids=str)
def test_degenerate_input_is_answered_without_nan(test, differences, alternative):
    result = test.run(differences, alternative, 0.95)
    assert all(math.isfinite(number) for number in numbers_in(result))
    assert result.n == len(differences)
    assert not isinstance(result.p, Missing) or result.p.reason
    assert (None not in (result.interval.low, result.interval.high)) or result.interval.reason


@every_test
def test_no_pairs_is_a_named_result(test):
    result = test.run([])
    assert {type(result.estimate), type(result.p), type(result.floor.general)} == {Missing}
    assert result.p.reason == "no pairs: there is nothing to compare"
    assert (result.interval.low, result.interval.high, result.null) == (None, None, None)


@every_exact_test
@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_all_zero_has_p_one_and_says_so(test, alternative):
    result = test.run([0, 0, 0, 0], alternative)
    assert (result.p, result.floor.given_zeros, result.estimate) == (1, 1, 0)
    assert "Every difference is zero: all labellings look alike, so p is 1." in result.notes


@every_exact_test
@pytest.mark.parametrize(
    ("differences", "alternative", "general", "given_zeros"),
    [
        # 2/2^n and 2/2^m two-sided, 1/2^n and 1/2^m one-sided, m of n differences being non-zero; DESIGN for n = 4 to 6
        ([1, 2, 3, 4], "two-sided", 0.125, 0.125),
        ([1, 2, 0, 0], "greater", 0.0625, 0.25),
        ([1, 2, 3, 4, 0], "two-sided", 0.0625, 0.125),
        ([1, 2, 3, 4, 5, 6], "two-sided", 0.03125, 0.03125),
        ([1], "two-sided", 1, 1),
        ([0], "less", 0.5, 1),
    ],
)
def test_floors(test, differences, alternative, general, given_zeros):
    floor = test.run(suited(test, differences), alternative).floor
    assert (floor.general, floor.given_zeros) == (general, given_zeros)


@every_exact_test
def test_the_floor_is_reached_if_all_signs_agree(test):
    result = test.run(suited(test, [1, 2, 0, 3, 3]))
    assert result.p == result.floor.given_zeros


@every_exact_test
def test_what_the_floor_forbids_is_told(test):
    four = suited(test, [1, 2, 3, 4])
    assert "The smallest p that 4 pairs can give is 0.125: no data could reach 0.05." in test.run(four).notes
    six = test.run(suited(test, [1, 2, 3, 0, 0, 0])).notes
    assert "Given the zeros seen, the smallest possible p is 0.25: it can't reach 0.05." in six
    assert not any("smallest" in note for note in test.run(four, level=0.875).notes)


@every_exact_test
def test_the_coin_flips_that_an_exact_p_needs_stand_beside_it(test):
    assert "independent coin flip" in " ".join(test.run(suited(test, [1, 2, 0])).notes)


@every_shift_test
def test_the_conditions_of_a_shift_stand_beside_it(test):
    notes = " ".join(test.run([1, 2, 0]).notes)
    assert "same amount; bounded scores violate it" in notes
    assert "1 of 3 differences is zero" in notes


@every_shift_test
def test_one_sided_bounds_say_so(test):
    low, high = test.run([1, 2, 3, 4, 5], "less").interval, test.run([1, 2, 3, 4, 5], "greater").interval
    assert (low.low, high.high, low.reason, high.reason) == (None, None, "one-sided", "one-sided")
    assert low.high is not None
    assert high.low is not None
    assert test.run([1], "less").interval.reason == (
        "one-sided; unbounded: the smallest p that 1 pair can give, 0.5, is above 0.05"
    )


@every_exact_test
@repeatable
@given(differences=rationals, alternative=st.sampled_from(ALTERNATIVES))
def test_the_null_adds_up_to_p(test, differences, alternative):
    result = test.run(suited(test, differences), alternative)
    null = null_of(result)
    inside = [p for p, extreme in zip(null.probability, null.extreme, strict=True) if extreme]
    assert math.fsum(inside) == pytest.approx(result.p, abs=1e-12)
    assert math.fsum(null.probability) == pytest.approx(1, abs=1e-12)


@every_test
@repeatable
@given(differences=rationals, level=levels, alternative=st.sampled_from(ALTERNATIVES))
def test_swapping_arms_mirrors_the_result(test, differences, level, alternative):
    result = test.run(differences, alternative, level)
    mirror = test.run([-d for d in differences], MIRROR[alternative], level)
    assert mirror.estimate == (-result.estimate if known(result.estimate) else result.estimate)
    assert mirror.p == result.p
    assert mirror.interval.low == (None if result.interval.high is None else -result.interval.high)
    assert mirror.interval.high == (None if result.interval.low is None else -result.interval.low)


@every_shift_test
@repeatable
@given(differences=rationals, factor=st.fractions(Fraction(1, 9), 50, max_denominator=9), level=levels)
def test_another_unit_scales_the_result(test, differences, factor, level):
    result, scaled = test.run(differences, level=level), test.run([d * factor for d in differences], level=level)
    assert (scaled.p, scaled.interval.reason) == (result.p, result.interval.reason)
    assert scaled.estimate == pytest.approx(result.estimate * float(factor), abs=1e-12)
    for before, after in ((result.interval.low, scaled.interval.low), (result.interval.high, scaled.interval.high)):
        assert after == (None if before is None else pytest.approx(before * float(factor), abs=1e-12))


@every_test
@repeatable
@given(differences=rationals, data=st.data())
def test_the_order_of_the_pairs_is_nothing(test, differences, data):
    shuffled = data.draw(st.permutations(differences))
    assert test.run(shuffled) == test.run(differences)


@every_test
@repeatable
@given(differences=rationals, level=levels)
def test_what_is_not_rejected_is_inside(test, differences, level):
    differences = suited(test, differences)
    result = test.run(differences, level=level)
    low, high = result.interval.low, result.interval.high
    rejected = isinstance(result.p, Missing) or result.p <= 1 - Fraction(repr(level))
    assert rejected or ((low is None or low <= 0) and (high is None or high >= 0))


@every_test
def test_arrays_are_read_like_lists(test):
    assert test.run(np.array([1.5, -0.5, 2.0])) == test.run([1.5, -0.5, 2.0])


@every_test
@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_what_is_not_finite_is_refused(test, value):
    with pytest.raises(Refusal, match="wanted finite numbers"):
        test.run([1, value, 2])


@every_test
def test_unknown_choices_are_refused(test):
    with pytest.raises(Refusal, match="among two-sided, less, greater; given 'both'"):
        test.run([1, 2], "both")
    with pytest.raises(Refusal, match="between 0 and 1"):
        test.run([1, 2], "less", 95)


# ---- p alone


@every_test
@repeatable
@given(differences=rationals, alternative=st.sampled_from(ALTERNATIVES))
def test_p_alone_is_the_p_of_the_result(test, differences, alternative):
    for data in (differences, suited(test, differences)):
        assert test.p(data, alternative) == test.run(data, alternative).p


@every_test
@pytest.mark.parametrize("differences", DEGENERATE, ids=str)
def test_p_alone_has_the_reasons_of_the_result(test, differences):
    assert test.p(differences, "two-sided") == test.run(differences).p


@every_test
def test_what_p_and_region_refuse(test):
    with pytest.raises(Refusal, match="wanted finite numbers"):
        test.p([1, math.nan], "less")
    with pytest.raises(Refusal, match="among two-sided, less, greater; given 'both'"):
        test.region([1, 2], "both", 0.05)
    with pytest.raises(Refusal, match="wanted an alpha between 0 and 1, both excluded; given 5"):
        test.region([1, 2], "less", 5)


# ---- regions


def is_inside(region, observed):
    return (region.low is not None and observed <= region.low) or (region.high is not None and observed >= region.high)


@every_test
@repeatable
@given(
    differences=rationals, alternative=st.sampled_from(ALTERNATIVES), alpha=st.sampled_from([0.01, 0.05, 0.125, 0.5])
)
def test_a_p_of_at_most_alpha_is_in_the_region(test, differences, alternative, alpha):
    differences = suited(test, differences)
    result, region = test.run(differences, alternative), test.region(differences, alternative, alpha)
    if result.null is None:
        assert isinstance(result.p, Missing)
    else:
        assert is_inside(region, result.null.observed) == (result.p <= alpha)
        assert region.statistic == result.null.statistic


@every_exact_test
@settings(repeatable, max_examples=15)
@given(
    sizes=st.lists(st.integers(0, 4), min_size=1, max_size=6),
    alternative=st.sampled_from(ALTERNATIVES),
    alpha=st.sampled_from([0.05, 0.125, 0.25, 0.3, 0.7]),
)
def test_the_size_of_a_region_by_enumeration(test, sizes, alternative, alpha):
    # every labelling of the same sizes: the share that is rejected, which is the largest p that is
    sizes = [int(size) for size in suited(test, sizes)]
    labellings = [
        [d * flip for d, flip in zip(sizes, flips, strict=True)] for flips in product((1, -1), repeat=len(sizes))
    ]
    rejected = [p for p in (test.p(labelling, alternative) for labelling in labellings) if p <= alpha]
    region = test.region(sizes, alternative, alpha)
    assert region.size == len(rejected) / len(labellings) == max(rejected, default=0)


@every_shift_test
def test_regions_of_many_pairs_are_as_large_as_can_be(test):
    # 60 pairs: probabilities are added up in floats; the next labelling that would be rejected is not
    differences = [(-1) ** (i % 3) * (1 + i % 4) for i in range(60)]
    region = test.region(differences, "greater", 0.05)
    null = null_of(test.run(differences, "greater"))
    tail = math.fsum(p for s, p in zip(null.support, null.probability, strict=True) if s >= region.high)
    before = max(s for s in null.support if s < region.high)
    assert tail == pytest.approx(region.size, rel=1e-9)
    assert region.size <= 0.05 < tail + null.probability[null.support.index(before)]
    assert region.low is None


@every_shift_test
def test_what_no_labelling_reaches_has_an_empty_region(test):
    region = test.region([1, 2, 3], "two-sided", 0.05)
    assert (region.low, region.high, region.size) == (None, None, 0)


@every_test
def test_no_pairs_have_no_region(test):
    assert test.region([], "less", 0.05) == Missing("no pairs: there is nothing to compare")


def test_what_has_too_many_sums_has_no_region():
    region = TESTS["sign-flip"].region([3**i for i in range(30)], "less", 0.05)
    assert "the limits are" in region.reason


# ---- intervals


@every_shift_test
@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_pruning_leaves_the_interval_alone(test, alternative, monkeypatch):
    # Hoeffding's bound decides most shifts of 40 ordinal differences; without it all are evaluated
    differences = [(3 * i * i + i) % 9 - 3 for i in range(40)]
    pruned = test.run(differences, alternative).interval
    monkeypatch.setattr("lib.analysis.binomial_sums.hoeffding", lambda scores, at_least: 1.0)
    assert test.run(differences, alternative).interval == pruned


def test_a_disconnected_or_empty_set_is_told():
    data = validated([1, 2], "two-sided", 0.9)
    _, notes = exact_interval(data, lambda: Accepted(Fraction(0), Fraction(1), connected=False))
    assert any("hole" in note for note in notes)
    empty, _ = exact_interval(data, lambda: Accepted(None, None, empty=True))
    assert (empty.low, empty.high, empty.reason) == (None, None, "empty: no shift has a p above 0.1")


def test_sleep_by_both_zero_rules():
    # DESIGN: estimate 1.3 by both; 0.8-2.7 by Wilcoxon's rule, 0.9-2.7 by Pratt's
    for key, low in (("signed-rank", 0.8), ("signed-rank-pratt", 0.9)):
        result = TESTS[key].run(SLEEP)
        assert (result.estimate, result.interval.low, result.interval.high) == (1.3, low, 2.7)
