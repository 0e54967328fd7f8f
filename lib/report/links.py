"""A link to exactly one state: its address, the same as a QR code, and a name for the bookmark."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import segno

from lib.assumptions import Assumptions, differences
from lib.errors import Refusal
from lib.trial.model import Trial
from lib.values import Missing

QR_BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 asks."""
MOST_NAMED = 2
"""Changes that a name tells before it only counts the rest."""


def address(home: str, path: str, query: Mapping[str, str]) -> str:
    """The address of a page in one state.

    Parameters
    ----------
    home : str
        The app's own address; a query in it (`?trial=key`) goes into the link. Where it is "", the link is relative.
    path : str
        The page.
    query : mapping of key to text
        The state.
    """
    parts = urlsplit(home)
    at = urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/" if home else "", "", ""))
    return f"{at}{path}?{urlencode({**query, **dict(parse_qsl(parts.query))})}"


def checked(home: str) -> str:
    """An address that can be the app's own, or "".

    Raises
    ------
    Refusal
        For one of another kind than http and https.
    """
    parts = urlsplit(home)
    if home and not (parts.scheme in ("http", "https") and parts.netloc):
        raise Refusal(f"address: {home!r} given; wanted one that begins with http:// or https://, or none")
    return home


def reaches_others(link: str) -> bool:
    """Whether somebody on another machine can open it: a loopback address means the reader's own machine."""
    host = urlsplit(link).hostname or ""
    return not (host in ("localhost", "::1", "0.0.0.0") or re.fullmatch(r"127(\.\d+){3}", host))


def qr_svg(text: str) -> str | Missing:
    """The text as a QR code, black on white in any theme, as a whole SVG document without a size of its own.

    Error correction is the best that its size has room for, at least level M: a code on a wall is read from aside.
    """
    try:
        code = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError:
        return Missing(f"a QR code holds at most about 2,300 characters, the link has {len(text):,}")
    drawn = code.svg_inline(border=QR_BORDER, dark="#000", light="#fff", omitsize=True)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def data_url(svg: str) -> str:
    """An SVG document as the address of a picture that needs no request."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def view_name(title: str, assumptions: Assumptions, trial: Trial) -> str:
    """A page in one state by name, as bookmarks and tabs show it: its title and the first of what differs."""
    found = [f"{difference.label}: {difference.value}" for difference in differences(assumptions, trial)]
    more = len(found) - MOST_NAMED
    told = [*found[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    return " · ".join([title, *told])
