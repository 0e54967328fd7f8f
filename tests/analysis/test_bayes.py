"""Bayes with the conjugate prior: integration on a grid, published posteriors, the t interval, symmetries."""

import doctest
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import bayes
from lib.analysis.bayes import (
    JEFFREYS,
    Posterior,
    Prior,
    credible_interval,
    density,
    posterior,
    probability_beyond,
    sceptical,
    vague,
)
from lib.analysis.t import paired_t
from lib.errors import Refusal
from lib.values import Missing
from tests.analysis.peers import R_SLEEP, SLEEP

# Simon Newcomb's 66 measurements of the speed of light, 1882, as deviations from 24,800 ns (Stigler 1977).
NEWCOMB = (
    "28 26 33 24 34 -44 27 16 40 -2 29 22 24 21 25 30 23 29 31 19 24 20 36 32 36 28 25 21 28 29 37 25 28 26 30 32 36 "
    "26 30 22 36 23 27 27 28 27 31 27 26 33 26 32 32 24 39 28 24 25 32 25 29 27 28 29 16 23"
)
POINTS = 3001
GRIDDED = [
    ([1, 2, 4], Prior(0, 1, 1, 3)),
    ([-2, 0], Prior(1, 0.5, 2, 4)),
    ([0, 0, 0, -1], Prior(0, 4, 1, 3)),
    ([3], Prior(-1, 2, 0.5, 5)),
    ([1.5, -0.5, 2, 0, 3, 1], Prior(0, 0.1, 1, 1)),
    ([5, 5, 5], Prior(0, 1, 2, 2)),
]
numbers = st.fractions(-6, 6, max_denominator=4)
spread = st.lists(numbers, min_size=2, max_size=8).filter(lambda values: len(set(values)) > 1)
positive = st.floats(0.125, 8)
priors = st.builds(Prior, mean=st.floats(-4, 4), pairs=positive, sd=positive, df=positive)
repeatable = settings(derandomize=True, deadline=None, max_examples=50)


def four(parameters):
    return [parameters.mean, parameters.pairs, parameters.sd, parameters.df]


def on_a_grid(differences, prior):
    """Likelihood times prior, μ by log σ, with σ summed out: μ and its normalised probabilities.

    The steps of μ widen with its distance from the data, so that the heavy tails fit in.
    """
    stretch, log_sigma = np.linspace(-8, 8, POINTS), np.linspace(-7, 9, 321)
    mu, sigma = np.mean(differences) + np.sinh(stretch), np.exp(log_sigma)[:, None]
    log_density = stats.norm.logpdf(mu, prior.mean, sigma / math.sqrt(prior.pairs))
    # scaled inverse chi-squared in σ²; the two powers of σ of its Jacobian leave one more for d(log σ)
    log_density = log_density - prior.df * np.log(sigma) - prior.df * prior.sd**2 / (2 * sigma**2)
    log_density = log_density + sum(stats.norm.logpdf(difference, mu, sigma) for difference in differences)
    mass = np.exp(log_density - log_density.max()).sum(axis=0) * np.cosh(stretch)
    return mu, mass / mass.sum()


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(bayes)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(("differences", "prior"), GRIDDED)
def test_the_posterior_is_that_of_integration_on_a_grid(differences, prior):
    mu, mass = on_a_grid(differences, prior)
    result = posterior(differences, prior)
    below = np.cumsum(mass) - mass / 2
    for quantile in (0.025, 0.2, 0.5, 0.8, 0.975):
        place = int(np.searchsorted(below, quantile))
        assert probability_beyond(result, mu[place], "less") == pytest.approx(below[place], abs=2e-5)
        step = math.sqrt(1 + (mu[place] - np.mean(differences)) ** 2) * 16 / (POINTS - 1)
        assert density(result, mu[place]) == pytest.approx(mass[place] / step, rel=1e-4)


def test_the_midges_of_hoff():
    # Hoff (2009), A First Course in Bayesian Statistical Methods, section 5.3: mean 1.814, variance 0.015, 10 and 10
    wings = [1.64, 1.70, 1.72, 1.74, 1.82, 1.82, 1.82, 1.90, 2.08]
    result = posterior(wings, Prior(mean=1.9, pairs=1, sd=0.1, df=1))
    assert result.mean == pytest.approx(1.814, abs=5e-4)
    assert result.sd**2 == pytest.approx(0.015, abs=5e-4)
    assert (result.pairs, result.df) == (10, 10)


def test_the_speed_of_light_of_gelman():
    # Gelman et al. (2013), section 3.2: 66 measurements, mean 26.2, s 10.8, 95 % interval [23.6, 28.9]
    result = posterior([int(word) for word in NEWCOMB.split()], JEFFREYS)
    interval = credible_interval(result, 0.95)
    assert (result.pairs, round(result.mean, 1), round(interval.low, 1), round(interval.high, 1)) == (
        66,
        26.2,
        23.6,
        28.9,
    )
    assert result.sd == pytest.approx(10.8, abs=0.06)


