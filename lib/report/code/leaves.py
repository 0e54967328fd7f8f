"""Every number and text of an answer on a line of its own, by its path, so that two answers can be held together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def leaves(told: Any, under: str = "") -> Iterator[tuple[str, str]]:
    """What an answer holds, as `(path, text)`.

    Parameters
    ----------
    told : JSON value
        A result as the twin tells it (see `lib.report.twin.plain`).
    under : str
        A path that all the others begin with.

    Yields
    ------
    tuple of str
        The dotted path as in the twin (`selected.pairs.0.difference`), and the value as JSON at full precision;
        `missing: <reason>` where the twin has null and a reason beside it. What is empty stands as `[]` or `{}`.
    """
    if isinstance(told, Mapping) and told:
        for key, item in told.items():
            yield from _field(told, str(key), item, under)
    elif isinstance(told, list | tuple) and told:
        for place, item in enumerate(told):
            yield from leaves(item, _path(under, str(place)))
    else:
        yield under, json.dumps(told, ensure_ascii=False, allow_nan=False)


def _path(under: str, name: str) -> str:
    return f"{under}.{name}" if under else name


REASON = "_reason"


def _field(told: Mapping[str, Any], key: str, item: Any, under: str) -> Iterator[tuple[str, str]]:
    about = key.removesuffix(REASON)
    if about != key and about in told and told[about] is None:
        return  # told where the value is missing
    if item is None and f"{key}{REASON}" in told:
        yield _path(under, key), f"missing: {told[f'{key}{REASON}']}"
    else:
        yield from leaves(item, _path(under, key))


def by_path(lines: Iterable[str]) -> dict[str, str]:
    """Lines of `path = value` → path to text."""
    return dict(line.split(" = ", 1) for line in lines)


def first_difference(printed: Mapping[str, str], wanted: Mapping[str, str], share: float = 0.0) -> str:
    """The first value in which two answers differ, in words; empty where they agree in everything.

    Parameters
    ----------
    printed, wanted : mapping of path to text
        As `leaves` gives them.
    share : float
        How far two numbers may lie apart, as a share of the larger; 0 compares every digit.
    """
    for name, value in wanted.items():
        if name not in printed:
            return f"{name}: nothing printed; wanted {value}"
        if not _same(printed[name], value, share):
            return f"{name}: {printed[name]} printed; wanted {value}"
    more = [name for name in printed if name not in wanted]
    return f"{more[0]}: {printed[more[0]]} printed; wanted no such value" if more else ""


def _same(printed: str, wanted: str, share: float) -> bool:
    if printed == wanted or not share:
        return printed == wanted
    try:
        one, other = float(printed), float(wanted)
    except ValueError:
        return False  # a text has no distance
    return abs(one - other) <= share * max(abs(one), abs(other))
