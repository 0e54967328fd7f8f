"""Findings on printed P values, what was announced, and what could have been found."""

from __future__ import annotations

from lib.analysis.paired import two_to
from lib.analysis.verdict import CONTRADICTED
from lib.design.published_effect import RhoRange
from lib.design.registry import DESIGNS
from lib.questions.endpoint_reading import floor_words
from lib.questions.findings.known import Finding, Known
from lib.questions.p_readings import BASELINE, FINAL, Group, PrintedPReadings, Variant
from lib.questions.plan_inputs import plan_of
from lib.questions.printed import rounds_to
from lib.questions.printed_effect import PrintedEffect, printed_effect, sided_readings
from lib.questions.wording import capital, inside, listed, number, percent, plural, probability
from lib.trial.model import ReportedRow
from lib.values import Missing, known

AS_PRINTED = "as printed"
"""How readings of published values alone are labelled."""


def printed_ps(of: Known) -> list[ReportedRow]:
    """Every P that the paper prints."""
    return [row for row in of.trial.reported if row.statistic == "p" and row.value is not None]


def announced_p(of: Known) -> Finding | None:
    """Whether a printed P is that of an announced analysis, and which readings give it."""
    rows = printed_ps(of)
    about = {row.outcome for row in rows}
    announced = [e for e in of.paired if e.outcome in about and e.analysis == "paper" and known(e.test.p)]
    if not rows or not announced:
        return None
    printed = listed([f"{row.value:f} ({row.label})" for row in rows])
    own = listed([f"p = {probability(e.test.p)} for {inside(e.label)}" for e in announced])
    fitting = [e.label for e in announced for row in rows if row.value is not None and rounds_to(e.test.p, row.value)]
    what = listed([inside(e.label) for e in announced])
    told = " ".join(text for found in of.readings if (text := _fits(found)))
    return Finding(
        "announced-p",
        f"The printed P fits {listed(fitting)}" if fitting else f"No printed P is that of {what}",
        f"P {printed}. The Methods announce change from baseline, tested in pairs.",
        f"That analysis gives {own}. {told} {_said(of, rows)}".replace("  ", " ").strip(),
        "Whether sizes were compared in pairs, and which sizes." if _said(of, rows) else "Which of them was computed.",
        "endpoints",
        {},
        of.claims("announced-p", "p-value", "same"),
    )


def _plain(found: PrintedPReadings) -> list[tuple[Group, Variant]]:
    """Readings of published values by a two-sided paired t test, one for each thing compared."""
    return [
        (group, next(member for member in group.members if member.source == AS_PRINTED))
        for group in found.reproduced
        if any(member.source == AS_PRINTED for member in group.members)
        if (first := group.members[0]).paired and first.test == "t" and first.alternative == "two-sided"
    ]


def _fits(found: PrintedPReadings) -> str:
    plain = _plain(found)
    if not plain:
        return f"Nothing that is published gives {found.printed} by a two-sided paired t test."
    words = listed([f"{inside(member.words)} ({probability(group.p)})" for group, member in plain])
    return f"{found.printed} fits {words}."


def _said(of: Known, rows: list[ReportedRow]) -> str:
    """Whether what the text says that the P are of could have given them."""
    visits = {of.trial.baseline.key: BASELINE, of.trial.final.key: FINAL}
    wanted = {(row.value, row.outcome, visits.get(row.visit or "")) for row in rows}
    found = {
        (readings.printed, member.outcome, member.kind)
        for readings in of.readings
        for group in readings.reproduced
        for member in group.members
        if member.uses_reconstructed and member.test == "t" and member.alternative == "two-sided" and member.paired
    }
    if not wanted & found:
        return ""
    ps = listed([f"{row.value:f}" for row in rows])
    return f"Values at the visits, which the text names, can give {ps} together, since values can be found that do."


