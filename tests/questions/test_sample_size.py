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
    readings = {r.design: r for r in answer().printed.readings.readings}
    assert readings["two-sample-t"].detectable == pytest.approx(2.3808, abs=5e-5)
    assert readings["two-sample-t"].prints
    assert readings["paired-t"].detectable == pytest.approx(2.1279, abs=5e-5)
    assert not readings["paired-t"].prints
    assert (round(readings["paired-t"].rho.low, 2), round(readings["paired-t"].rho.high, 2)) == (0.34, 0.39)


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
        "Within person, paired t test: with 4 pairs (participants), the power to find 2.4 points is 87.7 %. 80 % need "
        "n = 4 (4 participants analysed)."
    )


def test_a_trial_without_a_printed_effect_says_so():
    eyes = trial("eyes")
    result = sample_size.answer(eyes, defaults(eyes))
    assert isinstance(result.printed, Missing)
    assert sample_size.printed_reading(result) == "The paper prints no detectable effect."
