"""The findings in the order in which they are told. To add one: a function of what is known, and an entry here."""

from __future__ import annotations

from collections.abc import Callable

from lib.questions.findings.behind import behind
from lib.questions.findings.conduct import coin, labels, untold
from lib.questions.findings.known import Finding, Known
from lib.questions.findings.p_values import announced_p, detectable, floor, unreported, wordings
from lib.questions.findings.scores import both_sides, denominators, drives, lonely_means, raters

FINDINGS: dict[str, Callable[[Known], Finding | None]] = {
    "announced-p": announced_p,
    "unreported": unreported,
    "behind": behind,
    "wordings": wordings,
    "both-sides": both_sides,
    "driver": drives,
    "raters": raters,
    "floor": floor,
    "detectable": detectable,
    "denominators": denominators,
    "means": lonely_means,
    "coin": coin,
    "labels": labels,
    "untold": untold,
}
"""Findings in the order in which they are told; each is left out where the trial gives no reason for it."""


def findings(of: Known) -> tuple[Finding, ...]:
    """Everything worth knowing of this trial's statements."""
    found = (make(of) for make in FINDINGS.values())
    return tuple(finding for finding in found if finding is not None)
