"""The claims ledger: every statement has its verdict by its function, and a changed datum changes the right ones."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache

import pytest

from lib.analysis.verdict import CONTRADICTED, NOTED, REPRODUCED, UNCHECKED, VERDICTS
from lib.assumptions import defaults, read, validated
from lib.errors import Refusal
from lib.questions import data
from lib.questions.ledger.expression import evaluated, filled, names
from lib.questions.ledger.ledger import UNTOLD, cell_verdicts, ledger, tallies, verdict_of, verdict_of_cell
from lib.questions.ledger.registry import RECOMPUTATIONS
from lib.questions.ledger.working import Working, claim_of, singular
from lib.questions.rebuilt import all_cells, rebuilt_tables
from lib.questions.registry import QUESTIONS
from lib.report.twin import plain
from lib.trial.model import Trial
from lib.values import Missing
from tests.trial.folders import WINTER, added, changed, loaded
from tests.trials import NAMES, trial

PAPER = trial("winter2020")
ROWS = {row.key: row for row in ledger(PAPER)}

EXPECTED = {
    "abstract-volume": ("reproduced", "0.1 mL/cm²"),
    "abstract-injections": ("noted", "3"),
    "abstract-follow-up": ("noted", "12"),
    "abstract-scored": ("unchecked", ""),
    "abstract-completed": ("noted", "4"),
    "abstract-improved": ("noted", "1"),
    "abstract-p": ("unchecked", ""),
    "abstract-no-difference": ("contradicted", "P 0.39, not 1"),
    "abstract-monthly": ("noted", "3"),
    "abstract-response": ("noted", "1"),
    "abstract-no-trial": ("unchecked", ""),
    "capsule-major": ("unchecked", ""),
    "subtypes": ("unchecked", ""),
    "prevalence": ("unchecked", ""),
    "first-use": ("reproduced", "2004"),
    "prospective": ("unchecked", ""),
    "trial-length": ("reproduced", "3"),
    "visits": ("reproduced", "4"),
    "identified": ("reproduced", "5"),
    "lesions-each": ("noted", "2"),
    "single-arm": ("contradicted", "2 arms"),
    "single-site": ("unchecked", ""),
    "age-min": ("reproduced", "23 to 78"),
    "age-max": ("reproduced", "23 to 78"),
    "lesions-min": ("noted", "2"),
    "lesion-size-min": ("reproduced", "9"),
    "stock": ("unchecked", ""),
    "dilution": ("reproduced", "5.25"),
    "concentration": ("reproduced", "40"),
    "volume": ("reproduced", "0.1"),
    "volume-max": ("reproduced", "0.4"),
    "dose-max": ("reproduced", "16"),
    "lesion-max": ("reproduced", "4"),
    "visual-scale": ("reproduced", "3.05"),
    "treatments": ("noted", "3"),
    "primary-endpoints": ("unchecked", ""),
    "n-power": ("noted", "4"),
    "beta": ("reproduced", "0.2"),
    "power": ("reproduced", "0.8"),
    "alpha": ("unchecked", ""),
    "sd": ("unchecked", ""),
    "detectable-effect": ("noted", "2.381"),
    "announced-scale": ("contradicted", "average size at month 3"),
    "announced-size": ("unchecked", ""),
    "announced-pga": ("unchecked", ""),
    "announced-pga-percent": ("unchecked", ""),
    "announced-pain": ("unchecked", ""),
    "included": ("contradicted", "5"),
    "each-contributes": ("noted", "2"),
    "diagnoses": ("reproduced", "morphea 1, systemic sclerosis 2, dermatomyositis 2"),
    "results-p-baseline": ("unchecked", ""),
    "baseline-not-significant": ("noted", "0.41"),
    "white": ("reproduced", "100"),
    "hispanic": ("noted", "2"),
    "age-mean": ("noted", "50.6"),
    "age-low": ("reproduced", "23"),
    "age-high": ("reproduced", "78"),
    "women": ("reproduced", "4"),
    "men": ("noted", "1"),
    "lost": ("reproduced", "participant 5 after Month 1"),
    "stopped": ("unchecked", ""),
    "pga-changed": ("noted", "1"),
    "pga-1T-baseline": ("reproduced", "4"),
    "pga-1T-final": ("reproduced", "0"),
    "pga-1C-baseline": ("reproduced", "4"),
    "pga-1C-final": ("reproduced", "1"),
    "pga-others": ("reproduced", "4"),
    "pga-unchanged": ("noted", "3"),
    "observer-lower": ("reproduced", "5 of 8 lower, 3 equal, 0 higher"),
    "observer-treated": ("noted", "3"),
    "observer-control": ("noted", "3"),
    "pain-treated": ("unchecked", ""),
    "pain-control": ("unchecked", ""),
    "area-low-control": ("noted", "0.16"),
    "area-high-control": ("unchecked", ""),
    "area-low-treated": ("noted", "0.09"),
    "area-high-treated": ("unchecked", ""),
    "control-grown": ("reproduced", "1"),
    "area-2C-baseline": ("reproduced", "2"),
    "area-2C-final": ("reproduced", "4"),
    "area-1T-baseline": ("reproduced", "0.09"),
    "area-1T-final": ("reproduced", "0"),
    "area-1C-baseline": ("reproduced", "0.16"),
    "area-1C-final": ("reproduced", "0.0896"),
    "reduction-1C": ("reproduced", "−43.75"),
    "reduction-1T": ("reproduced", "−100"),
    "results-p-final": ("unchecked", ""),
    "p-final-compares": ("unchecked", ""),
    "final-not-significant": ("noted", "0.39"),
    "harms": ("unchecked", ""),
    "discussion-improved": ("noted", "1"),
    "discussion-treated": ("contradicted", "5"),
    "discussion-not-significant": ("noted", "0.39"),
    "size-improved": ("reproduced", "1"),
    "not-improved": ("noted", "75"),
    "earlier-n": ("unchecked", ""),
    "earlier-improved": ("unchecked", ""),
    "earlier-concentration": ("unchecked", ""),
    "concentration-lower": ("reproduced", "150"),
    "osmolality": ("unchecked", ""),
    "discussion-stock": ("reproduced", "250 mg/mL"),
    "isotonic": ("unchecked", ""),
    "extravasation": ("unchecked", ""),
    "earlier-frequency": ("unchecked", ""),
    "earlier-weeks": ("unchecked", ""),
    "earlier-follow-up": ("unchecked", ""),
    "earlier-injections": ("unchecked", ""),
    "earlier-reduction-low": ("unchecked", ""),
    "earlier-reduction-high": ("unchecked", ""),
    "injections-weeks": ("noted", "12"),
    "discussion-treatments": ("noted", "3"),
    "case-size": ("unchecked", ""),
    "earlier-smallest": ("unchecked", ""),
    "earlier-smallest-to": ("unchecked", ""),
    "case-size-b": ("unchecked", ""),
    "best-responder": ("reproduced", "1"),
    "smallest-lesion": ("noted", "0.09"),
    "smallest-lesion-whose": ("noted", "1"),
    "shortest-duration": ("reproduced", "1"),
    "discussion-concentration": ("reproduced", "40 mg/mL"),
    "discussion-detectable": ("noted", "2.381"),
    "discussion-follow-up": ("reproduced", "3 months"),
    "table-1-levels": ("reproduced", "0 to 4"),
    "table-1-scored": ("unchecked", ""),
    "table-2-new": ("unchecked", ""),
    "table-2-lost": ("reproduced", "participant 5 after Month 1"),
    "table-3-1T": ("reproduced", "−100"),
    "table-3-1C": ("reproduced", "−43.75"),
    "table-3-2T": ("unchecked", ""),
    "table-3-2C": ("reproduced", "100"),
    "table-3-3T": ("unchecked", ""),
    "table-3-3C": ("unchecked", ""),
    "table-3-4T": ("unchecked", ""),
    "table-3-4C": ("unchecked", ""),
    "figure-1": ("unchecked", ""),
    "figure-2-legend": ("unchecked", ""),
    "figure-2-text": ("contradicted", "A and E"),
    "figure-2-shows": ("unchecked", ""),
    "figure-2-panels": ("reproduced", "8"),
    "reference-9-year": ("unchecked", ""),
}
"""What we make of each statement by hand: its verdict, and what comes out."""


@pytest.mark.parametrize("key", EXPECTED)
def test_each_statement_has_the_verdict_that_we_find_by_hand(key):
    assert (ROWS[key].verdict, ROWS[key].recomputed) == EXPECTED[key]


def test_every_statement_is_among_them_and_they_are_well_over_40():
    assert set(EXPECTED) == set(ROWS)
    assert len(ROWS) > 120
    assert Counter(verdict for verdict, _ in EXPECTED.values()) == {
        CONTRADICTED: 6, NOTED: 31, REPRODUCED: 51, UNCHECKED: 52,
    }  # fmt: skip
    assert {t.verdict: t.statements for t in tallies(tuple(ROWS.values()))} == Counter(v for v, _ in EXPECTED.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_row_tells_all_that_a_reader_needs(name):
    for row in ledger(trial(name)):
        assert row.verdict in VERDICTS
        assert row.source
        assert row.statement
        assert (row.verdict == UNCHECKED) == bool(row.reason), row.key
        assert (row.verdict == UNCHECKED) != bool(row.recomputed), row.key
        assert (row.verdict == NOTED) <= bool(row.note), row.key
        assert row.page in ("", *QUESTIONS)
        assert json.dumps(plain(row), allow_nan=False)


@pytest.mark.parametrize("key", ROWS)
def test_a_statement_of_the_paper_names_a_known_function_with_known_arguments_and_a_state_that_exists(key):
    row = ROWS[key]
    assert row.function in RECOMPUTATIONS
    assert set(row.given) <= set(RECOMPUTATIONS[row.function].wants)
    assert read(row.state, PAPER).problems == ()
    assert not row.state or set(row.state) <= set(QUESTIONS[row.page].controls)


def test_every_function_recomputes_some_statement():
    used = {row.function for name in NAMES for row in ledger(trial(name))}
    assert used >= set(RECOMPUTATIONS)


def test_what_is_printed_keeps_its_decimals_and_its_rounding():
    assert (ROWS["age-mean"].printed, ROWS["age-mean"].rounding) == ("50.6 years", 0.05)
    assert (ROWS["table-3-1C"].printed, ROWS["table-3-1C"].rounding) == ("-44 %", 0.5)
    assert ROWS["table-3-1C"].distance == pytest.approx(0.25)
    assert ROWS["harms"].printed == "0 events"
    assert ROWS["pga-1C-final"].printed == "1 point"
    assert ROWS["first-use"].printed == "2004"


ONE = {"participants": "participant", "studies": "study", "injections per week": "injection per week", "mg": "mg"}


@pytest.mark.parametrize(("unit", "one"), ONE.items())
def test_one_of_a_unit(unit, one):
    assert singular(unit) == one


# --- what the rows say ------------------------------------------------------------------------------------------------

TOLD = {
    "age-mean": ("of the 4 analysed it is 56",),
    "hispanic": ("of the 4 analysed it is 1",),
    "not-improved": ("by the independent observer it is 25",),
    "pga-changed": ("by the independent observer it is 3",),
    "detectable-effect": ("two-sample t test", "0.34", "0.39"),
    "final-not-significant": ("0.125", "4 pairs", "rests on the printed P", "t test has no such floor"),
    "abstract-no-difference": ("does not show that there is no difference",),
    "abstract-response": ("control side too", "independent observer improved in 3"),
    "lesions-each": ("participant 5",),
    "area-low-treated": ("participant 1 has it", "this statement alone"),
    "treatments": ("participant 5",),
    "abstract-follow-up": ("13.04 weeks",),
    "injections-weeks": ("= 8 weeks",),
    "n-power": ("4 participants analysed, 5 enrolled",),
}


@pytest.mark.parametrize("key", TOLD)
def test_a_note_tells_what_a_reader_has_to_know(key):
    assert all(words in ROWS[key].note for words in TOLD[key]), ROWS[key].note


# participant 5 has no values at month 3: of the treated lesions 3 of 4 did not improve, so of 5 it is 3 or 4
SOME = {
    "not-improved": ("75", "60 to 80"),
    "pga-unchanged": ("3", "3 to 4"),
    "pga-changed": ("1", "1 to 2"),
    "size-improved": ("1", "1 to 2"),
    "observer-treated": ("3", "3 to 4"),
    "observer-control": ("3", "3 to 4"),
}


@pytest.mark.parametrize("key", SOME)
def test_what_is_of_those_who_have_values_is_not_told_of_all_who_enrolled(key):
    told = {entry.label: entry.text for entry in ROWS[key].inputs}
    of_some, of_all = SOME[key]
    assert told == {
        "of 4 of the 5 enrolled, with values": of_some,
        "of the 4 analysed": of_some,
        "of all 5 enrolled": of_all,
    }


WHY = {
    "results-p-final": "not published for both units of participants 2, 3 and 4",
    "pain-treated": "each of the 5 enrolled (5): impossible",
    "pain-control": "each of the 4 analysed (4): impossible and one at each treatment of the 4 analysed (12): possible",
    "announced-size": "no result of it is printed; it gives p = 0.206",
    "harms": "45 % of the 5 enrolled and 53 % of the 4 analysed",
    "table-2-new": "nothing repeats",
    "isotonic": "the arithmetic gives 320 mOsm/kg",
    "abstract-scored": "Baseline and Month 3 only",
    "table-3-3T": "lesion size of 3T is not published at Baseline and Month 3",
    "earlier-improved": "earlier series of 6",
    "area-high-treated": "lie inside the range",
}


@pytest.mark.parametrize("key", WHY)
def test_a_reason_tells_why_it_can_not_be_checked(key):
    assert WHY[key] in ROWS[key].reason


# --- verdicts are computed --------------------------------------------------------------------------------------------


@cache
def verdicts(of: Trial) -> dict[str, str]:
    return {row.key: row.verdict for row in ledger(of)}


AGE, SEX = "2,72,woman", "5,29,man"
FLIPS = {
    "an age": ("participants.csv", AGE, "2,73,woman", {"age-mean": CONTRADICTED}),
    "the oldest": ("participants.csv", "4,78,", "4,81,",
                   {"age-mean": CONTRADICTED, "age-high": CONTRADICTED, "age-max": CONTRADICTED}),
    "a sex": ("participants.csv", SEX, "5,29,woman",
              {"men": CONTRADICTED, "women": NOTED, "lost": CONTRADICTED, "table-2-lost": CONTRADICTED}),
    "a duration": ("participants.csv", ",8,months", ",300,months", {"shortest-duration": CONTRADICTED}),
    "a printed percentage": ("measurements.csv", "1C,3,area,investigator,percent_change,-44",
                             "1C,3,area,investigator,percent_change,-40",
                             {"table-3-1C": CONTRADICTED, "area-1C-final": CONTRADICTED}),
    "an area": ("measurements.csv", "2C,3,area,investigator,value,4", "2C,3,area,investigator,value,5",
                {"table-3-2C": CONTRADICTED}),
    "the smallest area": ("measurements.csv", "1T,0,area,investigator,value,0.09", "1T,0,area,investigator,value,0.25",
                          {"area-1T-baseline": CONTRADICTED, "smallest-lesion": UNCHECKED,
                           "smallest-lesion-whose": UNCHECKED, "area-low-treated": UNCHECKED}),
    "a physician's score": ("measurements.csv", "3T,3,pga,physician,value,4", "3T,3,pga,physician,value,3",
                            {"pga-others": CONTRADICTED, "pga-changed": CONTRADICTED, "pga-unchanged": CONTRADICTED,
                             "not-improved": CONTRADICTED, "abstract-response": CONTRADICTED}),
    "an observer's score": ("measurements.csv", "3T,3,pga,observer,value,3", "3T,3,pga,observer,value,4",
                            {"observer-treated": CONTRADICTED}),
    "the dilution": ("reported.csv", ",5.25,parts", ",5.00,parts",
                     {"dilution": CONTRADICTED, "concentration": CONTRADICTED}),
    "α": ("reported.csv", ",0.05,,,printed", ",0.50,,,printed",
          {"final-not-significant": CONTRADICTED, "baseline-not-significant": CONTRADICTED,
           "discussion-not-significant": CONTRADICTED,
           "detectable-effect": CONTRADICTED, "discussion-detectable": CONTRADICTED}),
    "who was treated": ("disposition.csv", "5,,allocation,received,0", "5,,allocation,not_received,0",
                        {"discussion-treated": REPRODUCED}),
    "when somebody was lost": ("disposition.csv", "5,,follow-up,lost,1", "5,,follow-up,lost,2",
                               {"lost": CONTRADICTED, "table-2-lost": CONTRADICTED, "treatments": REPRODUCED,
                                "abstract-injections": REPRODUCED, "abstract-monthly": REPRODUCED,
                                "discussion-treatments": REPRODUCED}),
    "a treatment": ("trial.toml", 'label = "Month 2"\ntreatment = true', 'label = "Month 2"\ntreatment = false',
                    {"treatments": CONTRADICTED, "abstract-injections": CONTRADICTED,
                     "abstract-monthly": CONTRADICTED, "discussion-treatments": CONTRADICTED}),
    "a level": ("trial.toml", '  { score = 2, category = "Mild", description = "Easily recognizable lesion" },\n', "",
                {"table-1-levels": CONTRADICTED}),
    "a printed P": ("reported.csv", ",0.39,,,printed", ",1.00,,,printed", {"abstract-no-difference": NOTED}),
    "a legend": ("claims.csv", ",A and E,", ",A and D,", {"figure-2-text": REPRODUCED}),
}  # fmt: skip


@pytest.mark.parametrize("case", FLIPS)
def test_a_changed_datum_changes_the_right_verdicts_and_no_others(case):
    file, old, new, wanted = FLIPS[case]
    found = verdicts(validated(loaded(changed(file, old, new))))
    before = verdicts(PAPER)
    moved = {key: verdict for key, verdict in found.items() if verdict != before[key]}
    assert moved == {key: verdict for key, verdict in wanted.items() if verdict != before[key]}


def test_an_adverse_event_contradicts_that_there_was_none():
    found = verdicts(loaded(added("events.csv", "1,1T,3,itch,,,printed,Results")))
    assert verdicts(PAPER)["harms"] == UNCHECKED
    assert found["harms"] == CONTRADICTED


def test_published_areas_would_let_the_printed_p_be_checked():
    rows = [f"{unit},{visit},area,investigator,value,{area},printed,a supplement"
            for unit, areas in {"2T": "44", "3T": "44", "3C": "44", "4T": "11", "4C": "11"}.items()
            for visit, area in zip("03", areas, strict=True)]  # fmt: skip
    found = {row.key: row for row in ledger(loaded(added("measurements.csv", *rows)))}
    assert (found["results-p-baseline"].verdict, found["results-p-baseline"].recomputed) == (REPRODUCED, "0.4107")
    assert (found["results-p-final"].verdict, found["results-p-final"].recomputed) == (REPRODUCED, "0.391")
    assert found["table-3-4C"].verdict == REPRODUCED
    # what is printed as no difference is one, however large its P
    assert (found["abstract-no-difference"].verdict, "−0.0225" in found["abstract-no-difference"].recomputed) == (
        CONTRADICTED,
        True,
    )


def test_a_verdict_is_written_nowhere():
    text = WINTER["claims.csv"].decode().lower()
    assert not any(word in text for word in (*VERDICTS, *(v.label.lower() for v in VERDICTS.values())))


@pytest.mark.parametrize(
    ("working", "wanted"),
    [
        (Working(Missing("why")), UNCHECKED),
        (Working(50.649), REPRODUCED),
        (Working(50.649, note="a note"), NOTED),
        (Working(50.651), CONTRADICTED),
        (Working(50.651, note="a note"), CONTRADICTED),
        (Working("some words"), CONTRADICTED),
        (Working("some words", holds=True), REPRODUCED),
        (Working(50.6, holds=False), CONTRADICTED),
    ],
)
def test_the_verdict_follows_from_what_is_printed_and_what_comes_out(working, wanted):
    row = next(row for row in PAPER.claims if row.key == "age-mean")
    assert verdict_of(claim_of(PAPER, row), working) == wanted


# --- other trials -----------------------------------------------------------------------------------------------------


def test_a_trial_of_another_shape_has_its_own_ledger():
    found = {row.key: (row.verdict, row.recomputed) for row in ledger(trial("eyes"))}
    assert found["gained"] == (REPRODUCED, "4")
    assert found["letters-p"][0] == CONTRADICTED
    assert {row.key: row.remark for row in ledger(trial("eyes"))}["grown"] == "<b>an invented remark</b>"
    assert found["announced"] == (REPRODUCED, "0.125")
    assert found["lost-eye"] == (REPRODUCED, "1")
    assert found["events"] == (REPRODUCED, "3")
    assert found["unknown"][0] == found["unread"][0] == UNCHECKED


def test_a_claim_that_can_not_be_read_says_what_was_wanted():
    rows = {row.key: row for row in ledger(trial("eyes"))}
    assert "'tea-leaves' given; wanted one of arithmetic" in rows["unknown"].reason
    assert "wanted visit=… for the function unit-value" in rows["unread"].reason


WRONG = {
    "unit-value": "unit=9Z; visit=0; outcome=pga; rater=physician",
    "unit-change": "unit=1T; outcome=pga; rater=investigator; change=absolute",
    "arithmetic": "expression=__import__('os')",
    "within": "expression=power/(alpha-alpha); low=0",
    "same": "as=nothing",
    "count": "of=spoons",
    "attribute": "participant=1; attribute=shoe",
    "lost": "attribute=sex; level=man; visit=9",
    "changed": "outcome=pga; rater=physician; arm=both; direction=better",
    "announced-p": "outcome=pga; rater=physician; change=square; test=t",
    "improved-in-all": "outcomes=pga",
    "p-value": "",
    "range-end": "",
    "mean-without-data": "",
    "extreme-attribute": "attribute=sex; end=low",
    "eligible": "attribute=sex; low=age_min",
    "no-difference": "outcome=pain; rater=mean; visit=3",
    "not-significant": "p=beta; alpha=assessed",
}


@pytest.mark.parametrize("function", WRONG)
def test_wrong_arguments_are_a_reason_and_no_crash(function):
    row = PAPER.claims[0].model_copy(update={"function": function, "given": WRONG[function], "reported": None})
    (found,) = ledger(Trial(**{**vars_of(PAPER), "claims": (row,), "sha256": function}))
    assert found.verdict == UNCHECKED
    assert "given; wanted" in found.reason


def test_a_statement_can_not_bear_itself_out():
    row = PAPER.claims[0].model_copy(update={"key": "own", "function": "same", "given": "as=own", "reported": None})
    (found,) = ledger(Trial(**{**vars_of(PAPER), "claims": (row,), "sha256": "own"}))
    assert (found.verdict, "wanted another statement" in found.reason) == (UNCHECKED, True)


ARGUMENTS = {
    "attribute": ("sex", "age", "history", "nothing"),
    "outcome": ("area", "pga", "pain", "harms", "nothing"),
    "rater": ("physician", "investigator", "mean", "nothing"),
    "than": ("observer", "nothing"),
    "visit": ("0", "2", "3", "nothing"),
    "visits": ("0|3", "0|9"),
    "unit": ("1T", "5C", "nothing"),
    "participants": ("1|2", "5", "nothing"),
    "participant": ("1", "5", "nothing"),
    "end": ("low", "up"),
    "change": ("percent", "responder", "nothing"),
    "test": ("t", "mcnemar", "nothing"),
    "arm": ("control", "nothing"),
    "direction": ("worse", "up"),
    "event": ("lost", "nothing"),
    "outcomes": ("area:investigator|pga:observer", "pain:x", ""),
    "expression": ("alpha/power", "assessed", "1e3*alpha", "2*3", ""),
    "low": ("alpha", "nothing"),
    "any": ("a|b", ""),
    "level": ("man", "nothing"),
    "of": ("arms", "nothing"),
    "says": ("1", "one"),
    "as": ("alpha", "nothing"),
    "p": ("area_p_final", "assessed"),
    "alpha": ("alpha", "harms"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("function", RECOMPUTATIONS)
def test_whatever_a_folder_tells_a_function_there_is_a_verdict(function, name):
    rng, of = random.Random(f"{function} {name}"), trial(name)
    wants = [want for want in RECOMPUTATIONS[function].wants if want in ARGUMENTS]
    reported = [None, *(row.key for row in of.reported)]
    rows = []
    for place in range(60):
        given = "; ".join(f"{want}={rng.choice(ARGUMENTS[want])}" for want in wants if rng.random() < 0.9)
        told = {"key": f"k{place}", "function": function, "given": given, "reported": rng.choice(reported)}
        rows.append(PAPER.claims[0].model_copy(update=told))
    found = ledger(Trial(**{**vars_of(of), "claims": tuple(rows), "sha256": f"{function} {name}"}))
    assert {row.verdict for row in found} <= set(VERDICTS)
    assert not [row.reason for row in found if "Error" in row.reason]
    assert json.dumps(plain(found), allow_nan=False)


def vars_of(of: Trial) -> dict[str, object]:
    return {name: getattr(of, name) for name in Trial.__dataclass_fields__}


# --- arithmetic -------------------------------------------------------------------------------------------------------


def test_an_expression_is_exact_arithmetic_over_names():
    known = {"a": 1, "b_2": 3}
    assert names("b_2*(a+a)-0.1") == ("b_2", "a")
    assert evaluated("b_2*(a+a)-0.1", known) * 10 == 59
    assert evaluated("-a/b_2", known) * 3 == -1
    assert filled("b_2*(a+a)-0.1", {"a": "1", "b_2": "3"}) == "3 × (1 + 1) − 0.1"


STRANGE = ("a**2", "f(a)", "a.b", "a[0]", "'a'", "a if a else a", "a,a", "lambda: a", "(", "1e999", "a<a", "not a", "c",
           "a/(a-a)", "True", "a" + "+a" * 200, "1e3*a", "0x10*a",
            "1_000*a", "1.5e-3*a", "a*1000000*1000000000000")  # fmt: skip


@pytest.mark.parametrize("text", STRANGE)
def test_an_expression_is_nothing_but_arithmetic(text):
    with pytest.raises(Refusal, match=r"expression: .* given; wanted"):
        evaluated(text, {"a": 1})


# --- cells of the paper's tables --------------------------------------------------------------------------------------


def test_every_value_of_the_papers_tables_shows_a_verdict():
    cells = all_cells(rebuilt_tables(PAPER))
    assert all((cell.verdict is None) == isinstance(cell.text, Missing) for cell in cells)
    assert len([cell for cell in cells if cell.verdict]) > 110
    assert {cell.verdict.verdict for cell in cells if cell.verdict} >= {REPRODUCED, NOTED, UNCHECKED}


def test_a_trial_without_claims_shows_none():
    assert not any(cell.verdict for cell in all_cells(rebuilt_tables(trial("one"))))


def test_a_cell_has_the_gravest_verdict_of_the_statements_about_it():
    found = cell_verdicts(PAPER)
    assert found["measurement", "1C", "3", "area", "investigator", "percent_change"].verdict == REPRODUCED
    assert found["measurement", "3T", "3", "area", "investigator", "percent_change"].verdict == UNCHECKED
    assert found["attribute", "5", "age"].verdict == NOTED
    assert "analysed it is 56" in found["attribute", "5", "age"].why
    assert found["measurement", "3T", "0", "pga", "observer", "value"].counted
    assert not found["measurement", "1C", "3", "area", "investigator", "percent_change"].counted
    assert found["attribute", "5", "age"].counted
    assert verdict_of_cell(found, (("site", "1T"),)) == UNTOLD


def test_a_changed_cell_shows_it_on_the_data_page():
    other = loaded(changed("measurements.csv", "2C,3,area,investigator,percent_change,100",
                           "2C,3,area,investigator,percent_change,90"))  # fmt: skip
    for of, wanted in ((PAPER, REPRODUCED), (other, CONTRADICTED)):
        table = next(t for t in data.answer(of, defaults(of)).tables if t.key == "table-3")
        ref = ("measurement", "2C", "3", "area", "investigator", "percent_change")
        (cell,) = [cell for row in table.rows for cell in row if ref in cell.refs]
        assert cell.verdict is not None
        assert cell.verdict.verdict == wanted
