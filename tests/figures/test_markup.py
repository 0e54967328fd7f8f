"""Markup is made, text is text: what a label holds is shown as it stands, in every text of every figure."""

import html
import re
import shutil
from collections.abc import Iterator
from functools import cache
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.assumptions import CONTROLS, read, stamp, validated
from lib.errors import Refusal
from lib.figures.canvas import Canvas
from lib.figures.enlarged import LEAST, Room, enlarged
from lib.figures.look import LIGHT
from lib.figures.markup import (
    bold,
    broken,
    coloured,
    finished,
    lines_of,
    per_point,
    shown,
    subscript,
    without_extra,
)
from lib.figures.part import Part
from lib.figures.registry import FIGURES
from lib.questions.registry import QUESTIONS
from lib.report.drawing.press import press
from lib.trial.folder import read_trial
from tests.trials import FOLDERS, trial

TREATED, CONTROL = "<b>Left</b> & <i>co</i>", "a<br>b %{x} {y} &lt;"
LEAK, LETTERS = "<extra>Leak</extra> <a href='x'>", "<span style='color:red'>Letters</span> &mu;"
HOSTILE = {
    "Laser *A* <b>": TREATED,
    "Sham & [light](#)": CONTROL,
    "Leaking area <i>": LEAK,
    "Letters read *5 m*": LETTERS,
    "Letters gained": "<sub>Letters</sub> gained",
    'unit = "letters"': 'unit = "<u>letters"',
}
"""What stands in the fixture, and what is put into its place."""

QUERIES = (
    {},
    {"outcome": "leak", "change": "percent"},
    {"change": "responder"},
    {"loss": "worst"},
    {"who": "P-01"},
    {"test": "t"},
    {"show": "P-01"},
    *({"curve": curve} for curve in ("effect", "both", "detectable", "side")),
    {"design": "ordinal-sign"},
    {"design": "responders-mcnemar", "keep": "design:paired-t,n:20"},
    {"areas": "reconstructed", "outcome": "leak", "change": "absolute"},
)
"""Such that each figure is drawn, and each with a label where it has one."""

TAG = r"</?b>|<br>|</?sub>|<span style='color:#[0-9a-f]{6}'>|</span>|<extra></extra>"
PLACEHOLDER = r"%\{(?:x|y|z|text|customdata)(?:\[0\])?(?::\.\d[a-z%])?\}"
ENTITY = r"&(?:amp|lt|gt|#123);"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The fixture with labels that plotly would read."""
    folder = shutil.copytree(FOLDERS["eyes"], tmp_path_factory.mktemp("hostile") / "eyes")
    told = (folder / "trial.toml").read_text()
    for plain, label in HOSTILE.items():
        assert plain in told
        told = told.replace(plain, label)
    (folder / "trial.toml").write_text(told)
    return validated(read_trial(folder))


@cache
def _parts(of):
    """Each part of each figure of each question, with what it was asked under."""
    return [
        (f"{path} {query} {name} {part.key}", name, part)
        for path, question in QUESTIONS.items()
        for query in QUERIES
        if not isinstance(result := _answer(question, of, query), Refusal)
        for name in question.figures
        for part in FIGURES[name](result)
    ]


def _answer(question, of, query):
    try:
        return question.answered(of, read(query, of).assumptions)
    except Refusal as refusal:
        return refusal


def _texts(found) -> Iterator[str]:
    """Every text of a figure, wherever it stands."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for key, item in found.items():
            yield from () if key == "template" else _texts(item)
    elif isinstance(found, list | tuple | np.ndarray):
        for item in found:
            yield from _texts(item)


def _seen(text):
    """What a reader sees of a finished text."""
    return html.unescape(re.sub(f"{TAG}|{PLACEHOLDER}", "", text))


# ---- every figure


def test_each_figure_that_the_fixture_has_is_looked_at(hostile):
    assert {key for query in QUERIES for key in query} <= CONTROLS.keys()
    drawn = {name for _, name, _ in _parts(hostile)}
    assert drawn >= set(FIGURES) - {"areas", "pair-tables"}  # nothing is withheld, no pairs are printed


