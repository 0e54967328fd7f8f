"""Present: the trial as slides that fill the window, told from live answers."""

from lib.app.blocks import present as blocks
from lib.app.frame import View, page_of


def draw(view: View) -> None:
    """The slide, what may be changed on it, and the bar to go on with."""
    with blocks.stage():
        blocks.slide(view)
        blocks.whatif(view)
        blocks.bar(view)


page_of("present", draw)
