"""What figures promise: arms told apart three ways, honest axes, open gaps, readable colours."""

import itertools

import pytest

from lib.assumptions import read, stamp
from lib.figures.canvas import AT_A_VALUE
from lib.figures.drawn import drawn
from lib.figures.look import DARK, LIGHT, LOOKS
from lib.figures.registry import FIGURES
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def parts(path, name, **query):
    result = QUESTIONS[path].answer(WINTER, read(query, WINTER).assumptions)
    return result, {part.key: part for part in FIGURES[name](result)}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_knows_its_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_every_text_and_mark_has_the_contrast_that_wcag_aa_asks(look):
    texts = (look.ink, look.muted, look.treated.colour, look.control.colour)
    for text, ground in itertools.product(texts, (look.paper, look.box, look.band)):
        assert contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_arms_differ_by_colour_marker_and_dash(look):
    a, b = look.treated, look.control
    assert a.colour != b.colour
    assert a.symbol != b.symbol
    assert a.dash != b.dash


def strokes_of(figure):
    """The x of every stroke: a line is lifted where x is None."""
    for trace in figure.data:
        if trace.mode == "lines":
            for lifted, points in itertools.groupby(trace.x, key=lambda x: x is None):
                if not lifted:
                    yield list(points)


def test_nothing_is_drawn_through_the_unpublished_months():
    result, by_key = parts("trajectories", "trajectories")
    for part in by_key.values():
        for x in strokes_of(part.draw(LIGHT)):
            assert max(x) < 1 or min(x) > 2, "a stroke reaches a month of which nothing is known"
    assert len(by_key) == len(result.panels)


def test_the_unpublished_months_are_shaded_and_named_in_both_arms():
    _, by_key = parts("trajectories", "trajectories")
    for part in by_key.values():
        figure = part.draw(LIGHT)
        bands = [(shape.x0 < 1, shape.x1 > 2, shape.xref) for shape in figure.layout.shapes]
        assert bands == [(True, True, "x"), (True, True, "x2")]
        assert sum("not published" in annotation.text for annotation in figure.layout.annotations) == 2


def test_where_every_visit_is_published_the_lines_are_whole():
    eyes = trial("eyes")
    result = QUESTIONS["trajectories"].answer(eyes, read({}, eyes).assumptions)
    visits = [visit.time for visit in result.visits]
    strokes = [x for part in FIGURES["trajectories"](result) for x in strokes_of(part.draw(LIGHT))]
    gaps = [b - a for a, b in itertools.pairwise(visits)]
    assert any(x[-1] - x[0] == pytest.approx(gap) for x in strokes for gap in gaps)


def test_both_arms_share_one_scale_that_does_not_move_when_somebody_is_left_out():
    _, before = parts("trajectories", "trajectories")
    _, after = parts("trajectories", "trajectories", who="1.3", show="1")
    for key, part in before.items():
        figure = part.draw(LIGHT)
        assert figure.layout.yaxis.range == after[key].draw(LIGHT).layout.yaxis.range
        assert figure.layout.yaxis2.matches == "y"


def test_every_published_value_is_drawn_once():
    result, by_key = parts("trajectories", "trajectories")
    for panel, part in zip(result.panels, by_key.values(), strict=True):
        known = sorted(p.value for line in panel.lines for p in line.points if not isinstance(p.value, Missing))
        drawn = sorted(y for trace in part.draw(LIGHT).data if trace.mode == "markers" for y in trace.y)
        assert drawn == known


def test_the_forest_has_zero_in_the_middle_of_every_axis():
    _, by_key = parts("endpoints", "forest")
    figure = by_key["forest"].draw(LIGHT)
    axes = [figure.layout[name] for name in figure.layout if name.startswith("xaxis")]
    assert len(axes) == 4
    assert all(axis.range[0] == -axis.range[1] for axis in axes)


def test_an_unbounded_interval_ends_in_arrows_at_the_edge():
    _, by_key = parts("endpoints", "forest", test="sign-flip")
    symbols = [t.marker.symbol for t in by_key["forest"].draw(LIGHT).data if t.marker.symbol]
    assert symbols.count("triangle-left") == symbols.count("triangle-right") == 6
    _, bounded = parts("endpoints", "forest")
    assert not any("triangle" in (t.marker.symbol or "") for t in bounded["forest"].draw(LIGHT).data)


