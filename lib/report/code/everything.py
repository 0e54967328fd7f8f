"""Everything as one zip that runs elsewhere: project, trial, assumptions, scripts, and what the scripts must print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from lib import __version__
from lib.assumptions import CONTROLS, Assumptions, differences, value, write
from lib.errors import Refusal
from lib.progress import each
from lib.questions.registry import QUESTIONS
from lib.report.code.direct import DIRECT
from lib.report.code.script import page_script
from lib.report.twin import plain, twin
from lib.trial.folder import FILES, fingerprint, zipped
from lib.trial.model import Trial
from lib.trial.project import project_files


def everything(trial: Trial, assumptions: Assumptions, trial_files: Mapping[str, bytes], address: str) -> bytes:
    """A zip of the project with this trial, these assumptions, a script for each page, and what it must print.

    Parameters
    ----------
    trial, assumptions
        The state; scripts and twins are of it.
    trial_files : mapping of name to bytes
        The files that `trial` was read from; other names than those of a trial folder are left out.
    address : str
        A link to the same state on the server that made this, with `trial=` where it has several; "" where that is
        not known.

    Returns
    -------
    bytes
        The same for the same project, trial, assumptions and address. `trial` is the only one in its data/, so that it
        is the one that opens. Tells its progress page by page.

    Raises
    ------
    Refusal
        Where `trial_files` are no longer those that `trial` was read from.
    Stopped
        As `lib.progress.each`.
    """
    files = {name: trial_files[name] for name in FILES if name in trial_files}
    if (given := fingerprint(files)) != trial.sha256:
        raise Refusal(
            f"trial files: SHA-256 {given} given; wanted {trial.sha256}, which the answers on the page were made from"
        )
    folder = f"data/{trial.spec.key}"
    return zipped(
        {
            **project_files(),
            **{f"{folder}/{name}": content for name, content in files.items()},
            **{name: text.encode() for name, text in _written(trial, assumptions, folder, address)},
        }
    )


def _written(trial: Trial, assumptions: Assumptions, folder: str, address: str) -> Iterator[tuple[str, str]]:
    """What is made for this zip: name and text."""
    query = write(assumptions, trial)
    for path in each(tuple(QUESTIONS), "writing scripts and what they must print"):
        yield f"scripts/{path}.py", page_script(path, trial, assumptions, folder)
        yield f"twins/{path}.json", _json(twin(QUESTIONS[path], query, trial))
        if path in DIRECT:
            yield f"scripts/direct/{path}.py", DIRECT[path](trial, assumptions)
    yield "assumptions.json", _json(_told(trial, assumptions))
    yield "reproduce.py", REPRODUCE
    yield "HOWTO.txt", _howto(query, address)


def _json(told: Any) -> str:
    return json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _told(trial: Trial, assumptions: Assumptions) -> dict[str, Any]:
    """The assumptions in every form: as a link has them, what differs in words, and all of them."""
    return {
        "pilotlight": __version__,
        "trial": trial.spec.key,
        "data_sha256": trial.sha256,
        "query": write(assumptions, trial),
        "differs": [str(found) for found in differences(assumptions, trial)],
        "assumptions": {key: plain(value(assumptions, key)) for key in CONTROLS},
    }


REPRODUCE = '''"""Runs every script, and compares what it prints with twins/: every number and text, to the last digit.

    python reproduce.py         ends at the first difference, with what was printed and what was wanted
    python reproduce.py 1e-9    lets numbers differ by this share, since another processor may round otherwise
"""

import json
import runpy
import sys
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lib.errors import TrialError
from lib.report.code.leaves import by_path, first_difference, leaves
from lib.report.code.script import PLAN_NAMES
from lib.trial.folder import read_trial


def told(path):
    return json.loads(path.read_text(encoding="utf-8"))


def printed(script):
    with redirect_stdout(StringIO()) as lines:
        runpy.run_path(str(script))
    return by_path(lines.getvalue().splitlines())


def check_data(state):
    """Says at once where the data are not those that the scripts were written for; what follows from it comes after."""
    try:
        found = read_trial(HERE / "data" / state["trial"]).sha256
    except TrialError as error:
        sys.exit(str(error))
    if found != state["data_sha256"]:
        print(f"data: SHA-256 {found}; wanted {state['data_sha256']}", file=sys.stderr, flush=True)
    return found == state["data_sha256"]


def check_page(twin, share):
    page = told(twin)
    lines = printed(HERE / "scripts" / f"{twin.stem}.py")
    wanted = dict(leaves(page["result"] or {key: page[key] for key in ("result", "reason", "about")}))
    if difference := first_difference(lines, wanted, share):
        sys.exit(f"{twin.stem}: {difference}")
    direct = HERE / "scripts" / "direct" / twin.name.replace(".json", ".py")
    by_hand = {PLAN_NAMES.get(name, name): text for name, text in printed(direct).items()} if direct.exists() else {}
    if difference := first_difference(by_hand, {name: wanted.get(name, "nothing") for name in by_hand}, share):
        sys.exit(f"{twin.stem}, by hand: {difference}")
    also = f", {len(by_hand)} also by hand" if by_hand else ""
    print(f"{twin.stem}: {len(wanted)} values agree{also}", flush=True)


def main():
    share = float(sys.argv[1]) if sys.argv[1:] else 0.0
    same = check_data(told(HERE / "assumptions.json"))
    with chdir(HERE):
        for twin in sorted(HERE.glob("twins/*.json")):
            check_page(twin, share)
    if not same:
        sys.exit("every value agrees, but the data are others")
    print("every page is reproduced")


if __name__ == "__main__":
    main()
'''


def _howto(query: Mapping[str, str], address: str) -> str:
    """What to type, and where which state opens."""
    first, state = next(iter(QUESTIONS)), urlencode(query)
    hosted = f"\nWhere this was made:\n\n    {address}\n" if address else ""
    return (
        f"Pilotlight {__version__}: project, trial, assumptions, and a script for every page.\n"
        "Python 3.11 or newer; the network is needed for the second command only.\n\n"
        "    python -m venv .venv\n"
        "    .venv/bin/python -m pip install -r requirements.txt\n"
        "    .venv/bin/python reproduce.py\n\n"
        "On Windows it is .venv\\Scripts\\python instead of .venv/bin/python.\n\n"
        "reproduce.py runs every script and compares all that it prints with twins/, to the last digit. One alone:\n\n"
        f"    .venv/bin/python -X utf8 -m scripts.{first}\n\n"
        "scripts/direct/ has the calls behind a page's main numbers, with what they are given as literals.\n"
        "assumptions.json has what was assumed: as a link, what differs in words, and every value.\n\n"
        "The dashboard itself:\n\n"
        "    .venv/bin/python -m streamlit run dashboard.py\n\n"
        "In it, this address restores the state, on any page:\n\n"
        f"    http://localhost:8501/{first}?{state}\n"
        f"{hosted}"
    )
