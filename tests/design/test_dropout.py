"""Enrolment in integers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.design.dropout import enrolled
from lib.errors import Refusal


@pytest.mark.parametrize(
    ("analysed", "dropout", "expected"),
    [
        (21, 0.3, 30),  # 21/0.7 = 30 exactly; in binary floats it rounds up to 31
        (4, 0.2, 5),  # this trial: 5 enrolled, 4 analysed
        (9, 0.1, 10),
        (10, 0.1, 12),  # 11.1
        (7, 0.0, 7),
        (0, 0.5, 0),
        (1, 1e-05, 2),
    ],
)
def test_enrolled(analysed: int, dropout: float, expected: int) -> None:
    assert enrolled(analysed, dropout) == expected


@given(st.integers(0, 10_000), st.integers(0, 99))
@settings(derandomize=True, deadline=None)
def test_is_the_smallest_number_that_leaves_enough(analysed: int, percent: int) -> None:
    number = enrolled(analysed, percent / 100)
    assert number * (100 - percent) >= analysed * 100
    assert (number - 1) * (100 - percent) < analysed * 100


@pytest.mark.parametrize("dropout", [-0.1, 1, 1.5, float("nan"), float("inf")])
def test_refuses_what_is_not_a_share(dropout: float) -> None:
    with pytest.raises(Refusal, match=r"dropout: .* given; wanted a share"):
        enrolled(10, dropout)


def test_refuses_negative_numbers_of_participants() -> None:
    with pytest.raises(Refusal, match="analysed: -1 given"):
        enrolled(-1, 0.1)
