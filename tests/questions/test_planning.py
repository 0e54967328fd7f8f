"""What a plan takes from this trial, what that leaves open, and what it means in practice."""

from dataclasses import replace

import pytest

from lib.analysis.bayes import Posterior
from lib.assumptions import CONTROLS, read, write
from lib.design.assurance import predictive_success
from lib.design.pilot import PerArm
from lib.design.registry import DESIGNS
from lib.design.t_designs import PAIRED_T
from lib.errors import Refusal
from lib.questions import sample_size
from lib.questions.kept_plans import keeping, restored, written
from lib.questions.observed import OBSERVED
from lib.questions.pilot import pilot_of
from lib.questions.plan_inputs import plan_of
from lib.report.tables.sample_size import kept
from lib.values import Missing
from tests.design.plans import PUBLISHED
from tests.trials import trial

WINTER = trial("winter2020")


def assumed(of=WINTER, **query):
    return read({k.replace("_", "-"): v for k, v in query.items()}, of).assumptions


def answer(of=WINTER, **query):
    return sample_size.answer(of, assumed(of, **query))


# ---- the pilot


def test_the_pilot_is_what_four_pairs_saw():
    # PGA changes −4, 0, 0, 0 treated and −3, 0, 0, 0 control: differences −1, 0, 0, 0
    pilot = pilot_of(WINTER)
    assert (pilot.n, pilot.df) == (4, 3)
    assert pilot.towards == 0.25
    assert pilot.sd == pytest.approx(0.5)
    assert pilot.unit_sd == pytest.approx(((4 + 2.25) / 2) ** 0.5)
    assert pilot.correlation == pytest.approx(1)


def test_sd_limits_are_those_of_three_degrees_of_freedom():
    # ν = 3: × 1.73 at 80 %, × 2.92 at 95 % (one-sided upper limits)
    assert answer().spread.upper / 0.5 == pytest.approx(1.73, abs=0.005)
    assert answer(sd_level="0.95").spread.upper / 0.5 == pytest.approx(2.92, abs=0.005)
    spread = answer().spread
    assert spread.low < 0.5 < spread.high
    assert spread.needed_low < spread.needed_upper < spread.needed_high


@pytest.mark.parametrize("rho", ["0", "0.5", "0.8"])
def test_the_sd_of_differences_is_this_trials_whatever_the_correlation(rho):
    plan = plan_of(WINTER, assumed(sd_from="pilot", rho=rho)).plan
    assert plan.sd * (2 * (1 - float(rho))) ** 0.5 == pytest.approx(0.5)
    upper = plan_of(WINTER, assumed(sd_from="upper", rho=rho)).plan
    assert upper.sd / plan.sd == pytest.approx(1.7276, abs=1e-4)  # R: sqrt(3 / qchisq(0.2, 3))


def test_parallel_arms_take_the_sd_of_one_unit():
    plan = plan_of(WINTER, assumed(sd_from="pilot", design="two-sample-t")).plan
    assert plan.sd == pytest.approx(1.7678, abs=1e-4)
    # the two changes of a person correlate with 1 here, so that 8 changes are worth 3 degrees of freedom, not 6
    upper = plan_of(WINTER, assumed(sd_from="upper", design="two-sample-t")).plan
    assert upper.sd == pytest.approx(1.7678 * 1.7276, abs=1e-3)


@pytest.mark.parametrize("source", ["typed", "pilot", "upper"])
@pytest.mark.parametrize("carry", ["0", "0.3"])
def test_a_design_has_the_same_answer_beside_another_as_when_it_is_chosen(source, carry):
    paired, parallel = (answer(design=key, sd_from=source, carry=carry) for key in ("paired-t", "two-sample-t"))
    assert {row.key: row for row in paired.others}["two-sample-t"] == parallel.chosen
    assert {row.key: row for row in parallel.others}["paired-t"] == paired.chosen
    assert paired.pairing.parallel == parallel.pairing.parallel == parallel.chosen.participants


