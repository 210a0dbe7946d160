"""Who is told what about matching runs."""

from sqlalchemy import select

from pool import formats
from pool.models.match_run import MatchRun
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers


def failed(context: EventContext) -> list[MessageDraft]:
    """The manager learns that no plan was made, and what to do."""
    run = context.row(MatchRun, "run_id")
    facts = {
        "first_day": formats.full_day(run.first_day),
        "last_day": formats.full_day(run.last_day),
        "reason": context.data["reason"],
        "link": context.links.page("match_runs.show", run_id=run.id),
    }
    return to_managers(context, "run_failed", facts)


def made_again(context: EventContext) -> str:
    """A later run has published a plan for days of the one that failed."""
    run = context.row(MatchRun, "run_id")
    later = select(MatchRun).where(
        MatchRun.pool_id == run.pool_id,
        MatchRun.state == "published",
        MatchRun.requested_at > run.requested_at,
        MatchRun.first_day <= run.last_day,
        MatchRun.last_day >= run.first_day,
    )
    return "" if context.work.first(later) is None else "A later run has published a plan for these days."
