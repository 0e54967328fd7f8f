"""Links that somebody else wrote: whatever they hold, the page is shown and says what it did not use."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import Server, main, query, ready, shown, trial, wait_for, wanted, wanted_default

pytestmark = pytest.mark.browser

IMAGE, SCRIPT = "<img src=x onerror=alert(1)>", "<script>alert(1)</script>"
LINK, MARKUP = (
    "[x](javascript:alert(1))",
    "**loud** :red[x] $x^2$ # :material/home: `code` ![i](http://example.org/i.png)",
)
LONG = "9" * 10_000

# page, query, words that the warnings hold
BAD = {
    "rubbish": ("endpoints", "test=rubbish&nonsense=1&sides=&who=", ["test=", "nonsense", "sides=", "who="]),
    "numbers": (
        "sample-size",
        "n=1000&power=0&rho=nan&effect=1e999&sd=%00",
        ["n=", "power=", "rho=", "effect=", "sd="],
    ),
    "not whole": ("sample-size", "n=3.5", ["n="]),
    "unknown version, trial": ("overview", "v=77&trial=../../etc/passwd", ["v=", "trial="]),
    "unknown participant": ("trajectories", "who=1.99&show=99", ["who=", "show="]),
    "markup in values": (
        "endpoints",
        f"outcome={quote(IMAGE)}&rater={quote(SCRIPT)}&test={quote(LINK)}&alpha={quote(MARKUP)}",
        ["outcome=", "rater=", "test=", "alpha=", "<img src=x", "<script>", "[x](javascript:", "**loud** :red[x]"],
    ),
    "markup in keys": (
        "flow",
        f"{quote(IMAGE)}=1&{quote(SCRIPT)}=2&{quote(LINK)}=3&{quote(MARKUP)}=4&trial={quote(LINK)}",
        ["<img src=x", "<script>", "[x](javascript:", "**loud** :red[x]", "trial="],
    ),
    "long": ("overview", f"change={LONG}&{LONG}=1", ["change=", "'999"]),
    "control characters": ("overview", "change=%1b%5b31m%e2%80%ae%ff", ["change="]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_link(name: str, page: Page, server: Server) -> None:
    path, given, words = BAD[name]
    page.goto(f"{server.url}/{path}?{given}")
    ready(page, path)
    warnings = main(page).get_by_test_id("stAlert")
    for word in words:
        expect(warnings.filter(has_text=word).first).to_be_visible()
    assert all(len(text) < 600 for text in warnings.all_inner_texts())
    assert shown(page) == wanted(path, {}, trial())
    assert page.locator("[src=x], [href^='javascript:'], [src*='example.org'], [onerror]").count() == 0
    assert warnings.locator("p :is(a, img, code, strong, em, span, .katex)").count() == 0, "text is shown as it is"


def test_mended_link(page: Page, server: Server) -> None:
    """Once the viewer changes something, the address holds only what is used, and the warning goes."""
    page.goto(f"{server.url}/sample-size?n=1000&nonsense=1&rho=0.3")
    ready(page, "sample-size")
    expect(main(page).get_by_test_id("stAlert").filter(has_text="nonsense")).to_be_visible()
    page.locator(".st-key-n input[type=range]").press("ArrowRight")
    n = int(wanted_default("n", trial())) + 1
    wait_for(page, lambda: query(page), {"v": "1", "rho": "0.3", "n": str(n)})
    expect(main(page).get_by_test_id("stAlert").filter(has_text="nonsense")).to_have_count(0)


def test_repeated_key(page: Page, server: Server) -> None:
    """Of a key given twice the last counts, as in the JSON twin."""
    page.goto(f"{server.url}/sample-size?n=5&n=7&rho=0.1&rho=zzz")
    ready(page, "sample-size")
    expect(main(page).get_by_test_id("stAlert").filter(has_text="rho=")).to_be_visible()
    assert shown(page)["n"] == "7"
