"""Figures of a plan: each view shows its numbers, says what is simulated or uncertain, and keeps to its frame."""

import itertools
import re

import numpy as np
import pytest

from lib.assumptions import read
from lib.design.registry import DESIGNS
from lib.design.t_designs import PAIRED_T
from lib.figures.look import DARK, LIGHT
from lib.figures.registry import FIGURES
from lib.questions import sample_size
from lib.questions.wording import power_words
from lib.values import known
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


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"design": "sequential-obrien-fleming"},
        {"design": "two-sample-t"},
        {"n": "40"},
        {"effect": "0.1"},
        {"effect": "0"},
        {"keep": "design:two-sample-t,n:30~design:ordinal-sign,n:9"},
    ],
)
def test_every_curve_goes_on_to_the_end_of_the_axis(query):
    result, _, figure = drawn(**query)
    end = figure.layout.xaxis.range[1]
    assert result.view.n[-1] >= end / 1.02
    assert [curve.design for curve in result.beside if curve.n[-1] < result.view.n[-1]] == []
    marks = [n for curve in result.beside for n in (curve.needed, curve.planned) if known(n)]
    if DESIGNS[result.chosen.key].quick and known(result.chosen.needed):
        assert all(n <= end or n > 1.6 * 1.25 * max(result.plan.n, result.chosen.needed) for n in marks)


def test_a_curve_that_takes_time_ends_early_and_the_key_says_where():
    result, _, figure = drawn(keep="design:paired-sign-flip,n:6", n="30")
    (curve,) = result.beside
    assert curve.n[-1] < result.view.n[-1]
    assert f"computed up to n = {curve.n[-1]}" in notes(figure).replace("<br>", " ")
    assert "computed up to" not in notes(drawn()[2])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, {"needed: 10", "planned: 12, 88 %"}),
        ({"design": "sequential-obrien-fleming", "n": "10"}, {"needed: 11", "planned: 10, 79.9 %"}),
        ({"n": "40"}, {"needed: 10", "planned: 40, over 99 %"}),
        ({"effect": "0"}, {"planned: 12, 5 %"}),
        ({"curve": "effect"}, {"detectable: 0.889 points", "planned: 1 point, 88 %"}),
    ],
)
def test_line_and_star_are_labelled_where_they_stand(query, told):
    _, _, figure = drawn(**query)
    labels = {
        note.text: note for note in figure.layout.annotations if note.text.startswith(("needed", "planned", "det"))
    }
    assert set(labels) == told
    star = trace(figure, "planned")
    for text, label in labels.items():
        assert (label.x, label.y) == (star.x[0], star.y[0]) if "planned" in text else label.y == 0


@pytest.mark.parametrize("width", [276, 1000])
@pytest.mark.parametrize("query", [{}, {"design": "sequential-obrien-fleming"}, {"n": "40"}, {"sd_from": "pilot"}])
def test_labels_cover_neither_the_curves_nor_each_other_on_a_telephone_and_a_wide_screen(width, query):
    result, _, figure = drawn(**query)
    (x0, x1), (y0, y1) = figure.layout.xaxis.range, figure.layout.yaxis.range
    boxes = []
    for note in figure.layout.annotations:
        if note.text.startswith(("needed", "planned")):
            long = 6 * len(note.text)
            left = (note.x - x0) / (x1 - x0) * width + note.xshift
            left -= {"left": 0, "center": long / 2, "right": long}[note.xanchor]
            bottom = (note.y - y0) / (y1 - y0) * 338 + note.yshift
            bottom -= {"bottom": 0, "middle": 8, "top": 16}[note.yanchor]
            boxes.append((left, left + long, bottom, bottom + 16))
    assert len(boxes) == 2
    for left, right, bottom, top in boxes:
        assert left >= 0
        assert right <= width + 14
        for step in range(1, 40):
            n = x0 + (left + step / 40 * (right - left)) / width * (x1 - x0)
            for curve in (result.view, *result.beside):
                if curve.n[0] <= n <= curve.n[-1]:
                    at = (np.interp(n, curve.n, curve.power) - y0) / (y1 - y0) * 338
                    assert not bottom < at < top
    first, second = boxes
    assert first[1] < second[0] or second[1] < first[0] or first[3] < second[2] or second[3] < first[2]


def test_the_axis_says_what_n_counts_for_each_layout_in_lines_that_a_telephone_holds():
    told = {
        (): "n: pairs (participants);<br>in parallel arms: participants per arm",
        (("design", "two-sample-t"),): "n: participants per arm;<br>within persons: pairs (participants)",
    }
    for query, title in told.items():
        figure = drawn(**dict(query))[2]
        assert figure.layout.xaxis.title.text == title
    assert all(len(line) <= 40 for line in title.split("<br>"))


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


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("power", {}),
        ("power", {"curve": "effect"}),
        ("power", {"curve": "both"}),
        ("power", {"curve": "side"}),
        ("categories", {"design": "ordinal-t"}),
    ],
)
def test_percentages_have_the_space_before_their_sign_that_texts_have(name, query):
    _, _, figure = drawn(name=name, **query)
    axes = [figure.layout[key] for key in figure.layout if key.startswith(("xaxis", "yaxis"))]
    assert not any("%" in (axis.tickformat or "") for axis in axes)
    ticks = [text for axis in axes for text in axis.ticktext or ()]
    assert all(text.endswith(" %") for text in ticks)
    assert "%}" not in figure.to_json()
    assert not any(trace.type == "contour" and trace.contours.showlabels for trace in figure.data)
    assert not re.search(r"\d%", notes(figure))
    if query.get("curve") not in ("both", "side"):
        assert ticks[0] == "0 %"
        assert len(ticks) >= 4


def test_every_line_of_equal_power_has_its_label_where_it_runs():
    result, _, figure = drawn(curve="both")
    labels = {note.text: note for note in figure.layout.annotations if re.fullmatch(r"\d+ %", note.text)}
    assert list(labels) == ["50 %", "80 %", "90 %", "95 %"]
    for text, label in labels.items():
        plan = result.plan
        power = PAIRED_T.power(plan, int(label.x), label.y)
        assert float(power) == pytest.approx(float(text[:-2]) / 100, abs=0.01)


def test_a_title_names_the_most_power_only_of_what_is_given():
    _, part, _ = drawn(curve="side", effect_from="pilot", sd_from="pilot", n="4")
    assert part.title.startswith("Most power at n = 4, observed power left out: Parallel arms, two-sample t test")
    _, part, _ = drawn(curve="side", effect_from="pilot", sd_from="pilot", n="12")
    assert "observed power" not in part.title
