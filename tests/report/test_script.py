"""Scripts print what page and twin show, to the last digit: pages, figures, plans, and the direct way to a number."""

import ast
from dataclasses import replace
from fractions import Fraction

import pytest

from lib import __version__
from lib.assumptions import differences, read
from lib.assumptions.stamp import HASH_LENGTH
from lib.design.registry import DESIGNS
from lib.figures.drawn import drawn
from lib.figures.look import LIGHT
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.report.code.direct import DIRECT
from lib.report.code.script import PLAN_NAMES, figure_script, page_script, plan_script
from lib.report.code.text import comment, exact, literal
from lib.report.twin import twin
from lib.trial.folder import read_bytes
from lib.trial.project import project_files
from tests.report.scripts import OTHERS, STATES, lines_of, place, python, run, state, unpacked, wanted
from tests.trials import FOLDERS, NAMES, ROOT, trial

WINTER = trial("winter2020")
EVERY_STATE = [
    *(("winter2020", query) for query in STATES.values()),
    *((name, query) for name, changed in OTHERS.items() for query in ({}, changed)),
]
IDS = [*STATES, *(f"{name}, {told}" for name in OTHERS for told in ("published", "changed"))]


@pytest.fixture(autouse=True)
def _in_the_projects_folder(monkeypatch):
    monkeypatch.chdir(ROOT)


# ---- pages


@pytest.mark.parametrize(("name", "query"), EVERY_STATE, ids=IDS)
@pytest.mark.parametrize("path", QUESTIONS)
def test_a_pages_script_prints_all_that_its_twin_holds_and_nothing_else(path, name, query):
    assert lines_of(run(page_script(path, *state(name, query), place(name)))) == wanted(path, name, query)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("sample-size", {"power": "0.5", "plan-alpha": "0.5"}),
        ("overview", {"areas": "reconstructed", "grid-step": "0.5", "grid-max": "4"}),
    ],
)
def test_where_there_is_no_answer_the_script_prints_the_reason(path, query):
    told = twin(QUESTIONS[path], query, WINTER)
    assert told["result"] is None
    lines = lines_of(run(page_script(path, *state("winter2020", query), place("winter2020"))))
    assert lines == wanted(path, "winter2020", query)
    assert lines["result"] == "null"
    assert lines["reason"].strip('"') == told["reason"]


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_script_is_short_and_says_in_words_what_differs(path):
    of, assumptions = state("winter2020", {"outcome": "pga", "who": "1.2.3", "show": "3"})
    plain, script = (page_script(path, of, chosen, "data/x") for chosen in (read({}, of).assumptions, assumptions))
    assert len(plain.splitlines()) <= 27
    for found in differences(assumptions, of):
        assert f"    # {found}\n" in script
    assert '    # Highlight: Participant 3\n    "show": "3",\n' in script
    assert "every assumption at its default" in plain
    assert max(map(len, script.splitlines())) <= 120


