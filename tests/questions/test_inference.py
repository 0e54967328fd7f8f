"""What Endpoints adds to its tests: effect sizes, the family of primary endpoints, the prior; recomputed by hand."""

import math

import pytest
from scipy import stats

from lib.analysis.registry import TESTS
from lib.assumptions import read
from lib.questions import endpoints
from lib.questions.endpoint_reading import endpoint_reading
from lib.questions.pairs import analysed_differences
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def answer(of=WINTER, **query):
    return endpoints.answer(of, read({key.replace("_", "-"): text for key, text in query.items()}, of).assumptions)


def effects(**query):
    return {found.size.key: found for found in answer(**query).effects}


# ---- effect sizes


def test_effect_sizes_of_lesion_size():
    # differences −56 −100 0 0: mean −39, SD 48.484; J(3) = Γ(1.5)/(√1.5·Γ(1)) = 0.7236
    found = effects()
    assert found["d-z"].size.value == pytest.approx(-39 / 48.4837, abs=1e-5)
    assert (found["d-z"].size.interval.low, found["d-z"].size.interval.high) == pytest.approx((-1.917, 0.394), abs=2e-3)
    factor = math.gamma(1.5) / (math.sqrt(1.5) * math.gamma(1))
    assert found["hedges-g-z"].size.value == pytest.approx(factor * found["d-z"].size.value)
    assert found["superiority"].size.value == 0.75, "2 better, 2 equal of 4"
    assert found["responder-difference"].size.value == 0.25, "participant 1's treated lesion alone shrank by half"
    bounds = found["responder-difference"].size.interval
    assert (bounds.low, bounds.high) == pytest.approx((-0.527, 0.806), abs=1e-3)
    assert "infinite" in found["discordant-odds-ratio"].size.value.reason


def test_baseline_sd_divides_only_what_has_the_unit_of_the_baseline():
    assert "not" in effects()["d-av"].size.value.reason
    physician = effects(outcome="pga", change="absolute")["d-av"].size.value
    assert "SD is 0" in physician.reason, "every baseline by the physician was 4"
    assert "not published" in effects(change="absolute")["d-av"].size.value.reason
    # observer: +0.5 over the mean of the SDs of 2 3 4 3 and 3 3 4 4
    observer = effects(outcome="pga", rater="observer", change="absolute")["d-av"].size.value
    assert observer == pytest.approx(0.5 / ((math.sqrt(2 / 3) + math.sqrt(1 / 3)) / 2))


@pytest.mark.parametrize("loss", ["complete", "no-change", "best", "worst"])
@pytest.mark.parametrize("outcome", [{}, {"outcome": "pga"}, {"outcome": "pga", "rater": "observer"}])
def test_the_responders_of_the_table_are_those_of_the_analysis(loss, outcome):
    found = answer(change="responder", test="mcnemar", loss=loss, **outcome)
    rows = {effect.size.key: effect for effect in found.effects}
    share = rows["responder-difference"]
    assert share.pairs == found.selected.test.n
    assert 100 * share.size.value == pytest.approx(found.selected.test.estimate)
    assert 100 * share.size.interval.low == pytest.approx(found.selected.test.interval.low)
    assert 100 * share.size.interval.high == pytest.approx(found.selected.test.interval.high)


def test_yes_and_no_have_no_standardised_difference_and_no_normal_prior():
    found = answer(change="responder")
    sizes = {effect.size.key: effect.size for effect in found.effects}
    assert isinstance(sizes["d-z"].value, Missing)
    assert isinstance(sizes["hedges-g-z"].value, Missing)
    assert "not normal" in found.belief.reason


def test_nobody_has_no_effect_size_and_says_why():
    for found in effects(who="none").values():
        assert isinstance(found.size.value, Missing)
        assert found.pairs == 0


# ---- several endpoints


@pytest.mark.parametrize(
    ("family", "m", "holm", "hochberg", "bh"),
    # p = 0.2060, 0.3910, 0.3910 and pain without one: Holm m·p, 3·0.391 → at most 1; Hochberg 2·0.391; BH 4/3·0.391
    [("as-one", 4, 0.824, 0.782, 0.521), ("left-out", 3, 0.618, 0.391, 0.391)],
)
def test_the_primary_endpoints_as_a_family(family, m, holm, hochberg, bh):
    found = answer(family=family).family
    assert (found.m, len(found.members)) == (m, 4)
    size = found.members[0]
    assert size.label == "Lesion size, % change"
    told = [size.adjusted[rule] for rule in ("holm", "hochberg", "bh")]
    assert told == pytest.approx([holm, hochberg, bh], abs=1e-3)
    pain = found.members[-1]
    assert pain.label == "Pain of injection, average"
    assert all(isinstance(p, Missing) for p in (pain.p, *pain.adjusted.values()))


