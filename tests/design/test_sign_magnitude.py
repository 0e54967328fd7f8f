"""Type S and type M errors: Gelman & Carlin's examples, R, the normal closed form, simulation, symmetries."""

from __future__ import annotations

import doctest
from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from lib.design import sign_magnitude as module
from lib.design.sign_magnitude import SignMagnitude, sign_magnitude, sign_magnitude_curves
from lib.design.t_designs import t_power
from lib.errors import Refusal
from lib.values import Missing, known

MANY = 10**7


def closed_form(nc: float, alpha: float) -> tuple[float, float]:
    """Lu, Qiu & Deng (2019): type S and M of a two-sided z test."""
    z = stats.norm.isf(alpha / 2)
    power = stats.norm.sf(z - nc) + stats.norm.cdf(-z - nc)
    peaks = stats.norm.pdf(nc + z) + stats.norm.pdf(nc - z)
    size = peaks + nc * (stats.norm.cdf(nc + z) + stats.norm.cdf(nc - z) - 1)
    return float(stats.norm.cdf(-z - nc) / power), float(size / nc / power)


def by_estimate(nc: float, df: int, alpha: float, sides: int) -> tuple[float, float]:
    """The other way round than the module: over the estimate, P(it rejects) being that S is small enough."""
    q = stats.t.isf(alpha / sides, df)

    def mass(x: float, power: int) -> float:
        return float(abs(x) ** power * stats.norm.pdf(x - nc) * stats.chi2.cdf(df * x * x / (q * q), df))

    def over(low: float, high: float, power: int) -> float:
        return float(integrate.quad(mass, low, high, args=(power,), epsabs=1e-13, limit=300)[0])

    reach = abs(nc) + 10
    against = over(-reach, 0, 0) if sides == 2 else 0.0
    toward, size = over(0, reach, 0), over(0, reach, 1) + (over(-reach, 0, 1) if sides == 2 else 0.0)
    return (against if nc > 0 else toward) / (toward + against), size / (toward + against) / abs(nc)


def numbers(found: SignMagnitude) -> tuple[float, float]:
    assert known(found.wrong_sign)
    assert known(found.exaggeration)
    return found.wrong_sign, found.exaggeration


def test_the_examples_in_docstrings_hold() -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("effect", "standard_error", "power", "wrong_sign", "exaggeration"),
    [
        # Gelman & Carlin (2014), pp. 645-646. The last exaggeration they print as 9.7, the mean of 10,000 draws.
        (0.1, 3.28, 0.05, 0.46, 77),
        (1.0, 3.28, 0.06, 0.19, 8),
        (2.0, 8.1, 0.06, 0.24, 10),
    ],
)
def test_gelman_and_carlin(
    effect: float, standard_error: float, power: float, wrong_sign: float, exaggeration: int
) -> None:
    found = numbers(sign_magnitude(effect, standard_error, MANY, 0.05, 2))
    assert (round(found[0], 2), round(found[1])) == (wrong_sign, exaggeration)
    assert round(float(sign_magnitude_curves(effect / standard_error, MANY, 0.05, 2)[0]), 2) == power


@pytest.mark.parametrize(
    ("nc", "df", "alpha", "sides", "power", "wrong_sign", "exaggeration"),
    [
        # R: pt() for the two tails, integrate() over the density of sqrt(chi2/df) for the truncated means
        (1.0, 3, 0.05, 2, 0.1112749155178, 0.02868281894, 2.180411431),
        (0.2, 3, 0.05, 2, 0.05244404743798, 0.3323484613, 8.862653554),
        (2.0, 10, 0.05, 2, 0.439627301125, 0.000171139394, 1.402879998),
        (1.0, 3, 0.05, 1, 0.1961336155186, 0.0, 2.090457522),
        (0.5, 1, 0.05, 2, 0.05609625683264, 0.2210809973, 2.78804561),
    ],
)
def test_agrees_with_r(
    nc: float, df: int, alpha: float, sides: int, power: float, wrong_sign: float, exaggeration: float
) -> None:
    assert numbers(sign_magnitude(3 * nc, 3.0, df, alpha, sides)) == pytest.approx((wrong_sign, exaggeration), rel=1e-8)
    assert float(sign_magnitude_curves(nc, df, alpha, sides)[0]) == pytest.approx(power, abs=1e-10)


@pytest.mark.parametrize("nc", [0.01, 0.3, 1.0, 2.8, 6.0])
@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.3])
def test_many_degrees_of_freedom_are_the_closed_form(nc: float, alpha: float) -> None:
    assert numbers(sign_magnitude(nc, 1.0, MANY, alpha, 2)) == pytest.approx(
        closed_form(nc, alpha), rel=1e-4, abs=1e-12
    )


@pytest.mark.parametrize("nc", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("df", [1, 3, 20])
@pytest.mark.parametrize(("alpha", "sides"), [(0.01, 2), (0.05, 1)])
def test_agrees_with_quadrature_over_the_estimate(nc: float, df: int, alpha: float, sides: int) -> None:
    for signed in (nc, -nc) if sides == 2 or nc < 2 else (nc,):
        expected = by_estimate(signed, df, alpha, sides)
        assert numbers(sign_magnitude(signed, 1.0, df, alpha, sides)) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("d_z", "sides"), [(0.1, 2), (0.5, 2), (1.0, 1), (-0.2, 1)])
