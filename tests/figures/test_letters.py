"""Widths of letters, held to the font that draws them."""

import pytest
from PIL import ImageFont

from lib.figures.letters import WIDTHS, width_of

EM = 1000


@pytest.fixture(scope="module")
def font():
    try:
        return ImageFont.truetype("LiberationSans-Regular.ttf", EM)
    except OSError:
        pytest.skip("Liberation Sans is not installed")


def test_each_sign_is_as_wide_as_in_the_font(font):
    for width, signs in WIDTHS.items():
        for sign in signs.replace("◇", ""):  # the font has none: another stands in
            assert font.getlength(sign) / EM == pytest.approx(width, abs=0.012), sign


def test_a_text_is_as_wide_as_its_signs():
    assert width_of("", 24) == 0
    assert width_of("+100", 24) == pytest.approx(24 * (0.584 + 3 * 0.556))
    assert width_of("é", 10) == width_of("e", 10)
    assert width_of("漢", 10) == 10


def test_every_sign_is_listed_once():
    listed = "".join(WIDTHS.values())
    assert len(set(listed)) == len(listed)
