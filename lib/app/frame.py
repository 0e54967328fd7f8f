"""Around every page: title, navigation, presets, what differs from the published analysis, problems, and the stamp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.app import controls, provenance, state, state_bar
from lib.app.shelf import ROOT, Opened
from lib.app.show import plain
from lib.app.style import CSS
from lib.assumptions import Assumptions, stamp
from lib.errors import Refusal
from lib.questions.asked import Asked, answered
from lib.questions.registry import QUESTIONS, Question
from lib.trial.model import Trial

DEFAULT_PAGE = "overview"
OPENED = "_opened"
ICON, LOGO = (str(ROOT / "lib/app" / name) for name in ("icon.svg", "logo.svg"))


@dataclass(frozen=True)
class View:
    """What a page draws: the trial, the assumptions, the question as it was asked, and the answer to it."""

    trial: Trial
    assumptions: Assumptions
    asked: Asked
    result: Any
    pages: dict[str, Any]


def main() -> None:
    """One run of the app: the frame, and the page inside it."""
    st.set_page_config(page_icon=ICON, layout="wide")
    st.html(f"<style>{CSS}{provenance.CSS}</style>")
    st.logo(LOGO, icon_image=ICON, size="large")
    pages = _pages()
    page = st.navigation(_navigable(pages), position="hidden")
    path = page.url_path if page.url_path in QUESTIONS else DEFAULT_PAGE
    opened = state.sync(path)
    if opened.trial is None:
        _broken(opened)
        return
    st.session_state[OPENED] = opened.trial
    _navigation(opened.trial, pages)
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


def _navigation(trial: Trial, pages: dict[str, Any]) -> None:
    query = state.link(state.current(trial), trial)
    with st.container(horizontal=True, key="navigation", gap="small"):
        for path, page in pages.items():
            st.page_link(page, label=QUESTIONS[path].title, query_params=query)


def page_of(path: str, draw: Callable[[View], None], opening: Callable[[View], None] | None = None) -> None:
    """One page: its heading, its controls, the answer to its question, and what `draw` makes of it.

    `opening` is drawn of the answer before the controls. A page that was started without the frame (a host that runs
    dashboard.py as a plain script takes pages/ for old-style pages) declares the navigation, which ends that mode, and
    starts again.
    """
    if OPENED not in st.session_state:
        st.navigation(_navigable(_pages()), position="hidden")
        st.rerun()
    trial: Trial = st.session_state[OPENED]
    question = QUESTIONS[path]
    view = _view(question, trial)
    with st.container(key="heading", gap="small"):
        st.title(question.title, anchor=False)
        st.markdown(plain(trial.spec.question if path == DEFAULT_PAGE else question.ask))
        if opening and isinstance(view, View):
            opening(view)
    for problem in state.problems():
        st.warning(plain(problem))
    state_bar.draw(question, trial)
    controls.lead(question.lead, trial)
    with st.sidebar:
        st.markdown(f"**{plain(trial.spec.short_title)}**  \n{plain(trial.spec.condition)}")
        controls.side([key for key in question.drawn if key not in question.lead], trial)
    if isinstance(view, Refusal):
        st.error(plain(f"No answer under these assumptions: {view}"))
    else:
        draw(view)


def _view(question: Question, trial: Trial) -> View | Refusal:
    """The answer under what the controls say now; they are set before they are drawn."""
    assumptions = state.current(trial)
    put = Asked(question.path, trial, assumptions)
    try:
        return View(trial, assumptions, put, answered(put), _pages())
    except Refusal as refusal:
        return refusal


def _stamp(trial: Trial) -> None:
    citation = trial.spec.citation
    doi = f", doi {citation.doi}" if citation.doi else ""
    st.divider()
    st.caption(plain(f"{stamp(trial, state.current(trial))} · {citation.place}{doi}"))
