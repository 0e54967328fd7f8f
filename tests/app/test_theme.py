"""The page's own colours: readable, and the same as those of the figures that stand on them."""

import itertools
import tomllib

import pytest

from lib.figures.look import LOOKS
from tests.figures.test_figures import contrast
from tests.trials import ROOT

THEME = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]


@pytest.mark.parametrize("name", LOOKS)
def test_text_and_links_have_the_contrast_that_wcag_aa_asks(name):
    colours = THEME[name]
    grounds = (colours["backgroundColor"], colours["secondaryBackgroundColor"])
    for text, ground in itertools.product(("textColor", "linkColor", "primaryColor"), grounds):
        assert contrast(colours[text], ground) >= 4.5, (text, ground)


@pytest.mark.parametrize(("name", "look"), LOOKS.items(), ids=LOOKS)
def test_figures_stand_on_the_ground_of_the_page_in_its_ink(name, look):
    assert (THEME[name]["backgroundColor"], THEME[name]["textColor"]) == (look.paper, look.ink)
    assert THEME[name]["primaryColor"] == THEME[name]["linkColor"] == look.treated.colour


def test_fonts_are_those_of_the_figures_and_none_is_fetched():
    assert "url" not in str(THEME)
    assert {"Arial", "Liberation Sans"} <= {name.strip(" '") for name in THEME["font"].split(",")}
