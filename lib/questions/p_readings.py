"""Which test prints that p: every combination of outcome, value, test and sides that reproduces a printed p.

The search lists what could have been computed, not what was. How many combinations reproduce a p is no probability:
they share their people, and many are one reading in other clothes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from itertools import product

from lib.analysis.change import CHANGES
from lib.analysis.loss import COMPLETE
from lib.analysis.paired import NO_PAIRS
from lib.analysis.readings import Data, Differences, Reading, Samples, alike
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative
from lib.analysis.two_sample import PRINTED_PAIRED, UNPAIRED
from lib.assumptions import FIELDS, Assumptions, defaults, value
from lib.errors import Refusal
from lib.questions.changes import change_of, change_words, measure_of
from lib.questions.levels import alternative
from lib.questions.wording import number, plural
from lib.trial.model import Trial, Visit
from lib.trial.observed import EVERY_RATER, decimals, observed, rater_name
from lib.values import Exact, Missing, Real

BASELINE, FINAL = "baseline", "final"
"""What is compared beside changes: the values themselves, at the first and at the final visit."""

SIDES: tuple[Alternative, ...] = ("two-sided", "less", "greater")

GOVERNED = ("who", "rounding", "threshold", "points", "zero", "zero-add")
"""What the search takes from the viewer; it tries every outcome, rater, change, test and side itself."""

Row = tuple[str, Exact, Exact]
"""A participant with the values of the treated and of the control unit."""


@dataclass(frozen=True)
class Variant:
    """One way in which a p could have been computed.

    Attributes
    ----------
    outcome, rater, kind : str
        Keys; `kind` is "baseline", "final" or a key of CHANGES. `words` says all three.
    source : str
        The label of the trial that gave the data; `uses_reconstructed` where its printed values alone give others.
    participants : tuple of str
        Whose values count.
    paired : bool
        Whether the differences within people are tested; otherwise every known value of each arm is, as if independent.
    test, test_label : str
        Key and label in TESTS or PRINTED_PAIRED where paired, in UNPAIRED otherwise.
    n : int
        Pairs where paired, else values of both arms.
    estimate : float or Missing
        Difference between means, treated minus control, in the unit of what is compared.
    data : Differences or Samples
        What is tested, in exact arithmetic, in the order of `participants`.
    announced : bool
        Whether the paper's Methods announce this outcome, rater and change.
    state : dict
        Link key → text of what sets the dashboard to this, on top of the viewer's assumptions and on data of `source`;
        empty where it can't be set.
    """

    outcome: str
    rater: str
    kind: str
    words: str
    source: str
    participants: tuple[str, ...]
    paired: bool
    test: str
    test_label: str
    alternative: Alternative
    n: int
    estimate: Real
    p: Real
    data: Data
    uses_reconstructed: bool
    announced: bool
    state: dict[str, str]


@dataclass(frozen=True)
class Group:
    """Variants that are one reading in other clothes, the one nearest to what papers do first; `data` are its own."""

    members: tuple[Variant, ...]
    p: float
    data: Data
    reason: str


@dataclass(frozen=True)
class PrintedPReadings:
    """The variants that reproduce `printed`: whose p lies from `low` to `high`, both included.

    `tried` counts all variants, `undefined` those without a p, by `reasons` with their counts, most frequent first.
    The others are `distinct` readings, each in all its clothes.
    """

    printed: Decimal
    decimals: int
    low: float
    high: float
    tried: int
    undefined: int
    reasons: tuple[tuple[str, int], ...]
    distinct: int
    reproduced: tuple[Group, ...]


def p_readings(printed: Decimal, trials: tuple[tuple[str, Trial], ...], assumptions: Assumptions) -> PrintedPReadings:
    """Every variant whose p rounds to the printed one.

    Parameters
    ----------
    printed : Decimal
        The p with its decimals, which are its rounding: 0.39 stands for 0.385 to 0.395, both included.
    trials : tuple of (label, Trial)
        The first one as the dashboard shows it; of the others only what their reconstructed values change is tried.
    assumptions : Assumptions
        Who is in, and whatever else is `GOVERNED`. Where others have values too, everybody is tried as well.

    Returns
    -------
    PrintedPReadings
        The group nearest to what papers do first: paired t, two-sided, printed values.

    Raises
    ------
    Refusal
        If `printed` is not a number from 0 to 1, or no trial is given.
    """
    low, high = _rounding(printed)
    if not trials:
        raise Refusal("trials: none given; wanted at least one trial with its label")
    # others change nothing here, and what was searched is kept while the viewer changes them
    settled = replace(defaults(trials[0][1]), **{FIELDS[key]: value(assumptions, key) for key in GOVERNED})
    found = _search(trials, settled)
    return PrintedPReadings(
        printed=printed,
        decimals=decimals(printed),
        low=float(low),
        high=float(high),
        tried=found.tried,
        undefined=sum(count for _, count in found.reasons),
        reasons=found.reasons,
        distinct=len(found.groups),
        # read as the shortest decimal that prints it, so that 3/20 is not below 0.15
        reproduced=tuple(group for group in found.groups if low <= Fraction(repr(group.p)) <= high),
    )


def _rounding(printed: Decimal) -> tuple[Fraction, Fraction]:
    """From where to where a p rounds to the printed one."""
    if not printed.is_finite() or not 0 <= printed <= 1:
        raise Refusal(f"printed: {printed} given; wanted a p from 0 to 1")
    half = Fraction(1, 2 * 10 ** decimals(printed))
    return max(Fraction(0), Fraction(printed) - half), min(Fraction(1), Fraction(printed) + half)


# ---- the search


@dataclass(frozen=True)
class _Search:
    """Whatever was tried, in groups; the printed p picks from them."""

    tried: int
    reasons: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]


@lru_cache(maxsize=8)
def _search(trials: tuple[tuple[str, Trial], ...], assumptions: Assumptions) -> _Search:
    tried = [variant for compared in _everything(trials, assumptions) for variant in _variants(compared)]
    reasons = Counter(variant.p.reason for variant in tried if isinstance(variant.p, Missing))
    sources = [source for source, _ in trials]
    return _Search(len(tried), tuple(reasons.most_common()), _groups(sorted(tried, key=partial(_distance, sources))))


def _distance(sources: Sequence[str], variant: Variant) -> tuple[object, ...]:
    """How far a variant is from what papers do; those equally far stay in the order of the registries."""
    tests = [*TESTS, *PRINTED_PAIRED] if variant.paired else [*UNPAIRED]
    return (
        variant.alternative != "two-sided",
        not variant.paired,
        tests.index(variant.test),
        sources.index(variant.source),
        not variant.announced,
    )


def _groups(variants: Iterable[Variant]) -> tuple[Group, ...]:
    known = [(variant, variant.p) for variant in variants if not isinstance(variant.p, Missing)]
    readings = [Reading(variant.test, variant.alternative, variant.data, p) for variant, p in known]
    return tuple(
        Group(tuple(known[place][0] for place in one.members), one.p, readings[one.members[0]].data, one.reason)
        for one in alike(readings)
    )


# ---- what is compared


@dataclass(frozen=True)
class _Compared:
    """One kind of value of some participants; `rows` are those that a paired or an unpaired test can use."""

    trial: Trial
    assumptions: Assumptions
    source: str
    outcome: str
    rater: str
    kind: str
    paired: bool = True
    everybody: bool = False
    rows: tuple[Row, ...] = ()
    none: Missing = NO_PAIRS
    uses_reconstructed: bool = False


def _everything(trials: tuple[tuple[str, Trial], ...], assumptions: Assumptions) -> Iterator[_Compared]:
    for place, (source, trial) in enumerate(trials):
        for outcome in trial.spec.outcomes:
            raters = (*outcome.raters, EVERY_RATER) if len(outcome.raters) > 1 else outcome.raters
            for rater, kind in product(raters, (*CHANGES, FINAL, BASELINE)):
                found = _of_people(_Compared(trial, assumptions, source, outcome.key, rater, kind))
                yield from (one for one in found if place == 0 or one.uses_reconstructed)


def _of_people(of: _Compared) -> Iterator[_Compared]:
    """As pairs and as arms: the participants that the viewer analyses, and everybody where that adds values."""
    whole, printed = _rows(of, of.trial), _rows(of, without_reconstructed(of.trial))
    chosen = [row for row in whole if row[0] in of.assumptions.participants]
    lacking = (item for row in chosen or whole for item in row[1:] if isinstance(item, Missing))
    none = next(lacking, NO_PAIRS)
    for paired in (True, False):
        few, many, plain = (_usable(rows, paired) for rows in (chosen, whole, printed))
        for rows in (few, many) if few != many else (few,):
            new = any(row not in plain for row in rows)
            yield replace(of, paired=paired, everybody=rows != few, rows=rows, none=none, uses_reconstructed=new)


@lru_cache(maxsize=8)
def without_reconstructed(trial: Trial) -> Trial:
    """The trial as far as it is printed, or follows from what is."""
    kept = tuple(row for row in trial.measurements if row.provenance != "reconstructed")
    return trial if len(kept) == len(trial.measurements) else replace(trial, measurements=kept)


def _rows(of: _Compared, trial: Trial) -> list[Row]:
    """Every participant with units, as in the pairs of an endpoint; nothing stands in for whoever was lost."""
    people = (p for p in trial.participant_ids if (p, trial.treatment.key) in trial.unit_of)
    treated, control = (arm.key for arm in trial.arms)
    return [
        (p, _value(of, trial, trial.unit_of[p, treated]), _value(of, trial, trial.unit_of[p, control])) for p in people
    ]


def _value(of: _Compared, trial: Trial, unit: str) -> Exact:
    if of.kind in CHANGES:
        measure = measure_of(trial, of.outcome, of.rater, of.kind, of.assumptions)
        return change_of(trial, unit, trial.final.key, measure).value
    return observed(trial, unit, _visit(of).key, of.outcome, of.rater).value


def _visit(of: _Compared) -> Visit:
    return of.trial.baseline if of.kind == BASELINE else of.trial.final


def _usable(rows: Iterable[Row], paired: bool) -> tuple[Row, ...]:
    """Whoever has both values where pairs are tested, and at least one where arms are."""
    enough = all if paired else any
    return tuple(row for row in rows if enough(isinstance(item, Fraction) for item in row[1:]))


# ---- how it is tested


def _variants(of: _Compared) -> Iterator[Variant]:
    data, words, announced = _data(of), _words(of), _announced(of)
    estimate, people = _estimate(data), tuple(row[0] for row in of.rows)
    for (key, label, run), side in product(_tests(data), SIDES):
        yield Variant(
            outcome=of.outcome,
            rater=of.rater,
            kind=of.kind,
            words=words,
            source=of.source,
            participants=people,
            paired=of.paired,
            test=key,
            test_label=label,
            alternative=side,
            n=len(data.values) if isinstance(data, Differences) else len(data.treated) + len(data.control),
            estimate=estimate,
            p=run(side) if of.rows else of.none,
            data=data,
            uses_reconstructed=of.uses_reconstructed,
            announced=announced,
            state=_state(of, key, side),
        )


def _data(of: _Compared) -> Data:
    if of.paired:
        return Differences(tuple(t - c for _, t, c in of.rows if isinstance(t, Fraction) and isinstance(c, Fraction)))
    treated, control = (tuple(item for item in arm if isinstance(item, Fraction)) for arm in _arms(of.rows))
    return Samples(treated, control)


def _arms(rows: Iterable[Row]) -> tuple[list[Exact], list[Exact]]:
    return [row[1] for row in rows], [row[2] for row in rows]


def _tests(data: Data) -> Sequence[tuple[str, str, Callable[[Alternative], Real]]]:
    """Key and label of each test that takes such data, with its p by sides."""
    if isinstance(data, Samples):
        return [(test.key, test.label, partial(test.p, data.treated, data.control)) for test in UNPAIRED.values()]
    ours = [(test.key, test.label, test.p) for test in TESTS.values()]
    printed = [(test.key, test.label, test.p) for test in PRINTED_PAIRED.values()]
    return [(key, label, partial(p, data.values)) for key, label, p in ours + printed]


def _estimate(data: Data) -> Real:
    """Treated minus control, in means."""
    rows = (data.values, (Fraction(0),)) if isinstance(data, Differences) else (data.treated, data.control)
    if not all(rows):
        return Missing("nothing to compare")
    first, second = (sum(row, Fraction(0)) / len(row) for row in rows)
    return float(first - second)


def _words(of: _Compared) -> str:
    """Outcome, rater and kind of value; and everybody, where that is not who the viewer analyses."""
    outcome = of.trial.outcomes[of.outcome]
    by = f" by {rater_name(of.trial, of.rater)}" if len(outcome.raters) > 1 else ""
    if of.kind in CHANGES:
        measure = measure_of(of.trial, of.outcome, of.rater, of.kind, of.assumptions)
        kind = f", {change_words(of.trial, measure)}"
    else:
        kind = f" at {_visit(of).label}"
    return f"{outcome.label}{by}{kind}{', everybody with values' if of.everybody else ''}"


def _announced(of: _Compared) -> bool:
    named = (of.outcome, of.rater, of.kind, "paper")
    return any((e.outcome, e.rater, e.change, e.analysis) == named for e in of.trial.spec.endpoints)


def _state(of: _Compared, test: str, side: Alternative) -> dict[str, str]:
    """The dashboard tests changes in pairs; one-sided it looks towards benefit only."""
    outcome = of.trial.outcomes[of.outcome]
    better = "higher" if of.kind in CHANGES and CHANGES[of.kind].yes_no else outcome.better
    sides = next((sides for sides in ("two", "one") if alternative(better, sides) == side), "")
    if not of.paired or of.kind not in CHANGES or test not in TESTS or not sides:
        return {}
    rater = {"rater": of.rater} if len(outcome.raters) > 1 else {}
    loss = {"loss": COMPLETE} if of.trial.lost_units else {}
    who = {"who": ".".join(row[0] for row in of.rows)} if of.everybody else {}
    return {"outcome": of.outcome, **rater, "change": of.kind, "test": test, "sides": sides, **who, **loss}


# ---- in words


def p_readings_reading(found: PrintedPReadings) -> str:
    """How many variants reproduce the printed p, how many readings they are, and what that is not."""
    stands = f"{found.printed} stands for a p from {number(found.low, 6)} to {number(found.high, 6)}"
    variants = sum(len(group.members) for group in found.reproduced)
    prints = plural(variants, "variant has one there", "variants have one there") if variants else "no variant has one"
    readings = f", as {plural(len(found.reproduced), 'reading', 'different readings')}" if variants else ""
    whole = f"{found.tried - found.undefined:,} of {found.tried:,} variants tried have a p"
    return (
        f"{stands}: {prints}{readings}. {whole}; many are the same computation, so that they are {found.distinct:,} "
        "readings, all of the same people. Which of them was computed can't be told from the P. Their number is no "
        "probability: we chose what to try, and one reading predicts another."
    )
