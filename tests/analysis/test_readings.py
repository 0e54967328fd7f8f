"""Readings in other clothes: whatever a test does not see changes neither form nor p, and one form has one p."""

import doctest
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis import readings as module
from lib.analysis.readings import USES, Differences, Reading, Samples, alike, canonical
from lib.analysis.registry import TESTS
from lib.analysis.two_sample import PRINTED_PAIRED, UNPAIRED
from lib.values import Missing
from tests.analysis.brute_force import ALTERNATIVES

MIRROR = {"two-sided": "two-sided", "less": "greater", "greater": "less"}
PAIRED = {key: test.p for tests in (TESTS, PRINTED_PAIRED) for key, test in tests.items()}
repeatable = settings(derandomize=True, deadline=None, max_examples=60)
lists = st.lists(st.integers(-3, 3), min_size=2, max_size=5)
factors = st.fractions(min_value=Fraction(1, 7), max_value=7)


def fractions(values):
    return tuple(Fraction(value) for value in values)


def paired(test, alternative, *values):
    data = Differences(fractions(values))
    return Reading(test, alternative, data, PAIRED[test](data.values, alternative))


def unpaired(test, alternative, treated, control):
    data = Samples(fractions(treated), fractions(control))
    return Reading(test, alternative, data, UNPAIRED[test].p(data.treated, data.control, alternative))


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_test_tells_what_it_uses():
    assert set(USES) == {*TESTS, *PRINTED_PAIRED, *UNPAIRED}


# ---- one form has one p: every small set of data, every test, every side


def same_p(readings):
    by_form = {}
    for reading in readings:
        if not isinstance(reading.p, Missing):
            by_form.setdefault(canonical(reading), set()).add(reading.p)
    assert all(max(found) - min(found) < 1e-12 for found in by_form.values())
    return len(by_form)


def test_one_form_has_one_p_in_pairs():
    steps = (-100, -50, 0, 50, 100)
    every = [values for n in range(1, 5) for values in combinations_with_replacement(steps, n)]
    readings = [paired(test, side, *values) for test in PAIRED for side in ALTERNATIVES for values in every]
    assert same_p(readings) < len(readings) / 3


def test_one_form_has_one_p_in_arms():
    every = [values for n in range(1, 4) for values in combinations_with_replacement((0, 50, 100), n)]
    readings = [
        unpaired(test, side, treated, control)
        for test in UNPAIRED
        for side in ALTERNATIVES
        for treated, control in product(every, repeat=2)
    ]
    assert same_p(readings) < len(readings) / 3


def test_pairs_and_arms_are_one_only_where_an_arm_has_no_spread():
    sides = ("two-sided", "less")
    every = list(product((0, 1, 3), repeat=3))
    both = [
        reading
        for side, treated, control in product(sides, every, every)
        for reading in (
            paired("t", side, *(t - c for t, c in zip(treated, control, strict=True))),
            unpaired("welch", side, treated, control),
        )
    ]
    same_p(both)
    welch = canonical(unpaired("welch", "less", (100, 0, 0, 0), (7, 7, 7, 7)))
    assert welch == canonical(paired("t", "less", 93, -7, -7, -7))
    assert welch != canonical(paired("t", "less", 100, 0, 0, 0))


# ---- what a test does not see


@pytest.mark.parametrize("test", PAIRED)
@repeatable
@given(values=lists, factor=factors)
def test_unit_order_and_side_of_differences_do_not_matter(test, values, factor):
    for side in ALTERNATIVES:
        plain = canonical(Reading(test, side, Differences(fractions(values)), 0.5))
        scaled = Differences(tuple(factor * value for value in reversed(values)))
        turned = Differences(tuple(-factor * value for value in values))
        assert canonical(Reading(test, side, scaled, 0.5)) == plain
        assert canonical(Reading(test, MIRROR[side], turned, 0.5)) == plain


@pytest.mark.parametrize("test", UNPAIRED)
@repeatable
@given(treated=lists, control=lists, factor=factors, origin=st.integers(-9, 9))
def test_unit_origin_order_and_side_of_samples_do_not_matter(test, treated, control, factor, origin):
    up, down = (
        [tuple(sign * factor * value + origin for value in reversed(arm)) for arm in (treated, control)]
        for sign in (1, -1)
    )
    for side in ALTERNATIVES:
        plain = canonical(Reading(test, side, Samples(fractions(treated), fractions(control)), 0.5))
        assert canonical(Reading(test, side, Samples(*up), 0.5)) == plain
        assert canonical(Reading(test, side, Samples(down[1], down[0]), 0.5)) == plain
        assert canonical(Reading(test, MIRROR[side], Samples(up[1], up[0]), 0.5)) == plain


def test_one_sided_tests_see_the_side():
    for test in PAIRED:
        assert canonical(paired(test, "less", 1, 2, 0)) != canonical(paired(test, "greater", 1, 2, 0))
    assert canonical(paired("t", "two-sided", 1, 2)) != canonical(paired("t", "greater", 1, 2))


