"""What an offer and a booking say about the NHS Pension: the route, who may choose, and what it costs the practice."""

from sqlalchemy import select

from pool.errors import Invalid
from pool.models.clinician import Clinician
from pool.models.pension_profile import PensionProfile
from pool.models.session import PracticeSession
from pool.rules import pension
from pool.rules.agreed_pension import PensionCost, PensionTerms
from pool.rules.settlement import (
    LOCUM_AB,
    PENSION_ROUTES,
    SOLE_TRADER,
    Engaged,
    engaged_by,
    pension_route,
    why_route,
)
from pool.rules.terms import Terms
from pool.unit_of_work import UnitOfWork


def pension_of(session: PracticeSession, clinician: Clinician) -> PensionTerms:
    """The pension part of the terms: route and why, and by forms A and B the cost to the practice if it is chosen.

    The cost is worked out with the rate of the day of the session; the form itself goes by the day of payment.
    """
    engagement = clinician.engagement_on(session.on)
    engaged = engaged_on(session, engagement.type if engagement else "")
    route = pension_route(engaged)
    cost = cost_of(session) if route == LOCUM_AB else None
    return PensionTerms(route, PENSION_ROUTES[route], why_route(engaged), cost=cost)


def engaged_on(session: PracticeSession, engagement_type: str) -> Engaged:
    """The facts that the route depends on."""
    by = engaged_by(session.contract_context, session.engaging_org, session.practice.name)
    return Engaged(engagement_type, session.profession, session.contract_context, by)


def cost_of(session: PracticeSession) -> PensionCost:
    """What a practice would pay on top of the fee, with its working."""
    row = pension.employer_rate(session.on)
    rate = row.decimal("practice_part")
    amounts = pension.form_a_amounts(session.fee, rate)
    words = f"{session.fee} × {pension.percent(pension.LOCUM_SHARE)} = {amounts.pensionable}"
    working = f"{words}; {pension.employer_working(amounts.pensionable, rate)}"
    return PensionCost(amounts.employer, rate, working, row.confirmed)


def possible(session: PracticeSession) -> PensionCost | None:
    """What a practice may have to pay on top when a self-employed GP takes this session; None when forms A and B
    cannot be used for it."""
    return cost_of(session) if pension_route_of(session, SOLE_TRADER) == LOCUM_AB else None


def pension_route_of(session: PracticeSession, engagement_type: str) -> str:
    """The way in which a session is pensioned when somebody with this engagement takes it."""
    return pension_route(engaged_on(session, engagement_type))


def refuse_unsaid(terms: Terms, choice: bool | None) -> None:
    """The choice is final, so nobody makes it for the clinician. Raises Invalid while it is open."""
    if choice is None and terms.pension.may_choose:
        words = "Choose whether this session is pensioned: you cannot change it afterwards"
        raise Invalid(f"{words}.", {"pension": [words]})


def usual(work: UnitOfWork, terms: Terms, clinician: Clinician) -> bool:
    """What the clinician usually does, as their pension details say, where there is a choice at all; a reminder only."""
    if not terms.pension.may_choose:
        return False
    profile = work.first(select(PensionProfile).where(PensionProfile.clinician_id == clinician.id))
    return profile is not None and profile.pension_by_default
