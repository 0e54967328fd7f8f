"""Everybody at a glance: a small panel for each participant and outcome, both units in it, gaps left open."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import bold, broken, coloured
from lib.figures.pairs import arm_key, tally_words
from lib.figures.part import Part
from lib.figures.strokes import Pen, Strokes, pen_of
from lib.figures.trajectories import scale_range, strokes, unpublished_spans
from lib.figures.trajectories import table as panel_table
from lib.questions.overview import OverviewResult, Person
from lib.questions.spoken import change_words
from lib.questions.trajectories import Line, Panel, Point, VisitMark
from lib.questions.wording import listed, number
from lib.values import Missing

ROW, HEAD, BAND_GAP, FOOT = 138, 62, 40, 40
TITLE = 24
MOST = 6
"""How many participants fit beside each other on a telephone."""
LEFT, WIDTH = 0.17, 0.64
"""Where in its slot a participant's first visit is drawn, and how wide the time until the last is."""
SHIFT = 0.06
"""How far the arms are moved apart, as a share of the slot, so that equal values stay visible."""


@dataclass(frozen=True)
class Strip:
    """One outcome of the participants beside each other: its axes, and where a time lies in a participant's slot."""

    axes: str
    panel: Panel
    people: tuple[Person, ...]
    visits: tuple[VisitMark, ...]

    def at(self, slot: int, time: float) -> float:
        """The place on the axis of one participant's time; a slot is 1 wide."""
        first, last = self.visits[0].time, self.visits[-1].time
        return slot + LEFT + WIDTH * (time - first) / ((last - first) or 1.0)


def cases_part(result: OverviewResult) -> Part:
    """All participants, the viewer's outcome in the first row and one row for each other outcome."""
    return Part(
        "cases",
        _title(result),
        _reading(result),
        lambda look: paint(result, look),
        lambda: table(result),
    )


def _title(result: OverviewResult) -> str:
    return f"{result.selected.label}: {tally_words(result.selected)}"


def _reading(result: OverviewResult) -> str:
    gap = _gap_words([panel.unpublished for panel in result.panels])
    lost = [f"participant {person.participant} was {person.lost}" for person in result.people if person.lost]
    told = f" {listed(lost)[0].upper()}{listed(lost)[1:]}." if lost else ""
    methods = dict.fromkeys(panel.reconstructed for panel in result.panels if panel.reconstructed)
    crossed = f" Crossed points are {'; '.join(methods)}." if methods else ""
    return f"A column for each participant, with both {result.units}, from first to last visit.{gap}{told}{crossed}"


def _gap_words(unpublished: list[tuple[str, ...]]) -> str:
    """What is shaded; the visits by name where they are the same in every row."""
    if not any(unpublished):
        return ""
    same = all(visits == unpublished[0] for visits in unpublished)
    return f" Shaded: nothing is published for {listed(unpublished[0]) if same else 'these visits'}."


def paint(result: OverviewResult, look: Look) -> Canvas:
    bands, rows = _bands(result.people), len(result.panels)
    height = HEAD + FOOT + len(bands) * rows * ROW + (len(bands) - 1) * BAND_GAP
    canvas = Canvas(look, height, l=44, r=8, t=HEAD, b=FOOT)
    inner = height - HEAD - FOOT
    for band, people in enumerate(bands):
        for row, panel in enumerate(result.panels):
            count = band * rows + row
            strip = Strip("" if count == 0 else str(count + 1), panel, people, result.visits)
            top = band * (rows * ROW + BAND_GAP) + row * ROW
            down = (1 - (top + ROW) / inner, 1 - (top + TITLE) / inner)
            _axes(canvas, strip, down, len(bands[0]), row == rows - 1, result.time_unit)
            if row == 0:
                _names(canvas, strip)
            _ground(canvas, strip)
            _people(canvas, strip, result)
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 34}
    canvas.note(arm_key(result.arms, look), **place)
    return canvas


