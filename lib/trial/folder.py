"""The only reader of files: a trial folder, or a zip of one, becomes a `Trial` or one error with every problem."""

from __future__ import annotations

import csv
import hashlib
import io
import lzma
import struct
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lib.errors import Problem, TrialError
from lib.trial.characters import PROSE, texts_of, unprintable
from lib.trial.checks import check
from lib.trial.model import (
    ChecklistRow,
    ClaimRow,
    DispositionRow,
    EventRow,
    Frozen,
    MeasurementRow,
    Participant,
    ParticipantRow,
    ReportedRow,
    Row,
    SlideOrder,
    Spec,
    Trial,
    UnitRow,
)
from lib.trial.privacy import identifying
from lib.trial.slides import slide_problems

SPEC_FILE = "trial.toml"
TABLES: dict[str, type[Row] | None] = {
    "participants.csv": None,  # its columns are the attributes that trial.toml declares
    "units.csv": UnitRow,
    "measurements.csv": MeasurementRow,
    "disposition.csv": DispositionRow,
    "events.csv": EventRow,
    "reported.csv": ReportedRow,
    "claims.csv": ClaimRow,
    "checklist.csv": ChecklistRow,
}
OPTIONAL = ("claims.csv", "checklist.csv")
"""What a folder may lack: then nothing is known of it, as if it held its header only."""

SLIDES_FILE = "slides.toml"
"""The order in which the trial is told, optional as well."""

DATA_FILES = (SPEC_FILE, *TABLES)
"""What the fingerprint is made of. The order of telling is no datum: it changes no number, so that a link or a stamp
means the same before and after slides were put in another order."""

FILES = (*DATA_FILES, SLIDES_FILE)
MAX_BYTES = 5_000_000
"""Per file: far more than a pilot trial needs, far less than what would exhaust a server."""

F = TypeVar("F", bound=Frozen)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Line:
    """One row of a table: its line in the file and its cells, None where empty."""

    number: int
    cells: Mapping[str, str | None]


def read_trial(place: Path) -> Trial:
    """The trial in a folder, or in a zip that holds one.

    Parameters
    ----------
    place : Path
        A folder with `trial.toml` and the tables, or a `.zip` with these at its top or in one folder.

    Returns
    -------
    Trial

    Raises
    ------
    TrialError
        With every problem found: file, row, column, value and what was wanted.

    """
    return parse_trial(read_bytes(place), str(place))


def read_bytes(place: Path) -> dict[str, bytes]:
    """The content of the trial's files by name; a missing file is absent from the result."""
    try:
        if place.is_dir():
            return {name: _bounded((place / name).open("rb"), name) for name in FILES if (place / name).is_file()}
        if place.is_file() and zipfile.is_zipfile(place):
            return _read_zip(place)
    except UNREADABLE as error:
        raise TrialError(
            str(place), (Problem(place.name, 0, "", str(error), "a readable trial folder or zip"),)
        ) from None
    given = "another kind of file" if place.exists() else "nothing there"
    raise TrialError(str(place), (Problem(place.name, 0, "", given, "a trial folder, or a zip of one"),))


UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
"""What a damaged, encrypted or unknown zip makes zipfile raise."""


