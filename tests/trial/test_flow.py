"""The participant flow: every box in participants and in units, and no flow that does not add up."""

from __future__ import annotations

import dataclasses
import re

import pytest

from lib.errors import FlowError, Refusal
from lib.trial.flow import BALANCES, STAGES, Flow, participant_flow
from lib.trial.model import Trial
from lib.values import Missing
from tests.trial.folders import FIXTURES, added, changed, eyes, loaded, read_bytes, winter, without

NOT_REPORTED = Missing("not reported")
PEOPLE_ONLY = Missing("counted in participants only")
EYES = read_bytes(FIXTURES / "eyes")


def counts(flow: Flow) -> dict[tuple[str, str | None], tuple[object, object]]:
    return {(box.key, box.arm): (box.participants, box.units) for box in flow.boxes}


def flow(trial: Trial, **left_out: str) -> Flow:
    return participant_flow(trial, left_out)


def test_the_shipped_trial_in_every_box_and_both_units():
    assert counts(flow(winter())) == {
        ("assessed", None): (NOT_REPORTED, NOT_REPORTED),
        ("excluded", None): (NOT_REPORTED, NOT_REPORTED),
        ("enrolled", None): (5, 10),
        ("not_allocated", None): (0, 0),
        ("allocated", None): (5, 10),
        ("allocated", "treated"): (5, 5),
        ("allocated", "control"): (5, 5),
        ("received", "treated"): (5, 5),
        ("received", "control"): (5, 5),
        ("not_received", "treated"): (0, 0),
        ("not_received", "control"): (0, 0),
        ("lost", "treated"): (1, 1),
        ("lost", "control"): (1, 1),
        ("discontinued", "treated"): (0, 0),
        ("discontinued", "control"): (0, 0),
        ("completed", "treated"): (4, 4),
        ("completed", "control"): (4, 4),
        ("not_analysed", None): (0, 0),
        ("analysed", None): (4, 8),
    }


def test_a_trial_with_screening_and_the_loss_of_one_eye_in_every_box_and_both_units():
    assert counts(flow(eyes())) == {
        ("assessed", None): (7, PEOPLE_ONLY),
        ("excluded", None): (1, PEOPLE_ONLY),
        ("enrolled", None): (6, 10),
        ("not_allocated", None): (1, 0),
        ("allocated", None): (5, 10),
        ("allocated", "laser"): (5, 5),
        ("allocated", "sham"): (5, 5),
        ("received", "laser"): (5, 5),
        ("received", "sham"): (5, 5),
        ("not_received", "laser"): (0, 0),
        ("not_received", "sham"): (0, 0),
        ("lost", "laser"): (1, 1),
        ("lost", "sham"): (0, 0),
        ("discontinued", "laser"): (0, 0),
        ("discontinued", "sham"): (0, 0),
        ("completed", "laser"): (4, 4),
        ("completed", "sham"): (5, 5),
        ("not_analysed", None): (1, 1),
        ("analysed", None): (4, 8),
    }


