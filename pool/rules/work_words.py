"""The work of a session in words: the same for the practice, the clinician, the pool, e-mails and calendars."""

from pool import formats
from pool.rules.offered_work import OfferedWork
from pool.rules.session_plan import TICKS, SessionPlan

Line = tuple[str, str]
"""A label and its value."""

WAY_WORDS = {"face_to_face": "face to face", "telephone": "by telephone", "video": "by video"}


def work_lines(work: OfferedWork) -> list[Line]:
    """Everything that is asked of the clinician, in reading order; what was not said has no line."""
    lines = [
        ("Work", title(work)),
        *plan_lines(work.plan),
        ("Clinical system", work.clinical_system),
        ("Covering", str(work.covering)),
        ("Notes", work.notes),
    ]
    return [(label, value) for label, value in lines if value]


def title(work: OfferedWork) -> str:
    """GP, morning."""
    return f"{work.role}, {work.kind.lower()}"


def plan_lines(plan: SessionPlan) -> list[Line]:
    """Everything that is planned, in reading order."""
    lines = [
        ("Appointments", appointments(plan)),
        ("How", ", ".join(f"{number} {words}" for way, words in WAY_WORDS.items() if (number := getattr(plan, way)))),
        ("Visits", visits(plan)),
        ("Also", sentence(", ".join(words for name, words in TICKS.items() if getattr(plan, name)))),
        ("Paperwork", minutes(plan.admin_minutes)),
        ("Break", minutes(plan.break_minutes)),
    ]
    return [(label, value) for label, value in lines if value]


def appointments(plan: SessionPlan) -> str:
    """15 of 10 min."""
    if not plan.appointments:
        return ""
    return f"{plan.appointments} of {plan.minutes_each} min" if plan.minutes_each else str(plan.appointments)


def visits(plan: SessionPlan) -> str:
    """2 at most, asked for by 11:00."""
    parts = [
        f"{plan.visits} at most" if plan.visits else "",
        f"asked for by {formats.clock_time(plan.latest_visit)}" if plan.latest_visit else "",
    ]
    return sentence(", ".join(part for part in parts if part))


def in_short(plan: SessionPlan) -> list[str]:
    """15 appointments of 10 min; 2 visits; duty doctor: the little that a card or a calendar has room for."""
    length = f" of {plan.minutes_each} min" if plan.minutes_each else ""
    parts = [
        formats.plural(plan.appointments, "appointment") + length if plan.appointments else "",
        formats.plural(plan.visits, "visit") if plan.visits else "",
        TICKS["duty"] if plan.duty else "",
    ]
    return [part for part in parts if part]


def minutes(amount: int) -> str:
    """30 min, or nothing."""
    return formats.minutes(amount) if amount else ""


def sentence(words: str) -> str:
    """With a capital at the start."""
    return words[:1].upper() + words[1:]
