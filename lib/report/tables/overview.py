"""Overview's tables: the headline on each scale, everybody, and the paper's numbers about who took part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from lib.questions.endpoint_reading import WHOSE, normal_only, short_unit
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.overview import OverviewResult, Person, Reading, Unit
from lib.questions.sample_size import NextTrial
from lib.questions.wording import (
    amount,
    capital,
    interval_words,
    listed,
    measure,
    number,
    p_phrase,
    percent,
    plural,
    probability,
    signed,
)
from lib.report.tables.table import Table, estimand, pairs, reasoned, recomputed
from lib.trial.model import Trial
from lib.values import Missing, Real, known


def tables(result: OverviewResult, _trial: Trial) -> tuple[Table, ...]:
    """In the order of the page."""
    return (
        Table("scales", "The headline on each scale", scales(result)),
        Table("steps", "Who took part", steps(result)),
        reasoned("next", "The next trial", result.next_trial, lambda planned: _next(planned, result.seen)),
        estimand(result.selected),
        Table("people", f"All {len(result.people)} participants", people(result)),
        Table("denominators", DENOMINATORS, denominators(result)),
        Table("facts", "How the trial was run", pairs("About", "Told", facts(result))),
    )


DENOMINATORS = "Over all enrolled, and over those analysed"


# ---- the headline


def scales(result: OverviewResult) -> pd.DataFrame:
    """One row a scale of the outcome: estimate, interval, tests, and who drives it."""
    return pd.DataFrame(
        [
            {
                "Endpoint": scale.endpoint.label,
                "Treated − control": estimate(scale.endpoint),
                "Interval": interval(scale.endpoint),
                "Tests, and whose analysis": tests(scale.endpoint),
                "In words": f"{capital(scale.words)}.",
                "Who drives it": scale.driver,
                "Printed": scale.printed,
            }
            for scale in result.scales
        ]
    )


def estimate(endpoint: PairedEndpoint) -> str:
    """The estimate with its unit."""
    return measure(endpoint.test.estimate, short_unit(endpoint.unit))


def interval(endpoint: PairedEndpoint) -> str:
    """The interval and the number of pairs, or why there is none."""
    test = endpoint.test
    if isinstance(test.p, Missing):
        return f"no interval: {test.p.reason}"
    return f"{interval_words(test.interval, endpoint.sides)} · {plural(test.n, 'pair', 'pairs')}"


def tests(endpoint: PairedEndpoint) -> str:
    """Both p's and whose analysis it is."""
    test, exact = endpoint.test, endpoint.exact
    words = [p_phrase(test.p, endpoint.sides), test.method, f"exact p {probability(exact.p)}"]
    return f"{', '.join(words)}. {WHOSE[endpoint.analysis]}.{normal_only(endpoint)}"


# ---- the three cards


def steps(result: OverviewResult) -> pd.DataFrame:
    """The flow in short."""
    return pd.DataFrame(
        [
            {
                "Step": stage.label,
                "Participants": str(stage.participants),
                result.units.capitalize(): str(stage.units),
            }
            for stage in result.stages
        ]
    )


def _next(planned: NextTrial, seen: str) -> pd.DataFrame:
    needed, note = needed_words(planned)
    told = (("Needed", needed), ("Of it", note), ("In words", planned.sentence), ("Seen", seen))
    return pairs("What", "Told", told)


def needed_words(planned: NextTrial) -> tuple[str, str]:
    """The n of the plan, and what for."""
    needed = "none" if isinstance(planned.needed, Missing) else f"n = {planned.needed}"
    wanted = amount(planned.plan.effect, planned.unit)
    return needed, f"for {percent(planned.plan.target)} power, if {wanted} is the difference; all assumed, none found"


# ---- everybody


def people(result: OverviewResult) -> pd.DataFrame:
    """One row a reading of a unit; whoever has none is there too."""
    return pd.DataFrame([row for person in result.people for row in _person(person, dict(result.arms))])


def _person(person: Person, arms: dict[str, str]) -> Iterator[dict[str, str]]:
    columns = ("Arm", "Unit", "Site", *READING)
    nothing = ("–", NO_UNIT, *("–" for _ in columns[2:]))
    told = [
        (arms[unit.arm], unit.unit, site(unit), *_reading(found)) for unit in person.units for found in unit.readings
    ]
    for texts in told or [nothing]:
        yield {
            "Participant": person.participant,
            "About": about(person),
            **dict(zip(columns, texts, strict=True)),
            "Lost": person.lost or "no",
        }


NO_UNIT = "No unit allocated."
READING = ("Outcome", "At baseline", "At the final visit", "In", "Change, %", "Reconstructed")


def _reading(found: Reading) -> tuple[str, ...]:
    return (
        found.label,
        _told(found.baseline, number),
        _told(found.final, number),
        found.unit,
        _told(found.change_percent, signed),
        "yes" if found.reconstructed else "no",
    )


def _told(value: Real, words: Callable[[Real], str]) -> str:
    return value.reason if isinstance(value, Missing) else words(value)


def about(person: Person) -> str:
    """The first of what is known of them."""
    return " · ".join(text for _, text in person.attributes[:3])


def site(unit: Unit) -> str:
    """Where the unit is."""
    return unit.site or "site not in the text"


def unit_lines(unit: Unit) -> list[str]:
    """One line a reading: `Size 0.4 → 0.2 cm² (change −50 %)`."""
    lines = []
    for found in unit.readings:
        change = f"change {signed(found.change_percent)} %" if known(found.change_percent) else ""
        if known(found.baseline) or known(found.final):
            how = ", reconstructed" if found.reconstructed else ""
            values = f"{_or_gap(found.baseline)} → {_or_gap(found.final)} {found.unit}{how}"
            lines.append(f"{found.label} {values}{f' ({change})' if change else ''}")
        else:
            lines.append(f"{found.label}: {f'{change}; values' if change else ''} not published".replace(":  ", ": "))
    return lines


def _or_gap(value: Real) -> str:
    return "?" if isinstance(value, Missing) else number(value)


# ---- in the paper's numbers


def denominators(result: OverviewResult) -> pd.DataFrame:
    """Printed numbers about participants, over all and over those analysed."""
    return pd.DataFrame(
        [
            {
                "Printed": row.all_participants.label,
                "Value": f"{number(row.all_participants.printed)} {row.all_participants.unit}".strip(),
                "Over all enrolled": recomputed(row.all_participants),
                "Over those analysed": recomputed(row.analysed),
            }
            for row in result.participants
        ]
    )


def facts(result: OverviewResult) -> tuple[tuple[str, str], ...]:
    """How the trial was run, and what its report does not tell."""
    gaps = (("Not in the text", f"{listed(result.not_in_the_text)}."),) if result.not_in_the_text else ()
    return (*result.facts, *gaps)
