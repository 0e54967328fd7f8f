"""Every page in Streamlit's own test runner: the same sentence as the twin, and bad input never a traceback."""

import json
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.app import state
from lib.app.show import plain
from lib.assumptions import CONTROLS, default_text, presets, read, write
from lib.design.registry import DESIGNS
from lib.questions.registry import QUESTIONS
from lib.report.twin import twin
from tests.trials import FOLDERS, ROOT, queries, texts, trial

WINTER = trial("winter2020")
FRAMED = [path for path, question in QUESTIONS.items() if not question.bare]


def opened(path, **query):
    """The page in a new session, arrived at by a link; AppTest can only start at the first page."""
    at = AppTest.from_file(str(ROOT / "lib/app/shell.py"), default_timeout=60)
    for key, text in query.items():
        at.query_params[key] = text
    at.run()
    if path != "overview":
        at.switch_page(str(ROOT / "pages" / f"{path}.py")).run()
    assert not at.exception, at.exception
    return at


def page_text(at):
    kinds = ("title", "markdown", "error", "caption")
    told = "\n".join(element.value for kind in kinds for element in getattr(at, kind))
    return told.replace("\u00a0", " ")  # a title keeps a number and its sign on one line


def reading(told):
    return told["result"]["reading"] if told["result"] else told["reason"]


@pytest.mark.parametrize("path", QUESTIONS)
def test_the_page_tells_the_sentence_of_its_twin_for_every_value_of_its_controls(path):
    question = QUESTIONS[path]
    at = opened(path)
    for query in queries(WINTER, question.controls):
        (key, text) = next(iter(query.items()))
        control = CONTROLS[key]
        # as a preset does: set the state, then run; a widget is not always drawn (a control that can't matter isn't)
        at.session_state[key] = state.as_widget(control, control.parse(text, WINTER))
        at.run()
        assert not at.exception, query
        told = twin(question, query, WINTER)
        assert plain(reading(told)) in page_text(at), query
        address = {k: _one(v) for k, v in at.query_params.items()}
        # a bare address, before anything was changed, means the defaults too
        assert (address or {"v": "1"}) == write(read(query, WINTER).assumptions, WINTER)
        # the next run takes it back and tries another
        at.session_state[key] = state.as_widget(control, control.parse(default_text(control, WINTER), WINTER))


def _one(value):
    return value[0] if isinstance(value, list) else value


WIDGETS = ("selectbox", "slider", "number_input", "text_input", "pills")
CHOSEN = [
    {"outcome": "pga"},
    {"change": "log-ratio", "zero": "add", "loss": "worst"},
    {"change": "responder", "loss": "typed", "prior": "typed"},
    *({"design": key, "mc-width": "0.05"} for key in DESIGNS),
]


CASES = [(path, query) for path in QUESTIONS for query in CHOSEN if "design" not in query or path == "sample-size"]


@pytest.mark.parametrize(("path", "query"), CASES, ids=[f"{path} {' '.join(q.values())}" for path, q in CASES])
def test_every_control_of_a_page_that_matters_is_drawn_on_it(path, query):
    at, chosen = opened(path, **query), read(query, WINTER).assumptions
    drawn = {e.key for kind in WIDGETS for e in _elements(at, kind)}
    # plans are kept by buttons of their own, which other tests press
    here = {key for key in QUESTIONS[path].drawn if CONTROLS[key].kind != "plans"}
    assert drawn & set(CONTROLS) == {key for key in here if CONTROLS[key].matters(WINTER, chosen)}


def _elements(at, kind):
    found = {"pills": "button_group"}.get(kind, kind)
    return at.get(found)


@pytest.mark.parametrize("path", [path for path in QUESTIONS if QUESTIONS[path].figures])
def test_figures_have_a_name_that_tells_what_they_show(path):
    charts = opened(path).get("plotly_chart")
    assert charts
    for chart in charts:
        assert len(chart.proto.alt) > 40
        assert json.loads(chart.proto.spec)["data"]


def test_a_link_with_nothing_but_mistakes_shows_the_page_and_says_so():
    at = opened("overview", colour="<b>", alpha="nan", who="9", v="77")
    assert at.title[0].value == "Overview"
    assert len(at.warning) == 4
    assert all("<" not in w.value.replace("\\<", "") for w in at.warning)


def test_a_refused_plan_is_told_on_the_page_and_the_controls_keep_their_values():
    at = opened("sample-size", power="0.5", **{"plan-alpha": "0.5"})
    assert any("target" in error.value for error in at.error)
    assert at.number_input(key="plan-alpha").value == 0.5


def test_a_broken_trial_folder_shows_the_list_of_its_problems(tmp_path, monkeypatch):
    folder = tmp_path / "broken"
    shutil.copytree(FOLDERS["winter2020"], folder)
    table = folder / "measurements.csv"
    table.write_text(table.read_text().replace("1T,0,pga,physician,value,4,", "1T,0,pga,physician,value,7,"))
    (folder / "events.csv").unlink()
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(folder))
    at = AppTest.from_file(str(ROOT / "lib/app/shell.py"), default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value == "This trial can't be opened"
    told = " ".join(error.value for error in at.error).replace("\\", "")
    assert "measurements.csv, row 2, value" in told
    assert "events.csv" in told
    shutil.copy(FOLDERS["winter2020"] / "events.csv", folder)
    shutil.copy(FOLDERS["winter2020"] / "measurements.csv", folder)
    at.run()
    assert at.title[0].value == "Overview", "a mended folder needs no restart"


@pytest.mark.parametrize("name", ["eyes", "one", "none"])
@pytest.mark.parametrize("path", QUESTIONS)
def test_every_page_opens_a_trial_of_another_shape(name, path, monkeypatch):
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(FOLDERS[name]))
    at = opened(path)
    assert at.title[0].value == QUESTIONS[path].title or QUESTIONS[path].bare
    of = trial(name)
    assert plain(reading(twin(QUESTIONS[path], {}, of))) in page_text(at)


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_page_opens_a_trial_of_a_longer_scale(path, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(FOLDERS["winter2020"], tmp_path / "longer"))
    spec = (folder / "trial.toml").read_text(encoding="utf-8")
    longer = spec.replace("high = 4\n", "high = 11\n").replace('sd = "1"\n', "")
    (folder / "trial.toml").write_text(longer, encoding="utf-8")
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(folder))
    assert opened(path).title[0].value == QUESTIONS[path].title or QUESTIONS[path].bare


