"""The report: every section, figure, table and number is in it; no text of a trial is markup, nothing is fetched."""

import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from plotly.offline import get_plotlyjs

from lib.app.server import INLINE_SCRIPT, content_policy
from lib.assumptions import differences, read, stamp, write
from lib.errors import Refusal, Stopped
from lib.figures.drawn import drawn
from lib.figures.look import LIGHT
from lib.progress import Listener, heard_by
from lib.questions.asked import Asked
from lib.questions.manuscript.text import manuscript
from lib.questions.registry import QUESTIONS
from lib.questions.wording import number, signed
from lib.report.html.end import ENDS
from lib.report.html.markup import MOST_OPEN, MOST_PRINTED, cell, css_text, data_block, listed_table, table
from lib.report.html.report import report, reportable
from lib.report.tables import FIGURE, tables_of
from lib.report.twin import twin
from lib.values import Missing
from tests.trials import NAMES, ROOT, trial

ADDRESS = "https://host.example/app/"
CHANGED = {"outcome": "pga", "rater": "observer", "test": "sign-flip", "n": "31"}
VOID = {"meta", "link", "br", "img", "input"}


class Document(HTMLParser):
    """What a browser would find: elements with their attributes, data blocks, and the text under each id."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.blocks, self.texts, self._open = [], {}, {}, []
        self.feed(text)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        if tag not in VOID:
            self._open.append((tag, found.get("id")))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        tag, name = self._open[-1] if self._open else ("", None)
        if tag == "script":
            self.blocks[name] = self.blocks.get(name, "") + data
            return
        for name in {name for _, name in self._open if name}:
            self.texts[name] = f"{self.texts.get(name, '')} {data}"

    def attributes(self, tag, key):
        return [found[key] for name, found in self.elements if name == tag and key in found]


def assumed(of, query):
    return read(query, of).assumptions


@cache
def made(name, sections=(), address="", query=()):
    of = trial(name)
    return report(of, assumed(of, dict(query)), sections, address)


@cache
def opened(name, sections=(), address="", query=()):
    """The document without the library, which is none of the trial's text and takes long to read."""
    return Document(made(name, sections, address, query).replace(get_plotlyjs(), ""))


def words(text):
    return " ".join(text.split())


# ---- what is in it


@pytest.mark.parametrize("name", NAMES)
def test_every_page_that_has_a_frame_is_a_section_with_the_reading_of_its_twin(name):
    of, found = trial(name), opened(name)
    assert found.attributes("section", "id") == [*reportable(), *ENDS]
    for path, question in reportable().items():
        text = words(found.texts[path])
        assert question.title in text
        assert question.ask in text
        assert words(twin(question, {}, of)["result"]["reading"]) in text


def test_a_page_without_a_frame_is_no_section():
    assert set(reportable()) == {path for path, question in QUESTIONS.items() if not question.bare}
    bare = [path for path, question in QUESTIONS.items() if question.bare]
    assert bare
    with pytest.raises(Refusal, match=bare[0]):
        report(trial("none"), assumed(trial("none"), {}), tuple(bare))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", reportable())
def test_every_figure_of_a_section_is_in_it_with_its_data_words_and_table(name, path):
    of, found = trial(name), opened(name)
    asked = Asked(path, of, assumed(of, {}))
    charts = {a["id"]: a for tag, a in found.elements if tag == "div" and a.get("class") == "chart"}
    for shown in (shown for figure in QUESTIONS[path].figures for shown in drawn(asked, figure, LIGHT)):
        chart = charts[f"{path}-{shown.part.key}"]
        assert chart["role"] == "img"
        assert chart["aria-label"] == f"{shown.part.title}. {shown.part.reading}"
        assert json.loads(found.blocks[f"{path}-{shown.part.key}-data"]) == json.loads(shown.figure.to_json())
        assert_holds(words(found.texts[path]), shown.part.title, shown.table)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", reportable())
def test_every_table_of_a_page_is_in_its_section(name, path):
    of, found = trial(name), opened(name)
    for one in tables_of(Asked(path, of, assumed(of, {}))):
        if not one.key.startswith(FIGURE):
            assert_holds(words(found.texts[path]), one.caption, one.frame)


def assert_holds(text, caption, frame):
    assert words(caption) in text
    if frame.empty:
        assert f"{words(caption)}: nothing to list." in text
        return
    text = text.replace("−", "-")
    for told in {str(value) for value in [*frame.columns, *frame.to_numpy().ravel()]}:
        assert words(told).replace("−", "-") in text, f"{caption}: {told}"


def test_numbers_are_those_of_the_twin():
    told = twin(QUESTIONS["endpoints"], {}, trial("winter2020"))["result"]["selected"]
    found = opened("winter2020")
    pairs = json.loads(found.blocks["endpoints-pairs-data"])
    drawn_at = {x for trace in pairs["data"] for x in _numbers(trace.get("x"))}
    seen = [pair for pair in told["pairs"] if pair["difference"] is not None]
    assert len(seen) == 4
    assert {pair[arm]["value"] for pair in seen for arm in ("treated", "control")} <= drawn_at
    text = words(found.texts["endpoints"])
    assert number(told["test"]["p"]) in text
    assert signed(told["test"]["estimate"]) in text


