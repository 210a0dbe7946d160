"""What an offer and a booking say about who invoices whom and how the clinician is paid (domain 4.1)."""

from dataclasses import asdict

from pool.models.clinician import Clinician
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.rules import settlement
from pool.rules.settlement import HOST, HolidayPay, Settlement, settled
from pool.rules.terms import SettlementTerms
from pool.services.pension.pension_terms import engaged_on


def settlement_of(session: PracticeSession, clinician: Clinician, pool: Pool) -> SettlementTerms | None:
    """The settlement part of the terms, with one sentence for both sides; None without an engagement."""
    engagement = clinician.engagement_on(session.on)
    if engagement is None:
        return None
    agreed = settled(engaged_on(session, engagement.type))
    return SettlementTerms(**asdict(agreed), words=words(agreed, session, clinician, pool))


def words(agreed: Settlement, session: PracticeSession, clinician: Clinician, pool: Pool) -> str:
    """Who invoices whom, who pays, and holiday pay where some accrues."""
    practice, host = session.practice.name, pool.host.name
    if agreed.seller != HOST:
        return f"{clinician.name} invoices {practice}, which pays {clinician.name} directly; the pool prepares the invoice."
    holiday = holiday_of(agreed, session)
    more = (
        f" Holiday pay of {settlement.percent(holiday.rate)} ({holiday.amount}) comes on top, shown apart."
        if holiday
        else ""
    )
    return f"{host} employs {clinician.name} and pays through its payroll; {host} invoices {practice}.{more}"


def holiday_of(agreed: Settlement, session: PracticeSession) -> HolidayPay | None:
    """The holiday pay that accrues on the session's fee, if any."""
    return settlement.holiday_pay(session.fee, agreed, on=session.on)
