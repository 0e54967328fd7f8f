"""The noncentral t tail against high-precision values, scipy where it is right, and identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from lib.design.noncentral_t import noncentral_t_lower, noncentral_t_tails, noncentral_t_upper

# (q, df, nc, P(T > q)): mpmath 1.4.1, 30 digits, quad of f(s)·Φ(nc − q·s) split round both peaks.
HIGH_PRECISION = [
    (12.706204736174698, 1, 1.0, 0.06776301385479815),
    (12.706204736174698, 1, 40.0, 0.9983010614669934),
    (636.0, 1, 60.0, 0.07516053143475122),
    (3.182446305284263, 3, 4.0, 0.7549838397241554),
    (3.182446305284263, 3, -2.0, 0.00020374973090596697),
    (1000.0, 3, 58.0, 0.00026906336978335557),
    (2.4469118511449692, 6, 37.5, 1.0),
    (2.4469118511449692, 6, 3.4, 0.8074149377650879),
    (-2.0, 6, -5.0, 0.004069937981315938),
    (0.0, 10, 0.5, 0.6914624612740131),
    (3.5, 20, -2.5, 5.721185710117204e-08),
    (2.02, 39, 2.5, 0.6846484409354295),
    (2.02, 40, 2.5, 0.6846390931326175),
    (2.02, 41, 2.5, 0.6846303261990689),
    (30.0, 100, 33.0, 0.9042473620604425),
    (-60.0, 300, -58.0, 0.7687474448660266),
    (1.96, 1998, 2.8, 0.7995014267172321),
    (1.96, 199998, 2.8, 0.7995453627664075),
]

WIDE_DF = np.array([1, 2, 3, 5, 8, 20, 39, 40, 100, 300, 1000, 2000])[:, None, None]
WIDE_NC = np.linspace(-60, 60, 121)[:, None]
WIDE_Q = np.array([-1000.0, -60, -12.7, -3, -1, 0, 1, 2, 5, 12.7, 30, 60, 1000])


@pytest.mark.parametrize(("q", "df", "nc", "expected"), HIGH_PRECISION)
def test_agrees_with_high_precision_quadrature(q: float, df: int, nc: float, expected: float) -> None:
    assert noncentral_t_upper(q, df, nc) == pytest.approx(expected, abs=2e-14)


def test_is_a_probability_over_a_wide_grid() -> None:
    tail = noncentral_t_upper(WIDE_Q, WIDE_DF, WIDE_NC)
    assert tail.shape == (12, 121, 13)
    assert np.all((tail >= 0) & (tail <= 1))  # NaN would fail


def test_agrees_with_scipy_where_scipy_is_silent() -> None:
    df = WIDE_DF[WIDE_DF.ravel() != 300]  # there scipy 1.17 warns that its series did not converge
    assert noncentral_t_upper(WIDE_Q, df, WIDE_NC) == pytest.approx(stats.nct.sf(WIDE_Q, df, WIDE_NC), abs=2e-12)


def test_answers_where_scipy_gives_nan() -> None:
    # P(T < −30) at df 1, nc 20 is Φ(−20) at most, 2.8e-89.
    assert np.isnan(special.nctdtr(1, 20, -30))
    assert noncentral_t_lower(-30, 1, 20) == 0
    assert noncentral_t_upper(-30, 1, 20) == 1


def test_tail_below_1e_12_is_zero_and_just_above_is_not() -> None:
    # At q = 0 the tail is Φ(nc): Φ(−7) is 1.28e-12, Φ(−7.1) is 6.2e-13.
    assert noncentral_t_upper(0, 5, -7.0) == pytest.approx(special.ndtr(-7.0), abs=1e-14)
    assert noncentral_t_upper(0, 5, -7.1) == 0


def test_without_noncentrality_is_students_t() -> None:
    df = np.array([1, 2, 3, 7, 30, 500, 2000])
    q = np.array([-3.0, 0, 0.5, 2, 10])[:, None]
    assert noncentral_t_upper(q, df, 0) == pytest.approx(stats.t.sf(q, df), abs=1e-13)


def test_tends_to_the_normal_as_df_grows() -> None:
    # Remainder of order 1/df.
    assert noncentral_t_upper(1.96, 1e9, 2.8) == pytest.approx(special.ndtr(2.8 - 1.96), abs=1e-9)


def test_lower_and_upper_tail_add_to_one() -> None:
    both = noncentral_t_upper(WIDE_Q, WIDE_DF, WIDE_NC) + noncentral_t_lower(WIDE_Q, WIDE_DF, WIDE_NC)
    assert both == pytest.approx(np.ones_like(both), abs=3e-12)  # either may have been set to 0 below 1e-12


@given(st.floats(-50, 50), st.integers(1, 2000), st.floats(-50, 50), st.floats(0.001, 5))
@settings(derandomize=True, deadline=None)
def test_falls_in_q_and_rises_in_nc(q: float, df: int, nc: float, step: float) -> None:
    here = noncentral_t_upper(q, df, nc)
    assert noncentral_t_upper(q + step, df, nc) <= here + 2e-12
    assert noncentral_t_upper(q, df, nc + step) >= here - 2e-12


@pytest.mark.parametrize("alpha", [1e-6, 0.001, 0.01, 0.05, 0.5, 0.99])
def test_both_tails_at_once_are_the_tails_one_by_one(alpha: float) -> None:
    df = np.r_[1:40, 70, 100, 500, 1000, 2e5][:, None].astype(float)
    nc = np.r_[np.linspace(-12, 40, 105), 1e3, 1e300]
    q = -special.stdtrit(df, alpha / 2)
    upper, lower = noncentral_t_tails(q, df, nc)
    np.testing.assert_allclose(upper, noncentral_t_upper(q, df, nc), rtol=0, atol=1e-13)
    np.testing.assert_allclose(lower, noncentral_t_lower(-q, df, nc), rtol=0, atol=1e-13)
    assert not np.any((lower > 0) & (lower < 1e-12)), "below 1e-12 is 0"


def test_both_tails_swap_with_the_sign_of_the_noncentrality() -> None:
    q, df, nc = 2.1, np.arange(1.0, 50), 1.7
    upper, lower = noncentral_t_tails(q, df, nc)
    mirrored = noncentral_t_tails(q, df, -nc)
    np.testing.assert_allclose((lower, upper), mirrored, rtol=1e-13)
