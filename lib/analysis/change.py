"""Change from baseline of one unit, in exact arithmetic: a registry of the scales on which it can be expressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from lib.analysis.logarithm import exact_log
from lib.values import Exact, Missing

RESPONDER, NO_RESPONDER = Fraction(100), Fraction(0)
"""Yes and no in percent, so that a mean of them is a share in percent, and a difference one in percentage points."""

_NO_CATEGORIES = Missing("the outcome has no categories of which two could be the best")
ZERO_PERCENT = Missing("a percentage change from 0 is undefined")


@dataclass(frozen=True)
class Scale:
    """What a change has to know of the outcome beside two values, and what was settled about it.

    `low` and `high` are the ends of the outcome's scale, None where it is open; `levels` its categories, if it has
    any. A responder improves by at least `percent` of baseline where the outcome is a ratio, and by `points` of its
    own units otherwise. In a log-ratio `added` is added to every value, and then `zero` stands for a value of 0; where
    it is None a 0 has no logarithm.
    """

    kind: Literal["ratio", "ordinal", "score", "count", "events"] = "ratio"
    better: Literal["lower", "higher"] = "lower"
    low: Fraction | None = None
    high: Fraction | None = None
    levels: tuple[int, ...] = ()
    percent: Fraction = Fraction(50)
    points: Fraction = Fraction(1)
    zero: Fraction | None = None
    added: Fraction = Fraction(0)

    @property
    def benefit(self) -> int:
        """1 where more is better, −1 where less is."""
        return 1 if self.better == "higher" else -1


# ---- from two values


def absolute_change(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """Final minus baseline, in the outcome's own unit."""
    return final - baseline