def _numbers(values):
    return [value for value in values or () if isinstance(value, int | float)]


def test_the_text_for_a_manuscript_is_in_it_whole():
    told, text = manuscript(trial("winter2020"), assumed(trial("winter2020"), {})), opened("winter2020").texts
    for paragraph in (*told.methods, *told.results, *told.references):
        assert words(paragraph) in words(text["manuscript"])


def test_what_differs_stamp_query_and_hash_are_told():
    of, query = trial("winter2020"), tuple(CHANGED.items())
    found = Document(made("winter2020", ("flow",), "", query).replace(get_plotlyjs(), ""))
    text = made("winter2020", ("flow",), "", query)
    now = assumed(of, CHANGED)
    assert len(differences(now, of)) == len(CHANGED)
    for difference in differences(now, of):
        assert f"<li>{difference}</li>".replace("'", "&#x27;") in text
    reproduce = words(found.texts["reproduce"])
    assert stamp(of, now) in reproduce
    assert of.sha256 in reproduce
    assert "?" + "&".join(f"{key}={value}" for key, value in write(now, of).items()) in reproduce
    assert "Nothing: every assumption" in made("winter2020")


def test_a_refused_question_is_told_and_the_others_are_answered():
    query = (("sd-from", "pilot"),)
    found = opened("one", ("flow", "sample-size"), "", query)
    reason = twin(QUESTIONS["sample-size"], dict(query), trial("one"))["reason"]
    assert words(reason) in words(found.texts["sample-size"])
    assert "flow-flow" in found.attributes("div", "id")


# ---- which sections, and whereto


def test_sections_keep_the_order_of_the_dashboard_and_stand_once():
    found = opened("none", ("sample-size", "flow", "sample-size"))
    assert found.attributes("section", "id") == ["flow", "sample-size", *ENDS]


def test_an_unknown_section_is_refused_by_name():
    with pytest.raises(Refusal, match=r"'<b>' given; wanted some of overview, flow,"):
        report(trial("none"), assumed(trial("none"), {}), ("flow", "<b>"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//host.example", "host.example", "data:text/html,x"])
def test_an_address_of_another_kind_is_refused(address):
    with pytest.raises(Refusal, match="wanted one that begins with http"):
        report(trial("none"), assumed(trial("none"), {}), ("flow",), address)


def test_links_lead_back_to_each_page_in_this_state():
    of = trial("winter2020")
    found = opened("winter2020", ("flow", "endpoints"), ADDRESS + "?trial=winter2020", tuple(CHANGED.items()))
    links = [urlsplit(link) for link in found.attributes("a", "href") if link.startswith(ADDRESS)]
    assert [link.path for link in links] == ["/app/flow", "/app/endpoints", "/app/flow"]
    for link in links:
        query = dict(parse_qsl(link.query))
        assert query.pop("trial") == "winter2020"
        assert read(query, of) == read(CHANGED, of)


def test_without_an_address_only_the_source_is_linked():
    links = [link for link in opened("winter2020").attributes("a", "href") if not link.startswith("#")]
    assert set(links) == {f"https://doi.org/{trial('winter2020').spec.citation.doi}"}


def test_every_link_inside_leads_somewhere():
    found = opened("winter2020")
    names = [a["id"] for _, a in found.elements if "id" in a]
    assert len(names) == len(set(names))
    assert {link[1:] for link in found.attributes("a", "href") if link.startswith("#")} <= set(names)


# ---- nothing from outside, nothing of a trial is markup


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_all_it_needs(name):
    found = opened(name, (), ADDRESS)
    for tag, attributes in found.elements:
        assert not {"src", "srcset", "action", "poster", "background"} & set(attributes), tag
        assert not any(key.startswith("on") for key in attributes), tag
        assert tag == "a" or attributes.get("href") in (None, "data:,"), tag
    text = made(name, (), ADDRESS).replace(get_plotlyjs(), "")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_its_policy_lets_nothing_run_but_its_two_scripts_and_agrees_with_the_servers():
    page = made("none").encode()
    scripts = INLINE_SCRIPT.findall(page)
    assert len(scripts) == 2 == page.count(b"<script>")
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', page)[1].decode()
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    for source in re.findall(r"'sha256-[^']*'", policy):
        assert source in content_policy(page)
    assert len(re.findall(r"'sha256-", policy)) == 2


HOSTILE = "</title></style></script><script>alert(1)</script>\"' onload=alert(1) <img src=x onerror=alert(1)> } & \\"


@cache
def hostile():
    """A trial whose every text tries to be markup."""
    of = trial("eyes")
    spec = of.spec.model_copy(
        update={
            "title": HOSTILE,
            "short_title": HOSTILE,
            "question": HOSTILE,
            "design": of.spec.design.model_copy(update={"description": HOSTILE, "not_in_the_text": (HOSTILE,)}),
            "citation": of.spec.citation.model_copy(
                update=dict.fromkeys(("authors", "title", "doi", "licence"), HOSTILE)
            ),
            "arms": tuple(arm.model_copy(update={"label": f"{HOSTILE}{arm.key}"}) for arm in of.spec.arms),
            "outcomes": tuple(one.model_copy(update={"label": f"{HOSTILE}{one.key}"}) for one in of.spec.outcomes),
        }
    )
    return dataclasses.replace(of, spec=spec, sha256=hashlib.sha256(b"hostile").hexdigest())


def test_texts_of_a_trial_stay_texts():
    of = hostile()
    text = report(of, assumed(of, {}), (), ADDRESS).replace(get_plotlyjs(), "")
    found = Document(text)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert text.count("<script>") == 2
    assert HOSTILE in found.texts["content"]
    known = {(tag, key) for name in NAMES for tag, told in opened(name, (), ADDRESS).elements for key in told}
    assert {(tag, key) for tag, told in found.elements for key in told} <= known


def test_the_running_title_can_leave_its_css_string_by_no_character():
    text = css_text(HOSTILE)
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]{6} )*"', text)
    shown = re.sub(r"\\([0-9a-f]{6}) ", lambda found: chr(int(found[1], 16)), text[1:-1])
    assert shown == HOSTILE


