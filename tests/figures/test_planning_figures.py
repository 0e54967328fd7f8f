"""Figures of a plan: each view shows its numbers, says what is simulated or uncertain, and keeps to its frame."""

import itertools

import pytest

from lib.assumptions import read
from lib.figures.look import DARK, LIGHT
from lib.figures.registry import FIGURES
from lib.questions import sample_size
from lib.questions.wording import power_words
from tests.figures.test_figures import WINTER


def drawn(look=LIGHT, name="power", **query):
    query = {"mc-width": "0.05", **{key.replace("_", "-"): text for key, text in query.items()}}
    result = sample_size.answer(WINTER, read(query, WINTER).assumptions)
    (part,) = FIGURES[name](result)
    return result, part, part.draw(look)


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def notes(figure):
    return " ".join(note.text for note in figure.layout.annotations)


def test_power_by_n_has_the_plan_the_target_and_the_n_needed():
    result, part, figure = drawn()
    curve = trace(figure, "Within person, paired t test")
    assert tuple(curve.x) == result.view.n
    assert tuple(curve.y) == result.view.power
    star = trace(figure, "planned")
    assert (star.x[0], star.y[0]) == (12, result.chosen.power_at_n.value)
    levels = {(shape.y0, shape.y1) for shape in figure.layout.shapes if shape.yref == "y"}
    assert (0.8, 0.8) in levels
    assert any(shape.x0 == result.chosen.needed == shape.x1 for shape in figure.layout.shapes)
    assert "needs n = 10" in part.title


def test_the_other_layout_stands_beside_with_its_number_of_people():
    _, _, figure = drawn()
    assert "Parallel arms, two-sample t test, n = 12" in notes(figure).replace("<br>", " ")
    assert "(24 people)" in notes(figure).replace("<br>", " ")


def test_the_limits_of_the_sd_are_a_band_around_the_curve():
    result, _, figure = drawn(sd_from="pilot")
    band = trace(figure, "limits of the SD")
    half = len(band.x) // 2
    low, high = band.y[:half], tuple(reversed(band.y[half:]))
    assert all(a <= b for a, b in zip(low, high, strict=True))
    assert all(a <= p <= b for a, p, b in zip(low, result.view.power, high, strict=True))
    assert "80 % limits of this trial's" in notes(figure).replace("<br>", " ")
    with pytest.raises(StopIteration):
        trace(drawn()[2], "limits of the SD")


def test_simulated_power_has_its_monte_carlo_band():
    result, part, figure = drawn(design="paired-sign-flip", n="10")
    band = trace(figure, "Monte Carlo interval")
    assert max(band.y) == max(result.view.high)
    assert "95 % Monte Carlo interval" in part.table().columns
    assert "95 % Monte Carlo interval" in notes(figure).replace("<br>", " ")


def test_saw_teeth_are_drawn_as_they_are():
    result, _, figure = drawn(design="paired-sign", n="30")
    power = trace(figure, "Within person, sign test").y
    assert tuple(power) == result.view.power
    assert any(later < earlier for earlier, later in itertools.pairwise(power))


def test_kept_plans_are_lines_of_their_own():
    _, _, figure = drawn(keep="design:two-sample-t,n:20~design:ordinal-sign,n:9")
    names = [one.name for one in figure.data]
    assert "Parallel arms, two-sample t test" in names
    assert "Categories within person, sign test" in names
    assert len({one.line.dash for one in figure.data if one.mode and "lines" in one.mode}) == 3


def test_power_by_effect_is_in_the_unit_that_the_viewer_reads():
    result, _, figure = drawn(design="responders-mcnemar", curve="effect")
    curve = trace(figure, "Responders within person, exact McNemar test")
    assert curve.x[-1] == pytest.approx(100 * result.view.effect[-1])
    assert "percentage points" in figure.layout.xaxis.title.text


def test_lines_of_equal_power_are_of_the_surface():
    result, _, figure = drawn(curve="both")
    lines = [one for one in figure.data if one.type == "contour"]
    assert [one.contours.start for one in lines] == [0.5, 0.8, 0.9, 0.95]
    for line in lines:
        assert line.z[10][5] == result.view.power[10][5]


def test_detectable_effects_end_where_they_stop_meaning_anything():
    result, _, figure = drawn(curve="detectable")
    assert tuple(trace(figure, "Within person, paired t test").y) == result.view.effect
    assert figure.layout.yaxis.range[1] < result.view.effect[0], "two pairs find only enormous effects"


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_every_design_stands_in_the_table_of_designs_with_its_power(look):
    result, part, figure = drawn(look, curve="side")
    cells = figure.data[0]
    rows = [row for (_, factor), row in zip(result.view.rows, result.view.power, strict=True) if factor == 1]
    assert [tuple(row) for row in cells.z] == [tuple(row) for row in rows]
    assert ">99" in "".join(cells.text[0])
    assert "100" not in " ".join(text for row in cells.text for text in row)
    table = part.table()
    assert len(table) == len(result.view.rows)
    assert power_words(rows[0][0]) in set(table[f"n = {result.view.n[0]}"])


def test_the_model_of_the_categories_is_drawn_as_typed():
    result, part, figure = drawn(name="categories", design="ordinal-t", improve_treated="10_20_30_30_10")
    treated, control, difference = figure.data
    assert tuple(treated.y) == (0.1, 0.2, 0.3, 0.3, 0.1)
    assert tuple(control.y) == result.plan.control
    assert sum(difference.y) == pytest.approx(1)
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range, "one scale of shares"
    assert "lesions" in part.reading
    assert "Sodium thiosulfate" in notes(figure)
    assert len(FIGURES["categories"](result)[0].table()) == 5 + 9


def test_there_is_no_model_of_categories_where_there_are_none():
    result = sample_size.answer(WINTER, read({}, WINTER).assumptions)
    assert FIGURES["categories"](result) == ()
