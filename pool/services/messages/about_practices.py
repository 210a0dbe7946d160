"""Who is told about the practices of a pool."""

from uuid import UUID

from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers
from pool.services.pools import closures
from pool.services.pools.closures import Closure


def closed(context: EventContext) -> list[MessageDraft]:
    """The manager learns which practices closed or went dormant, and what is open there now."""
    practices = [
        [part for part in (closure.what_happened, closure.what_is_open, closure.who_goes_on) if part]
        for closure in closures_of(context)
    ]
    return to_managers(
        context, "practices_closed", {"practices": practices, "link": context.links.page("practices.index")}
    )


def open_again(context: EventContext) -> str:
    """No practice of the report is closed or dormant any more."""
    return "" if closures_of(context) else "The practices are open again."


def closures_of(context: EventContext) -> list[Closure]:
    """The practices of the report that are closed or dormant now."""
    return closures.of_pool(context.work, [UUID(practice_id) for practice_id in context.data["practice_ids"]])
