"""The published numbers of Winter 2020, and what no test of four pairs can do."""

import dataclasses
from fractions import Fraction

import pytest

from lib.assumptions import TRIAL_KEY, defaults, read
from lib.questions import endpoints
from lib.questions.endpoint_reading import driver, endpoint_reading
from lib.questions.endpoint_result import Events, PairedEndpoint, ReportedMeans
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def answer(**query):
    return endpoints.answer(
        WINTER, read({key.replace("_", "-"): text for key, text in query.items()}, WINTER).assumptions
    )


def endpoint(key, **query):
    return next(e for e in answer(**query).endpoints if e.key == key)


# Estimate, two-sided paired t p, two-sided sign-flip p and its floor given the zeros, from Table III and the areas in
# the text. Each p can be had by hand: t = mean / (SD / 2) with 3 degrees of freedom; 16 labellings of four differences.
# Observer, %: (−33.3, 33.3, 25, 0) sums to 25, and no labelling of ±33.3 ± 33.3 ± 25 has a smaller absolute sum: p = 1.
FACTS = [
    ("size-percent", -39.0, 0.206, 0.5, 0.5),
    ("size-absolute", -0.505, 0.3855, 0.5, 0.5),
    ("pga-absolute", -0.25, 0.391, 1.0, 1.0),
    ("pga-percent", -6.25, 0.391, 1.0, 1.0),
    ("observer-absolute", 0.5, 0.182, 0.5, 0.5),
    ("observer-percent", 6.25, 0.704, 1.0, 0.25),
]


@pytest.mark.parametrize(("key", "estimate", "p", "exact_p", "floor_given_zeros"), FACTS, ids=[f[0] for f in FACTS])
def test_each_endpoint_comes_out_as_checked(key, estimate, p, exact_p, floor_given_zeros):
    found = endpoint(key)
    assert found.test.estimate == pytest.approx(estimate, abs=1e-12)
    assert found.test.p == pytest.approx(p, abs=5e-4)
    assert found.test.n == 4
    assert found.exact.p == exact_p
    assert found.exact.floor.general == 0.125
    assert found.exact.floor.given_zeros == floor_given_zeros


def test_size_percent_has_the_interval_that_was_checked():
    interval = endpoint("size-percent").test.interval
    assert (round(interval.low), round(interval.high), interval.level) == (-116, 38, 0.95)


def test_percentages_from_measured_areas_move_p_in_the_fourth_decimal():
    measured = endpoint("size-percent", rounding="measured")
    assert measured.test.p == pytest.approx(0.2057, abs=5e-5)
    assert measured.pairs[0].control.value == Fraction(-4375, 100)
    assert measured.pairs[0].control.provenance == "derived"
    assert endpoint("size-percent").pairs[0].control.value == -44


def test_the_absolute_change_of_every_area_is_known_and_marked_as_derived():
    pairs = endpoint("size-absolute").pairs
    values = {p.participant: (p.treated.value, p.control.value) for p in pairs if p.analysed}
    assert values == {
        "1": (Fraction(-9, 100), Fraction(-7, 100)),
        "2": (0, 2),
        "3": (0, 0),
        "4": (0, 0),
    }
    assert {p.treated.provenance for p in pairs if p.analysed} == {"derived"}


def test_the_participant_who_was_lost_is_shown_with_the_reason_and_not_counted():
    fifth = endpoint("size-percent").pairs[4]
    assert (fifth.participant, fifth.analysed, fifth.reason) == ("5", False, "lost after Month 1")
    assert isinstance(fifth.difference, Missing)


@pytest.mark.parametrize("test", ["sign-flip", "signed-rank", "sign"])
@pytest.mark.parametrize("key", [fact[0] for fact in FACTS])
def test_no_exact_test_of_four_pairs_reaches_five_percent_or_bounds_an_interval(test, key):
    found = endpoint(key, test=test)
    assert found.test.p >= found.test.floor.general == 0.125
    assert (found.test.interval.low, found.test.interval.high) == (None, None)
    assert found.test.interval.reason


