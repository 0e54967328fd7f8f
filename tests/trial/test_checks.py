"""What no single row can show: each rule told with file, line, column, value and what was wanted."""

from __future__ import annotations

import pytest

from lib.errors import Problem
from lib.trial.checks import ABSENT_FROM, MOST_CLAIMS, RULES
from tests.trial.folders import FIXTURES, WINTER, added, changed, last_row, loaded, problems, read_bytes, without

TOML = "trial.toml"
EYES = read_bytes(FIXTURES / "eyes")
OUTCOMES = "one of area, pga, pain, harms"
RATERS = "one of investigator, physician, observer"
VISITS = "one of 0, 1, 2, 3"
ENDPOINT = 'key = "{}"\nlabel = "{}"\noutcome = "area"\nrater = "investigator"\nchange = "{}"'
SIZE_PERCENT = ENDPOINT.format("size-percent", "Lesion size, % change", "percent")
SIZE_ABSOLUTE = ENDPOINT.format("size-absolute", "Lesion size, change in cm²", "absolute")

SPEC_FAULTS = {
    "_spec_keys arms": ('key = "control"\nlabel', 'key = "treated"\nlabel', "arms.key", "treated", "each key once"),
    "_spec_keys visits": ('key = "2"', 'key = "1"', "visits.key", "1", "each key once"),
    "_spec_keys raters": ('key = "observer"\n', 'key = "physician"\n', "raters.key", "physician", "each key once"),
    "_spec_keys outcomes": ('key = "pain"\nlabel = "Pain of injection"\n', 'key = "harms"\nlabel = "Pain"\n',
                            "outcomes.key", "harms", "each key once"),
    "_spec_keys endpoints": ('key = "pga-percent"', 'key = "size-percent"', "endpoints.key", "size-percent",
                             "each key once"),
    "_spec_keys attributes": ('key = "race"', 'key = "sex"', "attributes.key", "sex", "each key once"),
    "_spec_keys tables": ('key = "table-2"', 'key = "table-1"', "tables.key", "table-1", "each key once"),
    "_spec_attributes": ('of = "medications"\n\n[[attributes]]\nkey = "medications_new_visit"',
                         'of = "pills"\n\n[[attributes]]\nkey = "medications_new_visit"',
                         "attributes.medications_new.of", "pills", "one of age, sex, race"),
    "_spec_attributes chain": ('of = "medications"\n\n[[attributes]]\nkey = "disease_status"',
                               'of = "medications_new"\n\n[[attributes]]\nkey = "disease_status"',
                               "attributes.medications_new_visit.of", "medications_new", "one of age, sex, race"),
    "_spec_tables unknown": ('kind = "levels"\noutcome = "pga"', 'kind = "levels"\noutcome = "size"',
                             "tables.table-1.outcome", "size", "one of pga"),
    "_spec_tables no levels": ('kind = "levels"\noutcome = "pga"', 'kind = "levels"\noutcome = "area"',
                               "tables.table-1.outcome", "area", "one of pga"),
    "_spec_tables none": ('kind = "levels"\noutcome = "pga"', 'kind = "levels"', "tables.table-1.outcome", "none",
                          "one of pga"),
    "_spec_tables too many": ('kind = "units"', 'kind = "units"\noutcome = "pga"', "tables.table-3.outcome", "pga",
                              "no outcome"),
    "_spec_keys presets": ('key = "paper-power"', 'key = "methods"', "presets.key", "methods", "each key once"),
    "_spec_arms": ('role = "treatment"', 'role = "control"', "arms.role", "control, control",
                   "one arm as treatment and one as control"),
    "_spec_time order": ("time = 2", "time = 1", "visits.time", "0.0, 1.0, 1.0, 3.0", "visits in order of time"),
    "_spec_time baseline": ('baseline = "0"', 'baseline = "start"', "time.baseline", "start", VISITS),
    "_spec_time final": ('final = "3"', 'final = "12"', "time.final", "12", VISITS),
    "_spec_time same": ('final = "3"', 'final = "0"', "time.final", "0", "a visit after the baseline"),
    "_spec_time reversed": ('baseline = "0"\nfinal = "3"', 'baseline = "3"\nfinal = "1"', "time.final", "1",
                            "a visit after the baseline"),
    "_spec_outcomes rater": ('raters = ["investigator"]', 'raters = ["nurse"]', "outcomes.area.raters", "nurse",
                             RATERS),
    "_spec_outcomes range": ("low = 0\nhigh = 4", "low = 4\nhigh = 4", "outcomes.pga.low", "4", "low below high"),
    "_spec_outcomes no range": ("low = 0\nhigh = 4", "low = 0", "outcomes.pga", "no range",
                                "low and high of an ordinal scale"),
    "_spec_endpoints outcome": ('outcome = "pain"', 'outcome = "ache"', "endpoints.pain.outcome", "ache", OUTCOMES),
    "_spec_endpoints rater": (SIZE_PERCENT, SIZE_PERCENT.replace("investigator", "observer"),
                              "endpoints.size-percent.rater", "observer", "one of investigator"),
    "_spec_endpoints no rater": (SIZE_PERCENT, SIZE_PERCENT.replace('rater = "investigator"\n', ""),
                                 "endpoints.size-percent.rater", "none", "one of investigator"),
    "_spec_endpoints rater too many": ('outcome = "pain"\n', 'outcome = "pain"\nrater = "physician"\n',
                                       "endpoints.pain.rater", "physician", "one of (none declared)"),
    "_spec_endpoints change": (SIZE_ABSOLUTE, SIZE_ABSOLUTE.replace('"absolute"', '"ratio"'),
                               "endpoints.size-absolute.change", "ratio", "one of absolute, percent"),
    "_spec_endpoints no change": ('outcome = "pain"\nchange = "none"', 'outcome = "pain"\nchange = "absolute"',
                                  "endpoints.pain.change", "absolute", "one of none"),
    "_spec_planning": ('[planning]\noutcome = "pga"', '[planning]\noutcome = "size"', "planning.outcome", "size",
                       OUTCOMES),
    "_planning_reported": ('detectable = "detectable_effect"', 'detectable = "effect"', "planning.detectable",
                           "effect", "one of age_mean, age_low"),
    "_planning_reported dose": ('dose = "dose_max"', 'dose = "much"', "planning.dose", "much",
                                "one of age_mean, age_low"),
    "_spec_versions text": ("version = 1", 'version = "1"', "defaults.version", "1", "a whole number from 1"),
    "_spec_versions zero": ("version = 1", "version = 0", "defaults.version", "0", "a whole number from 1"),
    "_spec_versions past": ("[planning]", '[[past_defaults]]\nversion = 1\nset = { test = "sign" }\n\n[planning]',
                            "past_defaults.version", "1", "each version before 1 once"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPEC_FAULTS)
def test_the_parts_of_the_trial_file_fit_each_other(case):
    old, new, column, value, expected = SPEC_FAULTS[case]
    (found,) = [p for p in problems(changed(TOML, old, new)) if p.column == column]
    assert (found.file, found.row, found.value) == (TOML, 0, value)
    assert found.expected.startswith(expected)


def test_a_trial_without_an_outcome_of_single_units_is_refused():
    text = WINTER[TOML].decode()
    for raters in ('["investigator"]', '["physician", "observer"]'):
        text = text.replace(f"raters = {raters}", "raters = []")
    found = problems({**WINTER, TOML: text.encode()})
    assert Problem(TOML, 0, "outcomes.raters", "none", "at least one outcome with a rater") in found


def test_a_past_version_is_told_once():
    past = '[[past_defaults]]\nversion = 1\nset = { test = "t" }\n'
    found = problems(changed(TOML, past, past + past, EYES))
    assert found == (Problem(TOML, 0, "past_defaults.version", "1", "each version before 2 once"),)


REPORTED = ", ".join(row.key for row in loaded(WINTER).reported)

ROW_FAULTS = {
    "_duplicates participants": ("participants.csv", "5,29,man", "4,29,man", 6, "", "4", "each row once"),
    "_duplicates units": ("units.csv", "3C,3,control", "3T,3,control", 7, "", "3T", "each row once"),
    "_duplicates measurements": ("measurements.csv", "1T,3,pga,physician,value,0", "1T,0,pga,physician,value,0", 3, "",
                                 "('1T', '0', 'pga', 'physician', 'value')", "each row once"),
    "_duplicates disposition": ("disposition.csv", "2,,analysis,analysed", "1,,analysis,analysed", 23, "",
                                "('1', None, 'analysed', None)", "each row once"),
    "_duplicates reported": ("reported.csv", "age_low,Youngest", "age_mean,Youngest", 3, "", "age_mean",
                             "each row once"),
    "_one_unit_per_arm": ("units.csv", "4C,4,control", "4C,4,treated", 0, "arm", "participant 4: 2 in treated",
                          "one lesion in each arm"),
    "_values rater": ("measurements.csv", "2C,3,area,investigator,value,4", "2C,3,area,observer,value,4", 47, "rater",
                      "observer", "one of investigator"),
    "_values empty": ("measurements.csv", "2C,3,area,investigator,value,4", "2C,3,area,investigator,value,", 47,
                      "provenance", "printed", "missing where the value is empty, and only there"),
    "_values not empty": ("measurements.csv", "2C,3,area,investigator,value,4,printed",
                          "2C,3,area,investigator,value,4,missing", 47, "provenance", "missing",
                          "missing where the value is empty, and only there"),
    "_values change at baseline": ("measurements.csv", "2C,3,area,investigator,percent_change,100",
                                   "2C,0,area,investigator,percent_change,100", 21, "visit", "0",
                                   "a visit after the baseline for a change"),
    "_values low": ("measurements.csv", "2C,3,area,investigator,value,4", "2C,3,area,investigator,value,-0.1", 47,
                    "value", "-0.1", "at least 0 cm²"),
    "_values high": ("measurements.csv", "4C,3,pga,observer,value,4", "4C,3,pga,observer,value,5", 40, "value", "5",
                     "0 to 4 points"),
    "_values shrunk too far": ("measurements.csv", "2C,3,area,investigator,percent_change,100",
                               "2C,3,area,investigator,percent_change,-100.1", 21, "value", "-100.1",
                               "at least -100 %"),
    "_values whole": ("measurements.csv", "4C,3,pga,observer,value,4", "4C,3,pga,observer,value,3.5", 40, "value",
                      "3.5", "a whole score"),
    "_reported_values empty": ("reported.csv", ",50.6,", ",,", 2, "provenance", "printed",
                               "missing where the value is empty, and only there"),
    "_reported_values not empty": ("reported.csv", ",50.6,years,,printed", ",50.6,years,,missing", 2, "provenance",
                                   "missing", "missing where the value is empty, and only there"),
    "_duplicates claims": ("claims.csv", "volume-max,methods", "volume,methods", 32, "", "volume", "each row once"),
    "_duplicates checklist": ("checklist.csv", "consort-2,,", "consort-1b,,", 4, "", "consort-1b", "each row once"),
    "_claims reported": ("claims.csv", "Largest dose per visit,dose_max", "Largest dose per visit,dose_most", 33,
                         "reported", "dose_most", f"one of {REPORTED}"),
    "_claims twice": ("claims.csv", "Largest dose per visit,dose_max,,", "Largest dose per visit,dose_max,16,", 33, "",
                      "dose_max and 16", "one of reported, value and words"),
    "_claims given": ("claims.csv", "expression=volume_max*concentration", "volume_max*concentration", 33, "given",
                      "volume_max*concentration", "name=value, several with ; between them"),
    "_checklist gives": ("checklist.csv", "consort-2,,,", "consort-2,,something,", 4, "gives", "something",
                         "nothing, where no place is told"),
    "_checklist": ("checklist.csv", "missing,not in the text\nconsort-3", "printed,not in the text\nconsort-3", 4,
                   "provenance", "printed", "missing where the place is empty, and only there"),
    "_attributes": ("participants.csv", "1,23,woman", "1,1e2,woman", 2, "age", "1e2", "a number, or an empty cell"),
    "_own_unit disposition": ("disposition.csv", "5,,follow-up,lost", "5,1T,follow-up,lost", 17, "unit", "1T",
                              "a lesion of the participant"),
    "_nothing_after_loss": ("disposition.csv", "4,,follow-up,completed,3", "4,,follow-up,lost,2", 33, "visit", "3",
                            "no value after the loss at visit 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", ROW_FAULTS)
def test_the_rows_of_the_tables_fit_each_other(case):
    file, old, new, row, column, value, expected = ROW_FAULTS[case]
    place = "measurements.csv" if case == "_nothing_after_loss" else file
    assert Problem(place, row, column, value, expected) in problems(changed(file, old, new))


def test_a_folder_with_more_claims_than_a_page_can_list_is_refused():
    rows = [f"extra{place},methods,A statement,,1,,,elsewhere,,,,,printed,Methods" for place in range(MOST_CLAIMS)]
    found = problems(added("claims.csv", *rows))
    assert [(p.file, p.expected) for p in found] == [("claims.csv", "at most 1,000")]


def test_an_event_is_on_a_unit_of_its_participant():
    found = problems(added("events.csv", "1,2T,3,itch,,,printed,Results"))
    assert found == (Problem("events.csv", 2, "unit", "2T", "a lesion of the participant"),)


def test_every_rule_has_a_test_that_breaks_it():
    told_here = {case.split()[0] for case in (*SPEC_FAULTS, *ROW_FAULTS)}
    assert told_here == {rule.__name__ for rule in RULES}


REFERENCES = [
    ("units.csv", "6T,6,treated,,printed,Table III", "participant", "6", "one of 1, 2, 3, 4, 5"),
    ("units.csv", "6T,1,both,,printed,Table III", "arm", "both", "one of treated, control"),
    ("measurements.csv", "6T,0,pga,physician,value,4,printed,Table III", "unit", "6T", "one of 1T, 1C, 2T"),
    ("measurements.csv", "1T,4,pga,physician,value,4,printed,Table III", "visit", "4", VISITS),
    ("measurements.csv", "1T,0,size,physician,value,4,printed,Table III", "outcome", "size", OUTCOMES),
    ("measurements.csv", "1T,0,pga,nurse,value,4,printed,Table III", "rater", "nurse", RATERS),
    ("disposition.csv", "6,,enrolment,assessed,,,printed,Methods", "participant", "6", "one of 1, 2, 3, 4, 5"),
    ("disposition.csv", "5,6T,follow-up,lost,1,,printed,Methods", "unit", "6T", "one of 1T"),
    ("disposition.csv", "5,,enrolment,assessed,4,,printed,Methods", "visit", "4", VISITS),
    ("events.csv", "6,,,itch,,,printed,Results", "participant", "6", "one of 1, 2, 3, 4, 5"),
    ("events.csv", "1,6T,,itch,,,printed,Results", "unit", "6T", "one of 1T"),
    ("events.csv", "1,,4,itch,,,printed,Results", "visit", "4", VISITS),
    ("reported.csv", "x,X,mean,height,,,,,,1,,,printed,Results", "attribute", "height", "one of age, sex"),
    ("reported.csv", "x,X,mean,,,size,,,,1,,,printed,Results", "outcome", "size", OUTCOMES),
    ("reported.csv", "x,X,mean,,,,nurse,,,1,,,printed,Results", "rater", "nurse", RATERS),
    ("reported.csv", "x,X,mean,,,,,both,,1,,,printed,Results", "arm", "both", "one of treated, control"),
    ("reported.csv", "x,X,mean,,,,,,4,1,,,printed,Results", "visit", "4", VISITS),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "expected"), REFERENCES)
def test_a_reference_leads_somewhere(file, row, column, value, expected):
    found = [p for p in problems(added(file, row)) if p.column == column and p.file == file and p.row]
    assert [(p.row, p.value) for p in found] == [(last_row(file) + 1, value)]
    assert found[0].expected.startswith(expected)


def test_a_reference_into_a_broken_table_is_not_told_again():
    (found,) = problems(changed("participants.csv", "5,29,man", "5 e,29,man"))
    assert (found.file, found.row, found.column) == ("participants.csv", 6, "participant")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("units.csv", "4C,4,control", "4 C,4,control"), ("reported.csv", "detectable_effect,", "detectable effect,")],
)
def test_a_broken_row_is_not_told_as_absent_too(file, old, new):
    (found,) = problems(changed(file, old, new))
    assert found.file == file
    assert file in ABSENT_FROM.values()


