"""The planning page: its plan, its designs, and the printed 2.4."""

import json

import pytest
from scipy import stats

from lib.assumptions import defaults, read
from lib.design.registry import DESIGNS
from lib.design.sign_magnitude import sign_magnitude
from lib.errors import Refusal
from lib.questions import sample_size
from lib.questions.printed_effect import printed_reading
from lib.questions.registry import QUESTIONS
from lib.questions.wording import below_words, ceiling, number
from lib.report.tables.sample_size import errors
from lib.report.twin import twin
from lib.values import Missing, known
from tests.trials import trial

WINTER = trial("winter2020")


def answer(of=WINTER, **query):
    return sample_size.answer(of, read({k.replace("_", "-"): v for k, v in query.items()}, of).assumptions)


# ---- the printed effect


def test_the_printed_detectable_effect_is_that_of_two_independent_groups():
    # R: power.t.test(n = 4, power = 0.8, type = "two.sample", strict = TRUE)$delta, and type = "paired"
    readings = {r.design: r for r in answer().printed.two_sided.readings}
    assert readings["two-sample-t"].detectable == pytest.approx(2.3808, abs=5e-5)
    assert readings["two-sample-t"].prints
    assert readings["paired-t"].detectable == pytest.approx(2.1279, abs=5e-5)
    assert not readings["paired-t"].prints
    assert (round(readings["paired-t"].rho.low, 2), round(readings["paired-t"].rho.high, 2)) == (0.34, 0.39)


def test_one_sided_only_a_paired_test_with_slightly_negative_correlation_gives_the_printed_effect():
    # R: power.t.test(n = 4, power = 0.8, type = …, alternative = "one.sided")$delta: 1.650 paired, 1.996 two-sample
    readings = {r.design: r for r in answer().printed.one_sided.readings}
    assert readings["paired-t"].detectable == pytest.approx(1.650, abs=5e-4)
    assert readings["two-sample-t"].detectable == pytest.approx(1.996, abs=5e-4)
    assert not any(row.prints for row in readings.values())
    assert -0.11 < readings["paired-t"].rho.low < readings["paired-t"].rho.high < 0


def test_the_printed_effect_is_read_at_its_own_inputs_whatever_is_planned():
    assert answer(sd="2", n="40", rho="0.9", plan_alpha="0.01").printed == answer().printed
    assert answer(design="parallel-boschloo", seed="7").printed == answer().printed


def test_a_trial_without_a_printed_effect_says_so():
    eyes = trial("eyes")
    result = sample_size.answer(eyes, defaults(eyes))
    assert isinstance(result.printed, Missing)
    assert printed_reading(result.printed, "", "") == "The paper prints no detectable effect."


# ---- the plan


def test_dropout_inflates_in_whole_people():
    # 21/0.7 is exactly 30; in floating point 21/(1 - 0.3) rounds up to 31
    result = answer(effect="1", sd="1.5", rho="0.5", dropout="0.3")
    assert result.chosen.needed == 20
    assert result.chosen.enrolled == 29
    assert answer(effect="1", sd="1", design="two-sample-t", dropout="0.3").chosen.enrolled == 2 * 25


def test_an_effect_of_zero_needs_no_n_and_says_so_beside_the_effect():
    result = answer(effect="0")
    assert isinstance(result.chosen.needed, Missing)
    assert result.chosen.needed.reason in sample_size.reading(result)
    assert "power for 0 is alpha" in result.faults["effect"]


