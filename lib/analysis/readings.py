"""When two tests of two sets of data are one reading in other clothes: the data as far as a test sees them.

A t test does not see the unit, a rank test does not see sizes, and exact tests of the same scores are one test. So each
reading has a canonical form: the procedure that it comes down to, and whole numbers that hold all that counts for it.
Readings with the same form have the same p, whatever the data had been.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from lib.analysis.exact import lattice
from lib.analysis.registry import TESTS
from lib.analysis.results import Alternative
from lib.analysis.two_sample import PRINTED_PAIRED, UNPAIRED, doubled_midranks


@dataclass(frozen=True)
class Differences:
    """Within-person differences (treated minus control), one a pair, in the unit of what was compared."""

    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Samples:
    """The values of each arm, in the unit of what was compared, whoever's they are."""

    treated: tuple[Fraction, ...]
    control: tuple[Fraction, ...]


Data = Differences | Samples


@dataclass(frozen=True)
class Reading:
    """One test of one set of data: a key of TESTS or PRINTED_PAIRED tests differences, one of UNPAIRED samples."""

    test: str
    alternative: Alternative
    data: Data
    p: float


@dataclass(frozen=True)
class Canonical:
    """What a reading comes down to. `form` has one row for differences and two, treated first, for samples."""

    procedure: str
    sides: int
    form: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Alike:
    """Readings that are one: `members` are their places among those given, `reason` says what makes them the same."""

    members: tuple[int, ...]
    p: float
    reason: str


# ---- what a test sees of differences


def _scaled(values: Sequence[Fraction]) -> tuple[int, ...]:
    """The values on their coarsest lattice, zeros among them: t depends on the number of pairs."""
    return lattice(values).integers


def _moved(values: Sequence[Fraction]) -> tuple[int, ...]:
    """Without zeros, whose flip changes nothing."""
    return lattice([value for value in values if value]).integers


def _signs(values: Sequence[Fraction]) -> tuple[int, ...]:
    return tuple(1 if value > 0 else -1 for value in values if value)


def _ranks(values: Sequence[Fraction]) -> tuple[int, ...]:
    """Signed midranks of the sizes; zeros have left before."""
    return _pratt_ranks([value for value in values if value])


def _pratt_ranks(values: Sequence[Fraction]) -> tuple[int, ...]:
    """Signed midranks of the sizes, ranked with the zeros."""
    ranked = zip(values, doubled_midranks(abs(value) for value in values), strict=True)
    return _moved([Fraction(rank if value > 0 else -rank) for value, rank in ranked if value])


# ---- what a test sees of two samples


def _affine(values: Sequence[Fraction]) -> tuple[int, ...]:
    """The values without unit and origin."""
    least = min(values)
    return lattice([value - least for value in values]).integers


def _pooled_ranks(values: Sequence[Fraction]) -> tuple[int, ...]:
    return tuple(doubled_midranks(values))


# ---- registry


@dataclass(frozen=True)
class Use:
    """What a test uses: `seen` of the values, for the `procedure` that it comes down to; `same` tells what is equal."""

    procedure: str
    seen: Callable[[Sequence[Fraction]], tuple[int, ...]]
    same: str


FLIPS, DEALS = "flips of signed scores", "deals of scores to two arms"
"""Exact tests come down to these: all flips, or all deals, of scores that may be values, ranks or signs."""

_BUT_UNIT = "the differences are the same but for their unit and side, which the test does not see"
_IN_ORDER = "the differences have the same signs, and sizes in the same order: the test uses nothing else"
_BY_SIGN = "as many differences are above zero, and as many below: the test uses nothing else"
_BUT_ORIGIN = "the values are the same but for unit, origin and side, which the test does not see"
_IN_LINE = "the values of both arms stand in the same order: the test uses nothing else"

