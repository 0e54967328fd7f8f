"""The structure that everything else relies on: imports point one way, and each room keeps to its work."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = (
    "errors",
    "values",
    "progress",
    "trial",
    "analysis",
    "design",
    "assumptions",
    "questions",
    "figures",
    "report",
    "app",
)
SOURCES = sorted([*ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "dashboard.py"])


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "lib" else parts[0]


def rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_point_one_way(path):
    own = room(path)
    for module in imported(path):
        if module.startswith("lib.") and module.split(".")[1] in ORDER:
            other = module.split(".")[1]
            assert rank(other) <= rank(own), f"{path.relative_to(ROOT)} imports {module}, which points back"
        assert not module.startswith("pages"), f"{path}: nothing imports a page"


def test_every_room_has_its_place_in_the_order():
    rooms = {room(path) for path in SOURCES if path.parts[-2] != "lib"} - {"pages", "dashboard"}
    assert rooms <= set(ORDER)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_streamlit_is_imported_by_the_app_and_its_pages_only(path):
    uses = any(module.split(".")[0] == "streamlit" for module in imported(path))
    assert not uses or room(path) in ("app", "pages", "dashboard")


READERS = {"open", "read_text", "read_bytes", "read_csv", "ZipFile", "urlopen", "load"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_are_read_by_the_trial_room_only(path):
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    # lib.trial.folder.read_bytes is the trial room's own door
    allowed = {"read_bytes"} if "lib.trial.folder.read_bytes" in imported(path) else set()
    assert room(path) == "trial" or not (calls & READERS) - allowed


@pytest.mark.parametrize("path", sorted(ROOT.glob("pages/*.py")), ids=name_of)
def test_a_page_is_short(path):
    assert len(path.read_text().splitlines()) <= 40


def test_no_name_of_the_shipped_trial_stands_in_lib():
    spec = tomllib.loads((ROOT / "data/winter2020/trial.toml").read_text())
    words = {spec["short_title"], spec["condition"], "thiosulfate", "PGA"} | {arm["label"] for arm in spec["arms"]}
    for path in SOURCES:
        strings = [
            node.value.lower()
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for word in words:
            assert not any(word.lower() in string for string in strings), f"{path.relative_to(ROOT)}: {word!r}"


def test_requirements_are_exact_and_each_has_its_line_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            package, version = line.split("==")
            assert version
            assert f"`{package}`" in readme, f"{package} earns no line in the README"


IMPORTED_AS = {"pillow": "PIL", "python_pptx": "pptx", "XlsxWriter": "xlsxwriter"}
"""Packages that are imported by another name than they are required by."""


def test_every_direct_import_is_a_stated_requirement():
    packages = {
        line.split("==")[0].replace("-", "_")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    assert IMPORTED_AS.keys() <= packages
    stated = {IMPORTED_AS.get(package, package) for package in packages}
    import sys

    for path in SOURCES:
        for module in imported(path):
            top = module.split(".")[0]
            own = top in ("lib", "pages") or top in sys.stdlib_module_names
            known = top in stated or top == "pydantic_core"  # the types of pydantic's own errors
            assert own or known, f"{path.relative_to(ROOT)} imports {top}, which requirements.txt does not state"


def test_the_readme_counts_the_designs_that_there_are():
    from lib.design.registry import DESIGNS

    (told,) = re.findall(r"The planner knows (\d+) designs", (ROOT / "README.md").read_text())
    assert int(told) == len(DESIGNS)


def test_what_the_readme_says_of_the_registries_is_so():
    """Each row of "To add a thing" names registries that are there, in the module that it names before or after."""
    rows = (ROOT / "README.md").read_text().split("## To add a thing")[1].split("\n##")[0].splitlines()
    named = {row: re.findall(r"`([A-Z_]+)`|(lib/[a-z_/]+)", row) for row in rows}
    for row, found in named.items():
        names: list[str] = []
        for name, place in found:
            if name:
                names.append(name)
                continue
            module = importlib.import_module(place.rstrip("/").replace("/", "."))
            for one in names:
                assert len(getattr(module, one)) > 1, f"{row}: {place} has no registry {one}"
            names = []
    assert sum(map(len, named.values())) > 40
