"""Every registered design is complete, honest about its needs, and can be read out."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from lib.design.plan import Plan
from lib.design.registry import DESIGNS, Design, design_named
from lib.errors import Refusal
from lib.values import Missing
from tests.design.plans import PUBLISHED

EVERY = pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
OTHER: dict[str, Any] = {
    "effect": 1.3,
    "sd": 1.7,
    "rho": 0.1,
    "alpha": 0.01,
    "sides": 1,
    "target": 0.9,
    "n": 9,
    "dropout": 0.5,
}


def answers(design: Design, plan: Plan) -> tuple[float, int, float, int]:
    needed = design.smallest_n(plan)
    enrol = design.to_enrol(needed, plan.dropout)
    return float(design.power(plan)), needed, design.detectable(plan), enrol


def test_keys_are_those_of_the_entries() -> None:
    assert list(DESIGNS) == ["paired-t", "two-sample-t"]
    assert all(key == design.key for key, design in DESIGNS.items())


@EVERY
def test_every_text_is_there(design: Design) -> None:
    assert all([design.label, design.help, design.reference, design.n_counts])


@EVERY
@pytest.mark.parametrize("field", [field.name for field in fields(Plan)])
def test_needs_are_the_fields_that_change_an_answer(design: Design, field: str) -> None:
    changed = answers(design, replace(PUBLISHED, **{field: OTHER[field]})) != answers(design, PUBLISHED)
    assert changed == (field in design.needs)


@EVERY
def test_smallest_n_and_power_agree(design: Design) -> None:
    needed = design.smallest_n(PUBLISHED)
    below, at = design.power(PUBLISHED, [needed - 1, needed])
    assert below < PUBLISHED.target <= at


def test_participants_are_counted_in_all() -> None:
    assert DESIGNS["paired-t"].participants(4) == 4
    assert DESIGNS["two-sample-t"].participants(4) == 8


def test_enrolment_is_rounded_up_in_each_arm() -> None:
    assert DESIGNS["paired-t"].to_enrol(21, 0.3) == 30
    assert DESIGNS["two-sample-t"].to_enrol(17, 0.2) == 44  # 21.25 → 22 in each of two arms, not ⌈42.5⌉ = 43


@EVERY
def test_needed_gives_the_reason_where_there_is_no_n(design: Design) -> None:
    needed = design.needed(replace(PUBLISHED, effect=0.0))
    assert isinstance(needed, Missing)
    assert "power for 0 is alpha" in needed.reason


def test_sentence_of_the_published_plan() -> None:
    # 2.128: reference/detectable_effect_t.csv, paired, n 4; 10: scipy.stats.nct gives power 0.748 at 9, 0.803 at 10.
    assert DESIGNS["paired-t"].sentence(PUBLISHED) == (
        "Within person, paired t test: with 4 pairs (participants), a true difference of 1 between arms is detected "
        "with power 0.29 (SD 1 per unit, within-person correlation 0.5, two-sided α 0.05). A power of 0.8 needs "
        "10 pairs (participants), 13 participants enrolled in all if 20 % are lost. With 4 pairs (participants), that "
        "power is reached for a difference of 2.128."
    )


def test_sentence_leaves_out_what_the_design_does_not_need() -> None:
    sentence = DESIGNS["two-sample-t"].sentence(PUBLISHED)
    assert "correlation" not in sentence
    assert "17 participants per arm, 44 participants enrolled in all" in sentence
    assert "difference of 2.381" in sentence


@EVERY
def test_sentence_gives_the_reason_where_there_is_no_n(design: Design) -> None:
    sentence = design.sentence(replace(PUBLISHED, effect=0.0, dropout=0.0))
    assert "A power of 0.8 is out of reach (effect: 0 given" in sentence


@EVERY
@pytest.mark.parametrize(("effect", "alpha", "words"), [(50.0, 0.05, "above 0.99"), (0.0, 0.001, "below 0.01")])
def test_sentence_never_says_that_power_is_one_or_zero(design: Design, effect: float, alpha: float, words: str) -> None:
    assert f"with power {words} " in design.sentence(replace(PUBLISHED, effect=effect, alpha=alpha))


def test_unknown_design_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Refusal, match="'anova' given; wanted one that exists: paired-t, two-sample-t"):
        design_named("anova")
    assert design_named("paired-t") is DESIGNS["paired-t"]