def _read_zip(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as archive:
        spec = min((n for n in archive.namelist() if Path(n).name == SPEC_FILE), key=len, default=SPEC_FILE)
        prefix = spec.removesuffix(SPEC_FILE)
        there = [name for name in FILES if prefix + name in archive.namelist()]
        return {name: _bounded(archive.open(prefix + name), name) for name in there}


def _bounded(file: IO[bytes], name: str) -> bytes:
    """The content, read no further than the limit whatever size the file claims."""
    with file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TrialError(name, (Problem(name, 0, "", "more", f"at most {MAX_BYTES:,} bytes"),))
    return content


ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can tell: one content makes one zip, whenever it is made."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files that `read_trial` reads as the folder they came from; the same bytes make the same zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def fingerprint(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and bytes of the trial's data, the same for a folder and a zip of it."""
    digest = hashlib.sha256()
    for name in DATA_FILES:
        if name in OPTIONAL and name not in files:
            continue  # the same folder had the same fingerprint before there was such a file
        content = files.get(name, b"")
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def parse_trial(files: Mapping[str, bytes], place: str) -> Trial:
    """The trial in these files; `place` names them in the error."""
    problems: list[Problem] = [
        Problem(name, 0, "", "no such file", "this file in the trial folder")
        for name in DATA_FILES
        if name not in files and name not in OPTIONAL
    ]
    spec = _toml(Spec, SPEC_FILE, files.get(SPEC_FILE), problems)
    order = _toml(SlideOrder, SLIDES_FILE, files.get(SLIDES_FILE), problems)
    attributes = tuple(a.key for a in spec.attributes) if spec else ()
    lines = {
        name: _lines(name, content, _columns(name, attributes), problems)
        for name, content in files.items()
        if name in TABLES and (spec or TABLES[name])
    }
    tables = _tables(lines, problems)
    if spec:
        trial = Trial(
            spec=spec,
            **{name: tuple(row for _, row in rows) for name, rows in tables.items()},
            sha256=fingerprint(files),
            slides=order.slides if order else (),
        )
        numbers = {name: [number for number, _ in rows] for name, rows in tables.items()}
        broken = frozenset(problem.file for problem in problems)
        problems.extend(check(trial, numbers, broken))
        problems.extend(slide_problems(trial, broken, SLIDES_FILE))
    if problems:
        raise TrialError(place, tuple(sorted(set(problems), key=_order)))
    return trial


def _order(problem: Problem) -> tuple[int, Problem]:
    place = FILES.index(problem.file) if problem.file in FILES else len(FILES)
    return place, problem


def _toml(model: type[F], name: str, content: bytes | None, problems: list[Problem]) -> F | None:
    """The valid content of a file in TOML; None where there is none, or where its problems were added."""
    if content is None:
        return None
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
        problems += unprintable(name, 0, dict(texts_of(told)), PROSE)
        return model.model_validate(told)
    except ValidationError as error:
        problems += [_problem(name, 0, detail) for detail in error.errors()]
    except (ValueError, RecursionError) as error:  # bad TOML or UTF-8, a number too long, brackets too deep
        problems.append(Problem(name, 0, "", str(error), "TOML in UTF-8"))
    return None


def _problem(file: str, row: int, detail: ErrorDetails) -> Problem:
    column = ".".join(map(str, detail["loc"]))
    value = "" if detail["input"] is None else str(detail["input"])[:80]
    if detail["type"] == "missing":
        value = "nothing"
    msg = detail["msg"].removeprefix("Input should be ")
    return Problem(file, row, column, value, WANTED.get(detail["type"], msg[:1].lower() + msg[1:]))


WANTED = {
    "missing": "this key",
    "extra_forbidden": "only keys that data/README.md explains",
    "string_pattern_mismatch": "letters, digits, - and _, the first a letter or a digit",
}
"""The kinds of fault that pydantic words for programmers, in our words."""


def _columns(name: str, attributes: tuple[str, ...]) -> tuple[str, ...]:
    model = TABLES[name]
    if model is None:
        return ("participant", *attributes, *Row.model_fields)
    own = [field for field in model.model_fields if field not in Row.model_fields]
    return (*own, *Row.model_fields)


def _lines(name: str, content: bytes, columns: tuple[str, ...], problems: list[Problem]) -> list[Line]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = tuple(reader.fieldnames or ())
        wrong = list(_header_problems(name, header, columns))
        lines = []
        for row in reader:
            misfit = list(_width_problems(name, reader.line_num, row, len(header)))
            cells = {key: (row.get(key) or "").strip() or None for key in columns}
            problems += (*misfit, *identifying(name, reader.line_num, cells))
            problems += unprintable(name, reader.line_num, {key: row.get(key) for key in columns})
            if not misfit:  # else its cells are not under their headings
                lines.append(Line(reader.line_num, cells))
        problems += wrong
        return [] if wrong else lines
    except (UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(name, 0, "", str(error), "comma-separated text in UTF-8"))
        return []


def _header_problems(name: str, header: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[Problem]:
    for column in columns:
        if column not in header:
            yield Problem(name, 1, column, "no such column", f"the columns {', '.join(columns)}")
    for column in header:
        if column not in columns:
            yield Problem(name, 1, column, "unknown column", f"the columns {', '.join(columns)}")
        elif header.count(column) > 1:
            yield Problem(name, 1, column, "given twice", "each column once")


def _width_problems(name: str, number: int, row: Mapping[str | None, Any], width: int) -> Iterator[Problem]:
    given = width + len(row.get(None) or ()) - sum(value is None for value in row.values())
    if given != width:
        yield Problem(name, number, "", f"{given} cells", f"{width} cells, as in the header")


def _tables(lines: Mapping[str, list[Line]], problems: list[Problem]) -> dict[str, list[tuple[int, Any]]]:
    """The valid rows of each table with their lines in the file; the others are in `problems`."""
    return {
        "participants": list(_participants(lines.get("participants.csv", []), problems)),
        **{
            name.removesuffix(".csv"): list(_rows(model, name, lines.get(name, []), problems))
            for name, model in TABLES.items()
            if model
        },
    }


def _rows(model: type[R], name: str, lines: list[Line], problems: list[Problem]) -> Iterator[tuple[int, R]]:
    for line in lines:
        try:
            yield line.number, model.model_validate(line.cells)
        except ValidationError as error:
            problems += [_problem(name, line.number, detail) for detail in error.errors()]


def _participants(lines: list[Line], problems: list[Problem]) -> Iterator[tuple[int, Participant]]:
    fixed = ("participant", *Row.model_fields)
    for line in lines:
        own = Line(line.number, {key: line.cells.get(key) for key in fixed})
        for number, row in _rows(ParticipantRow, "participants.csv", [own], problems):
            attributes = tuple((key, value) for key, value in line.cells.items() if key not in fixed)
            yield number, Participant(row.participant, attributes, row.provenance, row.source)
