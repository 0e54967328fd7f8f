"""The tables of pages as files for a spreadsheet: CSV in a zip, or one workbook.

Numbers stand as on the page, so with the digits that are shown; the JSON twin has all of them. No text of the data runs
or links in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from lib.assumptions import MINUS
from lib.errors import Refusal
from lib.progress import each
from lib.questions.asked import Asked
from lib.questions.registry import QUESTIONS
from lib.questions.wording import capital, shortened
from lib.report.tables import FIGURE, Table, tables_of
from lib.trial.folder import zipped
from lib.trial.model import is_plain_number

Head = tuple[tuple[str, str], ...]
"""What tables should be read with, name and text of each: trial, citation, stamp, link, what differs, data hash."""

NOTHING = "nothing to list"
MADE = datetime(1980, 1, 1)
"""When every workbook says it was made, as a zip does: one content makes one file, whenever it is made."""


@dataclass(frozen=True)
class Page:
    """The tables of a page, or why there are none."""

    path: str
    title: str
    tables: tuple[Table, ...]
    reason: str


def _pages(asked: Sequence[Asked]) -> Iterator[Page]:
    """One page after the other, so that a long export can be stopped between them."""
    for one in each(asked, "Tables of every page"):
        yield _page(one)


def _page(asked: Asked) -> Page:
    title = QUESTIONS[asked.path].title
    try:
        tables = tables_of(asked)
    except Refusal as refusal:
        return Page(asked.path, title, (), str(refusal))
    return Page(asked.path, title, tables, "" if tables else NOTHING)


# ---- texts that are numbers


def number_text(text: str) -> str | None:
    """A number as software reads it, with a plain minus and no grouping; None where the text is none."""
    bare = text.replace(MINUS, "-")
    bare = bare.replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare, re.ASCII) else bare
    return bare if is_plain_number(bare) else None


EXACT = 15
"""Significant digits that a spreadsheet keeps of a number."""


def _keeps_digits(bare: str) -> bool:
    """Whether a spreadsheet's number stands for all of it: 007 is a name, and 20 digits would be rounded."""
    whole = bare.lstrip("+-").split(".")[0]
    return len(Decimal(bare).as_tuple().digits) <= EXACT and (whole == "0" or not whole.startswith("0"))


def safe(text: str) -> str:
    """A spreadsheet would run what begins like this as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_plain_number(text) else text


# ---- CSV


def csv_of(frame: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8, marked so that Excel reads it; numbers as software reads them, no text as a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(safe(str(head)) for head in frame.columns)
    writer.writerows([_cell(str(text)) for text in row] for row in frame.itertuples(index=False))
    return buffer.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    bare = number_text(text)
    return safe(text) if bare is None else bare


def csv_zip(asked: Sequence[Asked], head: Head) -> bytes:
    """Every table of these pages as CSV, and a README.txt that says what they are.

    Parameters
    ----------
    asked : sequence of Asked
        The pages under their assumptions, in their order.
    head : Head
        What README.txt begins with.

    Returns
    -------
    bytes
        A zip; the same tables and head make the same bytes.

    Raises
    ------
    Stopped
        Between two pages, where nobody waits any more.
    """
    pages = tuple(_pages(asked))
    files = {_file(page, table): csv_of(table.frame) for page in pages for table in page.tables}
    return zipped({"README.txt": _readme(pages, head).encode(), **files})


def _file(page: Page, table: Table) -> str:
    return f"{page.path}-{table.key}.csv"


def _readme(pages: Sequence[Page], head: Head) -> str:
    told = (
        *(f"{name}: {text}" for name, text in head),
        "",
        *NOTES,
        "",
        *(f"{_file(page, table)}: {table.caption}" for page in pages for table in page.tables),
        *(f"{page.title}: no table, because: {page.reason}" for page in pages if page.reason),
    )
    return "\n".join((*told, ""))


NOTES = (
    "Numbers have the digits that the page shows; its JSON twin has all of them.",
    "A text that a spreadsheet would run as a formula has an apostrophe before it.",
)


# ---- one workbook


def workbook(asked: Sequence[Asked], head: Head) -> bytes:
    """Every table of these pages as a workbook: a sheet that says what it is, then one for each table.

    Parameters
    ----------
    asked : sequence of Asked
        The pages under their assumptions, in their order. One that is refused has a sheet that says why.
    head : Head
        What the first sheet begins with.

    Returns
    -------
    bytes
        XLSX; the same tables and head make the same bytes. Plain numbers are numbers with all their digits, shown as
        on the page; all else is text, never a formula or a link.

    Raises
    ------
    Stopped
        Between two pages, where nobody waits any more.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": "Tables by Pilotlight", "created": MADE})
        styles = Styles(book)
        about, listed = book.add_worksheet(ABOUT), []
        for page in _pages(asked):
            listed += [_sheet(book, styles, page, table) for table in page.tables or (_refused(page),)]
        _about(about, styles, head, listed)
    return buffer.getvalue()


OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ABOUT = "About"


def _refused(page: Page) -> Table:
    caption = f"{page.title}: no table"
    return Table("none", caption, pd.DataFrame([{"Because": capital(page.reason)}]))


