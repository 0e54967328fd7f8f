"""The story: one slide an entry, its words and numbers from live answers, refusals told instead of a broken story."""

from dataclasses import fields, replace

import pytest

from lib.assumptions import CONTROLS, defaults, read
from lib.figures.enlarged import LEAST, Room, for_slide
from lib.figures.letters import width_of
from lib.figures.look import LIGHT
from lib.questions import endpoints, overview, sample_size, story
from lib.questions.asked import Asked
from lib.questions.endpoint_reading import endpoint_reading
from lib.questions.overview import Reading
from lib.questions.registry import QUESTIONS
from lib.questions.slide import Slide
from lib.questions.story_people import reading_words
from lib.questions.wording import probability
from lib.report.twin import twin
from lib.trial.model import SlideEntry
from lib.trial.slides import KINDS, told
from lib.values import Missing
from tests.trials import NAMES, trial

WINTER = trial("winter2020")


def of(name="winter2020", **query):
    """The story of a trial under the assumptions of a link."""
    texts = {key.replace("_", "-"): text for key, text in query.items()}
    got = read(texts, trial(name))
    assert got.problems == ()
    return QUESTIONS["present"].answered(trial(name), got.assumptions)


def slide(kind, name="winter2020", at=0, **query) -> Slide:
    return [one for one in of(name, **query).slides if one.kind == kind][at]


def facts(shown):
    return {fact.label: (fact.value, fact.note) for fact in shown.facts}


def test_every_kind_of_the_trial_file_has_a_builder():
    assert tuple(story.SLIDES) == KINDS


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_slide_for_every_number_that_the_link_accepts(name):
    shown = of(name).slides
    assert len(shown) == len(told(trial(name))) == CONTROLS["slide"].bounds(trial(name)).high
    assert len({one.key for one in shown}) == len(shown)
    for place in range(len(shown)):
        assert of(name, slide=str(place + 1)).current is of(name).slides[place]


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_is_told_and_leads_on(name):
    for one in of(name).slides:
        assert len(one.title) > 15
        assert one.notes
        assert all(text.strip() for text in (*one.lines, *one.notes))
        assert len(one.lines) <= 6
        assert one.page in QUESTIONS
        assert set(one.controls) <= set(CONTROLS)
        assert not any(word in " ".join((one.title, *one.lines)) for word in ("no difference", "failed to", "trend"))
        assert len({len(row) for row in one.table}) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_a_figure_that_can_be_drawn(name):
    plain = read({}, trial(name)).assumptions
    for one in (one for one in of(name).slides if one.picture):
        state = read(dict(one.picture.state), trial(name))
        assert state.problems == ()
        assert one.picture.figure in QUESTIONS[one.picture.page].figures
        assert set(one.state) <= set(one.picture.state)
        asked = Asked(one.picture.page, trial(name), state.assumptions)
        assert for_slide(asked, one.picture.figure, one.picture.part, LIGHT, Room(400, 500))
    assert of(name).slides == story.answer(trial(name), replace(plain, slide=1)).slides


def test_the_result_says_what_the_endpoints_page_says():
    tested = endpoints.tested(WINTER, defaults(WINTER))
    shown = slide("result")
    assert shown.title == "Lesion size: 4 pairs can't tell sodium thiosulfate from saline"
    assert shown.facts[0].value == "−39 pp"
    assert facts(shown) == {
        "Lesion size, % change": ("−39 pp", "95 % CI −116 to +38; 4 pairs, 8 lesions"),
        "Lesion size, change in cm²": ("−0.505 cm²", "95 % CI −2.09 to +1.08; 4 pairs, 8 lesions"),
        "Paired t test": ("p = 0.206", "exact 0.5; least possible 0.125, 0.5 with 2 zeros"),
    }
    assert endpoint_reading(tested.selected) in shown.notes
    assert probability(tested.selected.test.p) in shown.facts[2].value


def test_the_result_follows_the_viewer_and_its_own_state_does_not():
    changed = {"outcome": "pga", "change": "percent", "test": "sign-flip"}
    assert [fact.label for fact in slide("result", **changed).facts][:2] == [
        "PGA by physician, % change",
        "PGA by physician, change",
    ]
    assert slide("result", **changed).facts[2].label == "Exact sign-flip test"
    own = slide("result", at=1)
    assert own.facts[:2] == slide("result", at=1, outcome="area", change="log-ratio").facts[:2]
    assert own.facts[0].value == "−0.25 points"
    assert own.controls == ("test",)
    assert slide("result").controls == ("outcome", "change", "test")
    assert own.notes[0] == told(WINTER)[8].note


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"alpha": "0.5"}, "Lesion size: at 50 %, the interval lies wholly on the side of benefit"),
        ({"sides": "one"}, "Lesion size: at 95 %, if differences are normal, harm beyond +18 pp is excluded"),
        ({"who": "1"}, "Lesion size: 1 pair, no interval"),
        ({"who": "none"}, "Lesion size: 0 pairs, no interval"),
    ],
)
def test_the_title_states_what_the_interval_leaves_possible(query, title):
    assert slide("result", **query).title.split(", smaller")[0] == title


