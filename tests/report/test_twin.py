"""The JSON twin: full precision, and null beside its reason."""

import json
from dataclasses import dataclass
from fractions import Fraction

import pytest

from lib import __version__
from lib.analysis.registry import TESTS
from lib.assumptions import CONTROLS
from lib.questions.registry import QUESTIONS
from lib.report.twin import broken, index, plain, twin
from lib.trial.folder import parse_trial, read_bytes
from lib.values import Missing
from tests.trials import FOLDERS, trial

WINTER = trial("winter2020")


def told(path, **query):
    return twin(QUESTIONS[path], query, WINTER)


@dataclass(frozen=True)
class Some:
    value: object


def test_missing_is_null_with_its_reason_beside_it():
    assert plain(Some(Missing("not printed"))) == {"value": None, "value_reason": "not printed"}
    assert plain(Some((Some(Missing("a")), Some(1)))) == {"value": [{"value": None, "value_reason": "a"}, {"value": 1}]}


def test_exact_numbers_become_doubles():
    assert plain(Some(Fraction(-100, 3))) == {"value": -100 / 3}


def test_what_has_no_place_in_a_result_is_refused():
    with pytest.raises(TypeError, match="wanted a frozen dataclass"):
        plain(Some(object()))


def test_the_twin_has_its_keys_and_the_state_it_answers_for():
    got = told("endpoints", test="sign-flip", n="x", zz="1")
    assert got.keys() == {"assumptions", "changed", "problems", "version", "data_sha256", "result"}
    assert got["assumptions"].keys() == CONTROLS.keys()
    assert got["changed"] == {"test": "sign-flip"}
    assert len(got["problems"]) == 2
    assert (got["version"], got["data_sha256"]) == (__version__, WINTER.sha256)


def test_full_precision_and_an_unbounded_interval():
    test = told("endpoints")["result"]["selected"]["test"]
    assert test["p"] == pytest.approx(0.20600, abs=1e-4)
    assert len(repr(test["p"])) > 12
    exact = told("endpoints", test="sign-flip")["result"]["selected"]["test"]["interval"]
    assert exact["low"] is exact["high"] is None
    assert exact["reason"]


def test_nobody_in_the_analysis_is_null_with_a_reason():
    test = told("endpoints", who="none")["result"]["selected"]["test"]
    assert test["p"] is None
    assert test["p_reason"]
    assert test["estimate"] is None
    assert test["estimate_reason"]


def test_a_refused_question_has_no_result_and_says_why():
    got = told("sample-size", power="0.5", **{"plan-alpha": "0.5"})
    assert got["result"] is None
    assert "target" in got["reason"]


def test_not_reported_is_null_and_zero_is_zero():
    boxes = {(box["key"], box["arm"]): box for box in told("flow")["result"]["flow"]["boxes"]}
    assert boxes["assessed", None]["participants"] is None
    assert boxes["assessed", None]["participants_reason"] == "not reported"
    assert boxes["not_allocated", None]["participants"] == 0


def test_the_index_lists_pages_and_keys_with_what_they_accept():
    got = json.loads(json.dumps(index(WINTER), allow_nan=False))
    assert [page["path"] for page in got["pages"]] == list(QUESTIONS)
    keys = {key["key"]: key for key in got["keys"]}
    assert keys.keys() == CONTROLS.keys()
    assert keys["n"]["bounds"] == {"low": 2, "high": 200, "step": 1}
    assert [choice["value"] for choice in keys["test"]["choices"]] == list(TESTS)
    assert keys["test"]["bounds"] is None


def test_a_broken_folder_has_a_twin_too():
    got = broken(("units.csv, row 2: …",))
    assert got["result"] is None
    assert got["problems"] == ["units.csv, row 2: …"]
    assert got["reason"]


def crowd(pairs):
    """The one-participant fixture, with that participant's rows repeated under other names."""
    files = read_bytes(FOLDERS["one"])
    person = trial("one").participant_ids[0]

    def repeated(name):
        header, *rows = files[name].decode().strip().splitlines()
        return "\n".join([header, *(row.replace(person, f"X{i}") for i in range(pairs) for row in rows)]).encode()

    tables = ("participants.csv", "units.csv", "measurements.csv", "disposition.csv")
    return parse_trial({**files, **{name: repeated(name) for name in tables}}, "crowd")


def test_an_answer_over_budget_is_null_with_the_size_and_the_limit():
    of = crowd(1_001)
    got = twin(QUESTIONS["endpoints"], {"test": "signed-rank"}, of)
    assert got["result"] is None
    assert "1,000" in got["reason"]
    assert twin(QUESTIONS["endpoints"], {"test": "t"}, of)["result"]["selected"]["test"]["n"] == 1_001
