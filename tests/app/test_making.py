"""Files on their way: progress, cancel, one order at a time for each viewer, a bound for all, nothing left behind."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from lib.app import making
from lib.app.making import MAKING, MOST_WAITING, Making, size_words
from lib.app.show import plain
from lib.errors import Refusal
from lib.progress import each
from tests.app.waiting import Session, TakenOver, Waiting

PATIENCE = 30


def page():
    from lib.app import making as module

    if one := module.under_way():
        module.draw(one)


@pytest.fixture(autouse=True)
def looking(monkeypatch):
    """Outside a dialog there is no fragment to run again: each run of the page is one look."""
    monkeypatch.setattr(making.st, "rerun", lambda scope: None)


def ordered(make, name="report.html"):
    """A page whose viewer has just ordered this; `order` is what a callback would do."""
    at = AppTest.from_function(page, default_timeout=PATIENCE)
    at.session_state[MAKING] = begun(make, name)
    return at


def begun(make, name="report.html"):
    """The order under way in a thread, as in a session that ordered nothing before."""
    one = Making("report", "Report", name, "text/html", make)
    making._counter().take(one)
    return one


def looked(at):
    """The page once the file is there, or is not."""
    while at.run().get("progress"):
        pass
    return at


class Slow(Waiting):
    """A file that waits for the test."""

    def __call__(self):
        self.wait()
        return b"late"


def test_nothing_ordered_nothing_drawn():
    at = AppTest.from_function(page).run()
    assert not at.main.children


def test_a_file_comes_with_its_name_and_size_and_progress_is_gone():
    def make():
        for _ in each(range(5), "drawing"):
            pass
        return b"x" * 1_234_567

    at = looked(ordered(make))
    (button,) = at.get("download_button")
    assert button.proto.label == plain("Save report.html (1.2 MB)")
    assert not at.get("progress")
    assert not at.button


def test_progress_tells_what_is_done_and_cancel_ends_it_at_once():
    slow = Slow()
    at = ordered(slow)
    assert slow.begun.wait(PATIENCE)
    while at.session_state[MAKING].share == 0:
        at.run()
    assert "waiting for the test … 42 %" in at.run().get("progress")[0].proto.text.replace("\\", "")
    at.button[0].click().run()
    assert not slow.go.is_set(), "the work was not waited for"
    assert slow.stopped.wait(PATIENCE)
    assert not at.get("download_button")
    (told,) = at.info
    assert "cancelled at 42 %" in told.value.replace("\\", "")


def test_an_order_that_waits_can_be_cancelled_before_it_begins():
    blocking = [Slow() for _ in range(making.TOGETHER)]
    orders = [begun(slow) for slow in blocking]
    assert all(slow.begun.wait(PATIENCE) for slow in blocking)
    never = Slow()
    last = begun(never)
    last.halt()
    for slow, order in zip(blocking, orders, strict=True):
        slow.go.set()
        assert order.future.result(PATIENCE) == b"late"
    assert last.future.cancelled()
    assert not never.begun.is_set()


def test_an_order_that_is_cancelled_while_it_waits_says_so():
    blocking = [Slow() for _ in range(making.TOGETHER)]
    orders = [begun(slow) for slow in blocking]
    assert all(slow.begun.wait(PATIENCE) for slow in blocking)
    at = ordered(Slow()).run()
    assert "waiting for its turn" in at.get("progress")[0].proto.text
    at.button[0].click().run()
    assert not at.exception
    assert "cancelled at 0 %" in at.info[0].value.replace("\\", "")
    for slow, order in zip(blocking, orders, strict=True):
        slow.go.set()
        order.future.result(PATIENCE)


def test_every_order_counts_until_it_is_done_whoever_orders_at_the_same_time(monkeypatch):
    monkeypatch.setattr(making, "MOST_WAITING", 1000)
    counter = making._Counter(ThreadPoolExecutor(2))
    slow, together = Slow(), 150
    orders = [Making("report", "Report", "a", "text/html", slow) for _ in range(4 * together)]

    def taken(some):
        for one in some:
            counter.take(one)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as viewers:
            list(viewers.map(taken, [orders[at::4] for at in range(4)]))
    finally:
        sys.setswitchinterval(before)
    assert counter.orders == len(orders)
    slow.go.set()
    counter.threads.shutdown()
    assert counter.orders == 0


def test_a_refusal_is_told():
    def make():
        raise Refusal("size: 'A9' given; wanted single or double")

    at = looked(ordered(make))
    assert "wanted single or double" in at.error[0].value
    assert not at.get("download_button")


def test_a_bug_is_not_hidden():
    def make():
        raise ZeroDivisionError("a bug")

    at = looked(ordered(make))
    assert len(at.exception) == 1
    assert not at.get("download_button")


def test_a_viewer_who_is_gone_stops_it(monkeypatch):
    monkeypatch.setattr(making, "GONE", 0.2)
    slow = Slow()
    begun(slow)
    assert slow.stopped.wait(PATIENCE)


@pytest.fixture
def session(monkeypatch):
    """The session's memory, for what callbacks do."""
    memory = {}
    monkeypatch.setattr(making.st, "session_state", memory)
    return memory


def test_a_new_order_ends_the_one_before(session):
    first, second = Slow(), Slow()
    making.order(Making("report", "Report", "a", "text/html", first))
    assert first.begun.wait(PATIENCE)
    making.order(Making("slides", "Slides", "b", "text/html", second))
    assert first.stopped.wait(PATIENCE)
    assert session[MAKING].label == "Slides"
    making.forget()
    assert second.stopped.wait(PATIENCE) or not second.begun.is_set()
    assert MAKING not in session


def test_an_order_whose_run_is_taken_over_leaves_the_one_before_as_it_was(monkeypatch):
    session, slow = Session(), Slow()
    monkeypatch.setattr(making.st, "session_state", session)
    making.order(first := Making("report", "Report", "a", "text/html", slow))
    session.taken_over = True
    with pytest.raises(TakenOver):
        making.order(second := Making("report", "Report", "b", "text/html", slow))
    assert second.halted
    assert session[MAKING] is first
    assert not first.halted
    slow.go.set()
    assert first.future.result(PATIENCE) == b"late"


def test_too_many_orders_are_refused_with_the_limit(session):
    slow = Slow()
    orders = [begun(slow) for _ in range(MOST_WAITING)]
    late = Making("report", "Report", "a", "text/html", lambda: b"")
    making.order(late)
    with pytest.raises(Refusal, match=f"{MOST_WAITING} files are being made"):
        late.future.result(PATIENCE)
    slow.go.set()
    assert all(order.future.result(PATIENCE) == b"late" for order in orders)
    making.order(Making("report", "Report", "a", "text/html", lambda: b"now"))
    assert session[MAKING].future.result(PATIENCE) == b"now"


def test_sizes_in_words():
    assert [size_words(count) for count in (1, 1000, 45_600, 999_999, 4_840_000)] == [
        "1 kB", "1 kB", "46 kB", "1000 kB", "4.8 MB",
    ]  # fmt: skip
