"""What a plan accepts, and what it says when it does not."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from lib.design.plan import effect_sizes, sample_sizes
from lib.errors import Refusal
from tests.design.plans import PUBLISHED

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("effect", value) for value in (NAN, INF, -INF)),
        *(("sd", value) for value in (0.0, -1.0, NAN, INF)),
        *(("rho", value) for value in (-1.0, 1.0, 1.2, NAN)),
        *(("alpha", value) for value in (0.0, 1.0, -0.1, NAN)),
        *(("sides", value) for value in (0, 3, 1.5)),
        *(("target", value) for value in (0.05, 0.01, 1.0, NAN)),  # alpha is 0.05
        *(("n", value) for value in (1, 0, -4, 4.0, NAN)),
        *(("dropout", value) for value in (-0.1, 1.0, NAN)),
    ],
)
def test_refuses_with_field_and_value_and_what_was_wanted(field: str, bad: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        replace(PUBLISHED, **{field: bad})
    assert f"{field}: {bad!r} given; wanted " in str(refusal.value)


def test_names_every_problem_at_once() -> None:
    with pytest.raises(Refusal) as refusal:
        replace(PUBLISHED, sd=-1.0, n=1)
    assert str(refusal.value) == (
        "sd: -1.0 given; wanted a finite standard deviation above 0, in outcome units; "
        "n: 1 given; wanted a whole number of at least 2"
    )


@pytest.mark.parametrize("edge", [{"n": 2}, {"rho": -0.999}, {"effect": 0.0}, {"effect": -3.0}, {"target": 0.0501}])
def test_accepts_the_edges(edge: dict[str, Any]) -> None:
    plan = replace(PUBLISHED, **edge)
    assert {field: getattr(plan, field) for field in edge} == edge


def test_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        PUBLISHED.n = 5  # type: ignore[misc]


def test_sample_sizes_are_those_given_or_planned() -> None:
    assert sample_sizes(PUBLISHED, None) == 4
    np.testing.assert_array_equal(sample_sizes(PUBLISHED, [2, 7]), [2.0, 7.0])


@pytest.mark.parametrize("n", [1, [4, 1], NAN, INF])
def test_sample_sizes_refuse_what_has_no_variance(n: Any) -> None:
    with pytest.raises(Refusal, match="wanted numbers of at least 2"):
        sample_sizes(PUBLISHED, n)


def test_effect_sizes_have_no_sign() -> None:
    np.testing.assert_array_equal(effect_sizes(PUBLISHED, [-2.0, 0.0, 1.5]), [2.0, 0.0, 1.5])


def test_effect_sizes_refuse_what_is_not_finite() -> None:
    with pytest.raises(Refusal, match="effect: nan given"):
        effect_sizes(PUBLISHED, NAN)
