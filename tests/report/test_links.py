"""A link to exactly one state: its address, its QR code, its name."""

import re
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
import segno

from lib.assumptions import read, write
from lib.errors import Refusal
from lib.report.links import QR_BORDER, address, checked, qr_svg, reaches_others, view_name
from lib.values import Missing
from tests.trials import trial

WINTER = trial("winter2020")


def state(**query):
    return read({key.replace("_", "-"): text for key, text in query.items()}, WINTER).assumptions


@pytest.mark.parametrize("base", ["https://host.example/", "https://host.example/app/", "http://127.0.0.1:8501/"])
def test_an_address_carries_page_and_state(base):
    query = write(state(test="sign-flip", who="1.2"), WINTER)
    got = urlsplit(address(base, "endpoints", query))
    assert f"{got.scheme}://{got.netloc}{got.path}" == f"{base}endpoints"
    assert dict(parse_qsl(got.query)) == query == {"v": "1", "test": "sign-flip", "who": "1.2"}


def test_what_the_app_s_address_asks_for_is_asked_for_by_every_link():
    assert address("https://host.example/app?trial=a+b", "flow", {"v": "1"}) == (
        "https://host.example/app/flow?v=1&trial=a+b"
    )


@pytest.mark.parametrize("home", ["javascript:alert(1)", "ftp://host.example/", "host.example", "https://"])
def test_an_address_of_another_kind_is_refused(home):
    assert checked("") == ""
    assert checked("https://host.example/") == "https://host.example/"
    with pytest.raises(Refusal, match="wanted one that begins with http"):
        checked(home)


def test_without_the_app_s_own_address_it_is_relative():
    assert address("", "flow", {"v": "1"}) == "flow?v=1"


@pytest.mark.parametrize(
    ("link", "others"),
    [
        ("http://localhost:8501/flow?v=1", False),
        ("http://127.0.0.1:8501/flow", False),
        ("http://127.1.2.3/flow", False),
        ("http://[::1]:8501/flow", False),
        ("http://0.0.0.0:8501/flow", False),
        ("https://host.example/flow", True),
        ("http://192.168.1.20:8501/flow", True),
        ("http://localhost.example/flow", True),
    ],
)
def test_an_address_of_this_machine_alone_reaches_nobody_else(link, others):
    assert reaches_others(link) is others


def modules(svg):
    """The dark modules of a drawn code, as rows of booleans, read off its path: M moves, m steps, h draws."""
    root = ElementTree.fromstring(svg)
    size = int(root.get("viewBox").split()[2])
    rows = [[False] * size for _ in range(size)]
    (path,) = (item.get("d") for item in root.iter() if (item.get("class") or "") == "qrline")
    x = y = 0.0
    for verb, text in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", text)]
        if verb == "M":
            x, y = numbers
        elif verb == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            for column in range(round(x), round(x + numbers[0])):
                rows[int(y)][column] = True
            x += numbers[0]
    return rows


@pytest.mark.parametrize("length", [10, 120, 1200, 2300])
def test_the_code_drawn_is_that_of_the_link_with_a_white_border(length):
    link = ("https://host.example/endpoints?v=1&" + "who=1.2.3&" * 300)[:length]
    wanted = segno.make(link, error="m", micro=False)
    drawn = modules(qr_svg(link))
    inner = [row[QR_BORDER:-QR_BORDER] for row in drawn[QR_BORDER:-QR_BORDER]]
    assert inner == [[bool(module) for module in row] for row in wanted.matrix]
    assert not any(any(row) for row in (*drawn[:QR_BORDER], *drawn[-QR_BORDER:]))
    assert wanted.error in ("M", "Q", "H")


def test_a_link_too_long_for_a_code_says_so():
    assert qr_svg("x" * 3000) == Missing("a QR code holds at most about 2,300 characters, the link has 3,000")


def test_a_view_is_named_by_what_differs():
    assert view_name("Endpoints", state(), WINTER) == "Endpoints"
    assert view_name("Endpoints", state(alpha="0.1"), WINTER).startswith("Endpoints · ")
    many = view_name("Endpoints", state(alpha="0.1", sides="one", n="31", sd="2"), WINTER)
    assert many.count(" · ") == 3
    assert many.endswith(" · 2 more")
