"""An answer as lines, and the first difference of two."""

import pytest

from lib.report.code.leaves import by_path, first_difference, leaves


def test_every_end_has_a_line_by_its_path_and_what_is_missing_its_reason():
    told = {
        "estimate": 0.1,
        "p": None,
        "p_reason": "one pair",
        "low": None,
        "pairs": [{"n": 1}, {"n": "a = b"}],
        "none": [],
        "state": {},
        "the_reason": "a text of its own",
    }
    assert list(leaves(told)) == [
        ("estimate", "0.1"),
        ("p", "missing: one pair"),
        ("low", "null"),
        ("pairs.0.n", "1"),
        ("pairs.1.n", '"a = b"'),
        ("none", "[]"),
        ("state", "{}"),
        ("the_reason", '"a text of its own"'),
    ]
    assert dict(leaves(told, "selected"))["selected.pairs.0.n"] == "1"


def test_lines_are_read_as_they_were_printed():
    told = {"text": "a = b\nc", "minus": "−1", "number": 1e-300}
    lines = [f"{name} = {value}" for name, value in leaves(told)]
    assert by_path(lines) == dict(leaves(told))


def test_a_number_that_is_none_can_not_slip_through():
    with pytest.raises(ValueError, match="JSON"):
        list(leaves({"p": float("nan")}))


@pytest.mark.parametrize(
    ("printed", "wanted", "share", "told"),
    [
        ({"p": "0.5"}, {"p": "0.5"}, 0.0, ""),
        ({"p": "0.5"}, {"p": "0.50000000000001"}, 0.0, "p: 0.5 printed; wanted 0.50000000000001"),
        ({"p": "0.5"}, {"p": "0.50000000000001"}, 1e-9, ""),
        ({"p": "0.5"}, {"p": "0.51"}, 1e-9, "p: 0.5 printed; wanted 0.51"),
        ({"p": "missing: a"}, {"p": "missing: b"}, 1e-9, "p: missing: a printed; wanted missing: b"),
        ({}, {"p": "0.5"}, 0.0, "p: nothing printed; wanted 0.5"),
        ({"p": "0.5", "q": "1"}, {"p": "0.5"}, 0.0, "q: 1 printed; wanted no such value"),
    ],
)
def test_the_first_difference_is_told_with_its_place(printed, wanted, share, told):
    assert first_difference(printed, wanted, share) == told