def test_agrees_with_four_simulated_pairs(d_z: float, sides: int) -> None:
    draws, n = 400_000, 4
    differences = np.random.default_rng(7).normal(d_z, 1.0, (draws, n))
    mean, spread = differences.mean(axis=1), differences.std(axis=1, ddof=1)
    t, critical = mean / (spread / sqrt(n)), stats.t.isf(0.05 / sides, n - 1)
    rejects = (t >= critical) | ((t <= -critical) & (sides == 2))
    size, wrong = np.abs(mean[rejects]) / abs(d_z), np.sign(mean[rejects]) != np.sign(d_z)
    wrong_sign, exaggeration = numbers(sign_magnitude(d_z, 1 / sqrt(n), n - 1, 0.05, sides))
    assert abs(float(size.mean()) - exaggeration) < 4 * float(size.std()) / sqrt(size.size)
    assert abs(float(wrong.mean()) - wrong_sign) <= 4 * sqrt(wrong_sign * (1 - wrong_sign) / size.size)


def test_a_tiny_trial_exaggerates_hugely_and_the_more_the_smaller_the_effect() -> None:
    nc = 2 * np.array([0.01, 0.1, 0.3, 1.0, 3.0, 20.0])  # d_z at 4 pairs
    power, wrong_sign, exaggeration = sign_magnitude_curves(nc, 3, 0.05, 2)
    assert exaggeration[0] > 80
    assert wrong_sign[0] == pytest.approx(0.5, abs=0.02)
    assert np.all(np.diff(exaggeration) < 0)
    assert np.all(np.diff(wrong_sign) <= 0)
    assert exaggeration[-1] == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(power, t_power(nc, np.full(6, 3.0), 0.05, 2), atol=1e-12)


@pytest.mark.parametrize("df", [1, 3, 50])
def test_swapping_arms_changes_nothing_of_two_sides_and_everything_of_one(df: int) -> None:
    assert sign_magnitude(0.7, 1.0, df, 0.05, 2) == sign_magnitude(-0.7, 1.0, df, 0.05, 2)
    assert numbers(sign_magnitude(0.7, 1.0, df, 0.05, 1))[0] == 0
    assert numbers(sign_magnitude(-0.7, 1.0, df, 0.05, 1))[0] == 1


def test_the_unit_is_nothing_and_arrays_are_scalars_side_by_side() -> None:
    assert numbers(sign_magnitude(70.0, 100.0, 3, 0.05, 2)) == pytest.approx(
        numbers(sign_magnitude(0.7, 1.0, 3, 0.05, 2)), rel=1e-14
    )
    nc, df = np.array([0.2, 3.0]), np.array([1, 4, 90])[:, None]
    _, wrong_sign, exaggeration = sign_magnitude_curves(nc, df, 0.05, 2)
    for place in np.ndindex(3, 2):
        found = numbers(sign_magnitude(nc[place[1]], 1.0, int(df[place[0], 0]), 0.05, 2))
        assert found == pytest.approx((wrong_sign[place], exaggeration[place]), rel=1e-12)


def test_no_effect_has_no_errors() -> None:
    for effect in (0.0, -0.0):
        found = sign_magnitude(effect, 1.0, 3, 0.05, 2)
        assert isinstance(found.wrong_sign, Missing)
        assert isinstance(found.exaggeration, Missing)
        assert "an effect of 0" in found.exaggeration.reason


def test_a_trial_that_never_rejects_has_no_significant_estimates() -> None:
    found = sign_magnitude(-30.0, 1.0, 50, 0.05, 1)
    assert found == SignMagnitude(
        Missing("no trial of this design rejects"), Missing("no trial of this design rejects")
    )
    with pytest.raises(Refusal, match=r"nc: \[-30\.0\] given; wanted noncentralities at which some trial rejects"):
        sign_magnitude_curves([1.0, -30.0], 50, 0.05, 1)


def test_extremes_are_numbers() -> None:
    assert numbers(sign_magnitude(1e200, 1e-100, 3, 0.05, 2)) == pytest.approx((0, 1), abs=1e-12)
    wrong_sign, exaggeration = numbers(sign_magnitude(1e-200, 1.0, 3, 1e-9, 2))
    assert wrong_sign == pytest.approx(0.5, abs=1e-9)
    assert 1e200 < exaggeration < inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effect": nan}, "effect: nan given"),
        ({"standard_error": 0.0}, r"standard_error: 0\.0 given"),
        ({"df": 0}, "df: 0.* given; wanted whole degrees of freedom, at least 1"),
        ({"df": 2.5}, r"df: 2\.5 given"),
        ({"alpha": 1.0}, r"alpha: 1\.0 given"),
        ({"alpha": 0.5, "sides": 1}, r"alpha: 0\.5 given; wanted above 0 and below 0\.5"),
        ({"sides": 3}, "sides: 3 given"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    given = {"effect": 1.0, "standard_error": 1.0, "df": 3, "alpha": 0.05, "sides": 2, **change}
    with pytest.raises(Refusal, match=message):
        sign_magnitude(**given)  # type: ignore[arg-type]


def test_curves_refuse_an_effect_of_zero() -> None:
    with pytest.raises(Refusal, match="wanted finite noncentralities other than 0"):
        sign_magnitude_curves([0.0, 1.0], 3, 0.05, 2)
