"""Sample size's parts: the plan in numbers, plans kept beside it, the paragraph to paste, and the other designs."""

from __future__ import annotations

import streamlit as st

from lib.app import show, state
from lib.app.frame import View
from lib.questions.design_answer import chance_words
from lib.questions.kept_plans import KeptPlan, keeping, restored
from lib.questions.plan_words import own_spread_words
from lib.questions.printed_effect import printed_reading
from lib.questions.sample_size import SampleSizeResult
from lib.questions.wording import percent
from lib.report.code.script import plan_script
from lib.report.tables.sample_size import (
    KEPT,
    OTHER_DESIGNS,
    PRINTED_EFFECT,
    designs,
    errors,
    facts,
    kept,
    printed_effect,
    whole,
)
from lib.values import Missing, known

__all__ = ["beside", "errors", "keep", "paste", "plan"]


def plan(result: SampleSizeResult) -> None:
    """What the power wanted needs, then what the planned n gives; and what this trial's own SD would make of it."""
    with st.container(key="facts"):
        cells = st.columns(4)
    for cell, (label, value, note) in zip(cells, facts(result), strict=True):
        with cell:
            show.fact(label, value, note)
    if told := own_spread_words(result):
        st.caption(show.plain(told))


# ---- plans kept


def keep(view: View) -> None:
    """Keep the present plan, and those that are kept, each of which can be put back or taken away."""
    result: SampleSizeResult = view.result
    more = keeping(view.assumptions, view.trial)
    with st.container(horizontal=True, key="keeping", vertical_alignment="center", gap="small"):
        full = isinstance(more, Missing)
        st.button("Keep this plan", key="keep-plan", disabled=full, on_click=state.keep, args=(() if full else more,))
        told = f"{more.reason}." if isinstance(more, Missing) else "Kept plans stand in the link and on the chart."
        st.caption(show.plain(told))
    if not result.kept:
        return
    show.table(KEPT, kept(result), titled=True)
    with st.container(horizontal=True, key="kept", gap="small"):
        for index, plan in enumerate(result.kept, start=1):
            rest = tuple(text for text in view.assumptions.kept if text != plan.text)
            st.button(f"Use plan {index}", on_click=_use, args=(plan, view), key=f"use-{plan.text}", help=plain(plan))
            st.button(
                f"Take away plan {index}", on_click=state.keep, args=(rest,), key=f"drop-{plan.text}", help=plain(plan)
            )


def plain(plan: KeptPlan) -> str:
    """A kept plan's label, for a hint."""
    return show.plain(plan.label)


def _use(plan: KeptPlan, view: View) -> None:
    """Put a kept plan in the place of the present one; a callback. One that can't be read stays where it is."""
    if not isinstance(plan.answer, Missing):
        state.put(restored(plan.text, state.current(view.trial), view.trial))


# ---- to paste


def paste(view: View) -> None:
    """The paragraph of a protocol, and the same as a script; each with a button that copies it."""
    result: SampleSizeResult = view.result
    if known(result.chosen.needed) and result.chosen.needed != result.plan.n:
        st.caption(show.plain(_for_which_n(result)))
    st.code(view.result.paragraph, language=None, wrap_lines=True)
    with st.expander("The same as a script"):
        st.code(plan_script(view.trial, view.assumptions), language="python")


def _for_which_n(result: SampleSizeResult) -> str:
    """The paragraph has one n; the planned one is another."""
    return (
        f"Written for the n that reaches {percent(result.plan.target)} power, {whole(result.chosen.needed)}; your "
        f"planned n is {result.plan.n}, with a power of {chance_words(result.chosen.power_at_n)}."
    )


# ---- other designs


def beside(result: SampleSizeResult) -> None:
    """The other designs for the same inputs, and the effect that the paper prints, read by some of them."""
    st.header("The same plan under other designs")
    show.table(OTHER_DESIGNS, designs(result))
    st.caption(show.plain(_later(result)))
    st.header("The detectable effect that the paper prints")
    st.markdown(show.plain(printed_reading(result.printed, result.unit, result.measured_on)))
    show.table(PRINTED_EFFECT, printed_effect(result))


def _later(result: SampleSizeResult) -> str:
    """Designs that are not in the table, and where to find them."""
    if not result.later:
        return ""
    return f"Not in the table, since they take time: {'; '.join(result.later)}. Choose one, or draw every design."
