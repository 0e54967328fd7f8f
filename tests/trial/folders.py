"""Copies of the shipped folder with one thing broken, and the problems that reading them tells."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from lib.assumptions import validated
from lib.errors import Problem, TrialError
from lib.trial.folder import parse_trial, read_bytes, read_trial
from lib.trial.model import Trial

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "winter2020"
FIXTURES = ROOT / "tests" / "fixtures"
WINTER = read_bytes(SHIPPED)
"""The shipped folder's bytes by file name; nothing changes them."""


def winter() -> Trial:
    return validated(read_trial(SHIPPED))


def eyes() -> Trial:
    return validated(read_trial(FIXTURES / "eyes"))


def changed(file: str, old: str, new: str, files: Mapping[str, bytes] = WINTER) -> dict[str, bytes]:
    """A copy in which the one place that reads `old` reads `new`."""
    text = files[file].decode()
    assert text.count(old) == 1, f"{text.count(old)} places read {old!r} in {file}"
    return {**files, file: text.replace(old, new).encode()}


def added(file: str, *rows: str, files: Mapping[str, bytes] = WINTER) -> dict[str, bytes]:
    """A copy with more rows at the end of a table."""
    return {**files, file: files[file] + "".join(f"{row}\n" for row in rows).encode()}


def without(file: str, start: str, files: Mapping[str, bytes] = WINTER) -> dict[str, bytes]:
    """A copy without the rows that begin with `start`."""
    rows = files[file].decode().splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith(start)]
    assert len(kept) < len(rows), f"no row of {file} begins with {start!r}"
    return {**files, file: "".join(kept).encode()}


def last_row(file: str, files: Mapping[str, bytes] = WINTER) -> int:
    return len(files[file].decode().splitlines())


def loaded(files: Mapping[str, bytes]) -> Trial:
    return parse_trial(files, "a copy")


def problems(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """What is wrong with these files; fails where nothing is."""
    with pytest.raises(TrialError) as error:
        parse_trial(files, "a copy")
    return error.value.problems


def written(folder: Path, source: Path = SHIPPED) -> Path:
    """A copy of a trial folder on disk."""
    return Path(shutil.copytree(source, folder))
