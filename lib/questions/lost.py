"""How far a unit that was lost can have changed, and what the viewer's rule puts in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from lib.analysis.change import CHANGES
from lib.analysis.exact import median
from lib.analysis.loss import LOSSES, LossRule, Unseen
from lib.assumptions import Assumptions, in_words
from lib.questions.changes import Measure, change_of, published_baselines
from lib.questions.wording import number
from lib.trial.model import Trial
from lib.trial.observed import loss
from lib.values import Exact, Missing

ASSUMED = "assumed"
"""The provenance of a value that a rule put in place of one that was never seen."""


class Impossible(Missing):
    """No change, because the one that a rule gives can't occur."""


@dataclass(frozen=True)
class Extent:
    """The ends of what a lost unit's change can be, and in words where they come from."""

    low: Exact
    high: Exact
    unchanged: Exact
    words: str


def rule_of(assumptions: Assumptions) -> LossRule:
    """The viewer's rule for units that were lost."""
    return LOSSES[assumptions.loss]


def loss_words(trial: Trial, measure: Measure, assumptions: Assumptions) -> str:
    """The viewer's rule in this trial's words, with the ends of what it takes for possible."""
    rule = rule_of(assumptions)
    told = in_words(rule.help, trial).rstrip(".")
    typed = f"{number(assumptions.lost_treated)} treated, {number(assumptions.lost_control)} control"
    how = extent(trial, measure, assumptions.lost_base).words if rule.bounded else typed if rule.typed else ""
    return f"{told[:1].lower()}{told[1:]}{f' ({how})' if how else ''}"


def stand_in(assumptions: Assumptions) -> bool:
    """Whether the viewer's rule puts something in the place of whoever was lost."""
    return rule_of(assumptions).imputes


def stands_in(trial: Trial, unit: str, assumptions: Assumptions) -> bool:
    """Whether the viewer's rule puts something in the place of this unit's change."""
    return stand_in(assumptions) and loss(trial, unit) is not None


def replacement(trial: Trial, unit: str, measure: Measure, assumptions: Assumptions) -> Exact:
    """What the viewer's rule puts in the place of a lost unit's change; Missing where that can't occur."""
    treated = trial.units_by_key[unit].arm == trial.treatment.key
    found = extent(trial, measure, assumptions.lost_base)
    typed = Fraction(repr(assumptions.lost_treated if treated else assumptions.lost_control))
    unseen = Unseen(treated, found.low, found.high, found.unchanged, typed, benefit(measure))
    return _possible(rule_of(assumptions).fill(unseen), trial, measure)


def _possible(value: Exact, trial: Trial, measure: Measure) -> Exact:
    """The value, unless no unit could change like that."""
    ends = extent(trial, measure, "any")
    if isinstance(value, Missing) or isinstance(ends.low, Missing) or isinstance(ends.high, Missing):
        return value
    change, scale = CHANGES[measure.change], measure.scale
    # from a baseline near 0 a relative change has no upper end, unless the scale has steps
    closed = change.yes_no or bool(scale.levels) or (scale.high is not None and not change.relative)
    floor = closed or (scale.low is not None and change.relative)
    if (floor and value < ends.low) or (closed and value > ends.high):
        top = f"to {number(float(ends.high))}" if closed else "upwards"
        wanted = f"wanted a change from {number(float(ends.low))} {top} for whoever was lost"
        return Impossible(f"{wanted}; given {number(float(value), 6)}")
    return value


def benefit(measure: Measure) -> int:
    """1 where a higher change is better: of responders more is, whatever the outcome's direction."""
    return 1 if CHANGES[measure.change].yes_no else measure.scale.benefit


def extent(trial: Trial, measure: Measure, lost_base: str) -> Extent:
    """The ends of a lost unit's change.

    On a scale with two ends: all that can be reached from the assumed baseline. On an open one: from a fall to its
    lower end, if it has one, to the largest growth that is published, which is no bound but a worst case seen.
    """
    scale = measure.scale
    if scale.low is None or scale.high is None:
        return _open_extent(trial, measure)
    starts = _starts(trial, measure, lost_base)
    if not starts:
        nothing = Missing("no baseline is published from which the ends would follow")
        return Extent(nothing, nothing, nothing, nothing.reason)
    reached = [_run(measure, start, end) for start in starts for end in _ends(measure)]
    words = f"from a baseline of {_told(starts)} to anywhere from {float(scale.low):g} to {float(scale.high):g}"
    return _between(reached, _run(measure, starts[0], starts[0]), words)


def _run(measure: Measure, start: Fraction, end: Fraction) -> Exact:
    return CHANGES[measure.change].run(start, end, measure.scale)


def _starts(trial: Trial, measure: Measure, lost_base: str) -> list[Fraction]:
    published = published_baselines(trial, measure)
    if lost_base == "any":
        return [Fraction(level) for level in measure.scale.levels] or sorted({*published, *_ends(measure)})
    return [median(published)] if published else []


def _ends(measure: Measure) -> list[Fraction]:
    """Every category, or both ends where there are none."""
    scale = measure.scale
    return [Fraction(level) for level in scale.levels] or [end for end in (scale.low, scale.high) if end is not None]


def _told(starts: list[Fraction]) -> str:
    if len(starts) == 1:
        return f"{float(starts[0]):g}, the median of those published,"
    return f"anywhere from {float(min(starts)):g} to {float(max(starts)):g}"


def _open_extent(trial: Trial, measure: Measure) -> Extent:
    change = CHANGES[measure.change]
    seen = [value for value in _seen(trial, measure, measure.change) if isinstance(value, Fraction)]
    growth = max([Fraction(0), *_known(_seen(trial, measure, "percent"))])
    ratios = [Fraction(0)] if measure.scale.low == 0 else []
    reached = [change.of_ratio(ratio, measure.scale) for ratio in (*ratios, 1 + growth / 100)]
    unchanged = change.of_ratio(Fraction(1), measure.scale)
    words = (
        f"as far as any {trial.spec.unit.singular} is known to have changed, which is no bound: others can go further"
    )
    if len(_known(reached)) == len(reached) == 2:
        told = f"from a fall to 0 to a growth by {float(growth):g} %, the largest published, which is no bound"
        return _between(reached, unchanged, told)
    return _between([*seen, unchanged], unchanged, words)


def _seen(trial: Trial, measure: Measure, change: str) -> Iterator[Exact]:
    wanted = Measure(measure.outcome, measure.rater, change, measure.rounding, measure.scale)
    return (change_of(trial, unit.unit, trial.final.key, wanted).value for unit in trial.units)


def _known(values: Iterable[Exact]) -> list[Fraction]:
    return [value for value in values if isinstance(value, Fraction)]


def _between(reached: Iterable[Exact], unchanged: Exact, words: str) -> Extent:
    known = _known(reached)
    if not known:
        nothing = Missing("no end of this change can be told")
        return Extent(nothing, nothing, unchanged, nothing.reason)
    return Extent(min(known), max(known), unchanged, words)
