"""Drawing up the terms of an offer from the session, the clinician and the rules of the pool (domain 2.6)."""

from dataclasses import replace

from pool.catalogue import CLINICAL_SYSTEMS, CONTRACT_CONTEXTS, COVER_REASONS, KINDS, PROFESSIONS
from pool.models.clinician import Clinician
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.rules.mileage import MileagePolicy
from pool.rules.offered_work import Covering, OfferedWork
from pool.rules.terms import Parties, Place, Terms
from pool.services.billing.settlement_terms import settlement_of
from pool.services.pension.pension_terms import pension_of
from pool.services.pools.policy import policy_of


def work_of(session: PracticeSession) -> OfferedWork:
    """The part of the terms that comes from the session alone, whoever takes it."""
    return OfferedWork(
        kind=KINDS[session.kind],
        role=PROFESSIONS[session.profession].title,
        plan=session.plan,
        clinical_system=CLINICAL_SYSTEMS[session.clinical_system],
        covering=Covering(COVER_REASONS[session.cover_reason], session.post_covered),
        notes=session.notes,
    )


def terms_for(session: PracticeSession, clinician: Clinician, pool: Pool) -> Terms:
    """What the offer shows and the booking freezes."""
    practice, policy = session.practice, policy_of(pool)
    engagement, mileage = clinician.engagement_on(session.on), policy.mileage()
    return Terms(
        **vars(work_of(session)),
        parties=Parties(practice.name, practice.ods_code, clinician.name, pool.name, pool.host.name),
        place=Place(tuple(practice.organisation.address), practice.postcode, session.remote),
        on=session.on,
        starts=session.starts,
        ends=session.ends,
        minutes=session.minutes,
        contract_context=CONTRACT_CONTEXTS[session.contract_context],
        engaging_org=session.engaging_org or practice.name,
        engagement_type=engagement.type if engagement else None,
        settlement=settlement_of(session, clinician, pool),
        pension=pension_of(session, clinician),
        fee=session.fee,
        fee_basis="One fee for the session as agreed; time beyond it only as approved by the practice.",
        extra_visit_fee=session.extra_visit_fee,
        mileage=mileage,
        extras=extras_words(session, mileage),
        cancellation=policy.cancellation_words(),
        cancellation_bands=policy.cancellation_bands,
        silence_days=policy.silence_days,
        answer_days=policy.answer_days,
        payment_term_days=policy.payment_term_days,
        arrival=practice.arrival_notes,
        contact=practice.phone,
    )


def changed_terms(agreed: Terms, session: PracticeSession, clinician: Clinician, pool: Pool) -> Terms:
    """The terms of a booking as they would be with the day, times, kind, plan, fee and notes of this session; all else stays
    as it was agreed. Holiday pay and the employer's pension contribution go by the fee and the day, so how it is paid and what
    the pension costs follow, where the terms say something about them; whether it is pensioned does not change.
    """
    new = terms_for(session, clinician, pool)
    terms = replace(
        agreed,
        on=new.on,
        starts=new.starts,
        ends=new.ends,
        minutes=new.minutes,
        kind=new.kind,
        plan=new.plan,
        fee=new.fee,
        notes=new.notes,
    )
    if (terms.fee, terms.on) == (agreed.fee, agreed.on):
        return terms
    settlement = new.settlement if agreed.settlement else None
    pension = new.pension.chosen(agreed.pension.intent) if agreed.pension.words else agreed.pension
    return replace(terms, settlement=settlement, pension=pension)


def extras_words(session: PracticeSession, mileage: MileagePolicy) -> str:
    """How time beyond the session, extra visits and mileage are paid; each only when the practice approves it."""
    visits = (
        f"{session.extra_visit_fee} for each extra visit" if session.extra_visit_fee else "extra visits as proposed"
    )
    return (
        f"Only as approved by the practice: time by the minute of the fee; {visits}; {mileage_words(session, mileage)}."
    )


def mileage_words(session: PracticeSession, mileage: MileagePolicy) -> str:
    """Mileage at HMRC’s approved rate of the day, up to 100 miles a session."""
    if session.remote:
        return "no mileage, because the session is remote"
    rate = f"at {mileage.pence}p a mile" if mileage.pence is not None else "at HMRC’s approved rate of the day"
    limit = f", up to {mileage.cap} miles a session" if mileage.cap is not None else ""
    return f"mileage {rate}{limit}"


def missing_words(session: PracticeSession) -> list[str]:
    """What a session still lacks before it may be offered; empty when the terms are complete (domain 2.6)."""
    plan = session.plan
    gaps = {
        "a fee": session.fee.pence > 0,
        "the number of appointments, or visits, or duty": plan.appointments or plan.visits or plan.duty,
        "the reason for cover": session.cover_reason,
        "the clinical system": session.clinical_system,
    }
    return [name for name, present in gaps.items() if not present]
