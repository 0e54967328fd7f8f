"""Numbers in sentences: the same words on page, twin, report and slide."""

from __future__ import annotations

from collections.abc import Sequence

from lib.analysis.results import Interval
from lib.values import Missing, Real

MINUS = "−"


def number(value: Real, digits: int = 3) -> str:
    """A number to `digits` significant digits with a true minus sign, without trailing zeros; – where missing."""
    if isinstance(value, Missing):
        return "–"
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = f"{value:.0f}" if abs(value) >= 1 else f"{value:.1e}"
    return text.replace("-", MINUS)


def signed(value: Real, digits: int = 3) -> str:
    """`number` with its sign always shown."""
    if isinstance(value, Missing) or value == 0:
        return number(value, digits)
    return ("+" if value > 0 else "") + number(value, digits)


def probability(value: Real) -> str:
    """A p-value: three decimals at most, never 0."""
    if isinstance(value, Missing):
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}".rstrip("0").rstrip(".")


def p_phrase(value: Real) -> str:
    """`p = 0.206`, `p < 0.001`, or why there is none."""
    if isinstance(value, Missing):
        return f"no p ({value.reason})"
    text = probability(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def percent(share: float) -> str:
    """A level or share in percent: 0.95 is 95 %."""
    return f"{100 * share:.4g} %"


def power_words(power: float) -> str:
    """A power in percent, never rounded up to certainty or down to impossibility."""
    return "over 99.9 %" if power > 0.999 else "under 0.1 %" if power < 0.001 else f"{100 * power:.1f} %"


def interval_words(interval: Interval) -> str:
    """`95 % CI −116 to +38`; an unbounded side in words, and the reason where both are."""
    level = f"{percent(interval.level)} CI"
    if interval.low is None and interval.high is None:
        return f"{level} unbounded both ways"
    low = "unbounded below" if interval.low is None else signed(interval.low)
    high = "unbounded above" if interval.high is None else signed(interval.high)
    return f"{level} {low} to {high}"


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "nobody"


def people(count: int | Missing) -> str:
    """A count of participants, or why there is none."""
    if isinstance(count, Missing):
        return count.reason
    return "1 participant" if count == 1 else f"{count} participants"


def plural(count: int, singular: str, plural_form: str) -> str:
    return f"{count} {singular if count == 1 else plural_form}"
