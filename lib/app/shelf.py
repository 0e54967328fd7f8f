"""The trials that this server offers: those in data/, and the folder or zip that PILOTLIGHT_TRIAL names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lib.assumptions import TRIAL_KEY, validated
from lib.errors import TrialError
from lib.trial.folder import SPEC_FILE, fingerprint, parse_trial, read_bytes
from lib.trial.model import Trial

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = "PILOTLIGHT_TRIAL"


@dataclass(frozen=True)
class Opened:
    """What asking for a trial gave: the trial, or the problems of its folder; beside a trial, those of the link."""

    trial: Trial | None
    problems: tuple[str, ...]


def places() -> dict[str, Path]:
    """Link key → folder; the first is the one that a bare link means, and what is named wins over what is shipped."""
    shipped = {path.parent.name: path.parent for path in sorted((ROOT / "data").glob(f"*/{SPEC_FILE}"))}
    named = os.environ.get(ENVIRONMENT)
    if not named:
        return shipped
    place = Path(named).resolve()  # whether it lies in the project is told by its whole path
    return {place.stem: place} | {key: folder for key, folder in shipped.items() if key != place.stem}


def open_trial(wanted: str | None) -> Opened:
    """The trial that a link names, or the server's own where it names none or one that is not here."""
    known = places()
    if not known:
        return Opened(None, (f"no trial in data/, and {ENVIRONMENT} names none",))
    own = next(iter(known))
    key = wanted if wanted in known else own
    notes = () if wanted in (None, key) else (f"trial={wanted[:40]!r} is not on this server; {own} is shown",)
    try:
        return Opened(_read(known[key]), notes)
    except TrialError as error:
        return Opened(None, (*notes, *map(str, error.problems)))


def link_part(trial: Trial) -> dict[str, str]:
    """What a link must add to name a trial that is not the server's own."""
    keys = list(places())
    key = next((key for key in keys if _same(places()[key], trial)), keys[0])
    return {} if key == keys[0] else {TRIAL_KEY: key}


def place_of(trial: Trial) -> str:
    """Where the folder of this trial lies in the project, "" for one from elsewhere: that path is the server's own."""
    found = (
        place.relative_to(ROOT) for place in places().values() if place.is_relative_to(ROOT) and _same(place, trial)
    )
    return next((place.as_posix() for place in found), "")


def _same(place: Path, trial: Trial) -> bool:
    try:
        return fingerprint(read_bytes(place)) == trial.sha256
    except TrialError:
        return False


def files_of(trial: Trial) -> dict[str, bytes] | None:
    """The files of an opened trial as they are on disk; None where they have changed since it was read."""
    for place in places().values():
        try:
            files = read_bytes(place)
        except TrialError:
            continue
        if fingerprint(files) == trial.sha256:
            return files
    return None


def _read(place: Path) -> Trial:
    """Read anew when a file changed, so that a mended folder needs a reload and no restart."""
    files = read_bytes(place)
    return _parsed(tuple(sorted(files.items())), str(place))


@lru_cache(maxsize=8)
def _parsed(files: tuple[tuple[str, bytes], ...], place: str) -> Trial:
    return validated(parse_trial(dict(files), place))