def test_a_participant_has_both_lesions_at_both_ends_and_what_is_missing_as_missing():
    first, second, lost = (slide("participant", at=at) for at in (0, 1, 4))
    assert first.title == "Participant 1, lesion size: −100 % with sodium thiosulfate, −44 % with saline"
    assert first.table[2] == ("Lesion size", "0.09 → 0 cm² (−100 %)", "0.16 → 0.09 cm² (−44 %)")
    assert second.table[2] == ("Lesion size", "0 %; values not published", "2 → 4 cm² (+100 %)")
    assert lost.title == "Participant 5 was lost after Month 1: no pair to analyse"
    assert {cell for row in lost.table[1:] for cell in row[1:]} == {"lost after Month 1"}
    assert first.picture.state == (("show", "1"),)


def test_who_is_left_out_is_told_so_on_their_slide():
    assert slide("participant", who="2.3.4").title.endswith("(left out by the viewer)")


@pytest.mark.parametrize(
    ("ends", "change", "words"),
    [
        ((2.0, 4.0), 100.0, "2 → 4 cm² (+100 %)"),
        ((2.0, 4.0), Missing("not published"), "2 → 4 cm²"),
        ((2.0, Missing("lost after Month 1")), Missing("not published"), "2 cm² → lost after Month 1"),
        ((Missing("not published"), 4.0), -5.0, "not published → 4 cm² (−5 %)"),
        ((Missing("not published"),) * 2, -5.0, "−5 %; values not published"),
        ((Missing("not published"), Missing("lost")), Missing("lost"), "lost"),
        ((0.0, 0.0), Missing("not published"), "0 → 0 cm²"),
    ],
)
def test_a_reading_in_words(ends, change, words):
    assert reading_words(Reading("area", "Lesion size", "cm²", *ends, change)) == words


def test_what_somebody_reconstructed_is_told_so():
    printed, found = (slide("participant", at=1, areas=areas) for areas in ("printed", "reconstructed"))
    assert "reconstructed" not in str((printed.table, printed.notes))
    assert found.table[2][1].endswith(", reconstructed")
    assert any(note.startswith("Reconstructed: ") for note in found.notes)


def test_what_is_assumed_of_a_participant_is_not_told_as_seen():
    plain, assumed = (slide("participant", at=4, who="1.2.3.4.5", loss=loss) for loss in ("complete", "worst"))
    assert "assumed" not in str((plain.title, plain.notes))
    told_of = "assumed for lesion size: +100 % with sodium thiosulfate, −100 % with saline"
    assert assumed.title == f"Participant 5 was lost after Month 1; {told_of}"
    assert any(note.startswith("Lesion size, % change, assumed: +100 %") for note in assumed.notes)
    assert "5 pairs (1 assumed)" in slide("result", who="1.2.3.4.5", loss="worst").title
    seen = [overview.answer(WINTER, read(query, WINTER).assumptions).seen for query in ({}, {"loss": "worst"})]
    assert seen[0] == seen[1]
    assert "−0.25 points (3 of 4 differences 0)" in seen[0]


def test_a_responder_is_told_as_one():
    query = {"outcome": "pga", "change": "responder", "test": "mcnemar"}
    assert slide("participant", at=0, **query).title.endswith("response with sodium thiosulfate, response with saline")
    assert "Responders: 1 of 4 with sodium thiosulfate and 1 of 4 with saline." in " ".join(
        slide("result", **query).notes
    )


def test_what_qualifies_an_attribute_is_told_with_it():
    notes = " ".join(slide("participant", at=2).notes)
    assert "Duration of lesions: more than 10 years." in notes
    assert "Unit of the duration" not in notes


def test_the_flow_counts_people_and_lesions():
    shown = slide("design")
    assert facts(shown) == {"Enrolled": ("5", "10 lesions"), "Lost": ("1", "2 lesions"), "Analysed": ("4", "8 lesions")}
    assert shown.title == "Both arms in each person: 5 enrolled, 1 lost, 4 analysed"
    assert slide("design", who="1.2.3").facts[-1].value == "3"


def test_what_can_not_be_shown():
    shown = slide("limits")
    assert shown.title == "No exact p of 4 pairs can fall below 0.125: 0.05 is out of reach"
    told_of = " ".join(shown.lines)
    for words in ("neither benefit nor harm", "not below 0.5", "“Mean age 50.6 years”", "56.", "53 %", "11 more"):
        assert words in told_of
    assert "0.2 is within reach" in slide("limits", alpha="0.2").title
    assert slide("limits", "none").title == "What 0 pairs can't show"


def test_what_is_needed_next_is_the_plan_of_the_sample_size_page():
    plain = defaults(WINTER)
    answer, shown = sample_size.answer(WINTER, plain), slide("next")
    assert shown.title == f"To find 1 point in PGA, the next trial takes {answer.chosen.participants} participants"
    values = [fact.value for fact in shown.facts]
    low, high = answer.spread.needed_low, answer.spread.needed_high
    assert values == [str(answer.chosen.needed), f"{100 * answer.chosen.power_at_n.value:.1f} %", f"{low} to {high}"]
    assert slide("next", dropout="0.2").title == "To find 1 point in PGA, enrol 13 participants: 20 % may be lost"
    assert slide("next", n="20").facts[1].label == "Power with n = 20"
    assert overview.answer(WINTER, plain).seen in shown.notes


