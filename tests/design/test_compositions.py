"""Compositions of sizes: their number, weights, sums, and what is left out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, factorial, inf

import numpy as np
import pytest
from scipy import stats

from lib.design.compositions import NO_SIZES, SKIPPED, Level, Prefixes, SignedSum, binomials, coins, cuts, grown

SHARE, POSITIVE = (0.5, 0.3, 0.2), (0.6, 0.9, 0.25)


def a_test(ranked: bool, alpha: Fraction = Fraction(1, 20), sides: int = 2) -> SignedSum:
    return SignedSum((1, 2, 4), SHARE, POSITIVE, ranked, alpha, sides)


def all_of(test: SignedSum, most: int, least: list[np.ndarray] | None = None) -> Level:
    """Every composition of all sizes, by number of differences."""
    level, coin = NO_SIZES, coins(test, most)
    for place in range(len(test.sizes)):
        level = {
            size: grown(test, coin[place], level, place, size, least[place + 1][size] if least else -inf)
            for size in range(most + 1)
        }
    return level


def by_enumeration(test: SignedSum, size: int) -> dict[tuple[int, ...], tuple[float, dict[int, float]]]:
    """Weight, and distribution of the sum of positive scores under the plan, of each composition."""
    found = {}
    for counts in product(range(size + 1), repeat=3):
        if sum(counts) != size:
            continue
        weight = np.prod([share**count / factorial(count) for share, count in zip(SHARE, counts, strict=True)])
        sizes = [place for place, count in enumerate(counts) for _ in range(count)]
        doubled = 2 * stats.rankdata(sizes) if test.ranked else np.array([test.sizes[place] for place in sizes])
        sums: dict[int, float] = {}
        for signs in product((0, 1), repeat=size):
            chance = [
                POSITIVE[place] if sign else 1 - POSITIVE[place] for place, sign in zip(sizes, signs, strict=True)
            ]
            total = round(float(np.dot(doubled, signs)))
            sums[total] = sums.get(total, 0.0) + float(np.prod(chance))
        found[counts] = float(weight), sums
    return found


def summed(prefixes: Prefixes) -> np.ndarray:
    return np.exp(prefixes.log_weight) @ prefixes.pmf[1]


@pytest.mark.parametrize("ranked", [False, True])
def test_agrees_with_enumeration(ranked: bool) -> None:
    test = a_test(ranked)
    for size, prefixes in all_of(test, 5).items():
        expected = by_enumeration(test, size)
        assert len(prefixes.total) == len(expected) == comb(size + 2, 2)
        assert np.exp(prefixes.log_weight).sum() == pytest.approx(sum(weight for weight, _ in expected.values()))
        mixture = np.zeros(prefixes.pmf.shape[2])
        for weight, sums in expected.values():
            for total, probability in sums.items():
                mixture[total] += weight * probability
        np.testing.assert_allclose(summed(prefixes), mixture, atol=1e-15)
        assert sorted(prefixes.total.tolist()) == sorted(max(sums) for _, sums in expected.values())


@pytest.mark.parametrize("ranked", [False, True])
def test_null_probabilities_are_exact(ranked: bool) -> None:
    prefixes = all_of(a_test(ranked), 12)[12]
    whole = prefixes.pmf[0] * 2**12
    assert np.array_equal(whole, np.round(whole))
    assert np.array_equal(whole.sum(axis=1), np.full(len(whole), 2.0**12))
    for row, total in zip(whole, prefixes.total, strict=True):
        assert np.array_equal(row[: total + 1], row[: total + 1][::-1])


def test_what_is_left_out_is_bounded() -> None:
    test = SignedSum((1, 2, 3), (0.9, 0.0999, 0.0001), POSITIVE, False, Fraction(1, 20), 2)
    all_rows, kept = all_of(test, 30), all_of(test, 30, cuts(test, 30))
    for size in range(31):
        whole = float(factorial(size) * np.exp(all_rows[size].log_weight).sum())
        left = float(factorial(size) * np.exp(kept[size].log_weight).sum())
        assert whole == pytest.approx(1, abs=1e-12)
        assert -1e-14 <= whole - left <= SKIPPED + 1e-14
    assert len(kept[30].total) < 0.6 * len(all_rows[30].total)


def test_binomials_agree_with_scipy() -> None:
    table = binomials(0.3, 200)
    for count in (0, 1, 7, 200):
        np.testing.assert_allclose(table[count, : count + 1], stats.binom.pmf(range(count + 1), count, 0.3), rtol=1e-10)
        assert not np.any(table[count, count + 1 :])


@pytest.mark.parametrize("alpha", [Fraction(1, 20), Fraction(1, 10), Fraction(3, 1000), Fraction(1, 16)])
@pytest.mark.parametrize("sides", [1, 2])
def test_largest_tail_compares_as_its_exact_value(alpha: Fraction, sides: int) -> None:
    most = a_test(False, alpha, sides).most(52)
    assert Fraction(most) <= alpha / sides < Fraction(np.nextafter(most, 1))
    assert a_test(False, alpha, sides).most(53) == pytest.approx(float(alpha / sides) * (1 + 1e-9), rel=1e-15)
