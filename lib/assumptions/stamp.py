"""The stamp: which version drew something, from which data, and under which assumptions."""

from __future__ import annotations

from lib import __version__
from lib.assumptions.link import differences
from lib.assumptions.registry import Assumptions
from lib.trial.model import Trial

HASH_LENGTH = 12
"""How much of the data's SHA-256 a stamp shows."""


def stamp(trial: Trial, assumptions: Assumptions) -> str:
    """`Pilotlight 0.5.0 · data 3bef2d0843b4 · default assumptions`, or what differs from them."""
    found = "; ".join(str(difference) for difference in differences(assumptions, trial)) or "default assumptions"
    return f"Pilotlight {__version__} · data {trial.sha256[:HASH_LENGTH]} · {found}"
