"""What reporting guidelines ask of a trial like this: a registry of items, in our words. To add one: an entry here.

The two extensions build on CONSORT 2010 and keep its numbers; here are the items that they change or add. How sites
were allocated within a person is asked by CONSORT 17a and 17b, and of the abstract by within-person 1b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Checklist:
    """A reporting guideline."""

    key: str
    label: str
    reference: str


@dataclass(frozen=True)
class Item:
    """One thing that a guideline asks for.

    `number` is the guideline's own, `section` the part of the article that it belongs to, `asks` what it wants in our
    words, `page` the path of the page where a viewer sees what is known of it, or "".
    """

    key: str
    checklist: str
    number: str
    section: str
    asks: str
    page: str


CHECKLISTS: dict[str, Checklist] = {
    checklist.key: checklist
    for checklist in (
        Checklist(
            "consort",
            "CONSORT 2025",
            "Hopewell et al. 2025, doi 10.1136/bmj-2024-081123",
        ),
        Checklist(
            "within",
            "Within-person extension",
            "Pandis et al. 2017, BMJ 357:j2835, doi 10.1136/bmj.j2835",
        ),
        Checklist(
            "pilot",
            "Pilot and feasibility extension",
            "Eldridge et al. 2016, BMJ 355:i5239, doi 10.1136/bmj.i5239",
        ),
    )
}

Asked = tuple[str, str, str]
"""The number of an item, what it asks, and the page."""


def _items(checklist: str, section: str, *asked: Asked) -> Iterator[Item]:
    """The items of one section, each with the key that tables name it by."""
    for number, asks, page in asked:
        yield Item(f"{checklist}-{number}", checklist, number, section, asks, page)


TITLE, OPEN, INTRODUCTION, METHODS = "Title and abstract", "Open science", "Introduction", "Methods"
RESULTS, DISCUSSION, OTHER = "Results", "Discussion", "Other information"

ITEMS: dict[str, Item] = {
    item.key: item
    for item in (
        *_items(
            "consort",
            TITLE,
            ("1a", "Does the title say that chance decided who got what?", "overview"),
            ("1b", "Does an abstract with headings tell design, methods, results and conclusions?", "overview"),
        ),
        *_items(
            "consort",
            OPEN,
            ("2", "Which registry holds the trial, under which number, since when?", "overview"),
            ("3", "Where can protocol and analysis plan be read?", "overview"),
            ("4", "Where and how can others get the individual data, their dictionary and the code?", "data"),
            ("5a", "Who paid or gave supplies, and what part did they have in the trial?", ""),
            ("5b", "Which interests of the authors, of money or otherwise, could conflict?", ""),
        ),
        *_items(
            "consort",
            INTRODUCTION,
            ("6", "What was known before, and why was this trial needed?", ""),
            ("7", "What exactly was to be learnt about benefit and about harm?", "overview"),
        ),
        *_items(
            "consort",
            METHODS,
            ("8", "What part had patients or the public in design, conduct and report?", ""),
            ("9", "Which type of trial, in which ratio, and to show what: better, as good, or explore?", "overview"),
            ("10", "What was changed after the start, or not laid down before it, and why?", "overview"),
            ("11", "In what kind of place, and where, was the trial run?", "overview"),
            ("12a", "Who could take part, and who could not?", "overview"),
            ("12b", "What was required of the centres and of those who treated, if anything?", ""),
            ("13", "What was given in each arm, in enough detail to do it again?", "overview"),
            (
                "14",
                "Which outcomes were set beforehand: how measured, which change, how summarised, when?",
                "endpoints",
            ),
            ("15", "What counted as a harm, and how was it looked for?", "overview"),
            ("16a", "How was the number of participants arrived at, with every assumption?", "sample-size"),
            ("16b", "Which looks before the end were planned, and when was the trial to stop?", "overview"),
            ("17a", "Who made the random sequence, and how?", "flow"),
            ("17b", "Was randomisation simple, or restricted by strata, blocks or otherwise?", "flow"),
            ("18", "How was the next assignment kept hidden until it was made?", "flow"),
            ("19", "Could those who enrolled or assigned participants see the sequence?", "flow"),
            ("20a", "Who did not know the assignment: participants, carers, raters, analysts?", "overview"),
            ("20b", "How were they kept from knowing, and how alike were the treatments?", "overview"),
            ("21a", "By which methods were the arms compared, for every outcome and for harms?", "endpoints"),
            ("21b", "Who counts in each analysis, and in which arm?", "flow"),
            ("21c", "What was done about values that are missing?", "robustness"),
            ("21d", "Which further analyses were there, and which of them were planned?", "robustness"),
        ),
        *_items(
            "consort",
            RESULTS,
            ("22a", "In each arm, how many were assigned, treated and analysed?", "flow"),
            ("22b", "In each arm, who was lost or left out afterwards, and why?", "flow"),
            ("23a", "From when to when were people recruited and followed?", "overview"),
            ("23b", "Why did the trial end, or stop before its time?", "overview"),
            ("24a", "What was really given, by whom, and how closely was the plan kept?", "flow"),
            ("24b", "What other care did each arm get meanwhile?", "data"),
            ("25", "What were people and disease like at the start, arm by arm, in a table?", "data"),
            ("26", "For each outcome: how many, the result in each arm, the effect and its precision?", "endpoints"),
            ("27", "Which harms or unintended events happened in each arm?", "endpoints"),
            ("28", "What did all other analyses give, and which of them were planned?", "robustness"),
        ),
        *_items(
            "consort",
            DISCUSSION,
            ("29", "Does the reading follow from the results, and weigh benefit, harm, other evidence?", "evidence"),
            ("30", "Which limits: bias, imprecision, several analyses, and for whom do results hold?", "overview"),
        ),
        *_items(
            "within",
            TITLE,
            ("1a", "Does the title say that treatments were compared within each person?", "overview"),
            ("1b", "Does the abstract name the design, and tell which sites, how allocated, how many?", "overview"),
        ),
        *_items(
            "within",
            METHODS,
            ("3a", "Why were treatments compared within a person, and which sites were these?", "overview"),
            ("4a", "Which sites of the body were eligible?", "overview"),
            ("5", "Were the sites of a person treated at the same time, or one after the other?", "overview"),
            ("6a", "Is each outcome one of the site, or one of the person?", "endpoints"),
            ("7a", "Which correlation between the sites of a person went into the sample size?", "sample-size"),
            ("12a", "Do the methods keep the sites of a person together?", "endpoints"),
        ),
        *_items(
            "within",
            RESULTS,
            ("13a", "How many people and how many sites were there at each stage?", "flow"),
            ("13b", "Which people and which sites were lost or left out, and why?", "flow"),
            ("15", "What were people and what were the sites of each arm like at the start?", "data"),
            ("16", "How many people and how many sites are in each analysis?", "flow"),
            ("17a", "How did the sites of a person go together: a correlation, or results as pairs?", "endpoints"),
            ("19", "Which harms belong to a person, and which to a site?", "endpoints"),
        ),
        *_items(
            "within",
            DISCUSSION,
            ("20", "Which limits come from the design, such as an effect that reaches the other site?", "overview"),
        ),
        *_items(
            "pilot",
            TITLE,
            ("1a", "Does the title name a pilot or a feasibility trial, and a randomised one?", "overview"),
            ("1b", "Does an abstract with headings tell what the pilot was for, did and found?", "overview"),
        ),
        *_items(
            "pilot",
            INTRODUCTION,
            ("2a", "Why is a definitive trial needed, and why a pilot first?", ""),
            ("2b", "Which questions was the pilot itself to answer?", "overview"),
        ),
        *_items(
            "pilot",
            METHODS,
            ("3a", "Which design and which allocation ratio did the pilot have?", "overview"),
            ("3b", "What was changed in the pilot's methods once it had begun, and why?", "overview"),
            ("4c", "How were participants found, and how was consent obtained?", ""),
            ("6a", "What was measured for each of the pilot's questions, how and when?", "endpoints"),
            ("6b", "Which measurements were changed once the pilot had begun, and why?", ""),
            ("6c", "By which rule, laid down before, is it decided whether and how to go on?", "sample-size"),
            ("7a", "Why this number of participants for a pilot?", "sample-size"),
            ("12a", "By which methods was each of the pilot's questions answered?", "endpoints"),
        ),
        *_items(
            "pilot",
            RESULTS,
            ("13a", "In each arm, how many were approached, screened, assigned, treated and assessed?", "flow"),
            ("14b", "Why did the pilot end, or stop before its time?", "overview"),
            ("16", "For each question, how many participants is the answer about?", "flow"),
            ("17a", "For each question, what came out, and how uncertain is every estimate?", "endpoints"),
            ("18", "Which other results could shape the definitive trial?", "sample-size"),
            ("19a", "What else happened that nobody intended, and matters?", ""),
        ),
        *_items(
            "pilot",
            DISCUSSION,
            ("20", "Which limits has the pilot, and what stays open about feasibility?", "overview"),
            ("21", "How far do methods and findings carry over to the definitive trial and to others?", "overview"),
            ("22", "Does the reading fit the pilot's questions, and weigh benefit, harm, other evidence?", "evidence"),
            ("22a", "Should a definitive trial follow, and what should it do differently?", "sample-size"),
        ),
        *_items(
            "pilot",
            OTHER,
            ("23", "In which registry is the pilot, and under which number?", "overview"),
            ("24", "Where can the pilot's protocol be read?", "overview"),
            ("26", "Who gave ethical approval, and under which reference?", ""),
        ),
    )
}