def test_sleep_with_jeffreys_agrees_with_r():
    # R: t.test(x, y, paired = TRUE), tests/reference/paired_tests.csv
    interval = credible_interval(posterior(SLEEP, JEFFREYS), 0.95)
    wanted = [float(R_SLEEP["lo_t"]), float(R_SLEEP["hi_t"])]
    assert [interval.low, interval.high] == pytest.approx(wanted, abs=1e-9)


@repeatable
@given(differences=spread, level=st.sampled_from([0.5, 0.8, 0.95]))
def test_with_jeffreys_the_credible_interval_is_that_of_t(differences, level):
    result, peer = credible_interval(posterior(differences, JEFFREYS), level), paired_t(differences, level=level)
    assert [result.low, result.high] == pytest.approx([peer.interval.low, peer.interval.high], rel=1e-9, abs=1e-9)


@repeatable
@given(differences=spread)
def test_with_jeffreys_the_probability_of_no_benefit_is_the_one_sided_p_of_t(differences):
    result = probability_beyond(posterior(differences, JEFFREYS), 0, "less")
    assert result == pytest.approx(paired_t(differences, "greater").p, abs=1e-12)


@repeatable
@given(first=st.lists(numbers, max_size=4), second=st.lists(numbers, max_size=4), prior=priors)
def test_two_batches_teach_what_one_does(first, second, prior):
    in_turn = posterior(second, posterior(first, prior))
    assert four(in_turn) == pytest.approx(four(posterior(first + second, prior)), rel=1e-12, abs=1e-12)


@repeatable
@given(differences=spread, prior=priors, data=st.data())
def test_the_order_of_the_pairs_is_nothing(differences, prior, data):
    shuffled = data.draw(st.permutations(differences))
    assert four(posterior(shuffled, prior)) == pytest.approx(four(posterior(differences, prior)), rel=1e-14)


@repeatable
@given(differences=spread, prior=priors, shift=numbers)
def test_a_shift_moves_the_mean_alone(differences, prior, shift):
    moved = Prior(prior.mean + float(shift), prior.pairs, prior.sd, prior.df)
    result, other = posterior(differences, prior), posterior([d + shift for d in differences], moved)
    assert four(other) == pytest.approx([result.mean + float(shift), *four(result)[1:]], rel=1e-12, abs=1e-12)


@repeatable
@given(differences=spread, prior=priors, factor=st.fractions(Fraction(1, 9), 50, max_denominator=9))
def test_another_unit_scales_mean_and_sd(differences, prior, factor):
    unit = float(factor)
    result = posterior(differences, prior)
    scaled = posterior(
        [d * factor for d in differences], Prior(prior.mean * unit, prior.pairs, prior.sd * unit, prior.df)
    )
    wanted = [result.mean * unit, result.pairs, result.sd * unit, result.df]
    assert four(scaled) == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert density(scaled, unit) * unit == pytest.approx(density(result, 1), rel=1e-9)


@repeatable
@given(differences=spread, prior=priors, delta=st.floats(-5, 5))
def test_swapping_arms_mirrors_the_posterior(differences, prior, delta):
    result = posterior(differences, prior)
    mirror = posterior([-d for d in differences], Prior(-prior.mean, prior.pairs, prior.sd, prior.df))
    assert four(mirror) == [-result.mean, *four(result)[1:]]
    assert probability_beyond(mirror, -delta, "greater") == probability_beyond(result, delta, "less")


@repeatable
@given(prior=priors, delta=st.floats(-5, 5), level=st.sampled_from([0.5, 0.9, 0.99]))
def test_interval_density_and_probability_tell_of_one_distribution(prior, delta, level):
    interval, tail = credible_interval(prior, level), (1 - level) / 2
    assert probability_beyond(prior, interval.low, "less") == pytest.approx(tail, rel=1e-9)
    assert probability_beyond(prior, interval.high, "greater") == pytest.approx(tail, rel=1e-9)
    sides = probability_beyond(prior, delta, "less"), probability_beyond(prior, delta, "greater")
    assert sum(sides) == pytest.approx(1, abs=1e-14)
    step = 1e-4 * prior.sd / math.sqrt(prior.pairs)
    slope = (
        (probability_beyond(prior, delta + step, "less") - probability_beyond(prior, delta - step, "less")) / 2 / step
    )
    assert density(prior, delta) == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_a_prior_worth_countless_pairs_hides_the_data():
    result = posterior([3, 4, 8], Prior(mean=-1, pairs=1e15, sd=2, df=1e15))
    assert four(result) == pytest.approx([-1, 1e15, 2, 1e15], rel=1e-12)
    assert credible_interval(result, 0.95).high == pytest.approx(-1, abs=1e-6)


def test_countless_pairs_hide_the_prior():
    many = [1, 2, 3, 4, 5] * 400
    assert posterior(many, sceptical(1)).mean == pytest.approx(3 * 2000 / 2004, rel=1e-12)
    assert posterior(many, vague(1)).sd == pytest.approx(posterior(many, JEFFREYS).sd, rel=2e-3)


