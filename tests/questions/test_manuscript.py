"""Methods and results to paste: grammar under every choice, numbers of the twin, and what one choice changes."""

import re
import zlib
from pathlib import Path

import pytest

from lib.analysis.change import CHANGES
from lib.analysis.loss import LOSSES
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.priors import PRIORS
from lib.analysis.registry import TESTS
from lib.assumptions import defaults, read
from lib.questions.checklist_items import CHECKLISTS
from lib.questions.manuscript.methods import CONCERNED
from lib.questions.manuscript.sources import IN_FULL
from lib.questions.manuscript.terms import FORMULAS, TEST_WORDS
from lib.questions.manuscript.text import manuscript, methods, references, results
from lib.questions.registry import QUESTIONS
from lib.report.twin import twin
from tests.trials import NAMES, queries, trial

WINTER = trial("winter2020")


def told(name="winter2020", **query):
    of = trial(name)
    found = read({key.replace("_", "-"): text for key, text in query.items()}, of)
    assert not found.problems
    return manuscript(of, found.assumptions)


def paragraph(paragraphs, title):
    return next(text for text in paragraphs if text.startswith(f"{title}. "))


# ---- grammar


ONE_IN_PLURAL = (
    "participants|lesions|eyes|hands|pairs|specifications|labellings|events|tests|endpoints|degrees|letters|points"
)
WRONG = {
    "a missing value": r"\bNone\b|(?i:\bnan\b)|\binf\b|\bMissing\b|\bmissing: |–(?!\d)",
    "a double space": r" {2}|^ | $|\n",
    "empty brackets": r"\(\s*\)|\[\s*\]|“\s*”",
    "one of a plural": rf"(?<![\d.,−-])\b1 ({ONE_IN_PLURAL})\b",
    "a word twice": r"\b([a-z]+) \1\b",
    "punctuation": r"\.\.| [.,;:?]|[:;,]\.|[:;,] ?[;,]|!|: \.",
    "a page's words": r"viewer|\byou\b|Traceback|lib\.|\{|\}|[\ue000-\uf8ff]",
    "what no pilot shows": r"(?i)no difference|failed to|trend|signifi|(?<!not )\bproves?\b|as effective as",
}
COMBINED = (
    {"change": "responder", "test": "mcnemar"},
    {"change": "responder", "test": "mcnemar", "sides": "one", "loss": "worst"},
    {"change": "responder", "loss": "typed", "lost-treated": "30"},
    {"change": "log-ratio", "zero": "refuse", "test": "sign"},
    {"change": "log-ratio", "zero": "add", "sides": "one"},
    {"change": "symmetrised", "test": "signed-rank-pratt", "alpha": "0.125"},
    {"loss": "typed", "lost-treated": "-500", "adjust": "hochberg"},
    {"test": "sign-flip", "sides": "one", "adjust": "bh", "family": "left-out"},
    {"test": "sign-flip", "alpha": "0.5", "loss": "no-change"},
    {"prior": "typed", "delta": "2", "sides": "one", "alpha": "0.2"},
    {"who": "none", "loss": "best"},
    {"who": "none", "test": "signed-rank"},
)
ONLY_WINTER = (
    {"areas": "reconstructed", "change": "absolute"},
    {"areas": "reconstructed", "grid-max": "0.5"},
    {"outcome": "pga", "test": "sign-flip", "loss": "worst"},
    {"outcome": "pga", "rater": "mean", "change": "best-two", "test": "mcnemar"},
    {"outcome": "pga", "change": "responder", "points": "2", "loss": "worst", "lost-base": "any"},
    {"who": "1"},
    {"who": "5"},
)


def cases(name):
    of = trial(name)
    more = (
        ONLY_WINTER if name == "winter2020" else ({"outcome": "leak", "change": "percent"},) if name == "eyes" else ()
    )
    return [{}, *queries(of, tuple(sorted(CONCERNED))), *COMBINED, *more]


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_gives_sentences_without_a_slip(name):
    of = trial(name)
    for query in cases(name):
        found = manuscript(of, read(query, of).assumptions)
        for text in (*found.methods, *found.results):
            for what, pattern in WRONG.items():
                slip = re.search(pattern, text)
                assert not slip, f"{query}: {what} in …{text[max(0, slip.start() - 60) : slip.end() + 60]}"
            assert text.endswith("."), text
            assert balanced(text), text
        assert_numbering(found)