USES: dict[str, Use] = {
    "t": Use("paired t", _scaled, _BUT_UNIT),
    "sign-flip": Use(FLIPS, _moved, _BUT_UNIT),
    "signed-rank": Use(FLIPS, _ranks, _IN_ORDER),
    "signed-rank-pratt": Use(FLIPS, _pratt_ranks, _IN_ORDER),
    "sign": Use(FLIPS, _signs, _BY_SIGN),
    "mcnemar": Use(FLIPS, _signs, _BY_SIGN),
    "signed-rank-corrected": Use("signed ranks, corrected", _ranks, _IN_ORDER),
    "signed-rank-uncorrected": Use("signed ranks, uncorrected", _ranks, _IN_ORDER),
    "student": Use("Student", _affine, _BUT_ORIGIN),
    "welch": Use("Welch", _affine, _BUT_ORIGIN),
    "permutation": Use(DEALS, _affine, _BUT_ORIGIN),
    "mann-whitney": Use(DEALS, _pooled_ranks, _IN_LINE),
    "mann-whitney-corrected": Use("rank sum, corrected", _pooled_ranks, _IN_LINE),
    "mann-whitney-uncorrected": Use("rank sum, uncorrected", _pooled_ranks, _IN_LINE),
    "fisher": Use(DEALS, _affine, _BUT_ORIGIN),
}
"""Test → what it uses. A test without an entry is taken to see the numbers as they are, and is alike only itself."""


def canonical(reading: Reading) -> Canonical:
    """The reading without whatever its test does not see.

    Differences lose unit, order and, where the test drops them, zeros; samples lose unit, origin and the order inside
    each arm. A two-sided test does not see which side is which; a one-sided one stays when its sides are turned along
    with the data, so that "less" is told as "greater".

    Examples
    --------
    >>> first = Reading("t", "two-sided", Differences((Fraction(-1), Fraction(0), Fraction(0))), 0.42)
    >>> second = Reading("t", "two-sided", Differences((Fraction(0), Fraction(25), Fraction(0))), 0.42)
    >>> canonical(first) == canonical(second)
    True
    """
    sides = 2 if reading.alternative == "two-sided" else 1
    if reading.test not in USES:
        return Canonical(f"{reading.test}, {reading.alternative}: {reading.data}", sides, ())
    test, data = _simplest(reading)
    if isinstance(data, Differences):
        return Canonical(USES[test].procedure, sides, (_paired_form(USES[test], reading.alternative, data),))
    return Canonical(_procedure(test, reading.alternative, data), sides, _unpaired_form(reading, data))


def _simplest(reading: Reading) -> tuple[str, Data]:
    """Welch's test is a t test of one sample against an arm without spread, and Student's where arms are alike."""
    data = reading.data
    if reading.test != "welch" or isinstance(data, Differences):
        return reading.test, data
    if len(set(data.control)) == 1:
        return "t", Differences(tuple(value - data.control[0] for value in data.treated))
    if len(set(data.treated)) == 1:
        return "t", Differences(tuple(data.treated[0] - value for value in data.control))
    same = len(data.treated) == len(data.control) and _spread(data.treated) == _spread(data.control)
    return ("student" if same else "welch"), data


def _spread(values: Sequence[Fraction]) -> Fraction:
    """n² times the variance."""
    return len(values) * sum((value * value for value in values), Fraction(0)) - sum(values, Fraction(0)) ** 2


def _paired_form(use: Use, alternative: Alternative, data: Differences) -> tuple[int, ...]:
    seen = use.seen(data.values)
    kept, turned = tuple(sorted(seen)), tuple(sorted(-value for value in seen))
    return {"greater": kept, "less": turned, "two-sided": max(kept, turned)}[alternative]


def _procedure(test: str, alternative: Alternative, data: Samples) -> str:
    """Fisher's two-sided test orders tables by probability: in arms of unequal size that is an order of its own."""
    own = test == "fisher" and alternative == "two-sided" and len(data.treated) != len(data.control)
    return "Fisher" if own else USES[test].procedure


def _unpaired_form(reading: Reading, data: Samples) -> tuple[tuple[int, ...], ...]:
    """The first of all forms that have the same p: turning values and swapping arms undo each other."""
    pooled = (*data.treated, *data.control)
    m = len(data.treated)
    up, down = (_affine_row(reading, values) for values in (pooled, [-value for value in pooled]))
    kept = ((up[:m], up[m:]), (down[m:], down[:m]))
    turned = ((up[m:], up[:m]), (down[:m], down[m:]))
    forms = {"greater": kept, "less": turned, "two-sided": kept + turned}[reading.alternative]
    return min((tuple(sorted(first)), tuple(sorted(second))) for first, second in forms)