def test_zeros_count_where_the_test_uses_them():
    def alone(test):
        return canonical(paired(test, "less", 0, 0, 1, 2)) == canonical(paired(test, "less", 1, 2))

    assert {test for test in PAIRED if not alone(test)} == {"t", "signed-rank-pratt"}
    # of Pratt's ranks 3 4 the sums are the same only if sizes are tied
    assert canonical(paired("signed-rank-pratt", "less", 0, 1, 1)) == canonical(paired("sign", "less", 1, 1))


# ---- groups


def test_one_difference_alone_is_one_reading_whatever_its_size():
    found = alike([paired("t", "two-sided", *values) for values in ([-1, 0, 0, 0], [0, 25, 0, 0], [0, 0, 0, -0.09])])
    assert [one.members for one in found] == [(0, 1, 2)]
    assert found[0].p == pytest.approx(0.391002, abs=1e-6)  # 2·P(T₃ ≥ 1)
    assert "Exactly one of 4 differences is not zero: t is then 1 or −1 whatever its size" in found[0].reason
    assert "the same but for their unit and side" in found[0].reason
    other = alike([paired("t", "two-sided", -1, 0, 0, 0), paired("t", "two-sided", -1, 0, 0)])
    assert len(other) == 2, "how many pairs there are counts"


def test_the_same_numbers_are_told_as_such():
    found = alike([paired("t", "less", 4, -2, 1), paired("t", "less", 1, 4, -2)])
    assert found[0].reason == "All of them compare the same numbers."


def test_a_reading_without_company_says_so():
    found = alike([paired("t", "less", 4, -2, 1), paired("t", "greater", 4, -2, 1)])
    assert [one.reason for one in found] == ["No other variant is the same reading."] * 2


def test_exact_tests_that_count_the_same_labellings_are_one():
    # all sizes equal: sign-flip, signed-rank and sign test are one; t is not
    flips = ["sign-flip", "signed-rank", "signed-rank-pratt", "sign", "mcnemar"]
    found = alike([paired(test, "two-sided", 100, 100, -100, 0) for test in (*flips, "t")])
    assert [one.members for one in found] == [(0, 1, 2, 3, 4), (5,)]
    assert "several tests count the same labellings: exact sign-flip test" in found[0].reason
    # sizes that are their own ranks
    assert len(alike([paired(test, "two-sided", 1, -2, 3) for test in ("sign-flip", "signed-rank")])) == 1
    assert len(alike([paired(test, "two-sided", 1, -2, 4) for test in ("sign-flip", "signed-rank")])) == 2


def test_fishers_test_is_the_permutation_test_of_yes_and_no():
    tests = ("permutation", "mann-whitney", "fisher")
    one = alike([unpaired(test, "two-sided", (100, 100, 0), (0, 0, 0)) for test in tests])
    assert [group.members for group in one] == [(0, 1, 2)]
    # in arms of unequal size its two sides are ordered by probability instead
    two = alike([unpaired(test, "two-sided", (100, 100, 0), (0, 0)) for test in tests])
    assert [group.members for group in two] == [(0, 1), (2,)]


def test_welchs_test_against_an_arm_without_spread_is_a_paired_t_test():
    found = alike([unpaired("welch", "two-sided", (100, 0, 0, 0), (0, 0, 0, 0)), paired("t", "two-sided", -1, 0, 0, 0)])
    assert [one.members for one in found] == [(0, 1)]
    assert "Where one arm has no spread, Welch's test is the t test" in found[0].reason


def test_welchs_test_of_arms_with_one_size_and_variance_is_students():
    arms = ((1, 2, 4, 4), (5, 5, 7, 8))
    found = alike([unpaired(test, "less", *arms) for test in ("student", "welch")])
    assert [one.members for one in found] == [(0, 1)]
    assert found[0].reason.endswith("Where both arms have one size and one variance, Welch's test is Student's.")
    apart = alike([unpaired(test, "less", arms[0], (5, 5, 7, 9)) for test in ("student", "welch")])
    assert len(apart) == 2


def test_one_value_alone_is_told():
    found = alike([unpaired("student", "two-sided", arm, (0, 0, 0)) for arm in ((5, 0, 0), (0, -2, 0))])
    assert [one.members for one in found] == [(0, 1)]
    assert "Exactly one value differs from all others: by how much does not count." in found[0].reason


def test_opposite_sides_of_opposite_data_are_told():
    found = alike([paired("sign", "less", 3, 1, -2), paired("sign", "greater", -3, -1, 2)])
    assert found[0].members == (0, 1)
    assert "opposite directions" in found[0].reason


def test_every_reading_is_in_one_group_in_the_order_given():
    given = [paired(test, side, 3, -1, 0, 2) for test in ("t", "sign", "sign-flip") for side in ALTERNATIVES]
    found = alike(given)
    assert sorted(place for one in found for place in one.members) == list(range(len(given)))
    assert [one.members[0] for one in found] == sorted(one.members[0] for one in found)
    assert alike([]) == ()


def test_a_test_that_tells_nothing_is_alike_only_itself():
    data = [Differences(fractions(values)) for values in ([1, 2], [2, 4], [1, 2])]
    found = alike([Reading("new", "less", one, 0.25) for one in data])
    assert [one.members for one in found] == [(0, 2), (1,)]
