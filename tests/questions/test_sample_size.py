"""The planning page: its plan, its designs, and the printed 2.4."""

import pytest

from lib.assumptions import defaults, read
from lib.errors import Refusal
from lib.questions import sample_size
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def answer(**query):
    return sample_size.answer(WINTER, read({k.replace("_", "-"): v for k, v in query.items()}, WINTER).assumptions)


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


def test_dropout_inflates_in_whole_people():
    # 21/0.7 is exactly 30; in floating point 21/(1 - 0.3) rounds up to 31
    result = answer(effect="1", sd="1.5", rho="0.5", dropout="0.3")
    assert result.chosen.needed == 20
    assert result.chosen.enrolled == 29
    assert answer(effect="1", sd="1", design="two-sample-t", dropout="0.3").chosen.enrolled == 2 * 25


def test_an_effect_of_zero_needs_no_n_and_says_so():
    result = answer(effect="0")
    assert isinstance(result.chosen.needed, Missing)
    assert result.chosen.needed.reason in sample_size.reading(result)


def test_a_target_at_or_below_alpha_is_refused_with_both_numbers():
    with pytest.raises(Refusal, match=r"0\.5"):
        answer(power="0.5", plan_alpha="0.5")


def test_pairing_gains_from_correlation():
    low, high = answer(effect="1", rho="0"), answer(effect="1", rho="0.8")
    assert high.chosen.needed < low.chosen.needed
    (parallel_low,), (parallel_high,) = low.others, high.others
    assert parallel_low.needed == parallel_high.needed


def test_the_sentence_names_power_and_n():
    assert sample_size.reading(sample_size.answer(WINTER, defaults(WINTER))) == (
        "Within person, paired t test: with 12 pairs (participants), the power to find 1 point at an SD of 1 is "
        "88.3 %. 80 % power needs n = 10 (10 participants analysed). The t test takes differences for normal; those of "
        "a short scale of whole scores are not."
    )


def test_a_plan_that_no_exact_test_could_confirm_says_so():
    # two-sided, 2/2^n first reaches 0.05 at 6 pairs; one-sided, 1/2^n at 5
    assert "with fewer than 6 pairs" in sample_size.reading(answer(effect="2.4", n="4"))
    assert "with fewer than 5 pairs" in sample_size.reading(answer(effect="2.4", n="4", plan_sides="one"))
    assert "fewer than" not in sample_size.reading(answer(effect="1"))
    assert "fewer than" not in sample_size.reading(answer(effect="4", design="two-sample-t"))


def test_an_effect_beyond_the_scale_is_not_passed_over():
    text = sample_size.reading(answer(n="2", plan_alpha="0.001"))
    assert "The effect detectable at n = 2 is wider than the scale (4 points)." in text


def test_a_trial_without_a_printed_effect_says_so():
    eyes = trial("eyes")
    result = sample_size.answer(eyes, defaults(eyes))
    assert isinstance(result.printed, Missing)
    assert sample_size.printed_reading(result) == "The paper prints no detectable effect."
