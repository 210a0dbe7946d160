"""The form of a session: what it starts with, its lists of answers, and what was typed, carried from page to page."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from pool.catalogue import (
    CLINICAL_SYSTEMS,
    CONTRACT_CONTEXTS,
    COVER_REASONS,
    FUNDING_SOURCES,
    KINDS,
    PROFESSIONS,
    SKILLS,
    URGENCIES,
    USUAL_TIMES,
)
from pool.doors.field_messages import capital, label_of
from pool.formats import full_day
from pool.models.booking import Booking
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.money import Money
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.rules.session_plan import INPUTS, TICKS, SessionPlan
from pool.schemas.inputs import Pounds
from pool.schemas.proposed_changes import ProposeChange
from pool.schemas.sessions import SessionDetails

REQUIRED_SYSTEMS = ("emis_web", "systmone")
"""Systems that a clinician must know unless the practice says otherwise (domain 2.10)."""

FIRST_KIND = "am"
FIRST_PLAN = SessionPlan(appointments=12, minutes_each=15, admin_minutes=30, break_minutes=10)
"""What a practice that has never posted starts with: 3 hours of consulting in 15-minute appointments (domain 2.3)."""

ESSENTIALS = frozenset(
    {
        "kind",
        "starts",
        "ends",
        "profession",
        "fee",
        "appointments",
        "minutes_each",
        "visits",
        "cover_reason",
        "post_covered",
        "days",
        "other_day",
        "repeat_until",
        "on",
    }
)
"""Fields that are always open; an error in another one opens "More about the work"."""

DAYS = ("days", "other_day", "repeat_until")
"""Fields that say on which days; dates come in three parts that begin with these names."""

DAY_BOXES = ("on-day", "on-month", "on-year")
MONEY = frozenset(name for name, asked in SessionDetails().load_fields.items() if isinstance(asked, Pounds))

OVERTAKEN = (
    "Somebody else changed this session after you opened it. What you typed is still here; where it differs, the field says"
    " what is saved now. Save again to keep yours."
)
OVERTAKEN_BY_THE_SAME = "Somebody else changed this session after you opened it. What is saved now is what you typed."

CHOICES: dict[str, Any] = {
    "kinds": list(KINDS.items()),
    "professions": [(code, profession.title) for code, profession in PROFESSIONS.items()],
    "systems": list(CLINICAL_SYSTEMS.items()),
    "skills": list(SKILLS.items()),
    "urgencies": list(URGENCIES.items()),
    "cover_reasons": list(COVER_REASONS.items()),
    "contracts": list(CONTRACT_CONTEXTS.items()),
    "funding": list(FUNDING_SOURCES.items()),
    "plan_ticks": [(name, capital(label)) for name, label in TICKS.items()],
}

ANSWERS = {
    "kind": "kinds",
    "profession": "professions",
    "clinical_system": "systems",
    "skills": "skills",
    "urgency": "urgencies",
    "cover_reason": "cover_reasons",
    "contract_context": "contracts",
    "funding_source": "funding",
}
"""Which list each field is answered from. A number of appointments is no code of another list."""


def practice_choices(practices: Iterable[Practice]) -> list[tuple[str, str]]:
    """Practices as answers."""
    return [(str(practice.id), practice.name) for practice in practices]


def first_form(practice: Practice, on: date | None = None) -> Form:
    """The form as this practice remembers it, or with what is usual when it has never posted."""
    days = [on.isoformat()] if on else []
    return forms.blank(days=days, **typed(remembered(practice) or usual(practice)))


def copied_form(session: PracticeSession, on: date | None = None) -> Form:
    """The form filled in like a session of before."""
    days = [on.isoformat()] if on else []
    return forms.blank(days=days, like=session.id, **typed(columns_of(session)))


def change_form(session: PracticeSession) -> Form:
    """The form of a posted session."""
    return forms.blank(on=session.on, version=session.version, **typed(columns_of(session)))


def proposal_form(booking: Booking) -> Form:
    """The form of a proposed change: what is agreed now."""
    agreed = typed(columns_of(booking.session))
    asked = {name: agreed[name] for name in ProposeChange().load_fields if name in agreed}
    return forms.blank(**asked, on=booking.on, seen=booking.terms_hash)


def remembered(practice: Practice) -> dict[str, Any]:
    """What the practice posted last."""
    kept = dict(practice.defaults)
    kept |= {"plan": SessionPlan.from_json(kept["plan"])} if "plan" in kept else {}
    return kept | {name: Money(kept[name]) for name in MONEY if kept.get(name) is not None}


def usual(practice: Practice) -> dict[str, Any]:
    """What a first session is likely to be."""
    starts, ends = USUAL_TIMES[FIRST_KIND]
    return {
        "kind": FIRST_KIND,
        "starts": starts,
        "ends": ends,
        "profession": "gp",
        "clinical_system": practice.clinical_system,
        "system_required": practice.clinical_system in REQUIRED_SYSTEMS,
        "contract_context": "core",
        "funding_source": "practice",
        "urgency": 1,
        "plan": FIRST_PLAN,
    }


def columns_of(session: PracticeSession) -> dict[str, Any]:
    """The details of a session that the form asks for."""
    names = [name for name in SessionDetails().load_fields if name not in INPUTS]
    return {name: getattr(session, name) for name in names} | {"plan": session.plan}


def typed(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details with what the plan says as fields of their own."""
    values = {name: value for name, value in details.items() if name != "plan"}
    return {"urgency": 1} | values | details["plan"].said


