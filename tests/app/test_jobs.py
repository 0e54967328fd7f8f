"""Answers that take long: progress, a stop that works at once and loses nothing, and nobody computing for the gone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lib.app import jobs
from lib.app.jobs import Job
from lib.assumptions import defaults
from lib.errors import Stopped
from lib.progress import step
from lib.questions.asked import Asked, answered
from tests.app.waiting import Session, TakenOver, Waiting
from tests.trials import ROOT, trial

WINTER = trial("winter2020")
PATIENCE = 30


class Slow(Waiting):
    """An answer that waits for the test."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def __call__(self, asked):
        self.asked.append(asked)
        self.wait()
        return answered(asked)


@pytest.fixture
def slow(monkeypatch):
    answer = Slow()
    monkeypatch.setattr(jobs, "answered", answer)
    monkeypatch.setattr(jobs, "PATIENCE", 0.05)
    yield answer
    answer.go.set()


def page(**query):
    at = AppTest.from_file(str(ROOT / "lib/app/shell.py"), default_timeout=PATIENCE)
    for key, text in query.items():
        at.query_params[key] = text
    return at.run()


def buttons(at):
    return {button.key for button in at.button}


def test_a_long_answer_shows_progress_and_the_controls_and_then_itself(slow):
    at = page(n="31")
    assert not at.exception
    assert "stop" in buttons(at)
    assert at.selectbox(key="outcome").value == "area"
    assert at.title[0].value == "Overview"
    slow.go.set()
    at.run()
    while "stop" in buttons(at):
        at.run()
    assert "compute" not in buttons(at)
    assert at.get("plotly_chart")


def test_stop_works_at_once_keeps_every_assumption_and_can_be_taken_back(slow):
    at = page(n="31", who="1.2.3")
    assert slow.begun.wait(PATIENCE)
    at.button(key="stop").click().run()
    assert slow.stopped.wait(PATIENCE), "whatever computes has ended"
    assert any("Stopped at 42 %" in info.value.replace("\\", "") for info in at.info)
    assert at.session_state["n"] == 31
    assert at.session_state["who"] == ["1", "2", "3"]
    slow.go.set()
    at.button(key="compute").click().run()
    while "stop" in buttons(at):
        at.run()
    assert at.get("plotly_chart")


def test_a_new_question_ends_the_one_before(slow):
    at = page()
    assert slow.begun.wait(PATIENCE)
    at.session_state["outcome"] = "pga"
    at.run()
    assert slow.stopped.wait(PATIENCE)
    assert [asked.assumptions.outcome for asked in slow.asked][-1] == "pga"


def test_a_run_that_is_taken_over_neither_ends_the_job_before_nor_leaves_its_own(slow, monkeypatch):
    """As when a control is moved on and back at once: the job before is asked for again, and nobody stopped it."""
    session, begun = Session(), []
    monkeypatch.setattr(jobs.st, "session_state", session)
    monkeypatch.setattr(jobs, "Job", lambda *of: begun.append(Job(*of)) or begun[-1])
    asked = [Asked("overview", WINTER, replace(defaults(WINTER), n=n)) for n in (31, 32)]
    job = jobs.result_of(asked[0])
    session.taken_over = True
    with pytest.raises(TakenOver):
        jobs.result_of(asked[1])
    assert [one.halted for one in begun] == [False, True]
    session.taken_over = False
    assert jobs.result_of(asked[0]) is job
    assert not job.halted
    slow.go.set()
    assert job.future.result(PATIENCE) == answered(asked[0])


def test_a_page_and_a_figure_of_another_page_on_it_do_not_end_each_other(slow, monkeypatch):
    """A slide asks for itself and for its figure in every run, and either can be stopped."""
    monkeypatch.setattr(jobs.st, "session_state", {})
    page_of, figure_of = (Asked(path, WINTER, replace(defaults(WINTER), n=31)) for path in ("present", "sample-size"))

    def run():
        return jobs.result_of(page_of), jobs.result_of(figure_of, jobs.FIGURE)

    first = run()
    first[1].halt()
    second = run()
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, True]
    assert [job.halted for job in second] == [False, True]
    slow.go.set()


def test_a_job_that_is_ended_before_its_turn_is_no_fault(slow, monkeypatch):
    """A newer run of the session may end it while an older one still waits for it."""
    monkeypatch.setattr(jobs.st, "session_state", {})
    before = [Job(Asked("overview", WINTER, replace(defaults(WINTER), n=40 + at))) for at in range(jobs.TOGETHER)]
    blocking = [jobs._threads().submit(job.compute) for job in before]
    monkeypatch.setattr(jobs, "PATIENCE", PATIENCE)
    asked = Asked("overview", WINTER, replace(defaults(WINTER), n=50))
    with ThreadPoolExecutor(1) as older:
        waiting = older.submit(jobs.result_of, asked)
        while jobs.PAGE not in jobs.st.session_state:
            assert not slow.go.wait(0.01)
        jobs.st.session_state[jobs.PAGE].halt()
        assert waiting.result(PATIENCE) is jobs.st.session_state[jobs.PAGE]
    slow.go.set()
    assert all(one.result(PATIENCE) for one in blocking)


def test_nobody_computes_for_a_viewer_who_is_gone(slow, monkeypatch):
    monkeypatch.setattr(jobs, "GONE", 0.2)
    job = Job(Asked("overview", WINTER, defaults(WINTER)))
    with pytest.raises(Stopped):
        job.compute()


def test_a_refusal_comes_through_the_job_as_a_refusal():
    at = page(power="0.5", **{"plan-alpha": "0.5"})
    assert not at.exception
    at.switch_page(str(ROOT / "pages/sample-size.py")).run()
    assert any("target" in error.value for error in at.error)


def test_jobs_hear_only_their_own_progress():
    inner = Job(Asked("overview", WINTER, defaults(WINTER)))
    thread = threading.Thread(target=inner.compute)
    thread.start()
    thread.join(PATIENCE)
    step(0.5, "not of that job")
    assert inner.what != "not of that job"
