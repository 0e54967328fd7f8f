"""The reader of this project's own files: what a copy needs to run, and nothing else that may lie in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ROOMS = ("lib", "pages")
"""Folders that belong to the project with all that is of a listed kind in them."""

KINDS = (".py", ".js", ".css", ".svg", ".png", ".html", ".ttf", ".otf", ".woff2")
"""Endings of the files that these folders are made of; caches, notes and logs have others."""

SINGLE = (
    "dashboard.py",
    "requirements.txt",
    "constraints.txt",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "LICENSE.md",
    "LICENSE.txt",
    "data/README.md",
    ".streamlit/config.toml",
)
"""Files by name; one that is not there is left out."""


def project_files(root: Path = ROOT) -> dict[str, bytes]:
    """The project's own source by its path in the project's folder, with / between the parts.

    Files that a symbolic link puts there from outside of the folder are not part of it, nor is anything hidden but the
    one file that `SINGLE` names.
    """
    root = root.resolve()
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(_listed(root)) if _own(path, root)}


def _listed(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        inside = (path for path in (root / room).rglob("*") if path.suffix in KINDS)
        yield from (path for path in inside if not _hidden(path.relative_to(root)))
    yield from (root / name for name in SINGLE)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _own(path: Path, root: Path) -> bool:
    """Whether a file is there that lies where it seems to lie."""
    return path.is_file() and path.resolve() == path
