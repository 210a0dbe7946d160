"""The tables, one file per noun. Importing this package makes them all known to migrations."""

from pool.models.audit import AuditEntry
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.base import Base
from pool.models.booking import Booking
from pool.models.clinician import Clinician, Engagement, PracticePreference
from pool.models.form_a import FormA
from pool.models.form_b import FormB, FormBLine
from pool.models.invoice import Invoice, InvoiceLine, InvoiceSeries, Seller
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.message import Message
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.models.pension_profile import PensionProfile, TierChoice
from pool.models.person import Membership, Person, SignInLink
from pool.models.pool import Host, Ics, Place, Pool
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.models.timesheet import Timesheet
from pool.models.visit import Visit

__all__ = [
    "AuditEntry",
    "AvailabilityDay",
    "Base",
    "Booking",
    "Clinician",
    "Engagement",
    "FormA",
    "FormB",
    "FormBLine",
    "Host",
    "Ics",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "MatchRun",
    "Membership",
    "Message",
    "Offer",
    "Organisation",
    "OutboxMessage",
    "PensionProfile",
    "Person",
    "Place",
    "Pool",
    "Practice",
    "PracticePreference",
    "PracticeSession",
    "Proposal",
    "Seller",
    "SignInLink",
    "TierChoice",
    "Timesheet",
    "UnfilledReason",
    "Visit",
    "WeeklySlot",
]