def _affine_row(reading: Reading, values: Sequence[Fraction]) -> tuple[int, ...]:
    """What the test sees, from 0 on the coarsest lattice, so that ranks and values can turn out to be the same."""
    if not values:
        return ()
    seen = USES[reading.test].seen(values)
    least = min(seen)
    step = gcd(*(value - least for value in seen)) or 1
    return tuple((value - least) // step for value in seen)


# ---- groups


def alike(readings: Sequence[Reading]) -> tuple[Alike, ...]:
    """The readings, those that are one together; groups and members in the order given.

    Parameters
    ----------
    readings
        Tests that have a p; those of one group have the same, up to the last digits of a float.

    Returns
    -------
    tuple of Alike
        Every place is a member of exactly one.
    """
    groups: dict[Canonical, list[int]] = {}
    for place, reading in enumerate(readings):
        groups.setdefault(canonical(reading), []).append(place)
    return tuple(
        Alike(tuple(places), readings[places[0]].p, _reason(form, [readings[place] for place in places]))
        for form, places in groups.items()
    )


def _reason(form: Canonical, members: Sequence[Reading]) -> str:
    """What makes the members one, in sentences."""
    told = (_data_words(members), _one_words(form, members[0]), _tests_words(form, members), _sides_words(members))
    alone = "No other variant is the same reading." if len(members) == 1 else ""
    return " ".join(part for part in (alone, *told) if part)


def _data_words(members: Sequence[Reading]) -> str:
    if len(members) == 1:
        return ""
    if len({_sorted(member.data) for member in members}) == 1:
        return "All of them compare the same numbers."
    tests = [member.test for member in members]
    words = dict.fromkeys(USES[test].same for test in tests if tests.count(test) > 1)
    told = "; ".join(words) or "what each test uses of its data is the same"
    return f"{told[0].upper()}{told[1:]}."


def _sorted(data: Data) -> tuple[tuple[Fraction, ...], ...]:
    rows = (data.values,) if isinstance(data, Differences) else (data.treated, data.control)
    return tuple(tuple(sorted(row)) for row in rows)


def _one_words(form: Canonical, first: Reading) -> str:
    """One number alone off the rest has no size that could count."""
    values = [value for row in form.form for value in row]
    if isinstance(first.data, Samples):
        alone = len(values) > 2 and min(values.count(value) for value in set(values)) == 1 and len(set(values)) == 2
        return "Exactly one value differs from all others: by how much does not count." if alone else ""
    if sum(value != 0 for value in values) != 1:
        return ""
    if form.procedure != USES["t"].procedure:
        return "Exactly one difference is not zero: its size does not count."
    return (
        f"Exactly one of {len(values)} differences is not zero: t is then 1 or −1 whatever its size, so that p tells "
        "how many pairs there are, and nothing else."
    )


def _tests_words(form: Canonical, members: Sequence[Reading]) -> str:
    tests = dict.fromkeys(member.test for member in members)
    if len(tests) == 1:
        return ""
    if form.procedure in _WELCH:
        return _WELCH[form.procedure]
    return f"With these data several tests count the same labellings: {', '.join(map(_label, tests))}."


_WELCH = {
    USES["t"].procedure: "Where one arm has no spread, Welch's test is the t test of how far the other arm is from it.",
    USES["student"].procedure: "Where both arms have one size and one variance, Welch's test is Student's.",
}


def _label(test: str) -> str:
    label = next(tests[test].label for tests in (TESTS, PRINTED_PAIRED, UNPAIRED) if test in tests)
    return label.replace("Exact", "exact", 1)


def _sides_words(members: Sequence[Reading]) -> str:
    if len({member.alternative for member in members}) == 1:
        return ""
    return "One-sided tests of opposite directions are one where the data point in opposite directions."
