"""How the printed 2.4 could have arisen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from lib.design.published_effect import PublishedReading, RhoRange, printed_number, published_effect_readings
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.values import Missing
from tests.design.plans import PUBLISHED


def readings(printed: float, decimals: int) -> dict[str, PublishedReading]:
    return {reading.design: reading for reading in published_effect_readings(printed, decimals, PUBLISHED).readings}


def test_every_design_is_read() -> None:
    assert list(readings(2.4, 1)) == list(DESIGNS)


def test_two_sample_reading_prints_2_4() -> None:
    # reference/detectable_effect_t.csv (R power.t.test, strict), two.sample, n 4
    reading = readings(2.4, 1)["two-sample-t"]
    assert reading.detectable == pytest.approx(2.380754, abs=1e-6)
    assert reading.prints
    assert isinstance(reading.rho, Missing)


def test_paired_reading_needs_a_rho_of_0_34_to_0_39() -> None:
    # reference/detectable_effect_t.csv (R power.t.test, strict), paired, n 4: m = 2.127949 σ_D.
    # ρ = 1 − (x/m)²/2 at x = 2.45 and 2.35.
    reading = readings(2.4, 1)["paired-t"]
    assert reading.detectable == pytest.approx(2.127949, abs=1e-6)
    assert not reading.prints
    assert isinstance(reading.rho, RhoRange)
    assert reading.rho.low == pytest.approx(1 - (2.45 / 2.12794934) ** 2 / 2, abs=1e-8)
    assert reading.rho.high == pytest.approx(1 - (2.35 / 2.12794934) ** 2 / 2, abs=1e-8)
    assert (round(reading.rho.low, 2), round(reading.rho.high, 2)) == (0.34, 0.39)


@pytest.mark.parametrize(("rho", "prints"), [(0.336, False), (0.338, True), (0.389, True), (0.391, False)])
def test_rho_range_is_where_the_detectable_effect_prints(rho: float, prints: bool) -> None:
    effect = DESIGNS["paired-t"].detectable(replace(PUBLISHED, rho=rho))
    assert printed_number(2.4, 1).prints(effect) is prints


def test_a_printed_multiple_of_the_difference_sd_is_recognised() -> None:
    assert readings(2.13, 2)["paired-t"].prints
    assert not readings(2.13, 2)["two-sample-t"].prints


def test_rho_and_effect_of_the_plan_are_not_used() -> None:
    elsewhere = replace(PUBLISHED, rho=-0.3, effect=9.0)
    assert published_effect_readings(2.4, 1, elsewhere) == published_effect_readings(2.4, 1, PUBLISHED)


def test_no_correlation_prints_an_effect_beyond_twice_sigma() -> None:
    # At ρ → −1 σ_D is 2, so a paired detectable effect never exceeds 4.2559.
    assert isinstance(readings(4.4, 1)["paired-t"].rho, Missing)
    edge = readings(4.3, 1)["paired-t"].rho
    assert isinstance(edge, RhoRange)
    assert edge.low == -1


def test_an_effect_that_rounds_to_almost_nothing_reaches_up_to_full_correlation() -> None:
    rho = readings(0.0001, 4)["paired-t"].rho
    assert isinstance(rho, RhoRange)
    assert rho.high == 1


@pytest.mark.parametrize(("value", "prints"), [(2.35, True), (2.3499999, False), (2.4499999, True), (2.45, False)])
def test_rounding_interval_is_half_open(value: float, prints: bool) -> None:
    # The binary 2.35 is 2.35000000000000008882, the binary 2.45 is 2.45000000000000017764.
    assert printed_number(2.4, 1).prints(value) is prints


def test_rounding_interval_keeps_its_lower_end_only() -> None:
    # 1.5 and 2.5 are binary fractions, so these ends are met exactly.
    assert printed_number(2.0, 0).prints(1.5)
    assert not printed_number(2.0, 0).prints(2.5)


def test_rounding_interval_is_exact() -> None:
    number = printed_number(2.4, 1)
    assert (number.low, number.high) == (Fraction(235, 100), Fraction(245, 100))


@pytest.mark.parametrize(("value", "decimals"), [(2.43, 1), (0.0, 1), (-2.4, 1), (2.4, -1), (float("nan"), 1)])
def test_refuses_what_cannot_have_been_printed(value: float, decimals: int) -> None:
    with pytest.raises(Refusal, match="wanted a finite number above 0"):
        printed_number(value, decimals)
