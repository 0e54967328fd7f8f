"""Adjusting the p-values of several tests for their number. To add a rule: an entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

from lib.errors import Refusal
from lib.values import Missing, Real, known

Untestable = Literal["as-one", "left-out"]
"""A test without a p counts as one with p = 1, or is not one of the tests."""

_UNTESTABLE = {
    "as-one": Missing("not testable; counted as p = 1"),
    "left-out": Missing("not testable; left out of the number of tests"),
}


@dataclass(frozen=True)
class Adjustment:
    """A rule as the viewer meets it: `key` in addresses, `label` in menus, `help` beside it, its source.

    `run` takes p-values, 0 to 1, in any order and number, and returns their adjusted values in the same order.
    """

    key: str
    label: str
    help: str
    reference: str
    run: Callable[[Sequence[float]], tuple[float, ...]]


# ---- validation


def _p_values_validation(p_values: Sequence[float]) -> None:
    if wrong := [p for p in p_values if not 0 <= p <= 1]:
        raise Refusal(f"wanted p-values from 0 to 1; given {', '.join(map(repr, wrong))}")


def _adjusted_validation(key: str, untestable: str) -> None:
    if key not in ADJUSTMENTS:
        raise Refusal(f"wanted an adjustment among {', '.join(ADJUSTMENTS)}; given {key!r}")
    if untestable not in get_args(Untestable):
        raise Refusal(f"wanted untestable among {', '.join(get_args(Untestable))}; given {untestable!r}")


# ---- rules


def _unadjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    _p_values_validation(p_values)
    return tuple(float(p) for p in p_values)


def _by_statsmodels(method: str) -> Callable[[Sequence[float]], tuple[float, ...]]:
    @lru_cache(maxsize=256)  # Holm collects all garbage at each call, which takes longer than all else on a page
    def adjust(p_values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(multipletests(p_values, method=method)[1].tolist())

    return lambda p_values: adjust(_unadjusted(p_values))


ADJUSTMENTS: dict[str, Adjustment] = {
    adjustment.key: adjustment
    for adjustment in (
        Adjustment(
            key="none",
            label="No adjustment",
            help="Each p stands for itself; the more tests, the likelier that chance alone gives a small one.",
            reference="Rothman (1990). No adjustments are needed for multiple comparisons. Epidemiology 1:43-46.",
            run=_unadjusted,
        ),
        Adjustment(
            key="holm",
            label="Holm",
            help="Limits the chance of even one false positive, however the outcomes hang together.",
            reference="Holm (1979). A simple sequentially rejective multiple test procedure. Scand J Stat 6:65-70.",
            run=_by_statsmodels("holm"),
        ),
        Adjustment(
            key="hochberg",
            label="Hochberg",
            help="As Holm and never larger, but only for tests that are independent or positively dependent.",
            reference=(
                "Hochberg (1988). A sharper Bonferroni procedure for multiple tests of significance. "
                "Biometrika 75:800-802. doi:10.1093/biomet/75.4.800"
            ),
            run=_by_statsmodels("simes-hochberg"),
        ),
        Adjustment(
            key="bh",
            label="Benjamini-Hochberg",
            help="Limits the expected share of false positives among the positives, which is a weaker promise.",
            reference=(
                "Benjamini & Hochberg (1995). Controlling the false discovery rate. J R Stat Soc B 57:289-300. "
                "doi:10.1111/j.2517-6161.1995.tb02031.x"
            ),
            run=_by_statsmodels("fdr_bh"),
        ),
    )
}


# ---- public function


def adjusted(p_values: Mapping[str, Real], key: str, untestable: Untestable) -> dict[str, Real]:
    """Named p-values adjusted for their number.

    Parameters
    ----------
    p_values
        p by the name of its test, 0 to 1, or Missing where there was no test; any number of them.
    key
        A key of `ADJUSTMENTS`.
    untestable
        Whether a Missing p counts among the tests as p = 1 ("as-one") or not at all ("left-out").

    Returns
    -------
    dict
        Adjusted p by name, in the order given. What was Missing stays so, and says how it was counted.

    Raises
    ------
    Refusal
        If a p is not from 0 to 1, or `key` or `untestable` is unknown.

    References
    ----------
    Wright (1992). Adjusted p-values for simultaneous inference. Biometrics 48:1005-1013.

    Examples
    --------
    >>> p_values = {"size": 0.01, "score": 0.04, "colour": Missing("all differences are equal")}
    >>> adjusted(p_values, "holm", "left-out")["size"], adjusted(p_values, "holm", "as-one")["size"]
    (0.02, 0.03)
    """
    _adjusted_validation(key, untestable)
    counted = {name: p if known(p) else 1.0 for name, p in p_values.items() if known(p) or untestable == "as-one"}
    results = dict(zip(counted, ADJUSTMENTS[key].run(list(counted.values())), strict=True))
    return {name: results[name] if known(p) else _UNTESTABLE[untestable] for name, p in p_values.items()}
