"""One booking as a calendar file (RFC 5545): a stable UID, so that taking it twice does not make two entries."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_LINE = 75
"""Octets; longer lines are folded."""


LINE_END = re.compile(r"\r\n?|\n")
"""A lone carriage return too: some calendars take it for the end of a line, and what follows for a property."""


class Entry(NamedTuple):
    """What the calendar shows. Instants are UTC; `changed` is when it last changed, `number` grows each time."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed: datetime
    title: str
    place: str
    notes: str
    cancelled: bool = False
    number: int = 0


def calendar_file(entry: Entry, product: str) -> str:
    """The whole file, as calendars read it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(product)}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *event(entry),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def event(entry: Entry) -> list[str]:
    """The lines of the booking."""
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.number}",
        f"DTSTAMP:{instant(entry.changed)}",
        f"DTSTART:{instant(entry.starts_at)}",
        f"DTEND:{instant(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.title)}",
        f"LOCATION:{escaped(entry.place)}",
        f"DESCRIPTION:{escaped(entry.notes)}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def instant(moment: datetime) -> str:
    """20260514T073000Z."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text in which commas, semicolons and new lines mean themselves."""
    for mark in ("\\", ",", ";"):
        text = text.replace(mark, f"\\{mark}")
    return LINE_END.sub(r"\\n", text)


def fold(line: str) -> str:
    """Lines of at most 75 octets, none cut inside a letter."""
    pieces: list[str] = []
    current = ""
    for letter in line:
        if len((current + letter).encode()) > LONGEST_LINE - bool(pieces):
            pieces.append(current)
            current = ""
        current += letter
    return "\r\n ".join([*pieces, current])
