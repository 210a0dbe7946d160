"""Who is told about a status determination: the clinician gets it with its reasons, the practice hears a disagreement."""

from typing import Any

from sqlalchemy import select

from pool import formats
from pool.models.determination import StatusDetermination
from pool.rules.off_payroll import INSIDE, OUTCOMES, PATTERNS
from pool.services.clinicians import company_status
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_person, to_practice


def issued(context: EventContext) -> list[MessageDraft]:
    """The determination itself: the law wants it in the clinician's hands, with reasons (domain 4.3)."""
    row = context.row(StatusDetermination, "determination_id")
    return to_person("status_issued", row.clinician.person, facts(context, row))


def disagreed(context: EventContext) -> list[MessageDraft]:
    """The practice hears what the clinician says, and until when it must answer."""
    row = context.row(StatusDetermination, "determination_id")
    due = company_status.answer_due(row)
    more = {"disagreement": row.disagreement, "answer_by": formats.full_day(due) if due else ""}
    return to_practice(context, "status_disagreed", row.practice, facts(context, row) | more)


def answered(context: EventContext) -> list[MessageDraft]:
    """The practice keeps its decision and says why."""
    row = context.row(StatusDetermination, "determination_id")
    return to_person("status_answered", row.clinician.person, facts(context, row) | {"answer": row.answer})


def replaced(context: EventContext) -> str:
    """The practice has decided anew about the same clinician and way of working."""
    row = context.row(StatusDetermination, "determination_id")
    newer = select(StatusDetermination).where(
        StatusDetermination.practice_id == row.practice_id,
        StatusDetermination.clinician_id == row.clinician_id,
        StatusDetermination.pattern == row.pattern,
        StatusDetermination.issued_at > row.issued_at,
    )
    return "" if context.work.first(newer) is None else "A newer determination has taken its place."


def answered_or_replaced(context: EventContext) -> str:
    """The practice has answered the disagreement, or has decided anew."""
    row = context.row(StatusDetermination, "determination_id")
    return "The disagreement was answered." if company_status.answer_due(row) is None else replaced(context)


def facts(context: EventContext, row: StatusDetermination) -> dict[str, Any]:
    """What every e-mail about a determination says."""
    return {
        "place": row.practice.name,
        "clinician": row.clinician.name,
        "outcome": OUTCOMES[row.outcome],
        "inside": row.outcome == INSIDE,
        "pattern": PATTERNS[row.pattern],
        "reasons": row.reasons,
        "review_on": formats.full_day(row.review_on),
        "link": context.links.page("company_status.index"),
    }
