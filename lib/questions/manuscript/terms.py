"""How a manuscript tells what the registries of tests, changes and allocation hold: formulas, statistics, zeros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TestWords:
    """A test's `statistic` with its null, what becomes of `zeros`, its `interval`, and sources beside its own."""

    __test__ = False  # keeps pytest from collecting a class by this name

    statistic: str
    zeros: str
    interval: str
    sources: tuple[str, ...] = ()


_INVERTED = (
    "encloses the shifts that the same test does not reject; it assumes that treatment shifts every difference by the "
    "same amount, and has no end where no p of at most α is attainable"
)
_FLIPS = "its null distribution holds every way to swap the two labels within participants"
_HODGES_LEHMANN = (
    "Hodges & Lehmann (1963). Estimates of location based on rank tests. Ann Math Stat 34:598-611. "
    "doi:10.1214/aoms/1177704172",
)

TEST_WORDS: Mapping[str, TestWords] = {
    "t": TestWords(
        "It compares the mean difference with its standard error and takes the differences for normal",
        "differences of zero count like all others",
        "comes from Student's t for the mean difference",
    ),
    "sign-flip": TestWords(
        f"Its statistic is the mean difference; {_FLIPS}",
        "differences of zero stay in the mean and change with no swap",
        _INVERTED,
    ),
    "signed-rank": TestWords(
        f"Its statistic is the sum of the ranks of positive differences, ties sharing midranks; {_FLIPS}; the estimate "
        "is that of Hodges and Lehmann",
        "differences of zero are dropped before ranking for p (Wilcoxon's rule) and stay in the estimate",
        _INVERTED,
        _HODGES_LEHMANN,
    ),
    "signed-rank-pratt": TestWords(
        f"Its statistic is the sum of the ranks of positive differences, ties sharing midranks; {_FLIPS}; the estimate "
        "is that of Hodges and Lehmann",
        "differences of zero are ranked and then dropped for p (Pratt's rule), and stay in the estimate",
        _INVERTED,
        _HODGES_LEHMANN,
    ),
    "sign": TestWords(
        f"Its statistic is the number of positive differences; {_FLIPS}",
        "differences of zero are dropped for p and stay in the median",
        _INVERTED,
    ),
    "mcnemar": TestWords(
        "It is conditional on the number of discordant pairs, in which one unit alone responded",
        "pairs whose units respond alike are dropped for p and stay in the estimate",
        "is melded: it counts all pairs and is compatible with the test",
        (
            "Fay & Lumbard (2021). Confidence intervals for difference in proportions for matched pairs compatible "
            "with exact McNemar's or sign tests. Stat Med 40:1147-1159. doi:10.1002/sim.8829",
        ),
    ),
}
"""Key of a test → its words; a test without an entry is told by its label and source alone."""

FORMULAS: Mapping[str, str] = {
    "absolute": "final minus baseline value",
    "percent": "100 × (final − baseline) / baseline",
    "log-ratio": "ln(final / baseline)",
    "symmetrised": "100 × (final − baseline) / (final + baseline)",
}
"""Key of a change → how it is computed; those of yes and no are told by their threshold."""

VALIDITY: Mapping[str, str] = {
    "participant": "Exact tests take each participant's allocation for a fair draw of its own, as reported.",
    "trial": (
        "One draw decided for everybody: only two labellings were possible, so that the exact p-values, which take a "
        "draw of its own for each participant, do not hold."
    ),
    "unclear": (
        "Exact tests take each participant's allocation for a fair draw of its own; had one draw decided for "
        "everybody, only two labellings would have been possible, and no two-sided exact p below 1."
    ),
}
"""Unit of allocation → what the exact tests rest on."""

ORIGIN: Mapping[str, str] = {
    "paper": "analysed as announced",
    "reported": "reported without a test",
    "ours": "analysed post hoc",
}
"""Whose analysis an endpoint is, in brackets behind its name."""
