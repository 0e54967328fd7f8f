"""Adjusted p-values: by hand, published examples, scipy, closed testing."""

import doctest
import gc
import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import multiplicity
from lib.analysis.multiplicity import ADJUSTMENTS, adjusted
from lib.errors import Refusal
from lib.values import Missing

# Benjamini & Hochberg (1995), section 4: fifteen hypotheses on thrombolysis after infarction.
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
]  # fmt: skip
NOT_TESTABLE = Missing("all differences are equal")
every_rule = pytest.mark.parametrize("rule", ADJUSTMENTS.values(), ids=ADJUSTMENTS)
p_lists = st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.02, 0.5, 1.0])), max_size=5)
repeatable = settings(derandomize=True, deadline=None, max_examples=25)


@pytest.fixture(autouse=True, scope="module")
def _little_garbage_to_look_through():
    """The Holm of statsmodels collects garbage at each call, which takes 60 ms with all that is imported."""
    gc.freeze()
    yield
    gc.unfreeze()


def smallest_times_number(ps):
    """Bonferroni's test that all of several hypotheses hold."""
    return min(1, len(ps) * min(ps))


def smallest_stepping_down(ps):
    """Hochberg's: the largest p alone, twice the second largest, and so on; any of them will do."""
    return min(1, *(rank * p for rank, p in enumerate(sorted(ps, reverse=True), start=1)))


def closed_testing(ps, all_hold):
    """A hypothesis is rejected if every group of hypotheses that it belongs to is (Marcus, Peritz & Gabriel 1976)."""
    places = range(len(ps))
    groups = [group for size in range(1, len(ps) + 1) for group in combinations(places, size)]
    return [max(all_hold([ps[i] for i in group]) for group in groups if place in group) for place in places]


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(multiplicity)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_keys_in_the_order_of_the_menu():
    assert list(ADJUSTMENTS) == ["none", "holm", "hochberg", "bh"]
    assert all(rule.key == key for key, rule in ADJUSTMENTS.items())


@every_rule
def test_each_entry_explains_itself(rule):
    assert rule.label
    assert rule.help.endswith(".")
    assert "\n" not in rule.help
    assert any(
        1900 < int(word) < 2030 for word in rule.reference.replace("(", " ").replace(")", " ").split() if word.isdigit()
    )


@pytest.mark.parametrize(
    ("key", "by_hand"),
    [
        ("none", [0.01, 0.04, 0.03, 0.005]),
        # sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04; the last may not fall below 0.06
        ("holm", [0.03, 0.06, 0.06, 0.02]),
        # the same products; the third may not exceed 0.04
        ("hochberg", [0.03, 0.04, 0.04, 0.02]),
        # times 4/1, 4/2, 4/3, 4/4: 0.02, 0.02, 0.04, 0.04
        ("bh", [0.02, 0.04, 0.04, 0.02]),
    ],
)
def test_four_by_hand(key, by_hand):
    assert ADJUSTMENTS[key].run([0.01, 0.04, 0.03, 0.005]) == pytest.approx(by_hand, abs=1e-15)


@pytest.mark.parametrize(
    ("key", "rejected"),
    # section 4 again: Bonferroni and Hochberg reject the same three hypotheses, the new procedure four
    [("holm", 3), ("hochberg", 3), ("bh", 4)],
)
def test_how_many_the_paper_rejects_at_5_percent(key, rejected):
    assert sum(p <= 0.05 for p in ADJUSTMENTS[key].run(THROMBOLYSIS)) == rejected


@pytest.mark.parametrize(
    ("ps", "key", "peer"),
    # the documentation of stdlib.js' padjust, a port of R's p.adjust; where it prints an ellipsis, by hand
    [
        ([0.319, 0.201, 0.4, 0.374, 0.113], "holm", [0.957, 0.804, 0.957, 0.957, 0.565]),
        ([0.319, 0.201, 0.4, 0.374, 0.113], "bh", [0.4] * 5),
        ([0.008, 0.03, 0.123, 0.6, 0.2], "bh", [0.04, 0.075, 0.205, 0.6, 0.25]),
    ],
)
def test_examples_of_another_package(ps, key, peer):
    assert ADJUSTMENTS[key].run(ps) == pytest.approx(peer, abs=1e-12)


