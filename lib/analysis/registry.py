"""The paired tests that a viewer can choose from. To add one: a module with its function, and an entry here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from lib.analysis.exact import Number
from lib.analysis.mcnemar import mcnemar, mcnemar_p, mcnemar_region
from lib.analysis.results import Alternative, Region, TestResult
from lib.analysis.sign import sign_p, sign_region, sign_test
from lib.analysis.sign_flip import sign_flip, sign_flip_p, sign_flip_region
from lib.analysis.signed_rank import signed_rank, signed_rank_p, signed_rank_region
from lib.analysis.t import paired_t, paired_t_p, paired_t_region
from lib.values import Missing, Real


class RunsPaired(Protocol):
    """Within-person differences (treated minus control) → result."""

    def __call__(
        self, differences: Sequence[Number], alternative: Alternative = "two-sided", level: float = 0.95
    ) -> TestResult:
        """Run the test at a confidence level inside (0, 1)."""
        ...


@dataclass(frozen=True)
class Test:
    """A paired test as the viewer meets it: `key` in addresses, `label` in menus, `help` beside it, its source.

    `p` gives the p of `run` alone, quickly: missing, with the reason, where `run` has none or estimates it. `region`
    gives what the test rejects at alpha, given the sizes of the differences. A test that takes only some data
    (responses of yes or no) answers others with a missing p, and its reason.
    """

    __test__ = False  # keeps pytest from collecting a class by this name

    key: str
    label: str
    help: str
    reference: str
    summary: str
    run: RunsPaired
    p: Callable[[Sequence[Number], Alternative], Real]
    region: Callable[[Sequence[Number], Alternative, float], Region | Missing]


TESTS: dict[str, Test] = {
    test.key: test
    for test in (
        Test(
            key="t",
            label="Paired t test",
            help="Compares the mean difference with its standard error; relies on normally distributed differences.",
            reference="Student (1908). The probable error of a mean. Biometrika 6:1-25. doi:10.1093/biomet/6.1.1",
            summary="mean of the within-person differences",
            run=paired_t,
            p=paired_t_p,
            region=paired_t_region,
        ),
        Test(
            key="sign-flip",
            label="Exact sign-flip test",
            help="How often would chance alone, swapping sides within each person, give so large a mean difference?",
            reference="Fisher (1935). The Design of Experiments, section 21. Edinburgh: Oliver and Boyd.",
            summary="mean of the within-person differences",
            run=sign_flip,
            p=sign_flip_p,
            region=sign_flip_region,
        ),
        Test(
            key="signed-rank",
            label="Exact signed-rank test",
            help="The same question for the ranks of the differences, so that one extreme person counts less.",
            reference=(
                "Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1:80-83. "
                "doi:10.2307/3001968"
            ),
            summary="pseudomedian of the within-person differences (Hodges-Lehmann)",
            run=signed_rank,
            p=signed_rank_p,
            region=signed_rank_region,
        ),
        Test(
            key="signed-rank-pratt",
            label="Exact signed-rank test, Pratt",
            help="The signed-rank test, but zeros are ranked before they are dropped, so that many weigh against.",
            reference=(
                "Pratt (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. J Am Stat Assoc "
                "54:655-667. doi:10.1080/01621459.1959.10501526"
            ),
            summary="pseudomedian of the within-person differences (Hodges-Lehmann)",
            run=partial(signed_rank, zeros="pratt"),
            p=partial(signed_rank_p, zeros="pratt"),
            region=partial(signed_rank_region, zeros="pratt"),
        ),
        Test(
            key="sign",
            label="Exact sign test",
            help="Counts only who did better on which side, and ignores by how much.",
            reference=(
                "Dixon & Mood (1946). The statistical sign test. J Am Stat Assoc 41:557-566. "
                "doi:10.1080/01621459.1946.10501898"
            ),
            summary="median of the within-person differences",
            run=sign_test,
            p=sign_p,
            region=sign_region,
        ),
        Test(
            key="mcnemar",
            label="Exact McNemar test",
            help="For responders: counts who responded on one side only. Other ways to express change have none.",
            reference=(
                "McNemar (1947). Note on the sampling error of the difference between correlated proportions or "
                "percentages. Psychometrika 12:153-157. doi:10.1007/BF02295996"
            ),
            summary="difference between the shares of responders",
            run=mcnemar,
            p=mcnemar_p,
            region=mcnemar_region,
        ),
    )
}
