"""Leave-one-out, tipping, belief and nulls: what is drawn is what was found, on the side where it belongs."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lib.analysis.bayes import probability_beyond
from lib.analysis.sign_flip import sign_flip
from lib.analysis.signed_rank import signed_rank
from lib.assumptions import read
from lib.errors import Refusal
from lib.figures.belief import belief_part
from lib.figures.influence import influence_part
from lib.figures.look import DARK, LIGHT
from lib.figures.null import null_part
from lib.figures.registry import FIGURES
from lib.figures.tipping import tipping_part
from lib.questions import endpoints, robustness
from lib.questions.endpoint_reading import short_unit
from lib.questions.wording import bounds_words, chance, measure, probability, signed
from lib.values import known
from tests.trials import NAMES, queries, trial

POINTS = {"outcome": "pga", "rater": "observer", "change": "absolute"}
STATES = [
    ("winter2020", {}),
    ("winter2020", POINTS),
    ("winter2020", {"test": "sign-flip"}),
    ("winter2020", {"prior": "sceptical", "delta": "20"}),
    ("winter2020", {"alpha": "0.3"}),
    ("winter2020", {"change": "responder"}),
    ("eyes", {}),
    ("eyes", {"alpha": "0.3", "sides": "one"}),
    ("one", {}),
    ("none", {}),
]
DISTRUSTED = {"prior": "typed", "prior-sd": "5", "prior-pairs": "100", "prior-mean": "10"}
"""A prior that the data contradict: far from them, and much narrower than what is believed afterwards."""
LOST = [state for state in STATES if state[0] in ("winter2020", "eyes")]


def asked(question, name, query):
    of = trial(name)
    return question.answer(of, read(query, of).assumptions)


@cache
def cached(question, name, query):
    return asked(question, name, dict(query))


def robust(name, query):
    return cached(robustness, name, tuple(query.items()))


def inferred(name, query):
    return cached(endpoints, name, tuple(query.items()))


def believed(name, query):
    return inferred(name, query).belief


def belief(name, query):
    result = inferred(name, query)
    return belief_part(result.belief, result.priors)


def arms(name):
    return tuple((arm.key, arm.label) for arm in trial(name).arms)


def tipping(name, query):
    return tipping_part(robust(name, query).lost, arms(name))


def parts(name, query):
    result = robust(name, query)
    made = (
        influence_part(result.influence),
        tipping_part(result.lost, arms(name)),
        belief(name, query),
    )
    return [part for part in made if part is not None]


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def intervals(figure):
    return [trace for trace in figure.data if trace.mode == "lines"]


def estimates(figure):
    return [trace for trace in figure.data if trace.marker.symbol == "square"]


# ---- all three


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "query"), [*STATES, ("winter2020", DISTRUSTED)])
def test_each_is_drawn_with_its_words_its_table_and_its_own_ranges(name, query, look):
    for part in parts(name, query):
        figure = part.draw(look, "stamp")
        assert "NaN" not in figure.to_json()
        assert figure.layout.xaxis.range[0] < figure.layout.xaxis.range[1]
        assert figure.layout.yaxis.range is not None
        assert len(part.title) > 20
        assert len(part.reading) > 20
        assert len(part.table()) > 1
        sizes = [note.font.size for note in figure.layout.annotations if note.name != "stamp"]
        assert all(size is None or size >= 12 for size in sizes)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_drawn_whatever_the_viewer_chose(name):
    keys = ("outcome", "rater", "change", "zero", "loss", "lost-base", "test", "alpha", "prior", "delta", "who")
    for query in queries(trial(name), keys):
        try:
            drawn = parts(name, query)
        except Refusal:
            continue
        assert all("NaN" not in part.draw(LIGHT).to_json() for part in drawn), query


def test_who_was_not_lost_has_no_grid_and_nobody_has_nothing_to_draw():
    assert [part.key for part in parts("one", {})] == ["influence", "belief"]
    assert "influence" not in [part.key for part in parts("none", {})]
    assert [part.key for part in parts("eyes", {})] == ["influence", "tipping", "belief"]


# ---- leave-one-out


@pytest.mark.parametrize(("name", "query"), LOST)
def test_everybody_stands_first_then_each_one_left_out_with_estimate_and_interval(name, query):
    found = robust(name, query).influence
    tests = [found.everybody, *(one.test for one in found.without)]
    figure = influence_part(found).draw(LIGHT)
    assert [trace.x[0] for trace in estimates(figure)] == [float(test.estimate) for test in tests]
    assert [trace.y[0] for trace in estimates(figure)] == list(range(len(tests)))
    edge = figure.layout.xaxis.range[1]
    for trace, test in zip(intervals(figure), [test for test in tests if known(test.p)], strict=True):
        low, high = test.interval.low, test.interval.high
        assert trace.x == (-edge if low is None else low, edge if high is None else high)


def test_the_zero_of_leave_one_out_is_in_the_middle_and_benefit_on_its_own_side():
    for name, first in (("winter2020", "◂ favours treated"), ("eyes", "◂ favours control")):
        figure = influence_part(robust(name, {}).influence).draw(LIGHT)
        assert figure.layout.xaxis.range[0] == -figure.layout.xaxis.range[1]
        assert [shape.x0 for shape in figure.layout.shapes] == [0]
        assert figure.layout.annotations[0].text == first


def test_an_interval_without_bounds_ends_in_two_arrows_a_row():
    part = influence_part(robust("winter2020", {"test": "sign-flip"}).influence)
    symbols = [trace.marker.symbol for trace in part.draw(LIGHT).data]
    assert symbols.count("triangle-left") == symbols.count("triangle-right") == 5


def test_a_row_without_an_interval_says_why_in_lines_that_a_telephone_holds():
    part = influence_part(robust("winter2020", {"change": "responder"}).influence)
    figure = part.draw(LIGHT)
    assert len(estimates(figure)) == len(intervals(figure)) + 1 == 5
    (why,) = (note.text for note in figure.layout.annotations if "no interval" in note.text)
    assert "all 3 differences are equal" in why
    assert max(len(line) for line in why.split("<br>")) <= 54
    plain = influence_part(robust("winter2020", {}).influence).draw(LIGHT)
    assert figure.layout.height > plain.layout.height


def test_who_leaves_no_pair_behind_says_so_instead_of_an_estimate():
    part = influence_part(robust("one", {}).influence)
    assert "fewer than two pairs" in part.title
    figure = part.draw(LIGHT)
    assert len(estimates(figure)) == 1
    assert intervals(figure) == [], "one pair has no interval, so none is drawn"
    assert any("no pairs" in note.text for note in figure.layout.annotations)


@pytest.mark.parametrize(("name", "query"), LOST)
def test_the_title_of_leave_one_out_tells_the_ends_and_whether_the_side_stays(name, query):
    found = robust(name, query).influence
    values = [float(one.test.estimate) for one in found.without]
    title = influence_part(found).title
    for end in (min(values), max(values)):
        assert measure(end, short_unit(found.unit)) in title
    same = all(value * found.everybody.estimate > 0 for value in values)
    assert same == ("Whoever is left out" in title)
    if same:
        benefit = (found.everybody.estimate > 0) == (found.better == "higher")
        assert f"favours {'treated' if benefit else 'control'}" in title


def test_the_title_of_leave_one_out_knows_when_one_person_decides():
    turned = [
        (part, result)
        for query in queries(trial("winter2020"), ("outcome", "change", "who"))
        if (part := influence_part(result := robust("winter2020", query).influence))
        and len(values := [float(one.test.estimate) for one in result.without if known(one.test.estimate)]) > 1
        and min(sides := [*values, result.everybody.estimate]) <= 0 <= max(sides)
    ]
    assert turned
    for part, result in turned:
        sides = [result.everybody.estimate, *(one.test.estimate for one in result.without)]
        both = min(sides) < 0 < max(sides)
        assert ("depends on who is in" in part.title) == both
        if not both:
            assert "zero at most, not to the other side" in part.title or "is 0 " in part.title


@pytest.mark.parametrize(("name", "query"), LOST)
def test_the_table_of_leave_one_out_repeats_the_results(name, query):
    found = robust(name, query).influence
    table = influence_part(found).table()
    tests = [found.everybody, *(one.test for one in found.without)]
    assert list(table["Who"]) == ["Everybody", *(f"Without {one.participant}" for one in found.without)]
    assert list(table["p"]) == [probability(test.p) for test in tests]
    told = [" to ".join(bounds_words(t.interval)) if known(t.p) else t.interval.reason for t in tests]
    assert list(table["Interval"]) == told
    assert list(table.iloc[:, 2]) == [signed(test.estimate) for test in tests]


# ---- tipping


@pytest.mark.parametrize(("name", "query"), LOST)
def test_as_many_cells_are_marked_as_are_settled_and_the_title_tells(name, query):
    found = robust(name, query).lost
    part = tipping(name, query)
    dots = [trace for trace in part.draw(LIGHT).data if "≤" in (trace.name or "")]
    assert sum(len(trace.x) for trace in dots) == found.grid.settled
    whole = len(found.grid.treated) * len(found.grid.control)
    told = f"{found.grid.settled} of {whole} combinations have" if found.grid.settled else "no combination has"
    assert told in part.title


def test_some_states_have_settled_cells_and_each_marked_cell_has_such_a_p():
    found = robust("winter2020", {"alpha": "0.3"}).lost
    figure = tipping("winter2020", {"alpha": "0.3"}).draw(LIGHT)
    dots = named(figure, "p ≤ 0.3")
    assert len(dots.x) == found.grid.settled == 270
    grid = found.grid
    for treated, control in zip(dots.x, dots.y, strict=True):
        assert grid.p[grid.control.index(control)][grid.treated.index(treated)] <= 0.3


@pytest.mark.parametrize(("name", "query"), LOST)
def test_the_zero_line_parts_the_cells_by_the_sign_of_the_mean_difference(name, query):
    grid, figure = robust(name, query).lost.grid, tipping(name, query).draw(LIGHT)
    lines = [trace for trace in figure.data if trace.name == "mean difference 0"]
    signs = {np.sign(value) for row in grid.estimate for value in row} - {0}
    assert len(lines) == (len(signs) == 2)
    for line in lines:
        for x, y in zip(line.x, line.y, strict=True):
            assert x - y == pytest.approx(grid.turns)
            assert figure.layout.xaxis.range[0] <= x <= figure.layout.xaxis.range[1]
            assert figure.layout.yaxis.range[0] - 1e-9 <= y <= figure.layout.yaxis.range[1] + 1e-9
    for control, row in zip(grid.control, grid.estimate, strict=True):
        for treated, value in zip(grid.treated, row, strict=True):
            assert np.sign(round(value, 9)) == np.sign(round(treated - control - grid.turns, 9))


def test_the_line_is_left_out_where_no_combination_turns_the_sign():
    part = tipping("winter2020", {"change": "responder"})
    assert "No combination shown turns the sign" in part.title
    assert "bold line" not in part.reading
    assert "where it is 0" not in part.draw(LIGHT).layout.annotations[0].text


@pytest.mark.parametrize("query", [{}, POINTS, {"alpha": "0.3"}, {"change": "responder"}])
def test_letters_lie_where_the_rules_put_whoever_was_lost(query):
    # by the t test the estimate of a rule is the mean difference, so it tells where the rule has to lie
    found = robust("winter2020", query).lost
    figure = tipping("winter2020", query).draw(LIGHT)
    spots = named(figure, "rules")
    rules = {rule.key: rule.test for rule in found.rules}
    keys = {"<b>N</b>": "no-change", "<b>B</b>": "best", "<b>W</b>": "worst"}
    assert len(spots.text) == (2 if query == {"change": "responder"} else 3)
    for letter, treated, control in zip(spots.text, spots.x, spots.y, strict=True):
        mean = (treated - control - found.grid.turns) * len(found.participants) / found.n
        assert mean == pytest.approx(rules[keys[letter]].estimate)
        assert figure.layout.xaxis.range[0] <= treated <= figure.layout.xaxis.range[1]
        assert figure.layout.yaxis.range[0] <= control <= figure.layout.yaxis.range[1]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "below"), [("winter2020", 0), ("eyes", 1)])
def test_colour_is_centred_at_zero_and_the_arm_that_is_favoured_has_its_own(name, below, look):
    heat = tipping(name, {}).draw(look).data[0]
    assert heat.zmin == -heat.zmax < 0
    assert heat.zmax == max(abs(value) for row in heat.z for value in row)
    low, middle, high = (colour for _, colour in heat.colorscale)
    assert (low, high) == (look.mark(below).colour, look.mark(1 - below).colour)
    assert middle == look.paper


def test_the_frame_holds_what_is_possible_and_whole_cells_where_nothing_lies_between_them():
    for query, pad in (({}, 0), (POINTS, 0.5)):
        grid = robust("winter2020", query).lost.grid
        frame = named(tipping("winter2020", query).draw(LIGHT), "possible")
        assert (min(frame.x), max(frame.x)) == (grid.reach[0] - pad, grid.reach[1] + pad)
        assert (min(frame.y), max(frame.y)) == (min(frame.x), max(frame.x))


def test_columns_are_the_treated_unit_and_rows_the_control():
    figure = tipping("winter2020", {}).draw(LIGHT)
    grid = robust("winter2020", {}).lost.grid
    assert "Sodium thiosulfate" in figure.layout.xaxis.title.text
    assert "Saline" in figure.layout.yaxis.title.text
    assert [list(row) for row in figure.data[0].z] == [list(row) for row in grid.estimate]
    assert grid.estimate[0][-1] > grid.estimate[-1][0], "more growth of the treated unit raises the difference"


@pytest.mark.parametrize(("name", "query"), LOST)
def test_the_tipping_table_lists_the_rules_and_every_difference_of_the_grid(name, query):
    grid, table = robust(name, query).lost.grid, tipping(name, query).table()
    rules, rest = table[table["Rule"] != "–"], table[table["Rule"] == "–"]
    assert len(rules) == len(named(tipping(name, query).draw(LIGHT), "rules").x)
    size = len(grid.treated)
    assert len(rest) == 2 * size - 1
    assert rest["Cells"].astype(int).sum() == size * size
    marked = rest[table.columns[4]] == "yes"
    assert rest["Cells"].astype(int)[marked].sum() == grid.settled
    ends = rest.iloc[[0, -1], 2].tolist()
    assert ends == [signed(grid.estimate[-1][0]), signed(grid.estimate[0][-1])]
    assert rest["p"].iloc[0] == probability(grid.p[-1][0])


# ---- belief

BELIEFS = [(name, query) for name, query in STATES if name != "none" and query.get("change") != "responder"]


@pytest.mark.parametrize(("name", "query"), BELIEFS)
def test_the_filled_share_of_the_posterior_is_the_probability_in_the_title(name, query):
    found, part = believed(name, query), belief(name, query)
    figure = part.draw(LIGHT)
    area = named(figure, "benefit")
    chances = sorted(one.beyond for _, one in inferred(name, query).priors)
    assert chances[0] <= found.beyond <= chances[-1]
    assert chance(chances[-1]) in part.title
    assert chance(chances[0]).removesuffix(" %") in part.title
    # the axis cuts off the far tail, whose share is known
    far = area.x[-1] if found.better == "higher" else area.x[0]
    tail = probability_beyond(found.after, far, "greater" if found.better == "higher" else "less")
    assert np.trapezoid(area.y, area.x) + tail == pytest.approx(found.beyond, abs=0.002)


@pytest.mark.parametrize(("name", "query"), [*BELIEFS, ("winter2020", DISTRUSTED)])
def test_the_axis_of_belief_holds_zero_the_interval_and_the_peak(name, query):
    found = believed(name, query)
    figure = belief(name, query).draw(LIGHT)
    low, high = figure.layout.xaxis.range
    assert low < 0 < high
    assert low < found.interval.low < found.interval.high < high
    outside = probability_beyond(found.after, low, "less") + probability_beyond(found.after, high, "greater")
    assert outside <= 0.01
    assert 0 in [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1]
    after, before = named(figure, "after"), named(figure, "before")
    assert after.x == before.x
    assert after.x[int(np.argmax(after.y))] == pytest.approx(found.after.mean)
    ceiling = figure.layout.yaxis.range[1]
    assert ceiling / 3 < max(after.y) < ceiling, "the posterior is neither cut off nor flattened"
    bar = named(figure, "interval")
    assert (bar.x[0], bar.x[-1]) == (found.interval.low, found.interval.high)


def test_the_threshold_of_a_worthwhile_benefit_is_drawn_on_the_side_of_benefit():
    for name, at in (("winter2020", -20), ("eyes", 20)):
        figure = belief(name, {"delta": "20"}).draw(LIGHT)
        assert [shape.x0 for shape in figure.layout.shapes if shape.line.dash == "dot"] == [at]
        area = named(figure, "benefit")
        assert (max(area.x) if at < 0 else min(area.x)) == at


def test_the_prior_is_dashed_and_muted_and_both_curves_are_named():
    figure = belief("winter2020", {"prior": "sceptical"}).draw(LIGHT)
    before, after = named(figure, "before"), named(figure, "after")
    assert (before.line.color, after.line.color) == (LIGHT.muted, LIGHT.ink)
    assert before.line.dash is not None
    assert after.line.dash is None
    assert {"before", "<b>after</b>"} <= {note.text for note in figure.layout.annotations}


@pytest.mark.parametrize(("name", "query"), BELIEFS)
def test_the_table_of_belief_repeats_the_result(name, query):
    found = believed(name, query)
    table = belief(name, query).table().set_index("What")
    assert list(table.iloc[0]) == [signed(found.prior.mean), signed(found.after.mean)]
    chances = [row for label, row in table.iterrows() if label.startswith("Probability of")]
    assert list(chances[0]) == [chance(found.before), chance(found.beyond)]
    interval = next(row for label, row in table.iterrows() if "credible interval" in label)
    assert interval["After the data"] == " to ".join(bounds_words(found.interval))
    assert table["After the data"].iloc[-1] == chance(found.success)


# ---- the null distribution


def nulls(differences, test=sign_flip, **query):
    """The null of these differences, drawn beside an endpoint of the shipped trial."""
    selected = inferred("winter2020", {"test": "sign-flip", **query}).selected
    return null_part(replace(selected, test=test(differences, "two-sided")), 0.05, "two").draw(LIGHT)


def bars_of(figure):
    """Middle, width and height of each bar."""
    return [bar for t in figure.data if t.type == "bar" for bar in zip(t.x, t.width, t.y, strict=True)]


def written(figure):
    return [note.text for note in figure.layout.annotations]


def test_two_values_of_a_null_are_two_thin_bars_each_with_its_value_and_its_share_of_the_labellings():
    (figure,) = [part.draw(LIGHT) for part in null_parts({"outcome": "pga", "change": "absolute", "test": "sign-flip"})]
    low, high = figure.layout.xaxis.range
    assert [(x, y) for x, _, y in bars_of(figure)] == [(-0.25, 0.5), (0.25, 0.5)]
    assert all(width < (high - low) / 30 for _, width, _ in bars_of(figure))
    assert low < -0.25 - 0.05
    assert high > 0.25 + 0.05
    assert {"−0.25<br>8 of 16", "0.25<br>8 of 16"} <= set(written(figure))
    assert figure.layout.xaxis.title.text == "Mean of the flipped differences"
    assert [shape.x0 for shape in figure.layout.shapes] == [-0.25]


def null_parts(query):
    return FIGURES["null"](inferred("winter2020", query))


@pytest.mark.parametrize("test", [sign_flip, signed_rank])
@pytest.mark.parametrize("count", [5, 8, 12])
def test_a_null_of_many_values_is_whole_with_bars_beside_each_other_and_no_labels(test, count):
    figure = nulls([k**3 + 4 for k in range(count)], test)
    bars = bars_of(figure)
    assert sum(y for _, _, y in bars) == pytest.approx(1)
    assert len({x for x, _, _ in bars}) <= 120
    (low, high), places = figure.layout.xaxis.range, sorted({(x, width) for x, width, _ in bars})
    assert low < places[0][0] - places[0][1] / 2
    assert places[-1][0] + places[-1][1] / 2 < high
    if count > 5:
        for (a, width), (b, _) in itertools.pairwise(places):
            assert a + width / 2 <= b - width / 2 + 1e-9
    assert not any(" of " in text for text in written(figure))
    extreme = next(t for t in figure.data if t.name == "counts towards p")
    assert sum(extreme.y) == pytest.approx(2 / 2**count)


def test_a_null_that_is_gathered_in_intervals_rises_to_the_middle_and_is_its_own_mirror_image():
    heights = {}
    for x, _, y in bars_of(nulls(list(range(1, 17)), signed_rank)):
        heights[x] = heights.get(x, 0) + y
    assert len(heights) > 20
    told = [heights[x] for x in sorted(heights)]
    assert told == pytest.approx(told[::-1])
    half = told[: (len(told) + 1) // 2]
    assert half == sorted(half)


# ---- the specification curve


def test_the_axis_of_the_specification_curve_says_which_arm_it_points_to():
    (part,) = FIGURES["specifications"](robust("winter2020", {}))
    figure = part.draw(LIGHT)
    assert figure.layout.yaxis.title.text == "d<sub>z</sub> towards<br>sodium thiosulfate"
    assert "+0.804" in part.reading
