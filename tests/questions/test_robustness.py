"""Robustness: the multiverse of the trial, one person out, tipping points and agreement, as checked by hand."""

import dataclasses
import itertools
from decimal import Decimal
from fractions import Fraction
from statistics import mean, median, stdev

import pytest

from lib.analysis.loss import LOSSES
from lib.assumptions import CONTROLS, defaults, read, write
from lib.errors import Refusal
from lib.questions import endpoints, robustness
from lib.questions.specifications import GOVERNED, is_set, ruled_out, set_to, specifications
from lib.questions.wording import signed
from lib.values import Missing, known
from tests.trials import NAMES, trial

WINTER = trial("winter2020")
SPECS = specifications(WINTER)


def answer(of=WINTER, **query):
    return robustness.answer(of, read({key.replace("_", "-"): text for key, text in query.items()}, of).assumptions)


EVERY = answer().multiverse


# ---- the multiverse


def test_several_hundred_specifications_each_of_them_once():
    # 4 measured × (area 12, PGA 5 each) changes, 5 sets of people, 2 rules for whoever was lost
    assert len(SPECS) == (12 + 3 * 5) * 5 * 2 == 270
    assert len({spec.choices for spec in SPECS}) == 270
    assert len({spec.link for spec in SPECS}) == 270


@pytest.mark.parametrize(("high", "thresholds"), [("0.5", {"0.5"}), ("1", {"1"}), ("1.5", {"1"}), ("2", {"1", "2"})])
def test_a_short_scale_has_each_specification_once_as_well(high, thresholds):
    score = {"kind": "score", "high": Decimal(high)}
    outcomes = tuple(o.model_copy(update=score) if o.key == "pga" else o for o in WINTER.spec.outcomes)
    spec = WINTER.spec.model_copy(update={"outcomes": outcomes, "defaults": {}})
    short = dataclasses.replace(WINTER, spec=spec, sha256=f"scores up to {high}")
    of_scores = [spec for spec in specifications(short) if dict(spec.link).get("points")]
    assert {dict(spec.link)["points"] for spec in of_scores} == thresholds
    assert len({spec.choices for spec in specifications(short)}) == len(specifications(short))


def test_the_paper_announces_three_of_them():
    assert {spec.label for spec in EVERY.specifications if spec.paper} == {
        "Lesion size, % change",
        "PGA by physician, change",
        "PGA by physician, % change",
    }


def test_each_is_what_its_link_shows_on_endpoints():
    for spec in EVERY.specifications[::9]:
        shown = endpoints.answer(WINTER, read(dict(spec.link), WINTER).assumptions).selected
        assert shown.label == spec.label
        assert shown.test.n == spec.n
        assert shown.test.estimate == pytest.approx(spec.sign * spec.mean, abs=1e-9)


def test_they_are_ranked_from_worst_to_best_for_the_treatment():
    effects = [spec.effect for spec in EVERY.specifications]
    assert effects == sorted(effects)
    assert [spec.rank for spec in EVERY.specifications] == list(range(1, 271))


def test_the_summaries_are_those_of_the_listed_effects():
    means = [spec.mean for spec in EVERY.specifications]
    assert EVERY.median == pytest.approx(median(float(spec.effect) for spec in EVERY.specifications))
    assert EVERY.share == pytest.approx((sum(m > 0 for m in means) + sum(m == 0 for m in means) / 2) / 270)


def flipped(signs):
    """Median d_z and share of all specifications under one vector of flips, written apart from lib."""
    effects = []
    for spec in SPECS:
        values = [float(spec.sign * pair.difference) * signs[pair.participant] for pair in spec.pairs if pair.analysed]
        spread = stdev(values)
        effects.append(mean(values) / spread if spread > 1e-9 else 0.0)
    share = (sum(e > 1e-12 for e in effects) + sum(abs(e) <= 1e-12 for e in effects) / 2) / len(effects)
    return median(effects), share


def test_the_joint_p_is_that_of_all_flips_of_all_people():
    people = WINTER.participant_ids
    null = [flipped(dict(zip(people, signs, strict=True))) for signs in itertools.product((1, -1), repeat=len(people))]
    seen = flipped(dict.fromkeys(people, 1))
    assert len(null) == 2 * EVERY.flips == 32, "participant 5 is only assumed unchanged: their flip alters nothing"
    assert EVERY.people == ("1", "2", "3", "4")
    assert EVERY.general_floor == 2 / 16
    assert seen[0] == pytest.approx(EVERY.median, abs=1e-9)
    for place, middle, p, floor in (
        (0, 0, EVERY.median_p, EVERY.median_floor),
        (1, 0.5, EVERY.share_p, EVERY.share_floor),
    ):
        sizes = [abs(one[place] - middle) for one in null]
        assert p == sum(size >= abs(seen[place] - middle) - 1e-9 for size in sizes) / 32
        assert floor == sum(size >= max(sizes) - 1e-9 for size in sizes) / 32


