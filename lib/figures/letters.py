"""How wide a text of a figure is, told without a font at hand: Liberation Sans, Arial and Helvetica agree on it."""

from __future__ import annotations

import unicodedata

WIDTHS = {
    0.19: "'",
    0.222: "ijl",
    0.26: "|",
    0.278: " \u00a0.,:;!/\\tfI[]·",
    0.333: "()-r`{}²³",
    0.35: '"',
    0.389: "*",
    0.5: "Jcksvxyz\u2002",
    0.549: "±",
    0.556: "0123456789abdeghnopqu_?#$L–",
    0.584: "+−<>=~",
    0.611: "FTZ●◇",
    0.667: "ABEKPSVXY&",
    0.722: "CDHNRUw",
    0.778: "GOQ",
    0.833: "Mm",
    0.889: "%",
    0.944: "W",
    1.0: "→—…",
}
"""Width as a share of the size → the signs that are so wide."""
_WIDTH = {sign: width for width, signs in WIDTHS.items() for sign in signs}
OTHER = 1.0
"""Of any other sign: nearly none is wider."""


def width_of(text: str, size: float) -> float:
    """How wide one line of plain text is, in the unit of the size; a letter with an accent is as wide as without."""
    letters = (sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return size * sum(_WIDTH.get(sign, OTHER) for sign in letters)