def test_correlation_has_nothing_to_change_where_the_sd_of_differences_is_this_trials():
    assert not CONTROLS["rho"].matters(WINTER, assumed(sd_from="pilot"))
    assert CONTROLS["rho"].matters(WINTER, assumed(sd_from="pilot", design="several-units"))
    low, high = (answer(sd_from="pilot", rho=rho).chosen.needed for rho in ("0", "0.9"))
    assert low == high
    assert "SD 0.5 of differences within a person" in answer(sd_from="pilot").paragraph
    assert "correlation" not in answer(sd_from="pilot").paragraph


def test_the_sd_of_changes_is_no_sd_for_an_analysis_adjusted_for_baseline():
    with pytest.raises(Refusal, match="wanted that of final values"):
        answer(design="parallel-ancova", sd_from="pilot")


def test_a_difference_that_was_seen_is_what_carry_over_left():
    seen = answer(effect_from="pilot", carry="0.3").chosen
    assert seen.effect == seen.contrast == 0.25


def test_where_numbers_come_from_the_page_says_so():
    text = sample_size.reading(answer(sd_from="upper", effect_from="pilot"))
    assert "Not typed: effect 0.25 points as this trial saw it" in text
    assert "the upper 80 % limit of this trial's" in text
    assert "Within the 80 % limits of that SD, n is 18 to 164 pairs" in text


def test_observed_power_is_refused_with_the_reason():
    result = answer(sd_from="pilot", effect_from="pilot", n="4")
    assert isinstance(result.chosen.power_at_n, Missing)
    assert "function of p alone" in result.chosen.power_at_n.reason
    assert "function of p alone" in result.observed_power
    assert 4 not in result.view.n
    assert all(isinstance(row.plug_in, Missing) for row in result.assurance.rows if row.n == 4)
    assert not isinstance(answer(sd_from="pilot", effect_from="pilot", n="5").chosen.power_at_n, Missing)


SEEN = {"effect_from": "pilot", "sd_from": "pilot", "n": "4"}
TYPED = {"effect": "0.25", "sd": "0.5", "rho": "0.5", "n": "4"}


@pytest.mark.parametrize("query", [SEEN, TYPED], ids=["from the pilot", "typed"])
def test_observed_power_is_given_nowhere_on_the_page(query):
    told = answer(**query, design="paired-sign")
    rows = {row.key: row for row in (told.chosen, *told.others)}
    assert rows["paired-sign"].power_at_n == rows["paired-t"].power_at_n == OBSERVED
    for name in ("wrong_sign", "exaggeration"):
        assert getattr(rows["paired-t"], name) == OBSERVED
    kept = ",".join(["design:paired-t", *(f"{key.replace('_', '-')}:{text}" for key, text in query.items())])
    result = answer(keep=kept)
    assert result.kept[0].answer.power_at_n == OBSERVED
    assert 4 not in result.beside[0].n
    assert 5 in result.beside[0].n
    mean_n = answer(**query, design="sequential-pocock").chosen.expected_n
    assert mean_n == OBSERVED


@pytest.mark.parametrize("n", ["4", "12"])
def test_no_curve_passes_through_observed_power(n):
    query = {**SEEN, "n": n}
    assert 4 not in answer(**query).view.n
    effects = answer(**query, curve="effect").view.effect
    assert (0.25 in effects) == (n != "4")
    grid = answer(**query, curve="both").view
    row = next(i for i, effect in enumerate(grid.effect) if effect == pytest.approx(0.25))
    assert [at for at, power in zip(grid.n, grid.power[row], strict=True) if isinstance(power, Missing)] == [4]
    side = answer(**query, curve="side").view
    found = {(key, factor, at) for (key, factor), row in zip(side.rows, side.power, strict=True)
             for at, power in zip(side.n, row, strict=True) if power == OBSERVED}  # fmt: skip
    within = {key for key, _ in side.rows if DESIGNS[key].within}
    assert found == {(key, 1.0, 4) for key in within}


