"""The shelf: which trials a server offers, and under which names."""

import shutil
from pathlib import Path

import pytest

from lib.app.shelf import ENVIRONMENT, link_part, open_trial, place_of, places
from tests.trials import FOLDERS, ROOT


@pytest.fixture
def namesake(tmp_path):
    """A trial from elsewhere that is named like the shipped one and holds another."""
    return Path(shutil.copytree(FOLDERS["eyes"], tmp_path / "winter2020"))


def test_a_named_trial_wins_over_a_shipped_one_of_the_same_name(namesake, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, str(namesake))
    assert places() == {"winter2020": namesake.resolve()}
    for wanted in (None, "winter2020"):
        opened = open_trial(wanted)
        assert (opened.trial.spec.key, opened.problems) == ("eyes", ())
        assert link_part(opened.trial) == {}


def test_a_named_trial_comes_first_and_the_shipped_ones_stay(monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, str(FOLDERS["eyes"]))
    assert list(places()) == ["eyes", "winter2020"]
    monkeypatch.setenv(ENVIRONMENT, "")
    assert places() == {"winter2020": ROOT / "data" / "winter2020"}


@pytest.mark.parametrize("named", ["data/winter2020", "./data/../data/winter2020/", str(ROOT / "data/winter2020")])
def test_a_trial_of_the_project_has_its_place_in_it_however_it_is_named(named, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(ENVIRONMENT, named)
    assert place_of(open_trial(None).trial) == "data/winter2020"


def test_a_trial_from_elsewhere_has_none_however_it_is_named(namesake, monkeypatch):
    monkeypatch.chdir(namesake.parent)
    monkeypatch.setenv(ENVIRONMENT, namesake.name)
    assert open_trial(None).trial.spec.key == "eyes"
    assert place_of(open_trial(None).trial) == ""