@pytest.mark.parametrize("name", ["eyes", "hostile"])
def test_the_only_markup_of_a_figure_is_its_own(name, hostile):
    of = hostile if name == "hostile" else trial(name)
    told = stamp(of, read({"loss": "worst"}, of).assumptions)
    for case, _, part in _parts(of):
        for text in _texts(part.draw(LIGHT, told).to_plotly_json()):
            assert not re.search("[<>&{}]", re.sub(f"{TAG}|{PLACEHOLDER}|{ENTITY}", "", text).replace("}", "")), case
            assert not re.search("[\ud800-\udfff]", text), case


@pytest.mark.parametrize("name", ["eyes", "hostile"])
def test_without_its_markup_a_figure_says_what_was_written(name, hostile):
    of = hostile if name == "hostile" else trial(name)
    for case, _, part in _parts(of):
        canvas = part.paint(LIGHT)
        written, drawn = (sorted(_texts(one)) for one in (canvas.gathered(), canvas.figure().to_plotly_json()))
        assert sorted(map(shown, written)) == sorted(map(_seen, drawn)), case


def test_every_label_comes_out_as_it_stands(hostile):
    told = {name: [] for name in FIGURES}
    for _, name, part in _parts(hostile):
        texts = (text.replace("<br>", " ") for text in _texts(part.draw(LIGHT).to_plotly_json()))
        told[name] += [_seen(text) for text in texts]
    both = {"flow", "trajectories", "pairs", "cases", "tipping", "categories"}
    for name in both:
        for label in (TREATED, CONTROL):
            assert any(label in text for text in told[name]), (name, label)
    assert any(text.startswith(f"Participant , {CONTROL}: ") for text in told["pairs"])
    for name in ("cases", "specifications"):
        for label in (LEAK, LETTERS):
            assert any(label in text for text in told[name]), (name, label)
    assert any(HOSTILE["Letters gained"] in text for text in told["forest"])


def test_what_is_no_text_of_plotly_is_not_escaped(hostile):
    parts = {name: part for _, name, part in _parts(hostile)}
    assert TREATED in " ".join(map(str, parts["pairs"].table().columns))
    assert any("<extra>Leak</extra>" in part.title for _, name, part in _parts(hostile) if name == "trajectories")
    for _, _, part in _parts(hostile):
        for text in (part.title, part.reading, *_texts(part.table().to_dict("list"))):
            assert not re.search(f"{ENTITY.replace('lt|', '')}|[\ud800-\udfff]", text), part.key


def test_an_enlarged_figure_says_the_same(hostile):
    for case, name, part in _parts(hostile):
        figure = enlarged(part, LIGHT, Room(560, 1180))
        for text in _texts(figure.to_plotly_json()):
            assert not re.search("[<>&{]", re.sub(f"{TAG}|{PLACEHOLDER}|{ENTITY}", "", text)), case
        if name == "pairs":
            assert any(TREATED in _seen(note.text) for note in figure.layout.annotations)


def test_an_enlarged_figure_measures_what_is_seen():
    def drawn(label):
        def paint(look):
            canvas = Canvas(look, 300, l=10, r=10)
            canvas.trace(x=[0, 1], y=[0, 1], mode="markers")
            canvas.axis("x", title={"text": f"{label} {label} {label}"})
            canvas.axis("y", tickvals=[0], ticktext=[label])
            canvas.note(f"{label}   {label}", xref="paper", yref="paper", x=0, y=1)
            return canvas

        return enlarged(Part("key", "title", "reading", paint, dict), LIGHT, Room(500, 15 * LEAST))

    short, long = (drawn("<&>{" * 2), drawn("abcd" * 2)), (drawn("<&>{" * 4), drawn("abcd" * 4))
    for signs, letters in (short, long):
        assert signs.layout.margin == letters.layout.margin
        for text in ("xaxis.title.text", "annotations[0].text"):
            assert signs.layout[text].count("<br>") == letters.layout[text].count("<br>")
    # 19 characters fit beside each other, 35 don't
    assert [figure.layout.annotations[0].text.count("<br>") for figure, _ in (short, long)] == [0, 1]
    assert drawn(bold("abcd" * 2)).layout.annotations[0].text.count("<br>") == 0


