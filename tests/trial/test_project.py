"""What is read of the project: all that it needs to run, and nothing else that lies in its folder."""

from lib.trial.project import KINDS, project_files
from tests.trials import ROOT


def test_every_file_of_lib_and_pages_is_of_a_listed_kind():
    there = {
        path.relative_to(ROOT).as_posix()
        for room in ("lib", "pages")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert there == {name for name in project_files() if name.startswith(("lib/", "pages/"))}


def test_what_it_needs_to_be_installed_and_started_is_there():
    needed = {"dashboard.py", "requirements.txt", "constraints.txt", "README.md", "CHANGELOG.md", "data/README.md"}
    assert needed | {".streamlit/config.toml"} <= set(project_files())


def test_bytes_are_those_on_disk():
    for name, content in project_files().items():
        assert (ROOT / name).read_bytes() == content


def test_whatever_else_lies_in_the_folder_stays_there(tmp_path):
    root, outside = tmp_path / "project", tmp_path / "outside"
    own = ["lib/a.py", "lib/app/logo.svg", "pages/one.py", ".streamlit/config.toml", "LICENSE"]
    others = [
        "lib/__pycache__/a.py",
        "lib/notes.log",
        "lib/.hidden/b.py",
        "lib/.secret.py",
        ".streamlit/secrets.toml",
        ".env",
        "data/winter2020/trial.toml",
        "tests/test_a.py",
        ".venv/lib/x.py",
    ]
    for name in [*own, *others]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    outside.mkdir()
    (outside / "secret.py").write_text("secret")
    (root / "lib" / "linked.py").symlink_to(outside / "secret.py")
    (root / "lib" / "folder").symlink_to(outside, target_is_directory=True)
    (root / "lib" / "inside.py").symlink_to(root / ".streamlit" / "secrets.toml")
    (root / "README.md").symlink_to(outside / "secret.py")
    assert set(project_files(root)) == set(own)


def test_a_project_that_is_reached_by_a_link_is_read_as_it_is(tmp_path):
    (tmp_path / "real" / "lib").mkdir(parents=True)
    (tmp_path / "real" / "lib" / "a.py").write_text("1")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert project_files(tmp_path / "link") == {"lib/a.py": b"1"}


def test_kinds_are_endings():
    assert all(kind.startswith(".") and kind == kind.lower() for kind in KINDS)