def test_scepticism_halves_the_mean_of_four_pairs():
    # four pairs of weight without effect beside four pairs seen
    assert posterior([1, 2, 3, 4], sceptical(1)).mean == 1.25
    assert (four(sceptical(2)), four(vague(2))) == ([0, 4, 2, 3], [0, 0.1, 2, 1])


def test_scepticism_on_the_standardised_scale():
    # P(|mean| > sd) for N(0, 1/4) is 0.0455; here sd is known, as its degrees of freedom are countless
    known_sd = Prior(0, sceptical(3).pairs, 3, 1e9)
    assert 2 * probability_beyond(known_sd, 3, "greater") == pytest.approx(2 * stats.norm.sf(2), abs=1e-8)


def test_without_pairs_a_proper_prior_stays_as_it_is():
    assert four(posterior([], sceptical(2))) == four(sceptical(2))


@pytest.mark.parametrize(
    ("differences", "prior", "reason"),
    [
        ([], JEFFREYS, "no pairs: there is nothing to compare"),
        ([3], JEFFREYS, "1 pair and this prior leave the standard deviation unknown"),
        ([], Prior(0, 1, 1, 0), "0 pairs and this prior leave"),
        ([2, 2, 2], JEFFREYS, "all equal"),
        ([Fraction(1, 3)] * 3, Prior(0, 0, 0, 2), "all equal"),
    ],
)
def test_an_improper_posterior_is_missing_with_its_reason(differences, prior, reason):
    result = posterior(differences, prior)
    assert isinstance(result, Missing)
    assert reason in result.reason


def test_equal_differences_that_contradict_the_prior_have_a_posterior():
    # sd² = (1·2/3)·5² / 2 without any other spread
    result = posterior([5, 5], Prior(0, 1, 0, 0))
    assert four(result) == pytest.approx([10 / 3, 3, math.sqrt(50 / 3 / 2), 2])


@pytest.mark.parametrize("scale", [1e-200, 1e99])
def test_squares_may_leave_the_range_of_floats(scale):
    plain = posterior([1, 2, 6], Prior(0, 1, 1, 1))
    scaled = posterior([scale, 2 * scale, 6 * scale], Prior(0, 1, scale, 1))
    assert [scaled.mean / scale, scaled.sd / scale] == pytest.approx([plain.mean, plain.sd])


def test_density_takes_any_shape():
    x = np.array([[-1.0, 0, 1], [2, 3, 400]])
    densities = density(vague(1), x)
    assert densities.shape == (2, 3)
    assert densities == pytest.approx(stats.cauchy.pdf(x, scale=math.sqrt(10)))
    assert density(vague(1), 0.0).shape == ()


def test_only_all_three_above_zero_is_proper():
    assert Prior(0, 0.1, 1, 1).proper
    assert not any(prior.proper for prior in (JEFFREYS, Prior(0, 0, 1, 1), Prior(0, 1, 0, 1), Prior(0, 1, 1, 0)))
    assert isinstance(posterior([1, 2], JEFFREYS), Posterior)
    assert posterior([1, 2], JEFFREYS).proper


@pytest.mark.parametrize(
    "read",
    [
        lambda prior: density(prior, 0),
        lambda prior: credible_interval(prior, 0.9),
        lambda prior: probability_beyond(prior, 0, "less"),
    ],
)
@pytest.mark.parametrize("prior", [JEFFREYS, Prior(0, 0, 1, 1), Prior(0, 1, 0, 1), Prior(0, 1, 1, 0)], ids=str)
def test_an_improper_prior_is_not_drawn(read, prior):
    with pytest.raises(Refusal, match="wanted a proper distribution"):
        read(prior)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((math.nan, 1, 1, 1), "mean: nan given"),
        ((0, -1, 1, 1), "pairs: -1 given"),
        ((0, math.inf, 1, 1), "pairs: inf given"),
        ((0, 1, math.nan, 1), "sd: nan given"),
        ((0, 1, 1, -1), "df: -1 given; wanted at least 0, or from -1 where sd is 0"),
        ((0, -1, -1, -2), "pairs: -1 given.*; sd: -1 given.*; df: -2 given"),
    ],
)
def test_numbers_out_of_range_are_refused_together(arguments, message):
    with pytest.raises(Refusal, match=message):
        Prior(*arguments)


def test_other_wrong_input_is_refused():
    with pytest.raises(Refusal, match="wanted finite numbers"):
        posterior([1, math.nan], vague(1))
    with pytest.raises(Refusal, match="confidence level between 0 and 1"):
        credible_interval(vague(1), 95)
    with pytest.raises(Refusal, match="delta: inf given"):
        probability_beyond(vague(1), math.inf, "less")
    with pytest.raises(Refusal, match="among less, greater; given 'two-sided'"):
        probability_beyond(vague(1), 0, "two-sided")
    for maker in (vague, sceptical):
        with pytest.raises(Refusal, match="sd: 0 given; wanted a standard deviation above 0"):
            maker(0)
