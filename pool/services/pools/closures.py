"""Practices that the national report closes or calls dormant, with what is open there and who probably goes on."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pool.formats import full_day, plural
from pool.lifecycle import OPEN_SESSION_STATES, UNPAID_INVOICE_STATES
from pool.models.booking import Booking
from pool.models.invoice import Invoice
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.unit_of_work import UnitOfWork

COMING = ("accepted",)


class Closure(NamedTuple):
    """A practice that is closed or dormant: sessions to fill, coming bookings and unpaid invoices; names that may go on."""

    practice: Practice
    sessions: int
    bookings: int
    invoices: int
    successors: tuple[str, ...]

    @property
    def is_dormant(self) -> bool:
        """Not closed, only still."""
        return self.practice.organisation.active

    @property
    def matters(self) -> bool:
        """Is anything open there?"""
        return bool(self.sessions or self.bookings or self.invoices)

    @property
    def what_happened(self) -> str:
        """Beaches Medical Centre (D82003) closed on Sun 31 May 2026."""
        practice = self.practice
        return f"{practice.name} ({practice.ods_code}) {state_words(practice.organisation)}."

    @property
    def what_is_open(self) -> str:
        """Open there: 3 sessions to fill, 1 coming booking."""
        counts = (
            ("session", self.sessions, "to fill"),
            ("coming booking", self.bookings, ""),
            ("unpaid invoice", self.invoices, ""),
        )
        said = [f"{plural(number, words)} {more}".strip() for words, number, more in counts if number]
        return f"Open there: {', '.join(said)}." if said else "Nothing is open there."

    @property
    def who_goes_on(self) -> str:
        """Who is probably the successor, or nothing."""
        if not self.successors:
            return ""
        return f"Probably continued at the same postcode by {' or '.join(self.successors)}: ask before you act on it."


def state_words(organisation: Organisation) -> str:
    """What the report says of it."""
    if organisation.active:
        return "is dormant in the national report: it is not closed, but sees no patients for now"
    ended: date | None = organisation.closed_on
    return f"closed on {full_day(ended)}" if ended else "is closed in the national report"


def of_practice(work: UnitOfWork, practice: Practice) -> Closure | None:
    """The closure of one practice; None for one that is open."""
    organisation = practice.organisation
    if organisation.active and not organisation.dormant:
        return None
    to_fill = (PracticeSession.state.in_(OPEN_SESSION_STATES), PracticeSession.starts_at > work.now)
    return Closure(
        practice,
        count(work, PracticeSession, practice, *to_fill),
        count(work, Booking, practice, Booking.state.in_(COMING), Booking.starts_at > work.now),
        count(work, Invoice, practice, Invoice.state.in_(UNPAID_INVOICE_STATES), Invoice.kind != "credit_note"),
        successors(work, organisation),
    )


def of_pool(work: UnitOfWork, practice_ids: Sequence[UUID] | None = None) -> list[Closure]:
    """The closures of the actor's pool, by name; only of these practices when they are given."""
    closed = select(Practice).join(Organisation).where(Organisation.dormant | ~Organisation.active)
    if practice_ids is not None:
        closed = closed.where(Practice.id.in_(practice_ids))
    rows = work.all(closed.order_by(Organisation.name))
    return [found for found in (of_practice(work, row) for row in rows) if found is not None]


def count(work: UnitOfWork, model: type, practice: Practice, *conditions: object) -> int:
    """How many rows of a practice there are."""
    rows = select(func.count()).select_from(model).where(model.practice_id == practice.id, *conditions)  # type: ignore
    return work.store.scalar(rows) or 0


def successors(work: UnitOfWork, organisation: Organisation) -> tuple[str, ...]:
    """Open practices at the postcode of a closed one, the youngest first: a merger keeps the building more often than not."""
    if organisation.active:
        return ()
    same = (Organisation.postcode == organisation.postcode, Organisation.active, ~Organisation.dormant)
    found = work.all(
        select(Organisation).where(*same).order_by(Organisation.opened_on.desc().nulls_last(), Organisation.name)
    )
    return tuple(f"{organisation.name} ({organisation.ods_code})" for organisation in found)
