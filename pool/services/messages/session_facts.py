"""What an e-mail says about a session, from the terms that both sides see (services/bookings/terms.py)."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from pool import formats
from pool.models.session import PracticeSession
from pool.money import Money

FROM_HOME = "from home (remote)"


def of_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Where, when, what and for how much, as text."""
    parties, place = terms["parties"], terms["place"]
    return {
        "place": parties["practice"],
        "clinician": parties["clinician"],
        "where": FROM_HOME if place["remote"] else ", ".join([*place["address"], place["postcode"]]),
        **when(date.fromisoformat(terms["on"]), time.fromisoformat(terms["starts"]), time.fromisoformat(terms["ends"])),
        "work": work(terms["role"], terms["kind"], terms["plan"]),
        "fee": str(Money(terms["fee_pence"])),
        "system": terms["clinical_system"],
        "covering": terms["covering"]["reason"],
        "arrival": terms["arrival"],
        "contact": terms["contact"],
        "notes": terms["notes"],
        "cancellation": terms["cancellation"],
        "silence_days": terms["silence_days"],
    }


def of_session(session: PracticeSession) -> dict[str, Any]:
    """Place, day and hours of a session for which no clinician is coming."""
    return {"place": session.practice.name, **when(session.on, session.starts, session.ends)}


def when(on: date, starts: time, ends: time) -> dict[str, str]:
    """The day and the hours, in full for the body and short for the subject."""
    return {
        "when": f"{formats.long_day(on)}, {formats.hours(starts, ends)} (London time)",
        "short_when": f"{formats.day(on)}, {formats.hours(starts, ends)}",
    }


def work(role: str, kind: str, plan: Mapping[str, Any]) -> str:
    """GP, morning: 15 appointments of 10 minutes, up to 2 visits."""
    parts = [
        appointments(plan),
        f"up to {formats.plural(plan['visits'], 'visit')}" if plan.get("visits") else "",
        "duty doctor" if plan.get("duty") else "",
        f"{plan['admin_minutes']} minutes for paperwork" if plan.get("admin_minutes") else "",
    ]
    details = ", ".join(filter(None, parts))
    return f"{role}, {kind.lower()}{f': {details}' if details else ''}"


def appointments(plan: Mapping[str, Any]) -> str:
    """15 appointments of 10 minutes."""
    if not plan.get("appointments"):
        return ""
    length = f" of {plan['minutes_each']} minutes" if plan.get("minutes_each") else ""
    return formats.plural(plan["appointments"], "appointment") + length
