"""Numbers in sentences: the same words on page, twin, report and slide."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from lib.analysis.results import Interval
from lib.assumptions import MINUS
from lib.values import Missing, Real

MOST_DECIMALS = 9
"""Beyond these a computed number is one of rounding."""


def number(value: Real, digits: int = 3) -> str:
    """A number to `digits` significant digits with a true minus sign, without trailing zeros; – where missing."""
    if isinstance(value, Missing):
        return "–"
    text = f"{value or 0:.{digits}g}"  # a zero has no sign
    if "e" in text:
        text = f"{value:.0f}" if abs(value) >= 1 else _small(value)
    return text.replace("-", MINUS)


def ceiling(value: float, digits: int = 3) -> str:
    """A number of at least 0 to `digits` significant digits and rounded up: what it bounds is never above it."""
    if value == 0:
        return "0"
    step = 10.0 ** (floor(log10(value)) - digits + 1)
    return number(step * ceil(value / step * (1 - 1e-12)), digits)


def _small(value: float) -> str:
    """Two digits of a number near 0 without an exponent, and 0 below any meaning."""
    decimals = 1 - floor(log10(abs(value)))
    return f"{value:.{decimals}f}" if decimals <= MOST_DECIMALS else "0"


def signed(value: Real, digits: int = 3) -> str:
    """`number` with its sign always shown."""
    if isinstance(value, Missing) or value == 0:
        return number(value, digits)
    return ("+" if value > 0 else "") + number(value, digits)


def probability(value: Real) -> str:
    """A p-value: whole where it is short, as exact ones are (0.0625), to three decimals otherwise, never 0."""
    if isinstance(value, Missing):
        return "–"
    if value < 0.001:
        return "< 0.001"
    exact = f"{value:.6f}".rstrip("0").rstrip(".")
    return exact if float(exact) == value else f"{value:.3f}".rstrip("0").rstrip(".")


def p_phrase(value: Real, sides: str = "two") -> str:
    """`p = 0.206`, `one-sided p < 0.001`, or why there is none."""
    name = "p" if sides == "two" else "one-sided p"
    if isinstance(value, Missing):
        return f"no {name} ({value.reason})"
    text = probability(value)
    return f"{name} {text}" if text.startswith("<") else f"{name} = {text}"


def percent(share: float) -> str:
    """A level or share in percent: 0.95 is 95 %."""
    return f"{100 * share:.4g} %"


def power_words(power: float) -> str:
    """A power in percent, never rounded up to certainty or down to impossibility."""
    return "over 99.9 %" if power > 0.999 else "under 0.1 %" if power < 0.001 else f"{100 * power:.1f} %"


def chance(probability: float) -> str:
    """A probability of belief in whole percent, never certain: more digits would claim more than a prior can carry."""
    return "over 99 %" if probability > 0.99 else "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def below_words(power: float, target: float) -> str:
    """A power below the target in percent, with as many decimals as show that it is: 79.97 % is not 80 %."""
    places = next((places for places in range(1, 6) if float(f"{100 * power:.{places}f}") < 100 * target), 6)
    return f"{100 * power:.{places}f} %"


def bounds_words(interval: Interval) -> tuple[str, str]:
    """Both bounds with equally many decimals, three digits for the larger; infinite where unbounded."""
    known = [abs(bound) for bound in (interval.low, interval.high) if bound]
    decimals = max(0, 2 - floor(log10(max(known)))) if known else 0
    low = f"{MINUS}∞" if interval.low is None else _fixed(interval.low, decimals)
    high = "∞" if interval.high is None else _fixed(interval.high, decimals)
    return low, high


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:+.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", MINUS)


def interval_words(interval: Interval, sides: str = "two") -> str:
    """`95 % CI −116 to +38`, or the one bound of a one-sided test; unbounded sides in words."""
    low, high = bounds_words(interval)
    if sides != "two":
        bound = f"at most {high}" if interval.low is None else f"at least {low}"
        unbounded = interval.low is None and interval.high is None
        return f"one-sided {percent(interval.level)} bound: {'none' if unbounded else bound}"
    level = f"{percent(interval.level)} CI"
    if interval.low is None and interval.high is None:
        return f"{level} unbounded both ways"
    return f"{level} {low} to {high}"


def estimate_words(estimate: Real, interval: Interval, unit: str = "") -> str:
    """Estimate with its interval and unit, short: `−39 (−116 to +38) pp`; – where there is no estimate."""
    if isinstance(estimate, Missing):
        return "–"
    low, high = bounds_words(interval)
    return f"{signed(estimate)} ({low} to {high}) {unit}".rstrip()


def capital(text: str) -> str:
    """A sentence's first letter."""
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """A label inside a sentence: a small first letter unless its first word is an abbreviation."""
    first = label.split(" ", 1)[0].rstrip(",")
    return label[:1].lower() + label[1:] if first[1:].islower() else label


def runs(numbers: Sequence[int]) -> str:
    """Whole numbers, ascending, with neighbours together: `8 and 10 to 20`."""
    found: list[list[int]] = []
    for value in numbers:
        if found and value == found[-1][-1] + 1:
            found[-1].append(value)
        else:
            found.append([value])
    return listed([f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in found])


def amount(value: Real, unit: str) -> str:
    """A number with its unit, in the singular for one: `2.4 points`, `1 point`."""
    one = not isinstance(value, Missing) and abs(value) == 1 and unit.endswith("s")
    return f"{number(value)} {unit[:-1] if one else unit}".strip()


def measure(value: Real, unit: str) -> str:
    """A signed difference with its unit: `−39 pp`, `+1 point`."""
    return ("+" if not isinstance(value, Missing) and value > 0 else "") + amount(value, unit)


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "nobody"


def participants(keys: Sequence[str]) -> str:
    """`participant 1`, `participants 1 and 5`."""
    return f"participant{'s' if len(keys) > 1 else ''} {listed(keys)}"


def people(count: int | Missing) -> str:
    """A count of participants, or why there is none."""
    if isinstance(count, Missing):
        return count.reason
    return "1 participant" if count == 1 else f"{count} participants"


def plural(count: int, singular: str, plural_form: str) -> str:
    return f"{count} {singular if count == 1 else plural_form}"


def shortened(text: str, most: int) -> str:
    """`text` in at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"