# --- what no rule may refuse -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("measurements.csv", "3T,0,area,investigator,value,,missing,not in the text"),
        ("measurements.csv", "3T,1,area,investigator,percent_change,-100,printed,Results"),
        ("measurements.csv", "5T,1,pga,physician,value,3,printed,Results"),  # the last visit before the loss
        ("events.csv", "1,1T,,itch,,,printed,Results"),
        ("reported.csv", "x,X,mean,,,,,,,,,,missing,not in the text"),
    ],
)
def test_a_sound_row_is_accepted(file, row):
    table = file.removesuffix(".csv")
    assert len(getattr(loaded(added(file, row)), table)) == len(getattr(loaded(WINTER), table)) + 1


def test_the_loss_of_one_unit_ends_no_other():
    after_loss = "P-04_L,w12,letters,optometrist,value,60,printed,invented"
    assert problems(added("measurements.csv", after_loss, files=EYES)) == (
        Problem(
            "measurements.csv",
            last_row("measurements.csv", EYES) + 1,
            "visit",
            "w12",
            "no value after the loss at visit w4",
        ),
    )
    other = [row for row in loaded(EYES).measurements if (row.unit, row.visit) == ("P-04_R", "w12")]
    assert [row.value is not None for row in other] == [True, True]


@pytest.mark.parametrize(
    ("low", "percent", "accepted"), [("1", "-40", True), ("1", "-101", False), ("-5", "-140", True)]
)
def test_a_percentage_is_not_measured_against_the_range_of_the_values(low, percent, accepted):
    files = changed(TOML, 'unit = "letters"\nlow = 0', f'unit = "letters"\nlow = {low}', EYES)
    files = added("measurements.csv", f"P-01_R,w4,letters,optometrist,percent_change,{percent},printed,x", files=files)
    if accepted:
        assert len(loaded(files).measurements) == len(loaded(EYES).measurements) + 1
    else:
        assert problems(files) == (
            Problem("measurements.csv", last_row("measurements.csv", EYES) + 1, "value", percent, "at least -100 %"),
        )


def test_a_table_may_be_empty():
    for file in ("measurements.csv", "disposition.csv"):
        header = WINTER[file].splitlines(keepends=True)[0]
        assert getattr(loaded({**WINTER, file: header}), file.removesuffix(".csv")) == ()
    assert len(loaded(without("disposition.csv", "5,,follow-up,lost")).disposition) == 23
