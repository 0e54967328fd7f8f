"""Evidence's further tables: readings of a printed P, and what could lie behind printed summaries."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lib.analysis.consistent_areas import Simplest
from lib.analysis.pair_tables import PairTables
from lib.analysis.registry import TESTS
from lib.assumptions import NOBODY
from lib.questions.area_set import AreaSet
from lib.questions.evidence import EvidenceResult
from lib.questions.p_readings import Group, PrintedPReadings, Variant
from lib.questions.pair_table_words import span_words
from lib.questions.wording import inside, number, signed
from lib.report.tables.table import Table, none, pairs, reasoned
from lib.values import Missing


def tables(result: EvidenceResult) -> Iterator[Table]:
    """In the order of the page."""
    yield from _readings(result.readings)
    yield from _areas(result)
    if result.checks:
        yield Table("score-checks", CHECKS, score_checks(result))
    yield from _pair_tables(result.tables)


# ---- a printed P


def _readings(found: PrintedPReadings | Missing) -> Iterator[Table]:
    if isinstance(found, Missing):
        yield none("readings", "Which test prints that P?", found)
        return
    yield Table("readings", readings_title(found), readings(found))
    yield Table("undefined", f"{UNDEFINED}, of {found.tried:,}", undefined(found))


UNDEFINED = "Variants without a p"
SIDES = {"two-sided": "two-sided", "less": "one-sided, treated lower", "greater": "one-sided, treated higher"}


def readings_title(found: PrintedPReadings) -> str:
    """`Which test prints P 0.41?`."""
    return f"Which test prints P {found.printed}?"


def readings(found: PrintedPReadings) -> pd.DataFrame:
    """One row a variant that gives the printed P; those with the same number are one reading in other clothes."""
    return pd.DataFrame([row for place, group in enumerate(found.reproduced, start=1) for row in _group(place, group)])


def _group(place: int, group: Group) -> Iterator[dict[str, str]]:
    for member in group.members:
        yield {
            "Reading": str(place),
            **variant(member),
            "Values": data_words(member),
            "Uses reconstructed values": "yes" if member.uses_reconstructed else "no",
            "Announced in the methods": "yes" if member.announced else "no",
            "Why the same reading": group.reason,
        }


def variant(member: Variant) -> dict[str, str]:
    """One way in which a p could have been computed."""
    return {
        "Compared": member.words,
        "Test": member.test_label,
        "Sides": SIDES[member.alternative],
        "Layout": "pairs" if member.paired else "two groups",
        "n": str(member.n),
        "Data": member.source,
        "Difference": signed(member.estimate),
        "p": "–" if isinstance(member.p, Missing) else number(member.p, 4),
    }


def data_words(member: Variant) -> str:
    """What is tested: differences by participant, or the values of both arms."""
    rows = vars(member.data)
    if "values" in rows:
        told = zip(member.participants, rows["values"], strict=False)
        return "differences " + ", ".join(f"{signed(float(value))} ({p})" for p, value in told)
    return "; ".join(f"{arm} {', '.join(number(float(value)) for value in values)}" for arm, values in rows.items())


def undefined(found: PrintedPReadings) -> pd.DataFrame:
    """Why variants have no p, and how many."""
    return pd.DataFrame([{"Why there is no p": why, "Variants": f"{count:,}"} for why, count in found.reasons])


# ---- areas


FUNNEL = "Data sets that could lie behind withheld values, one constraint after the other"


def _areas(result: EvidenceResult) -> Iterator[Table]:
    found = result.areas
    if isinstance(found, Missing):
        yield none("funnel", FUNNEL, found)
        return
    yield Table("funnel", FUNNEL, funnel(found))
    yield reasoned(
        "simplest",
        "The simplest of these data sets: one of them, not the answer",
        found.found.simplest,
        lambda one: simplest(one, found.unit, result.arms),
    )


def funnel(found: AreaSet) -> pd.DataFrame:
    """How many data sets are left after each constraint."""
    return pd.DataFrame(
        [{"Agrees with": stage.constraint, "Data sets": f"{stage.count:,}"} for stage in found.found.funnel]
    )


def simplest(found: Simplest, unit: str, arms: tuple[str, str]) -> pd.DataFrame:
    """The values of the simplest data set, both sides at both visits."""
    return pd.DataFrame(
        [
            {
                "Participant": pair.name,
                **{
                    f"{arm}, {when} ({unit})": number(getattr(getattr(pair, side), visit), 4)
                    for side, arm in zip(("treated", "control"), arms, strict=True)
                    for visit, when in (("baseline", "first"), ("final", "last"))
                },
            }
            for pair in found.member
        ]
    )


# ---- pairs of scores


CHECKS = "Can so many whole scores have this mean and SD?"
STAGES = "Tables of pairs that agree with what is typed, one summary after the other"


def _pair_tables(found: PairTables | Missing) -> Iterator[Table]:
    if isinstance(found, Missing):
        yield none("pair-stages", STAGES, found)
        return
    yield Table("pair-stages", STAGES, stages(found))
    if found.size:
        yield Table("pair-ranges", "What these tables of pairs allow", allowed(found))
        yield Table("pair-examples", f"The first {len(found.examples)} of these tables of pairs", examples(found))


def score_checks(result: EvidenceResult) -> pd.DataFrame:
    """Whether the typed means and SDs can be those of whole scores."""
    return pd.DataFrame(
        [
            {
                "Arm": check.arm,
                "Mean": check.mean,
                "SD": "–" if check.sd == NOBODY else check.sd,
                "Possible": "not checked" if isinstance(check.possible, Missing) else "yes" if check.possible else "no",
                "Because": check.reason,
            }
            for check in result.checks
        ]
    )


def stages(found: PairTables) -> pd.DataFrame:
    """How many tables of pairs are left after each summary."""
    rows = [{"Agrees with": "scale and number of pairs", "Tables": f"{found.total:,}"}]
    rows += [{"Agrees with": f"{stage.label} {stage.printed}", "Tables": f"{stage.tables:,}"} for stage in found.funnel]
    return pd.DataFrame(rows)


def allowed(found: PairTables) -> pd.DataFrame:
    """The range of every summary over all tables that agree."""
    ranges = found.ranges
    rows = [
        ("Mean, treated", ranges.mean_treated),
        ("Mean, control", ranges.mean_control),
        ("Mean difference", ranges.mean_difference),
        ("SD of differences", ranges.sd_difference),
        ("Correlation", ranges.correlation),
        ("Share with the higher score on the treated side", ranges.higher),
        ("Share with the lower", ranges.lower),
        ("Share with equal scores", ranges.equal),
        *((f"p, {inside(TESTS[key].label)}", span) for key, span in ranges.p if span.tables),
    ]
    return pd.DataFrame(
        [
            {"Over all these tables": name, "Smallest": low, "Largest": high}
            for name, (low, high) in ((name, span_words(span)) for name, span in rows)
        ]
    )


def examples(found: PairTables) -> pd.DataFrame:
    """Some of the tables, pair by pair."""
    told = (" ".join(f"({treated}, {control})" for treated, control in table) for table in found.examples)
    return pairs("Table", "(treated, control) of each pair", ((str(i), text) for i, text in enumerate(told, start=1)))
