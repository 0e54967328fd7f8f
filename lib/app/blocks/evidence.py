"""Evidence's parts: verdicts, findings, the ledger, readings of a P, what could lie behind, and checklists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from lib.analysis.pair_tables import PairTables
from lib.analysis.verdict import CONTRADICTED, VERDICTS
from lib.app import show, state
from lib.app.frame import View
from lib.app.shelf import link_part
from lib.app.show import folded, plain, table_html, term
from lib.assumptions import CONTROLS, changed, read, value, write
from lib.questions.area_set import AreaSet
from lib.questions.checklist import CheckedItem, CheckedList
from lib.questions.evidence import EvidenceResult
from lib.questions.findings.known import Finding
from lib.questions.ledger.ledger import LedgerRow
from lib.questions.p_readings import Group, PrintedPReadings, p_readings_reading
from lib.questions.pair_table_words import allowed_words, tables_title
from lib.questions.registry import GRID, QUESTIONS
from lib.questions.wording import capital, inside, listed, number, plural
from lib.report.tables.evidence import distance_words, given_words, inputs_words, items, rounding_words
from lib.report.tables.evidence_behind import (
    CHECKS,
    SIDES,
    UNDEFINED,
    allowed,
    data_words,
    examples,
    funnel,
    readings_title,
    score_checks,
    simplest,
    stages,
    undefined,
    variant,
)
from lib.trial.model import Trial
from lib.values import Missing

Leads = Callable[[str, Mapping[str, str]], str]
"""Page and what differs from the published analysis → a link to that state, as HTML; "" where there is no page."""


def _leads(trial: Trial, base: Mapping[str, str] | None = None) -> Leads:
    """Links relative to any page, on top of a state; the trial's own part of an address is found once.

    What a folder names and we don't know has no link.
    """
    own = link_part(trial)

    def lead(page: str, differs: Mapping[str, str]) -> str:
        if page not in QUESTIONS:
            return ""
        known = {key: text for key, text in differs.items() if key in CONTROLS}
        then = read({**(base or {}), **known}, trial).assumptions
        words = [f"{CONTROLS[key].name(trial)}: {CONTROLS[key].describe(value(then, key), trial)}" for key in known]
        state = f" ({listed(words)})" if words else ""
        place = f"#{STATEMENTS}" if page == OWN else ""
        address = f"{page}?{urlencode({**write(then, trial), **own})}{place}"
        label = escape(f"Shown on {QUESTIONS[page].title}{state}")
        return f'<p><a href="{escape(address)}" target="_self">{label}</a></p>'

    return lead


OWN, STATEMENTS = "evidence", "every-statement"
"""This page, and where its statements begin."""


# --- verdicts and findings --------------------------------------------------------------------------------------------


def tallies(result: EvidenceResult) -> None:
    """How many statements have each verdict, with what it means."""
    if not result.statements:
        return
    cards = "".join(
        f'<div class="finding"><p class="fact-label">{escape(tally.label)}</p>'
        f'<p class="fact-value">{escape(VERDICTS[tally.verdict].mark)} {tally.statements}</p>'
        f'<p class="fact-small">{escape(tally.help)}</p></div>'
        for tally in result.tallies
    )
    st.html(f'<div class="tallies">{cards}</div>')


def findings(view: View) -> None:
    """What matters, two beside each other where there is room."""
    moved = changed(view.assumptions, view.trial)
    result, lead = view.result, _leads(view.trial, {key: moved[key] for key in GRID if key in moved})
    st.header("What a reader should know")
    st.caption("Each in three parts: what is printed, what follows from it, and what stays open.")
    cards = "".join(_finding(finding, lead) for finding in result.findings)
    st.html(f'<div class="findings">{cards}</div>' if cards else "<p>Nothing of the kind.</p>")


def _finding(finding: Finding, lead: Leads) -> str:
    parts = (("Printed", finding.printed), ("What follows", finding.follows), ("Open", finding.unknown))
    told = "".join(term(name, text) for name, text in parts if text)
    link = lead(finding.page, finding.state)
    return f'<section class="finding"><h3>{escape(finding.title)}</h3>{told}{link}</section>'


# --- the ledger -------------------------------------------------------------------------------------------------------


def ledger(view: View) -> None:
    """The statements that were chosen, the gravest verdict first; each opens to its working."""
    result = view.result
    if not result.statements:
        return
    show.figures("verdicts", view.asked)
    st.header("Every statement", anchor=STATEMENTS)
    shown = plural(len(result.rows), "statement", "statements")
    st.caption(plain(f"{shown} of {result.statements}, as chosen above. Open one for its working."))
    lead = _leads(view.trial)
    groups = (_verdict_group(key, result, lead) for key in VERDICTS)
    st.html("".join(groups) or "<p>None has this verdict there.</p>")


OPENED = (CONTRADICTED,)
"""Verdicts whose statements are listed at once; the others open with a click, unless nothing else was asked for."""


def _verdict_group(verdict: str, result: EvidenceResult, lead: Leads) -> str:
    rows = [row for row in result.rows if row.verdict == verdict]
    if not rows:
        return ""
    label = f"{VERDICTS[verdict].mark} {VERDICTS[verdict].label}: {plural(len(rows), 'statement', 'statements')}"
    opened = verdict in (*OPENED, result.verdict)
    return folded(label, "".join(_row(row, lead) for row in rows), opened, "group")


def _row(row: LedgerRow, lead: Leads) -> str:
    verdict = VERDICTS[row.verdict]
    printed = f": {row.printed}" if row.printed else ""
    label = f"{verdict.mark} {row.statement}{printed}"
    rounded, given, apart = rounding_words(row), given_words(row), distance_words(row)
    lines = (
        ("Where", row.source),
        ("Printed", f"{row.printed or 'no number'}{f', which stands for {rounded}' if rounded else ''}"),
        ("Recomputed", f"{row.does} In claims.csv: {row.function}{f', told {given}' if given else ''}."),
        ("From", inputs_words(row)),
        ("Working", "; ".join(row.steps)),
        ("Result", f"{row.recomputed}{f'; {apart} from what is printed' if row.recomputed and apart else ''}"),
        ("Note", row.note),
        ("Remark", row.remark),
        ("Why not checkable", row.reason),
    )
    told = "".join(term(name, text) for name, text in lines if text)
    return folded(label, told + lead(row.page, row.state))


# --- a printed P ------------------------------------------------------------------------------------------------------


def readings(view: View) -> None:
    """Every way in which the printed P comes out, those that are one reading together."""
    found: PrintedPReadings | Missing = view.result.readings
    if isinstance(found, Missing):
        st.header("Which test prints that P?")
        st.caption(plain(f"None is looked for: {found.reason}."))
        return
    st.header(plain(readings_title(found)))
    st.markdown(plain(p_readings_reading(found)))
    lead, said = _leads(view.trial, changed(view.assumptions, view.trial)), view.result.said
    groups = [_group(group, said, lead) for group in found.reproduced]
    if groups:
        more = "".join(groups[LISTED:])
        rest = folded(f"{len(groups) - LISTED} further readings: too coarse a P tells little", more) if more else ""
        st.html("".join(groups[:LISTED]) + rest)
    if found.reasons:
        st.html(folded(f"{found.undefined:,} variants have no p", table_html(UNDEFINED, undefined(found))))


LISTED = 20
"""Readings that are listed at once."""


def _group(group: Group, said: tuple[tuple[str, str], ...], lead: Leads) -> str:
    first = group.members[0]
    more = plural(len(group.members), "variant", "variants")
    meant = next((member for member in group.members if (member.outcome, member.kind) in said), None)
    named = f" · what the paper says it is of: {inside(meant.words)}, {meant.source}" if meant else ""
    label = f"p {number(group.p, 4)}: {first.words}, {first.test_label}, {SIDES[first.alternative]} · {more}{named}"
    rows = pd.DataFrame([variant(member) for member in group.members])
    link = lead("endpoints", first.state) if first.state else ""
    why = term("The same reading", group.reason) if group.reason else ""
    if any(member.uses_reconstructed for member in group.members):
        why += term("Reconstructed", "of the simplest data set; others that agree give other readings")
    return folded(label, f"{why}{term('Data', data_words(first))}{table_html(label, rows)}{link}")


# --- what could lie behind --------------------------------------------------------------------------------------------


def areas(view: View) -> None:
    """All data sets on the lattice that agree with what is printed, and a way to assume the simplest of them."""
    found: AreaSet | Missing = view.result.areas
    st.header("What could lie behind the withheld values?")
    if isinstance(found, Missing):
        st.markdown(plain(f"No set: {found.reason}."))
        return
    show.figures("areas", view.asked, across=2)
    if not found.found.size:
        st.markdown(plain(f"No data set on this lattice agrees with everything printed: {found.found.fails}."))
    left, right = st.columns(2)
    with left:
        show.table("Data sets that agree with what is printed, one constraint after the other", funnel(found), True)
        st.caption(
            plain(
                f"{found.found.lattice_size:,} areas on the lattice; trying every combination would take "
                f"{found.found.combinations:,}. Step, longest side, shape and rounding stand in the sidebar{FOLDED}."
            )
        )
    with right:
        _simplest(found, view)


FOLDED = ", which “Assumptions” opens where it is folded away"
"""About the sidebar: a telephone shows no more of it than that word."""


def _simplest(found: AreaSet, view: View) -> None:
    simple = found.found.simplest
    if isinstance(simple, Missing):
        return
    show.table(
        "The simplest of them: one of the set, not the answer", simplest(simple, found.unit, view.result.arms), True
    )
    ps = [
        f"{when} p {number(p, 4)}" for when, p in (("first visit", simple.p_baseline), ("last visit", simple.p_final))
    ]
    proven = "" if simple.proven else " The search for it was cut short: a simpler one may exist."
    st.caption(
        plain(
            f"Fewest pairs whose withheld values differ between sides, then fewest different areas, then the largest. "
            f"{capital(listed(ps))}.{proven}"
        )
    )
    if view.assumptions.areas == "reconstructed":
        pages = [question.title for question in QUESTIONS.values() if "areas" in question.controls]
        st.success(plain(f"Assumed on {listed(pages)}, and marked there."))
        st.button("Take them back", key="assume-areas", on_click=_assume, args=(view, "printed"))
    else:
        st.button("Assume these on the other pages", key="assume-areas", on_click=_assume, args=(view, "reconstructed"))


def _assume(view: View, areas: str) -> None:
    """A callback."""
    state.put(replace(state.current(view.trial), areas=areas))


# --- pairs of scores --------------------------------------------------------------------------------------------------


def tables(view: View) -> None:
    """Every table of pairs that the typed summaries allow."""
    found: PairTables | Missing = view.result.tables
    st.header("Which pairs of scores have these summaries?")
    st.caption(
        "For any trial: number of pairs, scale, means, SDs and P are typed, as they are printed, in the sidebar"
        f"{FOLDED}."
    )
    if view.result.checks:
        show.table(CHECKS, score_checks(view.result), True)
    if isinstance(found, Missing):
        st.error(plain(f"No enumeration: {found.reason}."))
        return
    if not found.size:
        st.markdown(plain(f"{tables_title(found)}. {allowed_words(found)}"))
    left, right = st.columns(2)
    with left:
        show.figures("pair-tables", view.asked)
    with right:
        show.table("Tables that agree, one summary after the other", stages(found), True)
        if found.size:
            show.table("What they allow", allowed(found), True)
            st.html(folded(f"The first {len(found.examples)} of them", table_html("Tables", examples(found))))


# --- checklists -------------------------------------------------------------------------------------------------------


def checklists(view: View) -> None:
    """Each guideline folded, with how many of its items the text gives."""
    found: tuple[CheckedList, ...] | Missing = view.result.checklists
    st.header("What reporting guidelines ask for")
    if isinstance(found, Missing):
        st.caption(plain(f"Not looked up: {found.reason}."))
        return
    st.caption("Items in our words; where the text meets them, and what it does not give.")
    if view.result.unknown_items:
        st.warning(plain(f"checklist.csv has items that no guideline here has: {listed(view.result.unknown_items)}."))
    lead = _leads(view.trial)
    st.html("".join(_checklist(one, lead) for one in found))


def _checklist(found: CheckedList, lead: Leads) -> str:
    counts = listed([f"{count} {status}" for status, count in found.counts])
    label = f"{found.label}: {plural(len(found.items), 'item', 'items')}, {counts}"
    pages = _pages(found.items, lead)
    return folded(label, f"{term('Source', found.reference)}{table_html(found.label, items(found))}{pages}")


def _pages(checked: Iterable[CheckedItem], lead: Leads) -> str:
    """The pages that show what is known of the items, once each."""
    return "".join(lead(page, {}) for page in dict.fromkeys(item.page for item in checked))