@pytest.mark.parametrize(
    ("query", "key", "told"),
    [
        ({"power": "0.5", "plan-alpha": "0.5"}, "power", "wanted a power above alpha (0.5)"),
        ({"design": "ordinal-t", "improve-treated": "50_20_10_5_5"}, "improve-treated", "= 90 % given"),
        ({"design": "ordinal-t", "improve-control": "50_50"}, "improve-treated", "5 and 2 categories given"),
        ({"design": "sequential-pocock", "looks": "4", "n": "3"}, "n", "wanted at least 5 for this design"),
        ({"design": "doses-trend", "doses": "1_0_2"}, "doses", "given; wanted"),
        ({"design": "several-units", "units": "3", "icc": "0.1", "rho": "0.9"}, "rho", "given; wanted"),
        ({"design": "parallel-boschloo", "n": "150"}, "n", "wanted at most 100"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_planned_is_told_at_its_control_on_page_and_in_json(query, key, told):
    out = twin(QUESTIONS["sample-size"], query, WINTER)
    text = json.dumps(out, allow_nan=False)
    if out["result"] is None:
        assert key in out["about"]
        assert told in out["reason"]
    else:
        assert told in out["result"]["faults"][key]
    assert told in text


def test_a_target_at_or_below_alpha_is_refused_with_both_numbers():
    with pytest.raises(Refusal, match=r"0\.5"):
        answer(power="0.5", plan_alpha="0.5")


def test_pairing_gains_from_correlation():
    low, high = answer(effect="1", rho="0"), answer(effect="1", rho="0.8")
    assert high.chosen.needed < low.chosen.needed
    by_key = [{row.key: row.needed for row in result.others} for result in (low, high)]
    assert by_key[0]["two-sample-t"] == by_key[1]["two-sample-t"]
    gain = low.pairing
    assert list(gain.paired) == sorted(gain.paired, reverse=True)
    # at ρ = 0 the paired plan still needs half the people: each is their own control
    assert gain.paired[gain.rho.index(0.0)] == pytest.approx(gain.parallel / 2, abs=1)


def test_the_sentence_names_power_and_n():
    assert sample_size.reading(sample_size.answer(WINTER, defaults(WINTER))) == (
        "Within person, paired t test: with 12 pairs (participants), the power to find 1 point is 88.3 %. 80 % power "
        "needs n = 10 (10 participants analysed). Differences are taken for normal; those of a short scale of whole "
        "scores are not."
    )


def test_a_plan_that_no_exact_test_could_confirm_says_so():
    # two-sided, 2/2^n first reaches 0.05 at 6 pairs; one-sided, 1/2^n at 5
    assert "with fewer than 6 pairs" in sample_size.reading(answer(effect="2.4", n="4"))
    assert "with fewer than 5 pairs" in sample_size.reading(answer(effect="2.4", n="4", plan_sides="one"))
    assert "fewer than" not in sample_size.reading(answer(effect="1"))
    assert "fewer than" not in sample_size.reading(answer(effect="4", design="two-sample-t"))


@pytest.mark.parametrize(
    "query",
    [
        {"design": "doses-trend", "effect": "3"},
        {"design": "doses-global", "effect": "3"},
        {"design": "doses-hotelling", "effect": "4"},
        {"design": "several-units", "effect": "3"},
    ],
    ids=lambda query: query["design"],
)
def test_swapping_sides_is_held_against_designs_with_one_unit_per_arm_only(query):
    # three units of a person can be put in 6 orders, two and two in 6 ways: 6^n, not 2^n, so that fewer people suffice
    result = answer(**query)
    assert result.chosen.needed < result.exact_needs == 6
    assert "swaps sides" not in sample_size.reading(result)
    assert "with fewer than 6 pairs" in sample_size.reading(answer(effect="2.4", n="4"))
    if query["design"] == "several-units":
        assert "with fewer than 6 pairs" in sample_size.reading(answer(**query, units="1"))


def test_an_effect_beyond_the_scale_is_not_passed_over():
    text = sample_size.reading(answer(n="2", plan_alpha="0.001"))
    assert "The effect detectable at n = 2 is wider than the scale (4 points)." in text


def test_a_true_level_above_the_nominal_one_is_said():
    # z boundaries are converted to t, which at few pairs leaves 0.052 to 0.055 for two looks
    assert "type I error is 5.2" in sample_size.reading(answer(design="sequential-pocock"))
    assert "type I error" not in sample_size.reading(answer(design="ordinal-sign-flip"))


# ---- every design


CHANGE = "The outcome is PGA by physician, change, from baseline to month 3."
RESPONSE = "The outcome is whether a lesion responds, by its PGA by physician from baseline to month 3."
OUTCOME = {
    "parallel-ancova": "The outcome is PGA by physician at month 3, adjusted for baseline; it is not the change."
}


@pytest.mark.parametrize("key", DESIGNS)
def test_every_design_has_a_page_a_twin_and_a_paragraph(key):
    query = {"design": key, "mc-width": "0.05", "n": "10", "dropout": "0.2"}
    result = answer(**query)
    out = twin(QUESTIONS["sample-size"], query, WINTER)["result"]
    assert out["paragraph"] == result.paragraph
    chosen, design = result.chosen, DESIGNS[key]
    assert known(chosen.needed)
    for told in (
        f"With {chosen.needed} {chosen.n_counts}",
        f"{chosen.enrolled} will be enrolled",
        f"{chosen.participants} participants are to be analysed",
        design.inputs(result.plan).replace("per unit", "per lesion"),
        OUTCOME.get(key, RESPONSE if design.model == "response" else CHANGE),
        "Pilotlight 0.",
        "scipy 1.",
        "numpy 2.",
        *design.references,
        "type I error is",
    ):
        assert told in result.paragraph, told
    simulated = chosen.need.power.trials > 0
    assert simulated == ("seed 1" in result.paragraph)
    assert simulated if design.method == "simulated" else not simulated or design.method == "mixed"
    most = design.most(result.plan, chosen.needed)
    assert result.wanted.enrolled == chosen.enrolled == design.to_enrol(most, 0.2)


@pytest.mark.parametrize("key", DESIGNS)
def test_a_one_sided_test_says_which_side(key):
    sided = "sides" in DESIGNS[key].reads
    told = answer(design=key, plan_sides="one", mc_width="0.05", n="10").paragraph
    assert ("only a difference in favour of Sodium thiosulfate can be found" in told) == sided


def test_a_two_sided_test_has_no_direction_to_tell():
    assert "The test is one-sided" not in answer().paragraph


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("responders-mcnemar", ("is not part of this plan and is to be defined before the trial",)),
        ("parallel-fisher", ("is to be defined before the trial", "each contributing one lesion,")),
        # √(1 − 0.8²)
        (
            "parallel-ancova",
            ("those of final values", "an SD of 0.6 is left", "given the baseline, are taken for normal"),
        ),
        ("two-sample-t", ("per arm, each contributing one lesion,", "Changes in each arm are taken for normal")),
        ("several-units", ("Differences within a person are taken for normal",)),
    ],
)
def test_the_paragraph_tells_what_a_design_takes_for_granted(key, told):
    paragraph = answer(design=key, rho_baseline="0.8").paragraph
    assert all(words in paragraph for words in told), paragraph
    if DESIGNS[key].model == "response":
        assert "change" not in paragraph


def test_normality_is_named_for_outcomes_that_are_no_scores_too():
    paragraph = answer(trial("eyes")).paragraph
    assert "Differences within a person are taken for normal." in paragraph
    assert "whole numbers" in answer().paragraph


@pytest.mark.parametrize("key", ["sequential-pocock", "sequential-obrien-fleming"])
def test_a_trial_that_may_end_early_tells_its_most_and_its_mean(key):
    result = answer(design=key, dropout="0.2")
    needed, need = result.chosen.needed, result.chosen.need
    for words in (
        f"With {needed} pairs (participants) at most",
        f"{needed} participants are to be analysed at most",
        f"{need.enrolled} will be enrolled at most",
        f"the trial ends with {number(need.expected)} pairs on average",
    ):
        assert words in result.paragraph, result.paragraph


@pytest.mark.parametrize("curve", ["n", "effect", "both", "detectable", "side"])
@pytest.mark.parametrize("key", ["paired-t", "ordinal-t", "responders-mcnemar", "reestimated-blinded"])
def test_every_view_of_a_plan_holds_the_plan(key, curve):
    result = answer(design=key, curve=curve, mc_width="0.05", n="10")
    view = result.view
    if curve == "n":
        assert 10 in view.n
        assert result.chosen.needed in view.n
    elif curve == "effect":
        assert abs(result.chosen.effect) in view.effect
    elif curve == "detectable":
        assert view.effect[view.n.index(10)] == result.chosen.detectable
    elif curve == "both":
        assert len(view.power) == len(view.effect)
        assert len(view.power[0]) == len(view.n)
    else:
        assert (key, 1.0) in view.rows
        assert view.power[view.rows.index((key, 1.0))][view.n.index(10)] == pytest.approx(
            result.chosen.power_at_n.value
        )


@pytest.mark.parametrize(
    ("query", "d"),
    [
        ({"design": "several-units", "units": "4", "icc": "0.3", "rho": "0.1", "n": "12"}, 1.1547),
        ({"design": "several-units", "n": "12"}, None),
        ({"design": "doses-trend", "doses": "0_1_10", "n": "12"}, 1.1015),
        ({"design": "paired-t", "n": "12"}, None),
    ],
)
def test_a_standardised_effect_is_the_one_whose_t_test_has_the_power(query, d):
    chosen = answer(**query).chosen
    assert d is None or chosen.standardised == pytest.approx(d, abs=5e-5)
    critical = stats.t.isf(0.025, 11)
    nc = chosen.standardised * 12**0.5
    assert stats.nct.sf(critical, 11, nc) + stats.nct.cdf(-critical, 11, nc) == pytest.approx(chosen.power_at_n.value)


def test_the_paragraph_tells_the_sd_that_the_test_works_with():
    told = answer(design="several-units", units="4", icc="0.3", rho="0.1").paragraph
    assert "SD 0.866 of differences between a person's arm means" in told
    assert "of differences within a person" not in told
    told = answer(design="doses-trend", doses="0_1_10").paragraph
    assert "SD 0.9078 of each person's linear contrast, as highest dose minus none" in told


def test_a_trial_that_may_grow_is_paid_for_at_its_most():
    result = answer(design="reestimated-blinded", growth="2", dropout="0.2", mc_width="0.02", price="1")
    need = result.chosen.need
    assert need.most == 2 * result.chosen.needed
    assert result.chosen.needed < need.expected < need.most
    assert (
        need.enrolled == result.wanted.enrolled == result.wanted.price == DESIGNS["paired-t"].to_enrol(need.most, 0.2)
    )
    assert f"on average and {need.most} at most" in result.paragraph
    assert "hold it against the fixed plan" in sample_size.reading(result)


def test_simulated_n_has_the_range_that_its_error_leaves():
    need = answer(design="reestimated-unblinded").chosen.need
    assert need.low <= answer(design="reestimated-unblinded").chosen.needed <= need.high
    exact = answer(design="paired-sign").chosen
    assert exact.need.low == exact.need.high == exact.needed
    assert exact.need.stays_until > exact.needed


def test_the_type_i_error_is_that_of_a_treatment_that_does_nothing_and_carries_nothing():
    for design in ("ordinal-t", "responders-mcnemar", "paired-t"):
        assert answer(design=design, carry="0.5").chosen.size == answer(design=design).chosen.size
    # all 2^11 different p-values of a two-sided sign-flip test of 12 pairs are equally likely
    assert answer(design="paired-sign-flip").chosen.size.value == int(0.05 * 2**11) / 2**11
    size = answer(design="reestimated-blinded").chosen.size
    assert size.trials >= 20_000
    assert f"{size.trials:,} trials" in answer(design="reestimated-blinded", n="12").paragraph


def test_the_type_i_error_of_responders_is_also_told_at_its_largest():
    for key in ("responders-mcnemar", "parallel-fisher", "parallel-boschloo"):
        chosen = answer(design=key).chosen
        assert chosen.size.value <= chosen.size_most <= 0.05


def test_the_largest_type_i_error_of_pairs_holds_whatever_they_correlate_by():
    # of 19 pairs 1.43 % where a third are discordant, 3.26 % where nine in ten are: that is at a negative correlation
    chosen = answer(design="responders-mcnemar", n="19").chosen
    sizes = [
        answer(design="responders-mcnemar", n="19", rho=rho, respond_control=share, respond_treated="99").chosen.size
        for rho in ("-0.9", "-0.5", "0", "0.5")
        for share in ("30", "50", "70")
    ]
    assert max(size.value for size in sizes) > 0.03
    assert max(size.value for size in sizes) <= chosen.size_most == pytest.approx(0.03258, abs=5e-6)
    assert answer(design="responders-mcnemar", n="12").chosen.size_most == pytest.approx(0.03857, abs=5e-6)
    result = answer(design="responders-mcnemar", n="19", respond_treated="70", respond_control="25")
    assert f"and at most {ceiling(100 * result.chosen.need.size_most)} % whatever share responds and however the" in (
        result.paragraph
    )
    assert "all correlations within a person" in errors(result).set_index("What").loc["Largest type I error", "Of"]


def test_no_share_has_a_larger_type_i_error_than_the_largest_told():
    # by scipy's hypergeometric and binomial probabilities, on 100,001 shares: 9.66736 %; on every fiftieth, 9.653 %
    query = {"design": "parallel-boschloo", "n": "30", "plan_alpha": "0.1", "plan_sides": "one"}
    assert answer(**query).chosen.size_most == pytest.approx(0.0966736, abs=5e-8)
    for design in ("parallel-boschloo", "parallel-fisher"):
        chosen = answer(**{**query, "design": design}).chosen
        sizes = [
            answer(**{**query, "design": design, "respond_control": share}).chosen.size.value
            for share in ("5", "11", "23", "37.5", "50")
        ]
        assert max(sizes) <= chosen.size_most * (1 + 1e-9)


def test_what_bounds_is_rounded_up():
    assert [ceiling(value) for value in (0, 3.8574, 3.85, 9.6667, 0.9999, 0.0012341)] == [
        "0",
        "3.86",
        "3.85",
        "9.67",
        "1",
        "0.00124",
    ]


def test_simulated_numbers_follow_the_seed_and_the_width_wanted():
    one, same, other = (answer(design="paired-sign-flip", seed=seed) for seed in ("1", "1", "2"))
    assert one.chosen == same.chosen
    assert one.chosen.power_at_n != other.chosen.power_at_n
    narrow = answer(design="paired-sign-flip", mc_width="0.006").chosen.power_at_n
    assert (narrow.high - narrow.low) / 2 <= 0.006
    assert narrow.trials > one.chosen.power_at_n.trials
    inside = DESIGNS["paired-t"].rejection(one.plan).power  # the t test and the sign-flip test are close at n = 12
    assert abs(one.chosen.power_at_n.value - inside) < 0.02


def test_the_type_i_error_of_arms_with_one_mean_is_that_of_two_arms_like_the_control():
    shares = {"improve_treated": "60_0_0_0_40", "improve_control": "0_60_20_20_0", "n": "20"}
    apart = answer(design="ordinal-sign", **shares)
    alike = answer(design="ordinal-sign", **{**shares, "improve_treated": "0_60_20_20_0"})
    assert apart.chosen.size == alike.chosen.size
    assert 100 * apart.chosen.size.value == pytest.approx(2.03, abs=0.005)
    assert "shares differ while their means do not" in apart.faults["improve-treated"]
    assert "power for 0" not in apart.faults["improve-treated"]
    assert "power for 0 is alpha" in alike.faults["improve-treated"]


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        ({"design": "parallel-ordinal", "improve_treated": "70_0_0_0_30", "n": "20"}, 33),
        ({"design": "ordinal-sign", "improve_treated": "60_0_0_0_40", "n": "40"}, 210),
    ],
    ids=["parallel", "within"],
)
def test_an_n_for_finding_harm_is_none_for_the_benefit_that_is_planned(query, needed):
    result = answer(improve_control="0_100_0_0_0", **query)
    assert result.chosen.effect > 0
    assert isinstance(result.chosen.needed, Missing)
    assert result.chosen.wrong_sign.value > 0.99
    assert f"at n = {needed} is against the treatment" in result.faults["improve-treated"]
    for text in (sample_size.reading(result), result.paragraph):
        assert "Most of its power is to find harm: at n = " in text
        assert "over 99.9 % of what is significant" in text or "99.8 % of what is significant" in text
        assert f"n = {needed}" in text
    assert "No n reaches 80 % power" in result.paragraph
    assert "to find harm" not in sample_size.reading(answer(design=query["design"]))
    assert "to find harm" not in answer(design=query["design"]).paragraph


