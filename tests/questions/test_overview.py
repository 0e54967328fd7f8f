"""The first page: everybody, and the printed description of them over two denominators."""

import pytest

from lib.assumptions import defaults, read
from lib.questions import overview, sample_size
from lib.questions.spoken import spoken_name, tally
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")
RESULT = overview.answer(WINTER, defaults(WINTER))


def test_everybody_is_there_with_both_lesions():
    assert [person.participant for person in RESULT.people] == ["1", "2", "3", "4", "5"]
    assert all(len(person.units) == 2 for person in RESULT.people)
    assert [person.lost for person in RESULT.people] == ["", "", "", "", "lost after Month 1"]


def test_the_printed_age_and_ethnicity_describe_the_five_and_not_the_four():
    rows = {row.all_participants.key: row for row in RESULT.participants}
    age, hispanic = rows["age_mean"], rows["hispanic"]
    assert age.all_participants.recomputed == pytest.approx(50.6)
    assert age.analysed.recomputed == pytest.approx(56.0)
    assert (age.all_participants.agrees, age.analysed.agrees) == (True, False)
    assert (hispanic.all_participants.recomputed, hispanic.analysed.recomputed) == (2, 1)


def test_what_is_assumed_of_whoever_was_lost_stands_beside_the_estimate_that_it_moves():
    found = overview.answer(WINTER, read({"v": "1", "loss": "worst"}, WINTER).assumptions)
    told = "Participant 5 is assumed: +100 % with sodium thiosulfate, −100 % with saline."
    assert told in found.scales[0].driver
    assert not any("assumed" in scale.driver for scale in RESULT.scales)


def test_both_scales_stand_side_by_side_each_with_what_drives_it():
    percent, absolute = RESULT.scales
    assert (percent.endpoint.key, absolute.endpoint.key) == ("size-percent", "size-absolute")
    assert percent.endpoint.test.estimate == pytest.approx(-39)
    assert absolute.endpoint.test.estimate == pytest.approx(-0.505)
    assert "participant 2's, −100 pp: treated 0 %, control +100 %" in percent.driver
    assert "−25 % with sodium thiosulfate and +14 % with saline" in percent.driver
    assert "Without participant 2 the mean difference is −18.7 pp" in percent.driver
    assert "participant 2's, −2 cm²: treated 0 cm², control +2 cm²" in absolute.driver
    assert "0.5 with the 2 zero differences" in RESULT.floor


def test_another_rater_of_the_same_outcome_is_told_in_words():
    found = overview.answer(WINTER, read({"outcome": "pga", "change": "absolute"}, WINTER).assumptions)
    assert [scale.endpoint.key for scale in found.scales] == ["pga-absolute", "pga-percent"]
    assert any("PGA by observer, change: treated minus control +0.5 points" in text for text in found.others)


def test_the_flow_in_short_counts_people_and_lesions():
    steps = [(step.label, step.participants, step.units) for step in RESULT.stages]
    assert steps == [("Enrolled", 5, 10), ("Lost", 1, 2), ("Analysed", 4, 8)]


def test_the_first_panel_is_the_viewers_and_every_other_outcome_has_one():
    assert [panel.key for panel in RESULT.panels] == [
        "area/investigator/percent_change",
        "pga/physician/value",
        "pga/observer/value",
    ]
    found = overview.answer(WINTER, read({"outcome": "pga", "rater": "observer"}, WINTER).assumptions)
    assert found.panels[0].key == "pga/observer/value"
    assert [panel.outcome for panel in found.panels] == ["pga", "pga", "area"]


def test_the_next_trial_is_the_plan_of_its_own_page():
    assumptions = read({"design": "two-sample-t", "effect": "1.5", "dropout": "0.2"}, WINTER).assumptions
    here, there = overview.answer(WINTER, assumptions).next_trial, sample_size.answer(WINTER, assumptions)
    assert (here.needed, here.enrolled) == (there.chosen.needed, there.chosen.enrolled)
    assert f"n = {here.needed}" in here.sentence


def test_a_refused_plan_is_told_and_the_rest_of_the_page_stands():
    found = overview.answer(WINTER, read({"power": "0.5", "plan-alpha": "0.5"}, WINTER).assumptions)
    assert isinstance(found.next_trial, Missing)
    assert "target" in found.next_trial.reason
    assert found.next_trial.reason in overview.reading(found)


def test_the_page_is_read_aloud_in_about_a_minute():
    words = overview.reading(RESULT).split()
    assert 90 <= len(words) <= 200, "at 150 to 200 words a minute"


def test_the_answer_stands_in_words_and_never_claims_absence():
    assert RESULT.answer == (
        "4 pairs can't tell whether sodium thiosulfate does better than saline: at 95 %, neither benefit nor harm is "
        "excluded. Lesion size, % change: the sodium thiosulfate lesion did better than the saline lesion in 2 of 4 "
        "people, worse in 0, the same in 2."
    )
    assert "39 percentage points in favour of sodium thiosulfate" in RESULT.scales[0].words
    assert "from 116 in favour of sodium thiosulfate to 38 in favour of saline" in RESULT.scales[0].words


@pytest.mark.parametrize("name", ["eyes", "one", "none"])
@pytest.mark.parametrize("test", ["t", "sign-flip"])
@pytest.mark.parametrize("sides", ["one", "two"])
def test_words_favour_the_side_that_numbers_favour(name, test, sides):
    of = trial(name)
    found = overview.answer(of, read({"test": test, "sides": sides}, of).assumptions)
    for scale in found.scales:
        endpoint = scale.endpoint
        if isinstance(endpoint.test.estimate, Missing):
            assert "no estimate" in scale.words
            continue
        benefit = endpoint.test.estimate * (1 if endpoint.better == "higher" else -1)
        side = spoken_name(found.arms[0 if benefit > 0 else 1][1])
        told = scale.words.split(";")[0]
        assert told.endswith(f"in favour of {side}") if benefit else told == "no difference"
        assert sum(tally(endpoint)) == endpoint.test.n