def balanced(text):
    """Brackets close in the order in which they open, but for the bounds of numbers, which have none here."""
    open_ones = []
    for character in text:
        if character in "([“":
            open_ones.append(character)
        elif character in ")]”" and (not open_ones or open_ones.pop() + character not in ("()", "[]", "“”")):
            return False
    return not open_ones


def assert_numbering(found):
    """Every reference is cited, first in its order, and none is cited that is not there."""
    text = " ".join((*found.methods, *found.results))
    cited = [int(n) for group in re.findall(r"(?<=\s)\[([\d,]+)\]", text) for n in group.split(",")]
    assert list(dict.fromkeys(cited)) == list(range(1, len(found.references) + 1))
    assert len(set(found.references)) == len(found.references)


def test_brackets_that_do_not_close_are_seen():
    assert balanced("a (b [c] “d (e)”)")
    assert not balanced("a (b]")
    assert not balanced("a (b")
    assert re.search(WRONG["one of a plural"], "with 1 participants")
    assert not re.search(WRONG["one of a plural"], "with 11 participants and 0.1 points")


def test_the_three_parts_are_those_of_one_text():
    plain = defaults(WINTER)
    found = manuscript(WINTER, plain)
    parts = methods(WINTER, plain), results(WINTER, plain), references(WINTER, plain)
    assert parts == (found.methods, found.results, found.references)


# ---- numbers: checked by hand, and against the twins


def test_the_published_analysis_has_the_numbers_that_were_checked_by_hand():
    text = told()
    chosen, flow = paragraph(text.results, "Chosen endpoint"), paragraph(text.results, "Participant flow")
    # recomputed from the paper's printed percentages with scipy and R
    assert "was −39 pp (95 % CI −116 to +38) in 4 participants (8 lesions)" in chosen
    assert "The mean change was −25 % with sodium thiosulfate and +14 % with saline." in chosen
    assert "3 degrees of freedom: p = 0.206 (exact, by flipping signs: 0.5)" in chosen
    assert "give 4 pairs a p below 0.125, and 0.5 with the 2 zero differences seen" in chosen
    assert "Enrolled: 5 participants (10 lesions)" in flow
    assert "completed follow-up: 4 participants (8 lesions)" in flow
    assert "Lost to follow-up: 1 participant (2 lesions)." in flow
    assert "Analysed for “Lesion size, % change”: 4 participants (8 lesions)." in flow
    assert "assessed for eligibility is not reported" in flow
    baseline = paragraph(text.results, "Baseline")
    assert "mean 50.6" in baseline
    assert "mean 56.0" in baseline
    assert "Hispanic or Latino, yes: 2 of 5 / 1 of 4." in baseline
    others = paragraph(text.results, "Other endpoints")
    for numbers in (
        "−0.505 cm² (95 % CI −2.09 to +1.08), 4 pairs, p = 0.386 (exact, by flipping signs: 0.5)",
        "−0.25 points (95 % CI −1.05 to +0.55), 4 pairs, p = 0.391 (exact, by flipping signs: 1)",
        "+0.5 points (95 % CI −0.42 to +1.42), 4 pairs, p = 0.182 (exact, by flipping signs: 0.5)",
        "+6.25 pp (95 % CI −41.4 to +53.9), 4 pairs, p = 0.704",
        "means of 3.5 treated and 2.6 control, a difference of +0.9 points",
    ):
        assert numbers in others
    assert "up to 45 % of participants (0 of 5) or 53 % of participants (0 of 4)" in paragraph(text.results, "Harms")
    assert "participant 2's, −100 pp: treated 0 %, control +100 %" in paragraph(text.results, "Who drives the estimate")


def minus(text):
    return text.replace("-", "−")