def test_the_n_needed_is_told_without_its_power_where_that_is_observed():
    result = answer(**{**SEEN, "n": "12"}, power="0.5", plan_alpha="0.35")
    assert result.chosen.needed == 4
    assert result.chosen.need.power == OBSERVED
    assert "has a power of at least 50 % to detect" in result.paragraph


def test_other_plans_keep_their_power():
    for query in ({**SEEN, "n": "5"}, {**SEEN, "sd_from": "upper"}, {**TYPED, "effect": "0.3"}):
        chosen = answer(**query).chosen
        assert not isinstance(chosen.power_at_n, Missing)
        assert not isinstance(chosen.exaggeration, Missing)
    assert not isinstance(answer(**SEEN, design="two-sample-t").chosen.power_at_n, Missing)


def test_a_trial_that_tells_no_sd_is_no_source_and_the_control_says_so():
    one = trial("one")
    with pytest.raises(Refusal, match="sd: this trial's given; wanted one that it tells") as refusal:
        answer(one, sd_from="pilot")
    assert refusal.value.inputs == ("sd",)
    assert isinstance(answer(one).spread, Missing)


def test_the_band_is_power_at_the_limits_of_the_sd():
    result = answer(sd_from="pilot")
    band = result.band
    at = band.x.index(12)
    for sd, power in ((band.high_sd, band.wide[at]), (band.low_sd, band.narrow[at])):
        assert power == pytest.approx(float(PAIRED_T.power(replace(result.plan, sd=sd), 12)))
    assert isinstance(answer().band, Missing)


def test_assurance_stands_beside_the_power_as_if_the_pilot_were_the_truth():
    found = answer(prior="vague").assurance
    for row in found.rows:
        assert row.assurance == pytest.approx(predictive_success(found.after, row.n, 0.05, 2, "less"))
        plan = replace(PUBLISHED, effect=0.25, sd=0.5, n=row.n)
        assert row.plug_in == pytest.approx(PAIRED_T.rejection(plan).toward)
        assert row.assurance < found.ceiling
    assert answer(prior="sceptical").assurance.rows != found.rows


def test_assurance_after_four_pairs_of_one_sd_falls_short_of_plug_in_power():
    # DESIGN: Jeffreys, d_z = 1 from 4 pairs: 56/66/75/80 % at n = 8/12/20/30 against 68/88/99/100 %
    after = Posterior(mean=1, pairs=4, sd=1, df=3)
    assured = [round(100 * predictive_success(after, n, 0.05, 2, "greater")) for n in (8, 12, 20, 30)]
    assert assured == [56, 66, 75, 80]
    plan = replace(PUBLISHED, effect=1.0)
    assert [round(100 * float(PAIRED_T.power(plan, n))) for n in (8, 12, 20, 30)] == [68, 88, 99, 100]


def test_no_event_is_counted_by_people():
    rows = answer().harms.rows
    assert [row.people for row in rows] == [5, 4, 12]
    assert rows[0].upper == pytest.approx(0.4507, abs=5e-5)
    assert rows[1].upper == pytest.approx(0.5271, abs=5e-5)
    assert [row.units for row in rows] == [10, 8, 24]
    assert all(row.upper_units < row.upper for row in rows)
    apart = answer(design="parallel-fisher").harms.rows[-1]
    assert isinstance(apart.upper_units, Missing)
    assert dict(zip(answer().harms.limits, answer().harms.needed, strict=True))[0.05] == 59


def test_retention_has_its_interval_and_its_light():
    found = answer().retention
    assert (found.stayed, found.of, found.light) == (4, 5, "green")
    assert found.within == ("red", "amber", "green"), "its interval settles nothing"
    assert (round(100 * found.interval.low), round(100 * found.interval.high, 1)) == (28, 99.5)
    assert sum(found.chances.values()) == pytest.approx(1)
    assert answer(retain_green="0.9").retention.light == "amber"


