"""Evidence: what is told of the paper's statements, what could lie behind its numbers, and what guidelines ask for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from lib.analysis.area_lattice import area_lattice
from lib.analysis.t import paired_t
from lib.analysis.verdict import CONTRADICTED, UNCHECKED, VERDICTS
from lib.assumptions import PRESETS, defaults, read, stamp, validated
from lib.errors import Refusal
from lib.questions import evidence
from lib.questions.area_set import SETTINGS, area_set, assumed, size_words
from lib.questions.checklist import ABSENT, GIVEN, PARTLY, STATUSES, UNREAD, checklists
from lib.questions.checklist_items import CHECKLISTS, ITEMS
from lib.questions.findings.known import Finding
from lib.questions.findings.registry import FINDINGS
from lib.questions.ledger.ledger import ledger
from lib.questions.registry import GRID, QUESTIONS, SUMMARIES
from lib.report.twin import twin
from lib.trial.observed import observed, withheld_outcome
from lib.values import Missing
from tests.trial.folders import changed, loaded, without
from tests.trials import NAMES, trial

PAPER = trial("winter2020")


def answered(name="winter2020", **query):
    of = trial(name)
    return evidence.answer(of, read({key.replace("_", "-"): text for key, text in query.items()}, of).assumptions)


RESULT = answered()
FOUND = {finding.key: finding for finding in RESULT.findings}

# --- the ledger on the page -------------------------------------------------------------------------------------------


def test_the_gravest_verdict_comes_first_and_counts_are_of_all():
    order = [list(VERDICTS).index(row.verdict) for row in RESULT.rows]
    assert order == sorted(order)
    assert sum(tally.statements for tally in RESULT.tallies) == RESULT.statements == len(RESULT.rows)
    assert sum(sum(part.counts) for part in RESULT.parts) == RESULT.statements


def test_a_filter_shows_less_and_counts_the_same():
    some = answered(verdict=CONTRADICTED, part="figures")
    assert {row.verdict for row in some.rows} == {CONTRADICTED}
    assert {row.part for row in some.rows} == {"figures"}
    assert 0 < len(some.rows) < len(RESULT.rows)
    assert some.tallies == RESULT.tallies


def test_the_sentence_counts_verdicts_and_says_what_they_are_not():
    told = evidence.reading(RESULT)
    assert "140 statements" in told
    assert "6 contradicted" in told
    assert "not on what it means for patients" in told


def test_what_is_assumed_of_withheld_values_changes_no_verdict():
    given = twin(QUESTIONS["evidence"], {"areas": "reconstructed"}, PAPER)["result"]
    plain = twin(QUESTIONS["evidence"], {}, PAPER)["result"]
    assert given["tallies"] == plain["tallies"]
    assert given["rows"] == plain["rows"]


# --- findings ---------------------------------------------------------------------------------------------------------

SAID = {
    "announced-p": ("No printed P is that of lesion size, % change", "p = 0.206", "(0.391)", "(0.386)",
                    "Nothing that is published gives 0.41", "can give 0.41 and 0.39 together"),
    "unreported": ("No announced test", "4 primary measures, 3 of them", "0.206", "No mean change"),
    "behind": ("48,859,105 data sets", "mean change is −0.505 cm²", "−1.02 cm² to −0.0225 cm² in all of them",
               "two-sided paired t test", "0.411 and 0.391", "174,494,878", "−0.515 cm² to", "no probability"),
    "wordings": ("“no difference”", "“no statistical significance”", "equal means would give P = 1", "printed as 0.39"),
    "both-sides": ("1 of 1", "treated −100 %, control −44 %"),
    "detectable": ("2.4", "two-sample t test", "2.381", "2.128", "0.34 to 0.39", "n is of those who completed",
                   "the paper itself calls it post hoc"),
    "floor": ("4 pairs can't reach 0.05", "2 of 2⁴ = 16", "p ≥ 0.125", "t test has no such floor"),
    "denominators": ("5 described, 4 analysed", "50.6", "Mean age: 56", "Hispanic or Latino: 1", "Men at baseline: 0"),
    "raters": ("observer leans to saline", "−0.25 points", "+0.5 points", "physician 1 and 1", "observer 3 and 3 of 4"),
    "driver": ("−39 pp", "−0.505 cm²", "participant 2", "−18.7 pp"),
    "means": ("3.5", "2.6", "each of the 4 analysed (4) can't give both", "4 analysed (12) could", "8 and 10 to 20"),
    "coin": ("not told", "16 labellings", "for everybody, 2"),
    "labels": ("5 labels", "A and D", "A and E", "single-arm", "2 arms"),
    "untold": ("protocol", "trial registration", "planned sample size", "measurement error", "harms were asked"),
}  # fmt: skip


@pytest.mark.parametrize("key", FINDINGS)
def test_each_finding_tells_its_arithmetic(key):
    finding = FOUND[key]
    told = " ".join((finding.title, finding.printed, finding.follows, finding.unknown))
    assert all(words in told for words in SAID[key]), told
    assert finding.printed
    assert finding.unknown


def test_nothing_is_called_unknown_that_the_paper_states():
    # its Statistical analysis: n is set by those who completed, and the calculation is named post hoc
    assert "completed" not in FOUND["detectable"].unknown
    remarks = {row.key: row.remark for row in ledger(PAPER)}
    assert all("post hoc" in remarks[key] for key in ("detectable-effect", "discussion-detectable"))
    assert "post hoc" in next(row.gives for row in PAPER.checklist if row.item == "consort-16a")


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_leads_to_a_page_and_state_that_exist(name):
    of = trial(name)
    for finding in answered(name).findings:
        assert finding.page in QUESTIONS
        assert read(finding.state, of).problems == ()
        assert set(finding.state) <= set(QUESTIONS[finding.page].controls), finding.key
        assert set(finding.claims) <= {row.key for row in ledger(of)}


ACCUSING = (
    "fail",
    "wrong",
    "error by",
    "mislead",
    "fraud",
    "should have",
    "careless",
    "obviously",
    "significant",
    "no difference",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_tone_is_neutral(name):
    for finding in answered(name).findings:
        told = " ".join((finding.title, finding.printed, finding.follows, finding.unknown)).lower()
        told = (
            told.replace("measurement error", "")
            .replace("“no difference”", "")
            .replace("that there is no difference", "")
            .replace("no significant one", "")
            .replace("“no significant difference”", "")
            .replace("“no statistical significance”", "")
        )
        assert not [word for word in ACCUSING if word in told], told


def test_findings_are_of_the_paper_whatever_the_viewer_chose():
    other = answered(outcome="pga", test="sign-flip", who="1.2", alpha="0.2", change="absolute")
    assert other.findings == RESULT.findings


def test_a_paper_whose_printed_p_is_the_announced_one_has_it_said():
    moved = loaded(changed("reported.csv", ",0.39,,,printed,Abstract", ",0.21,,,printed,Abstract"))
    found = {f.key: f for f in evidence.answer(moved, defaults(moved)).findings}
    assert found["announced-p"].title == "The printed P fits Lesion size, % change"


def test_a_finding_that_the_trial_gives_no_reason_for_is_left_out():
    told = {finding.key for finding in answered("eyes").findings}
    assert not {"behind", "detectable", "coin", "means", "labels", "wordings", "raters"} & told
    assert all(isinstance(finding, Finding) for finding in answered("none").findings)


# --- a printed P ------------------------------------------------------------------------------------------------------


def test_the_typed_p_is_searched_with_its_rounding():
    assert answered(printed_p="0.39").readings.low == pytest.approx(0.385)
    assert answered(printed_p="0.390").readings.low == pytest.approx(0.3895)
    assert answered(printed_p=".41").readings.printed == Decimal("0.41")
    first = answered(printed_p="0.41").readings.reproduced[0].members[0]
    assert (first.source, first.kind, round(float(first.p), 4)) == ("reconstructed", "baseline", 0.4107)


def test_no_p_is_no_search():
    assert isinstance(answered(printed_p="none").readings, Missing)


# --- the set of areas -------------------------------------------------------------------------------------------------


def test_the_set_agrees_with_itself():
    found = RESULT.areas.found
    assert found.size == 48_859_105
    counts = [stage.count for stage in found.funnel]
    assert counts == sorted(counts, reverse=True)
    assert all(sum(count for _, count in m.counts) == found.size for m in found.marginals)


def test_the_simplest_member_prints_both_p():
    member = RESULT.areas.found.simplest.member
    areas = {pair.name: pair for pair in member}
    assert (areas["2"].treated.baseline, areas["2"].control.baseline) == (4, 2)
    for p in ("3", "4"):
        assert areas[p].treated == areas[p].control
    for visit, wanted in (("baseline", 0.4107), ("final", 0.3910)):
        differences = [Fraction(getattr(p.treated, visit)) - Fraction(getattr(p.control, visit)) for p in member]
        assert paired_t(differences).p == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize("key", SETTINGS)
def test_every_setting_changes_the_set(key):
    value = {"grid-step": "0.2", "grid-max": "1", "grid-shape": "ellipse", "grid-round": "printed",
             "grid-zero": "printed", "grid-range": "analysed", "grid-p": "final"}[key]  # fmt: skip
    assert answered(**{key: value}).areas.found.size != RESULT.areas.found.size


def test_fewer_constraints_leave_more_and_stricter_ones_fewer():
    sizes = {q: answered(grid_p=q).areas.found.size for q in ("both", "baseline", "final", "neither")}
    assert sizes["both"] < min(sizes["baseline"], sizes["final"]) < sizes["neither"]
    assert answered(grid_range="analysed").areas.found.size < sizes["both"]
    assert answered(grid_zero="printed").areas.found.size > sizes["both"]
    assert answered(grid_round="printed").areas.found.size > sizes["both"]


def test_printed_values_that_no_lattice_gives_are_named():
    found = answered(grid_step="0.2").areas
    assert found.found.size == 0
    assert "1T at baseline: no area on the lattice" in found.found.fails
    assert "leaves none" in size_words(found)
    ellipse = answered(grid_shape="ellipse", grid_round="printed").areas.found
    assert (ellipse.size, "1C" in ellipse.fails) == (0, True)


def test_too_large_a_search_is_refused_with_its_size_and_the_limit():
    result = answered(grid_step="0.05", grid_max="5", grid_round="precise")
    assert isinstance(result.areas, Missing)
    assert "378,800,560" in result.areas.reason
    assert "limit" in result.areas.reason


def test_a_step_longer_than_the_longest_side_is_refused_beside_its_control():
    result = answered(grid_step="1", grid_max="0.5")
    assert isinstance(result.areas, Missing)
    assert "most: 0.5 given; wanted at least one step" in result.faults["grid-max"]


@pytest.mark.parametrize("name", ["eyes", "one", "none"])
def test_a_trial_that_withholds_nothing_has_no_set(name):
    assert withheld_outcome(trial(name)) is None
    assert isinstance(answered(name).areas, Missing)


def test_nothing_is_reconstructed_unless_asked():
    plain = defaults(PAPER)
    assert plain.areas == "printed"
    assert assumed(PAPER, plain) is PAPER
    assert all(preset.set.get("areas") is None for preset in PRESETS.values())


def test_reconstructed_areas_are_marked_and_change_no_published_value():
    chosen = replace(defaults(PAPER), areas="reconstructed")
    filled = assumed(PAPER, chosen)
    new = filled.measurements[len(PAPER.measurements) :]
    assert filled.measurements[: len(PAPER.measurements)] == PAPER.measurements
    assert {row.provenance for row in new} == {"reconstructed"}
    assert all("48,859,105 data sets" in row.source for row in new)
    assert len(new) == 10  # both visits of five lesions
    assert observed(filled, "2T", "0", "area", "investigator").value == 4
    assert filled.sha256 == PAPER.sha256
    assert "Areas not printed: Reconstructed" in stamp(PAPER, chosen)
    # the lost participant's lesions stay missing
    assert isinstance(observed(filled, "5T", "0", "area", "investigator").value, Missing)


def test_pages_that_show_areas_say_that_they_are_reconstructed():
    query = {"areas": "reconstructed", "outcome": "area", "change": "absolute"}
    told = twin(QUESTIONS["trajectories"], query, PAPER)["result"]
    assert "Crossed points are reconstructed: the simplest of 48,859,105" in told["reading"]
    values = [p for line in told["panels"][0]["lines"] for p in line["points"] if p["provenance"] == "reconstructed"]
    assert len(values) == 10
    people = twin(QUESTIONS["overview"], query, PAPER)["result"]["people"]
    marked = [r for person in people for unit in person["units"] for r in unit["readings"] if r["reconstructed"]]
    assert len(marked) == 5


def test_areas_that_no_data_set_gives_refuse_the_page_and_name_the_control():
    told = twin(QUESTIONS["trajectories"], {"areas": "reconstructed", "grid-step": "0.2"}, PAPER)
    assert told["result"] is None
    assert "areas: reconstructed given; wanted settings under which a data set agrees" in told["reason"]
    with pytest.raises(Refusal, match="leaves none"):
        assumed(PAPER, read({"areas": "reconstructed", "grid-shape": "square"}, PAPER).assumptions)


def test_the_lattice_is_the_one_that_is_told():
    assert RESULT.areas.found.lattice_size == len(area_lattice("rectangle", 0.1, 2).multiples)
    assert set(SETTINGS) == set(GRID)


# --- pairs of scores --------------------------------------------------------------------------------------------------


def test_typed_summaries_narrow_the_tables():
    free = answered(table_p="none").tables
    assert free.size == free.total == 20_475
    some = answered(table_p="none", mean_treated="2.5").tables
    assert 0 < some.size < free.size
    assert RESULT.tables.size == 1280


def test_the_first_summary_that_no_data_meet_is_named():
    result = answered(table_p="none", mean_treated="2.6", mean_control="2.9")
    assert result.tables.size == 0
    assert result.tables.fails.startswith("mean treated 2.6")
    assert "2.5 and 2.75" in result.tables.fails
    assert "2.9" not in result.tables.fails


def test_typed_means_are_checked_as_whole_scores_or_the_check_says_why_not():
    impossible, possible = answered(table_p="none", mean_treated="2.6", mean_control="2.5", sd_control="1.29").checks
    assert (impossible.possible, possible.possible) == (False, True)
    assert "neither rounds to 2.6" in impossible.reason
    assert "sum of squares 30" in possible.reason
    (blunt,) = answered(table_p="none", table_n="60", mean_treated="2.6").checks
    assert (blunt.possible, blunt.tells) == (True, False)
    assert "the check says nothing" in blunt.reason
    (outside,) = answered(table_p="none", mean_treated="7").checks
    assert isinstance(outside.possible, Missing)
    assert "given; wanted" in outside.reason


def test_too_many_tables_are_refused_with_their_number_and_the_limit():
    result = answered(table_n="12", table_p="none")
    assert isinstance(result.tables, Missing)
    assert "table-n" in result.faults
    assert result.faults["table-n"] == result.tables.reason


def test_a_scale_that_is_none_is_refused_beside_its_control():
    result = answered(table_low="5", table_high="1")
    assert isinstance(result.tables, Missing)
    assert {"table-low", "table-high"} & set(result.faults)


@pytest.mark.parametrize(("high", "told"), [("100", "4.5e+14 tables"), ("101", "10,404 pairs of scores")])
def test_a_scale_too_long_to_go_through_is_refused_with_its_size(high, told):
    files = changed("trial.toml", "high = 4\n", f"high = {high}\n", changed("trial.toml", 'sd = "1"\n', ""))
    of = validated(loaded(files))
    result = evidence.answer(of, defaults(of))
    assert isinstance(result.tables, Missing)
    assert told in result.tables.reason
    assert result.tables.reason in result.faults.values()


def test_a_typed_number_that_can_not_be_one_falls_back_and_is_told():
    got = read({"mean-treated": "2,5", "table-p": "2", "printed-p": "half"}, PAPER)
    assert got.assumptions == defaults(PAPER)
    assert len(got.problems) == 3


def test_every_summary_has_its_key():
    assert set(evidence.TABLE_INPUTS.values()) == set(SUMMARIES)


# --- checklists -------------------------------------------------------------------------------------------------------


def test_every_item_of_every_guideline_is_looked_up_once():
    found = checklists(PAPER)
    assert [one.key for one in found] == list(CHECKLISTS)
    assert {item.key for one in found for item in one.items} == set(ITEMS)
    assert {row.item for row in PAPER.checklist} == set(ITEMS)
    assert all(item.status in (ABSENT, PARTLY, GIVEN) for one in found for item in one.items)
    assert all(sum(count for _, count in one.counts) == len(one.items) for one in found)


def test_an_item_says_where_it_is_met_or_that_it_is_not():
    for one in checklists(PAPER):
        for item in one.items:
            assert item.page in ("", *QUESTIONS)
            assert bool(item.where) == (item.status != ABSENT)
            assert bool(item.lacks) == (item.status != GIVEN)
            assert item.asks


def test_known_gaps_are_in_it():
    items = {item.key: item for one in checklists(PAPER) for item in one.items}
    assert items["consort-2"].status == ABSENT  # registration
    assert items["pilot-23"].status == ABSENT
    assert items["consort-1a"].status == ABSENT  # random allocation in the title
    assert "one flip" in items["consort-17b"].lacks or "flip" in items["consort-17b"].lacks


def test_a_folder_with_some_items_tells_the_others_as_not_looked_up():
    counts = {item.status for one in checklists(trial("eyes")) for item in one.items}
    assert counts == set(STATUSES)
    assert isinstance(checklists(trial("none")), Missing)
    assert answered("eyes").unknown_items == ("nonsense",)
    assert RESULT.unknown_items == ()
    (first, *_) = checklists(loaded(without("checklist.csv", "consort-1a,")))
    assert first.items[0].status == UNREAD


def test_what_can_not_be_checked_is_most_of_what_is_about_others():
    rows = [row for row in RESULT.rows if row.reason.startswith("beyond this folder")]
    assert {row.verdict for row in rows} == {UNCHECKED}
    assert len(rows) > 15


def test_area_set_is_kept_while_other_assumptions_change():
    plain = defaults(PAPER)
    assert area_set(PAPER, plain) is area_set(PAPER, replace(plain, alpha=0.1, outcome="pga"))