def _bands(people: tuple[Person, ...]) -> list[tuple[Person, ...]]:
    """The participants in rows of equal length, as few as hold them."""
    count = -(-len(people) // MOST) or 1
    size = -(-len(people) // count) or 1
    return [people[start : start + size] for start in range(0, len(people), size)] or [()]


def _axes(canvas: Canvas, strip: Strip, down: tuple[float, float], slots: int, last_row: bool, time_unit: str) -> None:
    first, last = strip.visits[0].time, strip.visits[-1].time
    slots_at = [(strip.at(slot, first), strip.at(slot, last)) for slot in range(len(strip.people))]
    canvas.axis(
        f"x{strip.axes}",
        anchor=f"y{strip.axes}",
        range=[0, slots],
        # on a telephone the numbers of neighbours would run into one another: one label for each participant
        tickvals=[at for start, end in slots_at for at in (start, (start + end) / 2, end)],
        ticktext=["", f"{first:g} to {last:g}", ""] * len(slots_at),
        showticklabels=last_row,
        ticks="outside" if last_row else "",
        showgrid=False,
        title={"text": time_unit.capitalize() if last_row else ""},
    )
    canvas.axis(
        f"y{strip.axes}",
        domain=down,
        anchor=f"x{strip.axes}",
        range=_padded(strip.panel),
        nticks=5,
    )
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": down[1], "yanchor": "bottom"}
    canvas.note(_row_title(strip.panel), **place, yshift=2, font={"size": 12, "color": canvas.look.muted})


def _row_title(panel: Panel) -> str:
    return f"{panel.outcome_label}, {panel.unit}"


def _padded(panel: Panel) -> list[float]:
    """The range of the other pages, with room for the labels at the last visit."""
    low, high = scale_range(panel)
    room = 0.22 * (high - low)
    return [low - room, high + room]


def _names(canvas: Canvas, strip: Strip) -> None:
    """Who is who, above the first row."""
    for slot, person in enumerate(strip.people):
        place = {"xref": f"x{strip.axes}", "x": slot + LEFT + WIDTH / 2, "yref": f"y{strip.axes} domain", "y": 1}
        name = f"{bold(person.participant)}{' ★' if person.highlighted else ''}"
        canvas.note(name, **place, yanchor="bottom", yshift=TITLE - 6, font={"size": 14, "color": canvas.look.ink})


def _ground(canvas: Canvas, strip: Strip) -> None:
    """The visits of which nothing is published, shaded, of everybody of whom something is."""
    seen = {line.participant for line in strip.panel.lines if _known(line)}
    for slot in (slot for slot, person in enumerate(strip.people) if person.participant in seen):
        for low, high in unpublished_spans(strip.panel, strip.visits):
            across = {"x0": strip.at(slot, low), "x1": strip.at(slot, high), "xref": f"x{strip.axes}"}
            down = {"y0": 0, "y1": 1, "yref": f"y{strip.axes} domain"}
            canvas.shape(type="rect", **across, **down, fillcolor=canvas.look.band, line={"width": 0}, layer="below")


def _people(canvas: Canvas, strip: Strip, result: OverviewResult) -> None:
    drawing = Strokes(canvas, width=2.5, size=8)
    arms = [arm for arm, _ in result.arms]
    for slot, person in enumerate(strip.people):
        lines = [line for line in strip.panel.lines if line.participant == person.participant]
        for line in lines:
            _line(drawing, strip, slot, line, arms.index(line.arm), lines)
        if not any(_known(line) for line in lines):
            _silence(canvas, strip, slot, _silent_words(strip, person, result, canvas.look))
    drawing.draw()


def _known(line: Line) -> list[Point]:
    return [point for point in line.points if not isinstance(point.value, Missing)]


def _line(drawing: Strokes, strip: Strip, slot: int, line: Line, arm: int, lines: list[Line]) -> None:
    pen = Pen(strip.axes, arm, line.highlighted, 0.4 if line.left_out else 1.0)
    published, shift = _known(line), (-SHIFT, SHIFT)[arm]
    for times, values in strokes(published, line, 0.0):
        drawing.line(pen, [strip.at(slot, time) + shift for time in times], values)
    for point in published:
        if isinstance(point.value, Missing):
            continue
        words = f"Participant {line.participant}: {number(point.value, 4)} {strip.panel.unit} ({point.provenance})"
        text, place = _written(point, line, lines)
        drawing.point(
            pen_of(pen, point.provenance), strip.at(slot, point.time) + shift, point.value, words, text, place
        )


def _written(point: Point, line: Line, lines: list[Line]) -> tuple[str, str]:
    """The value beside a line's last point; once where both arms end at the same, the higher one above."""
    if point is not _known(line)[-1] or isinstance(point.value, Missing):
        return "", "top center"
    others = [end.value for other in lines if other is not line for end in _known(other)[-1:]]
    rivals = [value for value in others if not isinstance(value, Missing)]
    if point.value in rivals and line is not lines[0]:
        return "", "top center"
    return number(point.value), "bottom center" if any(value > point.value for value in rivals) else "top center"


def _silent_words(strip: Strip, person: Person, result: OverviewResult, look: Look) -> list[str]:
    """Why nothing is drawn of somebody, and in the viewer's outcome what is assumed in its place."""
    pairs = result.selected.pairs if strip.panel is result.panels[0] else ()
    for pair in pairs:
        if pair.participant == person.participant and pair.assumed and pair.analysed:
            told = [change_words(unit.value, result.selected) for unit in (pair.treated, pair.control)]
            return ["not seen;", "assumed:", *(coloured(f"({told[i]})", look.mark(i).colour) for i in (0, 1))]
    lost = re.split("(?<= after) ", person.lost) if person.lost else []
    return ["nothing", f"published{',' if lost else ''}", *lost]


def _silence(canvas: Canvas, strip: Strip, slot: int, words: list[str]) -> None:
    place = {"xref": f"x{strip.axes}", "x": slot + LEFT + WIDTH / 2, "yref": f"y{strip.axes} domain", "y": 0.5}
    canvas.note(broken(words), **place, font={"size": 12, "color": canvas.look.muted})


def table(result: OverviewResult) -> pd.DataFrame:
    """One row a unit and outcome, one column a visit; missing values say why."""
    arms, visits = dict(result.arms), result.visits
    frames = [panel_table(panel, visits, arms).assign(Outcome=panel.title) for panel in result.panels]
    whole = pd.concat(frames, ignore_index=True)
    return whole[["Outcome", *(column for column in whole.columns if column != "Outcome")]]
