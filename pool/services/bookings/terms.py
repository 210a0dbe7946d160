"""The terms of a booking: everything both sides must know, frozen with a hash (domain 2.6)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pool.catalogue import CLINICAL_SYSTEMS, CONTRACT_CONTEXTS, COVER_REASONS, KINDS, PROFESSIONS
from pool.models.clinician import Clinician
from pool.models.pool import Pool
from pool.models.session import PracticeSession
from pool.rules.mileage import MileagePolicy
from pool.services.billing.settlement_terms import settlement_of
from pool.services.pension.pension_terms import chosen, pension_of, said_in
from pool.services.pools.policy import policy_of

VERSION = 1

PROPOSABLE = ("on", "starts", "ends", "minutes", "kind", "plan", "fee_pence", "notes")
"""What one side may propose to change once it is booked."""

FOLLOWING = ("settlement", "pension")
"""Holiday pay and the employer's pension contribution go by the fee and the day."""


def terms_for(session: PracticeSession, clinician: Clinician, pool: Pool) -> dict[str, Any]:
    """What the offer shows and the booking freezes. Plain JSON values; money as whole pence."""
    practice, policy = session.practice, policy_of(pool)
    engagement, mileage = clinician.engagement_on(session.on), policy.mileage()
    return {
        "version": VERSION,
        "parties": {
            "practice": practice.name,
            "ods_code": practice.ods_code,
            "clinician": clinician.name,
            "pool": pool.name,
            "host": pool.host.name,
        },
        "place": {"address": practice.organisation.address, "postcode": practice.postcode, "remote": session.remote},
        "on": session.on.isoformat(),
        "starts": session.starts.isoformat("minutes"),
        "ends": session.ends.isoformat("minutes"),
        "minutes": session.minutes,
        "kind": KINDS[session.kind],
        "role": PROFESSIONS[session.profession].title,
        "plan": session.plan,
        "clinical_system": CLINICAL_SYSTEMS[session.clinical_system],
        "covering": {"reason": COVER_REASONS[session.cover_reason], "post": session.post_covered},
        "contract_context": CONTRACT_CONTEXTS[session.contract_context],
        "engaging_org": session.engaging_org or practice.name,
        "engagement_type": engagement.type if engagement else None,
        "settlement": settlement_of(session, clinician, pool),
        "pension": pension_of(session, clinician),
        "fee_pence": session.fee.pence,
        "fee_basis": "One fee for the session as agreed; time beyond it only as approved by the practice.",
        "extra_visit_pence": session.extra_visit_fee.pence if session.extra_visit_fee else None,
        "mileage": asdict(mileage),
        "extras": extras_words(session, mileage),
        "cancellation": policy.cancellation_words(),
        "cancellation_bands": [list(band) for band in policy.cancellation_bands],
        "silence_days": policy.silence_days,
        "answer_days": policy.answer_days,
        "payment_term_days": policy.payment_term_days,
        "arrival": practice.arrival_notes,
        "contact": practice.phone,
        "notes": session.notes,
    }


def changed_terms(
    agreed: Mapping[str, Any], session: PracticeSession, clinician: Clinician, pool: Pool
) -> dict[str, Any]:
    """The terms of a booking as they would be with the times, fee, plan and notes of this session; all else stays as it was
    agreed. How it is paid and what the pension costs follow from the fee and the day; whether it is pensioned does not change.
    """
    new = terms_for(session, clinician, pool)
    terms = dict(agreed) | {name: new[name] for name in PROPOSABLE}
    if (terms["fee_pence"], terms["on"]) == (agreed["fee_pence"], agreed["on"]):
        return terms
    terms |= {name: new[name] for name in FOLLOWING if name in agreed}
    return chosen(terms, said_in(agreed)["intent"]) if "pension" in agreed else terms


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


def hash_of(terms: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: proves later that nobody changed what was agreed."""
    canonical = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def missing_words(session: PracticeSession) -> list[str]:
    """What a session still lacks before it may be offered; empty when the terms are complete (domain 2.6)."""
    plan = session.plan
    gaps = {
        "a fee": session.fee.pence > 0,
        "the number of appointments, or visits, or duty": plan.get("appointments")
        or plan.get("visits")
        or plan.get("duty"),
        "the reason for cover": session.cover_reason,
        "the clinical system": session.clinical_system,
    }
    return [name for name, present in gaps.items() if not present]
