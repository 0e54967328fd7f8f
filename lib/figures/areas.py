"""The set of areas that agree with what is printed: what each unit can have been, and what the means can have been."""

from __future__ import annotations

import math

import pandas as pd

from lib.analysis.consistent_areas import LesionAreas, Marginal, PairAreas
from lib.figures.canvas import Canvas
from lib.figures.look import Look
from lib.figures.markup import broken, coloured
from lib.figures.part import Part
from lib.questions.area_set import AreaSet, size_words
from lib.questions.wording import amount, listed, number, signed
from lib.values import Missing

ROW, HEAD, FOOT = 40, 56, 52
LEFT = 72
Rows = list[tuple[str, int, Marginal]]
"""Label, arm (0 treated, 1 control) and what the unit can have been."""


def areas_parts(found: AreaSet | Missing) -> tuple[Part, ...]:
    """What units can have been, then what mean differences can have been; nothing where no data set agrees."""
    if isinstance(found, Missing) or not found.found.size:
        return ()
    return (
        Part("areas", _title(found), _sentence(found), lambda look: paint(found, look), lambda: table(found)),
        Part(
            "area-means",
            _means_title(found),
            _means_sentence(found),
            lambda look: paint_means(found, look),
            lambda: means_table(found),
        ),
    )


# ---- single units


def _rows(found: AreaSet) -> Rows:
    """Baselines, and final values that are not those of baseline, pair by pair."""
    told: Rows = []
    by_unit: dict[str, list[Marginal]] = {}
    for marginal in found.found.marginals:
        by_unit.setdefault(marginal.lesion, []).append(marginal)
    for unit, both in by_unit.items():
        arm = 0 if both[0].arm == "treated" else 1
        same = len({one.counts for one in both}) == 1
        told += [(f"{unit}" if same else f"{unit} {_visit(one)}", arm, one) for one in (both[:1] if same else both)]
    return told


def _visit(marginal: Marginal) -> str:
    return "first" if marginal.visit == "baseline" else "last"


def _open(found: AreaSet) -> list[Marginal]:
    """Baselines that are not settled."""
    return [m for m in found.found.marginals if m.visit == "baseline" and len(m.counts) > 1]


def _title(found: AreaSet) -> str:
    units = len({marginal.lesion for marginal in found.found.marginals})
    return f"{size_words(found)}, and leave {len(_open(found))} of {units} baselines open"


def _low(marginal: Marginal) -> float:
    return marginal.counts[0][0]


def _high(marginal: Marginal) -> float:
    return marginal.counts[-1][0]


def _sentence(found: AreaSet) -> str:
    told = [f"{m.lesion} {number(_low(m))} to {amount(_high(m), found.unit)}" for m in _open(found)]
    what = f"Over the whole set: {listed(told)}. " if told else "Everything is settled. "
    return (
        f"{what}Stronger where more data sets have that area; ✕ marks the simplest of them. How many data sets have an "
        "area is no probability: it depends on the lattice."
    )


