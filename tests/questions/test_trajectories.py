"""Every unit over the visits, with what is not published left open."""

from lib.assumptions import defaults, read
from lib.questions import trajectories
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def panels(**query):
    result = trajectories.answer(WINTER, read(query, WINTER).assumptions)
    return {panel.key: panel for panel in result.panels}


def test_every_outcome_and_rater_has_its_panel_and_the_choice_comes_first():
    assert set(panels()) == {
        "area/investigator/value",
        "area/investigator/percent_change",
        "pga/physician/value",
        "pga/observer/value",
    }
    assert next(iter(panels())) == "area/investigator/percent_change"
    assert next(iter(panels(outcome="pga", rater="observer"))) == "pga/observer/value"


def test_months_one_and_two_are_missing_everywhere():
    for panel in panels().values():
        assert panel.unpublished == ("Month 1", "Month 2")
        for line in panel.lines:
            assert all(isinstance(p.value, Missing) for p in line.points if p.visit in ("1", "2"))


def test_all_ten_lesions_are_there_and_participant_five_says_why_it_is_not():
    for panel in panels().values():
        assert len(panel.lines) == 10
        assert "5" in panel.silent
        last = [line.points[-1].value for line in panel.lines if line.participant == "5"]
        assert [value.reason for value in last] == ["lost after Month 1", "lost after Month 1"]


def test_areas_are_known_for_three_lesions_and_percentages_for_eight():
    def known(panel, visit):
        points = (p for line in panel.lines for p in line.points if p.visit == visit)
        return sum(not isinstance(p.value, Missing) for p in points)

    assert known(panels()["area/investigator/value"], "3") == 3
    assert known(panels()["area/investigator/percent_change"], "3") == 8
    assert known(panels()["area/investigator/percent_change"], "0") == 8


def test_the_sentence_counts_and_names_the_gap():
    assert trajectories.reading(trajectories.answer(WINTER, defaults(WINTER))) == (
        "Lesion size, % change from baseline: Sodium thiosulfate 1 better, 3 unchanged, 0 worse of 4 known; Saline "
        "1 better, 2 unchanged, 1 worse of 4 known. Nothing is published for Month 1 and Month 2. Participant 5: no "
        "value published."
    )


def test_highlighting_and_leaving_out_are_marked_on_the_lines():
    lines = panels(show="2", who="1.2.3")["pga/physician/value"].lines
    assert {line.participant for line in lines if line.highlighted} == {"2"}
    assert {line.participant for line in lines if line.left_out} == {"4", "5"}