def test_thresholds_out_of_order_are_told_at_their_control():
    result = answer(retain_red="0.9", retain_green="0.5")
    assert isinstance(result.retention, Missing)
    assert "wanted at most the share from which to go" in result.faults["retain-red"]


def test_precision_is_planned_for_t_intervals():
    found = answer().precision
    assert found.needed == 22
    assert answer(half_width="0.25").precision.needed > 22
    assert isinstance(answer(design="paired-sign").precision, Missing)


def whitehead(**query):
    return next(rule.here for rule in answer(power="0.9", **query).rules if rule.label.startswith("Whitehead"))


def test_the_rule_of_thumb_for_two_sided_tests_at_5_percent_is_given_for_no_other():
    assert whitehead() == PerArm(10, 10)
    for query in ({"plan_alpha": "0.01"}, {"plan_sides": "one"}):
        said = whitehead(**query)
        assert isinstance(said, Missing)
        assert "tested two-sided at 5 %, not" in said.reason
    # an F test looks both ways whatever is typed for the others
    assert whitehead(design="doses-global", plan_sides="one") == PerArm(10, 10)


def test_rules_for_parallel_arms_take_the_effect_of_which_nothing_is_carried():
    # 1 SD, of which within a person 0.5 SD would be left: 10 per arm, where 0.5 has 15
    assert whitehead(carry="0.5") == whitehead() == PerArm(10, 10)
    assert whitehead(effect="0.5") == PerArm(15, 15)


# ---- practice


def test_what_an_n_asks_for():
    # three of four visits have an injection; 16 mg at most per participant and visit
    needs = answer(n="12", dropout="0.2").planned
    assert (needs.analysed, needs.enrolled) == (12, 15)
    assert (needs.treated_units, needs.control_units) == (15, 15)
    assert needs.treatments == 30 * 3
    assert needs.drug == 15 * 3 * 16
    assert needs.drug_unit == "mg"
    assert needs.visits == 15 * 4
    assert isinstance(needs.price, Missing)
    assert answer(n="12", price="100", price_visit="10").planned.price == 12 * 100 + 12 * 4 * 10


def test_arms_apart_have_one_unit_each_and_half_of_them_get_the_drug():
    needs = answer(design="two-sample-t", n="12").planned
    assert (needs.enrolled, needs.treated_units, needs.control_units) == (24, 12, 12)
    assert needs.drug == 12 * 3 * 16


def test_several_units_and_doses_count_every_unit():
    assert answer(design="several-units", units="3", n="5").planned.treated_units == 15
    doses = answer(design="doses-trend", doses="0_40_150", n="5").planned
    assert (doses.treated_units, doses.control_units) == (10, 5)
    assert isinstance(doses.drug, Missing)
    assert answer(design="several-units", units="3", n="5").planned.drug == 15 * 3 * 16


def test_how_likely_enough_stay_and_how_many_make_it_sure():
    # scipy.stats.binom.sf(11, 15, 0.8) = 0.648; 18 are the fewest of whom 12 stay with at least 90 %
    needs = answer(n="12", dropout="0.2").planned
    assert needs.enough == pytest.approx(0.6482, abs=5e-5)
    assert needs.surely == 18
    assert answer(n="12").planned.surely == 12


def test_carry_across_attenuates_the_effect_and_costs_people():
    result = answer(carry="0.25")
    assert (result.chosen.effect, result.chosen.contrast) == (1.0, pytest.approx(0.75))
    assert "of which 0.75 points reach the comparison" in sample_size.reading(result)
    assert result.chosen.detectable == pytest.approx(answer().chosen.detectable / 0.75)
    assert result.chosen.needed == answer(effect="0.75").chosen.needed
    by_share = {row.share: row for row in result.carried}
    assert by_share[0.25].needed == result.chosen.needed
    assert by_share[0.0].needed == answer().chosen.needed
    needed = [row.needed for row in result.carried]
    assert needed == sorted(needed)
    assert isinstance(answer(design="two-sample-t").carried, Missing)


