"""Sample size's parts: the plan in numbers, the designs beside each other, the printed effect."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.design.published_effect import PublishedReading
from lib.questions.sample_size import DesignAnswer, SampleSizeResult, sided_readings
from lib.questions.wording import number, percent, power_words
from lib.values import Missing, Real


def plan(result: SampleSizeResult) -> None:
    """The plan's answers as numbers, and in a sentence."""
    chosen = result.chosen
    cells = st.columns(3)
    cells[0].metric(f"Power at n = {result.plan.n}", _power(chosen.power_at_n))
    cells[1].metric(f"n for {percent(result.plan.target)} power", _whole(chosen.needed))
    cells[2].metric(f"Detectable at n = {result.plan.n}", f"{number(chosen.detectable)} {result.unit}")


def _power(power: Real) -> str:
    return "–" if isinstance(power, Missing) else power_words(power)


def _whole(count: int | Missing) -> str:
    return "none" if isinstance(count, Missing) else str(count)


def designs(result: SampleSizeResult) -> pd.DataFrame:
    """One row a design."""
    return pd.DataFrame([_design(design, result) for design in (result.chosen, *result.others)])


def _design(design: DesignAnswer, result: SampleSizeResult) -> dict[str, str]:
    return {
        "Design": design.label,
        "n counts": design.n_counts,
        f"Power at n = {result.plan.n}": _power(design.power_at_n),
        f"n for {percent(result.plan.target)}": _whole(design.needed),
        "Participants": _whole(design.participants),
        "To enrol": _whole(design.enrolled),
        f"Detectable at n = {result.plan.n}": f"{number(design.detectable)} {result.unit}",
    }


def printed_effect(result: SampleSizeResult) -> pd.DataFrame:
    """Each design's reading of the printed detectable effect, two-sided and one-sided."""
    if isinstance(result.printed, Missing):
        return pd.DataFrame()
    printed = number(result.printed.printed)
    return pd.DataFrame(
        [
            {
                "Design": row.label,
                "Sides": sides.lower(),
                "The printed SD read as": row.basis,
                "Detectable effect": number(row.detectable, 5),
                f"Rounds to {printed}": "✓" if row.prints else "no",
                f"As SD per {result.measured_on}, ρ needed": _rho(row),
            }
            for sides, row in sided_readings(result.printed)
        ]
    )


def _rho(row: PublishedReading) -> str:
    if isinstance(row.rho, Missing):
        return "–"
    return f"{number(row.rho.low, 2)} to {number(row.rho.high, 2)}"
