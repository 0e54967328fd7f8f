"""The joint table of two ordinal improvements: R, marginals, simulation, symmetries, refusals."""

from __future__ import annotations

import doctest
from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from lib.design import ordinal_model
from lib.design.ordinal_model import difference_probabilities, discordant, joint_table
from lib.errors import Refusal

TREATED, CONTROL = (0.1, 0.2, 0.4, 0.3), (0.4, 0.3, 0.2, 0.1)
derandomised = settings(derandomize=True, deadline=None)


@st.composite
def arms(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions over the same 2 to 6 categories, zeros among them."""
    categories = draw(st.integers(2, 6))
    weights = st.lists(st.sampled_from([0, 0, 1, 2, 5, 30]), min_size=categories, max_size=categories).filter(any)
    first, second = np.array(draw(weights), float), np.array(draw(weights), float)
    return first / first.sum(), second / second.sum()


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(ordinal_model)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_agrees_with_r() -> None:
    # R mvtnorm, each cell: pmvnorm(lower, upper, corr = matrix(c(1, .5, .5, 1), 2), algorithm = Miwa(steps = 512)) at
    # qnorm of the cumulated probabilities
    expected = [
        [0.07581026, 0.01847702, 0.00497412, 0.00073860],
        [0.11608043, 0.05653614, 0.02240931, 0.00497412],
        [0.15462478, 0.13523869, 0.08119257, 0.02894396],
        [0.05348453, 0.08974815, 0.09142400, 0.06534332],
    ]
    np.testing.assert_allclose(joint_table(TREATED, CONTROL, 0.5), expected, atol=6e-9)


@given(arms(), st.floats(-0.999, 0.999))
@derandomised
def test_each_arm_keeps_its_distribution(given_arms: tuple[np.ndarray, np.ndarray], rho: float) -> None:
    treated, control = given_arms
    joint = joint_table(treated, control, rho)
    assert np.all(joint >= 0)
    np.testing.assert_allclose(joint.sum(axis=1), treated, atol=1e-14)
    np.testing.assert_allclose(joint.sum(axis=0), control, atol=1e-14)
    assert not np.any(joint[treated == 0])
    assert not np.any(joint[:, control == 0])


@given(arms(), st.floats(-0.95, 0.95))
@derandomised
def test_swapping_the_arms_mirrors_the_differences(given_arms: tuple[np.ndarray, np.ndarray], rho: float) -> None:
    treated, control = given_arms
    one, other = joint_table(treated, control, rho), joint_table(control, treated, rho)
    np.testing.assert_allclose(one, other.T, atol=1e-14)
    np.testing.assert_allclose(difference_probabilities(one), difference_probabilities(other)[::-1], atol=1e-14)


def test_without_correlation_it_is_a_product() -> None:
    np.testing.assert_allclose(joint_table(TREATED, CONTROL, 0), np.outer(TREATED, CONTROL), atol=1e-15)


def test_near_perfect_correlation_leaves_only_what_the_arms_differ_in() -> None:
    # Comonotone: the overlaps of [0, .1, .3, .7, 1] with [0, .4, .7, .9, 1]
    expected = [[0.1, 0, 0, 0], [0.2, 0, 0, 0], [0.1, 0.3, 0, 0], [0, 0, 0.2, 0.1]]
    np.testing.assert_allclose(joint_table(TREATED, CONTROL, 0.9999999), expected, atol=1e-3)


def test_agrees_with_simulated_people() -> None:
    rng, people = np.random.default_rng(3), 200_000
    latent = rng.multivariate_normal([0, 0], [[1, -0.6], [-0.6, 1]], size=people)
    cuts = [ndtri(np.cumsum(arm)[:-1]) for arm in (TREATED, CONTROL)]
    improved = [np.searchsorted(cut, latent[:, side]) for side, cut in enumerate(cuts)]
    expected = joint_table(TREATED, CONTROL, -0.6)
    counted = np.bincount(improved[0] * 4 + improved[1], minlength=16).reshape(4, 4) / people
    assert np.all(np.abs(counted - expected) < 4 * np.sqrt(expected * (1 - expected) / people) + 1e-9)
    differences = np.bincount(improved[0] - improved[1] + 3, minlength=7) / people
    found = difference_probabilities(expected)
    assert np.all(np.abs(differences - found) < 4 * np.sqrt(found * (1 - found) / people) + 1e-9)


def test_differences_sum_the_diagonals() -> None:
    joint = joint_table(TREATED, CONTROL, 0.3)
    by_hand = [0.0] * 7
    for i in range(4):
        for j in range(4):
            by_hand[i - j + 3] += joint[i, j]
    np.testing.assert_allclose(difference_probabilities(joint), by_hand, atol=1e-16)
    mean = float(difference_probabilities(joint) @ np.arange(-3, 4))
    assert mean == pytest.approx(1.9 - 1.0, abs=1e-14)  # the difference of the arms' means


@pytest.mark.parametrize(("treated", "control", "rho"), [(0.7, 0.2, 0.4), (0.5, 0.5, -0.3), (0.05, 0.9, 0.8)])
def test_discordant_responders(treated: float, control: float, rho: float) -> None:
    alone, opposite = discordant(treated, control, rho)
    assert alone - opposite == pytest.approx(treated - control, abs=1e-15)
    below = difference_probabilities(joint_table([1 - treated, treated], [1 - control, control], rho))
    assert (opposite, alone) == (below[0], below[2])
    assert discordant(control, treated, rho) == pytest.approx((opposite, alone), abs=1e-15)


def test_discordant_responders_of_even_chances() -> None:
    # 1/4 − asin(ρ)/2π each: 1/6 at ρ = 1/2
    assert discordant(0.5, 0.5, 0.5) == pytest.approx((1 / 6, 1 / 6), abs=1e-15)
    assert discordant(0.5, 0.5, sqrt(0.5)) == pytest.approx((1 / 8, 1 / 8), abs=1e-15)


@pytest.mark.parametrize(("treated", "control"), [(1.0, 0.0), (0.0, 0.0), (1.0, 0.3)])
def test_certain_response(treated: float, control: float) -> None:
    assert discordant(treated, control, 0.5) == pytest.approx((treated * (1 - control), 0.0), abs=1e-15)


def test_a_sum_within_tolerance_is_scaled_to_one() -> None:
    joint = joint_table([0.5, 0.5 + 5e-10], [0.5, 0.5], 0.2)
    assert float(joint.sum()) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("treated", "control", "rho", "message"),
    [
        ([0.5, 0.4], [0.5, 0.5], 0.0, "treated: probabilities that add up to 0.9 given; wanted a sum of 1"),
        ([0.5, 0.5], [0.5, 0.50001], 0.0, r"control: probabilities that add up to 1\.00001 given"),
        ([1.2, -0.2], [0.5, 0.5], 0.0, "treated: -0.2 given; wanted probabilities of at least 0"),
        ([0.5, 0.5], [nan, 0.5], 0.0, "control: nan given"),
        ([0.5, 0.5], [inf, 0.5], 0.0, "control: inf given"),
        ([1.0], [1.0], 0.0, "treated: 1 probabilities given; wanted a list of at least 2"),
        ([0.5, 0.5], [0.2, 0.3, 0.5], 0.0, "2 and 3 probabilities given; wanted as many for each arm"),
        ([0.5, 0.5], [0.5, 0.5], 1.0, "rho: 1.0 given; wanted a correlation above -1 and below 1"),
    ],
)
def test_refuses_what_is_no_model(treated: list[float], control: list[float], rho: float, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        joint_table(treated, control, rho)


def test_refuses_a_response_that_is_no_probability() -> None:
    with pytest.raises(Refusal, match=r"control: 1\.5 given; wanted a probability of response"):
        discordant(0.5, 1.5, 0.0)
    with pytest.raises(Refusal, match="treated: nan given"):
        discordant(nan, 0.5, 0.0)


def test_refuses_a_table_that_is_not_square() -> None:
    with pytest.raises(Refusal, match=r"shape \(2, 3\) given; wanted as many rows as columns"):
        difference_probabilities(np.ones((2, 3)) / 6)