class Styles:
    """The few looks of a workbook, each made once: a spreadsheet holds only so many."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Format] = {}
        wrapped = {"text_wrap": True, "valign": "top"}
        self.text = book.add_format(wrapped)
        self.head = book.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
        self.name = book.add_format({"bold": True, "valign": "top"})
        self.caption = book.add_format({"bold": True, "font_size": 13})
        self.link = book.add_format({"font_color": "#0B5CAD", "underline": 1, "valign": "top"})

    def number(self, text: str, bare: str, names_row: bool) -> Format:
        """Shows a number with its sign, grouping and decimals as in `text`; the name of a row stands left."""
        digits = "#,##0" if "," in text else "0"
        shown = f"{digits}.{'0' * len(bare.partition('.')[2])}" if "." in bare else digits
        code = f"+{shown};-{shown};{shown}" if bare.startswith("+") else shown
        made = self._made.get((code, names_row))
        if made is None:
            at = {"align": "left"} if names_row else {"align": "right", "indent": 1}
            made = self._book.add_format({"num_format": code, "valign": "top", **at})
            self._made[code, names_row] = made
        return made


@dataclass(frozen=True)
class Listed:
    """A sheet as the first one lists it."""

    page: str
    sheet: str
    caption: str
    rows: int


HEAD_ROW, FIRST_ROW = 1, 2
"""Rows of a sheet from 0: the caption stands in the first."""


def _sheet(book: Workbook, styles: Styles, page: Page, table: Table) -> Listed:
    """A table on a sheet of its own."""
    frame = table.frame
    sheet = book.add_worksheet(_name(book, f"{page.path} {table.key.removeprefix(FIGURE)}"))
    sheet.write_url(0, 0, f"internal:'{ABOUT}'!A1", styles.caption, table.caption, f"Back to {ABOUT}")
    columns = [[str(head), *map(str, texts)] for head, texts in frame.items()]
    widths = [_width(texts) for texts in columns]
    for column, (texts, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(column, column, width)
        _column(sheet, styles, column, texts)
    for row, line in enumerate(zip(*columns, strict=True), start=HEAD_ROW):
        sheet.set_row(row, _height(line, widths))
    last = HEAD_ROW + len(frame)
    sheet.autofilter(HEAD_ROW, 0, last, len(frame.columns) - 1)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(0, HEAD_ROW)
    _on_paper(sheet)
    return Listed(page.title, sheet.name, table.caption, len(frame))


NAME_LENGTH = 31


def _name(book: Workbook, wanted: str) -> str:
    """A name that a sheet may have and that no other has, whatever the trial calls its outcomes."""
    taken = {sheet.name.lower() for sheet in book.worksheets()}
    plain = re.sub(r"[\[\]:*?/\\'\s]+", " ", wanted).strip()
    numbered = (f"{plain[: NAME_LENGTH - 4].rstrip()} ~{number}" for number in range(2, 100))
    return next(name for name in (plain[:NAME_LENGTH].rstrip(), *numbered) if name.lower() not in taken)


NARROWEST, WIDEST, MOST = 9, 57, 32_767
"""Widths of a column in letters, and how many letters a cell may hold."""
LINE, TALLEST = 15, 400
"""Heights of a line and of the tallest row in points: not every spreadsheet fits rows to text by itself."""


def _width(texts: Sequence[str]) -> int:
    """Room for the longest text, but for headings, which are broken between words."""
    head, *rest = texts
    longest = max((len(text) for text in (*rest, *head.split(), head[:12])), default=0)
    return min(max(longest + 3, NARROWEST), WIDEST)


def _height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Room for the text with the most lines; letters are taken to be as wide as digits, and lines to break early."""
    lines = (
        sum(1 + len(line) // (width - 2) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(LINE * max(lines), TALLEST)


def _column(sheet: Worksheet, styles: Styles, column: int, texts: Sequence[str]) -> None:
    """The heading, then plain numbers as numbers and all else as text."""
    sheet.write_string(HEAD_ROW, column, texts[0], styles.head)
    for row, text in enumerate(texts[1:], start=FIRST_ROW):
        bare = number_text(text)
        if bare is not None and _keeps_digits(bare):
            sheet.write_number(row, column, float(bare), styles.number(text, bare, column == 0))
        elif text:
            sheet.write_string(row, column, shortened(text, MOST), styles.text)


def _about(sheet: Worksheet, styles: Styles, head: Head, listed: Sequence[Listed]) -> None:
    """What the workbook is, and what is on which sheet."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 95)
    sheet.set_column(2, 2, 9)
    for row, (name, text) in enumerate((*head, ("Numbers", NOTES[0]))):
        sheet.write_string(row, 0, name, styles.name)
        sheet.write_string(row, 1, shortened(text, MOST), styles.text)
    first = len(head) + 2
    for column, name in enumerate(("Page", "Table", "Rows")):
        sheet.write_string(first, column, name, styles.head)
    for row, one in enumerate(listed, start=first + 1):
        sheet.write_string(row, 0, one.page, styles.name)
        sheet.write_url(row, 1, f"internal:'{one.sheet}'!A1", styles.link, one.caption, one.sheet)
        sheet.write_number(row, 2, one.rows)
    _on_paper(sheet)


def _on_paper(sheet: Worksheet) -> None:
    """A4, as wide as the table, with its name and number below each page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")


# ---- kinds of file


@dataclass(frozen=True)
class TableKind:
    """One kind of file with tables: the end of its name, what a browser calls it, and what makes it."""

    key: str
    label: str
    suffix: str
    mime: str
    make: Callable[[Sequence[Asked], Head], bytes]


TABLE_KINDS: dict[str, TableKind] = {
    kind.key: kind
    for kind in (
        TableKind(
            "xlsx",
            "Excel",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook,
        ),
        TableKind("csv", "CSV, in a zip", ".zip", "application/zip", csv_zip),
    )
}
