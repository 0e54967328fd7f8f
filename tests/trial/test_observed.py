"""One unit at one visit: the exact printed value with its provenance, or why there is none."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from lib.trial.observed import (
    Observed,
    allocated_participants,
    decimals,
    loss,
    lost_participants,
    observed,
    why_missing,
)
from lib.values import Missing
from tests.trial.folders import FIXTURES, WINTER, added, changed, eyes, loaded, read_bytes, winter

RESULTS = "Results: response to treatment"


def test_a_printed_value_is_exact_and_keeps_provenance_and_source():
    assert observed(winter(), "1T", "0", "area", "investigator") == Observed(Fraction(9, 100), "printed", RESULTS)
    assert observed(winter(), "1C", "3", "area", "investigator", "percent_change") == Observed(
        Fraction(-44), "printed", "Table III"
    )


def test_a_reported_zero_is_a_value():
    assert observed(winter(), "1T", "3", "area", "investigator").value == 0
    assert observed(eyes(), "P-03_R", "w0", "leak", "optometrist").value == 0


@pytest.mark.parametrize("provenance", ["derived", "reconstructed"])
def test_the_provenance_is_that_of_the_row(provenance):
    files = added("measurements.csv", f"3T,0,area,investigator,value,1.5,{provenance},ours")
    assert observed(loaded(files), "3T", "0", "area", "investigator") == Observed(Fraction(3, 2), provenance, "ours")


@pytest.mark.parametrize(
    ("unit", "visit", "outcome", "rater", "scale"),
    [
        ("3T", "0", "area", "investigator", "value"),
        ("1T", "1", "pga", "physician", "value"),
        ("1T", "3", "pga", "physician", "percent_change"),
        ("1T", "0", "pga", "investigator", "value"),
        ("5T", "0", "pga", "physician", "value"),
        ("5T", "1", "pga", "physician", "value"),
    ],
)
def test_what_is_not_published_says_so(unit, visit, outcome, rater, scale):
    got = observed(winter(), unit, visit, outcome, rater, scale)
    assert got == Observed(Missing("not published"), "missing", "")


@pytest.mark.parametrize(("unit", "visit"), [("5T", "2"), ("5C", "3")])
def test_after_a_loss_the_loss_is_the_reason(unit, visit):
    assert observed(winter(), unit, visit, "pga", "physician").value == Missing("lost after Month 1")


def test_an_empty_row_is_missing_and_keeps_its_source():
    assert observed(eyes(), "P-02_R", "w4", "letters", "optometrist") == Observed(
        Missing("not published"), "missing", "invented"
    )
    assert observed(eyes(), "P-03_L", "w4", "leak", "optometrist") == Observed(Missing("not published"), "missing", "")


def test_the_loss_of_one_eye_is_no_loss_of_the_other():
    trial = eyes()
    assert loss(trial, "P-04_L") == "w4"
    assert loss(trial, "P-04_R") is None
    assert why_missing(trial, "P-04_L", "w12") == "lost after Week 4"
    assert why_missing(trial, "P-04_L", "w4") == "not published"
    assert why_missing(trial, "P-04_R", "w12") == "not published"


def test_a_loss_at_an_untold_visit_explains_nothing_by_itself():
    trial = loaded(changed("disposition.csv", "5,,follow-up,lost,1,", "5,,follow-up,lost,,"))
    assert loss(trial, "5T") is None
    assert why_missing(trial, "5T", "3") == "not published"
    assert lost_participants(trial) == ("5",)


def test_who_was_lost_and_who_was_allocated():
    assert (lost_participants(winter()), allocated_participants(winter())) == (("5",), ("1", "2", "3", "4", "5"))
    assert lost_participants(eyes()) == ("P-04",)
    assert allocated_participants(eyes()) == ("P-01", "P-02", "P-03", "P-04", "P-05")
    nobody = loaded(read_bytes(FIXTURES / "none"))
    assert (lost_participants(nobody), allocated_participants(nobody)) == ((), ())


@pytest.mark.parametrize(("text", "count"), [("50.6", 1), ("0.41", 2), ("4", 0), ("2.40", 2), ("-100", 0), ("100", 0)])
def test_decimals_are_those_that_were_printed(text, count):
    assert decimals(Decimal(text)) == count
    rows = loaded({**WINTER, **changed("reported.csv", ",50.6,", f",{text},")}).reported
    assert decimals(rows[0].value) == count
