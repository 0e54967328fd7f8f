"""Running scripts as a reader would, and the JSON twin's values by their path, found in another way than in lib."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from lib.assumptions import read, write
from lib.questions.registry import QUESTIONS
from lib.report.twin import twin
from tests.trials import FOLDERS, ROOT, trial

STATES = {
    "published": {},
    "another outcome": {"outcome": "pga", "change": "absolute", "show": "2"},
    "another rater": {"outcome": "pga", "rater": "observer", "test": "signed-rank-pratt"},
    "logarithms": {"change": "log-ratio", "zero": "add", "rounding": "measured"},
    "responders": {"change": "responder", "threshold": "30", "test": "mcnemar", "sides": "one", "alpha": "0.1"},
    "one left out": {"who": "1.3.4", "test": "sign-flip", "prior": "typed", "prior-sd": "30"},
    "lost and assumed": {"loss": "no-change", "adjust": "holm", "test": "sign"},
    "another design": {"design": "responders-mcnemar", "n": "20", "respond-treated": "80", "dropout": "0.2"},
    "reconstructed": {"areas": "reconstructed", "change": "absolute"},
    "elsewhere on the lattice": {"areas": "reconstructed", "grid-p": "neither", "printed-p": "0.41", "table-p": "0.39"},
}
"""What a viewer of the shipped trial may have set."""

OTHERS = {"eyes": {"outcome": "leak", "change": "percent"}, "one": {"test": "sign-flip"}, "none": {"loss": "no-change"}}
"""A state of each trial of another shape."""


def place(name):
    """Where a trial's folder lies in the project."""
    return FOLDERS[name].relative_to(ROOT).as_posix()


def state(name, query):
    """The trial and the assumptions of a query that has to be right."""
    got = read(query, trial(name))
    assert not got.problems
    return trial(name), got.assumptions


def run(script):
    """What a script prints in this process; it reads files from the present folder."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(script, "script.py", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def python(*arguments, folder):
    """A Python of its own in a folder, which knows of no other copy of the project."""
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    done = [sys.executable, "-X", "utf8", *arguments]
    return subprocess.run(done, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def lines_of(text):
    """Lines of `name = value` by name, each name once."""
    lines = [line.split(" = ", 1) for line in text.splitlines()]
    found = dict(lines)
    assert len(found) == len(lines)
    return found


def wanted(path, name, query):
    """What the page's twin holds, as the lines that its script has to print."""
    of, assumptions = state(name, query)
    told = twin(QUESTIONS[path], write(assumptions, of), of)
    flat = dict(_flat(told["result"] or {key: told[key] for key in ("result", "reason", "about")}))
    for key in [key for key in flat if key.endswith("_reason") and flat.get(key[:-7], 0) is None]:
        flat[key[:-7]] = Reason(flat.pop(key))
    return {
        key: f"missing: {v}" if isinstance(v, Reason) else json.dumps(v, ensure_ascii=False) for key, v in flat.items()
    }


class Reason(str):
    """Why there is no value."""


def _flat(value):
    """The ends of nested JSON with their paths, without recursion."""
    waiting = [((), value)]
    while waiting:
        path, item = waiting.pop()
        inside = (
            list(item.items()) if isinstance(item, dict) else list(enumerate(item)) if isinstance(item, list) else []
        )
        waiting += [((*path, str(key)), one) for key, one in inside]
        if not inside:
            yield ".".join(path), item


def unpacked(files, folder: Path):
    """The files, written into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
