"""The zip of everything runs elsewhere: it reproduces each page, and tells where somebody changed the data."""

import io
import json
import zipfile
from functools import cache
from urllib.parse import parse_qsl

import pytest

from lib import __version__
from lib.assumptions import read
from lib.errors import Refusal, Stopped
from lib.progress import Listener, heard_by
from lib.questions.registry import QUESTIONS
from lib.report.code.direct import DIRECT
from lib.report.code.everything import everything
from lib.report.twin import twin
from lib.trial.folder import read_bytes, read_trial
from lib.trial.project import project_files
from tests.report.scripts import python, state, unpacked, wanted
from tests.trials import FOLDERS, ROOT

QUERY = {"outcome": "pga", "who": "1.2.3", "show": "2", "loss": "no-change", "design": "paired-sign-flip", "n": "9"}
ADDRESS = "https://pilot.example/endpoints?v=1&outcome=pga"


@cache
def made(name="winter2020", address=ADDRESS, **query):
    """The zip of a state."""
    return everything(*state(name, query), read_bytes(FOLDERS[name]), address)


def files(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def reproduced(folder, *arguments):
    return python("reproduce.py", *arguments, folder=folder)


@pytest.mark.parametrize(
    ("name", "query"),
    [("winter2020", QUERY), ("eyes", {"outcome": "leak"}), ("none", {})],
    ids=["winter2020", "eyes", "none"],
)
def test_it_reproduces_every_page_on_its_own(name, query, tmp_path):
    done = reproduced(unpacked(files(made(name, **query)), tmp_path))
    assert done.returncode == 0, done.stderr
    for path in QUESTIONS:
        assert f"{path}: {len(wanted(path, name, query))} values agree" in done.stdout
    assert done.stdout.endswith("every page is reproduced\n")
    assert done.stdout.count("also by hand") == len(DIRECT)


def test_a_page_without_an_answer_is_reproduced_by_its_reason(tmp_path):
    query = {"power": "0.5", "plan-alpha": "0.5"}
    content = files(made("eyes", **query))
    assert json.loads(content["twins/sample-size.json"])["result"] is None
    done = reproduced(unpacked(content, tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"sample-size: {len(wanted('sample-size', 'eyes', query))} values agree\n" in done.stdout


def test_one_cell_that_was_changed_is_told_by_the_hash_and_then_by_the_first_number(tmp_path):
    folder = unpacked(files(made(**QUERY)), tmp_path)
    table = folder / "data/winter2020/measurements.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",0.16,", ",0.17,"), encoding="utf-8")
    done = reproduced(folder)
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert told[0] == f"data: SHA-256 {read_trial(table.parent).sha256}; wanted {state('winter2020', {})[0].sha256}"
    assert told[1].startswith("data: ")
    assert told[1].endswith('"0.17" printed; wanted "0.16"')


def test_a_twin_that_was_changed_is_told_with_its_page_and_number(tmp_path):
    folder = unpacked(files(made("eyes")), tmp_path)
    path = folder / "twins/endpoints.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    p = told["result"]["selected"]["test"]["p"]
    told["result"]["selected"]["test"]["p"] = p * (1 + 1e-12)
    path.write_text(json.dumps(told), encoding="utf-8")
    done = reproduced(folder)
    assert done.returncode == 1
    assert done.stderr == f"endpoints: selected.test.p: {p!r} printed; wanted {p * (1 + 1e-12)!r}\n"
    assert reproduced(folder, "1e-9").returncode == 0


def test_data_that_cannot_be_read_are_told_with_their_place(tmp_path):
    folder = unpacked(files(made(**QUERY)), tmp_path)
    (folder / "data/winter2020/units.csv").unlink()
    done = reproduced(folder)
    assert done.returncode == 1
    assert "units.csv: 'no such file' given; wanted this file in the trial folder" in done.stderr


def test_one_script_alone_prints_what_its_twin_holds(tmp_path):
    folder = unpacked(files(made(**QUERY)), tmp_path)
    done = python("-m", "scripts.sample-size", folder=folder)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(wanted("sample-size", "winter2020", QUERY))


def test_the_trial_in_it_is_the_one_that_opens(tmp_path):
    folder = unpacked(files(made("eyes", outcome="leak")), tmp_path)
    code = "from lib.app.shelf import open_trial, places; print(list(places()), open_trial(None).trial.sha256)"
    done = python("-c", code, folder=folder)
    assert done.returncode == 0, done.stderr
    key = state("eyes", {})[0].spec.key
    assert done.stdout.strip() == f"['{key}'] {state('eyes', {})[0].sha256}"


def test_it_holds_the_project_the_trial_and_what_is_made_for_it_and_nothing_else():
    names = set(files(made(**QUERY)))
    trial_files = {f"data/winter2020/{name}" for name in read_bytes(FOLDERS["winter2020"])}
    scripts = {f"scripts/{path}.py" for path in QUESTIONS} | {f"scripts/direct/{path}.py" for path in DIRECT}
    twins = {f"twins/{path}.json" for path in QUESTIONS}
    made_for_it = {"assumptions.json", "reproduce.py", "HOWTO.txt"}
    assert names == set(project_files()) | trial_files | scripts | twins | made_for_it
    assert not any("__pycache__" in name or name.startswith(("/", "..")) for name in names)


def test_the_assumptions_are_there_as_a_link_in_words_and_in_full():
    told = json.loads(files(made(**QUERY))["assumptions.json"])
    of, assumptions = state("winter2020", QUERY)
    assert read(told["query"], of).assumptions == assumptions
    assert "Outcome: PGA (published: Lesion size)" in told["differs"]
    assert told["assumptions"] == twin(QUESTIONS["overview"], QUERY, of)["assumptions"]
    assert (told["pilotlight"], told["data_sha256"]) == (__version__, of.sha256)


def test_how_to_use_it_names_the_commands_and_the_links():
    told = files(made(**QUERY))["HOWTO.txt"].decode()
    for command in ("-m venv .venv", "pip install -r requirements.txt", "reproduce.py", "streamlit run dashboard.py"):
        assert command in told
    of, assumptions = state("winter2020", QUERY)
    local = next(line for line in told.splitlines() if "localhost" in line)
    assert read(dict(parse_qsl(local.split("?")[1])), of).assumptions == assumptions
    assert ADDRESS in told
    assert "Where this was made" not in files(made(address="", **QUERY))["HOWTO.txt"].decode()


def test_nothing_of_the_server_is_in_it(monkeypatch):
    monkeypatch.setenv("PILOTLIGHT_TOKEN", "a-value-that-nobody-else-has")
    of, assumptions = state("one", {})
    content = files(everything(of, assumptions, read_bytes(FOLDERS["one"]), ""))
    own = {name: text for name, text in content.items() if name not in project_files()}  # the rest is as published
    assert own
    for name, text in own.items():
        assert not [secret for secret in (str(ROOT), "a-value-that-nobody-else-has") if secret.encode() in text], name


def test_the_same_state_makes_the_same_zip():
    of, assumptions = state("one", {})
    first, second = (everything(of, assumptions, read_bytes(FOLDERS["one"]), ADDRESS) for _ in range(2))
    assert first == second


def test_files_that_are_no_longer_those_of_the_page_are_refused():
    of, assumptions = state("winter2020", {})
    other = read_bytes(FOLDERS["winter2020"]) | {"events.csv": b"changed"}
    with pytest.raises(Refusal, match=r"^trial files: SHA-256 \w{64} given; wanted "):
        everything(of, assumptions, other, "")


def test_files_beside_the_trial_are_left_out():
    of, assumptions = state("one", {})
    more = read_bytes(FOLDERS["one"]) | {"../../evil.py": b"1", "notes.txt": b"2"}
    names = set(files(everything(of, assumptions, more, "")))
    assert "data/one/units.csv" in names
    assert not [name for name in names if name.endswith(("evil.py", "notes.txt"))]


def test_progress_is_told_page_by_page_and_it_can_be_stopped():
    of, assumptions = state("one", {})
    content, heard = read_bytes(FOLDERS["one"]), []
    with heard_by(Listener(lambda share, what: heard.append(share), lambda: False)):
        everything(of, assumptions, content, "")
    assert {place / len(QUESTIONS) for place in range(len(QUESTIONS) + 1)} <= set(heard)
    assert heard == sorted(heard)
    told = []
    with (
        heard_by(Listener(lambda share, what: told.append(share), lambda: len(told) > 2)),
        pytest.raises(Stopped, match="writing scripts"),
    ):
        everything(of, assumptions, content, "")
    assert max(told) < 1
