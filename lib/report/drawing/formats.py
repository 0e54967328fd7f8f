"""The last touch on a drawn file: exact size on paper, and title and stamp where a program looks for them."""

from __future__ import annotations

import re
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from lib.report.drawing.layout import MM_PER_INCH, POINTS_PER_INCH, Sheet

DPI = 300
BOXES = ("mediabox", "cropbox", "bleedbox", "trimbox", "artbox")


def png_pixels(sheet: Sheet) -> tuple[int, int]:
    """Width and height in pixels at `DPI`."""
    return round(sheet.width_mm / MM_PER_INCH * DPI), round(sheet.height_mm / MM_PER_INCH * DPI)


def scale(sheet: Sheet, kind: str) -> float:
    """Pixels of the picture for one of the layout: enough to cover the PNG, and 1 where lines are drawn as lines."""
    if kind != "png":
        return 1.0
    wide, high = png_pixels(sheet)
    # a thousandth of a pixel, so that a product just below a whole number is not cut to the pixel before it
    return max((wide + 0.001) / sheet.width, (high + 0.001) / sheet.height)


def png(drawing: bytes, sheet: Sheet, title: str, stamp: str) -> bytes:
    """Cut to the pixel, with its resolution; the ground is white."""
    drawn = PngImageFile(BytesIO(drawing)).convert("RGB")
    picture = Image.new("RGB", png_pixels(sheet), "white")
    picture.paste(drawn)
    words = PngInfo()
    words.add_text("Title", title)
    words.add_text("Description", stamp)
    file = BytesIO()
    picture.save(file, "PNG", dpi=(DPI, DPI), pnginfo=words)
    return file.getvalue()


def pdf(drawing: bytes, sheet: Sheet, title: str, stamp: str) -> bytes:
    """One page of exactly this size."""
    writer = PdfWriter()
    page = writer.add_page(PdfReader(BytesIO(drawing)).pages[0])
    width, height = (mm / MM_PER_INCH * POINTS_PER_INCH for mm in (sheet.width_mm, sheet.height_mm))
    page.scale_to(width, height)
    for box in BOXES:
        setattr(page, box, RectangleObject((0, 0, width, height)))
    writer.add_metadata({"/Title": title, "/Subject": stamp})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def svg(drawing: bytes, sheet: Sheet, title: str, stamp: str) -> bytes:
    """Millimetres outside, the layout's pixels inside."""
    size = f'width="{sheet.width_mm:.3f}mm" height="{sheet.height_mm:.3f}mm" viewBox="0 0 {sheet.width} {sheet.height}"'
    words = f"<title>{escape(title)}</title><desc>{escape(stamp)}</desc>"

    def opened(tag: re.Match[str]) -> str:
        kept = re.sub(r'\s(width|height|viewBox)="[^"]*"', "", tag[1])
        return f"<svg{kept} {size}>{words}"

    return re.sub(r"<svg\b([^>]*)>", opened, drawing.decode(), count=1).encode()
