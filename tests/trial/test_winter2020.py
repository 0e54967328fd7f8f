"""The shipped trial against a second transcription of the article (doi 10.1016/j.jdin.2020.07.002).

Every number here was read from the article's tables and text, not from the folder: a double entry check.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from statistics import fmean

import pytest

from lib.trial.flow import participant_flow
from lib.trial.observed import decimals, observed
from tests.trial.folders import winter

TRIAL = winter()

# --- Table I: score, category, description ---------------------------------------------------------------------------

TABLE_I = [
    (0, "Clear", "No lesion present"),
    (1, "Almost clear", "Minimal signs of lesion"),
    (2, "Mild", "Easily recognizable lesion"),
    (3, "Moderate", "Moderate signs of lesion"),
    (4, "Severe", "Very marked lesion"),
]

# --- Table II: participant, age, sex, race, Hispanic or Latino, status, duration; then history and medications -------

TABLE_II = [
    ("1", 23, "woman", "white", "yes", "slowly progressive", None, 8, "months"),
    ("2", 72, "woman", "white", "no", "stable", None, 20, "years"),
    ("3", 51, "woman", "white", "no", "slowly progressive", "more than", 10, "years"),
    ("4", 78, "woman", "white", "no", "stable", "more than", 10, "years"),
    ("5", 29, "man", "white", "yes", "progressive", "more than", 2, "years"),
]
HISTORY = {
    "1": ["generalized morphea", "gastroesophageal reflux disease"],
    "2": ["dermatomyositis", "calcinosis cutis", "hypertension", "hyperlipidemia", "hypothyroidism"],
    "3": ["systemic sclerosis", "calcinosis cutis", "raynaud phenomenon", "osteoporosis", "history of nephrolithiasis"],
    "4": ["systemic sclerosis", "calcinosis cutis", "barrett esophagitis"],
    "5": ["dermatomyositis", "calcinosis cutis", "history of gastrointestinal bleeding", "transfusion"],
}
MEDICATIONS = {
    "1": ["tocilizumab", "hydroxychloroquine", "prednisone", "tramadol", "acetaminophen", "pantoprazole"],
    "2": [
        "gabapentin", "potassium chloride", "atorvastatin", "losartan", "hydrochlorothiazide", "amlodipine",
        "primidone", "levothyroxine", "naproxen", "cetirizine", "alendronate", "prednisone",
    ],
    "3": ["allopurinol", "potassium citrate", "alendronate", "calcium", "vitamin d3"],
    "4": ["none"],
    "5": [
        "methotrexate", "prednisone", "folic acid", "oxycodone", "morphine sulfate", "hydroxychloroquine",
        "oxandrolone", "pantoprazole",
    ],
}  # fmt: skip

# --- Table III: unit → site, PGA at 0 and 3, the observer's score at 0 and 3, change in size in % ---------------------

TABLE_III = {
    "1T": ("inferior aspect of left elbow", 4, 0, 2, 0, -100),
    "2T": ("right arm", 4, 4, 3, 2, 0),
    "3T": ("left arm", 4, 4, 4, 3, 0),
    "4T": ("left hand, fifth digit", 4, 4, 3, 3, 0),
    "1C": ("superior aspect of left elbow", 4, 1, 3, 1, -44),
    "2C": ("left arm", 4, 4, 3, 1, 100),
    "3C": ("right arm", 4, 4, 4, 2, 0),
    "4C": ("right hand, fifth digit", 4, 4, 4, 4, 0),
}
SIZES = {"1T": ("0.09", "0"), "1C": ("0.16", "0.09"), "2C": ("2", "4")}
"""Lesion sizes in cm² that the Results print, at baseline and at month 3."""

# --- numbers of the text: key → value as printed, unit ----------------------------------------------------------------

METHODS = {
    "visits": ("4", "visits"),
    "lesions_each": ("2", "lesions"),
    "completed": ("4", "participants"),
    "trial_length": ("3", "months"),
    "age_min": ("18", "years"),
    "age_max": ("80", "years"),
    "lesions_min": ("2", "lesions"),
    "lesion_size_min": ("2", "mm"),
    "stock": ("250", "mg/mL"),
    "dilution": ("5.25", "parts"),
    "concentration": ("40", "mg/mL"),
    "volume": ("0.1", "mL/cm²"),
    "volume_max": ("0.4", "mL"),
    "dose_max": ("16", "mg"),
    "lesion_side_max": ("2", "cm"),
    "treatments": ("3", "injections"),
    "n": ("4", "participants"),
    "beta": ("0.2", None),
    "power": ("0.8", None),
    "alpha": ("0.05", None),
    "detectable_effect": ("2.4", "points"),
    "sd": ("1", "points"),
}
RESULTS = {
    "analysed": ("4", "participants"),
    "area_p_baseline": ("0.41", None),
    "white": ("100", "%"),  # in words: all
    "hispanic": ("2", "participants"),
    "age_mean": ("50.6", "years"),
    "age_low": ("23", "years"),
    "age_high": ("78", "years"),
    "women": ("4", "participants"),
    "men": ("1", "participants"),
    "pga_changed": ("1", "participants"),
    "pga_unchanged": ("3", "participants"),
    "observer_improved_treated": ("3", "lesions"),
    "observer_improved_control": ("3", "lesions"),
    "pain_treated": ("3.5", "points"),
    "pain_control": ("2.6", "points"),
    "area_low_control": ("0.16", "cm²"),
    "area_high_control": ("4", "cm²"),
    "area_low_treated": ("0.09", "cm²"),
    "area_high_treated": ("4", "cm²"),
    "area_p_final": ("0.39", None),
    "harms": ("0", "events"),  # in words: none
}
ELSEWHERE = {
    "follow_up": ("12", "weeks"),
    "subtypes": ("5", "subtypes"),
    "prevalence_max": ("49", "%"),
    "first_use": ("2004", "year"),
    "earlier_prospective": ("1", "studies"),
    "earlier_n": ("6", "participants"),
    "earlier_improved": ("6", "participants"),  # in words: all 6
    "earlier_concentration": ("150", "mg/mL"),
    "osmolality_stock": ("2000", "mOsm/kg"),
    "pga_not_improved": ("75", "%"),
    "size_improved": ("1", "participants"),
    "earlier_frequency_max": ("1", "injections per week"),
    "earlier_weeks": ("4", "weeks"),
    "earlier_follow_up": ("12", "weeks"),
    "earlier_injections": ("4", "injections"),
    "earlier_reduction_low": ("67", "%"),
    "earlier_reduction_high": ("93", "%"),
    "case_side_a": ("3", "mm"),
    "case_side_b": ("4", "mm"),
    "earlier_smallest_low": ("3", "mm"),
    "earlier_smallest_high": ("4", "mm"),
}
PRINTED = {**METHODS, **RESULTS, **ELSEWHERE}


def test_the_tables_have_as_many_rows_as_the_article_gives_them():
    assert len(TRIAL.participants) == len(TABLE_II) == 5
    assert len(TRIAL.units) == 10
    assert len(TRIAL.measurements) == 5 * len(TABLE_III) + 2 * len(SIZES) == 46
    assert len(TRIAL.events) == 0
    assert len(TRIAL.disposition) == 5 + 5 + 5 + 1 + 4 + 4
    assert Counter(row.arm for row in TRIAL.units) == {"treated": 5, "control": 5}


def test_table_i():
    levels = TRIAL.outcomes["pga"].levels
    assert [(level.score, level.category, level.description) for level in levels] == TABLE_I
    assert (TRIAL.outcomes["pga"].low, TRIAL.outcomes["pga"].high) == (0, 4)
    assert (TRIAL.outcomes["pain"].low, TRIAL.outcomes["pain"].high) == (0, 10)


@pytest.mark.parametrize("row", TABLE_II, ids=lambda row: f"participant {row[0]}")
def test_table_ii(row):
    person = next(p for p in TRIAL.participants if p.participant == row[0])
    keys = (
        "age", "sex", "race", "hispanic_or_latino", "disease_status", "duration_relation", "duration", "duration_unit",
    )  # fmt: skip
    assert [person.attribute(key) for key in keys] == [None if cell is None else str(cell) for cell in row[1:]]
    assert (person.attribute("history") or "").lower().split("; ") == HISTORY[row[0]]
    assert (person.attribute("medications") or "").split("; ") == [m.replace("d3", "D3") for m in MEDICATIONS[row[0]]]
    assert person.attribute("medications_new") == ("pantoprazole" if row[0] == "5" else None)
    assert person.attribute("medications_new_visit") == ("1" if row[0] == "5" else None)


@pytest.mark.parametrize("unit", TABLE_III)
def test_table_iii(unit):
    site, *scores, percent = TABLE_III[unit]
    row = TRIAL.units_by_key[unit]
    assert (row.participant, row.arm) == (unit[0], {"T": "treated", "C": "control"}[unit[1]])
    assert row.site == site
    given = [observed(TRIAL, unit, v, "pga", rater) for rater in ("physician", "observer") for v in ("0", "3")]
    assert [got.value for got in given] == scores
    change = observed(TRIAL, unit, "3", "area", "investigator", "percent_change")
    assert change.value == percent
    assert {got.provenance for got in (*given, change)} == {"printed"}
    assert {got.source for got in (*given, change)} == {"Table III"}


def test_sizes_are_known_of_three_lesions_only_and_at_both_ends():
    sizes = {(r.unit, r.visit): r.value for r in TRIAL.measurements if (r.outcome, r.scale) == ("area", "value")}
    assert sizes == {
        (unit, visit): Decimal(size)
        for unit, ends in SIZES.items()
        for visit, size in zip(("0", "3"), ends, strict=True)
    }


@pytest.mark.parametrize("unit", SIZES)
def test_the_printed_percentages_are_those_of_the_printed_sizes(unit):
    before, after = (Fraction(Decimal(size)) for size in SIZES[unit])
    assert round(100 * (after - before) / before) == TABLE_III[unit][-1]


def test_nothing_is_published_for_months_1_and_2():
    assert {row.visit for row in TRIAL.measurements} == {"0", "3"}
    assert [visit.key for visit in TRIAL.spec.visits] == ["0", "1", "2", "3"]
    assert [visit.key for visit in TRIAL.spec.visits if visit.treatment] == ["0", "1", "2"]


def test_nothing_was_measured_of_participant_5_that_is_published():
    measured = {TRIAL.units_by_key[row.unit].participant for row in TRIAL.measurements}
    assert measured == {"1", "2", "3", "4"}
    assert [TRIAL.units_by_key[unit].site for unit in ("5T", "5C")] == [None, None]


def test_every_row_says_where_it_comes_from():
    tables = (
        TRIAL.participants, TRIAL.units, TRIAL.measurements, TRIAL.disposition, TRIAL.events, TRIAL.reported,
    )  # fmt: skip
    rows = [row for table in tables for row in table]
    assert all(row.source and row.provenance in ("printed", "derived", "missing") for row in rows)
    assert {row.provenance for row in TRIAL.measurements} == {"printed"}


def test_the_mean_age_is_that_of_the_5_enrolled_and_not_of_the_4_analysed():
    ages = {row[0]: row[1] for row in TABLE_II}
    assert fmean(float(p.attribute("age") or "nan") for p in TRIAL.participants) == pytest.approx(50.6)
    assert fmean(ages.values()) == pytest.approx(50.6)
    analysed = [m.participant for m in participant_flow(TRIAL, {}).box("analysed").members]
    assert analysed == ["1", "2", "3", "4"]
    assert fmean(float(p.attribute("age") or "nan") for p in TRIAL.participants if p.participant in analysed) == 56.0


@pytest.mark.parametrize("key", PRINTED)
def test_every_number_of_the_text(key):
    text, unit = PRINTED[key]
    row = TRIAL.reported_by_key[key]
    assert (row.value, row.unit) == (Decimal(text), unit)
    assert decimals(row.value) == decimals(Decimal(text))


def test_every_reported_row_is_transcribed_here_or_said_to_be_missing():
    missing = {row.key for row in TRIAL.reported if row.value is None}
    assert missing == {"assessed"}
    assert set(TRIAL.reported_by_key) == set(PRINTED) | missing


@pytest.mark.parametrize(("keys", "place"), [(METHODS, "Methods"), (RESULTS, "Results")])
def test_a_number_stands_where_its_source_says(keys, place):
    assert [key for key in keys if place not in TRIAL.reported_by_key[key].source] == []


def test_a_number_of_neither_methods_nor_results_says_so():
    places = {TRIAL.reported_by_key[key].source for key in ELSEWHERE}
    assert places == {"Abstract", "Introduction", "Discussion"}


@pytest.mark.parametrize(
    ("key", "outcome", "rater", "arm", "visit"),
    [
        ("pain_treated", "pain", None, "treated", None),
        ("pain_control", "pain", None, "control", None),
        ("harms", "harms", None, None, None),
        ("area_p_baseline", "area", "investigator", None, "0"),
        ("area_p_final", "area", "investigator", None, "3"),
        ("area_low_control", "area", "investigator", "control", "0"),
        ("area_high_control", "area", "investigator", "control", "0"),
        ("area_low_treated", "area", "investigator", "treated", "0"),
        ("area_high_treated", "area", "investigator", "treated", "0"),
        ("pga_changed", "pga", "physician", None, "3"),
        ("pga_not_improved", "pga", "physician", "treated", "3"),
        ("observer_improved_treated", "pga", "observer", "treated", "3"),
        ("observer_improved_control", "pga", "observer", "control", "3"),
        ("detectable_effect", "pga", None, None, None),
        ("sd", "pga", None, None, None),
    ],
)
def test_a_number_is_about_the_right_outcome_rater_arm_and_visit(key, outcome, rater, arm, visit):
    row = TRIAL.reported_by_key[key]
    assert (row.outcome, row.rater, row.arm, row.visit) == (outcome, rater, arm, visit)


@pytest.mark.parametrize(
    ("key", "attribute", "level"),
    [
        ("age_mean", "age", None),
        ("age_low", "age", None),
        ("age_high", "age", None),
        ("women", "sex", "woman"),
        ("men", "sex", "man"),
        ("white", "race", "white"),
        ("hispanic", "hispanic_or_latino", "yes"),
    ],
)
def test_a_number_is_about_the_right_attribute(key, attribute, level):
    row = TRIAL.reported_by_key[key]
    assert (row.attribute, row.level) == (attribute, level)


def test_the_doses_agree_with_each_other():
    printed = {key: Decimal(text) for key, (text, _) in METHODS.items()}
    assert printed["stock"] / (1 + printed["dilution"]) == printed["concentration"]
    assert printed["volume"] * printed["lesion_side_max"] ** 2 == printed["volume_max"]
    assert printed["volume_max"] * printed["concentration"] == printed["dose_max"]
    assert printed["beta"] == 1 - printed["power"]


def test_participant_5_was_lost_after_month_1_and_the_other_four_completed_at_month_3():
    events = {(row.participant, row.event): row.visit for row in TRIAL.disposition}
    assert [key for key in events if key[1] == "lost"] == [("5", "lost")]
    assert events["5", "lost"] == "1"
    assert {p: visit for (p, event), visit in events.items() if event == "completed"} == dict.fromkeys("1234", "3")


def test_the_endpoints_rank_as_the_article_ranks_them():
    ranked = {role: [e.key for e in TRIAL.spec.endpoints if e.role == role] for role in ("primary", "secondary")}
    assert ranked == {"primary": ["size-percent", "pga-absolute", "pga-percent", "pain"], "secondary": ["harms"]}
    assert all((e.role == "none") == (e.analysis == "ours") for e in TRIAL.spec.endpoints)


def test_the_article_is_cited():
    citation = TRIAL.spec.citation
    assert (citation.journal, citation.year, citation.volume, citation.pages) == ("JAAD Int", 2020, "1", "114-20")
    assert citation.doi == "10.1016/j.jdin.2020.07.002"
    assert citation.authors == "Winter AR, Klager S, Truong R, Foley A, Sami N, Weinstein D"


def test_the_arms_and_visits_are_the_articles():
    assert (TRIAL.treatment.label, TRIAL.control.label) == ("Sodium thiosulfate", "Saline")
    assert [(visit.time, TRIAL.spec.time.unit) for visit in TRIAL.spec.visits] == [(t, "month") for t in range(4)]
    assert TRIAL.spec.design.allocation_unit == "unclear"
    assert (TRIAL.spec.unit.singular, TRIAL.spec.unit.plural) == ("lesion", "lesions")
