"""Around every page: title, navigation, what differs from the published analysis, problems, and the stamp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib import __version__
from lib.app import controls, state
from lib.app.shelf import ROOT, Opened
from lib.app.show import plain
from lib.app.style import CSS
from lib.assumptions import Assumptions, differences, unstated
from lib.errors import Refusal
from lib.questions.registry import QUESTIONS, Question
from lib.questions.wording import listed
from lib.trial.model import Trial

DEFAULT_PAGE = "overview"
OPENED = "_opened"


@dataclass(frozen=True)
class View:
    """What a page draws: the trial, the assumptions, and the answer to its question."""

    trial: Trial
    assumptions: Assumptions
    result: Any
    pages: dict[str, Any]


def main() -> None:
    """One run of the app: the frame, and the page inside it."""
    st.set_page_config(page_icon=str(ROOT / "lib/app/icon.svg"), layout="wide")
    st.html(f"<style>{CSS}</style>")
    pages = _pages()
    page = st.navigation(_navigable(pages), position="hidden")
    path = page.url_path if page.url_path in QUESTIONS else DEFAULT_PAGE
    opened = state.sync(path)
    if opened.trial is None:
        _broken(opened)
        return
    st.session_state[OPENED] = opened.trial
    _header(opened.trial, pages)
    page.run()
    _stamp(opened.trial)
    state.finished()


def _pages() -> dict[str, Any]:
    return {path: _page(path, url_path=path) for path in QUESTIONS}


def _page(path: str, **place: Any) -> Any:
    title = f"{QUESTIONS[path].title} · Pilotlight"
    return st.Page(ROOT / "pages" / f"{path}.py", title=title, **place)


def _navigable(pages: dict[str, Any]) -> list[Any]:
    """The pages, and the first of them at / as well: Streamlit serves its default page by no path of its own."""
    return [*pages.values(), _page(DEFAULT_PAGE, url_path="start", default=True)]


def _broken(opened: Opened) -> None:
    st.title("This trial can't be opened")
    st.write("The trial folder has problems. Mend them and reload; the app need not be restarted.")
    for problem in opened.problems:
        st.error(plain(problem))


def _header(trial: Trial, pages: dict[str, Any]) -> None:
    query = state.link(state.current(trial), trial)
    with st.container(horizontal=True, key="navigation", gap="small"):
        for path, page in pages.items():
            st.page_link(page, label=QUESTIONS[path].title, query_params=query)
    with st.sidebar:
        st.markdown(f"**Pilotlight** · {plain(trial.spec.short_title)}")
        st.subheader("Presets", divider="gray")
        controls.preset_buttons(trial)


def page_of(path: str, draw: Callable[[View], None]) -> None:
    """One page: its controls, the answer to its question, and what `draw` makes of it.

    A page that was started without the frame (a host that runs dashboard.py as a plain script takes pages/ for
    old-style pages) declares the navigation, which ends that mode, and starts again.
    """
    if OPENED not in st.session_state:
        st.navigation(_navigable(_pages()), position="hidden")
        st.rerun()
    trial: Trial = st.session_state[OPENED]
    question = QUESTIONS[path]
    st.title(question.title, anchor=False)
    st.caption(plain(question.ask))
    _notices(question, trial)
    controls.lead(question.lead, trial)
    with st.sidebar:
        controls.side([key for key in question.controls if key not in question.lead], trial)
    _answer(question, trial, draw)


def _answer(question: Question, trial: Trial, draw: Callable[[View], None]) -> None:
    assumptions = state.current(trial)
    try:
        result = question.answer(trial, assumptions)
    except Refusal as refusal:
        st.error(plain(f"No answer under these assumptions: {refusal}"))
        return
    draw(View(trial, assumptions, result, _pages()))


def _notices(question: Question, trial: Trial) -> None:
    """What of the link was not used, what differs from the published analysis, and what of it is ours."""
    for problem in state.problems():
        st.warning(plain(problem))
    found = differences(state.current(trial), trial)
    published = "; ".join(plain(str(difference)) for difference in found if not difference.ours)
    ours = "; ".join(plain(str(difference)) for difference in found if difference.ours)
    if published:
        st.info(f"**Differs from the published analysis:** {published}")
    if ours:
        st.info(f"**Moved from our defaults, where the paper states none:** {ours}")
    unsaid = [control.name(trial) for control in unstated(trial) if control.key in question.controls]
    told = f"The paper does not state {listed(unsaid)}: there the defaults are ours." if unsaid else ""
    as_published = "" if published else "As published."
    if told or as_published:
        st.caption(plain(f"{as_published} {told}".strip()))


def _stamp(trial: Trial) -> None:
    found = differences(state.current(trial), trial)
    state_text = "; ".join(str(difference) for difference in found) or "as published"
    doi = f", doi {trial.spec.citation.doi}" if trial.spec.citation.doi else ""
    st.divider()
    version = f"Pilotlight {__version__} · data {trial.sha256[:12]}"
    st.caption(plain(f"{version} · {state_text} · {trial.spec.citation.place}{doi}"))