def test_no_rule_that_looks_at_the_arm_is_in_the_joint_test():
    losses = {dict(spec.link).get("loss", "complete") for spec in SPECS}
    assert losses == {"complete", "no-change"}
    assert not any(LOSSES[key].tied_to_arms for key in losses)


@pytest.mark.parametrize("query", [{}, {"outcome": "pga", "rater": "observer"}, {"who": "1.2.3"}])
def test_the_sentence_says_which_effect_of_endpoints_stands_turned_here(query):
    found = endpoints.answer(WINTER, read(query, WINTER).assumptions)
    (there,) = [float(e.size.value) for e in found.effects if e.size.key == "d-z"]
    told = f"the d_z of {signed(there)} on Endpoints stands here as {signed(-there)}."
    assert there
    assert told in answer(**query).multiverse_reading


def test_no_effect_is_said_to_be_turned_that_is_not():
    assert "+0.804" in answer().multiverse_reading
    outside = answer(loss="worst").multiverse_reading
    assert "so that + favours sodium thiosulfate; on Endpoints less is better" in outside
    assert "stands here as" not in answer(change="responder").multiverse_reading
    assert "turned" not in answer(change="responder").multiverse_reading, "more responders are better"
    assert "turned" not in answer(trial("eyes")).multiverse_reading


def test_what_is_not_among_them_is_listed_with_its_reason():
    told = {out.what: out.why for out in ruled_out(WINTER)}
    assert "equal steps" in told["PGA: log-ratio"]
    assert "change no estimate" in told["Test, sides, interval and α"]
    assert "Lost: worst for the treatment" in told
    assert "no part of the joint test" in told["Lost: worst for the treatment"]
    assert "PGA: percent of baseline" not in told, "the Methods announce it"


def test_a_percentage_of_an_ordinal_scale_is_in_only_because_the_paper_announces_it():
    without = WINTER.spec.model_copy(
        update={"endpoints": tuple(e for e in WINTER.spec.endpoints if (e.outcome, e.change) != ("pga", "percent"))}
    )
    other = dataclasses.replace(WINTER, spec=without, sha256="without")
    assert "PGA: percent of baseline" in {out.what for out in ruled_out(other)}
    assert len(specifications(other)) == 270 - 3 * 5 * 2


def test_the_choice_that_moves_most_comes_first():
    moved = [value for _, value in EVERY.influence if known(value)]
    assert moved == sorted(moved, reverse=True)
    assert EVERY.influence[0][0] == "What is measured"
    assert "“what is measured”" in answer().multiverse_reading


def test_the_influence_of_losing_is_the_mean_range_over_that_choice_alone():
    groups = {}
    for spec in EVERY.specifications:
        rest = tuple(option for choice, option in spec.choices if choice != "Lost")
        groups.setdefault(rest, []).append(float(spec.effect))
    expected = mean(max(effects) - min(effects) for effects in groups.values())
    assert dict(EVERY.influence)["Lost"] == pytest.approx(expected)


# ---- setting the dashboard to a specification


@pytest.mark.parametrize("place", range(0, 270, 13))
def test_a_specification_sets_the_dashboard_to_itself_and_keeps_the_rest(place):
    spec = EVERY.specifications[place]
    current = read({"test": "sign", "alpha": "0.2", "show": "2", "who": "2.3", "loss": "worst", "n": "30"}, WINTER)
    then = set_to(dict(spec.link), current.assumptions, WINTER)
    assert robustness.answer(WINTER, then).at == spec.rank
    assert (then.test, then.alpha, then.highlight, then.n) == ("sign", 0.2, "2", 30)
    assert read(write(then, WINTER), WINTER).assumptions == then


def test_the_viewers_own_analysis_is_found_among_them_or_not():
    assert answer().at == next(s.rank for s in EVERY.specifications if s.label == "Lesion size, % change" and s.paper)
    assert answer(test="sign-flip", alpha="0.1").at == answer().at, "what changes no estimate is no other analysis"
    assert answer(threshold="33").at == answer().at, "a threshold does not matter where nobody responds"
    for query in ({"loss": "worst"}, {"who": "1.2"}, {"change": "responder", "threshold": "33"}):
        assert "none of these 270" in answer(**query).at.reason
    assert "looks at the arm" in answer(loss="worst").at.reason


def test_governed_assumptions_are_controls_and_all_options_are_their_values():
    for spec in SPECS:
        assert set(dict(spec.link)) <= set(GOVERNED) <= set(CONTROLS)
        assert read(dict(spec.link), WINTER).problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_trial_has_the_multiverse_that_its_own_outcomes_allow(name):
    of = trial(name)
    found = answer(of)
    assert all(is_set(s, set_to(dict(s.link), defaults(of), of), of) for s in specifications(of)[::7])
    if isinstance(found.multiverse, Missing):
        assert name == "none"
        assert "No multiverse" in found.multiverse_reading
    assert len(robustness.reading(found)) > 60


# ---- one person out