def test_the_null_distribution_is_drawn_whole_and_its_extreme_part_is_p():
    result, by_key = parts("endpoints", "null", test="sign-flip")
    bars = [trace for trace in by_key["null"].draw(LIGHT).data if trace.type == "bar"]
    assert sum(sum(bar.y) for bar in bars) == pytest.approx(1)
    extreme = next(bar for bar in bars if bar.name == "counts towards p")
    assert sum(extreme.y) == pytest.approx(result.selected.test.p) == 0.5


def test_the_pairs_table_lists_everybody_and_says_who_is_out():
    _, by_key = parts("endpoints", "pairs", who="1.2.3.5")
    table = by_key["pairs"].table()
    assert list(table["Participant"]) == ["1", "2", "3", "4", "5"]
    assert list(table["In the analysis"]) == [
        "yes",
        "yes",
        "yes",
        "no: left out by the viewer",
        "no: lost after Month 1",
    ]


def test_a_value_that_may_reach_the_line_of_no_change_has_a_ground_of_its_own():
    figure = parts("endpoints", "pairs")[1]["pairs"].draw(DARK)
    (note,) = [note for note in figure.layout.annotations if note.name == AT_A_VALUE]
    assert (note.text, note.xanchor, note.bgcolor) == ("−44", "left", DARK.paper)
    assert not any("−44" in text for trace in figure.data if trace.text for text in trace.text)


def test_what_is_assumed_is_told_in_the_key_of_the_pairs_and_nowhere_over_them():
    for who, loss, wanted in (
        ("1.2.3.4", "worst", True),
        ("1.2.3.4.5", "worst", True),
        ("1.2.3.4.5", "complete", False),
    ):
        _, by_key = parts("endpoints", "pairs", who=who, loss=loss)
        told = [note for note in by_key["pairs"].draw(LIGHT).layout.annotations if "assumed" in (note.text or "")]
        assert len(told) == wanted
        assert all((note.yref, note.y) == ("paper", 1) for note in told)


def test_the_flow_shows_zero_and_not_reported_as_different_things():
    _, by_key = parts("flow", "flow")
    texts = by_key["flow"].draw(LIGHT).data[0].text
    assert any("not reported" in text and "Assessed" in text for text in texts)
    assert any("n = 0 (none told)" in text and "Not allocated" in text for text in texts)


def test_the_power_curve_holds_the_planned_and_the_needed_n():
    result, by_key = parts("sample-size", "power", effect="1")
    figure = by_key["power"].draw(LIGHT)
    curve = next(trace for trace in figure.data if trace.name == result.chosen.label)
    assert result.plan.n in curve.x
    assert result.chosen.needed in curve.x


def test_the_cases_hold_every_published_value_of_everybody_and_say_why_one_has_none():
    result, by_key = parts("overview", "cases")
    figure = by_key["cases"].draw(LIGHT)
    known = [p.value for panel in result.panels for line in panel.lines for p in line.points]
    drawn = [y for trace in figure.data if "markers" in trace.mode for y in trace.y]
    assert sorted(drawn) == sorted(value for value in known if not isinstance(value, Missing))
    told = [note.text for note in figure.layout.annotations]
    assert sum("lost after<br>Month 1" in text for text in told) == len(result.panels) == 3
    assert {f"<b>{person.participant}</b>" for person in result.people} <= set(told)


def test_in_the_cases_whoever_is_assumed_is_told_in_brackets_in_the_viewers_outcome_alone():
    _, by_key = parts("overview", "cases", v="1", loss="worst")
    texts = [note.text for note in by_key["cases"].draw(DARK).layout.annotations]
    assumed = [text for text in texts if "assumed" in text]
    assert len(assumed) == 1
    assert all(
        f'"color:{mark.colour}">({change})' in assumed[0].replace("'", '"')
        for mark, change in ((DARK.treated, "+100 %"), (DARK.control, "−100 %"))
    )
    assert sum("lost after" in text for text in texts) == 2


