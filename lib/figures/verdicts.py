"""The ledger at a glance: statements of each part of the paper by verdict."""

from __future__ import annotations

import pandas as pd

from lib.analysis.verdict import CONTRADICTED, NOTED, REPRODUCED, UNCHECKED, VERDICTS
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken, per_point, without_extra
from lib.figures.part import Part
from lib.questions.evidence import EvidenceResult
from lib.questions.wording import listed, plural

ROW, HEAD, FOOT = 34, 62, 52
LEFT = 112
ROOM, ROOM_FIRST = 0.045, 0.06
"""Shares of the longest bar that a number needs on a telephone, the second at its full size."""
BESIDE = 20
"""Pixels left of the bars for a number that its segment is too narrow for."""


def verdicts_part(result: EvidenceResult) -> Part | None:
    """The bars; None where the trial lists no statements."""
    if not result.statements:
        return None
    return Part("verdicts", _title(result), _sentence(result), lambda look: paint(result, look), lambda: table(result))


def _title(result: EvidenceResult) -> str:
    counts = {tally.verdict: tally.statements for tally in result.tallies}
    out = counts[REPRODUCED] + counts[NOTED]
    return (
        f"{out} of {plural(result.statements, 'statement comes', 'statements come')} out of what else is published, "
        f"{counts[CONTRADICTED]} {'is' if counts[CONTRADICTED] == 1 else 'are'} contradicted"
    )


def _sentence(result: EvidenceResult) -> str:
    place = list(VERDICTS).index(UNCHECKED)
    most = max(result.parts, key=lambda part: part.counts[place])
    unchecked = sum(part.counts[place] for part in result.parts)
    told = listed([f"{tally.statements} {tally.label.lower()}" for tally in result.tallies])
    where = f" Of those, the {most.part} has most: {most.counts[place]} of {unchecked}." if unchecked else ""
    return f"{told[:1].upper()}{told[1:]}.{where}"


def _colours(verdict: str, look: Look) -> tuple[str, str]:
    """Fill and text, of no arm: the darker, the more a reader has to know; also told apart in grey."""
    return {
        CONTRADICTED: (look.ink, look.paper),
        NOTED: (look.ramp, look.ink),
        REPRODUCED: (look.band, look.ink),
        UNCHECKED: (look.paper, look.ink),
    }[verdict]


def paint(result: EvidenceResult, look: Look) -> Canvas:
    canvas = Canvas(look, HEAD + FOOT + ROW * len(result.parts), l=LEFT, r=16, t=HEAD, b=FOOT)
    names = [part.part.capitalize() for part in result.parts]
    longest = max(sum(part.counts) for part in result.parts)
    for place, verdict in enumerate(VERDICTS.values()):
        counts = [part.counts[place] for part in result.parts]
        first = verdict.key == CONTRADICTED
        least = max(1.0, (ROOM_FIRST if first else ROOM) * longest)
        if first:
            _beside(canvas, {name: count for name, count in zip(names, counts, strict=True) if 0 < count < least})
        canvas.trace(
            type="bar",
            orientation="h",
            name=verdict.label,
            x=counts,
            y=names,
            text=[str(count) if count >= least else "" for count in counts],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": _colours(verdict.key, look)[1], "size": 12},
            marker={"color": _colours(verdict.key, look)[0], "line": {"color": look.muted, "width": 1}},
            hovertemplate=without_extra(f"{per_point('y')}: {per_point('x')} {verdict.label.lower()}"),
        )
    _key(canvas)
    canvas.axis("x", title={"text": "Statements"}, nticks=6, rangemode="tozero", tickformat="d")
    canvas.axis("y", autorange="reversed", showgrid=False, ticks="", ticklabelstandoff=BESIDE)
    canvas.stacked()
    return canvas


def _beside(canvas: Canvas, narrow: dict[str, int]) -> None:
    """The numbers of the first segments that can't hold them: what is contradicted is never without its number."""
    for name, count in narrow.items():
        place = {"xref": "x", "x": 0, "xanchor": "right", "xshift": -5, "yref": "y", "y": name, "yanchor": "middle"}
        canvas.note(bold(str(count)), **place, font={"size": 12, "color": canvas.look.ink})


def _key(canvas: Canvas) -> None:
    """What the fills mean: by their order, since two of them are too pale for a sample."""
    first, second, third, fourth = (verdict.label.lower() for verdict in VERDICTS.values())
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 6}
    text = broken((f"From left to right: {first}, {second},", f"{third}, {fourth}"))
    canvas.note(text, **place, xshift=8 - LEFT, align="left", font={"size": 12, "color": canvas.look.ink})


def table(result: EvidenceResult) -> pd.DataFrame:
    """One row a part of the paper, one column a verdict."""
    labels = [verdict.label for verdict in VERDICTS.values()]
    rows = [
        {"Part": part.part.capitalize(), **dict(zip(labels, map(str, part.counts), strict=True))}
        for part in result.parts
    ]
    return pd.DataFrame(rows)