def test_no_power_is_given_from_what_this_trial_itself_saw():
    shown = slide("next", effect_from="pilot", sd_from="pilot")
    assert shown.facts[1].value == "not given"


@pytest.mark.parametrize("design", ["ordinal-sign", "responders-mcnemar", "two-sample-t", "doses-trend"])
def test_every_model_of_designs_has_its_slide(design):
    shown = slide("next", design=design)
    assert "no answer" not in shown.title
    assert shown.facts[0].value.isdigit()


def test_a_refused_question_is_told_on_its_slide_and_breaks_no_other():
    plain = of()
    refused = of(**{"power": "0.5", "plan-alpha": "0.5"})
    last = refused.slides[-1]
    assert last.title == "The next trial: no answer under these assumptions"
    assert "wanted a power above alpha" in last.lines[0]
    assert last.controls == plain.slides[-1].controls
    assert [one.title for one in refused.slides[:-1]] == [one.title for one in plain.slides[:-1]]


def test_the_trials_own_title_and_note_come_first():
    entry = SlideEntry(kind="limits", title="What we can't say", note="Slowly.")
    other = WINTER.__class__(**{f.name: getattr(WINTER, f.name) for f in fields(WINTER)} | {"slides": (entry, entry)})
    first, second = story.answer(other, defaults(other)).slides
    assert (first.title, first.notes[0]) == ("What we can't say", "Slowly.")
    assert (first.key, second.key) == ("limits", "limits-2")


def test_the_twin_tells_every_slide_and_which_is_shown():
    got = twin(QUESTIONS["present"], {"slide": "8"}, WINTER)["result"]
    assert got["at"] == 7
    assert got["reading"] == got["slides"][7]["title"] == slide("result").title


def charts(name, **query):
    """Every picture of a story as slides draw it, with its room."""
    plain = read(query, trial(name)).assumptions
    for one in (one for one in story.answer(trial(name), plain).slides if one.picture):
        asked = Asked(one.picture.page, trial(name), read(query | dict(one.picture.state), trial(name)).assumptions)
        room = Room(440, 560, 1.4 if one.picture.figure == "pairs" else 1.0)
        yield for_slide(asked, one.picture.figure, one.picture.part, LIGHT, room).figure


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("query", [{}, {"loss": "worst", "outcome": "pga"}, {"sd-from": "pilot", "dropout": "0.3"}])
def test_no_text_of_an_enlarged_figure_is_small(name, query):
    if "outcome" in query and query["outcome"] not in trial(name).outcomes:
        query = {"loss": "worst"}
    for figure in charts(name, **query):
        layout = figure.layout
        sizes = [layout.font.size, *(note.font.size for note in layout.annotations)]
        sizes += [trace.textfont.size for trace in figure.data if trace.mode and "text" in trace.mode]
        for axis in (layout.xaxis, layout.yaxis):
            sizes += [axis.tickfont.size, axis.title.font.size]
        assert min(sizes) >= LEAST


def test_labels_beside_points_lie_within_the_axis_and_ticks_where_points_are():
    for figure in charts("winter2020"):
        low, high = figure.layout.xaxis.range
        for trace in (trace for trace in figure.data if trace.mode == "markers+text"):
            assert all(low < x < high for x in trace.x)
            assert min(figure.layout.xaxis.tickvals) >= -100
            assert 0 in figure.layout.xaxis.tickvals


def test_a_figure_of_pairs_keeps_no_more_room_beside_its_axis_than_labels_take():
    """Axis and labels fill the figure, whatever is written; the names of rows stand before the labels."""
    for query in ({}, {"loss": "worst"}, {"change": "log-ratio", "loss": "best"}):
        figure = next(charts("winter2020", **query))
        margin, (low, high) = figure.layout.margin, figure.layout.xaxis.range
        scale = (figure.layout.width - margin.l - margin.r) / (high - low)
        xs = [x for trace in figure.data if trace.mode == "markers+text" for x in trace.x]
        widest = max(width_of(text, LEAST) for trace in figure.data if trace.text for text in trace.text)
        assert (max(xs) - min(xs)) * scale > figure.layout.width - 2 * widest - 120
        assert 0 < figure.layout.yaxis.ticklabelstandoff <= margin.l - 2 * 12


def test_a_title_beside_written_ticks_has_room_of_its_own():
    """Percentages are written ticks, since plotly has no such format; it makes no room for these on a slide."""
    titled = [
        (figure.layout.margin.l, figure.layout.yaxis)
        for figure in charts("winter2020")
        if figure.layout.yaxis.title.text and figure.layout.yaxis.ticktext
    ]
    assert titled
    for left, axis in titled:
        assert left >= max(width_of(text, LEAST) for text in axis.ticktext) + LEAST + axis.title.standoff
