"""What the head of each page says before any script runs: to search engines, link previews and readers without scripts.

Streamlit serves one index.html for all pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

from lib.app.shelf import open_trial
from lib.assumptions import TRIAL_KEY
from lib.figures.look import DARK, LIGHT
from lib.questions.registry import QUESTIONS, Question
from lib.trial.model import Trial

SCRIPT = Path(__file__).with_name("pilotlight.js")
"""The one script that is ours."""
SCRIPT_VERSION = f"{SCRIPT.stat().st_mtime_ns:x}"

STREAMLITS_OWN = '<div id="root">'
"""By this we know the page that the app is drawn in from any other HTML."""
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
NO_LANGUAGE = re.compile(r"<html(?![^>]*\slang=)")


def page_at(path: str) -> Question:
    """The question that the app shows at this URL path, under whatever base path; the first for an unknown one."""
    return QUESTIONS.get(path.rstrip("/").rpartition("/")[2], next(iter(QUESTIONS.values())))


def dressed(page: bytes, path: str, query: str) -> bytes:
    """Streamlit's `index.html` as the page at this URL path, with this query string; other HTML as it is."""
    text = page.decode()
    if STREAMLITS_OWN not in text:
        return page
    question = page_at(path)
    head = _head(question, open_trial(dict(parse_qsl(query)).get(TRIAL_KEY)).trial)
    # replacements are functions, since a trial's text may hold backslashes
    text = NO_LANGUAGE.sub(lambda _: '<html lang="en"', text, count=1)
    text = TITLE.sub(lambda _: head, text, count=1)
    text = NOSCRIPT.sub(lambda _: _noscript(question, query), text, count=1)
    return text.encode()


def _head(question: Question, trial: Trial | None) -> str:
    described = {"name": "description", "content": description(question, trial)}
    metas: tuple[Mapping[str, str], ...] = (
        described,
        {"name": "theme-color", "content": LIGHT.paper, "media": "(prefers-color-scheme: light)"},
        {"name": "theme-color", "content": DARK.paper, "media": "(prefers-color-scheme: dark)"},
        {"property": "og:type", "content": "website"},
        {"property": "og:site_name", "content": "Pilotlight"},
        {"property": "og:title", "content": f"{question.title} · {trial.spec.title if trial else 'Pilotlight'}"},
        {"property": "og:description", "content": described["content"]},
    )
    # relative, as Streamlit's own files are, so that a base path or a proxy's prefix does no harm
    script = f'<script src="./api/pilotlight.js?v={SCRIPT_VERSION}" defer></script>'
    title = f"<title>{escape(question.title)} · Pilotlight</title>"
    return "\n    ".join([title, *map(_meta, metas), script])


def description(question: Question, trial: Trial | None) -> str:
    """One page in a sentence or two: its own question, and that of the trial."""
    return " ".join([question.ask, *([f"{trial.spec.title}: {trial.spec.question}"] if trial else [])])


def _meta(attributes: Mapping[str, str]) -> str:
    pairs = (f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<meta {' '.join(pairs)} />"


def _noscript(question: Question, query: str) -> str:
    address = escape(f"./api/{question.path}.json" + (f"?{query}" if query else ""))
    return (
        "<noscript>"
        f"<h1>{escape(question.title)} · Pilotlight</h1><p>{escape(question.ask)}</p>"
        "<p>The interactive page needs JavaScript. The same answer, every number of it, is also there as "
        f'<a href="{address}">JSON</a>.</p>'
        "</noscript>"
    )
