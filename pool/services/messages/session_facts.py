"""What an e-mail says about a session, from the terms that both sides see (rules/terms.py)."""

from datetime import date, time
from typing import Any

from pool import formats
from pool.models.session import PracticeSession
from pool.rules.terms import Terms
from pool.rules.work_words import work_lines

FROM_HOME = "from home (remote)"


def of_terms(terms: Terms) -> dict[str, Any]:
    """Where, when, what and for how much, as text. `work` has a line for each thing that is asked for."""
    return {
        "place": terms.parties.practice,
        "clinician": terms.parties.clinician,
        "where": FROM_HOME if terms.place.remote else str(terms.place),
        **when(terms.on, terms.starts, terms.ends),
        "work": "\n".join(value if label == "Work" else f"{label}: {value}" for label, value in work_lines(terms)),
        "fee": str(terms.fee),
        "system": terms.clinical_system,
        "arrival": terms.arrival,
        "contact": terms.contact,
        "cancellation": terms.cancellation,
        "silence_days": terms.silence_days,
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
