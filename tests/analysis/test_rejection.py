"""What tests on sums of scores do near alpha and beyond their limits."""

from fractions import Fraction

import pytest

from lib.analysis import exact, rejection
from lib.analysis.binomial_sums import tail
from lib.analysis.paired import exact_interval, validated, validated_at
from lib.analysis.rejection import inverted, region
from lib.analysis.signed_rank import signed_rank
from lib.errors import OverBudget
from lib.values import Missing


def signs(integers):
    return [1 for integer in integers if integer], sum(integer > 0 for integer in integers)


def test_a_p_equal_to_alpha_is_found_in_integers():
    assert rejection._p_beside([7] * 3, 21, "greater", Fraction(1, 8)) == Fraction(1, 8)


def test_a_p_within_rounding_of_alpha_is_refused_without_integers(monkeypatch):
    monkeypatch.setattr(exact, "is_countable", lambda scores: False)
    assert rejection._p_beside([7] * 3, 21, "greater", Fraction(1, 7)) == Fraction(1, 8)
    with pytest.raises(OverBudget, match="p is within rounding of 0"):
        rejection._p_beside([7] * 3, 21, "greater", Fraction(1, 8))


def test_a_tail_within_rounding_of_alpha_has_no_region():
    # 60 coins: alpha is P(heads >= 40) itself
    alpha = tail([1] * 60, 40)
    refused = region(validated_at([1] * 60, "greater", alpha), "heads", [1] * 60)
    assert isinstance(refused, Missing)
    assert "within rounding" in refused.reason
    assert region(validated_at([1] * 60, "greater", alpha * 1.001), "heads", [1] * 60).high == 40
    assert region(validated_at([1] * 60, "greater", alpha * 0.999), "heads", [1] * 60).high == 41


def test_regions_in_floats_are_those_in_integers(monkeypatch):
    scores, most = (
        [3, 1, 4, 1, 5, 9, 2, 6, 5, 3],
        [Fraction(1, 2**10), Fraction(1, 40), Fraction(3, 4), Fraction(1, 2**11)],
    )
    listed = [rejection._critical_sum(scores, share) for share in most]
    monkeypatch.setattr(rejection, "MOST_LISTED", 1)
    assert [found and found[1] for found in listed] == [
        found and found[1] for found in (rejection._critical_sum(scores, share) for share in most)
    ]
    assert listed[-1] is None


def test_work_is_refused_with_its_size(monkeypatch):
    monkeypatch.setattr(rejection, "MOST_WORK", 1000)
    assert "additions in all; the limit is 1e+03" in signed_rank(range(1, 20)).interval.reason
    monkeypatch.setattr(rejection, "MOST_SCORED", 100)
    assert (
        "39 exact nulls, 741 scores in all; the limit is 100"
        in exact_interval(
            validated(range(1, 20), "less", 0.9),
            lambda: inverted(validated(range(1, 20), "less", 0.9), range(1, 20), Fraction(1), signs),
        )[0].reason
    )
