"""Every question with every value of every control, on every trial: an answer, its sentence, its twin, its figures."""

import dataclasses
import json

import pytest

from lib.assumptions import CONTROLS, read
from lib.errors import Refusal
from lib.figures.look import DARK, LIGHT
from lib.figures.registry import FIGURES
from lib.questions.registry import GRID, QUESTIONS
from lib.report.twin import twin
from tests.trials import NAMES, queries, trial

CASES = [(name, path) for name in NAMES for path in QUESTIONS]


def ids(case):
    return "-".join(case) if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_every_value_of_every_control_gives_an_answer_and_the_same_twin(name, path):
    of, question = trial(name), QUESTIONS[path]
    # one value is enough of a control that is not the page's: the next test holds every answer against the plain one
    others = [queries(of, (key,))[0] for key in CONTROLS if key not in question.controls]
    for query in [{}, *queries(of, question.controls), *others]:
        told = twin(question, query, of)
        text = json.dumps(told, allow_nan=False)
        assert json.loads(text)["result"] == told["result"]
        result = _answer(question, of, query)
        if isinstance(result, str):
            assert told["result"] is None
            assert told["reason"] == result
            continue
        assert told["result"]["reading"] == question.reading(result)
        assert len(question.reading(result)) > 20
        assert "nan" not in question.reading(result).lower().split()


@pytest.mark.parametrize(("name", "path"), CASES)
def test_a_control_that_a_page_does_not_list_does_not_change_its_answer(name, path):
    of, question = trial(name), QUESTIONS[path]
    plain = _answer(question, of, {})
    for query in queries(of, tuple(key for key in CONTROLS if key not in question.controls)):
        assert _answer(question, of, query) == plain, query


NEEDED = {
    "rater": {"outcome": "pga"},
    "rounding": {"printed-p": "0.2057"},
    "threshold": {"change": "responder"},
    "points": {"outcome": "pga", "change": "responder"},
    "zero": {"change": "log-ratio"},
    "zero-add": {"change": "log-ratio", "zero": "add"},
    "lost-treated": {"loss": "typed"},
    "lost-control": {"loss": "typed"},
    "lost-base": {"outcome": "pga", "change": "absolute", "loss": "worst"},
    "prior-mean": {"prior": "typed"},
    "prior-pairs": {"prior": "typed"},
    "prior-sd": {"prior": "typed"},
    "improve-treated": {"design": "ordinal-sign"},
    "improve-control": {"design": "ordinal-sign"},
    "respond-treated": {"design": "responders-mcnemar"},
    "respond-control": {"design": "responders-mcnemar"},
    "units": {"design": "several-units"},
    "icc": {"design": "several-units"},
    "doses": {"design": "doses-trend"},
    "rho-baseline": {"design": "parallel-ancova"},
    "looks": {"design": "sequential-pocock", "mc-width": "0.05"},
    "interim": {"design": "reestimated-blinded", "mc-width": "0.05"},
    "growth": {"design": "reestimated-blinded", "mc-width": "0.05"},
    "seed": {"design": "reestimated-blinded", "mc-width": "0.05"},
    "mc-width": {"design": "reestimated-blinded"},
    "sd-level": {"sd-from": "upper"},
    **{key: {"areas": "reconstructed", "change": "absolute"} for key in GRID},
}
"""What has to be chosen before a control can change anything."""


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_control_that_a_page_lists_can_change_its_answer(path):
    of, question = trial("winter2020"), QUESTIONS[path]
    for key in question.controls:
        start = NEEDED.get(key, {})
        first, *others = queries(of, (key,))
        plain = _answer(question, of, start | first)
        assert any(_answer(question, of, start | query) != plain for query in others), (
            f"{key} changes nothing on {path}"
        )


def _answer(question, of, query):
    try:
        return question.answered(of, read(query, of).assumptions)
    except Refusal as refusal:
        return str(refusal)


@pytest.mark.parametrize(("name", "path"), CASES)
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_every_figure_of_every_question_is_drawn_told_and_listed(name, path, look):
    of, question = trial(name), QUESTIONS[path]
    # the palette changes colours only, so one of them is enough for every value of every control
    for query in [{}, *(queries(of, question.controls) if look is LIGHT else [])]:
        result = _answer(question, of, query)
        if isinstance(result, str):
            continue
        for figure in question.figures:
            for part in FIGURES[figure](result):
                drawn = part.draw(look)
                listed = list(part.table().columns) if look is LIGHT else [part.key]
                assert listed or name == "none", part.key  # with nobody there is nothing to list
                # with nobody to draw, the figure says so in words
                assert drawn.data or drawn.layout.annotations, part.key
                assert drawn.layout.height
                assert part.title
                assert len(part.reading) > 20
                assert "NaN" not in drawn.to_json()


def test_every_figure_of_the_registry_is_shown_by_some_question():
    assert {name for question in QUESTIONS.values() for name in question.figures} == set(FIGURES)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_every_result_is_frozen(name, path):
    result = QUESTIONS[path].answer(trial(name), read({}, trial(name)).assumptions)
    field = dataclasses.fields(result)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, field, None)