def test_without_participant_2_two_thirds_of_the_size_effect_are_gone():
    # (−56 −100 0 0)/4 = −39; without 1 −100/3, without 2 −56/3, without 3 or 4 −52
    found = answer().influence
    assert {one.participant: round(one.test.estimate, 9) for one in found.without} == {
        "1": round(-100 / 3, 9),
        "2": round(-56 / 3, 9),
        "3": -52.0,
        "4": -52.0,
    }
    assert "leaving out participant 2 moves it most. It does not change sides." in answer().influence_reading


def test_pga_by_the_physician_rests_on_one_person():
    told = answer(outcome="pga", change="absolute").influence_reading
    assert "Without participant 1 it is zero." in told


@pytest.mark.parametrize(("who", "told"), [("none", "nobody to leave out"), ("1", "nobody to leave out")])
def test_with_too_few_people_nobody_can_be_left_out(who, told):
    assert told in answer(who=who).influence_reading


# ---- tipping


def test_the_sign_turns_where_the_lost_difference_outweighs_the_others():
    assert answer().lost.grid.turns == 156, "−56 − 100 + 156 = 0"
    assert answer(outcome="pga", rater="observer", change="absolute").lost.grid.turns == -2


def test_the_ordinal_grid_is_complete_and_each_cell_right():
    found = answer(outcome="pga", rater="observer", change="absolute", test="sign-flip").lost
    grid = found.grid
    assert grid.complete
    assert grid.treated == grid.control == tuple(range(-4, 5))
    for row, control in enumerate(grid.control):
        for column, treated in enumerate(grid.treated):
            differences = [Fraction(d) for d in (0, 1, 1, 0)] + [Fraction(int(treated - control))]
            assert grid.estimate[row][column] == pytest.approx(float(sum(differences) / 5))
            flips = [
                abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
                for signs in itertools.product((1, -1), repeat=5)
            ]
            assert grid.p[row][column] == sum(f >= abs(sum(differences)) for f in flips) / 32


def test_no_exact_test_of_five_pairs_settles_anything_wherever_the_lost_went():
    for query in (
        {},
        {"outcome": "pga", "change": "absolute"},
        {"outcome": "pga", "rater": "observer", "change": "absolute"},
    ):
        found = answer(test="sign-flip", **query)
        assert found.lost.grid.settled == 0
        assert "none gives a p of at most 0.05" in found.lost_reading


def test_settled_cells_are_counted_where_alpha_allows_them():
    grid = answer(test="sign-flip", alpha="0.25").lost.grid
    by_hand = sum(p <= 0.25 for row in grid.p for p in row)
    assert grid.settled == by_hand > 0


def test_the_rules_stand_beside_each_other_and_the_chosen_one_is_marked():
    rules = {rule.key: rule for rule in answer(loss="worst").lost.rules}
    assert list(rules) == ["complete", "no-change", "best", "worst"]
    assert [key for key, rule in rules.items() if rule.chosen] == ["worst"]
    assert rules["worst"].test.estimate == pytest.approx((-156 + 200) / 5)
    assert rules["best"].test.estimate == pytest.approx((-156 - 200) / 5)
    assert "typed" in {rule.key for rule in answer(loss="typed").lost.rules}


def test_a_trial_that_lost_nobody_says_so():
    assert "Nobody was lost" in answer(trial("one")).lost_reading


# ---- agreement


def test_kappa_at_baseline_is_exactly_zero_and_the_table_is_that_of_the_paper():
    before, after = answer().agreement.visits
    assert before.agreement.kappa == 0
    assert before.agreement.table[4] == (0, 0, 1, 4, 3), "observer 2 once, 3 four times, 4 three times; physician 4"
    assert sum(map(sum, before.agreement.table)) == sum(map(sum, after.agreement.table)) == 8
    assert before.agreement.mean_difference == 0.75, "(2 + 1 + 1 + 1 + 0 + 0 + 1 + 0) / 8"


def test_differences_by_lesion_name_the_unit_and_lost_ones_the_reason():
    after = answer().agreement.visits[1]
    units = {unit.unit: unit for unit in after.units}
    assert (units["2C"].first, units["2C"].second, units["2C"].difference) == (4, 1, 3)
    assert units["5T"].difference == Missing("lost after Month 1")


def test_one_rater_or_no_categories_leave_nothing_to_agree_about():
    assert "No agreement to look at" in answer(trial("eyes")).agreement_reading


# ---- words


@pytest.mark.parametrize("name", NAMES)
def test_no_reading_claims_more_than_an_interval(name):
    of = trial(name)
    for question in (robustness, endpoints):
        for query in ({}, {"loss": "worst"}, {"test": "sign-flip"}, {"change": "responder"}, {"adjust": "holm"}):
            try:
                told = question.reading(question.answer(of, read(query, of).assumptions)).lower()
            except Refusal as refusal:
                told = str(refusal).lower()
            assert "significant" not in told
            assert "no difference" not in told
            assert "no effect" not in told or "no effect is" in told