@pytest.mark.parametrize("query", [{}, {"test": "sign-flip", "loss": "worst", "outcome": "pga"}, {"sides": "one"}])
def test_every_endpoint_has_the_numbers_of_the_twin(query):
    text = " ".join(results(WINTER, read(query, WINTER).assumptions))
    for endpoint in twin(QUESTIONS["endpoints"], query, WINTER)["result"]["endpoints"]:
        if "test" not in endpoint:
            continue
        test = endpoint["test"]
        told = text[text.index(f"“{endpoint['label']}” (") :].split("“", 2)[1]
        assert minus(f"{test['estimate']:+.3g} ") in told
        for bound in (test["interval"]["low"], test["interval"]["high"]):
            if bound is not None:
                given = [float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d+\.?\d*", told)]
                assert any(abs(bound - n) <= 0.005 * max(1, abs(bound)) for n in given), (bound, told)
        assert f"p = {test['p']:.3f}".rstrip("0").rstrip(".") in told
        exact = f"(exact, by flipping signs: {endpoint['exact']['p']:g})"
        assert (exact in told) == (query.get("test") != "sign-flip")


def test_the_sensitivity_analyses_have_the_numbers_of_the_twin():
    found = twin(QUESTIONS["robustness"], {}, WINTER)["result"]
    every, text = found["multiverse"], paragraph(told().results, "Sensitivity")
    effects = [spec["effect"] for spec in every["specifications"] if spec["effect"] is not None]
    assert f"Over {len(every['specifications'])} specifications" in text
    assert minus(f"ran from {min(effects):+.3g} to {max(effects):+.3g}") in text
    assert f"the joint p of the median was {every['median_p']:g} (none below {every['median_floor']:g}" in text
    assert f"on one side {every['share_p']:g} (none below {every['share_floor']:g})" in text
    for rule in found["lost"]["rules"]:
        assert minus(f"{rule['test']['estimate']:+.3g} pp ({rule['label'].lower()})") in text
    without = [one["test"]["estimate"] for one in found["influence"]["without"]]
    span = minus(f"between {min(without):+.3g} pp and {max(without):+.3g} pp")
    assert span in paragraph(told().results, "Who drives the estimate")


# ---- one choice changes its sentence


def changed(**query):
    """The sentences that a choice adds, without the numbers of references."""
    found, plain = told(**query), told()
    before = set(_sentences(plain))
    return " ".join(text for text in _sentences(found) if text not in before)


def _sentences(found):
    text = " ".join((*found.methods, *found.results))
    return re.split(r"(?<=[.]) (?=[A-Z“])", re.sub(r" \[[\d,]+\]", "", text))


@pytest.mark.parametrize(
    ("query", "now", "no_more"),
    [
        ({"test": "sign"}, "tested by the exact sign test, two-sided", "paired t test"),
        ({"test": "signed-rank-pratt"}, "ranked and then dropped for p (Pratt's rule)", "Wilcoxon's rule"),
        ({"sides": "one"}, "one-sided in favour of sodium thiosulfate, at α = 0.05", "two-sided"),
        ({"alpha": "0.1"}, "two-sided, at α = 0.1. The 90 % confidence interval", "95 %"),
        ({"adjust": "holm"}, "are adjusted by Holm as a family of 4 tests", "not adjusted for being several"),
        ({"adjust": "holm"}, "p = 0.206, adjusted by Holm 0.824", "not adjusted"),
        ({"adjust": "holm", "family": "left-out"}, "family of 3 tests; what has no p (“Pain", "counts with p = 1"),
        ({"prior": "sceptical"}, "a prior labelled “sceptical”", "“vague”"),
        ({"delta": "20"}, "probability of a benefit above 20 percentage points", "any benefit"),
        ({"loss": "no-change"}, "is “no change”", "complete cases; participant 5 has no pair"),
        ({"loss": "no-change"}, "the rule for the lost adds 1 participant (2 lesions), assumed", "no pair"),
        ({"change": "absolute"}, "change (absolute: final minus baseline value)", "percent of baseline: 100"),
        ({"rounding": "measured"}, "the percentage was computed from them", "used as they stand"),
        (
            {"outcome": "pga"},
            "in points from 0, clear, to 4, severe; lower is better), assessed by the physician",
            "cm²)",
        ),
        ({"who": "1.2.3"}, "Participant 4: left out of this analysis by choice.", "is 4 participants"),
        (
            {"change": "responder"},
            "Responders were 1 of 4 with sodium thiosulfate and 0 of 4 with saline",
            "mean change",
        ),
        ({"change": "log-ratio"}, "a ratio of ratios of 0.817 (0.482 to 1.39)", "−39 pp (95 % CI −116 to +38) in"),
        ({"areas": "reconstructed"}, "are reconstructed, not observed", "not possible"),
        ({"areas": "reconstructed", "grid_max": "0.5"}, "which was not possible: ", "are reconstructed"),
    ],
    ids=str,
)
def test_a_choice_changes_the_sentence_about_it(query, now, no_more):
    text = changed(**query)
    assert now in text
    assert no_more not in text


def test_the_reports_own_p_stands_beside_ours_where_the_analysis_is_its_own():
    chosen = paragraph(told().results, "Chosen endpoint")
    assert "P = 0.39 (P for lesion size at month 3)" in chosen
    assert "matches no printed P" in chosen
    assert "The report prints" not in paragraph(told(change="absolute").results, "Chosen endpoint")


def test_the_sign_that_turns_is_that_of_the_mean_whatever_the_test_estimates():
    text = paragraph(told(outcome="pga", change="absolute", test="sign").results, "Sensitivity")
    assert "the median difference was 0 points (complete cases)" in text
    assert "The sign of the mean difference turns where participant 5 differs by +1 point" in text


def test_nothing_is_made_of_an_analysis_of_nobody():
    text = told(who="none")
    assert paragraph(text.methods, "Statistical methods").endswith(
        "No test was run: nobody in the analysis has a pair."
    )
    sensitivity = paragraph(text.results, "Sensitivity")
    assert "No rule is tried" in sensitivity
    assert "200 pp" not in sensitivity


def test_endpoints_without_a_p_are_no_family():
    text = told(outcome="pga", change="responder", test="mcnemar")
    assert "gives none of the 4 primary endpoints" in paragraph(text.methods, "Statistical methods")
    assert "one test twice" not in paragraph(text.results, "Other endpoints")


def test_what_is_no_longer_the_papers_is_told_and_the_link_restores_it():
    text = told(test="sign-flip")
    origin = paragraph(text.methods, "Origin of the analyses")
    assert "no analysis of an endpoint is the report's own" in origin
    assert "Test: Exact sign-flip test (published: Paired t test)" in origin
    assert "?v=1&test=sign-flip" in paragraph(text.methods, "Software and data")
    assert "The report announces" in paragraph(told().methods, "Origin of the analyses")


def test_the_rule_of_allocation_is_told_as_it_is_known():
    unclear, known = (paragraph(told(name).methods, "Design") for name in ("winter2020", "eyes"))
    assert "had one draw decided for everybody" in unclear
    assert "a fair draw of its own, as reported" in known


def test_a_unit_that_was_lost_alone_and_events_are_counted_where_they_are():
    text = told("eyes")
    flow, harms = paragraph(text.results, "Participant flow"), paragraph(text.results, "Harms")
    assert "Lost to follow-up: 1 participant (1 eye). Participant P-04 (eye with laser" in flow
    # R: binom.test(3, 5)$conf.int is 0.1466 to 0.9473
    assert "3 events in 3 of 5 participants (exact 95 % CI 15 to 95 % of participants)" in harms
    assert "2 in eyes with laser" in harms
    assert "1 of the whole person" in harms


def test_nobody_is_told_in_words():
    text = " ".join(told("none").results)
    assert "has no estimate (no pairs: there is nothing to compare)" in text
    assert "Nobody enrolled" in text


# ---- the registries, and the paper


def test_every_test_has_its_words_and_every_formula_its_change():
    assert set(TEST_WORDS) == set(TESTS)
    assert set(FORMULAS) == {key for key, change in CHANGES.items() if not change.yes_no}


def test_every_short_reference_that_is_given_in_full_is_one_of_a_registry():
    short = {
        *(one.reference for one in (*CHANGES.values(), *PRIORS.values(), *CHECKLISTS.values())),
        *(part for rule in LOSSES.values() for part in rule.reference.split("; ")),
        *(one.reference for one in (*TESTS.values(), *ADJUSTMENTS.values())),
    }
    assert set(IN_FULL) <= short


WINDOW = 8
"""Words whose sequence would be the paper's own: `paper_windows.txt` has checksums of every second such sequence."""


def test_no_sentence_is_the_papers():
    windows = set((Path(__file__).parent / "paper_windows.txt").read_text().split())
    for query in ({}, {"outcome": "pga", "test": "sign-flip", "loss": "worst"}, {"change": "responder"}):
        found = manuscript(WINTER, read(query, WINTER).assumptions)
        words = re.findall(r"\w+", " ".join((*found.methods, *found.results)).lower())
        runs = [" ".join(words[start : start + WINDOW]) for start in range(len(words) - WINDOW + 1)]
        assert not [run for run in runs if f"{zlib.crc32(run.encode()):08x}" in windows]
    # the title is the paper's, and a reference has to give it: so the checksums do see what is copied
    title = re.findall(r"\w+", references(WINTER, defaults(WINTER))[0].lower())
    runs = [" ".join(title[start : start + WINDOW]) for start in range(len(title) - WINDOW + 1)]
    assert any(f"{zlib.crc32(run.encode()):08x}" in windows for run in runs)
