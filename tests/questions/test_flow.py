"""The flow as the page tells it."""

from lib.assumptions import defaults, read
from lib.questions import flow
from tests.trials import trial

WINTER = trial("winter2020")


def test_five_with_ten_enrolled_and_four_with_eight_analysed():
    result = flow.answer(WINTER, defaults(WINTER))
    enrolled, analysed = result.flow.box("enrolled"), result.flow.box("analysed")
    assert (enrolled.participants, enrolled.units) == (5, 10)
    assert (analysed.participants, analysed.units) == (4, 8)
    assert flow.reading(result) == (
        "5 participants with 10 lesions enrolled, 1 participant lost (participant 5), 4 participants with 8 lesions "
        "analysed for “Lesion size, % change”."
    )


def test_the_analysis_follows_the_viewers_participants():
    result = flow.answer(WINTER, read({"who": "1.3.4.5"}, WINTER).assumptions)
    left = result.flow.box("not_analysed")
    assert [(m.participant, m.reason) for m in left.members] == [("2", "left out by the viewer")]
    assert result.flow.box("analysed").units == 6
    assert "1 participant left out of the analysis" in flow.reading(result)