@pytest.mark.parametrize("design", ["doses-global", "doses-hotelling"])
def test_a_test_without_a_direction_claims_none(design):
    result = answer(design=design)
    assert isinstance(result.chosen.wrong_sign, Missing)
    out = twin(QUESTIONS["sample-size"], {"design": design}, WINTER)["result"]["chosen"]
    assert out["wrong_sign"] is None
    assert "no direction to get wrong" in out["wrong_sign_reason"]
    told = errors(result).set_index("What").loc["Wrong direction (type S)", "Value"]
    assert told == out["wrong_sign_reason"]
    # the trend over the same doses has one
    assert 0 < answer(design="doses-trend").chosen.wrong_sign.value < 0.001


def test_type_s_and_m_of_simulated_designs_have_their_monte_carlo_limits():
    truth = sign_magnitude(0.2, 1 / 12**0.5, 11, 0.05, 2)  # of the t test, which the sign-flip test is close to
    result = answer(design="paired-sign-flip", effect="0.2", mc_width="0.004")
    wrong, times = result.chosen.wrong_sign, result.chosen.exaggeration
    assert wrong.trials == times.trials == round(result.chosen.power_at_n.value * result.chosen.power_at_n.trials)
    events = round(wrong.value * wrong.trials)
    assert wrong.low == pytest.approx(stats.beta.ppf(0.025, events, wrong.trials - events + 1), rel=1e-9)
    assert wrong.high == pytest.approx(stats.beta.ppf(0.975, events + 1, wrong.trials - events), rel=1e-9)
    assert wrong.low < truth.wrong_sign < wrong.high
    assert times.low < times.value < times.high
    told = errors(result).set_index("What")
    assert told.loc["Wrong direction (type S)", "Value"] == (
        f"{100 * wrong.value:.2f} % ({100 * wrong.low:.2f} to {100 * wrong.high:.2f} %)"
    )
    assert told.loc["Exaggeration (type M)", "Value"] == f"× {times.value:.2f} ({times.low:.2f} to {times.high:.2f})"
    assert f"{wrong.trials:,} simulated" in told.loc["Exaggeration (type M)", "Of"]
    exact = answer(effect="0.2").chosen
    assert (exact.wrong_sign.trials, exact.exaggeration.trials) == (0, 0)
    assert exact.wrong_sign.low == exact.wrong_sign.value == exact.wrong_sign.high