def test_the_boxes_stand_in_the_order_of_the_trial_the_treatment_first():
    for trial in (winter(), eyes()):
        stages = [stage.key for stage in STAGES for _ in range(2 if stage.split else 1)]
        boxes = flow(trial).boxes
        assert [box.key for box in boxes] == [*stages, "not_analysed", "analysed"]
        split = [box.arm for box in boxes if box.arm]
        assert split == [trial.treatment.key, trial.control.key] * (len(split) // 2)


def test_a_box_knows_who_is_in_it_with_which_units_and_why():
    members = flow(winter()).box("lost", "treated").members
    assert [(m.participant, m.units) for m in members] == [("5", ("5T",))]
    assert members[0].reason.startswith("lost to follow-up after the month 1 treatment")
    trial = flow(eyes())
    assert [(m.participant, m.units, m.reason) for m in trial.box("lost", "laser").members] == [
        ("P-04", ("P-04_L",), "the left eye needed surgery")
    ]
    assert [(m.participant, m.reason) for m in trial.box("excluded").members] == [("P-06", "only one eye was eligible")]
    assert [(m.participant, m.units) for m in trial.box("not_allocated").members] == [("P-07", ())]
    assert [(m.participant, m.units, m.reason) for m in trial.box("not_analysed").members] == [
        ("P-04", ("P-04_R",), "not every eye completed")
    ]


def test_what_is_not_reported_is_not_zero():
    told = flow(loaded(added("disposition.csv", *(f"{p},,enrolment,assessed,,,printed,x" for p in "12345"))))
    assert told.box("assessed").participants == 5
    assert told.box("excluded").participants == NOT_REPORTED
    assert flow(winter()).box("assessed").participants == NOT_REPORTED
    assert flow(winter()).box("discontinued", "treated").participants == 0


def test_who_is_left_out_is_in_a_box_with_the_reason():
    chosen = participant_flow(winter(), {"3": "left out by the viewer", "5": "lost after Month 1"})
    assert [(m.participant, m.units, m.reason) for m in chosen.box("not_analysed").members] == [
        ("3", ("3T", "3C"), "left out by the viewer")
    ]
    assert counts(chosen)["not_analysed", None] == (1, 2)
    assert counts(chosen)["analysed", None] == (3, 6)


def test_everybody_may_be_left_out():
    chosen = participant_flow(winter(), dict.fromkeys("1234", "left out by the viewer"))
    assert (counts(chosen)["not_analysed", None], counts(chosen)["analysed", None]) == ((4, 8), (0, 0))


def test_who_completed_but_is_not_in_the_published_analysis_is_told():
    told = flow(loaded(without("disposition.csv", "2,,analysis,analysed")))
    assert [(m.participant, m.reason) for m in told.box("not_analysed").members] == [
        ("2", "not in the published analysis")
    ]
    assert counts(told)["analysed", None] == (3, 6)


@pytest.mark.parametrize(("name", "people", "units"), [("one", 1, 2), ("none", 0, 0)])
def test_the_smallest_trials_have_a_flow(name, people, units):
    told = counts(flow(loaded(read_bytes(FIXTURES / name))))
    assert told["enrolled", None] == told["allocated", None] == told["analysed", None] == (people, units)
    assert told["assessed", None] == (NOT_REPORTED, NOT_REPORTED)


# --- flows that do not add up ----------------------------------------------------------------------------------------

ROW = "printed,Results"
CORRUPT = {
    "a completion is missing": (
        without("disposition.csv", "4,,follow-up,completed"),
        "Received at least one treatment (control): 5 participants entered and 4 left "
        "(completed follow-up 3 + lost to follow-up 1 + discontinued 0); 1 unaccounted for",
    ),
    "two completions are missing": (
        without("disposition.csv", "3,,follow-up,completed", without("disposition.csv", "4,,follow-up,completed")),
        "Received at least one treatment (control): 5 participants entered and 3 left "
        "(completed follow-up 2 + lost to follow-up 1 + discontinued 0); 2 unaccounted for",
    ),
    "lost and completed": (
        added("disposition.csv", f"5,,follow-up,completed,3,,{ROW}"),
        "Received at least one treatment (control): 5 participants entered and 6 left "
        "(completed follow-up 5 + lost to follow-up 1 + discontinued 0); 1 too many",
    ),
    "one lesion discontinued and completed": (
        added("disposition.csv", f"2,2C,follow-up,discontinued,1,,{ROW}"),
        "Received at least one treatment (control): 5 participants entered and 6 left "
        "(completed follow-up 4 + lost to follow-up 1 + discontinued 1); 1 too many",
    ),
    "one exits for another": (
        changed("disposition.csv", "4,,follow-up,completed", "5,,follow-up,completed"),
        "Received at least one treatment (control): 4C, 5C did not leave this box exactly once",
    ),
    "a stranger is allocated": (
        changed("disposition.csv", "5,,enrolment,enrolled", "5,,enrolment,not_allocated"),
        "Enrolled: 4 participants entered and 6 left (not allocated 1 + allocated 5); 2 too many",
    ),
    "nobody was told to receive it": (
        without("disposition.csv", "1,,allocation,received"),
        "Allocated (control): 5 participants entered and 4 left "
        "(received at least one treatment 4 + did not receive it 0); 1 unaccounted for",
    ),
    "received twice": (
        added("disposition.csv", f"1,,allocation,not_received,,,{ROW}"),
        "Allocated (control): 5 participants entered and 6 left "
        "(received at least one treatment 5 + did not receive it 1); 1 too many",
    ),
    "one lesion allocated": (
        changed("disposition.csv", "1,,allocation,allocated", "1,1T,allocation,allocated"),
        "Enrolled: 10 lesions entered and 9 left (not allocated 0 + allocated 9); 1 unaccounted for",
    ),
    "excluded and enrolled": (
        added("disposition.csv", "P-01,,enrolment,excluded,,,printed,invented", files=EYES),
        "Assessed for eligibility: 7 participants entered and 8 left "
        "(excluded before enrolment 2 + enrolled 6); 1 too many",
    ),
    "the lost eye completed": (
        changed("disposition.csv", "P-04,P-04_R,follow-up,completed", "P-04,P-04_L,follow-up,completed", EYES),
        "Received at least one treatment (laser): 5 participants entered and 6 left "
        "(completed follow-up 5 + lost to follow-up 1 + discontinued 0); 1 too many",
    ),
    "another is excluded than was screened out": (
        changed("disposition.csv", "P-06,,enrolment,excluded", "P-01,,enrolment,excluded", EYES),
        "Assessed for eligibility: P-01_L, P-01_R, P-06 did not leave this box exactly once",
    ),
    "another is not allocated than was enrolled": (
        changed("disposition.csv", "P-07,,allocation,not_allocated", "P-06,,allocation,not_allocated", EYES),
        "Enrolled: P-06, P-07 did not leave this box exactly once",
    ),
}


@pytest.mark.parametrize("case", CORRUPT)
def test_a_flow_that_does_not_add_up_is_refused_with_box_and_difference(case):
    files, message = CORRUPT[case]
    with pytest.raises(FlowError, match=re.escape(message)) as refusal:
        flow(loaded(files))
    assert isinstance(refusal.value, Refusal)


def test_an_untold_exclusion_is_not_reported_rather_than_refused():
    told = flow(loaded(without("disposition.csv", "P-06,,enrolment,excluded", EYES)))
    assert told.box("excluded").participants == NOT_REPORTED
    assert told.box("assessed").participants == 7


@pytest.mark.parametrize("trial", [winter(), eyes()], ids=["winter2020", "eyes"])
def test_dropping_any_row_is_refused_or_changes_the_flow(trial):
    whole = counts(flow(trial))
    for row in trial.disposition:
        rest = tuple(other for other in trial.disposition if other is not row)
        assert counts_or_refusal(dataclasses.replace(trial, disposition=rest)) != whole, row


def counts_or_refusal(trial: Trial) -> object:
    try:
        return counts(flow(trial))
    except FlowError as error:
        return str(error)


def test_every_balance_is_broken_by_one_of_these_flows():
    labels = {stage.key: stage.label for stage in STAGES}
    told = {message.split(":")[0].split(" (")[0] for _, message in CORRUPT.values()}
    assert told == {labels[source] for source, _ in BALANCES}
