"""The national practice report (epraccur): 27 columns, one row per prescribing site, read as facts.

The report's words have changed between releases: status is ACTIVE or A, a GP practice is RO76 or 4, with or without a
header row. The layout is detected from the data, and a file that does not fit is refused, naming row and column.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from pool.dated import table
from pool.errors import Invalid
from pool.places.naming import readable

WIDTH = 27
CODE, NAME, ICB, POSTCODE, OPENED, CLOSED, STATUS, FIRST_COMMISSIONER, PHONE, COMMISSIONER, SETTING = (
    0,
    1,
    3,
    9,
    10,
    11,
    12,
    14,
    17,
    23,
    25,
)
ADDRESS = slice(4, 9)
TITLES = {
    CODE: "organisation code",
    OPENED: "open date",
    CLOSED: "close date",
    STATUS: "status",
    SETTING: "prescribing setting",
}

OPEN_WORDS = frozenset({"active", "a", "open"})
DORMANT_WORDS = frozenset({"dormant", "d"})
CLOSED_WORDS = frozenset({"inactive", "closed", "c", "proposed", "p"})
ROLE_OF_GP_PRACTICE, NUMBER_OF_GP_PRACTICE = "RO76", "4"
ODS_CODE = re.compile(r"[A-Z0-9]{1,9}", re.ASCII)
WELSH_CODE = re.compile(r"W\d{5}", re.ASCII)
TELEPHONE = re.compile(r"[0-9 +()-]{6,20}", re.ASCII)
ROLES = re.compile(r"RO\d+(\|RO\d+)*", re.ASCII)
NUMBER = re.compile(r"\d{1,2}", re.ASCII)


class ReportRefused(Invalid):
    """The file is not a national practice report, or one of its rows cannot be read."""

    def __init__(self, message: str, *, row: int | None = None, column: int | None = None):
        super().__init__(f"{_where(row, column)}{message}")
        self.row, self.column = row, column


def _where(row: int | None, column: int | None) -> str:
    if row is None:
        return ""
    if column is None:
        return f"Row {row}: "
    return f"Row {row}, column {column + 1} ({TITLES.get(column, 'text')}): "


@dataclass(frozen=True)
class Layout:
    """How one release is written."""

    encoding: str
    header: bool
    settings: str

    def is_gp(self, setting: str) -> bool:
        """Does this setting mean a GP practice? A site with several roles counts when one of them is."""
        wanted = ROLE_OF_GP_PRACTICE if self.settings == "roles" else NUMBER_OF_GP_PRACTICE
        return wanted in setting.split("|")


@dataclass(frozen=True)
class PracticeRecord:
    """One row of the report; `row` is its number in the file, counted from 1. `address` ends with the town.

    A dormant practice sees no patients for a time and is not closed; `active` is neither.
    """

    row: int
    ods_code: str
    name: str
    postcode: str
    address: tuple[str, ...]
    county: str
    phone: str
    commissioner: str
    icb: str
    opened: date | None
    closed: date | None
    active: bool
    dormant: bool
    is_gp: bool

    @property
    def is_welsh(self) -> bool:
        """Practices in Wales are in the report, but belong to no board or pool of England."""
        return WELSH_CODE.fullmatch(self.ods_code) is not None


def read_report(path: Path) -> Iterator[PracticeRecord]:
    """The rows of a report, one at a time, after a first pass over all of it (detect_layout). Raises ReportRefused."""
    layout = detect_layout(path)
    for number, cells in _rows(path, layout.encoding, skip=int(layout.header)):
        yield _record(number, cells, layout)


def detect_layout(path: Path) -> Layout:
    """Look through the whole file for its encoding, header and words; raises ReportRefused when it would yield nothing."""
    encoding = _encoding(path)
    header = _has_header(path, encoding)
    layout = Layout(encoding, header, settings="")
    codes: set[str] = set()
    found = 0
    for number, cells in _rows(path, encoding, skip=int(header)):
        _check_code(number, cells[CODE].strip(), codes)
        layout = replace(layout, settings=_settings(number, cells[SETTING].strip(), layout.settings))
        found += _is_open(number, cells[STATUS]) and layout.is_gp(cells[SETTING].strip())
    if not found:
        raise ReportRefused("The file holds no active GP practice. Use the national practice report (epraccur).")
    return layout


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK"):
        raise ReportRefused("This is a zip file. Unpack it and give the .csv file inside.")
    if b"\0" in start:
        raise ReportRefused("This is not a text file. Save the report as CSV first.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            while file.read(1 << 16):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _has_header(path: Path, encoding: str) -> bool:
    """A header row has words where the data has a code and dates."""
    _, first = next(_rows(path, encoding, skip=0), (0, []))
    if not first:
        raise ReportRefused("The file is empty. Use the national practice report (epraccur).")
    return not _is_date(first[OPENED]) and not ODS_CODE.fullmatch(first[CODE].strip()) or "code" in first[CODE].lower()


def _is_date(cell: str) -> bool:
    return cell.strip() == "" or re.fullmatch(r"\d{8}|\d{4}-\d{2}-\d{2}", cell.strip(), re.ASCII) is not None


def _rows(path: Path, encoding: str, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of the right width; blank lines are passed over."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, cells in enumerate(csv.reader(file), start=1):
                if cells and number > skip:
                    yield number, _fitting(number, cells)
    except csv.Error as error:
        raise ReportRefused(f"The file is not a readable CSV ({error}). Download it again.") from error
    except UnicodeDecodeError as error:
        raise ReportRefused("The file is in an unknown character set. Save it as UTF-8.") from error


def _fitting(number: int, cells: list[str]) -> list[str]:
    if len(cells) != WIDTH:
        raise ReportRefused(
            f"there are {len(cells)} columns where the national practice report has {WIDTH}. Use epraccur as published.",
            row=number,
        )
    return cells


def _check_code(number: int, code: str, seen: set[str]) -> None:
    if not ODS_CODE.fullmatch(code):
        raise ReportRefused(f"“{code[:20]}” is not an ODS code.", row=number, column=CODE)
    if code in seen:
        raise ReportRefused(f"{code} is listed twice. Keep one row of it.", row=number, column=CODE)
    seen.add(code)


def _settings(number: int, setting: str, so_far: str) -> str:
    """Is the setting written as roles (RO76) or as numbers (4)? One file must not mix them."""
    if not setting:
        return so_far
    kind = "roles" if ROLES.fullmatch(setting) else "numbers" if NUMBER.fullmatch(setting) else ""
    if not kind:
        raise ReportRefused(f"“{setting[:20]}” is neither a role (RO76) nor a number (4).", row=number, column=SETTING)
    if so_far and kind != so_far:
        raise ReportRefused(
            f"“{setting}” does not fit the {so_far} used in the rows above.", row=number, column=SETTING
        )
    return kind


def _is_open(number: int, status: str) -> bool:
    word = status.strip().lower()
    if word not in OPEN_WORDS | DORMANT_WORDS | CLOSED_WORDS:
        raise ReportRefused(
            f"“{status[:20]}” is not a status we know (ACTIVE, DORMANT, INACTIVE, A, D, C …).",
            row=number,
            column=STATUS,
        )
    return word in OPEN_WORDS


def _record(number: int, cells: list[str], layout: Layout) -> PracticeRecord:
    text = [cell.strip() for cell in cells]
    lines, county = without_county([readable(line) for line in text[ADDRESS] if line])
    return PracticeRecord(
        row=number,
        ods_code=text[CODE],
        name=readable(text[NAME]),
        postcode=text[POSTCODE],
        address=tuple(lines),
        county=county,
        phone=text[PHONE] if TELEPHONE.fullmatch(text[PHONE]) else "",
        commissioner=text[COMMISSIONER] or text[FIRST_COMMISSIONER],
        icb=text[ICB],
        opened=_day(number, text, OPENED),
        closed=_day(number, text, CLOSED),
        active=_is_open(number, text[STATUS]),
        dormant=text[STATUS].lower() in DORMANT_WORDS,
        is_gp=layout.is_gp(text[SETTING]),
    )


def without_county(lines: list[str]) -> tuple[list[str], str]:
    """The lines up to the town, and the county: older reports put it behind the town, newer ones leave it out."""
    if len(lines) > 1 and lines[-1].casefold() in counties():
        return lines[:-1], lines[-1]
    return lines, ""


@cache
def counties() -> frozenset[str]:
    """The names of counties, in small letters."""
    return frozenset(row["county"].casefold() for row in table("counties"))


def _day(number: int, text: list[str], column: int) -> date | None:
    cell = text[column]
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        message = f"“{cell[:20]}” is not a date like 20260401."
        raise ReportRefused(message, row=number, column=column) from error
