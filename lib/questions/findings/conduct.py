"""Findings on how the trial was done and told: allocation, labels, what is not in the text."""

from __future__ import annotations

from lib.analysis.verdict import CONTRADICTED
from lib.questions.allocation import ALLOCATION_NOTES
from lib.questions.findings.known import Finding, Known
from lib.questions.wording import capital, plural


def coin(of: Known) -> Finding | None:
    """Whether chance decided for each participant."""
    design = of.trial.spec.design
    if design.allocation_unit != "unclear":
        return None
    n = of.tested.selected.test.n
    pairs = plural(n, "pair", "pairs")
    return Finding(
        "coin",
        "Whether there was a flip for each participant is not told",
        f"{capital((design.allocation or 'no method').split(';')[0])}.",
        f"{ALLOCATION_NOTES['unclear']} With a flip each, {2**n} labellings of {pairs} were equally likely; "
        "with one for everybody, 2.",
        "Which of the two it was. Every exact p on these pages rests on the first.",
        "endpoints",
        {"test": "sign-flip"},
    )


def labels(of: Known) -> Finding | None:
    """Places of the paper that contradict each other, or the data."""
    apart = [row for row in of.rows if row.verdict == CONTRADICTED and row.function in ("same", "count", "flow")]
    if not apart:
        return None
    return Finding(
        "labels",
        f"{plural(len(apart), 'label contradicts', 'labels contradict')} another place of the paper",
        "Names and counts that stand in two places.",
        " ".join(f"{row.statement}: {row.printed}, but {row.recomputed}." for row in apart)
        + " None changes an estimate.",
        "Which place is meant.",
        "evidence",
        {"verdict": CONTRADICTED},
        tuple(row.key for row in apart),
    )


def untold(of: Known) -> Finding | None:
    """What a reader would look for in vain."""
    gaps = of.trial.spec.design.not_in_the_text
    if not gaps:
        return None
    return Finding(
        "untold",
        f"{plural(len(gaps), 'thing that a reader needs is', 'things that a reader needs are')} not in the text",
        "Nothing on these.",
        f"Not in the text: {'; '.join(gaps)}.",
        "All of these, unless authors, registries or supplements tell.",
        "flow",
    )
