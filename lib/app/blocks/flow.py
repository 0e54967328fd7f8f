"""Flow's boxes, opened to who and why."""

from __future__ import annotations

from html import escape

import streamlit as st

from lib.app.show import folded
from lib.figures.flow import counts
from lib.questions.flow import FlowResult
from lib.report.tables.flow import member_words, nobody
from lib.trial.flow import Box


def boxes(result: FlowResult) -> None:
    """Every box, opened to who and why; the arms of one stage together."""
    names = {arm.key: arm.label for arm in result.arms}
    stages: dict[tuple[str, bool], list[Box]] = {}
    for box in result.flow.boxes:
        stages.setdefault((box.key, box.arm is None), []).append(box)
    st.html("".join(_stage(together, result, names) for together in stages.values()))


def _stage(boxes: list[Box], result: FlowResult, names: dict[str, str]) -> str:
    told = [f"{names[box.arm]} {counts(box, result)}" if box.arm else counts(box, result) for box in boxes]
    lines = [line for box in boxes for line in _box_lines(box, names)]
    return folded(f"{boxes[0].label}: {'; '.join(told)}", "".join(f"<p>{escape(line)}</p>" for line in lines))


def _box_lines(box: Box, names: dict[str, str]) -> list[str]:
    arm = f"{names[box.arm]}: " if box.arm else ""
    if not box.members:
        return [f"{arm}{nobody(box)}"]
    return [f"{arm}{member_words(member)}" for member in box.members]
