"""How a session stands, in two sentences made from rows: what is, and who must do what next.

Everything that pages, e-mails and notices say about filling a session comes from here, so that no text claims a search
that nobody makes (design D22). Clinicians of other practices are never named to a practice.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Select, or_, select

from pool.clock import london_date
from pool.formats import day, listed, moment, plural
from pool.lifecycle import LIVE_BOOKING_STATES, LIVE_RUN_STATES, OPEN_SESSION_STATES
from pool.models.booking import Booking
from pool.models.match_run import MatchRun, Proposal
from pool.models.offer import Offer
from pool.models.person import Membership
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.permissions import MANAGER
from pool.services.pools.policy import Policy, policy_of
from pool.unit_of_work import UnitOfWork

MOST_SHOWN = 5
ENDED_OFFERS = ("declined", "expired", "withdrawn")


class Cover(NamedTuple):
    """What is, and what has to happen next and by whom; `next_step` is empty when nothing has to."""

    standing: str
    next_step: str

    @property
    def words(self) -> str:
        """Both sentences."""
        return f"{self.standing} {self.next_step}".strip()


class Facts(NamedTuple):
    """The rows that decide: who is booked, asked (with an open answer time) or proposed, the runs that look at it."""

    session: PracticeSession
    started: bool
    booked: Booking | None
    asked: Sequence[Offer]
    proposed: Proposal | None
    run: MatchRun | None
    policy: Policy
    horizon_reaches: bool
    contact: str


def of_session(work: UnitOfWork, session: PracticeSession, *, manager: bool) -> Cover:
    """How a session stands, for the pool's manager or for its practice."""
    facts = facts_of(work, session)
    return Cover(standing(facts), next_for_manager(facts) if manager else next_for_practice(facts))


def facts_of(work: UnitOfWork, session: PracticeSession) -> Facts:
    """The rows behind the sentences."""
    pool = work.get(Pool, session.pool_id)
    policy = policy_of(pool)
    live = select(Booking).where(Booking.session_id == session.id, Booking.state.in_(LIVE_BOOKING_STATES))
    open_offers = select(Offer).where(
        Offer.session_id == session.id, Offer.state == "sent", Offer.expires_at > work.now
    )
    proposals = select(Proposal).where(Proposal.session_id == session.id, Proposal.state == "proposed")
    runs = select(MatchRun).where(
        MatchRun.pool_id == session.pool_id,
        MatchRun.state.in_(LIVE_RUN_STATES),
        MatchRun.first_day <= session.on,
        MatchRun.last_day >= session.on,
    )
    return Facts(
        session,
        session.starts_at <= work.now,
        work.first(live),
        work.all(open_offers.order_by(Offer.expires_at)),
        work.first(proposals),
        work.first(runs),
        policy,
        session.on <= london_date(work.now) + timedelta(days=policy.horizon_days),
        contact_of(pool),
    )


def contact_of(pool: Pool) -> str:
    """How to reach whoever runs the pool."""
    ways = " or ".join(filter(None, [pool.host.phone, pool.host.email]))
    return f"{pool.host.name}, {ways}" if ways else pool.host.name


def standing(facts: Facts) -> str:
    """What is."""
    session = facts.session
    if session.state == "filled" and facts.booked is not None:
        return f"{facts.booked.clinician.name} is booked."
    if session.state in ENDINGS:
        return ENDINGS[session.state]
    if facts.started:
        return ENDINGS["unfilled"]
    if session.state == "offered":
        return asked_words(facts.asked)
    if session.state == "matched" and facts.proposed is not None:
        return f"A plan proposes {facts.proposed.clinician.name}. Nobody has been asked."
    return "Nobody is booked, and nobody has an offer to answer."


ENDINGS = {
    "draft": "It is not posted yet, so nobody can be asked.",
    "withdrawn": "It is withdrawn. Nobody is asked for it any more.",
    "unfilled": "It has started with nobody booked.",
}