def percent_change(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """100 × (final − baseline) / baseline; undefined from 0."""
    return ZERO_PERCENT if baseline == 0 else 100 * (final - baseline) / baseline


def symmetrised_percent(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """100 × (final − baseline) / (final + baseline): −100 to 100, and the same size both ways (Berry & Ayers 2006)."""
    if baseline + final == 0:
        return Missing("a symmetrised percentage between 0 and 0 is undefined")
    return 100 * (final - baseline) / (final + baseline)


def log_ratio(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """Natural logarithm of final / baseline, with zeros as `scale` has settled; no change is 0, from 0 as well."""
    if baseline == final:
        return Fraction(0)
    before, after = (_without_zero(value + scale.added, scale) for value in (baseline, final))
    if before <= 0 or after <= 0:
        return Missing("0 has no logarithm, and the rule for zeros puts nothing in its place")
    return exact_log(after / before)


def _without_zero(value: Fraction, scale: Scale) -> Fraction:
    return scale.zero if value == 0 and scale.zero is not None else value


def responder(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """100 if the improvement reaches the threshold, else 0."""
    improvement: Exact = scale.benefit * (final - baseline)
    threshold = scale.points
    if scale.kind == "ratio":
        change = percent_change(baseline, final, scale)
        improvement, threshold = change if isinstance(change, Missing) else scale.benefit * change, scale.percent
    if isinstance(improvement, Missing):
        return improvement
    return RESPONDER if improvement >= threshold else NO_RESPONDER


def best_two(baseline: Fraction, final: Fraction, scale: Scale) -> Exact:
    """100 if the final value is one of the two best categories, else 0."""
    if len(scale.levels) < 3:
        return _NO_CATEGORIES
    best = sorted(scale.levels, reverse=scale.better == "higher")[:2]
    return RESPONDER if final in best else NO_RESPONDER


# ---- from a ratio alone, where only a percentage is published

_NO_BASELINE = Missing("only the percentage is published, without the baseline that this change needs")


def _absolute_of_ratio(ratio: Fraction, scale: Scale) -> Exact:
    """0 % is no change whatever the baseline was, up to the rounding of the printed 0."""
    return Fraction(0) if ratio == 1 else _NO_BASELINE


def _log_of_ratio(ratio: Fraction, scale: Scale) -> Exact:
    if ratio == 1:
        return Fraction(0)
    return _NO_BASELINE if scale.added or ratio <= 0 else exact_log(ratio)


def _best_two_of_ratio(ratio: Fraction, scale: Scale) -> Exact:
    return _NO_BASELINE if len(scale.levels) > 2 else _NO_CATEGORIES


def _responder_of_ratio(ratio: Fraction, scale: Scale) -> Exact:
    if scale.kind == "ratio" or ratio == 1:
        return responder(Fraction(1), ratio, scale)
    return _NO_BASELINE


# ---- registry


def _no_caution(scale: Scale) -> str:
    return ""


_LOWEST_POWER = (
    "Of four ways to analyse parallel arms with a baseline, percentage change had the lowest power (Vickers 2001)."
)
_ORDINAL = "A percentage of a score treats an ordinal scale as one with equal steps and a true zero"


def _percent_caution(scale: Scale) -> str:
    ordinal = f"{_ORDINAL}, and is undefined from a baseline of 0. " if scale.kind == "ordinal" else ""
    return f"{ordinal}{_LOWEST_POWER}"


def _symmetrised_caution(scale: Scale) -> str:
    return f"{_ORDINAL}." if scale.kind == "ordinal" else ""


def _log_caution(scale: Scale) -> str:
    ordinal = (
        "A ratio of scores treats an ordinal scale as one with equal steps and a true zero. "
        if scale.kind == "ordinal"
        else ""
    )
    return f"{ordinal}A value of 0 has no logarithm: what stands for it decides how much it weighs."


def _responder_caution(scale: Scale) -> str:
    return (
        "A threshold throws away how far each value is from it; where it lies was not fixed in advance. A t interval "
        "can leave what is possible for yes and no; McNemar's test is made for them."
    )


@dataclass(frozen=True)
class Change:
    """One way to express a change; `unit(outcome unit)` names the unit of its differences.

    `of_ratio(final / baseline)` gives it where only that is known. `relative` changes depend on nothing else, so that a
    printed percentage can count for them; `yes_no` ones say who responded, and more of them is better, by a `threshold`
    where they have one; `logs` are logarithms, for which zeros need a rule. `spread` is a
    standard deviation of differences that would not surprise on this scale, where the change itself gives one.
    """

    key: str
    label: str
    help: str
    reference: str
    unit: Callable[[str], str]
    run: Callable[[Fraction, Fraction, Scale], Exact]
    of_ratio: Callable[[Fraction, Scale], Exact]
    relative: bool = False
    yes_no: bool = False
    logs: bool = False
    threshold: bool = False
    spread: Fraction | None = None
    caution: Callable[[Scale], str] = _no_caution


def _points(unit: str) -> str:
    return "percentage points"


CHANGES: dict[str, Change] = {
    change.key: change
    for change in (
        Change(
            "absolute",
            "Absolute",
            "Final minus baseline, in the outcome's own unit.",
            "Vickers 2001, BMC Med Res Methodol 1:6",
            lambda unit: unit,
            absolute_change,
            _absolute_of_ratio,
        ),
        Change(
            "percent",
            "Percent of baseline",
            "Small ones weigh as much as large ones; growth has no end, shrinkage ends at −100 %.",
            "Vickers 2001, BMC Med Res Methodol 1:6",
            _points,
            percent_change,
            lambda ratio, scale: percent_change(Fraction(1), ratio, scale),
            relative=True,
            spread=Fraction(50),
            caution=_percent_caution,
        ),
        Change(
            "log-ratio",
            "Log-ratio",
            "ln(final / baseline): halving and doubling weigh the same, and differences are ratios of ratios.",
            "Törnqvist, Vartia & Vartia 1985, Am Stat 39:43-46",
            lambda unit: "log units",
            log_ratio,
            _log_of_ratio,
            relative=True,
            logs=True,
            spread=Fraction(7, 10),
            caution=_log_caution,
        ),
        Change(
            "symmetrised",
            "Symmetrised percent",
            "100 × (final − baseline) / (final + baseline): from −100 to 100, defined from 0 and to 0.",
            "Berry & Ayers 2006, Am Stat 60:27-31",
            _points,
            symmetrised_percent,
            lambda ratio, scale: symmetrised_percent(Fraction(1), ratio, scale),
            relative=True,
            spread=Fraction(50),
            caution=_symmetrised_caution,
        ),
        Change(
            "responder",
            "Responders",
            "Who improved by at least the threshold: yes counts 100 %, no 0 %.",
            "Altman & Royston 2006, BMJ 332:1080",
            _points,
            responder,
            _responder_of_ratio,
            relative=True,
            yes_no=True,
            threshold=True,
            spread=Fraction(50),
            caution=_responder_caution,
        ),
        Change(
            "best-two",
            "In the two best categories",
            "Who ended in one of the two best categories, such as clear or almost clear: yes counts 100 %, no 0 %.",
            "Altman & Royston 2006, BMJ 332:1080",
            _points,
            best_two,
            _best_two_of_ratio,
            yes_no=True,
            spread=Fraction(50),
            caution=_responder_caution,
        ),
    )
}
