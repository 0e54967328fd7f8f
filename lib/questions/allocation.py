"""How the units were allocated, and what it means for exact tests: their labellings are the draws that could be."""

from __future__ import annotations

ALLOCATION_NOTES = {
    "participant": "Each participant's allocation was drawn separately, so every labelling was equally likely and the "
    "exact tests are valid whatever the distribution.",
    "trial": "One draw decided for everybody, so only two labellings were possible: no exact p below 1 is attainable.",
    "unclear": "The text does not say whether a coin was flipped for each participant. If it was, every labelling was "
    "equally likely and the exact tests are valid; if one flip decided for everybody, only two labellings were "
    "possible and no two-sided exact p below 1.",
}
