"""Trajectories: each one over the visits, for every outcome and rater."""

from lib.app import show
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """One spaghetti plot for each outcome, rater and scale; the viewer's choice first."""
    show.figures("trajectories", view.asked, across=2)


page_of("trajectories", draw)
