"""Every registered design is complete, honest about its needs, and agrees with itself."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import lib.design
from lib.design.design import Design
from lib.design.engines import PlanByPlan
from lib.design.models import MODELS
from lib.design.plan import Plan
from lib.design.registry import DESIGNS, design_named
from lib.errors import Refusal
from lib.values import Missing, known
from tests.design.plans import EVERY_MODEL, PUBLISHED

EVERY = pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
OTHER: dict[str, Any] = {
    "effect": 1.3,
    "sd": 1.7,
    "rho": 0.1,
    "alpha": 0.2,
    "sides": 1,
    "target": 0.9,
    "n": 14,
    "dropout": 0.5,
    "units": 3,
    "icc": 0.3,
    "scores": (0.0, 1.0, 5.0),
    "rho_baseline": 0.8,
    "looks": 3,
    "interim": 0.7,
    "replan_for": 0.6,
    "growth": 1.0,
    "treated": (0.1, 0.2, 0.7),
    "control": (0.5, 0.4, 0.1),
    "responds_treated": 0.9,
    "responds_control": 0.1,
    "seed": 2,
    "width": 0.01,
}
SMALL = replace(EVERY_MODEL, n=8)


def ending(design: Design, plan: Plan) -> tuple[object, ...]:
    """What the inputs of a power can change; the searches for n and effect rest on it."""
    return design.rejection(plan).power, design.to_enrol(plan.n, plan.dropout)


def test_keys_are_those_of_the_entries() -> None:
    assert all(key == design.key for key, design in DESIGNS.items())
    assert {"paired-t", "two-sample-t"} <= set(DESIGNS), "links of version 1 name them"


@EVERY
def test_every_text_is_there(design: Design) -> None:
    assert all([design.label, design.help, design.test, design.references, design.n_counts])
    assert design.model in MODELS
    assert design.method in ("exact", "mixed", "simulated")


@EVERY
def test_an_engine_made_of_a_function_reads_what_the_design_says(design: Design) -> None:
    if isinstance(design.engine, PlanByPlan):
        assert design.engine.reads == design.reads
        assert design.engine.model is MODELS[design.model]
        assert design.engine.simulated == (design.method == "simulated")
    assert set(MODELS[design.model].reads) <= set(design.reads)


@EVERY
@pytest.mark.parametrize("field", [field.name for field in fields(Plan)])
def test_needs_are_the_fields_that_change_an_answer(design: Design, field: str) -> None:
    """Target aside, which only the search for n reads; seed and width change nothing while an answer is exact."""
    if field == "target":
        assert "target" in design.needs
        return
    exact = design.method == "mixed" and design.rejection(SMALL).exact
    changed = ending(design, replace(SMALL, **{field: OTHER[field]})) != ending(design, SMALL)
    assert changed == (field in design.needs and not (exact and field in ("seed", "width")))


@EVERY
def test_smallest_n_and_power_agree(design: Design) -> None:
    needed = design.smallest_n(EVERY_MODEL)
    assert design.rejection(replace(EVERY_MODEL, n=needed)).power >= EVERY_MODEL.target
    if needed > design.engine.fewest(EVERY_MODEL):
        assert design.rejection(replace(EVERY_MODEL, n=needed - 1)).power < EVERY_MODEL.target


@EVERY
def test_detectable_effect_and_power_agree(design: Design) -> None:
    effect = design.detectable(EVERY_MODEL, 12)
    model = design.outcome_model
    found = design.rejection(replace(model.with_effect(EVERY_MODEL, effect), n=12))
    less = design.rejection(replace(model.with_effect(EVERY_MODEL, 0.97 * effect), n=12))
    assert found.power >= EVERY_MODEL.target - 1e-9
    assert less.power <= found.power


@EVERY
def test_power_is_a_probability_with_its_interval_around_it(design: Design) -> None:
    end = design.rejection(EVERY_MODEL)
    assert 0 <= end.low <= end.power <= end.high <= 1
    assert end.exact == (end.low == end.high)
    assert end.exact or design.method != "exact"
    assert not end.exact or design.method != "simulated"
    assert not known(end.magnitude) or end.magnitude > 0


@EVERY
def test_power_by_n_is_that_of_each_plan(design: Design) -> None:
    ns = [10, 13]
    powers = design.power(EVERY_MODEL, ns).tolist()
    assert powers == pytest.approx([design.rejection(replace(EVERY_MODEL, n=n)).power for n in ns], abs=1e-9)


@EVERY
def test_without_an_effect_the_level_is_kept_or_said(design: Design) -> None:
    """Converted group-sequential levels are at most 0.056 (two looks, n from 3); exact tests lie at or below alpha."""
    plan = replace(EVERY_MODEL, width=0.02)
    size = design.type_i_error(plan)
    allowed = 0.056 if design.key.startswith("sequential") else 0.05
    assert size.low <= allowed + 1e-9
    assert not known(size.magnitude) or size.power > 0


@EVERY
def test_one_sided_tests_reject_towards_the_treatment_only(design: Design) -> None:
    if "sides" in design.reads:
        assert design.rejection(replace(SMALL, sides=1)).against == 0


@EVERY
def test_tests_of_any_difference_have_no_direction_and_all_others_have_one(design: Design) -> None:
    end = design.rejection(EVERY_MODEL)
    assert end.directed == (design.key not in ("doses-global", "doses-hotelling"))
    if not end.directed:
        # F and T² are the same for doses that do as much harm: the power is that of both directions together
        harm = design.rejection(replace(EVERY_MODEL, effect=-EVERY_MODEL.effect))
        assert (harm.power, harm.against) == (pytest.approx(end.power, rel=1e-12), 0)


def test_participants_are_counted_in_all() -> None:
    assert DESIGNS["paired-t"].participants(4) == 4
    assert DESIGNS["two-sample-t"].participants(4) == 8


def test_enrolment_is_rounded_up_in_each_arm() -> None:
    assert DESIGNS["paired-t"].to_enrol(21, 0.3) == 30
    assert DESIGNS["two-sample-t"].to_enrol(17, 0.2) == 44  # 21.25 → 22 in each of two arms, not ⌈42.5⌉ = 43


@EVERY
def test_every_design_enrols_in_exact_arithmetic(design: Design) -> None:
    assert design.to_enrol(21, 0.3) == design.arms * 30


@EVERY
def test_needed_gives_the_reason_where_there_is_no_n(design: Design) -> None:
    needed = design.needed(design.outcome_model.with_effect(EVERY_MODEL, 0.0))
    assert isinstance(needed, Missing)
    assert "power for 0 is alpha" in needed.reason


@EVERY
def test_an_n_that_the_design_cannot_have_is_refused(design: Design) -> None:
    fewest = design.engine.fewest(EVERY_MODEL)
    if fewest > 2:
        with pytest.raises(Refusal, match=f"wanted at least {fewest}"):
            design.rejection(replace(EVERY_MODEL, n=fewest - 1))
    if isinstance(design.engine, PlanByPlan):
        with pytest.raises(Refusal, match="largest computed for this design"):
            design.rejection(replace(EVERY_MODEL, n=design.engine.limit + 1))


@EVERY
def test_inputs_in_words_name_what_is_read(design: Design) -> None:
    told = design.inputs(EVERY_MODEL)
    assert ("within-person correlation 0.5" in told) == ("rho" in design.reads)
    assert ("correlation with baseline 0.5" in told) == ("rho_baseline" in design.reads)
    assert told.endswith(f"{'two-sided ' if 'sides' in design.reads else ''}α 0.05")


@pytest.mark.parametrize(
    ("key", "fields", "spread"),
    [
        # √(2·[(1 + 3·0.3)/4 − 0.1]): by hand, the variance of a mean of four units that correlate by 0.3
        ("several-units", {"units": 4, "icc": 0.3, "rho": 0.1}, 0.75**0.5),
        ("several-units", {}, 0.5**0.5),
        # √0.5·10/√(Σ(s − s̄)²) of the scores 0, 1 and 10, whose sum of squares about their mean is 101 − 121/3
        ("doses-trend", {"scores": (0.0, 1.0, 10.0)}, 0.5**0.5 * 10 / (101 - 121 / 3) ** 0.5),
        ("doses-global", {"scores": (0.0, 1.0, 10.0)}, 1.0),
        ("paired-t", {"rho": 0.1}, 1.8**0.5),
        ("paired-sign", {"rho": 0.1}, 1.8**0.5),
        ("two-sample-t", {"rho": 0.1}, 1.0),
    ],
)
def test_the_sd_that_is_told_is_that_of_what_is_compared(key: str, fields: dict[str, object], spread: float) -> None:
    plan = replace(EVERY_MODEL, **{"effect": 1.0, "sd": 1.0, "rho": 0.5, "units": 2, "icc": 0.5, **fields})
    assert DESIGNS[key].compared_sd(plan) == pytest.approx(spread)
    if "rho" in DESIGNS[key].reads:
        assert f"SD {spread:.4g} of {DESIGNS[key].compared}" in DESIGNS[key].inputs(plan)


def test_correlations_that_no_units_can_have_leave_no_sd_to_tell() -> None:
    plan = replace(EVERY_MODEL, units=3, icc=0.1, rho=0.9)
    assert isinstance(DESIGNS["several-units"].compared_sd(plan), Missing)
    assert "arm means" not in DESIGNS["several-units"].inputs(plan)


CITED = re.compile(r"(?P<first>[A-Z][^\d\s,&]+)[^\d]* (?P<year>\d{4}), .*?(?P<place>\d+:\d+-\d+)$")


def test_what_a_design_cites_is_cited_alike_by_its_method() -> None:
    methods = "".join(path.read_text() for path in Path(lib.design.__path__[0]).glob("*.py"))
    told = re.sub(r"\s+", " ", methods)
    cited = {m.groups() for d in DESIGNS.values() for text in d.references if (m := CITED.match(text))}
    wrong = []
    for first, year, place in cited:
        there = re.findall(rf"{first}[^()]*\({year}\)\. .{{0,300}}", told)
        wrong += [(first, year, place)] if there and not any(place in text for text in there) else []
    assert not wrong
    assert ("Kieser", "2003", "22:3571-3581") in cited


def test_an_adjusted_comparison_cites_the_integral_that_it_is_computed_by() -> None:
    assert "Shieh 2020, Psychometrika 85:101-120" in DESIGNS["parallel-ancova"].references
    assert "Borm" not in DESIGNS["parallel-ancova"].reference  # 1 − ρ² is not what n comes from


def test_published_plan_by_the_two_t_designs() -> None:
    # reference/detectable_effect_t.csv: 2.128 paired, 2.381 two-sample at n 4; scipy.stats.nct: power 0.803 at 10 pairs
    assert DESIGNS["paired-t"].needed(PUBLISHED) == 10
    assert DESIGNS["paired-t"].found(PUBLISHED) == pytest.approx(2.1279, abs=5e-5)
    assert DESIGNS["two-sample-t"].needed(PUBLISHED) == 17
    assert DESIGNS["two-sample-t"].found(PUBLISHED) == pytest.approx(2.3808, abs=5e-5)


def test_unknown_design_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Refusal, match="'anova' given; wanted one that exists: paired-t, "):
        design_named("anova")
    assert design_named("paired-t") is DESIGNS["paired-t"]