@pytest.mark.parametrize(("path", "name"), [("endpoints", "winter2020"), ("overview", "eyes"), ("flow", "none")])
def test_a_script_runs_in_a_copy_of_the_project_by_itself(path, name, tmp_path):
    files = {f"data/{name}/{file}": content for file, content in read_bytes(FOLDERS[name]).items()}
    unpacked(project_files() | files, tmp_path)
    (tmp_path / "page.py").write_text(page_script(path, *state(name, {}), f"data/{name}"), encoding="utf-8")
    done = python("page.py", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert lines_of(done.stdout) == wanted(path, name, {})


# ---- the direct way

PLAIN = {"n": "8", "mc-width": "0.05"}
MADE = ("estimate", "interval", "p", "floor")


@pytest.mark.parametrize(("name", "query"), EVERY_STATE, ids=IDS)
def test_the_selected_endpoint_by_hand_is_that_of_the_page(name, query):
    lines = lines_of(run(DIRECT["endpoints"](*state(name, query))))
    under = [f"selected.{test}.{part}" for test in ("test", "exact") for part in MADE]
    inside = tuple(f"{one}." for one in under)
    expected = wanted("endpoints", name, query)
    assert lines == {key: text for key, text in expected.items() if key in under or key.startswith(inside)}
    assert "selected.test.estimate" in lines


@pytest.mark.parametrize(("name", "query"), EVERY_STATE, ids=IDS)
def test_the_headline_by_hand_is_that_of_the_page(name, query):
    lines = lines_of(run(DIRECT["overview"](*state(name, query))))
    expected = wanted("overview", name, query)
    assert lines.items() <= expected.items()
    scales = sum(key.startswith("scales.") and key.endswith(".endpoint.test.estimate") for key in expected)
    assert sum(key.endswith(".test.estimate") for key in lines) == scales > 0


@pytest.mark.parametrize("path", DIRECT)
@pytest.mark.parametrize(("name", "query"), EVERY_STATE, ids=IDS)
def test_every_direct_way_prints_values_of_its_twin(path, name, query):
    lines = lines_of(run(DIRECT[path](*state(name, query))))
    assert {PLAN_NAMES.get(key, key): text for key, text in lines.items()}.items() <= wanted(path, name, query).items()
    assert lines


def test_the_literals_carry_their_participants_and_who_is_not_in_it():
    script = DIRECT["endpoints"](*state("winter2020", {"who": "1.2.3"}))
    assert "    Fraction(-56),  # participant 1: treated −100, control −44\n" in script
    assert "    # participant 4 is not in it: left out by the viewer\n" in script
    assert 'TESTS["t"].run(differences, "two-sided", 0.95)' in script
    assert "# Paired t test: paired_t in lib/analysis/t.py\n" in script


def test_where_nothing_can_be_tested_the_direct_way_is_a_comment_with_the_reason():
    query = {"areas": "reconstructed", "grid-step": "0.5", "grid-max": "4"}
    assert DIRECT["overview"](*state("winter2020", query)).startswith("# No test: areas: reconstructed given; wanted")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(-39), "Fraction(-39)"),
        (Fraction("-43.75"), 'Fraction("-43.75")'),
        (Fraction(-100, 3), "Fraction(-100, 3)"),
        (Fraction("0.6931471805599453094172321215"), 'Fraction("0.6931471805599453094172321215")'),
        (Fraction(1, 2**200), f"Fraction(1, {2**200})"),
        (Fraction("1e-9"), 'Fraction("0.000000001")'),
    ],
)
def test_a_literal_is_exactly_its_number(number, text):
    assert exact(number) == text
    assert eval(text, {"Fraction": Fraction}) == number


# ---- figures


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", QUESTIONS)
def test_a_figures_script_prints_its_table_and_saves_the_stamped_figure(path, name, tmp_path, monkeypatch):
    query = {"sides": "one"}
    of, assumptions = state(name, query)
    monkeypatch.chdir(tmp_path)
    for figure in QUESTIONS[path].figures:
        for shown in drawn(Asked(path, of, assumptions), figure, LIGHT):
            script = figure_script(path, figure, shown.part.key, of, assumptions, str(FOLDERS[name]))
            assert run(script) == shown.table.to_csv(index=False, lineterminator="\n")
            (saved,) = tmp_path.glob("*.html")
            page = saved.read_text(encoding="utf-8")
            assert f"Pilotlight {__version__}" in page
            assert of.sha256[:HASH_LENGTH] in page
            assert 'src="http' not in page
            saved.unlink()


def test_a_figures_script_ends_with_the_reason_where_there_is_no_answer():
    script = figure_script(
        "sample-size", "power", "power", *state("winter2020", {"power": "0.5", "plan-alpha": "0.5"}), "data/winter2020"
    )
    with pytest.raises(SystemExit, match=r"^No figure: target: 0.5 given; wanted a power above alpha"):
        run(script)


# ---- text that is somebody else's

BAD = 'x"""\nraise SystemExit("run")\r# \u2028\x00\\'


