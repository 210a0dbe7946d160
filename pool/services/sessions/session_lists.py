"""What the list of sessions shows: a week (or what a search finds) by day, who holds each, what needs attention."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from pool.catalogue import COVER_REASONS, KINDS, PROFESSIONS
from pool.clock import london_date, week_of
from pool.lifecycle import LIVE_BOOKING_STATES, OPEN_SESSION_STATES, SESSION_FILTERS, stage
from pool.models.booking import Booking
from pool.models.clinician import Clinician
from pool.models.match_run import Proposal
from pool.models.offer import Offer
from pool.models.person import Person
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.models.terms_change import TermsChange
from pool.models.timesheet import Timesheet
from pool.places.calendar import bank_holiday
from pool.search import holds
from pool.services.bookings import proposed_changes_pages
from pool.services.hours import dispute_pages
from pool.unit_of_work import UnitOfWork

WEEK = timedelta(days=7)
LOOKING_BACK = timedelta(weeks=12)
SOON = timedelta(days=7)
MOST_SOON = 5
WEEKEND = 5


class Asked(NamedTuple):
    """What the reader asked the list for; without a state, withdrawn sessions stay out."""

    monday: date
    state: str = ""
    practice_id: UUID | None = None
    words: str = ""


@dataclass(frozen=True)
class Line:
    """One session of the list with the people around it."""

    session: PracticeSession
    booking: Booking | None
    offered: Sequence[Clinician]
    proposed: Clinician | None

    @property
    def stage(self) -> str:
        """The one word for where it stands."""
        return stage(self.session, self.booking)

    @property
    def who(self) -> str:
        """Who holds it or is asked; says so when nobody is, or was."""
        if self.booking:
            return known_as(self.booking.clinician)
        if len(self.offered) == 1:
            return f"Offered to {known_as(self.offered[0])}"
        if self.offered:
            return f"Offered to {len(self.offered)} clinicians"
        if self.proposed:
            return f"Proposed: {known_as(self.proposed)}"
        return "Nobody yet" if self.session.state in OPEN_SESSION_STATES else "Nobody"


@dataclass(frozen=True)
class Day:
    """One day of the list."""

    on: date
    holiday: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Listed:
    """One page of the list by day, and how many sessions the whole list has in each state."""

    days: Sequence[Day]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many sessions there are on all pages."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Attention:
    """What somebody should look at: sessions that start soon with nobody booked, hours to confirm, disputes and
    proposed changes of bookings that wait for the reader's side."""

    soon: Sequence[PracticeSession]
    soon_total: int
    hours: int
    disputes: int
    changes: Sequence[TermsChange]


def known_as(clinician: Clinician) -> str:
    """Dr Asha Demo, GMC 1234567."""
    return f"{clinician.name}, {clinician.registration_body} {clinician.registration_number}"


def counts(work: UnitOfWork, asked: Asked) -> Mapping[str, int]:
    """How many sessions were asked for in each state, in the order in which they happen."""
    wanted = within(work, asked).with_only_columns(PracticeSession.state, func.count(), maintain_column_froms=True)
    rows = work.store.execute(wanted.group_by(PracticeSession.state)).all()
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return {state: found[state] for state in SESSION_FILTERS if state in found}


def listed(work: UnitOfWork, asked: Asked, counted: Mapping[str, int], *, offset: int, size: int) -> Listed:
    """One page of what was asked, by day. A week on one page shows all its working days, a weekend only with sessions."""
    lines = lines_of(work, work.all(in_order(within(work, asked)).offset(offset).limit(size)))
    shown = {line.session.on for line in lines}
    if not asked.words and sum(counted.values()) <= size:
        shown |= {asked.monday + timedelta(days=number) for number in range(WEEKEND)}
    return Listed([day_of(day, lines) for day in sorted(shown)], counted)


@dataclass(frozen=True)
class Rota:
    """A week on one sheet: its days, and for each practice the lines of each day."""

    days: Sequence[Day]
    practices: Sequence[tuple[str, Sequence[Sequence[Line]]]]


def rota(work: UnitOfWork, asked: Asked) -> Rota:
    """The whole week by practice and day; Saturday and Sunday only when they have sessions."""
    lines = lines_of(work, work.all(in_order(within(work, asked))))
    days = [day_of(asked.monday + timedelta(days=number), lines) for number in range(7)]
    shown = [day for day in days if day.on.weekday() < WEEKEND or day.lines]
    by_place: dict[tuple[str, UUID, date], list[Line]] = {}
    for line in lines:
        by_place.setdefault((line.session.practice.name, line.session.practice_id, line.session.on), []).append(line)
    places = sorted({(name, practice_id) for name, practice_id, _ in by_place})
    return Rota(shown, [(name, [by_place.get((name, place, day.on), []) for day in shown]) for name, place in places])