def test_a_link_names_its_trial_when_that_is_not_the_servers_own(monkeypatch):
    monkeypatch.setenv("PILOTLIGHT_TRIAL", str(FOLDERS["eyes"]))
    at = opened("overview", trial="winter2020", n="9")
    assert plain(WINTER.spec.question) in page_text(at)
    at.session_state["n"] = 10
    at.run()
    assert _one(at.query_params["trial"]) == "winter2020"
    unknown = opened("overview", trial="nowhere")
    assert any("nowhere" in warning.value for warning in unknown.warning)


def test_a_preset_sets_every_control_and_the_address():
    at = opened("endpoints", n="9")
    at.button(key="preset-exact").click().run()
    assert at.selectbox(key="test").value == "sign-flip"
    assert {k: _one(v) for k, v in at.query_params.items()} == {"v": "1", "test": "sign-flip"}
    assert "Differs from the published analysis" in page_text(at)
    assert at.button(key="preset-exact").label.startswith("✓")
    at.button(key="preset-published").click().run()
    assert {k: _one(v) for k, v in at.query_params.items()} == {"v": "1"}
    assert "Differs from the published analysis" not in page_text(at)
    assert at.button(key="preset-published").label.startswith("✓")


@pytest.mark.parametrize("path", FRAMED)
def test_every_change_that_matters_here_is_a_chip_and_one_click_takes_it_back(path):
    query = {"outcome": "pga", "who": "1.2.3", "test": "sign", "n": "31", "alpha": "0.1", "rho": "0.3"}
    at = opened(path, **query)
    here = set(query) & set(QUESTIONS[path].controls)
    assert {key for key in CONTROLS if _has_button(at, f"chip-{key}")} == here
    told = page_text(at)
    for key in set(query) - here:
        assert CONTROLS[key].name(WINTER) in told.split("without effect on this page")[1]
    for key in here:
        at.button(key=f"chip-{key}").click().run()
        assert not _has_button(at, f"chip-{key}")
        assert key not in at.query_params
    assert {k: _one(v) for k, v in at.query_params.items() if k != "v"} == {k: query[k] for k in set(query) - here}


def test_names_that_hold_commas_are_told_apart():
    told = " ".join([page_text(opened("evidence")), *(html.proto.body for html in opened("evidence").get("html"))])
    assert "Step of measurement, cm; Longest side, cm; " in told
    away = page_text(opened("flow", **{"grid-step": "0.5", "grid-max": "4"}))
    assert "Step of measurement, cm 0.5; Longest side, cm 4." in away


def _has_button(at, key):
    return any(button.key == key for button in at.button)


OFFERED = {
    "overview": {"exact", "worst", "methods"},
    "flow": set(),
    "trajectories": {"methods"},
    "endpoints": {"exact", "worst", "methods"},
    "robustness": {"exact", "worst", "methods"},
    "sample-size": {"paper-power", "earlier-series", "next-doses", "with-losses"},
    "evidence": set(),
    "data": set(),
}


@pytest.mark.parametrize("path", FRAMED)
def test_only_presets_of_what_the_page_is_about_are_offered(path):
    at = opened(path)
    offered = {b.key.removeprefix("preset-") for b in at.button if b.key and b.key.startswith("preset-")}
    assert offered == OFFERED[path] | {"published"}
    assert offered <= presets(WINTER).keys()


def test_assumptions_of_other_pages_survive_a_change_of_page():
    at = opened("endpoints", n="31", test="sign")
    at.switch_page(str(ROOT / "pages/sample-size.py")).run()
    assert at.slider(key="n").value == 31
    assert _one(at.query_params["test"]) == "sign"


def test_every_text_of_every_control_is_tried():
    assert all(len(texts(control, WINTER)) >= 2 for control in CONTROLS.values())


def test_a_zip_of_a_trial_folder_opens_like_the_folder(tmp_path, monkeypatch):
    archive = shutil.make_archive(str(tmp_path / "handed-on"), "zip", FOLDERS["eyes"])
    monkeypatch.setenv("PILOTLIGHT_TRIAL", archive)
    assert plain(trial("eyes").spec.question) in page_text(opened("overview"))


def test_an_address_that_was_lost_with_its_run_is_told_by_the_next(monkeypatch):
    """Keys pressed fast end a run before what it told has left; the browser then still shows the address before."""
    at = opened("sample-size", v="1")
    with monkeypatch.context() as cut_short:
        cut_short.setattr(type(st.query_params), "from_dict", lambda self, query: None)
        cut_short.setattr(state, "finished", lambda: None)
        at.session_state["n"] = 20
        at.run()
        assert "n" not in at.query_params
    at.run()
    assert _one(at.query_params["n"]) == "20"
    assert at.slider(key="n").value == 20