@repeatable
@given(ps=p_lists.filter(len))
def test_benjamini_hochberg_agrees_with_scipy(ps):
    assert ADJUSTMENTS["bh"].run(ps) == pytest.approx(stats.false_discovery_control(ps), abs=1e-14)


@pytest.mark.parametrize(("key", "all_hold"), [("holm", smallest_times_number), ("hochberg", smallest_stepping_down)])
@repeatable
@given(ps=p_lists)
def test_stepwise_rules_are_closed_testing(key, all_hold, ps):
    assert ADJUSTMENTS[key].run(ps) == pytest.approx(closed_testing(ps, all_hold), abs=1e-14)


@every_rule
@repeatable
@given(ps=p_lists, data=st.data())
def test_the_order_of_the_tests_is_nothing(rule, ps, data):
    order = data.draw(st.permutations(range(len(ps))))
    straight = rule.run(ps)
    assert rule.run([ps[i] for i in order]) == pytest.approx([straight[i] for i in order], abs=1e-15)


@repeatable
@given(ps=p_lists)
def test_no_rule_lowers_a_p_and_holm_is_the_strictest(ps):
    by_rule = [ADJUSTMENTS[key].run(ps) for key in ("none", "bh", "hochberg", "holm")]
    for raw, bh, hochberg, holm in zip(*by_rule, strict=True):
        assert raw <= bh + 1e-15 <= hochberg + 2e-15 <= holm + 3e-15 <= 1 + 3e-15


@every_rule
def test_no_test_and_one_test_need_no_adjustment(rule):
    assert rule.run([]) == ()
    assert rule.run([0.03]) == (0.03,)


@every_rule
@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan])
def test_what_is_no_probability_is_refused(rule, p):
    with pytest.raises(Refusal, match="wanted p-values from 0 to 1; given"):
        rule.run([0.5, p])


@pytest.mark.parametrize(
    ("key", "as_one", "left_out"),
    [
        ("none", 0.02, 0.02),
        ("holm", 0.06, 0.04),  # 3 or 2 times 0.02
        ("hochberg", 0.06, 0.03),  # least of 3 times 0.02, 2 times 0.03 and 1, or of 2 times 0.02 and 0.03
        ("bh", 0.045, 0.03),  # least of 3/1 times 0.02, 3/2 times 0.03 and 1, or of 2 times 0.02 and 0.03
    ],
)
def test_what_cannot_be_tested_counts_or_not(key, as_one, left_out):
    for untestable, smallest in (("as-one", as_one), ("left-out", left_out)):
        results = adjusted({"a": NOT_TESTABLE, "b": 0.03, "c": 0.02}, key, untestable)
        assert list(results) == ["a", "b", "c"]
        assert results["c"] == pytest.approx(smallest, abs=1e-15)
        assert isinstance(results["a"], Missing)


def test_the_reason_says_how_the_untestable_was_counted():
    reasons = {rule: adjusted({"a": NOT_TESTABLE}, "holm", rule)["a"].reason for rule in ("as-one", "left-out")}
    assert reasons == {
        "as-one": "not testable; counted as p = 1",
        "left-out": "not testable; left out of the number of tests",
    }


def test_without_tests_there_is_nothing_to_adjust():
    assert adjusted({}, "holm", "as-one") == {}


def test_unknown_choices_are_refused_with_those_that_exist():
    with pytest.raises(Refusal, match="among none, holm, hochberg, bh; given 'bonferroni'"):
        adjusted({"a": 0.5}, "bonferroni", "as-one")
    with pytest.raises(Refusal, match="among as-one, left-out; given 'zero'"):
        adjusted({"a": 0.5}, "holm", "zero")
