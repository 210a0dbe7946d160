"""The beats of the demo's story performed through the product's own use cases, each at its instant of the past."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from pool import clock
from pool.actor import Actor
from pool.demo.demand import ADMIN_MINUTES, EXTRA_HOURS, DemoSession
from pool.demo.foundation import practice_id
from pool.demo.identity import demo_id, manager_email, pool_id, practice_email
from pool.demo.members import clinician_id
from pool.demo.practices import DemoPractice
from pool.demo.settings import DemoPool
from pool.demo.timeline import Beat
from pool.documents.pdf import invoice_pdf
from pool.documents.ubl import ubl
from pool.models.clinician import Clinician
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.money import Money
from pool.permissions import CLINICIAN, MANAGER, PRACTICE
from pool.rules.choice_words import reason
from pool.rules.claims import Objection
from pool.rules.session_plan import SessionPlan
from pool.services.billing import e_invoice, invoice_document, invoicing, issuing
from pool.services.bookings import cancelling, offers
from pool.services.hours import disputes, queries, timesheets
from pool.services.payments import payments
from pool.services.pension import pension_terms
from pool.services.sessions import posting
from pool.unit_of_work import UnitOfWork

DECLINED, CANCELLED, QUERY = "not_free", "ill", "We have you leaving half an hour early. Please look again."
LEFT_EARLY = 30
BY_PRACTICE = frozenset({"post", "cancel_by_practice", "confirm", "query", "pay"})
BY_CLINICIAN = frozenset({"accept", "decline", "submit", "settle", "cancel_by_clinician"})
BY_MANAGER = frozenset({"offer", "miss"})


class Acts:
    """What the people of one pool do; remembers the rows that came of it."""

    def __init__(self, pool: DemoPool, practices: Sequence[DemoPractice]):
        self.pool = pool
        self.practices = {practice.ods_code: practice for practice in practices}
        self.sessions: dict[DemoSession, UUID] = {}
        self.offers: dict[DemoSession, UUID] = {}
        self.bookings: dict[DemoSession, UUID] = {}
        self.timesheets: dict[DemoSession, UUID] = {}
        self.disputes: dict[DemoSession, UUID] = {}
        self.invoices: dict[DemoSession, UUID] = {}

    def actor(self, beat: Beat) -> Actor:
        """The actor who takes this step of the story."""
        if beat.verb in BY_PRACTICE:
            return self._practice(beat.session.ods_code)
        if beat.verb in BY_CLINICIAN and beat.person:
            return self._clinician(beat.person.email)
        if beat.verb in BY_MANAGER:
            return Actor(MANAGER, (pool_id(self.pool),), demo_id("person", manager_email(self.pool)))
        return Actor.system(pool_id(self.pool))

    def perform(self, work: UnitOfWork, beat: Beat) -> None:
        """One beat, as the portal would do it."""
        act: Callable[[UnitOfWork, Beat], None] = getattr(self, beat.verb)
        act(work, beat)

    def post(self, work: UnitOfWork, beat: Beat) -> None:
        """The practice posts it."""
        practice = self.practices[beat.session.ods_code]
        details = details_of(beat.session, practice, lead=(beat.session.on - work.now.date()).days)
        (posted,) = posting.post(work, practice_id(practice.ods_code), [beat.session.on], details, even_if_twin=True)
        self.sessions[beat.session] = posted.id

    def offer(self, work: UnitOfWork, beat: Beat) -> None:
        """The manager offers it to somebody."""
        session = work.get(PracticeSession, self.sessions[beat.session], lock=True)
        clinician = work.get(Clinician, self._clinician_id(beat))
        self.offers[beat.session] = offers.send(work, session, clinician, reasons=[reason("asked_by_hand")]).id

    def accept(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician takes it."""
        offer = work.get(Offer, self.offers[beat.session])
        usual = pension_terms.usual(work, offer.terms, offer.clinician)
        self.bookings[beat.session] = offers.accept(work, offer.id, pension=usual).id

    def decline(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician says no."""
        offers.decline(work, self.offers[beat.session], DECLINED)

    def cancel_by_clinician(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician cannot come; the session opens again."""
        cancelling.cancel(work, self.bookings[beat.session], CANCELLED)

    def cancel_by_practice(self, work: UnitOfWork, beat: Beat) -> None:
        """The practice needs nobody any more."""
        cancelling.cancel(work, self.bookings[beat.session], "not_needed", still_needed=False)

    def miss(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician does not come to the session."""
        cancelling.miss(work, self.bookings[beat.session])

    def submit(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician sends the hours: as booked."""
        self.timesheets[beat.session] = timesheets.submit_as_booked(work, self.bookings[beat.session]).id

    def query(self, work: UnitOfWork, beat: Beat) -> None:
        """The practice agrees to all but the last half hour."""
        sheet = work.get(Timesheet, self.timesheets[beat.session])
        objection = Objection("left_early", figure=Decimal(sheet.minutes - LEFT_EARLY))
        (dispute,) = queries.query(work, sheet.id, {"session": objection}, QUERY)
        self.disputes[beat.session] = dispute.id

    def settle(self, work: UnitOfWork, beat: Beat) -> None:
        """The clinician sees it the same way."""
        disputes.accept(work, self.disputes[beat.session], seen=1)

    def confirm(self, work: UnitOfWork, beat: Beat) -> None:
        """The practice agrees to the hours."""
        timesheets.confirm(work, self.timesheets[beat.session])

    def invoice(self, work: UnitOfWork, beat: Beat) -> None:
        """The product writes the invoice."""
        (invoice,) = invoicing.bill_booking(work, self.bookings[beat.session])
        self.invoices[beat.session] = invoice.id

    def draw(self, work: UnitOfWork, beat: Beat) -> None:
        """The product draws its document."""
        document = invoice_document.document_of(work, self.invoices[beat.session])
        if document is not None:
            xml = ubl(e_invoice.document_of(work, self.invoices[beat.session]))
            issuing.attach_document(work, self.invoices[beat.session], invoice_pdf(document, xml), xml)

    def pay(self, work: UnitOfWork, beat: Beat) -> None:
        """The practice has paid."""
        payments.settle(work, self.invoices[beat.session], clock.london_date(work.now))

    def lapse(self, work: UnitOfWork, beat: Beat) -> None:
        """The day is over: what ran out is closed."""
        offers.expire_due(work)
        posting.lapse_due(work)

    def _practice(self, ods_code: str) -> Actor:
        person = demo_id("person", practice_email(ods_code))
        return Actor(PRACTICE, (pool_id(self.pool),), person, practice_id=practice_id(ods_code))

    def _clinician(self, email: str) -> Actor:
        person, clinician = demo_id("person", email), clinician_id(self.pool, email)
        return Actor(CLINICIAN, (pool_id(self.pool),), person, clinician_ids=(clinician,))

    def _clinician_id(self, beat: Beat) -> UUID:
        if beat.person is None:
            raise ValueError(f"The beat {beat.verb} names no clinician.")
        return clinician_id(self.pool, beat.person.email)


def details_of(session: DemoSession, practice: DemoPractice, *, lead: int) -> dict[str, Any]:
    """The session as the posting form would send it; `lead` is the days of notice."""
    extra_hours = session.kind in EXTRA_HOURS
    return {
        "kind": session.kind,
        "starts": session.starts,
        "ends": session.ends,
        "profession": session.profession,
        "skills": list(session.skills),
        "clinical_system": practice.system,
        "system_required": True,
        "remote": session.remote,
        "urgency": urgency_of(session, lead),
        "fee": Money(session.fee_pence),
        "plan": plan_of(session),
        "contract_context": "pcn_enhanced_access" if extra_hours else "core",
        "engaging_org": practice.pcn_name if extra_hours else "",
        "cover_reason": session.cover_reason,
        "post_covered": "" if session.cover_reason in ("surge", "enhanced_access") else "A partner's usual surgery",
        "funding_source": "pcn_des" if extra_hours else "practice",
    }


def urgency_of(session: DemoSession, lead: int) -> int:
    """A duty doctor missing at short notice is critical; short notice or sickness is urgent."""
    if session.kind == "duty" and lead < 3:
        return 3
    return 2 if lead < 3 or session.cover_reason == "sickness" else 1


def plan_of(session: DemoSession) -> SessionPlan:
    """The work in the session (domain 2.3)."""
    at_a_distance = session.appointments if session.remote else session.appointments // 4
    return SessionPlan(
        appointments=session.appointments,
        minutes_each=session.appointment_minutes,
        face_to_face=session.appointments - at_a_distance,
        telephone=at_a_distance,
        visits=session.visits,
        duty=session.kind == "duty",
        admin_minutes=ADMIN_MINUTES,
        break_minutes=session.break_minutes,
        results=not session.remote,
        prescriptions=True,
    )
