"""The trials that tests run on: the shipped one, and fixtures of other shapes."""

from functools import cache
from pathlib import Path

from lib.assumptions import CONTROLS, Control, default_text, validated
from lib.trial.folder import read_trial
from lib.trial.model import Trial

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "winter2020": ROOT / "data" / "winter2020",
    **{
        name: ROOT / "tests" / "fixtures" / name
        for name in ("eyes", "one", "none")
        if (ROOT / "tests" / "fixtures" / name).exists()
    },
}
NAMES = tuple(FOLDERS)


@cache
def trial(name: str) -> Trial:
    return validated(read_trial(FOLDERS[name]))


def texts(control: Control, of: Trial) -> list[str]:
    """Link texts that try a control: every choice, every one left out, nobody, and the ends and middle of a range."""
    if control.kind == "choice":
        return [choice.value for choice in control.choices(of)]
    if control.kind == "set":
        everybody = [choice.value for choice in control.choices(of)]
        without = [".".join(p for p in everybody if p != out) or "none" for out in everybody]
        return [*without, *everybody, "none"]
    if control.kind == "list":
        plain = default_text(control, of)
        return [plain, "_".join(reversed(plain.split("_")))]
    if control.kind == "plans":
        return ["none", "design:paired-t,n:20", "n:9~design:two-sample-t,effect:1"]
    bounds = control.bounds(of)
    if control.kind == "printed":
        return ["none", f"{bounds.low:g}", f"{(bounds.low + bounds.high) / 2:.1f}", "0.50"]
    middle = (bounds.low + bounds.high) / 2
    values = (bounds.low, int(middle) if control.kind == "whole" else middle, bounds.high)
    return [f"{value:.12g}" for value in values]


def queries(of: Trial, keys: tuple[str, ...] = tuple(CONTROLS)) -> list[dict[str, str]]:
    """One query for every value that `texts` tries, one assumption at a time."""
    return [{key: text} for key in keys for text in texts(CONTROLS[key], of)]