# ---- a browser


def test_a_browser_draws_labels_as_they_stand(hostile):
    part = next(part for _, name, part in _parts(hostile) if name == "pairs")
    drawing = ElementTree.fromstring(press().draw(part.draw(LIGHT), "svg", 600, 500))
    told = "".join(drawing.itertext())
    assert f"● {TREATED}   ◇ {CONTROL}" in told.replace("\u00a0", " ")
    assert "Change from baseline (<u>letters)" in told.replace("\u00a0", " ")
    styles = [node.get("style") or "" for node in drawing.iter() if node.tag.endswith("tspan")]
    assert [style.strip() for style in styles] == [f"fill:{mark.colour}" for mark in (LIGHT.treated, LIGHT.control)]


def test_a_browser_draws_names_of_ticks_categories_and_legends_as_they_stand():
    names = [TREATED, CONTROL]
    canvas = Canvas(LIGHT, 300)
    canvas.trace(type="bar", x=names, y=[1, 2], name="<i>bars</i>", showlegend=True)
    canvas.trace(type="bar", x=names, y=[1, 2], name=bold("own"), showlegend=True)
    canvas.axis("x", categoryarray=names, categoryorder="array", title={"text": f"{CONTROL} {subscript('z')}"})
    canvas.axis("y", tickvals=[1], ticktext=["<s>one</s>"])
    canvas.shape(type="line", x0=TREATED, x1=CONTROL, y0=0, y1=1)
    canvas.note("<a href='x'>there</a>", x=CONTROL, y=1)
    figure = canvas.figure().update_layout(showlegend=True)
    drawing = ElementTree.fromstring(press().draw(figure, "svg", 900, 500))
    texts = ["".join(node.itertext()).replace("\u00a0", " ") for node in drawing.iter() if node.tag.endswith("}text")]
    for text in (*names, "<i>bars</i>", "own", "<s>one</s>", "<a href='x'>there</a>"):
        assert texts.count(text) == 1, text
    assert any(text.startswith(CONTROL) and text.replace("\u200b", "").endswith(" z") for text in texts)


# ---- the functions


def test_markup_becomes_what_plotly_reads():
    assert finished(bold("a")) == "<b>a</b>"
    assert finished(subscript("z")) == "<sub>z</sub>"
    assert finished(broken(["a", bold("b")])) == "a<br><b>b</b>"
    assert finished(coloured("a", "#123456")) == "<span style='color:#123456'>a</span>"
    assert finished(without_extra(f"{per_point('x')}, {per_point('y', '.1%')}")) == "%{x}, %{y:.1%}<extra></extra>"


def test_text_becomes_what_plotly_shows_as_it_stands():
    assert finished("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert finished("&lt;") == "&amp;lt;"
    assert finished("5 %{x}, {y}") == "5 %&#123;x}, &#123;y}"
    assert finished(bold("<b>")) == "<b>&lt;b&gt;</b>"
    assert finished("\ue000 and \uf8ff") == "\ue000 and \uf8ff"  # private characters are somebody's text too


def test_no_text_of_a_file_or_link_can_hold_a_mark():
    for mark in bold("") + subscript("") + coloured("", "") + broken(["", ""]) + per_point("") + without_extra(""):
        with pytest.raises(UnicodeEncodeError):
            mark.encode()


def test_texts_are_finished_wherever_they_stand_and_nothing_else_is():
    numbers = np.array([1.0, 2.0])
    template = go.layout.Template(layout={"font": {"family": "a & b"}})
    before = {"a&": [("<", 1, None, True)], "numbers": numbers, "names": np.array(["<", "a"]), "template": template}
    after = finished(before)
    assert after["a&"] == [("&lt;", 1, None, True)]
    assert after["numbers"] is numbers
    assert after["names"] == ["&lt;", "a"]
    assert after["template"] is template
    assert before["a&"] == [("<", 1, None, True)]


def test_what_is_seen_of_a_text_has_no_marks():
    text = broken([bold("a & b"), coloured("c", "#123456"), without_extra(per_point("x", ".1%"))])
    assert shown(text) == "a & bc"
    assert [shown(line) for line in lines_of(text)] == ["a & b", "c", ""]