def within(work: UnitOfWork, asked: Asked) -> Select[PracticeSession]:
    """The sessions of one week; with words, those of any week from twelve weeks ago on that the words are about."""
    if asked.words:
        since = london_date(work.now) - LOOKING_BACK
        return matching(asked).where(PracticeSession.on >= since, about(asked.words))
    return matching(asked).where(PracticeSession.on.between(asked.monday, asked.monday + WEEK - timedelta(days=1)))


def matching(asked: Asked) -> Select[PracticeSession]:
    """The statement for what was asked, without the days."""
    wanted = select(PracticeSession).join(Practice, PracticeSession.practice_id == Practice.id)
    wanted = wanted.join(Organisation, Practice.organisation_id == Organisation.id)
    state = PracticeSession.state == asked.state if asked.state else PracticeSession.state != "withdrawn"
    wanted = wanted.where(state)
    return wanted.where(PracticeSession.practice_id == asked.practice_id) if asked.practice_id else wanted


def in_order(wanted: Select[PracticeSession]) -> Select[PracticeSession]:
    """By start, then by practice."""
    return wanted.order_by(PracticeSession.starts_at, Organisation.name, PracticeSession.label, PracticeSession.id)


def about(words: str) -> ColumnElement[bool]:
    """Does a session have something to do with these words: practice, person, post covered, kind, reason, profession?"""
    booked = (
        select(Booking.id)
        .join(Clinician, Booking.clinician_id == Clinician.id)
        .join(Person, Clinician.person_id == Person.id)
        .where(
            Booking.session_id == PracticeSession.id, Booking.state.in_(LIVE_BOOKING_STATES), holds(words, Person.name)
        )
    )
    return or_(
        holds(words, Organisation.name, Organisation.ods_code, PracticeSession.post_covered),
        PracticeSession.kind.in_(coded(KINDS, words)),
        PracticeSession.cover_reason.in_(coded(COVER_REASONS, words)),
        PracticeSession.profession.in_(
            coded({code: profession.title for code, profession in PROFESSIONS.items()}, words)
        ),
        booked.exists(),
    )


def coded(choices: Mapping[str, str], words: str) -> list[str]:
    """The codes whose words hold what was searched."""
    return [code for code, title in choices.items() if words.lower() in title.lower()]


def lines_of(work: UnitOfWork, sessions: Sequence[PracticeSession]) -> list[Line]:
    """The sessions with who holds or is asked, in three looks at the rows whatever their number."""
    ids = [session.id for session in sessions]
    bookings = {booking.session_id: booking for booking in work.all(live_bookings(ids))}
    proposals = {proposal.session_id: proposal.clinician for proposal in work.all(live_proposals(ids))}
    offered: dict[UUID, list[Clinician]] = {}
    for offer in work.all(open_offers(ids)):
        offered.setdefault(offer.session_id, []).append(offer.clinician)
    return [
        Line(session, bookings.get(session.id), offered.get(session.id, ()), proposals.get(session.id))
        for session in sessions
    ]


def live_bookings(ids: Sequence[UUID]) -> Select[Booking]:
    """The bookings that hold these sessions."""
    return select(Booking).where(Booking.session_id.in_(ids), Booking.state.in_(LIVE_BOOKING_STATES))


def open_offers(ids: Sequence[UUID]) -> Select[Offer]:
    """The offers of these sessions that nobody has answered."""
    return select(Offer).where(Offer.session_id.in_(ids), Offer.state == "sent").order_by(Offer.sent_at)


def live_proposals(ids: Sequence[UUID]) -> Select[Proposal]:
    """What the last plan proposes for these sessions."""
    return select(Proposal).where(Proposal.session_id.in_(ids), Proposal.state == "proposed")


def day_of(on: date, lines: Iterable[Line]) -> Day:
    """One day with its lines."""
    return Day(on, bank_holiday(on) or "", [line for line in lines if line.session.on == on])


def attention(work: UnitOfWork, practice_id: UUID | None = None) -> Attention:
    """Sessions of the next seven days that nobody is booked for, the next first, of one practice or of all that the reader
    sees; and hours that wait for a yes."""
    soon: list[ColumnElement[bool]] = [
        PracticeSession.state.in_(OPEN_SESSION_STATES),
        PracticeSession.starts_at.between(work.now, work.now + SOON),
    ]
    soon += [PracticeSession.practice_id == practice_id] if practice_id else []
    first = select(PracticeSession).where(*soon).order_by(PracticeSession.starts_at).limit(MOST_SOON)
    return Attention(
        work.all(first),
        work.one(select(func.count(PracticeSession.id)).where(*soon)),
        work.one(select(func.count(Timesheet.id)).where(Timesheet.state == "submitted")),
        dispute_pages.count_own_turn(work),
        proposed_changes_pages.to_answer(work),
    )


def practices(work: UnitOfWork) -> Sequence[Practice]:
    """The practices that the reader sees, by name."""
    return work.all(select(Practice).join(Organisation).order_by(Organisation.name))


def monday_of(work: UnitOfWork, asked: date | None) -> date:
    """The Monday of the week asked for, or of this one; a Sunday already belongs to the week that comes."""
    return week_of(asked or london_date(work.now) + timedelta(days=1))