def test_nothing_that_a_trial_is_called_can_become_code():
    endpoints = tuple(one.model_copy(update={"label": BAD}) for one in WINTER.spec.endpoints)
    outcomes = tuple(one.model_copy(update={"label": BAD}) for one in WINTER.spec.outcomes)
    spec = WINTER.spec.model_copy(update={"title": BAD, "endpoints": endpoints, "outcomes": outcomes})
    of = replace(WINTER, spec=spec)
    assumptions = read({"outcome": "pga"}, of).assumptions
    scripts = [page_script(path, of, assumptions, BAD) for path in QUESTIONS]
    scripts += [figure_script("endpoints", "forest", BAD, of, assumptions, BAD)]
    scripts += [direct(of, assumptions) for direct in DIRECT.values()]
    for script in scripts:
        kinds = [type(node) for node in ast.walk(ast.parse(script))]
        assert kinds.count(ast.Raise) == script.count("except Refusal")


def test_a_text_stays_itself_in_a_string_and_on_its_line_in_a_comment():
    assert ast.literal_eval(literal(BAD)) == BAD
    assert comment(BAD) == '# x""" raise SystemExit("run") # \\'


# ---- plans

WHAT_IF = [
    {"effect": "1.25", "rho": "0.3", "dropout": "0.2", "plan-sides": "one", "carry": "0.1"},
    {"sd-from": "upper", "sd-level": "0.95", "power": "0.9"},
    {"improve-treated": "10_20_30_30_10", "improve-control": "50_25_25_0_0", "plan-alpha": "0.1"},
    {"respond-treated": "100", "respond-control": "25", "rho": "0"},
]


def printed(query):
    """The script's lines, run in this process, by name."""
    return lines_of(run(plan_script(WINTER, read(query, WINTER).assumptions)))


def shown(query):
    told = twin(QUESTIONS["sample-size"], query, WINTER)["result"]["chosen"]
    return {
        "power": told["power_at_n"] and told["power_at_n"]["value"],
        "true alpha": told["size"]["value"],
        "n needed": told["needed"],
        "detectable": told["detectable"],
    }


def same(lines, values):
    for name, value in values.items():
        if value is None:
            assert lines[name].startswith("missing: ")
        else:
            assert lines[name] == repr(value)


def test_the_script_gives_no_observed_power_either():
    query = {"effect-from": "pilot", "sd-from": "pilot", "n": "4"}
    assert shown(query)["power"] is None
    same(printed(query), shown(query))


@pytest.mark.parametrize("design", DESIGNS)
def test_the_script_prints_what_the_twin_tells(design):
    query = PLAIN | {"design": design}
    same(printed(query), shown(query))


@pytest.mark.parametrize("design", ["paired-t", "ordinal-t", "responders-mcnemar", "several-units", "parallel-fisher"])
@pytest.mark.parametrize("query", WHAT_IF, ids=lambda query: next(iter(query)))
def test_the_script_follows_the_assumptions(design, query):
    query = PLAIN | query | {"design": design}
    same(printed(query), shown(query))


def test_the_script_of_a_plan_runs_in_the_projects_folder_by_itself(tmp_path):
    query = PLAIN | {"design": "responders-mcnemar"}
    unpacked(project_files(), tmp_path)
    (tmp_path / "plan.py").write_text(plan_script(WINTER, read(query, WINTER).assumptions), encoding="utf-8")
    done = python("plan.py", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    same(lines_of(done.stdout), shown(query))


def test_a_refused_plan_is_a_comment_with_the_reason():
    script = plan_script(WINTER, read({"power": "0.5", "plan-alpha": "0.5"}, WINTER).assumptions)
    assert script.startswith("# No plan: target: 0.5 given; wanted a power above alpha")


def test_what_was_taken_from_the_trial_is_said_beside_the_number():
    query = {"sd-from": "pilot", "effect-from": "pilot"}
    script = plan_script(WINTER, read(query, WINTER).assumptions)
    assert "# SD of the differences 0.5 as this trial saw it" in script
    assert "    sd=0.5,\n" in script
    assert "    effect=0.25,\n" in script