def test_at_87_5_percent_the_exact_interval_is_the_range_of_the_differences():
    interval = endpoint("size-percent", test="sign-flip", alpha="0.125").test.interval
    assert (interval.low, interval.high, interval.level) == (-100, 0, 0.875)


def test_one_sided_looks_towards_benefit_only():
    two, one = endpoint("size-percent"), endpoint("size-percent", sides="one")
    assert one.test.p == pytest.approx(two.test.p / 2)
    assert one.exact.floor.general == 0.0625
    assert one.test.interval.low is None
    assert endpoint("observer-absolute", sides="one").test.p == pytest.approx(1 - 0.182 / 2, abs=5e-4)


def test_pain_has_means_and_nothing_to_test():
    pain = endpoint("pain")
    assert isinstance(pain, ReportedMeans)
    assert (pain.treated, pain.control, pain.difference) == (3.5, 2.6, 0.9)
    assert "no test is possible" in endpoint_reading(pain)


def test_no_reported_event_leaves_a_share_of_participants_open():
    harms = endpoint("harms")
    assert isinstance(harms, Events)
    assert harms.events == 0
    # Clopper-Pearson, one-sided: 1 - 0.05^(1/n)
    assert dict(harms.limits) == pytest.approx({5: 0.4507, 4: 0.5271}, abs=5e-5)


def test_no_printed_p_fits_the_percentage_and_three_readings_fit_point_39():
    printed = {row.key: row for row in answer().printed_p}
    assert printed["area_p_final"].fits == (
        "Lesion size, change in cm²",
        "PGA by physician, change",
        "PGA by physician, % change",
    )
    assert printed["area_p_baseline"].fits == ()
    assert [(row.known, row.units) for row in printed.values()] == [(3, 8), (3, 8)], "sizes are published of 3 lesions"
    for moved in ({"test": "sign-flip"}, {"sides": "one"}, {"who": "1.2"}, {"alpha": "0.2"}):
        assert answer(**moved).printed_p == answer().printed_p, "the paper's own test, whatever the viewer chose"


def test_printed_counts_are_recomputed_and_pain_can_not_be():
    found = {row.key: row for row in answer().comparisons}
    printed = ("pga_changed", "pga_unchanged", "pga_not_improved", "size_improved", "observer_improved_treated")
    for key in (*printed, "observer_improved_control"):
        assert found[key].agrees is True
    assert isinstance(found["pain_treated"].recomputed, Missing)
    assert found["pain_treated"].agrees is None
    fewer = {row.key: row for row in answer(who="2.3.4").comparisons}
    assert fewer["pga_changed"].agrees is False


@pytest.mark.parametrize(("who", "n"), [("none", 0), ("5", 0), ("1", 1), ("3.4", 2), ("2.3", 2), ("1.2.3.4.5", 4)])
@pytest.mark.parametrize("test", ["t", "sign-flip", "signed-rank", "sign"])
def test_few_or_equal_pairs_have_a_named_result(who, n, test):
    result = answer(who=who, test=test)
    found = result.selected
    assert found.test.n == n
    told = [value for value in (found.test.estimate, found.test.p) if isinstance(value, Missing)]
    assert all(value.reason for value in told)
    if n == 0:
        assert len(told) == 2
        assert "no estimate" in endpoints.reading(result)
    if isinstance(found.test.p, float):
        assert 0 <= found.test.p <= 1


def test_swapping_the_arms_flips_the_sign_and_keeps_p():
    roles = {"treatment": "control", "control": "treatment"}
    arms = tuple(arm.model_copy(update={"role": roles[arm.role]}) for arm in WINTER.spec.arms)
    swapped = dataclasses.replace(WINTER, spec=WINTER.spec.model_copy(update={"arms": arms}))
    ours = endpoints.answer(WINTER, defaults(WINTER)).endpoints
    theirs = endpoints.answer(swapped, defaults(swapped)).endpoints
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(a, PairedEndpoint):
            assert a.test.estimate == -b.test.estimate
            assert a.test.p == pytest.approx(b.test.p, rel=1e-12)
            assert a.test.interval.low == pytest.approx(-b.test.interval.high)


