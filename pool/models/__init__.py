"""The tables, one file per noun. Importing this package makes them all known to migrations."""

from pool.models.absence import Absence
from pool.models.adjustment import AdjustmentProposal
from pool.models.audit import AuditEntry
from pool.models.audit_chain import AuditHead, AuditLink
from pool.models.availability import AvailabilityDay, WeeklySlot
from pool.models.bank import BankImport, BankLine
from pool.models.base import Base
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.clinician import Clinician, Engagement, PracticePreference
from pool.models.credit_request import CreditRequest
from pool.models.determination import StatusDetermination
from pool.models.dispute import Dispute, DisputeRound
from pool.models.factor_reset import FactorReset
from pool.models.figure import PoolFigure
from pool.models.form_a import FormA
from pool.models.form_b import FormB, FormBLine
from pool.models.heartbeat import Heartbeat
from pool.models.invoice import Invoice, InvoiceLine, InvoiceSeries, Seller
from pool.models.ledger import LedgerEntry, LedgerPosting
from pool.models.login import Login
from pool.models.match_run import MatchRun, Proposal, UnfilledReason
from pool.models.message import Message
from pool.models.offer import Offer
from pool.models.outbox import OutboxMessage
from pool.models.payment import Payment, PaymentAllocation
from pool.models.pension_profile import PensionProfile, TierChoice
from pool.models.person import Membership, Person, SignInLink
from pool.models.pool import Host, Ics, Place, Pool
from pool.models.practice import Organisation, Practice
from pool.models.reminder import Reminder
from pool.models.run_part import RunPart
from pool.models.session import PracticeSession
from pool.models.terms_change import TermsChange
from pool.models.timesheet import Timesheet

__all__ = [
    "Absence",
    "AdjustmentProposal",
    "AuditEntry",
    "AuditHead",
    "AuditLink",
    "AvailabilityDay",
    "BankImport",
    "BankLine",
    "Base",
    "Booking",
    "Charge",
    "Clinician",
    "CreditRequest",
    "Dispute",
    "DisputeRound",
    "Engagement",
    "FactorReset",
    "FormA",
    "FormB",
    "FormBLine",
    "Heartbeat",
    "Host",
    "Ics",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "LedgerEntry",
    "LedgerPosting",
    "Login",
    "MatchRun",
    "Membership",
    "Message",
    "Offer",
    "Organisation",
    "OutboxMessage",
    "Payment",
    "PaymentAllocation",
    "PensionProfile",
    "Person",
    "Place",
    "Pool",
    "PoolFigure",
    "Practice",
    "PracticePreference",
    "PracticeSession",
    "Proposal",
    "Reminder",
    "RunPart",
    "Seller",
    "SignInLink",
    "StatusDetermination",
    "TermsChange",
    "TierChoice",
    "Timesheet",
    "UnfilledReason",
    "WeeklySlot",
]