# ---- plans kept


def test_a_kept_plan_is_restored_by_the_link_alone():
    here = assumed(design="ordinal-t", n="20", improve_treated="10_20_30_30_10")
    kept = keeping(here, WINTER)
    link = write(replace(assumed(), kept=kept), WINTER)
    there = read(link, WINTER)
    assert not there.problems
    assert there.assumptions.kept == kept
    back = restored(kept[0], there.assumptions, WINTER)
    assert replace(back, kept=()) == here


def test_kept_plans_have_the_numbers_that_they_had_as_the_present_plan():
    first, second = assumed(n="20"), assumed(design="responders-mcnemar", respond_treated="90")
    kept = (written(first, WINTER), written(second, WINTER))
    result = sample_size.answer(WINTER, replace(assumed(), kept=kept))
    alone = [sample_size.answer(WINTER, one).chosen for one in (first, second)]
    assert [plan.answer for plan in result.kept] == alone
    assert [curve.design for curve in result.beside] == ["paired-t", "responders-mcnemar"]


def test_the_same_plan_is_kept_once_and_no_more_than_fit():
    once = replace(assumed(), kept=keeping(assumed(), WINTER))
    assert isinstance(keeping(once, WINTER), Missing)
    full = replace(assumed(), kept=tuple(f"design:paired-t,n:{n}" for n in range(20, 26)))
    assert "take one away" in keeping(full, WINTER).reason


@pytest.mark.parametrize("text", ["design:nothing", "n:one", "colour:red", "design:paired-t,alpha:0.1"])
def test_a_kept_plan_that_nobody_can_read_says_so_and_stays(text):
    result = sample_size.answer(WINTER, replace(assumed(), kept=(text,)))
    assert isinstance(result.kept[0].answer, Missing)
    assert "given" in result.kept[0].answer.reason
    assert result.chosen == answer().chosen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("design:several-units,units:4,rho:0.9,icc:0", "wanted a rho between -0.25 and 0.25"),
        ("design:sequential-pocock,looks:4,n:3", "wanted at least 5 for this design"),
        ("design:parallel-boschloo,n:150", "wanted at most 100"),
        ("design:doses-trend,doses:1_0_2", "that of dose 0 first and lowest"),
    ],
)
def test_a_kept_plan_without_an_answer_leaves_the_page_its_own(text, reason):
    result = answer(keep=f"{text}~design:paired-t,n:20")
    assert result.chosen == answer().chosen
    assert result.faults == answer().faults
    assert [curve.planned for curve in result.beside] == [20]
    row = kept(result).iloc[1]
    assert any(reason in str(value) for value in row)


def test_a_plan_that_a_link_repeats_is_kept_once():
    got = read({"keep": "design:paired-t~n:20~design:paired-t"}, WINTER)
    assert got.assumptions.kept == ("design:paired-t", "n:20")
    assert not got.problems
    many = "~".join(["design:paired-t"] * 9)
    assert read({"keep": many}, WINTER).assumptions.kept == ("design:paired-t",)


@pytest.mark.parametrize("text", ["<script>", "design=paired-t", "~", "n:12~", ",".join(["n:1"] * 3) + "&"])
def test_rubbish_is_no_kept_plan(text):
    reading = read({"keep": text}, WINTER)
    assert reading.assumptions.kept == ()
    assert len(reading.problems) == 1


def test_designs_that_read_the_same_inputs_stand_beside_the_chosen_one():
    result = answer(design="ordinal-sign")
    assert {row.key for row in result.others} == {
        d.key for d in DESIGNS.values() if d.model == "categories" and d.quick
    } - {"ordinal-sign"}
    assert DESIGNS["parallel-ordinal"].label in result.later