def test_estimand_stands_on_every_endpoint_and_names_the_loss():
    for found in answer().endpoints:
        parts = dataclasses.asdict(found.estimand)
        assert all(parts.values())
        if isinstance(found, PairedEndpoint):
            assert "participant 5 has no pair" in parts["handling"]
            assert "estimated from 4 participants" in parts["population"]


def test_the_driver_of_the_percentage_is_the_control_that_grew():
    assert driver(answer().selected) == (
        "The largest difference is participant 2's, −100 pp: treated 0 %, control +100 %."
    )
    tied = driver(answer(outcome="pga", rater="observer", change="absolute").selected)
    assert tied == "The largest differences are participant 2's (+1 point) and 3's (+1 point)."


def test_words_do_not_claim_what_four_pairs_can_not_show():
    for query in ({}, {"test": "sign-flip"}, {"outcome": "pga"}, {"alpha": "0.5"}):
        for found in answer(**query).endpoints:
            text = endpoint_reading(found).lower()
            assert "significant" not in text
            assert "no difference" not in text


def test_an_analysis_is_the_papers_only_as_the_paper_did_it():
    assert endpoint("size-percent").analysis == "paper"
    assert endpoint("size-absolute").analysis == "ours"
    for moved in ({"test": "sign"}, {"who": "1.2.3"}, {"sides": "one"}, {"alpha": "0.1"}, {"rounding": "measured"}):
        assert endpoint("size-percent", **moved).analysis == "ours", moved
    for idle in ({"n": "30"}, {"show": "2"}, {"who": "1.2.3.4.5"}):
        assert endpoint("size-percent", **idle).analysis == "paper", idle
    assert endpoint("pga-absolute", rounding="measured").analysis == "paper", "nothing moved by it"
    assert endpoint("pain").analysis == endpoint("harms").analysis == "reported"


def test_an_unknown_trial_key_is_not_an_assumption():
    assert read({TRIAL_KEY: "x"}, WINTER).problems == ()


# What an interval leaves open, by the bounds that were found (see the intervals above and in tests/analysis).
OPEN = [
    ({}, "At 95 %, neither benefit nor harm of the treatment is excluded."),
    (
        {"test": "sign", "alpha": "0.125"},
        "At 87.5 %, the interval ends exactly at 0, and assumes that treatment shifts everybody by the same amount: "
        "harm is excluded only if it does; benefit is not.",
    ),
    ({"alpha": "0.333"}, "the interval lies wholly on the side of benefit. An interval of this level misses"),
    (
        {"sides": "one"},
        "At 95 %, if differences are normal, harm beyond +18 pp is excluded, smaller harm is not; a one-sided",
    ),
    ({"sides": "one", "test": "sign-flip"}, "At 95 %, no size of harm is excluded;"),
    ({"sides": "one", "test": "sign-flip", "alpha": "0.0625"}, "At 93.75 %, harm is excluded; no effect is not;"),
]


@pytest.mark.parametrize(("query", "words"), OPEN, ids=[str(query) for query, _ in OPEN])
def test_what_the_interval_leaves_open_is_said_and_no_more(query, words):
    assert words in endpoints.reading(answer(**query))


@pytest.mark.parametrize("who", ["1", "3.4"])
def test_without_an_interval_nothing_is_concluded(who):
    text = endpoints.reading(answer(who=who))
    assert "no interval and no p" in text
    assert "excluded" not in text


def test_floors_are_printed_as_they_are_and_one_sided_p_is_called_so():
    text = endpoints.reading(answer(sides="one"))
    assert "a one-sided p below 0.0625" in text
    assert "one-sided p = 0.103 (exact, by flipping signs: 0.25)" in text


def test_both_bounds_have_equally_many_decimals():
    assert "95 % CI −116 to +38;" in endpoints.reading(answer())
    assert "95 % CI −1.05 to +0.55;" in endpoints.reading(answer(outcome="pga", change="absolute"))


def test_the_estimand_tells_how_much_treatment_the_lost_one_had():
    found = endpoints.answer(WINTER, defaults(WINTER)).selected
    assert "participant 5 had 2 of 3 treatments" in found.estimand.handling
