"""Enumerated and sampled power of tests on a sum of signed scores: each against the other, limits, interruption."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from lib.design import signed_sums
from lib.design.compositions import SignedSum
from lib.design.signed_sums import FIRST_SAMPLED, MOST_SAMPLED, layers, reached, sampled, signed_sum_power
from lib.errors import OverBudget, Stopped
from lib.progress import Listener, heard_by
from lib.values import Missing

SHARE, POSITIVE, ZERO = (0.5, 0.3, 0.15, 0.05), (0.65, 0.75, 0.8, 0.8), 0.3
EITHER = pytest.mark.parametrize("ranked", [False, True])


def a_test(ranked: bool, sides: int = 2) -> SignedSum:
    return SignedSum((1, 2, 3, 4), SHARE, POSITIVE, ranked, Fraction(1, 20), sides)


@EITHER
@pytest.mark.parametrize("sides", [1, 2])
def test_sampled_intervals_hold_the_exact_power(ranked: bool, sides: int) -> None:
    test = a_test(ranked, sides)
    exact = signed_sum_power(test, ZERO, 12, 1, 0.01)
    found = [sampled(test, ZERO, 12, seed, 0.03) for seed in range(12)]
    held = sum(one.low <= exact.power <= one.high for one in found)
    assert held >= 10  # of 12 intervals at 95 %: fewer in 2 % of runs, and this one is fixed
    assert np.mean([one.toward for one in found]) == pytest.approx(exact.toward, abs=0.01)
    assert np.mean([one.against for one in found]) == pytest.approx(exact.against, abs=0.002)
    if not ranked:
        assert np.mean([one.magnitude for one in found]) == pytest.approx(exact.magnitude, rel=0.01)


@EITHER
def test_sampled_limits_of_type_s_and_m_hold_the_exact_ones(ranked: bool) -> None:
    test = a_test(ranked)
    exact = signed_sum_power(test, ZERO, 10, 1, 0.01)
    assert exact.significant is None
    found = [sampled(test, ZERO, 10, seed, 0.5) for seed in range(60)]
    share = exact.against / exact.power
    assert sum(one.significant.against[0] <= share <= one.significant.against[1] for one in found) >= 51
    if ranked:
        assert all(isinstance(one.significant.magnitude, Missing) for one in found)
    else:
        limits = [one.significant.magnitude for one in found]
        assert sum(low <= exact.magnitude <= high for low, high in limits) >= 51
    assert sampled(a_test(ranked, 1), ZERO, 10, 1, 0.5).significant.against == (0, 0)


@EITHER
def test_sampling_goes_on_until_the_interval_is_narrow(ranked: bool) -> None:
    test = a_test(ranked)
    wide, narrow = sampled(test, ZERO, 10, 1, 0.5), sampled(test, ZERO, 10, 1, 0.005)
    assert wide.trials == FIRST_SAMPLED
    assert FIRST_SAMPLED < narrow.trials <= MOST_SAMPLED
    assert (narrow.high - narrow.low) / 2 <= 0.005
    unreachable = sampled(test, ZERO, 6, 1, 1e-9)
    assert MOST_SAMPLED / 2 < unreachable.trials <= MOST_SAMPLED
    assert 0 <= unreachable.low <= unreachable.power <= unreachable.high <= 1


@EITHER
def test_same_seed_same_answer(ranked: bool) -> None:
    test = a_test(ranked)
    one, again, other = (sampled(test, ZERO, 12, seed, 0.1) for seed in (7, 7, 8))
    assert one == again
    assert one != other


@EITHER
def test_samples_beyond_the_limit(ranked: bool) -> None:
    found = signed_sum_power(a_test(ranked), 0.01, 60, 1, 0.01)
    assert found.trials >= FIRST_SAMPLED
    assert not found.exact
    neighbour = signed_sum_power(a_test(ranked), 0.01, 43, 1, 0.01)
    assert neighbour.exact
    assert found.low > neighbour.power


@EITHER
def test_sampled_agrees_with_enumeration_past_where_null_probabilities_are_exact(ranked: bool) -> None:
    test = SignedSum((1, 2), (0.7, 0.3), (0.6, 0.7), ranked, Fraction(1, 20), 2)
    exact, drawn = signed_sum_power(test, 0.1, 80, 1, 0.01), sampled(test, 0.1, 80, 1, 0.003)
    assert exact.exact
    assert drawn.low - 0.002 <= exact.power <= drawn.high + 0.002


@EITHER
def test_layers_are_probabilities_that_nobody_can_edit(ranked: bool) -> None:
    ending = layers(a_test(ranked), 12)
    assert ending.toward.shape == (13,)
    assert np.all((ending.toward >= 0) & (ending.against >= 0) & (ending.toward + ending.against <= 1 + 1e-12))
    assert not np.any(ending.toward[:6])  # p is at least 2/32
    with pytest.raises(ValueError, match="read-only"):
        ending.toward[0] = 1


@EITHER
def test_a_layer_does_not_depend_on_how_many_are_enumerated(ranked: bool) -> None:
    few, many = layers(a_test(ranked), 9), layers(a_test(ranked), 16)
    np.testing.assert_allclose(few.toward, many.toward[:10], atol=1e-14)
    np.testing.assert_allclose(few.distance, many.distance[:10], atol=1e-13)


@pytest.mark.parametrize(("n", "zero"), [(1, 0.0), (10, 0.0), (40, 0.3), (300, 0.95)])
def test_reached_leaves_next_to_nothing(n: int, zero: float) -> None:
    most = reached(n, zero)
    assert stats.binom.sf(most, n, 1 - zero) <= signed_sums.NEGLIGIBLE
    assert most == 0 or stats.binom.sf(most - 1, n, 1 - zero) > signed_sums.NEGLIGIBLE


def test_refuses_too_long_sums() -> None:
    with pytest.raises(OverBudget, match=r"n: 216 given; its sums go up to 46,872, 10,124,352 steps a composition"):
        signed_sum_power(a_test(True), ZERO, 216, 1, 0.01)


@EITHER
def test_stops_when_nobody_waits(ranked: bool) -> None:
    told: list[str] = []
    listener = Listener(told=lambda share, what: told.append(what), stopped=lambda: len(told) > 3)
    layers.cache_clear()
    with heard_by(listener), pytest.raises(Stopped, match="compositions"):
        signed_sum_power(a_test(ranked), ZERO, 30, 1, 0.01)
    with heard_by(Listener(told=lambda share, what: None, stopped=lambda: True)), pytest.raises(Stopped):
        sampled(a_test(ranked), ZERO, 30, 1, 0.01)
