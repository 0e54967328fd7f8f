"""The first page: everybody, and the printed description of them over two denominators."""

import pytest

from lib.assumptions import defaults
from lib.questions import overview
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


def test_both_scales_stand_side_by_side():
    assert "−39 pp" in RESULT.headline
    assert any("−0.505 cm²" in text for text in RESULT.scales)
    assert "0.5 with the 2 zero differences" in RESULT.headline