@pytest.mark.parametrize(("path", "name"), [("overview", "cases"), ("trajectories", "trajectories")])
def test_what_is_reconstructed_is_crossed_and_pale_is_only_who_is_not_highlighted(path, name):
    """Values that nobody printed differ by shape: paleness already tells who is highlighted or left out."""
    query = {"v": "1", "change": "absolute", "areas": "reconstructed", "show": "2"}
    found = FIGURES[name](QUESTIONS[path].answered(WINTER, read(query, WINTER).assumptions))
    drawn_points = [
        (words.endswith("(reconstructed)"), str(trace.marker.symbol).endswith("-x"))
        for part in found
        for trace in part.draw(LIGHT).data
        if "markers" in trace.mode
        for words in trace.hovertext
    ]
    assert {reconstructed == crossed for reconstructed, crossed in drawn_points} == {True}
    assert (
        sum(reconstructed for reconstructed, _ in drawn_points) == 10
    )  # participant 2's treated lesion, all of 3 and 4
    assert "Crossed points are reconstructed: " in " ".join(part.reading for part in found)


def test_in_the_cases_nothing_is_drawn_through_the_unpublished_months():
    _, by_key = parts("overview", "cases")
    figure = by_key["cases"].draw(LIGHT)
    bands = [(shape.x0, shape.x1) for shape in figure.layout.shapes]
    assert len(bands) == 12  # three outcomes of the four of whom something is published
    for x in strokes_of(figure):
        assert not any(low < (min(x) + max(x)) / 2 < high for low, high in bands)


def test_a_figure_leaves_with_its_stamp_below_everything():
    assumptions = read({"alpha": "0.1"}, WINTER).assumptions
    (shown,) = drawn(Asked("endpoints", WINTER, assumptions), "pairs", LIGHT)
    plain = shown.part.draw(LIGHT)
    mark = next(note for note in shown.figure.layout.annotations if note.name == "stamp")
    told = mark.text.replace("<br>", " ")
    assert told == stamp(WINTER, assumptions)
    assert WINTER.sha256[:12] in told
    assert "α: 0.1" in told
    grown = shown.figure.layout.height - plain.layout.height
    assert grown == shown.figure.layout.margin.b - plain.layout.margin.b > 10


def test_the_same_question_is_drawn_once():
    assumptions = read({"alpha": "0.1"}, WINTER).assumptions
    again = read({"alpha": "0.10"}, WINTER).assumptions
    assert drawn(Asked("flow", WINTER, assumptions), "flow", DARK) is drawn(Asked("flow", WINTER, again), "flow", DARK)


def test_nothing_covers_what_is_written_in_the_boxes_of_the_flow():
    _, by_key = parts("flow", "flow")
    figure = by_key["flow"].draw(LIGHT)
    filled = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert len(filled) == len(figure.data[0].text) + 4, "a box for each text, and four stages"
    boxes = [shape for shape in filled if shape.fillcolor == LIGHT.box]
    assert {shape.layer for shape in boxes} == {"below"}
    for x, y in zip(figure.data[0].x, figure.data[0].y, strict=True):
        assert sum(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes) == 1


def verdicts_of():
    result, by_key = parts("evidence", "verdicts")
    return result, by_key["verdicts"].draw(LIGHT)


def test_what_is_contradicted_always_carries_its_number_beside_the_bar_where_it_is_narrow():
    result, figure = verdicts_of()
    first = figure.data[0]
    assert first.name == "Contradicted"
    beside = {note.y: note.text for note in figure.layout.annotations if note.x == 0 and note.xref == "x"}
    longest = max(sum(part.counts) for part in result.parts)
    for name, count, inside in zip(first.y, first.x, first.text, strict=True):
        told = beside.get(name, inside)
        assert told.removeprefix("<b>").removesuffix("</b>") == (str(count) if count else "")
        assert (name in beside) == (0 < count < 0.06 * longest)
    assert beside
    assert all(note.xanchor == "right" for note in figure.layout.annotations if note.xref == "x")


def test_both_axes_of_the_mean_differences_are_named_in_full():
    _, by_key = parts("evidence", "areas")
    layout = by_key["area-means"].draw(LIGHT).layout
    assert layout.xaxis.title.text == "Mean difference at baseline (cm²)"
    assert layout.yaxis.title.text == "Mean difference at the final visit (cm²)"
