"""Who is told about a status determination: the clinician gets it with its reasons, the practice hears a disagreement."""

from typing import Any

from pool import formats
from pool.models.determination import StatusDetermination
from pool.rules.off_payroll import INSIDE, OUTCOMES, PATTERNS
from pool.services.clinicians import company_status
from pool.services.messages.recipients import Letter, News, to_person, to_practice


def issued(news: News) -> list[Letter]:
    """The determination itself: the law wants it in the clinician's hands, with reasons (domain 4.3)."""
    row = news.row(StatusDetermination, "determination_id")
    return to_person("status_issued", row.clinician.person, facts(news, row))


def disagreed(news: News) -> list[Letter]:
    """The practice hears what the clinician says, and until when it must answer."""
    row = news.row(StatusDetermination, "determination_id")
    due = company_status.answer_due(row)
    if due is None:
        return []
    more = {"disagreement": row.disagreement, "answer_by": formats.full_day(due)}
    return to_practice(news, "status_disagreed", row.practice, facts(news, row) | more)


def answered(news: News) -> list[Letter]:
    """The practice keeps its decision and says why."""
    row = news.row(StatusDetermination, "determination_id")
    return to_person("status_answered", row.clinician.person, facts(news, row) | {"answer": row.answer})


def facts(news: News, row: StatusDetermination) -> dict[str, Any]:
    """What every e-mail about a determination says."""
    return {
        "place": row.practice.name,
        "clinician": row.clinician.name,
        "outcome": OUTCOMES[row.outcome],
        "inside": row.outcome == INSIDE,
        "pattern": PATTERNS[row.pattern],
        "reasons": row.reasons,
        "review_on": formats.full_day(row.review_on),
        "link": news.head.page("company_status.index"),
    }