def test_a_data_block_can_be_left_by_no_text():
    told = json.dumps({"a": "</script><!--<script>&"})
    block = data_block("x-data", told)
    assert block.count("<") == 2
    assert json.loads(Document(block).blocks["x-data"]) == json.loads(told)


# ---- the same bytes, and a way out


def test_the_same_input_gives_the_same_bytes_in_any_process():
    code = (
        "import hashlib, sys; from tests.trials import trial; from lib.assumptions import read;"
        "from lib.report.html.report import report; of = trial('one');"
        f"told = report(of, read({CHANGED!r}, of).assumptions, ('flow', 'endpoints', 'robustness'), {ADDRESS!r});"
        "print(hashlib.sha256(told.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    own = made("one", ("flow", "endpoints", "robustness"), ADDRESS, tuple(CHANGED.items()))
    assert digests == {hashlib.sha256(own.encode()).hexdigest() + "\n"}


def test_progress_is_told_and_it_can_be_stopped():
    of, heard = trial("none"), []
    with heard_by(Listener(lambda share, what: heard.append(share), lambda: False)):
        report(of, assumed(of, {}), ())
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert heard[-1] == 1
    assert len(heard) > len(reportable())
    with heard_by(Listener(lambda share, what: None, lambda: True)), pytest.raises(Stopped, match="report"):
        report(of, assumed(of, {}), ())


def test_its_size_is_that_of_the_library_and_its_answers():
    size = len(made("winter2020").encode())
    assert len(get_plotlyjs().encode()) < size < 6_500_000


# ---- tables


def frame(rows, columns, told="1"):
    return pd.DataFrame(
        [[f"r{row}", *[told] * (columns - 1)] for row in range(rows)], columns=[*map(str, range(columns))]
    )


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((MOST_OPEN, 3), "open"),
        ((MOST_OPEN + 1, 3), "folded"),
        ((MOST_PRINTED, 3), "folded"),
        ((MOST_PRINTED + 1, 3), "on screen"),
        ((10, 60), "on screen"),
        ((2, 20), "folded"),  # stands upright
        ((2, 9), "open"),  # stands upright
    ],
)
def test_a_table_is_folded_when_long_and_left_out_on_paper_when_too_large(shape, kind):
    told = listed_table("Caption", frame(*shape))
    assert ("<details" in told) == (kind != "open")
    assert ("left out on paper" in told) == (kind == "on screen")


def test_a_word_that_no_page_has_room_for_stays_on_screen():
    assert "left out on paper" in listed_table("Caption", frame(2, 3, "x" * 100))


def test_a_wide_table_of_few_rows_stands_upright_with_every_cell():
    found = Document(listed_table("Caption", frame(2, 9)))
    assert found.attributes("th", "scope").count("col") == 3
    assert found.attributes("th", "scope").count("row") == 8


def test_numbers_are_aligned_and_what_is_missing_says_why():
    told = table("C", pd.DataFrame({"a": ["x", "y"], "b": ["-1.5", "–"], "c": ["1", "text"], "d": [0.1 + 0.2, 1e-7]}))
    assert told.count('<td class="number">') == 4
    assert "<td>1</td>" in told
    assert "−1.5" in told
    assert ">0.3<" in told
    assert cell(Missing("not published")) == "missing: not published"
    assert cell(float("nan")) == "–"
    assert "nothing to list" in table("C", pd.DataFrame())
