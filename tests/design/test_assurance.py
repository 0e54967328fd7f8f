"""Assurance: the known values of a pilot of four, double quadrature, simulation, limits and symmetries."""

from __future__ import annotations

import doctest
from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from lib.analysis.bayes import JEFFREYS, Direction, Posterior, Prior, posterior, probability_beyond, sceptical
from lib.design import assurance
from lib.design.assurance import predictive_success
from lib.errors import Refusal

PILOT = Posterior(mean=1.0, pairs=4, sd=1.0, df=3)  # Jeffreys, four differences with mean 1 and SD 1
COUNTLESS = 1e12
beliefs = st.builds(
    Posterior, mean=st.floats(-5, 5), pairs=st.floats(0.1, 50), sd=st.floats(0.1, 5), df=st.floats(1, 50)
)
sizes, alphas = st.integers(2, 300), st.floats(1e-4, 0.5)
derandomised = settings(derandomize=True, deadline=None, max_examples=50)


def chi_grid(df: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of √(χ²/df) in equal steps of their logarithm, with their probabilities."""
    ends = np.log([stats.chi2.ppf(1e-14, df) / df, stats.chi2.isf(1e-16, df) / df]) / 2
    log_s, step = np.linspace(*ends, 1501, retstep=True)
    s = np.exp(log_s)
    return s, 2 * df * s**2 * stats.chi2.pdf(df * s**2, df) * step


def double_quadrature(belief: Posterior, n: int, alpha: float) -> float:
    """P(new mean · √n > critical · new SD), the two-sided test in the direction "greater"; σ by new SD."""
    precision, weight = chi_grid(belief.df)
    new_sd, new_weight = chi_grid(n - 1)
    critical = stats.t.isf(alpha / 2, n - 1)
    expected = sqrt(n) * belief.mean / belief.sd * precision[:, None]
    passed = special.ndtr((expected - critical * new_sd) / sqrt(1 + n / belief.pairs))
    return float(weight @ passed @ new_weight)


def simulated(belief: Posterior, n: int, alpha: float, draws: int, seed: int) -> float:
    """Share of new trials, each drawn pair by pair from its own mean and SD, that succeed towards "greater"."""
    rng = np.random.default_rng(seed)
    sigma = belief.sd * np.sqrt(belief.df / rng.chisquare(belief.df, draws))
    mu = rng.normal(belief.mean, sigma / sqrt(belief.pairs))
    new = rng.normal(mu[:, None], sigma[:, None], (draws, n))
    t = new.mean(axis=1) / (new.std(axis=1, ddof=1) / sqrt(n))
    return float(np.mean(t >= stats.t.isf(alpha / 2, n - 1)))


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(assurance)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(("n", "percent", "plug_in"), [(8, 56, 68), (12, 66, 88), (20, 75, 99), (30, 80, 100)])
def test_a_pilot_of_four_with_d_z_of_one(n: int, percent: int, plug_in: int) -> None:
    # Known truth, both by separate simulation; the plug-in is R's power.t.test(n, 1, type = "paired")
    differences = [1 + sqrt(1.5), 1 - sqrt(1.5), 1, 1]
    belief = posterior(differences, JEFFREYS)
    assert isinstance(belief, Posterior)
    assert round(100 * predictive_success(belief, n, 0.05, 2, "greater")) == percent
    certain = Posterior(mean=1.0, pairs=COUNTLESS, sd=1.0, df=COUNTLESS)
    assert round(100 * predictive_success(certain, n, 0.05, 2, "greater")) == plug_in


@pytest.mark.parametrize(
    ("belief", "n", "alpha"),
    [
        (PILOT, 2, 0.05),
        (PILOT, 12, 0.05),
        (Posterior(4.0, 2, 1.0, 1), 200, 0.05),
        (Posterior(0.3, 8, 0.5, 6.5), 5, 1e-4),
        (Posterior(-2.0, 0.1, 3.0, 1.5), 30, 0.2),
        (Posterior(30.0, 4, 1.0, 3), 3, 1e-4),
    ],
)
def test_agrees_with_double_quadrature(belief: Posterior, n: int, alpha: float) -> None:
    expected = double_quadrature(belief, n, alpha)
    assert predictive_success(belief, n, alpha, 2, "greater") == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("belief", "n"), [(PILOT, 12), (Posterior(0.4, 8, 1.0, 5), 20)])
def test_agrees_with_simulation(belief: Posterior, n: int) -> None:
    draws = 100_000
    share = simulated(belief, n, 0.05, draws, seed=1)
    wanted = predictive_success(belief, n, 0.05, 2, "greater")
    assert abs(share - wanted) < 4 * sqrt(wanted * (1 - wanted) / draws)


@given(st.floats(-2, 2), st.integers(2, 60), alphas)
@derandomised
def test_without_uncertainty_it_is_power(d: float, n: int, alpha: float) -> None:
    certain = Posterior(mean=d, pairs=COUNTLESS, sd=1.0, df=COUNTLESS)
    power = stats.nct.sf(stats.t.isf(alpha, n - 1), n - 1, d * sqrt(n)) if d else alpha
    assert predictive_success(certain, n, alpha, 1, "greater") == pytest.approx(power, abs=1e-8)


@given(beliefs)
@derandomised
def test_countless_pairs_only_reveal_the_sign(belief: Posterior) -> None:
    wanted = probability_beyond(belief, 0, "greater")
    assert predictive_success(belief, 10**12, 0.05, 2, "greater") == pytest.approx(wanted, abs=1e-4)


@given(beliefs, sizes, alphas, st.sampled_from([1, 2]))
@derandomised
def test_swapping_arms_swaps_the_direction(belief: Posterior, n: int, alpha: float, sides: int) -> None:
    mirror = Posterior(-belief.mean, belief.pairs, belief.sd, belief.df)
    less = predictive_success(mirror, n, alpha, sides, "less")
    assert less == predictive_success(belief, n, alpha, sides, "greater")


@given(beliefs, sizes, alphas, st.floats(0.01, 100))
@derandomised
def test_the_unit_is_nothing(belief: Posterior, n: int, alpha: float, unit: float) -> None:
    scaled = Posterior(belief.mean * unit, belief.pairs, belief.sd * unit, belief.df)
    wanted = predictive_success(belief, n, alpha, 2, "less")
    assert predictive_success(scaled, n, alpha, 2, "less") == pytest.approx(wanted, abs=1e-10)


@given(beliefs, sizes, alphas)
@derandomised
def test_two_sided_counts_half_of_alpha(belief: Posterior, n: int, alpha: float) -> None:
    one_sided = predictive_success(belief, n, alpha / 2, 1, "greater")
    assert predictive_success(belief, n, alpha, 2, "greater") == one_sided


@given(beliefs, sizes)
@derandomised
def test_both_directions_share_what_alpha_of_one_half_gives(belief: Posterior, n: int) -> None:
    # one-sided at 0.5 the sign of the mean decides: one direction or the other succeeds
    both: tuple[Direction, Direction] = ("less", "greater")
    assert sum(predictive_success(belief, n, 0.5, 1, way) for way in both) == pytest.approx(1, abs=2e-9)


def test_a_prior_alone_will_do_and_doubt_lowers_success() -> None:
    doubtful = posterior([1 + sqrt(1.5), 1 - sqrt(1.5), 1, 1], sceptical(1.0))
    assert isinstance(doubtful, Posterior)
    assert predictive_success(doubtful, 12, 0.05, 2, "greater") < predictive_success(PILOT, 12, 0.05, 2, "greater")
    alone = [predictive_success(sceptical(1.0), 12, 0.05, 2, way) for way in ("less", "greater")]
    assert alone[0] == pytest.approx(alone[1], abs=1e-15)
    assert alone[0] > 0.025  # the prior spreads over effects as well as none


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 1}, "n: 1 given; wanted a whole number of pairs, at least 2"),
        ({"n": 2.5}, r"n: 2\.5 given"),
        ({"n": inf}, "n: inf given"),
        ({"alpha": 0.0}, r"alpha: 0\.0 given"),
        ({"alpha": nan}, "alpha: nan given"),
        ({"sides": 3}, "sides: 3 given; wanted 1 or 2"),
        ({"direction": "two-sided"}, "among less, greater; given 'two-sided'"),
        ({"posterior": JEFFREYS}, "wanted a proper distribution"),
        ({"posterior": Prior(0, 1, 1, 0.5)}, r"df: 0\.5 given; wanted a belief worth at least 1 degree of freedom"),
    ],
)
def test_what_has_no_answer_is_refused(change: dict[str, object], message: str) -> None:
    plan: dict[str, object] = {"posterior": PILOT, "n": 12, "alpha": 0.05, "sides": 2, "direction": "greater"}
    with pytest.raises(Refusal, match=message):
        predictive_success(**{**plan, **change})  # type: ignore[arg-type]