def asked_words(asked: Sequence[Offer]) -> str:
    """Who is asked, and until when they may answer."""
    if not asked:
        return "Whoever was asked has not answered in time. Nobody is booked."
    until = moment(asked[-1].expires_at)
    if len(asked) == 1:
        return f"{asked[0].clinician.name} is asked and may answer until {until}. Nobody is booked."
    return f"{plural(len(asked), 'clinician')} are asked; the last may answer until {until}. Nobody is booked."


def is_open(facts: Facts) -> bool:
    """Is somebody still wanted?"""
    return facts.session.state in OPEN_SESSION_STATES and not facts.started


def next_for_manager(facts: Facts) -> str:
    """What the manager has to do."""
    if not is_open(facts):
        return ""
    if facts.run is not None:
        return "A run that covers this day is under way."
    if facts.session.state == "offered" and facts.asked:
        return "If nobody accepts, you have to ask somebody else."
    if facts.session.state == "matched":
        return "Send the offer, or choose somebody else."
    return f"Offer it to somebody, or start a run.{by_itself(facts)}"


def next_for_practice(facts: Facts) -> str:
    """Who does what next, and whom to ring."""
    if not is_open(facts):
        return ""
    ring = f"Questions, or is it urgent? {facts.contact}."
    if facts.run is not None:
        return f"A run that covers this day is under way. {ring}"
    if facts.session.state == "offered" and facts.asked:
        return f"You get an e-mail when somebody accepts. If nobody does, the pool manager has to ask somebody else. {ring}"
    if facts.session.state == "matched":
        return f"The pool manager has to send the offer. {ring}"
    return f"The pool manager decides whom to ask.{by_itself(facts)} {ring}"


def by_itself(facts: Facts) -> str:
    """The nightly run, where the pool has one that looks as far as this session."""
    if not (facts.policy.nightly_run and facts.horizon_reaches):
        return ""
    then = "offers it to whoever it chooses" if facts.policy.auto_release else "proposes somebody if it finds one"
    return f" The next run starts by itself at night and {then}."


def told(work: UnitOfWork, session: PracticeSession) -> str:
    """Who hears of a cancellation: the practice, and the pool manager where there is one."""
    managers = select(Membership.id).where(
        Membership.pool_id == session.pool_id, Membership.role == MANAGER, Membership.ended_at.is_(None)
    )
    people = ["the practice", "the pool manager"] if work.first(managers) is not None else ["the practice"]
    return f"We are telling {listed(people)} by e-mail now."


def without_cover(work: UnitOfWork) -> Sequence[PracticeSession]:
    """Open sessions for which nobody is asked or proposed any more, although somebody was booked or asked: what a manager
    has to act on, the next first."""
    return work.all(lost_cover(work).order_by(PracticeSession.starts_at, PracticeSession.id))


def lost_cover(work: UnitOfWork) -> Select[PracticeSession]:
    """The statement for them."""
    booked = select(Booking.id).where(Booking.session_id == PracticeSession.id).correlate(PracticeSession).exists()
    ended = select(Offer.id).where(Offer.session_id == PracticeSession.id, Offer.state.in_(ENDED_OFFERS))
    asked = ended.correlate(PracticeSession).exists()
    return select(PracticeSession).where(
        PracticeSession.state == "posted", PracticeSession.starts_at > work.now, or_(booked, asked)
    )


def last_word(work: UnitOfWork, session: PracticeSession) -> str:
    """What ended the last hope of a session: a cancelled booking, or offers without a yes."""
    cancelled = select(Booking).where(Booking.session_id == session.id, Booking.cancelled_at.is_not(None))
    latest = work.first(cancelled.order_by(Booking.cancelled_at.desc()))
    if latest is None or latest.cancelled_at is None:
        return "nobody who was asked accepted"
    on = day(latest.cancelled_at)
    if latest.cancelled_by == "clinician":
        return f"{latest.clinician.name} was booked and cancelled on {on}"
    who = "the practice" if latest.cancelled_by == "practice" else "the pool"
    return f"{latest.clinician.name} was booked until {who} cancelled on {on}"