def unreported(of: Known) -> Finding | None:
    """Whether the announced tests of primary endpoints have a printed result at all."""
    primary = [e for e in of.tested.endpoints if e.role == "primary"]
    tested = [e for e in of.paired if e.role == "primary" and e.analysis == "paper" and known(e.test.p)]
    values = [row.value for row in printed_ps(of) if row.value is not None and row.visit == of.trial.final.key]
    named = [row for row in of.rows if row.function == "announced-p" and not row.printed.replace(".", "").isdecimal()]
    if not named or len(named) < len(tested):
        return None
    own = listed([f"{inside(e.label)} {probability(e.test.p)}" for e in tested])
    ps = listed([f"{value:f}" for value in values]) if values else "none"
    return Finding(
        "unreported",
        "No announced test of a primary measure has a printed result",
        f"{len(primary)} primary measures, {len(tested)} of them with an announced test. P at the last visit: {ps}, of "
        "values at that visit by the text.",
        f"The announced tests would give p: {own}. No mean change, difference or interval is printed for any of them.",
        "What came out of them when they were computed.",
        "endpoints",
        {"adjust": "holm"},
        tuple(row.key for row in named),
    )


def wordings(of: Known) -> Finding | None:
    """Places that word the same result differently, one of them further than its P goes."""
    further = [row for row in of.rows if row.function == "no-difference" and row.verdict == CONTRADICTED]
    careful = [row for row in of.rows if row.function == "not-significant"]
    if not further or not careful:
        return None
    told = "; ".join(f"{row.source}: “{row.printed}”" for row in (*further, *careful))
    return Finding(
        "wordings",
        "One result is worded in more than one way",
        f"{told}.",
        " ".join(f"{capital(text)}." for text in (*further[0].steps, further[0].note) if text),
        "The size of the difference at that visit.",
        "endpoints",
        {},
        tuple(row.key for row in (*further, *careful)),
    )


def floor(of: Known) -> Finding | None:
    """Whether an exact test of so few pairs could have fallen below the printed α."""
    alpha = next((row for row in of.trial.reported if row.statistic == "alpha" and row.value is not None), None)
    general = of.tested.selected.exact.floor.general
    if alpha is None or alpha.value is None or isinstance(general, Missing) or general <= float(alpha.value):
        return None
    n = of.tested.selected.test.n
    return Finding(
        "floor",
        f"{plural(n, 'pair', 'pairs')} can't reach {alpha.value:f} by an exact test within pairs",
        f"α = {alpha.value:f}, and n = {n}.",
        f"2 of {two_to(n)} = {2**n} labellings are as extreme as any can be: p ≥ {probability(general)}, whatever was "
        f"seen. {of.tested.selected.label}: {floor_words(of.tested.selected)} The t test has no such floor, and relies "
        "on normal differences instead.",
        "Whether a larger trial would have found a difference.",
        "endpoints",
        {"test": "sign-flip"},
        of.claims("not-significant"),
    )


def detectable(of: Known) -> Finding | None:
    """Which test the printed detectable effect is that of."""
    plan = plan_of(of.trial, of.published, DESIGNS[of.published.design]).plan
    found = printed_effect(of.trial, plan)
    if isinstance(found, Missing):
        return None
    prints = [(sides, r) for sides, r in sided_readings(found) if r.prints]
    printing = [f"{inside(r.label)}, {sides.lower()} ({number(r.detectable, 4)})" for sides, r in prints]
    title = (
        f"The detectable effect, {number(found.printed)}, comes out of {printing[0]}"
        if printing
        else f"No design here gives the detectable effect of {number(found.printed)}"
    )
    inputs = found.inputs
    return Finding(
        "detectable",
        title,
        f"{number(found.printed)} at n = {inputs.n}, SD {number(inputs.sd)}, power {percent(inputs.target)}, α "
        f"{number(inputs.alpha)}; the Methods announce a paired test. {_stated(of)}".strip(),
        _detectable_words(found, printing),
        "Design, sides and correlation of that calculation; whether the SD is of a score, a change or a difference.",
        "sample-size",
        {"design": prints[0][1].design, "effect": f"{found.printed:g}", "n": str(inputs.n)} if prints else {},
        of.claims("detectable"),
    )


def _stated(of: Known) -> str:
    """What the trial folder says of how the effect is first stated: what its n counts, when it was computed."""
    return next((row.remark for row in of.rows if row.function == "detectable" and row.remark), "")


def _detectable_words(found: PrintedEffect, printing: list[str]) -> str:
    others = [
        f"{sides}, {inside(r.label)}: {number(r.detectable, 4)} with the SD of the difference; the printed one if the "
        f"two units correlate at {number(r.rho.low, 2)} to {number(r.rho.high, 2)}."
        for sides, r in sided_readings(found)
        if isinstance(r.rho, RhoRange)
    ]
    return " ".join(([f"Given by {listed(printing)}."] if printing else []) + others)