def usual_times(kind: str) -> Form:
    """Only the two times, usual for a kind; empty for a kind that we do not know."""
    starts, ends = USUAL_TIMES.get(kind, ("", ""))
    return forms.blank(starts=starts and time.fromisoformat(starts), ends=ends and time.fromisoformat(ends))


def more_is_open(form: Form) -> bool:
    """Does "More about the work" hold an error that must be seen?"""
    return bool(set(form.errors) - ESSENTIALS - {forms.WHOLE_INPUT})


def other_days_open(form: Form) -> bool:
    """Does "Another day, or every week" hold something that was typed?"""
    return any(form.value(f"{name}-day") or form.error(name) for name in ("other_day", "repeat_until"))


def carried(form: Form, *, days: bool = True) -> list[tuple[str, str]]:
    """Everything that was typed, for the hidden fields of the next page.

    Its days are those that would be posted, or none where the page shows them to be ticked.
    """
    kept = [name for name in form.typed if not name.startswith(DAYS) and name not in forms.NOT_INPUT]
    chosen = [("days", day.isoformat()) for day in form.data["days"]] if days else []
    return [(name, value) for name in kept for value in form.values(name)] + chosen


def also_sent(form: Form, practice: Practice) -> str:
    """What the closed fields hold beyond what is usual, in one line: it goes out with the rest though nobody sees it."""
    fields, first = SessionDetails().load_fields, forms.blank(**typed(usual(practice)))
    filled_in = {name: [tidy(name, source) for source in (form, first)] for name in fields if name not in ESSENTIALS}
    unusual = [name for name, (now, usually) in filled_in.items() if now != usually and [now, usually] != [["0"], []]]
    return "; ".join(f"{label_of(fields[name], name)}: {said(name, tidy(name, form))}" for name in unusual)


def on_the_day(form: Form) -> Form:
    """Errors of the days of a new session belong to the one day of a posted session."""
    return form._replace(errors={"on" if name == "days" else name: text for name, text in form.errors.items()})


def overtaken(form: Form, session: PracticeSession) -> Form:
    """The form as typed after somebody else changed the session: what is saved now at each field, ready to be sent again."""
    differing = differences(form, session)
    kept = form._replace(typed={**form.typed, "version": str(session.version)})
    return forms.stale(kept, OVERTAKEN if differing else OVERTAKEN_BY_THE_SAME, differing)


def differences(form: Form, session: PracticeSession) -> dict[str, str]:
    """What is saved now and differs from what was typed, at its field: End time: 12:00 is saved now."""
    saved, known = change_form(session), SessionDetails().load_fields
    found = {"on": f"Day: {full_day(session.on)} is saved now"} if saved_elsewhere(form, saved, DAY_BOXES) else {}
    for name in known:
        if saved_elsewhere(form, saved, [name]):
            found[name] = f"{capital(label_of(known[name], name))}: {worth(name, tidy(name, saved))} is saved now"
    return found


def saved_elsewhere(form: Form, saved: Form, boxes: Iterable[str]) -> bool:
    """Does one of these boxes hold something else than what is saved?"""
    return any(tidy(name, saved) != tidy(name, form) for name in boxes)


def worth(name: str, values: list[str]) -> str:
    """One saved value in words, an amount with its pound."""
    return f"£{said(name, values)}" if name in MONEY and values else said(name, values)


def tidy(name: str, form: Form) -> list[str]:
    """What one field says, in order; a box that is not ticked says nothing."""
    return sorted(value for value in form.values(name) if value not in ("", "false"))


def said(name: str, values: list[str]) -> str:
    """Codes of the lists of this field as their words, anything else as it is."""
    words = {"true": "Yes", "false": "No"} | {str(code): text for code, text in CHOICES.get(ANSWERS.get(name, ""), ())}
    return ", ".join(words.get(value, value) for value in values) or "nothing"