def test_no_wrong_direction_among_simulated_trials_is_told_by_what_it_lies_under():
    result = answer(design="reestimated-blinded")
    wrong = result.chosen.wrong_sign
    assert wrong.value == 0
    assert wrong.high == pytest.approx(1 - 0.025 ** (1 / wrong.trials), rel=1e-9)
    assert errors(result).set_index("What").loc["Wrong direction (type S)", "Value"] == (
        f"under {ceiling(100 * wrong.high, 2)} %"
    )
    out = twin(QUESTIONS["sample-size"], {"design": "reestimated-blinded"}, WINTER)["result"]["chosen"]["wrong_sign"]
    assert out == {"value": 0, "low": 0, "high": wrong.high, "trials": wrong.trials}
    # one-sided, a significant result can't be against the treatment: that takes no simulation
    assert answer(design="reestimated-blinded", plan_sides="one").chosen.wrong_sign.trials == 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"design": "sequential-obrien-fleming"}, "needs n = 11 (11 participants analysed); 10 gives 79.9 %."),
        ({"effect": "0.1"}, "needs n = 787 (787 participants analysed); 786 gives 79.96 %."),
        ({}, "needs n = 10 (10 participants analysed)."),
    ],
)
def test_an_n_that_only_just_misses_the_target_is_told(query, told):
    result = sample_size.answer(WINTER, read(query, WINTER).assumptions)
    assert told in sample_size.reading(result)
    design, plan = DESIGNS[result.chosen.key], result.plan
    assert result.chosen.need.below == pytest.approx(design.rejection(design.at(plan, result.chosen.needed - 1)).power)
    assert result.chosen.need.below < plan.target


def test_the_fewest_that_can_be_planned_have_none_below():
    result = sample_size.answer(WINTER, read({"effect": "4", "sd": "0.1"}, WINTER).assumptions)
    assert "fewest" in result.chosen.need.below.reason


@pytest.mark.parametrize(("power", "words"), [(0.799, "79.9 %"), (0.7996, "79.96 %"), (0.79999, "79.999 %")])
def test_a_power_below_the_target_never_reads_as_the_target(power, words):
    assert below_words(power, 0.8) == words


@pytest.mark.parametrize("design", ["responders-mcnemar", "parallel-fisher", "parallel-boschloo"])
def test_an_effect_against_the_treatment_is_said_wherever_its_n_is_pasted(design):
    against = answer(design=design, respond_treated="25", respond_control="70", n="19")
    told = "The planned effect favours the control."
    assert told in sample_size.reading(against)
    assert told in against.paragraph
    assert against.paragraph.index(told) > against.paragraph.index(f"With {against.chosen.needed} ")
    for_it = answer(design=design, respond_treated="70", respond_control="25", n="19")
    assert told not in for_it.paragraph
    assert told not in sample_size.reading(for_it)
