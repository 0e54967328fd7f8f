"""What an effect is under each model of the outcome, and what carry-over leaves of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lib.design.models import MODELS, mixed
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.values import Missing
from tests.design.plans import EVERY_MODEL

EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))


@EVERY
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_with_effect_makes_that_effect(model, share) -> None:  # type: ignore[no-untyped-def]
    effect = share * min(model.most(EVERY_MODEL), 2.0)
    assert model.effect_of(model.with_effect(EVERY_MODEL, effect)) == pytest.approx(effect, abs=1e-12)


@EVERY
def test_the_planned_effect_leaves_the_plan_as_it_is(model) -> None:  # type: ignore[no-untyped-def]
    assert model.with_effect(EVERY_MODEL, model.effect_of(EVERY_MODEL)) == EVERY_MODEL


@EVERY
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_carried_across_leaves_the_rest_of_the_effect(model, share) -> None:  # type: ignore[no-untyped-def]
    left = model.effect_of(model.carried(EVERY_MODEL, share))
    assert left == pytest.approx((1 - share) * model.effect_of(EVERY_MODEL), abs=1e-12)


def test_carry_changes_the_control_where_there_are_categories_or_responses() -> None:
    for key, control in (("categories", "control"), ("response", "responds_control")):
        carried = MODELS[key].carried(EVERY_MODEL, 0.5)
        assert getattr(carried, control) != getattr(EVERY_MODEL, control)
        assert getattr(carried, control.replace("control", "treated")) == getattr(
            EVERY_MODEL, control.replace("control", "treated")
        )


def test_the_most_that_categories_allow_leaves_no_share_below_zero() -> None:
    # moving (0.6, 0.3, 0.1) along (−0.4, 0, 0.4): the first share is 0 at weight 1.5, an effect of 1.2
    model = MODELS["categories"]
    assert model.most(EVERY_MODEL) == pytest.approx(1.2)
    assert min(model.with_effect(EVERY_MODEL, model.most(EVERY_MODEL)).treated) == pytest.approx(0, abs=1e-12)


def test_an_effect_cannot_be_made_of_arms_that_are_alike() -> None:
    alike = replace(EVERY_MODEL, treated=EVERY_MODEL.control)
    with pytest.raises(Refusal, match="treated: the mean improvement of the control given; wanted another one"):
        MODELS["categories"].with_effect(alike, 0.5)
    assert MODELS["categories"].with_effect(alike, 0.0).treated == alike.control


def test_no_effect_is_both_arms_as_the_control_even_where_the_means_planned_are_equal() -> None:
    # 0.6·0 + 0.4·4 = 0.6·1 + 0.2·2 + 0.2·3: one mean, other shares
    plan = replace(EVERY_MODEL, treated=(0.6, 0, 0, 0, 0.4), control=(0, 0.6, 0.2, 0.2, 0), rho=0.0, n=20)
    model = MODELS["categories"]
    assert model.effect_of(plan) == 0
    assert model.with_effect(plan, 0.0).treated == plan.control
    # so the sign test has ties in 0.6² + 2·0.2² of pairs and is won as often as lost in the others
    tied = 0.6**2 + 2 * 0.2**2
    size = sum(
        stats.binom.pmf(decided, 20, 1 - tied) * stats.binom.pmf(won, decided, 0.5)
        for decided in range(1, 21)
        for won in range(decided + 1)
        if stats.binomtest(won, decided).pvalue <= 0.05
    )
    design = DESIGNS["ordinal-sign"]
    assert design.type_i_error(plan).power == pytest.approx(size, rel=1e-9)
    # while the power is that of the shares planned: treated are better where they improve by 4
    better = stats.binom.pmf(range(21), 20, 0.4)
    power = sum(better[won] for won in range(21) if stats.binomtest(won, 20).pvalue <= 0.05)
    assert design.rejection(plan).power == pytest.approx(power, rel=1e-9)
    assert float(design.power(plan)) == pytest.approx(power, rel=1e-9)


def test_arms_of_one_mean_have_no_n_and_the_reason_is_that_their_shares_differ() -> None:
    plan = replace(EVERY_MODEL, treated=(0.6, 0, 0, 0, 0.4), control=(0, 0.6, 0.2, 0.2, 0))
    needed = DESIGNS["ordinal-sign"].needed(plan)
    assert isinstance(needed, Missing)
    assert needed.reason == (
        "treated: a difference in mean improvement of 0 given; wanted another one, as the shares differ while their "
        "means do not: what a test finds then is no benefit"
    )


@given(
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    st.floats(0, 1),
)
def test_mixed_shares_sum_to_one(one, other, weight) -> None:  # type: ignore[no-untyped-def]
    first, second = (tuple(value / sum(values) for value in values) for values in (one, other))
    assert sum(mixed(first, second, weight)) == pytest.approx(1)
