"""Plans of which a test finds the opposite: samples counted, and no n or effect given for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy import stats

from lib.design.carry import detectable_effect
from lib.design.direction import wrong_way
from lib.design.models import MODELS
from lib.design.registry import DESIGNS
from lib.values import Missing
from tests.design.plans import EVERY_MODEL

FEW_GAIN_MUCH = replace(EVERY_MODEL, treated=(0.6, 0, 0, 0, 0.4), control=(0, 1.0, 0, 0, 0), rho=0.0, n=40)
"""Four in ten improve by 4, others not at all, where every control improves by 1: a larger mean, worse in most."""
RANKS = pytest.mark.parametrize("key", ["ordinal-sign", "ordinal-signed-rank", "parallel-ordinal"])


def signs(n: int, better: float) -> tuple[float, float]:
    """Power of the two-sided sign test towards and against, where nobody ties."""
    rejected = [won for won in range(n + 1) if stats.binomtest(won, n).pvalue <= 0.05]
    ways = ([won for won in rejected if 2 * won > n], [won for won in rejected if 2 * won < n])
    return tuple(float(sum(stats.binom.pmf(won, n, better) for won in way)) for way in ways)  # type: ignore[return-value]


def test_the_share_that_points_the_wrong_way_is_that_of_all_samples() -> None:
    toward, against = signs(40, 0.4)
    end = DESIGNS["ordinal-sign"].rejection(FEW_GAIN_MUCH)
    assert wrong_way(end, 0.6) == pytest.approx(against / (toward + against), rel=1e-9)
    assert wrong_way(end, -0.6) == pytest.approx(toward / (toward + against), rel=1e-9)
    assert wrong_way(replace(end, toward=0.0, against=0.0), 0.6) == 0


def test_an_n_at_which_a_larger_mean_is_found_harmful_is_refused_with_the_reason() -> None:
    needed = DESIGNS["ordinal-sign"].needed(FEW_GAIN_MUCH)
    assert isinstance(needed, Missing)
    toward, against = signs(210, 0.4)
    assert toward + against >= 0.8 > sum(signs(209, 0.4))
    assert against / (toward + against) > 0.998
    assert needed.reason == (
        "treated: shares that this test takes for harm given; wanted ones that it takes for a benefit, as most of what "
        "is significant at n = 210 is against the treatment, whose mean improvement is the larger one"
    )


@RANKS
def test_no_design_of_ranks_or_signs_gives_an_n_for_the_opposite(key: str) -> None:
    plan = replace(FEW_GAIN_MUCH, treated=(0.83, 0, 0, 0, 0, 0, 0.17), control=(0, 1.0, 0, 0, 0, 0, 0))
    assert MODELS["categories"].effect_of(plan) > 0
    needed = DESIGNS[key].needed(plan)
    assert isinstance(needed, Missing)
    assert "takes for harm given" in needed.reason
    swapped = DESIGNS[key].needed(replace(plan, treated=plan.control, control=plan.treated))
    assert isinstance(swapped, Missing)
    assert "takes for a benefit given" in swapped.reason


def test_an_effect_detected_as_its_opposite_is_refused_with_carry_over_and_without() -> None:
    plan = replace(FEW_GAIN_MUCH, n=400)
    design = DESIGNS["ordinal-sign"]
    assert "takes for harm given" in str(design.found(plan))
    assert "takes for harm given" in str(detectable_effect(design, plan, 0.1))


def test_tests_of_the_mean_find_the_larger_mean() -> None:
    needed = DESIGNS["ordinal-t"].needed(FEW_GAIN_MUCH)
    assert not isinstance(needed, Missing)
    assert wrong_way(DESIGNS["ordinal-t"].rejection(replace(FEW_GAIN_MUCH, n=needed)), 0.6) < 0.01