def test_the_family_reading_names_what_counts_and_what_is_one_test_twice():
    told = answer(adjust="holm").family_reading
    assert "m = 4; without a p: Pain of injection, average, counted with p = 1" in told
    assert "adjusted by Holm, is 0.824" in told
    assert "PGA by physician, change and PGA by physician, % change are one test twice" in told
    assert "left out of the count" in answer(family="left-out").family_reading


# ---- the prior


@pytest.mark.parametrize(
    ("prior", "low", "high", "benefit", "success"),
    # found apart from lib by scipy from the four differences: t with 4.1 (vague) and 7 (sceptical) degrees of freedom
    [("vague", -94.0, 17.9, 0.930, 0.62), ("sceptical", -61.4, 22.4, 0.846, 0.31)],
)
def test_the_posterior_of_lesion_size(prior, low, high, benefit, success):
    found = answer(prior=prior).belief
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=0.06)
    assert found.beyond == pytest.approx(benefit, abs=1e-3)
    assert found.success == pytest.approx(success, abs=5e-3)
    assert found.before == 0.5


def test_without_a_prior_the_reading_is_that_of_the_t_test():
    rows = dict(answer().priors)
    flat = rows["None (flat)"]
    test = stats.ttest_1samp([-56, -100, 0, 0], 0)
    interval = test.confidence_interval()
    assert (flat.interval.low, flat.interval.high) == pytest.approx((interval.low, interval.high))
    assert flat.beyond == pytest.approx(1 - test.pvalue / 2)
    assert isinstance(flat.before, Missing)
    assert set(rows) == {"None (flat)", "Vague", "Sceptical"}
    assert "Typed" in dict(answer(prior="typed").priors)


def test_a_prior_that_outweighs_the_data_stays_where_it_was():
    found = answer(prior="typed", prior_mean="30", prior_pairs="100", prior_sd="10").belief
    assert found.after.mean == pytest.approx((100 * 30 - 4 * 39) / 104)
    assert found.beyond < 0.01


def test_the_benefit_asked_for_is_on_the_side_of_benefit():
    assert answer(delta="20").belief.beyond < answer().belief.beyond
    letters = trial("eyes")
    more, any_more = (answer(letters, delta=delta).belief.beyond for delta in ("5", "0"))
    assert more < any_more
    observer = answer(outcome="pga", rater="observer", change="absolute").belief
    assert observer.beyond < 0.5, "the observer's mean favours the control"


def test_the_reading_tells_the_interval_before_any_probability_and_the_one_without_a_prior():
    told = answer().belief_reading
    assert told.index("credible interval") < told.index("probability")
    assert "Without a prior, the t interval is 95 % CI −116 to +38." in told
    assert "chose after the trial" in told


# ---- words and cautions


def test_a_difference_of_log_ratios_is_told_as_a_ratio_too():
    found = answer(change="log-ratio").selected
    assert f"a ratio of ratios of {math.exp(found.test.estimate):.3g}" in endpoint_reading(found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "lowest power (Vickers 2001)"),
        ({"outcome": "pga"}, "undefined from a baseline of 0"),
        ({"change": "responder"}, "McNemar's test is made for them"),
        ({"change": "responder", "threshold": "25", "who": "1"}, "All of the lesions are better by at least 25 %."),
        ({"outcome": "pga", "change": "responder", "points": "4", "who": "2.3"}, "None of the lesions is better by"),
        ({"loss": "worst"}, "counts as if it had been seen"),
        ({"loss": "typed", "lost_treated": "-1000"}, "Participant 5 stays out: wanted a change from −100 upwards"),
    ],
)
def test_what_to_take_care_of_is_said(query, words):
    assert words in answer(**query).selected.caution


def test_a_typed_change_that_can_not_be_is_ours_and_told_in_the_estimand():
    found = answer(loss="typed", lost_treated="-1000").selected
    assert found.analysis == "ours"
    assert "participant 5 stays out: wanted a change from" in found.estimand.handling
    assert "taken as unrelated" not in found.estimand.handling.split("early stop")[0]


def test_who_leaves_because_a_lesion_cleared_is_not_taken_as_unrelated():
    told = answer(change="log-ratio", zero="refuse").selected.estimand.handling
    assert "participant 5 has no pair, taken as unrelated to outcome" in told
    assert "participant 1 without a pair, which may hang on the outcome: 0 has no logarithm" in told


def test_no_categories_is_the_reason_that_is_told():
    assert "no pairs: there is nothing to compare: the outcome has no categories" in endpoint_reading(
        answer(change="best-two").selected
    )


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("change", ["absolute", "log-ratio", "responder"])
def test_every_test_answers_every_change_with_a_result_or_a_reason(test, change):
    found = answer(test=test, change=change).selected
    assert found.test.n == len(analysed_differences(found.pairs)) == 4
    assert not isinstance(found.test.p, Missing) or len(found.test.p.reason) > 10
