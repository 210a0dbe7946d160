"""Re-save the shipped fact tables from a folder of source files, one stable shape and order each.

    python -m data.refresh SOURCE_FOLDER

SOURCE_FOLDER holds places/*.csv, calendars/bank_holidays_england_wales.csv, ods/icb_lookup_pre2026.csv and the national
practice report ods/epraccur_2026-02_dse.csv, as data/README.md says. Tables kept by hand (opening_hours,
travel_parameters, care_board_successions) are left alone.
"""

import csv
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pool.places.naming import readable
from pool.places.ods_report import read_report

HERE = Path(__file__).resolve().parent

PLACES = ("great_yarmouth_waveney", "barking_havering_redbridge")
FIRST_DAY, LAST_DAY = "2022-07-01", "2026-03-31"
NEW_BOARDS = (
    ("S1Y5D", "NHS Central East Integrated Care Board", "East of England"),
    ("D7T5G", "NHS Essex Integrated Care Board", "East of England"),
    ("T6Y0W", "NHS Norfolk and Suffolk Integrated Care Board", "East of England"),
    ("S9B9J", "NHS Surrey and Sussex Integrated Care Board", "South East"),
    ("S0E4D", "NHS Thames Valley Integrated Care Board", "South East"),
    ("Z9B2Z", "NHS West and North London Integrated Care Board", "London"),
)

Row = dict[str, object]


def main(source: Path) -> None:
    """Rewrite every table that has a source, saying how many rows each holds."""
    report = read_report(source / "ods/epraccur_2026-02_dse.csv")
    addresses = {record.ods_code: "; ".join(record.address) for record in report}
    for place in PLACES:
        save(f"places/{place}", [practice(row, addresses) for row in read(source / f"places/{place}.csv")])
    save("bank_holidays_england_wales", holidays(read(source / "calendars/bank_holidays_england_wales.csv")))
    save("care_boards", care_boards(read(source / "ods/icb_lookup_pre2026.csv")))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a source file; stops with a sentence when it is missing."""
    if not path.is_file():
        sys.exit(f"{path} is missing. Give the folder that holds the source files (see data/README.md).")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def practice(row: dict[str, str], addresses: dict[str, str]) -> Row:
    """One practice in our shape; the source counts deprivation deciles backwards (10 = most deprived), we do not."""
    board = row.get("icb_code_to_2026_03") or row["icb_code"]
    decile = row["imd_decile_10_most_deprived"]
    return {
        "ods_code": row["ods_code"],
        "name": row["name"].replace(" H/C", " Health Centre"),
        "address": addresses.get(row["ods_code"], ""),
        "postcode": row["postcode"],
        "easting": int(row["easting"]),
        "northing": int(row["northing"]),
        "pcn_code": row.get("pcn_code") or row["pcn_code_2022_23"],
        "pcn_name": row.get("pcn_name", ""),
        "icb_code_to_2026_03": board,
        "icb_code_from_2026_04": row.get("icb_code_from_2026_04") or board,
        "list_size": int(row["list_size"]) if row["list_size"] else "",
        "imd_2019_score": row["imd_2019_score"],
        "imd_decile_1_most_deprived": 11 - int(decile) if decile else "",
        "rurality": row["rurality"].lower(),
        "dispensing": "yes" if row["dispensing"] == "Y" else "no",
    }


def holidays(rows: list[dict[str, str]]) -> list[Row]:
    """Days off as published, with a plain apostrophe; refuses a weekend day, which gov.uk never lists."""
    for row in rows:
        if date.fromisoformat(row["date"]).weekday() > 4:
            sys.exit(f"{row['date']} ({row['title']}) falls on a weekend: this is not the published list.")
    return [{"date": row["date"], "title": row["title"], "notes": row["notes"]} for row in rows]


def care_boards(rows: list[dict[str, str]]) -> list[Row]:
    """Boards with the days they exist: the first 42, twelve of which ended in March 2026, and the six that followed."""
    with (HERE / "care_board_successions.csv").open(encoding="utf-8", newline="") as file:
        ended = {row["from_code"] for row in csv.DictReader(file)}
    first = [
        board(
            row["icb_code"],
            readable(row["icb_name"]),
            row["icb_region"],
            to=LAST_DAY if row["icb_code"] in ended else "",
        )
        for row in rows
        if row["icb_code"] != "-"
    ]
    return first + [board(*row, since="2026-04-01") for row in NEW_BOARDS]


def board(code: str, name: str, region: str, *, since: str = FIRST_DAY, to: str = "") -> Row:
    """One dated row of a care board; an empty `valid_to` means it still exists."""
    return {
        "icb_code": code,
        "name": name,
        "region": region,
        "valid_from": since,
        "valid_to": to,
        "recorded_at": since,
    }


def save(name: str, rows: Iterable[Row]) -> None:
    """Write a table sorted by its first column, UTF-8, one line ending, so that a refresh shows only real changes."""
    ordered = sorted(rows, key=lambda row: str(next(iter(row.values()))))
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(ordered[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)
    print(f"{name}: {len(ordered)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
