"""Around every page: title, navigation, presets, what differs from the published analysis, problems, and the stamp."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.app import actions, controls, jobs, provenance, state, state_bar
from lib.app.shelf import ROOT, Opened
from lib.app.show import plain
from lib.app.style import CSS
from lib.assumptions import Assumptions, stamp
from lib.errors import Refusal
from lib.questions.asked import Asked
from lib.questions.plan_inputs import concerned
from lib.questions.registry import QUESTIONS
from lib.questions.slide import PRESENT
from lib.report.links import view_name
from lib.trial.model import Trial

DEFAULT_PAGE = "overview"
OPENED, QUERY = "_opened", "_query"
"""What the frame hands to its page: the trial, and the query of a link to the present state, made once a run."""
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
    st.session_state[QUERY] = state.link(state.current(opened.trial), opened.trial)
    if QUESTIONS[path].bare:
        page.run()
    else:
        _navigation(pages)
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


def _navigation(pages: dict[str, Any]) -> None:
    query = st.session_state[QUERY]
    with st.container(horizontal=True, key="navigation", gap="small"):
        for path, page in pages.items():
            if not QUESTIONS[path].bare:
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
    question, pages = QUESTIONS[path], _pages()
    asked = Asked(path, trial, state.current(trial))
    st.set_page_config(page_title=f"{view_name(question.title, asked.assumptions, trial)} · Pilotlight")
    view = _view(asked, pages)
    if question.bare:
        _problems()
        _answer(view, draw)
        return
    with st.container(key="heading", gap="small"):
        with st.container(horizontal=True, key="title", gap="small", vertical_alignment="center"):
            st.title(question.title, anchor=False, width="stretch")
            actions.draw(asked, pages[PRESENT], st.session_state[QUERY])
        st.markdown(plain(trial.spec.question if path == DEFAULT_PAGE else question.ask))
        if opening and isinstance(view, View):
            opening(view)
    _problems()
    state_bar.draw(question, trial)
    faults = _faults(view)
    controls.lead(question.lead, trial, faults)
    with st.sidebar:
        st.markdown(f"**{plain(trial.spec.short_title)}**  \n{plain(trial.spec.condition)}")
        controls.side([key for key in question.drawn if key not in question.lead], trial, faults)
    _answer(view, draw)


def _problems() -> None:
    for problem in state.problems():
        st.warning(plain(problem))


def _answer(view: View | Refusal | jobs.Job, draw: Callable[[View], None]) -> None:
    if isinstance(view, Refusal):
        st.error(plain(f"No answer under these assumptions: {view}"))
    elif isinstance(view, jobs.Job):
        jobs.draw(view)
    else:
        draw(view)


def _faults(view: View | Refusal | jobs.Job) -> controls.Faults:
    """What is wrong with single controls: those that the refusal is about, or that the answer itself names."""
    if isinstance(view, Refusal):
        return {key: str(view) for key in concerned(view)}
    return getattr(view.result, "faults", {}) if isinstance(view, View) else {}


def _view(asked: Asked, pages: dict[str, Any]) -> View | Refusal | jobs.Job:
    """The answer under what the controls say now, which are set before they are drawn; or what is in its way."""
    result = jobs.result_of(asked)
    if isinstance(result, Refusal | jobs.Job):
        return result
    return View(asked.trial, asked.assumptions, asked, result, pages)


def _stamp(trial: Trial) -> None:
    citation = trial.spec.citation
    doi = f", doi {citation.doi}" if citation.doi else ""
    st.divider()
    st.caption(plain(f"{stamp(trial, state.current(trial))} · {citation.place}{doi}"))
