"""Tables as HTML that tell of every cell how its value came about: by colour, and by a letter or a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from lib.analysis.verdict import NOTED, REPRODUCED, VERDICTS
from lib.assumptions import MINUS
from lib.questions.ledger.ledger import CellVerdict
from lib.questions.rebuilt import Cell, Heads
from lib.trial.model import is_plain_number
from lib.values import Missing

LETTERS = {"derived": "d", "reconstructed": "r"}
"""The letter that stands after a value; printed values are plain, missing ones say so in words."""

CSS = """
.wide { overflow: auto; position: relative; width: fit-content; max-width: 100%;
  border: 1px solid rgba(128, 128, 128, .35); border-radius: .5rem;
  --shade: color-mix(in srgb, var(--ink) 26%, transparent);
  background: linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--shade), transparent) right / 1.25rem 100% no-repeat scroll;
  background-clip: padding-box; }
.wide:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
.wide .pv-title { position: sticky; left: 0; box-sizing: border-box; width: 0; min-width: 100%; margin: 0;
  padding: .5rem .6rem; font-size: .85rem; font-weight: 600; line-height: 1.35; }
table.pv { border-collapse: separate; border-spacing: 0; font-size: .85rem; line-height: 1.35; }
table.pv caption { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
table.pv th, table.pv td { padding: .3rem .45rem; text-align: left; vertical-align: top;
  border: 0 solid rgba(128, 128, 128, .25); border-width: 0 1px 1px 0; }
table.pv thead th { vertical-align: bottom; font-weight: 600; background: rgba(128, 128, 128, .12); }
.pv-title + table.pv thead tr:first-child th { border-top-width: 1px; }
table.pv tbody th { font-weight: 600; }
table.pv tbody th:not(.pv-derived, .pv-reconstructed, .pv-missing) { background: var(--paper); }
table.pv thead tr:first-child > :first-child:not([colspan]) {
  background: color-mix(in srgb, rgb(128, 128, 128) 12%, var(--paper)); }
table.pv :is(tbody th:not(.pv-derived, .pv-reconstructed, .pv-missing),
  thead tr:first-child > :first-child:not([colspan])) { position: sticky; left: 0; z-index: 1; }
@supports (animation-timeline: scroll()) {
  table.pv :is(tbody th, thead tr:first-child > :first-child:not([colspan]))::after { content: ""; position: absolute;
    inset: 0 -1rem 0 100%; background: linear-gradient(to right, var(--shade), transparent); pointer-events: none;
    opacity: 0; animation: pv-left linear both; animation-timeline: scroll(inline); animation-range: 0 1.5rem; }
  @keyframes pv-left { to { opacity: 1; } }
}
table.pv thead th.pv-right { text-align: right; }
table.pv td.pv-number { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.st-key-files .wide { max-height: 34rem; }
table.pv .pv-long { min-width: 7.5rem; }
table.pv .pv-longer { min-width: 15rem; }
@media (max-width: 640px) { table.pv tbody th.pv-longer { min-width: 8.5rem; } }
table.pv small { display: block; }
.pv-derived { background: rgba(0, 114, 178, .16); }
.pv-reconstructed { background: rgba(230, 159, 0, .22); }
.pv-missing { background: repeating-linear-gradient(135deg, rgba(128, 128, 128, .16) 0 6px, transparent 6px 12px); }
.pv-verdict { font-size: .85em; opacity: .85; margin-left: .3em; white-space: nowrap; cursor: help; }
.pv-verdict:focus { opacity: 1; }
.pv-verdict:focus::after { content: attr(title); position: fixed; z-index: 100; inset: auto 1rem 1rem; margin: 0 auto;
  max-width: 40rem; padding: .7rem .9rem; font-size: .9rem; line-height: 1.4; white-space: normal; text-align: left;
  color: var(--ink); background: var(--paper); border: 2px solid currentColor; border-radius: .5rem; }
.pv-word { font-style: italic; }
.pv-mark { font-weight: 700; margin-left: .15em; line-height: 0; }
ul.pv-legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.2rem;
  font-size: .9rem; }
ul.pv-legend li { margin: 0; padding: 0; }
.pv-legend .pv-sample { padding: .1rem .45rem; border: 1px solid rgba(128, 128, 128, .35); border-radius: .25rem; }
@media print { .wide { max-height: none; overflow: visible; background: none; } }
"""
"""Tints are translucent, so that the theme's own text keeps its contrast in light and dark.

A table that goes on behind the right edge of its frame has a shade there: the frame's background is the shade, and
over it a patch of paper that scrolls with the table and lies on the shade only once the end is reached. At the left the
names of the rows stay, and cast a shade as soon as something is behind them.
"""

LENGTHS = ((80, "pv-longer"), (25, "pv-long"))
"""Characters from which a text gets a column that is no thread, and its class; the longest first."""


def table(caption: str, heads: Heads, rows: Iterable[Sequence[Cell]], quiet: bool = False) -> str:
    """A table whose first column names the rows, in a frame that scrolls by itself.

    Parameters
    ----------
    caption : str
        What the table shows; also the name of its frame.
    heads : Heads
        One entry a column, from the outermost heading to its own.
    rows : iterable of sequences of Cell
        As many cells as columns.
    quiet : bool
        Whether the caption is only read aloud, because a heading above shows it already.

    Returns
    -------
    str
        HTML in which every text is escaped.
    """
    rows = list(rows)
    numeric = frozenset(place for place in range(1, len(heads)) if rows and all(_number(row[place]) for row in rows))
    body = "".join(f"<tr>{''.join(_row(row, numeric))}</tr>" for row in rows) or _no_row(len(heads))
    return _framed(caption, _head(heads, numeric), body, quiet)


def _framed(caption: str, head: str, body: str, quiet: bool = False) -> str:
    """A table in its frame. A caption scrolls with its table, so what is seen is a line of its own, which stays."""
    name = escape(caption)
    seen = "" if quiet else f'<p class="pv-title" aria-hidden="true">{name}</p>'
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{name}">{seen}<table class="pv">'
        f"<caption>{name}</caption><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _no_row(width: int) -> str:
    return f'<tr><td colspan="{width}"><span class="pv-word">no row</span></td></tr>'


NOTHING = ("–", "·")
"""What stands in a column of numbers where there is none."""


def _number(cell: Cell) -> bool:
    """Whether a cell belongs into a column of numbers, which are aligned at their end."""
    return isinstance(cell.text, str) and (
        cell.text in NOTHING or is_plain_number(cell.text.replace(MINUS, "-").replace(",", ""))
    )


def _head(heads: Heads, numeric: frozenset[int] = frozenset()) -> str:
    depth = max(map(len, heads))
    full = [head + ("",) * (depth - len(head)) for head in heads]
    return "".join(f"<tr>{''.join(_tier(full, tier, numeric))}</tr>" for tier in range(depth))


def _tier(heads: Sequence[tuple[str, ...]], tier: int, numeric: frozenset[int]) -> Iterator[str]:
    """One line of headings: neighbours under the same one are spanned, and one with nothing below reaches down."""
    place = 0
    for start, columns in groupby(heads, key=lambda head: head[: tier + 1]):
        together = list(columns)
        first, place = place, place + len(together)
        if tier and not start[tier]:
            continue
        right = ' class="pv-right"' if first in numeric and len(together) == 1 else ""
        width, down = len(together), 1 if any(together[0][tier + 1 :]) else len(together[0]) - tier
        across = f' colspan="{width}"' if width > 1 else ""
        deep = f' rowspan="{down}"' if down > 1 else ""
        yield f'<th scope="{"colgroup" if width > 1 else "col"}"{right}{across}{deep}>{escape(start[tier])}</th>'


def _row(cells: Sequence[Cell], numeric: frozenset[int]) -> Iterator[str]:
    yield f'<th scope="row"{_class(cells[0])}>{_content(cells[0])}</th>'
    yield from (f"<td{_class(cell, place in numeric)}>{_content(cell)}</td>" for place, cell in enumerate(cells[1:], 1))


def _class(cell: Cell, numeric: bool = False) -> str:
    names = [] if cell.provenance == "printed" else [f"pv-{cell.provenance}"]
    if not isinstance(cell.text, Missing):
        names += ["pv-number"] if numeric or _number(cell) else [_length_class(cell.text)]
    return f' class="{" ".join(filter(None, names))}"' if any(names) else ""


def _length_class(text: str) -> str:
    return next((name for least, name in LENGTHS if len(text) >= least), "")


def _content(cell: Cell) -> str:
    if isinstance(cell.text, Missing):
        return _missing(cell.text)
    text = cell.text.replace("-", MINUS) if is_plain_number(cell.text) else cell.text
    return escape(text) + _mark(cell.provenance) + _verdict(cell.verdict)


def _verdict(found: CellVerdict | None) -> str:
    """What the claims ledger says of a cell: a mark, in words for whoever hears it or points at it."""
    if found is None:
        return ""
    verdict = VERDICTS[found.verdict]
    told = escape(f"{COUNTED if found.counted else ''}{verdict.label}: {found.why}", quote=True)
    mark = f"Σ{'' if found.verdict in (REPRODUCED, NOTED) else verdict.mark}" if found.counted else verdict.mark
    # the focus is what a tap gives it, and shows the title; it is no stop of Tab, of which a table would have dozens
    return f' <span class="pv-verdict" role="img" tabindex="-1" aria-label="{told}" title="{told}">{mark}</span>'


COUNTED = "Only counted. "
"""Before what is said of a value that no statement gives by itself."""


def verdict_legend() -> str:
    """What the marks of verdicts mean."""
    meanings = [(verdict.mark, verdict.label, verdict.help) for verdict in VERDICTS.values()]
    meanings.append(
        ("Σ", "Only counted", "It went into a statement that comes out; it could be wrong and the sum right.")
    )
    entries = "".join(f"<li><b>{mark}</b> {escape(label)}: {escape(told)}</li>" for mark, label, told in meanings)
    return f'<ul class="pv-legend" aria-label="What the claims ledger says of a value">{entries}</ul>'


def _missing(missing: Missing) -> str:
    return f'<span class="pv-word">missing</span> <small>{escape(missing.reason)}</small>'


def _mark(provenance: str) -> str:
    letter = LETTERS.get(provenance)
    return f'<sup class="pv-mark" title="{provenance}">{letter}</sup>' if letter else ""


def legend(meanings: Iterable[tuple[str, str]]) -> str:
    """How each provenance looks and what it means."""
    entries = "".join(f"<li>{_sample(name)} {_coded(meaning)}</li>" for name, meaning in meanings)
    return f'<ul class="pv-legend" aria-label="How values came about">{entries}</ul>'


def _sample(name: str) -> str:
    tint = "" if name == "printed" else f" pv-{escape(name)}"
    return f'<span class="pv-sample{tint}">{escape(name)}{_mark(name)}</span>'


def _coded(text: str) -> str:
    """Escaped text in which `names` stand as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def dictionary(caption: str, entries: Iterable[tuple[str, str]]) -> str:
    """Names and their meanings as a table."""
    body = "".join(f'<tr><th scope="row">{escape(n)}</th><td>{_coded(meaning)}</td></tr>' for n, meaning in entries)
    return _framed(caption, _head((("Column",), ("Means",))), body)
