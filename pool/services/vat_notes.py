"""What an invoice says about VAT: dated rows of data/vat_notes.csv, each for the host to confirm (domain notes 6.4)."""

from datetime import date
from typing import NamedTuple

from pool import dated

ANY = "any"


class VatNote(NamedTuple):
    """The EN 16931 category (O outside the scope, E exempt) and the sentence for the document."""

    category: str
    note: str


def note_for(mode: str, profession: str, *, on: date, known_by: date) -> VatNote:
    """The note for a supply on a day, as it was known on another; a row for the profession goes before one for any.

    LookupError when the table has no row for that mode and day.
    """
    rows = dated.in_force(dated.table("vat_notes"), on=on, known_by=known_by)
    fitting = [row for row in rows if row["mode"] == mode and row["profession"] in (profession, ANY)]
    if not fitting:
        raise LookupError(f"data/vat_notes.csv says nothing about {mode} on {on:%d %B %Y}.")
    best = max(fitting, key=lambda row: (row["profession"] != ANY, row["valid_from"], row["recorded_at"]))
    return VatNote(best["category"], best["note"])
