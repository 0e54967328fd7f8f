"""How many to enrol so that enough remain, in integers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from lib.errors import Refusal

SHARE_WANTED = "a share lost of at least 0 and below 1"


def is_share_lost(dropout: float) -> bool:
    """Whether `dropout` is a share that leaves somebody: 0 ≤ dropout < 1."""
    return 0 <= dropout < 1


def enrolled(analysed: int, dropout: float) -> int:
    """Participants to enrol, per arm where there are arms, so that `analysed` remain when the share `dropout` is lost.

    Parameters
    ----------
    analysed : int
        Participants with data, 0 or more.
    dropout : float
        Share lost, 0 ≤ dropout < 1, read as the decimal that it prints as: 21/(1 − 0.3) is 30, in binary floats 31.

    Returns
    -------
    int
        ⌈analysed / (1 − dropout)⌉.

    Raises
    ------
    Refusal
        Negative `analysed`, or a `dropout` outside its range.
    """
    if analysed < 0:
        raise Refusal(f"analysed: {analysed!r} given; wanted a number of participants, 0 or more")
    if not is_share_lost(dropout):
        raise Refusal(f"dropout: {dropout!r} given; wanted {SHARE_WANTED}")
    return ceil(analysed / (1 - Fraction(repr(float(dropout)))))