def paint(found: AreaSet, look: Look) -> Canvas:
    rows = _rows(found)
    canvas = Canvas(look, HEAD + FOOT + ROW * len(rows), l=LEFT, r=16, t=HEAD, b=FOOT)
    for place, (label, arm, marginal) in enumerate(rows):
        _strip(canvas, place, arm, marginal, found)
        canvas.note(label, xref="paper", x=0, xanchor="right", xshift=-8, yref="y", y=place, font={"size": 13})
    _crosses(canvas, found, rows)
    signs = ((0, "●", "treated"), (1, "◆", "control"))
    keys = [coloured(f"{sign} {name}", look.mark(arm).colour) for arm, sign, name in signs]
    text = broken((f"{'   '.join(keys)}   ✕ simplest", "a single mark: printed, or settled"))
    canvas.note(
        text,
        **{"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 8},
        xshift=8 - LEFT,
        align="left",
        font={"size": 12, "color": look.ink},
    )
    canvas.axis("x", title={"text": f"{found.label} ({found.unit})"}, nticks=7, rangemode="tozero")
    canvas.axis("y", range=[len(rows) - 0.4, -0.6], visible=False)
    return canvas


def _strip(canvas: Canvas, place: int, arm: int, marginal: Marginal, found: AreaSet) -> None:
    """One mark for each area, the stronger the more data sets have it."""
    most, mark = max(count for _, count in marginal.counts), canvas.look.mark(arm)
    single = len(marginal.counts) == 1
    canvas.trace(
        x=[area for area, _ in marginal.counts],
        y=[place] * len(marginal.counts),
        mode="markers",
        name=f"{marginal.lesion}, {marginal.visit}",
        marker={
            "symbol": mark.symbol if single else "line-ns",
            "size": 11 if single else 22,
            "color": mark.colour,
            "opacity": [0.15 + 0.85 * math.sqrt(count / most) for _, count in marginal.counts],
            "line": {"width": 3, "color": mark.colour},
        },
        cliponaxis=False,
        hovertext=[
            f"{marginal.lesion}: {amount(area, found.unit)} in {count:,} of {found.found.size:,} data sets"
            for area, count in marginal.counts
        ],
        hoverinfo="text",
    )


def _crosses(canvas: Canvas, found: AreaSet, rows: Rows) -> None:
    """The simplest data set, on the strips that leave a choice."""
    if isinstance(found.found.simplest, Missing):
        return
    areas = {
        (unit, visit): getattr(lesion, visit)
        for pair in found.found.simplest.member
        for unit, lesion in _units(found, pair)
        for visit in ("baseline", "final")
    }
    spots = [(areas[m.lesion, m.visit], place) for place, (_, _, m) in enumerate(rows) if len(m.counts) > 1]
    if spots:
        canvas.trace(
            x=[x for x, _ in spots],
            y=[y for _, y in spots],
            mode="markers",
            name="simplest data set",
            marker={"symbol": "x-thin", "size": 12, "line": {"width": 2.5, "color": canvas.look.ink}},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _units(found: AreaSet, pair: PairAreas) -> list[tuple[str, LesionAreas]]:
    """The pair's units by their own names."""
    names = {(m.pair, m.arm): m.lesion for m in found.found.marginals}
    return [(names[pair.name, "treated"], pair.treated), (names[pair.name, "control"], pair.control)]


def table(found: AreaSet) -> pd.DataFrame:
    """Each unit at each visit: how many areas it can have had, from where to where, and which most data sets have."""
    return pd.DataFrame([_table_row(m, found) for m in found.found.marginals])


def _table_row(marginal: Marginal, found: AreaSet) -> dict[str, str]:
    commonest, count = max(marginal.counts, key=lambda entry: entry[1])
    return {
        "Unit": marginal.lesion,
        "Visit": marginal.visit,
        "Areas possible": str(len(marginal.counts)),
        f"Smallest ({found.unit})": number(_low(marginal), 4),
        f"Largest ({found.unit})": number(_high(marginal), 4),
        f"In most data sets ({found.unit})": f"{number(commonest, 4)} ({count:,})",
    }


# ---- means


def _means_title(found: AreaSet) -> str:
    estimates = found.found.estimates
    assert not isinstance(estimates, Missing)
    low, high = estimates.difference_final.low, estimates.difference_final.high
    words = f"{signed(low)} to {signed(high)} {found.unit}"
    smaller = "treated" if high < 0 else "control"
    side = "either side may have had the smaller mean" if low <= 0 <= high else f"{smaller} smaller in all of them"
    return f"At the final visit the mean difference lies from {words}: {side}"


def _means_sentence(found: AreaSet) -> str:
    estimates = found.found.estimates
    assert not isinstance(estimates, Missing)
    change = estimates.difference_change
    settled = abs(change.high - change.low) < 1e-9
    told = signed(change.low) if settled else f"{signed(change.low)} to {signed(change.high)}"
    return (
        f"Treated minus control, of {len(found.participants)} pairs. The mean difference in change is "
        f"{told} {found.unit}{' in all of them' if settled else ''}: what is withheld hides where units began, "
        f"{'not' if settled else 'and hardly'} how they changed. Counts depend on the lattice, and are no probability."
    )


def paint_means(found: AreaSet, look: Look) -> Canvas:
    canvas, joint = Canvas(look, 380, l=62, r=16, t=20, b=56), found.found.joint
    most = max(count for _, _, count in joint.points)
    canvas.level(0, color=look.muted, width=1)
    canvas.upright(0, color=look.muted, width=1)
    canvas.trace(
        x=[x for x, _, _ in joint.points],
        y=[y for _, y, _ in joint.points],
        mode="markers",
        name="data sets",
        marker={
            "color": look.ink,
            "size": 5,
            "opacity": [0.15 + 0.85 * math.sqrt(count / most) for _, _, count in joint.points],
        },
        hovertext=[
            f"baseline {signed(x)}, final {signed(y)} {found.unit}: {count:,} data sets" for x, y, count in joint.points
        ],
        hoverinfo="text",
    )
    canvas.axis("x", title={"text": f"Mean difference at baseline ({found.unit})"}, nticks=6)
    canvas.axis("y", title={"text": f"Mean difference at the final visit ({found.unit})"}, nticks=6)
    return canvas


def means_table(found: AreaSet) -> pd.DataFrame:
    """From where to where each estimate goes over the set."""
    estimates = found.found.estimates
    assert not isinstance(estimates, Missing)
    rows = [
        ("Mean, treated, baseline", estimates.treated_baseline),
        ("Mean, control, baseline", estimates.control_baseline),
        ("Mean, treated, final", estimates.treated_final),
        ("Mean, control, final", estimates.control_final),
        ("Mean difference, baseline", estimates.difference_baseline),
        ("Mean difference, final", estimates.difference_final),
        ("Mean difference in change", estimates.difference_change),
        ("Mean difference in % change", estimates.difference_percent),
        ("SD of differences, baseline", estimates.sd_baseline),
        ("SD of differences, final", estimates.sd_final),
        ("p of paired t, baseline", estimates.p_baseline),
        ("p of paired t, final", estimates.p_final),
    ]
    return pd.DataFrame(
        [
            {"Estimate": name, "Smallest": ends.reason, "Largest": ends.reason}
            if isinstance(ends, Missing)
            else {"Estimate": name, "Smallest": signed(ends.low, 4), "Largest": signed(ends.high, 4)}
            for name, ends in rows
        ]
    )
