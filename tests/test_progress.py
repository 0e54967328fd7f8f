"""Progress: heard by who started the work, as a share of the whole, and stopped from outside."""

import pytest

from lib.errors import Stopped
from lib.progress import Listener, each, heard_by, step


def listening(stop_after=10**9):
    heard = []
    return heard, Listener(lambda share, what: heard.append((round(share, 6), what)), lambda: len(heard) >= stop_after)


def test_without_a_listener_nothing_happens():
    step(0.5, "alone")
    assert list(each([1, 2], "alone")) == [1, 2]


def test_work_inside_an_item_counts_as_its_share_of_the_whole():
    heard, listener = listening()
    with heard_by(listener):
        for _ in each("ab", "outer"):
            for _ in each("xy", "inner"):
                step(0.5, "deep")
    shares = [share for share, what in heard if what == "deep"]
    assert shares == [0.125, 0.375, 0.625, 0.875]
    assert heard[0] == (0, "outer")
    assert heard[-1] == (1, "outer")
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)


def test_stop_ends_the_work_before_the_next_item_and_the_listener_is_left_clean():
    heard, listener = listening(stop_after=3)
    done = []
    with heard_by(listener), pytest.raises(Stopped, match="counting"):
        done.extend(each(range(100), "counting"))
    assert done == [0, 1, 2]
    step(0.1, "after")  # nobody hears it
    assert all(what == "counting" for _, what in heard)
