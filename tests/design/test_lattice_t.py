"""The joint distribution of sum and sum of squares, and the window that its transform spans."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from lib.design import lattice_t
from lib.design.lattice_t import OUTSIDE, lattice_t_power
from lib.errors import OverBudget

VALUES, PROBABILITY = np.array([-2, 0, 1, 3]), np.array([0.1, 0.3, 0.4, 0.2])


def convolved(values: np.ndarray, probability: np.ndarray, n: int) -> dict[tuple[int, int], float]:
    """Joint probabilities, one difference after the other."""
    joint = {(0, 0): 1.0}
    for _ in range(n):
        longer: dict[tuple[int, int], float] = {}
        for ((total, squares), before), (value, share) in product(
            joint.items(), zip(values.tolist(), probability.tolist(), strict=True)
        ):
            place = (total + value, squares + value * value)
            longer[place] = longer.get(place, 0.0) + before * share
        joint = longer
    return joint


@pytest.mark.parametrize("n", [2, 3, 10, 60])
def test_sums_agree_with_convolution(n: int) -> None:
    total, squares, joint = lattice_t._sums(VALUES, PROBABILITY, n)
    expected = convolved(VALUES, PROBABILITY, n)
    places = {(int(s), int(q)): joint[i, j] for i, s in enumerate(total[:, 0]) for j, q in enumerate(squares)}
    assert len(places) == joint.size
    assert sum(abs(places.get(place, 0.0) - mass) for place, mass in expected.items()) < 1e-13
    assert float(np.abs(joint).sum()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("n", [5, 60, 300])
def test_little_lies_outside_the_window(n: int) -> None:
    low, high = lattice_t._window(VALUES, PROBABILITY, n)
    mass = np.zeros(6)
    mass[VALUES + 2] = PROBABILITY
    sums = np.ones(1)
    for _ in range(n):
        sums = np.convolve(sums, mass)
    support = np.arange(len(sums)) - 2 * n
    assert sums[support > high].sum() <= OUTSIDE
    assert sums[support < low].sum() <= OUTSIDE
    assert n < 300 or high - low < 0.5 * (support[-1] - support[0])  # it is a window


def test_never_spans_more_than_the_support() -> None:
    assert lattice_t._window(VALUES, PROBABILITY, 4) == (-8, 12)
    assert lattice_t._window(np.array([2]), np.array([1.0]), 7)[1] == 14
    assert lattice_t._window(np.array([0]), np.array([1.0]), 7) == (0, 0)


@pytest.mark.parametrize("n", [4, 40])
def test_what_can_never_happen_is_zero(n: int) -> None:
    # No difference is negative, so no sample rejects against the treatment; the transform alone leaves rounding there.
    found = lattice_t_power(np.array([0, 1, 2]), np.array([0.5, 0.3, 0.2]), n, 0.2, 2)
    assert found.toward > 0.1
    assert found.against == 0


def test_refuses_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lattice_t, "MOST_CELLS", 100)
    with pytest.raises(OverBudget, match=r"n: 50 given; .* cells; the limit is 100"):
        lattice_t_power(VALUES, PROBABILITY, 50, 0.05, 2)
