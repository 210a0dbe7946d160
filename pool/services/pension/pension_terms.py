"""What an offer and a booking say about the NHS Pension: the route, who may choose, and what it costs the practice."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from pool.errors import Invalid
from pool.models.clinician import Clinician
from pool.models.pension_profile import PensionProfile
from pool.models.session import PracticeSession
from pool.money import Money
from pool.rules import pension
from pool.rules.settlement import (
    LOCUM_AB,
    NO_PENSION,
    PENSION_ROUTES,
    SOLE_TRADER,
    Engaged,
    engaged_by,
    pension_route,
    why_route,
)
from pool.unit_of_work import UnitOfWork

UNSAID = {"route": NO_PENSION, "intent": False, "cost_pence": 0}
"""For terms that were written before they said anything about a pension."""


def pension_of(session: PracticeSession, clinician: Clinician) -> dict[str, Any]:
    """The pension part of the terms: route and why, and by forms A and B the cost to the practice if it is chosen.

    The cost is worked out with the rate of the day of the session; the form itself goes by the day of payment.
    """
    engagement = clinician.engagement_on(session.on)
    engaged = engaged_on(session, engagement.type if engagement else "")
    route = pension_route(engaged)
    said = {"route": route, "words": PENSION_ROUTES[route], "why": why_route(engaged), "intent": False, "cost_pence": 0}
    return said | cost_of(session) if route == LOCUM_AB else said


def engaged_on(session: PracticeSession, engagement_type: str) -> Engaged:
    """The facts that the route depends on."""
    by = engaged_by(session.contract_context, session.engaging_org, session.practice.name)
    return Engaged(engagement_type, session.profession, session.contract_context, by)


def cost_of(session: PracticeSession) -> dict[str, Any]:
    """What a practice would pay on top of the fee, with its working."""
    row = pension.employer_rate(session.on)
    rate = row.decimal("practice_part")
    amounts = pension.form_a_amounts(session.fee, rate)
    words = f"{session.fee} × {pension.percent(pension.LOCUM_SHARE)} = {amounts.pensionable}"
    return {
        "cost_pence": amounts.employer.pence,
        "rate": str(rate),
        "working": f"{words}; {pension.employer_working(amounts.pensionable, rate)}",
        "confirmed": row.confirmed,
    }


def possible(session: PracticeSession) -> dict[str, Any] | None:
    """What a practice may have to pay on top when a self-employed GP takes this session; None when forms A and B
    cannot be used for it."""
    return cost_of(session) if pension_route_of(session, SOLE_TRADER) == LOCUM_AB else None


def pension_route_of(session: PracticeSession, engagement_type: str) -> str:
    """The way in which a session is pensioned when somebody with this engagement takes it."""
    return pension_route(engaged_on(session, engagement_type))


def refuse_unsaid(terms: Mapping[str, Any], choice: bool | None) -> None:
    """The choice is final, so nobody makes it for the clinician. Raises Invalid while it is open."""
    if choice is None and may_choose(terms):
        words = "Choose whether this session is pensioned: you cannot change it afterwards"
        raise Invalid(f"{words}.", {"pension": [words]})


def usual(work: UnitOfWork, terms: Mapping[str, Any], clinician: Clinician) -> bool:
    """What the clinician usually does, as their pension details say, where there is a choice at all; a reminder only."""
    if not may_choose(terms):
        return False
    profile = work.first(select(PensionProfile).where(PensionProfile.clinician_id == clinician.id))
    return profile is not None and profile.pension_by_default


def may_choose(terms: Mapping[str, Any]) -> bool:
    """The choice per engagement is for forms A and B only (domain 5.1)."""
    return bool(said_in(terms)["route"] == LOCUM_AB)


def chosen(terms: Mapping[str, Any], intent: bool) -> dict[str, Any]:
    """The terms with the clinician's choice, ready to be frozen; all else stays as it was shown."""
    return {**terms, "pension": {**said_in(terms), "intent": intent and may_choose(terms)}}


def cost(terms: Mapping[str, Any]) -> Money:
    """What the practice pays on top by these terms: nothing unless it was chosen."""
    said = said_in(terms)
    return Money(said["cost_pence"] if said["intent"] else 0)


def said_in(terms: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pension part of some terms."""
    return terms.get("pension", UNSAID)
